#include "check/decode.h"

#include <string.h>

const uint8_t *rl_decode_bytes(struct rl_decoded *from, size_t size)
{
    const uint8_t *bytes = from->at;

    if (from->wrong || size > (size_t)(from->end - from->at)) {
        from->wrong = true;
        return NULL;
    }
    from->at += size;
    return bytes;
}

uint64_t rl_decode_number(struct rl_decoded *from, uint64_t most)
{
    uint64_t value = 0;

    for (unsigned shift = 0; shift < 64u; shift += 7u) {
        const uint8_t *byte = rl_decode_bytes(from, 1);

        if (byte == NULL || (shift == 63u && *byte > 1u)) {
            break;
        }
        value |= (uint64_t)(*byte & 0x7Fu) << shift;
        if (*byte < 0x80u) {
            from->wrong = from->wrong || value > most;
            return from->wrong ? 0 : value;
        }
    }
    from->wrong = true;
    return 0;
}

uint64_t rl_decode_word(struct rl_decoded *from)
{
    const uint8_t *bytes = rl_decode_bytes(from, 8);
    uint64_t value = 0;

    for (unsigned i = 0; bytes != NULL && i < 8u; i++) {
        value |= (uint64_t)bytes[i] << (8u * i);
    }
    return value;
}

struct rl_sum rl_decode_sum(struct rl_decoded *from)
{
    uint64_t low = rl_decode_word(from);

    return (struct rl_sum){low, rl_decode_word(from)};
}

void rl_decode_text(struct rl_decoded *from, char *text, size_t size)
{
    size_t length = (size_t)rl_decode_number(from, size - 1u);
    const uint8_t *bytes = rl_decode_bytes(from, length);

    text[0] = '\0';
    if (bytes == NULL) {
        return;
    }
    for (size_t i = 0; i < length; i++) {
        from->wrong = from->wrong || bytes[i] < ' ' || bytes[i] > '~';
    }
    if (!from->wrong) {
        memcpy(text, bytes, length);
        text[length] = '\0';
    }
}
