/* What the judge of a played scenario said: as text for its timeline, and where. */
#ifndef RELIGHT_EXPLORE_VERDICT_H
#define RELIGHT_EXPLORE_VERDICT_H

#include "board/breakpoint.h"
#include "explore/notes.h"
#include "explore/timeline.h"
#include "oracles/judge.h"
#include "results/results.h"

/* Property by property; `cycles` power cycles came before those that the judge counts. */
void rl_verdict_tell(struct rl_text *text, const struct rl_judge *judge, uint32_t cycles);
/* A note where each property broke, if that was among the `count` operations of the judge's first
 * power cycle. */
void rl_verdict_note(struct rl_notes *notes, const struct rl_judge *judge, size_t count);
/* The operation at which a property broke first, in power cycles of the scenario; cycle 0 when none
 * did at an operation. */
struct rl_stop rl_verdict_first(const struct rl_judge *judge, uint32_t cycles);
/* What the update cost, as the outside saw it; nothing where that was not measured. */
void rl_verdict_tell_outage(struct rl_text *text, const struct rl_outage *outage);

#endif
