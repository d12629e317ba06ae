/* The memory functions that the engine uses, declared here because a freestanding target may have
 * no string.h. A compiler may call them in any program, so every target has them. */
#ifndef FASTLOAD_MEM_H
#define FASTLOAD_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *left, const void *right, size_t size);

/* Whether each of `size` bytes is `value`. */
static inline bool fl_is_filled(const uint8_t *bytes, uint8_t value, uint32_t size)
{
    uint8_t differing = 0;

    for (uint32_t i = 0; i < size; i++) {
        differing |= (uint8_t)(bytes[i] ^ value);
    }
    return differing == 0;
}

static inline uint32_t fl_min(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Serial-number arithmetic: sequence numbers may wrap. */
static inline bool fl_is_newer(uint32_t sequence, uint32_t than)
{
    return (int32_t)(sequence - than) > 0;
}

static inline bool fl_same_digest(const uint8_t *a, const uint8_t *b)
{
    return memcmp(a, b, 32) == 0;
}

/* What must hold whatever the world does. `port` is evaluated only when it fails. */
#define FL_ASSERT(port, condition)                                                                 \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            (port)->assertion_failed((port)->board, #condition);                                   \
        }                                                                                          \
    } while (0)

#endif
