#include "counter.h"

#include "confirm.h"
#include "mem.h"

#define GRANULE_MAX 32u

uint32_t fl_counter_limit(const struct fl_layout *layout)
{
    return fl_min(layout->otp.size / layout->granule_size, FL_COUNTER_MAX);
}

uint32_t fl_counter_read(const struct fl_port *port)
{
    uint32_t granule = port->layout->granule_size;
    uint32_t limit = fl_counter_limit(port->layout);
    uint8_t raw[GRANULE_MAX];
    uint32_t count = 0;

    FL_ASSERT(port, granule > 0 && granule <= GRANULE_MAX);
    while (count < limit) {
        fl_status status = port->flash_read(
            port->board, port->layout->otp.address + count * granule, raw, granule);

        if (status == FL_OK && fl_is_filled(raw, 0xFFu, granule)) {
            break;
        }
        count++;
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
