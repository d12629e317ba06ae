/* Flash as bytes, as it stands somewhere in a scenario, for tools that take an image of it. */
#ifndef RELIGHT_EXPLORE_FLASH_DUMP_H
#define RELIGHT_EXPLORE_FLASH_DUMP_H

#include "explore/explore.h"
#include "explore/run.h"

/* As it is after operation `index` of the run's log. */
void rl_flash_dump_after(struct rl_flash_dump *dump, const struct rl_run *run, size_t index);
/* As a cut left it. */
void rl_flash_dump_view(struct rl_flash_dump *dump, const struct rl_scene *scene,
                        const struct rl_view *view);

#endif
