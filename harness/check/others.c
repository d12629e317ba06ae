/* States of one leaf have one recovery, whatever they hold where no question looks. */
#include "check/check_private.h"

#include <string.h>

static uint64_t mix(uint64_t z)
{
    z += 0x9E3779B97F4A7C15u; /* splitmix64 */
    z = (z ^ z >> 30u) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27u) * 0x94D049BB133111EBu;
    return z ^ z >> 31u;
}

#define CONTENTS 16u /* different contents that come from nowhere */

static rl_slot anything(uint64_t random)
{
    uint8_t bytes[RL_PAGE];
    struct rl_marks marks = {.programmed = UINT32_MAX};

    for (uint32_t word = 0; word < RL_PAGE_WORDS; word++) {
        uint64_t value = mix(random % CONTENTS << 32u | word);

        memcpy(bytes + (size_t)word * RL_WORD, &value, RL_WORD);
    }
    marks.bad = random % 3u == 0 ? (uint32_t)mix(random % CONTENTS) : 0;
    return rl_slot_intern(bytes, marks);
}

/* What a page may hold as well: nothing, what another page holds, or anything. */
static rl_slot another(const struct rl_plane *plane, rl_slot empty, uint32_t page, uint64_t random)
{
    switch (random % 4u) {
    case 0:
        return plane->slots[page];
    case 1:
        return empty;
    case 2:
        return plane->slots[(random >> 8u) % plane->count];
    default:
        return anything(random >> 8u);
    }
}

/* Replaces what no question asks for. */
static void replace(struct rl_plane *plane, const struct rl_plane *from, const uint32_t *asked,
                    rl_slot empty, uint64_t seed)
{
    rl_plane_copy(plane, from);
    for (uint32_t page = 0; page < plane->count; page++) {
        rl_slot slot = another(from, empty, page, mix(seed ^ page));

        if (asked[page] != UINT32_MAX) {
            rl_plane_set(plane, page, rl_slot_merge(slot, from->slots[page], asked[page]));
        }
    }
}

static bool is_same_change(const struct rl_change *a, const struct rl_change *b)
{
    return a->plane == b->plane && a->page == b->page && a->mask == b->mask &&
           a->through == b->through && a->first_word == b->first_word &&
           a->last_word == b->last_word;
}

static bool is_same_operation(const struct rl_log *one, const struct rl_log *other, size_t index)
{
    const struct rl_operation *a = &one->operations[index];
    const struct rl_operation *b = &other->operations[index];
    bool same = a->kind == b->kind && a->phase == b->phase && a->result == b->result &&
                a->region == b->region && a->address == b->address && a->size == b->size &&
                a->value == b->value && a->number == b->number &&
                a->change_count == b->change_count;

    for (uint32_t i = 0; same && i < a->change_count; i++) {
        same = is_same_change(&one->changes[a->change_first + i],
                              &other->changes[b->change_first + i]);
    }
    return same;
}

/* Where an image ran first, and how the power cycle ended: not there when none did. */
static bool is_same_course(const struct rl_run *a, const struct rl_run *b)
{
    return a->first_image == RL_RUNS_NONE ||
           (a->operations == b->operations && a->found_at.cycle == b->found_at.cycle);
}

/* Whether both runs did the same, and were judged alike. */
static bool is_same_run(struct rl_checker *checker)
{
    const struct rl_run *a = &checker->run;
    const struct rl_run *b = &checker->other;
    size_t count = a->log.count < b->log.count ? a->log.count : b->log.count;

    for (size_t i = 0; i < count; i++) {
        if (!is_same_operation(&a->log, &b->log, i)) {
            return rl_check_fail(checker,
                                 "what no question asks for was replaced, and its recovery is "
                                 "another from operation %zu on",
                                 i + 1u);
        }
    }
    if (a->log.count != b->log.count || a->judge.violated != b->judge.violated ||
        a->first_image != b->first_image || a->last_image != b->last_image ||
        !is_same_course(a, b)) {
        return rl_check_fail(checker, "what no question asks for was replaced, and its recovery "
                                      "ends otherwise");
    }
    return true;
}

bool rl_check_others(struct rl_checker *checker, uint32_t leaf, const struct rl_account *account)
{
    uint64_t seed = mix(checker->options->seed ^ mix(leaf));
    struct rl_account others;

    rl_check_asked_of(&checker->asked, checker->certificate, &checker->certificate->leaves[leaf]);
    replace(&checker->flash, &checker->run.flash, checker->asked.words[RL_FLASH], RL_SLOT_BLANK,
            seed);
    replace(&checker->memory, &checker->run.memory, checker->asked.words[RL_MEMORY], RL_SLOT_LOST,
            mix(seed));
    rl_view_plain(checker->view, &checker->flash, &checker->memory);
    if (rl_check_walk(checker->certificate, checker->view) != leaf) {
        return rl_check_fail(checker, "what no question asks for was replaced, and it belongs to "
                                      "another state");
    }
    rl_run_execute(&checker->other, checker->view, &(struct rl_run_options){.log = true});
    if (!is_same_run(checker)) {
        return false;
    }
    rl_account_init(&others, checker);
    rl_check_cuts(checker, &checker->other, false, &others);
    if (checker->result->is_true && !rl_sum_equal(others.order, account->order)) {
        (void)rl_check_fail(checker, "what no question asks for was replaced, and its cuts lead to "
                                     "other states");
    }
    rl_account_free(&others);
    return checker->result->is_true;
}
