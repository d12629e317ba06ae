#include "measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>
#include <xxhash.h>

#include "board/heap.h"

#define LARGE (64u << 20u) /* bytes: no cache holds them */
#define IMAGE (256u << 10u)
#define PAGE  256u

static uint8_t *from, *to;
static uint64_t kept; /* keeps results from being optimised away */

static void copy_large(void)
{
    memcpy(to, from, LARGE);
    kept += to[kept % LARGE];
}

static void hash_large(void)
{
    kept += XXH3_128bits(from, LARGE).low64;
}

/* As the board meets pages: one after the other, each by itself. */
static void hash_pages(void)
{
    for (uint32_t at = 0; at < IMAGE; at += PAGE) {
        kept += XXH3_128bits(from + at, PAGE).low64;
    }
}

static void digest_image(void)
{
    uint8_t digest[crypto_hash_sha256_BYTES];

    (void)crypto_hash_sha256(digest, from, IMAGE);
    kept += digest[0];
}

static void verify_page(void)
{
    static uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    static uint8_t secret_key[crypto_sign_SECRETKEYBYTES];
    static uint8_t signature[crypto_sign_BYTES];
    static const uint8_t seed[crypto_sign_SEEDBYTES] = {1};

    if (secret_key[0] == 0) {
        (void)crypto_sign_seed_keypair(public_key, secret_key, seed);
        (void)crypto_sign_detached(signature, NULL, from, PAGE, secret_key);
    }
    kept += crypto_sign_verify_detached(signature, from, PAGE, public_key) == 0;
}

/* Nanoseconds of one call. */
static double time_of(void (*work)(void), uint32_t times)
{
    double values[BENCH_ROUNDS];

    work();
    for (uint32_t round = 0; round < BENCH_ROUNDS; round++) {
        uint64_t start = bench_now_ns();

        for (uint32_t i = 0; i < times; i++) {
            work();
        }
        values[round] = (double)(bench_now_ns() - start) / times;
    }
    return bench_median(values, BENCH_ROUNDS);
}

void bench_primitives(void)
{
    from = rl_malloc(LARGE);
    to = rl_malloc(LARGE);
    for (uint32_t i = 0; i < LARGE; i++) {
        from[i] = (uint8_t)(i * 2654435761u >> 24u);
    }
    printf("    \"memcpy_bytes_per_second\": %.0f,\n", LARGE * 1e9 / time_of(copy_large, 1));
    printf("    \"xxh3_bytes_per_second\": %.0f,\n", LARGE * 1e9 / time_of(hash_large, 1));
    printf("    \"xxh3_page_ns\": %.1f,\n", time_of(hash_pages, 20) / (IMAGE / (double)PAGE));
    printf("    \"sha256_256k_ns\": %.0f,\n", time_of(digest_image, 4));
    printf("    \"ed25519_verify_ns\": %.0f\n", time_of(verify_page, 40));
    free(from);
    free(to);
}
