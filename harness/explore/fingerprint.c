#include "explore/fingerprint.h"

#define XXH_STATIC_LINKING_ONLY /* a state on the stack */
#include <xxhash.h>

/* One page of a state. The numbers of contents and marks are of one process: what they mean
 * counts. */
struct page_print {
    struct rl_sum content;
    uint32_t programmed, bad, flawed, flaws;
};

static void put_plane(XXH3_state_t *state, const struct rl_plane *plane)
{
    for (uint32_t page = 0; page < plane->count; page++) {
        struct rl_marks marks = rl_slot_marks_of(plane->slots[page]);
        struct page_print print = {rl_pages_fingerprint(rl_slot_data(plane->slots[page])),
                                   marks.programmed, marks.bad, marks.flawed, 0};

        (void)XXH3_128bits_update(state, &print, sizeof print);
        if (marks.flawed != 0) {
            (void)XXH3_128bits_update(state, rl_pages_flaws_of(marks.flaws),
                                      sizeof(struct rl_flaws));
        }
    }
}

struct rl_sum rl_state_fingerprint(const struct rl_plane *flash, const struct rl_plane *memory)
{
    XXH128_hash_t hash;
    XXH3_state_t state;

    (void)XXH3_128bits_reset(&state);
    put_plane(&state, flash);
    put_plane(&state, memory);
    hash = XXH3_128bits_digest(&state);
    return (struct rl_sum){hash.low64, hash.high64};
}
