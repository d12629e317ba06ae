/* Finds the word that somebody probably meant. */
#ifndef RELIGHT_PLAN_SUGGEST_H
#define RELIGHT_PLAN_SUGGEST_H

#define RL_HINT_SIZE 240u

/* Words by number, below `count`. */
struct rl_words {
    const char *(*word)(const void *list, unsigned index);
    const void *list;
    unsigned count;
};

/* Writes `did you mean "X"?` when one of the words is close to `text`, else `expected A, B or C`:
 * the end of a sentence. */
void rl_suggest(const struct rl_words *words, const char *text, char hint[RL_HINT_SIZE]);

#endif
