#include "board/observer.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "board/turned.h"

void rl_observer_init(struct rl_observer *observer, uint32_t flash_pages, uint32_t memory_pages)
{
    memset(observer, 0, sizeof *observer);
    observer->pages[RL_FLASH] = flash_pages;
    observer->pages[RL_MEMORY] = memory_pages;
    for (int i = 0; i < 2; i++) {
        observer->pinned[i] = rl_calloc(RL_BITMAP_WORDS(observer->pages[i]), sizeof(uint64_t));
        observer->touched[i] = rl_calloc(RL_BITMAP_WORDS(observer->pages[i]), sizeof(uint64_t));
        observer->words[i] = rl_calloc(observer->pages[i], sizeof(uint32_t));
        observer->unread[i] = rl_calloc(observer->pages[i], sizeof(uint32_t));
    }
}

void rl_observer_free(struct rl_observer *observer)
{
    for (int i = 0; i < 2; i++) {
        free(observer->pinned[i]);
        free(observer->touched[i]);
        free(observer->words[i]);
        free(observer->unread[i]);
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
        memset(observer->words[i], 0, observer->pages[i] * sizeof(uint32_t));
        memset(observer->unread[i], 0, observer->pages[i] * sizeof(uint32_t));
    }
}

static struct rl_observation *push(struct rl_observer *observer)
{
    observer->list =
        rl_grow(observer->list, observer->count, &observer->room, sizeof *observer->list);
    memset(&observer->list[observer->count], 0, sizeof *observer->list);
    return &observer->list[observer->count++];
}

uint64_t rl_slot_words(rl_slot slot, uint32_t mask)
{
    if ((rl_slot_marks_of(slot).bad & mask & ~rl_slot_doubted(slot)) != 0) {
        return RL_WORDS_BAD;
    }
    return rl_slot_merge(RL_SLOT_BLANK, slot, mask);
}

static void pin(struct rl_observer *observer, uint8_t device, uint32_t page, uint32_t mask)
{
    observer->words[device][page] |= mask;
    if (observer->words[device][page] == UINT32_MAX) {
        rl_bit_set(observer->pinned[device], page);
    }
}

static struct rl_observation *push_page(struct rl_observer *observer, uint8_t look, uint8_t device,
                                        uint32_t page)
{
    struct rl_observation *observation = push(observer);

    rl_bit_set(observer->touched[device], page);
    observation->look = (uint8_t)look;
    observation->device = device;
    observation->page = page;
    return observation;
}

void rl_observe_page(struct rl_observer *observer, uint8_t device, uint32_t page, rl_slot slot)
{
    if (rl_bit(observer->pinned[device], page)) {
        return;
    }
    push_page(observer, RL_LOOK_PAGE, device, page)->value = slot;
    pin(observer, device, page, UINT32_MAX);
}

/* Whether one of the words is known as bad: those that are pinned are not. */
static bool knows_bad(const struct rl_observer *observer, uint8_t device, uint32_t page,
                      uint32_t mask)
{
    uint32_t unread = observer->unread[device][page] & ~observer->words[device][page];

    return unread != 0 && (unread & ~mask) == 0;
}

void rl_observe_words(struct rl_observer *observer, uint8_t device, uint32_t page, uint32_t mask,
                      rl_slot slot)
{
    struct rl_observation *observation;

    mask &= ~observer->words[device][page];
    if (mask == 0 || knows_bad(observer, device, page, mask)) {
        return;
    }
    observation = push_page(observer, RL_LOOK_WORDS, device, page);
    observation->mask = mask;
    observation->value = rl_slot_words(slot, mask);
    if (observation->value != RL_WORDS_BAD) {
        pin(observer, device, page, mask);
    } else {
        observer->unread[device][page] = mask;
    }
}

static bool is_open_page(const struct rl_observer *observer, uint8_t device, uint32_t page,
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

/* Keeps the open pages of a range as intervals; returns a new observation of them. */
static struct rl_observation *push_open(struct rl_observer *observer, enum rl_look look,
                                        uint8_t device, struct rl_interval range,
                                        const uint64_t *original)
{
    size_t start = observer->interval_count;
    struct rl_observation *observation;

    for (uint32_t page = range.first; page < range.first + range.count; page++) {
        size_t last = observer->interval_count - 1u;

        if (!is_open_page(observer, device, page, original)) {
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
    observation = push(observer);
    observation->look = (uint8_t)look;
    observation->device = device;
    observation->interval_first = (uint32_t)start;
    observation->interval_count = (uint32_t)(observer->interval_count - start);
    return observation;
}

/* The answer says what every page of the intervals holds. `slots`: leave out words of flash whose
 * content does not tell whether they are programmed. NULL: pin all. */
static void pin_intervals(struct rl_observer *observer, const struct rl_observation *observation,
                          const rl_slot *slots)
{
    for (uint32_t i = 0; i < observation->interval_count; i++) {
        const struct rl_interval *at = &observer->intervals[observation->interval_first + i];

        for (uint32_t k = 0; k < at->count; k++) {
            uint32_t page = at->first + k;
            uint32_t open = slots == NULL ? 0 : rl_pages_ones(rl_slot_data(slots[page]));

            pin(observer, observation->device, page, ~open);
        }
    }
}

/* Flawed words in the pages of a look: a read corrects and counts them. */
static uint64_t open_flaws(const struct rl_observer *observer,
                           const struct rl_observation *observation, const rl_slot *slots)
{
    uint64_t flaws = 0;

    for (uint32_t i = 0; rl_pages_flawed() && i < observation->interval_count; i++) {
        const struct rl_interval *at = &observer->intervals[observation->interval_first + i];

        for (uint32_t k = 0; k < at->count; k++) {
            flaws = rl_flaws_add(flaws, at->first + k, slots[at->first + k]);
        }
    }
    return flaws;
}

/* What the look comes to when words in doubt turn. */
static uint64_t open_turned(const struct rl_observer *observer,
                            const struct rl_observation *observation, const rl_slot *slots)
{
    struct rl_turned turned = {0};

    if (observation->device != RL_FLASH || !rl_doubts_any()) {
        return 0;
    }
    for (uint32_t i = 0; i < observation->interval_count; i++) {
        const struct rl_interval *at = &observer->intervals[observation->interval_first + i];

        for (uint32_t k = 0; k < at->count; k++) {
            rl_turned_add(&turned, at->first + k, slots[at->first + k]);
        }
    }
    return rl_turned_answers(&turned, observation->look, observation->target);
}

void rl_observe_range(struct rl_observer *observer, uint8_t look, uint8_t device, uint32_t first,
                      uint32_t count, const uint64_t *original, const rl_slot *slots,
                      struct rl_sum target, enum rl_answer answer)
{
    struct rl_observation *observation =
        push_open(observer, look, device, (struct rl_interval){first, count}, original);
    uint64_t flaws = open_flaws(observer, observation, slots);

    observation->target = target;
    observation->value =
        answer | open_turned(observer, observation, slots) | flaws << RL_RANGE_FLAWS;
    if (observation->value == RL_HOLDS) {
        pin_intervals(observer, observation, device == RL_FLASH ? slots : NULL);
    }
}

void rl_observe_content(struct rl_observer *observer, const struct rl_content *content,
                        uint32_t first)
{
    struct rl_observation *last = &observer->list[observer->count - 1u];

    last->content = content;
    last->content_first = first;
}

enum rl_answer rl_blank_answer(enum rl_answer so_far, rl_slot slot)
{
    if (so_far == RL_UNREADABLE || rl_slot_is_bad(slot)) {
        return RL_UNREADABLE;
    }
    return rl_slot_settled(slot, UINT32_MAX) == RL_SLOT_BLANK ? so_far : RL_DIFFERS;
}

void rl_observe_blank(struct rl_observer *observer, uint8_t device, uint32_t first, uint32_t count,
                      const uint64_t *original, const rl_slot *slots)
{
    enum rl_answer answer = RL_HOLDS;
    struct rl_observation *observation;

    if (!rl_bits_any(original, observer->pinned[device], first, count)) {
        return;
    }
    for (uint32_t page = first; page < first + count; page++) {
        if (is_open_page(observer, device, page, original)) {
            answer = rl_blank_answer(answer, slots[page]);
        }
    }
    observation =
        push_open(observer, RL_LOOK_BLANK, device, (struct rl_interval){first, count}, original);
    observation->value = answer | open_turned(observer, observation, slots);
    if (observation->value == RL_HOLDS) {
        pin_intervals(observer, observation, NULL);
    }
}
