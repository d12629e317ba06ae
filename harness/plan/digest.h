/* The fingerprint of everything in a plan that influences results. */
#ifndef RELIGHT_PLAN_DIGEST_H
#define RELIGHT_PLAN_DIGEST_H

#include <stdbool.h>

#include "plan/plan.h"

/* Sets plan->digest and plan->images_digest from its cells, the content of their images and the
 * key. Names, remarks, comments and paths do not count, nor does the engine, which has a digest of
 * its own. False when memory ran out. */
bool rl_plan_digest(struct rl_plan *plan);

#endif
