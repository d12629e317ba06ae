/* Judges whether one image may replace another here. */
#ifndef FASTLOAD_OFFER_H
#define FASTLOAD_OFFER_H

#include "fastload/engine.h"

/* FL_OK, or the first reason against it in the order of fl_status: hardware, data format,
 * capabilities, security counter, the same image, start address, levels, staging, companions. */
fl_status fl_offer_judge(const struct fl_engine *engine, const struct fl_port *port,
                         const struct fl_image *old, const struct fl_image *new,
                         const uint8_t *new_identity);

#endif
