/* Boot records that do not tell: none reads, two are equally new, or their numbers wrap around.
 * The device is reset at once, so that a boot meets them. */
#include "faults/inject_parts.h"

#include <stdio.h>
#include <string.h>

#include "board/board.h"
#include "faults/stock.h"
#include "images/build.h"
#include "images/record.h"

_Static_assert(RL_RECORD_SLOT == RL_PAGE, "a slot is a page");

#define METADATA 1024u /* of an image: what an identity is of, and a little more */

enum tie {
    TIE_NONE_READS = 0, /* no slot of either sector reads */
    TIE_COPIED,         /* the sector with the newest record stands in the other one, too */
    TIE_BANKS,          /* the newest records of both banks have one number */
    TIE_AT_2_31,        /* the newest one has the last number before 2^31 … */
    TIE_AT_2_32,        /* … or the last of all; those before it follow on each other as ever */
    TIE_COUNT
};

static const char *const tie_texts[TIE_COUNT] = {
    "no boot record reads any more",
    "the newest boot record stands in both sectors",
    "the newest boot records of both banks are equally new",
    "the newest boot record has the last number before 2^31",
    "the newest boot record has the last number of all",
};

/* Both sectors, and the newest record of each bank. */
struct records {
    uint32_t first[2]; /* page of each sector */
    uint32_t count;    /* pages of a sector */
    bool known[2];
    struct rl_record newest[2];
    uint32_t sector[2]; /* where that is */
    uint32_t page[2];
};

static const uint8_t *bytes_at(const struct rl_board *board, uint32_t page)
{
    return rl_slot_bytes(board->planes[RL_PLANE_FLASH].slots[page]);
}

static bool reads(const struct rl_board *board, uint32_t page, struct rl_record *record)
{
    return !rl_slot_is_bad(board->planes[RL_PLANE_FLASH].slots[page]) &&
           rl_record_read(bytes_at(board, page), record);
}

static void find(const struct rl_board *board, struct records *records)
{
    const struct relight_geometry *g = &board->device.geometry;

    memset(records, 0, sizeof *records);
    records->count = g->record[0].size / RL_PAGE;
    for (uint32_t sector = 0; sector < 2u; sector++) {
        records->first[sector] = g->record[sector].address / RL_PAGE;
        for (uint32_t i = 0; i < records->count; i++) {
            uint32_t page = records->first[sector] + i;
            struct rl_record record;

            if (reads(board, page, &record) &&
                (!records->known[record.bank] ||
                 rl_record_is_newer(&record, &records->newest[record.bank]))) {
                records->known[record.bank] = true;
                records->newest[record.bank] = record;
                records->sector[record.bank] = sector;
                records->page[record.bank] = page;
            }
        }
    }
}

/* The bank that the newest record of all names. */
static uint32_t newest_of(const struct records *records)
{
    return !records->known[0] ||
           (records->known[1] && rl_record_is_newer(&records->newest[1], &records->newest[0]));
}

/* Whether what the record names is the old or the new image, or not there any more: any other image
 * that a bank carries may run as well when records do not tell, and nobody could judge that. */
static bool is_known(const struct rl_board *board, const struct rl_record *record)
{
    uint32_t first = board->device.geometry.bank[record->bank].address / RL_PAGE;
    uint8_t metadata[METADATA];
    uint8_t identity[32];

    for (uint32_t i = 0; i < METADATA / RL_PAGE; i++) {
        memcpy(metadata + (size_t)i * RL_PAGE, bytes_at(board, first + i), RL_PAGE);
    }
    rl_image_identity(metadata, identity);
    return memcmp(identity, record->identity, sizeof identity) != 0 ||
           (board->device.stock != NULL && rl_stock_knows(board->device.stock, identity));
}

/* The device's security counter: granules that were programmed, one after the other. */
static uint32_t counted(const struct rl_board *board)
{
    const struct relight_geometry *g = &board->device.geometry;
    uint32_t words = g->granule_size / RL_WORD;
    uint32_t count = 0;

    while (count < g->otp.size / g->granule_size) {
        uint32_t word = g->otp.address / RL_WORD + count * words;
        rl_slot slot = board->planes[RL_PLANE_FLASH].slots[word / RL_PAGE_WORDS];

        if ((rl_slot_marks_of(slot).programmed >> word % RL_PAGE_WORDS & 1u) == 0) {
            break;
        }
        count++;
    }
    return count;
}

/* Whether the tie can be made here, and what comes of it can be judged. */
static bool applies(const struct rl_board *board, const struct records *records, uint32_t tie)
{
    bool any = records->known[0] || records->known[1];
    bool both = records->known[0] && records->known[1];
    bool judged = true;
    bool named = true; /* each record names the old or the new image */

    for (uint32_t bank = 0; bank < 2u; bank++) {
        judged = judged && (!records->known[bank] || is_known(board, &records->newest[bank]));
        named = named && board->device.stock != NULL &&
                rl_stock_knows(board->device.stock, records->newest[bank].identity);
    }
    switch (tie) {
    case TIE_NONE_READS:
        return any && judged;
    case TIE_BANKS:
        return both && named && rl_stock_least_counter(board->device.stock) >= counted(board);
    default:
        return any;
    }
}

/* At the end of each step: records do not change within most, and the device is reset in any case.
 */
void rl_ties_at(const struct rl_site *site, const struct rl_injection *base,
                rl_variant_visit *visit, void *user)
{
    rl_visit_variants(base, site->ends_step ? TIE_COUNT : 0, visit, user);
}

static void damage(struct rl_armed *armed, struct rl_board *board, uint32_t page, rl_slot slot)
{
    rl_board_damage(board, RL_FLASH, page, UINT32_MAX, slot, armed->number);
    armed->fired = true;
}

static void spoil_all(struct rl_armed *armed, struct rl_board *board, const struct records *records)
{
    for (uint32_t i = 0; i < 2u * records->count; i++) {
        uint32_t page = records->first[i / records->count] + i % records->count;
        rl_slot slot = board->planes[RL_PLANE_FLASH].slots[page];
        struct rl_marks marks = rl_slot_marks_of(slot);

        if (marks.programmed != 0) {
            marks.bad |= marks.programmed;
            damage(armed, board, page, rl_slot_intern(rl_slot_bytes(slot), marks));
        }
    }
}

static void copy_sector(struct rl_armed *armed, struct rl_board *board,
                        const struct records *records)
{
    uint32_t from = records->first[records->sector[newest_of(records)]];
    uint32_t to = records->first[1u - records->sector[newest_of(records)]];

    for (uint32_t i = 0; i < records->count; i++) {
        damage(armed, board, to + i, board->planes[RL_PLANE_FLASH].slots[from + i]);
    }
}

static void renumber(struct rl_armed *armed, struct rl_board *board, uint32_t page, uint32_t number)
{
    rl_slot slot = board->planes[RL_PLANE_FLASH].slots[page];
    uint8_t bytes[RL_PAGE];

    memcpy(bytes, rl_slot_bytes(slot), sizeof bytes);
    rl_record_renumber(bytes, number);
    damage(armed, board, page, rl_slot_intern(bytes, rl_slot_marks_of(slot)));
}

/* All records move by as much as the newest does. */
static void renumber_all(struct rl_armed *armed, struct rl_board *board,
                         const struct records *records, uint32_t newest)
{
    uint32_t by = newest - records->newest[newest_of(records)].sequence;

    for (uint32_t i = 0; i < 2u * records->count; i++) {
        uint32_t page = records->first[i / records->count] + i % records->count;
        struct rl_record record;

        if (reads(board, page, &record)) {
            renumber(armed, board, page, record.sequence + by);
        }
    }
}

void rl_tie_before(struct rl_armed *armed, struct rl_board *board,
                   const struct rl_operation *operation, struct rl_effect *effect)
{
    struct records records;

    (void)operation;
    find(board, &records);
    /* Where there is nothing to do no reset comes, either. */
    if (!armed->fired && applies(board, &records, armed->what.a)) {
        armed->keep[0] = 1;
        effect->escape = RL_ESCAPE_RESET;
    }
}

void rl_tie_after(struct rl_armed *armed, struct rl_board *board,
                  const struct rl_operation *operation, relight_result result)
{
    struct records records;
    uint32_t newest;

    (void)result;
    armed->over = true;
    if (armed->keep[0] == 0) {
        return;
    }
    armed->first = *operation;
    armed->hits = 1;
    find(board, &records);
    newest = newest_of(&records);
    if (armed->what.a == TIE_NONE_READS || armed->what.a == TIE_BANKS) {
        rl_data_hurt(board); /* which area holds it is in the newest record alone */
    }
    if (armed->what.a == TIE_NONE_READS) {
        spoil_all(armed, board, &records);
    } else if (armed->what.a == TIE_COPIED) {
        copy_sector(armed, board, &records);
    } else if (armed->what.a == TIE_BANKS) {
        renumber(armed, board, records.page[1u - newest], records.newest[newest].sequence);
    } else {
        renumber_all(armed, board, &records,
                     armed->what.a == TIE_AT_2_31 ? UINT32_C(0x7FFFFFFF) : UINT32_MAX);
    }
}

void rl_tie_tell(const struct rl_injection *injection, const struct rl_operation *first, char *text,
                 size_t size)
{
    (void)first;
    (void)snprintf(text, size, "%s, and the device is reset",
                   injection->a < TIE_COUNT ? tie_texts[injection->a] : "?");
}
