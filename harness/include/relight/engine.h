/* The only seam between Relight and an engine under test.
 *
 * An engine is one descriptor, struct relight_engine: built in, or exported by a shared object as
 * the symbol `relight_engine` (RELIGHT_ENGINE_SYMBOL). Relight calls it through that descriptor,
 * and the engine reaches the emulated board through struct relight_services alone.
 *
 * A scenario is a pure function of its inputs: an engine uses no clock, no addresses, no random of
 * its own. What it keeps between calls is the context that Relight hands it: `context_size` bytes,
 * zeroed before each boot, equal bytes in equal situations.
 *
 * A service that fails says so by its result; the engine may retry, go on, or give up, as it would
 * on the device. Power cuts are not seen by the engine: it is simply not called again. */
#ifndef RELIGHT_ENGINE_H
#define RELIGHT_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RELIGHT_ENGINE_API    1u
#define RELIGHT_ENGINE_SYMBOL "relight_engine"
#define RELIGHT_DIGEST_SIZE   32u
#define RELIGHT_BULK          256u /* bytes; what bulk services work in */

/* Results of services. */
typedef enum relight_result {
    RELIGHT_OK = 0,
    RELIGHT_IO = 1,       /* the device reported a failure */
    RELIGHT_ECC = 2,      /* uncorrectable error on a read; the buffer is undefined */
    RELIGHT_RANGE = 3,    /* outside of the device or misaligned; nothing done; a finding too */
    RELIGHT_NO_SENDER = 4 /* nobody sends */
} relight_result;

typedef enum relight_space { RELIGHT_FLASH = 0, RELIGHT_MEMORY = 1 } relight_space;

struct relight_region {
    uint32_t address; /* bytes, in its space */
    uint32_t size;    /* bytes */
};

/* The board as the plan describes it; constant through a scenario. */
struct relight_geometry {
    uint32_t sector_size;  /* bytes, power of two, 512 to 262144 */
    uint32_t page_size;    /* bytes, power of two, RELIGHT_BULK to sector_size */
    uint32_t granule_size; /* bytes: 8, 16 or 32 */
    uint32_t flash_size;   /* bytes, whole sectors */
    uint32_t memory_size;  /* bytes, multiple of RELIGHT_BULK */
    struct relight_region bank[2];
    struct relight_region record[2];
    struct relight_region journal;
    struct relight_region data;     /* flash; persistent data of the running image */
    struct relight_region resident; /* memory */
    struct relight_region staging;  /* memory */
    uint32_t hardware_level;
};

/* The parts of an engine whose code lies in an image; see execute(). */
typedef enum relight_module {
    RELIGHT_MODULE_UPDATE = 0,
    RELIGHT_MODULE_BOOTSTRAP = 1,
    RELIGHT_MODULE_INIT = 2
} relight_module;

/* What the board offers. Addresses and sizes are bytes. `host` is the first argument of each call.
 *
 * Flash is NOR with ECC: erased to 0xFF by sectors, each granule programmed once between erases.
 * Memory lies behind a write-back data cache and is fetched from through an instruction cache that
 * snoops nothing. "Bulk" functions take multiples of RELIGHT_BULK at multiples of RELIGHT_BULK. */
struct relight_services {
    uint32_t api;  /* RELIGHT_ENGINE_API */
    uint32_t size; /* sizeof(struct relight_services): later versions add at the end */
    void *host;
    const struct relight_geometry *geometry;

    /* Any range. */
    relight_result (*flash_read)(void *host, uint32_t address, void *bytes, uint32_t size);
    /* Granules inside one page, each blank before; programming another is a finding. */
    relight_result (*flash_program)(void *host, uint32_t address, const void *bytes, uint32_t size);
    /* The sector that starts at `address`. */
    relight_result (*flash_erase)(void *host, uint32_t address);
    /* Bulk, inside one page: programs what memory holds at `memory`, as the CPU sees it. */
    relight_result (*flash_program_from)(void *host, uint32_t address, uint32_t memory,
                                         uint32_t size);
    /* Bulk: *blank says whether nothing was programmed there since the last erase. */
    relight_result (*flash_is_blank)(void *host, uint32_t address, uint32_t size, bool *blank);

    /* Through the data cache; multiples of 8 bytes at multiples of 8. */
    relight_result (*memory_read)(void *host, uint32_t address, void *bytes, uint32_t size);
    relight_result (*memory_write)(void *host, uint32_t address, const void *bytes, uint32_t size);
    relight_result (*memory_fill)(void *host, uint32_t address, uint8_t value); /* bulk, one unit */
    /* Bulk, one unit, from either space into memory. */
    relight_result (*memory_copy)(void *host, uint32_t to, relight_space space, uint32_t from);
    relight_result (*cache_clean)(void *host, uint32_t address, uint32_t size);
    relight_result (*cache_invalidate)(void *host, uint32_t address, uint32_t size);

    /* Bulk. */
    relight_result (*compare)(void *host, uint32_t memory, uint32_t flash, uint32_t size,
                              bool *equal);
    /* Bulk: SHA-256 of a range against `digest` (RELIGHT_DIGEST_SIZE bytes). */
    relight_result (*digest_check)(void *host, relight_space space, uint32_t address, uint32_t size,
                                   const uint8_t *digest, bool *equal);
    /* SHA-256 of at most 65536 bytes at hand. */
    relight_result (*digest)(void *host, const void *bytes, uint32_t size, uint8_t *digest);
    /* Ed25519 under the key that the plan's device trusts; `signature` has 64 bytes. */
    relight_result (*signature_check)(void *host, const void *bytes, uint32_t size,
                                      const uint8_t *signature, bool *good);

    /* The sender's bytes from `offset` on, into memory: at most `size` (bulk); 0 at the end. */
    relight_result (*receive)(void *host, uint32_t offset, uint32_t address, uint32_t size,
                              uint32_t *received);

    /* The code of `module` is fetched from memory and runs from here on. */
    relight_result (*execute)(void *host, relight_module module, uint32_t address, uint32_t size);
    /* One step of initialization, by its number in the engine, standard or fast. */
    relight_result (*init_step)(void *host, uint32_t step, bool fast);
    relight_result (*set_io)(void *host, bool processing);
    relight_result (*set_light)(void *host, bool on);

    /* A broken assertion in the engine: a finding. Does not return. */
    void (*assertion_failed)(void *host, const char *what);
};

/* What a call of an engine reached. */
typedef enum relight_progress {
    RELIGHT_RUNS = 0,    /* an image runs and nothing is under way */
    RELIGHT_WORKING = 1, /* an update is under way: call step again */
    RELIGHT_REFUSED = 2, /* the update ended in the old image, which runs: see `reason` */
    RELIGHT_HALTED = 3   /* no image runs, and none will without help */
} relight_progress;

/* What an engine reads in a surviving state: what its boot would run, and its key. */
struct relight_outlook {
    bool bootable;
    uint8_t identity[RELIGHT_DIGEST_SIZE]; /* of the image it would run */
    uint32_t data_format;
    uint32_t security_counter;
    bool key_valid;
    uint8_t key[RELIGHT_DIGEST_SIZE]; /* the image that a valid key belongs to */
};

struct relight_engine {
    uint32_t api;          /* RELIGHT_ENGINE_API */
    uint32_t context_size; /* bytes kept between calls, 0 to 65536 */
    const char *name;      /* [a-z0-9-]+ */
    const char *about;     /* one line */

    /* From power-on or reset to RELIGHT_RUNS or RELIGHT_HALTED. */
    relight_progress (*boot)(void *context, const struct relight_services *services);
    /* One bounded piece of work of an update. */
    relight_progress (*step)(void *context, const struct relight_services *services);
    /* Asks for an update from the sender; false when the engine refuses to begin. */
    bool (*request)(void *context, const struct relight_services *services);
    /* Gives the update up; false when it can only go forward. */
    bool (*cancel)(void *context, const struct relight_services *services);

    /* Index of the current phase, below phase_count; 0 is idle. Valid during a call too. */
    uint32_t (*phase)(const void *context);
    const char *const *phase_names;
    uint32_t phase_count;
    /* Why the last update ended in the old image: a constant word. */
    const char *(*reason)(const void *context);

    /* Read-only views of a surviving state: `services` then answers reads, digests and signature
     * checks, and fails everything else with RELIGHT_IO. NULL where an engine offers none. */
    const char *(*invariant)(const struct relight_services *services); /* NULL: it holds */
    void (*decode)(const struct relight_services *services, struct relight_outlook *outlook);
};

#endif
