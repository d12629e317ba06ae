/* What an engine has to answer to an image that it is offered: docs/image-format.md, "Refusals", as
 * code, apart from the engine's. */
#ifndef RELIGHT_IMAGES_OFFER_H
#define RELIGHT_IMAGES_OFFER_H

#include <stddef.h>
#include <stdint.h>

#include "relight/engine.h"

struct rl_offer {
    const uint8_t *running; /* the sound image that runs */
    size_t running_size;
    const uint8_t *bytes; /* what is offered: anything */
    size_t size;
    const struct relight_geometry *geometry;
    const uint8_t *public_key;
};

/* Why it must not replace the one that runs, as a status of docs/image-format.md; NULL: it may. The
 * first that applies: what the manifest alone tells, then that bytes are missing ("sender"), then
 * what takes all of it. `room` has geometry->bank[0].size bytes, for the judge. */
const char *rl_offer_refused_as(const struct rl_offer *offer, uint8_t *room);

#endif
