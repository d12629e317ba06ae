#include "check/cells.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "board/heap.h"

/* What workers leave, in memory that they share with who started them. */
struct found {
    bool whole;
    struct rl_check_result result;
};

/* Forks a worker for a task; its process, or -1. */
static pid_t start(const struct rl_plan *plan, const struct rl_check_task *task,
                   const struct rl_check_options *options, struct found *found)
{
    pid_t worker;

    (void)fflush(NULL);
    worker = fork();
    if (worker == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* nobody would take the result */
        rl_check_cell(plan, task->cell, task->engine, task->certificate, options, &found->result);
        found->whole = true;
        _exit(0);
    }
    return worker;
}

/* Waits for one worker; false when none is left. */
static bool await(void)
{
    pid_t ended = wait(NULL);

    while (ended < 0 && errno == EINTR) {
        ended = wait(NULL);
    }
    return ended > 0;
}

bool rl_check_cells(const struct rl_plan *plan, const struct rl_check_task *tasks, size_t count,
                    const struct rl_check_options *options, unsigned jobs,
                    struct rl_check_result *results, char why[RL_CHECK_WHY])
{
    struct found *found = mmap(NULL, (count + 1u) * sizeof *found, PROT_READ | PROT_WRITE,
                               MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    unsigned working = 0;

    if (found == MAP_FAILED) {
        rl_out_of_memory();
    }
    why[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        if (working >= jobs && await()) {
            working--;
        }
        working += start(plan, &tasks[i], options, &found[i]) > 0;
    }
    while (await()) {
    }
    for (size_t i = 0; i < count; i++) {
        results[i] = found[i].result;
        if (!found[i].whole && why[0] == '\0') {
            (void)snprintf(why, RL_CHECK_WHY, "the worker process of cell %s did not end well",
                           tasks[i].certificate->name);
        }
    }
    (void)munmap(found, (count + 1u) * sizeof *found);
    return why[0] == '\0';
}
