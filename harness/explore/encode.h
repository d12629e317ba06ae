/* Bytes that are written one after the other: numbers are little-endian, seven bits a byte, the
 * high bit says that more follow. */
#ifndef RELIGHT_EXPLORE_ENCODE_H
#define RELIGHT_EXPLORE_ENCODE_H

#include <stddef.h>
#include <stdint.h>

#include "board/pages.h"

struct rl_encoded {
    uint8_t *bytes; /* allocated; free() */
    size_t count, room;
};

void rl_encode_bytes(struct rl_encoded *to, const void *bytes, size_t size);
void rl_encode_number(struct rl_encoded *to, uint64_t value);
/* Eight bytes, whatever the value. */
void rl_encode_word(struct rl_encoded *to, uint64_t value);
void rl_encode_sum(struct rl_encoded *to, struct rl_sum sum);
/* Length and characters. */
void rl_encode_text(struct rl_encoded *to, const char *text);

#endif
