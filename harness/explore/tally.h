/* Counts and findings of one cell while it is explored. */
#ifndef RELIGHT_EXPLORE_TALLY_H
#define RELIGHT_EXPLORE_TALLY_H

#include "explore/scene.h"
#include "explore/token.h"
#include "results/results.h"

#define RL_TALLY_PHASES 256u /* as many as an engine may have */

/* Texts of a violated run, kept once for all states that have it. */
struct rl_verdict_text {
    uint32_t violated;
    uint32_t at_start;        /* of these, by the state that the run began in */
    uint32_t spared, without; /* the texts without what `spared` is; 0: not made yet */
    char why[RL_PROPERTY_COUNT][RL_JUDGE_WHY];
};

/* Which texts were made of others. */
struct rl_joined_text {
    uint32_t verdict, result;
    uint64_t more; /* a sum of what was added */
};

struct rl_tally {
    const struct rl_scene *scene;
    struct rl_cell_result result; /* findings and held are filled by rl_tally_finish() */
    uint64_t held[RL_TALLY_PHASES][RL_KIND_COUNT][RL_CLASS_COUNT];
    struct rl_verdict_text *texts;
    size_t text_count, text_room;
    struct rl_joined_text *joined;
    size_t joined_count, joined_room;
    size_t finding_room;
    uint64_t place;  /* of the scenarios being judged: see struct rl_finding */
    bool with_pairs; /* results list the plan's pairs */
};

void rl_tally_init(struct rl_tally *tally, const struct rl_scene *scene);
void rl_tally_free(struct rl_tally *tally);

/* Everything counted so far is forgotten; texts that were kept stay. */
void rl_tally_restart(struct rl_tally *tally);
/* From now on results list the pairs of the plan. */
void rl_tally_list_pairs(struct rl_tally *tally);

/* Keeps a judge's texts; returns their number. */
uint32_t rl_tally_keep(struct rl_tally *tally, const struct rl_judge *judge);
/* The texts `verdict` (RL_LEAF_NONE: none) with `why` for what else is in `violated`; returns
 * their number, the same for the same. */
uint32_t rl_tally_join(struct rl_tally *tally, uint32_t verdict, uint32_t violated,
                       const char why[RL_PROPERTY_COUNT][RL_JUDGE_WHY]);

/* The texts `verdict` without what a fault breaks by itself: those properties of `spares` that
 * rl_judge_spared() names. RL_LEAF_NONE when none is left. */
uint32_t rl_tally_spare(struct rl_tally *tally, uint32_t verdict, uint32_t spares);

/* `count` scenarios with the faults of `token` were judged; `verdict` is RL_LEAF_NONE (all ones)
 * when all properties held, or the number of the texts. The token is made by `describe` only when
 * it is needed: for the first, or a shorter, scenario of a finding. */
struct rl_scenario {
    int phase; /* of the operation that the last fault hit; -1: golden */
    int kind;
    int fault_class; /* -1: golden */
    uint32_t faults;
    uint64_t count;
    bool is_crash_state; /* the last fault is a cut or a reset */
    void (*describe)(void *user, struct rl_token *token);
    void *user;
};
void rl_tally_scenario(struct rl_tally *tally, const struct rl_scenario *scenario,
                       uint32_t verdict);

/* Moves what was counted into the result, ordered. */
void rl_tally_finish(struct rl_tally *tally, struct rl_cell_result *result);

#endif
