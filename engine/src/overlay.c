#include "overlay.h"

#include "mem.h"
#include "phases.h"
#include "verify.h"

#define UNITS_PER_STEP 16u
#define UNIT_HEADER    0u
#define UNIT_KEY       (FL_KEY_SLOT / FL_BULK)

static fl_status destroy_header(const struct fl_port *port)
{
    uint32_t resident = port->layout->resident.address;
    fl_status status = port->memory_fill(port->board, resident, 0xFFu);

    if (status == FL_OK) {
        status = port->cache_clean(port->board, resident, FL_BULK);
    }
    return status;
}

fl_status fl_overlay_turn(const struct fl_port *port, fl_space space, uint32_t from, uint32_t size,
                          uint32_t turn)
{
    uint32_t last = fl_overlay_turns(size) - 1u;
    uint32_t unit = turn == last ? UNIT_HEADER : turn;
    uint32_t to = port->layout->resident.address + unit * FL_BULK;

    FL_ASSERT(port, turn <= last);
    FL_ASSERT(port, size <= port->layout->resident.size);
    if (turn == 0) {
        return destroy_header(port);
    }
    if (unit == UNIT_KEY) {
        return port->memory_fill(port->board, to, 0xFFu);
    }
    return port->memory_copy(port->board, to, space, from + unit * FL_BULK);
}

fl_status fl_overlay_clean(const struct fl_port *port, uint32_t size)
{
    uint32_t resident = port->layout->resident.address;
    fl_status status = port->cache_clean(port->board, resident, size);

    FL_ASSERT(port, size <= port->layout->resident.size);
    if (status == FL_OK) {
        status = port->cache_invalidate(port->board, resident, size);
    }
    return status;
}

/* The cursor is the next turn. */
fl_status fl_phase_overlay(struct fl_engine *engine, const struct fl_port *port)
{
    uint32_t source = engine->cursor & FL_FROM_BANK;
    uint32_t turn = engine->cursor & ~FL_FROM_BANK;
    uint32_t turns = fl_overlay_turns(engine->new_size);
    fl_space space = source != 0 ? FL_FLASH : FL_MEMORY;
    uint32_t from = source != 0 ? port->layout->bank[fl_target_bank(engine)].address
                                : port->layout->staging.address;
    fl_status status = FL_OK;

    FL_ASSERT(port, engine->phase == FL_PHASE_OVERLAY);
    FL_ASSERT(port, turn < turns);
    for (uint32_t i = 0; i < UNITS_PER_STEP && turn < turns && status == FL_OK; i++) {
        status = fl_overlay_turn(port, space, from, engine->new_size, turn);
        turn++;
    }
    engine->cursor = source | turn;
    if (status != FL_OK) {
        return status;
    }
    if (turn == turns) {
        fl_enter_with_source(engine, FL_PHASE_VERIFY);
    }
    return FL_AGAIN;
}

fl_status fl_phase_verify(struct fl_engine *engine, const struct fl_port *port)
{
    uint8_t identity[FL_DIGEST_SIZE];
    struct fl_image image;
    fl_status status = fl_image_verify(port, FL_MEMORY, port->layout->resident.address,
                                       engine->pending, &image, identity);

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
    fl_status status = fl_overlay_clean(port, engine->new_size);

    FL_ASSERT(port, engine->phase == FL_PHASE_CLEAN);
    FL_ASSERT(port, engine->new_size > 0);
    if (status != FL_OK) {
        return status;
    }
    fl_enter_with_source(engine, FL_PHASE_KEY);
    return FL_AGAIN;
}
