/* Assertions of the engine: each of these breaks one fact that must hold whatever the world does,
 * in the engine's struct, in the layout or in an argument, and is told by the fact's own text. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../engine/src/companion.h"
#include "../../engine/src/data.h"
#include "../../engine/src/journal.h"
#include "../../engine/src/key.h"
#include "../../engine/src/phases.h"
#include "engine_rig.h"

static jmp_buf broken;
static const char *said;

static void note_assertion(void *board, const char *what)
{
    (void)board;
    said = what;
    longjmp(broken, 1);
}

/* Calls it, and expects that it does not return for this reason. */
static void expect_broken(struct rig *rig, void (*call)(struct rig *rig), const char *what)
{
    said = "none";
    rig->array.port.assertion_failed = note_assertion;
    if (setjmp(broken) == 0) {
        call(rig);
    }
    assert_string_equal(said, what);
}

static void step(struct rig *rig)
{
    (void)rig_step(rig);
}

static void areas_are_two(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_FLASH);
    rig->engine.new_area = 2u;
    expect_broken(rig, step, "engine->new_area < 2u && engine->running.data_area < 2u");
}

static void prepared_has_known_bits_only(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_OVERLAY);
    rig->engine.prepared = FL_PREPARED_NOT_TAKEN(FL_INIT_ALL + 1u);
    expect_broken(rig, step, "engine->prepared < FL_PREPARED_NOT_TAKEN(FL_INIT_ALL + 1u)");
}

static void the_size_is_whole_units(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_FLASH);
    rig->engine.new_size--;
    expect_broken(rig, step, "engine->new_size > 0 && engine->new_size % FL_BULK == 0");
}

static void the_size_fits_the_bank(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_FLASH);
    rig->engine.new_size = rig->array.layout.bank[0].size + FL_BULK;
    expect_broken(rig, step, "engine->new_size <= port->layout->bank[0].size");
}

static void the_check_has_an_end(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_CHECK);
    rig->engine.cursor = FL_SEGMENT_MAX + 2u;
    expect_broken(rig, step, "engine->cursor <= FL_SEGMENT_MAX + 1u");
}

static void finish_keeps_the_area(void **state)
{
    struct rig *rig = *state;

    rig_update_to(rig, &rig->new, FL_PHASE_FINISH);
    rig->engine.new_area = 1u - rig->engine.running.data_area;
    expect_broken(rig, step, "engine->running.data_area == engine->new_area");
}

static void mark_behind_the_bank(struct rig *rig)
{
    const struct fl_layout *layout = &rig->array.layout;

    (void)fl_journal_mark(&rig->array.port, layout->bank[0].size / layout->sector_size);
}

static void marks_are_of_the_bank(void **state)
{
    expect_broken(*state, mark_behind_the_bank,
                  "sector < port->layout->bank[0].size / port->layout->sector_size");
}

static void create_wide_key(struct rig *rig)
{
    (void)fl_key_create(&rig->array.port, rig->old.identity, FL_INIT_ALL);
}

static void keys_cover_fast_steps_only(void **state)
{
    expect_broken(*state, create_wide_key, "(covers & ~FL_INIT_HAS_FAST) == 0");
}

static void look_at_area_two(struct rig *rig)
{
    (void)fl_data_get(&rig->array.port, 2u, 1u, 0, &(uint32_t){0});
}

static void data_areas_are_two(void **state)
{
    expect_broken(*state, look_at_area_two, "area < 2u");
}

static void look_at_companion(struct rig *rig)
{
    (void)fl_companion_level(&rig->array.port, FL_PLA);
}

static void companions_have_both_regions(void **state)
{
    struct rig *rig = *state;

    rig->array.layout.active[FL_PLA].size += FL_BULK;
    expect_broken(rig, look_at_companion,
                  "active->size == port->layout->configuration[companion].size");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(areas_are_two),           RIG_TEST(prepared_has_known_bits_only),
        RIG_TEST(the_size_is_whole_units), RIG_TEST(the_size_fits_the_bank),
        RIG_TEST(the_check_has_an_end),    RIG_TEST(finish_keeps_the_area),
        RIG_TEST(marks_are_of_the_bank),   RIG_TEST(keys_cover_fast_steps_only),
        RIG_TEST(data_areas_are_two),      RIG_TEST(companions_have_both_regions)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
