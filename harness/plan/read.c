/* Typed reading of YAML nodes. */
#include "plan/read.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "plan/loader.h"
#include "plan/suggest.h"

#define NAME_MAX_SIZE 64u

static const char *kind_name(const struct rl_yaml *node)
{
    static const char *const names[] = {"a single value", "a list", "a mapping"};
    return names[node->kind];
}

static bool is_scalar(struct rl_loader *loader, const struct rl_yaml *value, const char *expected)
{
    if (value->kind != RL_YAML_SCALAR) {
        return rl_fail(loader, value, "expected %s, found %s", expected, kind_name(value));
    }
    return true;
}

static const char *row_key(const void *rows, unsigned index)
{
    return ((const struct rl_field *)rows)[index].key;
}

static const char *called(const void *names, unsigned index)
{
    return (*(rl_names *const *)names)(index);
}

static bool unknown(struct rl_loader *loader, const struct rl_yaml *where, const char *what,
                    const struct rl_words *words)
{
    char hint[RL_HINT_SIZE];
    rl_suggest(words, where->text, hint);
    return rl_fail(loader, where, "unknown %s \"%.40s\"; %s", what, where->text, hint);
}

bool rl_read_map(struct rl_loader *loader, const struct rl_yaml *map, const char *what,
                 const struct rl_field *fields, size_t count, void *target)
{
    if (map->kind != RL_YAML_MAP) {
        return rl_fail(loader, map, "expected a mapping for the %s, found %s", what,
                       kind_name(map));
    }
    for (uint32_t i = 0; i + 1 < map->count; i += 2) {
        const struct rl_yaml *key = map->items[i];
        size_t row = 0;
        while (row < count && strcmp(fields[row].key, key->text) != 0) {
            row++;
        }
        if (row == count) {
            char kind[64];
            snprintf(kind, sizeof kind, "key in the %s:", what);
            struct rl_words words = {row_key, fields, (unsigned)count};
            return unknown(loader, key, kind, &words);
        }
        if (!fields[row].read(loader, map->items[i + 1], &fields[row], target)) {
            return false;
        }
    }
    return true;
}

/* Decimal digits without sign, leading zeros or anything after; *end is the first other byte. */
static bool digits(const char *text, uint64_t *number, const char **end)
{
    uint64_t value = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9'; at++) {
        unsigned digit = (unsigned)(*at - '0');
        if (value > (UINT64_MAX - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *number = value;
    *end = at;
    return at != text && (text[0] != '0' || at == text + 1);
}

static bool number(struct rl_loader *loader, const struct rl_yaml *value,
                   const struct rl_field *field, uint64_t *result)
{
    char expected[80];
    const char *end = "";
    snprintf(expected, sizeof expected, "a number from %" PRIu64 " to %" PRIu64, field->least,
             field->most);
    if (!is_scalar(loader, value, expected)) {
        return false;
    }
    if (!value->plain || !digits(value->text, result, &end) || *end != '\0' ||
        *result < field->least || *result > field->most) {
        return rl_fail(loader, value, "%s is \"%.40s\"; expected %s", field->key, value->text,
                       expected);
    }
    return true;
}

bool rl_read_u32(struct rl_loader *loader, const struct rl_yaml *value,
                 const struct rl_field *field, void *target)
{
    uint64_t result = 0;
    if (!number(loader, value, field, &result)) {
        return false;
    }
    uint32_t narrow = (uint32_t)result;
    memcpy((char *)target + field->offset, &narrow, sizeof narrow);
    return true;
}

bool rl_read_u64(struct rl_loader *loader, const struct rl_yaml *value,
                 const struct rl_field *field, void *target)
{
    uint64_t result = 0;
    if (!number(loader, value, field, &result)) {
        return false;
    }
    memcpy((char *)target + field->offset, &result, sizeof result);
    return true;
}

/* Shows a size the way plans write it. */
static const char *size_text(uint64_t bytes, char text[24])
{
    if (bytes >= 1048576 && bytes % 1048576 == 0) {
        snprintf(text, 24, "%" PRIu64 "M", bytes / 1048576);
    } else if (bytes >= 1024 && bytes % 1024 == 0) {
        snprintf(text, 24, "%" PRIu64 "K", bytes / 1024);
    } else {
        snprintf(text, 24, "%" PRIu64, bytes);
    }
    return text;
}

struct unit {
    const char *name;
    uint64_t factor;
};

/* A number with one of the units behind it, times the unit's factor. */
static bool parse_with_unit(const char *text, const struct unit *units, size_t count,
                            uint64_t *result)
{
    const char *end = text;
    uint64_t number = 0;
    if (!digits(text, &number, &end)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(end, units[i].name) == 0 && number <= UINT64_MAX / units[i].factor) {
            *result = number * units[i].factor;
            return true;
        }
    }
    return false;
}

static bool parse_size(const char *text, uint64_t *bytes)
{
    static const struct unit units[] = {
        {"", 1}, {"K", 1024}, {"KiB", 1024}, {"M", 1048576}, {"MiB", 1048576}};
    return parse_with_unit(text, units, sizeof units / sizeof units[0], bytes);
}

static bool size(struct rl_loader *loader, const struct rl_yaml *value,
                 const struct rl_field *field, uint64_t *result)
{
    char expected[120], least[24], most[24], step[24];
    uint64_t bytes = 0;
    int used = snprintf(expected, sizeof expected, "a size from %s to %s",
                        size_text(field->least, least), size_text(field->most, most));
    if (field->step > 1 && used > 0) {
        snprintf(expected + used, sizeof expected - (size_t)used, ", a multiple of %s",
                 size_text(field->step, step));
    }
    if (!is_scalar(loader, value, expected)) {
        return false;
    }
    if (!value->plain || !parse_size(value->text, &bytes)) {
        return rl_fail(loader, value,
                       "%s is \"%.40s\"; expected %s, as bytes or with K, KiB, M or MiB",
                       field->key, value->text, expected);
    }
    if (bytes < field->least || bytes > field->most ||
        (field->step > 1 && bytes % field->step != 0)) {
        return rl_fail(loader, value, "%s is %.40s; expected %s", field->key, value->text,
                       expected);
    }
    *result = bytes;
    return true;
}

bool rl_read_size(struct rl_loader *loader, const struct rl_yaml *value,
                  const struct rl_field *field, void *target)
{
    uint64_t bytes = 0;
    if (!size(loader, value, field, &bytes)) {
        return false;
    }
    uint32_t narrow = (uint32_t)bytes;
    memcpy((char *)target + field->offset, &narrow, sizeof narrow);
    return true;
}

bool rl_read_size64(struct rl_loader *loader, const struct rl_yaml *value,
                    const struct rl_field *field, void *target)
{
    uint64_t bytes = 0;
    if (!size(loader, value, field, &bytes)) {
        return false;
    }
    memcpy((char *)target + field->offset, &bytes, sizeof bytes);
    return true;
}

static bool parse_duration(const char *text, uint64_t *ms)
{
    static const struct unit units[] = {{"ms", 1}, {"s", 1000}, {"min", 60000}};
    return parse_with_unit(text, units, sizeof units / sizeof units[0], ms);
}

bool rl_read_duration(struct rl_loader *loader, const struct rl_yaml *value,
                      const struct rl_field *field, void *target)
{
    char expected[120];
    uint64_t ms = 0;
    snprintf(expected, sizeof expected,
             "a duration from %" PRIu64 "ms to %" PRIu64 "s, such as 500ms or 1s", field->least,
             field->most / 1000);
    if (!is_scalar(loader, value, expected)) {
        return false;
    }
    if (!value->plain || !parse_duration(value->text, &ms) || ms < field->least ||
        ms > field->most) {
        return rl_fail(loader, value, "%s is \"%.40s\"; expected %s", field->key, value->text,
                       expected);
    }
    uint32_t narrow = (uint32_t)ms;
    memcpy((char *)target + field->offset, &narrow, sizeof narrow);
    return true;
}

bool rl_read_remark(struct rl_loader *loader, const struct rl_yaml *value,
                    const struct rl_field *field, void *target)
{
    (void)field;
    (void)target;
    return is_scalar(loader, value, "text");
}

bool rl_read_text(struct rl_loader *loader, const struct rl_yaml *value,
                  const struct rl_field *field, void *target)
{
    if (!is_scalar(loader, value, "text")) {
        return false;
    }
    size_t size = strlen(value->text) + 1;
    if (size < 2 || size > field->most) {
        return rl_fail(loader, value, "%s has %zu characters; expected 1 to %" PRIu64, field->key,
                       size - 1, field->most - 1);
    }
    for (const char *at = value->text; *at != '\0'; at++) {
        if ((unsigned char)*at < 0x20) {
            return rl_fail(loader, value, "%s has to be one line", field->key);
        }
    }
    memcpy((char *)target + field->offset, value->text, size);
    return true;
}

bool rl_read_name(struct rl_loader *loader, const struct rl_yaml *value,
                  const struct rl_field *field, void *target)
{
    if (!is_scalar(loader, value, "a name")) {
        return false;
    }
    size_t size = strlen(value->text) + 1;
    if (size < 2 || size > NAME_MAX_SIZE ||
        strspn(value->text, "abcdefghijklmnopqrstuvwxyz0123456789-") + 1 != size) {
        return rl_fail(loader, value,
                       "%s is \"%.64s\"; expected 1 to 63 characters out of a-z, 0-9 and -",
                       field->key, value->text);
    }
    memcpy((char *)target + field->offset, value->text, size);
    return true;
}

bool rl_read_word(struct rl_loader *loader, const struct rl_yaml *value, const char *what,
                  rl_names *names, unsigned *index)
{
    unsigned count = 0;
    char expected[64];
    snprintf(expected, sizeof expected, "a %s", what);
    if (!is_scalar(loader, value, expected)) {
        return false;
    }
    for (; names(count) != NULL; count++) {
        if (strcmp(names(count), value->text) == 0) {
            *index = count;
            return true;
        }
    }
    struct rl_words words = {called, &names, count};
    return unknown(loader, value, what, &words);
}

bool rl_read_flag(struct rl_loader *loader, const struct rl_yaml *value,
                  const struct rl_field *field, rl_names *names, void *target)
{
    unsigned index = 0;
    if (!rl_read_word(loader, value, field->key, names, &index)) {
        return false;
    }
    *(bool *)((char *)target + field->offset) = index != 0;
    return true;
}

bool rl_read_words(struct rl_loader *loader, const struct rl_yaml *value, const char *what,
                   rl_names *names, unsigned *indices, unsigned limit, unsigned *count)
{
    if (value->kind != RL_YAML_LIST || value->count == 0) {
        return rl_fail(loader, value, "expected a list such as [%s], found %s", names(0),
                       value->kind == RL_YAML_LIST ? "an empty one" : kind_name(value));
    }
    *count = 0;
    for (uint32_t i = 0; i < value->count; i++) {
        unsigned index = 0;
        if (!rl_read_word(loader, value->items[i], what, names, &index)) {
            return false;
        }
        for (unsigned k = 0; k < *count; k++) {
            if (indices[k] == index) {
                return rl_fail(loader, value->items[i], "%s \"%s\" is listed twice", what,
                               names(index));
            }
        }
        if (*count == limit) {
            return rl_fail(loader, value->items[i], "more than %u in this list", limit);
        }
        indices[(*count)++] = index;
    }
    return true;
}

bool rl_read_mask(struct rl_loader *loader, const struct rl_yaml *value, const char *what,
                  rl_names *names, uint32_t *mask)
{
    unsigned indices[32];
    unsigned count = 0;
    if (!rl_read_words(loader, value, what, names, indices, 32, &count)) {
        return false;
    }
    *mask = 0;
    for (unsigned i = 0; i < count; i++) {
        *mask |= 1u << indices[i];
    }
    return true;
}
