/* Tokens: one line that names a scenario and replays it anywhere. docs/tokens.md is the grammar. */
#ifndef RELIGHT_EXPLORE_TOKEN_H
#define RELIGHT_EXPLORE_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "board/log.h"
#include "faults/injection.h"
#include "faults/outcome.h"
#include "plan/plan.h"

/* Faults in one scenario; of these, RL_INJECTOR_MAX may be injections. */
#define RL_TOKEN_FAULTS 64u

/* One fault, by what it hit rather than where it stood in a log: the count-th operation of a kind
 * on a region in a phase of a power cycle. */
struct rl_fault {
    uint32_t cycle;
    char phase[24];
    rl_kind kind;
    unsigned region;
    uint64_t count;                /* from 1 */
    char outcome[RL_OUTCOME_TEXT]; /* text of an outcome or an injection: what it means depends on
                                      the cell */
};

struct rl_token {
    char plan[64];
    char cell[96]; /* may be empty */
    struct rl_fault faults[RL_TOKEN_FAULTS];
    uint32_t fault_count;
    uint32_t plan_digest, engine_digest; /* low 32 bits of each */
    /* No fault and no digests: the golden run of the plan and engine at hand, whatever they are. */
    bool golden;
};

/* The fault that `outcome` at operation `index` of a log is. */
void rl_fault_describe(struct rl_fault *fault, uint32_t cycle, const struct rl_log *log,
                       size_t index, const struct relight_engine *engine,
                       const struct rl_outcome *outcome, const struct relight_geometry *geometry);
/* The same of an injection. */
void rl_fault_describe_injection(struct rl_fault *fault, uint32_t cycle, const struct rl_log *log,
                                 size_t index, const struct relight_engine *engine,
                                 const struct rl_injection *injection);
/* Whether the fault is an injection, and which. */
bool rl_fault_injection(const struct rl_fault *fault, struct rl_injection *injection);
/* PHASE:KIND@REGION#COUNT; the other members are 0. False when `text` is anything else. */
bool rl_fault_parse_place(const char *text, struct rl_fault *place);
/* The operation that a fault hits; log->count when there is none. */
size_t rl_fault_locate(const struct rl_fault *fault, const struct rl_log *log,
                       const struct relight_engine *engine);

void rl_token_format(const struct rl_token *token, char *text, size_t size);
/* False, and one line in `error`, when `text` is not a token. */
bool rl_token_parse(const char *text, struct rl_token *token, char *error, size_t error_size);

#endif
