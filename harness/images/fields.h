/* The fields of an image's metadata with their bounds: one table, for who changes images on
 * purpose. docs/image-format.md is the specification. */
#ifndef RELIGHT_IMAGES_FIELDS_H
#define RELIGHT_IMAGES_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What bounds a field has. */
typedef enum rl_field_rule {
    RL_FIELD_NUMBER = 0, /* any number */
    RL_FIELD_RANGE,      /* a number from `least` to `most` */
    RL_FIELD_UNITS,      /* bytes, on units of 256 */
    RL_FIELD_MASK,       /* bits of `most` */
    RL_FIELD_LEVEL,      /* 0, or what a configuration is there for */
    RL_FIELD_ORDER,      /* bytes, each number below their count once */
    RL_FIELD_BYTES       /* no number */
} rl_field_rule;

#define RL_FIELD_NAME 24u

struct rl_image_field {
    char name[RL_FIELD_NAME]; /* "total-size", "segment1.place" */
    rl_field_rule rule;
    uint32_t offset, size; /* bytes of the image; size 4 unless RL_FIELD_BYTES */
    uint32_t least, most;
    bool is_signed; /* in the manifest; otherwise in the rest of the metadata */
};

/* All of them, in the order of the image: header, segment table, signature, reserved area, key
 * slot. */
#define RL_IMAGE_FIELDS 73u
/* The field with this number, below RL_IMAGE_FIELDS. */
struct rl_image_field rl_image_field(uint32_t number);
/* False when no field is called so. */
bool rl_image_field_find(const char *name, struct rl_image_field *field);

/* Values of a number at, below and beyond its bounds in an image where it is `now`, each once and
 * other than `now`, ascending; `data_format` is the image's, which bounds data-reads-min and -max.
 * Returns how many; 0 of RL_FIELD_BYTES. */
#define RL_FIELD_VALUES 16u
uint32_t rl_image_field_values(const struct rl_image_field *field, uint32_t now,
                               uint32_t data_format, uint32_t values[RL_FIELD_VALUES]);

#endif
