/* Columns of the parity-check matrix: check bit i has column 1 << i; data bits have those of weight
 * three, then those of weight five, in ascending order. The sum of two columns has an even weight,
 * and so is none: two flips are always told from one. */
#include "board/ecc.h"

#define DATA_BITS_MAX (RL_ECC_BYTES_MAX * 8u)

uint32_t rl_ecc_check_bits(uint32_t bytes)
{
    return bytes <= 8u ? 8u : bytes <= 16u ? 9u : 10u;
}

/* Columns of the data bits, for 8, 9 and 10 check bits; made once. */
static uint16_t columns[3][DATA_BITS_MAX];
/* By syndrome: the bit with that column, or none. */
static uint16_t bits_of[3][1024];
#define NO_COLUMN UINT16_MAX

static void make(uint32_t index)
{
    uint32_t check = 8u + index;
    uint32_t count = 64u << index;
    uint32_t made = 0;

    for (uint32_t i = 0; i < 1024u; i++) {
        bits_of[index][i] = NO_COLUMN;
    }
    for (uint32_t i = 0; i < check; i++) {
        bits_of[index][1u << i] = (uint16_t)(count + i);
    }
    for (int weight = 3; weight <= 5; weight += 2) {
        for (uint32_t column = 0; column < 1u << check && made < count; column++) {
            if (__builtin_popcount(column) == weight) {
                bits_of[index][column] = (uint16_t)made;
                columns[index][made++] = (uint16_t)column;
            }
        }
    }
}

/* Which of the tables is for codewords of that size. */
static uint32_t table_of(uint32_t bytes)
{
    uint32_t index = rl_ecc_check_bits(bytes) - 8u;

    if (columns[index][0] == 0) {
        make(index);
    }
    return index;
}

static uint32_t column_of(uint32_t index, uint32_t bytes, uint32_t bit)
{
    return bit < bytes * 8u ? columns[index][bit] : 1u << (bit - bytes * 8u);
}

uint32_t rl_ecc_encode(const uint8_t *data, uint32_t bytes)
{
    uint32_t index = table_of(bytes);
    uint32_t check = 0;

    for (uint32_t bit = 0; bit < bytes * 8u; bit++) {
        if (data[bit / 8u] >> (bit % 8u) & 1) {
            check ^= columns[index][bit];
        }
    }
    return check;
}

/* What the decoder does about a syndrome. */
static struct rl_ecc_result judge(uint32_t index, uint32_t syndrome)
{
    if (syndrome == 0) {
        return (struct rl_ecc_result){RL_ECC_GOOD, RL_ECC_NO_BIT};
    }
    if (bits_of[index][syndrome] == NO_COLUMN) {
        return (struct rl_ecc_result){RL_ECC_UNCORRECTABLE, RL_ECC_NO_BIT};
    }
    return (struct rl_ecc_result){RL_ECC_CORRECTED, bits_of[index][syndrome]};
}

struct rl_ecc_result rl_ecc_decode(uint8_t *data, uint32_t bytes, uint32_t *check)
{
    struct rl_ecc_result result = judge(table_of(bytes), rl_ecc_encode(data, bytes) ^ *check);

    if (result.bit == RL_ECC_NO_BIT) {
        return result;
    }
    if (result.bit < bytes * 8u) {
        data[result.bit / 8u] ^= (uint8_t)(1u << (result.bit % 8u));
    } else {
        *check ^= 1u << (result.bit - bytes * 8u);
    }
    return result;
}

/* How many times a bit is named, modulo two. */
static bool is_flipped(const uint32_t *flips, uint32_t count, uint32_t bit)
{
    bool flipped = false;

    for (uint32_t i = 0; i < count; i++) {
        flipped ^= flips[i] == bit;
    }
    return flipped;
}

struct rl_ecc_result rl_ecc_decode_flips(uint32_t bytes, const uint32_t *flips, uint32_t count)
{
    uint32_t index = table_of(bytes);
    struct rl_ecc_result result;
    uint32_t syndrome = 0;
    uint32_t flipped = 0;

    for (uint32_t i = 0; i < count; i++) {
        syndrome ^= column_of(index, bytes, flips[i]);
    }
    for (uint32_t i = 0; i < count; i++) {
        flipped += is_flipped(flips, count, flips[i]) && !is_flipped(flips, i, flips[i]);
    }
    result = judge(index, syndrome);
    if ((result.answer == RL_ECC_GOOD && flipped > 0) ||
        (result.answer == RL_ECC_CORRECTED &&
         (flipped != 1u || !is_flipped(flips, count, result.bit)))) {
        result.answer = RL_ECC_MISCORRECTED;
    }
    return result;
}

void rl_ecc_silent_triple(uint32_t bytes, uint32_t bit, uint32_t flips[3])
{
    uint32_t bits = rl_ecc_bits(bytes);
    struct rl_ecc_result result;

    flips[0] = bit;
    for (flips[1] = bytes * 8u; flips[1] < bits; flips[1]++) {
        for (flips[2] = flips[1] + 1u; flips[2] < bits; flips[2]++) {
            result = rl_ecc_decode_flips(bytes, flips, 3u);
            if (result.answer == RL_ECC_MISCORRECTED) {
                return;
            }
        }
    }
}
