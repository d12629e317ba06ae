#include "board/doubts.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "board/heap.h"

/* Words outside of `mask` are blank in both, so that equal doubts are stored once. */
struct doubts {
    uint64_t mask;
    rl_slot undone, done; /* not in doubt themselves */
};

static struct {
    struct doubts *list; /* number n is at n - 1; 0: no word is in doubt */
    size_t count, room;
    uint32_t *table; /* open addressing, by content: a number; 0: free */
    size_t table_size;
} known;

bool rl_doubts_any(void)
{
    return known.count > 0;
}

void rl_doubts_free(void)
{
    free(known.list);
    free(known.table);
    memset(&known, 0, sizeof known);
}

static struct doubts doubts_of(uint32_t number)
{
    return number == 0 ? (struct doubts){0, RL_SLOT_BLANK, RL_SLOT_BLANK} : known.list[number - 1u];
}

static uint32_t *find(const struct doubts *doubts)
{
    size_t at = XXH3_64bits(doubts, sizeof *doubts) & (known.table_size - 1u);

    while (known.table[at] != 0 &&
           memcmp(&known.list[known.table[at] - 1u], doubts, sizeof *doubts) != 0) {
        at = (at + 1u) & (known.table_size - 1u);
    }
    return &known.table[at];
}

static void grow(void)
{
    free(known.table);
    known.table_size = known.table_size == 0 ? 256u : known.table_size * 2u;
    known.table = rl_calloc(known.table_size, sizeof *known.table);
    for (size_t i = 0; i < known.count; i++) {
        *find(&known.list[i]) = (uint32_t)i + 1u;
    }
}

static uint32_t put(struct doubts doubts)
{
    uint32_t *at;

    if (doubts.mask == 0) {
        return 0;
    }
    if ((known.count + 1u) * 2u > known.table_size) {
        grow();
    }
    at = find(&doubts);
    if (*at == 0) {
        known.list = rl_grow(known.list, known.count, &known.room, sizeof *known.list);
        known.list[known.count++] = doubts;
        *at = (uint32_t)known.count;
    }
    return *at;
}

uint32_t rl_doubts_merge(uint32_t low, uint32_t high, uint32_t mask)
{
    struct doubts below = doubts_of(low);
    struct doubts above = doubts_of(high);

    if ((low | high) == 0) {
        return 0;
    }
    below.mask = (below.mask & ~mask) | (above.mask & mask);
    below.undone = rl_slot_merge(below.undone, above.undone, mask);
    below.done = rl_slot_merge(below.done, above.done, mask);
    return put(below);
}

/* A slot with these doubts in place of its own. */
static rl_slot with(rl_slot slot, uint32_t number)
{
    struct rl_marks marks = rl_slot_marks_of(slot);

    marks.doubts = number;
    return rl_slot_make(rl_slot_data(slot), rl_pages_marks(marks));
}

uint32_t rl_slot_doubted(rl_slot slot)
{
    return rl_slot_marks(slot) <= RL_MARKS_FULL
               ? 0
               : (uint32_t)doubts_of(rl_slot_marks_of(slot).doubts).mask;
}

rl_slot rl_slot_settled(rl_slot slot, uint32_t mask)
{
    return (rl_slot_doubted(slot) & mask) == 0
               ? slot
               : with(slot, rl_doubts_merge(rl_slot_marks_of(slot).doubts, 0, mask));
}

rl_slot rl_slot_turned(rl_slot slot, enum rl_turn turn)
{
    uint32_t mask = rl_slot_doubted(slot);
    uint32_t number = rl_slot_marks_of(slot).doubts;
    struct doubts doubts = doubts_of(number);
    struct rl_marks marks;

    if (mask == 0 || turn == RL_TURN_NONE) {
        return slot;
    }
    slot = rl_slot_merge(with(slot, 0), turn == RL_TURN_UNDONE ? doubts.undone : doubts.done, mask);
    marks = rl_slot_marks_of(slot);
    marks.bad |= turn == RL_TURN_BAD ? mask : 0;
    marks.doubts = number;
    return rl_slot_make(rl_slot_data(slot), rl_pages_marks(marks));
}

rl_slot rl_slot_doubt(rl_slot slot, rl_slot before, rl_slot done, uint32_t mask, enum rl_turn turn)
{
    struct doubts doubts = {mask,
                            rl_slot_merge(RL_SLOT_BLANK, rl_slot_settled(before, UINT32_MAX), mask),
                            rl_slot_merge(RL_SLOT_BLANK, rl_slot_settled(done, UINT32_MAX), mask)};
    uint32_t number = rl_doubts_merge(rl_slot_marks_of(slot).doubts, put(doubts), mask);
    rl_slot alone = rl_slot_turned(with(slot, put(doubts)), turn);

    return with(alone, number);
}

bool rl_slot_is_meant(rl_slot doubted, rl_slot slot, uint32_t mask)
{
    struct doubts doubts = doubts_of(rl_slot_marks_of(doubted).doubts);

    mask &= (uint32_t)doubts.mask;
    return rl_slot_merge(RL_SLOT_BLANK, rl_slot_settled(slot, UINT32_MAX), mask) ==
           rl_slot_merge(RL_SLOT_BLANK, doubts.done, mask);
}
