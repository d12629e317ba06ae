/* Memory initialization: readies memory for the overlay. No key may outlive the image that it
 * belongs to, and what is copied from must still be what was checked. */
#include "key.h"
#include "mem.h"
#include "phases.h"
#include "verify.h"

fl_status fl_phase_meminit(struct fl_engine *engine, const struct fl_port *port)
{
    uint8_t identity[FL_DIGEST_SIZE];
    struct fl_image image;
    fl_status status = fl_key_blank(port);

    FL_ASSERT(port, engine->phase == FL_PHASE_MEMINIT);
    FL_ASSERT(port, engine->new_size > 0);
    if (status != FL_OK) {
        return status;
    }
    /* Memory may have changed since the check. The bank was judged after it was programmed. */
    if (fl_image_verify(port, FL_MEMORY, port->layout->staging.address, engine->pending, &image,
                        identity) != FL_OK) {
        engine->cursor |= FL_FROM_BANK;
    }
    fl_enter_with_source(engine, FL_PHASE_OVERLAY);
    return FL_AGAIN;
}
