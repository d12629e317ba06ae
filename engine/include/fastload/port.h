/* The only seam between fastload and the hardware.
 *
 * A port is a table of functions over one board. fastload calls nothing else, keeps no pointer to
 * it between calls, and never calls it from an interrupt. Every function returns
 *   FL_OK        done, as far as the device knows
 *   FL_E_IO      the device reported a failure; nothing is known about what it touched
 *   FL_E_ECC     (reads) an uncorrectable error; the buffer's content is undefined
 *   FL_E_RANGE   the range is not wholly inside the device, or misaligned; nothing was done
 * and those named below. No function may return FL_AGAIN.
 *
 * Two spaces have addresses, both from 0: FL_FLASH and FL_MEMORY. Sizes are in bytes.
 *
 * Flash is NOR with ECC: erased to 0xFF a sector at a time, programmed once per granule between
 * erases, at most a page in one call. Memory stands behind a write-back data cache: what was
 * written survives a warm reset only once it was cleaned; instruction fetches see memory behind
 * the data cache, and keep what they saw until invalidated. Memory that was never written since
 * power-on has no valid ECC: write all 8 bytes of a word before reading any.
 *
 * Bulk functions work on multiples of FL_BULK bytes at multiples of FL_BULK addresses. */
#ifndef FASTLOAD_PORT_H
#define FASTLOAD_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "fastload/image.h"

#define FL_BULK 256u

typedef enum fl_space { FL_FLASH = 0, FL_MEMORY = 1 } fl_space;

struct fl_region {
    uint32_t address; /* in its space; sector-aligned in flash, FL_BULK-aligned in memory */
    uint32_t size;    /* bytes, above 0; whole sectors in flash */
};

/* Where everything is. Constant for the life of a device. */
struct fl_layout {
    uint32_t sector_size; /* bytes, power of two, 512 to 262144 */
    uint32_t
        page_size; /* bytes, power of two, FL_BULK to sector_size: the most one program takes */
    uint32_t granule_size; /* bytes, 8, 16 or 32: the least one program takes, with its own ECC */
    bool paired_pages; /* a program that is cut may damage the other page of its pair: 2n, 2n + 1 */
    struct fl_region bank[2];   /* flash; equal sizes */
    struct fl_region record[2]; /* flash; boot records, one sector each */
    struct fl_region journal;   /* flash; flash-update journal, one sector */
    /* Flash; persistent data, two areas of two sectors or more each. */
    struct fl_region data[2];
    struct fl_region otp;      /* flash, one sector: programmed once for ever, never erased */
    struct fl_region resident; /* memory; where an image runs: at least a bank's size */
    struct fl_region staging;  /* memory; where a new image is loaded */
    struct fl_region handover; /* memory, FL_BULK bytes: what one image leaves for the next */
    /* By fl_companion; sizes 0 where there is none. Flash, whole sectors; memory, as large. */
    struct fl_region configuration[FL_COMPANIONS];
    struct fl_region active[FL_COMPANIONS];
    uint32_t hardware_level;
    bool staging_executes; /* the CPU can execute code from staging */
    bool keep_light;       /* leave the light on through initialization */
    bool flush_staging;    /* erase the staged copy when it has served */
};

/* Steps of initialization, in their order. Each has a standard variant; those in FL_INIT_HAS_FAST
 * have a fast one as well, which rests on what the update verified. A step whose bit is missing
 * from the image's init_requires is left out. */
typedef enum fl_init_step {
    FL_INIT_REGISTERS = 0, /* set processor and bridge registers */
    FL_INIT_POST = 1,      /* power-on self-test; fast: left to the ECC check made before */
    FL_INIT_VARIABLES = 2, /* set up structures; fast: keep those that the update set up */
    FL_INIT_HANDSHAKE =
        3, /* handshakes with the bus and the ports; fast: reuse negotiated values */
    FL_INIT_STEP_COUNT = 4
} fl_init_step;

#define FL_INIT_ALL      0xFu
#define FL_INIT_HAS_FAST 0xEu /* all but FL_INIT_REGISTERS */

/* What an image may need to find prepared, beyond what the one before it left. */
typedef enum fl_preparation {
    FL_PREPARE_REGISTERS = 0, /* reset */
    FL_PREPARE_BUFFERS = 1,   /* cleared */
    FL_PREPARE_CACHES = 2,    /* flushed: those of the I/O port, not the CPU's */
    FL_PREPARATION_COUNT = 3
} fl_preparation;

struct fl_port {
    void *board; /* handed back as the first argument of every call */
    const struct fl_layout *layout;

    /* Flash. `read` takes any range; `program` a multiple of granules inside one page, each blank
     * before; `erase` the sector that starts at `address`. */
    fl_status (*flash_read)(void *board, uint32_t address, void *bytes, uint32_t size);
    fl_status (*flash_program)(void *board, uint32_t address, const void *bytes, uint32_t size);
    fl_status (*flash_erase)(void *board, uint32_t address);
    /* Bulk: programs up to one page with what memory holds, as the CPU sees it. */
    fl_status (*flash_program_from)(void *board, uint32_t address, uint32_t memory, uint32_t size);
    /* Bulk: *blank says whether every granule reads as erased. FL_E_ECC where one does not read. */
    fl_status (*flash_is_blank)(void *board, uint32_t address, uint32_t size, bool *blank);
    /* Clears error flags that make flash refuse programs and erases. FL_OK where there are none. */
    fl_status (*flash_clear)(void *board);

    /* Memory through the data cache. Ranges are multiples of 8 bytes at multiples of 8. */
    fl_status (*memory_read)(void *board, uint32_t address, void *bytes, uint32_t size);
    fl_status (*memory_write)(void *board, uint32_t address, const void *bytes, uint32_t size);
    /* Bulk: sets FL_BULK bytes to `value`. */
    fl_status (*memory_fill)(void *board, uint32_t address, uint8_t value);
    /* Bulk: copies FL_BULK bytes into memory. */
    fl_status (*memory_copy)(void *board, uint32_t to, fl_space space, uint32_t from);
    /* Writes dirty lines of the range back; when it returns FL_OK they will survive a reset. */
    fl_status (*cache_clean)(void *board, uint32_t address, uint32_t size);
    /* Forgets what the instruction cache holds of the range. */
    fl_status (*cache_invalidate)(void *board, uint32_t address, uint32_t size);

    /* Bulk: *equal says whether memory, as the CPU sees it, holds what flash holds. Memory that
     * does not read does not; FL_E_ECC where flash does not read. */
    fl_status (*compare)(void *board, uint32_t memory, uint32_t flash, uint32_t size, bool *equal);
    /* Bulk: *equal says whether SHA-256 over the range is `digest` (FL_DIGEST_SIZE bytes). */
    fl_status (*digest_check)(void *board, fl_space space, uint32_t address, uint32_t size,
                              const uint8_t *digest, bool *equal);
    /* SHA-256 of bytes at hand: `size` 0 to 65536; writes FL_DIGEST_SIZE bytes. */
    fl_status (*digest)(void *board, const void *bytes, uint32_t size, uint8_t *digest);
    /* *good says whether `signature` (FL_SIGNATURE_SIZE bytes) over `bytes` verifies under the
     * key that the device trusts. */
    fl_status (*signature_check)(void *board, const void *bytes, uint32_t size,
                                 const uint8_t *signature, bool *good);

    /* The sender. Stores the bytes from `offset` of the new image on into memory at `address`,
     * through the data cache: at most `size`, a multiple of FL_BULK, and says in *received how
     * many, 0 at the image's end (the last chunk is padded with 0xFF to FL_BULK).
     * FL_E_SENDER when there is no sender. */
    fl_status (*receive)(void *board, uint32_t offset, uint32_t address, uint32_t size,
                         uint32_t *received);

    /* Asks for the software interrupt that enters the bootstrap of the image in staging. */
    fl_status (*raise_interrupt)(void *board);
    /* Execution. Fetches the range from memory through the instruction cache and continues there:
     * called on entry to a module, before any of its work. */
    fl_status (*execute)(void *board, fl_module module, uint32_t address, uint32_t size);
    /* One step of initialization of the image at `address`, in its standard or fast variant. */
    fl_status (*init_step)(void *board, fl_init_step step, bool fast);

    /* Readies registers, buffers or caches. */
    fl_status (*prepare)(void *board, fl_preparation what);
    /* Loads a companion's active configuration from the first `size` bytes (bulk) of its
     * configuration flash. The companion stops for that time: only while I/O is stopped. FL_E_ECC
     * where one does not read; then it has none. */
    fl_status (*refresh)(void *board, fl_companion companion, uint32_t size);

    /* The I/O port: commands are processed (true) or only accepted (false); its light. */
    fl_status (*set_io)(void *board, bool processing);
    fl_status (*set_light)(void *board, bool on);

    /* On parts that trap at an uncorrectable error: while on, a handler skips the read that failed,
     * and the function returns FL_E_ECC. */
    void (*guard_reads)(void *board, bool on);
    /* How many errors reads of this space corrected since this was asked last, or power-on. Flash
     * keeps them until it is written anew. */
    uint32_t (*corrections)(void *board, fl_space space);

    /* A broken assertion: `what` is a constant string. Does not return on a real device. */
    void (*assertion_failed)(void *board, const char *what);
};

#endif
