/* Key files: one line of text, a word that says which kind of key it is, and 64 hex digits. */
#define _GNU_SOURCE
#include "images/keyfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "images/file.h"

#define SECRET_WORD    "relight-ed25519-secret"
#define PUBLIC_WORD    "relight-ed25519-public"
#define HEX_SIZE       64u  /* digits of a public key or of a seed */
#define KEY_FILE_LIMIT 256u /* bytes; a key's line has 88 */

_Static_assert(sizeof SECRET_WORD == sizeof PUBLIC_WORD, "one length for both words");

/* Whether `bytes` is `word`, a space, hex digits and one or no newline; writes what they say. */
static bool parse_line(const uint8_t *bytes, size_t size, const char *word, uint8_t value[32])
{
    size_t start = strlen(word) + 1u;
    size_t length = 0;

    if (size > 0 && bytes[size - 1u] == '\n') {
        size--;
    }
    return size == start + HEX_SIZE && memcmp(bytes, word, start - 1u) == 0 &&
           bytes[start - 1u] == ' ' &&
           sodium_hex2bin(value, 32, (const char *)bytes + start, HEX_SIZE, NULL, &length, NULL) ==
               0 &&
           length == 32u;
}

static bool starts_with(const uint8_t *bytes, size_t size, const char *word)
{
    return size >= strlen(word) && memcmp(bytes, word, strlen(word)) == 0;
}

/* Reads the 32 bytes behind `word`; `other` is the word of the other kind of key. */
static bool load(const char *path, const char *word, const char *other, uint8_t value[32],
                 char *why)
{
    uint8_t *bytes;
    size_t size;
    bool good;

    if (!rl_file_read(path, KEY_FILE_LIMIT, &bytes, &size, why)) {
        return false;
    }
    good = parse_line(bytes, size, word, value);
    if (!good && starts_with(bytes, size, other)) {
        snprintf(why, RL_IMAGE_WHY_SIZE, "is a key of the wrong kind (%s); expected %s", other,
                 word);
    } else if (!good) {
        snprintf(why, RL_IMAGE_WHY_SIZE,
                 "is not a key file; expected one line: %s, a space, %u hex digits", word,
                 HEX_SIZE);
    }
    sodium_memzero(bytes, size);
    free(bytes);
    return good;
}

bool rl_key_load_public(const char *path, uint8_t key[RL_KEY_PUBLIC_SIZE], char *why)
{
    bool good = load(path, PUBLIC_WORD, SECRET_WORD, key, why);

    if (good && crypto_core_ed25519_is_valid_point(key) != 1) {
        snprintf(why, RL_IMAGE_WHY_SIZE,
                 "holds no Ed25519 public key: its number is no point that "
                 "a signature could be checked with");
        good = false;
    }
    if (!good) {
        memset(key, 0, RL_KEY_PUBLIC_SIZE);
    }
    return good;
}

bool rl_key_load_secret(const char *path, struct rl_key *key, char *why)
{
    uint8_t seed[RL_KEY_SEED_SIZE];
    bool good = load(path, SECRET_WORD, PUBLIC_WORD, seed, why);

    if (good) {
        rl_key_from_seed(seed, key);
    } else {
        memset(key, 0, sizeof *key);
    }
    sodium_memzero(seed, sizeof seed);
    return good;
}

bool rl_key_generate(const char *seed_text, struct rl_key *key)
{
    uint8_t seed[RL_KEY_SEED_SIZE];

    /* Only random numbers need sodium_init(): its SHA-256 and Ed25519 are plain C. */
    if (seed_text != NULL) {
        crypto_hash_sha256(seed, (const uint8_t *)seed_text, strlen(seed_text));
    } else if (sodium_init() < 0) {
        return false;
    } else {
        randombytes_buf(seed, sizeof seed);
    }
    rl_key_from_seed(seed, key);
    sodium_memzero(seed, sizeof seed);
    return true;
}

static bool save(const char *path, const char *word, const uint8_t value[32], unsigned mode,
                 char *why)
{
    char hex[HEX_SIZE + 1u];
    char line[KEY_FILE_LIMIT];
    int length;
    bool done;

    sodium_bin2hex(hex, sizeof hex, value, 32);
    length = snprintf(line, sizeof line, "%s %s\n", word, hex);
    done = rl_file_create(path, (const uint8_t *)line, (size_t)length, mode, why);
    sodium_memzero(hex, sizeof hex);
    sodium_memzero(line, sizeof line);
    return done;
}

static bool save_pair(const char *path, const char *public_path, const struct rl_key *key,
                      char *why)
{
    uint8_t seed[RL_KEY_SEED_SIZE];
    char reason[RL_IMAGE_WHY_SIZE];
    bool done;

    crypto_sign_ed25519_sk_to_seed(seed, key->secret_key);
    done = save(path, SECRET_WORD, seed, 0600, why);
    sodium_memzero(seed, sizeof seed);
    if (done && !save(public_path, PUBLIC_WORD, key->public_key, 0644, reason)) {
        unlink(path);
        snprintf(why, RL_IMAGE_WHY_SIZE, "its .pub file %.140s", reason);
        done = false;
    }
    return done;
}

bool rl_key_save(const char *path, const struct rl_key *key, char *why)
{
    char *public_path = NULL;
    bool done;

    if (asprintf(&public_path, "%s.pub", path) < 0) {
        snprintf(why, RL_IMAGE_WHY_SIZE, "no memory for the file's name");
        return false;
    }
    done = save_pair(path, public_path, key, why);
    free(public_path);
    return done;
}
