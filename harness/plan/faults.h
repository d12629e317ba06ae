/* What a plan breaks: `faults` and `pairs`. */
#ifndef RELIGHT_PLAN_FAULTS_H
#define RELIGHT_PLAN_FAULTS_H

#include "plan/settings.h"

/* Rows' functions for a struct rl_settings. */
bool rl_faults_read(struct rl_loader *loader, const struct rl_yaml *value,
                    const struct rl_field *field, void *target);
bool rl_pairs_read(struct rl_loader *loader, const struct rl_yaml *value,
                   const struct rl_field *field, void *target);

/* Fills the cell's classes and faults; refuses what can never happen. After the cell's tears. */
bool rl_faults_check(struct rl_loader *loader, const struct rl_settings *settings,
                     struct rl_cell *cell);

#endif
