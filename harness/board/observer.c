#include "board/observer.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

void rl_observer_init(struct rl_observer *observer, uint32_t flash_pages, uint32_t memory_pages)
{
    memset(observer, 0, sizeof *observer);
    observer->pages[RL_FLASH] = flash_pages;
    observer->pages[RL_MEMORY] = memory_pages;
    for (int i = 0; i < 2; i++) {
        observer->pinned[i] = rl_calloc(RL_BITMAP_WORDS(observer->pages[i]), sizeof(uint64_t));
        observer->touched[i] = rl_calloc(RL_BITMAP_WORDS(observer->pages[i]), sizeof(uint64_t));
    }
}

void rl_observer_free(struct rl_observer *observer)
{
    for (int i = 0; i < 2; i++) {
        free(observer->pinned[i]);
        free(observer->touched[i]);
    }
    free(observer->list);
    free(observer->intervals);
    memset(observer, 0, sizeof *observer);
}

void rl_observer_clear(struct rl_observer *observer)
{
    observer->count = 0;
    observer->interval_count = 0;
    for (int i = 0; i < 2; i++) {
        size_t size = RL_BITMAP_WORDS(observer->pages[i]) * sizeof(uint64_t);

        memset(observer->pinned[i], 0, size);
        memset(observer->touched[i], 0, size);
    }
}

static struct rl_observation *push(struct rl_observer *observer)
{
    observer->list =
        rl_grow(observer->list, observer->count, &observer->room, sizeof *observer->list);
    memset(&observer->list[observer->count], 0, sizeof *observer->list);
    return &observer->list[observer->count++];
}

void rl_observe_page(struct rl_observer *observer, uint8_t device, uint32_t page, rl_slot slot)
{
    struct rl_observation *observation;

    if (rl_bit(observer->pinned[device], page)) {
        return;
    }
    rl_bit_set(observer->pinned[device], page);
    rl_bit_set(observer->touched[device], page);
    observation = push(observer);
    observation->device = device;
    observation->page = page;
    observation->slot = slot;
}

static bool is_open(const struct rl_observer *observer, uint8_t device, uint32_t page,
                    const uint64_t *original)
{
    return rl_bit(original, page) && !rl_bit(observer->pinned[device], page);
}

/* The bits of [first, end) that fall into word `index` of a bitmap. */
static uint64_t word_bits(uint32_t index, uint32_t first, uint32_t end)
{
    uint32_t base = index * 64u;
    uint64_t low = first > base ? UINT64_MAX << (first - base) : UINT64_MAX;
    uint64_t high = end - base < 64u ? UINT64_MAX >> (64u - (end - base)) : UINT64_MAX;

    return low & high;
}

bool rl_bits_any(const uint64_t *bits, const uint64_t *without, uint32_t first, uint32_t count)
{
    uint32_t end = first + count;

    for (uint32_t i = first / 64u; i * 64u < end; i++) {
        if ((bits[i] & ~without[i] & word_bits(i, first, end)) != 0) {
            return true;
        }
    }
    return false;
}

void rl_bits_set(uint64_t *bits, uint32_t first, uint32_t count)
{
    uint32_t end = first + count;

    for (uint32_t i = first / 64u; i * 64u < end; i++) {
        bits[i] |= word_bits(i, first, end);
    }
}

static void push_interval(struct rl_observer *observer, struct rl_interval interval)
{
    observer->intervals = rl_grow(observer->intervals, observer->interval_count,
                                  &observer->interval_room, sizeof *observer->intervals);
    observer->intervals[observer->interval_count++] = interval;
}

void rl_observe_range(struct rl_observer *observer, uint8_t device, uint32_t first, uint32_t count,
                      const uint64_t *original, struct rl_sum target, enum rl_answer answer)
{
    size_t start = observer->interval_count;
    struct rl_observation *observation;

    for (uint32_t page = first; page < first + count; page++) {
        size_t last = observer->interval_count - 1u;

        if (!is_open(observer, device, page, original)) {
            continue;
        }
        rl_bit_set(observer->touched[device], page);
        if (observer->interval_count > start &&
            observer->intervals[last].first + observer->intervals[last].count == page) {
            observer->intervals[last].count++;
        } else {
            push_interval(observer, (struct rl_interval){page, 1});
        }
    }
    if (answer == RL_HOLDS) {
        for (size_t i = start; i < observer->interval_count; i++) {
            for (uint32_t k = 0; k < observer->intervals[i].count; k++) {
                rl_bit_set(observer->pinned[device], observer->intervals[i].first + k);
            }
        }
    }
    observation = push(observer);
    observation->is_range = true;
    observation->device = device;
    observation->interval_first = (uint32_t)start;
    observation->interval_count = (uint32_t)(observer->interval_count - start);
    observation->target = target;
    observation->answer = answer;
}
