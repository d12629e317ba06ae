/* The way the new image comes: chunks that are lost, come twice, late or elsewhere, and a sender
 * that goes away. All are put at one request for a chunk. */
#include "faults/inject.h"

#include <stdio.h>

/* A chunk has at most so many units of RL_PAGE bytes: see the board's receive. */
#define CHUNK_MOST 64u

/* Lasting ones hit each request that follows, wherever it stores to. */
static bool is_request(const struct rl_operation *operation)
{
    return operation->kind == RL_KIND_RECEIVE;
}

/* What the sender has for a request of `size` bytes from `offset` on, in units; their numbers go
 * to `data`. */
static uint32_t sent(const struct rl_board *board, uint32_t offset, uint32_t size,
                     uint32_t data[CHUNK_MOST])
{
    uint32_t most = board->device.chunk_size < size ? board->device.chunk_size : size;

    most = most / RL_PAGE < CHUNK_MOST ? most / RL_PAGE : CHUNK_MOST;
    return board->link.pages == NULL
               ? 0
               : board->link.pages(board->link.user, offset / RL_PAGE, most, data);
}

static uint32_t units(const struct rl_board *board, const struct rl_operation *operation)
{
    uint32_t data[CHUNK_MOST];

    return sent(board, board->offset, operation->size, data);
}

/* The engine is told that `count` bytes came. */
static void tell_count(struct rl_effect *effect, uint32_t count)
{
    effect->counts = true;
    effect->count = count;
}

/* The request fails, and nothing is stored. */
static void fail(struct rl_armed *armed, const struct rl_operation *operation,
                 struct rl_effect *effect, relight_result result)
{
    tell_count(effect, 0);
    rl_armed_fail(armed, operation, effect, result);
}

/* ---- chunk-lost ---- */

/* Silent: the engine's buffer descriptor says full, and nobody wrote there. */
static void lose(struct rl_armed *armed, struct rl_board *board,
                 const struct rl_operation *operation, struct rl_effect *effect)
{
    if (!is_request(operation)) {
        return;
    }
    if (armed->what.shows == RL_SHOWS_STATUS) {
        fail(armed, operation, effect, RELIGHT_IO);
        return;
    }
    tell_count(effect, units(board, operation) * RL_PAGE);
    effect->deed = RL_DEED_NOTHING;
    effect->cause = armed->number;
    rl_armed_hit(armed, operation, false);
}

/* ---- chunk-repeated, chunk-reordered, chunk-stale-offset ---- */

/* The answer holds what the sender has from `offset` on. */
static void answer_from(struct rl_armed *armed, const struct rl_operation *operation,
                        struct rl_effect *effect, uint32_t offset)
{
    effect->deed = RL_DEED_ELSEWHERE;
    effect->address = offset;
    effect->cause = armed->number;
    rl_armed_hit(armed, operation, false);
}

/* The request before the one at the site; NULL for the first. */
static const struct rl_operation *request_before(const struct rl_site *site)
{
    for (size_t i = site->index; i > 0; i--) {
        if (is_request(&site->log->operations[i - 1u])) {
            return &site->log->operations[i - 1u];
        }
    }
    return NULL;
}

/* a: how many units before it the chunk began that comes again. */
static void repeat_variants(const struct rl_site *site, const struct rl_injection *base,
                            rl_variant_visit *visit, void *user)
{
    const struct rl_operation *operation = &site->log->operations[site->index];
    const struct rl_operation *before = request_before(site);

    if (before != NULL && before->value < operation->value) {
        rl_visit_variant(base, (operation->value - before->value) / RL_PAGE, 0, visit, user);
    }
}

static void repeat(struct rl_armed *armed, struct rl_board *board,
                   const struct rl_operation *operation, struct rl_effect *effect)
{
    uint32_t back = armed->what.a * RL_PAGE;

    if (is_request(operation) && board->offset >= back) {
        answer_from(armed, operation, effect, board->offset - back);
    }
}

static void tell_repeat(const struct rl_injection *injection, const struct rl_operation *first,
                        char *text, size_t size)
{
    (void)first;
    (void)snprintf(text, size, "what came %u units before comes again", injection->a);
}

/* The answers to this request and the next change places. keep: offset asked for first. */
static void reorder(struct rl_armed *armed, struct rl_board *board,
                    const struct rl_operation *operation, struct rl_effect *effect)
{
    uint32_t data[CHUNK_MOST];
    uint32_t next = board->offset + operation->size;

    if (!is_request(operation)) {
        return;
    }
    if (armed->hits > 0) {
        answer_from(armed, operation, effect, (uint32_t)armed->keep[0]);
    } else if (sent(board, next, operation->size, data) > 0) {
        armed->keep[0] = board->offset;
        answer_from(armed, operation, effect, next);
        armed->over = false; /* the other half is to come */
    }
}

/* a: where the sender reads from instead. */
enum { STALE_BEGINNING = 0, STALE_BEHIND, STALE_AHEAD, STALE_COUNT };

static void stale_variants(const struct rl_site *site, const struct rl_injection *base,
                           rl_variant_visit *visit, void *user)
{
    const struct rl_operation *operation = &site->log->operations[site->index];

    for (uint32_t a = 0; a < STALE_COUNT; a++) {
        if (a == STALE_AHEAD || operation->value > 0) {
            rl_visit_variant(base, a, 0, visit, user);
        }
    }
}

/* It lost track: each request is answered from where its own count stands. keep: what it is off by
 * since the first. */
static void answer_stale(struct rl_armed *armed, struct rl_board *board,
                         const struct rl_operation *operation, struct rl_effect *effect)
{
    if (!is_request(operation)) {
        return;
    }
    if (armed->hits == 0) {
        armed->keep[0] = armed->what.a == STALE_BEGINNING ? board->offset : RL_PAGE;
    }
    if (armed->what.a == STALE_AHEAD) {
        answer_from(armed, operation, effect, board->offset + RL_PAGE);
    } else if (board->offset >= armed->keep[0]) {
        answer_from(armed, operation, effect, board->offset - (uint32_t)armed->keep[0]);
    }
}

static void tell_stale(const struct rl_injection *injection, const struct rl_operation *first,
                       char *text, size_t size)
{
    static const char *const from[STALE_COUNT] = {"from the image's beginning", "one unit behind",
                                                  "one unit ahead"};

    (void)first;
    (void)snprintf(text, size, "the sender answers %s", from[injection->a % STALE_COUNT]);
}

/* ---- chunk-corrupted ---- */

/* Silent: a is a byte of the chunk, b its bits that flip: two bytes of each unit. Status: a is the
 * unit that the medium does not give. */
static void corrupt_variants(const struct rl_site *site, const struct rl_injection *base,
                             rl_variant_visit *visit, void *user)
{
    const struct rl_operation *operation = &site->log->operations[site->index];
    uint32_t most = site->device->chunk_size / RL_PAGE;

    most = operation->size / RL_PAGE < most ? operation->size / RL_PAGE : most;
    for (uint32_t unit = 0; unit < most && unit < CHUNK_MOST; unit++) {
        if (base->shows == RL_SHOWS_STATUS) {
            rl_visit_variant(base, unit, 0, visit, user);
        } else {
            rl_visit_variant(base, unit * RL_PAGE, 0x01u, visit, user);
            rl_visit_variant(base, unit * RL_PAGE + RL_PAGE - 1u, 0x80u, visit, user);
        }
    }
}

static void corrupt(struct rl_armed *armed, struct rl_board *board,
                    const struct rl_operation *operation, struct rl_effect *effect)
{
    uint32_t count = is_request(operation) ? units(board, operation) : 0;

    if (armed->what.shows == RL_SHOWS_STATUS && armed->what.a < count) {
        fail(armed, operation, effect, RELIGHT_IO);
        effect->deed = RL_DEED_PART;
        effect->part = armed->what.a;
    } else if (armed->what.shows == RL_SHOWS_SILENT && armed->what.a / RL_PAGE < count) {
        effect->flip_at = armed->what.a;
        effect->flip_bits = (uint8_t)armed->what.b;
        effect->cause = armed->number;
        rl_armed_hit(armed, operation, false);
    }
}

static void tell_corrupt(const struct rl_injection *injection, const struct rl_operation *first,
                         char *text, size_t size)
{
    (void)first;
    if (injection->shows == RL_SHOWS_STATUS) {
        (void)snprintf(text, size, "unit %u does not read at the sender", injection->a);
    } else {
        (void)snprintf(text, size, "byte %u arrives with bits 0x%02x flipped", injection->a,
                       injection->b);
    }
}

/* ---- chunk-short ---- */

/* a: units that come; b: what the engine is told. */
enum { SHORT_TOLD = 0, SHORT_AS_ASKED, SHORT_INSIDE_A_UNIT, SHORT_COUNT };

static void short_variants(const struct rl_site *site, const struct rl_injection *base,
                           rl_variant_visit *visit, void *user)
{
    const struct rl_operation *operation = &site->log->operations[site->index];
    uint32_t count = operation->size / RL_PAGE;

    for (uint32_t a = 0; a < count; a++) {
        /* None, one, and all but one: what lies between them differs from none of these. */
        if (a > 1u && a + 1u < count) {
            continue;
        }
        for (uint32_t b = 0; b < SHORT_COUNT; b++) {
            rl_visit_variant(base, a, b, visit, user);
        }
    }
}

static void shorten(struct rl_armed *armed, struct rl_board *board,
                    const struct rl_operation *operation, struct rl_effect *effect)
{
    uint32_t count = is_request(operation) ? units(board, operation) : 0;
    uint32_t came = armed->what.a;

    if (came >= count) {
        return;
    }
    effect->deed = RL_DEED_PART;
    effect->part = came;
    effect->cause = armed->number;
    if (armed->what.b == SHORT_AS_ASKED) {
        tell_count(effect, count * RL_PAGE);
    } else if (armed->what.b == SHORT_INSIDE_A_UNIT) {
        tell_count(effect, came * RL_PAGE + RL_WORD);
    }
    rl_armed_hit(armed, operation, armed->what.b != SHORT_AS_ASKED);
}

static void tell_short(const struct rl_injection *injection, const struct rl_operation *first,
                       char *text, size_t size)
{
    static const char *const told[SHORT_COUNT] = {"and the engine is told so",
                                                  "and the engine is told that all came",
                                                  "and 8 bytes more are told"};

    (void)first;
    (void)snprintf(text, size, "%u units come, %s", injection->a, told[injection->b % SHORT_COUNT]);
}

/* ---- chunk-late ---- */

/* a: operations until it is there. */
static void late_variants(const struct rl_site *site, const struct rl_injection *base,
                          rl_variant_visit *visit, void *user)
{
    static const uint32_t later[] = {1, 4, 32, 256};

    (void)site;
    for (unsigned i = 0; i < sizeof later / sizeof later[0]; i++) {
        rl_visit_variant(base, later[i], 0, visit, user);
    }
}

/* keep: address, offset, size, and operations since. */
static void delay(struct rl_armed *armed, struct rl_board *board,
                  const struct rl_operation *operation, struct rl_effect *effect)
{
    if (armed->hits > 0 || !is_request(operation)) {
        return;
    }
    armed->keep[0] = operation->address;
    armed->keep[1] = board->offset;
    armed->keep[2] = operation->size;
    if (armed->what.shows == RL_SHOWS_STATUS) {
        fail(armed, operation, effect, RELIGHT_NO_SENDER);
    } else {
        tell_count(effect, units(board, operation) * RL_PAGE);
        effect->deed = RL_DEED_NOTHING;
        effect->cause = armed->number;
        rl_armed_hit(armed, operation, false);
    }
    armed->over = false; /* it is on its way */
}

/* The link stores it at last, wherever that is now. */
static void arrive(struct rl_armed *armed, struct rl_board *board,
                   const struct rl_operation *operation, relight_result result)
{
    uint32_t data[CHUNK_MOST];
    uint32_t count;

    (void)operation;
    (void)result;
    if (armed->hits == 0 || armed->keep[3]++ < armed->what.a) {
        return;
    }
    count = sent(board, (uint32_t)armed->keep[1], (uint32_t)armed->keep[2], data);
    for (uint32_t i = 0; i < count; i++) {
        rl_board_damage_cached(board, (uint32_t)armed->keep[0] / RL_PAGE + i, UINT32_MAX,
                               rl_slot_make(data[i], RL_MARKS_FULL), armed->number);
    }
    armed->over = true;
}

/* Nothing of the time before a reset is on its way any more. */
static void forget(struct rl_armed *armed, struct rl_board *board, bool cold)
{
    (void)board;
    (void)cold;
    armed->over = true;
}

static void tell_late(const struct rl_injection *injection, const struct rl_operation *first,
                      char *text, size_t size)
{
    (void)first;
    (void)snprintf(text, size, "%s, and the chunk is stored %u operations later",
                   injection->shows == RL_SHOWS_STATUS ? "the request times out"
                                                       : "the request is answered",
                   injection->a);
}

/* ---- sender-gone ---- */

static void leave(struct rl_armed *armed, struct rl_board *board,
                  const struct rl_operation *operation, struct rl_effect *effect)
{
    (void)board;
    if (is_request(operation)) {
        fail(armed, operation, effect, RELIGHT_NO_SENDER);
    }
}

static const struct rl_injector rows[] = {
    {
        .fault_class = RL_CLASS_CHUNK_LOST,
        .kinds = KIND(RL_KIND_RECEIVE),
        .lasts = FOR_HOWEVER_LONG,
        .shows = SHOWS(RL_SHOWS_STATUS) | SHOWS(RL_SHOWS_SILENT),
        .before = lose,
    },
    {
        .fault_class = RL_CLASS_CHUNK_REPEATED,
        .kinds = KIND(RL_KIND_RECEIVE),
        .lasts = LASTS(RL_LASTS_ONCE) | LASTS(RL_LASTS_RESET),
        .shows = SHOWS(RL_SHOWS_SILENT),
        .variants = repeat_variants,
        .before = repeat,
        .tell = tell_repeat,
    },
    {
        .fault_class = RL_CLASS_CHUNK_REORDERED,
        .kinds = KIND(RL_KIND_RECEIVE),
        .lasts = LASTS(RL_LASTS_ONCE),
        .shows = SHOWS(RL_SHOWS_SILENT),
        .before = reorder,
    },
    {
        .fault_class = RL_CLASS_CHUNK_CORRUPTED,
        .kinds = KIND(RL_KIND_RECEIVE),
        .lasts = FOR_HOWEVER_LONG,
        .shows = SHOWS(RL_SHOWS_STATUS) | SHOWS(RL_SHOWS_SILENT),
        .variants = corrupt_variants,
        .before = corrupt,
        .tell = tell_corrupt,
    },
    {
        .fault_class = RL_CLASS_CHUNK_SHORT,
        .kinds = KIND(RL_KIND_RECEIVE),
        .lasts = FOR_HOWEVER_LONG,
        .shows = SHOWS(RL_SHOWS_STATUS),
        .variants = short_variants,
        .before = shorten,
        .tell = tell_short,
    },
    {
        .fault_class = RL_CLASS_CHUNK_LATE,
        .kinds = KIND(RL_KIND_RECEIVE),
        .lasts = LASTS(RL_LASTS_ONCE),
        .shows = SHOWS(RL_SHOWS_STATUS) | SHOWS(RL_SHOWS_LATE),
        .variants = late_variants,
        .before = delay,
        .after = arrive,
        .reset = forget,
        .tell = tell_late,
    },
    {
        .fault_class = RL_CLASS_CHUNK_STALE_OFFSET,
        .kinds = KIND(RL_KIND_RECEIVE),
        .lasts = LASTS(RL_LASTS_ONCE) | LASTS(RL_LASTS_RESET),
        .shows = SHOWS(RL_SHOWS_SILENT),
        .variants = stale_variants,
        .before = answer_stale,
        .tell = tell_stale,
    },
    {
        .fault_class = RL_CLASS_SENDER_GONE,
        .kinds = KIND(RL_KIND_RECEIVE),
        .lasts = LASTS(RL_LASTS_TIMES) | LASTS(RL_LASTS_RESET) | LASTS(RL_LASTS_GOOD),
        .lasts_default = LASTS(RL_LASTS_TIMES) | LASTS(RL_LASTS_RESET) | LASTS(RL_LASTS_GOOD),
        .shows = SHOWS(RL_SHOWS_STATUS),
        .before = leave,
    },
};
const struct rl_injector_family rl_injectors_transport = {rows, sizeof rows / sizeof rows[0]};
