#include "explore/deaths.h"

#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "explore/run_private.h"
#include "explore/sweep_private.h"

bool rl_deaths_add(struct rl_deaths *deaths, const char *why)
{
    uint64_t scenario = *deaths->last;

    if (scenario == 0 || deaths->count == RL_DEATHS_MAX) {
        return false;
    }
    for (uint32_t i = 0; i < deaths->count; i++) {
        if (deaths->list[i].scenario == scenario) {
            return false;
        }
    }
    deaths->list[deaths->count].scenario = scenario;
    (void)snprintf(deaths->list[deaths->count].why, RL_DEATHS_WHY_SIZE, "%s", why);
    deaths->count++;
    return true;
}

/* Notes the scenario; whether it is deadly, and then the run is judged so. */
static bool dies(const struct rl_deaths *deaths, uint64_t scenario, struct rl_run *run,
                 const struct rl_view *view)
{
    scenario |= 1u; /* 0 is none */
    *deaths->last = scenario;
    for (uint32_t i = 0; i < deaths->count; i++) {
        if (deaths->list[i].scenario == scenario) {
            rl_run_start(run, view, &(struct rl_run_options){.log = false});
            for (uint32_t k = 0; k < run->injecting.count; k++) {
                run->injecting.list[k].fired = true; /* as far as anybody knows */
            }
            rl_judge_violated(&run->judge, RL_PROPERTY_BOOTABLE, "%s", deaths->list[i].why);
            return true;
        }
    }
    return false;
}

static const struct rl_deaths *deaths_of(const struct rl_sweep *sweep)
{
    const struct rl_deaths *deaths = sweep->work == NULL ? NULL : sweep->work->deaths;

    return deaths == NULL || !deaths->careful ? NULL : deaths;
}

/* By content: page numbers are a process's own. */
static uint64_t sum_of(const struct rl_sweep *sweep, const struct rl_view *view)
{
    const uint32_t pages[2] = {sweep->scene->flash.count, sweep->scene->memory.count};
    uint64_t sum = 0;

    for (int device = RL_FLASH; device <= RL_MEMORY; device++) {
        for (uint32_t page = 0; page < pages[device]; page++) {
            rl_slot slot = rl_view_slot(view, (uint8_t)device, page);
            struct rl_sum data = rl_pages_fingerprint(rl_slot_data(slot));
            struct rl_marks marks = rl_slot_marks_of(slot);
            const uint64_t words[] = {data.low, data.high, marks.programmed,
                                      (uint64_t)marks.bad << 32u | marks.flawed};

            sum = XXH3_64bits_withSeed(words, sizeof words, sum);
        }
    }
    return sum;
}

bool rl_dies_from(const struct rl_sweep *sweep, struct rl_run *run, const struct rl_view *view)
{
    const struct rl_deaths *deaths = deaths_of(sweep);

    return deaths != NULL && dies(deaths, sum_of(sweep, view), run, view);
}

bool rl_dies_next(struct rl_sweep *sweep, struct rl_run *run, const struct rl_view *view)
{
    const struct rl_deaths *deaths = deaths_of(sweep);
    const uint64_t words[] = {sweep->tally.place, sweep->ordinal++};

    return deaths != NULL && dies(deaths, XXH3_64bits(words, sizeof words), run, view);
}
