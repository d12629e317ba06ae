/* Where an update takes the new image from: staging, or its bank when staging is no longer sound.
 */
#ifndef FASTLOAD_SOURCE_H
#define FASTLOAD_SOURCE_H

#include "fastload/engine.h"
#include "verify.h"

/* The place by the engine's cursor, and the manifest there: FL_E_DIGEST when it is not that of
 * `pending`. */
fl_status fl_source_read(const struct fl_engine *engine, const struct fl_port *port,
                         struct fl_where *from, struct fl_image *image);

#endif
