/* Boot: what the boot ROM does after power-on or reset. It knows nothing of the phases of an
 * update; it decides from what survived:
 *
 *   1. Records: which image is to run, verified where it lies in flash.
 *   2. The newest record made firm, if it is not, before anything depends on it. A device without
 *      any record gets its first. Otherwise nothing durable is written.
 *   3. Memory: the image stays if it is there, whole; else the key dies and it is copied.
 *   4. Initialization, fast where a key for this very image survived.
 *
 * Cut at any place, the next boot does the same again. With a firm record and no cut, a boot leaves
 * flash as it was. */
#include "choose.h"
#include "init.h"
#include "key.h"
#include "layout.h"
#include "mem.h"
#include "overlay.h"
#include "phases.h"
#include "verify.h"

/* Memory that was never written does not read: it holds no image, and that is no failure. */
static bool is_resident(const struct fl_port *port, const struct fl_choice *choice)
{
    uint8_t identity[FL_DIGEST_SIZE];
    struct fl_image image;

    return fl_image_verify(port, FL_MEMORY, port->layout->resident.address, choice->identity,
                           &image, identity) == FL_OK;
}

static fl_status copy_image(const struct fl_port *port, const struct fl_choice *choice)
{
    uint32_t from = port->layout->bank[choice->bank].address;
    uint32_t size = choice->image.total_size;
    uint32_t turns = fl_overlay_turns(size);
    fl_status status = fl_key_blank(port);

    FL_ASSERT(port, choice->bank < 2u);
    FL_ASSERT(port, size <= port->layout->resident.size);
    for (uint32_t turn = 0; turn < turns && status == FL_OK; turn++) {
        status = fl_overlay_turn(port, FL_FLASH, from, size, turn);
    }
    if (status == FL_OK && !is_resident(port, choice)) {
        status = FL_E_OVERLAY;
    }
    return status;
}

static fl_status place_image(const struct fl_port *port, const struct fl_choice *choice)
{
    fl_status status = FL_OK;

    FL_ASSERT(port, choice->image.total_size > 0);
    if (!is_resident(port, choice)) {
        status = copy_image(port, choice);
    }
    if (status == FL_OK) {
        status = fl_overlay_clean(port, choice->image.total_size);
    }
    return status;
}

static fl_status choose_and_run(const struct fl_port *port, struct fl_choice *choice)
{
    struct fl_records records;
    fl_status status = fl_layout_check(port->layout);

    if (status != FL_OK) {
        return status;
    }
    fl_records_scan(port, &records);
    status = fl_choose(port, &records, choice);
    if (status != FL_OK) {
        return status;
    }
    if (!choice->is_fallback) {
        /* Flash that takes no record any more still boots: an update settles again before it
         * touches the other bank, and is refused while that fails. */
        (void)fl_records_settle(port, &records, choice->bank, choice->identity);
    }
    return place_image(port, choice);
}

fl_status fl_boot(struct fl_engine *engine, const struct fl_port *port)
{
    struct fl_choice choice;
    fl_status status;

    memset(engine, 0, sizeof *engine);
    fl_enter(engine, FL_PHASE_BOOT);
    memset(&choice, 0, sizeof choice);
    status = choose_and_run(port, &choice);
    engine->last = (uint32_t)status;
    if (status != FL_OK) {
        return status;
    }
    FL_ASSERT(port, choice.bank < 2u);
    FL_ASSERT(port, choice.image.total_size > 0);
    engine->running.bank = choice.bank;
    engine->running.level = choice.image.level;
    memcpy(engine->running.active, choice.identity, FL_DIGEST_SIZE);
    fl_enter(engine, FL_PHASE_START);
    return FL_OK;
}
