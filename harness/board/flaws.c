/* Bits of codewords that flip, and stay so until somebody writes the word. */
#include <string.h>

#include "board/ecc.h"
#include "board/pages.h"

static void flip_data(uint8_t *bytes, uint32_t first, uint32_t words, uint32_t bit)
{
    if (bit < words * RL_WORD * 8u) {
        bytes[first * RL_WORD + bit / 8u] ^= (uint8_t)(1u << (bit % 8u));
    }
}

/* Notes the flaw of a codeword; RL_ECC_NO_BIT: none. */
static void set_flaw(struct rl_marks *marks, uint32_t first, uint32_t words, uint32_t bit)
{
    struct rl_flaws flaws = *rl_pages_flaws_of(marks->flaws);
    uint32_t mask = rl_word_mask(first, words);

    for (uint32_t word = first; word < first + words; word++) {
        flaws.bit[word] = bit == RL_ECC_NO_BIT ? 0 : (uint16_t)(bit + 1u);
    }
    marks->flawed = bit == RL_ECC_NO_BIT ? marks->flawed & ~mask : marks->flawed | mask;
    marks->flaws = rl_pages_flaws(&flaws);
}

rl_slot rl_slot_flip(rl_slot slot, uint32_t first, uint32_t words, const uint32_t *flips,
                     uint32_t count)
{
    struct rl_marks marks = rl_slot_marks_of(slot);
    uint32_t mask = rl_word_mask(first, words);
    uint32_t all[RL_ECC_FLIPS_MAX];
    struct rl_ecc_result result;
    uint8_t bytes[RL_PAGE];
    uint32_t flawed = rl_pages_flaws_of(marks.flaws)->bit[first];
    uint32_t total = 0;

    if ((marks.bad & mask) != 0) {
        return slot;
    }
    if (flawed != 0) {
        all[total++] = flawed - 1u;
    }
    for (uint32_t i = 0; i < count && total < RL_ECC_FLIPS_MAX; i++) {
        all[total++] = flips[i];
    }
    result = rl_ecc_decode_flips(words * RL_WORD, all, total);
    memcpy(bytes, rl_slot_bytes(slot), RL_PAGE);
    set_flaw(&marks, first, words, result.bit);
    if (result.answer == RL_ECC_UNCORRECTABLE) {
        marks.bad |= mask;
    } else if (result.answer == RL_ECC_MISCORRECTED) {
        /* The content is what comes back: all that flipped, and what the decoder inverted. */
        for (uint32_t i = 0; i < total; i++) {
            flip_data(bytes, first, words, all[i]);
        }
        flip_data(bytes, first, words, result.bit);
    }
    return rl_slot_intern(bytes, marks);
}

rl_slot rl_slot_scrubbed(rl_slot slot, uint32_t mask)
{
    struct rl_marks marks = rl_slot_marks_of(slot);
    struct rl_flaws flaws = *rl_pages_flaws_of(marks.flaws);

    for (uint32_t word = 0; word < RL_PAGE_WORDS; word++) {
        if (mask >> word & 1u) {
            flaws.bit[word] = 0;
        }
    }
    marks.flawed &= ~mask;
    marks.flaws = rl_pages_flaws(&flaws);
    return rl_slot_make(rl_slot_data(slot), rl_pages_marks(marks));
}
