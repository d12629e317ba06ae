/* One build of fastload: what harness/engines/fastload/engine.c needs of it to let it play the code
 * of an image. build.c is compiled once for each level, with the engine of that level. */
#ifndef RELIGHT_ENGINES_FASTLOAD_BUILD_H
#define RELIGHT_ENGINES_FASTLOAD_BUILD_H

#include "fastload/engine.h"
#include "relight/engine.h"

struct fastload_build {
    uint32_t engine_size; /* bytes of its struct fl_engine */
    fl_status (*boot)(struct fl_engine *engine, const struct relight_services *services);
    void (*adopt)(struct fl_engine *engine, const struct fl_running *running);
    fl_status (*start)(struct fl_engine *engine, const struct relight_services *services);
    fl_status (*step)(struct fl_engine *engine, const struct relight_services *services);
    fl_status (*request)(struct fl_engine *engine);
    fl_status (*cancel)(struct fl_engine *engine, const struct relight_services *services);
    fl_status (*take_over)(struct fl_engine *engine, const struct relight_services *services);
    void (*give_back)(struct fl_engine *engine, fl_status why);
    fl_status (*data_set)(struct fl_engine *engine, const struct relight_services *services,
                          uint32_t item, uint32_t value);
    void (*account)(const struct fl_engine *engine, const struct relight_services *services,
                    struct relight_account *account);
    const char *(*invariant)(const struct relight_services *services);
    void (*decode)(const struct relight_services *services, struct relight_outlook *outlook);
    bool (*data_look)(const struct relight_services *services, uint32_t item, uint32_t *value,
                      uint32_t *format);
};

extern const struct fastload_build fastload_build_1, fastload_build_2;

#endif
