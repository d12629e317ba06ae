/* Initialization and the way back on-line. There is one variant of each step: the standard one. */
#include "engines/conventional/conventional.h"

_Static_assert((int)FL_MODULE_INIT == (int)RELIGHT_MODULE_INIT, "modules have the same numbers");

/* Other code than before stands in memory: it goes to where it is fetched from, and what was
 * fetched before is forgotten. */
static fl_status enter_init(const struct relight_services *services, const struct fl_image *image)
{
    uint32_t resident = services->geometry->resident.address;
    relight_result result = services->cache_clean(services->host, resident, image->extent);

    CV_ASSERT(services, image->extent <= services->geometry->resident.size);
    CV_ASSERT(services, image->modules[FL_MODULE_INIT].size > 0);
    if (result == RELIGHT_OK) {
        result = services->cache_invalidate(services->host, resident, image->extent);
    }
    if (result == RELIGHT_OK) {
        result = services->execute(services->host, RELIGHT_MODULE_INIT,
                                   resident + fl_image_module_place(image, FL_MODULE_INIT),
                                   image->modules[FL_MODULE_INIT].size);
    }
    return cv_status(result);
}

static fl_status prepare(const struct relight_services *services, const struct fl_image *image)
{
    relight_result result = RELIGHT_OK;

    for (uint32_t what = 0; what < (uint32_t)RELIGHT_PREPARATIONS && result == RELIGHT_OK; what++) {
        if ((image->prepares >> what & 1u) != 0) {
            result = services->prepare(services->host, (relight_preparation)what);
        }
    }
    return cv_status(result);
}

static fl_status run_steps(struct cv_engine *engine, const struct relight_services *services,
                           const struct fl_image *image)
{
    relight_result result = RELIGHT_OK;

    for (uint32_t i = 0; i < (uint32_t)RELIGHT_INIT_STEPS && result == RELIGHT_OK; i++) {
        uint32_t step = image->init_order[i];

        CV_ASSERT(services, step < (uint32_t)RELIGHT_INIT_STEPS);
        if ((image->init_requires >> step & 1u) != 0) {
            result = services->init_step(services->host, step, false);
        }
        if (step == (uint32_t)RELIGHT_INIT_POST) {
            cv_enter(engine, CV_PHASE_INIT);
        }
    }
    return cv_status(result);
}

static fl_status go_online(struct cv_engine *engine, const struct relight_services *services)
{
    relight_result result;

    cv_enter(engine, CV_PHASE_ONLINE);
    result = services->set_light(services->host, true);
    if (result == RELIGHT_OK) {
        result = services->set_io(services->host, true);
    }
    return cv_status(result);
}

fl_status cv_start(struct cv_engine *engine, const struct relight_services *services,
                   const struct fl_image *image)
{
    fl_status status;

    CV_ASSERT(services, image->total_size > 0);
    cv_enter(engine, CV_PHASE_POST);
    status = enter_init(services, image);
    if (status == FL_OK) {
        status = prepare(services, image);
    }
    if (status == FL_OK) {
        status = run_steps(engine, services, image);
    }
    if (status == FL_OK) {
        status = go_online(engine, services);
    }
    if (status == FL_OK) {
        cv_enter(engine, CV_PHASE_IDLE);
    }
    return status;
}
