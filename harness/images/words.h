/* Words for what an image's fields count, as options and plans take them and reports show them. */
#ifndef RELIGHT_IMAGES_WORDS_H
#define RELIGHT_IMAGES_WORDS_H

#include <stddef.h>
#include <stdint.h>

struct rl_word_list {
    const char *const *names;
    uint32_t count;
    const char *all; /* the names, for messages */
};

extern const struct rl_word_list rl_step_words; /* steps of initialization: relight_init_step */
extern const struct rl_word_list rl_preparation_words; /* relight_preparation */
extern const struct rl_word_list rl_companion_words;   /* relight_companion_kind */

/* Index of the `length` characters at `text`, or words->count. */
uint32_t rl_words_find(const struct rl_word_list *words, const char *text, size_t length);

#endif
