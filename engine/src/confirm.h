/* Flash operations that are looked at before they are believed; what cannot be looked at is done
 * twice.
 * What flash refuses is tried once more when error flags are cleared, and nothing was done. */
#ifndef FASTLOAD_SRC_CONFIRM_H
#define FASTLOAD_SRC_CONFIRM_H

#include "fastload/port.h"

/* The most bytes that fl_program_confirmed() takes. */
#define FL_CONFIRM_MAX      128u
/* The most accesses of the port that a confirmed program takes, where reads agree at once. */
#define FL_PROGRAM_ACCESSES 6u

/* Erases the sector at `address`, also when it reads blank: an erase that was interrupted may read
 * so. FL_E_CONFIRM when it does not read blank afterwards. */
fl_status fl_erase_confirmed(const struct fl_port *port, uint32_t address);

/* FL_OK when the range, a multiple of FL_BULK, reads as erased. FL_E_CONFIRM when it does not; or a
 * status of the port. */
fl_status fl_confirm_blank(const struct fl_port *port, uint32_t address, uint32_t size);

/* Programs `size` bytes, a multiple of granules inside one page, FL_CONFIRM_MAX at most, and reads
 * them back. FL_E_CONFIRM when something else is there. */
fl_status fl_program_confirmed(const struct fl_port *port, uint32_t address, const uint8_t *bytes,
                               uint32_t size);

/* Programs `size` bytes (bulk, inside one page) with what memory holds, and compares them. */
fl_status fl_program_from_confirmed(const struct fl_port *port, uint32_t address, uint32_t memory,
                                    uint32_t size);

/* Has the instruction cache forget the range, at `address` in memory, a multiple of FL_BULK. What
 * it holds cannot be read, so an invalidation that did nothing would not show: each is made twice.
 */
fl_status fl_forget_code(const struct fl_port *port, uint32_t address, uint32_t size);

#endif
