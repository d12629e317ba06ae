/* Load: takes the new image from the sender into staging, one chunk a step. */
#include "layout.h"
#include "mem.h"
#include "phases.h"
#include "verify.h"

#define CHUNK 1024u /* bytes, the most that one step asks for */
_Static_assert(CHUNK >= FL_BULK && CHUNK % FL_BULK == 0, "the sender serves whole units");

/* The manifest says how much has to come, and nobody has signed for that yet: it is parsed within
 * what fits, so that a wrong size can waste time and nothing else. */
static fl_status learn_size(struct fl_engine *engine, const struct fl_port *port)
{
    uint8_t identity[FL_DIGEST_SIZE];
    struct fl_image image;
    fl_status status =
        fl_manifest_read(port, FL_MEMORY, port->layout->staging.address, &image, identity);

    FL_ASSERT(port, engine->cursor == FL_METADATA_SIZE);
    if (status == FL_OK) {
        FL_ASSERT(port, image.total_size <= fl_layout_limit(port->layout));
        engine->new_size = image.total_size;
    }
    return status;
}

fl_status fl_phase_load(struct fl_engine *engine, const struct fl_port *port)
{
    uint32_t end = engine->new_size != 0 ? engine->new_size : FL_METADATA_SIZE;
    uint32_t wanted = fl_min(end - engine->cursor, CHUNK);
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
        status = learn_size(engine, port);
    }
    if (status != FL_OK) {
        return status;
    }
    if (engine->cursor == engine->new_size) {
        fl_enter(engine, FL_PHASE_CHECK);
    }
    return FL_AGAIN;
}
