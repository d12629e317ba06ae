/* What plans and their variants say about what surrounds the adapter, and how the update has to
 * end. */
#ifndef RELIGHT_PLAN_WORLD_H
#define RELIGHT_PLAN_WORLD_H

#include "plan/loader.h"

/* Rows of the settings' table: the value of `world` and of `expect`. The target is a struct
 * rl_settings. */
bool rl_world_read(struct rl_loader *loader, const struct rl_yaml *value,
                   const struct rl_field *field, void *target);
bool rl_expectation_read(struct rl_loader *loader, const struct rl_yaml *value,
                         const struct rl_field *field, void *target);

struct rl_settings;
/* Whether world and expectation fit together; an error at what does not otherwise. */
bool rl_world_check(struct rl_loader *loader, const struct rl_settings *settings);

#endif
