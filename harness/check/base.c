#include "check/base.h"

#include <stdlib.h>
#include <string.h>

void rl_check_bases_init(struct rl_check_bases *bases, const struct rl_check_cell *cell)
{
    memset(bases, 0, sizeof *bases);
    bases->cell = cell;
    for (int reset = 0; reset < 2; reset++) {
        for (int lines = 0; lines <= RL_LINES_OPEN; lines++) {
            rl_check_way_init(&bases->base[reset][lines].way, cell);
        }
    }
}

void rl_check_bases_free(struct rl_check_bases *bases)
{
    for (int reset = 0; reset < 2; reset++) {
        for (int lines = 0; lines <= RL_LINES_OPEN; lines++) {
            rl_check_way_free(&bases->base[reset][lines].way);
            free(bases->base[reset][lines].arrivals.list);
        }
    }
}

void rl_check_bases_forget(struct rl_check_bases *bases)
{
    for (int reset = 0; reset < 2; reset++) {
        for (int lines = 0; lines <= RL_LINES_OPEN; lines++) {
            bases->base[reset][lines].known = false;
            bases->base[reset][lines].same = 0;
        }
    }
}

static void change_page(struct rl_check_bases *bases, uint8_t device, uint32_t page)
{
    for (int i = 0; i < 2 * (RL_LINES_OPEN + 1); i++) {
        struct rl_check_base *base = &bases->base[i % 2][i / 2];
        size_t first;

        if (base->same == 0 || !rl_check_way_asks(&base->way, device, page, 1)) {
            continue;
        }
        first = base->way.forks ? 0 : rl_check_way_first(&base->way, bases->cell, device, page, 1);
        base->same = first < base->same ? first : base->same;
        base->known = false;
    }
}

void rl_check_bases_change(struct rl_check_bases *bases, const struct rl_log *log,
                           const struct rl_operation *operation)
{
    for (uint32_t i = 0; i < operation->change_count; i++) {
        const struct rl_change *change = &log->changes[operation->change_first + i];

        change_page(bases, change->plane == RL_PLANE_FLASH ? RL_FLASH : RL_MEMORY, change->page);
    }
}

/* What the lines of an outcome that names some are otherwise. */
static rl_lines lines_of(const struct rl_outcome *outcome)
{
    switch (outcome->lines) {
    case RL_LINES_KEPT_BUT:
        return RL_LINES_KEPT;
    case RL_LINES_LOST_BUT:
        return RL_LINES_LOST;
    default:
        return outcome->lines;
    }
}

const struct rl_check_base *rl_check_bases_get(struct rl_check_bases *bases,
                                               const struct rl_outcome *outcome, bool battery,
                                               const struct rl_check_search *search)
{
    rl_lines lines = lines_of(outcome);
    struct rl_check_base *base = &bases->base[outcome->reset][lines];
    struct rl_outcome plain = {.reset = outcome->reset,
                               .lines = lines == RL_LINES_OPEN ? RL_LINES_KEPT : lines};
    struct rl_check_search from = *search;
    uint32_t at;

    if (base->known) {
        return base;
    }
    if (!rl_outcome_view(search->cursor, &plain, battery, search->view)) {
        return NULL;
    }
    at = base->same > 0 ? base->way.nodes[base->same] : 0;
    rl_check_way_cut(&base->way, bases->cell, base->same);
    from.open = lines == RL_LINES_OPEN;
    from.way = &base->way;
    rl_check_arrive(&from, at, &base->arrivals);
    base->known = true;
    base->same = base->way.count;
    return base;
}

/* ---- where others differ ---- */

static struct rl_check_part changed_by(const struct rl_cursor *cursor, bool flash)
{
    const struct rl_operation *operation = &cursor->log->operations[cursor->next];
    struct rl_check_part part = {.known = true, .device = flash ? RL_FLASH : RL_MEMORY};
    uint32_t end = 0;

    for (uint32_t i = 0; i < operation->change_count; i++) {
        const struct rl_change *change = &cursor->log->changes[operation->change_first + i];

        if ((change->plane == RL_PLANE_FLASH) == flash) {
            part.first = end == 0 || change->page < part.first ? change->page : part.first;
            end = change->page + 1u > end ? change->page + 1u : end;
        }
    }
    part.count = end - part.first;
    return part;
}

struct rl_check_part rl_check_part_of(const struct rl_cursor *cursor,
                                      const struct rl_outcome *outcome)
{
    switch (outcome->landing) {
    case RL_LANDING_BEFORE:
    case RL_LANDING_AFTER:
    case RL_LANDING_QUIET:
        return rl_outcome_names_lines(outcome) && outcome->more == 0
                   ? (struct rl_check_part){true, RL_MEMORY, outcome->page, 1}
                   : (struct rl_check_part){.known = !rl_outcome_names_lines(outcome)};
    case RL_LANDING_TORN:
    case RL_LANDING_SUFFIX:
    case RL_LANDING_ERASE:
    case RL_LANDING_WEAK:
    case RL_LANDING_PREPROGRAM:
    case RL_LANDING_SUBSET:
    case RL_LANDING_GRANULE:
    case RL_LANDING_OPTION:
    case RL_LANDING_MID:
        if (!rl_outcome_names_lines(outcome)) {
            return changed_by(cursor, outcome->landing != RL_LANDING_MID);
        }
        return (struct rl_check_part){.known = false};
    default:
        return (struct rl_check_part){.known = false};
    }
}

bool rl_check_part_holds(const struct rl_check_part *part, const struct rl_cursor *cursor,
                         const struct rl_view *view)
{
    bool flash = part->device == RL_FLASH;
    bool holds = view->flash == &cursor->planes[RL_PLANE_FLASH] &&
                 (view->memory == NULL || view->memory == &cursor->planes[RL_PLANE_MEMORY] ||
                  view->memory == &cursor->planes[RL_PLANE_CPU]);

    if (view->flash_count > 0) {
        holds = holds && flash && view->flash_first >= part->first &&
                view->flash_first - part->first + view->flash_count <= part->count;
    }
    for (uint32_t i = 0; i < view->memory_count && holds; i++) {
        holds = !flash && view->memory_over[i].page - part->first < part->count;
    }
    return holds;
}
