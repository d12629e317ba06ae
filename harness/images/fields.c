#include "images/fields.h"

#include <stdio.h>
#include <string.h>

#include "fastload/image.h"

#define COUNT(array)  (sizeof(array) / sizeof((array)[0]))
#define SEGMENT_PARTS 5u

/* Offsets as docs/image-format.md has them. */
static const struct rl_image_field header[] = {
    {"magic", RL_FIELD_BYTES, 0x00, 8, 0, 0, true},
    {"format", RL_FIELD_RANGE, 0x08, 4, 2, 2, true},
    {"total-size", RL_FIELD_UNITS, 0x0C, 4, 1536, 0, true},
    {"segment-count", RL_FIELD_RANGE, 0x10, 4, 2, 8, true},
    {"version", RL_FIELD_NUMBER, 0x14, 4, 0, 0, true},
    {"level", RL_FIELD_NUMBER, 0x18, 4, 0, 0, true},
    {"capabilities", RL_FIELD_NUMBER, 0x1C, 4, 0, 0, true},
    {"data-format", RL_FIELD_NUMBER, 0x20, 4, 0, 0, true},
    {"init-requires", RL_FIELD_NUMBER, 0x24, 4, 0, 0, true},
    {"hardware-min", RL_FIELD_NUMBER, 0x28, 4, 0, 0, true},
    {"security-counter", RL_FIELD_NUMBER, 0x2C, 4, 0, 0, true},
    {"start-address", RL_FIELD_NUMBER, 0x30, 4, 0, 0, true},
    {"bootstrap", RL_FIELD_UNITS, 0x34, 4, 0, 0, true},
    {"update.offset", RL_FIELD_UNITS, 0x38, 4, 0, 0, true},
    {"update.size", RL_FIELD_UNITS, 0x3C, 4, 0, 0, true},
    {"bootstrap.offset", RL_FIELD_UNITS, 0x40, 4, 0, 0, true},
    {"bootstrap.size", RL_FIELD_UNITS, 0x44, 4, 0, 0, true},
    {"init.offset", RL_FIELD_UNITS, 0x48, 4, 0, 0, true},
    {"init.size", RL_FIELD_UNITS, 0x4C, 4, 0, 0, true},
    {"name", RL_FIELD_BYTES, 0x50, 32, 0, 0, true},
    {"data-reads-min", RL_FIELD_NUMBER, 0x70, 4, 0, 0, true},
    {"data-reads-max", RL_FIELD_NUMBER, 0x74, 4, 0, 0, true},
    {"level-min", RL_FIELD_NUMBER, 0x78, 4, 0, 0, true},
    {"pla-level", RL_FIELD_LEVEL, 0x7C, 4, 0, 0, true},
    {"phy-level", RL_FIELD_LEVEL, 0x80, 4, 0, 0, true},
    {"init-fast", RL_FIELD_MASK, 0x84, 4, 0, 0xE, true},
    {"init-order", RL_FIELD_ORDER, 0x88, 4, 0, 0, true},
    {"prepares", RL_FIELD_MASK, 0x8C, 4, 0, 7, true},
    {"reserved", RL_FIELD_BYTES, 0x90, 108, 0, 0, true},
    {"crc", RL_FIELD_BYTES, 0xFC, 4, 0, 0, true},
};

/* Of each entry of the segment table, from its start. */
static const struct rl_image_field entry[SEGMENT_PARTS] = {
    {"type", RL_FIELD_RANGE, 0x00, 4, 1, 4, true},
    {"offset", RL_FIELD_UNITS, 0x04, 4, 0, 0, true},
    {"size", RL_FIELD_UNITS, 0x08, 4, 0, 0, true},
    {"place", RL_FIELD_UNITS, 0x0C, 4, 0x400, 0, true},
    {"digest", RL_FIELD_BYTES, 0x10, 32, 0, 0, true},
};

static const struct rl_image_field rest[] = {
    {"signature", RL_FIELD_BYTES, 0x280, 64, 0, 0, false},
    {"reserved-area", RL_FIELD_BYTES, 0x2C0, 64, 0, 0, false},
    {"key-slot", RL_FIELD_BYTES, 0x300, 256, 0, 0, false},
};

_Static_assert(COUNT(header) + FL_SEGMENT_MAX * SEGMENT_PARTS + COUNT(rest) == RL_IMAGE_FIELDS,
               "all fields have numbers");
_Static_assert(FL_H_RESERVED == 0x90 && FL_SIGNATURE == 0x280 && FL_KEY_SLOT == 0x300,
               "the format's offsets");

struct rl_image_field rl_image_field(uint32_t number)
{
    uint32_t in_table = number - (uint32_t)COUNT(header);
    struct rl_image_field field;

    if (number < COUNT(header)) {
        return header[number];
    }
    if (in_table >= FL_SEGMENT_MAX * SEGMENT_PARTS) {
        return rest[in_table - FL_SEGMENT_MAX * SEGMENT_PARTS];
    }
    field = entry[in_table % SEGMENT_PARTS];
    (void)snprintf(field.name, sizeof field.name, "segment%u.%s", in_table / SEGMENT_PARTS,
                   entry[in_table % SEGMENT_PARTS].name);
    field.offset += FL_SEGMENT_TABLE + in_table / SEGMENT_PARTS * FL_SEGMENT_ENTRY_SIZE;
    return field;
}

bool rl_image_field_find(const char *name, struct rl_image_field *field)
{
    for (uint32_t i = 0; i < RL_IMAGE_FIELDS; i++) {
        *field = rl_image_field(i);
        if (strcmp(field->name, name) == 0) {
            return true;
        }
    }
    return false;
}

struct values {
    uint32_t now, count;
    uint32_t *list;
};

/* Keeps the list ascending, and each value in it once. */
static void add(struct values *values, uint64_t value)
{
    uint32_t at = 0;

    if (value > UINT32_MAX || value == values->now || values->count == RL_FIELD_VALUES) {
        return;
    }
    while (at < values->count && values->list[at] < value) {
        at++;
    }
    if (at < values->count && values->list[at] == value) {
        return;
    }
    memmove(values->list + at + 1u, values->list + at, (values->count - at) * sizeof *values->list);
    values->list[at] = (uint32_t)value;
    values->count++;
}

static void add_bounds(const struct rl_image_field *field, struct values *values)
{
    const uint64_t now = values->now;

    switch (field->rule) {
    case RL_FIELD_RANGE:
        add(values, field->least - 1u);
        add(values, field->least);
        add(values, field->most);
        add(values, field->most + 1u);
        break;
    case RL_FIELD_UNITS:
        add(values, now - FL_IMAGE_UNIT);
        add(values, now + FL_IMAGE_UNIT);
        add(values, now - now % FL_IMAGE_UNIT + 1u);
        add(values, UINT32_MAX - (FL_IMAGE_UNIT - 1u));
        if (field->least > 0) {
            add(values, field->least - FL_IMAGE_UNIT);
            add(values, field->least);
        }
        break;
    case RL_FIELD_MASK:
        add(values, field->most);
        add(values, field->most + 1u);
        add(values, field->most << 1u);
        break;
    case RL_FIELD_ORDER: /* one twice; one beyond; backwards */
        add(values, 0x02020100u);
        add(values, 0x04020100u);
        add(values, 0x00010203u);
        break;
    default:
        break;
    }
}

uint32_t rl_image_field_values(const struct rl_image_field *field, uint32_t now,
                               uint32_t data_format, uint32_t values[RL_FIELD_VALUES])
{
    struct values list = {.now = now};

    list.list = values;
    if (field->rule == RL_FIELD_BYTES) {
        return 0;
    }
    add(&list, 0);
    add(&list, UINT32_MAX);
    add(&list, (uint64_t)now + 1u);
    if (now > 0) {
        add(&list, now - 1u);
    }
    add_bounds(field, &list);
    if (strncmp(field->name, "data-reads", 10) == 0) {
        add(&list, data_format);
        add(&list, (uint64_t)data_format + 1u);
        add(&list, (uint64_t)data_format - 1u);
    }
    return list.count;
}
