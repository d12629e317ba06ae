/* Tokens of many faults: read strictly, written as they were read, and replayed. */
/* groups: words lengths replays closures */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore/explore.h"
#include "explore/sweep.h"
#include "explore/token.h"
#include "groups.h"
#include "toy.h"

#define DIGESTS "#abcdef01.00000007"

struct text {
    char bytes[4u * RL_TOKEN_SIZE];
    size_t length;
};

static void begin(struct text *text, const char *cell)
{
    text->length = (size_t)snprintf(text->bytes, sizeof text->bytes, "%s", cell);
}

/* One more fault, in power cycle `cycle`. */
static void add(struct text *text, uint32_t cycle, const char *rest)
{
    text->length += (size_t)snprintf(text->bytes + text->length, sizeof text->bytes - text->length,
                                     " %u:%s", cycle, rest);
}

static void end(struct text *text)
{
    text->length += (size_t)snprintf(text->bytes + text->length, sizeof text->bytes - text->length,
                                     " %s", DIGESTS);
    assert_true(text->length < sizeof text->bytes);
}

static void cuts(struct text *text, uint32_t count, const char *rest)
{
    begin(text, "toy/only");
    for (uint32_t cycle = 1; cycle <= count; cycle++) {
        add(text, cycle, rest);
    }
    end(text);
}

static void expect_error(const char *text, const char *why)
{
    struct rl_token token;
    char error[512] = "";

    if (rl_token_parse(text, &token, error, sizeof error)) {
        fail_msg("taken: %s", text);
    }
    if (strstr(error, why) == NULL) {
        fail_msg("%s: said '%s'", text, error);
    }
}

static void sixty_four_faults_round_trip(void **state)
{
    static struct text text;
    static char again[RL_TOKEN_SIZE];
    struct rl_token token;
    char error[512];

    (void)state;
    for (uint32_t count = 0; count <= RL_TOKEN_FAULTS; count++) {
        cuts(&text, count, "update:erase@recordA#1=reset/after+lost~staging+0x40:3");
        assert_true(rl_token_parse(text.bytes, &token, error, sizeof error));
        assert_int_equal(token.fault_count, count);
        rl_token_format(&token, again, sizeof again);
        assert_string_equal(again, text.bytes);
    }
}

static void the_next_fault_is_refused(void **state)
{
    static struct text text;

    (void)state;
    cuts(&text, RL_TOKEN_FAULTS + 1u, "boot:erase@recordA#1=before");
    expect_error(text.bytes, "more than 64 faults");
}

/* The longest words there are: any token that is made fits into RL_TOKEN_SIZE. */
static void the_longest_token_fits(void **state)
{
    static char text[2u * RL_TOKEN_SIZE];
    struct rl_token token = {.fault_count = RL_TOKEN_FAULTS};

    (void)state;
    memset(token.plan, 'p', sizeof token.plan - 1u);
    memset(token.cell, 'c', sizeof token.cell - 1u);
    for (uint32_t i = 0; i < RL_TOKEN_FAULTS; i++) {
        struct rl_fault *fault = &token.faults[i];

        fault->cycle = i + 1u;
        fault->count = UINT32_MAX;
        memset(fault->phase, 'p', sizeof fault->phase - 1u);
        memset(fault->outcome, 'o', sizeof fault->outcome - 1u);
        for (unsigned kind = 0; kind < RL_KIND_COUNT; kind++) {
            if (strlen(rl_kind_name((rl_kind)kind)) > strlen(rl_kind_name(fault->kind))) {
                fault->kind = (rl_kind)kind;
            }
        }
        for (unsigned region = 0; region < RL_REGION_COUNT; region++) {
            if (strlen(rl_region_name(region)) > strlen(rl_region_name(fault->region))) {
                fault->region = region;
            }
        }
    }
    rl_token_format(&token, text, sizeof text);
    assert_true(strlen(text) > RL_TOKEN_SIZE / 2u);
    assert_true(strlen(text) < RL_TOKEN_SIZE);
}

static void what_is_longer_is_refused(void **state)
{
    static struct text text;

    (void)state;
    begin(&text, "toy/only");
    while (text.length < RL_TOKEN_SIZE) {
        add(&text, 1, "boot:erase@recordA#1=before");
    }
    end(&text);
    expect_error(text.bytes, "longer than");
}

static void cycles_follow_each_other(void **state)
{
    static const char *const bad[] = {
        "toy/only 1:a:erase@recordA#1=before 1:a:erase@recordA#1=before " DIGESTS,
        "toy/only 1:a:erase@recordA#1=before 3:a:erase@recordA#1=before " DIGESTS,
        "toy/only 1:a:erase@recordA#1=before 2:a:erase@recordA#1=before "
        "2:a:erase@recordA#1=before " DIGESTS,
        "toy/only 1:a:erase@recordA#1=before 2:a:erase@recordA#1=before "
        "65:a:erase@recordA#1=before " DIGESTS,
        "toy/only 1:a:program@recordA#1=program-error 2:a:erase@recordA#1=before " DIGESTS,
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        expect_error(bad[i], "is malformed");
    }
}

/* A board takes two: a third that is dropped in silence would make another scenario of it. */
static void a_third_injection_is_refused(void **state)
{
    static struct text text;
    struct rl_token token;
    char error[512];

    (void)state;
    begin(&text, "toy/only");
    add(&text, 1, "a:program@recordA#1=program-error");
    add(&text, 1, "a:erase@recordA#1=before");
    add(&text, 2, "a:program@recordA#1=program-error");
    end(&text);
    assert_true(rl_token_parse(text.bytes, &token, error, sizeof error));
    text.length -= sizeof " " DIGESTS - 1u;
    add(&text, 2, "a:program@recordA#2=program-error");
    end(&text);
    expect_error(text.bytes, "more than 2 of its faults are injections");
}

static enum rl_replay_status replay(const struct toy *toy, const char *token, char **timeline)
{
    char error[512];

    return rl_replay(&toy->plan, &toy->engines, token, 0, timeline, error, sizeof error);
}

static void sixty_four_cuts_replay(void **state)
{
    static struct text text;
    struct toy toy;
    char *first = NULL;
    char *second = NULL;

    (void)state;
    toy_init(&toy, RL_MEMORY_VOLATILE, 1, RL_TEAR_FULL, RL_TEAR_NONE);
    cuts(&text, RL_TOKEN_FAULTS, "update:program@bankB#2=torn:1/32");
    assert_int_equal(replay(&toy, text.bytes, &first), RL_REPLAY_HELD);
    assert_int_equal(replay(&toy, text.bytes, &second), RL_REPLAY_HELD);
    assert_string_equal(first, second);
    assert_non_null(strstr(first, "power cycle 1, from "));
    assert_non_null(strstr(first, "** fault 64 at #"));
    assert_non_null(strstr(first, "power cycle 65, from what the fault left"));
    free(first);
    free(second);
    toy_free(&toy);
}

/* What is violated behind the last of several cuts, and which of them does not exist. */
static void the_last_of_many_is_judged(void **state)
{
    static struct text text;
    struct toy toy;
    char *timeline = NULL;
    char error[512];

    (void)state;
    toy_init(&toy, RL_MEMORY_VOLATILE, 1, RL_TEAR_FULL, RL_TEAR_NONE);
    toy_fault = TOY_COMMITS_EARLY;
    begin(&text, "toy/only");
    for (uint32_t cycle = 1; cycle <= 9; cycle++) {
        add(&text, cycle, "update:erase@recordA#1=before");
    }
    add(&text, 10, "update:program@bankB#1=before");
    end(&text);
    assert_int_equal(replay(&toy, text.bytes, &timeline), RL_REPLAY_VIOLATED);
    assert_non_null(strstr(timeline, "of power cycle 11\n"));
    free(timeline);
    text.length -= sizeof " " DIGESTS - 1u;
    add(&text, 11, "update:erase@recordA#900=before");
    end(&text);
    assert_int_equal(
        rl_replay(&toy.plan, &toy.engines, text.bytes, 0, &timeline, error, sizeof error),
        RL_REPLAY_BAD_TOKEN);
    assert_non_null(strstr(error, "fault 11 of the token does not exist"));
    toy_fault = TOY_SOUND;
    toy_free(&toy);
}

/* What a closure finds replays, whatever the number of cuts that it took. */
static void closure_replays(rl_memory memory)
{
    struct rl_cell_result result;
    struct toy toy;

    toy_init(&toy, memory, 1, RL_TEAR_FULL, RL_TEAR_NONE);
    toy.cell.closure = true;
    toy_fault = TOY_COMMITS_EARLY;
    rl_cell_run(&toy.plan, &toy.cell, &toy.handle, 0, NULL, &result);
    assert_string_equal(result.harness_error, "");
    assert_true(result.finding_count > 0);
    assert_true(result.findings[result.finding_count - 1u].faults > 1);
    for (uint32_t i = 0; i < result.finding_count; i++) {
        const struct rl_finding *finding = &result.findings[i];
        char line[64];
        char *timeline = NULL;

        if (replay(&toy, finding->token, &timeline) != RL_REPLAY_VIOLATED) {
            fail_msg("not violated: %s", finding->token);
        }
        (void)snprintf(line, sizeof line,
                       "VIOLATED %s: ", rl_property_info(finding->property)->name);
        if (strstr(timeline, line) == NULL || strstr(timeline, finding->why) == NULL) {
            fail_msg("no %s, %s in the timeline of %s", line, finding->why, finding->token);
        }
        free(timeline);
    }
    rl_cell_result_free(&result);
    toy_fault = TOY_SOUND;
    toy_free(&toy);
}

static void what_closures_find_replays(void **state)
{
    (void)state;
    closure_replays(RL_MEMORY_VOLATILE);
    closure_replays(RL_MEMORY_BATTERY);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest words_group[] = {cmocka_unit_test(cycles_follow_each_other),
                                             cmocka_unit_test(a_third_injection_is_refused)};
    const struct CMUnitTest lengths_group[] = {
        cmocka_unit_test(sixty_four_faults_round_trip), cmocka_unit_test(the_next_fault_is_refused),
        cmocka_unit_test(the_longest_token_fits), cmocka_unit_test(what_is_longer_is_refused)};
    const struct CMUnitTest replays_group[] = {cmocka_unit_test(sixty_four_cuts_replay),
                                               cmocka_unit_test(the_last_of_many_is_judged)};
    const struct CMUnitTest closures_group[] = {cmocka_unit_test(what_closures_find_replays)};
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, words);
    RUN_GROUP(groups, lengths);
    RUN_GROUP(groups, replays);
    RUN_GROUP(groups, closures);
    return groups_end(&groups);
}
