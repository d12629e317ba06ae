/* Bulk checks: answered from what is known about contents, and right all the same. */
/* groups: digest compare blank signature */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sodium.h>
#include <string.h>

#include "board_rig.h"
#include "groups.h"

static struct rig rig;

static int set_up(void **state)
{
    (void)state;
    board_rig_init(&rig, RIG_LINES);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    board_rig_free(&rig);
    return 0;
}

/* Programs `pages` pages from `address` on; page i holds pattern seed + i. */
static void program(uint32_t address, uint32_t pages, uint32_t seed)
{
    uint8_t bytes[RL_PAGE];

    for (uint32_t i = 0; i < pages; i++) {
        board_rig_pattern(seed + i, bytes, sizeof bytes);
        assert_int_equal(CALL(&rig, flash_program, address + i * RL_PAGE, bytes, RL_PAGE),
                         RELIGHT_OK);
    }
}

/* The digest of pages that hold patterns seed, seed + 1 and so on. */
static void digest_of(uint32_t pages, uint32_t seed, uint8_t *digest)
{
    crypto_hash_sha256_state state;
    uint8_t bytes[RL_PAGE];

    crypto_hash_sha256_init(&state);
    for (uint32_t i = 0; i < pages; i++) {
        board_rig_pattern(seed + i, bytes, sizeof bytes);
        crypto_hash_sha256_update(&state, bytes, sizeof bytes);
    }
    crypto_hash_sha256_final(&state, digest);
}

static void know(uint32_t pages, uint32_t seed)
{
    uint32_t data[32];

    for (uint32_t i = 0; i < pages; i++) {
        data[i] = board_rig_page(seed + i);
    }
    assert_non_null(rl_content_add(data, pages));
}

static bool digest_holds(relight_space space, uint32_t address, uint32_t pages, uint32_t seed)
{
    uint8_t digest[RL_DIGEST];
    bool equal = false;

    digest_of(pages, seed, digest);
    assert_int_equal(CALL(&rig, digest_check, space, address, pages * RL_PAGE, digest, &equal),
                     RELIGHT_OK);
    return equal;
}

static void digests_hold_for_what_is_there(bool known)
{
    if (known) {
        know(5, 1);
    }
    program(RIG_BANK_B, 5, 1);
    assert_true(digest_holds(RELIGHT_FLASH, RIG_BANK_B, 5, 1));
    assert_true(digest_holds(RELIGHT_FLASH, RIG_BANK_B, 5, 1)); /* known now in either case */
    assert_false(digest_holds(RELIGHT_FLASH, RIG_BANK_A, 5, 1));
    assert_false(digest_holds(RELIGHT_FLASH, RIG_BANK_B, 4, 1000));
    program(RIG_BANK_A, 4, 1);
    program(RIG_BANK_A + 4u * RL_PAGE, 1, 77);
    assert_false(digest_holds(RELIGHT_FLASH, RIG_BANK_A, 5, 1));
    assert_true(digest_holds(RELIGHT_FLASH, RIG_BANK_A, 4, 1));
}

static void digests_of_known_content(void **state)
{
    (void)state;
    digests_hold_for_what_is_there(true);
}

static void digests_of_unknown_content(void **state)
{
    (void)state;
    digests_hold_for_what_is_there(false);
}

static void pages_in_another_order_differ(void **state)
{
    (void)state;
    know(2, 1);
    program(0, 1, 2);
    program(RL_PAGE, 1, 1);
    assert_false(digest_holds(RELIGHT_FLASH, 0, 2, 1));
}

static void digests_of_memory_see_the_cache(void **state)
{
    (void)state;
    know(1, 1);
    board_rig_store(&rig, 2, 0, 31, 1);
    assert_true(digest_holds(RELIGHT_MEMORY, 2u * RL_PAGE, 1, 1));
    assert_int_equal(CALL(&rig, cache_clean, 2u * RL_PAGE, RL_PAGE), RELIGHT_OK);
    board_rig_store(&rig, 2, 31, 31, 9);
    assert_false(digest_holds(RELIGHT_MEMORY, 2u * RL_PAGE, 1, 1));
    rig.board.peeking = 1; /* what a reset would leave */
    assert_true(digest_holds(RELIGHT_MEMORY, 2u * RL_PAGE, 1, 1));
}

static void digests_of_bad_words_fail(void **state)
{
    uint8_t digest[RL_DIGEST];
    bool equal = true;

    (void)state;
    digest_of(3, 1, digest);
    program(0, 3, 1);
    board_rig_spoil(&rig, RL_PLANE_FLASH, 2, 1);
    assert_int_equal(CALL(&rig, digest_check, RELIGHT_FLASH, 0, 3u * RL_PAGE, digest, &equal),
                     RELIGHT_ECC);
    assert_false(equal);
    know(3, 1);
    equal = true;
    assert_int_equal(CALL(&rig, digest_check, RELIGHT_FLASH, 0, 3u * RL_PAGE, digest, &equal),
                     RELIGHT_ECC);
    assert_false(equal);
}

static void digests_out_of_place_are_refused(void **state)
{
    static const struct {
        relight_space space;
        uint32_t address, size;
    } cases[] = {
        {RELIGHT_FLASH, 8, RL_PAGE},           {RELIGHT_FLASH, 0, 8},
        {RELIGHT_FLASH, RIG_FLASH, RL_PAGE},   {RELIGHT_FLASH, 0, 0},
        {RELIGHT_MEMORY, RIG_MEMORY, RL_PAGE}, {RELIGHT_MEMORY, RIG_MEMORY - RL_PAGE, 512},
    };
    uint8_t digest[RL_DIGEST] = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool equal = true;

        board_rig_assert_refused(&rig,
                                 CALL(&rig, digest_check, cases[i].space, cases[i].address,
                                      cases[i].size, digest, &equal),
                                 "a check");
        assert_false(equal);
    }
}

static void digest_of_bytes_at_hand(void **state)
{
    static uint8_t bytes[65537];
    uint8_t expected[RL_DIGEST];
    uint8_t actual[RL_DIGEST];

    (void)state;
    board_rig_pattern(3, bytes, 65536);
    crypto_hash_sha256(expected, bytes, 65536);
    assert_int_equal(CALL(&rig, digest, bytes, 65536, actual), RELIGHT_OK);
    assert_memory_equal(actual, expected, RL_DIGEST);
    bytes[65535] ^= 1u;
    assert_int_equal(CALL(&rig, digest, bytes, 65536, actual), RELIGHT_OK);
    assert_memory_not_equal(actual, expected, RL_DIGEST);
    assert_int_equal(CALL(&rig, digest, bytes, 65537, actual), RELIGHT_RANGE);
}

static relight_result compare(uint32_t memory, uint32_t flash, uint32_t size, bool *equal)
{
    return CALL(&rig, compare, memory, flash, size, equal);
}

static void compare_tells_equal_from_different(void **state)
{
    bool equal = false;

    (void)state;
    program(RIG_BANK_A, 2, 1);
    board_rig_store(&rig, 0, 0, 31, 1);
    board_rig_store(&rig, 1, 0, 31, 2);
    assert_int_equal(compare(0, RIG_BANK_A, 2u * RL_PAGE, &equal), RELIGHT_OK);
    assert_true(equal);
    board_rig_store(&rig, 1, 31, 31, 3);
    assert_int_equal(compare(0, RIG_BANK_A, 2u * RL_PAGE, &equal), RELIGHT_OK);
    assert_false(equal);
    assert_int_equal(compare(0, RIG_BANK_A, RL_PAGE, &equal), RELIGHT_OK);
    assert_true(equal);
}

static void compare_fails_on_bad_words(void **state)
{
    bool equal = true;

    (void)state;
    program(RIG_BANK_A, 1, 1);
    board_rig_store(&rig, 0, 0, 30, 1);
    assert_int_equal(compare(0, RIG_BANK_A, RL_PAGE, &equal), RELIGHT_OK);
    assert_false(equal); /* memory that does not read is not equal, and no error */
    rig.board.device.memory_traps = true;
    equal = true;
    assert_int_equal(compare(0, RIG_BANK_A, RL_PAGE, &equal), RELIGHT_ECC); /* but where it traps */
    assert_false(equal);
    rig.board.device.memory_traps = false;
    board_rig_store(&rig, 0, 31, 31, 1);
    board_rig_spoil(&rig, RL_PLANE_FLASH, 0, 1);
    equal = true;
    assert_int_equal(compare(0, RIG_BANK_A, RL_PAGE, &equal), RELIGHT_ECC);
    assert_false(equal);
}

static void compares_out_of_place_are_refused(void **state)
{
    bool equal = true;

    (void)state;
    board_rig_assert_refused(&rig, compare(8, 0, RL_PAGE, &equal), "a check");
    assert_false(equal);
    board_rig_assert_refused(&rig, compare(0, 8, RL_PAGE, &equal), "a check");
    board_rig_assert_refused(&rig, compare(0, 0, 8, &equal), "a check");
    board_rig_assert_refused(&rig, compare(RIG_MEMORY - RL_PAGE, 0, 512, &equal), "a check");
    board_rig_assert_refused(&rig, compare(0, RIG_FLASH - RL_PAGE, 512, &equal), "a check");
}

static bool is_blank(uint32_t address, uint32_t size, relight_result expected)
{
    bool blank = false;

    assert_int_equal(CALL(&rig, flash_is_blank, address, size, &blank), expected);
    return blank;
}

static void blank_is_what_was_not_programmed(void **state)
{
    uint8_t bytes[RIG_GRANULE] = {0};

    (void)state;
    assert_true(is_blank(0, RIG_FLASH, RELIGHT_OK));
    assert_int_equal(CALL(&rig, flash_program, 2u * RL_PAGE - RIG_GRANULE, bytes, RIG_GRANULE),
                     RELIGHT_OK);
    assert_false(is_blank(0, RIG_FLASH, RELIGHT_OK));
    assert_false(is_blank(RL_PAGE, RL_PAGE, RELIGHT_OK));
    assert_true(is_blank(0, RL_PAGE, RELIGHT_OK));
    assert_true(is_blank(2u * RL_PAGE, RL_PAGE, RELIGHT_OK));
    assert_int_equal(CALL(&rig, flash_erase, 0), RELIGHT_OK);
    assert_true(is_blank(0, RIG_FLASH, RELIGHT_OK));
}

static void bad_words_are_not_blank(void **state)
{
    (void)state;
    board_rig_spoil(&rig, RL_PLANE_FLASH, 1, 1u << 9u);
    assert_false(is_blank(0, 3u * RL_PAGE, RELIGHT_ECC));
    assert_true(is_blank(0, RL_PAGE, RELIGHT_OK));
    assert_int_equal(rig.rules, 0);
}

static void blank_checks_out_of_place_are_refused(void **state)
{
    bool blank = true;

    (void)state;
    board_rig_assert_refused(&rig, CALL(&rig, flash_is_blank, 8, RL_PAGE, &blank), "a check");
    assert_false(blank);
    board_rig_assert_refused(&rig, CALL(&rig, flash_is_blank, 0, 8, &blank), "a check");
    board_rig_assert_refused(&rig, CALL(&rig, flash_is_blank, RIG_FLASH, RL_PAGE, &blank),
                             "a check");
}

static bool signature_holds(const uint8_t *bytes, uint32_t size, const uint8_t *signature)
{
    bool good = false;

    assert_int_equal(CALL(&rig, signature_check, bytes, size, signature, &good), RELIGHT_OK);
    return good;
}

static void signatures_are_checked_under_the_device_key(void **state)
{
    static const uint8_t seeds[2][crypto_sign_SEEDBYTES] = {{1}, {2}};
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    uint8_t signature[crypto_sign_BYTES];
    uint8_t bytes[100];

    (void)state;
    memset(bytes, 7, sizeof bytes);
    crypto_sign_seed_keypair(rig.board.device.public_key, secret, seeds[0]);
    crypto_sign_detached(signature, NULL, bytes, sizeof bytes, secret);
    assert_true(signature_holds(bytes, sizeof bytes, signature));
    assert_true(signature_holds(bytes, sizeof bytes, signature)); /* remembered */
    assert_false(signature_holds(bytes, sizeof bytes - 1u, signature));
    bytes[0] ^= 1u;
    assert_false(signature_holds(bytes, sizeof bytes, signature));
    bytes[0] ^= 1u;
    signature[40] ^= 1u;
    assert_false(signature_holds(bytes, sizeof bytes, signature));
    signature[40] ^= 1u;
    crypto_sign_seed_keypair(rig.board.device.public_key, secret, seeds[1]);
    assert_false(signature_holds(bytes, sizeof bytes, signature));
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest digest_group[] = {
        TEST(digests_of_known_content),      TEST(digests_of_unknown_content),
        TEST(pages_in_another_order_differ), TEST(digests_of_memory_see_the_cache),
        TEST(digests_of_bad_words_fail),     TEST(digests_out_of_place_are_refused),
        TEST(digest_of_bytes_at_hand),
    };
    const struct CMUnitTest compare_group[] = {
        TEST(compare_tells_equal_from_different),
        TEST(compare_fails_on_bad_words),
        TEST(compares_out_of_place_are_refused),
    };
    const struct CMUnitTest blank_group[] = {
        TEST(blank_is_what_was_not_programmed),
        TEST(bad_words_are_not_blank),
        TEST(blank_checks_out_of_place_are_refused),
    };
    const struct CMUnitTest signature_group[] = {
        TEST(signatures_are_checked_under_the_device_key),
    };
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, digest);
    RUN_GROUP(groups, compare);
    RUN_GROUP(groups, blank);
    RUN_GROUP(groups, signature);
    return groups_end(&groups);
}
