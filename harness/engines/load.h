/* Finds an engine: built in by name, or loaded from a shared object. */
#ifndef RELIGHT_ENGINES_LOAD_H
#define RELIGHT_ENGINES_LOAD_H

#include <stddef.h>
#include <stdint.h>

#include "relight/engine.h"

struct rl_engine_handle {
    const struct relight_engine *engine;
    uint64_t digest; /* of the code that runs: the file's content, or the build's identity */
    char label[256]; /* as the user named it: what a command line to repeat needs */
    void *library;   /* of dlopen; NULL when built in */
};

/* `name` with a '/' or ending in ".so" is a file, everything else a built-in engine. Returns 0, or
 * -1 with a line in `error`: no such engine, no descriptor, another API version. */
int rl_engine_open(const char *name, struct rl_engine_handle *handle, char *error,
                   size_t error_size);
void rl_engine_close(struct rl_engine_handle *handle);

#endif
