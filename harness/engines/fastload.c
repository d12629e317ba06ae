/* Binds fastload to Relight. The one file that sees both seams: each service of relight/engine.h is
 * a function of fastload/port.h under another name. */
#include <stddef.h>
#include <string.h>

#include "fastload/engine.h"
#include "fastload/invariant.h"
#include "relight/engine.h"

_Static_assert(FL_BULK == RELIGHT_BULK, "both count bulk in the same unit");
_Static_assert(FL_DIGEST_SIZE == RELIGHT_DIGEST_SIZE, "both use SHA-256");
_Static_assert((int)FL_MODULE_UPDATE == (int)RELIGHT_MODULE_UPDATE &&
                   (int)FL_MODULE_BOOTSTRAP == (int)RELIGHT_MODULE_BOOTSTRAP &&
                   (int)FL_MODULE_INIT == (int)RELIGHT_MODULE_INIT,
               "modules have the same numbers");
_Static_assert((int)FL_FLASH == (int)RELIGHT_FLASH && (int)FL_MEMORY == (int)RELIGHT_MEMORY,
               "spaces have the same numbers");

/* A port for the length of one call. It must not move: the port points into it. */
struct binding {
    const struct relight_services *services;
    struct fl_layout layout;
    struct fl_port port;
};

static const struct relight_services *services_of(void *board)
{
    const struct binding *binding = board;

    return binding->services;
}

static fl_status status_of(relight_result result)
{
    switch (result) {
    case RELIGHT_OK:
        return FL_OK;
    case RELIGHT_ECC:
        return FL_E_ECC;
    case RELIGHT_RANGE:
        return FL_E_RANGE;
    case RELIGHT_NO_SENDER:
        return FL_E_SENDER;
    case RELIGHT_IO:
    default:
        return FL_E_IO;
    }
}

static fl_status flash_read(void *board, uint32_t address, void *bytes, uint32_t size)
{
    const struct relight_services *services = services_of(board);

    return status_of(services->flash_read(services->host, address, bytes, size));
}

static fl_status flash_program(void *board, uint32_t address, const void *bytes, uint32_t size)
{
    const struct relight_services *services = services_of(board);

    return status_of(services->flash_program(services->host, address, bytes, size));
}

static fl_status flash_erase(void *board, uint32_t address)
{
    const struct relight_services *services = services_of(board);

    return status_of(services->flash_erase(services->host, address));
}

static fl_status flash_program_from(void *board, uint32_t address, uint32_t memory, uint32_t size)
{
    const struct relight_services *services = services_of(board);

    return status_of(services->flash_program_from(services->host, address, memory, size));
}

static fl_status flash_is_blank(void *board, uint32_t address, uint32_t size, bool *blank)
{
    const struct relight_services *services = services_of(board);

    return status_of(services->flash_is_blank(services->host, address, size, blank));
}

static fl_status memory_read(void *board, uint32_t address, void *bytes, uint32_t size)
{
    const struct relight_services *services = services_of(board);

    return status_of(services->memory_read(services->host, address, bytes, size));
}

static fl_status memory_write(void *board, uint32_t address, const void *bytes, uint32_t size)
{
    const struct relight_services *services = services_of(board);

    return status_of(services->memory_write(services->host, address, bytes, size));
}

static fl_status memory_fill(void *board, uint32_t address, uint8_t value)
{
    const struct relight_services *services = services_of(board);

    return status_of(services->memory_fill(services->host, address, value));
}

static fl_status memory_copy(void *board, uint32_t to, fl_space space, uint32_t from)
{
    const struct relight_services *services = services_of(board);

    return status_of(services->memory_copy(services->host, to, (relight_space)space, from));
}

static fl_status cache_clean(void *board, uint32_t address, uint32_t size)
{
    const struct relight_services *services = services_of(board);

    return status_of(services->cache_clean(services->host, address, size));
}

static fl_status cache_invalidate(void *board, uint32_t address, uint32_t size)
{
    const struct relight_services *services = services_of(board);

    return status_of(services->cache_invalidate(services->host, address, size));
}

static fl_status compare(void *board, uint32_t memory, uint32_t flash, uint32_t size, bool *equal)
{
    const struct relight_services *services = services_of(board);

    return status_of(services->compare(services->host, memory, flash, size, equal));
}

static fl_status digest_check(void *board, fl_space space, uint32_t address, uint32_t size,
                              const uint8_t *digest, bool *equal)
{
    const struct relight_services *services = services_of(board);

    return status_of(
        services->digest_check(services->host, (relight_space)space, address, size, digest, equal));
}

static fl_status digest_of(void *board, const void *bytes, uint32_t size, uint8_t *digest)
{
    const struct relight_services *services = services_of(board);

    return status_of(services->digest(services->host, bytes, size, digest));
}

static fl_status signature_check(void *board, const void *bytes, uint32_t size,
                                 const uint8_t *signature, bool *good)
{
    const struct relight_services *services = services_of(board);

    return status_of(services->signature_check(services->host, bytes, size, signature, good));
}

static fl_status receive(void *board, uint32_t offset, uint32_t address, uint32_t size,
                         uint32_t *received)
{
    const struct relight_services *services = services_of(board);

    return status_of(services->receive(services->host, offset, address, size, received));
}

static fl_status execute(void *board, fl_module module, uint32_t address, uint32_t size)
{
    const struct relight_services *services = services_of(board);

    return status_of(services->execute(services->host, (relight_module)module, address, size));
}

static fl_status init_step(void *board, fl_init_step step, bool fast)
{
    const struct relight_services *services = services_of(board);

    return status_of(services->init_step(services->host, (uint32_t)step, fast));
}

static fl_status raise_interrupt(void *board)
{
    const struct relight_services *services = services_of(board);

    return status_of(services->raise_interrupt(services->host));
}

static fl_status prepare(void *board, fl_preparation what)
{
    const struct relight_services *services = services_of(board);

    return status_of(services->prepare(services->host, (relight_preparation)what));
}

static fl_status refresh(void *board, fl_companion companion, uint32_t size)
{
    const struct relight_services *services = services_of(board);

    return status_of(services->refresh(services->host, (relight_companion_kind)companion, size));
}

static fl_status set_io(void *board, bool processing)
{
    const struct relight_services *services = services_of(board);

    return status_of(services->set_io(services->host, processing));
}

static fl_status set_light(void *board, bool on)
{
    const struct relight_services *services = services_of(board);

    return status_of(services->set_light(services->host, on));
}

static void assertion_failed(void *board, const char *what)
{
    const struct relight_services *services = services_of(board);

    services->assertion_failed(services->host, what);
}

static struct fl_region region_of(const struct relight_region *region)
{
    return (struct fl_region){.address = region->address, .size = region->size};
}

static struct fl_layout layout_of(const struct relight_services *services)
{
    const struct relight_geometry *geometry = services->geometry;

    return (struct fl_layout){
        .sector_size = geometry->sector_size,
        .page_size = geometry->page_size,
        .granule_size = geometry->granule_size,
        .bank = {region_of(&geometry->bank[0]), region_of(&geometry->bank[1])},
        .record = {region_of(&geometry->record[0]), region_of(&geometry->record[1])},
        .journal = region_of(&geometry->journal),
        .resident = region_of(&geometry->resident),
        .staging = region_of(&geometry->staging),
        .data = {region_of(&geometry->data[0]), region_of(&geometry->data[1])},
        .otp = region_of(&geometry->otp),
        .handover = region_of(&geometry->handover),
        .configuration = {region_of(&geometry->companion[0].configuration),
                          region_of(&geometry->companion[1].configuration)},
        .active = {region_of(&geometry->companion[0].active),
                   region_of(&geometry->companion[1].active)},
        .staging_executes = geometry->staging_executes,
        .keep_light = services->options->keep_light,
        .flush_staging = services->options->flush_staging,
        .hardware_level = geometry->hardware_level,
    };
}

/* Fills `binding` in place and returns its port. */
static const struct fl_port *make_port(struct binding *binding,
                                       const struct relight_services *services)
{
    binding->services = services;
    binding->layout = layout_of(services);
    binding->port = (struct fl_port){
        .board = binding,
        .layout = &binding->layout,
        .flash_read = flash_read,
        .flash_program = flash_program,
        .flash_erase = flash_erase,
        .flash_program_from = flash_program_from,
        .flash_is_blank = flash_is_blank,
        .memory_read = memory_read,
        .memory_write = memory_write,
        .memory_fill = memory_fill,
        .memory_copy = memory_copy,
        .cache_clean = cache_clean,
        .cache_invalidate = cache_invalidate,
        .compare = compare,
        .digest_check = digest_check,
        .digest = digest_of,
        .signature_check = signature_check,
        .receive = receive,
        .raise_interrupt = raise_interrupt,
        .execute = execute,
        .prepare = prepare,
        .refresh = refresh,
        .init_step = init_step,
        .set_io = set_io,
        .set_light = set_light,
        .assertion_failed = assertion_failed,
    };
    return &binding->port;
}

static relight_progress engine_boot(void *context, const struct relight_services *services)
{
    struct binding binding;
    const struct fl_port *port = make_port(&binding, services);
    bool runs = fl_boot(context, port) == FL_OK && fl_start(context, port) == FL_OK;

    return runs ? RELIGHT_RUNS : RELIGHT_HALTED;
}

static relight_progress engine_step(void *context, const struct relight_services *services)
{
    struct fl_engine *engine = context;
    struct binding binding;
    fl_status status = fl_step(engine, make_port(&binding, services));

    if (status == FL_AGAIN) {
        return RELIGHT_WORKING;
    }
    if (status == FL_OK) {
        return RELIGHT_RUNS;
    }
    return engine->phase == FL_PHASE_IDLE ? RELIGHT_REFUSED : RELIGHT_HALTED;
}

static bool engine_request(void *context, const struct relight_services *services)
{
    (void)services;
    return fl_request(context) == FL_OK;
}

static bool engine_cancel(void *context, const struct relight_services *services)
{
    struct binding binding;

    return fl_cancel(context, make_port(&binding, services)) == FL_OK;
}

static uint32_t engine_phase(const void *context)
{
    const struct fl_engine *engine = context;

    return engine->phase;
}

static const char *engine_reason(const void *context)
{
    const struct fl_engine *engine = context;

    return fl_status_name((fl_status)engine->last);
}

static const char *engine_invariant(const struct relight_services *services)
{
    struct binding binding;

    return fl_invariant(make_port(&binding, services));
}

static void engine_decode(const struct relight_services *services, struct relight_outlook *outlook)
{
    struct binding binding;
    struct fl_outlook seen;

    fl_decode(make_port(&binding, services), &seen);
    memset(outlook, 0, sizeof *outlook);
    outlook->bootable = seen.bootable != 0;
    memcpy(outlook->identity, seen.identity, RELIGHT_DIGEST_SIZE);
    outlook->data_format = seen.data_format;
    outlook->security_counter = seen.security_counter;
    outlook->key_valid = seen.key_valid != 0;
    memcpy(outlook->key, seen.key, RELIGHT_DIGEST_SIZE);
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
    .context_size = sizeof(struct fl_engine),
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
};
