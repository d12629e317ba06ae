/* Typed reading of YAML nodes, driven by tables: each key of a mapping is one row, which names the
 * function that reads its value and where that goes. Every function returns false when the value
 * is not what it must be; then the loader's error has the position and what was expected. */
#ifndef RELIGHT_PLAN_READ_H
#define RELIGHT_PLAN_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan/yaml.h"

struct rl_loader; /* plan/loader.h: what one load keeps; opaque to these functions' tables */

struct rl_field {
    const char *key;
    /* Reads `value` into `target`, a struct of the mapping's own kind. */
    bool (*read)(struct rl_loader *loader, const struct rl_yaml *value,
                 const struct rl_field *field, void *target);
    size_t offset;        /* where in `target`, for the functions below */
    uint64_t least, most; /* of a number or size; `most` bytes with NUL of a text */
    uint32_t step;        /* a size is a multiple of it; 0 or 1: any */
};

/* Reads each key of `map` by its row. An unknown key is an error at its own position; `what` says
 * in the message what the mapping describes. Keys that are absent leave `target` as it is. */
bool rl_read_map(struct rl_loader *loader, const struct rl_yaml *map, const char *what,
                 const struct rl_field *fields, size_t count, void *target);

/* Rows' functions: a uint32_t number, a uint64_t number, a size in bytes as uint32_t or uint64_t, a
 * text of printable characters as char array, and a text that is only checked. */
bool rl_read_u32(struct rl_loader *loader, const struct rl_yaml *value,
                 const struct rl_field *field, void *target);
bool rl_read_u64(struct rl_loader *loader, const struct rl_yaml *value,
                 const struct rl_field *field, void *target);
bool rl_read_size(struct rl_loader *loader, const struct rl_yaml *value,
                  const struct rl_field *field, void *target);
bool rl_read_size64(struct rl_loader *loader, const struct rl_yaml *value,
                    const struct rl_field *field, void *target);
bool rl_read_text(struct rl_loader *loader, const struct rl_yaml *value,
                  const struct rl_field *field, void *target);
bool rl_read_remark(struct rl_loader *loader, const struct rl_yaml *value,
                    const struct rl_field *field, void *target);
/* A duration as uint32_t of milliseconds: a number and its unit, ms, s or min; `least` and `most`
 * are milliseconds. */
bool rl_read_duration(struct rl_loader *loader, const struct rl_yaml *value,
                      const struct rl_field *field, void *target);
/* A name: [a-z0-9-], 1 to 63 characters. */
bool rl_read_name(struct rl_loader *loader, const struct rl_yaml *value,
                  const struct rl_field *field, void *target);

/* Names by number: NULL past the last. */
typedef const char *rl_names(unsigned index);

/* A word out of `names`; the nearest is suggested for one that is not. `what` is its kind, as in
 * "fault class". */
bool rl_read_word(struct rl_loader *loader, const struct rl_yaml *value, const char *what,
                  rl_names *names, unsigned *index);
/* One of two words as a bool: `names` has that for false first. For the functions of rows. */
bool rl_read_flag(struct rl_loader *loader, const struct rl_yaml *value,
                  const struct rl_field *field, rl_names *names, void *target);
/* A list of distinct words, at least one and at most `limit`. */
bool rl_read_words(struct rl_loader *loader, const struct rl_yaml *value, const char *what,
                   rl_names *names, unsigned *indices, unsigned limit, unsigned *count);
/* The same as a mask of their numbers, which are below 32. */
bool rl_read_mask(struct rl_loader *loader, const struct rl_yaml *value, const char *what,
                  rl_names *names, uint32_t *mask);

#endif
