#include "board/breakpoint.h"

/* In a file of its own, and not empty to the compiler: each call is one. */
__attribute__((noinline, used)) void rl_breakpoint(void)
{
    __asm__ volatile("" ::: "memory");
}
