/* Initialization: one path for updates and boots, with or without the key. */
#include "init.h"

#include "data.h"
#include "guard.h"
#include "handover.h"
#include "key.h"
#include "mem.h"
#include "phases.h"
#include "verify.h"

/* The steps that may be fast: those that the key covers and the image has a fast variant of, less
 * the variables when they are not there. */
static uint32_t fast_steps(const struct fl_port *port, const struct fl_image *image,
                           const uint8_t *identity)
{
    uint32_t fast = fl_key_take(port, identity) & image->init_fast & FL_INIT_HAS_FAST;

    FL_ASSERT(port, identity != NULL);
    FL_ASSERT(port, (image->init_fast & ~FL_INIT_HAS_FAST) == 0);
    if ((fast & 1u << FL_INIT_VARIABLES) != 0 && !fl_variables_ready(port, identity)) {
        fast &= ~(1u << FL_INIT_VARIABLES);
    }
    return fast;
}

static fl_status run_steps(const struct fl_port *port, const struct fl_image *image, uint32_t fast)
{
    fl_status status = FL_OK;

    FL_ASSERT(port, (fast & ~image->init_fast) == 0);
    for (uint32_t i = 0; i < FL_INIT_STEP_COUNT && status == FL_OK; i++) {
        uint32_t step = image->init_order[i];

        FL_ASSERT(port, step < FL_INIT_STEP_COUNT);
        if ((image->init_requires >> step & 1u) != 0) {
            status = port->init_step(port->board, (fl_init_step)step, (fast >> step & 1u) != 0);
        }
    }
    return status;
}

fl_status fl_initialize(const struct fl_port *port, const struct fl_image *image,
                        const uint8_t *identity, bool may_keep_light)
{
    const struct fl_range *module = &image->modules[FL_MODULE_INIT];
    uint32_t handshake = 1u << FL_INIT_HANDSHAKE;
    uint32_t fast = fast_steps(port, image, identity);
    bool keep = may_keep_light && port->layout->keep_light &&
                (image->init_requires & handshake & ~fast) == 0;
    fl_status status = keep ? FL_OK : port->set_light(port->board, false);

    FL_ASSERT(port, module->size > 0);
    FL_ASSERT(port, (fast & ~FL_INIT_HAS_FAST) == 0);
    if (status == FL_OK) {
        status = port->execute(port->board, FL_MODULE_INIT,
                               port->layout->resident.address +
                                   fl_image_module_place(image, FL_MODULE_INIT),
                               module->size);
    }
    if (status == FL_OK) {
        status = run_steps(port, image, fast);
    }
    if (status == FL_OK && !keep) {
        status = port->set_light(port->board, true);
    }
    return status;
}

static fl_status initialize_resident(const struct fl_port *port, const uint8_t *wanted,
                                     bool may_keep_light)
{
    struct fl_image image;
    fl_status status = fl_manifest_expect(port, fl_in_resident(port), wanted, &image);

    FL_ASSERT(port, wanted != NULL);
    FL_ASSERT(port, status != FL_OK || image.start_address == port->layout->resident.address);
    return status == FL_OK ? fl_initialize(port, &image, wanted, may_keep_light) : status;
}

fl_status fl_phase_init(struct fl_engine *engine, const struct fl_port *port)
{
    fl_status status = initialize_resident(port, engine->pending, true);

    FL_ASSERT(port, engine->phase == FL_PHASE_INIT);
    FL_ASSERT(port, engine->cursor == 0);
    if (status != FL_OK) {
        return status;
    }
    fl_enter(engine, FL_PHASE_RESUME);
    return FL_AGAIN;
}

void fl_adopt(struct fl_engine *engine, const struct fl_running *running)
{
    memset(engine, 0, sizeof *engine);
    engine->running = *running;
    fl_enter(engine, FL_PHASE_START);
}

static fl_status start(const struct fl_engine *engine, const struct fl_port *port)
{
    fl_status status = initialize_resident(port, engine->running.active, false);

    FL_ASSERT(port, engine->running.data_area < 2u);
    if (status == FL_OK) {
        /* What a cut left in doubt, or reads only with a correction, before the application reads
         * it. Where flash does not take that, the image runs all the same, with what reads now. */
        (void)fl_data_settle(port, engine->running.data_area);
        status = port->set_io(port->board, true);
    }
    return status;
}

fl_status fl_start(struct fl_engine *engine, const struct fl_port *port)
{
    fl_status status = FL_E_INTERNAL;

    FL_ASSERT(port, engine->phase == FL_PHASE_START);
    FL_ASSERT(port, engine->running.bank < 2u);
    if (engine->phase == FL_PHASE_START) {
        fl_guard(port);
        status = fl_unguard(port, start(engine, port));
    }
    engine->last = (uint32_t)status;
    fl_enter(engine, status == FL_OK ? FL_PHASE_IDLE : FL_PHASE_BOOT);
    return status;
}
