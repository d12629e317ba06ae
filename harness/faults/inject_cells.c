/* Cells: programs that harm others, cells that are not as erased as they read, wear. */
#include "faults/inject_write.h"

#include <stdio.h>
#include <string.h>

/* ---- program-disturb: a granule in a neighbouring page of the sector flips in two bits ---- */

enum { PAGE_BEFORE = 1, PAGE_BEHIND };

/* The page that variant `a` disturbs; false where the sector has none. */
static bool neighbour(const struct rl_device *device, uint32_t a, uint32_t address, uint32_t size,
                      uint32_t *page)
{
    uint32_t pages = device->geometry.sector_size / RL_PAGE;
    uint32_t first = address / RL_PAGE;
    uint32_t last = (address + size - 1u) / RL_PAGE;

    *page = a == PAGE_BEFORE ? first - 1u : last + 1u;
    return a == PAGE_BEFORE ? first % pages != 0 : (last + 1u) % pages != 0;
}

void rl_disturb_variants(const struct rl_site *site, const struct rl_injection *base,
                         rl_variant_visit *visit, void *user)
{
    const struct rl_operation *operation = &site->log->operations[site->index];
    uint32_t page;

    for (uint32_t a = PAGE_BEFORE; a <= PAGE_BEHIND; a++) {
        if (neighbour(site->device, a, operation->address, operation->size, &page)) {
            rl_visit_variant(base, a, 0, visit, user);
            rl_visit_variant(base, a, 1, visit, user);
        }
    }
}

/* The first or last word that was programmed; of a page that is erased, of all. */
static uint32_t disturbed_word(rl_slot slot, bool last)
{
    uint32_t words = rl_slot_marks_of(slot).programmed;

    words = words == 0 ? UINT32_MAX : words;
    return last ? 31u - (uint32_t)__builtin_clz(words) : (uint32_t)__builtin_ctz(words);
}

void rl_disturb_after(struct rl_armed *armed, struct rl_board *board,
                      const struct rl_operation *operation, relight_result result)
{
    struct rl_operation hit = *operation; /* damage adds to the log that it is in */
    uint32_t granule = board->device.geometry.granule_size;
    uint32_t page;
    uint32_t at;

    (void)result;
    if (!neighbour(&board->device, armed->what.a, hit.address, hit.size, &page)) {
        return;
    }
    at = disturbed_word(board->planes[RL_PLANE_FLASH].slots[page], armed->what.b != 0) * RL_WORD;
    rl_armed_hit(armed, &hit, false);
    rl_spoil(armed, board, page * RL_PAGE + at - at % granule, granule);
    rl_board_harmed(board, page * RL_PAGE, RL_PAGE);
}

void rl_disturb_tell(const struct rl_injection *injection, const struct rl_operation *first,
                     char *text, size_t size)
{
    (void)first;
    (void)snprintf(text, size, "two bits flip in the %s programmed granule of the page %s it",
                   injection->b != 0 ? "last" : "first",
                   injection->a == PAGE_BEFORE ? "before" : "behind");
}

/* ---- overprogram: the first or last granule of the range is programmed already ---- */

void rl_overprogram_variants(const struct rl_site *site, const struct rl_injection *base,
                             rl_variant_visit *visit, void *user)
{
    const struct rl_operation *operation = &site->log->operations[site->index];

    rl_visit_variant(base, 0, 0, visit, user);
    if (operation->size > site->device->geometry.granule_size) {
        rl_visit_variant(base, 1, 0, visit, user);
    }
}

/* The granule reads zero, with good ECC. */
static void fill_granule(struct rl_armed *armed, struct rl_board *board, uint32_t address)
{
    uint32_t size = board->device.geometry.granule_size;
    uint32_t page = address / RL_PAGE;
    uint32_t at = address % RL_PAGE;
    uint32_t words = rl_words_at(address, size);
    rl_slot slot = board->planes[RL_PLANE_FLASH].slots[page];
    struct rl_marks marks = rl_slot_marks_of(slot);
    uint8_t bytes[RL_PAGE];

    memcpy(bytes, rl_slot_bytes(slot), sizeof bytes);
    memset(bytes + at, 0, size);
    marks.programmed |= words;
    rl_board_damage(board, RL_FLASH, page, words, rl_slot_intern(bytes, marks), armed->number);
    rl_board_harmed(board, address, size);
}

void rl_overprogram_before(struct rl_armed *armed, struct rl_board *board,
                           const struct rl_operation *operation, struct rl_effect *effect)
{
    uint32_t last = operation->size - board->device.geometry.granule_size;

    if (!rl_armed_is_like(armed, board, operation)) {
        return;
    }
    fill_granule(armed, board, operation->address + (armed->what.a != 0 ? last : 0));
    effect->cause = armed->number;
    if (armed->what.shows != RL_SHOWS_SILENT) {
        effect->deed = RL_DEED_NOTHING;
        effect->answers = true;
        effect->result = RELIGHT_IO;
        effect->escape = armed->what.shows == RL_SHOWS_TRAP ? RL_ESCAPE_TRAP : 0;
    }
    rl_armed_hit(armed, operation, armed->what.shows != RL_SHOWS_SILENT);
}

void rl_overprogram_tell(const struct rl_injection *injection, const struct rl_operation *first,
                         char *text, size_t size)
{
    (void)first;
    (void)snprintf(text, size, "its %s granule is programmed already",
                   injection->a != 0 ? "last" : "first");
}

/* ---- double-program-granule: one granule is programmed a second time ---- */

enum { GRANULE_ITS_FIRST = 1, GRANULE_BEFORE, GRANULE_BEHIND };

/* The granule of variant `a`; false where the page has none. */
static bool doubled(const struct rl_device *device, uint32_t a, uint32_t address, uint32_t size,
                    uint32_t *at)
{
    uint32_t granule = device->geometry.granule_size;
    uint32_t end = address + size;

    *at = a == GRANULE_ITS_FIRST ? address : a == GRANULE_BEFORE ? address - granule : end;
    return a == GRANULE_ITS_FIRST ||
           (a == GRANULE_BEFORE ? address % RL_PAGE != 0 : end % RL_PAGE != 0);
}

void rl_double_variants(const struct rl_site *site, const struct rl_injection *base,
                        rl_variant_visit *visit, void *user)
{
    const struct rl_operation *operation = &site->log->operations[site->index];
    uint32_t at;

    for (uint32_t a = GRANULE_ITS_FIRST; a <= GRANULE_BEHIND; a++) {
        if (doubled(site->device, a, operation->address, operation->size, &at)) {
            rl_visit_variant(base, a, 0, visit, user);
        }
    }
}

void rl_double_after(struct rl_armed *armed, struct rl_board *board,
                     const struct rl_operation *operation, relight_result result)
{
    struct rl_operation hit = *operation; /* damage adds to the log that it is in */
    uint32_t granule = board->device.geometry.granule_size;
    uint32_t at;
    uint32_t words;
    rl_slot slot;
    struct rl_marks marks;

    (void)result;
    if (!doubled(&board->device, armed->what.a, hit.address, hit.size, &at)) {
        return;
    }
    rl_armed_hit(armed, &hit, false);
    words = rl_words_at(at, granule);
    slot = board->planes[RL_PLANE_FLASH].slots[at / RL_PAGE];
    marks = rl_slot_marks_of(slot);
    marks.bad |= marks.programmed & words;
    marks.programmed |= words; /* an erased one takes all ones, and check bits with them */
    rl_board_damage(board, RL_FLASH, at / RL_PAGE, words,
                    rl_slot_make(rl_slot_data(slot), rl_pages_marks(marks)), armed->number);
    rl_board_harmed(board, at, granule);
}

void rl_double_tell(const struct rl_injection *injection, const struct rl_operation *first,
                    char *text, size_t size)
{
    static const char *const which[] = {"?", "its first granule is programmed twice",
                                        "the granule before it is programmed once more",
                                        "the granule behind it is programmed too, with all ones"};

    (void)first;
    (void)snprintf(text, size, "%s",
                   which[injection->a <= (uint32_t)GRANULE_BEHIND ? injection->a : 0]);
}

/* ---- worn-out: from this erase on, the sector is at its end ---- */

enum { WORN_FAILS = 1, WORN_FIRST_PAGE, WORN_LAST_PAGE };

void rl_worn_variants(const struct rl_site *site, const struct rl_injection *base,
                      rl_variant_visit *visit, void *user)
{
    (void)site;
    for (uint32_t a = WORN_FAILS; a <= WORN_LAST_PAGE; a++) {
        rl_visit_variant(base, a, 0, visit, user);
    }
}

static bool is_in_worn(const struct rl_armed *armed, const struct rl_board *board,
                       const struct rl_operation *operation)
{
    uint32_t sector = board->device.geometry.sector_size;

    return rl_is_write(operation) && operation->address / sector == armed->first.address / sector;
}

void rl_worn_before(struct rl_armed *armed, struct rl_board *board,
                    const struct rl_operation *operation, struct rl_effect *effect)
{
    if (armed->what.a == WORN_FAILS && is_in_worn(armed, board, operation)) {
        rl_armed_fail(armed, operation, effect, RELIGHT_IO);
    }
}

void rl_worn_after(struct rl_armed *armed, struct rl_board *board,
                   const struct rl_operation *operation, relight_result result)
{
    struct rl_operation hit = *operation; /* damage adds to the log that it is in */
    uint32_t granule = board->device.geometry.granule_size;

    (void)result;
    if (armed->what.a == WORN_FAILS || hit.kind != RL_KIND_ERASE ||
        !is_in_worn(armed, board, &hit)) {
        return;
    }
    rl_armed_hit(armed, &hit, false);
    rl_spoil(armed, board,
             armed->what.a == WORN_FIRST_PAGE ? hit.address : hit.address + hit.size - granule,
             granule);
}

void rl_worn_tell(const struct rl_injection *injection, const struct rl_operation *first,
                  char *text, size_t size)
{
    static const char *const which[] = {
        "?", "erases and programs of the sector fail from now on",
        "bits of the sector's first granule stay as they are, whatever erases it",
        "bits of the sector's last granule stay as they are, whatever erases it"};

    (void)first;
    (void)snprintf(text, size, "%s",
                   which[injection->a <= (uint32_t)WORN_LAST_PAGE ? injection->a : 0]);
}
