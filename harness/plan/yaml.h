/* A small tree of YAML with positions: what a plan may use of the language, and no more.
 *
 * Accepted are block and flow mappings, lists and scalars, in one document. Refused, with the
 * position: anchors, aliases, tags, merge keys, keys that are not scalars, a key given twice,
 * a second document, NUL characters, more than RL_YAML_BYTES_MAX bytes, nesting deeper than
 * RL_YAML_DEPTH_MAX, and mappings or lists with more than RL_YAML_ITEMS_MAX entries. */
#ifndef RELIGHT_PLAN_YAML_H
#define RELIGHT_PLAN_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RL_YAML_BYTES_MAX 1048576u
#define RL_YAML_DEPTH_MAX 16u
#define RL_YAML_ITEMS_MAX 128u

enum rl_yaml_kind { RL_YAML_SCALAR, RL_YAML_LIST, RL_YAML_MAP };

struct rl_yaml {
    enum rl_yaml_kind kind;
    bool plain;             /* a scalar without quotes: only such a one can be a number */
    char *text;             /* of a scalar; NULL for others */
    struct rl_yaml **items; /* of a list its entries; of a map key, value, key, value … */
    uint32_t count;         /* of items */
    const char *file;       /* as it was opened */
    char *own_file;         /* of the root: what `file` of all nodes points to; else NULL */
    uint32_t line, column;  /* from 1 */
};

/* Where the first error of a load goes: one line. */
struct rl_yaml_error {
    char *text;
    size_t size; /* bytes of text */
};

/* Writes "file:line:column: MESSAGE" unless an error was written before, which stays. Control
 * characters become '?', so that it is one line whatever the file contains. Returns false. */
bool rl_yaml_fail(struct rl_yaml_error *error, const struct rl_yaml *where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Reads the file. NULL and an error when it is not what the top of this file describes, or empty.
 * Free with rl_yaml_free(). */
struct rl_yaml *rl_yaml_load(const char *path, struct rl_yaml_error *error);
void rl_yaml_free(struct rl_yaml *root); /* NULL is allowed */

/* The value of `key` in a map, or NULL. */
const struct rl_yaml *rl_yaml_get(const struct rl_yaml *map, const char *key);

#endif
