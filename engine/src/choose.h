/* Which image a boot runs, read from flash without changing anything. */
#ifndef FASTLOAD_CHOOSE_H
#define FASTLOAD_CHOOSE_H

#include "fastload/port.h"
#include "record.h"

struct fl_choice {
    uint32_t bank;
    /* Whether the newest record does not name this image: it names one that does not verify. */
    bool is_fallback;
    uint8_t identity[FL_DIGEST_SIZE];
    struct fl_image image;
};

/* The image that the newest sealed record names, if its bank carries it whole and authentic; else
 * that of the newest record of the other bank, judged likewise. Without any sealed record, as a
 * device comes from the factory: the first bank that carries an authentic image.
 * FL_OK, or FL_E_NO_IMAGE. */
fl_status fl_choose(const struct fl_port *port, const struct fl_records *records,
                    struct fl_choice *choice);

#endif
