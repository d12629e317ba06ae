/* What the CPU makes of what it reads: content that changes between check and use, and port
 * operations that are skipped or whose status is misread. */
#include "faults/inject_read.h"

#include <stdio.h>
#include <string.h>

/* ---- check-use-swap: between two steps, a byte of what was loaded or programmed changes ---- */

/* What changes: `a`; page `b` of it. */
enum target { IN_STAGING, IN_BANK };

/* Pages that were received into staging, or programmed into the bank that is being written, so far;
 * *first is the first of them in its device. */
static uint32_t filled(const struct rl_site *site, enum target target, uint32_t *first)
{
    const struct relight_geometry *geometry = &site->device->geometry;
    const struct rl_operation *operations = site->log->operations;
    uint32_t end = 0;

    for (size_t i = 0; i <= site->index; i++) {
        const struct rl_operation *operation = &operations[i];
        bool is_bank =
            operation->region == RL_REGION_BANK_A || operation->region == RL_REGION_BANK_B;

        if (target == IN_STAGING
                ? operation->kind == RL_KIND_RECEIVE && operation->region == RL_REGION_STAGING
                : operation->kind == RL_KIND_PROGRAM && is_bank) {
            uint32_t base = rl_region_address(geometry, operation->region);
            uint32_t pages = (operation->address + operation->size - base) / RL_PAGE;

            *first = base / RL_PAGE;
            end = pages > end ? pages : end;
        }
    }
    return end;
}

/* An interrupt is taken at once: nothing comes between. */
void rl_swap_variants(const struct rl_site *site, const struct rl_injection *base,
                      rl_variant_visit *visit, void *user)
{
    const struct rl_operation *operation = &site->log->operations[site->index];

    for (uint32_t a = IN_STAGING;
         a <= IN_BANK && site->ends_step && operation->kind != RL_KIND_INTERRUPT; a++) {
        uint32_t first = 0;
        uint32_t pages = filled(site, (enum target)a, &first);
        uint32_t chosen[] = {0, pages / 3u, pages > 0 ? pages - 1u : 0};

        for (uint32_t i = 0; i < 3u && pages > 0 && (i == 0 || chosen[i] != chosen[i - 1u]); i++) {
            rl_visit_variant(base, a, first + chosen[i], visit, user);
        }
    }
}

static rl_slot with_a_wrong_byte(rl_slot slot)
{
    uint8_t content[RL_PAGE];

    memcpy(content, rl_slot_bytes(slot), RL_PAGE);
    content[RL_PAGE / 2u] ^= 0xFFu;
    return rl_slot_intern(content, rl_slot_marks_of(slot));
}

void rl_swap_after(struct rl_armed *armed, struct rl_board *board,
                   const struct rl_operation *operation, relight_result result)
{
    uint32_t page = armed->what.b;
    uint32_t word = 1u << RL_PAGE / 2u / RL_WORD;
    int plane = armed->what.a == IN_BANK ? RL_PLANE_FLASH : RL_PLANE_CPU;
    rl_slot slot;

    (void)result;
    armed->over = true;
    if (page >= board->planes[plane].count || !board->processing) {
        return;
    }
    slot = with_a_wrong_byte(board->planes[plane].slots[page]);
    if (plane == RL_PLANE_FLASH) {
        rl_board_damage(board, RL_FLASH, page, word, slot, armed->number);
    } else {
        rl_board_damage_cached(board, page, word, slot, armed->number);
    }
    rl_armed_hit(armed, operation, false);
}

void rl_swap_tell(const struct rl_injection *injection, const struct rl_operation *first,
                  char *text, size_t size)
{
    (void)first;
    (void)snprintf(text, size, "page 0x%X of %s changes behind it", injection->b,
                   injection->a == IN_BANK ? "flash" : "memory");
}

/* ---- instruction-skip ---- */

/* What becomes of the operation: `a`. */
enum skip { SKIPPED, STATUS_INVERTED, ANSWER_INVERTED };

static bool has_answer(const struct rl_operation *operation)
{
    return operation->kind == RL_KIND_BLANK || operation->kind == RL_KIND_COMPARE ||
           operation->kind == RL_KIND_DIGEST || operation->kind == RL_KIND_SIGNATURE;
}

void rl_skip_variants(const struct rl_site *site, const struct rl_injection *base,
                      rl_variant_visit *visit, void *user)
{
    const struct rl_operation *operation = &site->log->operations[site->index];

    rl_visit_variants(base, (has_answer(operation) ? ANSWER_INVERTED : STATUS_INVERTED) + 1u, visit,
                      user);
}

void rl_skip_before(struct rl_armed *armed, struct rl_board *board,
                    const struct rl_operation *operation, struct rl_effect *effect)
{
    (void)board;
    if (armed->what.a == SKIPPED) {
        effect->deed = RL_DEED_NOTHING;
    } else if (armed->what.a == STATUS_INVERTED) {
        effect->answers = true;
        effect->result = RELIGHT_IO;
    } else {
        effect->flip_bits = 1u;
    }
    effect->cause = armed->number;
    rl_armed_hit(armed, operation, true);
}

void rl_skip_tell(const struct rl_injection *injection, const struct rl_operation *first,
                  char *text, size_t size)
{
    static const char *const what[] = {"it is skipped", "done, and its status is read inverted",
                                       "done, and its answer is read inverted"};

    (void)first;
    (void)snprintf(text, size, "%s", what[injection->a % 3u]);
}
