/* Everything that can be wrong with a code image, as a list: each field of its metadata at, below
 * and beyond its bounds, and its segments cut off, stretched, overlapping, swapped and repeated;
 * each with seals that are broken by it, or made again around it.
 *
 * The list is a function of the image alone. Some of it leaves an image sound: see
 * rl_image_inspect(). */
#ifndef RELIGHT_IMAGES_CORRUPT_H
#define RELIGHT_IMAGES_CORRUPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "images/build.h"
#include "images/fields.h"

/* What was made again after the change, so that it is not seen by that. */
typedef enum rl_reseal {
    RL_RESEAL_NOTHING = 0,
    RL_RESEAL_CRC,    /* the header's CRC: good CRC, wrong signature */
    RL_RESEAL_SIGNED, /* CRC and signature, with the device's key */
    RL_RESEAL_FOREIGN /* CRC and signature, with a key that the device does not trust */
} rl_reseal;
#define RL_RESEALS 4u

const char *rl_reseal_name(unsigned reseal); /* NULL past the last */

typedef enum rl_distortion {
    RL_DISTORT_FIELD = 0,    /* a number becomes `value` */
    RL_DISTORT_BYTES,        /* the lowest bit of byte `value` of a field flips */
    RL_DISTORT_SIGNATURE,    /* the signature is made of bytes `value` */
    RL_DISTORT_SHORT,        /* only the first `value` bytes come */
    RL_DISTORT_LONG,         /* `value` bytes come after its end */
    RL_DISTORT_FLIP,         /* the lowest bit of byte `value` of a segment flips */
    RL_DISTORT_FLIP_DIGEST,  /* the same, and its digest is made again */
    RL_DISTORT_SHRINK,       /* a segment loses its last unit; table and total size say so */
    RL_DISTORT_STRETCH,      /* a segment gets one more unit; the same */
    RL_DISTORT_OVERLAP,      /* a segment begins a unit before the end of the one before */
    RL_DISTORT_PLACE_OVER,   /* a segment's place becomes that of segment `value` */
    RL_DISTORT_SWAP_ENTRIES, /* two entries of the table change places; `value` is the other */
    RL_DISTORT_SWAP_BYTES,   /* the first units of two segments do */
    RL_DISTORT_REPEAT_ENTRY, /* an entry stands twice: `value` becomes a copy, and counts */
    RL_DISTORT_REPEAT_BYTES, /* the first unit of a segment stands in the second's place, too */
    RL_DISTORT_NONE          /* nothing but the seals */
} rl_distortion;

struct rl_corruption {
    char name[64]; /* "segment1.size=0x200,signed", "truncated=0x400" */
    rl_distortion change;
    rl_reseal reseal;
    uint32_t field; /* of RL_DISTORT_FIELD and _BYTES; else the number of a segment */
    uint32_t value;
};

struct rl_corruptions {
    struct rl_corruption *list;
    uint32_t count, room;
};

/* The list for the sound image at `image`; rl_corruptions_free(). `reseals` false: without those
 * that take the device's key. False when memory ran out. */
bool rl_corruptions_init(struct rl_corruptions *corruptions, const uint8_t *image, size_t size,
                         bool reseals);
void rl_corruptions_free(struct rl_corruptions *corruptions);

/* Bytes that a corrupted image of `size` has at most. */
#define RL_CORRUPTED_MAX(size) ((size_t)(size) + 512u)
/* Makes the corrupted image in `out`, of at least RL_CORRUPTED_MAX(size) bytes; returns its size.
 * `key` is the device's: NULL does for what is not RL_RESEAL_SIGNED. */
size_t rl_corruption_make(const struct rl_corruption *corruption, const uint8_t *image, size_t size,
                          const struct rl_key *key, uint8_t *out);

#endif
