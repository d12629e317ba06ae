/* Query: is an update possible from here, and what would it change? Runs in the old image's update
 * module. */
#include "companion.h"
#include "guard.h"
#include "layout.h"
#include "mem.h"
#include "offer.h"
#include "phases.h"
#include "verify.h"

/* What runs has to be what boot chose, and to read without an error: memory that changed since is
 * no base for an update. */
static fl_status judge_machine(const struct fl_engine *engine, const struct fl_port *port,
                               struct fl_image *image)
{
    uint8_t identity[FL_DIGEST_SIZE];

    FL_ASSERT(port, engine->running.bank < 2u);
    FL_ASSERT(port, image != NULL);
    return fl_image_verify(port, fl_in_resident(port), engine->running.active, image, identity) ==
                   FL_OK
               ? FL_OK
               : FL_E_MACHINE;
}

fl_status fl_phase_query(struct fl_engine *engine, const struct fl_port *port)
{
    struct fl_image image;
    fl_status status = fl_layout_check(port->layout);

    FL_ASSERT(port, engine->phase == FL_PHASE_QUERY);
    FL_ASSERT(port, engine->cursor == 0);
    if (status == FL_OK) {
        status = judge_machine(engine, port, &image);
    }
    if (status == FL_OK && !port->layout->staging_executes) {
        status = FL_E_STAGING;
    }
    if (status == FL_OK) {
        status = port->execute(port->board, FL_MODULE_UPDATE,
                               port->layout->resident.address +
                                   fl_image_module_place(&image, FL_MODULE_UPDATE),
                               image.modules[FL_MODULE_UPDATE].size);
    }
    if (status != FL_OK) {
        return status;
    }
    fl_enter(engine, FL_PHASE_LOAD);
    return FL_AGAIN;
}

static void describe(const struct fl_image *image, struct fl_levels *levels)
{
    levels->known = 1u;
    levels->version = image->version;
    levels->size = image->total_size;
    levels->level = image->level;
    levels->data_format = image->data_format;
    levels->hardware = image->hardware_min;
    for (uint32_t i = 0; i < FL_COMPANIONS; i++) {
        levels->companion[i] = image->companion_level[i];
    }
}

static uint32_t when(bool condition, uint32_t aspect)
{
    return condition ? aspect : 0u;
}

static bool has_other_places(const struct fl_image *old, const struct fl_image *new)
{
    bool other = old->extent != new->extent || old->segment_count != new->segment_count;

    for (uint32_t i = 0; i < new->segment_count && !other; i++) {
        other = old->segments[i].place != new->segments[i].place ||
                old->segments[i].range.size != new->segments[i].range.size;
    }
    return other;
}

static uint32_t differences(const struct fl_image *old, const struct fl_image *new)
{
    return when(old->version != new->version, FL_ASPECT_VERSION) |
           when(old->total_size != new->total_size, FL_ASPECT_SIZE) |
           when(old->level != new->level, FL_ASPECT_LEVEL) |
           when(old->data_format != new->data_format, FL_ASPECT_DATA) |
           when(old->companion_level[FL_PLA] != new->companion_level[FL_PLA], FL_ASPECT_PLA) |
           when(old->companion_level[FL_PHY] != new->companion_level[FL_PHY], FL_ASPECT_PHY) |
           when(old->prepares != new->prepares, FL_ASPECT_PREPARE) |
           when(old->init_requires != new->init_requires ||
                    memcmp(old->init_order, new->init_order, sizeof old->init_order) != 0,
                FL_ASPECT_INIT_ORDER) |
           when(has_other_places(old, new), FL_ASPECT_PLACES);
}

/* What the update would work on: the bank, unless it carries the new image already; the companions
 * that run something else; data in another format; what has to be prepared. */
static uint32_t needs(const struct fl_engine *engine, const struct fl_port *port,
                      const struct fl_image *old, const struct fl_image *new,
                      const uint8_t *new_identity)
{
    uint8_t identity[FL_DIGEST_SIZE];
    struct fl_image other;
    bool there = fl_image_verify(port, fl_in_bank(port, fl_target_bank(engine)), new_identity,
                                 &other, identity) == FL_OK;

    FL_ASSERT(port, fl_target_bank(engine) != engine->running.bank);
    FL_ASSERT(port, new->total_size <= fl_layout_limit(port->layout));
    return when(!there, FL_ASPECT_FLASH) |
           when(!fl_companion_is_active(port, new, FL_PLA), FL_ASPECT_PLA) |
           when(!fl_companion_is_active(port, new, FL_PHY), FL_ASPECT_PHY) |
           when(old->data_format != new->data_format, FL_ASPECT_DATA) |
           when((new->prepares & ~old->prepares) != 0, FL_ASPECT_PREPARE);
}

/* The conventional way loads over the running image and starts anew: it asks neither for the
 * staging place nor for update engines that understand each other, and mends what runs. */
static bool is_conventional(fl_status status)
{
    return status == FL_E_STAGING || status == FL_E_LEVEL || status == FL_E_MACHINE;
}

/* The new image as far as it lies in staging. */
static void judge_new(const struct fl_engine *engine, const struct fl_port *port,
                      const struct fl_image *old, struct fl_account *account)
{
    uint8_t identity[FL_DIGEST_SIZE];
    struct fl_image new;

    FL_ASSERT(port, account->machine_good == 1u && account->old_image.known == 1u);
    FL_ASSERT(port, old->level == account->old_image.level);
    if (fl_manifest_read(port, fl_in_staging(port), &new, identity) != FL_OK) {
        return;
    }
    describe(&new, &account->new_image);
    account->differences = differences(old, &new);
    account->needs = needs(engine, port, old, &new, identity);
    if (account->status == FL_OK) {
        account->status = (uint32_t)fl_offer_judge(engine, port, old, &new, identity);
    }
}

static void account_for(const struct fl_engine *engine, const struct fl_port *port,
                        struct fl_account *account)
{
    uint8_t identity[FL_DIGEST_SIZE];
    struct fl_image image;

    FL_ASSERT(port, account != NULL);
    FL_ASSERT(port, engine->running.bank < 2u);
    memset(account, 0, sizeof *account);
    account->hardware = port->layout->hardware_level;
    for (uint32_t i = 0; i < FL_COMPANIONS; i++) {
        account->companion[i] = fl_companion_level(port, (fl_companion)i);
    }
    if (fl_manifest_read(port, fl_in_bank(port, fl_target_bank(engine)), &image, identity) ==
        FL_OK) {
        account->flash_version = image.version;
    }
    account->status = (uint32_t)judge_machine(engine, port, &image);
    account->machine_good = account->status == FL_OK;
    if (account->machine_good != 0) {
        describe(&image, &account->old_image);
        if (!port->layout->staging_executes) {
            account->status = FL_E_STAGING;
        }
        if (engine->phase != FL_PHASE_IDLE || engine->last != FL_OK) {
            judge_new(engine, port, &image, account);
        }
    }
    if (engine->last != FL_OK && account->machine_good != 0) {
        account->status = engine->last;
    }
    account->fastload = account->status == FL_OK;
    account->conventional = is_conventional((fl_status)account->status);
}

void fl_query(const struct fl_engine *engine, const struct fl_port *port,
              struct fl_account *account)
{
    FL_ASSERT(port, account != NULL);
    FL_ASSERT(port, engine->phase < FL_PHASE_COUNT);
    fl_guard(port);
    account_for(engine, port, account);
    (void)fl_unguard(port, FL_OK);
}
