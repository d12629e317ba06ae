#include "scripts.h"

#include <string.h>

#define PAGES 4u /* of each device that states differ in: one sector of flash */
#define SEEDS 3u /* contents that pages have; the last is all ones */

struct script_board scripts;

uint32_t scripts_draw(uint32_t below)
{
    return board_rig_random(&scripts.random) % below;
}

void scripts_begin(bool past_cache)
{
    struct rl_device device = board_rig_device(4);
    struct relight_companion *pla = &device.geometry.companion[RELIGHT_PLA];

    if (past_cache) {
        device.staging_sram = true;
        device.geometry.staging = (struct relight_region){RL_PAGE, RL_PAGE};
        device.geometry.staging_executes = true;
        pla->configuration = (struct relight_region){RL_PAGE, RL_PAGE};
        pla->active = (struct relight_region){(PAGES - 1u) * RL_PAGE, RL_PAGE};
    }
    memset(&scripts, 0, sizeof scripts);
    board_rig_init_device(&scripts.rig, &device);
    rl_observer_init(&scripts.run.observer, SCRIPT_FLASH_PAGES, SCRIPT_MEMORY_PAGES);
    rl_plane_init(&scripts.flash, SCRIPT_FLASH_PAGES, RL_SLOT_BLANK);
    rl_plane_init(&scripts.memory, SCRIPT_MEMORY_PAGES, RL_SLOT_LOST);
    scripts.run.flash = scripts.flash; /* the same slots */
    scripts.run.memory = scripts.memory;
    board_rig_connect(&scripts.rig, 3);
    scripts.rig.board.observer = &scripts.run.observer;
    scripts.rig.board.log = NULL;
    scripts.rig.board.start[RL_FLASH] = &scripts.flash;
    scripts.rig.board.start[RL_MEMORY] = &scripts.memory;
}

void scripts_end(void)
{
    rl_plane_free(&scripts.flash);
    rl_plane_free(&scripts.memory);
    rl_observer_free(&scripts.run.observer);
    board_rig_free(&scripts.rig);
}

static uint32_t content_of(uint32_t seed)
{
    return seed == SEEDS - 1u ? rl_slot_data(RL_SLOT_BLANK) : board_rig_page(seed);
}

/* What a page may hold: mostly one of few contents, sometimes with bad words, sometimes in part. */
static rl_slot random_slot(rl_slot empty)
{
    rl_slot slot = rl_slot_make(content_of(scripts_draw(SEEDS)), RL_MARKS_FULL);
    struct rl_marks marks;

    switch (scripts_draw(6)) {
    case 0:
        return empty;
    case 1:
        slot = scripts_draw(2) == 0 ? slot : empty;
        marks = rl_slot_marks_of(slot);
        marks.bad = 3u << scripts_draw(16) * 2u;
        return rl_slot_make(rl_slot_data(slot), rl_pages_marks(marks));
    case 2:
        return rl_slot_merge(empty, slot, 0xFFFFu << scripts_draw(2) * 16u);
    default:
        return slot;
    }
}

void scripts_change_state(void)
{
    for (uint32_t changes = scripts_draw(4) == 0 ? 20u : 1u + scripts_draw(2); changes > 0;
         changes--) {
        if (scripts_draw(2) == 0) {
            rl_plane_set(&scripts.flash, scripts_draw(PAGES), random_slot(RL_SLOT_BLANK));
        } else {
            rl_plane_set(&scripts.memory, scripts_draw(PAGES), random_slot(RL_SLOT_LOST));
        }
    }
}

static uint64_t mix(uint64_t sum, const void *bytes, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        sum = (sum ^ ((const uint8_t *)bytes)[i]) * 0x100000001B3u;
    }
    return sum;
}

enum {
    FLASH_READ,
    FLASH_PROGRAM,
    FLASH_PROGRAM_FROM,
    FLASH_ERASE,
    FLASH_BLANK,
    MEMORY_READ,
    MEMORY_WRITE,
    MEMORY_FILL,
    MEMORY_COPY,
    RECEIVE,
    CLEAN,
    INVALIDATE,
    EXECUTE,
    COMPARE,
    DIGEST,
    PEEK,
    REFRESH,
    RESTART,
    KINDS
};

/* Reads what the step names; unreadable bytes do not count, they are undefined. */
static uint64_t read_step(bool of_flash, const uint32_t *number)
{
    uint8_t bytes[2u * RL_PAGE];
    uint32_t address = number[0] % (3u * RL_PAGE);
    uint32_t size = 1u + number[1] % (RL_PAGE + 20u);
    relight_result result =
        of_flash ? CALL(&scripts.rig, flash_read, address, bytes, size)
                 : CALL(&scripts.rig, memory_read, address / 8u * 8u, bytes, (size + 7u) / 8u * 8u);

    return result == RELIGHT_OK ? mix(1, bytes, size) : (uint64_t)result;
}

static uint64_t write_step(bool to_flash, const uint32_t *number)
{
    uint8_t bytes[2u * RL_PAGE];
    uint32_t unit = number[0] % 2u == 0 ? 8u : 1u; /* often half a page */
    uint32_t granule = number[1] % (32u / unit) * unit;
    uint32_t size = (unit + number[2] % (32u - granule) / unit * unit) * RIG_GRANULE;

    /* Words of the contents that pages have, where they stand in them: so that pages get whole. */
    for (uint32_t half = 0; half < 2; half++) {
        memcpy(bytes + half * RL_PAGE, rl_pages_bytes(content_of(number[0] / 2u % SEEDS)), RL_PAGE);
    }
    if (to_flash) {
        return CALL(&scripts.rig, flash_program, number[3] % 2u * RIG_PAGE + granule * RIG_GRANULE,
                    bytes + granule * RIG_GRANULE, size);
    }
    return CALL(&scripts.rig, memory_write, number[3] % 3u * RL_PAGE + granule * 8u,
                bytes + granule * 8u, size / 2u);
}

/* Asks for a content that is registered: one page or two. */
static uint64_t digest_step(relight_space space, const uint32_t *number)
{
    uint32_t data[2] = {content_of(number[0] % SEEDS), content_of(number[1] % SEEDS)};
    uint32_t pages = 1u + number[3] / 2u % 2u;
    const struct rl_content *content = rl_content_add(data, pages);
    bool equal = false;
    relight_result result = CALL(&scripts.rig, digest_check, space, number[2] % 3u * RL_PAGE,
                                 pages * RL_PAGE, content->digest, &equal);

    return (uint64_t)result * 2u + equal;
}

static uint64_t peek_step(const uint32_t *number)
{
    uint64_t value;

    scripts.rig.board.peeking++;
    value = number[3] % 2u == 0 ? read_step(number[2] % 2u == 0, number)
                                : digest_step(RELIGHT_MEMORY, number);
    scripts.rig.board.peeking--;
    return value;
}

static uint64_t execute_step(const uint32_t *number)
{
    uint32_t page = number[0] % PAGES;
    relight_result result =
        CALL(&scripts.rig, execute, RELIGHT_MODULE_INIT, page * RL_PAGE, RL_PAGE);

    /* Oracles judge what was fetched; of bad pages only that they are. */
    return result == RELIGHT_OK
               ? (uint64_t)rl_slot_data(scripts.rig.board.cache.fetched[page]) << 8u
               : (uint64_t)result;
}

static uint64_t blank_step(const uint32_t *number)
{
    uint32_t first = number[0] % PAGES;
    bool blank = false;
    relight_result result = CALL(&scripts.rig, flash_is_blank, first * RL_PAGE,
                                 (1u + number[1] % (PAGES - first)) * RL_PAGE, &blank);

    return (uint64_t)result * 2u + blank;
}

static uint64_t compare_step(const uint32_t *number)
{
    bool equal = false;
    relight_result result = CALL(&scripts.rig, compare, number[0] % 3u * RL_PAGE,
                                 number[1] % 3u * RL_PAGE, (1u + number[2] % 2u) * RL_PAGE, &equal);

    return (uint64_t)result * 2u + equal;
}

static uint64_t receive_step(const uint32_t *number)
{
    uint32_t received = 0;
    relight_result result =
        CALL(&scripts.rig, receive, 0, number[0] % 3u * RL_PAGE, 2u * RL_PAGE, &received);

    return (uint64_t)result << 32u | received;
}

static uint64_t store_step(uint32_t kind, const uint32_t *number)
{
    uint32_t page = number[0] % PAGES * RL_PAGE;

    switch (kind) {
    case MEMORY_FILL:
        return CALL(&scripts.rig, memory_fill, page, (uint8_t)number[1]);
    case MEMORY_COPY:
        return CALL(&scripts.rig, memory_copy, page,
                    number[1] % 2u == 0 ? RELIGHT_FLASH : RELIGHT_MEMORY,
                    number[2] % PAGES * RL_PAGE);
    case CLEAN:
        return CALL(&scripts.rig, cache_clean, page + number[1] % 3u * RIG_LINE,
                    1u + number[2] % RL_PAGE);
    case INVALIDATE:
        return CALL(&scripts.rig, cache_invalidate, page, RL_PAGE);
    case REFRESH:
        return CALL(&scripts.rig, refresh, RELIGHT_PLA, RL_PAGE);
    default:
        rl_board_restart(&scripts.rig.board, number[1] % 2u == 0);
        return 0;
    }
}

static uint64_t step(uint32_t kind, const uint32_t *number)
{
    switch (kind) {
    case FLASH_READ:
    case MEMORY_READ:
        return read_step(kind == FLASH_READ, number);
    case FLASH_PROGRAM:
    case MEMORY_WRITE:
        return write_step(kind == FLASH_PROGRAM, number);
    case FLASH_PROGRAM_FROM:
        return CALL(&scripts.rig, flash_program_from, number[0] % PAGES * RL_PAGE,
                    number[1] % PAGES * RL_PAGE, RL_PAGE);
    case FLASH_ERASE:
        return CALL(&scripts.rig, flash_erase, 0);
    case FLASH_BLANK:
        return blank_step(number);
    case RECEIVE:
        return receive_step(number);
    case EXECUTE:
        return execute_step(number);
    case COMPARE:
        return compare_step(number);
    case DIGEST:
        return digest_step(number[3] % 2u == 0 ? RELIGHT_FLASH : RELIGHT_MEMORY, number);
    case PEEK:
        return peek_step(number);
    default:
        return store_step(kind, number);
    }
}

/* Of few kinds each, so that steps have to do with one another. */
void scripts_draw_script(struct script *script, bool restarts)
{
    uint32_t count = restarts ? KINDS : RESTART;
    uint32_t kinds[3] = {scripts_draw(count), scripts_draw(count), scripts_draw(count)};

    for (uint32_t i = 0; i < SCRIPT_STEPS; i++) {
        script->kind[i] = kinds[scripts_draw(3)];
        for (uint32_t k = 0; k < 4; k++) {
            script->number[i][k] = scripts_draw(1u << 20);
        }
    }
}

void scripts_execute(const struct script *script, struct script_results *results)
{
    rl_observer_clear(&scripts.run.observer);
    rl_plane_copy(&scripts.rig.board.planes[RL_PLANE_FLASH], &scripts.flash);
    rl_plane_copy(&scripts.rig.board.planes[RL_PLANE_MEMORY], &scripts.memory);
    rl_board_start(&scripts.rig.board);
    scripts.rig.rules = 0;
    for (uint32_t i = 0; i < SCRIPT_STEPS; i++) {
        results->values[i] = step(script->kind[i], script->number[i]) << 8u | scripts.rig.rules;
    }
}
