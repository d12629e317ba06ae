/* An update of several components that does not get beyond one of them. A component is a region
 * of flash, or what a companion runs; a boundary is the first store to one after a store to
 * another.
 */
#include "faults/inject_parts.h"

#include <stdio.h>

#include "board/board.h"
#include "faults/inject_write.h"

#define STORES (1u << RL_KIND_PROGRAM | 1u << RL_KIND_ERASE | 1u << RL_KIND_REFRESH)

/* From the boundary on, what the component is sent is lost; or the device is reset there. */
enum { LOST = 0, ENDS = 1 };

/* Both halves of a component that takes turns are one: sectors of boot records. */
static uint32_t component_of(const struct rl_operation *operation)
{
    return operation->region == RL_REGION_RECORD_B ? (uint32_t)RL_REGION_RECORD_A
                                                   : operation->region;
}

static bool is_boundary(const struct rl_site *site)
{
    const struct rl_operation *here = &site->log->operations[site->index];

    for (size_t i = site->index; i > 0; i--) {
        const struct rl_operation *before = &site->log->operations[i - 1u];

        if ((STORES >> before->kind & 1u) != 0) {
            return component_of(before) != component_of(here);
        }
    }
    return true;
}

/* What a companion runs cannot stay lost for good: no image that needs it could run again, and that
 * is a broken companion, not an update that stopped on its way. The last variant has one duration.
 */
void rl_components_at(const struct rl_site *site, const struct rl_injection *base,
                      rl_variant_visit *visit, void *user)
{
    bool refresh = site->log->operations[site->index].kind == RL_KIND_REFRESH;

    if (!is_boundary(site) || (refresh && base->lasts == RL_LASTS_GOOD)) {
        return;
    }
    rl_visit_variant(base, LOST, 0, visit, user);
    if (base->lasts == RL_LASTS_RESET && base->shows == RL_SHOWS_SILENT) {
        rl_visit_variant(base, ENDS, 0, visit, user);
    }
}

/* Nothing tells of it: whoever looks at the place meets it. */
static void blame(struct rl_armed *armed, struct rl_board *board,
                  const struct rl_operation *operation)
{
    if (operation->kind != RL_KIND_REFRESH) {
        rl_blame(armed, board, operation->address, operation->size);
        return;
    }
    for (uint32_t done = 0; done < operation->size; done += RL_PAGE) {
        board->causes[RL_MEMORY][(operation->address + done) / RL_PAGE] = (uint8_t)armed->number;
    }
    board->damaged = true;
}

void rl_component_before(struct rl_armed *armed, struct rl_board *board,
                         const struct rl_operation *operation, struct rl_effect *effect)
{
    if ((STORES >> operation->kind & 1u) == 0 ||
        (armed->fired && component_of(operation) != component_of(&armed->first))) {
        return;
    }
    effect->deed = RL_DEED_NOTHING;
    effect->cause = armed->number;
    if (armed->what.a == ENDS) {
        effect->escape = RL_ESCAPE_RESET;
        armed->over = true;
    } else {
        effect->answers = true;
        effect->result = armed->what.shows == RL_SHOWS_STATUS ? RELIGHT_IO : RELIGHT_OK;
    }
    rl_armed_hit(armed, operation, armed->what.a == ENDS || armed->what.shows == RL_SHOWS_STATUS);
    if (armed->what.a == LOST && armed->what.shows == RL_SHOWS_SILENT) {
        blame(armed, board, operation);
    }
}

void rl_component_tell(const struct rl_injection *injection, const struct rl_operation *first,
                       char *text, size_t size)
{
    (void)snprintf(text, size, "%s %s",
                   injection->a == ENDS ? "the device is reset before anything is stored to"
                                        : "nothing is stored any more to",
                   rl_region_name(component_of(first)));
}
