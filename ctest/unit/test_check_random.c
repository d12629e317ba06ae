/* Certificates of engines drawn at random: explorer and checker, which share neither walk nor
 * account, come to the same crash states, violations and edges, with dirty lines as they please. */
/* groups: volatile battery */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "board_rig.h"
#include "check/check.h"
#include "explore/certificate.h"
#include "explore/closure.h"
#include "explore/guard.h"
#include "groups.h"
#include "random_engine.h"

#define ENGINES   60u   /* RELIGHT_ENGINES, a variable of the environment, asks for more */
#define BOOTS_MAX 4000u /* of a closure; longer ones are left out */

static struct rl_scene scene;
static struct rl_sweep *sweep;
static uint32_t boots;

/* By count and not by time: the same engines are checked everywhere. */
static void count_boot(void)
{
    sweep->out_of_time = ++boots > BOOTS_MAX;
}

static void stand(const struct toy *toy)
{
    rl_guard_install();
    rl_scene_init(&scene, &toy->plan, &toy->cell, &toy->handle);
    random_engine_place_image(&scene);
}

static void begin(void)
{
    static const struct rl_certificate_sections sections;
    static const struct rl_work certified = {.certificate = &sections};

    sweep = rl_sweep_new(&scene);
    sweep->work = &certified; /* so that it notes what a certificate tells */
}

static void end(void)
{
    rl_sweep_free(sweep);
}

/* The certificate of the engine's closure; NULL when it is none that is soon closed. */
static uint8_t *certify(size_t *size)
{
    static const struct rl_certificate_head head = {"random", 1, "random", 2};
    struct rl_certificate_part part;
    struct rl_closure closure;
    uint8_t *bytes = NULL;

    begin();
    if (rl_sweep_golden(sweep)) {
        boots = 0;
        random_engine_boots = count_boot;
        rl_closure_explore(&closure, sweep);
        random_engine_boots = NULL;
        assert_false(sweep->failed);
        if (sweep->tally.result.closure.closed && closure.unborn == 0) {
            uint8_t *section = rl_certificate_section(&closure, &part.size);

            part.bytes = section;
            bytes = rl_certificate_join(&head, &part, 1, size);
            free(section);
        }
        rl_closure_free(&closure);
    }
    end();
    return bytes;
}

static struct {
    uint32_t engines, violating;
    uint64_t states, crash_states;
} checked;

static void check(const uint8_t *bytes, size_t size, struct rl_check_result *result)
{
    struct rl_check_options options = {
        .share = 1, .seed = 1, .combinations = RL_CHECK_COMBINATIONS};
    struct rl_check_file file;
    char why[RL_CHECK_WHY];

    if (!rl_check_read(&file, bytes, size, why)) {
        fail_msg("%s", why);
    }
    rl_check_scene(&scene, &file.cells[0], &options, result);
    rl_check_file_free(&file);
}

static void check_engine(struct toy *toy)
{
    struct rl_check_result result;
    size_t size;
    uint8_t *bytes;

    stand(toy);
    bytes = certify(&size);
    rl_scene_free(&scene);
    if (bytes == NULL) {
        return;
    }
    stand(toy);
    check(bytes, size, &result);
    rl_scene_free(&scene);
    free(bytes);
    if (!result.is_true || result.drawn > 0) {
        random_program_print();
        fail_msg("state %llu: %s", (unsigned long long)result.state, result.why);
    }
    assert_int_equal(result.checked, result.states);
    checked.engines++;
    checked.violating += result.violating > 0;
    checked.states += result.states;
    checked.crash_states += result.crash_states;
}

static void check_many(rl_memory memory, uint64_t seed)
{
    const char *more = getenv("RELIGHT_ENGINES");
    uint32_t engines = more != NULL ? (uint32_t)strtoul(more, NULL, 10) : ENGINES;
    uint64_t random = seed;
    struct toy toy;

    memset(&checked, 0, sizeof checked);
    while (checked.engines < engines) {
        random_program_draw(&random);
        random_engine_init(&toy, memory);
        check_engine(&toy);
        toy_free(&toy);
    }
    (void)printf("%u engines checked, %u violate something: %llu states, %llu crash states\n",
                 checked.engines, checked.violating, (unsigned long long)checked.states,
                 (unsigned long long)checked.crash_states);
    assert_true(checked.violating > 0 && checked.violating < engines);
}

static void volatile_memory(void **state)
{
    (void)state;
    check_many(RL_MEMORY_VOLATILE, 20261120);
}

static void memory_with_a_battery(void **state)
{
    (void)state;
    check_many(RL_MEMORY_BATTERY, 20261121);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest volatile_group[] = {cmocka_unit_test(volatile_memory)};
    const struct CMUnitTest battery_group[] = {cmocka_unit_test(memory_with_a_battery)};
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, volatile);
    RUN_GROUP(groups, battery);
    return groups_end(&groups);
}
