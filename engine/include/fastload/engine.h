/* fastload: update of an adapter's code image while it goes on serving I/O.
 *
 * A cooperative state machine, of which each image carries a build of its own:
 *
 *   fl_boot()       the boot ROM's: after power-on or reset, from what survived to an image in its
 *                   resident place
 *   fl_start()      the chosen image's: initialization, and I/O goes on
 *   fl_step()       the running image's update module, between I/O commands: query, load, check,
 *                   branch; it ends by raising the interrupt that enters the new image
 *   fl_take_over()  the new image's bootstrap, entered by that interrupt, from staging: from then
 *                   on the new image's fl_step() is called, to the end
 *
 * Between builds nothing is shared but what lies on the board: fl_adopt() takes what the boot ROM
 * found, and fl_take_over() what the update module left in the handover region.
 * fl_request() starts an update, fl_cancel() gives it up while nothing is committed.
 *
 * What a build keeps between calls is struct fl_engine and nothing else. The struct is canonical:
 * equal situations have equal bytes (no pointers, padding, counters of attempts). */
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
    FL_PHASE_START,    /* an image is in its resident place, not initialized yet: fl_start() */
    FL_PHASE_QUERY,
    FL_PHASE_LOAD,
    FL_PHASE_CHECK,
    FL_PHASE_BRANCH,
    FL_PHASE_AWAY, /* the old build: the new image's bootstrap was asked for, and has it now */
    FL_PHASE_BRIDGE,
    FL_PHASE_FLASH,
    FL_PHASE_COMPANIONS,
    FL_PHASE_QUIESCE,
    FL_PHASE_CATCH_UP,
    FL_PHASE_COMMIT,
    FL_PHASE_MEMINIT,
    FL_PHASE_OVERLAY,
    FL_PHASE_VERIFY,
    FL_PHASE_CLEAN,
    FL_PHASE_REFRESH,
    FL_PHASE_KEY,
    FL_PHASE_INIT,
    FL_PHASE_RESUME,
    FL_PHASE_FINISH,
    FL_PHASE_COUNT
} fl_phase;

/* Short constant names such as "flash", by phase. */
extern const char *const fl_phase_names[FL_PHASE_COUNT];
/* The same, and "unknown" for what is no phase. */
const char *fl_phase_name(fl_phase phase);

/* What runs: what boot finds out, and an update changes. */
struct fl_running {
    uint32_t bank;                  /* 0 or 1: the bank that the image was taken from */
    uint32_t data_area;             /* 0 or 1: where its persistent data is */
    uint32_t level;                 /* of the update engine inside: which build is its own */
    uint8_t active[FL_DIGEST_SIZE]; /* identity */
};
_Static_assert(sizeof(struct fl_running) == 44, "no padding");

struct fl_engine {
    uint32_t phase;     /* fl_phase */
    uint32_t cursor;    /* progress inside the phase, as the phase says */
    uint32_t last;      /* fl_status with which the last update ended; FL_OK when none has yet */
    uint32_t new_size;  /* bytes of the image in staging; 0 while unknown */
    uint32_t new_level; /* of the update engine in it: which build fl_take_over() is of */
    uint32_t new_area;  /* 0 or 1: where persistent data will be when `pending` runs */
    uint32_t prepared;  /* bit mask of fl_preparation done, and of what the key may cover */
    uint32_t own_data;  /* 1: the half that holds persistent data was written since power-on */
    uint32_t done;      /* flash: sectors, from the first on, that an update before this one did */
    struct fl_running running;
    uint8_t pending[FL_DIGEST_SIZE]; /* identity of the image in staging; zero while unknown */
};
_Static_assert(sizeof(struct fl_engine) == 112, "no padding");

/* From power-on or reset to an image in its resident place. Decides from what survived, finishes or
 * abandons what was under way, brings image and companions together. Bounded by the sizes in the
 * layout. Writes flash only where that makes progress.
 * Returns FL_OK with phase FL_PHASE_START. Otherwise no image runs, the light stays off, and the
 * phase is FL_PHASE_BOOT: FL_E_NO_IMAGE when no bank carries an image that may run; FL_E_OVERLAY,
 * FL_E_COMPANION, FL_E_IO or FL_E_ECC when memory or a companion does not work; FL_E_INTERNAL when
 * the layout is not what port.h demands. */
fl_status fl_boot(struct fl_engine *engine, const struct fl_port *port);

/* What runs, for another build; and the other build's side of it. Afterwards its phase is
 * FL_PHASE_START. */
void fl_adopt(struct fl_engine *engine, const struct fl_running *running);

/* Initializes the image in its resident place and lets I/O go on, from FL_PHASE_START: FL_OK with
 * FL_PHASE_IDLE, or a status with FL_PHASE_BOOT. */
fl_status fl_start(struct fl_engine *engine, const struct fl_port *port);

/* Entered by the interrupt that another build's update module raised. Finds the images by the
 * handover, and the bootstrap by the new image's header. FL_AGAIN with phase FL_PHASE_BRIDGE; or
 * why not: then nothing was changed, and the other build learns it by fl_give_back(). */
fl_status fl_take_over(struct fl_engine *engine, const struct fl_port *port);

/* The update that was handed over ended as `why` says before its commit: the old image's build is
 * in charge again. */
void fl_give_back(struct fl_engine *engine, fl_status why);

/* Starts an update from the port's sender: FL_OK, or FL_E_BUSY. */
fl_status fl_request(struct fl_engine *engine);

/* Gives an update up: FL_OK, or FL_E_BUSY from the commit on, when it can only go forward, and in
 * the build that does not have it. */
fl_status fl_cancel(struct fl_engine *engine, const struct fl_port *port);

/* One bounded piece of work: at most FL_STEP_OPERATIONS accesses of the port.
 * FL_AGAIN while an update is under way; FL_OK when it ended in the new image, or when there is
 * none; a refusal or failure once, after which the old image runs on and `last` keeps the status.
 * A failure that leaves no image running, which only memory that does not work can bring about
 * after the commit, ends in FL_PHASE_BOOT. */
fl_status fl_step(struct fl_engine *engine, const struct fl_port *port);

#define FL_STEP_OPERATIONS 600u

/* The running image sets an item of its persistent data: FL_OK when it is there for good.
 * FL_E_BUSY while an update has I/O stopped or no image runs; FL_E_RANGE when the image's format
 * has no such item; FL_E_DATA_FORMAT when this build does not know the format; FL_E_DATA when
 * flash takes no more. Then the item holds the old or the new value. */
fl_status fl_data_set(struct fl_engine *engine, const struct fl_port *port, uint32_t item,
                      uint32_t value);

/* What the query says of an image; `known` 0: nothing. */
struct fl_levels {
    uint32_t known;
    uint32_t version;     /* major << 24 | minor << 16 | patch */
    uint32_t size;        /* bytes, as stored */
    uint32_t level;       /* of the update engine inside */
    uint32_t data_format; /* of persistent data */
    uint32_t hardware;    /* lowest hardware level */
    uint32_t companion[FL_COMPANIONS];
};

/* Bits of what differs between two images, or has to be worked on. */
enum {
    FL_ASPECT_VERSION = 1u << 0,
    FL_ASPECT_SIZE = 1u << 1,
    FL_ASPECT_LEVEL = 1u << 2,
    FL_ASPECT_DATA = 1u << 3,
    FL_ASPECT_FLASH = 1u << 4,
    FL_ASPECT_PLA = 1u << 5,
    FL_ASPECT_PHY = 1u << 6,
    FL_ASPECT_PREPARE = 1u << 7,
    FL_ASPECT_INIT_ORDER = 1u << 8,
    FL_ASPECT_PLACES = 1u << 9
};

/* The query's answer. */
struct fl_account {
    uint32_t status;       /* fl_status: FL_OK, or why fastload is not possible */
    uint32_t fastload;     /* 1 or 0 */
    uint32_t conventional; /* fastload is not possible, and the conventional way is */
    uint32_t machine_good; /* the running image reads without error and is what was verified */
    struct fl_levels old_image, new_image; /* new: while its manifest lies in staging */
    uint32_t flash_version;                /* of the image in the other bank; 0: none */
    uint32_t companion[FL_COMPANIONS];     /* level of what is active; 0: none */
    uint32_t hardware;
    uint32_t differences, needs; /* FL_ASPECT_… */
};

/* Reads it all, and changes nothing. Legal while an image runs, at any phase of an update. While
 * the machine is good, the status is that of the last update, if one ended with a failure. */
void fl_query(const struct fl_engine *engine, const struct fl_port *port,
              struct fl_account *account);

/* Items that any format has, numbered from 0. */
#define FL_DATA_ITEMS   6u
#define FL_DATA_FORMATS 3u /* known to this build: 1 to this */

#endif
