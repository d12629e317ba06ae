/* relight replay --gdb: the same replay under gdb. */
#include "cli/commands.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Number of the innermost frame that is neither of the board and the explorer, nor of what binds
 * fastload to them: the engine's. gdb has no words for that; its exit code brings it back. */
static const char engine_frame[] =
    "pipe backtrace | exit $(sed -nE "
    "'\\_/harness/(board|explore|faults|oracles|engines/fastload)/_d; s/^#([0-9]+) .*/\\1/p; "
    "t end; d; :end; q')";

static bool in_path(const char *name)
{
    const char *path = getenv("PATH");
    char file[PATH_MAX];
    while (path != NULL && *path != '\0') {
        size_t length = strcspn(path, ":");
        snprintf(file, sizeof file, "%.*s/%s", (int)length, path, name);
        if (length > 0 && access(file, X_OK) == 0) {
            return true;
        }
        path += length + (path[length] == ':');
    }
    return false;
}

int rl_cli_gdb(const struct rl_gdb *gdb)
{
    char program[PATH_MAX];
    char stop[48];
    char note[96];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (!in_path("gdb")) {
        return rl_cli_fail(RL_EXIT_USAGE,
                           "--gdb: there is no gdb in PATH; on Debian: apt-get install gdb");
    }
    if (length < 0) {
        return rl_cli_fail(RL_EXIT_FAILED, "--gdb: /proc/self/exe: %s", strerror(errno));
    }
    program[length] = '\0';
    snprintf(stop, sizeof stop, "--break=%u:%llu", gdb->stop.cycle,
             (unsigned long long)gdb->stop.operation);
    snprintf(note, sizeof note, "echo stopped just before operation %llu of power cycle %u\\n",
             (unsigned long long)gdb->stop.operation, gdb->stop.cycle);
    const char *arguments[32] = {"gdb",    "-q",
                                 "-iex",   "set debuginfod enabled off",
                                 "-iex",   "set confirm off",
                                 "-ex",    "set width 0",
                                 "-ex",    "break rl_breakpoint",
                                 "-ex",    "run",
                                 "-ex",    note,
                                 "-ex",    engine_frame,
                                 "-ex",    "frame $_shell_exitcode",
                                 "--args", program,
                                 "replay", stop};
    size_t count = 0;
    while (arguments[count] != NULL) {
        count++;
    }
    if (gdb->plan != NULL) {
        arguments[count++] = "--plan";
        arguments[count++] = gdb->plan;
    }
    if (gdb->engine != NULL) {
        arguments[count++] = "--engine";
        arguments[count++] = gdb->engine;
    }
    arguments[count++] = "--";
    arguments[count++] = gdb->token;
    fflush(NULL);
    execvp("gdb", (char *const *)arguments);
    return rl_cli_fail(RL_EXIT_FAILED, "--gdb: gdb cannot be run: %s", strerror(errno));
}
