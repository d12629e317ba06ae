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

#define RELIGHT_ENGINE_API    2u
#define RELIGHT_ENGINE_SYMBOL "relight_engine"
#define RELIGHT_DIGEST_SIZE   32u
#define RELIGHT_BULK          256u /* bytes; what bulk services work in */
#define RELIGHT_COMPANIONS    2u   /* chips beside the CPU with a configuration of their own */

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

/* A companion: a chip beside the CPU that runs a configuration of its own. Its configuration flash
 * is part of flash; its active configuration, which a refresh loads from there, shows in memory.
 * It survives a reset of the CPU and is lost with power, whatever memory does. */
typedef enum relight_companion_kind {
    RELIGHT_PLA = 0, /* programmable logic between bus, memory and ports */
    RELIGHT_PHY = 1  /* transceivers of the I/O port */
} relight_companion_kind;

struct relight_companion {
    struct relight_region configuration; /* flash, whole sectors */
    struct relight_region active;        /* memory, as large; engines read it and never write it */
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
    struct relight_region data[2]; /* flash; persistent data, two areas of whole sectors */
    struct relight_region otp;     /* flash, one sector: programmed once for ever, never erased */
    struct relight_region
        resident; /* memory; what does not fit a bank may lie behind a bank's size */
    struct relight_region staging; /* memory; in local memory or in a device of its own */
    struct relight_region
        handover; /* memory, RELIGHT_BULK bytes: for what one image leaves another */
    struct relight_companion companion[RELIGHT_COMPANIONS]; /* sizes 0: the board has none */
    uint32_t hardware_level;
    bool staging_executes; /* the CPU can execute code from the staging place */
    bool erased_faults;    /* reading what was not programmed since its erase fails: RELIGHT_ECC */
    bool paired_pages; /* flash: a program that is cut may damage the other page of its pair, 2n or
                        * 2n + 1 */
};

/* How whoever starts an update wants it done. */
struct relight_options {
    bool keep_light;    /* leave the light on through initialization */
    bool flush_staging; /* erase the staged copy when it has served */
};

/* The parts of an engine whose code lies in an image; see execute(). */
typedef enum relight_module {
    RELIGHT_MODULE_UPDATE = 0,
    RELIGHT_MODULE_BOOTSTRAP = 1,
    RELIGHT_MODULE_INIT = 2
} relight_module;

/* Steps of initialization. What they take, standard and fast, is the board's. */
typedef enum relight_init_step {
    RELIGHT_INIT_REGISTERS = 0, /* processor and bridge registers; no fast variant */
    RELIGHT_INIT_POST = 1,      /* power-on self-test */
    RELIGHT_INIT_VARIABLES = 2, /* structures in memory */
    RELIGHT_INIT_HANDSHAKE = 3, /* with the bus and the ports */
    RELIGHT_INIT_STEPS = 4
} relight_init_step;

/* What an image may need to find prepared, beyond what the one before it left. */
typedef enum relight_preparation {
    RELIGHT_PREPARE_REGISTERS = 0, /* reset */
    RELIGHT_PREPARE_BUFFERS = 1,   /* cleared */
    RELIGHT_PREPARE_CACHES = 2,    /* flushed: those of the I/O port, not the CPU's */
    RELIGHT_PREPARATIONS = 3
} relight_preparation;

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
    const struct relight_options *options;

    /* Any range. */
    relight_result (*flash_read)(void *host, uint32_t address, void *bytes, uint32_t size);
    /* Granules inside one page, each blank before; programming another is a finding. */
    relight_result (*flash_program)(void *host, uint32_t address, const void *bytes, uint32_t size);
    /* The sector that starts at `address`. */
    relight_result (*flash_erase)(void *host, uint32_t address);
    /* Bulk, inside one page: programs what memory holds at `memory`, as the CPU sees it. */
    relight_result (*flash_program_from)(void *host, uint32_t address, uint32_t memory,
                                         uint32_t size);
    /* Granules: *blank says whether nothing was programmed there since the last erase. */
    relight_result (*flash_is_blank)(void *host, uint32_t address, uint32_t size, bool *blank);

    /* Through the data cache; multiples of 8 bytes at multiples of 8. */
    relight_result (*memory_read)(void *host, uint32_t address, void *bytes, uint32_t size);
    relight_result (*memory_write)(void *host, uint32_t address, const void *bytes, uint32_t size);
    relight_result (*memory_fill)(void *host, uint32_t address, uint8_t value); /* bulk, one unit */
    /* Bulk, one unit, from either space into memory. */
    relight_result (*memory_copy)(void *host, uint32_t to, relight_space space, uint32_t from);
    relight_result (*cache_clean)(void *host, uint32_t address, uint32_t size);
    relight_result (*cache_invalidate)(void *host, uint32_t address, uint32_t size);

    /* Bulk: *equal says whether memory holds what flash holds. Memory that does not read is not
     * equal, and an error only where memory traps; RELIGHT_ECC where flash does not read. */
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

    /* Asks for the software interrupt that the bootstrap of another image is entered by: executing
     * RELIGHT_MODULE_BOOTSTRAP without it is a finding. */
    relight_result (*raise_interrupt)(void *host);
    /* The code of `module` is fetched from memory and runs from here on. */
    relight_result (*execute)(void *host, relight_module module, uint32_t address, uint32_t size);
    /* One step of initialization, standard or fast. A fast variant that nothing prepared is a
     * finding. */
    relight_result (*init_step)(void *host, uint32_t step, bool fast);
    /* Readies registers, buffers or caches for an image that needs them as the last did not. */
    relight_result (*prepare)(void *host, relight_preparation what);
    /* Loads the active configuration from the first `size` bytes (bulk) of the configuration
     * flash; fails with RELIGHT_ECC where one does not read, and leaves the companion without one.
     * While commands are processed it is a finding: the companion stops for that time. */
    relight_result (*refresh)(void *host, relight_companion_kind companion, uint32_t size);
    relight_result (*set_io)(void *host, bool processing);
    relight_result (*set_light)(void *host, bool on);

    /* A broken assertion in the engine: a finding. Does not return. */
    void (*assertion_failed)(void *host, const char *what);

    /* Clears the error flags of flash. A flag that stands may make it refuse every program and
     * erase until it is cleared, or until a reset. */
    relight_result (*flash_clear)(void *host);
    /* On parts that trap at an uncorrectable error: while on, a handler skips the read, and the
     * service fails with RELIGHT_ECC; else the CPU traps, and a reset follows. Fetches trap anyhow.
     * Off at power-on and after a reset. No access of a device, as the next. */
    void (*guard_reads)(void *host, bool on);
    /* How many errors reads of this space corrected since this was asked last, or power-on or
     * reset; *address is where the last of them was, if there was one (may be NULL). Memory is
     * scrubbed as it is read; flash is not: what matters and was corrected should be written anew
     * elsewhere, before another bit goes. */
    uint32_t (*corrections)(void *host, relight_space space, uint32_t *address);
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

/* What an engine knows of an image; `known` false: nothing. */
struct relight_levels {
    bool known;
    uint32_t version;                       /* major << 24 | minor << 16 | patch */
    uint32_t size;                          /* bytes, as stored */
    uint32_t level;                         /* of the update engine inside */
    uint32_t data_format;                   /* of persistent data */
    uint32_t companion[RELIGHT_COMPANIONS]; /* 0: none needed */
    uint32_t hardware;                      /* lowest hardware level that it runs on */
};

/* What differs, or has to be brought up to date; bits of a mask. */
enum {
    RELIGHT_ASPECT_VERSION = 1u << 0,
    RELIGHT_ASPECT_SIZE = 1u << 1,
    RELIGHT_ASPECT_LEVEL = 1u << 2,
    RELIGHT_ASPECT_DATA = 1u << 3,
    RELIGHT_ASPECT_FLASH = 1u << 4,
    RELIGHT_ASPECT_PLA = 1u << 5,
    RELIGHT_ASPECT_PHY = 1u << 6,
    RELIGHT_ASPECT_PREPARE = 1u << 7,    /* registers, buffers, caches */
    RELIGHT_ASPECT_INIT_ORDER = 1u << 8, /* steps of initialization, or their order */
    RELIGHT_ASPECT_PLACES = 1u << 9,     /* where segments lie in memory */
    RELIGHT_ASPECTS = 10
};

/* An engine's answer to a query: what there is, what would change, what is possible. */
struct relight_account {
    bool machine_good;    /* the running image reads without ECC errors and is what was verified */
    bool fastload;        /* an update without going off-line first is possible */
    bool conventional;    /* fastload is not, but the conventional way is */
    const char *reason;   /* constant word; "ok" when fastload is possible */
    const char *sentence; /* constant; why not, and what can be done */
    struct relight_levels old_image, new_image; /* new: once its manifest is there */
    uint32_t flash_version;                 /* of the image in the other bank; 0 when it has none */
    uint32_t companion[RELIGHT_COMPANIONS]; /* level of the active configuration; 0: none */
    uint32_t hardware;
    uint32_t differences; /* RELIGHT_ASPECT_… */
    uint32_t needs;       /* RELIGHT_ASPECT_… that the update will work on */
};

struct relight_engine {
    uint32_t api;          /* RELIGHT_ENGINE_API */
    uint32_t context_size; /* bytes kept between calls, 0 to 65536 */
    const char *name;      /* [a-z0-9-]+ */
    const char *about;     /* one line */

    /* From power-on or reset to RELIGHT_RUNS or RELIGHT_HALTED. */
    relight_progress (*boot)(void *context, const struct relight_services *services);
    /* One bounded piece of work of an update. A thousand in a row that make no operation of the
     * board are an endless loop: a finding. */
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

    /* Persistent data of the image that runs: `data_items` numbered items with a value each, as
     * the application sees it, whatever the format in flash. All NULL and 0 where an engine keeps
     * none.
     * write: the running image sets an item. False when it cannot now; then nothing changed, or
     * the item holds either value. True: it will be there after any cut from now on.
     * read: a read-only view, as above; what the image that a boot would run will find. False when
     * there is no such item; *format is that of what was read. */
    uint32_t data_items;
    bool (*data_write)(void *context, const struct relight_services *services, uint32_t item,
                       uint32_t value);
    bool (*data_read)(const struct relight_services *services, uint32_t item, uint32_t *value,
                      uint32_t *format);

    /* The query: a read-only view, while an image runs or after an update was refused. May be
     * NULL. */
    void (*account)(const void *context, const struct relight_services *services,
                    struct relight_account *account);

    /* Modules that an update which ends in the new image has entered by execute(), no more and no
     * less: bit i is relight_module i. 0 where an engine does not tell: then it is not judged. */
    uint32_t update_modules;
};

#endif
