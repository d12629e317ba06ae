/* Branch: from here to the key, the new image's bootstrap runs, out of staging. */
#include "mem.h"
#include "phases.h"
#include "verify.h"

fl_status fl_phase_branch(struct fl_engine *engine, const struct fl_port *port)
{
    uint32_t staging = port->layout->staging.address;
    uint8_t identity[FL_DIGEST_SIZE];
    struct fl_image image;
    fl_status status = fl_manifest_read(port, FL_MEMORY, staging, &image, identity);

    FL_ASSERT(port, engine->phase == FL_PHASE_BRANCH);
    FL_ASSERT(port, engine->new_size > 0);
    if (status == FL_OK && !fl_same_digest(identity, engine->pending)) {
        status = FL_E_DIGEST;
    }
    if (status == FL_OK) {
        status = port->cache_clean(port->board, staging, engine->new_size);
    }
    if (status == FL_OK) {
        status = port->cache_invalidate(port->board, staging, engine->new_size);
    }
    if (status == FL_OK) {
        status = port->raise_interrupt(port->board);
    }
    if (status == FL_OK) {
        const struct fl_range *module = &image.modules[FL_MODULE_BOOTSTRAP];

        status =
            port->execute(port->board, FL_MODULE_BOOTSTRAP, staging + module->offset, module->size);
    }
    if (status != FL_OK) {
        return status;
    }
    fl_enter(engine, FL_PHASE_FLASH);
    return FL_AGAIN;
}
