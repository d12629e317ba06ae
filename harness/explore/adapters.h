/* The adapters that are updated before the one that is explored: once each, without faults, from
 * the same start state, on a board of its own. So nothing of them depends on how the explored one
 * does, and its recoveries stay functions of what they read. The last of them may pass on its
 * image. */
#ifndef RELIGHT_EXPLORE_ADAPTERS_H
#define RELIGHT_EXPLORE_ADAPTERS_H

#include <stdint.h>

#include "board/board.h"
#include "board/history.h"
#include "world/host.h"

struct rl_scene;

struct rl_adapters {
    uint32_t count;
    struct rl_port_history histories[RL_WORLD_ADAPTERS - 1u]; /* of their boots and updates */
    struct rl_board *last; /* of them, as its update left it; NULL when there is none */
};

/* Of a scene whose start state stands: updates them, and sets the scene's source of the new image.
 * Where one cannot be updated, the scene's `unreached` says so, and the source is the storage
 * system. `context` is one for its engine. */
void rl_adapters_init(struct rl_adapters *before, struct rl_scene *scene, void *context);
void rl_adapters_free(struct rl_adapters *before);

#endif
