#include "journal.h"

#include "confirm.h"
#include "level.h"
#include "mem.h"
#include "steady.h"

#define MAGIC       0x4E52554Au /* "JURN" */
#define VERSION     FL_JOURNAL_VERSION
#define COMMIT_WORD 0x4E45504Fu /* "OPEN" */
#define MARKS_MAX   2048u /* the most that are used: what keeps a look at all of them bounded */
#define GRANULE_MAX 32u

enum {
    BODY = 0x00,
    AT_MAGIC = 0x00,
    AT_VERSION = 0x04,
    AT_BANK = 0x08,
    AT_SECTORS = 0x0C,
    AT_IDENTITY = 0x10,
    SEAL = 0x40,
    AT_COMMIT = 0x40,
    AT_CRC = 0x44,
    HEADER_SIZE = 0x60,
    MARKS = 0x100,
    MARK_CRC = 4,
    MARK_USED = 8
};
#define BODY_SIZE ((uint32_t)SEAL - (uint32_t)BODY)
#define SEAL_SIZE ((uint32_t)HEADER_SIZE - (uint32_t)SEAL)

_Static_assert(BODY_SIZE <= FL_CONFIRM_MAX, "a body is programmed and confirmed at once");
_Static_assert(AT_IDENTITY + FL_DIGEST_SIZE <= SEAL, "the body holds the identity");
_Static_assert(SEAL % 32 == 0 && HEADER_SIZE % 32 == 0 && MARKS % 32 == 0,
               "parts start on granules of any size");
_Static_assert(MARKS == FL_BULK, "the header has a unit of its own");

static uint32_t mark_room(const struct fl_layout *layout)
{
    return fl_min((layout->sector_size - (uint32_t)MARKS) / layout->granule_size, MARKS_MAX);
}

static uint32_t mark_address(const struct fl_port *port, uint32_t sector)
{
    return port->layout->journal.address + (uint32_t)MARKS + sector * port->layout->granule_size;
}

static void make_header(const struct fl_journal *journal, uint32_t version, uint8_t *raw)
{
    memset(raw, 0, HEADER_SIZE);
    fl_put32(raw + AT_MAGIC, MAGIC);
    fl_put32(raw + AT_VERSION, version);
    fl_put32(raw + AT_BANK, journal->bank);
    fl_put32(raw + AT_SECTORS, journal->sectors);
    memcpy(raw + AT_IDENTITY, journal->identity, FL_DIGEST_SIZE);
    fl_put32(raw + AT_COMMIT, COMMIT_WORD);
    fl_put32(raw + AT_CRC, fl_crc32c(raw + BODY, BODY_SIZE));
}

static void make_mark(uint32_t sector, uint8_t *raw)
{
    memset(raw, 0, GRANULE_MAX);
    fl_put32(raw, sector);
    fl_put32(raw + MARK_CRC, fl_crc32c(raw, MARK_CRC));
}

fl_status fl_journal_erase(const struct fl_port *port)
{
    FL_ASSERT(port, port->layout->journal.address % port->layout->sector_size == 0);
    FL_ASSERT(port, port->layout->journal.size >= port->layout->sector_size);
    return fl_erase_confirmed(port, port->layout->journal.address);
}

fl_status fl_journal_restart(const struct fl_port *port, const struct fl_journal *journal)
{
    uint32_t address = port->layout->journal.address;
    uint8_t raw[HEADER_SIZE];
    fl_status status = fl_journal_erase(port);

    FL_ASSERT(port, journal->bank < 2u);
    FL_ASSERT(port, journal->sectors > 0);
    make_header(journal, VERSION, raw);
    if (status == FL_OK) {
        status = fl_program_confirmed(port, address + BODY, raw + BODY, BODY_SIZE);
    }
    if (status == FL_OK) {
        status = fl_program_confirmed(port, address + SEAL, raw + SEAL, SEAL_SIZE);
    }
    return status;
}

enum fl_mark fl_journal_mark(const struct fl_port *port, uint32_t sector)
{
    uint32_t granule = port->layout->granule_size;
    uint8_t expected[GRANULE_MAX];
    uint8_t raw[GRANULE_MAX];
    fl_status status;

    FL_ASSERT(port, granule >= MARK_USED && granule <= GRANULE_MAX);
    FL_ASSERT(port, sector < port->layout->bank[0].size / port->layout->sector_size);
    if (sector >= mark_room(port->layout)) {
        return FL_MARK_NONE;
    }
    status = fl_read_steady(port, mark_address(port, sector), raw, granule);
    make_mark(sector, expected);
    if (status != FL_OK) {
        return FL_MARK_TORN;
    }
    if (fl_is_filled(raw, 0xFFu, granule)) {
        return FL_MARK_NONE;
    }
    return memcmp(raw, expected, granule) == 0 ? FL_MARK_DONE : FL_MARK_TORN;
}

fl_status fl_journal_set(const struct fl_port *port, uint32_t sector)
{
    uint32_t granule = port->layout->granule_size;
    uint8_t raw[GRANULE_MAX];

    FL_ASSERT(port, granule >= MARK_USED && granule <= GRANULE_MAX);
    FL_ASSERT(port, sector < port->layout->bank[0].size / port->layout->sector_size);
    if (sector >= mark_room(port->layout)) {
        return FL_OK;
    }
    make_mark(sector, raw);
    return fl_program_confirmed(port, mark_address(port, sector), raw, granule);
}

/* Whether the marks in one unit, from sector `first` on, are all set as far as `end`. */
static bool has_marks(const struct fl_port *port, uint32_t first, uint32_t end)
{
    uint32_t granule = port->layout->granule_size;
    uint32_t count = fl_min(end - first, FL_BULK / granule);
    uint8_t expected[GRANULE_MAX];
    uint8_t raw[FL_BULK];

    FL_ASSERT(port, first < end);
    FL_ASSERT(port, count * granule <= sizeof raw);
    if (fl_read_steady(port, mark_address(port, first), raw, count * granule) != FL_OK) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        make_mark(first + i, expected);
        if (memcmp(raw + i * granule, expected, granule) != 0) {
            return false;
        }
    }
    return true;
}

/* How many sectors from the first on are marked. */
static uint32_t count_marks(const struct fl_port *port, uint32_t sectors)
{
    uint32_t end = fl_min(sectors, mark_room(port->layout));
    uint32_t unit = FL_BULK / port->layout->granule_size;
    uint32_t count = 0;

    FL_ASSERT(port, sectors > 0);
    FL_ASSERT(port, unit > 0);
    while (count < end && has_marks(port, count, end)) {
        count = fl_min(count + unit, end);
    }
    while (count < end && fl_journal_mark(port, count) == FL_MARK_DONE) {
        count++;
    }
    return count;
}

fl_status fl_journal_open(const struct fl_port *port, const struct fl_journal *journal,
                          uint32_t *done)
{
    uint8_t expected[HEADER_SIZE];
    uint8_t raw[HEADER_SIZE];

    FL_ASSERT(port, journal->bank < 2u);
    FL_ASSERT(port, journal->sectors > 0);
    *done = 0;
    make_header(journal, VERSION, expected);
    if (fl_read_steady(port, port->layout->journal.address, raw, HEADER_SIZE) == FL_OK &&
        memcmp(raw, expected, HEADER_SIZE) == 0) {
        *done = count_marks(port, journal->sectors);
    }
    return *done == journal->sectors ? FL_OK : fl_journal_restart(port, journal);
}

/* Whether there is a header of this level or a lower one; then `journal` is what it was made from.
 */
static bool read_header(const struct fl_port *port, struct fl_journal *journal)
{
    uint8_t expected[HEADER_SIZE];
    uint8_t raw[HEADER_SIZE];

    FL_ASSERT(port, journal != NULL);
    FL_ASSERT(port, port->layout->journal.size >= HEADER_SIZE);
    if (port->flash_read(port->board, port->layout->journal.address, raw, HEADER_SIZE) != FL_OK) {
        return false;
    }
    journal->bank = fl_get32(raw + AT_BANK);
    journal->sectors = fl_get32(raw + AT_SECTORS);
    memcpy(journal->identity, raw + AT_IDENTITY, FL_DIGEST_SIZE);
    make_header(journal, fl_get32(raw + AT_VERSION), expected);
    return memcmp(raw, expected, HEADER_SIZE) == 0 && fl_get32(raw + AT_VERSION) <= VERSION &&
           journal->bank < 2u && journal->sectors > 0;
}

bool fl_journal_is_complete(const struct fl_port *port, struct fl_journal *journal)
{
    uint32_t unit = FL_BULK / port->layout->granule_size;

    FL_ASSERT(port, journal != NULL);
    FL_ASSERT(port, unit > 0);
    if (!read_header(port, journal) || journal->sectors > mark_room(port->layout)) {
        return false;
    }
    for (uint32_t first = 0; first < journal->sectors; first += unit) {
        if (!has_marks(port, first, journal->sectors)) {
            return false;
        }
    }
    return true;
}
