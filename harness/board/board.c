#include "board/board.h"

#include <stdlib.h>
#include <string.h>

#include "board/clock.h"
#include "board/heap.h"

static void assertion_failed(void *host, const char *what)
{
    struct rl_board *board = host;

    board->assertion = what;
    if (board->escape != NULL) {
        siglongjmp(*board->escape, RL_ESCAPE_ASSERTION);
    }
    abort();
}

/* The region of each page: every operation is asked where it is. */
static void map_regions(struct rl_board *board)
{
    const struct relight_geometry *geometry = &board->device.geometry;

    for (uint32_t at = 0; at < 2u; at++) {
        uint8_t device = (uint8_t)at;
        uint32_t pages = board->planes[device].count;

        board->regions[device] = rl_calloc(pages, 1);
        for (uint32_t page = 0; page < pages; page++) {
            unsigned first = rl_region_of(geometry, device, page * RL_PAGE);
            unsigned last = rl_region_of(geometry, device, page * RL_PAGE + RL_PAGE - 1u);

            board->regions[device][page] = (uint8_t)(first == last ? first : RL_REGION_COUNT);
        }
    }
}

void rl_board_init(struct rl_board *board, const struct rl_device *device)
{
    uint32_t counts[3] = {device->geometry.flash_size / RL_PAGE,
                          device->geometry.memory_size / RL_PAGE,
                          device->geometry.memory_size / RL_PAGE};

    memset(board, 0, sizeof *board);
    board->device = *device;
    board->services.api = RELIGHT_ENGINE_API;
    board->services.size = sizeof board->services;
    board->services.host = board;
    board->services.geometry = &board->device.geometry;
    board->services.options = &board->device.options;
    board->services.assertion_failed = assertion_failed;
    rl_flash_services(&board->services);
    rl_flash_write_services(&board->services);
    rl_memory_services(&board->services);
    rl_cache_services(&board->services);
    rl_check_services(&board->services);
    rl_port_services(&board->services);
    rl_companion_services(&board->services);
    rl_reading_services(&board->services);
    for (int i = 0; i < 3; i++) {
        rl_plane_init(&board->planes[i], counts[i], i == 0 ? RL_SLOT_BLANK : RL_SLOT_LOST);
        board->original[i] = rl_calloc(RL_BITMAP_WORDS(counts[i]), sizeof(uint64_t));
    }
    for (int i = 0; i < 2; i++) {
        board->watched[i] = rl_calloc(RL_BITMAP_WORDS(counts[i]), sizeof(uint64_t));
        board->causes[i] = rl_calloc(counts[i], 1);
    }
    board->harmed = rl_calloc(RL_BITMAP_WORDS(counts[0]), sizeof(uint64_t));
    board->erases = rl_calloc(device->geometry.flash_size / device->geometry.sector_size,
                              sizeof *board->erases);
    board->operation_limit = UINT64_MAX;
    board->erase_limit = UINT16_MAX;
    board->active_page = rl_device_active_page(device);
    map_regions(board);
    rl_cache_init(board);
}

void rl_board_free(struct rl_board *board)
{
    for (int i = 0; i < 3; i++) {
        rl_plane_free(&board->planes[i]);
        free(board->original[i]);
    }
    for (int i = 0; i < 2; i++) {
        free(board->watched[i]);
        free(board->regions[i]);
        free(board->causes[i]);
    }
    free(board->harmed);
    free(board->erases);
    rl_cache_free(board);
    memset(board, 0, sizeof *board);
}

static uint32_t sectors(const struct rl_board *board)
{
    return board->device.geometry.flash_size / board->device.geometry.sector_size;
}

static void power_on(struct rl_board *board)
{
    rl_plane_copy(&board->planes[RL_PLANE_CPU], &board->planes[RL_PLANE_MEMORY]);
    memset(board->erases, 0, sectors(board) * sizeof *board->erases);
    rl_cache_reset(board);
    board->light = false;
    board->processing = false;
    board->absent = 0;
    board->refreshed = 0;
    board->interrupt = false;
    board->prepared = 0;
    board->guarded = false;
    board->struck = false;
    board->excused = 0;
    board->failed.any = false;
    memset(board->corrected, 0, sizeof board->corrected);
    rl_port_note(board, true);
    board->operations = 0;
    board->assertion = NULL;
    board->watched_changed = true;
}

static size_t original_size(const struct rl_board *board, int plane)
{
    return RL_BITMAP_WORDS(board->planes[plane].count) * sizeof(uint64_t);
}

void rl_board_start(struct rl_board *board)
{
    for (int i = 0; i < 3; i++) {
        memset(board->original[i], 0xFF, original_size(board, i));
    }
    for (int i = 0; i < 2; i++) {
        memset(board->causes[i], 0, board->planes[i].count);
    }
    board->excused_for_good = 0;
    board->resident_hurt = false;
    board->source = 0;
    board->effect = (struct rl_effect){0};
    memset(board->harmed, 0, RL_BITMAP_WORDS(board->planes[0].count) * sizeof(uint64_t));
    board->now_ns = 0;
    board->spoils = 0;
    board->damaged = false;
    board->causes_met = 0;
    board->erases_most = 0;
    board->reads_flash = false;
    power_on(board);
}

/* Companions keep nothing without power. */
static void lose_active(struct rl_board *board)
{
    struct rl_plane *memory = &board->planes[RL_PLANE_MEMORY];

    for (uint32_t page = board->active_page; page < memory->count; page++) {
        rl_plane_set(memory, page, RL_SLOT_LOST);
        board->causes[RL_MEMORY][page] = 0;
        rl_bit_clear(board->original[RL_PLANE_MEMORY], page);
    }
}

void rl_board_restart(struct rl_board *board, bool memory_lost)
{
    if (memory_lost) {
        rl_plane_fill(&board->planes[RL_PLANE_MEMORY], RL_SLOT_LOST);
        memset(board->original[RL_PLANE_MEMORY], 0, original_size(board, RL_PLANE_MEMORY));
        memset(board->causes[RL_MEMORY], 0, board->planes[RL_PLANE_MEMORY].count);
    }
    lose_active(board);
    rl_board_reset(board);
}

void rl_board_reset(struct rl_board *board)
{
    memcpy(board->original[RL_PLANE_CPU], board->original[RL_PLANE_MEMORY],
           original_size(board, RL_PLANE_CPU));
    power_on(board);
}

void rl_board_copy(struct rl_board *to, const struct rl_board *from)
{
    for (int i = 0; i < 3; i++) {
        rl_plane_copy(&to->planes[i], &from->planes[i]);
        memcpy(to->original[i], from->original[i], original_size(from, i));
    }
    for (int i = 0; i < 2; i++) {
        memcpy(to->causes[i], from->causes[i], from->planes[i].count);
    }
    to->now_ns = from->now_ns;
}

void rl_board_assign(struct rl_board *to, const struct rl_board *from)
{
    rl_board_copy(to, from);
    for (int i = 0; i < 2; i++) {
        uint32_t pages = from->planes[i].count;

        memcpy(to->watched[i], from->watched[i], RL_BITMAP_WORDS(pages) * sizeof(uint64_t));
    }
    memcpy(to->harmed, from->harmed, RL_BITMAP_WORDS(from->planes[0].count) * sizeof(uint64_t));
    memcpy(to->erases, from->erases, sectors(from) * sizeof *to->erases);
    rl_cache_assign(to, from);
    to->light = from->light;
    to->processing = from->processing;
    to->interrupt = from->interrupt;
    to->prepared = from->prepared;
    to->refreshed = from->refreshed;
    to->flash_changes = from->flash_changes;
    to->touched = from->touched;
    to->operations = from->operations;
    to->operation_limit = from->operation_limit;
    to->erase_limit = from->erase_limit;
    to->assertion = from->assertion;
    to->watched_changed = from->watched_changed;
    to->peeking = 0;
    to->watching = false;
    to->busy = false;
    to->erases_most = from->erases_most;
    to->reads_flash = false;
    to->damaged = from->damaged;
    to->causes_met = from->causes_met;
    to->guarded = from->guarded;
    to->excused = from->excused;
    to->excused_for_good = from->excused_for_good;
    to->resident_hurt = from->resident_hurt;
    to->struck = from->struck;
    to->failed = from->failed;
    memcpy(to->corrected, from->corrected, sizeof to->corrected);
    to->absent = from->absent;
    to->absent_cause = from->absent_cause;
    to->spoils = from->spoils;
    to->effect = (struct rl_effect){0};
}

/* A phase that the engine has no name for counts as its first. */
static uint8_t phase_of(const struct rl_board *board)
{
    uint32_t phase = board->engine == NULL ? 0 : board->engine->phase(board->context);

    return board->engine == NULL || phase >= board->engine->phase_count ? 0 : (uint8_t)phase;
}

/* Kinds that store. */
#define STORING                                                                                    \
    (1u << RL_KIND_WRITE | 1u << RL_KIND_COPY | 1u << RL_KIND_FILL | 1u << RL_KIND_RECEIVE |       \
     1u << RL_KIND_PROGRAM | 1u << RL_KIND_ERASE | 1u << RL_KIND_REFRESH)

static bool has_place(rl_kind kind)
{
    return kind < RL_KIND_INIT || kind == RL_KIND_REFRESH || kind == RL_KIND_SPOIL;
}

static uint8_t region_of(const struct rl_board *board, rl_kind kind, uint8_t device,
                         uint32_t address)
{
    uint32_t page = address / RL_PAGE;
    uint8_t region = RL_REGION_COUNT;

    if (!has_place(kind)) {
        return RL_REGION_PORT;
    }
    if (page < board->planes[device].count) {
        region = board->regions[device][page];
    }
    return region < RL_REGION_COUNT
               ? region
               : (uint8_t)rl_region_of(&board->device.geometry, device, address);
}

/* Whether anybody reads in which phase an operation was. */
static bool tells_phase(const struct rl_board *board)
{
    return board->log != NULL || board->upset.before != NULL || board->upset.after != NULL;
}

/* What the operation is, before anything comes of it; in an entry that is all zero apart from where
 * its changes begin. */
static void describe(struct rl_operation *operation, const struct rl_board *board, rl_kind kind,
                     uint8_t device, uint32_t address, uint32_t size)
{
    operation->kind = (uint8_t)kind;
    operation->phase = tells_phase(board) ? phase_of(board) : 0;
    operation->region = region_of(board, kind, device, address);
    operation->address = address;
    operation->size = size;
    operation->value = board->source;
    operation->number = board->operations;
}

/* A new entry of the log; or one that nobody reads. */
static struct rl_operation *enter(struct rl_board *board)
{
    static struct rl_operation scratch;

    if (board->log != NULL) {
        return rl_log_operation(board->log);
    }
    scratch = (struct rl_operation){0};
    return &scratch;
}

/* Whoever injects gets to know the operation before it has its entry: damage that he does comes
 * first in the log. */
static void meet_upset(struct rl_board *board, rl_kind kind, uint8_t device, uint32_t address,
                       uint32_t size)
{
    struct rl_operation operation = {0};
    uint32_t source = board->source;

    describe(&operation, board, kind, device, address, size);
    board->source = 0; /* damage has none */
    board->touched |= (STORING >> kind & 1u) << operation.region;
    board->effect = (struct rl_effect){0};
    board->upset.before(board->upset.user, board, &operation, &board->effect);
    board->source = source;
}

struct rl_operation *rl_board_begin(struct rl_board *board, rl_kind kind, uint8_t device,
                                    uint32_t address, uint32_t size)
{
    static struct rl_operation unlogged;
    struct rl_operation *operation;

    if (board->peeking > 0) {
        return &unlogged;
    }
    if (++board->operations > board->operation_limit && board->escape != NULL) {
        siglongjmp(*board->escape, RL_ESCAPE_BUDGET);
    }
    if (board->monitor.before != NULL) {
        board->monitor.before(board->monitor.user);
    }
    board->busy = true;
    board->failed.any = false;
    if (board->upset.before != NULL) {
        meet_upset(board, kind, device, address, size);
    }
    operation = enter(board);
    describe(operation, board, kind, device, address, size);
    board->source = 0;
    board->touched |= (STORING >> kind & 1u) << operation->region;
    return operation;
}

struct rl_operation *rl_board_begin_damage(struct rl_board *board, uint8_t device, uint32_t page)
{
    struct rl_operation *operation = enter(board);

    describe(operation, board, RL_KIND_SPOIL, device, page * RL_PAGE, RL_PAGE);
    return operation;
}

/* Whether anything came of the operation but what was asked, and the engine has to bear it. */
static bool effect_shows(const struct rl_effect *effect)
{
    return !effect->curable && (effect->deed != RL_DEED_DONE || effect->answers ||
                                effect->flip_bits != 0 || effect->escape != 0);
}

relight_result rl_board_end(struct rl_board *board, struct rl_operation *operation, uint64_t ns,
                            relight_result result)
{
    int escape = board->effect.escape;

    if (board->peeking > 0) {
        return result;
    }
    if (board->effect.answers) {
        result = board->effect.result;
    }
    board->now_ns += ns + board->effect.late_ns;
    operation->time_ns = board->now_ns;
    if (board->history != NULL) {
        board->history->end_ns = board->now_ns;
    }
    operation->result = (uint8_t)result;
    operation->cause = (uint8_t)board->effect.cause;
    if (result != RELIGHT_OK) {
        int trap = rl_board_failed(board, operation, result);

        escape = escape != 0 ? escape : trap;
    }
    if (board->upset.after != NULL) {
        board->upset.after(board->upset.user, board, operation, result);
    }
    board->upsets_met += effect_shows(&board->effect);
    board->effect = (struct rl_effect){0};
    board->busy = false;
    board->reads_flash = false;
    if (board->monitor.operation != NULL) {
        board->monitor.operation(board->monitor.user);
    }
    if (escape != 0 && board->escape != NULL) {
        siglongjmp(*board->escape, escape);
    }
    return result;
}

void rl_board_rule(struct rl_board *board, const char *what, uint8_t device, uint32_t address)
{
    if (board->monitor.rule != NULL && board->peeking == 0) {
        board->monitor.rule(board->monitor.user, what, device, address);
    }
}

relight_result rl_board_refuse(struct rl_board *board, struct rl_operation *operation,
                               const char *what, uint8_t device, uint32_t address)
{
    rl_board_rule(board, what, device, address);
    return rl_board_end(board, operation, RL_NS_ACCESS, RELIGHT_RANGE);
}

void rl_board_put_flash(struct rl_board *board, uint32_t page, rl_slot slot, bool whole)
{
    rl_slot before = board->planes[RL_PLANE_FLASH].slots[page];

    board->flash_changes++;
    if (whole) {
        rl_bit_clear(board->original[RL_PLANE_FLASH], page);
    }
    if (board->log != NULL) {
        struct rl_change *change = rl_log_change(board->log);

        change->plane = RL_PLANE_FLASH;
        change->page = page;
        change->before = before;
        change->after = slot;
    }
    board->watched_changed |= rl_bit(board->watched[RL_FLASH], page);
    rl_plane_set(&board->planes[RL_PLANE_FLASH], page, slot);
}
