/* relight image: makes and shows code images. */
#include "cli/image.h"

#include <stdio.h>
#include <string.h>

#include "cli/commands.h"

static char keygen_title[] = "relight image keygen";
static char build_title[] = "relight image build";
static char sign_title[] = "relight image sign";
static char inspect_title[] = "relight image inspect";
static char corrupt_title[] = "relight image corrupt";

static const struct {
    const char *name;
    char *title; /* what its messages call it; argv[0] of its arguments */
    const char *about;
    int (*run)(int argc, char **argv);
} parts[] = {
    {"keygen", keygen_title, "make a key pair", rl_cli_image_keygen},
    {"build", build_title, "make an image out of a payload", rl_cli_image_build},
    {"sign", sign_title, "sign an image again", rl_cli_image_sign},
    {"inspect", inspect_title, "show an image, and whether it is sound", rl_cli_image_inspect},
    {"corrupt", corrupt_title, "make broken images out of a sound one", rl_cli_image_corrupt},
};

#define PART_COUNT (sizeof parts / sizeof parts[0])

static void print_help(FILE *stream)
{
    fputs("Usage: relight image COMMAND [OPTION...] FILE\n"
          "Makes and shows code images. docs/image-format.md describes them.\n\n",
          stream);
    for (size_t i = 0; i < PART_COUNT; i++) {
        fprintf(stream, "  %-10s %s\n", parts[i].name, parts[i].about);
    }
    fputs("\n`relight image COMMAND --help' tells more.\n", stream);
}

int rl_cli_image(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return RL_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-?") == 0) {
        print_help(stdout);
        return rl_cli_finish(RL_EXIT_HELD);
    }
    for (size_t i = 0; i < PART_COUNT; i++) {
        if (strcmp(argv[1], parts[i].name) == 0) {
            argv[1] = parts[i].title;
            return parts[i].run(argc - 1, argv + 1);
        }
    }
    return rl_cli_fail(RL_EXIT_USAGE,
                       "image: '%s' is no command; expected keygen, build, sign, inspect or "
                       "corrupt",
                       argv[1]);
}
