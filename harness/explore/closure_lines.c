#include "explore/closure_lines.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

/* The states that the cursor's place leaves, by what the lines hold: those before the operation
 * that comes next, and after the one before it. */
struct base {
    bool known;
    struct rl_arrival *list;
    uint32_t count;
    uint64_t *touched[2]; /* pages that any of their recoveries depends on */
    bool asks_doubts;     /* any of them does on where words are in doubt */
};

struct rl_closure_lines {
    struct rl_closure *closure;
    struct rl_choices *choices;
    struct base bases[RL_EVENTS]; /* by event: rl_sweep_event_of() */
    struct rl_open open;
};

struct rl_closure_lines *rl_closure_lines_new(struct rl_closure *closure)
{
    const struct rl_scene *scene = closure->sweep->scene;
    struct rl_closure_lines *lines = rl_calloc(1, sizeof *lines);

    lines->closure = closure;
    lines->choices = rl_choices_new(&scene->device);
    for (unsigned i = 0; i < RL_EVENTS; i++) {
        lines->bases[i].touched[RL_FLASH] =
            rl_calloc(RL_BITMAP_WORDS(scene->flash.count), sizeof(uint64_t));
        lines->bases[i].touched[RL_MEMORY] =
            rl_calloc(RL_BITMAP_WORDS(scene->memory.count), sizeof(uint64_t));
    }
    return lines;
}

void rl_closure_lines_free(struct rl_closure_lines *lines)
{
    if (lines == NULL) {
        return;
    }
    for (unsigned i = 0; i < RL_EVENTS; i++) {
        free(lines->bases[i].list);
        free(lines->bases[i].touched[RL_FLASH]);
        free(lines->bases[i].touched[RL_MEMORY]);
    }
    rl_choices_free(lines->choices);
    free(lines);
}

void rl_closure_lines_forget(struct rl_closure_lines *lines)
{
    for (unsigned i = 0; i < RL_EVENTS; i++) {
        lines->bases[i].known = false;
    }
}

void rl_closure_lines_changed(struct rl_closure_lines *lines, uint8_t device, uint32_t page)
{
    for (unsigned i = 0; i < RL_EVENTS; i++) {
        struct base *base = &lines->bases[i];

        base->known = base->known && !rl_bit(base->touched[device], page);
    }
}

static bool reached(void *user, uint32_t leaf)
{
    struct rl_closure_lines *lines = user;
    struct rl_closure *closure = lines->closure;
    struct rl_sweep *sweep = closure->sweep;
    const struct rl_level *level = &sweep->levels[sweep->level];
    bool held = rl_closure_reach(closure, leaf);
    bool many = rl_closure_stands_for_many(closure);

    lines->open.parent = rl_footprints_leaf(sweep->footprints, level->leaf); /* they may move */
    if (held && leaf != RL_LEAF_NONE) {
        rl_foresight_arrive(&closure->foresight, leaf, &level->view, many ? &lines->open : NULL,
                            level->cursor.dirty);
    }
    return held && !sweep->out_of_time;
}

/* Follows the crash state of an outcome with open lines; what it leads to is in `choices`: all
 * of it, unless time runs out. False when the sweep has failed. */
static bool judge(struct rl_closure_lines *lines, const struct rl_outcome *outcome)
{
    struct rl_closure *closure = lines->closure;
    struct rl_sweep *sweep = closure->sweep;
    struct rl_level *level = &sweep->levels[sweep->level];
    bool stands_for_many = rl_closure_stands_for_many(closure);
    struct rl_choosing what = {.footprints = sweep->footprints,
                               .root = rl_stretches_root(&closure->made),
                               .cursor = &level->cursor,
                               .view = &level->view,
                               .open = stands_for_many ? &lines->open : NULL,
                               .outcome = *outcome,
                               .reached = reached,
                               .user = lines};
    enum rl_choices_end end = RL_CHOICES_OPEN;

    while (end == RL_CHOICES_OPEN) {
        if (sweep->failed || !rl_sweep_view(sweep, outcome)) {
            return false;
        }
        rl_sweep_open(sweep, outcome, &lines->open);
        lines->open.kept = true;
        end = rl_choices_follow(lines->choices, &what);
        if (end == RL_CHOICES_OPEN) {
            rl_closure_split(closure, &lines->open);
        }
    }
    if (end == RL_CHOICES_FAILED && !sweep->failed && !sweep->out_of_time) {
        rl_sweep_fail(sweep, "a run did not lead where its state leads");
    }
    closure->left_out += end == RL_CHOICES_TOO_MANY;
    return !sweep->failed;
}

static void add_touched(const struct rl_closure_lines *lines, struct base *base, uint32_t leaf)
{
    const struct rl_sweep *sweep = lines->closure->sweep;
    const struct rl_leaf *at = rl_footprints_leaf(sweep->footprints, leaf);
    const uint32_t pages[2] = {sweep->scene->flash.count, sweep->scene->memory.count};

    base->asks_doubts = base->asks_doubts || at->asks_doubts;
    for (int device = 0; device < 2; device++) {
        for (uint32_t i = 0; i < RL_BITMAP_WORDS(pages[device]); i++) {
            base->touched[device][i] |= at->touched[device][i];
        }
    }
    rl_foresight_add_touched(&lines->closure->foresight, leaf, base->touched);
}

/* The states that a family's differ from; NULL when the sweep has failed. */
static struct base *base_of(struct rl_closure_lines *lines, const struct rl_family *family)
{
    const struct rl_sweep *sweep = lines->closure->sweep;
    struct base *base = &lines->bases[rl_sweep_event_of(sweep, &family->outcome)];
    struct rl_outcome outcome = family->outcome;
    const struct rl_arrival *arrivals;

    if (base->known) {
        return base;
    }
    outcome.landing = rl_outcome_is_after(&outcome) ? RL_LANDING_AFTER : RL_LANDING_BEFORE;
    outcome.part = 0;
    if (!judge(lines, &outcome)) {
        return NULL;
    }
    arrivals = rl_choices_arrivals(lines->choices, &base->count);
    base->asks_doubts = false;
    base->list = rl_realloc(base->list, (base->count + 1u) * sizeof *base->list);
    memset(base->touched[RL_FLASH], 0,
           RL_BITMAP_WORDS(sweep->scene->flash.count) * sizeof(uint64_t));
    memset(base->touched[RL_MEMORY], 0,
           RL_BITMAP_WORDS(sweep->scene->memory.count) * sizeof(uint64_t));
    for (uint32_t i = 0; i < base->count; i++) {
        base->list[i] = arrivals[i];
        add_touched(lines, base, arrivals[i].leaf);
    }
    base->known = true;
    return base;
}

static bool touches(const struct base *base, const struct rl_family *family)
{
    const uint64_t *touched = base->touched[family->device];
    bool any = (base->asks_doubts && family->doubts) ||
               rl_bits_touched(touched, family->page, family->pages);

    for (uint32_t i = 0; i < family->more_count; i++) {
        any = any || rl_bits_touched(touched, family->more[i].page, family->more[i].pages);
    }
    return any;
}

/* Counts `count` members of the family that hold in their lines what `arrival` does. */
static void count_arrival(struct rl_closure_lines *lines, const struct rl_family *family,
                          const struct rl_outcome *member, const struct rl_arrival *arrival,
                          uint64_t count)
{
    struct rl_sweep *sweep = lines->closure->sweep;
    struct rl_level *level = &sweep->levels[sweep->level];
    const struct rl_leaf *leaf = rl_footprints_leaf(sweep->footprints, arrival->leaf);
    struct rl_family of = *family;
    struct rl_run_found found = leaf->found;
    bool seen;

    level->outcome = *member;
    level->outcome.lines = arrival->outcome.lines;
    level->outcome.page = arrival->outcome.page;
    level->outcome.word = arrival->outcome.word;
    level->outcome.prefix = arrival->outcome.prefix;
    level->outcome.more = arrival->outcome.more;
    of.fault_class = rl_outcome_class(&level->outcome);
    seen = level->outcome.lines != RL_LINES_KEPT || rl_sweep_touches(leaf, family);
    rl_closure_note_edge(lines->closure, arrival->leaf, &level->outcome);
    rl_sweep_count(sweep, &of, count, seen ? count : 0u,
                   leaf->violated == 0 ? UINT32_MAX : leaf->verdict, &found);
}

static void visit_members(struct rl_closure_lines *lines, const struct rl_family *family)
{
    for (uint32_t number = family->first; number <= family->last; number++) {
        struct rl_outcome outcome = rl_family_member(family, number);
        const struct rl_arrival *arrivals;
        uint32_t count;

        if (!judge(lines, &outcome)) {
            return;
        }
        arrivals = rl_choices_arrivals(lines->choices, &count);
        for (uint32_t i = 0; i < count; i++) {
            count_arrival(lines, family, &outcome, &arrivals[i], 1);
        }
        if (lines->closure->sweep->out_of_time) {
            return;
        }
    }
}

void rl_closure_lines_visit(struct rl_closure_lines *lines, const struct rl_family *family)
{
    struct rl_sweep *sweep = lines->closure->sweep;
    const struct rl_level *level = &sweep->levels[sweep->level];
    struct rl_outcome first = rl_family_member(family, family->first);
    const struct base *base;

    sweep->tally.result.classes[RL_CLASS_LOST_UNFLUSHED].applicable +=
        family->is_base && level->cursor.dirty_count > 0;
    base = base_of(lines, family);
    if (base == NULL) {
        return;
    }
    if (!family->is_base && touches(base, family)) {
        visit_members(lines, family);
        return;
    }
    for (uint32_t i = 0; i < base->count; i++) {
        count_arrival(lines, family, &first, &base->list[i], family->last - family->first + 1u);
    }
}
