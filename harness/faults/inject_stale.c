/* Caches that go on holding what was there before.
 *
 * Of flash: the cache of its interface answers the next read of one page with what the page held
 * before the program or erase. What flash holds is the new content: it is out of sight only while a
 * read goes on, so that nobody else meets the old one.
 * Of instructions: an invalidation does nothing; what was fetched before is executed next. */
#include "faults/inject_write.h"

#include <stdio.h>

/* keep[0]: the page that is stale, and 1; keep[1]: what the cache has of it; keep[2]: what flash
 * has, while a read goes on; keep[3]: 1 while one does. */
enum { STALE_FIRST = 1, STALE_LAST, STALE_CODE };

/* `b` counts pages from the operation's address. */
void rl_stale_variants(const struct rl_site *site, const struct rl_injection *base,
                       rl_variant_visit *visit, void *user)
{
    const struct rl_operation *operation = &site->log->operations[site->index];
    uint32_t first = 0;
    uint32_t last = 0;

    if (operation->kind == RL_KIND_INVALIDATE) {
        rl_visit_variant(base, STALE_CODE, 0, visit, user);
    } else if (rl_changed_page(site, false, &first) && rl_changed_page(site, true, &last)) {
        uint32_t page = operation->address / RL_PAGE;

        rl_visit_variant(base, STALE_FIRST, first - page, visit, user);
        if (last != first) {
            rl_visit_variant(base, STALE_LAST, last - page, visit, user);
        }
    }
}

static bool touches(const struct rl_operation *a, uint32_t address, uint32_t size)
{
    return a->address < address + size && address < a->address + a->size;
}

/* Code that was fetched from the range stays in the instruction cache. */
static void keep_code(struct rl_armed *armed, struct rl_board *board,
                      const struct rl_operation *operation, struct rl_effect *effect)
{
    bool any = false;

    for (uint32_t page = operation->address / RL_PAGE;
         page <= (operation->address + operation->size - 1u) / RL_PAGE; page++) {
        any = any || rl_bit(board->cache.is_fetched, page);
    }
    armed->over = !any;
    if (any) {
        effect->deed = RL_DEED_NOTHING;
        effect->cause = armed->number;
        armed->fired = true;
        armed->first = *operation;
        armed->hits = 1;
    }
}

/* Until the code is executed, or the next invalidation does its work. */
static void meet_code(struct rl_armed *armed, const struct rl_operation *operation)
{
    if (operation->kind == RL_KIND_EXECUTE &&
        touches(operation, armed->first.address, armed->first.size)) {
        armed->observed = true;
        armed->over = true;
    } else if (operation->kind == RL_KIND_INVALIDATE &&
               touches(operation, armed->first.address, armed->first.size)) {
        armed->over = true;
    }
}

static void show(struct rl_board *board, uint32_t page, rl_slot slot)
{
    rl_plane_set(&board->planes[RL_PLANE_FLASH], page, slot);
}

void rl_stale_before(struct rl_armed *armed, struct rl_board *board,
                     const struct rl_operation *operation, struct rl_effect *effect)
{
    uint32_t page = (uint32_t)armed->keep[0] - 1u;
    bool code = armed->what.a == STALE_CODE;

    if (!armed->fired) {
        if (code) {
            keep_code(armed, board, operation, effect);
        } else {
            page = operation->address / RL_PAGE + armed->what.b;
            armed->keep[0] = page + 1u;
            armed->keep[1] = board->planes[RL_PLANE_FLASH].slots[page];
        }
    } else if (code) {
        meet_code(armed, operation);
    } else if (rl_is_write(operation)) {
        /* A write takes the line out of the cache. */
        armed->over = touches(operation, page * RL_PAGE, RL_PAGE);
    } else {
        armed->keep[2] = board->planes[RL_PLANE_FLASH].slots[page];
        armed->keep[3] = 1;
        board->causes_met &= ~(1u << armed->number);
        show(board, page, armed->keep[1]);
    }
}

void rl_stale_after(struct rl_armed *armed, struct rl_board *board,
                    const struct rl_operation *operation, relight_result result)
{
    uint32_t page = (uint32_t)armed->keep[0] - 1u;

    (void)result;
    if (armed->what.a == STALE_CODE) {
        return;
    }
    if (!armed->fired) {
        armed->fired = true;
        armed->first = *operation;
        armed->hits = 1;
        rl_blame(armed, board, page * RL_PAGE, RL_PAGE);
    } else if (armed->keep[3] != 0) {
        show(board, page, armed->keep[2]);
        armed->keep[3] = 0;
        armed->observed = (board->causes_met >> armed->number & 1u) != 0;
        armed->over = armed->observed; /* the line is read once, and fetched anew */
    }
}

/* Caches are empty after a reset. */
void rl_stale_reset(struct rl_armed *armed, struct rl_board *board, bool cold)
{
    (void)cold;
    if (armed->keep[3] != 0) {
        show(board, (uint32_t)armed->keep[0] - 1u, armed->keep[2]);
        armed->keep[3] = 0;
    }
    armed->over = true;
}

void rl_stale_tell(const struct rl_injection *injection, const struct rl_operation *first,
                   char *text, size_t size)
{
    if (injection->a == STALE_CODE) {
        (void)snprintf(text, size, "the instruction cache keeps what it fetched from there");
    } else {
        (void)snprintf(text, size, "the next read of flash at 0x%x finds what was there before",
                       (first->address / RL_PAGE + injection->b) * RL_PAGE);
    }
}
