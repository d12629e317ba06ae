/* Between the files that make outcomes: outcome.c, outcome_torn.c, outcome_past.c,
 * outcome_memory.c and outcome_view.c. */
#ifndef RELIGHT_FAULTS_OUTCOME_PRIVATE_H
#define RELIGHT_FAULTS_OUTCOME_PRIVATE_H

#include "faults/outcome.h"

/* What the operation that the visitor is at does to the device. */
struct rl_outcome_effect {
    const struct rl_operation *operation;
    uint32_t flash_first, flash_pages;   /* changed in flash */
    uint32_t memory_first, memory_pages; /* stored to */
    uint32_t stored_words;
    bool cached;                   /* of these, some stay in the cache */
    uint32_t back_first, back_end; /* pages that memory got lie in there */
    uint32_t back_units;           /* lines, or words where they were stored past the cache */
};

/* A family of one event and one base of dirty lines. */
struct rl_outcome_visitor {
    const struct rl_cursor *cursor;
    const struct rl_reach *reach;
    rl_family_visit *visit;
    void *user;
    size_t index; /* of the operation */
    struct rl_outcome_effect effect;
    struct rl_outcome base; /* event and lines; landing set by each family */
};

static inline bool rl_reach_wants(const struct rl_reach *reach, rl_class fault_class)
{
    return rl_class_in(&reach->classes, fault_class);
}

/* Whether dirty lines are open, each by itself. */
bool rl_reach_opens_lines(const struct rl_reach *reach);

/* A family of the visitor's event and lines, whose members differ in these pages. Not visited when
 * its class is not wanted, or it has no member. */
void rl_visit_family(const struct rl_outcome_visitor *v, struct rl_family *family,
                     rl_landing landing, uint32_t first, uint32_t last, uint32_t parts);

/* Each file's families, and the crash states of its landings: false when there is none. `view` is
 * the plain state there. */
void rl_torn_families(const struct rl_outcome_visitor *v);
/* Whether anything that is in doubt at the cursor reads otherwise when it turns so. */
bool rl_outcome_turns(const struct rl_cursor *cursor, enum rl_turn turn);
void rl_turn_families(const struct rl_outcome_visitor *v);
bool rl_turn_view(const struct rl_cursor *cursor, const struct rl_outcome *outcome,
                  struct rl_view *view);
/* What was in doubt turns in a crash state; false when it does not. */
bool rl_turn_turn(const struct rl_cursor *cursor, const struct rl_outcome *outcome,
                  struct rl_view *view);
bool rl_torn_view(const struct rl_cursor *cursor, const struct rl_outcome *outcome,
                  struct rl_view *view);
void rl_past_families_before(const struct rl_outcome_visitor *v);
void rl_past_families_after(const struct rl_outcome_visitor *v);
bool rl_past_view(const struct rl_cursor *cursor, const struct rl_outcome *outcome,
                  struct rl_view *view);
void rl_memory_families_before(const struct rl_outcome_visitor *v);
void rl_memory_families_after(const struct rl_outcome_visitor *v);
bool rl_memory_view(const struct rl_cursor *cursor, const struct rl_outcome *outcome,
                    struct rl_view *view);

/* A slot of which the words of `landed` are as after an operation, and those of `bad` neither old
 * nor new: they do not read, or as a mixture of both where there is no ECC. */
rl_slot rl_torn_slot(const struct rl_flash_rules *rules, rl_slot before, rl_slot after,
                     uint32_t landed, uint32_t bad);
/* What an interrupted program leaves of `bad`, which is neither old nor new: nothing, where each
 * granule is either. */
static inline uint32_t rl_bad_of(const struct rl_flash_rules *rules, rl_kind kind, uint32_t bad)
{
    return kind == RL_KIND_PROGRAM && rules->tears != RL_TEARS_GRANULE ? 0 : bad;
}
/* Words of the page at `page_address` inside [start, end). */
uint32_t rl_words_inside(uint32_t page_address, uint32_t start, uint32_t end);

/* outcome_tell.c: the landings of these files in words. */
void rl_outcome_tell_more(const struct rl_outcome *o, char *text, size_t size);

#endif
