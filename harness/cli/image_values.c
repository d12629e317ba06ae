/* Values of the options of `relight image`. */
#include "cli/image.h"

#include <stddef.h>

/* Value of a digit, or 16. */
static uint32_t digit_value(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return (uint32_t)(digit - '0');
    }
    if (digit >= 'a' && digit <= 'f') {
        return (uint32_t)(digit - 'a') + 10u;
    }
    if (digit >= 'A' && digit <= 'F') {
        return (uint32_t)(digit - 'A') + 10u;
    }
    return 16;
}

/* Reads digits of `base` up to the first other character, and moves *text there. False when there
 * is none, or when the number is above `most`. */
static bool read_digits(const char **text, uint32_t base, uint32_t most, uint32_t *value)
{
    const char *start = *text;
    uint64_t sum = 0;

    while (digit_value(**text) < base) {
        sum = sum * base + digit_value(**text);
        if (sum > most) {
            return false;
        }
        (*text)++;
    }
    *value = (uint32_t)sum;
    return *text != start;
}

bool rl_value_number(const char *text, uint32_t *value)
{
    bool hexadecimal = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');

    if (hexadecimal) {
        text += 2;
    }
    return read_digits(&text, hexadecimal ? 16 : 10, UINT32_MAX, value) && *text == '\0';
}

bool rl_value_size(const char *text, uint32_t *value)
{
    uint32_t unit = 0;

    if (rl_value_number(text, value)) {
        return true;
    }
    if (!read_digits(&text, 10, UINT32_MAX, value)) {
        return false;
    }
    if (*text == 'K') {
        unit = 1024;
    } else if (*text == 'M') {
        unit = 1024u * 1024u;
    }
    if (unit == 0 || text[1] != '\0' || *value > UINT32_MAX / unit) {
        return false;
    }
    *value *= unit;
    return true;
}

bool rl_value_version(const char *text, uint32_t *value)
{
    uint32_t major, minor, patch;

    if (!read_digits(&text, 10, 255, &major) || *text++ != '.' ||
        !read_digits(&text, 10, 255, &minor) || *text++ != '.' ||
        !read_digits(&text, 10, 65535, &patch) || *text != '\0') {
        return false;
    }
    *value = major << 24 | minor << 16 | patch;
    return true;
}

/* Room for one number of a value with several. */
#define PART_SIZE 32u

/* Copies the text up to `end` or its own end, and moves *text behind that. False when it is longer
 * than any number. */
static bool take_part(const char **text, char end, char part[PART_SIZE])
{
    size_t length = 0;

    while ((*text)[length] != end && (*text)[length] != '\0') {
        if (length + 1u >= PART_SIZE) {
            return false;
        }
        part[length] = (*text)[length];
        length++;
    }
    part[length] = '\0';
    *text += length;
    if (**text == end) {
        (*text)++;
    }
    return true;
}

bool rl_value_range(const char *text, uint32_t *least, uint32_t *most)
{
    char part[PART_SIZE];

    return take_part(&text, '-', part) && rl_value_number(part, least) &&
           rl_value_number(text, most) && *least <= *most;
}

bool rl_value_extent(const char *text, struct rl_extent *extent)
{
    char part[PART_SIZE];

    extent->place = 0;
    if (!take_part(&text, '@', part) || !rl_value_size(part, &extent->size) || extent->size == 0) {
        return false;
    }
    return text[-1] == '@' ? rl_value_size(text, &extent->place) && extent->place > 0
                           : *text == '\0';
}

bool rl_value_configuration(const char *text, struct rl_configuration *configuration)
{
    char part[PART_SIZE];
    uint32_t seed = 0;

    if (!take_part(&text, ':', part) || !rl_value_number(part, &configuration->level) ||
        !take_part(&text, ':', part) || !rl_value_size(part, &configuration->size) ||
        (text[-1] == ':' && !rl_value_number(text, &seed))) {
        return false;
    }
    configuration->seed = seed;
    return configuration->level > 0 && configuration->size > 0;
}

uint32_t rl_value_words(const char *text, const struct rl_word_list *words, uint8_t *indexes)
{
    uint32_t count = 0, seen = 0;

    for (const char *end = text;; end++) {
        uint32_t index;

        if (*end != ',' && *end != '\0') {
            continue;
        }
        index = rl_words_find(words, text, (size_t)(end - text));
        if (index == words->count || (seen >> index & 1u) != 0) {
            return 0;
        }
        seen |= 1u << index;
        indexes[count++] = (uint8_t)index;
        if (*end == '\0') {
            return count;
        }
        text = end + 1;
    }
}
