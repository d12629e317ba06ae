/* The usual world: storage system, switch and hosts as a plan asks for them by number only. */
#include "world/host.h"

#include "world/times.h"

/* Hosts with several paths are set up by an array vendor's guide; the direct one as its system
 * came.
 */
static const uint64_t timeouts[] = {RL_NS_TIMEOUT_LONG, RL_NS_TIMEOUT_MIDDLE, RL_NS_TIMEOUT_SHORT};
#define HOST_KINDS (sizeof timeouts / sizeof timeouts[0])

void rl_world_usual(struct rl_world *world, uint32_t adapters, uint32_t hosts,
                    const struct rl_port_history *history)
{
    *world = (struct rl_world){.adapters = adapters < 2 ? 2 : adapters, .hosts = hosts};
    for (uint32_t i = 0; i < adapters; i++) {
        world->history[world->adapters - 1 - i] = history;
    }
    for (uint32_t i = 0; i < hosts; i++) {
        struct rl_host *host = &world->host[i];
        bool direct = i % HOST_KINDS == HOST_KINDS - 1;

        host->timeout_ns = timeouts[i % HOST_KINDS];
        host->paths = direct ? 1 : world->adapters;
        for (uint32_t k = 0; k < host->paths; k++) {
            host->adapter[k] = direct ? world->adapters - 1 : k;
        }
    }
}
