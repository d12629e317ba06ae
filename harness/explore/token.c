#include "explore/token.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/board.h"
#include "explore/explore.h"
#include "results/results.h"

static bool same_place(const struct rl_operation *a, const struct rl_operation *b)
{
    return a->phase == b->phase && a->kind == b->kind && a->region == b->region;
}

/* The place of operation `index`. */
static void describe_place(struct rl_fault *fault, uint32_t cycle, const struct rl_log *log,
                           size_t index, const struct relight_engine *engine)
{
    const struct rl_operation *operation = &log->operations[index];

    memset(fault, 0, sizeof *fault);
    fault->cycle = cycle;
    (void)snprintf(fault->phase, sizeof fault->phase, "%s", engine->phase_names[operation->phase]);
    fault->kind = (rl_kind)operation->kind;
    fault->region = operation->region;
    for (size_t i = 0; i <= index; i++) {
        fault->count += same_place(&log->operations[i], operation);
    }
}

void rl_fault_describe(struct rl_fault *fault, uint32_t cycle, const struct rl_log *log,
                       size_t index, const struct relight_engine *engine,
                       const struct rl_outcome *outcome, const struct relight_geometry *geometry)
{
    describe_place(fault, cycle, log, index, engine);
    rl_outcome_format(outcome, geometry, fault->outcome, sizeof fault->outcome);
}

void rl_fault_describe_injection(struct rl_fault *fault, uint32_t cycle, const struct rl_log *log,
                                 size_t index, const struct relight_engine *engine,
                                 const struct rl_injection *injection)
{
    describe_place(fault, cycle, log, index, engine);
    rl_injection_format(injection, fault->outcome, sizeof fault->outcome);
}

bool rl_fault_injection(const struct rl_fault *fault, struct rl_injection *injection)
{
    return rl_injection_parse(fault->outcome, injection);
}

size_t rl_fault_locate(const struct rl_fault *fault, const struct rl_log *log,
                       const struct relight_engine *engine)
{
    uint64_t count = 0;

    for (size_t i = 0; i < log->count; i++) {
        const struct rl_operation *operation = &log->operations[i];

        if (operation->kind == fault->kind && operation->region == fault->region &&
            strcmp(engine->phase_names[operation->phase], fault->phase) == 0 &&
            ++count == fault->count) {
            return i;
        }
    }
    return log->count;
}

void rl_token_format(const struct rl_token *token, char *text, size_t size)
{
    size_t used = (size_t)snprintf(text, size, "%s%s%s", token->plan,
                                   token->cell[0] == '\0' ? "" : "/", token->cell);

    for (uint32_t i = 0; i < token->fault_count && used < size; i++) {
        const struct rl_fault *fault = &token->faults[i];

        used +=
            (size_t)snprintf(text + used, size - used, " %u:%s:%s@%s#%llu=%s", fault->cycle,
                             fault->phase, rl_kind_name(fault->kind), rl_region_name(fault->region),
                             (unsigned long long)fault->count, fault->outcome);
    }
    if (used < size) {
        (void)snprintf(text + used, size - used, " #%08x.%08x", token->plan_digest,
                       token->engine_digest);
    }
}

static bool fail(char *error, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool fail(char *error, size_t size, const char *format, ...)
{
    char what[160];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    (void)snprintf(error, size,
                   "not a token: %s; expected PLAN[/CELL] [CYCLE:PHASE:KIND@REGION#COUNT=OUTCOME] "
                   "#PLAN.ENGINE, as a campaign prints it",
                   what);
    return false;
}

/* Copies what stands before one of `stops` at *at, of `allowed` characters, and moves past it. */
static bool take(const char **at, const char *allowed, const char *stops, char *word, size_t size)
{
    size_t length = strspn(*at, allowed);

    if (length == 0 || length >= size || strchr(stops, (*at)[length]) == NULL) {
        return false;
    }
    memcpy(word, *at, length);
    word[length] = '\0';
    *at += length;
    return true;
}

#define LOWER  "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

static bool take_number(const char **at, char stop, uint64_t most, uint64_t *number)
{
    char digits[20];
    char stops[2] = {stop, '\0'};

    if (!take(at, DIGITS, stops, digits, sizeof digits) || **at != stop ||
        (digits[0] == '0' && digits[1] != '\0')) {
        return false;
    }
    (*at)++;
    *number = strtoull(digits, NULL, 10);
    return *number > 0 && *number <= most;
}

static bool take_stop(const char **at, char stop)
{
    return *(*at)++ == stop;
}

/* PHASE:KIND@REGION#COUNT, up to `stop`, and past it. */
static bool parse_place(const char **at, char stop, struct rl_fault *fault)
{
    char word[24];

    if (!take(at, LOWER DIGITS "-_", ":", fault->phase, sizeof fault->phase) ||
        !take_stop(at, ':') || !take(at, LOWER "-", "@", word, sizeof word) ||
        !take_stop(at, '@')) {
        return false;
    }
    fault->kind = rl_kind_find(word);
    if (fault->kind == RL_KIND_COUNT ||
        !take(at, LOWER "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "#", word, sizeof word) ||
        !take_stop(at, '#')) {
        return false;
    }
    fault->region = rl_region_find(word);
    return fault->region != RL_REGION_COUNT && take_number(at, stop, UINT32_MAX, &fault->count);
}

bool rl_fault_parse_place(const char *text, struct rl_fault *place)
{
    memset(place, 0, sizeof *place);
    return parse_place(&text, '\0', place);
}

static bool parse_fault(const char **at, struct rl_fault *fault)
{
    uint64_t number;

    memset(fault, 0, sizeof *fault);
    if (!take_number(at, ':', RL_TOKEN_FAULTS, &number)) {
        return false;
    }
    fault->cycle = (uint32_t)number;
    return parse_place(at, '=', fault) && take(at, LOWER DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZ/:+~,.-",
                                               " ", fault->outcome, sizeof fault->outcome);
}

/* Whether the power cycle of the fault that was read last is right: an injection goes on in the
 * same one, a cut or a reset leads to the next. */
static bool follows(const struct rl_token *token)
{
    const struct rl_fault *fault = &token->faults[token->fault_count];
    struct rl_injection injection;
    uint32_t cycle = 1;

    if (token->fault_count > 0) {
        cycle = fault[-1].cycle + !rl_fault_injection(&fault[-1], &injection);
    }
    return fault->cycle == cycle;
}

static bool parse_digests(const char *at, struct rl_token *token)
{
    char plan[9];
    char engine[9];

    if (!take(&at, DIGITS "abcdef", ".", plan, sizeof plan) || !take_stop(&at, '.') ||
        strlen(plan) != 8 || strlen(at) != 8 || strspn(at, DIGITS "abcdef") != 8) {
        return false;
    }
    memcpy(engine, at, sizeof engine);
    token->plan_digest = (uint32_t)strtoul(plan, NULL, 16);
    token->engine_digest = (uint32_t)strtoul(engine, NULL, 16);
    return true;
}

/* More than a board takes: none of them may be dropped in silence. */
static bool too_many_injections(const struct rl_token *token)
{
    struct rl_injection injection;
    uint32_t count = 0;

    for (uint32_t i = 0; i < token->fault_count; i++) {
        count += rl_fault_injection(&token->faults[i], &injection);
    }
    return count > RL_INJECTOR_MAX;
}

static bool parse_faults(const char **at, struct rl_token *token, char *error, size_t error_size)
{
    while (**at == ' ' && (*at)[1] != '#') {
        (*at)++;
        if (token->fault_count == RL_TOKEN_FAULTS) {
            return fail(error, error_size, "it has more than %u faults", RL_TOKEN_FAULTS);
        }
        if (!parse_fault(at, &token->faults[token->fault_count]) || !follows(token)) {
            return fail(error, error_size, "fault %u is malformed", token->fault_count + 1u);
        }
        token->fault_count++;
    }
    if (too_many_injections(token)) {
        return fail(error, error_size, "more than %u of its faults are injections",
                    RL_INJECTOR_MAX);
    }
    return true;
}

bool rl_token_parse(const char *text, struct rl_token *token, char *error, size_t error_size)
{
    const char *at = text;

    memset(token, 0, sizeof *token);
    if (strlen(text) >= RL_TOKEN_SIZE) {
        return fail(error, error_size, "it is longer than %u characters", RL_TOKEN_SIZE - 1u);
    }
    if (!take(&at, LOWER DIGITS "-", "/ ", token->plan, sizeof token->plan)) {
        return fail(error, error_size, "it does not begin with a plan's name");
    }
    if (*at == '/') {
        at++;
        if (!take(&at, LOWER DIGITS "-=/", " ", token->cell, sizeof token->cell)) {
            return fail(error, error_size, "the cell after the plan's name is malformed");
        }
    }
    if (!parse_faults(&at, token, error, error_size)) {
        return false;
    }
    token->golden = *at == '\0' && token->fault_count == 0 && token->cell[0] != '\0';
    if (token->golden) {
        return true;
    }
    if (strncmp(at, " #", 2) != 0 || !parse_digests(at + 2, token)) {
        return fail(error, error_size, "it does not end in ' #', 8 hex digits, '.', 8 hex digits");
    }
    return true;
}

bool rl_token_plan(const char *token, char *name, size_t name_size)
{
    struct rl_token parsed;
    char error[512];

    if (!rl_token_parse(token, &parsed, error, sizeof error)) {
        return false;
    }
    return (size_t)snprintf(name, name_size, "%s", parsed.plan) < name_size;
}
