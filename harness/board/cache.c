/* The write-back data cache and the instruction cache before local memory.
 *
 * Of the data cache only dirty lines matter: clean ones hold what memory holds. It writes back
 * when it is full, oldest page first and all dirty lines of that page together; that a reset can
 * come between the lines of a page is covered where crash states are made, which let each dirty
 * line be kept or lost by itself.
 * The instruction cache never evicts: it keeps what it fetched until it is told to forget, which is
 * the worst that a real one may do (ARM DDI 0403E B2.2: no coherence with data stores). */
#include "board/board.h"

#include <stdlib.h>
#include <string.h>

#include "board/clock.h"
#include "board/heap.h"

void rl_cache_init(struct rl_board *board)
{
    struct rl_cache *cache = &board->cache;
    uint32_t pages = board->planes[RL_PLANE_CPU].count;

    cache->first_words =
        UINT32_MAX / (UINT32_MAX >> (RL_PAGE_WORDS - board->device.line_size / RL_WORD));
    cache->dirty = rl_calloc(pages, sizeof *cache->dirty);
    cache->stores = rl_calloc(pages, sizeof *cache->stores);
    cache->queue = rl_calloc(pages, sizeof *cache->queue);
    cache->fetched = rl_calloc(pages, sizeof *cache->fetched);
    cache->is_fetched = rl_calloc(RL_BITMAP_WORDS(pages), sizeof(uint64_t));
}

void rl_cache_free(struct rl_board *board)
{
    free(board->cache.dirty);
    free(board->cache.stores);
    free(board->cache.queue);
    free(board->cache.fetched);
    free(board->cache.is_fetched);
}

void rl_cache_reset(struct rl_board *board)
{
    struct rl_cache *cache = &board->cache;
    uint32_t pages = board->planes[RL_PLANE_CPU].count;

    memset(cache->dirty, 0, pages * sizeof *cache->dirty);
    memset(cache->is_fetched, 0, RL_BITMAP_WORDS(pages) * sizeof(uint64_t));
    cache->state = (struct rl_sum){0, 0};
    cache->head = 0;
    cache->used = 0;
    cache->lines = 0;
}

void rl_cache_assign(struct rl_board *to, const struct rl_board *from)
{
    uint32_t pages = from->planes[RL_PLANE_CPU].count;

    memcpy(to->cache.dirty, from->cache.dirty, pages * sizeof *to->cache.dirty);
    memcpy(to->cache.stores, from->cache.stores, pages * sizeof *to->cache.stores);
    memcpy(to->cache.queue, from->cache.queue, pages * sizeof *to->cache.queue);
    memcpy(to->cache.fetched, from->cache.fetched, pages * sizeof *to->cache.fetched);
    memcpy(to->cache.is_fetched, from->cache.is_fetched, RL_BITMAP_WORDS(pages) * sizeof(uint64_t));
    to->cache.state = from->cache.state;
    to->cache.head = from->cache.head;
    to->cache.used = from->cache.used;
    to->cache.lines = from->cache.lines;
}

/* What is dirty in a page is known by the stores that made it so, and by what of them was written
 * back since: a reset can come between any two of them. */
static uint64_t came_by(uint64_t before, uint64_t what, uint32_t mask)
{
    uint64_t mix = (before ^ what) * UINT64_C(0x9FB21C651E98DF25) + mask;

    mix = (mix ^ mix >> 32u) * UINT64_C(0xD6E8FEB86659FD93);
    return mix ^ mix >> 29u;
}

/* Of each line that `mask` touches, its first word. */
static uint32_t first_words(const struct rl_board *board, uint32_t mask)
{
    for (uint32_t words = board->device.line_size / RL_WORD / 2u; words > 0; words /= 2u) {
        mask |= mask >> words;
    }
    return mask & board->cache.first_words;
}

/* Lines that `mask` touches. */
static uint32_t count_lines(const struct rl_board *board, uint32_t mask)
{
    return (uint32_t)__builtin_popcount(first_words(board, mask));
}

/* All words of them. */
static uint32_t whole_lines(const struct rl_board *board, uint32_t mask)
{
    uint32_t words = board->device.line_size / RL_WORD;

    return mask == UINT32_MAX ? mask
                              : first_words(board, mask) * (UINT32_MAX >> (RL_PAGE_WORDS - words));
}

/* Writes the dirty words of `mask` back to memory. */
static void write_back(struct rl_board *board, uint32_t page, uint32_t mask)
{
    struct rl_cache *cache = &board->cache;
    struct rl_plane *memory = &board->planes[RL_PLANE_MEMORY];
    uint32_t words = cache->dirty[page] & mask;
    rl_slot before = memory->slots[page];
    rl_slot after;

    if (words == 0) {
        return;
    }
    if (words == cache->dirty[page]) {
        /* Nothing dirty is left: both views agree from here on. */
        after = board->planes[RL_PLANE_CPU].slots[page];
        if (!rl_bit(board->original[RL_PLANE_CPU], page)) {
            rl_bit_clear(board->original[RL_PLANE_MEMORY], page);
        }
    } else {
        before = rl_board_look(board, RL_PLANE_MEMORY, page);
        after = rl_slot_merge(before, board->planes[RL_PLANE_CPU].slots[page], words);
    }
    cache->lines -= count_lines(board, words);
    cache->dirty[page] &= ~words;
    cache->stores[page] = came_by(cache->stores[page], UINT64_MAX, words);
    if (board->log != NULL) {
        struct rl_change *change = rl_log_change(board->log);

        change->plane = RL_PLANE_MEMORY;
        change->page = page;
        change->mask = words;
        change->before = before;
        change->after = after;
    }
    board->watched_changed |= rl_bit(board->watched[RL_MEMORY], page);
    rl_plane_set(memory, page, after);
}

static void evict(struct rl_board *board)
{
    struct rl_cache *cache = &board->cache;
    uint32_t pages = board->planes[RL_PLANE_CPU].count;

    while (cache->lines > board->device.cache_lines && cache->used > 0) {
        uint32_t page = cache->queue[cache->head];

        cache->head = (cache->head + 1u) % pages;
        cache->used--;
        write_back(board, page, UINT32_MAX);
    }
}

/* Pages without a dirty word leave the queue, so that it never holds a page twice. As a rule they
 * are the oldest or the newest. */
static void dequeue_clean(struct rl_board *board, uint32_t cleaned)
{
    struct rl_cache *cache = &board->cache;
    uint32_t pages = board->planes[RL_PLANE_CPU].count;
    uint32_t kept = 0;

    while (cleaned > 0 && cache->dirty[cache->queue[cache->head]] == 0) {
        cache->head = (cache->head + 1u) % pages;
        cache->used--;
        cleaned--;
    }
    while (cleaned > 0 &&
           cache->dirty[cache->queue[(cache->head + cache->used - 1u) % pages]] == 0) {
        cache->used--;
        cleaned--;
    }
    if (cleaned == 0) {
        return;
    }
    for (uint32_t i = 0; i < cache->used; i++) {
        uint32_t page = cache->queue[(cache->head + i) % pages];

        if (cache->dirty[page] != 0) {
            cache->queue[(cache->head + kept++) % pages] = page;
        }
    }
    cache->used = kept;
}

static bool is_cached(const struct rl_board *board, uint32_t page)
{
    const struct relight_region *staging = &board->device.geometry.staging;

    return page < board->active_page &&
           !(board->device.staging_sram &&
             page - staging->address / RL_PAGE < staging->size / RL_PAGE);
}

/* Of a store past the cache: memory holds it at once. */
static void store_through(struct rl_board *board, uint32_t page, rl_slot slot, uint32_t mask)
{
    struct rl_plane *memory = &board->planes[RL_PLANE_MEMORY];

    if (board->log != NULL) {
        struct rl_change *change = rl_log_change(board->log);

        change->plane = RL_PLANE_MEMORY;
        change->through = true;
        change->page = page;
        change->mask = mask;
        change->before = memory->slots[page];
        change->after = slot;
    }
    if (mask == UINT32_MAX) {
        rl_bit_clear(board->original[RL_PLANE_MEMORY], page);
    }
    board->watched_changed |= rl_bit(board->watched[RL_MEMORY], page);
    rl_plane_set(memory, page, slot);
}

void rl_cache_store(struct rl_board *board, uint32_t page, rl_slot slot, uint32_t first,
                    uint32_t last)
{
    struct rl_cache *cache = &board->cache;
    uint32_t mask = rl_word_mask(first, last - first + 1u);
    uint32_t before = cache->dirty[page];
    bool whole = mask == UINT32_MAX;

    if (board->log != NULL) {
        struct rl_change *change = rl_log_change(board->log);

        change->plane = RL_PLANE_CPU;
        change->through = !is_cached(board, page);
        change->first_word = (uint8_t)first;
        change->last_word = (uint8_t)last;
        change->page = page;
        change->before = board->planes[RL_PLANE_CPU].slots[page];
        change->after = slot;
    }
    if (whole) {
        rl_bit_clear(board->original[RL_PLANE_CPU], page);
    }
    rl_plane_set(&board->planes[RL_PLANE_CPU], page, slot);
    if (!is_cached(board, page)) {
        store_through(board, page, slot, mask);
        return;
    }
    cache->stores[page] = came_by(before == 0 ? 0 : cache->stores[page], slot, mask);
    /* A line is dirty as a whole: that is the unit in which it is written back. */
    cache->dirty[page] |= whole_lines(board, mask);
    cache->lines += count_lines(board, cache->dirty[page]) - count_lines(board, before);
    if (before == 0) {
        cache->queue[(cache->head + cache->used++) % board->planes[RL_PLANE_CPU].count] = page;
    }
    evict(board);
}

static relight_result cache_clean(void *host, uint32_t address, uint32_t size)
{
    struct rl_board *board = host;
    struct rl_operation *operation = rl_board_begin(board, RL_KIND_CLEAN, RL_MEMORY, address, size);
    uint32_t end = board->device.geometry.memory_size;
    uint32_t cleaned = 0;

    if (board->peeking > 0) {
        return RELIGHT_IO;
    }
    if (!rl_range_fits(end, address, size, 1)) {
        return rl_board_refuse(board, operation, "a cache clean outside of memory", RL_MEMORY,
                               address);
    }
    for (uint32_t page = address / RL_PAGE; page <= (address + size - 1u) / RL_PAGE; page++) {
        uint32_t base = page * RL_PAGE;
        uint32_t first = address > base ? (address - base) / RL_WORD : 0;
        uint32_t stop = address + size < base + RL_PAGE ? address + size - base : RL_PAGE;
        uint32_t last = (stop - 1u) / RL_WORD;

        if (board->cache.dirty[page] != 0) {
            write_back(board, page, whole_lines(board, rl_word_mask(first, last - first + 1u)));
            cleaned += board->cache.dirty[page] == 0;
        }
    }
    dequeue_clean(board, cleaned);
    return rl_board_end(board, operation, (uint64_t)RL_NS_MEMORY_256B * (size / RL_PAGE + 1u),
                        RELIGHT_OK);
}

static struct rl_sum fetched_state(const struct rl_cache *cache, uint32_t page)
{
    rl_slot slot = cache->fetched[page];

    return rl_slot_state(rl_slot_sum(page, slot), slot);
}

static void forget(struct rl_cache *cache, uint32_t page)
{
    if (rl_bit(cache->is_fetched, page)) {
        rl_sum_sub(&cache->state, fetched_state(cache, page));
        rl_bit_clear(cache->is_fetched, page);
    }
}

static relight_result cache_invalidate(void *host, uint32_t address, uint32_t size)
{
    struct rl_board *board = host;
    struct rl_operation *operation =
        rl_board_begin(board, RL_KIND_INVALIDATE, RL_MEMORY, address, size);
    uint32_t end = board->device.geometry.memory_size;

    if (board->peeking > 0) {
        return RELIGHT_IO;
    }
    if (!rl_range_fits(end, address, size, 1)) {
        return rl_board_refuse(board, operation, "a cache invalidate outside of memory", RL_MEMORY,
                               address);
    }
    if (rl_board_idles(board)) {
        return rl_board_end(board, operation, RL_NS_ACCESS, RELIGHT_OK);
    }
    for (uint32_t page = address / RL_PAGE; page <= (address + size - 1u) / RL_PAGE; page++) {
        forget(&board->cache, page);
    }
    return rl_board_end(board, operation, RL_NS_ACCESS, RELIGHT_OK);
}

/* Data memories beside local memory need not be on the path of fetches. */
static bool may_execute(const struct rl_board *board, uint32_t address, uint32_t size)
{
    const struct relight_geometry *g = &board->device.geometry;
    uint32_t end = g->staging.address + g->staging.size;

    return g->staging_executes || address >= end || address + size <= g->staging.address;
}

/* The bootstrap of another image is entered by an interrupt, once for each. */
static void take_interrupt(struct rl_board *board, uint32_t address)
{
    if (!board->interrupt) {
        rl_board_rule(board, "a bootstrap entered without an interrupt", RL_MEMORY, address);
    }
    board->interrupt = false;
}

/* Code that does not read traps before it runs; and a fault that hit it is no execution of what it
 * left. */
static bool is_stopped(const struct rl_board *board, relight_result result)
{
    return result == RELIGHT_ECC && (board->device.memory_traps ||
                                     rl_board_cause(board, RL_MEMORY, board->failed.page) != 0);
}

static relight_result execute(void *host, relight_module module, uint32_t address, uint32_t size)
{
    struct rl_board *board = host;
    struct rl_cache *cache = &board->cache;
    struct rl_operation *operation =
        rl_board_begin(board, RL_KIND_EXECUTE, RL_MEMORY, address, size);
    uint32_t end = board->device.geometry.memory_size;
    relight_result result = RELIGHT_OK;

    if (board->peeking > 0) {
        return RELIGHT_IO;
    }
    operation->value = module;
    if (!rl_range_fits(end, address, size, 1)) {
        return rl_board_refuse(board, operation, "a fetch outside of memory", RL_MEMORY, address);
    }
    if (!may_execute(board, address, size)) {
        return rl_board_refuse(board, operation, "a fetch from memory that does not execute",
                               RL_MEMORY, address);
    }
    if (module == RELIGHT_MODULE_BOOTSTRAP) {
        take_interrupt(board, address);
    }
    for (uint32_t page = address / RL_PAGE; page <= (address + size - 1u) / RL_PAGE; page++) {
        if (!rl_bit(cache->is_fetched, page)) {
            cache->fetched[page] = rl_board_look_words(board, RL_PLANE_MEMORY, page, UINT32_MAX);
            (void)rl_board_take(board, RL_PLANE_MEMORY, page, UINT32_MAX);
            rl_bit_set(cache->is_fetched, page);
            rl_sum_add(&cache->state, fetched_state(cache, page));
        }
        if (rl_slot_is_bad(cache->fetched[page])) {
            result = RELIGHT_ECC;
            board->failed = (struct rl_failed){
                true, RL_MEMORY, page,
                (uint32_t)__builtin_ctz(rl_slot_marks_of(cache->fetched[page]).bad), false};
        }
    }
    if (board->monitor.executed != NULL && !is_stopped(board, result)) {
        board->monitor.executed(board->monitor.user, module, address, size);
    }
    return rl_board_end(board, operation, RL_NS_MEMORY_256B, result);
}

void rl_cache_services(struct relight_services *services)
{
    services->cache_clean = cache_clean;
    services->cache_invalidate = cache_invalidate;
    services->execute = execute;
}
