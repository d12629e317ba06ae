#include "toy.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fastload/image.h"
#include "images/build.h"
#include "images/parts.h"

enum toy_fault toy_fault;
bool toy_in_steps;

#define UNIT  256u
#define UNITS 9u /* of each image: metadata and payload, 2304 bytes */
#define MARK  "committed-to-B!!"

/* Where the engine is: all that it keeps. */
struct toy_state {
    uint32_t phase;
    uint32_t cursor;
    uint32_t unit; /* of bank B, to be programmed next; in steps */
};

static void copy_to_resident(const struct relight_services *s, relight_space space, uint32_t from)
{
    for (uint32_t unit = 0; unit < UNITS; unit++) {
        (void)s->memory_copy(s->host, s->geometry->resident.address + unit * UNIT, space,
                             from + unit * UNIT);
    }
    (void)s->cache_clean(s->host, s->geometry->resident.address, UNITS * UNIT);
    (void)s->cache_invalidate(s->host, s->geometry->resident.address, UNITS * UNIT);
}

bool toy_is_marked(const struct relight_services *s)
{
    char mark[sizeof MARK - 1u];

    return s->flash_read(s->host, s->geometry->record[0].address, mark, sizeof mark) ==
               RELIGHT_OK &&
           memcmp(mark, MARK, sizeof mark) == 0;
}

static uint32_t counter_at(const struct relight_services *s, uint32_t image)
{
    uint8_t word[8] = {0};

    (void)s->memory_read(s->host, image + FL_H_SECURITY_COUNTER / 8u * 8u, word, sizeof word);
    return word[FL_H_SECURITY_COUNTER % 8u]; /* they are small */
}

/* Of the new image, staged, against the old one, which runs. */
static void raise_counter(const struct relight_services *s)
{
    static const uint8_t one[8] = {1};

    if (toy_fault != TOY_COUNTS_NOTHING && counter_at(s, s->geometry->staging.address) >
                                               counter_at(s, s->geometry->resident.address)) {
        (void)s->flash_program(s->host, s->geometry->otp.address, one, sizeof one);
    }
}

static bool is_too_old(const struct relight_services *s)
{
    bool blank = true;

    return s->flash_is_blank(s->host, s->geometry->otp.address, UNIT, &blank) == RELIGHT_OK &&
           !blank;
}

/* TOY_TRUSTS_MEMORY: boot leaves a note in memory, and then a seal that says that the note is
 * whole, and cleans neither. Both boot and update break the seal before they write to the note's
 * place, and update writes something else there. So what the note's line held before boot shows in
 * one way only: a boot after a cut update writes note and seal anew, and a reset there keeps all
 * lines but that one. */
#define NOTE 0x11
#define SEAL 0x22
#define TAG  0x33

static uint32_t note_at(const struct relight_services *s)
{
    return s->geometry->staging.address + (UNITS + 1u) * UNIT;
}

static uint32_t seal_at(const struct relight_services *s)
{
    return note_at(s) + UNIT;
}

/* Whether the first `size` bytes at an address of memory have this value. */
static bool memory_holds(const struct relight_services *s, uint32_t address, uint32_t size,
                         uint8_t value)
{
    uint8_t bytes[UNIT];

    if (s->memory_read(s->host, address, bytes, size) != RELIGHT_OK) {
        return false;
    }
    for (uint32_t i = 0; i < size; i++) {
        if (bytes[i] != value) {
            return false;
        }
    }
    return true;
}

static void break_seal(const struct relight_services *s)
{
    (void)s->memory_fill(s->host, seal_at(s), 0);
    (void)s->cache_clean(s->host, seal_at(s), UNIT);
}

/* Which bank to boot: as the record says, but the other one for a note that is sealed and wrong. */
static bool trust_memory(const struct relight_services *s, bool marked)
{
    bool misled = memory_holds(s, seal_at(s), UNIT, SEAL) && memory_holds(s, note_at(s), 8, TAG);

    break_seal(s);
    (void)s->memory_fill(s->host, note_at(s), NOTE);
    (void)s->memory_fill(s->host, seal_at(s), SEAL);
    return misled ? !marked : marked;
}

static void use_note_otherwise(const struct relight_services *s)
{
    break_seal(s);
    (void)s->memory_fill(s->host, note_at(s), TAG);
    (void)s->cache_clean(s->host, note_at(s), UNIT);
}

/* TOY_TRUSTS_LINES: an update leaves a tag in each of four cache lines, and cleans none. Boot is
 * misled when it finds it in the second and the fourth and not in the others. All of them are fine,
 * and so are none, the first ones, and any of these with one line more or less. */
#define TAGGED_LINES 4u

static uint32_t tag_at(const struct relight_services *s, uint32_t line)
{
    return note_at(s) + line * (UNIT / TAGGED_LINES);
}

static void tag_lines(const struct relight_services *s)
{
    static const uint8_t tag[8] = {TAG, TAG, TAG, TAG, TAG, TAG, TAG, TAG};

    for (uint32_t line = 0; line < TAGGED_LINES; line++) {
        (void)s->memory_write(s->host, tag_at(s, line), tag, sizeof tag);
    }
}

static bool trust_lines(const struct relight_services *s, bool marked)
{
    uint32_t tags = 0;

    for (uint32_t line = 0; line < TAGGED_LINES; line++) {
        tags |= (uint32_t)memory_holds(s, tag_at(s, line), 8, TAG) << line;
    }
    (void)s->memory_fill(s->host, note_at(s), 0);
    (void)s->cache_clean(s->host, note_at(s), UNIT);
    return tags == 10u ? !marked : marked;
}

static void misbehave(const struct relight_services *s)
{
    static uint32_t boots;
    volatile bool forever = true;
    uint8_t byte;

    switch (toy_fault) {
    case TOY_SPINS:
        while (forever) {
        }
        break;
    case TOY_LOOPS:
        while (forever) {
            (void)s->flash_read(s->host, 0, &byte, 1);
        }
        break;
    case TOY_CRASHES:
        (void)raise(SIGSEGV); /* as a bad pointer would, and no sanitizer comes before it */
        break;
    case TOY_ASSERTS:
        s->assertion_failed(s->host, "the toy asserts");
        break;
    case TOY_NOT_DETERMINISTIC:
        (void)s->flash_read(s->host, s->geometry->data[0].address + (boots++ % 3u) * UNIT, &byte,
                            1);
        break;
    default:
        break;
    }
}

static relight_progress toy_boot(void *context, const struct relight_services *s)
{
    struct toy_state *state = context;
    bool marked;

    state->phase = 1;
    misbehave(s);
    marked = toy_is_marked(s);
    if (toy_fault == TOY_TRUSTS_MEMORY) {
        marked = trust_memory(s, marked);
    }
    if (toy_fault == TOY_TRUSTS_LINES) {
        marked = trust_lines(s, marked);
    }
    if (!marked && is_too_old(s)) {
        return RELIGHT_HALTED;
    }
    copy_to_resident(s, RELIGHT_FLASH, s->geometry->bank[marked ? 1 : 0].address);
    (void)s->set_light(s->host, true);
    (void)s->set_io(s->host, true);
    state->phase = 0;
    return RELIGHT_RUNS;
}

static void mark(const struct relight_services *s)
{
    (void)s->flash_erase(s->host, s->geometry->record[0].address);
    (void)s->flash_program(s->host, s->geometry->record[0].address, MARK, sizeof MARK - 1u);
}

/* Bank B holds something: an update was cut. */
static void leak(const struct relight_services *s)
{
    static const uint8_t used[8] = {0};
    bool blank = true;

    (void)s->flash_is_blank(s->host, s->geometry->bank[1].address, UNIT, &blank);
    if (blank) {
        return;
    }
    for (uint32_t i = 0; i < TOY_LEAKS_MOST; i++) {
        uint32_t place = s->geometry->data[0].address + i * (uint32_t)sizeof used;

        (void)s->flash_is_blank(s->host, place, sizeof used, &blank);
        if (blank) {
            (void)s->flash_program(s->host, place, used, sizeof used);
            return;
        }
    }
    (void)s->flash_erase(s->host, s->geometry->bank[0].address);
}

static void program_unit(const struct relight_services *s, uint32_t unit)
{
    (void)s->flash_program_from(s->host, s->geometry->bank[1].address + unit * UNIT,
                                s->geometry->staging.address + unit * UNIT, UNIT);
}

static void prepare_bank(const struct relight_services *s)
{
    uint32_t bank = s->geometry->bank[1].address;

    if (toy_fault == TOY_LEAKS) {
        leak(s);
    }
    for (uint32_t at = 0; at < UNITS * UNIT; at += s->geometry->sector_size) {
        bool blank = false;

        if (toy_in_steps) {
            (void)s->flash_is_blank(s->host, bank + at, s->geometry->sector_size, &blank);
        }
        if (!blank) {
            (void)s->flash_erase(s->host, bank + at);
        }
    }
}

static void program_bank(const struct relight_services *s)
{
    prepare_bank(s);
    for (uint32_t unit = 0; unit < UNITS; unit++) {
        program_unit(s, unit);
    }
}

/* Code runs from the staged image from here on. */
static void enter_bootstrap(const struct relight_services *s)
{
    uint32_t staging = s->geometry->staging.address;
    uint32_t range[2]; /* offset and size, at 0x40 of the header */

    (void)s->cache_clean(s->host, staging, UNITS * UNIT);
    (void)s->cache_invalidate(s->host, staging, UNITS * UNIT);
    (void)s->memory_read(s->host, staging + 0x40u, range, sizeof range);
    (void)s->raise_interrupt(s->host);
    (void)s->execute(s->host, RELIGHT_MODULE_BOOTSTRAP, staging + range[0], range[1]);
}

static bool refuses(void)
{
    return toy_fault == TOY_REFUSES || toy_fault == TOY_WRITES_FIRST ||
           toy_fault == TOY_FILLS_FIRST || toy_fault == TOY_REFUSES_LATE ||
           toy_fault == TOY_REFUSES_TOO_LATE;
}

static relight_progress refuse(struct toy_state *state, const struct relight_services *s)
{
    if (toy_fault == TOY_WRITES_FIRST) {
        (void)s->flash_erase(s->host, s->geometry->journal.address);
    } else if (toy_fault == TOY_FILLS_FIRST) {
        (void)s->memory_fill(s->host, s->geometry->resident.address + RL_IMAGE_KEY, 0xFF);
    } else if (toy_fault == TOY_REFUSES_LATE || toy_fault == TOY_REFUSES_TOO_LATE) {
        enter_bootstrap(s);
        program_bank(s);
    }
    if (toy_fault == TOY_REFUSES_TOO_LATE) {
        uint8_t blank[8];

        memset(blank, 0xFF, sizeof blank);
        (void)s->flash_program(s->host, s->geometry->bank[0].address + RL_IMAGE_KEY, blank,
                               sizeof blank);
    }
    state->phase = 0;
    return RELIGHT_REFUSED;
}

/* TOY_ROLLS_BACK and TOY_KEEPS_CURSOR: bank A still holds the old image. */
static relight_progress roll_back(struct toy_state *state, const struct relight_services *s)
{
    (void)s->flash_erase(s->host, s->geometry->record[0].address);
    copy_to_resident(s, RELIGHT_FLASH, s->geometry->bank[0].address);
    state->phase = 0;
    return RELIGHT_RUNS;
}

/* One unit of bank B in each step, and in the first of them what goes before. */
static void program_next(struct toy_state *state, const struct relight_services *s)
{
    if (state->unit == 0) {
        if (toy_fault == TOY_COMMITS_EARLY) {
            mark(s);
        }
        prepare_bank(s);
    }
    program_unit(s, state->unit++);
}

static void finish_steps(const struct relight_services *s)
{
    if (toy_fault != TOY_COMMITS_EARLY) {
        mark(s);
        raise_counter(s);
    }
}

static relight_progress toy_step(void *context, const struct relight_services *s)
{
    struct toy_state *state = context;
    uint32_t received = 0;

    state->phase = 2;
    (void)s->receive(s->host, state->cursor, s->geometry->staging.address + state->cursor, UNIT,
                     &received);
    state->cursor += received;
    if (received > 0) {
        return RELIGHT_WORKING;
    }
    if (refuses()) {
        return refuse(state, s);
    }
    if (state->unit == 0 && toy_is_marked(s)) {
        return roll_back(state, s);
    }
    if (toy_in_steps && state->unit < UNITS) {
        program_next(state, s);
        return RELIGHT_WORKING;
    }
    if (toy_fault == TOY_TRUSTS_MEMORY) {
        use_note_otherwise(s);
    }
    if (toy_fault == TOY_TRUSTS_LINES) {
        tag_lines(s);
    }
    if (toy_in_steps) {
        finish_steps(s);
    } else if (toy_fault == TOY_COMMITS_EARLY) {
        mark(s);
        program_bank(s);
    } else {
        program_bank(s);
        mark(s);
        raise_counter(s);
    }
    copy_to_resident(s, RELIGHT_MEMORY, s->geometry->staging.address);
    state->phase = 0;
    return RELIGHT_RUNS;
}

static bool toy_request(void *context, const struct relight_services *s)
{
    struct toy_state *state = context;

    state->unit = 0;
    state->cursor = toy_fault == TOY_KEEPS_CURSOR ? state->cursor : 0;
    return toy_fault == TOY_ROLLS_BACK || toy_fault == TOY_KEEPS_CURSOR || !toy_is_marked(s);
}

static bool toy_cancel(void *context, const struct relight_services *s)
{
    (void)context;
    (void)s;
    return false;
}

static uint32_t toy_phase(const void *context)
{
    const struct toy_state *state = context;

    return state->phase;
}

static const char *toy_reason(const void *context)
{
    (void)context;
    return "no reason";
}

static const char *const phases[] = {"idle", "boot", "update"};

const struct relight_engine toy_engine = {
    .api = RELIGHT_ENGINE_API,
    .context_size = sizeof(struct toy_state),
    .name = "toy",
    .about = "for tests of the explorer",
    .boot = toy_boot,
    .step = toy_step,
    .request = toy_request,
    .cancel = toy_cancel,
    .phase = toy_phase,
    .phase_names = phases,
    .phase_count = 3,
    .reason = toy_reason,
};

static void make_image(struct rl_image_spec *spec, uint64_t pattern, uint32_t data_format,
                       uint32_t security_counter)
{
    static uint8_t payload[UNITS * UNIT - FL_METADATA_SIZE];
    struct rl_recipe recipe;
    struct rl_key key;
    size_t size = 0;
    char why[RL_IMAGE_WHY_SIZE];

    rl_payload_pattern(pattern, payload, sizeof payload);
    rl_recipe_defaults(&recipe);
    recipe.payload = payload;
    recipe.payload_size = sizeof payload;
    recipe.data_format = data_format;
    recipe.security_counter = security_counter;
    rl_key_test(&key);
    if (!rl_image_build(&recipe, &key, &spec->bytes, &size, why)) {
        (void)fprintf(stderr, "toy image: %s\n", why);
        abort();
    }
    spec->size = (uint32_t)size;
    rl_image_identity(spec->bytes, spec->identity);
}

void toy_image(struct toy *toy, uint32_t index, uint32_t data_format, uint32_t security_counter)
{
    free(toy->images[index].bytes);
    make_image(&toy->images[index], index + 1u, data_format, security_counter);
}

/* Regions one after the other, sizes in bytes. */
static void lay_out(struct relight_geometry *g)
{
    g->sector_size = 512;
    g->page_size = 256;
    g->granule_size = 8;
    g->bank[0] = (struct relight_region){0, 4096};
    g->bank[1] = (struct relight_region){4096, 4096};
    g->record[0] = (struct relight_region){8192, 512};
    g->record[1] = (struct relight_region){8704, 512};
    g->journal = (struct relight_region){9216, 512};
    g->data[0] = (struct relight_region){9728, 1024};
    g->otp = (struct relight_region){10752, 512};
    g->flash_size = 11264;
    g->resident = (struct relight_region){0, 4096};
    g->staging = (struct relight_region){4096, 4096};
    g->memory_size = 8192;
    g->hardware_level = 1;
}

void toy_init(struct toy *toy, rl_memory memory, uint32_t depth, rl_tear first, rl_tear second)
{
    struct rl_key key;

    memset(toy, 0, sizeof *toy);
    toy_fault = TOY_SOUND;
    make_image(&toy->images[0], 1, 1, 1);
    make_image(&toy->images[1], 2, 1, 1);
    rl_key_test(&key);
    (void)snprintf(toy->plan.name, sizeof toy->plan.name, "toy");
    memcpy(toy->plan.public_key, key.public_key, sizeof key.public_key);
    toy->plan.digest = 0x12345678abcdef01u;
    toy->plan.cells = &toy->cell;
    toy->plan.cell_count = 1;
    toy->handle.engine = &toy_engine;
    toy->handle.digest = 7;
    toy->engines = (struct rl_engines){&toy->handle, 1, NULL};
    (void)snprintf(toy->cell.name, sizeof toy->cell.name, "only");
    lay_out(&toy->cell.geometry);
    toy->cell.line_size = 64;
    toy->cell.cache_lines = 16;
    toy->cell.chunk_size = 256;
    toy->cell.memory = memory;
    toy->cell.old_image = &toy->images[0];
    toy->cell.new_image = &toy->images[1];
    toy->cell.classes = rl_class_set_of((1u << (RL_CLASS_NESTED_CUT + 1u)) - 1u);
    toy->cell.depth = depth;
    toy->cell.tear[0] = first;
    toy->cell.tear[1] = second;
    toy->cell.limits = (struct rl_limits){20000, 3, 8, 0, 0};
    toy->cell.properties = UINT32_MAX;
}

void toy_free(struct toy *toy)
{
    free(toy->images[0].bytes);
    free(toy->images[1].bytes);
}
