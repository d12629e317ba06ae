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
    RL_LANDING_MID /* with all lines kept, the first `part` words were stored; with all lost,
                    * the first `part` lines were written back */
} rl_landing;

/* What became of dirty lines. */
typedef enum rl_lines {
    RL_LINES_GONE = 0, /* memory was lost with power */
    RL_LINES_KEPT,     /* all written back */
    RL_LINES_LOST,     /* none */
    RL_LINES_KEPT_BUT, /* all, but the line named holds its first `prefix` stores only */
    RL_LINES_LOST_BUT  /* none, but the line named holds its first `prefix` stores */
} rl_lines;

struct rl_outcome {
    bool reset; /* a warm reset; else a power cut */
    rl_landing landing;
    uint32_t part, parts; /* parts: how many there are, for people */
    rl_lines lines;
    uint32_t page, word; /* the line of KEPT_BUT and LOST_BUT */
    uint32_t prefix;
};

/* Members of a family: `outcome` with its part (or prefix) from `first` to `last`. */
struct rl_family {
    struct rl_outcome outcome;
    uint32_t first, last;
    bool is_base;   /* one member, the state that the next families differ from */
    uint8_t device; /* of the pages that members differ in */
    uint32_t page, pages;
    rl_class fault_class;
};

/* Which outcomes to make. */
struct rl_reach {
    bool full;    /* torn outcomes too, not only before and after */
    bool battery; /* memory keeps its content without power */
    rl_class_set classes;
};

typedef void rl_family_visit(void *user, const struct rl_family *family);

/* Families that are states before the operation at cursor->next, or inside it. */
void rl_families_before(const struct rl_cursor *cursor, const struct rl_reach *reach,
                        rl_family_visit *visit, void *user);
/* Families that are states after the operation that the cursor stepped over last. */
void rl_families_after(const struct rl_cursor *cursor, const struct rl_reach *reach,
                       rl_family_visit *visit, void *user);
/* Whether rl_families_after() is where an outcome belongs: the cursor must have stepped then. */
static inline bool rl_outcome_is_after(const struct rl_outcome *outcome)
{
    return outcome->landing == RL_LANDING_AFTER;
}

/* The crash state of an outcome. False when it does not exist there. */
bool rl_outcome_view(const struct rl_cursor *cursor, const struct rl_outcome *outcome, bool battery,
                     struct rl_view *view);

/* The class that an outcome counts for: the most specific one. */
rl_class rl_outcome_class(const struct rl_outcome *outcome);

/* As in tokens; `size` at least 96. */
void rl_outcome_format(const struct rl_outcome *outcome, const struct relight_geometry *geometry,
                       char *text, size_t size);
bool rl_outcome_parse(const char *text, const struct relight_geometry *geometry, bool battery,
                      struct rl_outcome *outcome);
/* The same in words, for timelines. */
void rl_outcome_tell(const struct rl_outcome *outcome, const struct relight_geometry *geometry,
                     char *text, size_t size);

#endif
