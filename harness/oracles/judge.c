#include "oracles/judge.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void rl_judge_violated(struct rl_judge *judge, rl_property property, const char *format, ...)
{
    va_list arguments;

    uint32_t asked = judge->properties & ~judge->board->excused & ~judge->board->excused_for_good;

    if ((asked >> property & 1u) == 0 || (judge->violated >> property & 1u) != 0) {
        return;
    }
    judge->violated |= 1u << property;
    judge->at[property] = judge->board->operations;
    judge->cycle[property] = judge->power_cycle;
    va_start(arguments, format);
    (void)vsnprintf(judge->why[property], RL_JUDGE_WHY, format, arguments);
    va_end(arguments);
}

uint32_t rl_judge_at_start(const struct rl_judge *judge)
{
    uint32_t mask = 0;

    for (unsigned property = 0; property < RL_PROPERTY_COUNT; property++) {
        bool first = judge->cycle[property] == 1 && judge->at[property] == 0;

        mask |= first ? judge->violated & 1u << property : 0u;
    }
    return mask;
}

uint32_t rl_judge_spared(uint32_t violated, uint32_t at_start, uint32_t spares)
{
    return violated & spares & (at_start | 1u << RL_PROPERTY_INVARIANT);
}

void rl_judge_clear(struct rl_judge *judge)
{
    judge->violated = 0;
    judge->power_cycle = 1;
    judge->key_seen = false;
    judge->settling = false;
    judge->offered = RL_RUNS_NEW;
    judge->executed = 0;
    judge->counter = 0;
    judge->ran = 0;
    judge->may_refuse = false;
    judge->may_stop = false;
    judge->injected = false;
    judge->falls_back = false;
    judge->fell_back = false;
    judge->hurt = 0;
    memset(judge->initialises, 0, sizeof judge->initialises);
}

static void executed(void *user, relight_module module, uint32_t address, uint32_t size)
{
    rl_judge_executed(user, module, address, size);
}

static void init_step(void *user, uint32_t step, bool fast)
{
    rl_judge_init_step(user, step, fast);
}

static void rule(void *user, const char *what, uint8_t device, uint32_t address)
{
    rl_judge_rule(user, what, device, address);
}

static void hurt(void *user, uint32_t bank, bool in_time)
{
    rl_judge_hurt(user, bank, in_time);
}

/* Asked only where there is an operation to stop at. */
static void before(void *user)
{
    const struct rl_judge *judge = user;

    if (judge->power_cycle == judge->stop.cycle &&
        judge->board->operations == judge->stop.operation) {
        rl_breakpoint();
    }
}

/* Only operations that changed what the invariant depends on can have broken it. */
static void operation(void *user)
{
    struct rl_judge *judge = user;

    if (judge->board->watched_changed) {
        rl_judge_invariant(judge);
        rl_judge_key_state(judge);
        rl_judge_counter_state(judge);
    }
}

void rl_judge_attach(struct rl_judge *judge, struct rl_board *board)
{
    judge->board = board;
    board->monitor = (struct rl_monitor){.user = judge,
                                         .executed = executed,
                                         .init_step = init_step,
                                         .rule = rule,
                                         .before = judge->stop.cycle > 0 ? before : NULL,
                                         .operation = operation,
                                         .hurt = hurt};
}

bool rl_judge_holds(struct rl_judge *judge, int image, enum rl_standing standing,
                    const struct relight_region *region, int plane)
{
    const struct rl_known_image *known = &judge->images[image];

    for (uint32_t i = 0; i < known->part_count[standing]; i++) {
        const struct rl_known_part *part = &known->parts[standing][i];

        if (part->place + part->content->count > region->size / RL_PAGE ||
            rl_board_holds(judge->board, plane, region->address / RL_PAGE + part->place,
                           part->content) != RL_HOLDS) {
            return false;
        }
    }
    return true;
}

static bool stands(struct rl_judge *judge, int image, enum rl_standing standing, int plane)
{
    const struct relight_geometry *g = &judge->board->device.geometry;

    return rl_judge_holds(judge, image, standing,
                          standing == RL_STANDS_STAGED ? &g->staging : &g->resident, plane);
}

bool rl_judge_stands(struct rl_judge *judge, int image, enum rl_standing standing)
{
    return stands(judge, image, standing, RL_PLANE_CPU);
}

int rl_judge_image_at(struct rl_judge *judge, enum rl_standing standing, bool behind)
{
    int plane = behind ? RL_PLANE_MEMORY : RL_PLANE_CPU;
    bool same = memcmp(judge->images[RL_RUNS_OLD].identity, judge->images[RL_RUNS_NEW].identity,
                       sizeof judge->images[0].identity) == 0;

    /* An image that is offered to itself is the old one. */
    if (same && stands(judge, RL_RUNS_OLD, standing, plane)) {
        return RL_RUNS_OLD;
    }
    for (int image = RL_RUNS_NEW; image >= RL_RUNS_OLD; image--) {
        if (stands(judge, image, standing, plane)) {
            return image;
        }
    }
    return judge->falls_back && stands(judge, RL_RUNS_OLDER, standing, plane) &&
                   rl_judge_may_fall_back(judge)
               ? RL_RUNS_OLDER
               : RL_RUNS_NONE;
}

const char *rl_judge_image_name(const struct rl_judge *judge, int image)
{
    return image == RL_RUNS_NONE ? "no known image" : judge->images[image].name;
}
