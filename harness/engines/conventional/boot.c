/* Boot: there is one bank. When it holds a sound image, that one runs; when not, none does. */
#include "engines/conventional/conventional.h"

fl_status cv_bank_check(const struct relight_services *services, struct fl_image *image,
                        uint8_t *identity)
{
    uint32_t address = cv_bank(services)->address;
    fl_status status = cv_metadata_check(services, RELIGHT_FLASH, address, image, identity);

    if (status == FL_OK) {
        status = cv_stored_check(services, RELIGHT_FLASH, address, image);
    }
    if (status == FL_OK && !cv_companions_ready(services, image)) {
        status = FL_E_COMPANION;
    }
    return status;
}

fl_status cv_boot(struct cv_engine *engine, const struct relight_services *services)
{
    struct fl_image image;
    fl_status status;

    cv_enter(engine, CV_PHASE_BOOT);
    status = cv_bank_check(services, &image, NULL);
    if (status == FL_OK) {
        CV_ASSERT(services, image.total_size <= cv_bank(services)->size);
        CV_ASSERT(services, image.start_address == services->geometry->resident.address);
        status = cv_place(services, &image);
    }
    if (status == FL_OK) {
        status = cv_companions_refresh(services, &image);
    }
    if (status == FL_OK) {
        status = cv_start(engine, services, &image);
    }
    if (status != FL_OK) {
        cv_enter(engine, CV_PHASE_BOOT);
    }
    return status;
}
