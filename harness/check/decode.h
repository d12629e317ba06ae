/* Bytes of a file, read one after the other. Past its end, or behind anything that is wrong, there
 * are only zeros, and `wrong` says so. */
#ifndef RELIGHT_CHECK_DECODE_H
#define RELIGHT_CHECK_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "board/pages.h"

struct rl_decoded {
    const uint8_t *at, *end;
    bool wrong;
};

/* The next `size` bytes; NULL when they are not there. */
const uint8_t *rl_decode_bytes(struct rl_decoded *from, size_t size);
/* A number of at most `most`. */
uint64_t rl_decode_number(struct rl_decoded *from, uint64_t most);
uint64_t rl_decode_word(struct rl_decoded *from);
struct rl_sum rl_decode_sum(struct rl_decoded *from);
/* Into `text`, with an end; printable characters only. */
void rl_decode_text(struct rl_decoded *from, char *text, size_t size);

#endif
