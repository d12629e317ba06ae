#include "array_port.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#define WORD 8u

static struct array_port *begin(void *board)
{
    struct array_port *array = board;

    array->operations++;
    return array;
}

static void assert_range(uint32_t address, uint32_t size, uint32_t unit, uint32_t end)
{
    assert_true(size > 0 && address < end && size <= end - address);
    assert_int_equal((address | size) % unit, 0);
}

static fl_status flash_read(void *board, uint32_t address, void *bytes, uint32_t size)
{
    struct array_port *array = begin(board);

    assert_range(address, size, 1u, ARRAY_FLASH_MAX);
    for (uint32_t i = address / WORD; i <= (address + size - 1u) / WORD; i++) {
        if (array->bad[i]) {
            memset(bytes, 0xA5, size);
            return FL_E_ECC;
        }
        array->corrected += array->worn[i];
    }
    memcpy(bytes, array->flash + address, size);
    return FL_OK;
}

static bool is_inside(const struct fl_region *region, uint32_t address, uint32_t size)
{
    return address < region->address + region->size && region->address < address + size;
}

static void forget(struct array_port *array, uint32_t address, uint32_t size)
{
    memset(array->flash + address, 0xFF, size);
    memset(array->programmed + address / WORD, 0, size / WORD * sizeof array->programmed[0]);
    memset(array->bad + address / WORD, 0, size / WORD * sizeof array->bad[0]);
    memset(array->worn + address / WORD, 0, size / WORD * sizeof array->worn[0]);
}

/* Counts down to the cut. Says how much of `size` bytes still lands: all when there is no cut. */
static bool is_cut(struct array_port *array, uint32_t size, uint32_t *landed)
{
    uint32_t granule = array->layout.granule_size;
    bool cut = array->cut_armed && array->cut_after == 0;

    if (array->cut_armed && !cut) {
        array->cut_after--;
    }
    *landed = size;
    array->cut_size = size;
    if (cut && array->cut_granules < size / granule) {
        *landed = array->cut_granules * granule;
    }
    return cut;
}

static void cut_power(struct array_port *array, uint32_t address, uint32_t size, uint32_t landed)
{
    if (landed < size) {
        array_port_spoil(array, address + landed, array->layout.granule_size);
    }
    array->cut_armed = false;
    longjmp(array->cut_jump, 1);
}

static fl_status flash_program(void *board, uint32_t address, const void *bytes, uint32_t size)
{
    struct array_port *array = begin(board);
    uint32_t page = array->layout.page_size;
    uint32_t landed;
    bool cut;

    assert_range(address, size, array->layout.granule_size, ARRAY_FLASH_MAX);
    assert_int_equal(address / page, (address + size - 1u) / page);
    for (uint32_t i = address / WORD; i < (address + size) / WORD; i++) {
        assert_false(array->programmed[i] || array->bad[i]);
    }
    array->programs++;
    cut = is_cut(array, size, &landed);
    if (!array->drop_programs) {
        array_port_put(array, address, bytes, landed);
    }
    if (cut) {
        cut_power(array, address, size, landed);
    }
    return FL_OK;
}

static fl_status flash_erase(void *board, uint32_t address)
{
    struct array_port *array = begin(board);
    uint32_t size = array->layout.sector_size;
    uint32_t landed;
    bool cut;

    assert_range(address, size, size, ARRAY_FLASH_MAX);
    assert_int_not_equal(address, array->layout.otp.address);
    array->erases++;
    array->erased_address = address;
    for (uint32_t i = 0; i < FL_COMPANIONS; i++) {
        array->configuration_erases[i] +=
            is_inside(&array->layout.configuration[i], address, size) ? 1u : 0u;
    }
    if (array->erase_fails) {
        return FL_E_IO;
    }
    cut = is_cut(array, size, &landed);
    forget(array, address, landed);
    if (cut) {
        cut_power(array, address, size, landed);
    }
    return FL_OK;
}

static bool is_readable(const struct array_port *array, uint32_t address, uint32_t size)
{
    for (uint32_t i = address / WORD; i < (address + size) / WORD; i++) {
        if (!array->written[i]) {
            return false;
        }
    }
    return true;
}

static fl_status flash_program_from(void *board, uint32_t address, uint32_t memory, uint32_t size)
{
    struct array_port *array = board;

    assert_range(address, size, FL_BULK, ARRAY_FLASH_MAX);
    assert_range(memory, size, FL_BULK, ARRAY_MEMORY_MAX);
    if (!is_readable(array, memory, size)) {
        return FL_E_ECC;
    }
    return flash_program(board, address, array->memory + memory, size);
}

static fl_status flash_clear(void *board)
{
    (void)begin(board);
    return FL_OK;
}

static fl_status flash_is_blank(void *board, uint32_t address, uint32_t size, bool *blank)
{
    struct array_port *array = begin(board);

    assert_range(address, size, FL_BULK, ARRAY_FLASH_MAX);
    *blank = true;
    for (uint32_t i = address / WORD; i < (address + size) / WORD; i++) {
        *blank = *blank && !array->programmed[i] && !array->bad[i];
        if (array->bad[i]) {
            return FL_E_ECC;
        }
    }
    return FL_OK;
}

static fl_status memory_read(void *board, uint32_t address, void *bytes, uint32_t size)
{
    struct array_port *array = begin(board);

    assert_range(address, size, WORD, ARRAY_MEMORY_MAX);
    if (!is_readable(array, address, size)) {
        memset(bytes, 0xA5, size);
        return FL_E_ECC;
    }
    memcpy(bytes, array->memory + address, size);
    return FL_OK;
}

static fl_status memory_write(void *board, uint32_t address, const void *bytes, uint32_t size)
{
    struct array_port *array = begin(board);

    assert_range(address, size, WORD, ARRAY_MEMORY_MAX);
    for (uint32_t i = 0; i < FL_COMPANIONS; i++) {
        assert_false(is_inside(&array->layout.active[i], address, size));
    }
    memcpy(array->memory + address, bytes, size);
    for (uint32_t i = address / WORD; i < (address + size) / WORD; i++) {
        array->written[i] = true;
    }
    return FL_OK;
}

static fl_status memory_fill(void *board, uint32_t address, uint8_t value)
{
    uint8_t unit[FL_BULK];

    assert_int_equal(address % FL_BULK, 0);
    memset(unit, value, sizeof unit);
    return memory_write(board, address, unit, FL_BULK);
}

static fl_status memory_copy(void *board, uint32_t to, fl_space space, uint32_t from)
{
    struct array_port *array = board;
    uint8_t unit[FL_BULK];
    fl_status status = space == FL_FLASH ? flash_read(board, from, unit, FL_BULK)
                                         : memory_read(board, from, unit, FL_BULK);

    assert_int_equal((to | from) % FL_BULK, 0);
    if (status != FL_OK || array->drop_copies) {
        return status;
    }
    return memory_write(board, to, unit, FL_BULK);
}

static fl_status cache_range(void *board, uint32_t address, uint32_t size)
{
    (void)begin(board);
    assert_range(address, size, 1u, ARRAY_MEMORY_MAX);
    return FL_OK;
}

static fl_status compare(void *board, uint32_t memory, uint32_t flash, uint32_t size, bool *equal)
{
    struct array_port *array = begin(board);

    assert_range(memory, size, FL_BULK, ARRAY_MEMORY_MAX);
    assert_range(flash, size, FL_BULK, ARRAY_FLASH_MAX);
    *equal = is_readable(array, memory, size) &&
             memcmp(array->memory + memory, array->flash + flash, size) == 0;
    return FL_OK;
}

static fl_status digest_check(void *board, fl_space space, uint32_t address, uint32_t size,
                              const uint8_t *digest, bool *equal)
{
    struct array_port *array = begin(board);
    uint32_t end = space == FL_FLASH ? ARRAY_FLASH_MAX : ARRAY_MEMORY_MAX;
    uint8_t actual[FL_DIGEST_SIZE];

    assert_range(address, size, FL_BULK, end);
    *equal = false;
    if (space == FL_MEMORY && !is_readable(array, address, size)) {
        return FL_E_ECC;
    }
    for (uint32_t i = address / WORD; space == FL_FLASH && i < (address + size) / WORD; i++) {
        if (array->bad[i]) {
            return FL_E_ECC;
        }
    }
    crypto_hash_sha256(actual, (space == FL_FLASH ? array->flash : array->memory) + address, size);
    *equal = memcmp(actual, digest, sizeof actual) == 0;
    return FL_OK;
}

static fl_status digest_of(void *board, const void *bytes, uint32_t size, uint8_t *digest)
{
    (void)begin(board);
    crypto_hash_sha256(digest, bytes, size);
    return FL_OK;
}

static fl_status signature_check(void *board, const void *bytes, uint32_t size,
                                 const uint8_t *signature, bool *good)
{
    struct array_port *array = begin(board);

    *good = crypto_sign_verify_detached(signature, bytes, size, array->key.public_key) == 0;
    return FL_OK;
}

static fl_status receive(void *board, uint32_t offset, uint32_t address, uint32_t size,
                         uint32_t *received)
{
    struct array_port *array = board;
    uint32_t count = size < array->chunk ? size : array->chunk;

    assert_range(address, size, FL_BULK, ARRAY_MEMORY_MAX);
    *received = 0;
    if (array->sent == NULL) {
        return FL_E_SENDER;
    }
    if (offset >= array->sent_size) {
        return FL_OK;
    }
    if (count > array->sent_size - offset) {
        count = array->sent_size - offset;
    }
    *received = count;
    return memory_write(board, address, array->sent + offset, count);
}

static fl_status raise_interrupt(void *board)
{
    begin(board)->raised = true;
    return FL_OK;
}

static fl_status execute(void *board, fl_module module, uint32_t address, uint32_t size)
{
    struct array_port *array = begin(board);

    assert_range(address, size, 1u, ARRAY_MEMORY_MAX);
    assert_true(module != FL_MODULE_BOOTSTRAP || array->raised);
    assert_true(array->layout.staging_executes ||
                !is_inside(&array->layout.staging, address, size));
    array->raised = array->raised && module != FL_MODULE_BOOTSTRAP;
    array->entered[module] = address;
    return array->execute_fails || !is_readable(array, address, size) ? FL_E_ECC : FL_OK;
}

static fl_status init_step(void *board, fl_init_step step, bool fast)
{
    struct array_port *array = begin(board);

    assert_true((uint32_t)step < FL_INIT_STEP_COUNT);
    assert_true(!array->light || array->layout.keep_light);
    assert_true(array->fast_steps + array->standard_steps < ARRAY_STEPS_MAX);
    array->steps[array->fast_steps + array->standard_steps] =
        (uint8_t)((uint32_t)step | (fast ? ARRAY_STEP_FAST : 0u));
    if (fast) {
        array->fast_steps++;
    } else {
        array->standard_steps++;
    }
    return FL_OK;
}

static fl_status prepare(void *board, fl_preparation what)
{
    struct array_port *array = begin(board);

    assert_true((uint32_t)what < FL_PREPARATION_COUNT);
    array->prepared |= 1u << (uint32_t)what;
    return FL_OK;
}

static fl_status refresh(void *board, fl_companion companion, uint32_t size)
{
    struct array_port *array = begin(board);
    const struct fl_region *active = &array->layout.active[companion];
    uint32_t from = array->layout.configuration[companion].address;

    assert_true((uint32_t)companion < FL_COMPANIONS);
    assert_range(0, size, FL_BULK, active->size);
    assert_false(array->processing);
    array->refreshes[companion]++;
    memset(array->written + active->address / WORD, 0, active->size / WORD);
    for (uint32_t i = from / WORD; i < (from + size) / WORD; i++) {
        if (array->bad[i]) {
            return FL_E_ECC;
        }
    }
    memcpy(array->memory + active->address, array->flash + from, size);
    memset(array->written + active->address / WORD, 1, size / WORD);
    return FL_OK;
}

static fl_status set_io(void *board, bool processing)
{
    begin(board)->processing = processing;
    return FL_OK;
}

static fl_status set_light(void *board, bool on)
{
    struct array_port *array = begin(board);

    array->times_dark += on ? 0u : 1u;
    array->light = on;
    return FL_OK;
}

static void guard_reads(void *board, bool on)
{
    struct array_port *array = board;

    assert_true(array->guarded != on);
    array->guarded = on;
}

static uint32_t corrections(void *board, fl_space space)
{
    struct array_port *array = board;
    uint32_t corrected = space == FL_FLASH ? array->corrected : 0;

    array->corrected -= corrected;
    return corrected;
}

static void assertion_failed(void *board, const char *what)
{
    (void)board;
    fail_msg("the engine's assertion failed: %s", what);
}

static void set_functions(struct fl_port *port)
{
    port->flash_read = flash_read;
    port->flash_program = flash_program;
    port->flash_erase = flash_erase;
    port->flash_program_from = flash_program_from;
    port->flash_is_blank = flash_is_blank;
    port->flash_clear = flash_clear;
    port->memory_read = memory_read;
    port->memory_write = memory_write;
    port->memory_fill = memory_fill;
    port->memory_copy = memory_copy;
    port->cache_clean = cache_range;
    port->cache_invalidate = cache_range;
    port->compare = compare;
    port->digest_check = digest_check;
    port->digest = digest_of;
    port->signature_check = signature_check;
    port->receive = receive;
    port->raise_interrupt = raise_interrupt;
    port->execute = execute;
    port->init_step = init_step;
    port->prepare = prepare;
    port->refresh = refresh;
    port->set_io = set_io;
    port->set_light = set_light;
    port->guard_reads = guard_reads;
    port->corrections = corrections;
    port->assertion_failed = assertion_failed;
}

static struct fl_region take(uint32_t *next, uint32_t size)
{
    struct fl_region region = {*next, size};

    *next += size;
    return region;
}

/* From address 0. Flash: bank 0, bank 1, record 0, record 1, journal, data 0, data 1, one-time
 * programmable sector, configurations. Memory: resident, staging, handover, active ones. */
static void lay_out(struct fl_layout *layout, const struct array_geometry *geometry)
{
    uint32_t sector = geometry->sector_size;
    uint32_t resident =
        geometry->resident_size != 0 ? geometry->resident_size : geometry->bank_size;
    uint32_t flash = 0;
    uint32_t memory = 0;

    for (uint32_t i = 0; i < 2u; i++) {
        layout->bank[i] = take(&flash, geometry->bank_size);
    }
    for (uint32_t i = 0; i < 2u; i++) {
        layout->record[i] = take(&flash, sector);
    }
    layout->journal = take(&flash, sector);
    for (uint32_t i = 0; i < 2u; i++) {
        layout->data[i] = take(&flash, ARRAY_DATA_SECTORS * sector);
    }
    layout->otp = take(&flash, sector);
    layout->resident = take(&memory, resident);
    layout->staging = take(&memory, geometry->bank_size);
    layout->handover = take(&memory, FL_BULK);
    for (uint32_t i = 0; i < FL_COMPANIONS && geometry->companion_size != 0; i++) {
        layout->configuration[i] = take(&flash, geometry->companion_size);
        layout->active[i] = take(&memory, geometry->companion_size);
    }
    assert_true(flash <= ARRAY_FLASH_MAX && memory <= ARRAY_MEMORY_MAX);
}

void array_port_init(struct array_port *array, const struct array_geometry *geometry)
{
    memset(array, 0, sizeof *array);
    memset(array->flash, 0xFF, sizeof array->flash);
    rl_key_test(&array->key);
    array->layout = (struct fl_layout){
        .sector_size = geometry->sector_size,
        .page_size = geometry->page_size,
        .granule_size = geometry->granule_size,
        .paired_pages = geometry->paired_pages,
        .hardware_level = 1u,
        .staging_executes = true,
    };
    lay_out(&array->layout, geometry);
    array->chunk = 1024u;
    array->port.board = array;
    array->port.layout = &array->layout;
    set_functions(&array->port);
}

void array_port_reset(struct array_port *array)
{
    array->operations = 0;
    array->erases = 0;
    array->programs = 0;
    array->fast_steps = 0;
    array->standard_steps = 0;
    memset(array->steps, 0, sizeof array->steps);
    array->times_dark = 0;
    memset(array->configuration_erases, 0, sizeof array->configuration_erases);
    memset(array->entered, 0, sizeof array->entered);
    memset(array->refreshes, 0, sizeof array->refreshes);
    array->prepared = 0;
    array->raised = false;
    array->guarded = false;
    array->corrected = 0;
    array->processing = false;
    array->light = false;
}

void array_port_power_off(struct array_port *array)
{
    memset(array->written, 0, sizeof array->written);
    memset(array->memory, 0, sizeof array->memory);
    array_port_reset(array);
}

void array_port_put(struct array_port *array, uint32_t address, const uint8_t *bytes, uint32_t size)
{
    memcpy(array->flash + address, bytes, size);
    for (uint32_t i = address / WORD; i < (address + size) / WORD; i++) {
        array->programmed[i] = true;
        array->bad[i] = false;
        array->worn[i] = false;
    }
}

void array_port_put_image(struct array_port *array, uint32_t bank, const uint8_t *image,
                          uint32_t size)
{
    uint32_t address = array->layout.bank[bank].address;

    array_port_put(array, address, image, FL_SIGNATURE + FL_SIGNATURE_SIZE);
    array_port_put(array, address + FL_METADATA_SIZE, image + FL_METADATA_SIZE,
                   size - FL_METADATA_SIZE);
}

void array_port_spoil(struct array_port *array, uint32_t address, uint32_t size)
{
    for (uint32_t i = address / WORD; i < (address + size) / WORD; i++) {
        array->bad[i] = true;
    }
}

void array_port_wear(struct array_port *array, uint32_t address, uint32_t size)
{
    for (uint32_t i = address / WORD; i < (address + size) / WORD; i++) {
        array->worn[i] = true;
    }
}
