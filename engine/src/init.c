/* Initialization: one path for updates and boots, with or without the key. */
#include "init.h"

#include "key.h"
#include "mem.h"
#include "phases.h"
#include "verify.h"

static fl_status run_steps(const struct fl_port *port, const struct fl_image *image, bool fast)
{
    fl_status status = FL_OK;

    for (uint32_t i = 0; i < FL_INIT_STEP_COUNT && status == FL_OK; i++) {
        uint32_t bit = 1u << i;

        if ((image->init_requires & bit) != 0) {
            status = port->init_step(port->board, (fl_init_step)i,
                                     fast && (FL_INIT_HAS_FAST & bit) != 0);
        }
    }
    return status;
}

fl_status fl_initialize(const struct fl_port *port, const struct fl_image *image,
                        const uint8_t *identity)
{
    const struct fl_range *module = &image->modules[FL_MODULE_INIT];
    fl_status status = port->set_light(port->board, false);
    bool fast = false;

    FL_ASSERT(port, module->size > 0);
    FL_ASSERT(port, identity != NULL);
    if (status == FL_OK) {
        fast = fl_key_take(port, identity);
        status = port->execute(port->board, FL_MODULE_INIT,
                               port->layout->resident.address + module->offset, module->size);
    }
    if (status == FL_OK) {
        status = run_steps(port, image, fast);
    }
    if (status == FL_OK) {
        status = port->set_light(port->board, true);
    }
    return status;
}

fl_status fl_phase_init(struct fl_engine *engine, const struct fl_port *port)
{
    uint8_t identity[FL_DIGEST_SIZE];
    struct fl_image image;
    fl_status status =
        fl_manifest_read(port, FL_MEMORY, port->layout->resident.address, &image, identity);

    FL_ASSERT(port, engine->phase == FL_PHASE_INIT);
    FL_ASSERT(port, engine->cursor == 0);
    if (status == FL_OK && !fl_same_digest(identity, engine->pending)) {
        status = FL_E_DIGEST;
    }
    if (status == FL_OK) {
        status = fl_initialize(port, &image, identity);
    }
    if (status != FL_OK) {
        return status;
    }
    fl_enter(engine, FL_PHASE_RESUME);
    return FL_AGAIN;
}

fl_status fl_phase_resume(struct fl_engine *engine, const struct fl_port *port)
{
    fl_status status = port->set_io(port->board, true);

    FL_ASSERT(port, engine->phase == FL_PHASE_RESUME);
    FL_ASSERT(port, !fl_same_digest(engine->pending, engine->running.active));
    if (status != FL_OK) {
        return status;
    }
    engine->running.bank = fl_target_bank(engine);
    memcpy(engine->running.active, engine->pending, FL_DIGEST_SIZE);
    memset(engine->pending, 0, FL_DIGEST_SIZE);
    engine->new_size = 0;
    engine->last = FL_OK;
    fl_enter(engine, FL_PHASE_IDLE);
    return FL_OK;
}

void fl_adopt(struct fl_engine *engine, const struct fl_running *running)
{
    memset(engine, 0, sizeof *engine);
    engine->running = *running;
    fl_enter(engine, FL_PHASE_START);
}

fl_status fl_start(struct fl_engine *engine, const struct fl_port *port)
{
    uint8_t identity[FL_DIGEST_SIZE];
    struct fl_image image;
    fl_status status = FL_E_INTERNAL;

    FL_ASSERT(port, engine->phase == FL_PHASE_START);
    FL_ASSERT(port, engine->running.bank < 2u);
    if (engine->phase == FL_PHASE_START) {
        status =
            fl_manifest_read(port, FL_MEMORY, port->layout->resident.address, &image, identity);
    }
    if (status == FL_OK && !fl_same_digest(identity, engine->running.active)) {
        status = FL_E_DIGEST;
    }
    if (status == FL_OK) {
        status = fl_initialize(port, &image, identity);
    }
    if (status == FL_OK) {
        status = port->set_io(port->board, true);
    }
    engine->last = (uint32_t)status;
    fl_enter(engine, status == FL_OK ? FL_PHASE_IDLE : FL_PHASE_BOOT);
    return status;
}
