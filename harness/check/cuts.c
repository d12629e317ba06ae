/* Every crash state of one power cycle, and where they arrive. Those of a family that differ from
 * their base only where no question on its way looks arrive where it does; every other one is made
 * and asked. */
#include "check/check_private.h"

#include <string.h>

#include "board/heap.h"

/* The new image, which may have a higher security counter, began its initialization by then. */
static bool has_begun(const struct rl_checker *checker)
{
    const struct rl_judge *judge = &checker->walked->judge;
    uint64_t cut = checker->walked->log.operations[checker->operation].number - 1u;

    return checker->remembers && judge->initialises[RL_RUNS_NEW].began &&
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
                         const struct rl_check_leaf *leaf)
{
    char why[RL_PROPERTY_COUNT][RL_JUDGE_WHY];
    struct rl_cut_place place = rl_run_cut_at(&checker->cursor, outcome, checker->operation);
    uint32_t spared = rl_judge_spared(leaf->violated, leaf->at_start,
                                      rl_class_info(rl_outcome_class(outcome))->spares);

    return (leaf->violated & ~spared) | rl_run_compare(checker->walked, place, &leaf->found, why);
}

/* `times` crash states that are judged alike arrive at the leaf. */
static void count(struct rl_checker *checker, const struct rl_check_arrival *arrival,
                  const struct rl_outcome *outcome, uint64_t times)
{
    const struct rl_check_leaf *at = &checker->certificate->leaves[arrival->leaf];
    struct rl_account *account = checker->account;
    struct rl_outcome closed = *outcome;
    bool begun = has_begun(checker);
    uint32_t mask;

    if (closed.lines == RL_LINES_OPEN) {
        closed.lines = arrival->kept ? RL_LINES_KEPT : RL_LINES_LOST;
    }
    mask = violated(checker, &closed, at);
    account->crash_states += times;
    account->violating[0] += mask != 0 ? times : 0;
    account->violating[1] +=
        (mask | held_against_memory(checker, at->found.first_image)) != 0 ? times : 0;
    rl_bit_set(account->met[0], 2u * arrival->leaf + (begun ? 2u : 1u));
    rl_bit_set(account->met[1], 2u * arrival->leaf + 2u);
    account->order.low = (account->order.low ^ arrival->leaf) * 0x9E3779B97F4A7C15u;
    account->order.high =
        (account->order.high + arrival->leaf) * 0xD6E8FEB86659FD93u + (times << 1u | begun);
}

static void count_all(struct rl_checker *checker, const struct rl_check_arrivals *arrivals,
                      const struct rl_outcome *outcome, uint64_t times)
{
    if (arrivals->nowhere) {
        (void)rl_check_fail(checker,
                            "operation %zu: a crash state (%s) belongs to no state of the "
                            "certificate",
                            checker->operation + 1u,
                            rl_class_info(rl_outcome_class(outcome))->name);
        return;
    }
    checker->account->drawn += arrivals->drawn ? times : 0;
    for (size_t i = 0; i < arrivals->count; i++) {
        count(checker, &arrivals->list[i], outcome, times);
    }
}

/* ---- families ---- */

static struct rl_check_search search_of(const struct rl_checker *checker, bool open, uint32_t part)
{
    return (struct rl_check_search){
        .cell = checker->certificate,
        .cursor = &checker->cursor,
        .view = checker->view,
        .open = open,
        .ends = checker->options->combinations,
        .seed = checker->options->seed ^ (uint64_t)checker->operation << 32u ^ part,
    };
}

/* Makes the crash state of an outcome, with open lines kept. */
static bool make(struct rl_checker *checker, const struct rl_outcome *outcome)
{
    bool battery = checker->scene->cell->memory == RL_MEMORY_BATTERY;
    struct rl_outcome made = *outcome;

    made.lines = made.lines == RL_LINES_OPEN ? RL_LINES_KEPT : made.lines;
    return rl_outcome_view(&checker->cursor, &made, battery, checker->view) ||
           rl_check_fail(checker, "operation %zu: an outcome that does not exist was made",
                         checker->operation + 1u);
}

static struct rl_outcome member_of(const struct rl_family *family, uint64_t number)
{
    struct rl_outcome outcome = family->outcome;

    if (rl_outcome_names_lines(&outcome)) {
        outcome.prefix = (uint32_t)number;
    } else {
        outcome.part = (uint32_t)number;
    }
    return outcome;
}

/* Makes and asks each member from node `from` on: those before answer as they do to the base. */
static void visit_each(struct rl_checker *checker, const struct rl_family *family, uint32_t from)
{
    for (uint64_t number = family->first; number <= family->last && checker->result->is_true;
         number++) {
        struct rl_outcome outcome = member_of(family, number);
        struct rl_check_search search =
            search_of(checker, outcome.lines == RL_LINES_OPEN, outcome.part);

        if (make(checker, &outcome)) {
            rl_check_arrive(&search, from, &checker->arrivals);
            count_all(checker, &checker->arrivals, &outcome, 1);
        }
    }
}

/* Members that no question on the way of their base tells from it. The first is made all the same,
 * to see that it differs where it should. */
static void visit_alike(struct rl_checker *checker, const struct rl_family *family,
                        const struct rl_check_part *part, const struct rl_check_base *base)
{
    struct rl_outcome first = member_of(family, family->first);

    if (part->count > 0 && make(checker, &first) &&
        !rl_check_part_holds(part, &checker->cursor, checker->view)) {
        (void)rl_check_fail(checker,
                            "operation %zu: a crash state (%s) differs in more than it should",
                            checker->operation + 1u, rl_class_info(family->fault_class)->name);
    }
    if (checker->result->is_true) {
        count_all(checker, &base->arrivals, &first, (uint64_t)family->last - family->first + 1u);
    }
}

static void visit(void *user, const struct rl_family *family)
{
    struct rl_checker *checker = user;
    struct rl_check_part part = rl_check_part_of(&checker->cursor, &family->outcome);
    struct rl_check_search search = search_of(checker, false, 0);
    const struct rl_check_base *base;
    const struct rl_check_way *way;
    size_t first;

    if (!checker->result->is_true ||
        (checker->narrow && !rl_selection_takes_class(&checker->selection, family->fault_class))) {
        return;
    }
    base = part.known
               ? rl_check_bases_get(&checker->bases, &family->outcome,
                                    checker->scene->cell->memory == RL_MEMORY_BATTERY, &search)
               : NULL;
    if (base == NULL) {
        visit_each(checker, family, 0);
        return;
    }
    way = &base->way;
    if (!rl_check_way_asks(way, part.device, part.first, part.count)) {
        visit_alike(checker, family, &part, base);
        return;
    }
    first = way->forks ? way->count
                       : rl_check_way_first(way, checker->certificate, part.device, part.first,
                                            part.count);
    visit_each(checker, family, first < way->count ? way->nodes[first] : 0);
}

/* ---- the walk ---- */

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
    rl_check_bases_forget(&checker->bases);
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

void rl_check_step(struct rl_checker *checker)
{
    const struct rl_log *log = &checker->walked->log;

    if (checker->account != NULL) {
        rl_check_bases_change(&checker->bases, log, &log->operations[checker->cursor.next]);
    }
    rl_cursor_step(&checker->cursor);
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
        rl_check_step(checker);
        rl_check_after(checker, i, at_start);
    }
}
