/* What one load of a plan keeps from its first byte to its last. */
#ifndef RELIGHT_PLAN_LOADER_H
#define RELIGHT_PLAN_LOADER_H

#include <stdbool.h>
#include <stdint.h>

#include "plan/plan.h"
#include "plan/read.h"
#include "plan/yaml.h"

/* The plan itself, and a device profile for it and each variant. */
#define RL_DOCUMENTS_MAX (RL_YAML_ITEMS_MAX + 2u)
/* Old, new and older image of the plan and each variant, and the older image by default. */
#define RL_IMAGES_MAX    (3u * (RL_YAML_ITEMS_MAX + 1u) + 1u)

struct rl_loader {
    struct rl_yaml_error error;
    struct rl_plan *plan;
    const struct rl_yaml *root; /* of the plan: where to point when nothing better is there */
    bool test_key;              /* the device trusts the test key: recipes can be signed */
    struct rl_yaml *documents[RL_DOCUMENTS_MAX];
    uint32_t document_count;
    const struct rl_yaml *image_nodes[RL_IMAGES_MAX]; /* what each image was made from */
    uint32_t image_of_node[RL_IMAGES_MAX];            /* its place in plan->images */
    uint32_t image_node_count;
    uint64_t image_bytes; /* of all images */
};

/* Reads a YAML file that lives as long as the loader. NULL and an error otherwise. */
const struct rl_yaml *rl_loader_open(struct rl_loader *loader, const char *path);

/* What rl_yaml_fail() does, for short; plainly false, also for tools that see one file at a time.
 */
#define rl_fail(loader, where, ...) (rl_yaml_fail(&(loader)->error, where, __VA_ARGS__), false)

#endif
