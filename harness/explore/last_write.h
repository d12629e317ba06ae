/* Which operation wrote a granule of flash, or a word of memory, last: looked for in the logs of a
 * scenario, power cycle by power cycle. A fault that changed it counts as well: what was torn,
 * taken back, or lost with power. */
#ifndef RELIGHT_EXPLORE_LAST_WRITE_H
#define RELIGHT_EXPLORE_LAST_WRITE_H

#include "explore/run.h"
#include "explore/timeline.h"

struct rl_last_write {
    bool asked;
    uint8_t device;
    uint32_t address, size; /* in its device: one granule or word */
    rl_slot holds;          /* its page as the CPU sees it, now */
    /* The write, once there was one. */
    uint32_t cycle; /* 0: none yet */
    size_t index;   /* in the log of that power cycle */
    struct rl_operation operation;
    bool fault;            /* the cut at that operation changed it, not the operation */
    rl_slot before, after; /* the page */
    uint32_t back_cycle;   /* of memory: when it reached memory; 0: it did not, or needed not */
    size_t back_index;
};

/* REGION+0xOFFSET, rounded down to the granule or word that it lies in. False when there is no such
 * place; NULL asks for nothing, and is right. */
bool rl_last_write_parse(const char *text, const struct rl_device *device,
                         struct rl_last_write *last);
/* A power cycle begins, in what `run` started with; the first, or one after a cut. */
void rl_last_write_begin(struct rl_last_write *last, const struct rl_run *run);
/* The operations of its log before `end`. */
void rl_last_write_follow(struct rl_last_write *last, const struct rl_run *run, uint32_t cycle,
                          size_t end);
/* A cut at operation `index` left `view`; the operations before it have been followed. */
void rl_last_write_cut(struct rl_last_write *last, const struct rl_run *run, uint32_t cycle,
                       size_t index, const struct rl_view *view);
void rl_last_write_tell(const struct rl_last_write *last, const struct rl_scene *scene,
                        struct rl_text *text);

#endif
