/* The one predicate over surviving state that every operation keeps. Campaigns evaluate it after
 * each operation, and whatever else has to judge a state uses the same code.
 *
 *  I1  A record with its seal is valid, and the bank that the newest of them names carries, whole
 *      and authentic, the image that it names; that image's security counter is not below the
 *      device's, and the data area that the record names holds data in its format, or none. While
 *      that record is not firm, the same is true of the newest firm one. Without any record, one
 *      of the banks carries an authentic image.
 *  I2  A key that reads as valid belongs to the resident image, which is whole.
 *  I3  A journal that records every segment of an image stands for a bank that carries it whole.
 *
 * It reads the surviving state through the read-only half of a port: flash_read, flash_is_blank,
 * memory_read, digest, digest_check and signature_check are called, no other. */
#ifndef FASTLOAD_INVARIANT_H
#define FASTLOAD_INVARIANT_H

#include "fastload/port.h"

/* NULL when the invariant holds, or a constant sentence that says which part is broken. */
const char *fl_invariant(const struct fl_port *port);

/* What a boot from this state would run, read without changing anything. */
struct fl_outlook {
    uint8_t identity[FL_DIGEST_SIZE]; /* of the image that would run; zero when none would */
    uint8_t key[FL_DIGEST_SIZE];      /* identity in a valid fastload key; zero without one */
    uint32_t bank;
    uint32_t data_area;
    uint32_t data_format;
    uint32_t security_counter;
    uint32_t bootable; /* 1 or 0 */
    uint32_t key_valid;
};
void fl_decode(const struct fl_port *port, struct fl_outlook *outlook);

/* What the image that a boot would run will find of its persistent data. As fl_data_get() of the
 * engine; FL_E_NO_IMAGE when none would run. *format is the data's own; 0 while there is none. */
fl_status fl_data_look(const struct fl_port *port, uint32_t item, uint32_t *value,
                       uint32_t *format);

#endif
