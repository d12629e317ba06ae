/* What kind of flash a device has: rules that parts differ in. All zero is what Relight takes where
 * a profile declares nothing: the strictest part for the engine, on which every fault can happen.
 * docs/plans.md, "Device profiles", has the keys; docs/design.md, "The board", the rules that all
 * parts share. */
#ifndef RELIGHT_BOARD_RULES_H
#define RELIGHT_BOARD_RULES_H

#include <stdbool.h>
#include <stdint.h>

/* What a program makes of a granule that is not erased. */
typedef enum rl_again {
    RL_AGAIN_ECC = 0, /* data and check bits that do not belong together; breaks a rule */
    RL_AGAIN_REFUSED, /* nothing; the status says so; breaks a rule */
    RL_AGAIN_CLEARS,  /* the AND of both, which reads well */
    RL_AGAIN_COUNT
} rl_again;

/* Whether what an interrupted operation left may be programmed like any other place. */
typedef enum rl_trust {
    RL_TRUST_MARKED = 0, /* only when its sector was erased, or with the same once more */
    RL_TRUST_IGNORED,    /* where it reads blank */
    RL_TRUST_COUNT
} rl_trust;

/* What an interrupted program leaves. */
typedef enum rl_tears {
    RL_TEARS_GRANULE = 0, /* some granules, and one that is neither old nor new */
    RL_TEARS_PAGE,        /* some granules, each old or new */
    RL_TEARS_NOTHING,     /* all of it or nothing of it */
    RL_TEARS_COUNT
} rl_tears;

/* What an interrupted erase may leave, besides all of it and nothing of it. */
enum {
    RL_ERASE_PART = 1u << 0, /* a part of the sector erased */
    RL_ERASE_WEAK = 1u << 1, /* all of it, to a part of the depth */
    RL_ERASE_ZEROS = 1u << 2 /* the tail programmed to zero, as erases of NOR flash begin */
};

/* What the profile says something about. Where it says nothing, nothing is excluded. */
enum {
    RL_DECLARES_AGAIN = 1u << 0,
    RL_DECLARES_TEARS = 1u << 1,
    RL_DECLARES_ERASE = 1u << 2,
    RL_DECLARES_BLANK = 1u << 3,
    RL_DECLARES_ECC = 1u << 4,
    RL_DECLARES_READ_WHILE_WRITE = 1u << 5,
    RL_DECLARES_ENDURANCE = 1u << 6,
    RL_DECLARES_TRUST = 1u << 7
};

struct rl_flash_rules {
    rl_again again;
    rl_tears tears;
    rl_trust trust;
    uint32_t erase_leaves; /* RL_ERASE_…; counts when it is declared */
    bool blank_faults;     /* reading what was not programmed since its erase fails */
    bool no_ecc;           /* nothing tells that a granule is neither old nor new */
    bool reads_while_busy; /* other sectors read while one is programmed or erased */
    bool pairs;            /* cells hold bits of two pages: one may be damaged by the other */
    uint32_t endurance;    /* erases of a sector that the maker guarantees; 0: unlimited */
    uint32_t declared;     /* mask of RL_DECLARES_… */
    uint64_t program_ns;   /* of each program; all durations 0: those of clock.h */
    uint64_t granule_ns;   /* of each of its granules besides */
    uint64_t erase_ns;     /* of a sector */
    uint64_t read_ns;      /* of 256 bytes */
};

#endif
