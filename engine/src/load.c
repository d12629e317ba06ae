/* Load: takes the new image from the sender into staging, one chunk a step. */
#include "layout.h"
#include "level.h"
#include "mem.h"
#include "offer.h"
#include "phases.h"
#include "verify.h"

_Static_assert(FL_CHUNK >= FL_BULK && FL_CHUNK % FL_BULK == 0, "the sender serves whole units");

/* The manifest says how much has to come, and what would be refused. Nobody has signed for it yet:
 * a wrong one can waste time and nothing else, and a good one is judged again by the check. */
static fl_status learn(struct fl_engine *engine, const struct fl_port *port)
{
    uint8_t identity[FL_DIGEST_SIZE];
    uint8_t active[FL_DIGEST_SIZE];
    struct fl_image old;
    struct fl_image new;
    fl_status status = fl_manifest_read(port, fl_in_staging(port), &new, identity);

    FL_ASSERT(port, engine->cursor == FL_METADATA_SIZE);
    FL_ASSERT(port, engine->new_size == 0);
    if (status == FL_OK) {
        status = fl_manifest_read(port, fl_in_resident(port), &old, active);
    }
    if (status == FL_OK) {
        status = fl_offer_judge(engine, port, &old, &new, identity);
    }
    if (status == FL_OK) {
        engine->new_size = new.total_size;
        engine->new_level = new.level;
    }
    return status;
}

fl_status fl_phase_load(struct fl_engine *engine, const struct fl_port *port)
{
    uint32_t end = engine->new_size != 0 ? engine->new_size : FL_METADATA_SIZE;
    uint32_t wanted = fl_min(end - engine->cursor, FL_CHUNK);
    uint32_t received = 0;
    fl_status status;

    FL_ASSERT(port, engine->phase == FL_PHASE_LOAD);
    FL_ASSERT(port, engine->cursor < end && end <= port->layout->staging.size);
    status = port->receive(port->board, engine->cursor,
                           port->layout->staging.address + engine->cursor, wanted, &received);
    if (status != FL_OK) {
        return status;
    }
    if (received == 0 || received > wanted || received % FL_BULK != 0) {
        return FL_E_SENDER;
    }
    engine->cursor += received;
    if (engine->cursor == end && engine->new_size == 0) {
        status = learn(engine, port);
    }
    if (status != FL_OK) {
        return status;
    }
    if (engine->cursor == engine->new_size) {
        fl_enter(engine, FL_PHASE_CHECK);
    }
    return FL_AGAIN;
}
