#include "counter.h"

#include "confirm.h"
#include "mem.h"
#include "steady.h"

#define GRANULE_MAX 32u
/* Flash that lands out of order leaves out so many granules in a row at most. */
#define GAP_MAX     4u

uint32_t fl_counter_limit(const struct fl_layout *layout)
{
    return fl_min(layout->otp.size / layout->granule_size, FL_COUNTER_MAX);
}

/* Bits set in a byte: first in pairs, then in fours. */
static uint32_t ones_of(uint32_t byte)
{
    byte -= byte >> 1 & 0x55u;
    byte = (byte & 0x33u) + (byte >> 2 & 0x33u);
    return (byte + (byte >> 4)) & 0x0Fu;
}

/* A granule that was raised is all zeros, and one that was not, all ones; bits that flipped since
 * are outvoted. */
static bool is_raised(const uint8_t *raw, uint32_t granule)
{
    uint32_t ones = 0;

    for (uint32_t i = 0; i < granule; i++) {
        ones += ones_of(raw[i]);
    }
    return ones < granule * 4u;
}

/* How far the `count` granules at `address`, FL_BULK bytes at most, are raised: up to the last that
 * is, where no more than GAP_MAX are missing before it. One that does not read, right behind
 * another or where `follows` says so, was raised: a program of it was cut. */
static uint32_t count_raised(const struct fl_port *port, uint32_t address, uint32_t count,
                             bool follows)
{
    uint32_t granule = port->layout->granule_size;
    uint8_t raw[FL_BULK];
    bool whole = fl_read_steady(port, address, raw, count * granule) == FL_OK;
    uint32_t raised = 0;

    FL_ASSERT(port, count > 0 && count * granule <= sizeof raw);
    FL_ASSERT(port, address % granule == 0);
    for (uint32_t i = 0; i < count && i <= raised + GAP_MAX; i++) {
        uint32_t at = i * granule;
        bool reads =
            whole || port->flash_read(port->board, address + at, raw + at, granule) == FL_OK;

        if (reads ? is_raised(raw + at, granule) : raised == i && (i > 0 || follows)) {
            raised = i + 1u;
        }
    }
    return raised;
}

uint32_t fl_counter_read(const struct fl_port *port)
{
    uint32_t granule = port->layout->granule_size;
    uint32_t limit = fl_counter_limit(port->layout);
    uint32_t first = 0;
    uint32_t count = 0;
    bool ended = false;

    FL_ASSERT(port, granule > 0 && granule <= GRANULE_MAX);
    while (first < limit && !ended) {
        uint32_t part = fl_min(limit - first, FL_BULK / granule);
        uint32_t raised =
            count_raised(port, port->layout->otp.address + first * granule, part, count == first);

        count = raised > 0 ? first + raised : count;
        first += part;
        ended = count + GAP_MAX <= first;
    }
    FL_ASSERT(port, count <= limit);
    return count;
}

fl_status fl_counter_raise(const struct fl_port *port, uint32_t now)
{
    uint32_t granule = port->layout->granule_size;
    uint8_t raw[GRANULE_MAX];

    FL_ASSERT(port, granule > 0 && granule <= GRANULE_MAX);
    FL_ASSERT(port, (port->layout->otp.address & (granule - 1u)) == 0);
    if (now >= fl_counter_limit(port->layout)) {
        return FL_E_RANGE;
    }
    memset(raw, 0, sizeof raw);
    return fl_program_confirmed(port, port->layout->otp.address + now * granule, raw, granule);
}
