/* Resume and finish: the new image is in charge, I/O goes on, and what can wait until then is done:
 * the security counter is raised, the staged copy erased. */
#include "confirm.h"
#include "counter.h"
#include "mem.h"
#include "phases.h"
#include "verify.h"

#define RAISES_PER_STEP 32u
#define UNITS_PER_STEP  64u
_Static_assert(FL_COUNTER_MAX + RAISES_PER_STEP * FL_PROGRAM_ACCESSES + UNITS_PER_STEP <
                   FL_STEP_OPERATIONS,
               "a look at the counter, some raises and some units are one step's work");

fl_status fl_phase_resume(struct fl_engine *engine, const struct fl_port *port)
{
    fl_status status = port->set_io(port->board, true);

    FL_ASSERT(port, engine->phase == FL_PHASE_RESUME);
    FL_ASSERT(port, !fl_same_digest(engine->pending, engine->running.active));
    if (status != FL_OK) {
        return status;
    }
    engine->running.bank = fl_target_bank(engine);
    engine->running.data_area = engine->new_area;
    engine->running.level = engine->new_level;
    memcpy(engine->running.active, engine->pending, FL_DIGEST_SIZE);
    memset(engine->pending, 0, FL_DIGEST_SIZE);
    engine->last = FL_OK;
    fl_enter(engine, FL_PHASE_FINISH);
    return FL_AGAIN;
}

/* FL_AGAIN while the counter is not at the image's. */
static fl_status raise_counter(const struct fl_port *port)
{
    uint8_t identity[FL_DIGEST_SIZE];
    struct fl_image image;
    uint32_t now = fl_counter_read(port);
    fl_status status = fl_manifest_read(port, fl_in_resident(port), &image, identity);

    FL_ASSERT(port, now <= fl_counter_limit(port->layout));
    FL_ASSERT(port, fl_counter_limit(port->layout) > 0);
    for (uint32_t i = 0; i < RAISES_PER_STEP && status == FL_OK; i++) {
        if (now >= image.security_counter) {
            return FL_OK;
        }
        status = fl_counter_raise(port, now);
        now++;
    }
    return status == FL_OK ? FL_AGAIN : status;
}

/* The cursor counts units of staging that are erased. */
static fl_status flush_staging(struct fl_engine *engine, const struct fl_port *port)
{
    uint32_t staging = port->layout->staging.address;
    uint32_t units = engine->new_size / FL_BULK;
    fl_status status = FL_OK;

    FL_ASSERT(port, engine->cursor <= units);
    FL_ASSERT(port, engine->new_size <= port->layout->staging.size);
    for (uint32_t i = 0; i < UNITS_PER_STEP && engine->cursor < units && status == FL_OK; i++) {
        status = port->memory_fill(port->board, staging + engine->cursor * FL_BULK, 0xFFu);
        engine->cursor++;
    }
    if (status == FL_OK && engine->cursor < units) {
        return FL_AGAIN;
    }
    return status == FL_OK ? port->cache_clean(port->board, staging, engine->new_size) : status;
}

/* The new image runs whatever comes of this: a status here is kept in `last`, and a boot tries to
 * raise the counter again. */
fl_status fl_phase_finish(struct fl_engine *engine, const struct fl_port *port)
{
    /* The firm mark of the commit may have failed. A record that is not firm may be gone at the
     * next boot, and the image that runs then must not be too old for the counter. */
    fl_status status = engine->cursor == 0 ? fl_settle(engine, port) : FL_OK;

    FL_ASSERT(port, engine->phase == FL_PHASE_FINISH);
    FL_ASSERT(port, engine->running.data_area == engine->new_area);
    if (status == FL_OK && engine->cursor == 0) {
        status = raise_counter(port);
    }
    if (status == FL_OK && port->layout->flush_staging && engine->new_size > 0) {
        status = flush_staging(engine, port);
    }
    if (status == FL_AGAIN) {
        return FL_AGAIN;
    }
    engine->last = (uint32_t)status;
    engine->new_size = 0;
    engine->new_level = 0;
    engine->new_area = 0;
    engine->prepared = 0;
    fl_enter(engine, FL_PHASE_IDLE);
    return FL_OK;
}
