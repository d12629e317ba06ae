/* The code that memory and flash keep: all single and double flips, and what three can do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "board/ecc.h"
#include "board_rig.h"

static const uint32_t sizes[] = {8, 16, 32};
#define SIZES (sizeof sizes / sizeof sizes[0])

static void flip(uint8_t *data, uint32_t bytes, uint32_t *check, uint32_t bit)
{
    if (bit < bytes * 8u) {
        data[bit / 8u] ^= (uint8_t)(1u << (bit % 8u));
    } else {
        *check ^= 1u << (bit - bytes * 8u);
    }
}

/* Flips the bits of a codeword for real and reads it: what rl_ecc_decode_flips() says without. */
static struct rl_ecc_result decode_for_real(uint32_t bytes, const uint32_t *flips, uint32_t count)
{
    uint8_t data[RL_ECC_BYTES_MAX], read[RL_ECC_BYTES_MAX];
    uint32_t right, check;
    struct rl_ecc_result result;

    board_rig_pattern(bytes, data, bytes);
    memcpy(read, data, bytes);
    right = rl_ecc_encode(data, bytes);
    check = right;
    for (uint32_t i = 0; i < count; i++) {
        flip(read, bytes, &check, flips[i]);
    }
    result = rl_ecc_decode(read, bytes, &check);
    if (result.answer != RL_ECC_UNCORRECTABLE &&
        (memcmp(read, data, bytes) != 0 || check != right)) {
        result.answer = RL_ECC_MISCORRECTED;
    }
    return result;
}

static void assert_same(uint32_t bytes, const uint32_t *flips, uint32_t count, rl_ecc_answer answer)
{
    struct rl_ecc_result real = decode_for_real(bytes, flips, count);
    struct rl_ecc_result told = rl_ecc_decode_flips(bytes, flips, count);

    assert_int_equal(real.answer, answer);
    assert_int_equal(told.answer, real.answer);
    assert_int_equal(told.bit, real.bit);
}

static void codewords_have_the_bits_of_the_textbook(void **state)
{
    (void)state;
    assert_int_equal(rl_ecc_bits(8), 72);
    assert_int_equal(rl_ecc_bits(16), 137);
    assert_int_equal(rl_ecc_bits(32), 266);
    for (unsigned i = 0; i < SIZES; i++) {
        assert_same(sizes[i], NULL, 0, RL_ECC_GOOD);
    }
}

static void every_single_flip_is_corrected(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SIZES; i++) {
        for (uint32_t bit = 0; bit < rl_ecc_bits(sizes[i]); bit++) {
            assert_same(sizes[i], &bit, 1, RL_ECC_CORRECTED);
            assert_int_equal(rl_ecc_decode_flips(sizes[i], &bit, 1).bit, bit);
        }
    }
}

static void every_double_flip_is_detected(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SIZES; i++) {
        for (uint32_t a = 0; a < rl_ecc_bits(sizes[i]); a++) {
            for (uint32_t b = a + 1u; b < rl_ecc_bits(sizes[i]); b++) {
                assert_same(sizes[i], (uint32_t[]){a, b}, 2, RL_ECC_UNCORRECTABLE);
            }
        }
    }
}

/* Of all triples of a word, so many are taken for a single flip; the others are detected. None is
 * corrected, and none goes unnoticed. */
static void triples_are_detected_or_taken_for_one(void **state)
{
    uint32_t silent = 0, detected = 0;

    (void)state;
    for (uint32_t a = 0; a < 72u; a++) {
        for (uint32_t b = a + 1u; b < 72u; b++) {
            for (uint32_t c = b + 1u; c < 72u; c++) {
                struct rl_ecc_result told = rl_ecc_decode_flips(8, (uint32_t[]){a, b, c}, 3);

                silent += told.answer == RL_ECC_MISCORRECTED && told.bit != RL_ECC_NO_BIT;
                detected += told.answer == RL_ECC_UNCORRECTABLE;
                if (told.answer == RL_ECC_MISCORRECTED) {
                    assert_true(told.bit != a && told.bit != b && told.bit != c);
                }
            }
        }
    }
    assert_int_equal(silent + detected, 72u * 71u * 70u / 6u);
    assert_true(silent > detected); /* that is why three flips are a class of their own */
}

static void triples_decode_as_real_codewords_do(void **state)
{
    uint64_t random = 1;

    (void)state;
    for (uint32_t i = 0; i < 3000u; i++) {
        uint32_t bytes = sizes[i % SIZES];
        uint32_t flips[3];

        for (uint32_t k = 0; k < 3u; k++) {
            flips[k] = board_rig_random(&random) % rl_ecc_bits(bytes);
        }
        assert_same(bytes, flips, 3, rl_ecc_decode_flips(bytes, flips, 3).answer);
    }
}

static void flips_of_one_bit_cancel(void **state)
{
    (void)state;
    assert_same(8, (uint32_t[]){5, 5}, 2, RL_ECC_GOOD);
    assert_same(8, (uint32_t[]){5, 70, 5}, 3, RL_ECC_CORRECTED);
}

static void each_data_bit_has_a_silent_triple(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SIZES; i++) {
        for (uint32_t bit = 0; bit < sizes[i] * 8u; bit++) {
            uint32_t flips[3];

            rl_ecc_silent_triple(sizes[i], bit, flips);
            assert_int_equal(flips[0], bit);
            assert_same(sizes[i], flips, 3, RL_ECC_MISCORRECTED);
            assert_int_not_equal(rl_ecc_decode_flips(sizes[i], flips, 3).bit, bit);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codewords_have_the_bits_of_the_textbook),
        cmocka_unit_test(every_single_flip_is_corrected),
        cmocka_unit_test(every_double_flip_is_detected),
        cmocka_unit_test(triples_are_detected_or_taken_for_one),
        cmocka_unit_test(triples_decode_as_real_codewords_do),
        cmocka_unit_test(flips_of_one_bit_cancel),
        cmocka_unit_test(each_data_bit_has_a_silent_triple),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
