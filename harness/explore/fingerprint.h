/* 128 bits of a crash state that are the same in every process: of the content of each page and
 * what its marks say. */
#ifndef RELIGHT_EXPLORE_FINGERPRINT_H
#define RELIGHT_EXPLORE_FINGERPRINT_H

#include "board/plane.h"

struct rl_sum rl_state_fingerprint(const struct rl_plane *flash, const struct rl_plane *memory);

#endif
