/* A toy engine and a plan for it, for testing the explorer apart from fastload.
 *
 * Its "device" keeps a choice in the record sectors: it boots whatever image bank A holds unless
 * recordA carries the mark, then bank B's. An update copies the new image to staging and bank B,
 * programs the mark, and puts the new image into its resident place. When that has a higher
 * security counter, it programs the one-time-programmable sector, too, and bank A is not booted any
 * more. `toy_fault` says what it does wrong.
 */
#ifndef TOY_H
#define TOY_H

#include "explore/engines.h"
#include "plan/plan.h"

enum toy_fault {
    TOY_SOUND = 0,
    TOY_COMMITS_EARLY,     /* the mark is programmed before bank B */
    TOY_SPINS,             /* boot loops for ever without an operation */
    TOY_LOOPS,             /* boot loops for ever with operations */
    TOY_CRASHES,           /* boot writes through a null pointer */
    TOY_ASSERTS,           /* boot fails an assertion */
    TOY_NOT_DETERMINISTIC, /* boot reads something else each time */
    TOY_TRUSTS_MEMORY,     /* boot believes a note in memory that it did not clean; see toy.c */
    TOY_TRUSTS_LINES,      /* the same of a note in four lines, of which two count; see toy.c */
    /* With data: */
    TOY_ERASES_FIRST,     /* compaction erases what it copies before the copy stands */
    TOY_KEEPS_FIRST,      /* the first entry of an item counts, until it is compacted */
    TOY_FORGETS,          /* some changes are acknowledged and never made */
    TOY_CONVERTS_WRONGLY, /* the new image finds another value of an item */
    TOY_KEEPS_FORMAT,     /* the new image finds the old format */
    TOY_ROLLS_BACK,       /* an old image with a lower security counter is taken, too */
    TOY_KEEPS_CURSOR,     /* an old image is taken; the next update starts where that one ended */
    TOY_COUNTS_NOTHING,   /* a higher security counter is not written down */
    TOY_REFUSES,          /* each update is refused when it was received */
    TOY_WRITES_FIRST,     /* the same, after the journal was erased */
    TOY_FILLS_FIRST,      /* the same, after the resident place was stored to */
    TOY_REFUSES_LATE,     /* refused from the bootstrap, when bank B was programmed */
    TOY_REFUSES_TOO_LATE, /* the same, and bank A was programmed, too */
    TOY_LEAKS /* each update that another one was cut before uses up one of TOY_LEAKS_MOST places
               * for ever; when there is none left it erases bank A */
};
#define TOY_LEAKS_MOST 33u
extern enum toy_fault toy_fault;
/* Bank B is erased where it is not blank, and programmed in many steps. */
extern bool toy_in_steps;

extern const struct relight_engine toy_engine;

struct toy {
    struct rl_plan plan;
    struct rl_cell cell;
    struct rl_image_spec images[2];
    struct rl_engine_handle handle;
    struct rl_engines engines; /* only that one */
};

/* A plan of one cell: 4 KiB banks of 512-byte sectors, images of 2 KiB. */
void toy_init(struct toy *toy, rl_memory memory, uint32_t depth, rl_tear first, rl_tear second);
/* Makes image `index` (0 old, 1 new) anew, with these facts. */
void toy_image(struct toy *toy, uint32_t index, uint32_t data_format, uint32_t security_counter);
/* Another engine, that keeps data as well: format 1 in the old image, 2 in the new one. Its running
 * image changes an item after each `every` steps. */
void toy_with_data(struct toy *toy, uint32_t every);
/* Whether the mark stands. */
bool toy_is_marked(const struct relight_services *services);
void toy_free(struct toy *toy);

#endif
