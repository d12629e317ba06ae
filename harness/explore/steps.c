/* The golden run's operations, and how many crash states each leaves. */
#include "explore/explore.h"

#include <stdlib.h>

#include "board/heap.h"
#include "explore/guard.h"
#include "explore/run.h"
#include "explore/timeline.h"
#include "faults/outcome.h"

static void count_members(void *user, const struct rl_family *family)
{
    *(uint64_t *)user += family->last - family->first + 1u;
}

static void add_operation(struct rl_text *text, const struct rl_scene *scene,
                          struct rl_cursor *cursor)
{
    size_t index = cursor->next;
    const struct rl_operation *operation = &cursor->log->operations[index];
    const struct rl_cell *cell = scene->cell;
    struct rl_reach reach = {.full = cell->tear[0] == RL_TEAR_FULL,
                             .battery = cell->memory == RL_MEMORY_BATTERY,
                             .start = true,
                             .classes = cell->classes};
    uint64_t states = 0;

    rl_families_before(cursor, &reach, count_members, &states);
    rl_cursor_step(cursor);
    rl_families_after(cursor, &reach, count_members, &states);
    rl_text_add(text, "%7zu  %-8s  %-11s  %-9s  0x%08x  %7u  %8llu\n", index + 1u,
                scene->engine->phase_names[operation->phase],
                rl_kind_name((rl_kind)operation->kind), rl_region_name(operation->region),
                operation->address, operation->size, (unsigned long long)states);
}

static void add_cell(struct rl_text *text, const struct rl_plan *plan, const struct rl_cell *cell,
                     const struct rl_engine_handle *engine)
{
    struct rl_scene scene;
    struct rl_run run;
    struct rl_cursor cursor;
    struct rl_view *view = rl_calloc(1, sizeof *view);
    struct rl_run_options options = {.log = true, .golden = true};

    rl_scene_init(&scene, plan, cell, engine);
    rl_run_init(&run, &scene);
    rl_cursor_init(&cursor, &scene.device);
    rl_view_plain(view, &scene.flash, &scene.memory);
    rl_run_execute(&run, view, &options);
    rl_cursor_start(&cursor, &run.log, &run.flash, &run.memory);
    rl_text_add(text, "cell %s: %zu operations\n", cell->name, run.log.count);
    rl_text_add(text, "%7s  %-8s  %-11s  %-9s  %-10s  %7s  %8s\n", "number", "phase", "kind",
                "region", "address", "size", "states");
    while (cursor.next < run.log.count) {
        add_operation(text, &scene, &cursor);
    }
    rl_cursor_free(&cursor);
    rl_run_free(&run);
    rl_scene_free(&scene);
    free(view);
}

char *rl_steps(const struct rl_plan *plan, const struct rl_engines *engines)
{
    struct rl_text text = {0};

    rl_guard_install();
    for (uint32_t i = 0; i < plan->cell_count; i++) {
        add_cell(&text, plan, &plan->cells[i], rl_engines_of(engines, i));
    }
    return text.bytes;
}
