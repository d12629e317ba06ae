/* What tests of injected faults start from: a board of board_rig.h, and one fault that hits its
 * next operation. */
#ifndef INJECT_RIG_H
#define INJECT_RIG_H

#include "board_rig.h"
#include "faults/injection.h"

#define RIG_STAGED (RIG_STAGING / RL_PAGE) /* the first page of staging */
#define RIG_UNITS  (RIG_CHUNK / RL_PAGE)   /* pages of a chunk */
#define RIG_CHUNKS 3u                      /* of an image of inject_rig_build() */

extern struct rig rig;
extern struct rl_injecting injecting;

/* Made and taken away around each test: the usual board, and no fault. */
int inject_rig_set_up(void **state);
int inject_rig_tear_down(void **state);

/* The fault that `text` names hits the next operation, and there is no other. */
void inject_rig_arm(const char *text);
/* It fired, hit so many operations, and is over or not. */
void inject_rig_assert_hits(uint32_t hits, bool over);
/* How many variants of a class there are at the last operation; masks as in rl_injections_at(). */
uint32_t inject_rig_variants(rl_class fault_class, uint32_t lasts, uint32_t shows);

/* An image for a device's stock, of RIG_CHUNKS chunks, out of the pattern that `seed` makes. */
void inject_rig_build(uint64_t seed, uint8_t **image, size_t *size);

/* Receives chunk `chunk` into its place in staging; `received` is what was told to have come. */
relight_result inject_rig_receive(uint32_t chunk, uint32_t *received);
/* What the CPU sees in page `page` of staging. */
rl_slot inject_rig_staged(uint32_t page);

#endif
