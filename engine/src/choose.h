/* Which image a boot runs, read from flash without changing anything. */
#ifndef FASTLOAD_CHOOSE_H
#define FASTLOAD_CHOOSE_H

#include "fastload/port.h"
#include "record.h"

struct fl_choice {
    uint32_t bank;
    uint32_t area;    /* of its persistent data */
    uint32_t counter; /* the device's security counter: no image below it runs */
    /* Whether the newest record does not name this image: it names one that does not verify. */
    bool is_fallback;
    uint8_t identity[FL_DIGEST_SIZE];
    struct fl_image image;
};

/* The image that the newest sealed record names, if its bank carries it whole and authentic, and
 * its security counter is not below the device's; else the one that the newest record of the other
 * bank names, judged likewise. Without any record: the first bank that carries such an image,
 * with the area that holds data of its format. FL_E_NO_IMAGE when there is none; FL_E_IO while a
 * sector of records cannot be reached, because what an older record names may have been replaced
 * long ago. */
fl_status fl_choose(const struct fl_port *port, const struct fl_records *records,
                    struct fl_choice *choice);

#endif
