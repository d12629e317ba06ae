/* Where a crash state arrives in the tree of questions. With open lines it is as many states as
 * its dirty lines have contents: each line holds what some prefix of the stores to it left,
 * whatever the others hold. What no question reads of them makes no difference; of the lines that
 * one does read, every combination is made and asked. */
#ifndef RELIGHT_CHECK_ARRIVE_H
#define RELIGHT_CHECK_ARRIVE_H

#include "check/way.h"
#include "faults/cursor.h"
#include "faults/view.h"

/* Where combinations are too many, so many are drawn, beside that with all lines kept and that with
 * all lost. */
#define RL_CHECK_DRAWN 4u

struct rl_check_arrival {
    uint32_t leaf;
    bool kept; /* the state with all lines kept is there */
};

/* In ascending order of leaves, each once. */
struct rl_check_arrivals {
    struct rl_check_arrival *list;
    size_t count, room;
    bool drawn;   /* not all combinations were made */
    bool nowhere; /* one belongs to no state of the certificate */
};

struct rl_check_search {
    const struct rl_check_cell *cell;
    const struct rl_cursor *cursor;
    struct rl_view *view; /* with open lines: all of them kept. It is left as it was */
    bool open;
    uint32_t ends; /* combinations that are made at most; of more, some are drawn */
    uint64_t seed;
    struct rl_check_way *way; /* gets the questions; may be NULL */
};

/* From node `from` on. */
void rl_check_arrive(const struct rl_check_search *what, uint32_t from,
                     struct rl_check_arrivals *arrivals);

#endif
