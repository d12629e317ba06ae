/* The storage system around its adapters: an input device that takes the medium with the new image,
 * a processor that starts the update and notifies the adapters, and two clusters that serve the
 * logical units: one the even ones, the other the odd ones. Each adapter reaches both. */
#ifndef RELIGHT_WORLD_STORAGE_H
#define RELIGHT_WORLD_STORAGE_H

#include <stdbool.h>
#include <stdint.h>

#define RL_CLUSTERS      2u
#define RL_LOGICAL_UNITS 4u /* as the usual picture has it: two for each cluster */

/* In which order the processor has several adapters updated. */
typedef enum rl_order {
    /* The next when the one before serves again and all hosts are logged in there. One that never
     * does is the last: the others stay as they are, so that hosts keep a path. */
    RL_ORDER_ONE_BY_ONE = 0,
    RL_ORDER_AT_ONCE = 1
} rl_order;

/* What the input device takes to give the processor an image of `bytes` from its medium. Done
 * before any adapter is notified: it makes no adapter wait. */
uint64_t rl_storage_medium_ns(uint32_t bytes);

/* The cluster that serves a logical unit: 0 or 1. */
uint32_t rl_storage_cluster(uint32_t logical_unit);

/* A cluster serves its commands one after the other. */
struct rl_cluster {
    uint64_t free_ns; /* when it is done with what it has */
    uint64_t served;  /* commands */
};

/* Gives it a command at `now_ns`; returns when the answer is ready. */
uint64_t rl_cluster_serve(struct rl_cluster *cluster, uint64_t now_ns, bool write);

#endif
