#include "board/heap.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void rl_out_of_memory(void)
{
    (void)fputs("relight: out of memory; use fewer --jobs, or a smaller geometry in the plan\n",
                stderr);
    exit(3);
}

void *rl_malloc(size_t size)
{
    void *memory = malloc(size == 0 ? 1 : size);

    if (memory == NULL) {
        rl_out_of_memory();
    }
    return memory;
}

void *rl_calloc(size_t count, size_t size)
{
    void *memory = calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);

    if (memory == NULL) {
        rl_out_of_memory();
    }
    return memory;
}

void *rl_realloc(void *old, size_t size)
{
    void *memory = realloc(old, size == 0 ? 1 : size);

    if (memory == NULL) {
        rl_out_of_memory();
    }
    return memory;
}

void *rl_grow(void *array, size_t count, size_t *room, size_t size)
{
    if (count < *room) {
        return array;
    }
    *room = *room == 0 ? 64 : *room * 2;
    return rl_realloc(array, *room * size);
}
