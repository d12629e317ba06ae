/* The promise that merging rests on: states that a run cannot tell apart have the same run. Random
 * runs from random states; each state either arrives at a run that is known, and then has to have
 * exactly its results, or has to be run, and then must not contradict what is known, and arrives
 * where it was added. */
/* groups: exact */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "board_rig.h"
#include "groups.h"
#include "explore/footprint.h"

#define FLASH_PAGES  (RIG_FLASH / RL_PAGE)
#define MEMORY_PAGES (RIG_MEMORY / RL_PAGE)
#define PAGES        4u /* of each device that states differ in: one sector of flash */
#define SEEDS        3u /* contents that pages have; the last is all ones */
#define SCRIPTS      8000u
#define STATES       40u
#define STEPS        8u

static struct rig rig;
static struct rl_run run; /* only what rl_footprints_add() reads */
static struct rl_plane flash, memory;
static uint64_t random_state;
static uint32_t arrived, added;

static uint32_t draw(uint32_t below)
{
    return board_rig_random(&random_state) % below;
}

static void set_up_with(const struct rl_device *device)
{
    board_rig_init_device(&rig, device);
    memset(&run, 0, sizeof run);
    rl_observer_init(&run.observer, FLASH_PAGES, MEMORY_PAGES);
    rl_plane_init(&flash, FLASH_PAGES, RL_SLOT_BLANK);
    rl_plane_init(&memory, MEMORY_PAGES, RL_SLOT_LOST);
    run.flash = flash; /* the same slots */
    run.memory = memory;
    board_rig_connect(&rig, 3);
    rig.board.observer = &run.observer;
    rig.board.log = NULL;
    rig.board.start[RL_FLASH] = &flash;
    rig.board.start[RL_MEMORY] = &memory;
}

static int set_up(void **state)
{
    struct rl_device device = board_rig_device(4);

    (void)state;
    set_up_with(&device);
    return 0;
}

/* Of the pages that states differ in, one is past the cache, and one of a companion that is
 * configured from the second page of flash. */
static int set_up_past_cache(void **state)
{
    struct rl_device device = board_rig_device(4);
    struct relight_companion *pla = &device.geometry.companion[RELIGHT_PLA];

    (void)state;
    device.staging_sram = true;
    device.geometry.staging = (struct relight_region){RL_PAGE, RL_PAGE};
    device.geometry.staging_executes = true;
    pla->configuration = (struct relight_region){RL_PAGE, RL_PAGE};
    pla->active = (struct relight_region){(PAGES - 1u) * RL_PAGE, RL_PAGE};
    set_up_with(&device);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rl_plane_free(&flash);
    rl_plane_free(&memory);
    rl_observer_free(&run.observer);
    board_rig_free(&rig);
    return 0;
}

static uint32_t content_of(uint32_t seed)
{
    return seed == SEEDS - 1u ? rl_slot_data(RL_SLOT_BLANK) : board_rig_page(seed);
}

/* What a page may hold: mostly one of few contents, sometimes with bad words, sometimes in part. */
static rl_slot random_slot(rl_slot empty)
{
    rl_slot slot = rl_slot_make(content_of(draw(SEEDS)), RL_MARKS_FULL);
    struct rl_marks marks;

    switch (draw(6)) {
    case 0:
        return empty;
    case 1:
        slot = draw(2) == 0 ? slot : empty;
        marks = rl_slot_marks_of(slot);
        marks.bad = 3u << draw(16) * 2u;
        return rl_slot_make(rl_slot_data(slot), rl_pages_marks(marks));
    case 2:
        return rl_slot_merge(empty, slot, 0xFFFFu << draw(2) * 16u);
    default:
        return slot;
    }
}

/* A new state, or one near the last. */
static void change_state(void)
{
    for (uint32_t changes = draw(4) == 0 ? 20u : 1u + draw(2); changes > 0; changes--) {
        if (draw(2) == 0) {
            rl_plane_set(&flash, draw(PAGES), random_slot(RL_SLOT_BLANK));
        } else {
            rl_plane_set(&memory, draw(PAGES), random_slot(RL_SLOT_LOST));
        }
    }
}

/* What a run depends on and shows: a step is its kind and four numbers to take its arguments of. */
struct script {
    uint32_t kind[STEPS];
    uint32_t number[STEPS][4];
};

struct results {
    uint64_t values[STEPS];
};

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
    RESTART,
    REFRESH,
    KINDS
};

/* Reads what the step names; unreadable bytes do not count, they are undefined. */
static uint64_t read_step(bool of_flash, const uint32_t *number)
{
    uint8_t bytes[2u * RL_PAGE];
    uint32_t address = number[0] % (3u * RL_PAGE);
    uint32_t size = 1u + number[1] % (RL_PAGE + 20u);
    relight_result result =
        of_flash ? CALL(&rig, flash_read, address, bytes, size)
                 : CALL(&rig, memory_read, address / 8u * 8u, bytes, (size + 7u) / 8u * 8u);

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
        return CALL(&rig, flash_program, number[3] % 2u * RIG_PAGE + granule * RIG_GRANULE,
                    bytes + granule * RIG_GRANULE, size);
    }
    return CALL(&rig, memory_write, number[3] % 3u * RL_PAGE + granule * 8u, bytes + granule * 8u,
                size / 2u);
}

/* Asks for a content that is registered: one page or two. */
static uint64_t digest_step(relight_space space, const uint32_t *number)
{
    uint32_t data[2] = {content_of(number[0] % SEEDS), content_of(number[1] % SEEDS)};
    uint32_t pages = 1u + number[3] / 2u % 2u;
    const struct rl_content *content = rl_content_add(data, pages);
    bool equal = false;
    relight_result result = CALL(&rig, digest_check, space, number[2] % 3u * RL_PAGE,
                                 pages * RL_PAGE, content->digest, &equal);

    return (uint64_t)result * 2u + equal;
}

static uint64_t peek_step(const uint32_t *number)
{
    uint64_t value;

    rig.board.peeking++;
    value = number[3] % 2u == 0 ? read_step(number[2] % 2u == 0, number)
                                : digest_step(RELIGHT_MEMORY, number);
    rig.board.peeking--;
    return value;
}

static uint64_t execute_step(const uint32_t *number)
{
    uint32_t page = number[0] % PAGES;
    relight_result result = CALL(&rig, execute, RELIGHT_MODULE_INIT, page * RL_PAGE, RL_PAGE);

    /* Oracles judge what was fetched; of bad pages only that they are. */
    return result == RELIGHT_OK ? (uint64_t)rl_slot_data(rig.board.cache.fetched[page]) << 8u
                                : (uint64_t)result;
}

static uint64_t blank_step(const uint32_t *number)
{
    uint32_t first = number[0] % PAGES;
    bool blank = false;
    relight_result result = CALL(&rig, flash_is_blank, first * RL_PAGE,
                                 (1u + number[1] % (PAGES - first)) * RL_PAGE, &blank);

    return (uint64_t)result * 2u + blank;
}

static uint64_t compare_step(const uint32_t *number)
{
    bool equal = false;
    relight_result result = CALL(&rig, compare, number[0] % 3u * RL_PAGE, number[1] % 3u * RL_PAGE,
                                 (1u + number[2] % 2u) * RL_PAGE, &equal);

    return (uint64_t)result * 2u + equal;
}

static uint64_t receive_step(const uint32_t *number)
{
    uint32_t received = 0;
    relight_result result =
        CALL(&rig, receive, 0, number[0] % 3u * RL_PAGE, 2u * RL_PAGE, &received);

    return (uint64_t)result << 32u | received;
}

static uint64_t store_step(uint32_t kind, const uint32_t *number)
{
    uint32_t page = number[0] % PAGES * RL_PAGE;

    switch (kind) {
    case MEMORY_FILL:
        return CALL(&rig, memory_fill, page, (uint8_t)number[1]);
    case MEMORY_COPY:
        return CALL(&rig, memory_copy, page, number[1] % 2u == 0 ? RELIGHT_FLASH : RELIGHT_MEMORY,
                    number[2] % PAGES * RL_PAGE);
    case CLEAN:
        return CALL(&rig, cache_clean, page + number[1] % 3u * RIG_LINE, 1u + number[2] % RL_PAGE);
    case INVALIDATE:
        return CALL(&rig, cache_invalidate, page, RL_PAGE);
    case REFRESH:
        return CALL(&rig, refresh, RELIGHT_PLA, RL_PAGE);
    default:
        rl_board_restart(&rig.board, number[1] % 2u == 0);
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
        return CALL(&rig, flash_program_from, number[0] % PAGES * RL_PAGE,
                    number[1] % PAGES * RL_PAGE, RL_PAGE);
    case FLASH_ERASE:
        return CALL(&rig, flash_erase, 0);
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
static void draw_script(struct script *script)
{
    uint32_t kinds[3] = {draw(KINDS), draw(KINDS), draw(KINDS)};

    for (uint32_t i = 0; i < STEPS; i++) {
        script->kind[i] = kinds[draw(3)];
        for (uint32_t k = 0; k < 4; k++) {
            script->number[i][k] = draw(1u << 20);
        }
    }
}

/* Runs the script from the state in `flash` and `memory`. */
static void execute_script(const struct script *script, struct results *results)
{
    rl_observer_clear(&run.observer);
    rl_plane_copy(&rig.board.planes[RL_PLANE_FLASH], &flash);
    rl_plane_copy(&rig.board.planes[RL_PLANE_MEMORY], &memory);
    rl_board_start(&rig.board);
    rig.rules = 0;
    for (uint32_t i = 0; i < STEPS; i++) {
        results->values[i] = step(script->kind[i], script->number[i]) << 8u | rig.rules;
    }
}

static void assert_same(const struct script *script, const struct results *a,
                        const struct results *b)
{
    for (uint32_t i = 0; i < STEPS; i++) {
        if (a->values[i] != b->values[i]) {
            fail_msg("step %u, of kind %u, went otherwise than in the run it was taken for", i,
                     script->kind[i]);
        }
    }
}

static void explore_script(const struct script *script)
{
    static struct rl_view view;
    static struct results known[STATES];
    struct rl_footprints *footprints = rl_footprints_new(FLASH_PAGES, MEMORY_PAGES);

    for (uint32_t i = 0; i < STATES; i++) {
        struct results results;
        uint32_t leaf;

        change_state();
        rl_view_plain(&view, &flash, &memory);
        leaf = rl_footprints_find(footprints, &view, NULL);
        execute_script(script, &results);
        if (leaf != RL_LEAF_NONE) {
            arrived++;
            assert_same(script, &results, &known[leaf]);
            assert_int_equal(rl_footprints_add(footprints, &run), leaf);
        } else {
            added++;
            leaf = rl_footprints_add(footprints, &run);
            assert_int_equal(leaf + 1u, rl_footprints_count(footprints));
            known[leaf] = results;
            assert_int_equal(rl_footprints_find(footprints, &view, NULL), leaf);
        }
    }
    rl_footprints_free(footprints);
}

static void explore_scripts(uint64_t seed)
{
    random_state = seed;
    arrived = 0;
    added = 0;
    for (uint32_t i = 0; i < SCRIPTS; i++) {
        struct script script;

        draw_script(&script);
        explore_script(&script);
    }
    assert_true(arrived > SCRIPTS);
    assert_true(added > SCRIPTS);
}

static void states_of_one_leaf_have_one_run(void **state)
{
    (void)state;
    explore_scripts(2026);
}

static void the_same_past_the_cache(void **state)
{
    (void)state;
    explore_scripts(2027);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest exact_group[] = {
        TEST(states_of_one_leaf_have_one_run),
        cmocka_unit_test_setup_teardown(the_same_past_the_cache, set_up_past_cache, tear_down),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, exact);
    return groups_end(&groups);
}
