/* Check: is what lies in staging an authentic image that may replace the one that runs? In its
 * steps the cursor counts: 0 the manifest, then each segment, then compatibility. */
#include "mem.h"
#include "phases.h"
#include "verify.h"

/* No signature covers the key slot: an image brings no key along. */
static fl_status check_key_slot(const struct fl_port *port)
{
    uint8_t bytes[FL_KEY_SLOT_SIZE];
    fl_status status = port->memory_read(port->board, port->layout->staging.address + FL_KEY_SLOT,
                                         bytes, FL_KEY_SLOT_SIZE);

    if (status == FL_OK && !fl_is_filled(bytes, 0xFFu, FL_KEY_SLOT_SIZE)) {
        status = FL_E_FORMAT;
    }
    return status;
}

static fl_status check_manifest(struct fl_engine *engine, const struct fl_port *port)
{
    struct fl_image image;
    fl_status status =
        fl_manifest_verify(port, FL_MEMORY, port->layout->staging.address, &image, engine->pending);

    if (status == FL_OK && image.total_size != engine->new_size) {
        status = FL_E_SIZE;
    }
    if (status == FL_OK) {
        status = check_key_slot(port);
    }
    return status;
}

/* The order is that of fl_status, so that an image with several faults has one answer. */
static fl_status compare_images(const struct fl_engine *engine, const struct fl_port *port,
                                const struct fl_image *old, const struct fl_image *new)
{
    if (new->hardware_min > port->layout->hardware_level) {
        return FL_E_HARDWARE;
    }
    if (new->data_format != old->data_format) {
        return FL_E_DATA_FORMAT;
    }
    if ((old->capabilities & ~new->capabilities) != 0) {
        return FL_E_CAPABILITY;
    }
    if (new->security_counter < old->security_counter) {
        return FL_E_SECURITY_COUNTER;
    }
    if (fl_same_digest(engine->pending, engine->running.active)) {
        return FL_E_SAME_IMAGE;
    }
    if (new->start_address != port->layout->resident.address) {
        return FL_E_START_ADDRESS;
    }
    return FL_OK;
}

static fl_status check_compatibility(const struct fl_engine *engine, const struct fl_port *port,
                                     const struct fl_image *new)
{
    uint8_t identity[FL_DIGEST_SIZE];
    struct fl_image old;
    fl_status status =
        fl_manifest_read(port, FL_MEMORY, port->layout->resident.address, &old, identity);

    if (status == FL_OK && !fl_same_digest(identity, engine->running.active)) {
        status = FL_E_DIGEST;
    }
    if (status == FL_OK) {
        status = compare_images(engine, port, &old, new);
    }
    return status;
}

fl_status fl_phase_check(struct fl_engine *engine, const struct fl_port *port)
{
    uint32_t staging = port->layout->staging.address;
    uint8_t identity[FL_DIGEST_SIZE];
    struct fl_image image;
    fl_status status;

    FL_ASSERT(port, engine->phase == FL_PHASE_CHECK);
    FL_ASSERT(port, engine->cursor <= FL_SEGMENT_MAX + 1u);
    if (engine->cursor == 0) {
        status = check_manifest(engine, port);
        engine->cursor = 1u;
        return status == FL_OK ? FL_AGAIN : status;
    }
    status = fl_manifest_read(port, FL_MEMORY, staging, &image, identity);
    if (status == FL_OK && !fl_same_digest(identity, engine->pending)) {
        status = FL_E_DIGEST;
    }
    if (status != FL_OK) {
        return status;
    }
    if (engine->cursor <= image.segment_count) {
        status = fl_segment_verify(port, FL_MEMORY, staging, &image, engine->cursor - 1u);
        engine->cursor++;
        return status == FL_OK ? FL_AGAIN : status;
    }
    status = check_compatibility(engine, port, &image);
    if (status != FL_OK) {
        return status;
    }
    fl_enter(engine, FL_PHASE_BRANCH);
    return FL_AGAIN;
}
