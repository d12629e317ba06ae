/* relight image keygen and relight image sign. */
#include "cli/image.h"

#include <stdlib.h>

#include <sodium.h>

#include "cli/commands.h"
#include "images/file.h"
#include "images/inspect.h"
#include "images/keyfile.h"

enum { OPTION_SEED = 256, OPTION_KEY };

struct keygen {
    const char *path;
    const char *seed; /* NULL: random */
};

static error_t parse_keygen(int key, char *argument, struct argp_state *state)
{
    struct keygen *keygen = state->input;

    switch (key) {
    case 'o':
        keygen->path = argument;
        return 0;
    case OPTION_SEED:
        keygen->seed = argument;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "'%s' was not expected; the file's name follows -o", argument);
        return 0;
    case ARGP_KEY_END:
        if (keygen->path == NULL) {
            argp_error(state, "-o KEYFILE is missing");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

bool rl_cli_image_key(const char *path, struct rl_key *key, char *why)
{
    if (path != NULL) {
        return rl_key_load_secret(path, key, why);
    }
    rl_key_test(key);
    return true;
}

int rl_cli_image_keygen(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"output", 'o', "KEYFILE", 0,
         "where the secret key goes; the public key goes to KEYFILE.pub", 0},
        {"seed", OPTION_SEED, "TEXT", 0,
         "make the pair out of TEXT, always the same: whoever knows TEXT has the key", 0},
        {0},
    };
    static const struct argp argp = {
        options,      parse_keygen,
        "-o KEYFILE", "Makes an Ed25519 key pair for signing images. Never overwrites a file.",
        NULL,         NULL,
        NULL};
    struct keygen keygen = {NULL, NULL};
    char why[RL_IMAGE_WHY_SIZE];
    struct rl_key key;
    bool saved;

    rl_cli_parse(&argp, argc, argv, &keygen);
    if (!rl_key_generate(keygen.seed, &key)) {
        return rl_cli_fail(RL_EXIT_FAILED, "image keygen: the system gives no random numbers");
    }
    saved = rl_key_save(keygen.path, &key, why);
    sodium_memzero(&key, sizeof key);
    if (!saved) {
        return rl_cli_fail(RL_EXIT_USAGE, "%s: %s", keygen.path, why);
    }
    printf("%s and %s.pub: made\n", keygen.path, keygen.path);
    return rl_cli_finish(RL_EXIT_HELD);
}

struct sign {
    const char *path;
    const char *key_path;
};

static error_t parse_sign(int key, char *argument, struct argp_state *state)
{
    struct sign *sign = state->input;

    switch (key) {
    case OPTION_KEY:
        sign->key_path = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (sign->path != NULL) {
            argp_error(state, "'%s' was not expected; one image at a time", argument);
        }
        sign->path = argument;
        return 0;
    case ARGP_KEY_END:
        if (sign->path == NULL || sign->key_path == NULL) {
            argp_error(state, "%s is missing", sign->path == NULL ? "IMAGE" : "--key KEYFILE");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Signs the bytes, and writes them if an image came out of it. */
static int sign_bytes(const struct sign *sign, uint8_t *bytes, size_t size,
                      const struct rl_key *key)
{
    struct rl_inspection inspection;
    char why[RL_IMAGE_WHY_SIZE];

    rl_image_sign(bytes, size, key);
    rl_image_inspect(bytes, size, key->public_key, &inspection);
    if (inspection.problem_count > 0) {
        return rl_cli_fail(RL_EXIT_USAGE, "%s: not signed, a signature would not make it sound: %s",
                           sign->path, inspection.problems[0].text);
    }
    if (!rl_file_replace(sign->path, bytes, size, 0666, why)) {
        return rl_cli_fail(RL_EXIT_USAGE, "%s: %s", sign->path, why);
    }
    printf("%s: signed\n", sign->path);
    return rl_cli_finish(RL_EXIT_HELD);
}

int rl_cli_image_sign(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"key", OPTION_KEY, "KEYFILE", 0, "the secret key, as `relight image keygen' made it", 0},
        {0},
    };
    static const struct argp argp = {
        options,
        parse_sign,
        "IMAGE --key KEYFILE",
        "Computes the header CRC and the signature of IMAGE again, in place. Refuses an image that "
        "would still not be sound.",
        NULL,
        NULL,
        NULL};
    struct sign sign = {NULL, NULL};
    char why[RL_IMAGE_WHY_SIZE];
    struct rl_key key;
    uint8_t *bytes;
    size_t size;
    int code;

    rl_cli_parse(&argp, argc, argv, &sign);
    if (!rl_key_load_secret(sign.key_path, &key, why)) {
        return rl_cli_fail(RL_EXIT_USAGE, "%s: %s", sign.key_path, why);
    }
    if (!rl_file_read(sign.path, RL_IMAGE_FILE_MAX, &bytes, &size, why)) {
        sodium_memzero(&key, sizeof key);
        return rl_cli_fail(RL_EXIT_USAGE, "%s: %s", sign.path, why);
    }
    code = sign_bytes(&sign, bytes, size, &key);
    sodium_memzero(&key, sizeof key);
    free(bytes);
    return code;
}
