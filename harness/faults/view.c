#include "faults/view.h"

#include "board/observer.h"

void rl_view_plain(struct rl_view *view, const struct rl_plane *flash,
                   const struct rl_plane *memory)
{
    view->flash = flash;
    view->memory = memory;
    view->flash_first = 0;
    view->flash_count = 0;
    view->lost_from = UINT32_MAX;
    view->memory_count = 0;
    view->blended = false;
    view->revived_count = 0;
    view->turn = RL_TURN_NONE;
    view->turn_first = 0;
    view->turn_count = 0;
    view->has_turned = false;
}

void rl_view_revive(struct rl_view *view, uint8_t device, uint32_t first, uint32_t count,
                    uint32_t from)
{
    if (view->revived_count == RL_VIEW_REVIVED) {
        return; /* as many as an outcome has at most */
    }
    view->revived[view->revived_count].device = device;
    view->revived[view->revived_count].first = first;
    view->revived[view->revived_count].count = count;
    view->revived[view->revived_count].from = from;
    view->revived_count++;
}

/* A page of flash, before words in doubt turn. */
static rl_slot flash_slot(const struct rl_view *view, uint32_t page)
{
    return page - view->flash_first < view->flash_count
               ? view->flash_slots[page - view->flash_first]
               : view->flash->slots[page];
}

static bool turns(const struct rl_view *view, uint32_t page)
{
    return page - view->turn_first < view->turn_count &&
           !(view->has_turned && page - view->flash_first < view->flash_count);
}

rl_slot rl_view_slot(const struct rl_view *view, uint8_t device, uint32_t page)
{
    if (device == RL_FLASH) {
        rl_slot slot = flash_slot(view, page);

        return turns(view, page) ? rl_slot_turned(slot, view->turn) : slot;
    }
    if (page >= view->lost_from) {
        return RL_SLOT_LOST;
    }
    for (uint32_t i = 0; i < view->memory_count; i++) {
        if (view->memory_over[i].page == page) {
            return view->memory_over[i].slot;
        }
    }
    return view->memory == NULL ? RL_SLOT_LOST : view->memory->slots[page];
}

bool rl_view_written(const struct rl_view *view, uint8_t device, uint32_t page, uint32_t *written)
{
    *written = 0;
    if (device == RL_FLASH) {
        if (turns(view, page) && rl_slot_doubted(flash_slot(view, page)) != 0) {
            return false;
        }
        if (page - view->flash_first < view->flash_count) {
            *written = view->flash_written[page - view->flash_first];
            return !view->blended;
        }
        return true;
    }
    for (uint32_t i = 0; i < view->memory_count; i++) {
        if (view->memory_over[i].page == page) {
            *written = view->memory_over[i].written;
            return !view->blended && view->memory_over[i].lines == 0;
        }
    }
    return true;
}

/* Replaces one slot's share in a sum. */
static void exchange(struct rl_sum *sum, uint32_t *bad, uint32_t page, rl_slot old, rl_slot slot)
{
    rl_sum_sub(sum, rl_slot_sum(page, old));
    rl_sum_add(sum, rl_slot_sum(page, slot));
    *bad = *bad - rl_slot_is_bad(old) + rl_slot_is_bad(slot);
}

static struct rl_sum flash_sum(const struct rl_view *view, uint32_t first, uint32_t count,
                               uint32_t *bad)
{
    struct rl_sum sum = rl_plane_sum(view->flash, first, count);

    *bad = rl_plane_bad(view->flash, first, count);
    for (uint32_t i = 0; i < view->flash_count; i++) {
        uint32_t page = view->flash_first + i;

        if (page - first < count) {
            exchange(&sum, bad, page, view->flash->slots[page], view->flash_slots[i]);
        }
    }
    for (uint32_t i = 0; i < view->turn_count; i++) {
        uint32_t page = view->turn_first + i;
        rl_slot slot = flash_slot(view, page);

        if (page - first < count && turns(view, page)) {
            exchange(&sum, bad, page, slot, rl_slot_turned(slot, view->turn));
        }
    }
    return sum;
}

struct rl_sum rl_view_sum(const struct rl_view *view, uint8_t device, uint32_t first,
                          uint32_t count, uint32_t *bad)
{
    struct rl_sum sum = {0, 0};
    uint32_t kept;

    if (device == RL_FLASH) {
        return flash_sum(view, first, count, bad);
    }
    if (view->memory == NULL) {
        *bad = count;
        return sum;
    }
    kept = first >= view->lost_from          ? 0
           : count < view->lost_from - first ? count
                                             : view->lost_from - first;
    sum = rl_plane_sum(view->memory, first, kept);
    *bad = rl_plane_bad(view->memory, first, kept) + (count - kept);
    for (uint32_t i = 0; i < view->memory_count; i++) {
        uint32_t page = view->memory_over[i].page;

        if (page - first < kept) {
            exchange(&sum, bad, page, view->memory->slots[page], view->memory_over[i].slot);
        }
    }
    return sum;
}

void rl_view_store(const struct rl_view *view, struct rl_plane *flash, struct rl_plane *memory)
{
    rl_plane_copy(flash, view->flash);
    for (uint32_t i = 0; i < view->flash_count; i++) {
        rl_plane_set(flash, view->flash_first + i, view->flash_slots[i]);
    }
    for (uint32_t page = view->turn_first; page < view->turn_first + view->turn_count; page++) {
        rl_plane_set(flash, page, rl_view_slot(view, RL_FLASH, page));
    }
    if (view->memory == NULL) {
        rl_plane_fill(memory, RL_SLOT_LOST);
        return;
    }
    rl_plane_copy(memory, view->memory);
    for (uint32_t i = 0; i < view->memory_count; i++) {
        rl_plane_set(memory, view->memory_over[i].page, view->memory_over[i].slot);
    }
    for (uint32_t page = view->lost_from; page < memory->count; page++) {
        rl_plane_set(memory, page, RL_SLOT_LOST);
    }
}

void rl_view_turned(const struct rl_view *view, const struct rl_interval *intervals, size_t count,
                    struct rl_turned *turned)
{
    for (size_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < intervals[i].count; k++) {
            uint32_t page = intervals[i].first + k;

            rl_turned_add(turned, page, rl_view_slot(view, RL_FLASH, page));
        }
    }
}
