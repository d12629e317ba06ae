/* Keys of an image in a plan whose values have several parts: segments, configurations, and what
 * the bridge from another image goes by. Rows' functions as those of plan/read.h; `offset` is that
 * of a struct rl_recipe in the target. */
#ifndef RELIGHT_PLAN_BRIDGE_H
#define RELIGHT_PLAN_BRIDGE_H

#include <stdbool.h>

#include "plan/read.h"

/* [MIN, MAX] */
bool rl_read_data_reads(struct rl_loader *loader, const struct rl_yaml *value,
                        const struct rl_field *field, void *target);
/* All four steps of initialization. */
bool rl_read_init_order(struct rl_loader *loader, const struct rl_yaml *value,
                        const struct rl_field *field, void *target);
/* Some preparations. */
bool rl_read_prepares(struct rl_loader *loader, const struct rl_yaml *value,
                      const struct rl_field *field, void *target);
/* [{size: SIZE, place: SIZE}, ...] */
bool rl_read_extents(struct rl_loader *loader, const struct rl_yaml *value,
                     const struct rl_field *field, void *target);
/* {level: NUMBER, size: SIZE, seed: NUMBER}; `least` is the companion. */
bool rl_read_configuration(struct rl_loader *loader, const struct rl_yaml *value,
                           const struct rl_field *field, void *target);

#endif
