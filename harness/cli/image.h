/* The parts of `relight image`. Each rl_cli_image_ function is one of its subcommands, gets
 * argv[0] = "relight image NAME", and returns the process's exit code. */
#ifndef RELIGHT_CLI_IMAGE_H
#define RELIGHT_CLI_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "images/build.h"
#include "images/words.h"

int rl_cli_image_keygen(int argc, char **argv);
int rl_cli_image_build(int argc, char **argv);
int rl_cli_image_sign(int argc, char **argv);
int rl_cli_image_inspect(int argc, char **argv);
int rl_cli_image_corrupt(int argc, char **argv);

/* cli/image_keys.c: the secret key in the file at `path`, or the test key for NULL. False, with a
 * message in `why`, when there is none. */
bool rl_cli_image_key(const char *path, struct rl_key *key, char *why);

/* cli/image_values.c: values of options. Each takes the whole text or nothing of it. */

/* 0 to 2^32 - 1, decimal, or hexadecimal after 0x. */
bool rl_value_number(const char *text, uint32_t *value);
/* As rl_value_number(), or decimal with K (1024) or M (1048576) behind it. */
bool rl_value_size(const char *text, uint32_t *value);
/* MIN-MAX: two of rl_value_number(), in order. */
bool rl_value_range(const char *text, uint32_t *least, uint32_t *most);
/* SIZE or SIZE@PLACE, each of rl_value_size(), the size above 0. */
bool rl_value_extent(const char *text, struct rl_extent *extent);
/* LEVEL:SIZE or LEVEL:SIZE:SEED, both above 0. */
bool rl_value_configuration(const char *text, struct rl_configuration *configuration);
/* Words of the list with commas between, each at most once: their indexes. Returns how many, 0 when
 * the text is something else. `indexes` has room for all words. */
uint32_t rl_value_words(const char *text, const struct rl_word_list *words, uint8_t *indexes);
/* MAJOR.MINOR.PATCH: 0 to 255, 0 to 255, 0 to 65535. */
bool rl_value_version(const char *text, uint32_t *value);

#endif
