#include "explore/guard.h"

#include <dlfcn.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

/* Two ticks without an operation between them are an endless loop, or a call that blocks. Of
 * processor time, because a machine may be busy; and, slower, of the clock on the wall, because who
 * blocks uses none. */
#define TICK_SECONDS 2
#define WALL_SECONDS 30

static struct {
    struct rl_board *volatile board; /* of the call going on; NULL outside */
    volatile uint64_t operations[2]; /* at the last tick of each timer */
} guard;

static void crashed(int number)
{
    struct rl_board *board = guard.board;

    if (board != NULL && board->escape != NULL) {
        siglongjmp(*board->escape, RL_ESCAPE_CRASH);
    }
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

static void ticked(int number)
{
    struct rl_board *board = guard.board;
    int timer = number == SIGALRM;

    if (board == NULL || board->escape == NULL) {
        guard.operations[timer] = UINT64_MAX;
        return;
    }
    if (board->operations == guard.operations[timer]) {
        siglongjmp(*board->escape, RL_ESCAPE_SPIN);
    }
    guard.operations[timer] = board->operations;
}

/* What ends a process, in place of the C library's functions: from within an engine under test it
 * is a way out of the engine like any other. */
static _Noreturn void leave(const char *name, int status)
{
    void (*own)(int status) = (void (*)(int))dlsym(RTLD_NEXT, name);

    if (guard.board != NULL && guard.board->escape != NULL) {
        siglongjmp(*guard.board->escape, RL_ESCAPE_EXIT);
    }
    if (own != NULL) {
        own(status);
    }
    abort();
}

_Noreturn void exit(int status)
{
    leave("exit", status);
}

_Noreturn void _exit(int status)
{
    leave("_exit", status);
}

_Noreturn void _Exit(int status)
{
    leave("_Exit", status);
}

void rl_guard_install(void)
{
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    static uint8_t stack[65536];
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    struct itimerval timer = {{TICK_SECONDS, 0}, {TICK_SECONDS, 0}};
    struct itimerval wall = {{WALL_SECONDS, 0}, {WALL_SECONDS, 0}};
    struct sigaction action = {0};

    (void)sigaltstack(&alternate, NULL);
    action.sa_flags = SA_NODEFER | SA_ONSTACK;
    action.sa_handler = crashed;
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++) {
        (void)sigaction(crashes[i], &action, NULL);
    }
    action.sa_handler = ticked;
    action.sa_flags = SA_NODEFER | SA_RESTART;
    (void)sigaction(SIGVTALRM, &action, NULL);
    (void)setitimer(ITIMER_VIRTUAL, &timer, NULL);
    (void)sigaction(SIGALRM, &action, NULL);
    (void)setitimer(ITIMER_REAL, &wall, NULL);
}

int rl_guard_call(struct rl_board *board, void (*work)(void *user), void *user)
{
    sigjmp_buf escape;
    int reason = sigsetjmp(escape, 0);

    if (reason == 0) {
        board->escape = &escape;
        guard.operations[0] = UINT64_MAX;
        guard.operations[1] = UINT64_MAX;
        guard.board = board;
        work(user);
    }
    guard.board = NULL;
    board->escape = NULL;
    board->peeking = 0;
    board->watching = false;
    board->keeps_looks = false;
    return reason;
}
