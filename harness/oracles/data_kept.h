/* Persistent data through a scenario: what the running image set, what is found after a boot, and
 * what a cut at some operation lets be found.
 *
 * A run knows what it found at its first boot, and from there on what its own changes made of it:
 * that is judged inside the run. Whether what it found is what the power cycle before it left
 * depends on where that was cut, which no run knows: that is judged for each crash state, by
 * rl_data_agrees(). */
#ifndef RELIGHT_ORACLES_DATA_KEPT_H
#define RELIGHT_ORACLES_DATA_KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "oracles/judge.h"

#define RL_DATA_ITEMS 32u /* of an engine's items, those that are judged: the first */

/* What an item may hold: nothing yet that is known (`there` false), or one of two values. */
struct rl_data_item {
    bool there;
    uint32_t value, other;
};

/* What a run found at its first boot. */
struct rl_data_found {
    bool read;       /* an image ran, and its items were read */
    uint32_t format; /* of the image that ran */
    uint32_t there;  /* mask of the items that it has */
    uint32_t value[RL_DATA_ITEMS];
};

/* One attempt of the running image to set an item. */
struct rl_data_change {
    uint64_t first, end; /* operations [first, end) of the first power cycle, from 0 */
    uint32_t item;
    bool there; /* the item was there before, as `old` */
    uint32_t old, new;
    bool acknowledged;
};

struct rl_data_history {
    const struct relight_engine *engine;
    uint32_t items; /* judged; 0: none */
    /* Items that an older format may take away, mask: all, until a golden run has shown which. */
    uint32_t may_go;
    struct rl_data_found found;
    struct rl_data_item now[RL_DATA_ITEMS];
    struct rl_data_change *changes;
    size_t count, room;
    uint32_t turn;         /* of the items, whose is next */
    uint32_t large, least; /* this item is set to more than that */
};

/* A history of an engine's items; of none when it keeps no data. */
void rl_data_init(struct rl_data_history *history, const struct relight_engine *engine);
void rl_data_free(struct rl_data_history *history);
/* Items that are there at one end of the history only, mask: in a golden run, those that the format
 * of one of the two images does not have. */
uint32_t rl_data_gone(const struct rl_data_history *history);
/* Nothing found and nothing changed. */
void rl_data_clear(struct rl_data_history *history);

/* All of `from`. */
void rl_data_assign(struct rl_data_history *to, const struct rl_data_history *from);

/* Takes what is there for what was found. Under a guard. */
void rl_data_find(struct rl_board *board, struct rl_data_history *history);

/* Reads all items on the judge's board, where `image` runs. The first time they are what was found;
 * later they have to be what they were, but for the run's own changes. Under a guard. */
void rl_judge_data(struct rl_judge *judge, struct rl_data_history *history, int image);

/* The running image sets `item` to another value than it has. `judge` may be NULL. `at_first` is
 * false when operations are not those of the first power cycle. Returns the change, valid until
 * the next. Under a guard. */
const struct rl_data_change *rl_data_set(struct rl_board *board, struct rl_data_history *history,
                                         struct rl_judge *judge, void *context, uint32_t item,
                                         bool at_first);
/* The same for the next item in turn that the image has; NULL when it has none. */
const struct rl_data_change *rl_data_turn(struct rl_board *board, struct rl_data_history *history,
                                          struct rl_judge *judge, void *context, bool at_first);

/* Whether what was found after a cut at operation `cut` (from 0; UINT64_MAX: after all of them) of
 * the power cycle of `history` is what that lets be found. `why` has RL_JUDGE_WHY bytes. */
bool rl_data_agrees(const struct rl_data_history *history, uint64_t cut,
                    const struct rl_data_found *found, char *why);

#endif
