/* A port over plain arrays: flash with its rules, memory with ECC, no caches. For tests of the
 * engine alone; what caches and cuts do is the board's part.
 *
 * A broken rule of flash, an access off its unit and a failed assertion of the engine all end the
 * test. */
#ifndef RELIGHT_ARRAY_PORT_H
#define RELIGHT_ARRAY_PORT_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>

#include "fastload/engine.h"
#include "fastload/port.h"
#include "images/build.h"

#define ARRAY_FLASH_MAX    (768u * 1024u)
#define ARRAY_MEMORY_MAX   (192u * 1024u)
#define ARRAY_DATA_SECTORS 2u /* in each data area */
#define ARRAY_STEPS_MAX    32u
#define ARRAY_STEP_FAST    0x80u

struct array_geometry {
    uint32_t sector_size, page_size, granule_size;
    uint32_t bank_size;
    uint32_t companion_size; /* bytes of each configuration flash, whole sectors; 0: none */
    uint32_t resident_size;  /* bytes; 0: as large as a bank */
    bool paired_pages;
};

struct array_port {
    struct fl_layout layout;
    struct fl_port port;
    struct rl_key key; /* that the device trusts */

    uint8_t flash[ARRAY_FLASH_MAX];
    bool programmed[ARRAY_FLASH_MAX / 8u]; /* by 8 bytes */
    bool bad[ARRAY_FLASH_MAX / 8u];        /* does not read */
    bool worn[ARRAY_FLASH_MAX / 8u];       /* reads with a correction */
    uint8_t memory[ARRAY_MEMORY_MAX];
    bool written[ARRAY_MEMORY_MAX / 8u]; /* has valid ECC */

    const uint8_t *sent; /* the sender's image; NULL: no sender */
    uint32_t sent_size;
    uint32_t chunk; /* bytes, the most that it sends at once */

    /* What the engine did. */
    uint32_t operations;
    uint32_t erases, programs;
    uint32_t erased_address; /* of the last erase */
    uint32_t fast_steps, standard_steps;
    uint8_t steps[ARRAY_STEPS_MAX]; /* of initialization in their order: number, ARRAY_STEP_FAST */
    uint32_t times_dark;            /* how often the light was switched off */
    uint32_t configuration_erases[FL_COMPANIONS];
    uint32_t entered[FL_MODULE_COUNT]; /* by module: address of its last execution, 0: none */
    uint32_t prepared;                 /* bit mask of fl_preparation */
    uint32_t refreshes[FL_COMPANIONS];
    bool raised; /* an interrupt that no bootstrap was entered by yet */
    bool processing, light;
    uint32_t corrected; /* since the engine asked */
    bool guarded;

    /* What it meets. */
    bool erase_fails, drop_programs, drop_copies, execute_fails;
    /* The power cut: instead of the program or erase that finds cut_after at 0, the first
     * cut_granules granules land, the next one, if any, is spoiled, and longjmp(cut_jump, 1) ends
     * the run. */
    bool cut_armed;
    uint32_t cut_after, cut_granules;
    uint32_t cut_size; /* bytes of the access that was cut */
    jmp_buf cut_jump;
};

/* Everything blank: flash erased, memory never written, no sender. The CPU executes from staging; a
 * test may change `layout` afterwards. */
void array_port_init(struct array_port *array, const struct array_geometry *geometry);
/* What a power cut takes: memory with active configurations, I/O and light. Counts start again. */
void array_port_power_off(struct array_port *array);
/* What a reset takes: I/O, light and the interrupt. Counts start again. */
void array_port_reset(struct array_port *array);
/* Programs a range of flash from outside; what was there is lost. */
void array_port_put(struct array_port *array, uint32_t address, const uint8_t *bytes,
                    uint32_t size);
/* An image as a device leaves the factory with it: reserved unit and key slot stay blank. */
void array_port_put_image(struct array_port *array, uint32_t bank, const uint8_t *image,
                          uint32_t size);
/* Marks granules of flash as unreadable. */
void array_port_spoil(struct array_port *array, uint32_t address, uint32_t size);
/* Marks them as readable with a correction only. */
void array_port_wear(struct array_port *array, uint32_t address, uint32_t size);

#endif
