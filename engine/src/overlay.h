/* The copy module: puts an image into its resident place, unit by unit, each segment at its place.
 *
 * The first turn fills the header's place with 0xFF and cleans it; the header is copied last, when
 * all else was cleaned. So what an interruption leaves has no header, and reads as no image. The
 * key slot is filled with 0xFF. Configurations of companions have no place and are left out. */
#ifndef FASTLOAD_OVERLAY_H
#define FASTLOAD_OVERLAY_H

#include "fastload/port.h"
#include "verify.h"

/* Turns that an image takes: one a unit as stored, and one. */
static inline uint32_t fl_overlay_turns(const struct fl_image *image)
{
    return image->total_size / FL_BULK + 1u;
}

/* Turn number `turn`, below fl_overlay_turns(), of the stored image at `from`, whose manifest is
 * `image`. There must be no key. */
fl_status fl_overlay_turn(const struct fl_port *port, struct fl_where from,
                          const struct fl_image *image, uint32_t turn);

/* What was stored to the resident place of the image survives a reset, and is what is fetched. */
fl_status fl_overlay_clean(const struct fl_port *port, const struct fl_image *image);

#endif
