/* Images of a plan: built from recipes or loaded, each once. */
#ifndef RELIGHT_PLAN_RECIPE_H
#define RELIGHT_PLAN_RECIPE_H

#include <stdbool.h>
#include <stdint.h>

#include "plan/loader.h"

/* The image that `node` describes, of what was made before or made now: *image points into the
 * plan. `node` NULL is the older image that plans have by default. */
bool rl_recipe_image(struct rl_loader *loader, const struct rl_yaml *node,
                     const struct rl_image_spec **image);

#endif
