/* Bits that flip in local memory: in a word that the operation is about to read. A word that the
 * data cache holds changed is left alone: what lies behind it is never read. */
#include <stdio.h>

#include "board/ecc.h"
#include "faults/inject_ecc.h"
#include "oracles/oracles.h"

#define PLACES (1u << RL_REGION_RESIDENT | 1u << RL_REGION_STAGING | 1u << RL_REGION_HANDOVER)

/* b, where the fault is not silent; where it is, the data bit that comes back wrong. */
enum { ONE_BIT = 0, TWO_BITS };

/* Variants b from `first` on below `end`, `step` apart. */
static void visit_words(const struct rl_site *site, const struct rl_injection *base, uint32_t first,
                        uint32_t end, uint32_t step, rl_variant_visit *visit, void *user)
{
    struct rl_range range;
    bool each = rl_reads_first(site);
    uint32_t words;

    if (!rl_reads_of(site->device, &site->log->operations[site->index], RL_MEMORY, &range) ||
        (PLACES >> rl_region_of(&site->device->geometry, RL_MEMORY, range.address) & 1u) == 0) {
        return;
    }
    words = (range.size + RL_WORD - 1u) / RL_WORD;
    for (uint32_t i = 0; i < rl_units_sampled(words, each); i++) {
        for (uint32_t b = first; b < end; b += step) {
            rl_visit_variant(base, rl_unit_at(words, each, i), b, visit, user);
        }
    }
}

void rl_memory_flip_variants(const struct rl_site *site, const struct rl_injection *base,
                             rl_variant_visit *visit, void *user)
{
    const struct rl_operation *operation = &site->log->operations[site->index];
    bool each = rl_reads_first(site);

    if (base->shows != RL_SHOWS_SILENT) {
        visit_words(site, base, ONE_BIT, TWO_BITS + 1u, 1u, visit, user);
    } else {
        /* Staging is read by the code that reads the resident place: a bit of each byte there. */
        visit_words(site, base, 0, each ? RL_WORD * 8u : 1u,
                    operation->region == RL_REGION_STAGING ? 8u : 1u, visit, user);
    }
}

void rl_memory_trap_variants(const struct rl_site *site, const struct rl_injection *base,
                             rl_variant_visit *visit, void *user)
{
    if (site->device->memory_traps) {
        visit_words(site, base, TWO_BITS, TWO_BITS + 1u, 1u, visit, user);
    }
}

/* The bits that flip; returns how many. */
static uint32_t flips_of(const struct rl_injection *injection, uint32_t flips[3])
{
    if (injection->shows == RL_SHOWS_SILENT) {
        rl_ecc_silent_triple(RL_WORD, injection->b, flips);
        return 3u;
    }
    flips[0] = injection->a % (RL_WORD * 8u);
    flips[1] = flips[0] + 1u;
    return injection->b == TWO_BITS ? 2u : 1u;
}

/* Code that is checked before it runs may go wrong between the two, and an image that runs at any
 * time. What the engine makes of it is judged from the next reset on, when it has to find out. */
static void excuse(struct rl_board *board, const struct rl_operation *operation, unsigned region)
{
    if (region == RL_REGION_RESIDENT || operation->kind == RL_KIND_EXECUTE) {
        board->excused |=
            1u << RL_PROPERTY_WHOLE | 1u << RL_PROPERTY_AUTHENTIC | 1u << RL_PROPERTY_KEY_SOUND;
        board->resident_hurt |= region == RL_REGION_RESIDENT;
    }
}

void rl_memory_flip_before(struct rl_armed *armed, struct rl_board *board,
                           const struct rl_operation *operation, struct rl_effect *effect)
{
    uint32_t flips[3];
    uint32_t count = flips_of(&armed->what, flips);
    struct rl_range range;
    uint32_t page, word;
    unsigned region;
    rl_slot slot, after;

    (void)effect;
    if (armed->fired || !rl_reads_of(&board->device, operation, RL_MEMORY, &range)) {
        return;
    }
    word = range.address / RL_WORD + armed->what.a;
    page = word / RL_PAGE_WORDS;
    word %= RL_PAGE_WORDS;
    region = rl_region_of(&board->device.geometry, RL_MEMORY, page * RL_PAGE);
    slot = board->planes[RL_PLANE_CPU].slots[page];
    after = rl_slot_flip(slot, word, 1u, flips, count);
    armed->over = true;
    if ((board->cache.dirty[page] >> word & 1u) != 0 || after == slot) {
        return;
    }
    rl_board_damage(board, RL_MEMORY, page, 1u << word, after, armed->number);
    rl_armed_hit(armed, operation, false);
    if (count > 1u) {
        excuse(board, operation, region);
    }
    /* An image that runs with an error in it is no base for an update, until it is read anew. */
    armed->over = count == 1u || region != RL_REGION_RESIDENT;
}

void rl_memory_flip_tell(const struct rl_injection *injection, const struct rl_operation *first,
                         char *text, size_t size)
{
    (void)first;
    if (injection->shows == RL_SHOWS_SILENT) {
        (void)snprintf(text, size, "bit %u and others of word %u of what it reads", injection->b,
                       injection->a);
    } else {
        (void)snprintf(text, size, "%s in word %u of what it reads",
                       injection->b == TWO_BITS ? "two bits" : "one bit", injection->a);
    }
}
