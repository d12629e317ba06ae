#include "check/way.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

void rl_check_way_init(struct rl_check_way *way, const struct rl_check_cell *cell)
{
    memset(way, 0, sizeof *way);
    for (int device = 0; device < 2; device++) {
        way->asked[device] = rl_calloc(RL_BITMAP_WORDS(cell->pages[device]), sizeof(uint64_t));
    }
}

void rl_check_way_free(struct rl_check_way *way)
{
    free(way->nodes);
    free(way->asked[0]);
    free(way->asked[1]);
}

static void note_pages(struct rl_check_way *way, const struct rl_check_cell *cell,
                       const struct rl_check_node *node)
{
    uint64_t *asked = way->asked[node->device];

    if (node->look < RL_LOOK_BLANK) {
        rl_bit_set(asked, node->page);
        return;
    }
    for (uint32_t i = 0; i < node->interval_count; i++) {
        const struct rl_interval *at = &cell->intervals[node->interval_first + i];

        if (at->count > 0) {
            rl_bits_set(asked, at->first, at->count);
        }
    }
}

void rl_check_way_add(struct rl_check_way *way, const struct rl_check_cell *cell, uint32_t node)
{
    note_pages(way, cell, &cell->nodes[node]);
    if (!way->forks) {
        way->nodes = rl_grow(way->nodes, way->count, &way->room, sizeof *way->nodes);
        way->nodes[way->count++] = node;
    }
}

void rl_check_way_cut(struct rl_check_way *way, const struct rl_check_cell *cell, size_t count)
{
    way->count = count;
    way->forks = false;
    for (int device = 0; device < 2; device++) {
        memset(way->asked[device], 0, RL_BITMAP_WORDS(cell->pages[device]) * sizeof(uint64_t));
    }
    for (size_t i = 0; i < count; i++) {
        note_pages(way, cell, &cell->nodes[way->nodes[i]]);
    }
}

bool rl_check_way_asks(const struct rl_check_way *way, uint8_t device, uint32_t page,
                       uint32_t count)
{
    for (uint32_t i = page; i < page + count; i++) {
        if (rl_bit(way->asked[device], i)) {
            return true;
        }
    }
    return false;
}

bool rl_check_looks_at(const struct rl_check_cell *cell, const struct rl_check_node *node,
                       uint32_t page, uint32_t count)
{
    if (node->look < RL_LOOK_BLANK) {
        return node->page - page < count;
    }
    for (uint32_t i = 0; i < node->interval_count; i++) {
        const struct rl_interval *at = &cell->intervals[node->interval_first + i];

        if (at->first < page + count && page < at->first + at->count) {
            return true;
        }
    }
    return false;
}

size_t rl_check_way_first(const struct rl_check_way *way, const struct rl_check_cell *cell,
                          uint8_t device, uint32_t page, uint32_t count)
{
    size_t i = 0;

    while (i < way->count) {
        const struct rl_check_node *node = &cell->nodes[way->nodes[i]];

        if (node->device == device && rl_check_looks_at(cell, node, page, count)) {
            break;
        }
        i++;
    }
    return i;
}
