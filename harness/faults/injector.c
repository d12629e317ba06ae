/* Faults of one scenario at work: hooks on the board, and what all injectors share. */
#include <string.h>

#include "faults/inject.h"
#include "oracles/oracles.h"

void rl_visit_variant(const struct rl_injection *base, uint32_t a, uint32_t b,
                      rl_variant_visit *visit, void *user)
{
    struct rl_injection injection = *base;

    injection.a = a;
    injection.b = b;
    visit(user, &injection);
}

void rl_visit_variants(const struct rl_injection *base, uint32_t count, rl_variant_visit *visit,
                       void *user)
{
    for (uint32_t a = 0; a < count; a++) {
        rl_visit_variant(base, a, 0, visit, user);
    }
}

bool rl_is_write(const struct rl_operation *operation)
{
    return operation->kind == RL_KIND_PROGRAM || operation->kind == RL_KIND_ERASE;
}

static bool has_address(const struct rl_operation *operation)
{
    return operation->region != RL_REGION_PORT;
}

/* Which device an operation's address is in. */
static uint8_t device_of(const struct rl_operation *operation)
{
    return rl_region_is_in(operation->region, RL_FLASH) ? RL_FLASH : RL_MEMORY;
}

bool rl_armed_is_like(const struct rl_armed *armed, const struct rl_board *board,
                      const struct rl_operation *operation)
{
    const struct rl_operation *first = &armed->first;
    uint32_t unit;

    if (operation->kind != first->kind || has_address(operation) != has_address(first)) {
        return false;
    }
    if (!has_address(first)) {
        return true;
    }
    unit = device_of(first) == RL_FLASH ? board->device.geometry.sector_size : RL_PAGE;
    return device_of(operation) == device_of(first) &&
           operation->address / unit == first->address / unit;
}

void rl_armed_hit(struct rl_armed *armed, const struct rl_operation *operation, bool observed)
{
    if (!armed->fired && !armed->waiting) {
        armed->first = *operation;
    }
    armed->fired = true;
    armed->observed |= observed;
    armed->hits++;
    armed->over |= armed->what.lasts == RL_LASTS_ONCE ||
                   (armed->what.lasts == RL_LASTS_TIMES && armed->hits >= armed->what.times);
}

void rl_armed_fail(struct rl_armed *armed, const struct rl_operation *operation,
                   struct rl_effect *effect, relight_result result)
{
    effect->deed = RL_DEED_NOTHING;
    effect->answers = true;
    effect->result = result;
    effect->cause = armed->number;
    rl_armed_hit(armed, operation, true);
}

#define DATA (1u << RL_REGION_DATA_A | 1u << RL_REGION_DATA_B)

void rl_data_hurt(struct rl_board *board)
{
    board->excused_for_good |= 1u << RL_PROPERTY_DATA_KEPT;
}

void rl_flash_hurt(struct rl_board *board, uint32_t address)
{
    unsigned region = rl_region_of(&board->device.geometry, RL_FLASH, address);

    rl_board_hurt(board, address);
    if ((DATA >> region & 1u) != 0) {
        rl_data_hurt(board);
    }
}

/* Whether it is at work at the operation that is going on. */
static bool is_on(const struct rl_injecting *injecting, const struct rl_armed *armed,
                  const struct rl_board *board)
{
    return !armed->over && (armed->fired || armed->waiting ||
                            (injecting->cycle == armed->cycle && board->operations == armed->at));
}

static void before(void *user, struct rl_board *board, const struct rl_operation *operation,
                   struct rl_effect *effect)
{
    struct rl_injecting *injecting = user;

    for (uint32_t i = 0; i < injecting->count; i++) {
        struct rl_armed *armed = &injecting->list[i];

        armed->during = is_on(injecting, armed, board);
        if (armed->during && !armed->fired && !armed->waiting) {
            armed->first = *operation;
        }
        if (armed->during && armed->injector->before != NULL) {
            armed->injector->before(armed, board, operation, effect);
        }
    }
}

static void after(void *user, struct rl_board *board, const struct rl_operation *operation,
                  relight_result result)
{
    struct rl_injecting *injecting = user;

    for (uint32_t i = 0; i < injecting->count; i++) {
        struct rl_armed *armed = &injecting->list[i];

        if (armed->during && armed->injector->after != NULL) {
            armed->injector->after(armed, board, operation, result);
        }
    }
}

void rl_inject_clear(struct rl_injecting *injecting)
{
    memset(injecting, 0, sizeof *injecting);
    injecting->cycle = 1;
}

void rl_inject_arm(struct rl_injecting *injecting, const struct rl_injection *what, uint64_t at,
                   uint32_t cycle)
{
    struct rl_armed *armed;

    if (injecting->count == RL_INJECTOR_MAX) {
        return;
    }
    armed = &injecting->list[injecting->count++];
    *armed = (struct rl_armed){.injector = rl_injector_of(what->fault_class),
                               .what = *what,
                               .number = injecting->count,
                               .at = at,
                               .cycle = cycle};
}

void rl_inject_attach(struct rl_injecting *injecting, struct rl_board *board)
{
    board->upset = (struct rl_upset){0};
    if (injecting->count > 0) {
        board->upset = (struct rl_upset){.user = injecting, .before = before, .after = after};
    }
}

void rl_inject_reset(struct rl_injecting *injecting, struct rl_board *board, bool cold)
{
    injecting->cycle++;
    for (uint32_t i = 0; i < injecting->count; i++) {
        struct rl_armed *armed = &injecting->list[i];

        if ((!armed->fired && !armed->waiting) || armed->over) {
            continue;
        }
        armed->over |= armed->what.lasts == RL_LASTS_RESET;
        if (armed->injector->reset != NULL) {
            armed->injector->reset(armed, board, cold);
        }
    }
}

void rl_inject_follow(struct rl_injecting *injecting)
{
    for (uint32_t i = 0; i < injecting->count; i++) {
        struct rl_armed *armed = &injecting->list[i];

        armed->over |= armed->what.lasts == RL_LASTS_RESET || !armed->fired;
    }
    injecting->cycle = 1;
}

void rl_inject_between(struct rl_injecting *injecting, struct rl_board *board, void *context,
                       struct rl_said *said)
{
    for (uint32_t i = 0; i < injecting->count; i++) {
        struct rl_armed *armed = &injecting->list[i];

        if (armed->injector->between != NULL && !armed->fired && is_on(injecting, armed, board)) {
            armed->injector->between(armed, board, context, said);
        }
    }
}

bool rl_inject_is_over(const struct rl_injecting *injecting)
{
    bool over = true;

    for (uint32_t i = 0; i < injecting->count; i++) {
        over = over && injecting->list[i].over;
    }
    return over;
}

bool rl_inject_is_for_hosts(const struct rl_injecting *injecting)
{
    for (uint32_t i = 0; i < injecting->count; i++) {
        if (injecting->list[i].for_hosts) {
            return true;
        }
    }
    return false;
}
