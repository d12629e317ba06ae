/* Faults that change what the engine meets, from one operation on: classes of RL_WAY_UPSET as code.
 *
 * An injection is one such fault: a class, a variant of it, how long it lasts and how it shows. It
 * is put at one operation of a power cycle. rl_injector_of() has, for each class, which operations
 * it can be put at, which variants there are, and what it does to the board. Each family of classes
 * has a file of its own, inject_*.c. */
#ifndef RELIGHT_FAULTS_INJECTION_H
#define RELIGHT_FAULTS_INJECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "board/board.h"
#include "faults/catalogue.h"

/* How long it lasts. */
typedef enum rl_lasts {
    RL_LASTS_ONCE = 0, /* this operation only */
    RL_LASTS_TIMES,    /* this one and the next like it, `times` in all */
    RL_LASTS_RESET,    /* until the next reset or power cycle */
    RL_LASTS_ERASE,    /* until the place is erased (flash) or written whole (memory) */
    RL_LASTS_GOOD,     /* for good */
    RL_LASTS_COUNT
} rl_lasts;

/* How it shows. */
typedef enum rl_shows {
    RL_SHOWS_STATUS = 0, /* the engine is told */
    RL_SHOWS_TRAP,       /* the CPU traps */
    RL_SHOWS_SILENT,     /* not at all */
    RL_SHOWS_LATE,       /* later */
    RL_SHOWS_COUNT
} rl_shows;

const char *rl_lasts_name(unsigned lasts); /* NULL past the last */
const char *rl_shows_name(unsigned shows);

struct rl_injection {
    rl_class fault_class;
    rl_lasts lasts;
    rl_shows shows;
    uint32_t times; /* RL_LASTS_TIMES: 2 or more; else 0 */
    uint32_t a, b;  /* the variant: the class says what they mean; 0 where it has none */
};

/* An operation that a fault may be put at. */
struct rl_site {
    const struct rl_device *device;
    const struct rl_log *log; /* up to and with the operation, of the run without this fault */
    size_t index;
    bool ends_step; /* the last operation of a step: commands come after it */
};

struct rl_injector;

/* An injection on its way through a run. */
struct rl_armed {
    const struct rl_injector *injector; /* of its class */
    struct rl_injection what;
    uint32_t number; /* of the fault in its scenario, from 1 */
    uint64_t at;     /* operation of its power cycle, from 1 */
    uint32_t cycle;  /* power cycle, from 1 */
    bool fired;      /* it did something */
    bool observed;   /* the engine met it: an answer, or what it read, was other than without */
    bool over;       /* it does nothing any more */
    bool waiting;    /* it was put there, and sees each operation although it has not fired yet */
    bool during;     /* it was at work when the operation going on began */
    bool for_hosts;  /* what hosts make of it is judged at the end: struct rl_injector, hosts */
    uint32_t hits;   /* operations that it changed */
    struct rl_operation first; /* the operation it was put at; valid once it fired */
    uint64_t keep[4];          /* the class's own; zero at first */
};

/* Commands that reached the engine between two steps, and what it said. */
struct rl_said {
    bool refused;   /* one that it could not take now; what was under way goes on */
    bool cancelled; /* the update was given up, as asked */
    bool twice;     /* a second update was taken in the middle of the first */
    bool reset;     /* it was told to reset, or its watchdog did */
};

typedef void rl_variant_visit(void *user, const struct rl_injection *injection);

/* What hosts are owed under a fault that is about them: judged at the end of the run, which nothing
 * may cut short. */
typedef enum rl_hosts_owed {
    RL_HOSTS_NOTHING = 0,
    RL_HOSTS_ANSWERED, /* rl_judge_io_answered() */
    RL_HOSTS_LAST_PATH /* rl_judge_io_last_path(), from time keep[0] on */
} rl_hosts_owed;

/* One class as code. */
struct rl_injector {
    rl_class fault_class;
    uint32_t kinds;   /* mask of rl_kind: operations that it can be put at */
    uint32_t regions; /* mask of RL_REGION_…; 0: any */
    uint32_t lasts;   /* mask of rl_lasts that it knows; the lowest is the default, unless … */
    uint32_t lasts_default; /* … this mask is not 0: then these, each */
    uint32_t shows;         /* mask of rl_shows that it knows; the lowest is the default */
    rl_hosts_owed hosts;    /* of those that set for_hosts */
    /* Visits the variants at a site, each a copy of `base` with a and b set. None: it cannot be
     * put there. NULL: one variant, with a and b 0. */
    void (*variants)(const struct rl_site *site, const struct rl_injection *base,
                     rl_variant_visit *visit, void *user);
    /* As in struct rl_upset: at the operation it was put at and, unless it is over, each one after
     * it, in later power cycles too. They set fired, observed, over and count hits. Either may be
     * NULL. */
    void (*before)(struct rl_armed *armed, struct rl_board *board,
                   const struct rl_operation *operation, struct rl_effect *effect);
    void (*after)(struct rl_armed *armed, struct rl_board *board,
                  const struct rl_operation *operation, relight_result result);
    /* Once, between the step that the operation ended and the next one, under the engine's guard:
     * may call the engine with `context`. May be NULL. */
    void (*between)(struct rl_armed *armed, struct rl_board *board, void *context,
                    struct rl_said *said);
    /* The board was reset or lost power (`cold`). May be NULL: then RL_LASTS_RESET is over. */
    void (*reset)(struct rl_armed *armed, struct rl_board *board, bool cold);
    /* At the end of an update, while it is not over: the word that this update has to be refused
     * with, whatever else is at fault; "" for any; NULL: it need not be. A fault that lasts once is
     * over then. NULL: never. */
    const char *(*refused_as)(const struct rl_armed *armed, const struct rl_board *board);
    /* Writes the variant for people, without a full stop: "the first 3 of 32 granules". NULL where
     * there is one only. `first` is the operation it was put at. */
    void (*tell)(const struct rl_injection *injection, const struct rl_operation *first, char *text,
                 size_t size);
};

/* NULL for a class of another way. */
const struct rl_injector *rl_injector_of(rl_class fault_class);

struct rl_injector_family {
    const struct rl_injector *rows;
    unsigned count;
};
extern const struct rl_injector_family rl_injectors_write, rl_injectors_read, rl_injectors_ecc,
    rl_injectors_transport, rl_injectors_images, rl_injectors_world;

/* Visits the injections of a class at a site that last and show as the masks say (0: the class's
 * default); `times` as in struct rl_injection. */
void rl_injections_at(rl_class fault_class, const struct rl_site *site, uint32_t lasts,
                      uint32_t shows, uint32_t times, rl_variant_visit *visit, void *user);

/* Faults of one scenario at work on one board. */
#define RL_INJECTOR_MAX 2u
struct rl_injecting {
    struct rl_armed list[RL_INJECTOR_MAX];
    uint32_t count;
    uint32_t cycle; /* power cycle going on, from 1 */
};

void rl_inject_clear(struct rl_injecting *injecting);
/* Arms one more, for operation `at` (from 1) of power cycle `cycle`. */
void rl_inject_arm(struct rl_injecting *injecting, const struct rl_injection *what, uint64_t at,
                   uint32_t cycle);
/* Hangs them onto a board; none: takes them off. */
void rl_inject_attach(struct rl_injecting *injecting, struct rl_board *board);
/* Between two steps of an update. */
void rl_inject_between(struct rl_injecting *injecting, struct rl_board *board, void *context,
                       struct rl_said *said);
/* The board was reset, or lost power. */
void rl_inject_reset(struct rl_injecting *injecting, struct rl_board *board, bool cold);
/* What goes on behind a cut, in a run of its own: power cycles count from 1 again. */
void rl_inject_follow(struct rl_injecting *injecting);
/* Whether one of them is judged by hosts. */
bool rl_inject_is_for_hosts(const struct rl_injecting *injecting);
/* Whether none will do anything any more. */
bool rl_inject_is_over(const struct rl_injecting *injecting);

/* As in tokens: CLASS[:A[.B]][/LASTS][/xTIMES][/SHOWS], what is 0 or the default left out. `size`
 * at least 96. */
void rl_injection_format(const struct rl_injection *injection, char *text, size_t size);
/* False when `text` is none. */
bool rl_injection_parse(const char *text, struct rl_injection *injection);
/* In words, for timelines; `size` at least 256. */
void rl_injection_tell(const struct rl_injection *injection, const struct rl_operation *first,
                       char *text, size_t size);

#endif
