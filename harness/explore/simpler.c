#include "explore/simpler.h"

#include <stdio.h>
#include <string.h>

/* What faults are made simpler from. */
struct from {
    const struct rl_fault *fault;
    const struct rl_cell *cell;
    const struct relight_geometry *geometry;
    struct rl_simpler *to;
};

static bool may_be(const struct from *from, rl_class fault_class, rl_class own)
{
    return fault_class == own || rl_class_in(&from->cell->classes, fault_class);
}

static struct rl_fault *add(struct rl_simpler *to, const struct rl_fault *fault)
{
    if (to->count == RL_SIMPLER_MAX) {
        return NULL;
    }
    to->faults[to->count] = *fault;
    return &to->faults[to->count++];
}

static void add_outcome(const struct from *from, const struct rl_outcome *own,
                        const struct rl_outcome *outcome)
{
    char text[sizeof from->fault->outcome];
    struct rl_fault *fault;

    rl_outcome_format(outcome, from->geometry, text, sizeof text);
    if (strcmp(text, from->fault->outcome) == 0 ||
        !may_be(from, rl_outcome_class(outcome), rl_outcome_class(own))) {
        return;
    }
    fault = add(from->to, from->fault);
    if (fault != NULL) {
        memcpy(fault->outcome, text, sizeof text);
    }
}

/* Numbers below `number`, each half-way nearer to it: 0, then, from a half on, up to number - 1. */
static uint64_t nearer(uint64_t number, uint64_t last)
{
    return last + (number - last + 1u) / 2u;
}

/* A cut instead of a reset, and dirty lines that are all kept. */
static void add_events(const struct from *from, const struct rl_outcome *own)
{
    struct rl_outcome outcome = *own;

    if (own->reset) {
        outcome.reset = false;
        if (from->cell->memory != RL_MEMORY_BATTERY) {
            outcome.lines = RL_LINES_GONE;
        }
        add_outcome(from, own, &outcome);
    }
    outcome = *own;
    if (own->lines == RL_LINES_LOST || rl_outcome_names_lines(own)) {
        outcome.lines = RL_LINES_KEPT;
        add_outcome(from, own, &outcome);
    }
    if (own->lines == RL_LINES_LOST_BUT) {
        outcome.lines = RL_LINES_LOST;
        add_outcome(from, own, &outcome);
    }
}

/* Not in the middle of the operation; or with less of it. */
static void add_landings(const struct from *from, const struct rl_outcome *own)
{
    struct rl_outcome outcome = *own;

    outcome.part = 0;
    outcome.parts = 1;
    if (own->landing != RL_LANDING_BEFORE) {
        outcome.landing = RL_LANDING_BEFORE;
        add_outcome(from, own, &outcome);
    }
    if (own->landing > RL_LANDING_AFTER) {
        outcome.landing = RL_LANDING_AFTER;
        add_outcome(from, own, &outcome);
    }
    outcome = *own;
    for (uint64_t part = 0; part < own->part; part = nearer(own->part, part)) {
        outcome.part = (uint32_t)part;
        add_outcome(from, own, &outcome);
    }
}

/* The outcome with lines [first, first + size) as all others are. */
static void add_without_lines(const struct from *from, const struct rl_outcome *own, uint32_t first,
                              uint32_t size)
{
    struct rl_line lines[RL_LINES_MAX];
    uint32_t count = rl_outcome_lines(own, lines);
    struct rl_outcome outcome = *own;

    memmove(&lines[first], &lines[first + size], (count - first - size) * sizeof lines[0]);
    rl_outcome_set_lines(&outcome, own->lines == RL_LINES_KEPT_BUT, lines, count - size);
    add_outcome(from, own, &outcome);
}

/* Fewer lines that are not as all others are, and fewer of the stores that were made to them. */
static void add_lines(const struct from *from, const struct rl_outcome *own)
{
    struct rl_line lines[RL_LINES_MAX];
    uint32_t count = rl_outcome_lines(own, lines);
    struct rl_outcome outcome = *own;

    for (uint32_t size = count / 2u; size > 0; size /= 2u) {
        for (uint32_t first = 0; first + size <= count; first += size) {
            add_without_lines(from, own, first, size);
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t whole = lines[i].prefix;

        for (uint64_t prefix = 0; prefix < whole; prefix = nearer(whole, prefix)) {
            lines[i].prefix = (uint32_t)prefix;
            rl_outcome_set_lines(&outcome, own->lines == RL_LINES_KEPT_BUT, lines, count);
            add_outcome(from, own, &outcome);
        }
        lines[i].prefix = whole;
    }
}

static void add_injection(const struct from *from, const struct rl_injection *injection)
{
    struct rl_fault *fault = add(from->to, from->fault);

    if (fault != NULL) {
        rl_injection_format(injection, fault->outcome, sizeof fault->outcome);
    }
}

/* One that lasts shorter, less often, or shows by a status. Variants stay: none of them is simpler
 * than another. */
static void add_injections(const struct from *from, const struct rl_injection *own)
{
    const struct rl_injector *injector = rl_injector_of(own->fault_class);
    struct rl_injection injection = *own;

    if (injector == NULL) {
        return;
    }
    injection.times = 0;
    for (unsigned lasts = 0; lasts < own->lasts; lasts++) {
        if (lasts != RL_LASTS_TIMES && (injector->lasts >> lasts & 1u) != 0) {
            injection.lasts = (rl_lasts)lasts;
            add_injection(from, &injection);
        }
    }
    injection = *own;
    for (uint64_t times = 2; own->lasts == RL_LASTS_TIMES && times < own->times;
         times = nearer(own->times, times)) {
        injection.times = (uint32_t)times;
        add_injection(from, &injection);
    }
    injection = *own;
    if (own->shows != RL_SHOWS_STATUS && (injector->shows >> RL_SHOWS_STATUS & 1u) != 0) {
        injection.shows = RL_SHOWS_STATUS;
        add_injection(from, &injection);
    }
}

void rl_simpler_faults(const struct rl_fault *fault, const struct rl_cell *cell,
                       const struct relight_geometry *geometry, struct rl_simpler *simpler)
{
    struct from from = {fault, cell, geometry, simpler};
    struct rl_injection injection;
    struct rl_outcome outcome;

    simpler->count = 0;
    if (rl_fault_injection(fault, &injection)) {
        add_injections(&from, &injection);
    } else if (rl_outcome_parse(fault->outcome, geometry, cell->memory == RL_MEMORY_BATTERY,
                                &outcome)) {
        add_events(&from, &outcome);
        add_landings(&from, &outcome);
        if (rl_outcome_names_lines(&outcome)) {
            add_lines(&from, &outcome);
        }
    }
}

void rl_simpler_earlier(const struct rl_fault *fault, struct rl_simpler *simpler)
{
    simpler->count = 0;
    for (uint64_t count = 1; count < fault->count; count = nearer(fault->count, count)) {
        struct rl_fault *earlier = add(simpler, fault);

        if (earlier != NULL) {
            earlier->count = count;
        }
    }
}
