#include "explore/select.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "faults/injection.h"

void rl_selection_init(struct rl_selection *selection, const struct rl_cell *cell,
                       const struct relight_engine *engine)
{
    selection->cell = cell;
    selection->engine = engine;
    selection->selected = rl_calloc(cell->faults.selector_count + 1u, sizeof *selection->selected);
}

void rl_selection_restart(struct rl_selection *selection)
{
    memset(selection->selected, 0,
           selection->cell->faults.selector_count * sizeof *selection->selected);
}

void rl_selection_free(struct rl_selection *selection)
{
    free(selection->selected);
    memset(selection, 0, sizeof *selection);
}

static bool has_phase(const struct rl_selector *selector, const char *phase)
{
    for (uint32_t i = 0; i < RL_SELECTOR_PHASES && selector->phases[i][0] != '\0'; i++) {
        if (strcmp(selector->phases[i], phase) == 0) {
            return true;
        }
    }
    return selector->phases[0][0] == '\0';
}

/* All but `match`. */
static bool fits(const struct rl_selection *selection, const struct rl_selector *selector,
                 const struct rl_operation *operation)
{
    const struct rl_injector *injector = rl_injector_of(selector->fault_class);
    bool any_address = selector->first_address == 0 && selector->last_address == 0;

    return operation->kind != RL_KIND_SPOIL &&
           (selector->kinds == 0 || (selector->kinds >> operation->kind & 1u) != 0) &&
           (selector->regions == 0 || (selector->regions >> operation->region & 1u) != 0) &&
           (injector == NULL || (injector->kinds >> operation->kind & 1u) != 0) &&
           (any_address || (operation->address >= selector->first_address &&
                            operation->address <= selector->last_address)) &&
           (selector->first == 0 ||
            (operation->number >= selector->first && operation->number <= selector->last)) &&
           has_phase(selector, selection->engine->phase_names[operation->phase]);
}

void rl_selection_step(struct rl_selection *selection, const struct rl_operation *operation)
{
    for (uint32_t i = 0; i < selection->cell->faults.selector_count; i++) {
        struct rl_selected *selected = &selection->selected[i];

        selected->fits = fits(selection, &selection->cell->faults.selectors[i], operation);
        selected->matched += selected->fits;
    }
}

bool rl_selection_takes(const struct rl_selection *selection, uint32_t index)
{
    uint32_t match = selection->cell->faults.selectors[index].match;
    const struct rl_selected *selected = &selection->selected[index];

    return selected->fits && (match == 0 || selected->matched == match);
}

/* More than a class's name. */
static bool narrows(const struct rl_selector *selector)
{
    return selector->phases[0][0] != '\0' || selector->kinds != 0 || selector->regions != 0 ||
           selector->first_address != 0 || selector->last_address != 0 || selector->first != 0 ||
           selector->match != 0;
}

bool rl_selection_narrows_cuts(const struct rl_cell *cell)
{
    for (uint32_t i = 0; i < cell->faults.selector_count; i++) {
        const struct rl_selector *selector = &cell->faults.selectors[i];

        if (rl_class_info(selector->fault_class)->way == RL_WAY_CUT && narrows(selector)) {
            return true;
        }
    }
    return false;
}

bool rl_selection_takes_class(const struct rl_selection *selection, rl_class fault_class)
{
    for (uint32_t i = 0; i < selection->cell->faults.selector_count; i++) {
        if (selection->cell->faults.selectors[i].fault_class == fault_class &&
            rl_selection_takes(selection, i)) {
            return true;
        }
    }
    return false;
}

static bool has_name(const struct relight_engine *engine, const char *phase)
{
    for (uint32_t i = 0; i < engine->phase_count; i++) {
        if (strcmp(engine->phase_names[i], phase) == 0) {
            return true;
        }
    }
    return false;
}

bool rl_selection_check(const struct rl_cell *cell, const struct relight_engine *engine,
                        char *error, size_t error_size)
{
    for (uint32_t i = 0; i < cell->faults.selector_count; i++) {
        const struct rl_selector *selector = &cell->faults.selectors[i];

        for (uint32_t k = 0; k < RL_SELECTOR_PHASES && selector->phases[k][0] != '\0'; k++) {
            if (!has_name(engine, selector->phases[k])) {
                (void)snprintf(
                    error, error_size,
                    "%s: engine %s has no phase \"%s\"; `relight steps` shows those that "
                    "an update goes through",
                    selector->where, engine->name, selector->phases[k]);
                return false;
            }
        }
    }
    return true;
}
