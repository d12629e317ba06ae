#include "overlay.h"

#include "confirm.h"
#include "mem.h"
#include "phases.h"
#include "source.h"
#include "verify.h"

#define UNITS_PER_STEP 16u
#define UNIT_KEY       (FL_KEY_SLOT / FL_BULK)
_Static_assert(FL_KEY_SLOT % FL_BULK == 0 && FL_KEY_SLOT_SIZE == FL_BULK,
               "the key slot is a unit of its own");

/* All else is in memory before the header is in the cache: no reset shows it over lost lines. */
static fl_status copy_header(const struct fl_port *port, struct fl_where from,
                             const struct fl_image *image)
{
    uint32_t resident = port->layout->resident.address;
    fl_status status = port->cache_clean(port->board, resident, image->extent);

    FL_ASSERT(port, !from.placed);
    FL_ASSERT(port, image->extent <= port->layout->resident.size);
    if (status == FL_OK) {
        status = port->memory_copy(port->board, resident, from.space, from.address);
    }
    return status;
}

static fl_status destroy_header(const struct fl_port *port)
{
    uint32_t resident = port->layout->resident.address;
    fl_status status = port->memory_fill(port->board, resident, 0xFFu);

    FL_ASSERT(port, resident % FL_BULK == 0);
    FL_ASSERT(port, port->layout->resident.size >= FL_METADATA_SIZE);
    if (status == FL_OK) {
        status = port->cache_clean(port->board, resident, FL_BULK);
    }
    return status;
}

/* Where the unit at `offset` of the stored image goes, from the start address on. False when it
 * goes nowhere. */
static bool find_place(const struct fl_image *image, uint32_t offset, uint32_t *place)
{
    *place = offset;
    if (offset < FL_METADATA_SIZE) {
        return true;
    }
    for (uint32_t i = 0; i < image->segment_count; i++) {
        const struct fl_segment *segment = &image->segments[i];

        if (offset - segment->range.offset < segment->range.size) {
            *place = segment->place + (offset - segment->range.offset);
            return fl_segment_is_placed(segment) != 0;
        }
    }
    return false;
}

fl_status fl_overlay_turn(const struct fl_port *port, struct fl_where from,
                          const struct fl_image *image, uint32_t turn)
{
    uint32_t last = fl_overlay_turns(image) - 1u;
    uint32_t place = 0;

    FL_ASSERT(port, turn <= last && !from.placed);
    FL_ASSERT(port, image->extent <= port->layout->resident.size);
    if (turn == 0) {
        return destroy_header(port);
    }
    if (turn == last) {
        return copy_header(port, from, image);
    }
    if (!find_place(image, turn * FL_BULK, &place)) {
        return FL_OK;
    }
    FL_ASSERT(port, place % FL_BULK == 0 && place < port->layout->resident.size);
    place += port->layout->resident.address;
    if (turn == UNIT_KEY) {
        return port->memory_fill(port->board, place, 0xFFu);
    }
    return port->memory_copy(port->board, place, from.space, from.address + turn * FL_BULK);
}

fl_status fl_overlay_clean(const struct fl_port *port, const struct fl_image *image)
{
    uint32_t resident = port->layout->resident.address;
    fl_status status = port->cache_clean(port->board, resident, image->extent);

    FL_ASSERT(port, image->extent > FL_METADATA_SIZE);
    FL_ASSERT(port, image->extent <= port->layout->resident.size);
    if (status == FL_OK) {
        status = fl_forget_code(port, resident, image->extent);
    }
    return status;
}

/* The cursor is the next turn. */
fl_status fl_phase_overlay(struct fl_engine *engine, const struct fl_port *port)
{
    uint32_t source = engine->cursor & FL_FROM_BANK;
    uint32_t turn = engine->cursor & ~FL_FROM_BANK;
    struct fl_where from;
    struct fl_image image;
    fl_status status = fl_source_read(engine, port, &from, &image);

    FL_ASSERT(port, engine->phase == FL_PHASE_OVERLAY);
    FL_ASSERT(port, status != FL_OK || turn < fl_overlay_turns(&image));
    for (uint32_t i = 0; i < UNITS_PER_STEP && status == FL_OK; i++) {
        if (turn == fl_overlay_turns(&image)) {
            break;
        }
        status = fl_overlay_turn(port, from, &image, turn);
        turn++;
    }
    engine->cursor = source | turn;
    if (status != FL_OK) {
        return status;
    }
    if (turn == fl_overlay_turns(&image)) {
        fl_enter_with_source(engine, FL_PHASE_VERIFY);
    }
    return FL_AGAIN;
}

fl_status fl_phase_verify(struct fl_engine *engine, const struct fl_port *port)
{
    uint8_t identity[FL_DIGEST_SIZE];
    struct fl_image image;
    fl_status status =
        fl_image_verify(port, fl_in_resident(port), engine->pending, &image, identity);

    FL_ASSERT(port, engine->phase == FL_PHASE_VERIFY);
    if (status != FL_OK) {
        return FL_E_OVERLAY;
    }
    FL_ASSERT(port, image.total_size == engine->new_size);
    fl_enter_with_source(engine, FL_PHASE_CLEAN);
    return FL_AGAIN;
}

fl_status fl_phase_clean(struct fl_engine *engine, const struct fl_port *port)
{
    uint8_t identity[FL_DIGEST_SIZE];
    struct fl_image image;
    fl_status status = fl_manifest_read(port, fl_in_resident(port), &image, identity);

    FL_ASSERT(port, engine->phase == FL_PHASE_CLEAN);
    FL_ASSERT(port, engine->new_size > 0);
    if (status == FL_OK) {
        status = fl_overlay_clean(port, &image);
    }
    if (status != FL_OK) {
        return status;
    }
    fl_enter_with_source(engine, FL_PHASE_REFRESH);
    return FL_AGAIN;
}
