#include "images/versions.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "fastload/image.h"
#include "fastload/port.h"
#include "images/inspect.h"
#include "images/parts.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What the row's field is set to, relative to what is there. */
typedef enum rule {
    FORMAT,     /* the format's number */
    OLD_AND,    /* what the old image has, and `by` */
    BOARD_AND,  /* the board's hardware level, and `by` */
    DATA,       /* format of data: the old image's, and `by`; it reads its own only */
    DATA_READS, /* the same, and it reads the old image's, too */
    LACKING,    /* a bit of the old image's is not there */
    MORE,       /* a bit that the old image lacks */
    WITHOUT,    /* the highest bit that is set goes */
    BACKWARDS,  /* bytes in the opposite order */
    CONFIGURED, /* the level of a companion, in header and configuration */
    PLACED,     /* the start address */
    BEYOND,     /* more than any device counts */
    THE_OLD     /* the old image itself */
} rule;

static const struct row {
    const char *name;
    rule rule;
    uint32_t at; /* offset in the header; CONFIGURED: companion */
    int32_t by;
} rows[] = {
    {"format-below", FORMAT, 0x08, -1},
    {"format-above", FORMAT, 0x08, 1},
    {"level-below", OLD_AND, 0x18, -1},
    {"level-above", OLD_AND, 0x18, 1},
    {"level-min-same", OLD_AND, 0x78, 0},
    {"level-min-above", OLD_AND, 0x78, 1},
    {"hardware-same", BOARD_AND, 0x28, 0},
    {"hardware-above", BOARD_AND, 0x28, 1},
    {"data-format-below", DATA, 0x20, -1},
    {"data-format-above", DATA, 0x20, 1},
    {"data-format-converted", DATA_READS, 0x20, 1},
    {"capability-lacking", LACKING, 0x1C, 0},
    {"capability-more", MORE, 0x1C, 0},
    {"init-requires-less", WITHOUT, 0x24, 0},
    {"init-order-other", BACKWARDS, 0x88, 0},
    {"security-counter-below", OLD_AND, 0x2C, -1},
    {"security-counter-beyond", BEYOND, 0x2C, 0},
    {"start-address-other", PLACED, 0x30, 0x1000},
    {"pla-below", CONFIGURED, 0, -1},
    {"pla-above", CONFIGURED, 0, 1},
    {"phy-below", CONFIGURED, 1, -1},
    {"phy-above", CONFIGURED, 1, 1},
    {"same-image", THE_OLD, 0, 0},
};
_Static_assert(COUNT(rows) == RL_VERSION_ROWS, "all rows have numbers");

/* Whether an image can have both: they set different things, and the old image has no second one.
 */
static bool go_together(const struct row *a, const struct row *b)
{
    return a->rule != THE_OLD && b->rule != THE_OLD &&
           (a->at != b->at || (a->rule == CONFIGURED) != (b->rule == CONFIGURED));
}

uint32_t rl_versions(struct rl_version *list)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < RL_VERSION_ROWS; i++) {
        if (list != NULL) {
            list[count] = (struct rl_version){i, RL_VERSION_ROWS};
        }
        count++;
    }
    for (uint32_t i = 0; i < RL_VERSION_ROWS; i++) {
        for (uint32_t j = i + 1u; j < RL_VERSION_ROWS; j++) {
            if (!go_together(&rows[i], &rows[j])) {
                continue;
            }
            if (list != NULL) {
                list[count] = (struct rl_version){i, j};
            }
            count++;
        }
    }
    return count;
}

void rl_version_name(const struct rl_version *version, char *text, size_t size)
{
    bool pair = version->second < RL_VERSION_ROWS;

    (void)snprintf(text, size, "%s%s%s", rows[version->first].name, pair ? "+" : "",
                   pair ? rows[version->second].name : "");
}

/* Moves the number by `by`. False where that is below 0 or beyond 32 bits. */
static bool put_beside(uint8_t *number, uint32_t value, int32_t by)
{
    int64_t sum = (int64_t)value + by;

    if (sum < 0 || sum > UINT32_MAX) {
        return false;
    }
    fl_put32(number, (uint32_t)sum);
    return true;
}

/* The configuration is of another level, and everything says so. */
static bool put_level(uint8_t *out, size_t size, uint32_t companion, uint32_t level)
{
    struct rl_image_part part;
    uint8_t *entry = out + FL_SEGMENT_TABLE;

    rl_image_configuration(out, size, companion, &part);
    if (part.size == 0 || level == 0) {
        return false;
    }
    fl_put32(out + FL_H_COMPANIONS + companion * 4u, level);
    fl_put32(out + part.offset + FL_C_LEVEL, level);
    while (fl_get32(entry + FL_S_OFFSET) != part.offset) {
        entry += FL_SEGMENT_ENTRY_SIZE;
    }
    (void)crypto_hash_sha256(entry + FL_S_DIGEST, out + part.offset, part.size);
    return true;
}

static bool put_data_format(uint8_t *out, uint32_t format, const struct row *row, uint32_t old)
{
    bool reads = row->rule == DATA_READS;

    fl_put32(out + FL_H_DATA_READS_MIN, reads && old < format ? old : format);
    fl_put32(out + FL_H_DATA_READS_MAX, format);
    return format > 0;
}

static bool put_bits(uint8_t *field, enum rule which, uint32_t old)
{
    uint32_t lowest = old & (0u - old);
    uint32_t free_bit = ~old & (0u - ~old);
    uint32_t highest = fl_get32(field);

    switch (which) {
    case LACKING:
        fl_put32(field, old & ~lowest);
        return lowest != 0;
    case MORE:
        fl_put32(field, old | free_bit);
        return free_bit != 0;
    default: /* WITHOUT */
        while ((highest & (highest - 1u)) != 0) {
            highest &= highest - 1u;
        }
        fl_put32(field, fl_get32(field) & ~highest);
        return highest != 0;
    }
}

static void reverse(uint8_t *field)
{
    uint32_t value = fl_get32(field);

    fl_put32(field, value >> 24 | (value >> 8 & 0xFF00u) | (value << 8 & 0xFF0000u) | value << 24);
}

static bool apply(const struct row *row, const struct rl_version_base *base, uint8_t *out)
{
    uint8_t *field = out + row->at;
    uint32_t old = fl_get32(base->old_image + row->at);

    switch (row->rule) {
    case FORMAT:
        return put_beside(field, FL_IMAGE_FORMAT, row->by);
    case OLD_AND:
        /* The lowest level asked for is held against the old image's level. */
        return put_beside(field,
                          row->at == FL_H_LEVEL_MIN ? fl_get32(base->old_image + FL_H_LEVEL) : old,
                          row->by);
    case BOARD_AND:
        return put_beside(field, base->hardware_level, row->by);
    case DATA:
    case DATA_READS:
        return put_beside(field, old, row->by) && put_data_format(out, fl_get32(field), row, old);
    case CONFIGURED:
        return put_level(out, base->new_size, row->at,
                         fl_get32(out + FL_H_COMPANIONS + row->at * 4u) + (uint32_t)row->by);
    case PLACED:
        return put_beside(field, fl_get32(field), row->by);
    case BEYOND:
        fl_put32(field, UINT32_MAX);
        return true;
    case BACKWARDS:
        reverse(field);
        return true;
    case THE_OLD:
        return false;
    default:
        return put_bits(field, row->rule, old);
    }
}

size_t rl_version_make(const struct rl_version *version, const struct rl_version_base *base,
                       const struct rl_key *key, uint8_t *out)
{
    if (rows[version->first].rule == THE_OLD) {
        memcpy(out, base->old_image, base->old_size);
        return base->old_size;
    }
    memcpy(out, base->new_image, base->new_size);
    if (!apply(&rows[version->first], base, out) ||
        (version->second < RL_VERSION_ROWS && !apply(&rows[version->second], base, out))) {
        return 0;
    }
    rl_image_sign(out, base->new_size, key);
    return base->new_size;
}
