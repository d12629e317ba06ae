/* Converters of persistent data: the half of the image bridge that knows formats. */
#include "bridge.h"
#include "encoding.h"

/* One converter takes one format to the next. Going down from 2 has none: format 1 could not carry
 * what the application relies on since. */
struct converter {
    uint32_t from, to;
};
static const struct converter converters[] = {{1u, 2u}, {2u, 3u}, {3u, 2u}};
#define CONVERTERS ((uint32_t)(sizeof converters / sizeof converters[0]))
_Static_assert(sizeof converters / sizeof converters[0] >= FL_DATA_FORMATS - 1u,
               "each format can be reached from the one before");

/* The format after `from` on the way to `to`; 0 where no converter leads on. */
static uint32_t next_format(uint32_t from, uint32_t to)
{
    uint32_t next = from < to ? from + 1u : from - 1u;

    for (uint32_t i = 0; i < CONVERTERS; i++) {
        if (converters[i].from == from && converters[i].to == next) {
            return next;
        }
    }
    return 0;
}

static bool leads(uint32_t from, uint32_t to)
{
    bool good = fl_format_known(from) && fl_format_known(to);

    for (uint32_t i = 0; i < FL_DATA_FORMATS && good && from != to; i++) {
        from = next_format(from, to);
        good = from != 0;
    }
    return good && from == to;
}

bool fl_bridge_reads(const struct fl_image *image, uint32_t from)
{
    return from >= image->data_reads_min && from <= image->data_reads_max &&
           leads(from, image->data_format);
}

/* One converter's work on one item. */
static fl_status convert_step(uint32_t from, uint32_t to, uint32_t item, struct fl_raw *raw)
{
    if (!fl_format_has(to, item)) {
        return FL_OK; /* nothing to carry; where a later format has it again, its default counts */
    }
    if (!fl_format_has(from, item)) {
        return fl_item_encode(to, item, fl_item_default(item), raw);
    }
    return fl_item_rescale(from, to, item, raw);
}

fl_status fl_bridge_convert(uint32_t from, uint32_t to, uint32_t item, uint32_t *value)
{
    struct fl_raw raw = {0, 0};
    fl_status status = FL_OK;

    if (!leads(from, to)) {
        return FL_E_DATA_FORMAT;
    }
    if (!fl_format_has(to, item)) {
        return FL_E_RANGE;
    }
    if (fl_format_has(from, item)) {
        status = fl_item_encode(from, item, *value, &raw);
    }
    for (uint32_t i = 0; i < FL_DATA_FORMATS && status == FL_OK && from != to; i++) {
        uint32_t next = next_format(from, to);

        status = convert_step(from, next, item, &raw);
        from = next;
    }
    return status == FL_OK ? fl_item_decode(to, item, &raw, value) : status;
}
