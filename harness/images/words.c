#include "images/words.h"

#include <string.h>

#include "relight/engine.h"

static const char *const steps[] = {"registers", "post", "variables", "handshake"};
static const char *const preparations[] = {"registers", "buffers", "caches"};
static const char *const companions[] = {"PLA", "PHY"};

_Static_assert(sizeof steps / sizeof steps[0] == RELIGHT_INIT_STEPS, "a word a step");
_Static_assert(sizeof preparations / sizeof preparations[0] == RELIGHT_PREPARATIONS,
               "a word a preparation");
_Static_assert(sizeof companions / sizeof companions[0] == RELIGHT_COMPANIONS,
               "a word a companion");

const struct rl_word_list rl_step_words = {steps, RELIGHT_INIT_STEPS,
                                           "registers, post, variables, handshake"};
const struct rl_word_list rl_preparation_words = {preparations, RELIGHT_PREPARATIONS,
                                                  "registers, buffers, caches"};
const struct rl_word_list rl_companion_words = {companions, RELIGHT_COMPANIONS, "PLA, PHY"};

uint32_t rl_words_find(const struct rl_word_list *words, const char *text, size_t length)
{
    uint32_t i = 0;

    while (i < words->count &&
           (strlen(words->names[i]) != length || memcmp(words->names[i], text, length) != 0)) {
        i++;
    }
    return i;
}
