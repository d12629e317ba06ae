/* What a golden run is asked when the update is over and the new image runs. Nothing of it is part
 * of the run's footprint, and no operation of it is cut: it is a verdict on the golden run alone.
 */
#ifndef RELIGHT_EXPLORE_AFTERWARDS_H
#define RELIGHT_EXPLORE_AFTERWARDS_H

#include "explore/run.h"

/* Where the new image has a higher security counter than the old one, twice on a copy of the board:
 *   the old image is offered, and has to be refused;
 *   flash is put back to what it held when the run began, all but its one-time-programmable sector:
 *   a boot must not run the old image. */
void rl_afterwards_counter(struct rl_run *run);

/* On the board itself, which just booted the new image: the old one is offered, and where it is
 * taken the new one again, all in this one power cycle. Caches and memory are as the boot and the
 * updates leave them. That the old one is refused is no violation. What the run started from is
 * left alone; its board is used up. */
void rl_afterwards_there_and_back(struct rl_run *run);

#endif
