/* The code image, format version 2. docs/image-format.md is the specification byte by byte; the
 * static asserts below keep the two together. All integers are little-endian and read through
 * fl_get32(), so that the layout does not depend on the compiler or the target.
 *
 *   0x000  header         256 B   CRC-32C over its first 252 bytes in its last 4
 *   0x100  segment table  384 B   eight entries
 *   0x280  signature       64 B   Ed25519 over bytes 0x000 to 0x27F
 *   0x2C0  reserved        64 B   all 0xFF
 *   0x300  key slot       256 B   all 0xFF in a file and in flash; the fastload key lives here in
 *                                 the resident image: outside of everything that is signed
 *   0x400  runtime segment, data segments, configurations of companions, each a multiple of 256
 *          bytes, side by side
 *
 * That is an image as stored: in files, in flash and in staging. When it is resident, its metadata
 * lies at the start address, and each runtime or data segment at the place that its entry names,
 * anywhere in the resident region. Configurations of companions have no place in memory.
 *
 * The manifest is header and segment table: what the signature covers. The identity of an image is
 * the SHA-256 of its manifest. */
#ifndef FASTLOAD_IMAGE_H
#define FASTLOAD_IMAGE_H

#include <stdint.h>

#include "fastload/status.h"

#define FL_IMAGE_MAGIC        "RLIMAGE1"
#define FL_IMAGE_FORMAT       2u
#define FL_IMAGE_UNIT         256u /* segments start and end on this */
#define FL_METADATA_SIZE      0x400u
#define FL_HEADER_SIZE        0x100u
#define FL_SEGMENT_TABLE      0x100u
#define FL_SEGMENT_ENTRY_SIZE 48u
#define FL_SEGMENT_MAX        8u
#define FL_MANIFEST_SIZE      0x280u
#define FL_SIGNATURE          0x280u
#define FL_SIGNATURE_SIZE     64u
#define FL_IMAGE_RESERVED     0x2C0u
#define FL_KEY_SLOT           0x300u
#define FL_KEY_SLOT_SIZE      0x100u
#define FL_DIGEST_SIZE        32u
#define FL_MODULE_COUNT       3u
#define FL_NAME_SIZE          32u
#define FL_COMPANIONS         2u

/* Byte offsets in the header. */
#define FL_H_MAGIC            0x00u /* 8 bytes */
#define FL_H_FORMAT           0x08u
#define FL_H_TOTAL_SIZE       0x0Cu /* metadata and all segments, bytes */
#define FL_H_SEGMENT_COUNT    0x10u /* 2 to FL_SEGMENT_MAX: one runtime, at least one data */
#define FL_H_VERSION          0x14u /* major << 24 | minor << 16 | patch */
#define FL_H_LEVEL            0x18u /* level of the update engine inside the image */
#define FL_H_CAPABILITIES     0x1Cu /* bit mask; a new image must have all bits of the old one */
#define FL_H_DATA_FORMAT      0x20u /* format of the persistent data that it reads and writes */
#define FL_H_INIT_REQUIRES    0x24u /* bit mask of fl_init_step that its initialization needs */
#define FL_H_HARDWARE_MIN     0x28u /* lowest hardware level it runs on */
#define FL_H_SECURITY_COUNTER 0x2Cu
#define FL_H_START_ADDRESS    0x30u /* where in local memory it runs */
#define FL_H_BOOTSTRAP        0x34u /* offset of the bootstrap's first byte; starts module 1 */
#define FL_H_MODULES          0x38u /* FL_MODULE_COUNT times offset, size */
#define FL_H_NAME             0x50u /* FL_NAME_SIZE bytes, NUL-padded, printable ASCII */
/* Formats of persistent data that the bootstrap can convert to FL_H_DATA_FORMAT, which lies between
 * the two. */
#define FL_H_DATA_READS_MIN   0x70u
#define FL_H_DATA_READS_MAX   0x74u
#define FL_H_LEVEL_MIN        0x78u /* lowest level of a running image that it can take over from */
#define FL_H_COMPANIONS       0x7Cu /* FL_COMPANIONS times level; 0: needs none */
#define FL_H_INIT_FAST        0x84u /* bit mask of fl_init_step that have a fast variant in it */
#define FL_H_INIT_ORDER       0x88u /* FL_INIT_STEP_COUNT bytes: the steps in their order */
#define FL_H_PREPARES         0x8Cu /* bit mask of fl_preparation: what it needs beyond a reset */
#define FL_H_RESERVED         0x90u /* zero up to the CRC */
#define FL_H_CRC              0xFCu

/* Byte offsets in a segment entry. */
#define FL_S_TYPE             0x00u
#define FL_S_OFFSET           0x04u
#define FL_S_SIZE             0x08u
#define FL_S_PLACE            0x0Cu /* from the start address on; 0 for configurations */
#define FL_S_DIGEST           0x10u /* SHA-256 of the segment */

_Static_assert(FL_H_MODULES + FL_MODULE_COUNT * 8u == FL_H_NAME,
               "modules end where the name starts");
_Static_assert(FL_H_NAME + FL_NAME_SIZE == FL_H_DATA_READS_MIN, "no gap behind the name");
_Static_assert(FL_H_COMPANIONS + FL_COMPANIONS * 4u == FL_H_INIT_FAST, "a level a companion");
_Static_assert(FL_H_PREPARES + 4u == FL_H_RESERVED, "reserved starts behind the last field");
_Static_assert(FL_H_CRC + 4u == FL_HEADER_SIZE, "the CRC ends the header");
_Static_assert(FL_SEGMENT_TABLE + FL_SEGMENT_MAX * FL_SEGMENT_ENTRY_SIZE == FL_MANIFEST_SIZE,
               "the manifest is header and segment table");
_Static_assert(FL_S_DIGEST + FL_DIGEST_SIZE == FL_SEGMENT_ENTRY_SIZE, "the digest ends the entry");
_Static_assert(FL_SIGNATURE + FL_SIGNATURE_SIZE == FL_IMAGE_RESERVED, "metadata layout");
_Static_assert(FL_IMAGE_RESERVED % 64u == 0 && FL_IMAGE_RESERVED < FL_KEY_SLOT, "metadata layout");
_Static_assert(FL_KEY_SLOT + FL_KEY_SLOT_SIZE == FL_METADATA_SIZE, "metadata layout");

/* In a table: one runtime segment, then data, then at most one configuration each, PLA first. */
enum { FL_SEGMENT_RUNTIME = 1, FL_SEGMENT_DATA = 2, FL_SEGMENT_PLA = 3, FL_SEGMENT_PHY = 4 };

/* Chips beside the CPU with a configuration of their own. */
typedef enum fl_companion { FL_PLA = 0, FL_PHY = 1 } fl_companion;

/* A configuration begins with these 16 bytes; the rest is the companion's. */
#define FL_CONFIGURATION_MAGIC 0x464E4F43u /* "CONF", at 0x00 */
#define FL_C_COMPANION         0x04u       /* fl_companion */
#define FL_C_LEVEL             0x08u       /* 1 or more */
#define FL_C_RESERVED          0x0Cu       /* zero */

/* The parts of an image that the engine's modules are in, as ranges of the runtime segment. */
typedef enum fl_module {
    FL_MODULE_UPDATE = 0,    /* query, load, branch: run from the old, resident image */
    FL_MODULE_BOOTSTRAP = 1, /* flash update to overlay and key: run from the new, staged image */
    FL_MODULE_INIT = 2       /* initialization: runs from the resident image */
} fl_module;

struct fl_range {
    uint32_t offset; /* from the image's first byte */
    uint32_t size;   /* bytes */
};

struct fl_segment {
    uint32_t type;
    struct fl_range range; /* as stored */
    uint32_t place;        /* offset from the start address when resident */
    uint8_t digest[FL_DIGEST_SIZE];
};

/* What a manifest says, after fl_image_parse() found it sound. */
struct fl_image {
    uint32_t total_size; /* as stored */
    uint32_t extent;     /* bytes from the start address to behind the last place */
    uint32_t version;
    uint32_t level;
    uint32_t capabilities;
    uint32_t data_format;
    uint32_t init_requires;
    uint32_t hardware_min;
    uint32_t security_counter;
    uint32_t start_address;
    uint32_t bootstrap;
    uint32_t data_reads_min, data_reads_max;
    uint32_t level_min;
    uint32_t companion_level[FL_COMPANIONS];
    uint32_t init_fast;
    uint8_t init_order[4];
    uint32_t prepares;
    uint32_t segment_count;
    struct fl_range modules[FL_MODULE_COUNT];
    struct fl_segment segments[FL_SEGMENT_MAX];
};

/* Little-endian access to persistent bytes. */
uint32_t fl_get32(const uint8_t *bytes);
void fl_put32(uint8_t *bytes, uint32_t value);

/* CRC-32C (Castagnoli, reflected, initial and final value all ones) of `size` bytes. */
uint32_t fl_crc32c(const uint8_t *bytes, uint32_t size);

/* Reads the manifest at `bytes` (FL_MANIFEST_SIZE bytes, any content) into `image`.
 *
 * Accepts only what docs/image-format.md allows: magic, format, header CRC, sizes within
 * `limit` bytes in all, segments contiguous from FL_METADATA_SIZE in table order without gap or
 * overlap (one runtime first, then data, then configurations), their places behind the metadata,
 * on units, apart from each other and within `extent` bytes, a configuration for each companion
 * level above 0 and for no other, unused entries and reserved bytes zero, modules inside the
 * runtime segment and FL_IMAGE_UNIT-aligned, bootstrap at the start of its module, data formats in
 * order, the order of initialization a permutation.
 * Returns FL_OK, or FL_E_MAGIC, FL_E_FORMAT, FL_E_HEADER_CRC, FL_E_SIZE, FL_E_SEGMENT, FL_E_PLACE,
 * FL_E_MODULE; then `image` is all zero. Judges neither signature nor digests: those need the
 * device. */
fl_status fl_image_parse(const uint8_t *bytes, uint32_t limit, uint32_t extent,
                         struct fl_image *image);

/* Where a module lies when the image is resident: offset from the start address. */
uint32_t fl_image_module_place(const struct fl_image *image, fl_module module);
/* The configuration of a companion, or NULL when the image brings none. */
const struct fl_segment *fl_image_configuration(const struct fl_image *image,
                                                fl_companion companion);
/* Whether a segment has a place in memory. */
static inline int fl_segment_is_placed(const struct fl_segment *segment)
{
    return segment->type == FL_SEGMENT_RUNTIME || segment->type == FL_SEGMENT_DATA;
}

#endif
