/* The image bridge's phases: persistent data goes over to the new image's format, in the area that
 * the running image does not use. What the running image sets meanwhile, in the area that it does
 * use, is caught up with when I/O is stopped. Where the formats are the same there is nothing to
 * do, and both images have one area. */
#include "bridge.h"

#include "data.h"
#include "encoding.h"
#include "guard.h"
#include "mem.h"
#include "phases.h"
#include "verify.h"

/* The formats that the running and the new image use, by their manifests. */
struct formats {
    uint32_t from, to;
    bool can_read; /* the new image's converters take the old format */
};

static fl_status read_formats(const struct fl_engine *engine, const struct fl_port *port,
                              struct formats *formats)
{
    struct fl_image image;
    fl_status status =
        fl_manifest_expect(port, fl_in_resident(port), engine->running.active, &image);

    FL_ASSERT(port, engine->new_size > 0);
    FL_ASSERT(port, formats != NULL);
    formats->from = status == FL_OK ? image.data_format : 0;
    if (status == FL_OK) {
        status = fl_manifest_expect(port, fl_in_staging(port), engine->pending, &image);
    }
    formats->to = status == FL_OK ? image.data_format : 0;
    formats->can_read = status == FL_OK && fl_bridge_reads(&image, formats->from);
    return status;
}

/* What an item is for the new image. FL_E_RANGE when its format has none such. */
static fl_status convert(const struct fl_engine *engine, const struct fl_port *port,
                         const struct formats *formats, uint32_t item, uint32_t *value)
{
    fl_status status = fl_data_get(port, engine->running.data_area, formats->from, item, value);

    FL_ASSERT(port, item < FL_DATA_ITEMS);
    FL_ASSERT(port, formats->from != formats->to);
    if (status == FL_E_RANGE) {
        *value = 0; /* the format that it comes from lacks it */
        status = FL_OK;
    }
    return status == FL_OK ? fl_bridge_convert(formats->from, formats->to, item, value) : status;
}

/* Brings one item into the new area; nothing is written when it is there already. */
static fl_status carry(const struct fl_engine *engine, const struct fl_port *port,
                       const struct formats *formats, uint32_t item)
{
    uint32_t value = 0;
    bool own = true; /* fl_data_start() wrote the half, in this power cycle */
    fl_status status = convert(engine, port, formats, item, &value);

    FL_ASSERT(port, engine->new_area < 2u);
    FL_ASSERT(port, engine->new_area != engine->running.data_area);
    if (!fl_format_has(formats->to, item)) {
        return FL_OK;
    }
    if (status == FL_E_RANGE) {
        return FL_E_DATA; /* a value that the new format cannot hold */
    }
    return status == FL_OK ? fl_data_put(port, engine->new_area, formats->to, item, value, &own)
                           : status;
}

/* Decides where persistent data will be; where it has to move, empties that area. */
static fl_status begin(struct fl_engine *engine, const struct fl_port *port,
                       const struct formats *formats)
{
    /* From here on the other bank and the other area are scrap, and no fallback: the record of what
     * runs must not be in doubt. */
    fl_status status = fl_settle(engine, port);

    FL_ASSERT(port, engine->cursor == 0);
    FL_ASSERT(port, !fl_same_digest(engine->pending, engine->running.active));
    engine->new_area = engine->running.data_area;
    if (status != FL_OK || formats->from == formats->to) {
        return status;
    }
    if (!formats->can_read || !fl_data_fits(port, engine->running.data_area, formats->from)) {
        return FL_E_DATA_FORMAT;
    }
    engine->new_area = 1u - engine->running.data_area;
    return fl_data_start(port, engine->new_area, formats->to);
}

/* The cursor is 0 at the beginning, then one more than the item that comes next. */
fl_status fl_phase_bridge(struct fl_engine *engine, const struct fl_port *port)
{
    uint32_t item = engine->cursor - 1u;
    struct formats formats;
    fl_status status = read_formats(engine, port, &formats);

    FL_ASSERT(port, engine->phase == FL_PHASE_BRIDGE);
    FL_ASSERT(port, engine->cursor <= FL_DATA_ITEMS);
    if (status == FL_OK && engine->cursor == 0) {
        status = begin(engine, port, &formats);
    } else if (status == FL_OK) {
        status = carry(engine, port, &formats, item);
    }
    if (status != FL_OK) {
        return status;
    }
    engine->cursor++;
    if (engine->new_area == engine->running.data_area || engine->cursor > FL_DATA_ITEMS) {
        fl_enter(engine, FL_PHASE_FLASH);
    }
    return FL_AGAIN;
}

/* The cursor is the item that comes next. */
fl_status fl_phase_catch_up(struct fl_engine *engine, const struct fl_port *port)
{
    struct formats formats;
    fl_status status = read_formats(engine, port, &formats);

    FL_ASSERT(port, engine->phase == FL_PHASE_CATCH_UP);
    FL_ASSERT(port, engine->cursor < FL_DATA_ITEMS);
    if (status == FL_OK && engine->new_area != engine->running.data_area) {
        status = carry(engine, port, &formats, engine->cursor);
        engine->cursor++;
    }
    if (status != FL_OK) {
        return status;
    }
    if (engine->new_area == engine->running.data_area || engine->cursor == FL_DATA_ITEMS) {
        fl_enter(engine, FL_PHASE_COMMIT);
    }
    return FL_AGAIN;
}

/* While I/O is stopped the application does not run, and what it set would not be carried over. */
static bool takes_data(const struct fl_engine *engine)
{
    return engine->phase == FL_PHASE_IDLE || engine->phase == FL_PHASE_FINISH ||
           (engine->phase >= FL_PHASE_QUERY && engine->phase <= FL_PHASE_AWAY);
}

static fl_status set_item(struct fl_engine *engine, const struct fl_port *port, uint32_t item,
                          uint32_t value)
{
    struct fl_image image;
    fl_status status;

    FL_ASSERT(port, takes_data(engine));
    FL_ASSERT(port, engine->running.data_area < 2u);
    status = fl_manifest_expect(port, fl_in_resident(port), engine->running.active, &image);
    if (status == FL_OK) {
        bool own = engine->own_data != 0;

        status = fl_data_put(port, engine->running.data_area, image.data_format, item, value, &own);
        engine->own_data = own ? 1u : 0;
    }
    return status;
}

fl_status fl_data_set(struct fl_engine *engine, const struct fl_port *port, uint32_t item,
                      uint32_t value)
{
    FL_ASSERT(port, engine->phase < FL_PHASE_COUNT);
    FL_ASSERT(port, engine->running.data_area < 2u);
    if (!takes_data(engine)) {
        return FL_E_BUSY;
    }
    fl_guard(port);
    return fl_unguard(port, set_item(engine, port, item, value));
}
