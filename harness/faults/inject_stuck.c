/* Flash that does nothing more, for a while or for good, or too slowly for the watchdog. */
#include "faults/inject_write.h"

#include <stdio.h>

#include "board/clock.h"

/* write-protected: no place of the region takes programs or erases; shown by a failure, or not at
 * all, as in serial flash that ignores the instruction. */
void rl_protected_before(struct rl_armed *armed, struct rl_board *board,
                         const struct rl_operation *operation, struct rl_effect *effect)
{
    if (!rl_is_write(operation) || operation->region != armed->first.region) {
        return;
    }
    if (armed->what.shows == RL_SHOWS_STATUS) {
        rl_armed_fail(armed, operation, effect, RELIGHT_IO);
    } else {
        effect->deed = RL_DEED_NOTHING;
        rl_blame(armed, board, operation->address, operation->size);
        rl_armed_hit(armed, operation, false);
    }
}

/* sticky-flag: no program and no erase until the flag is cleared. */
void rl_flagged_before(struct rl_armed *armed, struct rl_board *board,
                       const struct rl_operation *operation, struct rl_effect *effect)
{
    (void)board;
    if (operation->kind == RL_KIND_CLEAR) {
        armed->over = true;
    } else if (rl_is_write(operation)) {
        effect->curable = true;
        rl_armed_fail(armed, operation, effect, RELIGHT_IO);
    }
}

/* busy-forever: the device answers nothing any more, reads included. The port waits for each
 * operation as long as it does for any, and then reports a failure. */
void rl_busy_before(struct rl_armed *armed, struct rl_board *board,
                    const struct rl_operation *operation, struct rl_effect *effect)
{
    if (rl_region_is_in(operation->region, RL_FLASH) || board->reads_flash) {
        effect->late_ns = RL_NS_FLASH_TIMEOUT;
        rl_armed_fail(armed, operation, effect, RELIGHT_IO);
    }
}

/* ---- slow-operation: the watchdog resets the device when the first `a` units are done ---- */

void rl_slow_variants(const struct rl_site *site, const struct rl_injection *base,
                      rl_variant_visit *visit, void *user)
{
    uint32_t units = rl_write_units(site->device, &site->log->operations[site->index]);

    rl_visit_variant(base, 0, 0, visit, user);
    if (units > 1u) {
        rl_visit_variant(base, units / 2u, 0, visit, user);
    }
    rl_visit_variant(base, units, 0, visit, user);
}

void rl_slow_before(struct rl_armed *armed, struct rl_board *board,
                    const struct rl_operation *operation, struct rl_effect *effect)
{
    if (!rl_armed_is_like(armed, board, operation)) {
        return;
    }
    effect->deed = RL_DEED_PART;
    effect->part = armed->what.a;
    effect->late_ns = RL_NS_WATCHDOG;
    effect->escape = RL_ESCAPE_RESET;
    effect->cause = armed->number;
    armed->keep[0] = operation->number;
    rl_armed_hit(armed, operation, true);
}

void rl_slow_after(struct rl_armed *armed, struct rl_board *board,
                   const struct rl_operation *operation, relight_result result)
{
    (void)result;
    rl_spoil_next_unit(armed, board, operation);
}

void rl_slow_tell(const struct rl_injection *injection, const struct rl_operation *first,
                  char *text, size_t size)
{
    (void)snprintf(text, size, "the watchdog resets the device when the first %u %s are done",
                   injection->a, rl_write_unit_name(first));
}
