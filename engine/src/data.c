#include "data.h"

#include "confirm.h"
#include "encoding.h"
#include "guard.h"
#include "layout.h"
#include "mem.h"
#include "steady.h"

#define MAGIC       0x41544144u /* "DATA" */
#define VERSION     1u
#define COMMIT_WORD 0x4C414553u /* "SEAL" */

enum {
    AT_MAGIC = 0x00,
    AT_VERSION = 0x04,
    AT_FORMAT = 0x08,
    AT_SEQUENCE = 0x0C,
    AT_COUNT = 0x10, /* entries that were there before the seal */
    SEAL = 0x40,
    AT_COMMIT = 0x40,
    AT_CRC = 0x44,
    HEADER_SIZE = 0x60
};
#define BODY_SIZE ((uint32_t)SEAL)
#define SEAL_SIZE ((uint32_t)HEADER_SIZE - BODY_SIZE)

/* In an entry. */
enum {
    E_ITEM = 0x00,
    E_LOW = 0x04,
    E_HIGH = 0x08,
    E_SEQUENCE = 0x0C,
    E_CRC = 0x1C,
    ENTRY_SIZE = 0x20
};
#define UNIT_ENTRIES (FL_BULK / (uint32_t)ENTRY_SIZE)

_Static_assert(BODY_SIZE <= FL_CONFIRM_MAX, "a body is programmed and confirmed at once");
_Static_assert(SEAL % 32 == 0 && HEADER_SIZE % 32 == 0 && ENTRY_SIZE % 32 == 0,
               "parts start on granules of any size");
_Static_assert(HEADER_SIZE <= FL_BULK, "the header is in a unit of its own");
_Static_assert(FL_BULK % ENTRY_SIZE == 0 && FL_DATA_ENTRIES % UNIT_ENTRIES == 0,
               "units hold whole entries");
_Static_assert(E_CRC + 4 == ENTRY_SIZE && AT_CRC + 4 <= HEADER_SIZE, "the CRC ends an entry");
_Static_assert(FL_DATA_ITEMS <= 32u && UNIT_ENTRIES <= 32u, "bit masks have a bit for each");
_Static_assert(FL_DATA_ITEMS < (512u - FL_BULK) / ENTRY_SIZE,
               "the smallest half has room for all items and a change");

/* What an area holds. */
struct contents {
    bool any;      /* a half is sealed; else all that follows but `capacity` is 0 */
    uint32_t half; /* that holds the data */
    bool complete; /* with all entries that its seal speaks of */
    uint32_t format;
    uint32_t sequence;
    uint32_t present; /* bit mask of items with an entry */
    struct fl_raw raw[FL_DATA_ITEMS];
    uint32_t capacity; /* entries that fit a half */
    uint32_t free;     /* entry to append at; `capacity` when none */
    bool worn;         /* some of it reads with a correction: one more bit, and it does not */
};

static uint32_t half_size(const struct fl_layout *layout, uint32_t area)
{
    return layout->data[area].size / layout->sector_size / 2u * layout->sector_size;
}

static uint32_t half_address(const struct fl_port *port, uint32_t area, uint32_t half)
{
    FL_ASSERT(port, area < 2u && half < 2u);
    FL_ASSERT(port, half_size(port->layout, area) >= 2u * fl_layout_stride(port->layout));
    return port->layout->data[area].address + half * half_size(port->layout, area);
}

/* The first unit is the header's, the others are the entries'. */
static uint32_t entry_address(const struct fl_port *port, uint32_t half, uint32_t entry)
{
    FL_ASSERT(port, entry <= FL_DATA_ENTRIES);
    FL_ASSERT(port, half % port->layout->sector_size == 0);
    return half + (1u + entry / UNIT_ENTRIES) * fl_layout_stride(port->layout) +
           entry % UNIT_ENTRIES * ENTRY_SIZE;
}

/* ---- reading ---- */

static bool is_sealed(const uint8_t *raw)
{
    return fl_get32(raw + AT_MAGIC) == MAGIC && fl_get32(raw + AT_VERSION) == VERSION &&
           fl_get32(raw + AT_FORMAT) != 0 && fl_get32(raw + AT_COMMIT) == COMMIT_WORD &&
           fl_get32(raw + AT_CRC) == fl_crc32c(raw, BODY_SIZE) &&
           fl_is_filled(raw + AT_CRC + 4, 0, (uint32_t)HEADER_SIZE - (uint32_t)AT_CRC - 4u);
}

/* A half that is complete comes before one that is not: flash that lands out of order can leave a
 * seal without what was to be there before it. */
static bool is_better(const struct contents *contents, bool complete, uint32_t sequence)
{
    if (!contents->any || complete != contents->complete) {
        return !contents->any || complete;
    }
    return (int32_t)(sequence - contents->sequence) > 0;
}

/* Reads the entries of one unit. Those that do not read are left as `unreadable` bits. */
static fl_status read_unit(const struct fl_port *port, uint32_t address, uint8_t *unit,
                           uint32_t *unreadable)
{
    fl_status status = fl_read_steady(port, address, unit, FL_BULK);

    FL_ASSERT(port, address % FL_BULK == 0);
    FL_ASSERT(port, (uint32_t)ENTRY_SIZE % port->layout->granule_size == 0);
    *unreadable = 0;
    if (status != FL_E_ECC) {
        return status;
    }
    for (uint32_t i = 0; i < UNIT_ENTRIES; i++) {
        uint32_t at = i * ENTRY_SIZE;

        status = fl_read_steady(port, address + at, unit + at, ENTRY_SIZE);
        if (status == FL_E_ECC) {
            *unreadable |= 1u << i;
        } else if (status != FL_OK) {
            return status;
        }
    }
    return FL_OK;
}

/* Whether no entry that was there before the seal is blank again. One that went bad since is lost,
 * and the others of its half are newer than those of the other half. */
static fl_status judge_entries(const struct fl_port *port, uint32_t half, const uint8_t *header,
                               bool *complete)
{
    uint32_t count = fl_get32(header + AT_COUNT);
    uint8_t unit[FL_BULK];
    uint32_t unreadable = 0;
    fl_status status = FL_OK;

    FL_ASSERT(port, half % FL_BULK == 0);
    *complete = count <= FL_DATA_ITEMS;
    if (*complete && count > 0) {
        status = read_unit(port, entry_address(port, half, 0), unit, &unreadable);
    }
    for (uint32_t i = 0; i < count && *complete && status == FL_OK; i++) {
        *complete =
            (unreadable >> i & 1u) != 0 || !fl_is_filled(unit + i * ENTRY_SIZE, 0xFFu, ENTRY_SIZE);
    }
    FL_ASSERT(port, !*complete || count <= UNIT_ENTRIES);
    return status;
}

static void take(struct contents *contents, uint32_t half, const uint8_t *header, bool complete,
                 bool worn)
{
    contents->any = true;
    contents->half = half;
    contents->complete = complete;
    contents->format = fl_get32(header + AT_FORMAT);
    contents->sequence = fl_get32(header + AT_SEQUENCE);
    contents->worn = worn;
}

/* A header that does not read is not sealed: its program was cut. */
static fl_status read_headers(const struct fl_port *port, uint32_t area, struct contents *contents)
{
    uint8_t raw[HEADER_SIZE];

    memset(contents, 0, sizeof *contents);
    contents->capacity =
        fl_min((half_size(port->layout, area) / fl_layout_stride(port->layout) - 1u) * UNIT_ENTRIES,
               FL_DATA_ENTRIES);
    FL_ASSERT(port, contents->capacity > FL_DATA_ITEMS);
    FL_ASSERT(port, contents->capacity % UNIT_ENTRIES == 0);
    for (uint32_t half = 0; half < 2u; half++) {
        uint32_t address = half_address(port, area, half);
        fl_status status;
        bool complete = false;
        bool worn;

        (void)fl_was_corrected(port); /* before */
        status = fl_read_steady(port, address, raw, HEADER_SIZE);

        if (status != FL_OK && status != FL_E_ECC) {
            return FL_E_DATA;
        }
        worn = fl_was_corrected(port);
        if (status != FL_OK || !is_sealed(raw)) {
            continue;
        }
        if (judge_entries(port, address, raw, &complete) != FL_OK) {
            return FL_E_DATA;
        }
        if (is_better(contents, complete, fl_get32(raw + AT_SEQUENCE))) {
            take(contents, half, raw, complete, worn);
        }
    }
    return FL_OK;
}

/* Takes in what an entry says, when it is whole and of this half. */
static void note(struct contents *contents, const uint8_t *entry)
{
    uint32_t item = fl_get32(entry + E_ITEM);

    if (item < FL_DATA_ITEMS && fl_get32(entry + E_SEQUENCE) == contents->sequence &&
        fl_get32(entry + E_CRC) == fl_crc32c(entry, E_CRC)) {
        contents->present |= 1u << item;
        contents->raw[item] = (struct fl_raw){fl_get32(entry + E_LOW), fl_get32(entry + E_HIGH)};
    }
}

/* Notes the entries of unit `first` up to the first blank one, which becomes `free` when nothing of
 * the unit follows it. Says whether there was a blank one. */
static bool note_unit(struct contents *contents, uint32_t first, const uint8_t *unit,
                      uint32_t unreadable)
{
    for (uint32_t i = 0; i < UNIT_ENTRIES; i++) {
        uint32_t at = i * ENTRY_SIZE;

        if ((unreadable >> i & 1u) != 0) {
            continue;
        }
        if (fl_is_filled(unit + at, 0xFFu, ENTRY_SIZE)) {
            if (unreadable >> i == 0 && fl_is_filled(unit + at, 0xFFu, FL_BULK - at)) {
                contents->free = first + i;
            }
            return true;
        }
        note(contents, unit + at);
    }
    return false;
}

static fl_status read_entries(const struct fl_port *port, uint32_t area, struct contents *contents)
{
    uint32_t half = half_address(port, area, contents->half);
    uint8_t unit[FL_BULK];
    bool ended = false;

    FL_ASSERT(port, contents->any);
    (void)fl_was_corrected(port);
    contents->free = contents->capacity;
    for (uint32_t first = 0; first < contents->capacity && !ended; first += UNIT_ENTRIES) {
        uint32_t unreadable;

        if (read_unit(port, entry_address(port, half, first), unit, &unreadable) != FL_OK) {
            return FL_E_DATA;
        }
        ended = note_unit(contents, first, unit, unreadable);
    }
    contents->worn = fl_was_corrected(port) || contents->worn;
    FL_ASSERT(port, contents->free <= contents->capacity);
    FL_ASSERT(port, contents->present >> FL_DATA_ITEMS == 0);
    return FL_OK;
}

static fl_status read_area(const struct fl_port *port, uint32_t area, struct contents *contents)
{
    fl_status status = read_headers(port, area, contents);

    FL_ASSERT(port, area < 2u);
    FL_ASSERT(port, contents->any == (contents->format != 0));
    if (status == FL_OK && contents->any) {
        status = read_entries(port, area, contents);
    }
    return status;
}

bool fl_data_fits(const struct fl_port *port, uint32_t area, uint32_t format)
{
    struct contents contents;
    fl_status status = read_headers(port, area, &contents);

    FL_ASSERT(port, area < 2u);
    FL_ASSERT(port, contents.any == (contents.format != 0));
    return status == FL_OK && (!contents.any || contents.format == format);
}

uint32_t fl_data_format(const struct fl_port *port, uint32_t area)
{
    struct contents contents;
    fl_status status = read_headers(port, area, &contents);

    FL_ASSERT(port, area < 2u);
    FL_ASSERT(port, contents.any == (contents.format != 0)); /* 0 can say that there is none */
    return status == FL_OK && contents.any ? contents.format : 0;
}

fl_status fl_data_get(const struct fl_port *port, uint32_t area, uint32_t format, uint32_t item,
                      uint32_t *value)
{
    struct contents contents;

    FL_ASSERT(port, area < 2u);
    FL_ASSERT(port, value != NULL);
    if (!fl_format_known(format)) {
        return FL_E_DATA_FORMAT;
    }
    if (!fl_format_has(format, item)) {
        return FL_E_RANGE;
    }
    if (read_area(port, area, &contents) != FL_OK) {
        return FL_E_DATA;
    }
    if (contents.any && contents.format != format) {
        return FL_E_DATA_FORMAT;
    }
    if ((contents.present >> item & 1u) != 0) {
        return fl_item_decode(format, item, &contents.raw[item], value);
    }
    *value = fl_item_default(item);
    return FL_OK;
}

/* ---- writing ---- */

static fl_status write_entry(const struct fl_port *port, uint32_t address, uint32_t sequence,
                             uint32_t item, const struct fl_raw *raw)
{
    uint8_t entry[ENTRY_SIZE];

    FL_ASSERT(port, address % ENTRY_SIZE == 0);
    FL_ASSERT(port, item < FL_DATA_ITEMS);
    memset(entry, 0, sizeof entry);
    fl_put32(entry + E_ITEM, item);
    fl_put32(entry + E_LOW, raw->low);
    fl_put32(entry + E_HIGH, raw->high);
    fl_put32(entry + E_SEQUENCE, sequence);
    fl_put32(entry + E_CRC, fl_crc32c(entry, E_CRC));
    return fl_program_confirmed(port, address, entry, ENTRY_SIZE);
}

/* Erases as much of a half as is ever used. */
static fl_status erase_half(const struct fl_port *port, uint32_t base, uint32_t capacity)
{
    uint32_t size = entry_address(port, base, capacity) - base;
    uint32_t sector = port->layout->sector_size;
    fl_status status = FL_OK;

    FL_ASSERT(port, base % sector == 0);
    FL_ASSERT(port, capacity <= FL_DATA_ENTRIES);
    for (uint32_t at = 0; at < size && status == FL_OK; at += sector) {
        status = fl_erase_confirmed(port, base + at);
    }
    return status;
}

/* Begins the half that does not hold the data: erased, with everything in it but the seal. `body`
 * is what will be sealed. */
static fl_status fill_half(const struct fl_port *port, uint32_t base,
                           const struct contents *contents, const uint8_t *body)
{
    fl_status status = erase_half(port, base, contents->capacity);
    uint32_t entry = 0;

    FL_ASSERT(port, contents->present >> FL_DATA_ITEMS == 0);
    if (status == FL_OK) {
        status = fl_program_confirmed(port, base, body, BODY_SIZE);
    }
    for (uint32_t item = 0; item < FL_DATA_ITEMS && status == FL_OK; item++) {
        if ((contents->present >> item & 1u) != 0) {
            status = write_entry(port, entry_address(port, base, entry),
                                 fl_get32(body + AT_SEQUENCE), item, &contents->raw[item]);
            entry++;
        }
    }
    FL_ASSERT(port, entry <= FL_DATA_ITEMS);
    return status;
}

static uint32_t items_in(const struct contents *contents)
{
    uint32_t count = 0;

    for (uint32_t item = 0; item < FL_DATA_ITEMS; item++) {
        count += contents->present >> item & 1u;
    }
    return count;
}

/* Whether the area holds exactly these items. A program may harm what lies beside it, so what was
 * written before is looked at, too. */
static bool is_kept(const struct fl_port *port, uint32_t area, const struct contents *contents)
{
    struct contents now;
    bool kept = read_area(port, area, &now) == FL_OK && now.present == contents->present;

    FL_ASSERT(port, area < 2u);
    for (uint32_t item = 0; item < FL_DATA_ITEMS && kept; item++) {
        kept = (now.present >> item & 1u) == 0 || (now.raw[item].low == contents->raw[item].low &&
                                                   now.raw[item].high == contents->raw[item].high);
    }
    return kept;
}

/* Writes the items of `contents` as `format` into the half that does not hold the data, and makes
 * it the one that does. */
static fl_status write_half(const struct fl_port *port, uint32_t area, uint32_t format,
                            const struct contents *contents)
{
    uint32_t half = contents->any ? 1u - contents->half : 0;
    uint32_t base = half_address(port, area, half);
    uint8_t header[HEADER_SIZE];
    fl_status status;

    FL_ASSERT(port, fl_format_known(format));
    FL_ASSERT(port, !contents->any || half != contents->half);
    memset(header, 0, sizeof header);
    fl_put32(header + AT_MAGIC, MAGIC);
    fl_put32(header + AT_VERSION, VERSION);
    fl_put32(header + AT_FORMAT, format);
    fl_put32(header + AT_SEQUENCE, contents->any ? contents->sequence + 1u : 1u);
    fl_put32(header + AT_COUNT, items_in(contents));
    fl_put32(header + AT_COMMIT, COMMIT_WORD);
    fl_put32(header + AT_CRC, fl_crc32c(header, BODY_SIZE));

    status = fill_half(port, base, contents, header);
    if (status == FL_OK) {
        status = fl_program_confirmed(port, base + SEAL, header + SEAL, SEAL_SIZE);
    }
    return status;
}

/* The same, once more when that comes out wrong: the half with the data is still there. */
static fl_status compact(const struct fl_port *port, uint32_t area, uint32_t format,
                         const struct contents *contents)
{
    fl_status status = FL_E_CONFIRM;
    bool kept = false;

    FL_ASSERT(port, fl_format_known(format));
    FL_ASSERT(port, contents->present >> FL_DATA_ITEMS == 0);
    for (uint32_t i = 0; i < 2u && !kept; i++) {
        status = write_half(port, area, format, contents);
        kept = status == FL_OK && is_kept(port, area, contents);
    }
    return status == FL_OK && !kept ? FL_E_CONFIRM : status;
}

/* Whether the half can be appended to: its units behind that of the free entry are blank, too. */
static bool has_room(const struct fl_port *port, uint32_t area, const struct contents *contents)
{
    uint32_t next = (contents->free / UNIT_ENTRIES + 1u) * UNIT_ENTRIES;
    bool blank = true;

    FL_ASSERT(port, contents->free <= contents->capacity);
    if (!contents->any || contents->free == contents->capacity) {
        return false;
    }
    if (next < contents->capacity) {
        uint32_t half = half_address(port, area, contents->half);
        uint32_t address = entry_address(port, half, next);
        uint32_t size = entry_address(port, half, contents->capacity) - address;

        FL_ASSERT(port, (address | size) % FL_BULK == 0);
        if (port->flash_is_blank(port->board, address, size, &blank) != FL_OK) {
            return false;
        }
    }
    return blank;
}

static bool holds(const struct contents *contents, uint32_t item, uint32_t value,
                  const struct fl_raw *raw)
{
    if ((contents->present >> item & 1u) == 0) {
        return value == fl_item_default(item);
    }
    return contents->raw[item].low == raw->low && contents->raw[item].high == raw->high;
}

/* Appends a change. Where there is no room, or it comes out wrong, all items go into the other half
 * with it. */
static fl_status store(const struct fl_port *port, uint32_t area, uint32_t format,
                       struct contents *contents, uint32_t item, const struct fl_raw *raw)
{
    bool room = !contents->worn && has_room(port, area, contents);
    bool kept = false;

    FL_ASSERT(port, item < FL_DATA_ITEMS);
    FL_ASSERT(port, !contents->any || contents->format == format);
    contents->present |= 1u << item;
    contents->raw[item] = *raw;
    if (room) {
        uint32_t half = half_address(port, area, contents->half);

        kept = write_entry(port, entry_address(port, half, contents->free), contents->sequence,
                           item, raw) == FL_OK &&
               is_kept(port, area, contents);
    }
    return kept ? FL_OK : compact(port, area, format, contents);
}

fl_status fl_data_put(const struct fl_port *port, uint32_t area, uint32_t format, uint32_t item,
                      uint32_t value)
{
    struct contents contents;
    struct fl_raw raw;
    fl_status status = fl_item_encode(format, item, value, &raw);

    FL_ASSERT(port, area < 2u);
    if (status != FL_OK) {
        return status;
    }
    FL_ASSERT(port, item < FL_DATA_ITEMS);
    if (read_area(port, area, &contents) != FL_OK) {
        return FL_E_DATA;
    }
    if (contents.any && contents.format != format) {
        return FL_E_DATA_FORMAT;
    }
    if (holds(&contents, item, value, &raw)) {
        return FL_OK;
    }
    return store(port, area, format, &contents, item, &raw) == FL_OK ? FL_OK : FL_E_DATA;
}

fl_status fl_data_start(const struct fl_port *port, uint32_t area, uint32_t format)
{
    struct contents contents;

    FL_ASSERT(port, area < 2u);
    if (!fl_format_known(format)) {
        return FL_E_DATA_FORMAT;
    }
    if (read_headers(port, area, &contents) != FL_OK) {
        return FL_E_DATA;
    }
    FL_ASSERT(port, contents.present == 0);
    return compact(port, area, format, &contents) == FL_OK ? FL_OK : FL_E_DATA;
}

fl_status fl_data_freshen(const struct fl_port *port, uint32_t area)
{
    struct contents contents;

    FL_ASSERT(port, area < 2u);
    if (read_area(port, area, &contents) != FL_OK) {
        return FL_E_DATA;
    }
    if (!contents.any || !contents.worn || !fl_format_known(contents.format)) {
        return FL_OK;
    }
    FL_ASSERT(port, contents.present >> FL_DATA_ITEMS == 0);
    return compact(port, area, contents.format, &contents) == FL_OK ? FL_OK : FL_E_DATA;
}
