/* Engines drawn at random, for tests that hold the explorer against brute force: short programs of
 * stores, cleans, reads, programs, erases, comparisons and branches on what was read, over a few
 * words of memory and flash. Boot is one part of the program, and each step of an update another.
 * Some programs fail when two reads come out as they should never.
 *
 * The old image stands in the resident place from the start, so that an update begins wherever
 * memory survives; nothing is done with the new one. */
#ifndef RANDOM_ENGINE_H
#define RANDOM_ENGINE_H

#include "explore/scene.h"
#include "toy.h"

#define RANDOM_INSTRUCTIONS 32u
#define RANDOM_STEPS        2u

enum random_kind {
    RANDOM_STORE = 0,    /* a word of memory becomes a value */
    RANDOM_KEEP,         /* a word of memory becomes a register */
    RANDOM_READ,         /* a register becomes a word of memory */
    RANDOM_FILL,         /* a page of memory becomes a value */
    RANDOM_CLEAN,        /* a page of the data cache */
    RANDOM_COPY,         /* a page of memory becomes one of flash */
    RANDOM_FETCH,        /* a register becomes a granule of flash */
    RANDOM_BLANK,        /* a register becomes whether a granule is blank */
    RANDOM_COMPARE,      /* a register becomes whether a page of memory holds one of flash */
    RANDOM_PROGRAM,      /* a granule, if it is blank */
    RANDOM_PROGRAM_PAGE, /* a page of flash from memory, if it is blank */
    RANDOM_ERASE,        /* a sector */
    RANDOM_SKIP,         /* some instructions, unless a register has a value */
    RANDOM_SKIP_IF,      /* some, if it has */
    RANDOM_HALT,         /* no image runs */
    RANDOM_BREAK,        /* a rule of the device is broken */
    RANDOM_KINDS
};

struct random_instruction {
    uint8_t kind;
    uint8_t place, other, reg, value;
};

struct random_program {
    struct random_instruction list[RANDOM_INSTRUCTIONS];
    uint32_t count;
    uint32_t ends[1u + RANDOM_STEPS]; /* of boot, and of each step */
    uint32_t line_size, cache_lines;
};

extern struct random_program random_program;
extern const struct relight_engine random_engine;
/* Called at each boot; may be NULL. */
extern void (*random_engine_boots)(void);

/* Draws the program; the same for the same state. */
void random_program_draw(uint64_t *state);
/* A cell of that engine. */
void random_engine_init(struct toy *toy, rl_memory memory);
/* Puts the old image into its place in the start state. */
void random_engine_place_image(struct rl_scene *scene);
/* Whether any operation of it stores to whole lines. */
bool random_program_fills(void);
/* The program as text, for who has to find out why a comparison fails. */
void random_program_print(void);

#endif
