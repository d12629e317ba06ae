/* Boot: what the boot ROM does after power-on or reset. It knows nothing of the phases of an
 * update; it decides from what survived:
 *
 *   1. Records: which image is to run, verified where it lies in flash.
 *   2. The newest record made firm, if it is not, before anything depends on it. A device without
 *      any record gets its first. The security counter raised to that of the image.
 *   3. Memory: the image stays if it is there, whole; else the key dies and it is copied.
 *   4. Companions: each that does not run what the image needs is loaded; where configuration flash
 *      does not hold that, it is burnt again, from the image's bank.
 *   5. The image's own build initializes it (fl_start()), fast where a key for it survived.
 *
 * Cut at any place, the next boot does the same again. With a firm record and no cut, a boot leaves
 * flash as it was. */
#include "choose.h"
#include "companion.h"
#include "counter.h"
#include "guard.h"
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

    FL_ASSERT(port, choice->bank < 2u);
    FL_ASSERT(port, choice->image.hardware_min <= port->layout->hardware_level);
    return fl_image_verify(port, fl_in_resident(port), choice->identity, &image, identity) == FL_OK;
}

/* One question, which says most often that there is nothing of it. */
static bool has_header(const struct fl_port *port, const struct fl_choice *choice)
{
    bool equal = false;

    FL_ASSERT(port, choice->bank < 2u);
    FL_ASSERT(port, choice->image.extent > FL_BULK);
    return port->compare(port->board, port->layout->resident.address,
                         port->layout->bank[choice->bank].address, FL_BULK, &equal) == FL_OK &&
           equal;
}

static fl_status copy_image(const struct fl_port *port, const struct fl_choice *choice)
{
    struct fl_where from = fl_in_bank(port, choice->bank);
    uint32_t turns = fl_overlay_turns(&choice->image);
    fl_status status = fl_key_blank(port);

    FL_ASSERT(port, choice->bank < 2u);
    FL_ASSERT(port, choice->image.extent <= port->layout->resident.size);
    for (uint32_t turn = 0; turn < turns && status == FL_OK; turn++) {
        status = fl_overlay_turn(port, from, &choice->image, turn);
    }
    if (status == FL_OK && !is_resident(port, choice)) {
        status = FL_E_OVERLAY;
    }
    return status;
}

/* A configuration that is not active is loaded, and burnt first where it does not lie ready. What
 * the key stands for is gone then: values were negotiated with what was active. */
static fl_status match_companions(const struct fl_port *port, const struct fl_choice *choice)
{
    struct fl_where bank = fl_in_bank(port, choice->bank);
    fl_status status = FL_OK;

    FL_ASSERT(port, choice->bank < 2u);
    for (uint32_t i = 0; i < FL_COMPANIONS && status == FL_OK; i++) {
        uint32_t turns = port->layout->configuration[i].size / FL_BULK + 2u;
        uint32_t turn = 0;

        if (fl_companion_is_active(port, &choice->image, (fl_companion)i)) {
            continue;
        }
        status = fl_key_blank(port);
        if (status == FL_OK) {
            status = fl_companion_fits(port, &choice->image) == FL_OK ? FL_AGAIN : FL_E_COMPANION;
        }
        while (status == FL_AGAIN && turn < turns) {
            status = fl_companion_burn(port, bank, &choice->image, (fl_companion)i, &turn);
        }
        if (status == FL_OK) {
            status = fl_companion_load(port, &choice->image, (fl_companion)i);
        }
    }
    FL_ASSERT(port, status != FL_AGAIN); /* the turns were enough for the longest */
    return status == FL_AGAIN ? FL_E_COMPANION : status;
}

/* An image that a firm record names and that is about to run: none older may follow it. A device
 * that cannot count any more still boots. */
static void raise_counter(const struct fl_port *port, const struct fl_choice *choice)
{
    uint32_t now = choice->counter;
    fl_status status = FL_OK;

    FL_ASSERT(port, !choice->is_fallback);
    FL_ASSERT(port, now <= choice->image.security_counter);
    while (now < choice->image.security_counter && status == FL_OK) {
        status = fl_counter_raise(port, now);
        now++;
    }
}

/* Flash that takes no record any more still boots: an update settles again before it touches the
 * other bank, and is refused while that fails. What failed half-way may have taken the record with
 * it, so flash is asked once more. */
static void settle(const struct fl_port *port, struct fl_records *records, struct fl_choice *choice)
{
    struct fl_entry entry = {choice->bank, choice->area, choice->identity};
    struct fl_choice again;

    FL_ASSERT(port, choice->bank < 2u && choice->area < 2u);
    FL_ASSERT(port, !choice->is_fallback);
    if (fl_records_settle(port, records, &entry, false) == FL_OK) {
        raise_counter(port, choice);
        return;
    }
    memset(&again, 0, sizeof again);
    fl_records_scan(port, records);
    if (fl_choose(port, records, &again) == FL_OK) {
        *choice = again;
    }
}

static fl_status place_image(const struct fl_port *port, const struct fl_choice *choice)
{
    fl_status status = FL_OK;

    FL_ASSERT(port, choice->image.total_size > 0);
    FL_ASSERT(port, choice->image.start_address == port->layout->resident.address);
    if (!has_header(port, choice) || !is_resident(port, choice)) {
        status = copy_image(port, choice);
    }
    if (status == FL_OK) {
        status = fl_overlay_clean(port, &choice->image);
    }
    if (status == FL_OK) {
        status = match_companions(port, choice);
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
    FL_ASSERT(port, choice->bank < 2u && choice->area < 2u);
    FL_ASSERT(port, !choice->is_fallback || fl_records_of(&records, choice->bank) != NULL);
    if (!choice->is_fallback) {
        settle(port, &records, choice);
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
    fl_guard(port);
    status = fl_unguard(port, choose_and_run(port, &choice));
    engine->last = (uint32_t)status;
    if (status != FL_OK) {
        return status;
    }
    FL_ASSERT(port, choice.bank < 2u);
    FL_ASSERT(port, choice.image.total_size > 0);
    engine->running.bank = choice.bank;
    engine->running.data_area = choice.area;
    engine->running.level = choice.image.level;
    memcpy(engine->running.active, choice.identity, FL_DIGEST_SIZE);
    fl_enter(engine, FL_PHASE_START);
    return FL_OK;
}
