/* The rules of a plan's flash: what a profile declares, whether it makes sense, and which fault
 * classes it excludes. */
#ifndef RELIGHT_PLAN_RULES_H
#define RELIGHT_PLAN_RULES_H

#include <stdbool.h>

#include "board/rules.h"
#include "faults/catalogue.h"
#include "plan/device.h"
#include "plan/loader.h"

/* Rows of the mapping `flash` of a device; their target is a struct rl_device_plan. */
#define RL_RULE_FIELDS 13u
extern const struct rl_field rl_rule_fields[RL_RULE_FIELDS];

/* False and an error where two declared rules contradict each other. */
bool rl_rules_agree(struct rl_loader *loader, const struct rl_device_plan *device);
/* Why a fault of the class cannot happen on such flash, as the end of a sentence; NULL: it can. */
const char *rl_rules_exclude(const struct rl_flash_rules *rules, rl_class fault_class);

#endif
