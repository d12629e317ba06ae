/* Puts the stores of a campaign's shards together. */
#ifndef RELIGHT_RESULTS_MERGE_H
#define RELIGHT_RESULTS_MERGE_H

#include "results/store_read.h"

/* Every campaign of one store. */
struct rl_merge_source {
    const char *path;
    struct rl_identity identity;
    struct rl_stored *campaigns;
    uint32_t count;
};

/* Whether the sources' campaigns are all shards of one: same plan, images, engine and version, each
 * shard there once, and every block of every cell done in one of them. Then `whole` has what they
 * add up to, as one campaign of all shards has it; its names are those of the first source.
 * Otherwise `error` says what is different, missing or doubled. */
bool rl_merge(const struct rl_merge_source *sources, uint32_t source_count,
              struct rl_results *whole, char *error, size_t error_size);

#endif
