#include "explore/timeline.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

void rl_text_add(struct rl_text *text, const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) {
        return;
    }
    if (text->length + (size_t)length + 1u > text->room) {
        text->room = (text->length + (size_t)length + 1u) * 2u;
        text->bytes = rl_realloc(text->bytes, text->room);
    }
    va_start(arguments, format);
    (void)vsnprintf(text->bytes + text->length, (size_t)length + 1u, format, arguments);
    va_end(arguments);
    text->length += (size_t)length;
}

/* The longest sequence of operations that is looked for as one that repeats. */
#define PERIOD_MAX 64u

static bool alike(const struct rl_operation *a, const struct rl_operation *b)
{
    return a->kind == b->kind && a->region == b->region && a->phase == b->phase &&
           a->result == b->result && a->size == b->size &&
           (a->value == b->value || a->kind == RL_KIND_RECEIVE || a->kind == RL_KIND_COPY ||
            a->kind == RL_KIND_PROGRAM);
}

/* How often the `period` operations from `first` on follow each other before `end`. */
static size_t repeats(const struct rl_log *log, size_t first, size_t end, size_t period)
{
    size_t at = first + period;

    while (at < end && alike(&log->operations[at], &log->operations[at - period])) {
        at++;
    }
    return (at - first) / period;
}

/* The period that tells most operations at once; *times is how often it repeats. */
static size_t best_period(const struct rl_log *log, size_t first, size_t end, size_t *times)
{
    size_t best = 1;

    *times = repeats(log, first, end, 1);
    for (size_t period = 2; period <= PERIOD_MAX && first + period < end; period++) {
        size_t count = repeats(log, first, end, period);

        if (count >= 3 && count * period > *times * best) {
            best = period;
            *times = count;
        }
    }
    return best;
}

/* What an operation answered or did, where that matters to a reader. */
static const char *remark(const struct rl_operation *operation)
{
    static const char *const results[] = {"", "failed", "uncorrectable ECC error", "out of range",
                                          "no sender"};
    static const char *const modules[] = {"module update", "module bootstrap", "module init"};
    static const char *const prepared[] = {"registers", "buffers", "caches"};

    if (operation->result != RELIGHT_OK) {
        return results[operation->result];
    }
    switch (operation->kind) {
    case RL_KIND_BLANK:
        return operation->value ? "blank" : "not blank";
    case RL_KIND_COMPARE:
        return operation->value ? "equal" : "not equal";
    case RL_KIND_DIGEST:
        return operation->value ? "as expected" : "not as expected";
    case RL_KIND_SIGNATURE:
        return operation->value ? "good" : "bad";
    case RL_KIND_EXECUTE:
        return modules[operation->value < 3u ? operation->value : 0];
    case RL_KIND_INIT:
        return operation->value ? "fast" : "standard";
    case RL_KIND_PREPARE:
        return prepared[operation->value < 3u ? operation->value : 0];
    case RL_KIND_IO:
        return operation->value ? "processed" : "held";
    case RL_KIND_LIGHT:
        return operation->value ? "on" : "off";
    default:
        return "";
    }
}

static void add_line(struct rl_text *text, const struct rl_scene *scene, const struct rl_log *log,
                     size_t first, size_t count, const char *indent)
{
    const struct rl_operation *from = &log->operations[first];
    const struct rl_operation *to = &log->operations[first + count - 1u];
    const char *what = remark(from);
    char numbers[48];
    char place[64];
    char times[32] = "";

    if (count == 1) {
        (void)snprintf(numbers, sizeof numbers, "#%zu", first + 1u);
    } else {
        (void)snprintf(numbers, sizeof numbers, "#%zu-%zu", first + 1u, first + count);
        (void)snprintf(times, sizeof times, ", %zu times", count);
    }
    if (from->kind == RL_KIND_INIT) {
        (void)snprintf(place, sizeof place, "step %u", from->address);
    } else if (from->region == RL_REGION_PORT) {
        place[0] = '\0';
    } else {
        (void)snprintf(place, sizeof place, "%s+0x%x, %u B", rl_region_name(from->region),
                       from->address - rl_region_address(&scene->device.geometry, from->region),
                       from->size);
    }
    rl_text_add(text, "  %10.3f ms  %-13s %s%-8s %-11s %s%s%s%s\n", (double)to->time_ns * 1e-6,
                numbers, indent, scene->engine->phase_names[from->phase],
                rl_kind_name((rl_kind)from->kind), place, times,
                what[0] == '\0' || (place[0] == '\0' && count == 1) ? "" : ": ", what);
}

/* The smallest line that holds a sequence once, and says how often it comes. */
static void add_sequence(struct rl_text *text, const struct rl_scene *scene,
                         const struct rl_log *log, size_t first, size_t period, size_t times)
{
    size_t end = first + period;
    char numbers[48];

    (void)snprintf(numbers, sizeof numbers, "#%zu-%zu", first + 1u, first + period * times);
    rl_text_add(text, "  %10.3f ms  %-13s %zu times, until %.3f ms; the first time:\n",
                (double)log->operations[first].time_ns * 1e-6, numbers, times,
                (double)log->operations[first + period * times - 1u].time_ns * 1e-6);
    while (first < end) {
        size_t count = repeats(log, first, end, 1);
        size_t pairs = repeats(log, first, end, 2);

        if (count == 1 && pairs >= 3) {
            for (size_t i = 0; i < 2; i++) {
                add_line(text, scene, log, first + i, 1, "| ");
            }
            rl_text_add(text, "                              | and so on, %zu pairs\n", pairs);
            first += 2u * pairs;
        } else {
            add_line(text, scene, log, first, count, "| ");
            first += count;
        }
    }
}

void rl_timeline_operations(struct rl_text *text, const struct rl_scene *scene,
                            const struct rl_log *log, size_t first, size_t end, size_t plain)
{
    size_t grouped = end - first > plain ? end - plain : first;

    while (first < end) {
        size_t times = 1;
        size_t period = first < grouped ? best_period(log, first, grouped, &times) : 1;

        if (period == 1) {
            add_line(text, scene, log, first, times, "");
        } else {
            add_sequence(text, scene, log, first, period, times);
        }
        first += period * times;
    }
}
