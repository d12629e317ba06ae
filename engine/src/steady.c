#include "steady.h"

#include "mem.h"

fl_status fl_read_steady(const struct fl_port *port, uint32_t address, uint8_t *bytes,
                         uint32_t size)
{
    uint8_t again[FL_BULK];
    fl_status status = FL_E_INTERNAL;

    FL_ASSERT(port, size > 0 && size <= sizeof again);
    FL_ASSERT(port, bytes != NULL);
    for (uint32_t tried = 0; tried < FL_READ_TRIES && size <= sizeof again; tried++) {
        /* What a short read leaves differs between the two. */
        memset(bytes, 0, size);
        memset(again, 0xFF, size);
        status = port->flash_read(port->board, address, bytes, size);
        if (status == FL_OK) {
            status = port->flash_read(port->board, address, again, size);
        }
        if (status == FL_OK && memcmp(bytes, again, size) == 0) {
            return FL_OK;
        }
    }
    return status == FL_OK ? FL_E_ECC : status;
}
