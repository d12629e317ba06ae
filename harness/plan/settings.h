/* What the plan and each of its variants set, before it becomes cells. */
#ifndef RELIGHT_PLAN_SETTINGS_H
#define RELIGHT_PLAN_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "plan/device.h"
#include "plan/loader.h"

enum rl_image_role { RL_IMAGE_OLD = 0, RL_IMAGE_NEW, RL_IMAGE_OLDER, RL_IMAGE_ROLES };

struct rl_settings {
    const struct rl_yaml *where; /* the plan or variant, for what is missing in it */
    char name[64];               /* of the variant; empty without variants */
    char engine[256];            /* a built-in engine's name, or a path */
    struct rl_device_plan device;
    const struct rl_yaml *images[RL_IMAGE_ROLES]; /* NULL: not given */
    unsigned starts[RL_START_COUNT], start_count;
    unsigned memories[RL_MEMORY_COUNT], memory_count;
    rl_class_set classes;                /* none: those that the exploration can reach */
    const struct rl_yaml *classes_where; /* NULL: default */
    struct rl_fault_plan faults;
    const struct rl_yaml *pairs_where; /* NULL: none */
    uint32_t depth;
    bool closure;
    uint32_t doubts;
    unsigned tears[2], tear_count; /* words of rl_tear_word(); count 0: default */
    const struct rl_yaml *tear_where;
    uint32_t sample;
    uint64_t seed;
    unsigned reuse;
    struct rl_limits limits;
    struct rl_world_plan world;
    const struct rl_yaml *world_where; /* NULL: default */
    struct rl_expectation expect;
    const struct rl_yaml *expect_where; /* NULL: default */
    uint32_t properties;
    const struct rl_yaml *properties_where; /* NULL: default */
};

void rl_settings_defaults(struct rl_settings *settings);

/* One row for each key that plan and variants share; the target is a struct rl_settings. */
extern const struct rl_field rl_settings_fields[];
#define RL_SETTINGS_FIELDS 12u

/* Checks values against each other, then fills `cell` with all but its name, memory, start and
 * images, and fits the images: old, new and older image are made and checked against the banks. */
bool rl_settings_cell(struct rl_loader *loader, const struct rl_settings *settings,
                      struct rl_cell *cell);

#endif
