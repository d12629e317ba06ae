/* The least that a device brings along for fastload: an entry, a stack's worth of structs, and the
 * four memory functions that a compiler may call in any freestanding program. Linked with the
 * engine only to see that the engine needs nothing else; never run. */
#include <stddef.h>
#include <stdint.h>

#include "fastload/engine.h"
#include "fastload/invariant.h"
#include "fastload/port.h"

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *left, const void *right, size_t size);
void reset(void);

/* Volatile bytes keep the compiler from making a loop here into a call of the function it is in. */
void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    volatile uint8_t *target = to;
    const uint8_t *source = from;
    for (size_t i = 0; i < size; i++)
        target[i] = source[i];
    return to;
}

void *memmove(void *to, const void *from, size_t size)
{
    volatile uint8_t *target = to;
    const uint8_t *source = from;
    if ((uintptr_t)to < (uintptr_t)from)
        return memcpy(to, from, size);
    for (size_t i = size; i > 0; i--)
        target[i - 1] = source[i - 1];
    return to;
}

void *memset(void *to, int value, size_t size)
{
    volatile uint8_t *target = to;
    for (size_t i = 0; i < size; i++)
        target[i] = (uint8_t)value;
    return to;
}

int memcmp(const void *left, const void *right, size_t size)
{
    const volatile uint8_t *a = left;
    const volatile uint8_t *b = right;
    for (size_t i = 0; i < size; i++) {
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    }
    return 0;
}

/* A device would point `port` at its drivers; here only the calls count. */
void reset(void)
{
    struct fl_engine engine;
    struct fl_engine incoming;
    struct fl_account account;
    uint32_t value;
    struct fl_port port;
    struct fl_outlook outlook;
    memset(&port, 0, sizeof(port));
    memset(&engine, 0, sizeof(engine));
    memset(&incoming, 0, sizeof(incoming));

    if (fl_boot(&engine, &port) == FL_OK && fl_start(&engine, &port) == FL_OK &&
        fl_request(&engine) == FL_OK) {
        while (fl_step(&engine, &port) == FL_AGAIN)
            continue;
    }
    if (engine.phase == FL_PHASE_AWAY && fl_take_over(&incoming, &port) != FL_AGAIN)
        fl_give_back(&engine, FL_E_HANDOVER);
    fl_adopt(&incoming, &engine.running);
    fl_query(&engine, &port, &account);
    (void)fl_data_set(&engine, &port, 0, 0);
    (void)fl_data_look(&port, 0, &value, &value);
    (void)fl_cancel(&engine, &port);
    (void)fl_invariant(&port);
    fl_decode(&port, &outlook);
    for (;;)
        continue;
}
