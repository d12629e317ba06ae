/* The judge of one scenario: what it knows, and the verdict so far. Each property's code is in the
 * file of its name; this is what they share.
 *
 * Oracles look at the board only through its observed accessors, so that what they read is part of
 * what two states must agree on to be judged alike. */
#ifndef RELIGHT_ORACLES_JUDGE_H
#define RELIGHT_ORACLES_JUDGE_H

#include <stdbool.h>
#include <stdint.h>

#include "board/board.h"
#include "board/breakpoint.h"
#include "images/facts.h"
#include "images/parts.h"
#include "oracles/oracles.h"

/* How an image can stand in memory. */
enum rl_standing {
    RL_STANDS_RESIDENT = 0, /* its segments at their places in the resident region */
    RL_STANDS_STAGED = 1,   /* as stored, in staging */
    RL_STANDINGS
};

/* What must be there, in pages. */
struct rl_known_part {
    uint32_t stored; /* first page in the image */
    uint32_t place;  /* first page from the start of the region */
    const struct rl_content *content;
};

/* An image that may legitimately run, as pages. */
struct rl_known_image {
    const char *name; /* "old" or "new" */
    uint8_t identity[RELIGHT_DIGEST_SIZE];
    uint32_t pages;
    uint32_t *data; /* by page as stored */
    struct rl_image_facts facts;
    /* All but the key slot. */
    uint32_t part_count[RL_STANDINGS];
    struct rl_known_part parts[RL_STANDINGS][RL_IMAGE_RESIDENT_PARTS];
    struct rl_image_part modules[RL_IMAGE_MODULES]; /* by relight_module; sizes 0 in a bad image */
    /* What each companion has to run with it; NULL: it needs none. */
    const struct rl_content *configuration[RELIGHT_COMPANIONS];
};

/* The older image is what the device ran before the old one. */
enum {
    RL_RUNS_NONE = -1,
    RL_RUNS_OLD = 0,
    RL_RUNS_NEW = 1,
    RL_RUNS_OLDER = 2,
    RL_KNOWN_IMAGES = 3
};

#define RL_JUDGE_WHY 256u

struct rl_judge {
    struct rl_board *board;
    const struct relight_engine *engine;
    const struct rl_known_image *images; /* old, new, older */
    uint32_t properties;                 /* asked for: bit mask */
    uint32_t violated;                   /* bit mask */
    char why[RL_PROPERTY_COUNT][RL_JUDGE_WHY];
    uint64_t at[RL_PROPERTY_COUNT]; /* operation of the power cycle, counted from 1 */
    uint32_t cycle[RL_PROPERTY_COUNT];
    uint32_t power_cycle; /* the one going on, counted from 1 */
    struct rl_stop stop;  /* rl_breakpoint() is called there */
    bool key_seen;        /* a valid key was there in this power cycle */
    bool settling; /* power cycles without an update since an initialization: no key can be left */
    int offered;   /* image that the update brings: RL_RUNS_NEW, but afterwards */
    uint32_t executed;              /* modules since the update was offered, bit mask */
    struct relight_outlook now;     /* what the engine said last of what a reset would leave */
    struct relight_outlook outlook; /* and what it said before the boot going on */
    uint32_t counter;               /* highest security counter of an image that ran */
    uint32_t ran;                   /* images that ran, bit mask by RL_RUNS_… */
    struct {
        bool began;
        uint64_t operation;         /* of the power cycle, from 0 */
    } initialises[RL_KNOWN_IMAGES]; /* the first initialization of each image in the log */
    bool refuses;                   /* the update that is offered has to be refused */
    const char *refusal;            /* for this reason; empty: for any */
    bool may_refuse; /* the update that is offered may be refused, for whatever reason */
    bool may_stop;   /* and no image may run, as long as nothing unverified does */
    /* fallback.c */
    bool injected;     /* faults are injected: what they hit is lost by no fault of the engine's */
    bool falls_back;   /* faults are injected, and a bank carried the older image at the start */
    bool takes_no_new; /* the older image has a reason to refuse the new one */
    bool fell_back;    /* the older image runs, because the old one was lost */
    uint32_t hurt;     /* images: a fault damaged or took a bank that carried it, mask */
};

/* Records a violation; the first of each property is kept. `format` as printf. */
void rl_judge_violated(struct rl_judge *judge, rl_property property, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void rl_judge_clear(struct rl_judge *judge);
/* Of the violations, those by the state that the run began in, before the device did anything: a
 * mask. */
uint32_t rl_judge_at_start(const struct rl_judge *judge);
/* Of the violations, those that are not held against the engine after a cut of a class that spares
 * `spares`: its own invariant, which a state that no operation leaves may break for longer; else
 * what that state violates by itself. */
uint32_t rl_judge_spared(uint32_t violated, uint32_t at_start, uint32_t spares);
/* Connects the judge to what happens on its board. */
void rl_judge_attach(struct rl_judge *judge, struct rl_board *board);

/* Whether the region holds the image in this form, whole; of `plane`. */
bool rl_judge_holds(struct rl_judge *judge, int image, enum rl_standing standing,
                    const struct relight_region *region, int plane);
/* The image that stands in its region whole, as the CPU sees it (or, `behind` the cache, as memory
 * holds it), or RL_RUNS_NONE. */
int rl_judge_image_at(struct rl_judge *judge, enum rl_standing standing, bool behind);
/* Whether this image does, as the CPU sees it, may it run or not. */
bool rl_judge_stands(struct rl_judge *judge, int image, enum rl_standing standing);
const char *rl_judge_image_name(const struct rl_judge *judge, int image);

/* fallback.c: what may run where faults took the last good copy of an image. */
/* A fault is about to damage a bank, or to take it away; `in_time`: as long as the image that the
 * bank carries does not run, the engine owes to find that. */
void rl_judge_hurt(struct rl_judge *judge, uint32_t bank, bool in_time);
/* Whether a fault hit a bank that carried the image, and no bank carries it whole any more. */
bool rl_judge_lost(struct rl_judge *judge, int image);
/* Whether the device may stop without an image that runs. */
bool rl_judge_may_stop(struct rl_judge *judge);
/* Whether the older image may run. */
bool rl_judge_may_fall_back(struct rl_judge *judge);
/* `image` runs, so what follows starts from there. */
void rl_judge_base_is(struct rl_judge *judge, int image);
/* The image that an update starts from: the old one, but after a fallback. */
int rl_judge_base(const struct rl_judge *judge);

/* invariant.c: the engine's predicate over the state that a reset now would leave. */
void rl_judge_invariant(struct rl_judge *judge);
/* key_sound.c */
void rl_judge_key_state(struct rl_judge *judge);
void rl_judge_init_step(struct rl_judge *judge, uint32_t step, bool fast);
/* whole.c: returns the image that runs. */
int rl_judge_running(struct rl_judge *judge);
void rl_judge_executed(struct rl_judge *judge, relight_module module, uint32_t address,
                       uint32_t size);
/* authentic.c: a module was executed from a place that holds no known image whole. */
void rl_judge_authentic(struct rl_judge *judge, const char *module, const char *place);
/* device_rules.c */
void rl_judge_rule(struct rl_judge *judge, const char *what, uint8_t device, uint32_t address);
/* Flash changed in a boot with nothing left to do. */
void rl_judge_settled(struct rl_judge *judge);
/* After a boot: what ran against judge->outlook. */
void rl_judge_outlook(struct rl_judge *judge, int image);
/* bootable.c: how a boot left the engine; `escape` is RL_ESCAPE_… or 0. */
void rl_judge_boot(struct rl_judge *judge, int escape, relight_progress progress, uint32_t boots);
/* monotonic.c: `image` runs. */
void rl_judge_counter(struct rl_judge *judge, int image);
/* What a boot now would run, by judge->now. */
void rl_judge_counter_state(struct rl_judge *judge);
/* A module of the image in the resident place is being executed. */
void rl_judge_initialises(struct rl_judge *judge, relight_module module, int image);
/* Whether the image that ran first after a cut at operation `cut` (from 0) of what `judge` judged
 * may run then; *why is a sentence. */
bool rl_judge_counter_agrees(const struct rl_judge *judge, uint64_t cut, int first_image,
                             const char **why);
/* The same where the new image began its initialization earlier: in a power cycle before the one
 * that was cut last. Otherwise `why`, of RL_JUDGE_WHY, is a sentence. */
bool rl_judge_counter_remembered(const struct rl_known_image *images, int first_image, char *why);
/* How an offer of the old image ended where the new one runs, with a higher counter. */
void rl_judge_downgrade(struct rl_judge *judge, relight_progress progress, int image);
/* `image` runs after flash was put back to what it held before the update to a higher counter. */
void rl_judge_rollback(struct rl_judge *judge, int image);
/* refusal.c: how an update ended that has to be refused because of `expected` (empty: whatever),
 * and what the engine answers to a query then. What it stored to since it was offered is in
 * judge->board->touched. */
void rl_judge_refusal(struct rl_judge *judge, relight_progress progress, int image,
                      const char *reason, const char *expected);
void rl_judge_account(struct rl_judge *judge, const struct relight_account *account,
                      const char *reason);
/* progress.c */
/* How an offer of judge->offered ended, where the other image ran. */
void rl_judge_there_and_back(struct rl_judge *judge, int escape, relight_progress progress,
                             int image);
void rl_judge_choice(struct rl_judge *judge, int before, int after);
void rl_judge_end(struct rl_judge *judge, int escape, relight_progress progress, int image,
                  const char *reason);

#endif
