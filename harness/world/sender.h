/* The storage system's side of an update: it has one image, and starts again whenever asked. */
#ifndef RELIGHT_WORLD_SENDER_H
#define RELIGHT_WORLD_SENDER_H

#include <stdint.h>

#include "board/board.h"

struct rl_sender {
    const uint32_t *data; /* page numbers of the image, borrowed */
    uint32_t pages;
};

/* The link through which a board receives from `sender`, which must outlive it. */
struct rl_link rl_sender_link(struct rl_sender *sender);

#endif
