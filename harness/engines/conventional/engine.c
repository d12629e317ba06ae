/* The conventional update as Relight knows engines. */
#include "engines/conventional/conventional.h"

#include <string.h>

static const char *const phase_names[CV_PHASE_COUNT] = {
    "idle", "boot", "offline", "load", "check", "burn", "post", "init", "online",
};

static relight_progress engine_boot(void *context, const struct relight_services *services)
{
    struct cv_engine *engine = context;

    memset(engine, 0, sizeof *engine);
    engine->last = (uint32_t)cv_boot(engine, services);
    return engine->last == (uint32_t)FL_OK ? RELIGHT_RUNS : RELIGHT_HALTED;
}

/* Before anything is burnt the old image can be had again, from flash. */
static bool can_go_back(const struct cv_engine *engine)
{
    return engine->phase == CV_PHASE_OFFLINE || engine->phase == CV_PHASE_LOAD ||
           engine->phase == CV_PHASE_CHECK;
}

/* Ends an update as `why` says: in the old image, where that is possible. */
static relight_progress give_up(struct cv_engine *engine, const struct relight_services *services,
                                fl_status why)
{
    bool reloaded = can_go_back(engine) && cv_boot(engine, services) == FL_OK;

    CV_ASSERT(services, why != FL_OK && why != FL_AGAIN);
    CV_ASSERT(services, !reloaded || engine->phase == CV_PHASE_IDLE);
    engine->last = (uint32_t)why;
    engine->size = 0;
    if (!reloaded) {
        cv_enter(engine, CV_PHASE_BOOT);
    }
    return reloaded ? RELIGHT_REFUSED : RELIGHT_HALTED;
}

static relight_progress engine_step(void *context, const struct relight_services *services)
{
    struct cv_engine *engine = context;
    fl_status status;

    CV_ASSERT(services, engine->phase < (uint32_t)CV_PHASE_COUNT);
    if (engine->phase == CV_PHASE_IDLE) {
        return RELIGHT_RUNS;
    }
    if (engine->phase == CV_PHASE_BOOT) {
        return RELIGHT_HALTED;
    }
    status = cv_update_step(engine, services);
    if (status == FL_AGAIN) {
        return RELIGHT_WORKING;
    }
    if (status != FL_OK) {
        return give_up(engine, services, status);
    }
    engine->last = (uint32_t)FL_OK;
    engine->size = 0;
    return RELIGHT_RUNS;
}

static bool engine_request(void *context, const struct relight_services *services)
{
    struct cv_engine *engine = context;

    CV_ASSERT(services, engine->phase < (uint32_t)CV_PHASE_COUNT);
    if (engine->phase != CV_PHASE_IDLE) {
        return false;
    }
    CV_ASSERT(services, engine->size == 0);
    cv_enter(engine, CV_PHASE_OFFLINE);
    return true;
}

static bool engine_cancel(void *context, const struct relight_services *services)
{
    struct cv_engine *engine = context;

    CV_ASSERT(services, engine->phase < (uint32_t)CV_PHASE_COUNT);
    if (engine->phase == CV_PHASE_IDLE) {
        return true;
    }
    return can_go_back(engine) && give_up(engine, services, FL_E_CANCELLED) == RELIGHT_REFUSED;
}

static uint32_t engine_phase(const void *context)
{
    const struct cv_engine *engine = context;

    return engine->phase;
}

static const char *engine_reason(const void *context)
{
    const struct cv_engine *engine = context;

    return fl_status_name((fl_status)engine->last);
}

static void engine_decode(const struct relight_services *services, struct relight_outlook *outlook)
{
    struct fl_image image;
    uint8_t identity[RELIGHT_DIGEST_SIZE];

    memset(outlook, 0, sizeof *outlook);
    if (cv_bank_check(services, &image, identity) != FL_OK) {
        return;
    }
    outlook->bootable = true;
    memcpy(outlook->identity, identity, sizeof identity);
    outlook->data_format = image.data_format;
    outlook->security_counter = image.security_counter;
}

extern const struct relight_engine rl_conventional_engine;

const struct relight_engine rl_conventional_engine = {
    .api = RELIGHT_ENGINE_API,
    .context_size = sizeof(struct cv_engine),
    .name = "conventional",
    .about = "Off-line update of one bank: load over the running image, burn, self-test, start.",
    .boot = engine_boot,
    .step = engine_step,
    .request = engine_request,
    .cancel = engine_cancel,
    .phase = engine_phase,
    .phase_names = phase_names,
    .phase_count = CV_PHASE_COUNT,
    .reason = engine_reason,
    .invariant = NULL, /* it has none: that is what there is to see */
    .decode = engine_decode,
    .update_modules = 1u << RELIGHT_MODULE_UPDATE | 1u << RELIGHT_MODULE_INIT,
};
