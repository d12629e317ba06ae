/* Check: is what lies in staging an authentic image that may replace the one that runs? In its
 * steps the cursor counts: 0 the manifest, then each segment, then the offer. */
#include "mem.h"
#include "offer.h"
#include "phases.h"
#include "verify.h"

/* No signature covers the key slot: an image brings no key along. */
static fl_status check_key_slot(const struct fl_port *port)
{
    uint8_t bytes[FL_KEY_SLOT_SIZE];
    fl_status status = port->memory_read(port->board, port->layout->staging.address + FL_KEY_SLOT,
                                         bytes, FL_KEY_SLOT_SIZE);

    FL_ASSERT(port, port->layout->staging.address % FL_BULK == 0);
    FL_ASSERT(port, port->layout->staging.size >= FL_METADATA_SIZE);
    if (status == FL_OK && !fl_is_filled(bytes, 0xFFu, FL_KEY_SLOT_SIZE)) {
        status = FL_E_FORMAT;
    }
    return status;
}

static fl_status check_manifest(struct fl_engine *engine, const struct fl_port *port)
{
    struct fl_image image;
    fl_status status = fl_manifest_verify(port, fl_in_staging(port), &image, engine->pending);

    FL_ASSERT(port, engine->cursor == 0);
    FL_ASSERT(port, engine->new_size <= port->layout->staging.size);
    if (status == FL_OK && image.total_size != engine->new_size) {
        status = FL_E_SIZE;
    }
    return status == FL_OK ? check_key_slot(port) : status;
}

static fl_status check_offer(const struct fl_engine *engine, const struct fl_port *port,
                             const struct fl_image *new)
{
    uint8_t identity[FL_DIGEST_SIZE];
    struct fl_image old;
    fl_status status = fl_manifest_read(port, fl_in_resident(port), &old, identity);

    FL_ASSERT(port, new->total_size == engine->new_size);
    FL_ASSERT(port, engine->cursor > new->segment_count); /* each segment was judged */
    if (status == FL_OK && !fl_same_digest(identity, engine->running.active)) {
        status = FL_E_MACHINE;
    }
    return status == FL_OK ? fl_offer_judge(engine, port, &old, new, engine->pending) : status;
}

fl_status fl_phase_check(struct fl_engine *engine, const struct fl_port *port)
{
    struct fl_image image;
    fl_status status;

    FL_ASSERT(port, engine->phase == FL_PHASE_CHECK);
    FL_ASSERT(port, engine->cursor <= FL_SEGMENT_MAX + 1u);
    if (engine->cursor == 0) {
        status = check_manifest(engine, port);
        engine->cursor = 1u;
        return status == FL_OK ? FL_AGAIN : status;
    }
    status = fl_manifest_expect(port, fl_in_staging(port), engine->pending, &image);
    if (status != FL_OK) {
        return status;
    }
    if (engine->cursor <= image.segment_count) {
        status = fl_segment_verify(port, fl_in_staging(port), &image, engine->cursor - 1u);
        engine->cursor++;
        return status == FL_OK ? FL_AGAIN : status;
    }
    status = check_offer(engine, port, &image);
    if (status != FL_OK) {
        return status;
    }
    fl_enter(engine, FL_PHASE_BRANCH);
    return FL_AGAIN;
}
