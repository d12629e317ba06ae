/* The open lines of a crash state, what is left of each, and conditions on several together. */
#ifndef RELIGHT_EXPLORE_LINESET_H
#define RELIGHT_EXPLORE_LINESET_H

#include "explore/open.h"
#include "faults/cursor.h"
#include "faults/lines.h"
#include "faults/view.h"

/* Different contents of a line; bit 0 of a set is what it holds when all stores to it are kept. */
#define RL_CONTENTS_MAX 64u

struct rl_open_line {
    uint32_t page, word, mask; /* its words */
    uint32_t contents;         /* how many, from `first` on in rl_lineset.contents */
    uint32_t first;
    uint32_t lost;   /* the content without any of the stores */
    uint64_t torn;   /* contents that leave an operation's stores in half */
    uint64_t left;   /* contents that it may have */
    uint64_t tried;  /* the same while conditions are being met */
    uint32_t chosen; /* in the state at hand */
};

struct rl_content_of_line {
    rl_slot slot;    /* of its page; other lines as the CPU sees them */
    uint32_t prefix; /* the longest that leaves it */
    uint32_t open;   /* words that show the start state, and what that held there is not known */
};

/* One of its terms holds: the line has one of these contents. */
struct rl_term {
    uint32_t line;
    uint64_t contents;
};

struct rl_lineset {
    const struct rl_cursor *cursor;
    const struct rl_open *open; /* of the state that was cut; NULL: it stands for itself only */
    struct rl_open_line *lines;
    size_t count, room;
    struct rl_content_of_line *contents;
    size_t content_count, content_room;
    uint32_t *pages; /* whose lines are in the set */
    size_t page_count, page_room;
    uint32_t *first; /* by page of memory: 1 + its first line; 0: it is not in the set */
    uint32_t *ends;  /* of conditions, each up to there in `terms` */
    size_t condition_count, condition_room;
    struct rl_term *terms;
    size_t term_count, term_room;
    /* What was taken away, to be put back. */
    struct rl_taken {
        uint32_t line;
        uint64_t left;
    } * taken;
    size_t taken_count, taken_room;
    uint32_t base;  /* pages that the view had before */
    uint32_t steps; /* of the search for a state */
    bool too_many;  /* a line has too many contents, or conditions are too hard to meet */
};

/* What a set was, to go back to. */
struct rl_lineset_mark {
    size_t taken, conditions, terms;
};

void rl_lineset_init(struct rl_lineset *set, uint32_t memory_pages);
void rl_lineset_free(struct rl_lineset *set);
/* A crash state at the cursor's place, with all lines kept. Contents that are the same in the state
 * that was cut are two where they need not be in another one that it stands for: what was stored
 * may be just what memory held there before. */
void rl_lineset_start(struct rl_lineset *set, const struct rl_cursor *cursor,
                      const struct rl_view *view, const struct rl_open *open);
/* Takes the dirty lines of a page into the set, if there are any. */
void rl_lineset_open(struct rl_lineset *set, uint32_t page);
/* The lines of a page in the set are [*first, *end). */
void rl_lineset_of(const struct rl_lineset *set, uint32_t page, uint32_t *first, uint32_t *end);
const struct rl_content_of_line *
rl_lineset_content(const struct rl_lineset *set, const struct rl_open_line *line, uint32_t content);

struct rl_lineset_mark rl_lineset_mark(const struct rl_lineset *set);
void rl_lineset_back(struct rl_lineset *set, struct rl_lineset_mark mark);
/* The line has one of these contents from here on; false when no state is left then. */
bool rl_lineset_limit(struct rl_lineset *set, uint32_t line, uint64_t contents);
/* A condition: terms are added first, then it is complete. */
void rl_lineset_term(struct rl_lineset *set, uint32_t line, uint64_t contents);
void rl_lineset_condition(struct rl_lineset *set);

/* Chooses a state that meets all conditions, lines kept rather than lost, or lost rather than kept.
 * False when there is none. */
bool rl_lineset_choose(struct rl_lineset *set, bool kept);
/* Makes the view show the chosen state. */
void rl_lineset_show(const struct rl_lineset *set, struct rl_view *view);
/* The lines that are chosen otherwise than all kept, or than all lost, in ascending order; returns
 * how many there are, of which at most RL_LINES_MAX are stored. */
uint32_t rl_lineset_exceptions(const struct rl_lineset *set, bool kept, struct rl_line *lines);

#endif
