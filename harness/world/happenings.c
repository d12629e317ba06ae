#include "world/happenings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "board/heap.h"

void rl_happened(struct rl_happenings *happenings, uint64_t at_ns, const char *format, ...)
{
    va_list arguments;
    struct rl_happening *happening;

    happenings->list =
        rl_grow(happenings->list, happenings->count, &happenings->room, sizeof happenings->list[0]);
    happening = &happenings->list[happenings->count++];
    happening->at_ns = at_ns;
    va_start(arguments, format);
    (void)vsnprintf(happening->text, sizeof happening->text, format, arguments);
    va_end(arguments);
}

void rl_happenings_free(struct rl_happenings *happenings)
{
    free(happenings->list);
    *happenings = (struct rl_happenings){0};
}
