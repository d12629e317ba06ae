/* The words of plans for what the enumerations of plan.h name. */
#include "plan/names.h"

#include <stddef.h>

#include "board/board.h"
#include "plan/plan.h"

static const char *const start_names[RL_START_COUNT] = {
    [RL_START_FACTORY] = "factory",
    [RL_START_UPDATED] = "updated",
    [RL_START_ABORTED] = "aborted",
    [RL_START_STALE] = "stale",
};
static const char *const memory_names[RL_MEMORY_COUNT] = {
    [RL_MEMORY_VOLATILE] = "volatile",
    [RL_MEMORY_BATTERY] = "battery",
};

const char *rl_start_name(rl_start start)
{
    return (unsigned)start < RL_START_COUNT ? start_names[start] : NULL;
}

const char *rl_memory_name(rl_memory memory)
{
    return (unsigned)memory < RL_MEMORY_COUNT ? memory_names[memory] : NULL;
}

const char *rl_start_word(unsigned index)
{
    return rl_start_name((rl_start)index);
}

const char *rl_memory_word(unsigned index)
{
    return rl_memory_name((rl_memory)index);
}

const char *rl_tear_word(unsigned index)
{
    /* RL_TEAR_NONE is what a level beyond the plan's depth has; no plan asks for it. */
    static const char *const names[] = {"between", "full"};
    return index < sizeof names / sizeof names[0] ? names[index] : NULL;
}

const char *rl_reuse_word(unsigned index)
{
    static const char *const names[] = {
        [RL_REUSE_MERGE] = "merge", [RL_REUSE_SNAPSHOTS] = "snapshots", [RL_REUSE_NONE] = "none"};
    return index < sizeof names / sizeof names[0] ? names[index] : NULL;
}

const char *rl_source_word(unsigned index)
{
    static const char *const names[RL_SOURCE_COUNT] = {
        [RL_SOURCE_STORAGE] = "storage", [RL_SOURCE_HOST] = "host", [RL_SOURCE_RELAY] = "relay"};
    return index < RL_SOURCE_COUNT ? names[index] : NULL;
}

const char *rl_light_word(unsigned index)
{
    static const char *const names[] = {"off", "kept"};
    return index < 2 ? names[index] : NULL;
}

const char *rl_staging_word(unsigned index)
{
    static const char *const names[] = {"kept", "flushed"};
    return index < 2 ? names[index] : NULL;
}

const char *rl_readable_word(unsigned index)
{
    static const char *const names[] = {"readable", "unreadable"};
    return index < 2 ? names[index] : NULL;
}

const char *rl_truth_word(unsigned index)
{
    static const char *const names[] = {"false", "true"};
    return index < 2 ? names[index] : NULL;
}

/* Classes without a row are left out: the index is not the class. */
const char *rl_class_word(unsigned index)
{
    for (unsigned i = 0; i < RL_CLASS_COUNT; i++) {
        const struct rl_class_info *info = rl_class_info((rl_class)i);

        if (info != NULL && index-- == 0) {
            return info->name;
        }
    }
    return NULL;
}

const char *rl_kind_word(unsigned index)
{
    return index < RL_KIND_SPOIL ? rl_kind_name((rl_kind)index) : NULL;
}

const char *rl_region_word(unsigned index)
{
    return index < RL_REGION_COUNT ? rl_region_name(index) : NULL;
}

const char *rl_property_word(unsigned index)
{
    const struct rl_property_info *info = rl_property_info((rl_property)index);
    return info == NULL ? NULL : info->name;
}
