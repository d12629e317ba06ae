/* The subcommands of relight(1), and what they share. Each rl_cli_ function is one subcommand, gets
 * argv[0] = "relight NAME", and returns the process's exit code. */
#ifndef RELIGHT_CLI_COMMANDS_H
#define RELIGHT_CLI_COMMANDS_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

#include "engines/load.h"
#include "explore/explore.h"
#include "plan/plan.h"

/* Exit codes. Where several apply, the first of this order: usage, failed, violated, unverified. */
enum rl_exit {
    RL_EXIT_HELD = 0,
    RL_EXIT_VIOLATED = 1,
    RL_EXIT_USAGE = 2, /* wrong use, or a bad plan, token, store or engine */
    RL_EXIT_FAILED = 3,
    RL_EXIT_UNVERIFIED = 4
};

int rl_cli_run(int argc, char **argv);
int rl_cli_merge(int argc, char **argv);
int rl_cli_replay(int argc, char **argv);
int rl_cli_shrink(int argc, char **argv);
int rl_cli_check(int argc, char **argv);
int rl_cli_steps(int argc, char **argv);
int rl_cli_faults(int argc, char **argv);
int rl_cli_properties(int argc, char **argv);
int rl_cli_image(int argc, char **argv);

/* cli/common.c */

#define RL_ERROR_SIZE 512u

/* argp_parse() whose usage errors exit with RL_EXIT_USAGE. `--help` prints to stdout and exits 0.
 */
void rl_cli_parse(const struct argp *argp, int argc, char **argv, void *input);

/* Prints "relight: " and the line on stderr; returns `code`. */
__attribute__((format(printf, 2, 3))) int rl_cli_fail(int code, const char *format, ...);

/* Prints "relight: " and the line on stderr, for what is no error. */
__attribute__((format(printf, 1, 2))) void rl_cli_note(const char *format, ...);

/* Makes sure that what was printed on stdout got there: returns `code`, or RL_EXIT_FAILED with a
 * line on stderr when it did not. */
int rl_cli_finish(int code);

/* Opens the engine `name` for all cells, or what the plan's cells name when it is NULL. 0, or
 * RL_EXIT_USAGE after a line on stderr. */
int rl_cli_engines(const char *name, const struct rl_plan *plan, struct rl_engines *engines);

/* Opens the engines of `plan`, calls `work` and returns what it returns, an exit code; frees the
 * plan. RL_EXIT_USAGE when `plan` is NULL: a line on stderr said why. */
typedef int rl_cli_work(const struct rl_plan *plan, const struct rl_engines *engines, void *user);
int rl_cli_with_plan(struct rl_plan *plan, const char *engine, rl_cli_work *work, void *user);

/* For a parser whose command takes one word: puts it into `*word`. Leaves by argp_error() with
 * `one` when there is another already, and with `missing` when there is none. */
error_t rl_cli_one_word(int key, const char *argument, struct argp_state *state, const char **word,
                        const char *one, const char *missing);

/* Worker processes that --jobs names. Leaves by argp_error() when it is no number of them. */
#define RL_CLI_JOBS_HELP "Worker processes, 1 to 256; by default one for each CPU"
unsigned rl_cli_jobs(const char *text, struct argp_state *state);
/* One for each CPU. */
unsigned rl_cli_cpus(void);

/* Seconds that --budget names: a number with s, m or h. Leaves by argp_error() when it is none. */
double rl_cli_budget(const char *text, struct argp_state *state);

/* Loads a plan; NULL after a line on stderr. */
struct rl_plan *rl_cli_plan(const char *path);

/* cli/without.c */

/* Takes the classes of a list such as "torn-erase,bit-rot" out of the plan at `path`. 0, or
 * RL_EXIT_USAGE after a line on stderr. */
int rl_cli_without(struct rl_plan *plan, const char *path, const char *list);

/* cli/token.c */

/* The plan that a token names, from `plan_path`, or found by its name when that is NULL; NULL after
 * a line on stderr. */
struct rl_plan *rl_cli_token_plan(const char *token, const char *plan_path);

/* cli/gdb.c */

/* What a replay under a debugger is of, as on the command line. */
struct rl_gdb {
    const char *token, *plan, *engine; /* the last two may be NULL */
    struct rl_stop stop;
};
/* Replaces this process by gdb, which runs the replay and stops before the operation. Returns an
 * exit code after a line on stderr when it cannot. */
int rl_cli_gdb(const struct rl_gdb *gdb);

/* cli/locate.c */

/* Path of the plan called `name`: faultplans/NAME.yaml in the current folder, then Relight's own.
 * False when there is none, or `name` is no plan name. */
bool rl_cli_locate(const char *name, char *path, size_t size);

/* What `relight replay TOKEN` needs besides a token of this plan, loaded from `plan_path`, and this
 * engine (NULL: the plan's own), quoted for a shell: allocated, may be empty; NULL when memory ran
 * out. */
char *rl_cli_replay_options(const struct rl_plan *plan, const char *plan_path, const char *engine);

/* Whether file descriptor `descriptor` may carry colours: a terminal, NO_COLOR unset or empty, TERM
 * set and not "dumb". */
bool rl_cli_colour(int descriptor);

/* Prints "  label  text" on stdout, the text wrapped at 78 columns beside its label, which has at
 * most 11 characters. */
void rl_cli_field(const char *label, const char *text);

/* Whether both names, links among them, are of one file that is there. */
bool rl_cli_is_same_file(const char *one, const char *other);

/* cli/progress.c */

/* How far a campaign is, on stderr: one rewritten line on a terminal, elsewhere a line each ten
 * seconds at most. */
struct rl_progress {
    bool shown;    /* false: say nothing */
    bool terminal; /* rewrite one line */
    bool dirty;    /* the line must be wiped before anything else is printed */
    double last;   /* seconds at which a line was printed last */
};

/* `quiet` when nothing may be printed unless stderr is a terminal. */
void rl_progress_begin(struct rl_progress *progress, bool quiet);
/* An rl_progress_function; `user` is a struct rl_progress. */
void rl_progress_show(void *user, const struct rl_campaign_progress *now);
/* Wipes the line. */
void rl_progress_end(struct rl_progress *progress);
/* Writes one line without newline, for `now`; always terminated. */
void rl_progress_line(const struct rl_campaign_progress *now, char *line, size_t size);

#endif
