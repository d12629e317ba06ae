/* Bits that flip in flash, and what its code makes of them. The place is one that the operation is
 * about to read, so that the engine meets it. Flips in local memory are in inject_memory.c, what an
 * operation reads in inject_codewords.c. */
#include "faults/inject_ecc.h"

#include <stdio.h>

#include "board/ecc.h"
#include "oracles/oracles.h"

#define FLASH_READS                                                                                \
    (KIND(RL_KIND_READ) | KIND(RL_KIND_BLANK) | KIND(RL_KIND_COMPARE) | KIND(RL_KIND_DIGEST) |     \
     KIND(RL_KIND_COPY) | KIND(RL_KIND_REFRESH))

/* Regions that an engine keeps small records in, and so can move. */
#define RECORDS                                                                                    \
    (1u << RL_REGION_RECORD_A | 1u << RL_REGION_RECORD_B | 1u << RL_REGION_JOURNAL |               \
     1u << RL_REGION_DATA_A | 1u << RL_REGION_DATA_B)
#define MOVED  (RECORDS & ~(1u << RL_REGION_JOURNAL)) /* the journal lives as long as an update */
#define BANKS  (1u << RL_REGION_BANK_A | 1u << RL_REGION_BANK_B)
#define PLACES (RECORDS | BANKS | 1u << RL_REGION_PLA_FLASH | 1u << RL_REGION_PHY_FLASH)

static bool in_place(const struct rl_device *device, const struct rl_range *range, uint32_t regions)
{
    return (regions >> rl_region_of(&device->geometry, RL_FLASH, range->address) & 1u) != 0;
}

static uint32_t granules(const struct rl_device *device, const struct rl_range *range)
{
    uint32_t size = device->geometry.granule_size;
    uint32_t end = range->address + range->size;

    return (end + size - 1u) / size - range->address / size;
}

/* Visits `bits` variants b, from `first` on, of each granule that is sampled. */
static void visit_granules(const struct rl_site *site, const struct rl_injection *base,
                           uint32_t regions, uint32_t first, uint32_t bits, rl_variant_visit *visit,
                           void *user)
{
    struct rl_range range;
    bool each = rl_reads_first(site);
    uint32_t count;

    if (!rl_reads_of(site->device, &site->log->operations[site->index], RL_FLASH, &range) ||
        !in_place(site->device, &range, regions)) {
        return;
    }
    count = granules(site->device, &range);
    for (uint32_t i = 0; i < rl_units_sampled(count, each); i++) {
        for (uint32_t b = first; b < first + bits; b++) {
            rl_visit_variant(base, rl_unit_at(count, each, i), b, visit, user);
        }
    }
}

/* The granule that an injection is about. */
struct granule {
    uint32_t page, first, words, mask;
    unsigned region;
    rl_slot slot;
};

static struct granule granule_of(const struct rl_armed *armed, const struct rl_board *board,
                                 const struct rl_operation *operation)
{
    uint32_t size = board->device.geometry.granule_size;
    struct granule granule;
    struct rl_range range;
    uint32_t address;

    (void)rl_reads_of(&board->device, operation, RL_FLASH, &range);
    address = (range.address / size + armed->what.a) * size;
    granule.page = address / RL_PAGE;
    granule.first = address % RL_PAGE / RL_WORD;
    granule.words = size / RL_WORD;
    granule.mask = ((1u << granule.words) - 1u) << granule.first;
    granule.region = rl_region_of(&board->device.geometry, RL_FLASH, address);
    granule.slot = board->planes[RL_PLANE_FLASH].slots[granule.page];
    return granule;
}

static bool is_programmed(const struct granule *granule)
{
    return (rl_slot_marks_of(granule->slot).programmed & granule->mask) == granule->mask;
}

/* The granule becomes this, if that is anything else, and the fault is over: it stays as it is
 * until it is erased. */
static void hit(struct rl_armed *armed, struct rl_board *board,
                const struct rl_operation *operation, const struct granule *granule, rl_slot slot)
{
    armed->over = true;
    if (slot == granule->slot) {
        return;
    }
    rl_board_damage(board, RL_FLASH, granule->page, granule->mask, slot, armed->number);
    rl_armed_hit(armed, operation, false);
    armed->over = true;
}

static void latent_variants(const struct rl_site *site, const struct rl_injection *base,
                            rl_variant_visit *visit, void *user)
{
    visit_granules(site, base, PLACES, 0, 1u, visit, user);
}

static void trap_variants(const struct rl_site *site, const struct rl_injection *base,
                          rl_variant_visit *visit, void *user)
{
    if (site->device->flash_traps) {
        visit_granules(site, base, PLACES, 0, 1u, visit, user);
    }
}

static void latent_before(struct rl_armed *armed, struct rl_board *board,
                          const struct rl_operation *operation, struct rl_effect *effect)
{
    struct granule granule = granule_of(armed, board, operation);
    struct rl_marks marks = rl_slot_marks_of(granule.slot);

    (void)effect;
    marks.bad |= granule.mask;
    marks.programmed |= granule.mask; /* it is not erased any more */
    rl_flash_hurt(board, granule.page * RL_PAGE);
    hit(armed, board, operation, &granule,
        rl_slot_make(rl_slot_data(granule.slot), rl_pages_marks(marks)));
}

static void granule_tell(const struct rl_injection *injection, const struct rl_operation *first,
                         char *text, size_t size)
{
    (void)first;
    (void)snprintf(text, size, "granule %u of what it reads", injection->a);
}

/* Of each granule the same data bit: the decoder corrects every one alike. Only what the engine can
 * move goes on leaking. */
static void correctable_variants(const struct rl_site *site, const struct rl_injection *base,
                                 rl_variant_visit *visit, void *user)
{
    visit_granules(site, base, base->lasts == RL_LASTS_GOOD ? MOVED : PLACES, 0, 1u, visit, user);
}

/* As hit(), and where the place goes on leaking, which one it is. */
static void flip(struct rl_armed *armed, struct rl_board *board,
                 const struct rl_operation *operation, const uint32_t *flips, uint32_t count)
{
    struct granule granule = granule_of(armed, board, operation);

    if (!is_programmed(&granule)) {
        armed->over = true;
        return;
    }
    hit(armed, board, operation, &granule,
        rl_slot_flip(granule.slot, granule.first, granule.words, flips, count));
    if (armed->what.lasts == RL_LASTS_GOOD && armed->fired) {
        armed->over = false;
        armed->keep[0] = granule.page;
        armed->keep[1] = granule.first;
        armed->keep[2] = granule.mask;
    }
}

static void correctable_before(struct rl_armed *armed, struct rl_board *board,
                               const struct rl_operation *operation, struct rl_effect *effect)
{
    uint32_t bit = armed->what.a % (board->device.geometry.granule_size * 8u);

    (void)effect;
    if (!armed->fired) {
        flip(armed, board, operation, &bit, 1u);
    }
}

/* A cell that leaks loses a second bit of its granule, unless that was written anew: not before the
 * engine had a power cycle to do so. */
static void correctable_reset(struct rl_armed *armed, struct rl_board *board, bool cold)
{
    uint32_t page = (uint32_t)armed->keep[0];
    uint32_t first = (uint32_t)armed->keep[1];
    uint32_t words = board->device.geometry.granule_size / RL_WORD;
    rl_slot slot = board->planes[RL_PLANE_FLASH].slots[page];
    uint32_t second = (armed->what.a + 1u) % (words * RL_WORD * 8u);

    (void)cold;
    if (armed->what.lasts != RL_LASTS_GOOD || ++armed->keep[3] < 2u) {
        return;
    }
    armed->over = true;
    if (rl_slot_flawed(slot, (uint32_t)armed->keep[2]) != 0) {
        rl_board_hurt(board, page * RL_PAGE);
        rl_board_damage(board, RL_FLASH, page, (uint32_t)armed->keep[2],
                        rl_slot_flip(slot, first, words, &second, 1u), armed->number);
    }
}

static void flip_tell(const struct rl_injection *injection, const struct rl_operation *first,
                      char *text, size_t size)
{
    (void)first;
    (void)snprintf(text, size, "one bit in granule %u of what it reads%s", injection->a,
                   injection->lasts == RL_LASTS_GOOD
                       ? ", and a second one behind the second reset that finds it there"
                       : "");
}

/* Each check bit alone, from 1 on; then each with the next. Where a place is read again, one of
 * each: they are decoded alike. */
static void bits_variants(const struct rl_site *site, const struct rl_injection *base,
                          rl_variant_visit *visit, void *user)
{
    uint32_t bits = rl_ecc_check_bits(site->device->geometry.granule_size);
    bool each = rl_reads_first(site);

    visit_granules(site, base, PLACES, 1u, each ? bits : 1u, visit, user);
    visit_granules(site, base, PLACES, bits + 1u, each ? bits - 1u : 1u, visit, user);
}

static void bits_before(struct rl_armed *armed, struct rl_board *board,
                        const struct rl_operation *operation, struct rl_effect *effect)
{
    uint32_t size = board->device.geometry.granule_size;
    uint32_t bits = rl_ecc_check_bits(size);
    bool both = armed->what.b > bits;
    uint32_t first = size * 8u + armed->what.b - 1u - (both ? bits : 0);
    struct granule granule = granule_of(armed, board, operation);

    (void)effect;
    if (both && is_programmed(&granule)) {
        rl_flash_hurt(board, granule.page * RL_PAGE);
    }
    flip(armed, board, operation, (uint32_t[]){first, first + 1u}, both ? 2u : 1u);
}

static void bits_tell(const struct rl_injection *injection, const struct rl_operation *first,
                      char *text, size_t size)
{
    (void)first;
    (void)snprintf(text, size, "check bits of granule %u of what it reads, variant %u",
                   injection->a, injection->b);
}

/* Wrong data: each data bit of small records and headers, one of what a digest covers. */
static void miscorrect_variants(const struct rl_site *site, const struct rl_injection *base,
                                rl_variant_visit *visit, void *user)
{
    bool each = rl_reads_first(site);

    visit_granules(site, base, PLACES, 0, each ? site->device->geometry.granule_size * 8u : 1u,
                   visit, user);
}

static void miscorrect_before(struct rl_armed *armed, struct rl_board *board,
                              const struct rl_operation *operation, struct rl_effect *effect)
{
    struct granule granule = granule_of(armed, board, operation);
    uint32_t flips[3];

    (void)effect;
    rl_ecc_silent_triple(board->device.geometry.granule_size, armed->what.b, flips);
    if (is_programmed(&granule)) {
        rl_flash_hurt(board, granule.page * RL_PAGE);
    }
    flip(armed, board, operation, flips, 3u);
}

static void miscorrect_tell(const struct rl_injection *injection, const struct rl_operation *first,
                            char *text, size_t size)
{
    (void)first;
    (void)snprintf(text, size, "bit %u and others of granule %u of what it reads", injection->b,
                   injection->a);
}

static const struct rl_injector rows[] = {
    {
        .fault_class = RL_CLASS_LATENT_ERROR,
        .kinds = FLASH_READS,
        .lasts = LASTS(RL_LASTS_ERASE),
        .shows = SHOWS(RL_SHOWS_STATUS),
        .variants = latent_variants,
        .before = latent_before,
        .tell = granule_tell,
    },
    {
        .fault_class = RL_CLASS_ECC_TRAP,
        .kinds = FLASH_READS,
        .lasts = LASTS(RL_LASTS_ERASE),
        .shows = SHOWS(RL_SHOWS_TRAP),
        .variants = trap_variants,
        .before = latent_before,
        .tell = granule_tell,
    },
    {
        .fault_class = RL_CLASS_ECC_CORRECTABLE,
        .kinds = FLASH_READS & ~KIND(RL_KIND_BLANK),
        .lasts = LASTS(RL_LASTS_ERASE) | LASTS(RL_LASTS_GOOD),
        .lasts_default = LASTS(RL_LASTS_ERASE) | LASTS(RL_LASTS_GOOD),
        .shows = SHOWS(RL_SHOWS_SILENT),
        .variants = correctable_variants,
        .before = correctable_before,
        .reset = correctable_reset,
        .tell = flip_tell,
    },
    {
        .fault_class = RL_CLASS_ECC_BITS,
        .kinds = FLASH_READS & ~KIND(RL_KIND_BLANK),
        .lasts = LASTS(RL_LASTS_ERASE),
        .shows = SHOWS(RL_SHOWS_STATUS),
        .variants = bits_variants,
        .before = bits_before,
        .tell = bits_tell,
    },
    {
        .fault_class = RL_CLASS_ECC_MISCORRECT,
        .kinds = FLASH_READS & ~KIND(RL_KIND_BLANK),
        .lasts = LASTS(RL_LASTS_ERASE),
        .shows = SHOWS(RL_SHOWS_SILENT),
        .variants = miscorrect_variants,
        .before = miscorrect_before,
        .tell = miscorrect_tell,
    },
    {
        .fault_class = RL_CLASS_MEMORY_FLIP,
        .kinds = RL_MEMORY_READS,
        .lasts = LASTS(RL_LASTS_ERASE),
        .shows = SHOWS(RL_SHOWS_STATUS) | SHOWS(RL_SHOWS_SILENT),
        .variants = rl_memory_flip_variants,
        .before = rl_memory_flip_before,
        .tell = rl_memory_flip_tell,
    },
    {
        .fault_class = RL_CLASS_MEMORY_ECC_TRAP,
        .kinds = RL_MEMORY_READS,
        .lasts = LASTS(RL_LASTS_ERASE),
        .shows = SHOWS(RL_SHOWS_TRAP),
        .variants = rl_memory_trap_variants,
        .before = rl_memory_flip_before,
        .tell = rl_memory_flip_tell,
    },
};
const struct rl_injector_family rl_injectors_ecc = {rows, sizeof rows / sizeof rows[0]};
