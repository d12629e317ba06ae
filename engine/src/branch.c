/* Branch: the old image's build leaves its pointers for the new one and asks for the interrupt; the
 * new one's build, entered by it, finds its image by them, and the bootstrap by the image's header.
 * The old image stays as it is, and goes on serving. */
#include "confirm.h"
#include "guard.h"
#include "handover.h"
#include "mem.h"
#include "phases.h"
#include "verify.h"

/* Staging is executed from: memory holds it, not only the cache, and no stale fetch is left. */
static fl_status make_executable(const struct fl_engine *engine, const struct fl_port *port)
{
    uint32_t staging = port->layout->staging.address;
    fl_status status = port->cache_clean(port->board, staging, engine->new_size);

    FL_ASSERT(port, engine->new_size >= FL_METADATA_SIZE);
    FL_ASSERT(port, engine->new_size <= port->layout->staging.size);
    if (status == FL_OK) {
        status = fl_forget_code(port, staging, engine->new_size);
    }
    return status;
}

fl_status fl_phase_branch(struct fl_engine *engine, const struct fl_port *port)
{
    struct fl_handover handover = {
        .old_image = port->layout->resident.address,
        .new_image = port->layout->staging.address,
        .new_size = engine->new_size,
        .running = engine->running,
    };
    uint8_t identity[FL_DIGEST_SIZE];
    struct fl_image image;
    /* Commands were served since the check, and staging is about to be executed. */
    fl_status status =
        fl_image_verify(port, fl_in_staging(port), engine->pending, &image, identity);

    FL_ASSERT(port, engine->phase == FL_PHASE_BRANCH);
    FL_ASSERT(port, !fl_same_digest(engine->pending, engine->running.active));
    memcpy(handover.pending, engine->pending, FL_DIGEST_SIZE);
    if (status == FL_OK) {
        status = make_executable(engine, port);
    }
    if (status == FL_OK) {
        status = fl_handover_write(port, &handover);
    }
    if (status == FL_OK) {
        status = port->raise_interrupt(port->board);
    }
    if (status != FL_OK) {
        return status;
    }
    fl_enter(engine, FL_PHASE_AWAY);
    return FL_AGAIN;
}

static fl_status take_over(struct fl_engine *engine, const struct fl_port *port)
{
    uint8_t identity[FL_DIGEST_SIZE];
    struct fl_handover handover;
    struct fl_image image;
    fl_status status = fl_handover_read(port, &handover);

    if (status == FL_OK) {
        status = fl_manifest_read(port, fl_in_staging(port), &image, identity);
    }
    if (status == FL_OK &&
        (!fl_same_digest(identity, handover.pending) || image.total_size != handover.new_size)) {
        status = FL_E_HANDOVER;
    }
    if (status == FL_OK) {
        status =
            port->execute(port->board, FL_MODULE_BOOTSTRAP, handover.new_image + image.bootstrap,
                          image.modules[FL_MODULE_BOOTSTRAP].size);
    }
    if (status != FL_OK) {
        return status;
    }
    FL_ASSERT(port, image.bootstrap == image.modules[FL_MODULE_BOOTSTRAP].offset);
    FL_ASSERT(port, handover.running.bank < 2u);
    fl_adopt(engine, &handover.running);
    engine->new_size = handover.new_size;
    engine->new_level = image.level;
    memcpy(engine->pending, handover.pending, FL_DIGEST_SIZE);
    fl_enter(engine, FL_PHASE_BRIDGE);
    return FL_AGAIN;
}

fl_status fl_take_over(struct fl_engine *engine, const struct fl_port *port)
{
    fl_guard(port);
    return fl_unguard(port, take_over(engine, port));
}

void fl_give_back(struct fl_engine *engine, fl_status why)
{
    engine->last = (uint32_t)why;
    engine->new_size = 0;
    engine->new_level = 0;
    memset(engine->pending, 0, FL_DIGEST_SIZE);
    fl_enter(engine, FL_PHASE_IDLE);
}
