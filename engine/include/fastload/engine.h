/* fastload: update of an adapter's code image while it goes on serving I/O.
 *
 * A cooperative state machine. After power-on or reset call fl_boot() once; while the image runs,
 * call fl_step() between I/O commands for as long as it returns FL_AGAIN. fl_request() starts an
 * update, fl_cancel() gives it up while nothing is committed.
 *
 * What the engine keeps between calls is struct fl_engine and nothing else. The struct is
 * canonical: equal situations have equal bytes (no pointers, padding, counters of attempts). */
#ifndef FASTLOAD_ENGINE_H
#define FASTLOAD_ENGINE_H

#include <stdint.h>

#include "fastload/image.h"
#include "fastload/port.h"
#include "fastload/status.h"

/* Where an update is. docs/design.md tells for each phase what is held, what is legal, and how one
 * gets in and out. */
typedef enum fl_phase {
    FL_PHASE_IDLE = 0, /* no update; the image named by `active` runs */
    FL_PHASE_BOOT,     /* no image runs: fl_boot() is what can follow */
    FL_PHASE_QUERY,
    FL_PHASE_LOAD,
    FL_PHASE_CHECK,
    FL_PHASE_BRANCH,
    FL_PHASE_FLASH,
    FL_PHASE_QUIESCE,
    FL_PHASE_COMMIT,
    FL_PHASE_MEMINIT,
    FL_PHASE_OVERLAY,
    FL_PHASE_VERIFY,
    FL_PHASE_CLEAN,
    FL_PHASE_KEY,
    FL_PHASE_INIT,
    FL_PHASE_RESUME,
    FL_PHASE_COUNT
} fl_phase;

/* Short constant names such as "flash", by phase. */
extern const char *const fl_phase_names[FL_PHASE_COUNT];
/* The same, and "unknown" for what is no phase. */
const char *fl_phase_name(fl_phase phase);

struct fl_engine {
    uint32_t phase;    /* fl_phase */
    uint32_t bank;     /* 0 or 1: the bank that the running image was taken from */
    uint32_t cursor;   /* progress inside the phase: bytes or sectors, as the phase says */
    uint32_t last;     /* fl_status with which the last update ended; FL_OK when none has yet */
    uint32_t new_size; /* bytes of the image in staging; 0 while unknown */
    uint8_t active[FL_DIGEST_SIZE];  /* identity of the running image */
    uint8_t pending[FL_DIGEST_SIZE]; /* identity of the image in staging; zero while unknown */
};
_Static_assert(sizeof(struct fl_engine) == 84, "no padding");

/* From power-on or reset to a running image. Decides from what survived, finishes or abandons what
 * was under way, brings an image to its resident place, initializes it. Bounded by the sizes in
 * the layout. Writes flash only where that makes progress.
 * Returns FL_OK with phase FL_PHASE_IDLE. Otherwise no image runs, the light stays off, and the
 * phase is FL_PHASE_BOOT: FL_E_NO_IMAGE when no bank carries an image that may run; FL_E_OVERLAY,
 * FL_E_IO or FL_E_ECC when memory does not work; FL_E_INTERNAL when the layout is not what port.h
 * demands. */
fl_status fl_boot(struct fl_engine *engine, const struct fl_port *port);

/* Starts an update from the port's sender: FL_OK, or FL_E_BUSY. */
fl_status fl_request(struct fl_engine *engine);

/* Gives an update up: FL_OK, or FL_E_BUSY from the commit on, when it can only go forward. */
fl_status fl_cancel(struct fl_engine *engine, const struct fl_port *port);

/* One bounded piece of work: at most FL_STEP_OPERATIONS accesses of the port.
 * FL_AGAIN while an update is under way; FL_OK when it ended in the new image, or when there is
 * none; a refusal or failure once, after which the old image runs on and `last` keeps the status.
 * A failure that leaves no image running, which only memory that does not work can bring about
 * after the commit, ends in FL_PHASE_BOOT. */
fl_status fl_step(struct fl_engine *engine, const struct fl_port *port);

#define FL_STEP_OPERATIONS 600u

#endif
