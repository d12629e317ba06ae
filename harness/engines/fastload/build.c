/* Binds one build of fastload to Relight: each service of relight/engine.h is a function of
 * fastload/port.h under another name. */
#include <stddef.h>
#include <string.h>

#include "engines/fastload/build.h"
#include "fastload/invariant.h"

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

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Where what is erased does not read, granule by granule: a blank one comes back as ones, as
 * fastload/port.h has it. */
static relight_result read_granules(const struct relight_services *services, uint32_t address,
                                    uint8_t *bytes, uint32_t size)
{
    uint32_t granule = services->geometry->granule_size;
    relight_result result = RELIGHT_OK;

    for (uint32_t done = 0; done < size && result == RELIGHT_OK;) {
        uint32_t at = address + done;
        uint32_t part = least(size - done, granule - at % granule);
        bool blank = false;

        result = services->flash_is_blank(services->host, at - at % granule, granule, &blank);
        if (result == RELIGHT_OK && blank) {
            memset(bytes + done, 0xFF, part);
        } else if (result == RELIGHT_OK) {
            result = services->flash_read(services->host, at, bytes + done, part);
        }
        done += part;
    }
    return result;
}

static fl_status flash_read(void *board, uint32_t address, void *bytes, uint32_t size)
{
    const struct relight_services *services = services_of(board);
    relight_result result = services->flash_read(services->host, address, bytes, size);

    if (result == RELIGHT_ECC && services->geometry->erased_faults) {
        result = read_granules(services, address, bytes, size);
    }
    return status_of(result);
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

static fl_status flash_clear(void *board)
{
    const struct relight_services *services = services_of(board);

    return status_of(services->flash_clear(services->host));
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

static void guard_reads(void *board, bool on)
{
    const struct relight_services *services = services_of(board);

    services->guard_reads(services->host, on);
}

static uint32_t corrections(void *board, fl_space space)
{
    const struct relight_services *services = services_of(board);

    return services->corrections(services->host, (relight_space)space, NULL);
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
        .paired_pages = geometry->paired_pages,
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
        .flash_clear = flash_clear,
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
        .guard_reads = guard_reads,
        .corrections = corrections,
        .assertion_failed = assertion_failed,
    };
    return &binding->port;
}

static fl_status build_boot(struct fl_engine *engine, const struct relight_services *services)
{
    struct binding binding;

    return fl_boot(engine, make_port(&binding, services));
}

static fl_status build_start(struct fl_engine *engine, const struct relight_services *services)
{
    struct binding binding;

    return fl_start(engine, make_port(&binding, services));
}

static fl_status build_step(struct fl_engine *engine, const struct relight_services *services)
{
    struct binding binding;

    return fl_step(engine, make_port(&binding, services));
}

static fl_status build_cancel(struct fl_engine *engine, const struct relight_services *services)
{
    struct binding binding;

    return fl_cancel(engine, make_port(&binding, services));
}

static fl_status build_take_over(struct fl_engine *engine, const struct relight_services *services)
{
    struct binding binding;

    return fl_take_over(engine, make_port(&binding, services));
}

static fl_status build_data_set(struct fl_engine *engine, const struct relight_services *services,
                                uint32_t item, uint32_t value)
{
    struct binding binding;

    return fl_data_set(engine, make_port(&binding, services), item, value);
}

static void take_levels(const struct fl_levels *from, struct relight_levels *to)
{
    to->known = from->known != 0;
    to->version = from->version;
    to->size = from->size;
    to->level = from->level;
    to->data_format = from->data_format;
    to->hardware = from->hardware;
    memcpy(to->companion, from->companion, sizeof to->companion);
}

static void build_account(const struct fl_engine *engine, const struct relight_services *services,
                          struct relight_account *account)
{
    struct binding binding;
    struct fl_account seen;

    fl_query(engine, make_port(&binding, services), &seen);
    memset(account, 0, sizeof *account);
    account->machine_good = seen.machine_good != 0;
    account->fastload = seen.fastload != 0;
    account->conventional = seen.conventional != 0;
    account->reason = fl_status_name((fl_status)seen.status);
    account->sentence = fl_status_sentence((fl_status)seen.status);
    take_levels(&seen.old_image, &account->old_image);
    take_levels(&seen.new_image, &account->new_image);
    account->flash_version = seen.flash_version;
    memcpy(account->companion, seen.companion, sizeof account->companion);
    account->hardware = seen.hardware;
    account->differences = seen.differences;
    account->needs = seen.needs;
}

static const char *build_invariant(const struct relight_services *services)
{
    struct binding binding;

    return fl_invariant(make_port(&binding, services));
}

static void build_decode(const struct relight_services *services, struct relight_outlook *outlook)
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

static bool build_data_look(const struct relight_services *services, uint32_t item, uint32_t *value,
                            uint32_t *format)
{
    struct binding binding;

    return fl_data_look(make_port(&binding, services), item, value, format) == FL_OK;
}

/* The second build is compiled with a header that says so. */
#if !defined FL_LEVEL || FL_LEVEL == 1
#define BUILD fastload_build_1
#else
#define BUILD fastload_build_2
#endif

const struct fastload_build BUILD = {
    .engine_size = sizeof(struct fl_engine),
    .boot = build_boot,
    .adopt = fl_adopt,
    .start = build_start,
    .step = build_step,
    .request = fl_request,
    .cancel = build_cancel,
    .take_over = build_take_over,
    .give_back = fl_give_back,
    .data_set = build_data_set,
    .account = build_account,
    .invariant = build_invariant,
    .decode = build_decode,
    .data_look = build_data_look,
};
