#include "data.h"

#include "confirm.h"
#include "encoding.h"
#include "guard.h"
#include "layout.h"
#include "mem.h"
#include "steady.h"

#define MAGIC       0x41544144u /* "DATA" */
#define VERSION     2u
#define COMMIT_WORD 0x4C414553u /* "SEAL" */
#define FIRM_MARK   0x4D524946u /* "FIRM" */

enum {
    AT_MAGIC = 0x00,
    AT_VERSION = 0x04,
    AT_FORMAT = 0x08,
    AT_SEQUENCE = 0x0C,
    AT_COUNT = 0x10, /* entries that were there before the seal */
    SEAL = 0x40,
    AT_COMMIT = 0x40,
    AT_CRC = 0x44,
    FIRM = 0x60,
    HEADER_SIZE = 0x80
};
#define BODY_SIZE ((uint32_t)SEAL)
#define SEAL_SIZE ((uint32_t)FIRM - BODY_SIZE)
#define FIRM_SIZE ((uint32_t)HEADER_SIZE - (uint32_t)FIRM)

/* In an entry, and in the seal of a change. */
enum {
    E_ITEM = 0x00,
    E_LOW = 0x04,
    E_HIGH = 0x08,
    E_SEQUENCE = 0x0C,
    E_CRC = 0x1C,
    S_COMMIT = 0x00,
    S_CRC = 0x04,
    ENTRY_SIZE = 0x20
};
/* The places of a change. */
enum { P_ENTRY, P_SEAL, P_FIRM, CHANGE_PLACES };
#define UNIT_ENTRIES (FL_BULK / (uint32_t)ENTRY_SIZE)

_Static_assert(BODY_SIZE <= FL_CONFIRM_MAX, "a body is programmed and confirmed at once");
_Static_assert(SEAL % 32 == 0 && FIRM % 32 == 0 && HEADER_SIZE % 32 == 0 && ENTRY_SIZE % 32 == 0,
               "parts start on granules of any size");
_Static_assert(HEADER_SIZE <= FL_BULK, "the header is in a unit of its own");
_Static_assert(FL_BULK % ENTRY_SIZE == 0 && FL_DATA_ENTRIES % UNIT_ENTRIES == 0,
               "units hold whole entries");
_Static_assert(E_CRC + 4 == ENTRY_SIZE && AT_CRC + 4 <= FIRM, "the CRC ends an entry");
_Static_assert(FL_DATA_ITEMS <= UNIT_ENTRIES, "one unit has all entries that come before the seal");
_Static_assert(FL_DATA_ITEMS <= 32u && UNIT_ENTRIES <= 32u, "bit masks have a bit for each");
_Static_assert(FL_DATA_ITEMS <= (512u - FL_BULK) / ENTRY_SIZE,
               "the smallest half has room for all items");

/* What an area holds. */
struct contents {
    bool any;      /* a half is sealed; else all is 0 but `begun`, `next` and `capacity` */
    bool begun[2]; /* halves that say nothing now, and might be taken some other time */
    bool firm;     /* everything that counts was seen to be complete when it was written */
    uint32_t half; /* that holds the data */
    uint32_t format;
    uint32_t sequence;
    uint32_t target;  /* the half that all of it goes into when it is written anew, … */
    uint32_t next;    /* … and its number */
    uint32_t count;   /* entries that were sealed with the half */
    uint32_t present; /* bit mask of items with an entry */
    struct fl_raw raw[FL_DATA_ITEMS];
    uint32_t capacity; /* entries that fit a half */
    uint32_t free;     /* place to append at; `capacity` when none */
    bool backed;       /* it is in doubt, and so is the other half, from which it was written */
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

enum half_state { HALF_NONE, HALF_BEGUN, HALF_SEALED };

struct half {
    enum half_state state;
    bool firm;
    bool complete; /* with all entries that its seal speaks of */
    bool worn;
    uint8_t header[HEADER_SIZE];
};

/* Of a header that reads so far: begun with the body, sealed when body and seal belong together. */
static enum half_state judge_header(const uint8_t *raw, bool has_seal)
{
    if (fl_get32(raw + AT_MAGIC) != MAGIC || fl_get32(raw + AT_VERSION) != VERSION ||
        fl_get32(raw + AT_FORMAT) == 0 || fl_get32(raw + AT_COUNT) > FL_DATA_ITEMS) {
        return HALF_NONE;
    }
    return has_seal && fl_get32(raw + AT_COMMIT) == COMMIT_WORD &&
                   fl_get32(raw + AT_CRC) == fl_crc32c(raw, BODY_SIZE) &&
                   fl_is_filled(raw + AT_CRC + 4, 0, (uint32_t)FIRM - (uint32_t)AT_CRC - 4u)
               ? HALF_SEALED
               : HALF_BEGUN;
}

/* Reads as much of a header as reads. A firm mark that does not was begun: that is all it has to
 * say. A header that does not read is none: its program was cut. */
static fl_status read_header(const struct fl_port *port, uint32_t address, uint8_t *raw,
                             enum half_state *state, bool *firm)
{
    fl_status status = fl_read_steady(port, address, raw, HEADER_SIZE);
    bool has_seal = true;

    FL_ASSERT(port, address % FL_BULK == 0);
    *state = HALF_NONE;
    if (status == FL_E_ECC) {
        /* Each by itself: what does not read may be either. */
        status = fl_read_steady(port, address + FIRM, raw + FIRM, FIRM_SIZE);
        *firm = status == FL_E_ECC || !fl_is_filled(raw + FIRM, 0xFFu, FIRM_SIZE);
        status = fl_read_steady(port, address, raw, FIRM);
    } else {
        *firm = !fl_is_filled(raw + FIRM, 0xFFu, FIRM_SIZE);
    }
    if (status == FL_E_ECC) {
        has_seal = false;
        status = fl_read_steady(port, address, raw, BODY_SIZE);
    }
    if (status == FL_OK) {
        *state = judge_header(raw, has_seal);
    }
    FL_ASSERT(port, *state != HALF_SEALED || has_seal);
    return status == FL_E_ECC ? FL_OK : status;
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
    FL_ASSERT(port, count <= FL_DATA_ITEMS);
    *complete = true;
    if (count > 0) {
        status = read_unit(port, entry_address(port, half, 0), unit, &unreadable);
    }
    for (uint32_t i = 0; i < count && *complete && status == FL_OK; i++) {
        *complete =
            (unreadable >> i & 1u) != 0 || !fl_is_filled(unit + i * ENTRY_SIZE, 0xFFu, ENTRY_SIZE);
    }
    return status;
}

static uint32_t sequence_of(const struct half *half)
{
    return fl_get32(half->header + AT_SEQUENCE);
}

/* Of two sealed halves. One that is complete comes before one that is not: flash that lands out of
 * order can leave a seal without what was to be there before it. */
static bool is_better(const struct half *half, const struct half *than)
{
    if (half->complete != than->complete) {
        return half->complete;
    }
    return fl_is_newer(sequence_of(half), sequence_of(than));
}

static fl_status read_half(const struct fl_port *port, uint32_t address, struct half *half)
{
    fl_status status;

    FL_ASSERT(port, address % FL_BULK == 0);
    memset(half, 0, sizeof *half);
    (void)fl_was_corrected(port); /* before */
    status = read_header(port, address, half->header, &half->state, &half->firm);
    half->worn = fl_was_corrected(port);
    if (status == FL_OK && half->state == HALF_SEALED) {
        status = judge_entries(port, address, half->header, &half->complete);
    }
    FL_ASSERT(port, !half->complete || half->state == HALF_SEALED);
    return status;
}

static void take_half(struct contents *contents, const struct half *chosen,
                      const struct half *other)
{
    contents->any = true;
    contents->firm = chosen->firm;
    contents->worn = chosen->worn;
    contents->format = fl_get32(chosen->header + AT_FORMAT);
    contents->sequence = sequence_of(chosen);
    contents->count = fl_get32(chosen->header + AT_COUNT);
    contents->target = 1u - contents->half;
    contents->next = contents->sequence + 1u;
    contents->backed = !chosen->firm && other->state == HALF_SEALED && !other->firm;
    contents->begun[1u - contents->half] =
        other->state == HALF_BEGUN && fl_is_newer(sequence_of(other), contents->sequence);
}

static void choose_half(struct contents *contents, const struct half *halves)
{
    bool sealed[2] = {halves[0].state == HALF_SEALED, halves[1].state == HALF_SEALED};

    contents->next = 1u;
    if (sealed[0] || sealed[1]) {
        contents->half = sealed[1] && (!sealed[0] || is_better(&halves[1], &halves[0]));
        take_half(contents, &halves[contents->half], &halves[1u - contents->half]);
        return;
    }
    contents->begun[0] = halves[0].state == HALF_BEGUN;
    contents->begun[1] = halves[1].state == HALF_BEGUN;
}

static uint32_t capacity(const struct fl_port *port, uint32_t area)
{
    uint32_t units = half_size(port->layout, area) / fl_layout_stride(port->layout) - 1u;
    uint32_t count = fl_min(units * UNIT_ENTRIES, FL_DATA_ENTRIES);

    FL_ASSERT(port, count >= FL_DATA_ITEMS);
    FL_ASSERT(port, count % UNIT_ENTRIES == 0);
    return count;
}

static fl_status read_headers(const struct fl_port *port, uint32_t area, struct contents *contents)
{
    struct half halves[2];

    FL_ASSERT(port, area < 2u);
    memset(contents, 0, sizeof *contents);
    contents->capacity = capacity(port, area);
    for (uint32_t half = 0; half < 2u; half++) {
        if (read_half(port, half_address(port, area, half), &halves[half]) != FL_OK) {
            return FL_E_DATA;
        }
    }
    choose_half(contents, halves);
    FL_ASSERT(port, contents->any == (contents->format != 0));
    return FL_OK;
}

/* A change that is being read, place by place. */
struct change {
    bool whole; /* its entry is */
    uint32_t item;
    struct fl_raw raw;
    uint32_t crc;
};

static struct change read_entry(const struct contents *contents, const uint8_t *entry)
{
    struct change change = {.item = fl_get32(entry + E_ITEM), .crc = fl_get32(entry + E_CRC)};

    change.raw = (struct fl_raw){fl_get32(entry + E_LOW), fl_get32(entry + E_HIGH)};
    change.whole = change.item < FL_DATA_ITEMS &&
                   fl_get32(entry + E_SEQUENCE) == contents->sequence &&
                   change.crc == fl_crc32c(entry, E_CRC);
    return change;
}

static void take(struct contents *contents, const struct change *change)
{
    if (change->whole) {
        contents->present |= 1u << change->item;
        contents->raw[change->item] = change->raw;
    }
}

static void make_seal(uint32_t crc, uint8_t *raw)
{
    memset(raw, 0, ENTRY_SIZE);
    fl_put32(raw + S_COMMIT, COMMIT_WORD);
    fl_put32(raw + S_CRC, crc);
}

/* One place behind those that were sealed with the half. `readable` false: it was begun. Whether
 * the changes end here: a blank place, where one would begin or be sealed. */
static bool note_place(struct contents *contents, struct change *change, uint32_t place,
                       const uint8_t *raw, bool readable)
{
    bool blank = readable && fl_is_filled(raw, 0xFFu, ENTRY_SIZE);
    uint8_t seal[ENTRY_SIZE];

    switch (place) {
    case P_ENTRY:
        if (blank) {
            return true;
        }
        contents->firm = false;
        *change = (struct change){0};
        if (readable) {
            *change = read_entry(contents, raw);
        }
        break;
    case P_SEAL:
        if (blank) {
            return true; /* whatever follows was never to be there before it */
        }
        make_seal(change->crc, seal);
        if (readable && memcmp(raw, seal, ENTRY_SIZE) == 0) {
            take(contents, change);
        }
        break;
    default:
        contents->firm = !blank;
        break;
    }
    return false;
}

/* Notes the entries of unit `first` up to the first blank place that a change could begin at, which
 * becomes `free` when nothing of the unit follows it. Says whether there was one. */
static bool note_unit(struct contents *contents, struct change *change, uint32_t first,
                      const uint8_t *unit, uint32_t unreadable)
{
    for (uint32_t i = 0; i < UNIT_ENTRIES; i++) {
        uint32_t index = first + i;
        const uint8_t *raw = unit + i * ENTRY_SIZE;
        bool readable = (unreadable >> i & 1u) == 0;

        if (index < contents->count) {
            if (readable) {
                *change = read_entry(contents, raw);
                take(contents, change);
            }
        } else if (note_place(contents, change, (index - contents->count) % CHANGE_PLACES, raw,
                              readable)) {
            if (unreadable >> i == 0 &&
                fl_is_filled(raw, 0xFFu, FL_BULK - i * (uint32_t)ENTRY_SIZE)) {
                contents->free = index;
            }
            return true;
        }
    }
    return false;
}

static fl_status read_entries(const struct fl_port *port, uint32_t area, struct contents *contents)
{
    uint32_t half = half_address(port, area, contents->half);
    struct change change = {0};
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
        ended = note_unit(contents, &change, first, unit, unreadable);
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

/* `crc` may be NULL; else it is set to that of the entry. */
static fl_status write_entry(const struct fl_port *port, uint32_t address, uint32_t sequence,
                             uint32_t item, const struct fl_raw *raw, uint32_t *crc)
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
    if (crc != NULL) {
        *crc = fl_get32(entry + E_CRC);
    }
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

/* Erases a half that might be taken some other time, if it is one. */
static fl_status erase_begun(const struct fl_port *port, uint32_t area,
                             const struct contents *contents, uint32_t half)
{
    FL_ASSERT(port, half < 2u);
    FL_ASSERT(port, !contents->any || half != contents->half || !contents->begun[half]);
    return contents->begun[half]
               ? erase_half(port, half_address(port, area, half), contents->capacity)
               : FL_OK;
}

/* Begins a half: erased, with everything in it but seal and firm
 * mark. `body` is what will be sealed. */
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
                                 fl_get32(body + AT_SEQUENCE), item, &contents->raw[item], NULL);
            entry++;
        }
    }
    FL_ASSERT(port, entry <= FL_DATA_ITEMS);
    return status;
}

static uint32_t count_items(uint32_t present)
{
    uint32_t count = 0;

    for (uint32_t item = 0; item < FL_DATA_ITEMS; item++) {
        count += present >> item & 1u;
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

/* Writes the items of `contents` as `format` into the half where they go, and makes it the one that
 * holds the data. */
static fl_status write_half(const struct fl_port *port, uint32_t area, uint32_t format,
                            const struct contents *contents)
{
    uint32_t base = half_address(port, area, contents->target);
    uint8_t header[HEADER_SIZE];
    fl_status status;

    FL_ASSERT(port, format != 0);
    FL_ASSERT(port, contents->target < 2u);
    memset(header, 0, sizeof header);
    fl_put32(header + AT_MAGIC, MAGIC);
    fl_put32(header + AT_VERSION, VERSION);
    fl_put32(header + AT_FORMAT, format);
    fl_put32(header + AT_SEQUENCE, contents->next);
    fl_put32(header + AT_COUNT, count_items(contents->present));
    fl_put32(header + AT_COMMIT, COMMIT_WORD);
    fl_put32(header + AT_CRC, fl_crc32c(header, BODY_SIZE));
    fl_put32(header + FIRM, FIRM_MARK);

    status = erase_begun(port, area, contents, 1u - contents->target);
    if (status == FL_OK) {
        status = fill_half(port, base, contents, header);
    }
    if (status == FL_OK) {
        status = fl_program_confirmed(port, base + SEAL, header + SEAL, SEAL_SIZE);
    }
    if (status == FL_OK) {
        status = fl_program_confirmed(port, base + FIRM, header + FIRM, FIRM_SIZE);
    }
    return status;
}

/* The same, once more when that comes out wrong: the half with the data is still there. */
static fl_status compact(const struct fl_port *port, uint32_t area, uint32_t format,
                         const struct contents *contents)
{
    fl_status status = FL_E_CONFIRM;
    bool kept = false;

    FL_ASSERT(port, format != 0);
    FL_ASSERT(port, contents->present >> FL_DATA_ITEMS == 0);
    for (uint32_t i = 0; i < 2u && !kept; i++) {
        status = write_half(port, area, format, contents);
        kept = status == FL_OK && is_kept(port, area, contents);
    }
    return status == FL_OK && !kept ? FL_E_CONFIRM : status;
}

/* Whether the half can be appended to: all that counts in it is firm, and its units behind that of
 * the free place are blank, too. */
static bool has_room(const struct fl_port *port, uint32_t area, const struct contents *contents)
{
    uint32_t next = (contents->free / UNIT_ENTRIES + 1u) * UNIT_ENTRIES;

    FL_ASSERT(port, contents->free <= contents->capacity);
    if (!contents->any || !contents->firm ||
        contents->capacity - contents->free < (uint32_t)CHANGE_PLACES) {
        return false;
    }
    if (next < contents->capacity) {
        uint32_t half = half_address(port, area, contents->half);
        uint32_t address = entry_address(port, half, next);
        uint32_t size = entry_address(port, half, contents->capacity) - address;

        return fl_confirm_blank(port, address, size) == FL_OK;
    }
    return true;
}

static bool holds(const struct contents *contents, uint32_t item, uint32_t value,
                  const struct fl_raw *raw)
{
    if ((contents->present >> item & 1u) == 0) {
        return value == fl_item_default(item);
    }
    return contents->raw[item].low == raw->low && contents->raw[item].high == raw->high;
}

/* The three places of a change, each read back before the next is begun. */
static fl_status append(const struct fl_port *port, uint32_t area, const struct contents *contents,
                        uint32_t item, const struct fl_raw *raw)
{
    uint32_t half = half_address(port, area, contents->half);
    uint8_t place[ENTRY_SIZE];
    uint32_t crc = 0;
    fl_status status;

    FL_ASSERT(port, contents->firm && contents->free >= contents->count);
    FL_ASSERT(port, contents->free + CHANGE_PLACES <= contents->capacity);
    status = write_entry(port, entry_address(port, half, contents->free), contents->sequence, item,
                         raw, &crc);
    if (status == FL_OK) {
        make_seal(crc, place);
        status = fl_program_confirmed(port, entry_address(port, half, contents->free + P_SEAL),
                                      place, ENTRY_SIZE);
    }
    if (status == FL_OK) {
        memset(place, 0, sizeof place);
        fl_put32(place, FIRM_MARK);
        status = fl_program_confirmed(port, entry_address(port, half, contents->free + P_FIRM),
                                      place, ENTRY_SIZE);
    }
    return status;
}

fl_status fl_data_put(const struct fl_port *port, uint32_t area, uint32_t format, uint32_t item,
                      uint32_t value, bool *own)
{
    struct contents contents;
    struct fl_raw raw;
    bool room;
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
    room = *own && !contents.worn && has_room(port, area, &contents);
    contents.present |= 1u << item;
    contents.raw[item] = raw;
    /* Where there is no room, or it comes out wrong, all items go into the other half with it. */
    if (!room || append(port, area, &contents, item, &raw) != FL_OK ||
        !is_kept(port, area, &contents)) {
        status = compact(port, area, format, &contents);
    }
    *own = status == FL_OK;
    return status == FL_OK ? FL_OK : FL_E_DATA;
}

fl_status fl_data_settle(const struct fl_port *port, uint32_t area)
{
    struct contents contents;
    fl_status status = FL_OK;

    FL_ASSERT(port, area < 2u);
    if (read_area(port, area, &contents) != FL_OK) {
        return FL_E_DATA;
    }
    FL_ASSERT(port, contents.any == (contents.format != 0));
    if (contents.any && !fl_format_known(contents.format)) {
        return FL_OK;
    }
    if (contents.any && (!contents.firm || contents.worn)) {
        if (contents.backed) {
            contents.target = contents.half;
            contents.next = contents.sequence;
        }
        return compact(port, area, contents.format, &contents) == FL_OK ? FL_OK : FL_E_DATA;
    }
    for (uint32_t half = 0; half < 2u && status == FL_OK; half++) {
        status = erase_begun(port, area, &contents, half);
    }
    return status == FL_OK ? FL_OK : FL_E_DATA;
}

fl_status fl_data_start(const struct fl_port *port, uint32_t area, uint32_t format)
{
    struct contents contents;

    FL_ASSERT(port, area < 2u);
    if (!fl_format_known(format)) {
        return FL_E_DATA_FORMAT;
    }
    memset(&contents, 0, sizeof contents);
    contents.capacity = capacity(port, area);
    contents.next = 1u;
    contents.begun[1] = true; /* the other one is erased as it is written to */
    FL_ASSERT(port, !contents.any);
    return compact(port, area, format, &contents) == FL_OK ? FL_OK : FL_E_DATA;
}
