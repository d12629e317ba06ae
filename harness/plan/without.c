/* Takes classes of faults out of a loaded plan. */
#include "plan/plan.h"

static bool is_cut(rl_class fault_class)
{
    const struct rl_class_info *info = rl_class_info(fault_class);

    return info != NULL && info->way == RL_WAY_CUT && fault_class != RL_CLASS_NESTED_CUT;
}

/* The classes of a cell that stay, and how deep it is cut then. */
static void keep_classes(struct rl_cell *cell, const rl_class_set *without)
{
    bool cuts = false;

    for (unsigned i = 0; i < RL_CLASS_COUNT; i++) {
        if (rl_class_in(without, (rl_class)i)) {
            rl_class_remove(&cell->classes, (rl_class)i);
        }
        cuts = cuts || (is_cut((rl_class)i) && rl_class_in(&cell->classes, (rl_class)i));
    }
    if (!cuts) {
        rl_class_remove(&cell->classes, RL_CLASS_NESTED_CUT);
    }
    if (cell->depth == 2 && !rl_class_in(&cell->classes, RL_CLASS_NESTED_CUT)) {
        cell->depth = 1;
    }
    if (rl_class_none(&cell->classes)) {
        cell->depth = 0;
    }
}

/* Closes the gaps in a list; how many stay. */
static uint32_t keep_selectors(struct rl_selector *list, uint32_t count,
                               const rl_class_set *without)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (!rl_class_in(without, list[i].fault_class)) {
            list[kept++] = list[i];
        }
    }
    return kept;
}

static uint32_t keep_pairs(struct rl_class_pair *list, uint32_t count, const rl_class_set *without)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (!rl_class_in(without, list[i].first) && !rl_class_in(without, list[i].second)) {
            list[kept++] = list[i];
        }
    }
    return kept;
}

/* Cells share lists: each list is shortened once, for all cells that have it. */
static void shorten_selectors(struct rl_plan *plan, struct rl_selector *list,
                              const rl_class_set *without)
{
    bool shortened = false;
    uint32_t kept = 0;

    for (uint32_t i = 0; i < plan->cell_count; i++) {
        struct rl_fault_plan *faults = &plan->cells[i].faults;

        if (faults->selectors == list) {
            kept = shortened ? kept : keep_selectors(list, faults->selector_count, without);
            faults->selector_count = kept;
            shortened = true;
        }
    }
}

static void shorten_pairs(struct rl_plan *plan, struct rl_class_pair *list,
                          const rl_class_set *without)
{
    bool shortened = false;
    uint32_t kept = 0;

    for (uint32_t i = 0; i < plan->cell_count; i++) {
        struct rl_fault_plan *faults = &plan->cells[i].faults;

        if (faults->pairs == list) {
            kept = shortened ? kept : keep_pairs(list, faults->pair_count, without);
            faults->pair_count = kept;
            shortened = true;
        }
    }
}

bool rl_plan_has_class(const struct rl_plan *plan, rl_class fault_class)
{
    for (uint32_t i = 0; i < plan->cell_count; i++) {
        const struct rl_cell *cell = &plan->cells[i];

        if (rl_class_in(&cell->classes, fault_class)) {
            return true;
        }
        for (uint32_t k = 0; k < cell->faults.pair_count; k++) {
            if (cell->faults.pairs[k].second == fault_class) {
                return true;
            }
        }
    }
    return false;
}

void rl_plan_without(struct rl_plan *plan, const rl_class_set *without)
{
    for (uint32_t i = 0; i < plan->cell_count; i++) {
        keep_classes(&plan->cells[i], without);
    }
    for (uint32_t i = 0; i < plan->selector_lists; i++) {
        shorten_selectors(plan, plan->selectors[i], without);
    }
    for (uint32_t i = 0; i < plan->pair_lists; i++) {
        shorten_pairs(plan, plan->pairs[i], without);
    }
}
