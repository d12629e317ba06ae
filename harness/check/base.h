/* The states that others differ from by a few pages: those of a power cut and of a reset, with
 * lines kept, lost or open, and nothing in flight. They follow the cursor, and each remembers where
 * it arrived until something changes that was asked on the way. */
#ifndef RELIGHT_CHECK_BASE_H
#define RELIGHT_CHECK_BASE_H

#include "check/arrive.h"
#include "faults/outcome.h"

struct rl_check_base {
    bool known;  /* where it arrives */
    size_t same; /* so many questions on its way have the answers that they had */
    struct rl_check_way way;
    struct rl_check_arrivals arrivals;
};

/* By event and what became of dirty lines. */
struct rl_check_bases {
    const struct rl_check_cell *cell;
    struct rl_check_base base[2][RL_LINES_OPEN + 1];
};

void rl_check_bases_init(struct rl_check_bases *bases, const struct rl_check_cell *cell);
void rl_check_bases_free(struct rl_check_bases *bases);
/* Nothing is known any more. */
void rl_check_bases_forget(struct rl_check_bases *bases);
/* An operation has changed these pages. */
void rl_check_bases_change(struct rl_check_bases *bases, const struct rl_log *log,
                           const struct rl_operation *operation);
/* That of an outcome. `search` is from the root: its view is made by this, its way is set. */
const struct rl_check_base *rl_check_bases_get(struct rl_check_bases *bases,
                                               const struct rl_outcome *outcome, bool battery,
                                               const struct rl_check_search *search);

/* Where a crash state may differ from its base. */
struct rl_check_part {
    bool known; /* else it may do so anywhere */
    uint8_t device;
    uint32_t first, count; /* pages; none: it is the base */
};
struct rl_check_part rl_check_part_of(const struct rl_cursor *cursor,
                                      const struct rl_outcome *outcome);
/* Whether a crash state, as it was made, differs from its base nowhere else. */
bool rl_check_part_holds(const struct rl_check_part *part, const struct rl_cursor *cursor,
                         const struct rl_view *view);

#endif
