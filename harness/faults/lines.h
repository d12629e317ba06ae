/* Lists of cache lines: what is left of each after a crash. A list is stored once, and known by a
 * number, so that outcomes stay small. Numbers depend on the order in which lists were met, and
 * never leave a process: an outcome's text has the lines themselves. */
#ifndef RELIGHT_FAULTS_LINES_H
#define RELIGHT_FAULTS_LINES_H

#include <stdint.h>

struct rl_line {
    uint32_t page, word; /* its first */
    uint32_t prefix;     /* of the stores made to it since it was last cleaned */
};

/* Lines that one outcome names at most: its text has room for them. */
#define RL_LINES_MAX 16u

/* The number of a list of at most RL_LINES_MAX; 0 is that of the empty one. */
uint32_t rl_lines_put(const struct rl_line *lines, uint32_t count);
/* The list of a number; valid until the next put. */
const struct rl_line *rl_lines_get(uint32_t number, uint32_t *count);
void rl_lines_free(void);

#endif
