/* What callers reach: requests, cancels, and the dispatch of steps. phases.h tells the machine. */
#include "fastload/engine.h"

#include "guard.h"
#include "mem.h"
#include "phases.h"

fl_status fl_request(struct fl_engine *engine)
{
    if (engine->phase != FL_PHASE_IDLE) {
        return FL_E_BUSY;
    }
    engine->last = FL_OK;
    fl_enter(engine, FL_PHASE_QUERY);
    return FL_OK;
}

/* Ends an update that is not committed. The old image never stopped; only its I/O may have. From
 * the branch on it is the old image's build that goes on. */
static void abandon(struct fl_engine *engine, const struct fl_port *port, fl_status why)
{
    bool quiesced = engine->phase >= FL_PHASE_QUIESCE;
    bool away = engine->phase >= FL_PHASE_BRIDGE;

    FL_ASSERT(port, engine->phase <= FL_PHASE_COMMIT);
    FL_ASSERT(port, why != FL_OK && why != FL_AGAIN);
    engine->last = (uint32_t)why;
    engine->new_size = 0;
    engine->new_level = 0;
    memset(engine->pending, 0, FL_DIGEST_SIZE);
    fl_enter(engine, away ? FL_PHASE_AWAY : FL_PHASE_IDLE);
    if (quiesced && port->set_io(port->board, true) != FL_OK) {
        engine->last = FL_E_IO;
    }
}

/* A failure after the commit. The bank holds what is to run: it is the source of one more try. */
static fl_status go_forward(struct fl_engine *engine, const struct fl_port *port, fl_status why)
{
    FL_ASSERT(port, engine->phase >= FL_PHASE_MEMINIT);
    FL_ASSERT(port, engine->phase < FL_PHASE_COUNT);
    if (engine->phase <= FL_PHASE_KEY && !fl_is_from_bank(engine)) {
        engine->phase = FL_PHASE_MEMINIT;
        engine->cursor = FL_FROM_BANK;
        return FL_AGAIN;
    }
    engine->last = (uint32_t)why;
    fl_enter(engine, FL_PHASE_BOOT);
    return why;
}

fl_status fl_cancel(struct fl_engine *engine, const struct fl_port *port)
{
    FL_ASSERT(port, engine->phase < FL_PHASE_COUNT);
    FL_ASSERT(port, engine->running.bank < 2u);
    if (engine->phase == FL_PHASE_IDLE) {
        return FL_OK;
    }
    if (engine->phase <= FL_PHASE_START || engine->phase == FL_PHASE_AWAY ||
        engine->phase >= FL_PHASE_COMMIT) {
        return FL_E_BUSY;
    }
    abandon(engine, port, FL_E_CANCELLED);
    return FL_OK;
}

static fl_status run_phase(struct fl_engine *engine, const struct fl_port *port)
{
    FL_ASSERT(port, engine->new_area < 2u && engine->running.data_area < 2u);
    FL_ASSERT(port, engine->prepared < FL_PREPARED_NOT_TAKEN(FL_INIT_ALL + 1u));
    switch ((fl_phase)engine->phase) {
    case FL_PHASE_QUERY:
        return fl_phase_query(engine, port);
    case FL_PHASE_LOAD:
        return fl_phase_load(engine, port);
    case FL_PHASE_CHECK:
        return fl_phase_check(engine, port);
    case FL_PHASE_BRANCH:
        return fl_phase_branch(engine, port);
    case FL_PHASE_BRIDGE:
        return fl_phase_bridge(engine, port);
    case FL_PHASE_FLASH:
        return fl_phase_flash(engine, port);
    case FL_PHASE_COMPANIONS:
        return fl_phase_companions(engine, port);
    case FL_PHASE_QUIESCE:
        return fl_phase_quiesce(engine, port);
    case FL_PHASE_CATCH_UP:
        return fl_phase_catch_up(engine, port);
    case FL_PHASE_COMMIT:
        return fl_phase_commit(engine, port);
    case FL_PHASE_MEMINIT:
        return fl_phase_meminit(engine, port);
    case FL_PHASE_OVERLAY:
        return fl_phase_overlay(engine, port);
    case FL_PHASE_VERIFY:
        return fl_phase_verify(engine, port);
    case FL_PHASE_CLEAN:
        return fl_phase_clean(engine, port);
    case FL_PHASE_REFRESH:
        return fl_phase_refresh(engine, port);
    case FL_PHASE_KEY:
        return fl_phase_key(engine, port);
    case FL_PHASE_INIT:
        return fl_phase_init(engine, port);
    case FL_PHASE_RESUME:
        return fl_phase_resume(engine, port);
    case FL_PHASE_FINISH:
        return fl_phase_finish(engine, port);
    case FL_PHASE_IDLE:
    case FL_PHASE_BOOT:
    case FL_PHASE_START:
    case FL_PHASE_AWAY:
    case FL_PHASE_COUNT:
    default:
        return FL_E_INTERNAL;
    }
}

fl_status fl_step(struct fl_engine *engine, const struct fl_port *port)
{
    fl_status status;

    FL_ASSERT(port, engine->phase < FL_PHASE_COUNT);
    FL_ASSERT(port, engine->running.bank < 2u);
    if (engine->phase == FL_PHASE_IDLE) {
        return FL_OK;
    }
    if (engine->phase == FL_PHASE_BOOT) {
        return engine->last != FL_OK ? (fl_status)engine->last : FL_E_NO_IMAGE;
    }
    if (engine->phase == FL_PHASE_START || engine->phase == FL_PHASE_AWAY) {
        return FL_E_INTERNAL; /* not this build's turn */
    }
    fl_guard(port);
    status = fl_unguard(port, run_phase(engine, port));
    if (status == FL_OK || status == FL_AGAIN) {
        return status;
    }
    if (engine->phase == FL_PHASE_BOOT) {
        engine->last = (uint32_t)status;
        return status;
    }
    if (engine->phase >= FL_PHASE_MEMINIT) {
        return go_forward(engine, port, status);
    }
    abandon(engine, port, status);
    return status;
}
