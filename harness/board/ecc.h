/* SECDED: the code that memory and flash keep beside their data. It corrects one flipped bit of a
 * codeword and detects two; three may pass for one, and then come back as wrong data with a good
 * status.
 *
 * The code is one of odd-weight columns (M. Y. Hsiao, "A Class of Optimal Minimum Odd-weight-column
 * SEC-DED Codes", IBM J. Res. Dev. 14(4), 1970). A codeword is a word of memory, or a granule of
 * flash: 8, 16 or 32 bytes with 8, 9 or 10 check bits. It is linear: what the decoder makes of a
 * codeword depends on which of its bits flipped, and not on what it holds. So the board keeps no
 * check bits, only which bits flipped.
 *
 * Bits of a codeword are numbered: data bit 8 i + k is bit k of byte i; check bits follow. */
#ifndef RELIGHT_BOARD_ECC_H
#define RELIGHT_BOARD_ECC_H

#include <stdbool.h>
#include <stdint.h>

#define RL_ECC_BYTES_MAX 32u
#define RL_ECC_FLIPS_MAX 4u
#define RL_ECC_NO_BIT    UINT32_MAX

typedef enum rl_ecc_answer {
    RL_ECC_GOOD = 0,     /* nothing to correct, and nothing wrong */
    RL_ECC_CORRECTED,    /* one bit, and the data are right */
    RL_ECC_MISCORRECTED, /* the decoder is content, and the data or check bits are wrong */
    RL_ECC_UNCORRECTABLE
} rl_ecc_answer;

struct rl_ecc_result {
    rl_ecc_answer answer;
    uint32_t bit; /* that the decoder inverted, or RL_ECC_NO_BIT */
};

/* Of codewords with `bytes` of data: 8, 16 or 32. */
uint32_t rl_ecc_check_bits(uint32_t bytes);
/* Bits of a codeword, data and check bits. */
static inline uint32_t rl_ecc_bits(uint32_t bytes)
{
    return bytes * 8u + rl_ecc_check_bits(bytes);
}

/* The check bits of `data`. */
uint32_t rl_ecc_encode(const uint8_t *data, uint32_t bytes);
/* Reads a codeword: corrects `data` and *check in place where the decoder thinks that it can. It
 * cannot know when it is wrong: the answer is never RL_ECC_MISCORRECTED. */
struct rl_ecc_result rl_ecc_decode(uint8_t *data, uint32_t bytes, uint32_t *check);

/* What the decoder makes of a codeword of which these bits flipped. A bit that is named twice
 * flipped back. */
struct rl_ecc_result rl_ecc_decode_flips(uint32_t bytes, const uint32_t *flips, uint32_t count);
/* Three bits whose flips the decoder takes for one: data bit `bit`, which comes back wrong, and two
 * check bits. The same for the same bit; of most bits, no other data bit is wrong. */
void rl_ecc_silent_triple(uint32_t bytes, uint32_t bit, uint32_t flips[3]);

#endif
