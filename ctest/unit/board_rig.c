#include "board_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static void lay_out(struct relight_geometry *g)
{
    g->sector_size = RIG_SECTOR;
    g->page_size = RIG_PAGE;
    g->granule_size = RIG_GRANULE;
    g->flash_size = RIG_FLASH;
    g->memory_size = RIG_MEMORY;
    g->bank[0] = (struct relight_region){RIG_BANK_A, 4096};
    g->bank[1] = (struct relight_region){RIG_BANK_B, 4096};
    g->record[0] = (struct relight_region){RIG_RECORD_A, RIG_SECTOR};
    g->record[1] = (struct relight_region){RIG_RECORD_A + RIG_SECTOR, RIG_SECTOR};
    g->journal = (struct relight_region){RIG_JOURNAL, RIG_SECTOR};
    g->data[0] = (struct relight_region){RIG_JOURNAL + RIG_SECTOR, RIG_SECTOR};
    g->resident = (struct relight_region){RIG_RESIDENT, 4096};
    g->staging = (struct relight_region){RIG_STAGING, 4096};
    g->hardware_level = 1;
}

static void broke_rule(void *user, const char *what, uint8_t device, uint32_t address)
{
    struct rig *rig = user;

    (void)device;
    (void)address;
    rig->rules++;
    (void)snprintf(rig->rule, sizeof rig->rule, "%s", what);
}

static void was_hurt(void *user, uint32_t bank, bool in_time)
{
    struct rig *rig = user;

    rig->hurt |= in_time ? 0 : 1u << bank;
}

static void executed(void *user, relight_module module, uint32_t address, uint32_t size)
{
    struct rig *rig = user;

    (void)module;
    (void)address;
    (void)size;
    rig->executed++;
}

static void operated(void *user)
{
    struct rig *rig = user;

    rig->operations++;
}

struct rl_device board_rig_device(uint32_t cache_lines)
{
    struct rl_device device = {
        .line_size = RIG_LINE, .cache_lines = cache_lines, .chunk_size = RIG_CHUNK};

    lay_out(&device.geometry);
    return device;
}

void board_rig_companion(struct rl_device *device)
{
    struct relight_companion *pla = &device->geometry.companion[RELIGHT_PLA];

    pla->configuration = (struct relight_region){RIG_FLASH - RIG_SECTOR, RIG_SECTOR};
    pla->active = (struct relight_region){RIG_MEMORY, RIG_SECTOR};
    device->geometry.memory_size += RIG_SECTOR;
}

void board_rig_init(struct rig *rig, uint32_t cache_lines)
{
    struct rl_device device = board_rig_device(cache_lines);

    board_rig_init_device(rig, &device);
}

void board_rig_init_device(struct rig *rig, const struct rl_device *device)
{
    memset(rig, 0, sizeof *rig);
    rl_content_free();
    rl_pages_init();
    rl_board_init(&rig->board, device);
    rl_plane_init(&rig->flash, RIG_FLASH / RL_PAGE, RL_SLOT_BLANK);
    rl_plane_init(&rig->memory, device->geometry.memory_size / RL_PAGE, RL_SLOT_LOST);
    rig->board.log = &rig->log;
    rig->board.monitor = (struct rl_monitor){.user = rig,
                                             .executed = executed,
                                             .rule = broke_rule,
                                             .operation = operated,
                                             .hurt = was_hurt};
    board_rig_start(rig);
}

void board_rig_free(struct rig *rig)
{
    rl_board_free(&rig->board);
    rl_log_free(&rig->log);
    rl_plane_free(&rig->flash);
    rl_plane_free(&rig->memory);
    rl_content_free();
    rl_pages_free();
}

void board_rig_start(struct rig *rig)
{
    rl_plane_copy(&rig->flash, &rig->board.planes[RL_PLANE_FLASH]);
    rl_plane_copy(&rig->memory, &rig->board.planes[RL_PLANE_MEMORY]);
    rl_log_clear(&rig->log);
    rl_board_start(&rig->board);
    rig->rules = 0;
    rig->hurt = 0;
    rig->executed = 0;
    rig->operations = 0;
}

static uint32_t send(void *user, uint32_t first, uint32_t most, uint32_t *data)
{
    const struct rig *rig = user;
    uint32_t count = 0;

    while (count < most && first + count < rig->sender_pages) {
        data[count] = board_rig_page(1000u + first + count);
        count++;
    }
    return count;
}

void board_rig_connect(struct rig *rig, uint32_t pages)
{
    rig->sender_pages = pages;
    rig->board.link = (struct rl_link){.user = rig, .pages = send};
}

void board_rig_pattern(uint32_t seed, void *bytes, uint32_t size)
{
    for (uint32_t word = 0; word < size / RL_WORD; word++) {
        uint64_t value = (seed * 65536u + word + 1u) * 0x9E3779B97F4A7C15u;

        memcpy((uint8_t *)bytes + word * RL_WORD, &value, RL_WORD);
    }
}

uint32_t board_rig_page(uint32_t seed)
{
    uint8_t bytes[RL_PAGE];

    board_rig_pattern(seed, bytes, sizeof bytes);
    return rl_pages_data(bytes);
}

void board_rig_assert_word(rl_slot slot, uint32_t word, uint32_t seed)
{
    uint8_t bytes[RL_PAGE];

    board_rig_pattern(seed, bytes, sizeof bytes);
    assert_int_equal(rl_slot_marks_of(slot).bad >> word & 1u, 0);
    assert_memory_equal(rl_slot_bytes(slot) + word * RL_WORD, bytes + word * RL_WORD, RL_WORD);
}

void board_rig_store(struct rig *rig, uint32_t page, uint32_t first, uint32_t last, uint32_t seed)
{
    uint8_t bytes[RL_PAGE];

    board_rig_pattern(seed, bytes, sizeof bytes);
    assert_int_equal(CALL(rig, memory_write, page * RL_PAGE + first * RL_WORD,
                          bytes + first * RL_WORD, (last - first + 1u) * RL_WORD),
                     RELIGHT_OK);
}

void board_rig_program(struct rig *rig, uint32_t address, uint32_t size, uint32_t seed)
{
    uint8_t bytes[RIG_PAGE];

    board_rig_pattern(seed, bytes, sizeof bytes);
    assert_int_equal(CALL(rig, flash_program, address, bytes, size), RELIGHT_OK);
}

void board_rig_spoil(struct rig *rig, int plane, uint32_t page, uint32_t words)
{
    rl_slot slot = rig->board.planes[plane].slots[page];
    struct rl_marks marks = rl_slot_marks_of(slot);

    marks.bad |= words;
    rl_plane_set(&rig->board.planes[plane], page,
                 rl_slot_make(rl_slot_data(slot), rl_pages_marks(marks)));
}

void board_rig_go(const struct rig *rig, struct rl_cursor *cursor, size_t operations)
{
    rl_cursor_start(cursor, &rig->log, &rig->flash, &rig->memory);
    while (cursor->next < operations) {
        rl_cursor_step(cursor);
    }
}

void board_rig_assert_refused(struct rig *rig, relight_result result, const char *what)
{
    assert_int_equal(result, RELIGHT_RANGE);
    assert_int_equal(rig->rules, 1);
    if (strstr(rig->rule, what) == NULL) {
        fail_msg("expected a rule about '%s', was told '%s'", what, rig->rule);
    }
    rig->rules = 0;
}

uint32_t board_rig_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33u);
}

void board_rig_configure(struct rig *rig, uint32_t seed)
{
    uint32_t flash = RIG_FLASH - RIG_SECTOR;
    uint8_t bytes[RL_PAGE];

    assert_int_equal(CALL(rig, flash_erase, flash), RELIGHT_OK);
    for (uint32_t page = 0; page < RIG_SECTOR / RL_PAGE; page++) {
        board_rig_pattern(seed + page, bytes, sizeof bytes);
        assert_int_equal(CALL(rig, flash_program, flash + page * RL_PAGE, bytes, RL_PAGE),
                         RELIGHT_OK);
    }
}
