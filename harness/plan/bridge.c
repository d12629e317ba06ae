#include "plan/bridge.h"

#include <string.h>

#include "images/build.h"
#include "images/words.h"
#include "plan/loader.h"

static struct rl_recipe *recipe_in(void *target, const struct rl_field *field)
{
    return (struct rl_recipe *)(void *)((char *)target + field->offset);
}

bool rl_read_data_reads(struct rl_loader *loader, const struct rl_yaml *value,
                        const struct rl_field *field, void *target)
{
    struct rl_recipe *recipe = recipe_in(target, field);
    static const struct rl_field ends[] = {
        {"data_reads", rl_read_u32, offsetof(struct rl_recipe, data_reads_min), 0, UINT32_MAX, 0},
        {"data_reads", rl_read_u32, offsetof(struct rl_recipe, data_reads_max), 0, UINT32_MAX, 0},
    };
    if (value->kind != RL_YAML_LIST || value->count != 2) {
        return rl_fail(loader, value,
                       "data_reads: expected the lowest and the highest format, "
                       "such as [1, 3]");
    }
    for (uint32_t i = 0; i < 2; i++) {
        if (!rl_read_u32(loader, value->items[i], &ends[i], recipe)) {
            return false;
        }
    }
    recipe->reads_range = true;
    return recipe->data_reads_min <= recipe->data_reads_max ||
           rl_fail(loader, value, "data_reads: expected the lowest format first, found [%u, %u]",
                   recipe->data_reads_min, recipe->data_reads_max);
}

static const char *step_word(unsigned index)
{
    return index < rl_step_words.count ? rl_step_words.names[index] : NULL;
}

static const char *preparation_word(unsigned index)
{
    return index < rl_preparation_words.count ? rl_preparation_words.names[index] : NULL;
}

bool rl_read_init_order(struct rl_loader *loader, const struct rl_yaml *value,
                        const struct rl_field *field, void *target)
{
    struct rl_recipe *recipe = recipe_in(target, field);
    unsigned steps[8], count = 0;
    if (!rl_read_words(loader, value, "step of initialization", step_word, steps, 8, &count)) {
        return false;
    }
    if (count != rl_step_words.count) {
        return rl_fail(loader, value, "init_order: lists %u steps; expected each of %s once", count,
                       rl_step_words.all);
    }
    for (unsigned i = 0; i < count; i++) {
        recipe->init_order[i] = (uint8_t)steps[i];
    }
    return true;
}

bool rl_read_prepares(struct rl_loader *loader, const struct rl_yaml *value,
                      const struct rl_field *field, void *target)
{
    return rl_read_mask(loader, value, "preparation", preparation_word,
                        &recipe_in(target, field)->prepares);
}

bool rl_read_extents(struct rl_loader *loader, const struct rl_yaml *value,
                     const struct rl_field *field, void *target)
{
    static const struct rl_field fields[] = {
        {"size", rl_read_size, offsetof(struct rl_extent, size), 256, RL_PAYLOAD_MAX, 256},
        {"place", rl_read_size, offsetof(struct rl_extent, place), 1024, UINT32_MAX, 256},
    };
    struct rl_recipe *recipe = recipe_in(target, field);
    if (value->kind != RL_YAML_LIST || value->count == 0 || value->count > RL_EXTENTS_MAX) {
        return rl_fail(loader, value,
                       "extents: expected a list of 1 to %u data segments such as "
                       "[{size: 1K, place: 16K}]",
                       RL_EXTENTS_MAX);
    }
    for (uint32_t i = 0; i < value->count; i++) {
        struct rl_extent *extent = &recipe->extents[i];
        if (!rl_read_map(loader, value->items[i], "extent", fields,
                         sizeof fields / sizeof fields[0], extent)) {
            return false;
        }
        if (extent->size == 0) {
            return rl_fail(loader, value->items[i], "an extent needs a size");
        }
    }
    recipe->extent_count = value->count;
    return true;
}

bool rl_read_configuration(struct rl_loader *loader, const struct rl_yaml *value,
                           const struct rl_field *field, void *target)
{
    static const struct rl_field fields[] = {
        {"level", rl_read_u32, offsetof(struct rl_configuration, level), 1, UINT32_MAX, 0},
        {"size", rl_read_size, offsetof(struct rl_configuration, size), RL_CONFIGURATION_MIN,
         RL_CONFIGURATION_MAX, 256},
        {"seed", rl_read_u64, offsetof(struct rl_configuration, seed), 0, UINT64_MAX, 0},
    };
    struct rl_configuration *configuration =
        &recipe_in(target, field)->configurations[field->least];
    if (!rl_read_map(loader, value, field->key, fields, sizeof fields / sizeof fields[0],
                     configuration)) {
        return false;
    }
    return (configuration->level != 0 && configuration->size != 0) ||
           rl_fail(loader, value, "%s: expected level and size, such as {level: 2, size: 8K}",
                   field->key);
}
