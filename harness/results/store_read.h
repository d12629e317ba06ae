/* Reads campaigns back out of results stores. The file is a store (rl_store_check()), but its rows
 * may hold anything. */
#ifndef RELIGHT_RESULTS_STORE_READ_H
#define RELIGHT_RESULTS_STORE_READ_H

#include "results/results.h"

#define RL_VERSION_SIZE 32u

/* A campaign as it was stored. */
struct rl_stored {
    char version[RL_VERSION_SIZE]; /* of the program that wrote it */
    struct rl_results results;     /* cells, shard, time; the names are in the next ones */
    char plan[64], engine[64];
    char (*engines)[64]; /* by cell */
};

/* The last campaign of the store, to go on with; *none where the store has none, or the last one is
 * not of this shard. False and `error` when it cannot be read or was written by another version.
 */
bool rl_store_resume(struct rl_store *store, uint32_t shard, uint32_t shards,
                     struct rl_stored *stored, bool *none, char *error, size_t error_size);
void rl_stored_free(struct rl_stored *stored);

/* All campaigns of the store at `path`, of any plan and engine, as an allocated array of *count.
 * NULL and `error` when it is no store of this version, or damaged. */
struct rl_stored *rl_store_read(const char *path, struct rl_identity *identity, uint32_t *count,
                                char *error, size_t error_size);

#endif
