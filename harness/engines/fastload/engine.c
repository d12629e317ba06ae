/* fastload as an engine: two builds of it play the code of the images, and of the boot ROM.
 *
 * Whose code runs is said by the level in an image's header. The boot ROM holds the first build for
 * ever. It finds the image that is to run, and hands over to the build of its level. An update
 * begins in the running image's build, and goes over to the new image's with the interrupt. Each
 * build has a struct of its own, and nothing passes between them but what engine.h says. */
#include <stddef.h>
#include <string.h>

#include "engines/fastload/build.h"

#define ENGINE_SIZE 128u

/* What Relight keeps for us between calls. */
struct context {
    uint32_t level[2]; /* of the builds in charge: of the running image, of the new one; 0: none */
    uint8_t engine[2][ENGINE_SIZE]; /* their structs */
};
_Static_assert(sizeof(struct fl_engine) <= ENGINE_SIZE, "a struct fits its room");
_Static_assert(offsetof(struct context, engine) % _Alignof(struct fl_engine) == 0 &&
                   ENGINE_SIZE % _Alignof(struct fl_engine) == 0,
               "structs lie as they have to");

enum { RUNNING = 0, INCOMING = 1 };

static const struct fastload_build *build_of(uint32_t level)
{
    return level <= 1u ? &fastload_build_1 : &fastload_build_2;
}

/* The newest build reads what any other wrote. */
static const struct fastload_build *const newest = &fastload_build_2;

static struct fl_engine *engine_of(struct context *context, int role)
{
    return (struct fl_engine *)(void *)context->engine[role];
}

static bool is_away(const struct context *context)
{
    return context->level[INCOMING] != 0;
}

static relight_progress engine_boot(void *memory, const struct relight_services *services)
{
    struct context *context = memory;
    struct fl_engine *engine = engine_of(context, RUNNING);
    struct fl_running running;

    memset(context, 0, sizeof *context);
    if (fastload_build_1.boot(engine, services) != FL_OK) {
        return RELIGHT_HALTED;
    }
    running = engine->running;
    memset(engine, 0, ENGINE_SIZE);
    context->level[RUNNING] = running.level <= 1u ? 1u : 2u;
    build_of(running.level)->adopt(engine, &running);
    return build_of(running.level)->start(engine, services) == FL_OK ? RELIGHT_RUNS
                                                                     : RELIGHT_HALTED;
}

/* The update went back to the running image's build, as `why` says. */
static relight_progress come_back(struct context *context, fl_status why)
{
    context->level[INCOMING] = 0;
    memset(context->engine[INCOMING], 0, ENGINE_SIZE);
    build_of(context->level[RUNNING])->give_back(engine_of(context, RUNNING), why);
    return RELIGHT_REFUSED;
}

/* The interrupt is delivered: the new image's build takes over. */
static relight_progress go_away(struct context *context, const struct relight_services *services)
{
    uint32_t level = engine_of(context, RUNNING)->new_level <= 1u ? 1u : 2u;
    fl_status status = build_of(level)->take_over(engine_of(context, INCOMING), services);

    if (status != FL_AGAIN) {
        return come_back(context, status);
    }
    context->level[INCOMING] = level; /* only now: while it takes over, the phase is away */
    return RELIGHT_WORKING;
}

/* The new image runs now, and its build is the running one. */
static void move_in(struct context *context)
{
    context->level[RUNNING] = context->level[INCOMING];
    context->level[INCOMING] = 0;
    memcpy(context->engine[RUNNING], context->engine[INCOMING], ENGINE_SIZE);
    memset(context->engine[INCOMING], 0, ENGINE_SIZE);
}

static relight_progress step_away(struct context *context, const struct relight_services *services)
{
    struct fl_engine *engine = engine_of(context, INCOMING);
    fl_status status = build_of(context->level[INCOMING])->step(engine, services);

    if (status == FL_AGAIN) {
        return RELIGHT_WORKING;
    }
    if (status == FL_OK) {
        move_in(context);
        return RELIGHT_RUNS;
    }
    return engine->phase == FL_PHASE_AWAY ? come_back(context, status) : RELIGHT_HALTED;
}

static relight_progress engine_step(void *memory, const struct relight_services *services)
{
    struct context *context = memory;
    struct fl_engine *engine = engine_of(context, RUNNING);
    fl_status status;

    if (is_away(context)) {
        return step_away(context, services);
    }
    if (engine->phase == FL_PHASE_AWAY) {
        return go_away(context, services);
    }
    status = build_of(context->level[RUNNING])->step(engine, services);
    if (status == FL_AGAIN) {
        return RELIGHT_WORKING;
    }
    if (status == FL_OK) {
        return RELIGHT_RUNS;
    }
    return engine->phase == FL_PHASE_IDLE ? RELIGHT_REFUSED : RELIGHT_HALTED;
}

static bool engine_request(void *memory, const struct relight_services *services)
{
    struct context *context = memory;

    (void)services;
    return build_of(context->level[RUNNING])->request(engine_of(context, RUNNING)) == FL_OK;
}

static bool engine_cancel(void *memory, const struct relight_services *services)
{
    struct context *context = memory;
    int role = is_away(context) ? INCOMING : RUNNING;

    if (build_of(context->level[role])->cancel(engine_of(context, role), services) != FL_OK) {
        return false;
    }
    if (role == INCOMING) {
        (void)come_back(context, FL_E_CANCELLED);
    }
    return true;
}

static uint32_t engine_phase(const void *memory)
{
    const struct context *context = memory;
    struct fl_engine engine;

    memcpy(&engine, context->engine[is_away(context) ? INCOMING : RUNNING], sizeof engine);
    return engine.phase;
}

static const char *engine_reason(const void *memory)
{
    const struct context *context = memory;
    struct fl_engine engine;

    memcpy(&engine, context->engine[RUNNING], sizeof engine);
    return fl_status_name((fl_status)engine.last);
}

/* The application belongs to the image that runs: the old one's build serves it until I/O is
 * stopped, the new one's from when it goes on. */
static bool engine_data_write(void *memory, const struct relight_services *services, uint32_t item,
                              uint32_t value)
{
    struct context *context = memory;
    uint32_t phase = engine_phase(memory);
    int role = is_away(context) && phase == FL_PHASE_FINISH ? INCOMING : RUNNING;

    if (phase == FL_PHASE_BOOT || (phase > FL_PHASE_QUIESCE && phase < FL_PHASE_FINISH)) {
        return false;
    }
    return build_of(context->level[role])
               ->data_set(engine_of(context, role), services, item, value) == FL_OK;
}

static bool engine_data_read(const struct relight_services *services, uint32_t item,
                             uint32_t *value, uint32_t *format)
{
    return newest->data_look(services, item, value, format);
}

static void engine_account(const void *memory, const struct relight_services *services,
                           struct relight_account *account)
{
    const struct context *context = memory;
    struct fl_engine engine;

    memcpy(&engine, context->engine[RUNNING], sizeof engine);
    build_of(context->level[RUNNING])->account(&engine, services, account);
}

static const char *engine_invariant(const struct relight_services *services)
{
    return newest->invariant(services);
}

static void engine_decode(const struct relight_services *services, struct relight_outlook *outlook)
{
    newest->decode(services, outlook);
}

/* Loaded from a shared object by that symbol; built in, it is one engine of several. */
#ifdef RELIGHT_ENGINE_SHARED
#define DESCRIPTOR relight_engine
__attribute__((visibility("default")))
#else
#define DESCRIPTOR rl_fastload_engine
#endif
extern const struct relight_engine DESCRIPTOR;

const struct relight_engine DESCRIPTOR = {
    .api = RELIGHT_ENGINE_API,
    .context_size = sizeof(struct context),
    .name = "fastload",
    .about = "Concurrent code-image update with two banks, overlay and fastload key.",
    .boot = engine_boot,
    .step = engine_step,
    .request = engine_request,
    .cancel = engine_cancel,
    .phase = engine_phase,
    .phase_names = fl_phase_names,
    .phase_count = FL_PHASE_COUNT,
    .reason = engine_reason,
    .invariant = engine_invariant,
    .decode = engine_decode,
    .update_modules =
        1u << RELIGHT_MODULE_UPDATE | 1u << RELIGHT_MODULE_BOOTSTRAP | 1u << RELIGHT_MODULE_INIT,
    .data_items = FL_DATA_ITEMS,
    .data_write = engine_data_write,
    .data_read = engine_data_read,
    .account = engine_account,
};
