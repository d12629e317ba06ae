/* A fault plan, loaded and checked. docs/plans.md is the manual of the file format.
 *
 * A plan runs as a product of cells: every variant × memory kind × start state. Each cell is a
 * complete, small description of what to run, so that nothing downstream looks at YAML. */
#ifndef RELIGHT_PLAN_H
#define RELIGHT_PLAN_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

#include "relight/engine.h"
#include "board/rules.h"
#include "faults/catalogue.h"
#include "images/build.h"

typedef enum rl_start {
    RL_START_FACTORY = 0, /* old image in bank A, everything else erased */
    RL_START_UPDATED = 1, /* old image came by an earlier update: other bank holds an older image */
    RL_START_ABORTED = 2, /* an update was cut in the middle of its flash update */
    RL_START_STALE = 3,   /* after many updates there and back */
    RL_START_COUNT
} rl_start;

typedef enum rl_memory {
    RL_MEMORY_VOLATILE = 0, /* local memory is lost with power */
    RL_MEMORY_BATTERY = 1,  /* local memory keeps its content without power */
    RL_MEMORY_COUNT
} rl_memory;

/* How much of an operation's tearing is explored. */
typedef enum rl_tear {
    RL_TEAR_NONE = 0,    /* no cut at this level */
    RL_TEAR_BETWEEN = 1, /* before and after each operation; caches all kept and all lost */
    RL_TEAR_FULL = 2     /* every torn outcome of the device profile */
} rl_tear;

typedef enum rl_reuse {
    RL_REUSE_MERGE = 0,     /* crash states from the log, each distinct one run once */
    RL_REUSE_SNAPSHOTS = 1, /* crash states from the log, each one run */
    RL_REUSE_NONE = 2       /* each prefix run again from power-on */
} rl_reuse;

/* Where the new image comes from. */
typedef enum rl_source {
    RL_SOURCE_STORAGE = 0, /* a medium at the storage system, through its processor and the link */
    RL_SOURCE_HOST = 1,    /* the host that the adapter is in, over its bus */
    RL_SOURCE_RELAY = 2, /* an adapter of the storage system that was updated before passes it on */
    RL_SOURCE_COUNT
} rl_source;

/* What surrounds the adapter. */
struct rl_world_plan {
    uint32_t
        adapters;   /* 1 to 4, default 1: updated one after the other; the last one is explored */
    uint32_t hosts; /* 0 to 8, default 3: two on redundant paths through a switch, one direct */
    rl_source source;
    bool keep_light;    /* the light stays on through initialization */
    bool flush_staging; /* the staged copy is erased when it has served */
    bool spoil_key;     /* the fastload key becomes unreadable before initialization looks for it */
    uint32_t data_every; /* steps of an update between two changes of persistent data; 0: none */
    uint32_t data_item;  /* this item … */
    uint32_t data_least; /* … is set to more than this; 0: to no particular values */
};

/* How the update that is offered has to end. */
struct rl_expectation {
    bool refused;
    char reason[24]; /* the engine's word; empty: any */
};

/* Where faults of one class are put. Of each list, empty means everything that the class can hit.
 */
#define RL_SELECTOR_PHASES 8u
struct rl_selector {
    rl_class fault_class;
    char phases[RL_SELECTOR_PHASES][24];  /* of the engine; "" from the first unused one on */
    uint32_t kinds;                       /* mask of rl_kind */
    uint32_t regions;                     /* mask of RL_REGION_… */
    uint32_t first_address, last_address; /* of the operation, in its device; 0, 0: any */
    uint64_t first, last;                 /* operations of the power cycle, from 1; 0, 0: all */
    uint32_t match;                       /* only the match-th that all this selects; 0: each */
    uint32_t lasts;                       /* mask of rl_lasts; 0: as the class does by default */
    uint32_t shows;                       /* mask of rl_shows; 0: as the class does by default */
    uint32_t times;                       /* of RL_LASTS_TIMES; 0: 2 */
    char where[96];                       /* "file:line:column" in the plan */
};

/* A fault of the first class, then one of the second in the same scenario. */
struct rl_class_pair {
    rl_class first, second;
};

/* What a plan breaks. */
struct rl_fault_plan {
    const struct rl_selector *selectors; /* owned by the plan; NULL: no more than classes says */
    uint32_t selector_count;
    const struct rl_class_pair *pairs;
    uint32_t pair_count;
};

struct rl_limits {
    uint32_t operations; /* per power cycle; more is a hang. 1000 to 10^8, default 2000000 */
    uint32_t boots;      /* fault-free boots until the device must run. 1 to 100, default 3 */
    uint32_t erases;     /* erases of any one sector per power cycle. 1 to 10^6, default 8 */
    uint32_t offline_ms; /* most time without I/O in an update without faults; 0: no limit */
    uint32_t dark_ms;    /* and with the light off; 0: no limit */
};

struct rl_image_spec {
    uint8_t *bytes; /* a built or loaded image; owned by the plan */
    uint32_t size;
    uint8_t identity[RELIGHT_DIGEST_SIZE]; /* SHA-256 of the manifest */
    char name[64];                         /* as a person calls it: file name or payload */
};

/* One thing to run. */
struct rl_cell {
    /* "variant/memory=battery/start=factory", each part only where there are several; never empty:
     * "only" where there is one of each. Unique in the plan. */
    char name[96];
    char engine[256]; /* a built-in engine's name or a path to a shared object */
    struct relight_geometry geometry;
    uint32_t line_size;   /* cache line, bytes: 32, 64 or 128, default 64 */
    uint32_t cache_lines; /* lines of the data cache: 4 to 4096, default 256 */
    uint32_t chunk_size;  /* most bytes the sender gives at once: multiple of 256, default 1024 */
    rl_memory memory;
    rl_start start;
    const struct rl_image_spec *old_image, *new_image;
    /* Of the start states updated and stale; may be NULL when the plan's device trusts a key of its
     * own and no cell needs it. */
    const struct rl_image_spec *older_image;
    rl_class_set classes; /* those that are on */
    struct rl_fault_plan faults;
    uint32_t depth;  /* 0 to 2: cuts in one scenario; 0: the golden run alone */
    bool closure;    /* any number of cuts, until no new state appears; then depth is 1 */
    uint32_t doubts; /* of a closure: operations that are in doubt at once, 1 to 4 */
    rl_tear tear[2]; /* of the first and of the second cut; of a closure: and of all later ones */
    uint32_t sample; /* 0: everything; else draw so many scenarios */
    uint64_t seed;   /* of the draw */
    rl_reuse reuse;
    struct rl_world_plan world;
    struct rl_expectation expect;
    struct rl_flash_rules flash;
    uint64_t post_bytes; /* local memory that a power-on self-test goes through */
    bool staging_sram;   /* the staging place is a memory device of its own, which is not cached */
    bool flash_traps, memory_traps; /* an uncorrectable error traps, and is no status */
    struct rl_limits limits;
    uint32_t properties; /* bit i: property i is judged */
};

struct rl_plan {
    char name[64];
    char *about;                            /* may be empty, never NULL */
    uint8_t public_key[RL_KEY_PUBLIC_SIZE]; /* what the device trusts */
    struct rl_cell *cells;
    uint32_t cell_count;    /* 1 to 4096 */
    uint64_t digest;        /* of everything that influences results: plan, device, images, key */
    uint64_t images_digest; /* of the images of all cells alone */
    struct rl_image_spec *images; /* owned; cells point into it */
    uint32_t image_count;
    struct rl_selector **selectors; /* owned lists; cells point into them */
    struct rl_class_pair **pairs;
    uint32_t selector_lists, pair_lists;
};

/* Loads the plan at `path`. NULL when it is not one: then `error` (at least 512 bytes) holds one
 * line "file:line:column: what is wrong; what was expected". Nothing is printed or created.
 * Paths in a plan are relative to the plan's file. */
struct rl_plan *rl_plan_load(const char *path, char *error, size_t error_size);
void rl_plan_free(struct rl_plan *plan);

/* Whether a cell has faults of the class, singly or in a pair. */
bool rl_plan_has_class(const struct rl_plan *plan, rl_class fault_class);
/* Takes these classes out of every cell: out of what is injected, and every pair with one of them.
 * Second cuts go with the last kind of first ones. A cell that is left without faults runs its
 * golden run. The digest stays: tokens are those of the whole plan. */
void rl_plan_without(struct rl_plan *plan, const rl_class_set *without);

const char *rl_start_name(rl_start start);
const char *rl_memory_name(rl_memory memory);

#endif
