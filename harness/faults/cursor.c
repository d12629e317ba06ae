#include "faults/cursor.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

void rl_cursor_init(struct rl_cursor *cursor, const struct rl_device *device)
{
    uint32_t flash = device->geometry.flash_size / RL_PAGE;
    uint32_t memory = device->geometry.memory_size / RL_PAGE;

    memset(cursor, 0, sizeof *cursor);
    cursor->device = device;
    for (int i = 0; i < 3; i++) {
        uint32_t count = i == RL_PLANE_FLASH ? flash : memory;

        rl_plane_init(&cursor->planes[i], count, RL_SLOT_BLANK);
        cursor->original[i] = rl_calloc(RL_BITMAP_WORDS(count), sizeof(uint64_t));
    }
    cursor->scratch = rl_calloc(2, sizeof *cursor->scratch);
    rl_plane_init(&cursor->scratch[RL_FLASH], flash, RL_SLOT_BLANK);
    rl_plane_init(&cursor->scratch[RL_MEMORY], memory, RL_SLOT_LOST);
    cursor->dirty = rl_calloc(memory, sizeof *cursor->dirty);
    cursor->dirty_pages = rl_calloc(memory, sizeof *cursor->dirty_pages);
    cursor->line_stores =
        rl_calloc(device->geometry.memory_size / device->line_size, sizeof *cursor->line_stores);
}

void rl_cursor_free(struct rl_cursor *cursor)
{
    for (int i = 0; i < 3; i++) {
        rl_plane_free(&cursor->planes[i]);
        free(cursor->original[i]);
    }
    for (int i = 0; i < 2 && cursor->scratch != NULL; i++) {
        rl_plane_free(&cursor->scratch[i]);
    }
    free(cursor->scratch);
    free(cursor->dirty);
    free(cursor->dirty_pages);
    free(cursor->line_stores);
    free(cursor->batches);
    memset(cursor, 0, sizeof *cursor);
}

/* No operation puts anything in doubt: only being interrupted does. */
static void find_doubts(struct rl_cursor *cursor)
{
    const struct rl_plane *flash = &cursor->planes[RL_PLANE_FLASH];

    cursor->doubt_first = 0;
    cursor->doubt_end = 0;
    for (uint32_t page = 0; rl_doubts_any() && page < flash->count; page++) {
        if (rl_slot_doubted(flash->slots[page]) != 0) {
            cursor->doubt_first = cursor->doubt_end == 0 ? page : cursor->doubt_first;
            cursor->doubt_end = page + 1u;
        }
    }
}

void rl_cursor_start(struct rl_cursor *cursor, const struct rl_log *log,
                     const struct rl_plane *flash, const struct rl_plane *memory)
{
    cursor->log = log;
    cursor->next = 0;
    cursor->version++;
    rl_plane_copy(&cursor->planes[RL_PLANE_FLASH], flash);
    rl_plane_copy(&cursor->planes[RL_PLANE_MEMORY], memory);
    rl_plane_copy(&cursor->planes[RL_PLANE_CPU], memory);
    for (int i = 0; i < 3; i++) {
        memset(cursor->original[i], 0xFF,
               RL_BITMAP_WORDS(cursor->planes[i].count) * sizeof(uint64_t));
    }
    memset(cursor->dirty, 0, memory->count * sizeof *cursor->dirty);
    memset(cursor->line_stores, 0,
           memory->count * RL_PAGE / cursor->device->line_size * sizeof *cursor->line_stores);
    cursor->dirty_count = 0;
    cursor->batch_count = 0;
    cursor->past_count = 0;
    cursor->erasing = false;
    cursor->memory_at_start = memory;
    find_doubts(cursor);
}

bool rl_operation_accesses(const struct rl_operation *operation, uint32_t address, uint32_t size)
{
    return rl_region_is_in(operation->region, RL_FLASH) && operation->kind != RL_KIND_SPOIL &&
           operation->address < address + size && address < operation->address + operation->size;
}

/* Keeps in mind what the next operation does to flash. Damage is no operation of the engine, and
 * nothing before it counts any more. */
static void remember(struct rl_cursor *cursor, const struct rl_operation *operation)
{
    const struct rl_operation *erase = &cursor->log->operations[cursor->erase.index];
    struct rl_past past = {.index = cursor->next};
    bool flash = false;

    for (uint32_t i = 0; i < operation->change_count; i++) {
        const struct rl_change *change = &cursor->log->changes[operation->change_first + i];

        flash |= change->plane == RL_PLANE_FLASH;
        past.original |= change->plane == RL_PLANE_FLASH &&
                         rl_bit(cursor->original[RL_PLANE_FLASH], change->page);
    }
    if (cursor->erasing && rl_operation_accesses(operation, erase->address, erase->size)) {
        cursor->erasing = false;
    }
    if (!flash) {
        return;
    }
    if (operation->kind == RL_KIND_SPOIL) {
        cursor->past_count = 0;
        cursor->erasing = false;
        return;
    }
    if (operation->kind == RL_KIND_ERASE) {
        cursor->erasing = true;
        cursor->erase = past;
    }
    cursor->past_count += cursor->past_count < RL_CURSOR_PAST;
    memmove(cursor->past + 1, cursor->past, (RL_CURSOR_PAST - 1u) * sizeof cursor->past[0]);
    cursor->past[0] = past;
}

/* The counter of the line of `page` that `word` is in. */
static uint32_t *line_counter(const struct rl_cursor *cursor, uint32_t page, uint32_t word)
{
    uint32_t words = rl_line_words(cursor->device);

    return &cursor->line_stores[page * (RL_PAGE_WORDS / words) + word / words];
}

/* Counts stores to [first, last] of a page by line; returns the mask of the lines. */
static uint32_t count_stores(const struct rl_cursor *cursor, uint32_t page, uint32_t first,
                             uint32_t last)
{
    uint32_t words = rl_line_words(cursor->device);
    uint32_t *lines = line_counter(cursor, page, 0);
    uint32_t mask = 0;

    for (uint32_t line = first / words; line <= last / words; line++) {
        uint32_t begin = line * words;
        uint32_t end = begin + words - 1u;

        lines[line] += (last < end ? last : end) - (first > begin ? first : begin) + 1u;
        mask |= rl_line_mask(cursor->device, begin);
    }
    return mask;
}

static void apply_store(struct rl_cursor *cursor, const struct rl_change *change)
{
    if (change->first_word == 0 && change->last_word == RL_PAGE_WORDS - 1u) {
        rl_bit_clear(cursor->original[RL_PLANE_CPU], change->page);
    }
    if (change->through) {
        return; /* nothing is dirty: memory has it too */
    }
    if (cursor->dirty[change->page] == 0) {
        cursor->dirty_pages[cursor->dirty_count++] = change->page;
    }
    cursor->dirty[change->page] |=
        count_stores(cursor, change->page, change->first_word, change->last_word);
    cursor->batches =
        rl_grow(cursor->batches, cursor->batch_count, &cursor->batch_room, sizeof *cursor->batches);
    cursor->batches[cursor->batch_count++] = (struct rl_store_batch){
        change->page,
        (UINT32_MAX >> (31u - change->last_word)) & (UINT32_MAX << change->first_word),
        change->after};
}

/* Forgets a page that has nothing dirty any more, and its stores. Pages are written back in the
 * order in which they became dirty, as a rule: it is one of the first. */
static void drop_clean(struct rl_cursor *cursor, uint32_t page)
{
    uint32_t at = 0;
    size_t batches = 0;

    while (at < cursor->dirty_count && cursor->dirty_pages[at] != page) {
        at++;
    }
    if (at < cursor->dirty_count) {
        cursor->dirty_count--;
        memmove(cursor->dirty_pages + at, cursor->dirty_pages + at + 1u,
                (cursor->dirty_count - at) * sizeof *cursor->dirty_pages);
    }
    while (batches < cursor->batch_count && cursor->batches[batches].page != page) {
        batches++;
    }
    for (size_t i = batches; i < cursor->batch_count; i++) {
        if (cursor->batches[i].page != page) {
            cursor->batches[batches++] = cursor->batches[i];
        }
    }
    cursor->batch_count = batches;
}

/* Takes words that were written back out of the batches of their page. */
static void settle(struct rl_cursor *cursor, uint32_t page, uint32_t words)
{
    uint32_t line = rl_line_words(cursor->device);
    uint32_t *counter = line_counter(cursor, page, 0);

    cursor->dirty[page] &= ~words;
    for (uint32_t word = 0; word < RL_PAGE_WORDS; word += line, counter++) {
        if ((words >> word & 1u) != 0) {
            *counter = 0;
        }
    }
    if (cursor->dirty[page] == 0) {
        drop_clean(cursor, page);
        return;
    }
    for (size_t i = 0; i < cursor->batch_count; i++) {
        if (cursor->batches[i].page == page) {
            cursor->batches[i].words &= ~words;
        }
    }
}

void rl_cursor_step(struct rl_cursor *cursor)
{
    const struct rl_operation *operation = &cursor->log->operations[cursor->next];

    remember(cursor, operation);
    cursor->next++;
    for (uint32_t i = 0; i < operation->change_count; i++) {
        const struct rl_change *change = &cursor->log->changes[operation->change_first + i];

        cursor->version += change->plane == RL_PLANE_FLASH;
        rl_plane_set(&cursor->planes[change->plane], change->page, change->after);
        if (change->plane == RL_PLANE_CPU) {
            apply_store(cursor, change);
        } else if (change->plane == RL_PLANE_MEMORY) {
            if (!change->through) {
                settle(cursor, change->page, change->mask);
            }
            if (cursor->dirty[change->page] == 0 &&
                !rl_bit(cursor->original[RL_PLANE_CPU], change->page)) {
                rl_bit_clear(cursor->original[RL_PLANE_MEMORY], change->page);
            }
        } else if (operation->kind == RL_KIND_ERASE) {
            rl_bit_clear(cursor->original[RL_PLANE_FLASH], change->page);
        }
    }
}

uint32_t rl_cursor_line_stores(const struct rl_cursor *cursor, uint32_t page, uint32_t word)
{
    return *line_counter(cursor, page, word);
}

/* The lowest `count` bits of `mask`, all when it has fewer. */
static uint32_t lowest(uint32_t mask, uint32_t count)
{
    uint32_t taken = 0;

    while (mask != 0 && count > 0) {
        taken |= mask & (~mask + 1u);
        mask &= mask - 1u;
        count--;
    }
    return taken;
}

rl_slot rl_cursor_line_at(const struct rl_cursor *cursor, bool kept, uint32_t page, uint32_t word,
                          uint32_t prefix)
{
    uint32_t line = rl_line_mask(cursor->device, word);
    rl_slot base = cursor->planes[kept ? RL_PLANE_CPU : RL_PLANE_MEMORY].slots[page];
    rl_slot slot = rl_slot_merge(base, cursor->planes[RL_PLANE_MEMORY].slots[page], line);

    for (size_t i = 0; i < cursor->batch_count && prefix > 0; i++) {
        if (cursor->batches[i].page == page) {
            uint32_t words = lowest(cursor->batches[i].words & line, prefix);

            slot = rl_slot_merge(slot, cursor->batches[i].after, words);
            prefix -= (uint32_t)__builtin_popcount(words);
        }
    }
    return slot;
}

uint32_t rl_cursor_line_stored(const struct rl_cursor *cursor, uint32_t page, uint32_t word,
                               uint32_t prefix)
{
    uint32_t line = rl_line_mask(cursor->device, word);
    uint32_t stored = 0;

    for (size_t i = 0; i < cursor->batch_count && prefix > 0; i++) {
        if (cursor->batches[i].page == page) {
            uint32_t words = lowest(cursor->batches[i].words & line, prefix);

            stored |= words;
            prefix -= (uint32_t)__builtin_popcount(words);
        }
    }
    return stored;
}

void rl_cursor_line_slots(const struct rl_cursor *cursor, uint32_t page, uint32_t word,
                          rl_slot *slots, bool *inside, uint32_t room)
{
    uint32_t line = rl_line_mask(cursor->device, word);
    uint32_t count = 1;

    slots[0] = rl_cursor_line_at(cursor, true, page, word, 0);
    inside[0] = false;
    for (size_t i = 0; i < cursor->batch_count; i++) {
        const struct rl_store_batch *batch = &cursor->batches[i];
        uint32_t left = batch->page == page ? batch->words & line : 0;

        for (; left != 0 && count < room; left &= left - 1u) {
            slots[count] = rl_slot_merge(slots[count - 1u], batch->after, lowest(left, 1));
            inside[count++] = (left & (left - 1u)) != 0;
        }
    }
}
