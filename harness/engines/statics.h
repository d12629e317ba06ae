/* The static variables of an engine that was loaded from a shared object, put back to what they
 * were when it was loaded: each boot finds them as after power-on. */
#ifndef RELIGHT_ENGINES_STATICS_H
#define RELIGHT_ENGINES_STATICS_H

#include <stddef.h>
#include <stdint.h>

#define RL_STATICS_MAX 8u /* writable segments */

struct rl_statics {
    struct {
        uint8_t *at;
        size_t size;
    } segments[RL_STATICS_MAX];
    unsigned count;
    uint8_t *saved, *kept; /* of rl_statics_size(): what all of them hold, one after the other */
};

/* Saves the writable segments of `library` (of dlopen; NULL: a built-in engine, which must have
 * none: then nothing is saved). */
void rl_statics_save(struct rl_statics *statics, void *library);
void rl_statics_restore(const struct rl_statics *statics);
/* Keeps what the variables are now, and puts that back: for looking aside at what the engine would
 * do. */
void rl_statics_keep(const struct rl_statics *statics);
void rl_statics_put_back(const struct rl_statics *statics);
/* The same into and out of `bytes`, of rl_statics_size(): for runs that are left and taken up. */
size_t rl_statics_size(const struct rl_statics *statics);
void rl_statics_read(const struct rl_statics *statics, uint8_t *bytes);
void rl_statics_write(const struct rl_statics *statics, const uint8_t *bytes);
void rl_statics_free(struct rl_statics *statics);

#endif
