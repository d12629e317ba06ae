/* Query: is an update possible from here? Runs in the old image's update module. */
#include "layout.h"
#include "mem.h"
#include "phases.h"
#include "verify.h"

/* What runs has to be what boot chose: memory that changed since is no base for an update. */
fl_status fl_phase_query(struct fl_engine *engine, const struct fl_port *port)
{
    const struct fl_region *resident = &port->layout->resident;
    uint8_t identity[FL_DIGEST_SIZE];
    struct fl_image image;
    fl_status status = fl_layout_check(port->layout);

    FL_ASSERT(port, engine->phase == FL_PHASE_QUERY);
    FL_ASSERT(port, engine->running.bank < 2u);
    if (status == FL_OK) {
        status = fl_manifest_read(port, FL_MEMORY, resident->address, &image, identity);
    }
    if (status == FL_OK && !fl_same_digest(identity, engine->running.active)) {
        status = FL_E_DIGEST;
    }
    if (status == FL_OK) {
        const struct fl_range *module = &image.modules[FL_MODULE_UPDATE];

        status = port->execute(port->board, FL_MODULE_UPDATE, resident->address + module->offset,
                               module->size);
    }
    if (status != FL_OK) {
        return status;
    }
    fl_enter(engine, FL_PHASE_LOAD);
    return FL_AGAIN;
}
