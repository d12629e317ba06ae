/* Every crash state of one power cycle, one by one, and what they come to. */
#include "check/check_private.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

void rl_account_init(struct rl_account *account, const struct rl_checker *checker)
{
    memset(account, 0, sizeof *account);
    account->is_exact = true;
    for (int memory = 0; memory < 2; memory++) {
        account->met[memory] = rl_calloc(RL_BITMAP_WORDS(checker->state_bits), sizeof(uint64_t));
    }
}

void rl_account_free(struct rl_account *account)
{
    free(account->met[0]);
    free(account->met[1]);
}

/* The new image, which may have a higher security counter, began its initialization by then. */
static bool has_begun(const struct rl_checker *checker)
{
    const struct rl_judge *judge = &checker->walked->judge;
    uint64_t cut = checker->walked->log.operations[checker->operation].number - 1u;

    return checker->counter_rises && judge->initialises[RL_RUNS_NEW].began &&
           judge->initialises[RL_RUNS_NEW].operation <= cut;
}

/* A device that has memory ran that image in some power cycle before. */
static uint32_t held_against_memory(const struct rl_checker *checker, int first_image)
{
    const struct rl_known_image *images = checker->scene->images;

    if (first_image == RL_RUNS_NONE ||
        images[first_image].facts.security_counter >= images[RL_RUNS_NEW].facts.security_counter) {
        return 0;
    }
    return checker->scene->cell->properties & 1u << RL_PROPERTY_MONOTONIC;
}

/* Properties that a crash state of a leaf violates. */
static uint32_t violated(const struct rl_checker *checker, const struct rl_outcome *outcome,
                         const struct rl_check_leaf *leaf, rl_class fault_class)
{
    char why[RL_PROPERTY_COUNT][RL_JUDGE_WHY];
    struct rl_cut_place place = rl_run_cut_at(&checker->cursor, outcome, checker->operation);
    uint32_t spared =
        rl_judge_spared(leaf->violated, leaf->at_start, rl_class_info(fault_class)->spares);

    return (leaf->violated & ~spared) | rl_run_compare(checker->walked, place, &leaf->found, why);
}

/* One crash state led to `leaf`. */
static void count(struct rl_checker *checker, uint32_t leaf, const struct rl_outcome *outcome,
                  rl_class fault_class)
{
    const struct rl_check_leaf *at = &checker->certificate->leaves[leaf];
    uint32_t mask = violated(checker, outcome, at, fault_class);
    struct rl_account *account = checker->account;
    bool begun = has_begun(checker);

    account->crash_states++;
    account->violating[0] += mask != 0;
    account->violating[1] += (mask | held_against_memory(checker, at->found.first_image)) != 0;
    rl_bit_set(account->met[0], 2u * leaf + (begun ? 2u : 1u));
    rl_bit_set(account->met[1], 2u * leaf + 2u);
    account->order.low = (account->order.low ^ leaf) * 0x9E3779B97F4A7C15u;
    account->order.high = (account->order.high + leaf) * 0xD6E8FEB86659FD93u + begun;
}

/* The view of checker->view, which an outcome left. */
static bool visit_view(struct rl_checker *checker, const struct rl_outcome *outcome)
{
    uint32_t leaf = rl_check_walk(checker->certificate, checker->view);

    if (leaf == RL_CHECK_NONE) {
        return rl_check_fail(checker,
                             "operation %zu: a crash state (%s) belongs to no state of the "
                             "certificate",
                             checker->operation + 1u,
                             rl_class_info(rl_outcome_class(outcome))->name);
    }
    count(checker, leaf, outcome, rl_outcome_class(outcome));
    return true;
}

/* Makes the crash state of an outcome; false where it does not exist. */
static bool make(struct rl_checker *checker, const struct rl_outcome *outcome)
{
    bool battery = checker->scene->cell->memory == RL_MEMORY_BATTERY;

    return rl_outcome_view(&checker->cursor, outcome, battery, checker->view);
}

static void visit_one(struct rl_checker *checker, const struct rl_outcome *outcome)
{
    if (!make(checker, outcome)) {
        (void)rl_check_fail(checker, "operation %zu: an outcome that does not exist was made",
                            checker->operation + 1u);
        return;
    }
    (void)visit_view(checker, outcome);
}

/* ---- dirty lines, each by itself ---- */

static uint64_t draw(uint64_t *random)
{
    uint64_t z = *random += 0x9E3779B97F4A7C15u; /* splitmix64 */

    z = (z ^ z >> 30u) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27u) * 0x94D049BB133111EBu;
    return z ^ z >> 31u;
}

/* Of the dirty lines of a page each holds some of its stores: all, none, or any number. */
static rl_slot scatter_page(const struct rl_cursor *cursor, uint32_t page, uint64_t *random)
{
    rl_slot slot = cursor->planes[RL_PLANE_CPU].slots[page];
    uint32_t step = rl_line_words(cursor->device);

    for (uint32_t word = 0; word < RL_PAGE_WORDS; word += step) {
        uint32_t stores = rl_cursor_line_stores(cursor, page, word);
        uint64_t drawn = draw(random);

        if (stores > 0 && drawn % 3u != 0) {
            uint32_t prefix = drawn % 3u == 1u ? 0 : (uint32_t)((drawn >> 8u) % (stores + 1u));

            slot = rl_slot_merge(slot, rl_cursor_line_at(cursor, true, page, word, prefix),
                                 rl_line_mask(cursor->device, word));
        }
    }
    return slot;
}

/* The view has all lines kept. False when it has no room, or shows pages of memory otherwise
 * already. */
static bool scatter(struct rl_checker *checker, uint64_t *random)
{
    const struct rl_cursor *cursor = &checker->cursor;
    struct rl_view *view = checker->view;

    if (view->memory == NULL || view->memory_count > 0 ||
        cursor->dirty_count > RL_VIEW_MEMORY_MAX) {
        return false;
    }
    for (uint32_t i = 0; i < cursor->dirty_count; i++) {
        view->memory_over[view->memory_count].page = cursor->dirty_pages[i];
        view->memory_over[view->memory_count].slot =
            scatter_page(cursor, cursor->dirty_pages[i], random);
        view->memory_count++;
    }
    return true;
}

/* A crash state whose dirty lines hold what they please: all kept, all lost, and some that are
 * drawn. */
static void visit_open(struct rl_checker *checker, const struct rl_outcome *member)
{
    struct rl_outcome outcome = *member;
    uint64_t random = checker->options->seed ^ (uint64_t)checker->operation << 32u ^ member->part;

    checker->account->is_exact = false;
    outcome.lines = RL_LINES_KEPT;
    visit_one(checker, &outcome);
    for (int i = 0; i < RL_CHECK_DRAWN && checker->cursor.dirty_count > 0; i++) {
        if (make(checker, &outcome) && scatter(checker, &random) &&
            !visit_view(checker, &outcome)) {
            return;
        }
    }
    outcome.lines = RL_LINES_LOST;
    if (checker->cursor.dirty_count > 0 && make(checker, &outcome)) {
        (void)visit_view(checker, &outcome);
    }
}

static void visit(void *user, const struct rl_family *family)
{
    struct rl_checker *checker = user;

    if (checker->narrow && !rl_selection_takes_class(&checker->selection, family->fault_class)) {
        return;
    }
    for (uint64_t number = family->first; number <= family->last && checker->result->is_true;
         number++) {
        struct rl_outcome outcome = family->outcome;

        if (rl_outcome_names_lines(&outcome)) {
            outcome.prefix = (uint32_t)number;
        } else {
            outcome.part = (uint32_t)number;
        }
        (outcome.lines == RL_LINES_OPEN ? visit_open : visit_one)(checker, &outcome);
    }
}

static struct rl_reach reach_of(const struct rl_checker *checker, bool at_start)
{
    const struct rl_cell *cell = checker->scene->cell;

    return (struct rl_reach){.full = cell->tear[at_start ? 0 : 1] == RL_TEAR_FULL,
                             .battery = cell->memory == RL_MEMORY_BATTERY,
                             .start = at_start,
                             .open = cell->closure,
                             .classes = cell->classes};
}

void rl_check_start(struct rl_checker *checker, const struct rl_run *run,
                    struct rl_account *account)
{
    checker->walked = run;
    checker->account = account;
    rl_cursor_start(&checker->cursor, &run->log, &run->flash, &run->memory);
    if (checker->narrow) {
        rl_selection_restart(&checker->selection);
    }
}

void rl_check_before(struct rl_checker *checker, size_t index, bool at_start)
{
    struct rl_reach reach = reach_of(checker, at_start);

    checker->operation = index;
    if (checker->narrow) {
        rl_selection_step(&checker->selection, &checker->walked->log.operations[index]);
    }
    if (checker->account != NULL) {
        rl_families_before(&checker->cursor, &reach, visit, checker);
    }
}

void rl_check_after(struct rl_checker *checker, size_t index, bool at_start)
{
    struct rl_reach reach = reach_of(checker, at_start);

    checker->operation = index;
    if (checker->account != NULL) {
        rl_families_after(&checker->cursor, &reach, visit, checker);
    }
}

void rl_check_cuts(struct rl_checker *checker, const struct rl_run *run, bool at_start,
                   struct rl_account *account)
{
    rl_check_start(checker, run, account);
    for (size_t i = 0; i < run->log.count && checker->result->is_true; i++) {
        rl_check_before(checker, i, at_start);
        rl_cursor_step(&checker->cursor);
        rl_check_after(checker, i, at_start);
    }
}

/* Every state that was met is one that the certificate says its cuts lead to, and in the set. */
static bool check_met(struct rl_checker *checker, const uint64_t *met,
                      const struct rl_check_cuts *cuts, uint64_t *count)
{
    const struct rl_check_cell *cell = checker->certificate;
    uint64_t edge = 0;

    *count = 0;
    for (uint32_t state = 1; state < checker->state_bits; state++) {
        if (!rl_bit(met, state)) {
            continue;
        }
        ++*count;
        if (!cell->leaves[(state - 1u) / 2u].cuts[(state - 1u) % 2u].known) {
            return rl_check_fail(checker, "its cuts lead to state %u, which is not in the set",
                                 state);
        }
        while (edge < cuts->edge_count && cell->edges[cuts->edge_first + edge] < state) {
            edge++;
        }
        if (edge == cuts->edge_count || cell->edges[cuts->edge_first + edge] != state) {
            return rl_check_fail(checker,
                                 "its cuts lead to state %u, of which the certificate does not "
                                 "say so",
                                 state);
        }
    }
    return true;
}

/* Where lines are drawn, not every state that cuts lead to is met, and crash states are not counted
 * as the explorer does. */
static bool check_counts(struct rl_checker *checker, const struct rl_account *account, bool memory,
                         const struct rl_check_cuts *cuts, uint64_t met)
{
    if (account->violating[memory] > 0 && cuts->violating == 0) {
        return rl_check_fail(checker,
                             "%llu of its crash states violate a property; the certificate says 0",
                             (unsigned long long)account->violating[memory]);
    }
    if (!account->is_exact) {
        return true;
    }
    if (met != cuts->edge_count) {
        return rl_check_fail(checker, "its cuts lead to %llu states; the certificate says %llu",
                             (unsigned long long)met, (unsigned long long)cuts->edge_count);
    }
    if (account->crash_states != cuts->crash_states) {
        return rl_check_fail(checker, "its cuts leave %llu crash states; the certificate says %llu",
                             (unsigned long long)account->crash_states,
                             (unsigned long long)cuts->crash_states);
    }
    if (account->violating[memory] != cuts->violating) {
        return rl_check_fail(checker,
                             "%llu of its crash states violate a property; the certificate says "
                             "%llu",
                             (unsigned long long)account->violating[memory],
                             (unsigned long long)cuts->violating);
    }
    return true;
}

bool rl_check_account(struct rl_checker *checker, const struct rl_account *account, bool memory,
                      const struct rl_check_cuts *cuts)
{
    uint64_t met;

    return check_met(checker, account->met[memory], cuts, &met) &&
           check_counts(checker, account, memory, cuts, met);
}
