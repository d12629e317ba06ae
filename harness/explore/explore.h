/* What the command line asks of the explorer. */
#ifndef RELIGHT_EXPLORE_H
#define RELIGHT_EXPLORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "board/breakpoint.h"
#include "explore/engines.h"
#include "plan/plan.h"
#include "results/results.h"

/* Shown while a campaign runs; sums over all cells so far. */
struct rl_campaign_progress {
    uint32_t cells_done, cells;
    uint64_t crash_states, violations;
    double fraction; /* of the work, 0 to 1; an estimate */
    double seconds;  /* since the start */
};
typedef void rl_progress_function(void *user, const struct rl_campaign_progress *progress);

struct rl_campaign_options {
    unsigned jobs;             /* worker processes, 1 to 256 */
    double budget_seconds;     /* 0: none. Cells not finished by then are incomplete */
    const char *only;          /* run cells whose names begin so; NULL: all cells */
    uint32_t shard, shards;    /* run this shard, from 1, of so many; 0, 0: all of the plan */
    struct rl_store *store;    /* where results are kept while they come in; NULL: nowhere */
    struct rl_results *so_far; /* of the campaign that goes on: taken over; NULL: it begins */
    const char *certificate;   /* file for what closures explored; NULL: none */
    const char *without; /* which classes were taken out of the plan, for results; NULL: none */
    rl_progress_function *progress; /* may be NULL; called about four times a second */
    void *progress_user;
};

/* How many cells of the plan have a name that begins with `only`; all of them when it is NULL. */
uint32_t rl_campaign_cells(const struct rl_plan *plan, const char *only);

/* Runs the cells of the plan that `options->only` leaves; there must be one. Each cell is explored
 * by one process, so results are equal for any number of jobs. Returns 0 and fills `results`
 * (rl_results_free()), or -1 with a line in `error` when the harness itself failed before any cell
 * could be judged, or when results could not be stored. */
int rl_campaign_run(const struct rl_plan *plan, const struct rl_engines *engines,
                    const struct rl_campaign_options *options, struct rl_results *results,
                    char *error, size_t error_size);

/* How a replay ended. */
enum rl_replay_status {
    RL_REPLAY_HELD = 0,     /* nothing violated */
    RL_REPLAY_VIOLATED = 1, /* the violation happened; it is in the timeline */
    RL_REPLAY_BAD_TOKEN = 2 /* malformed, or of another plan, image or engine */
};

/* Flash as a replay shows it. */
struct rl_flash_dump {
    uint8_t *bytes; /* owned */
    size_t size;
    char *unreadable; /* a line for each range that does not read; NULL: none. Owned */
};
void rl_flash_dump_free(struct rl_flash_dump *dump);

/* What a replay is asked for besides its verdict. Operations are named as explore/moment.h says;
 * NULL: none. */
struct rl_replay_options {
    const char *until;           /* the timeline ends with this operation */
    const char *dump;            /* flash as it is after this operation goes into `flash` */
    const char *last_write;      /* REGION+0xOFFSET: the timeline ends with who wrote there last */
    struct rl_stop stop;         /* rl_breakpoint() is called before this operation */
    struct rl_flash_dump *flash; /* out */
    /* Out, may be NULL: the operation of `until`, or that of the first violation; cycle 0 when
     * there is none. */
    struct rl_stop *reached;
};

/* Runs the scenario that `token` names. On HELD and VIOLATED *timeline is an allocated text, a pure
 * function of plan, engine, token and options, which may be NULL. On a bad token or option `error`
 * holds one line. */
enum rl_replay_status rl_replay(const struct rl_plan *plan, const struct rl_engines *engines,
                                const char *token, const struct rl_replay_options *options,
                                char **timeline, char *error, size_t error_size);

/* How far to shrink. */
struct rl_shrink_options {
    int property;     /* rl_property to keep violated; below 0: the first that is */
    uint64_t replays; /* at most so many; 0: no limit */
    double deadline;  /* until then, by rl_clock_now(); 0: none */
    /* Told of each step that made it smaller; may be NULL. */
    void (*step)(void *user, const char *what, const char *token, uint64_t replays);
    void *user;
};

struct rl_shrink_result {
    char token[RL_TOKEN_SIZE]; /* the smallest that was found */
    rl_property property;      /* that it violates */
    char why[RL_WHY_SIZE];
    uint32_t faults;
    uint64_t replays;
    uint32_t steps;
    bool complete; /* false: replays or time ran out */
};

/* Makes the scenario that `token` names smaller: explore/shrink.h. VIOLATED and the result; HELD
 * when there is nothing to shrink; on a bad token `error` holds one line. */
enum rl_replay_status rl_shrink(const struct rl_plan *plan, const struct rl_engines *engines,
                                const char *token, const struct rl_shrink_options *options,
                                struct rl_shrink_result *result, char *error, size_t error_size);

/* The operations of the golden run of each cell, as an allocated table: number, phase, kind,
 * region, address, size, and how many crash states each leaves. */
char *rl_steps(const struct rl_plan *plan, const struct rl_engines *engines);

/* The plan name in a token, for finding its file: writes it to `name`. False when malformed. */
bool rl_token_plan(const char *token, char *name, size_t name_size);

#endif
