/* From libfyaml's events to a small tree.
 *
 * Events are used and not libfyaml's own documents: an event shows
 * anchors, tags, aliases and repeated keys before anything resolves
 * them, and has a position for each. */
#define _GNU_SOURCE
#include "plan/yaml.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libfyaml.h>

#include "images/build.h"
#include "images/file.h"

struct reader {
    struct fy_parser *parser;
    struct rl_yaml_error *error;
    struct fy_diag *diagnosis;
    char *file;            /* the root owns it in the end */
    uint32_t line, column; /* of the newest node: where a value is missing, if one is */
};

bool rl_yaml_fail(struct rl_yaml_error *error, const struct rl_yaml *where, const char *format, ...)
{
    if (error->text[0] != '\0') {
        return false;
    }
    int used =
        snprintf(error->text, error->size, "%s:%u:%u: ", where->file, where->line, where->column);
    if (used > 0 && (size_t)used < error->size) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(error->text + used, error->size - (size_t)used, format, arguments);
        va_end(arguments);
    }
    for (char *c = error->text; *c != '\0'; c++) {
        if (iscntrl((unsigned char)*c)) {
            *c = '?';
        }
    }
    return false;
}

static struct rl_yaml position(const struct reader *reader, const struct fy_mark *mark)
{
    struct rl_yaml where = {.file = reader->file, .line = 1, .column = 1};
    if (mark != NULL) {
        where.line = (uint32_t)mark->line + 1;
        where.column = (uint32_t)mark->column + 1;
    }
    return where;
}

/* What libfyaml itself objects to: its first message, with the position it names. */
static void fail_syntax(struct reader *reader)
{
    struct rl_yaml where = position(reader, NULL);
    void *iterator = NULL;
    const struct fy_diag_error *found = fy_diag_errors_iterate(reader->diagnosis, &iterator);
    const char *message = "not well-formed";
    if (found != NULL) {
        where.line = found->line > 0 ? (uint32_t)found->line : 1;
        where.column = found->column > 0 ? (uint32_t)found->column : 1;
        message = found->msg;
    }
    rl_yaml_fail(reader->error, &where, "not valid YAML: %s", message);
}

static void *fail_memory(struct reader *reader)
{
    struct rl_yaml where = position(reader, NULL);
    rl_yaml_fail(reader->error, &where, "out of memory");
    return NULL;
}

/* The next event, or NULL and an error. */
static struct fy_event *next(struct reader *reader)
{
    struct fy_event *event = fy_parser_parse(reader->parser);
    if (event == NULL) {
        fail_syntax(reader);
    }
    return event;
}

/* Where a token starts that libfyaml places behind its first character: quote, & or *. */
static struct rl_yaml position_before(const struct reader *reader, const struct fy_mark *mark)
{
    struct rl_yaml where = position(reader, mark);
    where.column -= where.column > 1 ? 1 : 0;
    return where;
}

/* Anchors, aliases and tags make a file mean something else than it shows. */
static bool is_plain_speech(struct reader *reader, struct fy_event *event)
{
    struct rl_yaml where;
    if (event->type == FYET_ALIAS) {
        where = position_before(reader, fy_event_start_mark(event));
        return rl_yaml_fail(reader->error, &where,
                            "aliases are not allowed; write the value out, or use variants");
    }
    struct fy_token *anchor = fy_event_get_anchor_token(event);
    if (anchor != NULL) {
        where = position_before(reader, fy_token_start_mark(anchor));
        return rl_yaml_fail(reader->error, &where, "anchors are not allowed; leave the & out");
    }
    struct fy_token *tag = fy_event_get_tag_token(event);
    if (tag != NULL) {
        where = position(reader, fy_token_start_mark(tag));
        return rl_yaml_fail(reader->error, &where, "tags are not allowed; leave the ! out");
    }
    return true;
}

static bool add(struct reader *reader, struct rl_yaml *parent, struct rl_yaml *child)
{
    uint32_t limit = parent->kind == RL_YAML_MAP ? 2 * RL_YAML_ITEMS_MAX : RL_YAML_ITEMS_MAX;
    if (child == NULL) {
        return false;
    }
    if (parent->count == limit) {
        rl_yaml_fail(reader->error, child, "more than %u entries in one %s", RL_YAML_ITEMS_MAX,
                     parent->kind == RL_YAML_MAP ? "mapping" : "list");
        rl_yaml_free(child);
        return false;
    }
    if (parent->items == NULL) {
        parent->items = calloc(limit, sizeof *parent->items);
    }
    if (parent->items == NULL) {
        rl_yaml_free(child);
        return fail_memory(reader) != NULL;
    }
    parent->items[parent->count++] = child;
    return true;
}

static struct rl_yaml *scalar(struct reader *reader, struct fy_event *event, struct rl_yaml *node)
{
    struct fy_token *token = event->scalar.value;
    size_t length = 0;
    const char *text = fy_token_get_text(token, &length);
    node->plain = fy_token_scalar_style(token) == FYSS_PLAIN;
    node->text = text == NULL ? NULL : strndup(text, length);
    if (node->text == NULL) {
        rl_yaml_free(node);
        return fail_memory(reader);
    }
    if (strlen(node->text) != length) {
        rl_yaml_fail(reader->error, node, "NUL characters are not allowed");
        rl_yaml_free(node);
        return NULL;
    }
    return node;
}

/* The map's newest item is a key: is it one that may stand there? */
static bool key_is_sound(struct reader *reader, const struct rl_yaml *map)
{
    const struct rl_yaml *key = map->items[map->count - 1];
    if (key->kind != RL_YAML_SCALAR) {
        return rl_yaml_fail(reader->error, key, "a key must be a word, not a mapping or a list");
    }
    if (strcmp(key->text, "<<") == 0) {
        return rl_yaml_fail(reader->error, key,
                            "merge keys are not allowed; write the values out, or use variants");
    }
    for (uint32_t i = 0; i + 1 < map->count; i += 2) {
        if (strcmp(map->items[i]->text, key->text) == 0) {
            return rl_yaml_fail(reader->error, key,
                                "key \"%.40s\" was already given in line %u; keep one of them",
                                key->text, map->items[i]->line);
        }
    }
    return true;
}

static struct rl_yaml *node_of(struct reader *reader, struct fy_event *event, unsigned depth);

/* Adds children up to the end of the list or map. */
static bool fill(struct reader *reader, struct rl_yaml *parent, unsigned depth)
{
    enum fy_event_type end = parent->kind == RL_YAML_MAP ? FYET_MAPPING_END : FYET_SEQUENCE_END;
    for (;;) {
        struct fy_event *event = next(reader);
        if (event == NULL) {
            return false;
        }
        bool ended = event->type == end;
        bool added = ended || add(reader, parent, node_of(reader, event, depth));
        fy_parser_event_free(reader->parser, event);
        if (ended || !added) {
            return added;
        }
        bool is_key = parent->kind == RL_YAML_MAP && parent->count % 2 == 1;
        if (is_key && !key_is_sound(reader, parent)) {
            return false;
        }
    }
}

static bool is_quoted(const struct fy_event *event)
{
    enum fy_scalar_style style = fy_token_scalar_style(event->scalar.value);
    return style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
}

/* Reads the node that starts with `event`. Recursion is bounded by RL_YAML_DEPTH_MAX. */
static struct rl_yaml *node_of(struct reader *reader, struct fy_event *event, unsigned depth)
{
    struct rl_yaml where = position(reader, fy_event_start_mark(event));
    if (event->type == FYET_SCALAR && fy_event_start_mark(event) == NULL) {
        where.line = reader->line;
        where.column = reader->column;
        rl_yaml_fail(reader->error, &where, "a value is missing here");
        return NULL;
    }
    if (!is_plain_speech(reader, event)) {
        return NULL;
    }
    if (depth > RL_YAML_DEPTH_MAX && event->type != FYET_SCALAR) {
        rl_yaml_fail(reader->error, &where, "nested deeper than %u levels", RL_YAML_DEPTH_MAX);
        return NULL;
    }
    struct rl_yaml *node = malloc(sizeof *node);
    if (node == NULL) {
        return fail_memory(reader);
    }
    if (event->type == FYET_SCALAR && is_quoted(event)) {
        where = position_before(reader, fy_event_start_mark(event));
    }
    reader->line = where.line;
    reader->column = where.column;
    *node = where;
    if (event->type == FYET_SCALAR) {
        return scalar(reader, event, node);
    }
    node->kind = event->type == FYET_MAPPING_START ? RL_YAML_MAP : RL_YAML_LIST;
    if (!fill(reader, node, depth + 1)) {
        rl_yaml_free(node);
        return NULL;
    }
    return node;
}

/* Takes the next event and says only what and where it is; FYET_NONE with an error. */
static enum fy_event_type pass(struct reader *reader, struct rl_yaml *where)
{
    struct fy_event *event = next(reader);
    if (event == NULL) {
        return FYET_NONE;
    }
    enum fy_event_type type = event->type;
    *where = position(reader, fy_event_start_mark(event));
    fy_parser_event_free(reader->parser, event);
    return type;
}

/* Whether nothing but the end of the stream follows the first document. */
static bool at_end(struct reader *reader)
{
    struct rl_yaml where;
    if (pass(reader, &where) != FYET_DOCUMENT_END) {
        return false;
    }
    enum fy_event_type type = pass(reader, &where);
    if (type == FYET_DOCUMENT_START) {
        rl_yaml_fail(reader->error, &where, "a second document; a file holds one");
    }
    return type == FYET_STREAM_END;
}

/* The tree of the only document. */
static struct rl_yaml *document(struct reader *reader)
{
    struct rl_yaml where;
    if (pass(reader, &where) != FYET_STREAM_START) {
        return NULL;
    }
    enum fy_event_type type = pass(reader, &where);
    if (type == FYET_STREAM_END) {
        where = position(reader, NULL);
        rl_yaml_fail(reader->error, &where, "the file is empty; expected a mapping");
    }
    struct fy_event *event = type == FYET_DOCUMENT_START ? next(reader) : NULL;
    if (event == NULL) {
        return NULL;
    }
    struct rl_yaml *root = node_of(reader, event, 1);
    fy_parser_event_free(reader->parser, event);
    if (root != NULL && !at_end(reader)) {
        rl_yaml_free(root);
        return NULL;
    }
    return root;
}

/* libfyaml writes some messages past its collection: they go nowhere. */
static void say_nothing(struct fy_diag *diagnosis, void *user, const char *text, size_t size)
{
    (void)diagnosis;
    (void)user;
    (void)text;
    (void)size;
}

static struct fy_diag *collecting_diagnosis(void)
{
    struct fy_diag_cfg configuration;
    fy_diag_cfg_default(&configuration);
    configuration.fp = NULL;
    configuration.output_fn = say_nothing;
    struct fy_diag *diagnosis = fy_diag_create(&configuration);
    if (diagnosis != NULL) {
        fy_diag_set_collect_errors(diagnosis, true);
    }
    return diagnosis;
}

static struct rl_yaml *parse(struct reader *reader, const char *text, size_t size)
{
    reader->diagnosis = collecting_diagnosis();
    if (reader->diagnosis == NULL) {
        return fail_memory(reader);
    }
    const struct fy_parse_cfg configuration = {.flags = FYPCF_QUIET | FYPCF_DEFAULT_VERSION_1_2 |
                                                        FYPCF_JSON_NONE,
                                               .diag = reader->diagnosis};
    struct rl_yaml *root = NULL;
    reader->parser = fy_parser_create(&configuration);
    if (reader->parser == NULL || fy_parser_set_string(reader->parser, text, size) != 0) {
        fail_memory(reader);
    } else {
        root = document(reader);
    }
    fy_parser_destroy(reader->parser);
    fy_diag_destroy(reader->diagnosis);
    return root;
}

/* Bytes of the UTF-8 sequence at `text`, which has `size` bytes: 1 to 4, or 0 when it is none,
 * or is a control character that has no place in a plan. */
static size_t utf8_length(const uint8_t *text, size_t size)
{
    uint8_t first = text[0];
    if (first < 0x80) {
        return (first >= 0x20 && first != 0x7F) || first == '\n' || first == '\r' || first == '\t';
    }
    size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || length > size) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return length;
}

/* libfyaml drops some malformed text without a word, so it is judged before. */
static bool is_text(struct reader *reader, const uint8_t *bytes, size_t size)
{
    struct rl_yaml where = position(reader, NULL);
    for (size_t at = 0; at < size;) {
        size_t length = utf8_length(bytes + at, size - at);
        if (length == 0) {
            return rl_yaml_fail(reader->error, &where,
                                "byte 0x%02X is no UTF-8 text; a plan is a text file", bytes[at]);
        }
        where.column++;
        if (bytes[at] == '\n') {
            where.line++;
            where.column = 1;
        }
        at += length;
    }
    return true;
}

struct rl_yaml *rl_yaml_load(const char *path, struct rl_yaml_error *error)
{
    char why[RL_IMAGE_WHY_SIZE];
    uint8_t *bytes = NULL;
    size_t size = 0;
    struct rl_yaml start = {.file = path, .line = 1, .column = 1};
    if (!rl_file_read(path, RL_YAML_BYTES_MAX, &bytes, &size, why)) {
        rl_yaml_fail(error, &start, "the file %s", why);
        return NULL;
    }
    struct reader reader = {.error = error, .file = strdup(path), .line = 1, .column = 1};
    if (reader.file == NULL) {
        rl_yaml_fail(error, &start, "out of memory");
        free(bytes);
        return NULL;
    }
    struct rl_yaml *root =
        is_text(&reader, bytes, size) ? parse(&reader, (const char *)bytes, size) : NULL;
    free(bytes);
    if (root == NULL) {
        free(reader.file);
        return NULL;
    }
    root->own_file = reader.file;
    return root;
}

void rl_yaml_free(struct rl_yaml *root)
{
    if (root == NULL) {
        return;
    }
    for (uint32_t i = 0; i < root->count; i++) {
        rl_yaml_free(root->items[i]);
    }
    free(root->items);
    free(root->text);
    free(root->own_file);
    free(root);
}

const struct rl_yaml *rl_yaml_get(const struct rl_yaml *map, const char *key)
{
    for (uint32_t i = 0; i + 1 < map->count; i += 2) {
        if (strcmp(map->items[i]->text, key) == 0) {
            return map->items[i + 1];
        }
    }
    return NULL;
}
