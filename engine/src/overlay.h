/* The copy module: puts an image into its resident place, unit by unit.
 *
 * Turn 0 destroys the header that is there, durably. The turns after it copy everything behind the
 * header; the last one copies the header itself. What an interruption leaves has no header, so it
 * reads as no image, neither the old one nor the new. Nothing in the resident place is needed
 * again after turn 0: a boot takes the image from its bank. */
#ifndef FASTLOAD_OVERLAY_H
#define FASTLOAD_OVERLAY_H

#include "fastload/port.h"

/* Turns that an image of `size` bytes takes. */
static inline uint32_t fl_overlay_turns(uint32_t size)
{
    return size / FL_BULK + 1u;
}

/* Turn number `turn`, below fl_overlay_turns(), of the image of `size` bytes at `from`. There must
 * be no key. */
fl_status fl_overlay_turn(const struct fl_port *port, fl_space space, uint32_t from, uint32_t size,
                          uint32_t turn);

/* What was stored to the resident place of `size` bytes survives a reset, and is what is fetched.
 */
fl_status fl_overlay_clean(const struct fl_port *port, uint32_t size);

#endif
