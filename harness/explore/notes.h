/* Lines of a timeline that are no operations: what a run tells of itself, and what the outside saw
 * of it. Kept with their place among the operations of the log. */
#ifndef RELIGHT_EXPLORE_NOTES_H
#define RELIGHT_EXPLORE_NOTES_H

#include "board/log.h"
#include "explore/outside.h"

struct rl_note {
    size_t at;      /* operations that came before it */
    uint64_t at_ns; /* of the power cycle; 0: with the operation before it */
    char line[320];
};

struct rl_notes {
    struct rl_note *list; /* ascending */
    size_t count, room;
};

/* Puts a note behind `at` operations, after those that are there already. */
void rl_notes_add(struct rl_notes *notes, size_t at, uint64_t at_ns, const char *line);
/* Adds what happened in the world of a golden run, with its place in the log. */
void rl_notes_weave(struct rl_notes *notes, const struct rl_log *log,
                    const struct rl_port_history *history, const struct rl_outside *outside);
void rl_notes_free(struct rl_notes *notes);

#endif
