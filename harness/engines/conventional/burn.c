/* Burns flash in place: what stood there before is gone with the first erase. */
#include "engines/conventional/conventional.h"

#define ATTEMPTS 2u /* at each sector */

static fl_status erase(const struct relight_services *services, uint32_t address)
{
    bool blank = false;
    relight_result result = services->flash_erase(services->host, address);

    if (result == RELIGHT_OK) {
        result = services->flash_is_blank(services->host, address, services->geometry->sector_size,
                                          &blank);
    }
    if (result != RELIGHT_OK) {
        return cv_status(result);
    }
    return blank ? FL_OK : FL_E_CONFIRM;
}

static fl_status program(const struct relight_services *services, uint32_t address, uint32_t memory,
                         uint32_t size)
{
    uint32_t page = services->geometry->page_size;
    relight_result result = RELIGHT_OK;
    bool equal = false;

    CV_ASSERT(services, page >= RELIGHT_BULK && address % page == 0);
    CV_ASSERT(services, size > 0 && size <= services->geometry->sector_size);
    for (uint32_t at = 0; at < size && result == RELIGHT_OK; at += page) {
        result = services->flash_program_from(services->host, address + at, memory + at,
                                              cv_least(page, size - at));
    }
    if (result == RELIGHT_OK) {
        result = services->compare(services->host, memory, address, size, &equal);
    }
    if (result != RELIGHT_OK) {
        return cv_status(result);
    }
    return equal ? FL_OK : FL_E_CONFIRM;
}

fl_status cv_burn_sector(const struct relight_services *services, uint32_t address, uint32_t memory,
                         uint32_t size)
{
    fl_status status = FL_E_CONFIRM;

    CV_ASSERT(services, address % services->geometry->sector_size == 0);
    CV_ASSERT(services, memory % RELIGHT_BULK == 0 && size % RELIGHT_BULK == 0);
    for (uint32_t attempt = 0; attempt < ATTEMPTS && status != FL_OK; attempt++) {
        status = erase(services, address);
        if (status == FL_OK) {
            status = program(services, address, memory, size);
        }
    }
    return status == FL_OK ? FL_OK : FL_E_CONFIRM;
}
