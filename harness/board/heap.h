/* Allocation for the harness's long-lived tables: it succeeds, or the process ends with one line
 * and exit code 3, as a harness failure. A campaign that ran out of memory has nothing to save that
 * its parent process does not hold already. */
#ifndef RELIGHT_BOARD_HEAP_H
#define RELIGHT_BOARD_HEAP_H

#include <stddef.h>

_Noreturn void rl_out_of_memory(void);
void *rl_malloc(size_t size);
void *rl_calloc(size_t count, size_t size);
void *rl_realloc(void *old, size_t size);
/* Room for one more element: `*room` elements of `size` bytes are at `array`, `count` in use. */
void *rl_grow(void *array, size_t count, size_t *room, size_t size);

#endif
