#include "offer.h"

#include "bridge.h"
#include "companion.h"
#include "counter.h"
#include "level.h"
#include "mem.h"

static bool is_too_old(const struct fl_port *port, const struct fl_image *old,
                       const struct fl_image *new)
{
    return new->security_counter < old->security_counter ||
           new->security_counter < fl_counter_read(port) ||
           new->security_counter > fl_counter_limit(port->layout);
}

/* What stands in the way on the board, once the images suit each other. */
static fl_status judge_board(const struct fl_port *port, const struct fl_image *old,
                             const struct fl_image *new)
{
    FL_ASSERT(port, new->total_size <= port->layout->bank[0].size);
    FL_ASSERT(port, new->extent <= port->layout->resident.size);
    if (new->start_address != port->layout->resident.address) {
        return FL_E_START_ADDRESS;
    }
    if (old->level < new->level_min) {
        return FL_E_LEVEL;
    }
    if (!port->layout->staging_executes || new->total_size > port->layout->staging.size) {
        return FL_E_STAGING;
    }
    return fl_companion_fits(port, new);
}

fl_status fl_offer_judge(const struct fl_engine *engine, const struct fl_port *port,
                         const struct fl_image *old, const struct fl_image *new,
                         const uint8_t *new_identity)
{
    FL_ASSERT(port, old->segment_count >= 2u);
    FL_ASSERT(port, new->segment_count >= 2u);
    if (new->hardware_min > port->layout->hardware_level) {
        return FL_E_HARDWARE;
    }
    if (new->data_format != old->data_format && !fl_bridge_reads(new, old->data_format)) {
        return FL_E_DATA_FORMAT;
    }
    if ((old->capabilities & ~new->capabilities) != 0) {
        return FL_E_CAPABILITY;
    }
    if (is_too_old(port, old, new)) {
        return FL_E_SECURITY_COUNTER;
    }
    if (fl_same_digest(new_identity, engine->running.active)) {
        return FL_E_SAME_IMAGE;
    }
    return judge_board(port, old, new);
}
