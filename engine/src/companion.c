#include "companion.h"

#include "confirm.h"
#include "mem.h"
#include "steady.h"

#define SEAL_MAGIC 0x4C414553u /* "SEAL" */

enum {
    AT_MAGIC = 0x00,
    AT_COMPANION = 0x04,
    AT_LEVEL = 0x08,
    AT_SIZE = 0x0C,
    AT_DIGEST = 0x10,
    AT_CRC = 0x30,
    SEAL_SIZE = 0x40
};
_Static_assert(AT_DIGEST + FL_DIGEST_SIZE == AT_CRC, "the CRC covers all before it");
_Static_assert(SEAL_SIZE <= (int)FL_CONFIRM_MAX && SEAL_SIZE % 32 == 0,
               "one program, on granules of any size");

uint32_t fl_companion_level(const struct fl_port *port, fl_companion companion)
{
    const struct fl_region *active = &port->layout->active[companion];
    uint8_t raw[16];

    FL_ASSERT(port, (uint32_t)companion < FL_COMPANIONS);
    FL_ASSERT(port, active->size == port->layout->configuration[companion].size);
    if (active->size == 0 ||
        port->memory_read(port->board, active->address, raw, sizeof raw) != FL_OK ||
        fl_get32(raw) != FL_CONFIGURATION_MAGIC ||
        fl_get32(raw + FL_C_COMPANION) != (uint32_t)companion) {
        return 0;
    }
    return fl_get32(raw + FL_C_LEVEL);
}

fl_status fl_companion_fits(const struct fl_port *port, const struct fl_image *image)
{
    fl_status status = FL_OK;

    for (uint32_t i = 0; i < FL_COMPANIONS; i++) {
        const struct fl_segment *segment = fl_image_configuration(image, (fl_companion)i);
        uint32_t room = port->layout->configuration[i].size;

        FL_ASSERT(port, room == port->layout->active[i].size);
        FL_ASSERT(port, (segment != NULL) == (image->companion_level[i] != 0));
        if (segment != NULL && (room < FL_BULK || segment->range.size > room - FL_BULK)) {
            status = FL_E_COMPANION;
        }
    }
    return status;
}

bool fl_companion_is_active(const struct fl_port *port, const struct fl_image *image,
                            fl_companion companion)
{
    const struct fl_segment *segment = fl_image_configuration(image, companion);
    const struct fl_region *active = &port->layout->active[companion];
    bool equal = false;
    bool again = false;

    FL_ASSERT(port, (uint32_t)companion < FL_COMPANIONS);
    FL_ASSERT(port, segment == NULL || segment->range.size % FL_BULK == 0);
    if (segment == NULL) {
        return true;
    }
    return segment->range.size <= active->size &&
           port->digest_check(port->board, FL_MEMORY, active->address, segment->range.size,
                              segment->digest, &equal) == FL_OK &&
           port->digest_check(port->board, FL_MEMORY, active->address, segment->range.size,
                              segment->digest, &again) == FL_OK &&
           equal && again;
}

static uint32_t seal_address(const struct fl_port *port, fl_companion companion)
{
    const struct fl_region *flash = &port->layout->configuration[companion];

    FL_ASSERT(port, (uint32_t)companion < FL_COMPANIONS);
    FL_ASSERT(port, flash->size > FL_BULK);
    return flash->address + (flash->size - FL_BULK);
}

static void make_seal(const struct fl_image *image, fl_companion companion, uint8_t *raw)
{
    const struct fl_segment *segment = fl_image_configuration(image, companion);

    memset(raw, 0, SEAL_SIZE);
    fl_put32(raw + AT_MAGIC, SEAL_MAGIC);
    fl_put32(raw + AT_COMPANION, (uint32_t)companion);
    fl_put32(raw + AT_LEVEL, image->companion_level[companion]);
    fl_put32(raw + AT_SIZE, segment->range.size);
    memcpy(raw + AT_DIGEST, segment->digest, FL_DIGEST_SIZE);
    fl_put32(raw + AT_CRC, fl_crc32c(raw, AT_CRC));
}

/* The seal says that it was finished; the digest, that it still reads as it should. */
static bool is_burnt(const struct fl_port *port, const struct fl_image *image,
                     fl_companion companion)
{
    const struct fl_segment *segment = fl_image_configuration(image, companion);
    uint8_t expected[SEAL_SIZE];
    uint8_t raw[SEAL_SIZE];
    bool equal = false;

    FL_ASSERT(port, image->companion_level[companion] != 0);
    FL_ASSERT(port, segment->range.size < port->layout->configuration[companion].size);
    make_seal(image, companion, expected);
    return fl_read_steady(port, seal_address(port, companion), raw, sizeof raw) == FL_OK &&
           memcmp(raw, expected, sizeof raw) == 0 &&
           port->digest_check(port->board, FL_FLASH, port->layout->configuration[companion].address,
                              segment->range.size, segment->digest, &equal) == FL_OK &&
           equal;
}

/* One unit of the segment: erases its sector first when it is the first there. The sector of the
 * seal was erased before all others. */
static fl_status burn_unit(const struct fl_port *port, struct fl_where where,
                           fl_companion companion, const struct fl_segment *segment,
                           uint32_t offset)
{
    const struct fl_region *flash = &port->layout->configuration[companion];
    uint32_t from = where.address + segment->range.offset + offset;
    uint32_t to = flash->address + offset;
    fl_status status = FL_OK;

    FL_ASSERT(port, offset < segment->range.size);
    FL_ASSERT(port, offset + FL_BULK <= flash->size - FL_BULK);
    if (offset % port->layout->sector_size == 0 &&
        offset + port->layout->sector_size < flash->size) {
        status = fl_erase_confirmed(port, to);
    }
    if (status == FL_OK && where.space == FL_FLASH) {
        status = port->memory_copy(port->board, port->layout->staging.address, FL_FLASH, from);
        from = port->layout->staging.address;
    }
    if (status == FL_OK) {
        status = fl_program_from_confirmed(port, to, from, FL_BULK);
    }
    return status;
}

/* Turn 0 looks whether anything is to be done, and kills the seal; then a unit each; then the seal.
 */
fl_status fl_companion_burn(const struct fl_port *port, struct fl_where where,
                            const struct fl_image *image, fl_companion companion, uint32_t *turn)
{
    const struct fl_segment *segment = fl_image_configuration(image, companion);
    uint32_t sector = port->layout->sector_size;
    uint32_t seal = 0;
    uint8_t raw[SEAL_SIZE];
    fl_status status;

    FL_ASSERT(port, !where.placed && (uint32_t)companion < FL_COMPANIONS);
    FL_ASSERT(port, turn != NULL);
    if (segment == NULL || (*turn == 0 && is_burnt(port, image, companion))) {
        return FL_OK;
    }
    seal = seal_address(port, companion);
    if (*turn == 0) {
        status = fl_erase_confirmed(port, seal - seal % sector);
    } else if (*turn <= segment->range.size / FL_BULK) {
        status = burn_unit(port, where, companion, segment, (*turn - 1u) * FL_BULK);
    } else {
        make_seal(image, companion, raw);
        status = fl_program_confirmed(port, seal, raw, sizeof raw);
        if (status == FL_OK) {
            return FL_OK;
        }
    }
    (*turn)++;
    return status == FL_OK ? FL_AGAIN : status;
}

fl_status fl_companion_load(const struct fl_port *port, const struct fl_image *image,
                            fl_companion companion)
{
    const struct fl_segment *segment = fl_image_configuration(image, companion);
    fl_status status;

    FL_ASSERT(port, (uint32_t)companion < FL_COMPANIONS);
    if (segment == NULL || fl_companion_is_active(port, image, companion)) {
        return FL_OK;
    }
    FL_ASSERT(port, segment->range.size < port->layout->configuration[companion].size);
    status = port->refresh(port->board, companion, segment->range.size);
    if (status == FL_OK && !fl_companion_is_active(port, image, companion)) {
        status = FL_E_COMPANION;
    }
    return status;
}
