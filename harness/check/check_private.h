/* Between the files that check a cell. */
#ifndef RELIGHT_CHECK_PRIVATE_H
#define RELIGHT_CHECK_PRIVATE_H

#include "check/base.h"
#include "check/check.h"
#include "check/walk.h"
#include "explore/run.h"
#include "explore/select.h"
#include "faults/cursor.h"

/* What the cuts of one run lead to, for a state without memory (0) and with it (1). */
struct rl_account {
    uint64_t crash_states;
    uint64_t violating[2];
    uint64_t *met[2];    /* bitmaps of states */
    uint64_t drawn;      /* of the crash states: not all of what lines can hold was tried */
    struct rl_sum order; /* of the leaves that they arrive at, one after the other */
};

struct rl_checker {
    const struct rl_scene *scene;
    struct rl_check_cell *certificate;
    const struct rl_check_options *options;
    struct rl_check_result *result;
    struct rl_run run, other; /* of the state at hand; and from a state like it */
    struct rl_cursor cursor;
    struct rl_selection selection;
    bool narrow; /* the plan selects operations */
    struct rl_view *view;
    struct rl_plane flash, memory;
    struct rl_check_asked asked;
    uint64_t state;      /* at hand */
    bool remembers;      /* that the new image began, with a higher security counter */
    uint64_t state_bits; /* of the bitmaps of an account */
    /* Of the walk that goes on. */
    struct rl_check_bases bases;
    struct rl_check_arrivals arrivals;
    const struct rl_run *walked;
    struct rl_account *account;
    size_t operation;
};

/* The certificate is not true; the first reason counts. Returns false. */
__attribute__((format(printf, 2, 3))) bool rl_check_fail(struct rl_checker *checker,
                                                         const char *format, ...);

void rl_account_init(struct rl_account *account, const struct rl_checker *checker);
void rl_account_free(struct rl_account *account);

/* The walk along the log of a run: cursor and selection. */
void rl_check_start(struct rl_checker *checker, const struct rl_run *run,
                    struct rl_account *account);
/* Every crash state before, or in, operation `index`, and after it; none with a NULL account. */
void rl_check_before(struct rl_checker *checker, size_t index, bool at_start);
/* Past it. */
void rl_check_step(struct rl_checker *checker);
void rl_check_after(struct rl_checker *checker, size_t index, bool at_start);
/* The whole log. */
void rl_check_cuts(struct rl_checker *checker, const struct rl_run *run, bool at_start,
                   struct rl_account *account);
/* What the cuts came to is what the certificate says of the state, with memory or without. */
bool rl_check_account(struct rl_checker *checker, const struct rl_account *account, bool memory,
                      const struct rl_check_cuts *cuts);

/* A state that answers all questions on the way to the leaf as that of the planes does, and differs
 * where none of them looks, recovers alike, and its cuts lead to the same states. */
bool rl_check_others(struct rl_checker *checker, uint32_t leaf, const struct rl_account *account);

#endif
