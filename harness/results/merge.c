#include "results/merge.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

/* One shard's campaign, and the store it is in. */
struct shard {
    const char *path;
    const struct rl_stored *stored;
};

struct merge {
    const struct rl_merge_source *sources;
    uint32_t source_count;
    uint32_t shards;     /* 1 for a campaign that was not divided */
    struct shard *shard; /* by number, from 0 */
    char *error;
    size_t error_size;
};

static void write_line(const struct merge *merge, const char *format, va_list arguments)
{
    vsnprintf(merge->error, merge->error_size, format, arguments);
}

__attribute__((format(printf, 2, 3))) static bool refuse(const struct merge *merge,
                                                         const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write_line(merge, format, arguments);
    va_end(arguments);
    return false;
}

/* Whether a source's campaigns belong to what the first one's do. */
static bool same_source(const struct merge *merge, uint32_t index)
{
    const struct rl_merge_source *first = &merge->sources[0];
    const struct rl_merge_source *source = &merge->sources[index];
    const char *what = NULL;
    bool same_plan = strcmp(first->campaigns[0].plan, source->campaigns[0].plan) == 0;
    if (same_plan && first->identity.images_digest != source->identity.images_digest) {
        what = "images"; /* the plan's digest covers them, too */
    } else if (!same_plan || first->identity.plan_digest != source->identity.plan_digest) {
        what = "plans";
    } else if (first->identity.engine_digest != source->identity.engine_digest ||
               strcmp(first->campaigns[0].engine, source->campaigns[0].engine) != 0) {
        what = "engines";
    }
    for (uint32_t i = 0; what == NULL && i < source->count; i++) {
        if (strcmp(source->campaigns[i].version, first->campaigns[0].version) != 0) {
            what = "versions of relight";
        } else if (source->campaigns[i].results.shards != first->campaigns[0].results.shards) {
            what = "numbers of shards";
        }
    }
    return what == NULL ||
           refuse(merge, "%s and %s are of different %s", first->path, source->path, what);
}

/* Puts each campaign at its shard's place; none may be taken. */
static bool place_all(const struct merge *merge)
{
    for (uint32_t i = 0; i < merge->source_count; i++) {
        const struct rl_merge_source *source = &merge->sources[i];
        for (uint32_t k = 0; k < source->count; k++) {
            uint32_t number = source->campaigns[k].results.shard;
            uint32_t at = merge->sources[0].campaigns[0].results.shards == 0 ? 0 : number - 1u;
            if (at >= merge->shards) {
                return refuse(merge, "%s: there is no shard %" PRIu32 "/%" PRIu32, source->path,
                              number, merge->shards);
            }
            if (merge->shard[at].stored != NULL) {
                return refuse(merge,
                              "shard %" PRIu32 "/%" PRIu32 " is there twice: in %s and in %s",
                              at + 1u, merge->shards, merge->shard[at].path, source->path);
            }
            merge->shard[at] = (struct shard){source->path, &source->campaigns[k]};
        }
    }
    return true;
}

/* The shards without a campaign, all of them in one line. */
static bool none_missing(const struct merge *merge)
{
    char list[256] = "";
    size_t used = 0;
    uint32_t missing = 0;
    for (uint32_t i = 0; i < merge->shards; i++) {
        if (merge->shard[i].stored == NULL) {
            missing++;
            if (used + 24u < sizeof list) {
                used += (size_t)snprintf(list + used, sizeof list - used, "%s%" PRIu32 "/%" PRIu32,
                                         used == 0 ? "" : ", ", i + 1u, merge->shards);
            }
        }
    }
    return missing == 0 || refuse(merge, "%" PRIu32 " of %" PRIu32 " shards missing: %s%s", missing,
                                  merge->shards, list, used + 24u < sizeof list ? "" : ", ...");
}

/* The same cells in each. */
static bool same_cells(const struct merge *merge, const struct shard *shard)
{
    const struct rl_results *first = &merge->shard[0].stored->results;
    const struct rl_results *results = &shard->stored->results;
    bool same = first->cell_count == results->cell_count;
    for (uint32_t i = 0; same && i < first->cell_count; i++) {
        same = first->cells[i].number == results->cells[i].number &&
               strcmp(first->cells[i].cell, results->cells[i].cell) == 0;
    }
    return same ||
           refuse(merge, "%s and %s have different cells", merge->shard[0].path, shard->path);
}

/* Whether shard `number` did all blocks of a part of a cell that are its own, and no other. */
static bool part_done(const struct merge *merge, uint32_t number, uint32_t cell, rl_part part)
{
    const struct shard *shard = &merge->shard[number];
    const struct rl_cell_result *first = &merge->shard[0].stored->results.cells[cell];
    const struct rl_cell_result *result = &shard->stored->results.cells[cell];
    const struct rl_blocks *blocks = &result->blocks[part];
    uint32_t shards = shard->stored->results.shards;
    if (blocks->count != first->blocks[part].count) {
        return refuse(merge, "cell %s: %s has %" PRIu32 " blocks of %s, %s has %" PRIu32,
                      result->cell, merge->shard[0].path, first->blocks[part].count,
                      rl_part_name(part), shard->path, blocks->count);
    }
    for (uint32_t i = 0; i < blocks->count || i < blocks->words * 64u; i++) {
        bool own =
            i < blocks->count && rl_block_is_of(number + 1u, shards, result->number, part, i);
        if (own == rl_blocks_has(blocks, i)) {
            continue;
        }
        return refuse(merge,
                      own ? "cell %s: block %" PRIu32 " of %s is missing in shard %" PRIu32
                            "/%" PRIu32 ", %s; run it again with --resume"
                          : "cell %s: block %" PRIu32 " of %s does not belong to shard "
                            "%" PRIu32 "/%" PRIu32 ", %s: it is doubled",
                      result->cell, i, rl_part_name(part), number + 1u, merge->shards, shard->path);
    }
    return true;
}

static bool cell_done(const struct merge *merge, uint32_t number, uint32_t cell)
{
    const struct shard *shard = &merge->shard[number];
    const struct rl_cell_result *result = &shard->stored->results.cells[cell];
    if (result->harness_error[0] != '\0') {
        return refuse(merge, "cell %s: the harness failed in %s: %.160s", result->cell, shard->path,
                      result->harness_error);
    }
    for (unsigned part = 0; part < RL_PARTS; part++) {
        if (!part_done(merge, number, cell, (rl_part)part)) {
            return false;
        }
    }
    return result->complete || refuse(merge,
                                      "cell %s is not complete in shard %" PRIu32 "/%" PRIu32
                                      ", %s; run it again with --resume",
                                      result->cell, number + 1u, merge->shards, shard->path);
}

static bool all_done(const struct merge *merge)
{
    for (uint32_t number = 0; number < merge->shards; number++) {
        if (!same_cells(merge, &merge->shard[number])) {
            return false;
        }
        for (uint32_t i = 0; i < merge->shard[number].stored->results.cell_count; i++) {
            if (!cell_done(merge, number, i)) {
                return false;
            }
        }
    }
    return true;
}

static void add_up(const struct merge *merge, struct rl_results *whole)
{
    const struct rl_results *first = &merge->shard[0].stored->results;
    whole->plan = merge->shard[0].stored->plan;
    whole->engine = merge->shard[0].stored->engine;
    whole->plan_digest = merge->sources[0].identity.plan_digest;
    whole->engine_digest = merge->sources[0].identity.engine_digest;
    whole->cell_count = first->cell_count;
    whole->cells = rl_calloc(first->cell_count + 1u, sizeof *whole->cells);
    for (uint32_t i = 0; i < first->cell_count; i++) {
        struct rl_cell_result *cell = &whole->cells[i];
        memcpy(cell->cell, first->cells[i].cell, sizeof cell->cell);
        cell->number = first->cells[i].number;
        cell->engine = first->cells[i].engine;
        cell->complete = true;
        for (uint32_t number = 0; number < merge->shards; number++) {
            rl_cell_result_add(cell, &merge->shard[number].stored->results.cells[i]);
        }
        rl_cell_result_sort(cell);
    }
    for (uint32_t number = 0; number < merge->shards; number++) {
        whole->seconds += merge->shard[number].stored->results.seconds;
    }
}

bool rl_merge(const struct rl_merge_source *sources, uint32_t source_count,
              struct rl_results *whole, char *error, size_t error_size)
{
    uint32_t shards = sources[0].campaigns[0].results.shards;
    struct merge merge = {.sources = sources,
                          .source_count = source_count,
                          .shards = shards == 0 ? 1u : shards,
                          .error = error,
                          .error_size = error_size};
    error[0] = '\0';
    bool good = merge.shards <= RL_SHARDS_MAX ||
                refuse(&merge, "%s: there are no %" PRIu32 " shards", sources[0].path, shards);
    memset(whole, 0, sizeof *whole);
    for (uint32_t i = 0; good && i < source_count; i++) {
        good = same_source(&merge, i);
    }
    if (good) {
        merge.shard = rl_calloc(merge.shards, sizeof *merge.shard);
        good = place_all(&merge) && none_missing(&merge) && all_done(&merge);
    }
    if (good) {
        add_up(&merge, whole);
    }
    free(merge.shard);
    return good;
}
