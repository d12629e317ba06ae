#include "handover.h"

#include "level.h"
#include "mem.h"

#define MAGIC           0x444E4148u /* "HAND" */
#define VARIABLES_MAGIC 0x53524156u /* "VARS" */

enum {
    AT_MAGIC = 0x00,
    AT_VERSION = 0x04,
    AT_OLD = 0x08,
    AT_NEW = 0x0C,
    AT_SIZE = 0x10,
    AT_BANK = 0x14,
    AT_AREA = 0x18,
    AT_LEVEL = 0x1C,
    AT_ACTIVE = 0x20,
    AT_PENDING = 0x40,
    AT_CRC = 0x60,
    POINTERS_SIZE = 0x68,
    VARIABLES = 0x80,
    V_VERSION = 0x04,
    V_IDENTITY = 0x08,
    V_CRC = 0x28,
    VARIABLES_SIZE = 0x30
};
_Static_assert(AT_ACTIVE + FL_DIGEST_SIZE == AT_PENDING && AT_PENDING + FL_DIGEST_SIZE == AT_CRC,
               "the CRC covers all before it");
_Static_assert(V_IDENTITY + FL_DIGEST_SIZE == V_CRC, "the CRC covers all before it");
_Static_assert(POINTERS_SIZE <= VARIABLES && VARIABLES + VARIABLES_SIZE <= (int)FL_BULK,
               "both fit the region");
_Static_assert(POINTERS_SIZE % 8 == 0 && VARIABLES_SIZE % 8 == 0, "whole words of memory");

static fl_status store(const struct fl_port *port, uint32_t offset, const uint8_t *bytes,
                       uint32_t size)
{
    uint32_t address = port->layout->handover.address + offset;
    fl_status status = port->memory_write(port->board, address, bytes, size);

    FL_ASSERT(port, offset + size <= port->layout->handover.size);
    FL_ASSERT(port, (offset | size) % 8u == 0);
    if (status == FL_OK) {
        status = port->cache_clean(port->board, address, size);
    }
    return status;
}

fl_status fl_handover_write(const struct fl_port *port, const struct fl_handover *handover)
{
    uint8_t raw[POINTERS_SIZE];

    FL_ASSERT(port, handover->running.bank < 2u);
    FL_ASSERT(port, handover->running.data_area < 2u);
    memset(raw, 0, sizeof raw);
    fl_put32(raw + AT_MAGIC, MAGIC);
    fl_put32(raw + AT_VERSION, FL_HANDOVER_VERSION);
    fl_put32(raw + AT_OLD, handover->old_image);
    fl_put32(raw + AT_NEW, handover->new_image);
    fl_put32(raw + AT_SIZE, handover->new_size);
    fl_put32(raw + AT_BANK, handover->running.bank);
    fl_put32(raw + AT_AREA, handover->running.data_area);
    fl_put32(raw + AT_LEVEL, handover->running.level);
    memcpy(raw + AT_ACTIVE, handover->running.active, FL_DIGEST_SIZE);
    memcpy(raw + AT_PENDING, handover->pending, FL_DIGEST_SIZE);
    fl_put32(raw + AT_CRC, fl_crc32c(raw, AT_CRC));
    /* The whole unit is written, whatever it held: words that were never written do not read, and
     * what an update before this one left says nothing. */
    if (port->memory_fill(port->board, port->layout->handover.address, 0) != FL_OK ||
        port->cache_clean(port->board, port->layout->handover.address, FL_BULK) != FL_OK) {
        return FL_E_IO;
    }
    return store(port, 0, raw, sizeof raw);
}

/* Whether the pointers are this board's, and the sizes what they can be. */
static bool is_sound(const struct fl_layout *layout, const struct fl_handover *handover)
{
    return handover->old_image == layout->resident.address &&
           handover->new_image == layout->staging.address && handover->running.bank < 2u &&
           handover->running.data_area < 2u && handover->new_size >= FL_METADATA_SIZE &&
           handover->new_size <= layout->staging.size;
}

fl_status fl_handover_read(const struct fl_port *port, struct fl_handover *handover)
{
    uint8_t raw[POINTERS_SIZE];
    fl_status status =
        port->memory_read(port->board, port->layout->handover.address, raw, sizeof raw);

    FL_ASSERT(port, handover != NULL);
    FL_ASSERT(port, port->layout->handover.size >= POINTERS_SIZE);
    if (status != FL_OK || fl_get32(raw + AT_MAGIC) != MAGIC || fl_get32(raw + AT_VERSION) == 0 ||
        fl_get32(raw + AT_CRC) != fl_crc32c(raw, AT_CRC)) {
        return FL_E_HANDOVER;
    }
    handover->old_image = fl_get32(raw + AT_OLD);
    handover->new_image = fl_get32(raw + AT_NEW);
    handover->new_size = fl_get32(raw + AT_SIZE);
    handover->running.bank = fl_get32(raw + AT_BANK);
    handover->running.data_area = fl_get32(raw + AT_AREA);
    handover->running.level = fl_get32(raw + AT_LEVEL);
    memcpy(handover->running.active, raw + AT_ACTIVE, FL_DIGEST_SIZE);
    memcpy(handover->pending, raw + AT_PENDING, FL_DIGEST_SIZE);
    return is_sound(port->layout, handover) ? FL_OK : FL_E_HANDOVER;
}

static void make_variables(const uint8_t *identity, uint8_t *raw)
{
    memset(raw, 0, VARIABLES_SIZE);
    fl_put32(raw, VARIABLES_MAGIC);
    fl_put32(raw + V_VERSION, 1u);
    memcpy(raw + V_IDENTITY, identity, FL_DIGEST_SIZE);
    fl_put32(raw + V_CRC, fl_crc32c(raw, V_CRC));
}

fl_status fl_variables_write(const struct fl_port *port, const uint8_t *identity)
{
    uint8_t raw[VARIABLES_SIZE];

    FL_ASSERT(port, identity != NULL);
    FL_ASSERT(port, port->layout->handover.size >= VARIABLES + VARIABLES_SIZE);
    make_variables(identity, raw);
    return store(port, VARIABLES, raw, sizeof raw);
}

bool fl_variables_ready(const struct fl_port *port, const uint8_t *identity)
{
    uint8_t expected[VARIABLES_SIZE];
    uint8_t raw[VARIABLES_SIZE];

    FL_ASSERT(port, identity != NULL);
    FL_ASSERT(port, port->layout->handover.size >= VARIABLES + VARIABLES_SIZE);
    make_variables(identity, expected);
    return port->memory_read(port->board, port->layout->handover.address + VARIABLES, raw,
                             sizeof raw) == FL_OK &&
           memcmp(raw, expected, sizeof raw) == 0;
}
