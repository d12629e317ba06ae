#include "images/corrupt.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "fastload/image.h"
#include "images/parts.h"

#define COUNT(array)   (sizeof(array) / sizeof((array)[0]))
#define DATA_FORMAT_AT 0x20u
#define TOTAL_SIZE_AT  0x0Cu
#define COUNT_AT       0x10u

static const char *const reseal_names[RL_RESEALS] = {"unsealed", "crc", "signed", "foreign"};

const char *rl_reseal_name(unsigned reseal)
{
    return reseal < RL_RESEALS ? reseal_names[reseal] : NULL;
}

/* ---- the list */

struct builder {
    struct rl_corruptions *to;
    const uint8_t *image;
    size_t size;
    bool reseals;
    bool failed; /* memory ran out */
};

static void add(struct builder *builder, const char *what, rl_distortion change, uint32_t field,
                uint32_t value, rl_reseal reseal)
{
    struct rl_corruptions *to = builder->to;
    struct rl_corruption *corruption;

    if ((reseal == RL_RESEAL_SIGNED && !builder->reseals) || builder->failed) {
        return;
    }
    if (to->count == to->room) {
        struct rl_corruption *more = realloc(to->list, (to->room + 256u) * sizeof *to->list);

        if (more == NULL) {
            builder->failed = true;
            return;
        }
        to->list = more;
        to->room += 256u;
    }
    corruption = &to->list[to->count++];
    *corruption =
        (struct rl_corruption){.change = change, .reseal = reseal, .field = field, .value = value};
    (void)snprintf(corruption->name, sizeof corruption->name, "%.40s%s%s", what,
                   reseal == RL_RESEAL_NOTHING ? "" : ",",
                   reseal == RL_RESEAL_NOTHING ? "" : reseal_names[reseal]);
}

/* Each value of a number with good seals; the first one also with seals that are broken, which does
 * not depend on the value. */
static void add_number(struct builder *builder, uint32_t number, const struct rl_image_field *field)
{
    uint32_t values[RL_FIELD_VALUES];
    uint32_t count = rl_image_field_values(field, fl_get32(builder->image + field->offset),
                                           fl_get32(builder->image + DATA_FORMAT_AT), values);

    for (uint32_t i = 0; i < count; i++) {
        char name[48];

        (void)snprintf(name, sizeof name, "%s=0x%" PRIX32, field->name, values[i]);
        if (i == 0) {
            add(builder, name, RL_DISTORT_FIELD, number, values[i], RL_RESEAL_NOTHING);
            add(builder, name, RL_DISTORT_FIELD, number, values[i], RL_RESEAL_CRC);
        }
        add(builder, name, RL_DISTORT_FIELD, number, values[i], RL_RESEAL_SIGNED);
    }
}

/* The first and the last byte. What no seal covers needs none made again. */
static void add_bytes(struct builder *builder, uint32_t number, const struct rl_image_field *field)
{
    const uint32_t at[] = {0, field->size - 1u};

    for (uint32_t i = 0; i < COUNT(at); i++) {
        char name[48];

        (void)snprintf(name, sizeof name, "%s[%" PRIu32 "]", field->name, at[i]);
        add(builder, name, RL_DISTORT_BYTES, number, at[i], RL_RESEAL_NOTHING);
        if (field->is_signed && strcmp(field->name, "crc") != 0) {
            add(builder, name, RL_DISTORT_BYTES, number, at[i], RL_RESEAL_CRC);
            add(builder, name, RL_DISTORT_BYTES, number, at[i], RL_RESEAL_SIGNED);
        }
    }
}

static void add_fields(struct builder *builder)
{
    for (uint32_t i = 0; i < RL_IMAGE_FIELDS; i++) {
        struct rl_image_field field = rl_image_field(i);

        if (field.rule == RL_FIELD_BYTES) {
            add_bytes(builder, i, &field);
        } else {
            add_number(builder, i, &field);
        }
    }
    add(builder, "signature=0x00", RL_DISTORT_SIGNATURE, 0, 0x00, RL_RESEAL_NOTHING);
    add(builder, "signature=0xFF", RL_DISTORT_SIGNATURE, 0, 0xFF, RL_RESEAL_NOTHING);
    add(builder, "other-key", RL_DISTORT_NONE, 0, 0, RL_RESEAL_FOREIGN);
}

static void add_length(struct builder *builder, rl_distortion change, uint32_t value)
{
    char name[48];

    for (uint32_t i = 0; i < builder->to->count; i++) {
        const struct rl_corruption *there = &builder->to->list[i];

        if (there->change == change && there->value == value) {
            return;
        }
    }
    (void)snprintf(name, sizeof name, "%s=0x%" PRIX32,
                   change == RL_DISTORT_SHORT ? "truncated" : "followed", value);
    add(builder, name, change, 0, value, RL_RESEAL_NOTHING);
}

/* It ends at the beginning, in the metadata, in each segment and one unit early; or does not. */
static void add_lengths(struct builder *builder, const struct rl_image_part *segments,
                        uint32_t count)
{
    add_length(builder, RL_DISTORT_SHORT, 0);
    add_length(builder, RL_DISTORT_SHORT, FL_IMAGE_UNIT);
    add_length(builder, RL_DISTORT_SHORT, FL_METADATA_SIZE - FL_IMAGE_UNIT);
    for (uint32_t i = 0; i < count; i++) {
        add_length(builder, RL_DISTORT_SHORT, segments[i].offset);
        add_length(builder, RL_DISTORT_SHORT,
                   segments[i].offset + segments[i].size / 2u / FL_IMAGE_UNIT * FL_IMAGE_UNIT);
    }
    add_length(builder, RL_DISTORT_SHORT, (uint32_t)builder->size - FL_IMAGE_UNIT);
    add_length(builder, RL_DISTORT_LONG, FL_IMAGE_UNIT);
}

/* The bytes of a segment: flipped at the beginning and at the end. */
static void add_flips(struct builder *builder, uint32_t segment, uint32_t size)
{
    const uint32_t at[] = {0, size - 1u};

    for (uint32_t i = 0; i < COUNT(at); i++) {
        char name[48];

        (void)snprintf(name, sizeof name, "segment%" PRIu32 "[0x%" PRIX32 "]", segment, at[i]);
        add(builder, name, RL_DISTORT_FLIP, segment, at[i], RL_RESEAL_NOTHING);
        (void)snprintf(name, sizeof name, "segment%" PRIu32 "[0x%" PRIX32 "],digest", segment,
                       at[i]);
        add(builder, name, RL_DISTORT_FLIP_DIGEST, segment, at[i], RL_RESEAL_CRC);
        add(builder, name, RL_DISTORT_FLIP_DIGEST, segment, at[i], RL_RESEAL_FOREIGN);
    }
}

static void add_shape(struct builder *builder, const char *what, rl_distortion change,
                      uint32_t segment, uint32_t other)
{
    char name[48];

    (void)snprintf(name, sizeof name, "segment%" PRIu32 ".%s", segment, what);
    add(builder, name, change, segment, other, RL_RESEAL_SIGNED);
}

/* Segments that do not lie as they should, with good signatures; and their bytes, which no
 * signature could make good. */
static void add_shapes(struct builder *builder, const struct rl_image_part *segments,
                       uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (segments[i].size > FL_IMAGE_UNIT) {
            add_shape(builder, "shrunk", RL_DISTORT_SHRINK, i, 0);
        }
        add_shape(builder, "stretched", RL_DISTORT_STRETCH, i, 0);
        if (i == 0) {
            continue;
        }
        add_shape(builder, "overlaps", RL_DISTORT_OVERLAP, i, 0);
        if (segments[i].place != segments[i - 1u].place) { /* two configurations have none */
            add_shape(builder, "placed-over", RL_DISTORT_PLACE_OVER, i, i - 1u);
        }
        add_shape(builder, "entries-swapped", RL_DISTORT_SWAP_ENTRIES, i, i - 1u);
        add_shape(builder, "bytes-swapped", RL_DISTORT_SWAP_BYTES, i, i - 1u);
        add_shape(builder, "bytes-repeated", RL_DISTORT_REPEAT_BYTES, i - 1u, i);
    }
    for (uint32_t i = 0; i < count && count < FL_SEGMENT_MAX; i++) {
        add_shape(builder, "entry-repeated", RL_DISTORT_REPEAT_ENTRY, i, count);
    }
}

bool rl_corruptions_init(struct rl_corruptions *corruptions, const uint8_t *image, size_t size,
                         bool reseals)
{
    struct builder builder = {corruptions, image, size, reseals, false};
    struct rl_image_part segments[RL_IMAGE_SEGMENTS_MAX];
    uint32_t count = rl_image_segments(image, size, segments);

    memset(corruptions, 0, sizeof *corruptions);
    add_fields(&builder);
    add_lengths(&builder, segments, count);
    for (uint32_t i = 0; i < count; i++) {
        add_flips(&builder, i, segments[i].size);
    }
    add_shapes(&builder, segments, count);
    return !builder.failed;
}

void rl_corruptions_free(struct rl_corruptions *corruptions)
{
    free(corruptions->list);
    memset(corruptions, 0, sizeof *corruptions);
}

/* ---- one of them */

static uint8_t *entry_of(uint8_t *image, uint32_t segment)
{
    return image + FL_SEGMENT_TABLE + segment * FL_SEGMENT_ENTRY_SIZE;
}

static uint32_t part_of(uint8_t *image, uint32_t segment, uint32_t at)
{
    return fl_get32(entry_of(image, segment) + at);
}

static void add_to(uint8_t *number, uint32_t more)
{
    fl_put32(number, fl_get32(number) + more);
}

/* The segment gets `more` bytes at its end, or loses them; what follows moves, and table and total
 * size tell. */
static size_t resize(uint8_t *image, size_t size, uint32_t segment, int32_t more)
{
    uint32_t end = part_of(image, segment, FL_S_OFFSET) + part_of(image, segment, FL_S_SIZE);
    uint32_t count = fl_get32(image + COUNT_AT);
    uint8_t *from = image + end;

    memmove(from + more, from, size - end);
    if (more > 0) {
        memset(from, 0x5A, (size_t)more);
    }
    add_to(entry_of(image, segment) + FL_S_SIZE, (uint32_t)more);
    for (uint32_t i = segment + 1u; i < count && i < FL_SEGMENT_MAX; i++) {
        add_to(entry_of(image, i) + FL_S_OFFSET, (uint32_t)more);
    }
    add_to(image + TOTAL_SIZE_AT, (uint32_t)more);
    return size + (size_t)(int64_t)more;
}

static void swap(uint8_t *a, uint8_t *b, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        uint8_t kept = a[i];

        a[i] = b[i];
        b[i] = kept;
    }
}

static void flip_segment(uint8_t *image, const struct rl_corruption *corruption)
{
    uint8_t *bytes = image + part_of(image, corruption->field, FL_S_OFFSET);

    bytes[corruption->value] ^= 1u;
    if (corruption->change == RL_DISTORT_FLIP_DIGEST) {
        (void)crypto_hash_sha256(entry_of(image, corruption->field) + FL_S_DIGEST, bytes,
                                 part_of(image, corruption->field, FL_S_SIZE));
    }
}

/* Changes of the segments' order and places. */
static void reshape(uint8_t *image, const struct rl_corruption *corruption)
{
    uint32_t segment = corruption->field;
    uint8_t *entry = entry_of(image, segment);
    uint8_t *other = entry_of(image, corruption->value);
    uint8_t *bytes = image + fl_get32(entry + FL_S_OFFSET);
    uint8_t *other_bytes = image + fl_get32(other + FL_S_OFFSET);

    switch (corruption->change) {
    case RL_DISTORT_OVERLAP:
        add_to(entry + FL_S_OFFSET, 0u - FL_IMAGE_UNIT);
        break;
    case RL_DISTORT_PLACE_OVER:
        memcpy(entry + FL_S_PLACE, other + FL_S_PLACE, 4);
        break;
    case RL_DISTORT_SWAP_ENTRIES:
        swap(entry, other, FL_SEGMENT_ENTRY_SIZE);
        break;
    case RL_DISTORT_SWAP_BYTES:
        swap(bytes, other_bytes, FL_IMAGE_UNIT);
        break;
    case RL_DISTORT_REPEAT_ENTRY:
        memcpy(other, entry, FL_SEGMENT_ENTRY_SIZE);
        add_to(image + COUNT_AT, 1u);
        break;
    case RL_DISTORT_REPEAT_BYTES:
        memcpy(other_bytes, bytes, FL_IMAGE_UNIT);
        break;
    default:
        break;
    }
}

static size_t change(const struct rl_corruption *corruption, uint8_t *image, size_t size)
{
    struct rl_image_field field;

    switch (corruption->change) {
    case RL_DISTORT_FIELD:
        field = rl_image_field(corruption->field);
        fl_put32(image + field.offset, corruption->value);
        return size;
    case RL_DISTORT_BYTES:
        field = rl_image_field(corruption->field);
        image[field.offset + corruption->value] ^= 1u;
        return size;
    case RL_DISTORT_SIGNATURE:
        memset(image + FL_SIGNATURE, (int)corruption->value, FL_SIGNATURE_SIZE);
        return size;
    case RL_DISTORT_SHORT:
        return corruption->value < size ? corruption->value : size;
    case RL_DISTORT_LONG:
        memset(image + size, 0x5A, corruption->value);
        return size + corruption->value;
    case RL_DISTORT_FLIP:
    case RL_DISTORT_FLIP_DIGEST:
        flip_segment(image, corruption);
        return size;
    case RL_DISTORT_SHRINK:
        return resize(image, size, corruption->field, -(int32_t)FL_IMAGE_UNIT);
    case RL_DISTORT_STRETCH:
        return resize(image, size, corruption->field, (int32_t)FL_IMAGE_UNIT);
    default:
        reshape(image, corruption);
        return size;
    }
}

/* The key of somebody whom the device does not trust. */
static void foreign_key(struct rl_key *key)
{
    static const char seed[] = "Relight key that nobody trusts..";
    _Static_assert(sizeof seed - 1u == RL_KEY_SEED_SIZE, "the text is a whole seed");

    rl_key_from_seed((const uint8_t *)seed, key);
}

size_t rl_corruption_make(const struct rl_corruption *corruption, const uint8_t *image, size_t size,
                          const struct rl_key *key, uint8_t *out)
{
    struct rl_key foreign;
    size_t made;

    memcpy(out, image, size);
    made = change(corruption, out, size);
    if (corruption->reseal == RL_RESEAL_CRC) {
        fl_put32(out + FL_H_CRC, fl_crc32c(out, FL_H_CRC));
    } else if (corruption->reseal == RL_RESEAL_FOREIGN) {
        foreign_key(&foreign);
        rl_image_sign(out, made, &foreign);
    } else if (corruption->reseal == RL_RESEAL_SIGNED && key != NULL) {
        rl_image_sign(out, made, key);
    }
    return made;
}
