#include "check/check_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "explore/fingerprint.h"
#include "explore/guard.h"
#include "explore/vault.h"

/* A leaf that is rebuilt in its parent's power cycle. */
struct child {
    uint32_t parent; /* 0: the start; else 1 + leaf */
    uint32_t leaf;
    uint64_t operation;
};

/* Which leaves are checked, and which are run on the way to them. */
struct order {
    bool *checked, *needed; /* by leaf */
    uint32_t *stored;       /* in the vault */
    struct child *children; /* of what is needed, in the order in which they are met */
    size_t child_count, next;
    struct rl_vault vault;
};

bool rl_check_fail(struct rl_checker *checker, const char *format, ...)
{
    va_list arguments;

    if (checker->result->is_true) {
        checker->result->is_true = false;
        checker->result->state = checker->state;
        va_start(arguments, format);
        (void)vsnprintf(checker->result->why, sizeof checker->result->why, format, arguments);
        va_end(arguments);
    }
    return false;
}

/* ---- what is checked ---- */

static uint64_t draw(uint64_t *random)
{
    uint64_t z = *random += 0x9E3779B97F4A7C15u; /* splitmix64 */

    z = (z ^ z >> 30u) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27u) * 0x94D049BB133111EBu;
    return z ^ z >> 31u;
}

/* At least one leaf in so many, each as likely as any other. */
static void draw_sample(const struct rl_checker *checker, bool *checked)
{
    size_t left = checker->certificate->leaf_count;
    uint64_t random = checker->options->seed;
    double share = checker->options->share;
    size_t wanted = share >= 1 ? left : (size_t)(share * (double)left) + 1u;

    for (size_t i = 0; left > 0; i++, left--) {
        checked[i] = draw(&random) % left < wanted;
        wanted -= checked[i];
    }
}

static int by_place(const void *a, const void *b)
{
    const struct child *one = a;
    const struct child *other = b;

    if (one->parent != other->parent) {
        return one->parent < other->parent ? -1 : 1;
    }
    if (one->operation != other->operation) {
        return one->operation < other->operation ? -1 : 1;
    }
    return one->leaf < other->leaf ? -1 : one->leaf > other->leaf;
}

static void order_init(struct order *order, const struct rl_checker *checker)
{
    const struct rl_check_cell *cell = checker->certificate;

    memset(order, 0, sizeof *order);
    order->checked = rl_calloc(cell->leaf_count + 1u, sizeof *order->checked);
    order->needed = rl_calloc(cell->leaf_count + 1u, sizeof *order->needed);
    order->stored = rl_calloc(cell->leaf_count + 1u, sizeof *order->stored);
    order->children = rl_calloc(cell->leaf_count + 1u, sizeof *order->children);
    rl_vault_init(&order->vault, cell->pages[RL_FLASH], cell->pages[RL_MEMORY]);
    draw_sample(checker, order->checked);
    for (size_t i = cell->leaf_count; i-- > 0;) {
        uint32_t from = cell->leaves[i].from;

        order->needed[i] = order->needed[i] || order->checked[i];
        if (order->needed[i] && from != 0) {
            order->needed[(from - 1u) / 2u] = true;
        }
        if (order->needed[i]) {
            order->children[order->child_count++] = (struct child){
                from == 0 ? 0 : 1u + (from - 1u) / 2u, (uint32_t)i, cell->leaves[i].operation};
        }
    }
    if (order->child_count > 0) {
        qsort(order->children, order->child_count, sizeof *order->children, by_place);
    }
}

static void order_free(struct order *order)
{
    free(order->checked);
    free(order->needed);
    free(order->stored);
    free(order->children);
    rl_vault_free(&order->vault);
}

/* ---- rebuilding ---- */

/* The crash state that a leaf came from, out of the power cycle at hand. */
static bool rebuild(struct rl_checker *checker, struct order *order, uint32_t number)
{
    const struct rl_check_leaf *leaf = &checker->certificate->leaves[number];
    bool battery = checker->scene->cell->memory == RL_MEMORY_BATTERY;
    uint64_t parent = checker->state;
    bool same;

    checker->state = 2u * (uint64_t)number + (leaf->cuts[0].known ? 1u : 2u);
    if (!rl_outcome_view(&checker->cursor, &leaf->outcome, battery, checker->view)) {
        return rl_check_fail(checker,
                             "what it came from does not exist at operation %llu of state "
                             "%llu",
                             (unsigned long long)leaf->operation + 1u, (unsigned long long)parent);
    }
    same = rl_check_walk(checker->certificate, checker->view) == number;
    rl_view_store(checker->view, &checker->flash, &checker->memory);
    if (!rl_sum_equal(rl_state_fingerprint(&checker->flash, &checker->memory), leaf->fingerprint)) {
        return rl_check_fail(checker, "what it came from has another fingerprint");
    }
    if (!same) {
        return rl_check_fail(checker, "what stands for it belongs to another state");
    }
    order->stored[number] = rl_vault_put(&order->vault, &checker->flash, &checker->memory);
    checker->state = parent;
    return true;
}

/* Those that come from operation `index` of the parent, before it was done or after. */
static bool rebuild_at(struct rl_checker *checker, struct order *order, uint32_t parent,
                       size_t index, bool after)
{
    for (size_t i = order->next; i < order->child_count; i++) {
        const struct child *child = &order->children[i];

        if (child->parent != parent || child->operation != index) {
            break;
        }
        if (rl_outcome_is_after(&checker->certificate->leaves[child->leaf].outcome) == after &&
            !rebuild(checker, order, child->leaf)) {
            return false;
        }
    }
    while (after && order->next < order->child_count &&
           order->children[order->next].parent == parent &&
           order->children[order->next].operation == index) {
        order->next++;
    }
    return true;
}

/* Walks the log of checker->run: `account` may be NULL. */
static bool walk_log(struct rl_checker *checker, struct order *order, uint32_t parent,
                     struct rl_account *account)
{
    const struct rl_run *run = &checker->run;
    bool at_start = parent == 0;

    rl_check_start(checker, run, account);
    for (size_t i = 0; i < run->log.count && checker->result->is_true; i++) {
        (void)rebuild_at(checker, order, parent, i, false);
        rl_check_before(checker, i, at_start);
        rl_check_step(checker);
        (void)rebuild_at(checker, order, parent, i, true);
        rl_check_after(checker, i, at_start);
    }
    if (checker->result->is_true && order->next < order->child_count &&
        order->children[order->next].parent == parent) {
        checker->state = 2u * (uint64_t)order->children[order->next].leaf + 1u;
        return rl_check_fail(checker, "it came from an operation that its parent does not have");
    }
    return checker->result->is_true;
}

/* ---- one state ---- */

static bool is_same_found(const struct rl_run_found *a, const struct rl_run_found *b)
{
    bool same = a->first_image == b->first_image && a->data.read == b->data.read &&
                a->data.format == b->data.format && a->data.there == b->data.there;

    for (uint32_t item = 0; same && item < RL_DATA_ITEMS; item++) {
        same = (a->data.there >> item & 1u) == 0 || a->data.value[item] == b->data.value[item];
    }
    return same;
}

/* The plain run of a leaf against what the certificate says of it. */
static bool check_run(struct rl_checker *checker, const struct rl_check_leaf *leaf)
{
    const struct rl_run *run = &checker->run;
    struct rl_run_found found;

    rl_run_found(run, &found);
    if (run->judge.violated != leaf->violated || rl_judge_at_start(&run->judge) != leaf->at_start) {
        return rl_check_fail(checker,
                             "its recovery violates properties 0x%x; the certificate says 0x%x",
                             (unsigned)run->judge.violated, (unsigned)leaf->violated);
    }
    if (!is_same_found(&found, &leaf->found)) {
        return rl_check_fail(checker, "its recovery finds another image, or other data, than the "
                                      "certificate says");
    }
    if (run->first_image != RL_RUNS_NONE && run->found_at.cycle != leaf->boots) {
        return rl_check_fail(checker, "it takes %u boots; the certificate says %llu",
                             run->found_at.cycle, (unsigned long long)leaf->boots);
    }
    if (leaf->operations != 0 && run->log.count != leaf->operations) {
        return rl_check_fail(checker, "its recovery has %zu operations; the certificate says %llu",
                             run->log.count, (unsigned long long)leaf->operations);
    }
    return true;
}

static void check_leaf(struct rl_checker *checker, struct order *order, uint32_t number)
{
    const struct rl_check_leaf *leaf = &checker->certificate->leaves[number];
    bool checked = order->checked[number];
    struct rl_account account;

    checker->state = 2u * (uint64_t)number + (leaf->cuts[0].known ? 1u : 2u);
    rl_vault_get(&order->vault, order->stored[number], &checker->flash, &checker->memory);
    rl_view_plain(checker->view, &checker->flash, &checker->memory);
    rl_run_execute(&checker->run, checker->view, &(struct rl_run_options){.log = true});
    if (!check_run(checker, leaf)) {
        return;
    }
    checker->result->checked += checked ? (uint64_t)leaf->cuts[0].known + leaf->cuts[1].known : 0u;
    checker->result->rebuilt += !checked;
    if (leaf->operations == 0) {
        return; /* it violates a property, and was not cut */
    }
    rl_account_init(&account, checker);
    (void)walk_log(checker, order, 1u + number, checked ? &account : NULL);
    for (uint32_t memory = 0; memory < 2 && checked && checker->result->is_true; memory++) {
        if (leaf->cuts[memory].known) {
            checker->state = 2u * (uint64_t)number + 1u + memory;
            (void)rl_check_account(checker, &account, memory != 0, &leaf->cuts[memory]);
        }
    }
    if (checked && checker->result->is_true) {
        checker->result->crash_states += account.crash_states;
        checker->result->drawn += account.drawn;
        (void)rl_check_others(checker, number, &account);
    }
    rl_account_free(&account);
}

/* The golden run, and where it starts. */
static void check_start(struct rl_checker *checker, struct order *order)
{
    const struct rl_check_cell *cell = checker->certificate;
    char why[RL_PROPERTY_COUNT][RL_JUDGE_WHY];
    struct rl_account account;

    rl_view_plain(checker->view, &checker->scene->flash, &checker->scene->memory);
    rl_run_execute(&checker->run, checker->view,
                   &(struct rl_run_options){.log = true, .golden = true});
    checker->run.data.may_go = rl_data_gone(&checker->run.data);
    checker->other.data.may_go = checker->run.data.may_go;
    if (!rl_sum_equal(rl_state_fingerprint(&checker->scene->flash, &checker->scene->memory),
                      cell->fingerprint)) {
        (void)rl_check_fail(checker, "the start state has another fingerprint");
    } else if (checker->run.judge.violated != 0 || rl_run_compare_start(&checker->run, why) != 0) {
        (void)rl_check_fail(checker, "the golden run violates a property");
    } else if (checker->run.log.count != cell->operations) {
        (void)rl_check_fail(checker, "the golden run has %zu operations; the certificate says %llu",
                            checker->run.log.count, (unsigned long long)cell->operations);
    }
    if (!checker->result->is_true) {
        return;
    }
    rl_account_init(&account, checker);
    if (walk_log(checker, order, 0, &account) &&
        rl_check_account(checker, &account, false, &cell->start)) {
        checker->result->checked++;
        checker->result->crash_states += account.crash_states;
        checker->result->drawn += account.drawn;
    }
    rl_account_free(&account);
}

/* ---- the cell ---- */

static bool check_scene(struct rl_checker *checker)
{
    const struct rl_check_cell *cell = checker->certificate;
    const struct rl_scene *scene = checker->scene;

    if (memcmp(cell->identity[0], scene->cell->old_image->identity, RELIGHT_DIGEST_SIZE) != 0 ||
        memcmp(cell->identity[1], scene->cell->new_image->identity, RELIGHT_DIGEST_SIZE) != 0) {
        return rl_check_fail(checker, "it is about other images");
    }
    if (cell->pages[RL_FLASH] != scene->flash.count ||
        cell->pages[RL_MEMORY] != scene->memory.count) {
        return rl_check_fail(checker, "it is about a device of another size");
    }
    return true;
}

static void check_all(struct rl_checker *checker)
{
    struct order order;

    rl_check_intern(checker->certificate);
    order_init(&order, checker);
    check_start(checker, &order);
    for (uint32_t i = 0; i < checker->certificate->leaf_count && checker->result->is_true; i++) {
        if (order.needed[i]) {
            check_leaf(checker, &order, i);
        }
    }
    order_free(&order);
}

static void count_states(const struct rl_check_cell *cell, struct rl_check_result *result)
{
    result->states = 1;
    result->violating = cell->start.violating;
    for (size_t i = 0; i < cell->leaf_count; i++) {
        for (int memory = 0; memory < 2; memory++) {
            result->states += cell->leaves[i].cuts[memory].known;
            result->violating += cell->leaves[i].cuts[memory].violating;
        }
    }
}

static void checker_init(struct rl_checker *checker, const struct rl_scene *scene)
{
    const struct rl_cell *cell = scene->cell;

    checker->scene = scene;
    rl_run_init(&checker->run, scene);
    rl_run_init(&checker->other, scene);
    rl_cursor_init(&checker->cursor, &scene->device);
    rl_selection_init(&checker->selection, cell, scene->engine);
    checker->narrow = rl_selection_narrows_cuts(cell);
    checker->view = rl_calloc(1, sizeof *checker->view);
    rl_plane_init(&checker->flash, scene->flash.count, RL_SLOT_BLANK);
    rl_plane_init(&checker->memory, scene->memory.count, RL_SLOT_LOST);
    rl_check_asked_init(&checker->asked, checker->certificate);
    rl_check_bases_init(&checker->bases, checker->certificate);
    checker->remembers = rl_run_remembers_counter(scene);
    checker->state_bits = 2u * (uint64_t)checker->certificate->leaf_count + 1u;
}

static void checker_free(struct rl_checker *checker)
{
    rl_run_free(&checker->run);
    rl_run_free(&checker->other);
    rl_cursor_free(&checker->cursor);
    rl_selection_free(&checker->selection);
    free(checker->view);
    rl_plane_free(&checker->flash);
    rl_plane_free(&checker->memory);
    rl_check_asked_free(&checker->asked);
    rl_check_bases_free(&checker->bases);
    free(checker->arrivals.list);
}

void rl_check_scene(const struct rl_scene *scene, struct rl_check_cell *certificate,
                    const struct rl_check_options *options, struct rl_check_result *result)
{
    struct rl_checker *checker = rl_calloc(1, sizeof *checker);

    memset(result, 0, sizeof *result);
    result->is_true = true;
    count_states(certificate, result);
    checker->scene = scene;
    checker->certificate = certificate;
    checker->options = options;
    checker->result = result;
    if (check_scene(checker)) {
        checker_init(checker, scene);
        check_all(checker);
        checker_free(checker);
    }
    free(checker);
}

void rl_check_cell(const struct rl_plan *plan, const struct rl_cell *cell,
                   const struct rl_engine_handle *engine, struct rl_check_cell *certificate,
                   const struct rl_check_options *options, struct rl_check_result *result)
{
    struct rl_scene scene;

    rl_guard_install();
    rl_scene_init(&scene, plan, cell, engine);
    rl_check_scene(&scene, certificate, options, result);
    rl_scene_free(&scene);
}
