#include "explore/encode.h"

#include <string.h>

#include "board/heap.h"

void rl_encode_bytes(struct rl_encoded *to, const void *bytes, size_t size)
{
    if (size > to->room - to->count) {
        to->room = (to->count + size) * 2u + 256u;
        to->bytes = rl_realloc(to->bytes, to->room);
    }
    if (size > 0) {
        memcpy(to->bytes + to->count, bytes, size);
        to->count += size;
    }
}

void rl_encode_number(struct rl_encoded *to, uint64_t value)
{
    uint8_t bytes[10];
    size_t count = 0;

    while (value >= 0x80u) {
        bytes[count++] = (uint8_t)(value | 0x80u);
        value >>= 7u;
    }
    bytes[count++] = (uint8_t)value;
    rl_encode_bytes(to, bytes, count);
}

void rl_encode_word(struct rl_encoded *to, uint64_t value)
{
    uint8_t bytes[8];

    for (unsigned i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(value >> (8u * i));
    }
    rl_encode_bytes(to, bytes, sizeof bytes);
}

void rl_encode_sum(struct rl_encoded *to, struct rl_sum sum)
{
    rl_encode_word(to, sum.low);
    rl_encode_word(to, sum.high);
}

void rl_encode_text(struct rl_encoded *to, const char *text)
{
    rl_encode_number(to, strlen(text));
    rl_encode_bytes(to, text, strlen(text));
}
