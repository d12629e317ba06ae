/* Injections as text, and how long they are at work. */
/* groups: text sites lasting */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "board_rig.h"
#include "groups.h"
#include "faults/injection.h"

/* Every class that is injected, with some variants and every way to last and to show. */
static void texts_come_back(void **state)
{
    uint32_t count = 0;

    (void)state;
    for (unsigned index = 0; index < RL_CLASS_COUNT; index++) {
        if (rl_injector_of((rl_class)index) == NULL) {
            continue;
        }
        for (unsigned i = 0; i < (unsigned)RL_LASTS_COUNT * RL_SHOWS_COUNT * 4u; i++) {
            struct rl_injection injection = {.fault_class = (rl_class)index,
                                             .lasts = (rl_lasts)(i % RL_LASTS_COUNT),
                                             .shows =
                                                 (rl_shows)(i / RL_LASTS_COUNT % RL_SHOWS_COUNT)};
            struct rl_injection back;
            char text[96];

            injection.times = injection.lasts == RL_LASTS_TIMES ? 2u + i : 0;
            injection.a = i / (RL_LASTS_COUNT * RL_SHOWS_COUNT) % 2u * 4294967295u;
            injection.b = i / (RL_LASTS_COUNT * RL_SHOWS_COUNT) / 2u * 17u;
            rl_injection_format(&injection, text, sizeof text);
            assert_true(rl_injection_parse(text, &back));
            assert_memory_equal(&back, &injection, sizeof back);
            count++;
        }
    }
    assert_true(count > 100);
}

static void other_texts_are_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "program-erro",
        "cut-before",
        "program-error:",
        "program-error:x",
        "program-error:01",
        "program-error:0",
        "program-error:4294967296",
        "program-error:1.",
        "program-error:1.0",
        "program-error/",
        "program-error/once",
        "program-error/x1",
        "program-error/x",
        "program-error/status",
        "program-error/for-ever",
        "program-error/silent/for-good",
        "program-error/for-good/for-good",
        "program-error for-good",
        "program-error/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
         "a"),
    };
    struct rl_injection injection;

    (void)state;
    assert_true(rl_injection_parse("program-error/x2", &injection));
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (rl_injection_parse(texts[i], &injection)) {
            fail_msg("\"%s\" was taken for an injection", texts[i]);
        }
    }
}

static void each_is_told(void **state)
{
    struct rl_operation operation = {.kind = RL_KIND_PROGRAM};

    (void)state;
    for (unsigned index = 0; index < RL_CLASS_COUNT; index++) {
        struct rl_injection injection = {.fault_class = (rl_class)index};
        char text[256];

        if (rl_injector_of((rl_class)index) == NULL) {
            continue;
        }
        rl_injection_tell(&injection, &operation, text, sizeof text);
        assert_ptr_equal(strstr(text, rl_class_info((rl_class)index)->name), text);
        injection.lasts = RL_LASTS_GOOD;
        rl_injection_tell(&injection, &operation, text, sizeof text);
        assert_non_null(strstr(text, "for good"));
    }
}

struct visited {
    uint32_t count;
    uint32_t lasts; /* mask */
};

static void note(void *user, const struct rl_injection *injection)
{
    struct visited *visited = user;

    visited->count++;
    visited->lasts |= 1u << injection->lasts;
    assert_int_equal(injection->fault_class, RL_CLASS_PROGRAM_ERROR);
    assert_int_equal(injection->times, injection->lasts == RL_LASTS_TIMES ? 3u : 0u);
}

/* A class visits only what it can hit, each duration by itself. */
static void sites_are_those_of_the_class(void **state)
{
    struct rl_operation operations[] = {{.kind = RL_KIND_PROGRAM}, {.kind = RL_KIND_ERASE}};
    struct rl_log log = {.operations = operations, .count = 2};
    struct rl_site site = {.log = &log};
    struct visited visited = {0, 0};
    uint32_t lasts = 1u << RL_LASTS_ONCE | 1u << RL_LASTS_TIMES | 1u << RL_LASTS_GOOD;

    (void)state;
    rl_injections_at(RL_CLASS_PROGRAM_ERROR, &site, lasts, 0, 3, note, &visited);
    assert_int_equal(visited.count, 3);
    assert_int_equal(visited.lasts, lasts);
    site.index = 1;
    rl_injections_at(RL_CLASS_PROGRAM_ERROR, &site, lasts, 0, 3, note, &visited);
    rl_injections_at(RL_CLASS_CUT_BEFORE, &site, 0, 0, 0, note, &visited);
    assert_int_equal(visited.count, 3);
}

/* Eight programs in a row from `address` on, with a fault at the second operation; a mask of those
 * that failed. `resets` is a mask of those that a reset comes before. */
static uint32_t failures(rl_lasts lasts, uint32_t times, uint32_t resets, uint32_t step)
{
    struct rl_injection injection = {
        .fault_class = RL_CLASS_PROGRAM_ERROR, .lasts = lasts, .times = times};
    struct rl_injecting injecting;
    struct rig rig;
    uint32_t failed = 0;

    board_rig_init(&rig, RIG_LINES);
    rl_inject_clear(&injecting);
    rl_inject_arm(&injecting, &injection, 2, 1);
    rl_inject_attach(&injecting, &rig.board);
    for (uint32_t i = 0; i < 8; i++) {
        uint8_t bytes[RIG_GRANULE];

        board_rig_pattern(i, bytes, sizeof bytes);
        if (resets >> i & 1u) {
            rl_board_reset(&rig.board);
            rl_inject_reset(&injecting, &rig.board, false);
        }
        if (CALL(&rig, flash_program, RIG_BANK_A + i * step, bytes, sizeof bytes) != RELIGHT_OK) {
            failed |= 1u << i;
        }
    }
    assert_int_equal(injecting.list[0].hits, (uint32_t)__builtin_popcount(failed));
    assert_true(injecting.list[0].fired && injecting.list[0].observed);
    board_rig_free(&rig);
    return failed;
}

static void faults_last_as_long_as_they_say(void **state)
{
    (void)state;
    assert_int_equal(failures(RL_LASTS_ONCE, 0, 0, RIG_GRANULE), 0x02);
    assert_int_equal(failures(RL_LASTS_TIMES, 3, 0, RIG_GRANULE), 0x0E);
    assert_int_equal(failures(RL_LASTS_RESET, 0, 0x10, RIG_GRANULE), 0x0E);
    assert_int_equal(failures(RL_LASTS_GOOD, 0, 0x10, RIG_GRANULE), 0xFE);
}

/* What lasts stays at its place. */
static void other_sectors_are_spared(void **state)
{
    (void)state;
    assert_int_equal(failures(RL_LASTS_GOOD, 0, 0, RIG_SECTOR / 2u), 0x02);
    assert_int_equal(failures(RL_LASTS_GOOD, 0, 0, RIG_SECTOR / 4u), 0x0E);
}

/* A fault that was never reached is not over, and did nothing. */
static void a_fault_comes_at_its_operation(void **state)
{
    struct rl_injection injection = {.fault_class = RL_CLASS_PROGRAM_ERROR};
    struct rl_injecting injecting;
    struct rig rig;
    uint8_t bytes[RIG_GRANULE] = {0};

    (void)state;
    board_rig_init(&rig, RIG_LINES);
    rl_inject_clear(&injecting);
    rl_inject_arm(&injecting, &injection, 2, 2);
    rl_inject_attach(&injecting, &rig.board);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(CALL(&rig, flash_program, i * RIG_GRANULE, bytes, sizeof bytes),
                         RELIGHT_OK);
    }
    assert_false(injecting.list[0].fired || rl_inject_is_over(&injecting));
    rl_board_reset(&rig.board);
    rl_inject_reset(&injecting, &rig.board, false);
    assert_int_equal(CALL(&rig, flash_program, 3 * RIG_GRANULE, bytes, sizeof bytes), RELIGHT_OK);
    assert_int_equal(CALL(&rig, flash_program, 4 * RIG_GRANULE, bytes, sizeof bytes), RELIGHT_IO);
    assert_true(rl_inject_is_over(&injecting));
    board_rig_free(&rig);
}

#define TEST(name) cmocka_unit_test(name)

int main(int argc, char **argv)
{
    const struct CMUnitTest text_group[] = {
        TEST(texts_come_back),
        TEST(other_texts_are_refused),
        TEST(each_is_told),
    };
    const struct CMUnitTest sites_group[] = {
        TEST(sites_are_those_of_the_class),
    };
    const struct CMUnitTest lasting_group[] = {
        TEST(faults_last_as_long_as_they_say),
        TEST(other_sectors_are_spared),
        TEST(a_fault_comes_at_its_operation),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, text);
    RUN_GROUP(groups, sites);
    RUN_GROUP(groups, lasting);
    return groups_end(&groups);
}
