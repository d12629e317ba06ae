/* Units differ by powers of 1000. Divisions go by halves of words: a 32-bit target has no 64-bit
 * division without a compiler runtime. */
#include "encoding.h"

struct encoding {
    uint8_t bits; /* width: 16, 32 or 64; 0: the format lacks the item */
    uint8_t
        thousands; /* the application's unit is 1000 to the power of this many of the format's */
};

static const struct encoding encodings[FL_DATA_FORMATS][FL_DATA_ITEMS] = {
    {{32u, 0}, {32u, 0}, {16u, 0}, {32u, 0}, {0, 0}, {0, 0}},
    {{32u, 0}, {64u, 1u}, {16u, 0}, {64u, 0}, {0, 0}, {16u, 0}},
    {{32u, 0}, {64u, 2u}, {32u, 0}, {64u, 0}, {16u, 0}, {64u, 1u}},
};

static const uint32_t defaults[FL_DATA_ITEMS] = {
    [FL_ITEM_TOPOLOGY] = 0, [FL_ITEM_TIMEOUT] = 30u, [FL_ITEM_QUEUE_DEPTH] = 32u,
    [FL_ITEM_ERRORS] = 0,   [FL_ITEM_LOGIN] = 1u,    [FL_ITEM_COALESCING] = 100u,
};

bool fl_format_known(uint32_t format)
{
    return format - 1u < FL_DATA_FORMATS;
}

bool fl_format_has(uint32_t format, uint32_t item)
{
    return fl_format_known(format) && item < FL_DATA_ITEMS &&
           encodings[format - 1u][item].bits != 0;
}

uint32_t fl_item_default(uint32_t item)
{
    return item < FL_DATA_ITEMS ? defaults[item] : 0;
}

/* False when 64 bits do not hold the result. */
static bool multiply(struct fl_raw *raw)
{
    uint64_t low = (uint64_t)raw->low * 1000u;
    uint64_t high = (uint64_t)raw->high * 1000u + (uint32_t)(low >> 32u);

    raw->low = (uint32_t)low;
    raw->high = (uint32_t)high;
    return (uint32_t)(high >> 32u) == 0;
}

/* One word of a long division; the remainder of the words above goes in, and its own comes out. */
static uint32_t divide_word(uint32_t word, uint32_t *remainder)
{
    uint32_t upper = *remainder << 16u | word >> 16u;
    uint32_t lower = (upper % 1000u) << 16u | (word & 0xFFFFu);

    *remainder = lower % 1000u;
    return upper / 1000u << 16u | lower / 1000u;
}

/* False when there is a remainder. */
static bool divide(struct fl_raw *raw)
{
    uint32_t remainder = 0;

    raw->high = divide_word(raw->high, &remainder);
    raw->low = divide_word(raw->low, &remainder);
    return remainder == 0;
}

static bool fits(const struct fl_raw *raw, uint32_t bits)
{
    return (bits == 64u || raw->high == 0) && (bits >= 32u || raw->low >> 16u == 0);
}

static bool scale(struct fl_raw *raw, uint32_t from, uint32_t to)
{
    bool good = true;

    for (uint32_t i = from; i < to && good; i++) {
        good = multiply(raw);
    }
    for (uint32_t i = to; i < from && good; i++) {
        good = divide(raw);
    }
    return good;
}

fl_status fl_item_rescale(uint32_t from, uint32_t to, uint32_t item, struct fl_raw *raw)
{
    const struct encoding *source;
    const struct encoding *target;

    if (!fl_format_has(from, item) || !fl_format_has(to, item)) {
        return FL_E_RANGE;
    }
    source = &encodings[from - 1u][item];
    target = &encodings[to - 1u][item];
    return scale(raw, source->thousands, target->thousands) && fits(raw, target->bits) ? FL_OK
                                                                                       : FL_E_RANGE;
}

static fl_status find(uint32_t format, uint32_t item, const struct encoding **encoding)
{
    if (!fl_format_known(format)) {
        return FL_E_DATA_FORMAT;
    }
    if (!fl_format_has(format, item)) {
        return FL_E_RANGE;
    }
    *encoding = &encodings[format - 1u][item];
    return FL_OK;
}

fl_status fl_item_encode(uint32_t format, uint32_t item, uint32_t value, struct fl_raw *raw)
{
    const struct encoding *encoding = 0;
    fl_status status = find(format, item, &encoding);

    *raw = (struct fl_raw){value, 0};
    if (status != FL_OK) {
        return status;
    }
    return scale(raw, 0, encoding->thousands) && fits(raw, encoding->bits) ? FL_OK : FL_E_RANGE;
}

fl_status fl_item_decode(uint32_t format, uint32_t item, const struct fl_raw *raw, uint32_t *value)
{
    const struct encoding *encoding = 0;
    fl_status status = find(format, item, &encoding);
    struct fl_raw scaled = *raw;

    if (status != FL_OK) {
        return status;
    }
    if (!fits(raw, encoding->bits) || !scale(&scaled, encoding->thousands, 0) || scaled.high != 0) {
        return FL_E_DATA;
    }
    *value = scaled.low;
    return FL_OK;
}
