/* The questions that a state is asked on its way down the tree. While nothing changes in the pages
 * that they look at, another state goes the same way. */
#ifndef RELIGHT_CHECK_WAY_H
#define RELIGHT_CHECK_WAY_H

#include "check/reader.h"

struct rl_check_way {
    uint32_t *nodes; /* in order, up to where it forks */
    size_t count, room;
    bool forks;         /* by what a dirty line holds */
    uint64_t *asked[2]; /* by device, pages that a question looks at: on all its branches */
};

void rl_check_way_init(struct rl_check_way *way, const struct rl_check_cell *cell);
void rl_check_way_free(struct rl_check_way *way);
/* One question more. */
void rl_check_way_add(struct rl_check_way *way, const struct rl_check_cell *cell, uint32_t node);
/* Keeps the first `count` of its questions. */
void rl_check_way_cut(struct rl_check_way *way, const struct rl_check_cell *cell, size_t count);
/* Whether a question looks at any of the pages [page, page + count). */
bool rl_check_way_asks(const struct rl_check_way *way, uint8_t device, uint32_t page,
                       uint32_t count);
/* The first that does, up to where it forks; way->count: none. */
size_t rl_check_way_first(const struct rl_check_way *way, const struct rl_check_cell *cell,
                          uint8_t device, uint32_t page, uint32_t count);

/* Whether the question of a node looks at any of these pages of its device. */
bool rl_check_looks_at(const struct rl_check_cell *cell, const struct rl_check_node *node,
                       uint32_t page, uint32_t count);

#endif
