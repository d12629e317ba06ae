/* The flash-update journal: which sectors of a bank already hold their part of one image, so that
 * an update that was cut does not begin again. One sector of flash:
 *
 *   0x000  body  64 B   0x00 magic     0x04 version of this layout
 *                       0x08 bank      0x0C sectors of the image
 *                       0x10 identity of the image, 32 B     the rest is zero
 *   0x040  seal  32 B   0x40 commit word   0x44 CRC-32C of the body   the rest is zero
 *   0x100  marks        one granule for each sector of the bank, in order:
 *                       0 sector number, 4 CRC-32C of it, the rest is zero
 *
 * Protocol. A mark is true from its first bit on: it is begun only after the whole sector was
 * programmed and confirmed. It stays true, because a sector with a mark is not erased while the
 * journal stands:
 *   - Before the first sector is erased in a power cycle, the journal is, and gets a new header.
 *     Where it was of the same image and bank, the sectors that were done, from the first on, are
 *     passed over, and each gets its mark once more. The mark behind them may have been begun,
 *     though it reads blank, and read as done some time later, when its sector is not. A journal
 *     that has all marks stays: behind it no sector is erased.
 *   - A mark that does not stay as it was set: the journal is erased, and the bank done again.
 *   - A bank that turns out wrong as a whole: the journal is erased first.
 * A sector without room for a mark is simply done again after a cut. */
#ifndef FASTLOAD_JOURNAL_H
#define FASTLOAD_JOURNAL_H

#include "fastload/port.h"

/* What is journalled. */
struct fl_journal {
    uint32_t bank;
    uint32_t sectors; /* that the image covers, 1 or more */
    uint8_t identity[FL_DIGEST_SIZE];
};

enum fl_mark { FL_MARK_NONE, FL_MARK_TORN, FL_MARK_DONE };

/* Begins the journal again, unless all sectors have their marks. *done is how many have, from the
 * first on, where its header was exactly that of `journal`. FL_OK, FL_E_CONFIRM, or a status of the
 * port. */
fl_status fl_journal_open(const struct fl_port *port, const struct fl_journal *journal,
                          uint32_t *done);

/* Erases everything and writes the header again. */
fl_status fl_journal_restart(const struct fl_port *port, const struct fl_journal *journal);

fl_status fl_journal_erase(const struct fl_port *port);

/* The mark of `sector` in an open journal. FL_MARK_NONE where it has no room for one. */
enum fl_mark fl_journal_mark(const struct fl_port *port, uint32_t sector);

/* Sets the mark of `sector`, which has none. FL_OK too where there is no room for it. */
fl_status fl_journal_set(const struct fl_port *port, uint32_t sector);

/* Whether the journal marks every sector of an image; then *journal says which. */
bool fl_journal_is_complete(const struct fl_port *port, struct fl_journal *journal);

#endif
