/* Reading flash, and what the CPU makes of it: what comes back other than what is there. What
 * changes in the flash itself is in inject_rot.c. */
#include "faults/inject_read.h"

#include <stdio.h>

uint64_t rl_read_mix(uint64_t a, uint64_t b)
{
    uint64_t mixed = (a ^ b * 0x9E3779B97F4A7C15u) + 0xD6E8FEB86659FD93u;

    mixed = (mixed ^ mixed >> 32u) * 0xD6E8FEB86659FD93u;
    mixed = (mixed ^ mixed >> 29u) * 0xA0761D6478BD642Fu;
    return mixed ^ mixed >> 32u;
}

bool rl_reads_sector(const struct rl_operation *operation, uint32_t sector_size, uint32_t address)
{
    uint32_t first = operation->address / sector_size;
    uint32_t last =
        (operation->address + (operation->size > 0 ? operation->size - 1u : 0)) / sector_size;

    return (RL_READ_KINDS >> operation->kind & 1u) != 0 &&
           (RL_FLASH_REGIONS >> operation->region & 1u) != 0 && first <= address / sector_size &&
           last >= address / sector_size;
}

static bool is_check(const struct rl_operation *operation)
{
    return operation->kind != RL_KIND_READ && operation->kind != RL_KIND_COPY;
}

/* ---- transient-read: an error status; a 1: of the ECC ---- */

static void transient_variants(const struct rl_site *site, const struct rl_injection *base,
                               rl_variant_visit *visit, void *user)
{
    (void)site;
    rl_visit_variants(base, 2, visit, user);
}

static void transient_before(struct rl_armed *armed, struct rl_board *board,
                             const struct rl_operation *operation, struct rl_effect *effect)
{
    if (rl_armed_is_like(armed, board, operation)) {
        rl_armed_fail(armed, operation, effect, armed->what.a == 0 ? RELIGHT_IO : RELIGHT_ECC);
    }
}

static void transient_tell(const struct rl_injection *injection, const struct rl_operation *first,
                           char *text, size_t size)
{
    (void)first;
    (void)snprintf(text, size, "%s", injection->a == 0 ? "an I/O error" : "an ECC error");
}

/* ---- unstable-read: good status, one bit wrong, another each time; a: seed ---- */

static void unstable_variants(const struct rl_site *site, const struct rl_injection *base,
                              rl_variant_visit *visit, void *user)
{
    (void)site;
    rl_visit_variants(base, 2, visit, user);
}

/* What the first page of a read holds; blank for a copy, whose address is where it goes. */
static rl_slot shown(const struct rl_board *board, const struct rl_operation *operation)
{
    int plane = rl_region_is_in(operation->region, RL_FLASH) ? RL_PLANE_FLASH : RL_PLANE_CPU;
    uint32_t page = operation->address / RL_PAGE;

    return operation->kind == RL_KIND_COPY || page >= board->planes[plane].count
               ? RL_SLOT_BLANK
               : board->planes[plane].slots[page];
}

static void unstable_before(struct rl_armed *armed, struct rl_board *board,
                            const struct rl_operation *operation, struct rl_effect *effect)
{
    rl_slot slot;
    uint64_t draw;

    if (!rl_armed_is_like(armed, board, operation)) {
        return;
    }
    slot = shown(board, operation);
    draw = rl_read_mix(rl_pages_fingerprint(rl_slot_data(slot)).low,
                       operation->address + armed->what.a * 0x10001u);
    draw = rl_read_mix(draw, armed->hits);
    if (is_check(operation)) {
        effect->denies = true;
    } else {
        effect->flip_at = (uint32_t)(draw % operation->size);
        effect->flip_bits = (uint8_t)(1u << (draw >> 32u) % 8u);
    }
    effect->cause = armed->number;
    rl_armed_hit(armed, operation, true);
}

/* ---- short-read: the first part only, the rest of the buffer as before; a: how much ---- */

static void short_before(struct rl_armed *armed, struct rl_board *board,
                         const struct rl_operation *operation, struct rl_effect *effect)
{
    uint32_t parts[] = {0, operation->size / 2u, operation->size - 1u};

    if (!rl_armed_is_like(armed, board, operation)) {
        return;
    }
    effect->deed = RL_DEED_PART;
    effect->part = parts[armed->what.a % 3u];
    effect->cause = armed->number;
    rl_armed_hit(armed, operation, true);
}

static void short_variants(const struct rl_site *site, const struct rl_injection *base,
                           rl_variant_visit *visit, void *user)
{
    (void)site;
    rl_visit_variants(base, 3, visit, user);
}

static void short_tell(const struct rl_injection *injection, const struct rl_operation *first,
                       char *text, size_t size)
{
    uint32_t parts[] = {0, first->size / 2u, first->size - 1u};

    (void)snprintf(text, size, "%u of %u bytes", parts[injection->a % 3u], first->size);
}

/* ---- misdirected-read: another address answers; a: which address line is wrong ---- */

/* The address that answers: the next page, the next sector, or the twin of the region. */
static uint32_t misdirected(const struct relight_geometry *geometry, uint32_t which,
                            const struct rl_operation *operation)
{
    const uint8_t twins[][2] = {{RL_REGION_BANK_A, RL_REGION_BANK_B},
                                {RL_REGION_RECORD_A, RL_REGION_RECORD_B},
                                {RL_REGION_DATA_A, RL_REGION_DATA_B}};

    if (which == 0) {
        return operation->address ^ RL_PAGE;
    }
    if (which == 1u) {
        return operation->address ^ geometry->sector_size;
    }
    for (unsigned i = 0; i < sizeof twins / sizeof twins[0]; i++) {
        for (unsigned side = 0; side < 2u; side++) {
            if (operation->region == twins[i][side]) {
                return operation->address - rl_region_address(geometry, twins[i][side]) +
                       rl_region_address(geometry, twins[i][1u - side]);
            }
        }
    }
    return operation->address;
}

static void misdirected_variants(const struct rl_site *site, const struct rl_injection *base,
                                 rl_variant_visit *visit, void *user)
{
    const struct relight_geometry *geometry = &site->device->geometry;
    const struct rl_operation *operation = &site->log->operations[site->index];

    for (uint32_t a = 0; a < 3u; a++) {
        uint32_t address = misdirected(geometry, a, operation);

        if (address != operation->address && operation->size <= geometry->flash_size &&
            address <= geometry->flash_size - operation->size) {
            rl_visit_variant(base, a, 0, visit, user);
        }
    }
}

static void misdirected_before(struct rl_armed *armed, struct rl_board *board,
                               const struct rl_operation *operation, struct rl_effect *effect)
{
    if (!rl_armed_is_like(armed, board, operation)) {
        return;
    }
    effect->deed = RL_DEED_ELSEWHERE;
    effect->address = misdirected(&board->device.geometry, armed->what.a, operation);
    effect->cause = armed->number;
    rl_armed_hit(armed, operation, true);
}

static void misdirected_tell(const struct rl_injection *injection, const struct rl_operation *first,
                             char *text, size_t size)
{
    static const char *const who[] = {"the neighbouring page", "the neighbouring sector",
                                      "the other place of its kind"};

    (void)first;
    (void)snprintf(text, size, "%s answers", who[injection->a % 3u]);
}

/* ---- erased-read-fault: a 0: an ECC error; 1: one bit is "corrected" ---- */

/* The first erased word of what is read, from its first byte on; `size` when there is none. */
static uint32_t first_erased(const struct rl_board *board, const struct rl_operation *operation)
{
    for (uint32_t at = 0; at < operation->size && rl_region_is_in(operation->region, RL_FLASH);
         at++) {
        uint32_t address = operation->address + at;
        rl_slot slot = board->planes[RL_PLANE_FLASH].slots[address / RL_PAGE];

        if ((rl_slot_marks_of(slot).programmed >> (address % RL_PAGE / RL_WORD) & 1u) == 0) {
            return at;
        }
    }
    return operation->size;
}

static void erased_before(struct rl_armed *armed, struct rl_board *board,
                          const struct rl_operation *operation, struct rl_effect *effect)
{
    uint32_t at;

    if (!rl_armed_is_like(armed, board, operation)) {
        return;
    }
    at = first_erased(board, operation);
    if (at == operation->size) {
        armed->over |= !armed->fired;
        return;
    }
    if (armed->what.shows == RL_SHOWS_TRAP) {
        effect->escape = RL_ESCAPE_TRAP;
        rl_armed_fail(armed, operation, effect, RELIGHT_ECC);
        return;
    }
    if (armed->what.a == 0) {
        rl_armed_fail(armed, operation, effect, RELIGHT_ECC);
        return;
    }
    if (is_check(operation)) {
        effect->denies = true;
    } else {
        effect->flip_at = at;
        effect->flip_bits = 1u << 4u;
    }
    effect->cause = armed->number;
    rl_armed_hit(armed, operation, true);
}

static void erased_variants(const struct rl_site *site, const struct rl_injection *base,
                            rl_variant_visit *visit, void *user)
{
    (void)site;
    rl_visit_variants(base, base->shows == RL_SHOWS_STATUS ? 2u : 1u, visit, user);
}

static void erased_tell(const struct rl_injection *injection, const struct rl_operation *first,
                        char *text, size_t size)
{
    (void)first;
    (void)snprintf(text, size, "%s",
                   injection->a == 0 ? "an ECC error" : "\"corrected\" into what is not erased");
}

/* ---- read-while-write: a 0: an error; 1: the status instead of the content ---- */

/* Right behind a program or an erase, which is still going on inside the device. */
static void busy_variants(const struct rl_site *site, const struct rl_injection *base,
                          rl_variant_visit *visit, void *user)
{
    if (site->index > 0 && rl_is_write(&site->log->operations[site->index - 1u])) {
        rl_visit_variants(base, 2, visit, user);
    }
}

static void busy_before(struct rl_armed *armed, struct rl_board *board,
                        const struct rl_operation *operation, struct rl_effect *effect)
{
    if (!rl_armed_is_like(armed, board, operation)) {
        return;
    }
    if (armed->what.a == 0) {
        rl_armed_fail(armed, operation, effect, RELIGHT_IO);
        return;
    }
    if (is_check(operation)) {
        effect->denies = true;
    } else {
        effect->flip_bits = (armed->hits & 1u) == 0 ? 0xC0u : 0x80u; /* DQ7, and DQ6 that toggles */
    }
    effect->cause = armed->number;
    rl_armed_hit(armed, operation, true);
}

static void busy_tell(const struct rl_injection *injection, const struct rl_operation *first,
                      char *text, size_t size)
{
    (void)first;
    (void)snprintf(text, size, "%s", injection->a == 0 ? "an error" : "status bits");
}

#define SHORTLY (LASTS(RL_LASTS_ONCE) | LASTS(RL_LASTS_TIMES))

static const struct rl_injector rows[] = {
    {
        .fault_class = RL_CLASS_TRANSIENT_READ,
        .kinds = RL_READ_KINDS,
        .regions = RL_FLASH_REGIONS,
        .lasts = SHORTLY,
        .shows = SHOWS(RL_SHOWS_STATUS),
        .variants = transient_variants,
        .before = transient_before,
        .tell = transient_tell,
    },
    {
        .fault_class = RL_CLASS_UNSTABLE_READ,
        .kinds = RL_READ_KINDS | 1u << RL_KIND_COPY,
        .lasts = SHORTLY,
        .shows = SHOWS(RL_SHOWS_SILENT),
        .variants = unstable_variants,
        .before = unstable_before,
    },
    {
        .fault_class = RL_CLASS_SHORT_READ,
        .kinds = 1u << RL_KIND_READ,
        .regions = RL_FLASH_REGIONS,
        .lasts = SHORTLY,
        .shows = SHOWS(RL_SHOWS_SILENT),
        .variants = short_variants,
        .before = short_before,
        .tell = short_tell,
    },
    {
        .fault_class = RL_CLASS_MISDIRECTED_READ,
        .kinds = RL_READ_KINDS,
        .regions = RL_FLASH_REGIONS,
        .lasts = LASTS(RL_LASTS_ONCE),
        .shows = SHOWS(RL_SHOWS_SILENT),
        .variants = misdirected_variants,
        .before = misdirected_before,
        .tell = misdirected_tell,
    },
    {
        .fault_class = RL_CLASS_ERASED_READ_FAULT,
        .kinds = 1u << RL_KIND_READ | 1u << RL_KIND_BLANK,
        .regions = RL_FLASH_REGIONS,
        .lasts = SHORTLY | LASTS(RL_LASTS_RESET),
        .shows = SHOWS(RL_SHOWS_STATUS) | SHOWS(RL_SHOWS_TRAP),
        .variants = erased_variants,
        .before = erased_before,
        .tell = erased_tell,
    },
    {
        .fault_class = RL_CLASS_READ_WHILE_WRITE,
        .kinds = RL_READ_KINDS,
        .regions = RL_FLASH_REGIONS,
        .lasts = SHORTLY,
        .shows = SHOWS(RL_SHOWS_STATUS),
        .variants = busy_variants,
        .before = busy_before,
        .tell = busy_tell,
    },
    {
        .fault_class = RL_CLASS_BIT_ROT,
        .kinds = RL_READ_KINDS | 1u << RL_KIND_COPY,
        .lasts = LASTS(RL_LASTS_ONCE),
        .shows = SHOWS(RL_SHOWS_SILENT),
        .variants = rl_rot_variants,
        .before = rl_rot_before,
        .tell = rl_rot_tell,
    },
    {
        .fault_class = RL_CLASS_READ_DISTURB,
        .kinds = RL_READ_KINDS,
        .regions = RL_FLASH_REGIONS,
        .lasts = LASTS(RL_LASTS_ONCE),
        .shows = SHOWS(RL_SHOWS_LATE),
        .variants = rl_read_disturb_variants,
        .before = rl_read_disturb_before,
        .tell = rl_read_disturb_tell,
    },
    {
        .fault_class = RL_CLASS_RETENTION,
        .kinds = RL_READ_KINDS,
        .regions = RL_FLASH_REGIONS,
        .lasts = LASTS(RL_LASTS_ONCE),
        .shows = SHOWS(RL_SHOWS_SILENT),
        .variants = rl_retention_variants,
        .before = rl_retention_before,
        .tell = rl_retention_tell,
    },
    {
        .fault_class = RL_CLASS_CHECK_USE_SWAP,
        .kinds = (1u << RL_KIND_SPOIL) - 1u,
        .lasts = LASTS(RL_LASTS_ONCE),
        .shows = SHOWS(RL_SHOWS_SILENT),
        .variants = rl_swap_variants,
        .after = rl_swap_after,
        .tell = rl_swap_tell,
    },
    {
        .fault_class = RL_CLASS_INSTRUCTION_SKIP,
        .kinds = RL_READ_KINDS | 1u << RL_KIND_SIGNATURE | 1u << RL_KIND_WRITE |
                 1u << RL_KIND_COPY | 1u << RL_KIND_FILL | 1u << RL_KIND_PROGRAM |
                 1u << RL_KIND_ERASE,
        .lasts = LASTS(RL_LASTS_ONCE),
        .shows = SHOWS(RL_SHOWS_SILENT),
        .variants = rl_skip_variants,
        .before = rl_skip_before,
        .tell = rl_skip_tell,
    },
};
const struct rl_injector_family rl_injectors_read = {rows, sizeof rows / sizeof rows[0]};
