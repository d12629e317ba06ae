/* The conventional update, as adapters did it before updates ran beside I/O: off-line, the new
 * image over the old one in memory, flash burnt in place, self-test, initialization, on-line. One
 * bank, one copy, no record of what was under way.
 *
 * It is written in good faith: it checks an image before it burns it, confirms what it burns, and a
 * boot checks what it runs. What it cannot do is go back: while flash is burnt, there is no whole
 * image anywhere but in memory. It is here to be measured beside fastload. */
#ifndef RELIGHT_ENGINES_CONVENTIONAL_H
#define RELIGHT_ENGINES_CONVENTIONAL_H

#include <stdbool.h>
#include <stdint.h>

#include "fastload/image.h"
#include "relight/engine.h"

typedef enum cv_phase {
    CV_PHASE_IDLE = 0, /* the resident image runs; I/O is processed */
    CV_PHASE_BOOT,     /* the bank's image is checked and copied; or no image runs */
    CV_PHASE_OFFLINE,  /* I/O stops, the light goes off */
    CV_PHASE_LOAD,     /* the new image comes in, over the old one */
    CV_PHASE_CHECK,    /* the new image is judged as a whole */
    CV_PHASE_BURN,     /* the bank is erased and programmed, then configurations of companions */
    CV_PHASE_POST,     /* initialization up to the power-on self-test */
    CV_PHASE_INIT,     /* the rest of it */
    CV_PHASE_ONLINE,   /* the light goes on, I/O goes on */
    CV_PHASE_COUNT
} cv_phase;

/* Canonical: equal situations have equal bytes. */
struct cv_engine {
    uint32_t phase;  /* cv_phase */
    uint32_t cursor; /* bytes loaded, or burnt, in the phases of these names; else 0 */
    uint32_t size;   /* of the new image as stored; 0 while unknown */
    uint32_t last;   /* fl_status with which the last update ended */
};
_Static_assert(sizeof(struct cv_engine) == 16, "no padding");

/* `services` in scope. Does not return when `condition` is false. */
#define CV_ASSERT(services, condition)                                                             \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            (services)->assertion_failed((services)->host, #condition);                            \
        }                                                                                          \
    } while (0)

fl_status cv_status(relight_result result);

static inline uint32_t cv_least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* The only bank that this engine uses, and the most bytes that an image may have. */
const struct relight_region *cv_bank(const struct relight_services *services);
uint32_t cv_limit(const struct relight_services *services);

/* image.c: judgements. Each reads only.
 *
 * Reads the metadata at `address` and judges all that it says: header, table, signature, and
 * whether this board can run the image. `identity` (FL_DIGEST_SIZE bytes) may be NULL.
 * FL_OK; FL_E_IO or FL_E_ECC; what fl_image_parse() says; FL_E_FORMAT for reserved bytes that are
 * used; FL_E_SIGNATURE, FL_E_START_ADDRESS, FL_E_HARDWARE, FL_E_COMPANION. */
fl_status cv_metadata_check(const struct relight_services *services, relight_space space,
                            uint32_t address, struct fl_image *image, uint8_t *identity);
/* All segments of an image as stored at `address`. FL_OK, FL_E_DIGEST, FL_E_IO, FL_E_ECC. */
fl_status cv_stored_check(const struct relight_services *services, relight_space space,
                          uint32_t address, const struct fl_image *image);
/* The segments with a place in memory, in their places. The same. */
fl_status cv_placed_check(const struct relight_services *services, const struct fl_image *image);

/* place.c: makes the bank's image resident, each segment in its place, with an empty key slot.
 * FL_OK, FL_E_OVERLAY when memory does not hold it then, or an access's status. */
fl_status cv_place(const struct relight_services *services, const struct fl_image *image);
/* Whether an image as stored in the resident place is where it has to be. */
bool cv_is_in_place(const struct fl_image *image);

/* companion.c: whether the board has the companions that the image brings configurations for. */
bool cv_companions_suit(const struct relight_services *services, const struct fl_image *image);
/* Whether the configurations that the image brings are active, or would be after a refresh. */
bool cv_companions_ready(const struct relight_services *services, const struct fl_image *image);
/* Burns what is not active, from the image as stored in the resident place. */
fl_status cv_companions_burn(const struct relight_services *services, const struct fl_image *image);
/* Loads what is not active. FL_E_COMPANION when it is not active then either. */
fl_status cv_companions_refresh(const struct relight_services *services,
                                const struct fl_image *image);

/* burn.c: erase, confirm, program, confirm: `size` bytes (at most a sector) from memory into the
 * sector at `address`; once more when that fails. FL_E_CONFIRM when it fails again. */
fl_status cv_burn_sector(const struct relight_services *services, uint32_t address, uint32_t memory,
                         uint32_t size);

/* start.c: from an image in its place to one that runs, by standard steps only. */
fl_status cv_start(struct cv_engine *engine, const struct relight_services *services,
                   const struct fl_image *image);

/* boot.c: from what the bank holds to a running image, or a status and CV_PHASE_BOOT. */
fl_status cv_boot(struct cv_engine *engine, const struct relight_services *services);
/* What cv_boot() would say before it changes anything. `identity` as above. */
fl_status cv_bank_check(const struct relight_services *services, struct fl_image *image,
                        uint8_t *identity);

/* update.c: one step of the phase it is in. FL_AGAIN; FL_OK when the new image runs; else why not,
 * with the phase in which it went wrong. */
fl_status cv_update_step(struct cv_engine *engine, const struct relight_services *services);
void cv_enter(struct cv_engine *engine, cv_phase phase);

#endif
