/* Flash update: brings the staged image into the bank that does not hold the running one, sector by
 * sector: erase, confirm, program, confirm, mark in the journal. The last sector's mark comes when
 * the whole bank was verified: what lies in staging may have changed since it was checked, and a
 * journal with all marks speaks of an image.
 *
 * The cursor is the offset in the bank that comes next. At first the journal tells how many sectors
 * are done already; all others are erased in this power cycle. The key slot is never programmed:
 * blank is what it must be. */
#include "confirm.h"
#include "journal.h"
#include "mem.h"
#include "phases.h"
#include "source.h"
#include "verify.h"

/* Bit of the cursor: the bank turned out wrong once, and this is the second pass over it. Not the
 * bit that says where the image is read from: that is staging, in this phase. */
#define SECOND_PASS 0x40000000u
_Static_assert((SECOND_PASS & FL_FROM_BANK) == 0, "they are told apart");
#define MARKS_PER_STEP  32u /* that are set once more */
#define PIECES_PER_STEP 80u /* programs, each with its confirmation */
_Static_assert(PIECES_PER_STEP *FL_PROGRAM_ACCESSES + 64u < FL_STEP_OPERATIONS,
               "some pieces are one step's work");

#define UNSIGNED_AT  FL_KEY_SLOT
#define UNSIGNED_END (FL_KEY_SLOT + FL_KEY_SLOT_SIZE)

static struct fl_journal describe(const struct fl_engine *engine, const struct fl_port *port)
{
    struct fl_journal journal;

    FL_ASSERT(port, engine->new_size > 0 && engine->new_size % FL_BULK == 0);
    FL_ASSERT(port, engine->new_size <= port->layout->bank[0].size);
    journal.bank = fl_target_bank(engine);
    journal.sectors = (engine->new_size - 1u) / port->layout->sector_size + 1u;
    memcpy(journal.identity, engine->pending, FL_DIGEST_SIZE);
    return journal;
}

static fl_status begin(struct fl_engine *engine, const struct fl_port *port)
{
    struct fl_journal journal = describe(engine, port);
    struct fl_where from;
    struct fl_image image;
    fl_status status = fl_source_read(engine, port, &from, &image);

    FL_ASSERT(port, journal.sectors <= port->layout->bank[0].size / port->layout->sector_size);
    FL_ASSERT(port, journal.bank != engine->running.bank);
    return status == FL_OK ? fl_journal_open(port, &journal, &engine->done) : status;
}

/* Whether it reads blank or not: what reads blank may have been begun. */
static fl_status erase_sector(const struct fl_engine *engine, const struct fl_port *port,
                              uint32_t sector)
{
    uint32_t size = port->layout->sector_size;
    uint32_t address = port->layout->bank[fl_target_bank(engine)].address + sector * size;

    FL_ASSERT(port, sector < (engine->new_size - 1u) / size + 1u);
    FL_ASSERT(port, address % size == 0);
    return fl_erase_confirmed(port, address);
}

/* What the journal claims is worth nothing any more: the claims die first, then the sectors are
 * done again, once.
 *
 * That the bank does not verify is one reason; that a mark does not read as it was set in this very
 * power cycle is the other: it may count later, when its sector is not done any more. */
static fl_status begin_again(struct fl_engine *engine, const struct fl_port *port)
{
    fl_status status = fl_journal_erase(port);

    FL_ASSERT(port, engine->phase == FL_PHASE_FLASH);
    FL_ASSERT(port, engine->new_size > 0);
    if (status == FL_OK && (engine->cursor & SECOND_PASS) != 0) {
        status = FL_E_CONFIRM;
    }
    engine->cursor = SECOND_PASS;
    return status;
}

/* Bytes from `offset` on that go in one piece: within a page, all programmed or all left blank. */
static uint32_t piece_size(const struct fl_port *port, uint32_t offset, uint32_t end)
{
    uint32_t page = port->layout->page_size;
    uint32_t stop = fl_min(offset - offset % page + page, end);

    if (offset < UNSIGNED_AT) {
        stop = fl_min(stop, UNSIGNED_AT);
    } else if (offset < UNSIGNED_END) {
        stop = fl_min(stop, UNSIGNED_END);
    }
    FL_ASSERT(port, stop > offset);
    FL_ASSERT(port, (stop - offset) % FL_BULK == 0);
    return stop - offset;
}

static fl_status write_piece(const struct fl_engine *engine, const struct fl_port *port,
                             uint32_t offset, uint32_t size)
{
    uint32_t from = port->layout->staging.address + offset;
    uint32_t to = port->layout->bank[fl_target_bank(engine)].address + offset;

    FL_ASSERT(port, size <= engine->new_size && offset <= engine->new_size - size);
    FL_ASSERT(port, to % port->layout->page_size + size <= port->layout->page_size);
    if (offset >= UNSIGNED_AT && offset < UNSIGNED_END) {
        FL_ASSERT(port, size <= FL_KEY_SLOT_SIZE);
        return fl_confirm_blank(port, to, size);
    }
    return fl_program_from_confirmed(port, to, from, size);
}

/* Sectors that are done get their marks, from `sector` on, as far as a step goes. */
static fl_status pass_over(struct fl_engine *engine, const struct fl_port *port, uint32_t sector)
{
    uint32_t pass = engine->cursor & SECOND_PASS;
    uint32_t end = fl_min(engine->done, sector + MARKS_PER_STEP);
    fl_status status = FL_OK;

    FL_ASSERT(port, sector < engine->done);
    FL_ASSERT(port, engine->done <= port->layout->bank[0].size / port->layout->sector_size);
    for (; sector < end && status == FL_OK; sector++) {
        enum fl_mark mark = fl_journal_mark(port, sector);

        if (mark == FL_MARK_TORN) {
            return begin_again(engine, port);
        }
        if (mark == FL_MARK_NONE) {
            status = fl_journal_set(port, sector);
        }
        engine->cursor = pass | fl_min((sector + 1u) * port->layout->sector_size, engine->new_size);
    }
    return status;
}

/* Works on one sector from the cursor on, as far as a step goes. */
static fl_status update_sector(struct fl_engine *engine, const struct fl_port *port)
{
    uint32_t pass = engine->cursor & SECOND_PASS;
    uint32_t offset = engine->cursor & ~SECOND_PASS;
    uint32_t sector = offset / port->layout->sector_size;
    uint32_t start = sector * port->layout->sector_size;
    uint32_t end = start + fl_min(port->layout->sector_size, engine->new_size - start);
    fl_status status = FL_OK;

    FL_ASSERT(port, offset < engine->new_size);
    FL_ASSERT(port, end <= port->layout->bank[0].size);
    if (offset == start) {
        if (sector < engine->done) {
            return pass_over(engine, port, sector);
        }
        engine->done = 0;
        if (fl_journal_mark(port, sector) != FL_MARK_NONE) {
            return begin_again(engine, port);
        }
        status = erase_sector(engine, port, sector);
    }
    for (uint32_t i = 0; i < PIECES_PER_STEP && offset < end && status == FL_OK; i++) {
        uint32_t size = piece_size(port, offset, end);

        status = write_piece(engine, port, offset, size);
        offset += size;
    }
    if (status == FL_OK && offset == end && end < engine->new_size) {
        status = fl_journal_set(port, sector);
    }
    engine->cursor = pass | offset;
    return status;
}

static fl_status mark_last(const struct fl_engine *engine, const struct fl_port *port)
{
    uint32_t last = (engine->new_size - 1u) / port->layout->sector_size;

    FL_ASSERT(port, engine->new_size > 0);
    FL_ASSERT(port, engine->new_size <= port->layout->bank[0].size);
    switch (fl_journal_mark(port, last)) {
    case FL_MARK_DONE:
        return FL_OK;
    case FL_MARK_TORN:
        return fl_journal_erase(port); /* marks save work only; its place takes none any more */
    case FL_MARK_NONE:
    default:
        return fl_journal_set(port, last);
    }
}

/* The whole bank, as a boot would judge it. */
static fl_status finish(struct fl_engine *engine, const struct fl_port *port)
{
    struct fl_where bank = fl_in_bank(port, fl_target_bank(engine));
    uint8_t identity[FL_DIGEST_SIZE];
    struct fl_image image;
    fl_status status;

    FL_ASSERT(port, (engine->cursor & ~SECOND_PASS) == engine->new_size);
    FL_ASSERT(port, !fl_same_digest(engine->pending, engine->running.active));
    if (fl_image_verify(port, bank, engine->pending, &image, identity) == FL_OK) {
        status = mark_last(engine, port);
        if (status == FL_OK) {
            fl_enter(engine, FL_PHASE_COMPANIONS);
        }
        return status;
    }
    return begin_again(engine, port);
}

fl_status fl_phase_flash(struct fl_engine *engine, const struct fl_port *port)
{
    uint32_t offset = engine->cursor & ~SECOND_PASS;
    fl_status status = FL_OK;

    FL_ASSERT(port, engine->phase == FL_PHASE_FLASH);
    FL_ASSERT(port, engine->new_size > 0 && offset <= engine->new_size);
    if (offset == 0) {
        status = begin(engine, port);
    }
    if (status == FL_OK) {
        status = offset < engine->new_size ? update_sector(engine, port) : finish(engine, port);
    }
    return status == FL_OK ? FL_AGAIN : status;
}
