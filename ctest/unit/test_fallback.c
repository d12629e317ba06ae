/* What the judge makes of the image before the old one: it may run where a fault took the last good
 * copy of the old image, and nowhere else. */
/* groups: runs counts stops chooses updates */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "board/upset.h"
#include "groups.h"
#include "explore/scene.h"
#include "images/inspect.h"
#include "plan_files.h"
#include "toy.h"

/* Each has a configuration of its own for the PLA, and a security counter. */
#define PLAN                                                                                       \
    NAMED                                                                                          \
    "device: {flash: {bank: 16K, pla: 8K}, memory: {resident: 32K}}\n"                             \
    "images:\n"                                                                                    \
    "  old: {pattern: 1, size: 4K, security_counter: 2, pla: {level: 1, size: 512}}\n"             \
    "  new: {pattern: 2, size: 5K, security_counter: 2, pla: {level: 2, size: 512}}\n"             \
    "  older: {pattern: 3, size: 3K, security_counter: 2, pla: {level: 1, size: 256}}\n"

#define BANK_A 0u
#define BANK_B 1u

struct bench {
    struct rl_plan *plan;
    struct rl_engine_handle handle;
    struct rl_scene scene;
    struct rl_board board;
    struct rl_judge judge;
};

static const struct rl_image_spec *spec_of(const struct bench *bench, int image)
{
    const struct rl_cell *cell = bench->plan->cells;

    return image == RL_RUNS_OLD   ? cell->old_image
           : image == RL_RUNS_NEW ? cell->new_image
                                  : cell->older_image;
}

static const struct relight_geometry *geometry_of(const struct bench *bench)
{
    return &bench->board.device.geometry;
}

static void put(struct bench *bench, int plane, uint32_t address, const uint8_t *bytes,
                uint32_t size)
{
    for (uint32_t i = 0; i < size; i += RL_PAGE) {
        rl_plane_set(&bench->board.planes[plane], (address + i) / RL_PAGE,
                     rl_slot_make(rl_pages_data(bytes + i), RL_MARKS_FULL));
    }
}

static void put_bank(struct bench *bench, uint32_t bank, int image)
{
    const struct rl_image_spec *spec = spec_of(bench, image);

    put(bench, RL_PLANE_FLASH, geometry_of(bench)->bank[bank].address, spec->bytes, spec->size);
}

/* The image as the CPU sees it, where it runs from, and its configuration. */
static void put_resident(struct bench *bench, int image)
{
    const struct rl_image_spec *spec = spec_of(bench, image);
    uint32_t base = geometry_of(bench)->resident.address;
    uint32_t active = geometry_of(bench)->companion[RELIGHT_PLA].active.address;
    struct rl_inspection in;

    rl_image_inspect(spec->bytes, spec->size, NULL, &in);
    assert_int_equal(in.problem_count, 0);
    put(bench, RL_PLANE_CPU, base, spec->bytes, 768);
    for (uint32_t i = 0; i < in.segment_count; i++) {
        uint32_t to = in.segments[i].type <= 2 ? base + in.segments[i].place : active;

        put(bench, RL_PLANE_CPU, to, spec->bytes + in.segments[i].range.offset,
            in.segments[i].range.size);
    }
    bench->board.light = true;
    bench->board.processing = true;
}

/* A device that was updated from older, in bank A, to old, in bank B; a fault is to come. */
static int begin(void **state)
{
    struct bench *bench;

    if (plan_files_begin(state) != 0) {
        return -1;
    }
    bench = calloc(1, sizeof *bench);
    if (bench == NULL) {
        return -1;
    }
    bench->plan = plan_load(PLAN);
    bench->handle.engine = &toy_engine;
    rl_scene_init(&bench->scene, bench->plan, bench->plan->cells, &bench->handle);
    rl_board_init(&bench->board, &bench->scene.device);
    rl_plane_fill(&bench->board.planes[RL_PLANE_FLASH], RL_SLOT_BLANK);
    rl_plane_fill(&bench->board.planes[RL_PLANE_MEMORY], RL_SLOT_LOST);
    put_bank(bench, BANK_A, RL_RUNS_OLDER);
    put_bank(bench, BANK_B, RL_RUNS_OLD);
    bench->judge = (struct rl_judge){
        .engine = &toy_engine, .images = bench->scene.images, .properties = UINT32_MAX};
    rl_board_start(&bench->board);
    rl_judge_clear(&bench->judge);
    rl_judge_attach(&bench->judge, &bench->board);
    bench->judge.injected = true;
    bench->judge.falls_back = true;
    *state = bench;
    return 0;
}

static int end(void **state)
{
    struct bench *bench = *state;

    rl_board_free(&bench->board);
    rl_scene_free(&bench->scene);
    rl_plan_free(bench->plan);
    free(bench);
    return plan_files_end(state);
}

/* A fault makes a page of a bank unreadable. */
static void fault_in(struct bench *bench, uint32_t bank)
{
    uint32_t address = geometry_of(bench)->bank[bank].address + 1024u;

    rl_board_hurt(&bench->board, address);
    rl_board_damage(&bench->board, RL_FLASH, address / RL_PAGE, 1u, RL_SLOT_LOST, 1);
}

/* The engine erases the bank. */
static void erased(struct bench *bench, uint32_t bank)
{
    for (uint32_t i = 0; i < geometry_of(bench)->bank[bank].size / RL_PAGE; i++) {
        rl_plane_set(&bench->board.planes[RL_PLANE_FLASH],
                     geometry_of(bench)->bank[bank].address / RL_PAGE + i, RL_SLOT_BLANK);
    }
}

/* `image` is put into memory; the judge sees `seen`, and what runs violates this or nothing. */
static void runs(struct bench *bench, int image, int seen, uint32_t violated)
{
    put_resident(bench, image);
    assert_int_equal(rl_judge_running(&bench->judge), seen);
    rl_judge_counter(&bench->judge, seen);
    assert_int_equal(bench->judge.violated, violated);
    bench->judge.violated = 0;
}

#define VIOLATED(property) (1u << (unsigned)RL_PROPERTY_##property)

static void falls_back(struct bench *bench)
{
    fault_in(bench, BANK_B);
    runs(bench, RL_RUNS_OLDER, RL_RUNS_OLDER, 0);
    assert_int_equal(rl_judge_base(&bench->judge), RL_RUNS_OLDER);
}

/* --- runs ------------------------------------------------------------------------------------- */

static void test_old_is_lost(void **state)
{
    struct bench *bench = *state;

    runs(bench, RL_RUNS_OLD, RL_RUNS_OLD, 0);
    assert_int_equal(rl_judge_base(&bench->judge), RL_RUNS_OLD);
    falls_back(bench);
    /* With its own configuration, and no other. */
    put(bench, RL_PLANE_CPU, geometry_of(bench)->companion[RELIGHT_PLA].active.address,
        spec_of(bench, RL_RUNS_OLD)->bytes, RL_PAGE);
    assert_int_equal(rl_judge_running(&bench->judge), RL_RUNS_OLDER);
    assert_string_equal(bench->judge.why[RL_PROPERTY_WHOLE],
                        "the PLA runs another configuration than the older image needs");
}

static void test_old_is_sound(void **state)
{
    struct bench *bench = *state;

    runs(bench, RL_RUNS_OLDER, RL_RUNS_NONE, VIOLATED(WHOLE));
    assert_non_null(
        strstr(bench->judge.why[RL_PROPERTY_WHOLE], "the one before, that no fault calls for"));
    /* A fault that leaves the image readable, and one in the other bank. */
    rl_board_hurt(&bench->board, geometry_of(bench)->bank[BANK_B].address);
    runs(bench, RL_RUNS_OLDER, RL_RUNS_NONE, VIOLATED(WHOLE));
    fault_in(bench, BANK_A);
    runs(bench, RL_RUNS_OLDER, RL_RUNS_NONE, VIOLATED(WHOLE));
}

/* What changes in a bank that does not run yet has to be found before it is committed to. */
static void test_damage_in_time(void **state)
{
    struct bench *bench = *state;
    uint32_t page = geometry_of(bench)->bank[BANK_B].address / RL_PAGE + 4u;

    put_bank(bench, BANK_B, RL_RUNS_NEW);
    put_resident(bench, RL_RUNS_OLDER);
    rl_board_damage(&bench->board, RL_FLASH, page, 1u, RL_SLOT_LOST, 1);
    assert_false(rl_judge_lost(&bench->judge, RL_RUNS_NEW));
    put_bank(bench, BANK_B, RL_RUNS_NEW);
    put_resident(bench, RL_RUNS_NEW);
    rl_board_damage(&bench->board, RL_FLASH, page, 1u, RL_SLOT_LOST, 1);
    assert_true(rl_judge_lost(&bench->judge, RL_RUNS_NEW));
}

/* What the engine itself destroyed is no fault. */
static void test_old_is_erased(void **state)
{
    struct bench *bench = *state;

    erased(bench, BANK_B);
    fault_in(bench, BANK_B);
    runs(bench, RL_RUNS_OLDER, RL_RUNS_NONE, VIOLATED(WHOLE));
}

/* Golden runs and what follows a power cut know two images. */
static void test_without_faults(void **state)
{
    struct bench *bench = *state;

    bench->judge.falls_back = false;
    fault_in(bench, BANK_B);
    runs(bench, RL_RUNS_OLDER, RL_RUNS_NONE, VIOLATED(WHOLE));
    assert_null(strstr(bench->judge.why[RL_PROPERTY_WHOLE], "the one before"));
}

static void test_new_is_there(void **state)
{
    struct bench *bench = *state;

    fault_in(bench, BANK_B);
    put_bank(bench, BANK_B, RL_RUNS_NEW);
    bench->judge.ran = 1u << RL_RUNS_NEW;
    runs(bench, RL_RUNS_OLDER, RL_RUNS_NONE, VIOLATED(WHOLE));
    bench->judge.ran = 0; /* it came while the older one ran, and was not committed to */
    runs(bench, RL_RUNS_OLDER, RL_RUNS_OLDER, 0);
    runs(bench, RL_RUNS_NEW, RL_RUNS_NEW, 0);
    runs(bench, RL_RUNS_OLDER, RL_RUNS_NONE, VIOLATED(WHOLE)); /* from then on that one runs */
}

static void test_bank_is_back(void **state)
{
    struct bench *bench = *state;

    rl_board_lose(&bench->board, 1u << RL_REGION_BANK_B, 1);
    runs(bench, RL_RUNS_OLDER, RL_RUNS_OLDER, 0);
    bench->board.absent = 0;
    runs(bench, RL_RUNS_OLDER, RL_RUNS_OLDER, 0); /* a record may name it by now */
    runs(bench, RL_RUNS_OLD, RL_RUNS_OLD, 0);
    runs(bench, RL_RUNS_OLDER, RL_RUNS_NONE, VIOLATED(WHOLE));
}

/* --- counts ----------------------------------------------------------------------------------- */

static void test_counter(void **state)
{
    struct bench *bench = *state;

    fault_in(bench, BANK_B);
    bench->scene.images[RL_RUNS_OLDER].facts.security_counter = 1;
    runs(bench, RL_RUNS_OLDER, RL_RUNS_OLDER, VIOLATED(MONOTONIC)); /* old has 2, and ran */
    assert_string_equal(
        bench->judge.why[RL_PROPERTY_MONOTONIC],
        "the older image runs with security counter 1, after the old one ran with 2");
    bench->scene.images[RL_RUNS_OLDER].facts.security_counter = 3;
    runs(bench, RL_RUNS_OLDER, RL_RUNS_OLDER, 0);
}

/* --- stops ------------------------------------------------------------------------------------ */

static void boots(struct bench *bench, relight_progress progress, uint32_t violated)
{
    rl_judge_boot(&bench->judge, 0, progress, 1);
    assert_int_equal(bench->judge.violated, violated);
    bench->judge.violated = 0;
}

/* No engine has to go back to the image before; one that did has to stay there. */
static void test_stops(void **state)
{
    struct bench *bench = *state;

    boots(bench, RELIGHT_HALTED, VIOLATED(BOOTABLE));
    fault_in(bench, BANK_A);
    boots(bench, RELIGHT_HALTED, VIOLATED(BOOTABLE));
    put_bank(bench, BANK_A, RL_RUNS_OLDER);
    bench->judge.hurt = 0;
    fault_in(bench, BANK_B);
    boots(bench, RELIGHT_HALTED, 0);
    runs(bench, RL_RUNS_OLDER, RL_RUNS_OLDER, 0);
    boots(bench, RELIGHT_HALTED, VIOLATED(BOOTABLE));
    fault_in(bench, BANK_A);
    boots(bench, RELIGHT_HALTED, 0);
}

/* --- chooses ---------------------------------------------------------------------------------- */

static void chooses(struct bench *bench, int before, int after, uint32_t violated)
{
    rl_judge_choice(&bench->judge, before, after);
    assert_int_equal(bench->judge.violated, violated);
    bench->judge.violated = 0;
}

static void test_choice(void **state)
{
    struct bench *bench = *state;

    chooses(bench, RL_RUNS_OLD, RL_RUNS_OLDER, VIOLATED(PROGRESS));
    falls_back(bench);
    chooses(bench, RL_RUNS_OLD, RL_RUNS_OLDER, 0);
    chooses(bench, RL_RUNS_OLDER, RL_RUNS_OLDER, 0);
    chooses(bench, RL_RUNS_OLDER, RL_RUNS_OLD, 0); /* a bank that was gone is back */
    chooses(bench, RL_RUNS_OLDER, RL_RUNS_NEW, VIOLATED(PROGRESS));
    chooses(bench, RL_RUNS_OLDER, RL_RUNS_NONE, VIOLATED(PROGRESS));
    chooses(bench, RL_RUNS_NEW, RL_RUNS_OLDER, VIOLATED(PROGRESS));
}

/* --- updates ---------------------------------------------------------------------------------- */

static void ends(struct bench *bench, relight_progress progress, int image, const char *reason,
                 uint32_t violated)
{
    bench->judge.executed = toy_engine.update_modules;
    rl_judge_end(&bench->judge, 0, progress, image, reason);
    assert_int_equal(bench->judge.violated, violated);
    bench->judge.violated = 0;
}

static void test_update(void **state)
{
    struct bench *bench = *state;

    falls_back(bench);
    ends(bench, RELIGHT_RUNS, RL_RUNS_NEW, "", 0);
    ends(bench, RELIGHT_RUNS, RL_RUNS_OLDER, "", VIOLATED(PROGRESS));
    ends(bench, RELIGHT_REFUSED, RL_RUNS_OLDER, "io", VIOLATED(PROGRESS));
    bench->judge.takes_no_new = true; /* it cannot read the new format, say */
    ends(bench, RELIGHT_REFUSED, RL_RUNS_OLDER, "data-format", 0);
    ends(bench, RELIGHT_REFUSED, RL_RUNS_OLDER, "", VIOLATED(PROGRESS));
    ends(bench, RELIGHT_REFUSED, RL_RUNS_OLD, "data-format", VIOLATED(PROGRESS));
    bench->judge.takes_no_new = false;
    bench->judge.may_refuse = true;
    ends(bench, RELIGHT_REFUSED, RL_RUNS_OLDER, "io", 0);
}

/* An image that has to be refused leaves the one that runs untouched. */
static void test_refusal(void **state)
{
    struct bench *bench = *state;

    falls_back(bench);
    rl_judge_refusal(&bench->judge, RELIGHT_REFUSED, RL_RUNS_OLDER, "digest", "digest");
    assert_int_equal(bench->judge.violated, 0);
    bench->judge.executed = 1u << RELIGHT_MODULE_BOOTSTRAP;
    bench->board.touched = 1u << RL_REGION_BANK_B;
    rl_judge_refusal(&bench->judge, RELIGHT_REFUSED, RL_RUNS_OLDER, "digest", "digest");
    assert_int_equal(bench->judge.violated, 0);
    bench->board.touched = 1u << RL_REGION_BANK_A;
    rl_judge_refusal(&bench->judge, RELIGHT_REFUSED, RL_RUNS_OLDER, "digest", "digest");
    assert_int_equal(bench->judge.violated, VIOLATED(REFUSAL));
}

/* The fast steps go on from what the older image did itself. */
static void test_basis(void **state)
{
    struct bench *bench = *state;

    falls_back(bench);
    bench->judge.key_seen = true;
    bench->scene.images[RL_RUNS_OLD].facts.init_requires = 0;
    put_resident(bench, RL_RUNS_NEW);
    rl_judge_init_step(&bench->judge, RELIGHT_INIT_POST, true);
    assert_int_equal(bench->judge.violated, 0);
    bench->scene.images[RL_RUNS_OLDER].facts.init_requires = 0;
    rl_judge_init_step(&bench->judge, RELIGHT_INIT_POST, true);
    assert_int_equal(bench->judge.violated, VIOLATED(KEY_SOUND));
}

#define ON_BENCH(test) cmocka_unit_test_setup_teardown(test, begin, end)

static const struct CMUnitTest runs_group[] = {
    ON_BENCH(test_old_is_lost),    ON_BENCH(test_old_is_sound),   ON_BENCH(test_old_is_erased),
    ON_BENCH(test_damage_in_time), ON_BENCH(test_without_faults), ON_BENCH(test_new_is_there),
    ON_BENCH(test_bank_is_back)};
static const struct CMUnitTest counts_group[] = {ON_BENCH(test_counter)};
static const struct CMUnitTest stops_group[] = {ON_BENCH(test_stops)};
static const struct CMUnitTest chooses_group[] = {ON_BENCH(test_choice)};
static const struct CMUnitTest updates_group[] = {ON_BENCH(test_update), ON_BENCH(test_refusal),
                                                  ON_BENCH(test_basis)};

int main(int argc, char **argv)
{
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, runs);
    RUN_GROUP(groups, counts);
    RUN_GROUP(groups, stops);
    RUN_GROUP(groups, chooses);
    RUN_GROUP(groups, updates);
    return groups_end(&groups);
}
