/* Reads code images from any bytes, and says everything that is wrong with them.
 *
 * This is a second reader of the format, written apart from the engine's fl_image_parse() and
 * sharing no code with it. Where the two disagree about a manifest, one of them is wrong. */
#ifndef RELIGHT_IMAGES_INSPECT_H
#define RELIGHT_IMAGES_INSPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fastload/status.h"

#define RL_INSPECT_MODULES    3u
#define RL_INSPECT_SEGMENTS   8u
#define RL_INSPECT_COMPANIONS 2u
#define RL_INSPECT_STEPS      4u
#define RL_INSPECT_PROBLEMS   48u /* every check can fail once */
#define RL_INSPECT_NAME       32u

enum rl_signature { RL_SIGNATURE_UNJUDGED = 0, RL_SIGNATURE_GOOD = 1, RL_SIGNATURE_BAD = 2 };

struct rl_inspect_range {
    uint32_t offset, size; /* as stored: not to be trusted */
};

struct rl_inspect_segment {
    uint32_t type; /* as stored: 1 runtime, 2 data, 3 PLA, 4 PHY, 0 in an unused entry */
    struct rl_inspect_range range;
    uint32_t place;       /* as stored: offset from the start address when resident */
    uint8_t stored[32];   /* digest in the table */
    uint8_t computed[32]; /* digest of the bytes; zero unless `inside` */
    bool inside;          /* the range lies inside the file */
};

/* One check that failed. */
struct rl_problem {
    fl_status status; /* what an engine has to answer */
    char text[120];   /* where, what was found, what was expected */
};

struct rl_inspection {
    size_t file_size;
    bool is_image; /* long enough for metadata, with magic and format 2: the rules apply to it. If
                    * not, there is one problem, and the fields up to `manifest` mean nothing */
    uint32_t format, total_size, segment_count, version, level, capabilities, data_format;
    uint32_t init_requires, hardware_min, security_counter, start_address, bootstrap;
    uint32_t data_reads_min, data_reads_max, level_min, init_fast, prepares;
    uint32_t companion_level[RL_INSPECT_COMPANIONS]; /* PLA, PHY */
    uint8_t init_order[RL_INSPECT_STEPS];
    struct rl_inspect_range modules[RL_INSPECT_MODULES];
    struct rl_inspect_segment segments[RL_INSPECT_SEGMENTS];
    uint8_t name[RL_INSPECT_NAME]; /* as stored: any bytes, perhaps no NUL */
    uint32_t crc_stored, crc_computed;
    uint8_t signature_bytes[64];
    enum rl_signature signature;
    uint8_t identity[32];

    fl_status manifest;     /* what a reader of the manifest alone answers: FL_OK, or the first of
                             * FL_E_MAGIC to FL_E_MODULE, or FL_E_PLACE, that applies */
    uint32_t problem_count; /* 0: the image is sound */
    struct rl_problem problems[RL_INSPECT_PROBLEMS]; /* in the order of the checks */
};

/* Looks at the `size` bytes at `bytes` (any content; `bytes` may be NULL when `size` is 0).
 * `public_key` (32 bytes) may be NULL: then the signature is not judged. */
void rl_image_inspect(const uint8_t *bytes, size_t size, const uint8_t *public_key,
                      struct rl_inspection *inspection);

/* Whether the signature of the image, of at least FL_METADATA_SIZE bytes, verifies under the key.
 */
bool rl_image_signed_by(const uint8_t *image, const uint8_t public_key[32]);

/* Room for a name of RL_INSPECT_NAME bytes when each is escaped. */
#define RL_NAME_TEXT_SIZE (RL_INSPECT_NAME * 4u + 1u)
/* Writes the name up to its padding, with bytes that are not printable ASCII as \xHH and a
 * backslash as \\, so that a hostile name does nothing to a terminal. */
void rl_image_name_text(const uint8_t name[RL_INSPECT_NAME], char text[RL_NAME_TEXT_SIZE]);

#endif
