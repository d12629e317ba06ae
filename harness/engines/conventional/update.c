/* The update, phase by phase. */
#include "engines/conventional/conventional.h"

#define CHUNK 1024u /* bytes, the most that one step asks the sender for */
_Static_assert(CHUNK >= RELIGHT_BULK && CHUNK % RELIGHT_BULK == 0, "the sender serves whole units");
_Static_assert((int)FL_MODULE_UPDATE == (int)RELIGHT_MODULE_UPDATE,
               "modules have the same numbers");

void cv_enter(struct cv_engine *engine, cv_phase phase)
{
    engine->phase = (uint32_t)phase;
    engine->cursor = 0;
}

/* The running image's update module takes over, and I/O stops for as long as all of this takes. */
static fl_status phase_offline(struct cv_engine *engine, const struct relight_services *services)
{
    uint32_t resident = services->geometry->resident.address;
    struct fl_image running;
    relight_result result;
    fl_status status = cv_metadata_check(services, RELIGHT_MEMORY, resident, &running, NULL);

    CV_ASSERT(services, engine->size == 0);
    if (status != FL_OK) {
        return status;
    }
    CV_ASSERT(services, running.modules[FL_MODULE_UPDATE].size > 0);
    result = services->execute(services->host, RELIGHT_MODULE_UPDATE,
                               resident + fl_image_module_place(&running, FL_MODULE_UPDATE),
                               running.modules[FL_MODULE_UPDATE].size);
    if (result == RELIGHT_OK) {
        result = services->set_io(services->host, false);
    }
    if (result == RELIGHT_OK) {
        result = services->set_light(services->host, false);
    }
    cv_enter(engine, CV_PHASE_LOAD);
    return result == RELIGHT_OK ? FL_AGAIN : cv_status(result);
}

/* Once the metadata is there, it says how much has to come. */
static fl_status learn_size(struct cv_engine *engine, const struct relight_services *services)
{
    struct fl_image image;
    fl_status status = cv_metadata_check(services, RELIGHT_MEMORY,
                                         services->geometry->resident.address, &image, NULL);

    CV_ASSERT(services, engine->cursor == FL_METADATA_SIZE);
    if (status == FL_OK) {
        CV_ASSERT(services, image.total_size <= cv_limit(services));
        engine->size = image.total_size;
    }
    return status;
}

static fl_status phase_load(struct cv_engine *engine, const struct relight_services *services)
{
    uint32_t end = engine->size != 0 ? engine->size : FL_METADATA_SIZE;
    uint32_t wanted = cv_least(end - engine->cursor, CHUNK);
    uint32_t received = 0;
    fl_status status;

    CV_ASSERT(services, engine->cursor < end);
    CV_ASSERT(services, end <= services->geometry->resident.size);
    status = cv_status(services->receive(services->host, engine->cursor,
                                         services->geometry->resident.address + engine->cursor,
                                         wanted, &received));
    if (status != FL_OK) {
        return status;
    }
    if (received == 0 || received > wanted || received % RELIGHT_BULK != 0) {
        return FL_E_SENDER;
    }
    engine->cursor += received;
    if (engine->cursor == end && engine->size == 0) {
        status = learn_size(engine, services);
    }
    if (status == FL_OK && engine->cursor == engine->size) {
        cv_enter(engine, CV_PHASE_CHECK);
    }
    return status == FL_OK ? FL_AGAIN : status;
}

/* An image that is older in matters of security than the one in flash is not taken. */
static bool goes_back(const struct relight_services *services, const struct fl_image *image)
{
    struct fl_image burnt;
    fl_status status =
        cv_metadata_check(services, RELIGHT_FLASH, cv_bank(services)->address, &burnt, NULL);

    return status == FL_OK && image->security_counter < burnt.security_counter;
}

static fl_status phase_check(struct cv_engine *engine, const struct relight_services *services)
{
    uint32_t resident = services->geometry->resident.address;
    struct fl_image image;
    fl_status status = cv_metadata_check(services, RELIGHT_MEMORY, resident, &image, NULL);

    CV_ASSERT(services, engine->cursor == 0);
    if (status == FL_OK) {
        CV_ASSERT(services, image.total_size == engine->size);
        status = cv_stored_check(services, RELIGHT_MEMORY, resident, &image);
    }
    if (status == FL_OK && goes_back(services, &image)) {
        status = FL_E_SECURITY_COUNTER;
    }
    if (status == FL_OK) {
        cv_enter(engine, CV_PHASE_BURN);
    }
    return status == FL_OK ? FL_AGAIN : status;
}

static fl_status burn_companions(struct cv_engine *engine, const struct relight_services *services)
{
    struct fl_image image;
    fl_status status = cv_metadata_check(services, RELIGHT_MEMORY,
                                         services->geometry->resident.address, &image, NULL);

    if (status == FL_OK) {
        status = cv_companions_burn(services, &image);
    }
    if (status == FL_OK) {
        cv_enter(engine, CV_PHASE_POST);
    }
    return status == FL_OK ? FL_AGAIN : status;
}

/* A sector a step, then the companions. */
static fl_status phase_burn(struct cv_engine *engine, const struct relight_services *services)
{
    uint32_t size = cv_least(engine->size - engine->cursor, services->geometry->sector_size);
    fl_status status;

    CV_ASSERT(services, engine->cursor <= engine->size);
    CV_ASSERT(services, engine->size <= cv_limit(services));
    if (size == 0) {
        return burn_companions(engine, services);
    }
    status = cv_burn_sector(services, cv_bank(services)->address + engine->cursor,
                            services->geometry->resident.address + engine->cursor, size);
    engine->cursor += size;
    return status == FL_OK ? FL_AGAIN : status;
}

/* The new image runs its self-test and the rest of its initialization. */
static fl_status phase_post(struct cv_engine *engine, const struct relight_services *services)
{
    struct fl_image image;
    fl_status status = cv_metadata_check(services, RELIGHT_MEMORY,
                                         services->geometry->resident.address, &image, NULL);

    CV_ASSERT(services, engine->cursor == 0);
    if (status != FL_OK) {
        return status;
    }
    CV_ASSERT(services, image.total_size == engine->size);
    if (!cv_is_in_place(&image)) {
        status = cv_place(services, &image);
    }
    if (status == FL_OK) {
        status = cv_companions_refresh(services, &image);
    }
    return status == FL_OK ? cv_start(engine, services, &image) : status;
}

fl_status cv_update_step(struct cv_engine *engine, const struct relight_services *services)
{
    switch ((cv_phase)engine->phase) {
    case CV_PHASE_OFFLINE:
        return phase_offline(engine, services);
    case CV_PHASE_LOAD:
        return phase_load(engine, services);
    case CV_PHASE_CHECK:
        return phase_check(engine, services);
    case CV_PHASE_BURN:
        return phase_burn(engine, services);
    case CV_PHASE_POST:
        return phase_post(engine, services);
    default:
        return FL_E_INTERNAL; /* no phase that a step begins in */
    }
}
