/* What an interrupted operation leaves in doubt, for closures: it reads one way in a power cycle,
 * and may read another way in the next, over any number of cuts, until it is erased, or programmed
 * once more. board/doubts.h keeps it; here is where it begins, and where it turns.
 *
 * How many sectors hold anything in doubt at once is limited (rl_reach.doubts): what is interrupted
 * beyond that has the other outcomes. All that is in doubt reads alike after it turned. Power has
 * to be lost for that: a warm reset leaves it as it reads. */
#include "faults/outcome_private.h"

/* Whether an operation of this kind can end half-way, as the profile says, and what it may read
 * as. */
static bool can_be_interrupted(const struct rl_flash_rules *rules, uint8_t kind)
{
    if (kind == RL_KIND_ERASE) {
        return (rules->declared & RL_DECLARES_ERASE) == 0 || rules->erase_leaves != 0;
    }
    return kind == RL_KIND_PROGRAM && rules->tears != RL_TEARS_NOTHING;
}

/* Without ECC nothing reads bad. */
static uint32_t turns_of(const struct rl_flash_rules *rules)
{
    return rules->no_ecc ? RL_TURN_BAD - 1u : RL_TURNS - 1u;
}

bool rl_turn_view(const struct rl_cursor *cursor, const struct rl_outcome *outcome,
                  struct rl_view *view)
{
    const struct rl_operation *operation = &cursor->log->operations[cursor->next];
    const struct rl_flash_rules *rules = &cursor->device->flash;

    if (!can_be_interrupted(rules, operation->kind) || outcome->parts != turns_of(rules) ||
        outcome->part >= outcome->parts) {
        return false;
    }
    view->blended = true;
    view->has_turned = true;
    for (uint32_t i = 0; i < operation->change_count; i++) {
        const struct rl_change *change = &cursor->log->changes[operation->change_first + i];
        rl_slot before = rl_slot_turned(change->before, outcome->turn);
        uint32_t start = operation->address;

        if (change->plane != RL_PLANE_FLASH || view->flash_count == RL_VIEW_FLASH_MAX) {
            continue;
        }
        if (view->flash_count == 0) {
            view->flash_first = change->page;
        }
        view->flash_written[view->flash_count] = 0;
        view->flash_slots[view->flash_count++] =
            rl_slot_doubt(before, before, change->after,
                          rl_words_inside(change->page * RL_PAGE, start, start + operation->size),
                          (enum rl_turn)(RL_TURN_DONE + outcome->part));
    }
    return view->flash_count > 0;
}

/* Sectors with anything in doubt before the operation that comes next. */
static uint32_t sectors_in_doubt(const struct rl_cursor *cursor)
{
    uint32_t pages = cursor->device->geometry.sector_size / RL_PAGE;
    uint32_t sector = UINT32_MAX;
    uint32_t count = 0;

    for (uint32_t page = cursor->doubt_first; page < cursor->doubt_end; page++) {
        if (page / pages != sector &&
            rl_slot_doubted(cursor->planes[RL_PLANE_FLASH].slots[page]) != 0) {
            sector = page / pages;
            count++;
        }
    }
    return count;
}

void rl_turn_families(const struct rl_outcome_visitor *v)
{
    const struct rl_flash_rules *rules = &v->cursor->device->flash;
    struct rl_family family = {
        .device = RL_FLASH, .page = v->effect.flash_first, .pages = v->effect.flash_pages};

    if (sectors_in_doubt(v->cursor) < v->reach->doubts &&
        can_be_interrupted(rules, v->effect.operation->kind)) {
        rl_visit_family(v, &family, RL_LANDING_HALFWAY, 0, turns_of(rules) - 1u, turns_of(rules));
    }
}

bool rl_outcome_turns(const struct rl_cursor *cursor, enum rl_turn turn)
{
    const struct rl_plane *flash = &cursor->planes[RL_PLANE_FLASH];

    for (uint32_t page = cursor->doubt_first; page < cursor->doubt_end; page++) {
        if (rl_slot_turned(flash->slots[page], turn) != flash->slots[page]) {
            return turn < RL_TURN_BAD || !cursor->device->flash.no_ecc;
        }
    }
    return false;
}

bool rl_turn_turn(const struct rl_cursor *cursor, const struct rl_outcome *outcome,
                  struct rl_view *view)
{
    if (outcome->turn == RL_TURN_NONE) {
        return true;
    }
    view->turn = outcome->turn;
    view->turn_first = cursor->doubt_first;
    view->turn_count = cursor->doubt_end - cursor->doubt_first;
    return !outcome->reset && outcome->turn < RL_TURNS && rl_outcome_turns(cursor, outcome->turn);
}
