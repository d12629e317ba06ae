/* Leaves of several processes are compared by what their runs read: by contents, because numbers of
 * pages and marks are a process's own. */
#define XXH_STATIC_LINKING_ONLY /* a state on the stack */
#include <xxhash.h>

#include "explore/footprint.h"

/* The content and the marks of a slot. */
static void put_slot(XXH3_state_t *state, rl_slot slot)
{
    struct rl_marks marks = rl_slot_marks_of(slot);
    struct rl_sum data = rl_pages_fingerprint(rl_slot_data(slot));
    const uint32_t words[] = {marks.programmed, marks.bad, marks.flawed};

    (void)XXH3_128bits_update(state, &data, sizeof data);
    (void)XXH3_128bits_update(state, words, sizeof words);
    if (marks.flaws != 0) {
        (void)XXH3_128bits_update(state, rl_pages_flaws_of(marks.flaws), sizeof(struct rl_flaws));
    }
}

struct rl_sum rl_footprints_path(const struct rl_run *run)
{
    const struct rl_observer *observer = &run->observer;
    XXH128_hash_t hash;
    XXH3_state_t state;

    (void)XXH3_128bits_reset(&state);
    for (size_t i = 0; i < observer->count; i++) {
        const struct rl_observation *seen = &observer->list[i];
        bool holds_slot = seen->look == RL_LOOK_PAGE ||
                          (seen->look == RL_LOOK_WORDS && seen->value != RL_WORDS_BAD);
        const uint64_t head[] = {(uint64_t)seen->look << 32u | seen->device,
                                 (uint64_t)seen->page << 32u | seen->mask,
                                 seen->target.low,
                                 seen->target.high,
                                 seen->interval_count,
                                 holds_slot ? 0 : seen->value};

        (void)XXH3_128bits_update(&state, head, sizeof head);
        if (holds_slot) {
            put_slot(&state, seen->value);
        }
        (void)XXH3_128bits_update(&state, observer->intervals + seen->interval_first,
                                  seen->interval_count * sizeof *observer->intervals);
    }
    hash = XXH3_128bits_digest(&state);
    return (struct rl_sum){hash.low64, hash.high64};
}
