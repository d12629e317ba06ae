#include "random_engine.h"

#include <stdio.h>
#include <string.h>

#include "board_rig.h"

#define REGISTERS 2u
#define WORD      8u
#define GRANULE   32u
#define PLACES    4u /* words of memory */

struct random_program random_program;
void (*random_engine_boots)(void);

struct registers {
    uint8_t list[REGISTERS];
    uint8_t step;
};

/* ---- places ---- */

static uint32_t word_at(const struct relight_services *s, uint32_t place)
{
    static const uint32_t offsets[PLACES] = {0, WORD, RELIGHT_BULK / 2u, RELIGHT_BULK};

    return s->geometry->staging.address + offsets[place % PLACES];
}

static uint32_t memory_page(const struct relight_services *s, uint32_t place)
{
    return s->geometry->staging.address + (place & 1u) * RELIGHT_BULK;
}

static uint32_t granule_at(const struct relight_services *s, uint32_t place)
{
    return place % 3u == 2u ? s->geometry->journal.address
                            : s->geometry->record[0].address + place % 3u * GRANULE;
}

static uint32_t flash_page(const struct relight_services *s, uint32_t place)
{
    return s->geometry->record[1].address + (place & 1u) * RELIGHT_BULK;
}

static uint32_t sector_at(const struct relight_services *s, uint32_t place)
{
    return place % 3u == 2u ? s->geometry->journal.address
                            : s->geometry->record[place % 3u].address;
}

/* ---- instructions ---- */

/* What a read came to: a value, blank, a mixture, or an error. */
enum { READ_BLANK = 4, READ_MIXTURE, READ_ERROR };

static uint8_t value_of(relight_result result, const uint8_t *bytes)
{
    if (result != RELIGHT_OK) {
        return READ_ERROR;
    }
    for (uint32_t i = 1; i < WORD; i++) {
        if (bytes[i] != bytes[0]) {
            return READ_MIXTURE;
        }
    }
    return bytes[0] == 0xFF ? (uint8_t)READ_BLANK : bytes[0];
}

static void store(const struct relight_services *s, uint32_t place, uint8_t value)
{
    uint8_t bytes[WORD];

    memset(bytes, value, sizeof bytes);
    (void)s->memory_write(s->host, word_at(s, place), bytes, sizeof bytes);
}

static void program_granule(const struct relight_services *s, uint32_t address, uint8_t value)
{
    uint8_t bytes[GRANULE];
    bool blank = false;

    memset(bytes, value, sizeof bytes);
    if (s->flash_is_blank(s->host, address, GRANULE, &blank) == RELIGHT_OK && blank) {
        (void)s->flash_program(s->host, address, bytes, sizeof bytes);
    }
}

static void program_page(const struct relight_services *s, uint32_t address, uint32_t memory)
{
    bool blank = false;

    if (s->flash_is_blank(s->host, address, RELIGHT_BULK, &blank) == RELIGHT_OK && blank) {
        (void)s->flash_program_from(s->host, address, memory, RELIGHT_BULK);
    }
}

static void write_something(const struct random_instruction *i, const struct relight_services *s,
                            const struct registers *registers)
{
    switch (i->kind) {
    case RANDOM_STORE:
        store(s, i->place, i->value);
        break;
    case RANDOM_KEEP:
        store(s, i->place, registers->list[i->reg]);
        break;
    case RANDOM_FILL:
        (void)s->memory_fill(s->host, memory_page(s, i->place), i->value);
        break;
    case RANDOM_CLEAN:
        (void)s->cache_clean(s->host, memory_page(s, i->place), RELIGHT_BULK);
        break;
    case RANDOM_COPY:
        (void)s->memory_copy(s->host, memory_page(s, i->place), RELIGHT_FLASH,
                             flash_page(s, i->other));
        break;
    case RANDOM_PROGRAM:
        program_granule(s, granule_at(s, i->place), i->value);
        break;
    case RANDOM_PROGRAM_PAGE:
        program_page(s, flash_page(s, i->place), memory_page(s, i->other));
        break;
    case RANDOM_ERASE:
        (void)s->flash_erase(s->host, sector_at(s, i->place));
        break;
    default:
        break;
    }
}

static void read_something(const struct random_instruction *i, const struct relight_services *s,
                           struct registers *registers)
{
    uint8_t bytes[WORD] = {0};
    uint8_t *to = &registers->list[i->reg];
    relight_result result;
    bool yes = false;

    switch (i->kind) {
    case RANDOM_READ:
        result = s->memory_read(s->host, word_at(s, i->place), bytes, sizeof bytes);
        *to = value_of(result, bytes);
        break;
    case RANDOM_FETCH:
        result = s->flash_read(s->host, granule_at(s, i->place), bytes, sizeof bytes);
        *to = value_of(result, bytes);
        break;
    case RANDOM_BLANK:
        result = s->flash_is_blank(s->host, granule_at(s, i->place), GRANULE, &yes);
        *to = result == RELIGHT_OK ? (uint8_t)yes : (uint8_t)READ_ERROR;
        break;
    case RANDOM_COMPARE:
        result = s->compare(s->host, memory_page(s, i->place), flash_page(s, i->other),
                            RELIGHT_BULK, &yes);
        *to = result == RELIGHT_OK ? (uint8_t)yes : (uint8_t)READ_ERROR;
        break;
    default:
        break;
    }
}

static void break_rule(const struct relight_services *s)
{
    uint8_t byte;

    (void)s->flash_read(s->host, s->geometry->flash_size, &byte, 1);
}

/* False: it halts. */
static bool run_part(uint32_t part, const struct relight_services *s, struct registers *registers)
{
    uint32_t at = part == 0 ? 0 : random_program.ends[part - 1u];

    for (; at < random_program.ends[part]; at++) {
        const struct random_instruction *i = &random_program.list[at];

        if (i->kind == RANDOM_HALT) {
            return false;
        }
        if (i->kind == RANDOM_BREAK) {
            break_rule(s);
        }
        if (i->kind == RANDOM_SKIP || i->kind == RANDOM_SKIP_IF) {
            bool has = registers->list[i->reg] == i->value;

            at += has == (i->kind == RANDOM_SKIP_IF) ? i->other : 0;
            continue;
        }
        write_something(i, s, registers);
        read_something(i, s, registers);
    }
    return true;
}

/* ---- the engine ---- */

static relight_progress boot(void *context, const struct relight_services *s)
{
    if (random_engine_boots != NULL) {
        random_engine_boots();
    }
    if (!run_part(0, s, context)) {
        return RELIGHT_HALTED;
    }
    (void)s->set_light(s->host, true);
    (void)s->set_io(s->host, true);
    return RELIGHT_RUNS;
}

static relight_progress step(void *context, const struct relight_services *s)
{
    struct registers *registers = context;

    registers->step++;
    (void)run_part(registers->step, s, registers);
    return registers->step < RANDOM_STEPS ? RELIGHT_WORKING : RELIGHT_REFUSED;
}

static bool request(void *context, const struct relight_services *s)
{
    struct registers *registers = context;

    (void)s;
    registers->step = 0;
    return true;
}

static bool cancel(void *context, const struct relight_services *s)
{
    (void)context;
    (void)s;
    return false;
}

static uint32_t phase(const void *context)
{
    (void)context;
    return 0;
}

static const char *reason(const void *context)
{
    (void)context;
    return "no reason";
}

static const char *const phases[] = {"idle"};

const struct relight_engine random_engine = {
    .api = RELIGHT_ENGINE_API,
    .context_size = sizeof(struct registers),
    .name = "random",
    .about = "for tests of the explorer",
    .boot = boot,
    .step = step,
    .request = request,
    .cancel = cancel,
    .phase = phase,
    .phase_names = phases,
    .phase_count = 1,
    .reason = reason,
};

/* ---- drawing ---- */

static uint32_t below(uint64_t *state, uint32_t limit)
{
    return board_rig_random(state) % limit;
}

/* What is drawn: fills and copies, with their sixteen stores to a line, are rare. */
static const uint8_t kinds[] = {RANDOM_STORE,   RANDOM_STORE,   RANDOM_STORE, RANDOM_KEEP,
                                RANDOM_READ,    RANDOM_READ,    RANDOM_FILL,  RANDOM_CLEAN,
                                RANDOM_CLEAN,   RANDOM_COPY,    RANDOM_FETCH, RANDOM_BLANK,
                                RANDOM_SKIP,    RANDOM_SKIP,    RANDOM_SKIP,  RANDOM_COMPARE,
                                RANDOM_PROGRAM, RANDOM_PROGRAM, RANDOM_ERASE, RANDOM_PROGRAM_PAGE};

static struct random_instruction draw(uint64_t *state)
{
    return (struct random_instruction){.kind = kinds[below(state, sizeof kinds)],
                                       .place = (uint8_t)below(state, PLACES),
                                       .other = (uint8_t)(1u + below(state, 3)),
                                       .reg = (uint8_t)below(state, REGISTERS),
                                       .value = (uint8_t)(1u + below(state, 2))};
}

static void add(struct random_instruction instruction)
{
    random_program.list[random_program.count++] = instruction;
}

/* What vouches for something, and that: written one after the other, with whatever is drawn between
 * and behind them. */
struct promise {
    struct random_instruction mark, kept;
};

static struct random_instruction draw_write(uint64_t *state)
{
    struct random_instruction write = draw(state);

    write.kind = below(state, 3) == 0 ? RANDOM_PROGRAM : RANDOM_STORE;
    return write;
}

static struct random_instruction read_of(const struct random_instruction *write, uint8_t reg)
{
    return (struct random_instruction){.kind = write->kind == RANDOM_PROGRAM ? RANDOM_FETCH
                                                                             : RANDOM_READ,
                                       .place = write->place,
                                       .reg = reg};
}

/* Fails where the mark stands and what it vouches for does not. */
static void add_check(const struct promise *promise, enum random_kind failure)
{
    add(read_of(&promise->mark, 0));
    add(read_of(&promise->kept, 1));
    add((struct random_instruction){
        .kind = RANDOM_SKIP, .reg = 0, .other = 2, .value = promise->mark.value});
    add((struct random_instruction){
        .kind = RANDOM_SKIP_IF, .reg = 1, .other = 1, .value = promise->kept.value});
    add((struct random_instruction){.kind = (uint8_t)failure});
}

/* Instructions of one part, up to `most` of them. */
static void add_some(uint64_t *state, uint32_t most)
{
    for (uint32_t left = below(state, most + 1u); left > 0; left--) {
        add(draw(state));
    }
}

void random_program_draw(uint64_t *state)
{
    struct promise promise = {draw_write(state), draw_write(state)};
    uint32_t keeps = below(state, RANDOM_STEPS + 1u);
    uint32_t marks = keeps + below(state, RANDOM_STEPS + 1u - keeps);

    memset(&random_program, 0, sizeof random_program);
    /* Where memory is lost with power, a cut before the first change of flash leaves something new
     * only because of the image: see random_engine_place_image(). */
    add((struct random_instruction){.kind = RANDOM_PROGRAM, .place = 2, .value = 1});
    if (below(state, 4) != 0) {
        add_check(&promise, below(state, 2) == 0 ? RANDOM_HALT : RANDOM_BREAK);
    }
    for (uint32_t part = 0; part <= RANDOM_STEPS; part++) {
        add_some(state, 3);
        if (part == keeps) {
            add(promise.kept);
            add_some(state, 2);
        }
        if (part == marks) {
            add(promise.mark);
            add_some(state, 2);
        }
        random_program.ends[part] = random_program.count;
    }
    random_program.line_size = 64u << below(state, 2);
    random_program.cache_lines = 1u + below(state, 4);
}

bool random_program_fills(void)
{
    for (uint32_t i = 0; i < random_program.count; i++) {
        if (random_program.list[i].kind == RANDOM_FILL ||
            random_program.list[i].kind == RANDOM_COPY) {
            return true;
        }
    }
    return false;
}

void random_engine_init(struct toy *toy, rl_memory memory)
{
    toy_init(toy, memory, 1, RL_TEAR_FULL, RL_TEAR_FULL);
    toy->handle.engine = &random_engine;
    toy->cell.geometry.granule_size = GRANULE;
    toy->cell.closure = true;
    toy->cell.line_size = random_program.line_size;
    toy->cell.cache_lines = random_program.cache_lines;
    toy->cell.properties = 1u << RL_PROPERTY_BOOTABLE | 1u << RL_PROPERTY_DEVICE_RULES;
}

void random_engine_place_image(struct rl_scene *scene)
{
    const struct rl_known_image *image = &scene->images[RL_RUNS_OLD];
    uint32_t first = scene->device.geometry.resident.address / RL_PAGE;

    for (uint32_t i = 0; i < image->pages; i++) {
        rl_plane_set(&scene->memory, first + i, rl_slot_make(image->data[i], RL_MARKS_FULL));
    }
}

void random_program_print(void)
{
    static const char *const names[RANDOM_KINDS] = {
        "store",   "keep",    "read",         "fill",  "clean", "copy",    "fetch", "blank",
        "compare", "program", "program-page", "erase", "skip",  "skip-if", "halt",  "break"};
    uint32_t part = 0;

    (void)printf("line %u, %u lines\n", random_program.line_size, random_program.cache_lines);
    for (uint32_t at = 0; at < random_program.count; at++) {
        const struct random_instruction *i = &random_program.list[at];

        while (at == random_program.ends[part]) {
            (void)printf("-- step %u\n", ++part);
        }
        (void)printf("%2u %-12s place %u other %u reg %u value %u\n", at, names[i->kind], i->place,
                     i->other, i->reg, i->value);
    }
}
