/* Where an adapter's new image comes from. A source gives any part of the image whenever asked, and
 * from the beginning again after a cut; how fast is its only own trait. */
#ifndef RELIGHT_WORLD_SOURCE_H
#define RELIGHT_WORLD_SOURCE_H

#include <stdint.h>

#include "board/board.h"

struct rl_image_source {
    const char *name;      /* for timelines: "storage system", … */
    const uint32_t *data;  /* numbers of the image's pages, borrowed; NULL for a relay */
    struct rl_board *from; /* the adapter that passes its image on, borrowed; NULL without one */
    uint32_t first;        /* page of its flash at which the image begins */
    uint32_t pages;        /* of the image; 0: nobody sends */
    uint32_t ns_per_page;
    uint32_t latency_ns; /* of each request */
};

/* The storage system's processor, which has read the image from a medium, sends it over the link.
 */
struct rl_image_source rl_source_storage(const uint32_t *data, uint32_t pages);
/* The host that the adapter is plugged into has the image in a file and sends it over its bus. */
struct rl_image_source rl_source_host(const uint32_t *data, uint32_t pages);
/* Another adapter passes on the image that it runs: `pages` pages of its flash from page `first`
 * on, as they stand there when they are asked for. What does not read there ends the transfer. */
struct rl_image_source rl_source_relay(struct rl_board *from, uint32_t first, uint32_t pages);

/* The link through which a board receives from `source`, which must outlive it. */
struct rl_link rl_source_link(struct rl_image_source *source);

#endif
