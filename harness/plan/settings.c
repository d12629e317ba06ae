/* What the plan and each of its variants set. */
#include "plan/settings.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "images/suits.h"
#include "plan/faults.h"
#include "plan/names.h"
#include "plan/path.h"
#include "plan/recipe.h"
#include "plan/world.h"

#define COUNT(array)    (sizeof(array) / sizeof((array)[0]))
#define IN(member)      offsetof(struct rl_settings, member)
#define ALL(count)      ((uint32_t)((1ull << (count)) - 1u))
#define OPERATIONS_MOST 100000000u
#define DURATION_MOST   86400000u /* ms: a day */

_Static_assert(RL_PROPERTY_COUNT <= 32, "masks have 32 bits");

void rl_settings_defaults(struct rl_settings *settings)
{
    *settings = (struct rl_settings){
        .engine = "fastload",
        .starts = {RL_START_FACTORY},
        .start_count = 1,
        .memories = {RL_MEMORY_VOLATILE},
        .memory_count = 1,
        .depth = 1,
        .limits = {.operations = 2000000, .boots = 3, .erases = 8},
        .world = {.adapters = 1, .hosts = 3},
        .properties = ALL(RL_PROPERTY_COUNT),
    };
    rl_device_defaults(&settings->device);
}

/* A path is beside the plan, wherever it is run from. */
static bool read_engine(struct rl_loader *loader, const struct rl_yaml *value,
                        const struct rl_field *field, void *target)
{
    struct rl_settings *settings = target;
    const size_t size = sizeof settings->engine;
    if (!rl_read_text(loader, value, field, target)) {
        return false;
    }
    if (strchr(value->text, '/') == NULL) {
        return true;
    }
    char *path = rl_path_beside(value->file, value->text);
    int length = path == NULL ? -1 : snprintf(settings->engine, size, "%s", path);
    free(path);
    if (length < 0 || (size_t)length >= size) {
        return rl_fail(loader, value, "engine: expected a path of less than %zu characters", size);
    }
    return true;
}

static bool read_device(struct rl_loader *loader, const struct rl_yaml *value,
                        const struct rl_field *field, void *target)
{
    (void)field;
    struct rl_settings *settings = target;
    return rl_device_read(loader, value, &settings->device);
}

static bool read_image(struct rl_loader *loader, const struct rl_yaml *value,
                       const struct rl_field *field, void *target)
{
    (void)loader;
    struct rl_settings *settings = target;
    /* Images are made when all is read: they depend on the key, which may stand further down. */
    settings->images[field->offset] = value;
    return true;
}

static bool read_images(struct rl_loader *loader, const struct rl_yaml *value,
                        const struct rl_field *field, void *target)
{
    static const struct rl_field fields[] = {
        {"old", read_image, RL_IMAGE_OLD, 0, 0, 0},
        {"new", read_image, RL_IMAGE_NEW, 0, 0, 0},
        {"older", read_image, RL_IMAGE_OLDER, 0, 0, 0},
    };
    (void)field;
    return rl_read_map(loader, value, "images", fields, COUNT(fields), target);
}

static bool read_starts(struct rl_loader *loader, const struct rl_yaml *value,
                        const struct rl_field *field, void *target)
{
    (void)field;
    struct rl_settings *settings = target;
    return rl_read_words(loader, value, "start state", rl_start_word, settings->starts,
                         RL_START_COUNT, &settings->start_count);
}

static bool read_memories(struct rl_loader *loader, const struct rl_yaml *value,
                          const struct rl_field *field, void *target)
{
    (void)field;
    struct rl_settings *settings = target;
    return rl_read_words(loader, value, "memory kind", rl_memory_word, settings->memories,
                         RL_MEMORY_COUNT, &settings->memory_count);
}

static bool read_properties(struct rl_loader *loader, const struct rl_yaml *value,
                            const struct rl_field *field, void *target)
{
    (void)field;
    struct rl_settings *settings = target;
    settings->properties_where = value;
    return rl_read_mask(loader, value, "property", rl_property_word, &settings->properties);
}

static bool read_tear(struct rl_loader *loader, const struct rl_yaml *value,
                      const struct rl_field *field, void *target)
{
    (void)field;
    struct rl_settings *settings = target;
    if (value->kind != RL_YAML_LIST || value->count < 1 || value->count > 2) {
        return rl_fail(loader, value,
                       "tear: expected a list with one word for each cut, such as [full, between]");
    }
    settings->tear_where = value;
    settings->tear_count = value->count;
    for (uint32_t i = 0; i < value->count; i++) {
        if (!rl_read_word(loader, value->items[i], "kind of tearing", rl_tear_word,
                          &settings->tears[i])) {
            return false;
        }
    }
    return true;
}

static bool read_reuse(struct rl_loader *loader, const struct rl_yaml *value,
                       const struct rl_field *field, void *target)
{
    (void)field;
    struct rl_settings *settings = target;
    return rl_read_word(loader, value, "kind of reuse", rl_reuse_word, &settings->reuse);
}

/* `explore: closure` alone, or `mode: closure` among others. */
static bool read_mode(struct rl_loader *loader, const struct rl_yaml *value,
                      const struct rl_field *field, void *target)
{
    struct rl_settings *settings = target;

    (void)field;
    if (value->kind != RL_YAML_SCALAR || strcmp(value->text, "closure") != 0) {
        return rl_fail(loader, value,
                       "expected a mapping for the exploration, such as {depth: 2}, or closure");
    }
    settings->closure = true;
    return true;
}

static bool read_explore(struct rl_loader *loader, const struct rl_yaml *value,
                         const struct rl_field *field, void *target)
{
    static const struct rl_field fields[] = {
        {"mode", read_mode, 0, 0, 0, 0},
        {"depth", rl_read_u32, IN(depth), 0, 2, 0},
        {"tear", read_tear, 0, 0, 0, 0},
        {"sample", rl_read_u32, IN(sample), 1, 1000000000, 0},
        {"seed", rl_read_u64, IN(seed), 0, UINT64_MAX, 0},
        {"reuse", read_reuse, 0, 0, 0, 0},
        {"doubts", rl_read_u32, IN(doubts), 1, 4, 0},
    };
    (void)field;
    if (value->kind == RL_YAML_SCALAR) {
        return read_mode(loader, value, field, target);
    }
    return rl_read_map(loader, value, "exploration", fields, COUNT(fields), target);
}

static bool read_limits(struct rl_loader *loader, const struct rl_yaml *value,
                        const struct rl_field *field, void *target)
{
    static const struct rl_field fields[] = {
        {"operations", rl_read_u32, IN(limits.operations), 1000, OPERATIONS_MOST, 0},
        {"boots", rl_read_u32, IN(limits.boots), 1, 100, 0},
        {"erases", rl_read_u32, IN(limits.erases), 1, 1000000, 0},
        {"offline", rl_read_duration, IN(limits.offline_ms), 1, DURATION_MOST, 0},
        {"dark", rl_read_duration, IN(limits.dark_ms), 1, DURATION_MOST, 0},
    };
    (void)field;
    return rl_read_map(loader, value, "limits", fields, COUNT(fields), target);
}

const struct rl_field rl_settings_fields[RL_SETTINGS_FIELDS] = {
    {"engine", read_engine, IN(engine), 1, sizeof((struct rl_settings *)NULL)->engine, 0},
    {"device", read_device, 0, 0, 0, 0},
    {"images", read_images, 0, 0, 0, 0},
    {"start", read_starts, 0, 0, 0, 0},
    {"memory", read_memories, 0, 0, 0, 0},
    {"faults", rl_faults_read, 0, 0, 0, 0},
    {"pairs", rl_pairs_read, 0, 0, 0, 0},
    {"explore", read_explore, 0, 0, 0, 0},
    {"limits", read_limits, 0, 0, 0, 0},
    {"properties", read_properties, 0, 0, 0, 0},
    {"world", rl_world_read, 0, 0, 0, 0},
    {"expect", rl_expectation_read, 0, 0, 0, 0},
};

/* A closure ends only where the world is small: nothing in it counts on without bound. */
static bool check_closure(struct rl_loader *loader, const struct rl_settings *settings)
{
    if (settings->doubts > 0 &&
        (!settings->closure || !rl_class_in(&settings->classes, RL_CLASS_MARGINAL_CELL))) {
        return rl_fail(loader, settings->where,
                       "doubts counts in a closure with marginal-cell among the faults");
    }
    if (!settings->closure) {
        return true;
    }
    if (settings->sample > 0 || settings->reuse != RL_REUSE_MERGE) {
        return rl_fail(loader, settings->where,
                       "closure follows every cut and merges: leave sample and reuse out");
    }
    if (settings->world.data_every > 0) {
        return rl_fail(loader, settings->where,
                       "closure ends only when values come again, and each of data_every is new: "
                       "leave data_every out");
    }
    return true;
}

static bool fill_tears(struct rl_loader *loader, const struct rl_settings *settings,
                       struct rl_cell *cell)
{
    static const rl_tear defaults[] = {RL_TEAR_FULL, RL_TEAR_BETWEEN};
    uint32_t tears = settings->closure ? 1u : settings->depth;

    if (settings->depth == 0 && (settings->sample > 0 || settings->reuse != RL_REUSE_MERGE)) {
        return rl_fail(loader, settings->where,
                       "depth 0 is the golden run alone: leave sample and reuse out");
    }
    if (settings->depth > 1 && (settings->sample > 0 || settings->reuse != RL_REUSE_MERGE)) {
        return rl_fail(
            loader, settings->where,
            "sample, and reuse other than merge, judge first cuts only; expected depth: 1");
    }
    if (settings->tear_count != 0 && settings->tear_count != tears) {
        return rl_fail(loader, settings->tear_where, "tear lists %u cuts, but depth is %u",
                       settings->tear_count, tears);
    }
    for (uint32_t i = 0; i < tears && i < 2; i++) {
        cell->tear[i] = settings->tear_count == 0 ? defaults[i]
                                                  : (rl_tear)(settings->tears[i] + RL_TEAR_BETWEEN);
    }
    if (settings->closure) {
        cell->closure = true;
        cell->doubts = settings->doubts == 0 ? 1u : settings->doubts;
        cell->depth = 1;
        cell->tear[1] = cell->tear[0];
    }
    return true;
}

static bool needs_older(const struct rl_settings *settings)
{
    for (unsigned i = 0; i < settings->start_count; i++) {
        if (settings->starts[i] == RL_START_UPDATED || settings->starts[i] == RL_START_STALE) {
            return true;
        }
    }
    return false;
}

static bool fit(struct rl_loader *loader, const struct rl_settings *settings,
                enum rl_image_role role, const struct relight_geometry *geometry,
                const struct rl_image_spec **image)
{
    static const char *const roles[RL_IMAGE_ROLES] = {"old", "new", "older"};
    char why[RL_IMAGE_WHY_SIZE];
    const struct rl_yaml *node = settings->images[role];
    const struct rl_yaml *where = node != NULL ? node : settings->where;
    if (node == NULL && role != RL_IMAGE_OLDER) {
        return rl_fail(loader, where, "the %s image is missing; expected images: {%s: ...}",
                       roles[role], roles[role]);
    }
    if (node == NULL && !loader->test_key) {
        *image = NULL;
        return !needs_older(settings) ||
               rl_fail(loader, where,
                       "with a key of your own, the start states updated and stale "
                       "need images: {older: ...}");
    }
    if (!rl_recipe_image(loader, node, image)) {
        return false;
    }
    if ((*image)->size > geometry->bank[0].size) {
        return rl_fail(loader, where,
                       "the %s image has %u bytes and does not fit into a bank of %u bytes",
                       roles[role], (*image)->size, geometry->bank[0].size);
    }
    /* A new image that cannot run is what an engine has to refuse. */
    if (role != RL_IMAGE_NEW && !rl_image_fits((*image)->bytes, (*image)->size, geometry, why)) {
        return rl_fail(loader, where, "the %s image %s", roles[role], why);
    }
    return true;
}

/* What is in doubt may read as no operation leaves it: the invariant speaks of what reads. A
 * closure goes on behind it. */
static void spare_doubts(struct rl_cell *cell)
{
    if (cell->closure && rl_class_in(&cell->classes, RL_CLASS_MARGINAL_CELL)) {
        cell->properties &= ~rl_class_info(RL_CLASS_MARGINAL_CELL)->spares;
    }
}

bool rl_settings_cell(struct rl_loader *loader, const struct rl_settings *settings,
                      struct rl_cell *cell)
{
    const uint32_t *figure = settings->device.figure;
    *cell = (struct rl_cell){
        .line_size = figure[RL_FIGURE_LINE],
        .cache_lines = figure[RL_FIGURE_LINES],
        .chunk_size = figure[RL_FIGURE_CHUNK],
        .post_bytes = settings->device.post_bytes,
        .staging_sram = settings->device.staging_sram,
        .flash = settings->device.rules,
        .flash_traps = settings->device.flash_traps,
        .memory_traps = settings->device.memory_traps,
        .depth = settings->depth,
        .sample = settings->sample,
        .seed = settings->seed,
        .reuse = (rl_reuse)settings->reuse,
        .limits = settings->limits,
        .world = settings->world,
        .expect = settings->expect,
        .properties = settings->properties,
    };
    memcpy(cell->engine, settings->engine, sizeof cell->engine);
    if (!rl_world_check(loader, settings) ||
        !rl_device_lay_out(loader, &settings->device, &cell->geometry) ||
        !check_closure(loader, settings) || !fill_tears(loader, settings, cell) ||
        !rl_faults_check(loader, settings, cell)) {
        return false;
    }
    spare_doubts(cell);
    return fit(loader, settings, RL_IMAGE_OLD, &cell->geometry, &cell->old_image) &&
           fit(loader, settings, RL_IMAGE_NEW, &cell->geometry, &cell->new_image) &&
           fit(loader, settings, RL_IMAGE_OLDER, &cell->geometry, &cell->older_image);
}
