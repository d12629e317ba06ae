/* The fault classes that Relight knows, as data. `relight faults` prints these tables; plans name
 * their rows; counts in results are kept by their indices. Each family of classes has a file of its
 * own, catalogue_*.c. */
#ifndef RELIGHT_FAULTS_CATALOGUE_H
#define RELIGHT_FAULTS_CATALOGUE_H

#include <stdbool.h>
#include <stdint.h>

/* Extended only at the end: stores keep these numbers. */
typedef enum rl_class {
    /* Losing power, resetting: what a cut leaves. catalogue_power.c */
    RL_CLASS_CUT_BEFORE = 0,
    RL_CLASS_CUT_AFTER,
    RL_CLASS_TORN_PROGRAM_PREFIX,
    RL_CLASS_TORN_PROGRAM_SUFFIX,
    RL_CLASS_TORN_ERASE,
    RL_CLASS_WEAK_ERASE,
    RL_CLASS_ERASE_PREPROGRAM,
    RL_CLASS_LOST_UNFLUSHED,
    RL_CLASS_WARM_RESET,
    RL_CLASS_NESTED_CUT,
    RL_CLASS_TORN_PROGRAM_SUBSET,
    RL_CLASS_TORN_GRANULE,
    RL_CLASS_ERASE_SUSPEND_LOST,
    RL_CLASS_UNSTABLE_BITS,
    RL_CLASS_MARGINAL_CELL,
    RL_CLASS_PAIRED_DAMAGE,
    RL_CLASS_COLD_RESET,
    RL_CLASS_BROWN_OUT,
    RL_CLASS_ASYNC_RESET,
    RL_CLASS_OPTION_WORD_TORN,
    RL_CLASS_REORDERED_PERSIST,
    RL_CLASS_LYING_COMPLETION,
    RL_CLASS_RETAINED_GARBAGE,
    RL_CLASS_UNINITIALISED,
    /* Programming, erasing, caches. catalogue_write.c */
    RL_CLASS_PROGRAM_ERROR,
    RL_CLASS_ERASE_ERROR,
    RL_CLASS_AMBIGUOUS_ERROR,
    RL_CLASS_LOST_PROGRAM,
    RL_CLASS_LOST_ERASE,
    RL_CLASS_MISDIRECTED_PROGRAM,
    RL_CLASS_DUPLICATE_PROGRAM,
    RL_CLASS_PROGRAM_DISTURB,
    RL_CLASS_OVERPROGRAM,
    RL_CLASS_DOUBLE_PROGRAM_GRANULE,
    RL_CLASS_WORN_OUT,
    RL_CLASS_WRITE_PROTECTED,
    RL_CLASS_STICKY_FLAG,
    RL_CLASS_BUSY_FOREVER,
    RL_CLASS_SLOW_OPERATION,
    RL_CLASS_STALE_CACHE,
    /* Reading, and the bits read: catalogue_read.c, catalogue_ecc.c */
    RL_CLASS_LATENT_ERROR,
    RL_CLASS_ECC_TRAP,
    RL_CLASS_ECC_CORRECTABLE,
    RL_CLASS_ECC_BITS,
    RL_CLASS_ECC_MISCORRECT,
    RL_CLASS_ERASED_READ_FAULT,
    RL_CLASS_TRANSIENT_READ,
    RL_CLASS_UNSTABLE_READ,
    RL_CLASS_BIT_ROT,
    RL_CLASS_READ_DISTURB,
    RL_CLASS_RETENTION,
    RL_CLASS_MISDIRECTED_READ,
    RL_CLASS_SHORT_READ,
    RL_CLASS_READ_WHILE_WRITE,
    /* Local memory and the CPU: catalogue_ecc.c, catalogue_read.c */
    RL_CLASS_MEMORY_FLIP,
    RL_CLASS_MEMORY_ECC_TRAP,
    RL_CLASS_CHECK_USE_SWAP,
    RL_CLASS_INSTRUCTION_SKIP,
    /* Images, the way they come, and what surrounds the adapter. catalogue_images.c,
     * catalogue_transport.c */
    RL_CLASS_CORRUPT_IMAGE,
    RL_CLASS_INCOMPATIBLE_VERSION,
    RL_CLASS_CHUNK_LOST,
    RL_CLASS_CHUNK_REPEATED,
    RL_CLASS_CHUNK_REORDERED,
    RL_CLASS_CHUNK_CORRUPTED,
    RL_CLASS_CHUNK_SHORT,
    RL_CLASS_CHUNK_LATE,
    RL_CLASS_CHUNK_STALE_OFFSET,
    RL_CLASS_SENDER_GONE,
    RL_CLASS_CONCURRENT_COMMAND,
    RL_CLASS_RECORD_TIE,
    RL_CLASS_PARTIAL_COMPONENTS,
    RL_CLASS_BANK_ABSENT,
    RL_CLASS_CLOCK_JUMP,
    RL_CLASS_PATH_LOSS,
    RL_CLASS_COUNT
} rl_class;

/* The machinery that a class needs. */
typedef enum rl_class_way {
    RL_WAY_CUT = 0, /* it leaves a state: made from the log of a power cycle (outcome.h) */
    RL_WAY_UPSET,   /* it changes what the engine meets from an operation on (injection.h) */
    RL_WAY_WORLD    /* it is in the plan's images or world */
} rl_class_way;

/* What an engine owes. */
typedef enum rl_owes {
    RL_OWES_SURVIVE = 0, /* ends in old or new, running; an update that was refused because of it
                          * succeeds when it is offered again without it */
    RL_OWES_STOP_SAFELY, /* nothing unverified runs, and a reason is given */
    RL_OWES_DETECT       /* never silent use of what is wrong */
} rl_owes;

struct rl_class_info {
    rl_class fault_class;
    rl_class_way way;
    rl_owes duty;
    bool by_default; /* on in plans that do not name classes */
    /* Properties that the fault breaks by itself, a bit mask: not judged; after a cut, not judged
     * of the state that it left, before the device does anything (`invariant`: not at all). */
    uint32_t spares;
    const char *name;
    const char *physics;    /* one sentence */
    const char *parameters; /* what a plan may set, with unit and default; "none" */
    const char *applies;    /* operations that it can hit */
    const char *owes;       /* "survive", "stop safely" or "detect", and what that means here */
    const char *source;
};

/* NULL for a class that this version lists in the enumeration only. */
const struct rl_class_info *rl_class_info(rl_class index);
/* Index of the class called `name`, or RL_CLASS_COUNT. */
rl_class rl_class_find(const char *name);

/* A set of classes. */
#define RL_CLASS_WORDS 2u
typedef struct rl_class_set {
    uint64_t word[RL_CLASS_WORDS];
} rl_class_set;

_Static_assert(RL_CLASS_COUNT <= 64u * RL_CLASS_WORDS, "a set has a bit for each class");

/* Of the first 64 classes, bit i of `mask` is class i. */
static inline rl_class_set rl_class_set_of(uint64_t mask)
{
    return (rl_class_set){{mask, 0}};
}

static inline bool rl_class_in(const rl_class_set *set, rl_class fault_class)
{
    return (set->word[(unsigned)fault_class / 64u] >> ((unsigned)fault_class % 64u) & 1u) != 0;
}

static inline void rl_class_add(rl_class_set *set, rl_class fault_class)
{
    set->word[(unsigned)fault_class / 64u] |= (uint64_t)1 << ((unsigned)fault_class % 64u);
}

static inline void rl_class_remove(rl_class_set *set, rl_class fault_class)
{
    set->word[(unsigned)fault_class / 64u] &= ~((uint64_t)1 << ((unsigned)fault_class % 64u));
}

static inline bool rl_class_none(const rl_class_set *set)
{
    return (set->word[0] | set->word[1]) == 0;
}

/* Each family's rows. */
struct rl_class_family {
    const struct rl_class_info *rows;
    unsigned count;
};
extern const struct rl_class_family rl_classes_power, rl_classes_write, rl_classes_read,
    rl_classes_ecc, rl_classes_transport, rl_classes_images, rl_classes_world;

#endif
