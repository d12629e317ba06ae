/* Memory initialization: readies memory and what is around it for the overlay and the new image. No
 * key may outlive the image that it belongs to, and what is copied from must still be what was
 * checked. */
#include "handover.h"
#include "key.h"
#include "mem.h"
#include "phases.h"
#include "verify.h"

/* Reads what the old image leaves: *wanted is what the new image needs prepared and the old one did
 * not. Where the old one does not read any more, all that the new one needs. A fast variant goes on
 * from what the old image's own step left, so the key cannot cover a step that it did not take. */
static void take_over(struct fl_engine *engine, const struct fl_port *port,
                      const struct fl_image *new, uint32_t *wanted)
{
    uint8_t identity[FL_DIGEST_SIZE];
    struct fl_image old;

    FL_ASSERT(port, engine->phase == FL_PHASE_MEMINIT);
    FL_ASSERT(port, new->prepares >> FL_PREPARATION_COUNT == 0);
    *wanted = new->prepares;
    if (fl_manifest_read(port, fl_in_resident(port), &old, identity) != FL_OK) {
        engine->prepared |= FL_PREPARED_NOT_TAKEN(FL_INIT_ALL);
        return;
    }
    *wanted &= ~old.prepares;
    engine->prepared |= FL_PREPARED_NOT_TAKEN(FL_INIT_ALL & ~old.init_requires);
}

static fl_status prepare(struct fl_engine *engine, const struct fl_port *port, uint32_t wanted)
{
    fl_status status = FL_OK;

    FL_ASSERT(port, wanted >> FL_PREPARATION_COUNT == 0);
    FL_ASSERT(port, engine->phase == FL_PHASE_MEMINIT);
    for (uint32_t i = 0; i < FL_PREPARATION_COUNT && status == FL_OK; i++) {
        if ((wanted & ~engine->prepared & 1u << i) != 0) {
            status = port->prepare(port->board, (fl_preparation)i);
        }
    }
    if (status == FL_OK) {
        engine->prepared |= wanted;
    }
    return status;
}

fl_status fl_phase_meminit(struct fl_engine *engine, const struct fl_port *port)
{
    uint8_t identity[FL_DIGEST_SIZE];
    struct fl_image image;
    uint32_t wanted = 0;
    fl_status status = fl_key_blank(port);

    FL_ASSERT(port, engine->phase == FL_PHASE_MEMINIT);
    FL_ASSERT(port, engine->new_size > 0);
    if (status != FL_OK) {
        return status;
    }
    /* Memory may have changed since the check. The bank was judged after it was programmed. */
    if (fl_image_verify(port, fl_in_staging(port), engine->pending, &image, identity) != FL_OK) {
        engine->cursor |= FL_FROM_BANK;
        status = fl_manifest_read(port, fl_in_bank(port, fl_target_bank(engine)), &image, identity);
    }
    if (status == FL_OK) {
        take_over(engine, port, &image, &wanted);
        status = prepare(engine, port, wanted);
    }
    if (status == FL_OK) {
        status = fl_variables_write(port, engine->pending);
    }
    if (status != FL_OK) {
        return status;
    }
    fl_enter_with_source(engine, FL_PHASE_OVERLAY);
    return FL_AGAIN;
}
