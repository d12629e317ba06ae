#include "board/pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "board/doubts.h"
#include "board/heap.h"

/* Contents never move: chunks of pages, found by number. */
#define CHUNK_PAGES 4096u
#define CHUNK_MAX   16384u /* 64 Mi pages: 16 GiB of contents, more than any campaign may use */
#define MARKS_MAX   65536u
#define FLAWS_MAX   16384u

/* A merge that was done before; a mask of 0 says that there is none. */
struct merged {
    rl_slot below, above, slot;
    uint32_t mask;
};

static struct {
    struct merged merged[65536];
    uint8_t *chunks[CHUNK_MAX];
    struct rl_sum *sums; /* by number */
    uint32_t *ones;      /* by number: mask of words of all ones */
    uint32_t count, room;
    uint32_t *table; /* number + 1, 0 for none; a power of two of entries */
    uint32_t table_size;
    struct rl_marks marks[MARKS_MAX];
    uint32_t marks_count;
    uint32_t marks_table[2u * MARKS_MAX];
    struct rl_flaws flaws[FLAWS_MAX]; /* the first has none */
    uint32_t flaws_count;
} pages;

const uint8_t *rl_pages_bytes(uint32_t data)
{
    return pages.chunks[data / CHUNK_PAGES] + (size_t)(data % CHUNK_PAGES) * RL_PAGE;
}

struct rl_sum rl_pages_fingerprint(uint32_t data)
{
    return pages.sums[data];
}

uint32_t rl_pages_ones(uint32_t data)
{
    return pages.ones[data];
}

static void table_grow(void)
{
    uint32_t size = pages.table_size == 0 ? 65536u : pages.table_size * 2u;

    free(pages.table);
    pages.table = rl_calloc(size, sizeof *pages.table);
    pages.table_size = size;
    for (uint32_t i = 0; i < pages.count; i++) {
        uint32_t at = (uint32_t)pages.sums[i].low & (size - 1u);

        while (pages.table[at] != 0) {
            at = (at + 1u) & (size - 1u);
        }
        pages.table[at] = i + 1u;
    }
}

static uint32_t ones_of(const uint8_t *bytes)
{
    static const uint8_t ones[RL_WORD] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    uint32_t mask = 0;

    for (uint32_t word = 0; word < RL_PAGE_WORDS; word++) {
        mask |= (uint32_t)(memcmp(bytes + word * RL_WORD, ones, RL_WORD) == 0) << word;
    }
    return mask;
}

static uint32_t data_add(const uint8_t *bytes, struct rl_sum sum)
{
    uint32_t number = pages.count;
    uint32_t chunk = number / CHUNK_PAGES;

    if (chunk >= CHUNK_MAX) {
        rl_out_of_memory();
    }
    if (pages.chunks[chunk] == NULL) {
        pages.chunks[chunk] = rl_malloc((size_t)CHUNK_PAGES * RL_PAGE);
    }
    if (number == pages.room) {
        pages.room = pages.room == 0 ? CHUNK_PAGES : pages.room * 2u;
        pages.sums = rl_realloc(pages.sums, pages.room * sizeof *pages.sums);
        pages.ones = rl_realloc(pages.ones, pages.room * sizeof *pages.ones);
    }
    memcpy(pages.chunks[chunk] + (size_t)(number % CHUNK_PAGES) * RL_PAGE, bytes, RL_PAGE);
    pages.sums[number] = sum;
    pages.ones[number] = ones_of(bytes);
    pages.count++;
    return number;
}

bool rl_pages_find(struct rl_sum fingerprint, uint32_t *data)
{
    uint32_t at = (uint32_t)fingerprint.low & (pages.table_size - 1u);

    while (pages.table_size > 0 && pages.table[at] != 0) {
        const struct rl_sum *sum = &pages.sums[pages.table[at] - 1u];

        if (sum->low == fingerprint.low && sum->high == fingerprint.high) {
            *data = pages.table[at] - 1u;
            return true;
        }
        at = (at + 1u) & (pages.table_size - 1u);
    }
    return false;
}

uint32_t rl_pages_data(const uint8_t *bytes)
{
    XXH128_hash_t hash = XXH3_128bits(bytes, RL_PAGE);
    struct rl_sum sum = {hash.low64, hash.high64};
    uint32_t at;

    if (rl_pages_find(sum, &at)) {
        return at;
    }
    if ((uint64_t)pages.count * 2u >= pages.table_size) {
        table_grow();
    }
    at = (uint32_t)sum.low & (pages.table_size - 1u);
    while (pages.table[at] != 0) {
        at = (at + 1u) & (pages.table_size - 1u);
    }
    pages.table[at] = pages.count + 1u;
    return data_add(bytes, sum);
}

uint32_t rl_pages_marks(struct rl_marks marks)
{
    uint32_t at = (uint32_t)(XXH3_64bits(&marks, sizeof marks) & (2u * MARKS_MAX - 1u));

    while (pages.marks_table[at] != 0) {
        uint32_t number = pages.marks_table[at] - 1u;

        if (memcmp(&pages.marks[number], &marks, sizeof marks) == 0) {
            return number;
        }
        at = (at + 1u) & (2u * MARKS_MAX - 1u);
    }
    if (pages.marks_count == MARKS_MAX) {
        rl_out_of_memory();
    }
    pages.marks[pages.marks_count] = marks;
    pages.marks_table[at] = ++pages.marks_count;
    return pages.marks_count - 1u;
}

struct rl_marks rl_pages_marks_of(uint32_t marks)
{
    return pages.marks[marks];
}

uint32_t rl_pages_flaws(const struct rl_flaws *flaws)
{
    for (uint32_t number = 0; number < pages.flaws_count; number++) {
        if (memcmp(&pages.flaws[number], flaws, sizeof *flaws) == 0) {
            return number;
        }
    }
    if (pages.flaws_count == FLAWS_MAX) {
        rl_out_of_memory();
    }
    pages.flaws[pages.flaws_count] = *flaws;
    return pages.flaws_count++;
}

const struct rl_flaws *rl_pages_flaws_of(uint32_t flaws)
{
    return &pages.flaws[flaws];
}

bool rl_pages_flawed(void)
{
    return pages.flaws_count > 1u;
}

rl_slot rl_slot_intern(const uint8_t *bytes, struct rl_marks marks)
{
    return rl_slot_make(rl_pages_data(bytes), rl_pages_marks(marks));
}

/* `low` with the flaws of `high` in the words of `mask`. */
static void merge_flaws(struct rl_marks *low, struct rl_marks high, uint32_t mask)
{
    struct rl_flaws flaws;

    if ((low->flaws | high.flaws) == 0) {
        return;
    }
    flaws = pages.flaws[low->flaws];
    for (uint32_t word = 0; word < RL_PAGE_WORDS; word++) {
        if (mask >> word & 1u) {
            flaws.bit[word] = pages.flaws[high.flaws].bit[word];
        }
    }
    low->flawed = (low->flawed & ~mask) | (high.flawed & mask);
    low->flaws = rl_pages_flaws(&flaws);
}

static rl_slot merge(rl_slot below, rl_slot above, uint32_t mask)
{
    uint8_t bytes[RL_PAGE];
    struct rl_marks low = rl_slot_marks_of(below);
    struct rl_marks high = rl_slot_marks_of(above);

    memcpy(bytes, rl_slot_bytes(below), RL_PAGE);
    for (uint32_t word = 0; word < RL_PAGE_WORDS; word++) {
        if (mask >> word & 1u) {
            memcpy(bytes + word * RL_WORD, rl_slot_bytes(above) + word * RL_WORD, RL_WORD);
        }
    }
    low.programmed = (low.programmed & ~mask) | (high.programmed & mask);
    low.bad = (low.bad & ~mask) | (high.bad & mask);
    merge_flaws(&low, high, mask);
    low.doubts = rl_doubts_merge(low.doubts, high.doubts, mask);
    return rl_slot_intern(bytes, low);
}

rl_slot rl_slot_merge(rl_slot below, rl_slot above, uint32_t mask)
{
    uint64_t hash;
    struct merged *memo;

    if (mask == 0 || below == above) {
        return below;
    }
    if (mask == UINT32_MAX) {
        return above;
    }
    hash = ((above ^ (below << 17u | below >> 47u)) * 0x9E3779B97F4A7C15u ^ mask) *
           0xD6E8FEB86659FD93u;
    memo = &pages.merged[hash >> 48u];
    if (memo->mask != mask || memo->below != below || memo->above != above) {
        *memo = (struct merged){below, above, merge(below, above, mask), mask};
    }
    return memo->slot;
}

void rl_pages_init(void)
{
    uint8_t erased[RL_PAGE];

    rl_pages_free();
    memset(erased, 0xFF, sizeof erased);
    (void)rl_pages_data(erased);
    pages.flaws_count = 1;
    (void)rl_pages_marks((struct rl_marks){0, 0, 0, 0, 0});
    (void)rl_pages_marks((struct rl_marks){UINT32_MAX, 0, 0, 0, 0});
    (void)rl_pages_marks((struct rl_marks){UINT32_MAX, UINT32_MAX, 0, 0, 0});
}

void rl_pages_free(void)
{
    for (uint32_t i = 0; i < CHUNK_MAX && pages.chunks[i] != NULL; i++) {
        free(pages.chunks[i]);
    }
    free(pages.sums);
    free(pages.ones);
    free(pages.table);
    memset(&pages, 0, sizeof pages);
    rl_doubts_free();
}
