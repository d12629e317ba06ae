#include "faults/lines.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "board/heap.h"

struct list {
    uint32_t first, count; /* in `lines` */
};

static struct {
    struct rl_line *lines;
    size_t line_count, line_room;
    struct list *lists; /* number 0 is not in it */
    size_t list_count, list_room;
    uint32_t *table; /* open addressing, by content: the number of a list; 0: free */
    size_t table_size;
} known;

static uint32_t *find(const struct rl_line *lines, uint32_t count)
{
    size_t size = count * sizeof *lines;
    size_t at = XXH3_64bits(lines, size) & (known.table_size - 1u);

    while (known.table[at] != 0) {
        const struct list *list = &known.lists[known.table[at] - 1u];

        if (list->count == count && memcmp(known.lines + list->first, lines, size) == 0) {
            break;
        }
        at = (at + 1u) & (known.table_size - 1u);
    }
    return &known.table[at];
}

static void grow(void)
{
    free(known.table);
    known.table_size = known.table_size == 0 ? 256u : known.table_size * 2u;
    known.table = rl_calloc(known.table_size, sizeof *known.table);
    for (size_t i = 0; i < known.list_count; i++) {
        *find(known.lines + known.lists[i].first, known.lists[i].count) = (uint32_t)i + 1u;
    }
}

uint32_t rl_lines_put(const struct rl_line *lines, uint32_t count)
{
    uint32_t *at;

    if (count == 0) {
        return 0;
    }
    if ((known.list_count + 1u) * 2u > known.table_size) {
        grow();
    }
    at = find(lines, count);
    if (*at != 0) {
        return *at;
    }
    known.lists = rl_grow(known.lists, known.list_count, &known.list_room, sizeof *known.lists);
    known.lists[known.list_count++] = (struct list){(uint32_t)known.line_count, count};
    for (uint32_t i = 0; i < count; i++) {
        known.lines = rl_grow(known.lines, known.line_count, &known.line_room, sizeof *known.lines);
        known.lines[known.line_count++] = lines[i];
    }
    *at = (uint32_t)known.list_count;
    return *at;
}

const struct rl_line *rl_lines_get(uint32_t number, uint32_t *count)
{
    *count = 0;
    if (number == 0 || number > known.list_count) {
        return NULL;
    }
    *count = known.lists[number - 1u].count;
    return known.lines + known.lists[number - 1u].first;
}

void rl_lines_free(void)
{
    free(known.lines);
    free(known.lists);
    free(known.table);
    memset(&known, 0, sizeof known);
}
