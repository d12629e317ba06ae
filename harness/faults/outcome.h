/* What a power cut or a warm reset at an operation can leave: the outcomes of harness/faults as
 * code. docs/design.md, "Crash states", tells the rules; this file is where they are.
 *
 * Outcomes come in families: states that differ from a base state of the same operation only in
 * pages that the family names. Who knows that nothing will read those pages need not look at the
 * members one by one. */
#ifndef RELIGHT_FAULTS_OUTCOME_H
#define RELIGHT_FAULTS_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "faults/catalogue.h"
#include "faults/cursor.h"
#include "faults/lines.h"
#include "faults/view.h"

/* How the operation in flight came out. */
typedef enum rl_landing {
    RL_LANDING_BEFORE = 0, /* it did not begin */
    RL_LANDING_AFTER,      /* it was done */
    RL_LANDING_TORN,       /* program: granules below `part` landed, that one is bad */
    RL_LANDING_SUFFIX,     /* program: granules above `part` landed, that one is bad */
    RL_LANDING_ERASE,      /* erase: `part` sixteenths are erased, the next is bad */
    RL_LANDING_WEAK,       /* erase: nowhere deep enough, every granule is bad */
    RL_LANDING_PREPROGRAM, /* erase: the last `part` sixteenths read zero, the one before is bad */
    RL_LANDING_MID, /* with all lines kept, the first `part` words were stored; with all lost,
                     * the first `part` lines were written back */
    /* outcome_torn.c: of the operation in flight */
    RL_LANDING_SUBSET,  /* program: the `part`-th subset of its granules landed */
    RL_LANDING_GRANULE, /* program: one granule is bad, the others are untouched or landed */
    RL_LANDING_PAIRED,  /* program: what the other page of the pair held is bad */
    RL_LANDING_OPTION, /* boot record: what was in flight reads as zeros, ones, or another record */
    /* outcome_past.c: of several operations, done one after the other */
    RL_LANDING_SUSPENDED, /* the last erase stopped after `part` sixteenths, and what followed it
                           * elsewhere is there */
    RL_LANDING_BROWNOUT,  /* the last `part` on flash were weak: what they wrote is bad */
    RL_LANDING_UNORDERED, /* the `part`-th last on flash did not land, those after it did */
    RL_LANDING_LIED,      /* the last `part` on flash did not land */
    /* outcome_memory.c: of all of memory, or of what was never written */
    RL_LANDING_DECAYED, /* memory was without power so briefly that a part of it is there */
    RL_LANDING_GARBAGE, /* a part of memory is overwritten, or as it was before */
    RL_LANDING_RAW,     /* what is blank in flash holds anything, and so does memory */
    RL_LANDING_QUIET,   /* a reset at an operation that writes nothing */
    /* doubt.c: what a flash operation left is in doubt; `parts` is an rl_doubt_way */
    RL_LANDING_UNSTABLE, /* reads one way `part` times, then the other */
    RL_LANDING_MARGINAL, /* reads one way until the rl_decay `part`, then the other */
    /* outcome_turn.c: of closures */
    RL_LANDING_HALFWAY, /* what it was to change is in doubt: rl_turn 1 + `part` says how it reads
                         */
    RL_LANDING_COUNT
} rl_landing;

/* What became of dirty lines. */
typedef enum rl_lines {
    RL_LINES_GONE = 0, /* memory was lost with power */
    RL_LINES_KEPT,     /* all written back */
    RL_LINES_LOST,     /* none */
    RL_LINES_KEPT_BUT, /* all, but each line named holds its first `prefix` stores only */
    RL_LINES_LOST_BUT, /* none, but each line named holds its first `prefix` stores */
    RL_LINES_OPEN      /* of a family: any of these, with any number of lines; whoever reads a line
                        * chooses what is left of it */
} rl_lines;

/* Room for an outcome as text. */
#define RL_OUTCOME_TEXT 512u

struct rl_outcome {
    bool reset; /* a warm reset; else a power cut */
    rl_landing landing;
    uint32_t part, parts; /* parts: how many there are, for people */
    enum rl_turn turn;    /* what was in doubt before reads otherwise from now on */
    rl_lines lines;
    uint32_t page, word; /* the first line of KEPT_BUT and LOST_BUT */
    uint32_t prefix;
    uint32_t more; /* the others, in ascending order: rl_lines_put() */
};

/* Pages of one device. */
struct rl_range {
    uint32_t page, pages;
};

/* Members of a family: `outcome` with its part (or prefix) from `first` to `last`. */
#define RL_FAMILY_MORE (RL_CURSOR_PAST - 1u)
struct rl_family {
    struct rl_outcome outcome;
    uint32_t first, last;
    bool is_base;   /* one member, the state that the next families differ from */
    uint8_t device; /* of the pages that members differ in */
    uint32_t page, pages;
    struct rl_range more[RL_FAMILY_MORE]; /* of the same device */
    uint32_t more_count;
    bool doubts; /* they may differ in what is in doubt */
    rl_class fault_class;
};

/* Which outcomes to make. */
struct rl_reach {
    bool full;    /* torn outcomes too, not only before and after */
    bool battery; /* memory keeps its content without power */
    bool start;   /* the log begins at the start state, not at what a cut left */
    bool open;    /* with full tearing: dirty lines each by itself, RL_LINES_OPEN */
    /* What is interrupted is left in doubt, and turns when power is lost: as long as there are
     * fewer sectors than this with anything in doubt. */
    uint32_t doubts;
    rl_class_set classes;
};

/* Whether operations that change nothing have families, too. */
bool rl_reach_is_everywhere(const struct rl_reach *reach);

typedef void rl_family_visit(void *user, const struct rl_family *family);

/* Families that are states before the operation at cursor->next, or inside it. */
void rl_families_before(const struct rl_cursor *cursor, const struct rl_reach *reach,
                        rl_family_visit *visit, void *user);
/* Families that are states after the operation that the cursor stepped over last. */
void rl_families_after(const struct rl_cursor *cursor, const struct rl_reach *reach,
                       rl_family_visit *visit, void *user);
/* Families of states before the operation at cursor->next that leave flash in doubt: a member each,
 * with part and parts 0, for who runs them chooses those. Not visited by the two above: what
 * follows is no function of the state that the cut leaves. */
void rl_families_in_doubt(const struct rl_cursor *cursor, const struct rl_reach *reach,
                          rl_family_visit *visit, void *user);
/* Whether an outcome is one of these. */
static inline bool rl_outcome_is_doubtful(const struct rl_outcome *outcome)
{
    return outcome->landing == RL_LANDING_UNSTABLE || outcome->landing == RL_LANDING_MARGINAL;
}
/* Whether rl_families_after() is where an outcome belongs: the cursor must have stepped then. */
static inline bool rl_outcome_is_after(const struct rl_outcome *outcome)
{
    return outcome->landing == RL_LANDING_AFTER ||
           (outcome->landing >= RL_LANDING_BROWNOUT && outcome->landing != RL_LANDING_RAW &&
            outcome->landing != RL_LANDING_HALFWAY && !rl_outcome_is_doubtful(outcome));
}

/* The crash state of an outcome. False when it does not exist there. */
bool rl_outcome_view(const struct rl_cursor *cursor, const struct rl_outcome *outcome, bool battery,
                     struct rl_view *view);

/* Whether it names lines, and the lines: at most RL_LINES_MAX. */
static inline bool rl_outcome_names_lines(const struct rl_outcome *outcome)
{
    return outcome->lines == RL_LINES_KEPT_BUT || outcome->lines == RL_LINES_LOST_BUT;
}
uint32_t rl_outcome_lines(const struct rl_outcome *outcome, struct rl_line *lines);
/* Makes dirty lines all kept, or all lost, but these; in ascending order, at most RL_LINES_MAX. */
void rl_outcome_set_lines(struct rl_outcome *outcome, bool kept, const struct rl_line *lines,
                          uint32_t count);

/* The class that an outcome counts for: the most specific one. */
rl_class rl_outcome_class(const struct rl_outcome *outcome);

/* What the device had on flash for good when the cut came at operation `cut` (an index of the log):
 * the first operation that the outcome took away again, or `cut`. What was acknowledged from there
 * on may be gone. */
size_t rl_outcome_firm_until(const struct rl_cursor *cursor, const struct rl_outcome *outcome,
                             size_t cut);

/* As in tokens; `size` at least RL_OUTCOME_TEXT. */
void rl_outcome_format(const struct rl_outcome *outcome, const struct relight_geometry *geometry,
                       char *text, size_t size);
bool rl_outcome_parse(const char *text, const struct relight_geometry *geometry, bool battery,
                      struct rl_outcome *outcome);
/* The same in words, for timelines. */
void rl_outcome_tell(const struct rl_outcome *outcome, const struct relight_geometry *geometry,
                     char *text, size_t size);

#endif
