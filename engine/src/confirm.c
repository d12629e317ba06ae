#include "confirm.h"

#include "mem.h"
#include "steady.h"

#define FORGET_TIMES 2u

fl_status fl_erase_confirmed(const struct fl_port *port, uint32_t address)
{
    uint32_t size = port->layout->sector_size;
    bool blank = false;
    fl_status status = port->flash_erase(port->board, address);

    FL_ASSERT(port, size > 0 && address % size == 0);
    FL_ASSERT(port, port->layout->granule_size <= size);
    if (status == FL_OK) {
        status = port->flash_is_blank(port->board, address, size, &blank);
    }
    if (status == FL_OK && !blank) {
        status = FL_E_CONFIRM;
    }
    return status;
}

fl_status fl_program_confirmed(const struct fl_port *port, uint32_t address, const uint8_t *bytes,
                               uint32_t size)
{
    uint8_t back[FL_CONFIRM_MAX];
    fl_status status = FL_E_INTERNAL;

    FL_ASSERT(port, size <= sizeof back);
    FL_ASSERT(port, size % port->layout->granule_size == 0);
    if (size <= sizeof back) {
        status = port->flash_program(port->board, address, bytes, size);
    }
    if (status == FL_OK) {
        status = fl_read_steady(port, address, back, size);
    }
    if (status == FL_OK && memcmp(back, bytes, size) != 0) {
        status = FL_E_CONFIRM;
    }
    return status;
}

fl_status fl_forget_code(const struct fl_port *port, uint32_t address, uint32_t size)
{
    fl_status status = FL_OK;

    FL_ASSERT(port, size > 0);
    FL_ASSERT(port, address % FL_BULK == 0);
    for (uint32_t i = 0; i < FORGET_TIMES && status == FL_OK; i++) {
        status = port->cache_invalidate(port->board, address, size);
    }
    return status;
}
