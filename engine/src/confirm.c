#include "confirm.h"

#include "mem.h"
#include "steady.h"

#define FORGET_TIMES 2u

/* Whether [address, address + size) reads as erased. What does not read is not. */
static bool reads_blank(const struct fl_port *port, uint32_t address, uint32_t size)
{
    uint8_t raw[FL_CONFIRM_MAX];

    FL_ASSERT(port, size > 0 && size <= sizeof raw);
    FL_ASSERT(port, size % port->layout->granule_size == 0);
    return port->flash_read(port->board, address, raw, size) == FL_OK &&
           fl_is_filled(raw, 0xFFu, size);
}

/* An error flag that stood already makes flash refuse, and nothing was done. Whether it is worth
 * trying once more. */
static bool try_again(const struct fl_port *port, fl_status status)
{
    FL_ASSERT(port, status != FL_AGAIN);
    return status == FL_E_IO && port->flash_clear(port->board) == FL_OK;
}

fl_status fl_confirm_blank(const struct fl_port *port, uint32_t address, uint32_t size)
{
    bool blank = false;
    fl_status status = port->flash_is_blank(port->board, address, size, &blank);

    FL_ASSERT(port, size > 0);
    FL_ASSERT(port, (address | size) % FL_BULK == 0);
    return status == FL_OK && !blank ? FL_E_CONFIRM : status;
}

fl_status fl_erase_confirmed(const struct fl_port *port, uint32_t address)
{
    uint32_t size = port->layout->sector_size;
    fl_status status = port->flash_erase(port->board, address);

    FL_ASSERT(port, size > 0 && address % size == 0);
    FL_ASSERT(port, port->layout->granule_size <= size);
    if (try_again(port, status)) {
        status = port->flash_erase(port->board, address);
    }
    return status == FL_OK ? fl_confirm_blank(port, address, size) : status;
}

fl_status fl_program_confirmed(const struct fl_port *port, uint32_t address, const uint8_t *bytes,
                               uint32_t size)
{
    uint8_t back[FL_CONFIRM_MAX];
    fl_status status = FL_E_INTERNAL;

    FL_ASSERT(port, size <= sizeof back);
    FL_ASSERT(port, size % port->layout->granule_size == 0);
    if (size > sizeof back) {
        return status;
    }
    status = port->flash_program(port->board, address, bytes, size);
    if (try_again(port, status) && reads_blank(port, address, size)) {
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

fl_status fl_program_from_confirmed(const struct fl_port *port, uint32_t address, uint32_t memory,
                                    uint32_t size)
{
    bool equal = false;
    fl_status status = port->flash_program_from(port->board, address, memory, size);

    FL_ASSERT(port, (address | memory | size) % FL_BULK == 0);
    FL_ASSERT(port, size > 0 && size <= port->layout->page_size);
    if (try_again(port, status) && fl_confirm_blank(port, address, size) == FL_OK) {
        status = port->flash_program_from(port->board, address, memory, size);
    }
    if (status == FL_OK) {
        status = port->compare(port->board, memory, address, size, &equal);
    }
    return status == FL_OK && !equal ? FL_E_CONFIRM : status;
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
