/* Finds the word that somebody probably meant: the one with the fewest edits. */
#include "plan/suggest.h"

#include <stdio.h>
#include <string.h>

#define LENGTH_MAX 40u

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Characters to insert, delete, replace or swap with their neighbour to get from one word to the
 * other; both at most LENGTH_MAX long. The usual table, of which three rows are kept. */
static unsigned edits(const char *from, const char *to)
{
    unsigned rows[3][LENGTH_MAX + 1];
    size_t length = strlen(to);
    for (unsigned k = 0; k <= length; k++) {
        rows[0][k] = k;
    }
    unsigned i = 0;
    for (; from[i] != '\0'; i++) {
        const unsigned *before = rows[i % 3], *earlier = rows[(i + 2) % 3];
        unsigned *row = rows[(i + 1) % 3];
        row[0] = i + 1;
        for (size_t k = 0; k < length; k++) {
            unsigned replaced = before[k] + (from[i] == to[k] ? 0u : 1u);
            row[k + 1] = least(replaced, 1 + least(row[k], before[k + 1]));
            if (i > 0 && k > 0 && from[i] == to[k - 1] && from[i - 1] == to[k]) {
                row[k + 1] = least(row[k + 1], 1 + earlier[k - 1]);
            }
        }
    }
    return rows[i % 3][length];
}

static const char *closest(const struct rl_words *words, const char *text)
{
    const char *best = NULL;
    unsigned fewest = 3; /* more than two edits is another word */
    size_t length = strlen(text);
    for (unsigned i = 0; i < words->count && length <= LENGTH_MAX; i++) {
        const char *word = words->word(words->list, i);
        unsigned count = strlen(word) > LENGTH_MAX ? fewest : edits(text, word);
        /* Half of a short word is no likeness. */
        if (count < fewest && 2 * count < strlen(word)) {
            fewest = count;
            best = word;
        }
    }
    return best;
}

void rl_suggest(const struct rl_words *words, const char *text, char hint[RL_HINT_SIZE])
{
    const char *meant = closest(words, text);
    if (meant != NULL) {
        snprintf(hint, RL_HINT_SIZE, "did you mean \"%s\"?", meant);
        return;
    }
    size_t used = (size_t)snprintf(hint, RL_HINT_SIZE, "expected ");
    for (unsigned i = 0; i < words->count && used < RL_HINT_SIZE; i++) {
        const char *before = i == 0 ? "" : i + 1 == words->count ? " or " : ", ";
        used += (size_t)snprintf(hint + used, RL_HINT_SIZE - used, "%s%s", before,
                                 words->word(words->list, i));
    }
}
