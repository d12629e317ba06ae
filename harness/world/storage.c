#include "world/storage.h"

#include "world/times.h"

/* A CD-ROM drive of 24 times the speed of the standard (ECMA-130: 75 sectors of 2048 bytes in a
 * second), and one access to begin with: 100 ms, typical of data sheets of such drives. */
#define MEDIUM_BYTES_PER_S (24u * 75u * 2048u)
#define MEDIUM_ACCESS_NS   (100 * RL_NS_MS)

uint64_t rl_storage_medium_ns(uint32_t bytes)
{
    return MEDIUM_ACCESS_NS + bytes * RL_NS_S / MEDIUM_BYTES_PER_S;
}

uint32_t rl_storage_cluster(uint32_t logical_unit)
{
    return logical_unit % RL_CLUSTERS;
}

uint64_t rl_cluster_serve(struct rl_cluster *cluster, uint64_t now_ns, bool write)
{
    uint64_t begin = cluster->free_ns > now_ns ? cluster->free_ns : now_ns;

    cluster->free_ns = begin + (write ? RL_NS_WRITE : RL_NS_READ);
    cluster->served++;
    return cluster->free_ns;
}
