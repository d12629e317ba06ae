/* The second reader of the image format. It shares neither code nor constants with the engine's:
 * every number here is from docs/image-format.md. Unlike the engine's it does not stop at the first
 * thing that is wrong. */
#include "images/inspect.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

enum {
    METADATA = 1024,
    MANIFEST = 640,
    UNIT = 256,
    RESERVED_AT = 144,
    CRC_AT = 252,
    TABLE_AT = 256,
    ENTRY = 48,
    SIGNATURE_AT = 640,
    SIGNATURE_END = 704,
    KEY_SLOT_AT = 768,
    LEAST = METADATA + 2 * UNIT,
    CONFIGURATION = 16
};

static const char *const companion_names[] = {"PLA", "PHY"};

static uint32_t number(const uint8_t *bytes, size_t at)
{
    uint32_t value = 0;

    for (size_t i = 4; i > 0; i--) {
        value = value * 256u + bytes[at + i - 1u];
    }
    return value;
}

/* CRC-32C bit by bit. */
static uint32_t checksum(const uint8_t *bytes, size_t size)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < size * 8u; i++) {
        uint32_t bit = (crc ^ ((uint32_t)bytes[i / 8u] >> (i % 8u))) & 1u;

        crc = (crc >> 1) ^ (bit != 0 ? 0x82F63B78u : 0u);
    }
    return ~crc;
}

/* Index of the first byte from `from` to `to` that is not `value`, or `to`. */
static size_t first_not(const uint8_t *bytes, size_t from, size_t to, uint8_t value)
{
    while (from < to && bytes[from] == value) {
        from++;
    }
    return from;
}

__attribute__((format(printf, 3, 4))) static void problem(struct rl_inspection *in,
                                                          fl_status status, const char *format, ...)
{
    struct rl_problem *found = &in->problems[in->problem_count];
    va_list arguments;

    assert(in->problem_count < RL_INSPECT_PROBLEMS);
    in->problem_count++;
    found->status = status;
    va_start(arguments, format);
    vsnprintf(found->text, sizeof found->text, format, arguments);
    va_end(arguments);
}

static void read_fields(const uint8_t *bytes, struct rl_inspection *in)
{
    uint32_t *const field[] = {&in->format,           &in->total_size,    &in->segment_count,
                               &in->version,          &in->level,         &in->capabilities,
                               &in->data_format,      &in->init_requires, &in->hardware_min,
                               &in->security_counter, &in->start_address, &in->bootstrap};
    uint32_t *const later[] = {&in->data_reads_min,     &in->data_reads_max,     &in->level_min,
                               &in->companion_level[0], &in->companion_level[1], &in->init_fast};

    for (size_t i = 0; i < sizeof field / sizeof field[0]; i++) {
        *field[i] = number(bytes, 8u + 4u * i);
    }
    for (size_t i = 0; i < sizeof later / sizeof later[0]; i++) {
        *later[i] = number(bytes, 112u + 4u * i);
    }
    memcpy(in->init_order, bytes + 136, sizeof in->init_order);
    in->prepares = number(bytes, 140);
    for (size_t i = 0; i < RL_INSPECT_MODULES; i++) {
        in->modules[i].offset = number(bytes, 56u + 8u * i);
        in->modules[i].size = number(bytes, 60u + 8u * i);
    }
    memcpy(in->name, bytes + 80, sizeof in->name);
    memcpy(in->signature_bytes, bytes + SIGNATURE_AT, sizeof in->signature_bytes);
    in->crc_stored = number(bytes, CRC_AT);
    in->crc_computed = checksum(bytes, CRC_AT);
    crypto_hash_sha256(in->identity, bytes, MANIFEST);
}

static void read_segments(const uint8_t *bytes, struct rl_inspection *in)
{
    for (size_t i = 0; i < RL_INSPECT_SEGMENTS; i++) {
        size_t at = TABLE_AT + ENTRY * i;
        struct rl_inspect_segment *segment = &in->segments[i];

        segment->type = number(bytes, at);
        segment->range.offset = number(bytes, at + 4u);
        segment->range.size = number(bytes, at + 8u);
        segment->place = number(bytes, at + 12u);
        memcpy(segment->stored, bytes + at + 16u, sizeof segment->stored);
        segment->inside = (uint64_t)segment->range.offset + segment->range.size <= in->file_size;
        if (segment->inside && segment->range.size > 0) {
            crypto_hash_sha256(segment->computed, bytes + segment->range.offset,
                               segment->range.size);
        }
    }
}

static void judge_name(struct rl_inspection *in)
{
    size_t length = 0;

    while (length < sizeof in->name && in->name[length] != 0) {
        if (in->name[length] < ' ' || in->name[length] > '~') {
            problem(in, FL_E_FORMAT, "name: byte 0x%02zX is 0x%02X; expected printable ASCII",
                    80u + length, in->name[length]);
            return;
        }
        length++;
    }
    if (length == sizeof in->name) {
        problem(in, FL_E_FORMAT, "name: has 32 characters; expected at most 31, then zero");
    } else if (first_not(in->name, length, sizeof in->name, 0) < sizeof in->name) {
        problem(in, FL_E_FORMAT, "name: bytes follow after its end; expected zeros up to 0x6F");
    }
}

/* Whether these bytes claim to be in this format; if not, no other rule applies to them. */
static bool judge_claim(const uint8_t *bytes, struct rl_inspection *in)
{
    if (memcmp(bytes, "RLIMAGE1", 8) != 0) {
        problem(in, FL_E_MAGIC, "magic: bytes 0x00 to 0x07 are not \"RLIMAGE1\"; this is no image");
        return false;
    }
    if (in->format != 2) {
        problem(in, FL_E_FORMAT, "format: is version %" PRIu32 "; expected 2", in->format);
        return false;
    }
    return true;
}

static void judge_header(const uint8_t *bytes, struct rl_inspection *in)
{
    size_t reserved = first_not(bytes, RESERVED_AT, CRC_AT, 0);

    judge_name(in);
    if (reserved < CRC_AT) {
        problem(in, FL_E_FORMAT, "header: reserved byte 0x%02zX is 0x%02X; expected 0", reserved,
                bytes[reserved]);
    }
    if (in->crc_stored != in->crc_computed) {
        problem(in, FL_E_HEADER_CRC, "header CRC: is 0x%08" PRIX32 "; the bytes give 0x%08" PRIX32,
                in->crc_stored, in->crc_computed);
    }
}

/* Whether the four steps of initialization all occur in the order. */
static bool is_permutation(const uint8_t order[RL_INSPECT_STEPS])
{
    for (uint8_t step = 0; step < RL_INSPECT_STEPS; step++) {
        if (memchr(order, step, RL_INSPECT_STEPS) == NULL) {
            return false;
        }
    }
    return true;
}

/* Fields that have a wrong value, apart from sizes. */
static void judge_fields(struct rl_inspection *in)
{
    const uint8_t *order = in->init_order;

    if (in->data_format < in->data_reads_min || in->data_format > in->data_reads_max) {
        problem(in, FL_E_FORMAT,
                "data reads: are %" PRIu32 " to %" PRIu32 "; expected its own format, %" PRIu32
                ", to lie between",
                in->data_reads_min, in->data_reads_max, in->data_format);
    }
    if ((in->init_fast & ~UINT32_C(14)) != 0) {
        problem(in, FL_E_FORMAT,
                "init fast: is 0x%08" PRIX32 "; expected bits 1 to 3 only, of steps with a fast "
                "variant",
                in->init_fast);
    }
    if (!is_permutation(order)) {
        problem(in, FL_E_FORMAT, "init order: is %u %u %u %u; expected each step, 0 to 3, once",
                order[0], order[1], order[2], order[3]);
    }
    if (in->prepares > 7) {
        problem(in, FL_E_FORMAT, "prepares: is 0x%08" PRIX32 "; expected bits 0 to 2 only",
                in->prepares);
    }
}

static void judge_size(struct rl_inspection *in)
{
    if (in->total_size < LEAST || in->total_size % UNIT != 0) {
        problem(in, FL_E_SIZE, "total size: is %" PRIu32 "; expected a multiple of %d from %d up",
                in->total_size, UNIT, LEAST);
    } else if (in->total_size > in->file_size) {
        problem(in, FL_E_SIZE, "total size: is %" PRIu32 "; but there are only %zu bytes",
                in->total_size, in->file_size);
    }
}

static void judge_unused_entry(const uint8_t *bytes, size_t index, struct rl_inspection *in)
{
    size_t start = TABLE_AT + ENTRY * index;
    size_t at = first_not(bytes, start, start + ENTRY, 0);

    if (at < start + ENTRY) {
        problem(in, FL_E_SEGMENT, "segment %zu: is unused, but byte 0x%03zX is 0x%02X; expected 0",
                index, at, bytes[at]);
    }
}

static bool is_placed(const struct rl_inspect_segment *segment)
{
    return segment->type == 1 || segment->type == 2;
}

/* Runtime, data at least once, then a configuration for the PLA, one for the PHY. */
static bool judge_type(size_t index, struct rl_inspection *in)
{
    static const char *const expected[] = {"1 (runtime)", "2 (data)", "2 to 4, ascending"};
    uint32_t type = in->segments[index].type;
    bool good;

    if (index < 2) {
        good = type == index + 1u;
    } else {
        uint32_t before = in->segments[index - 1u].type;

        good = type >= 2 && type <= 4 && (type > before || (type == 2 && before == 2));
    }
    if (!good) {
        problem(in, FL_E_SEGMENT, "segment %zu: has type %" PRIu32 "; expected %s", index, type,
                expected[index < 2 ? index : 2]);
    }
    return good;
}

/* Where the segment is stored: it has to start at `expected`. */
static bool judge_range(size_t index, uint64_t expected, struct rl_inspection *in)
{
    const struct rl_inspect_range *range = &in->segments[index].range;

    if (range->offset != expected) {
        problem(in, FL_E_SEGMENT,
                "segment %zu: starts at 0x%" PRIX32 "; expected 0x%" PRIX64
                ", without gap or overlap",
                index, range->offset, expected);
        return false;
    }
    if (range->size == 0 || range->size % UNIT != 0) {
        problem(in, FL_E_SEGMENT,
                "segment %zu: has %" PRIu32 " bytes; expected a multiple of %d above 0", index,
                range->size, UNIT);
        return false;
    }
    if (expected + range->size > in->total_size) {
        problem(in, FL_E_SEGMENT,
                "segment %zu: ends at 0x%" PRIX64 ", beyond the image's end at 0x%" PRIX32, index,
                expected + range->size, in->total_size);
        return false;
    }
    return true;
}

/* Index of the first segment before this one whose place shares bytes with its, or `index`. */
static size_t first_over(const struct rl_inspection *in, size_t index)
{
    uint64_t start = in->segments[index].place;
    uint64_t end = start + in->segments[index].range.size;
    size_t other = 0;

    for (; other < index; other++) {
        uint64_t other_start = in->segments[other].place;
        uint64_t other_end = other_start + in->segments[other].range.size;

        if (is_placed(&in->segments[other]) && start < other_end && other_start < end) {
            break;
        }
    }
    return other;
}

/* Where the segment lies when the image is resident. */
static void judge_place(size_t index, struct rl_inspection *in)
{
    const struct rl_inspect_segment *segment = &in->segments[index];
    uint64_t end = (uint64_t)segment->place + segment->range.size;
    size_t over;

    if (!is_placed(segment)) {
        if (segment->place != 0) {
            problem(in, FL_E_SEGMENT,
                    "segment %zu: has place 0x%" PRIX32 "; expected 0 for a configuration", index,
                    segment->place);
        }
        return;
    }
    over = first_over(in, index);
    if (segment->place < METADATA || segment->place % UNIT != 0) {
        problem(in, FL_E_SEGMENT,
                "segment %zu: has place 0x%" PRIX32 "; expected a multiple of %d from 0x%X up",
                index, segment->place, UNIT, (unsigned)METADATA);
    } else if (over != index) {
        problem(in, FL_E_SEGMENT,
                "segment %zu: its place, 0x%" PRIX32 " to 0x%" PRIX64
                ", overlaps that of segment %zu",
                index, segment->place, end, over);
    } else if (end > UINT32_MAX) {
        problem(in, FL_E_PLACE,
                "segment %zu: its place ends at 0x%" PRIX64 ", beyond what 32 bits address", index,
                end);
    }
}

static void judge_segments(const uint8_t *bytes, struct rl_inspection *in)
{
    uint32_t before = in->problem_count;
    uint64_t expected = METADATA;

    if (in->segment_count < 2 || in->segment_count > RL_INSPECT_SEGMENTS) {
        problem(in, FL_E_SEGMENT, "segment count: is %" PRIu32 "; expected 2 to %u",
                in->segment_count, RL_INSPECT_SEGMENTS);
        return;
    }
    for (size_t i = 0; i < RL_INSPECT_SEGMENTS; i++) {
        if (i >= in->segment_count) {
            judge_unused_entry(bytes, i, in);
            continue;
        }
        if (judge_type(i, in) && judge_range(i, expected, in)) {
            judge_place(i, in);
        }
        expected = (uint64_t)in->segments[i].range.offset + in->segments[i].range.size;
    }
    if (in->problem_count == before && expected != in->total_size) {
        problem(in, FL_E_SEGMENT,
                "segments: the last ends at 0x%" PRIX64 "; expected the image's end at 0x%" PRIX32,
                expected, in->total_size);
    }
}

/* The segment with the configuration of that companion, or NULL. */
static const struct rl_inspect_segment *configuration_of(const struct rl_inspection *in,
                                                         uint32_t companion)
{
    for (size_t i = 0; i < RL_INSPECT_SEGMENTS && i < in->segment_count; i++) {
        if (in->segments[i].type == 3 + companion) {
            return &in->segments[i];
        }
    }
    return NULL;
}

/* A level above 0 asks for a configuration, and a configuration for a level. */
static void judge_companions(struct rl_inspection *in)
{
    for (uint32_t i = 0; i < RL_INSPECT_COMPANIONS; i++) {
        bool brings = configuration_of(in, i) != NULL;

        if (brings != (in->companion_level[i] > 0)) {
            problem(in, FL_E_SEGMENT, "%s: has level %" PRIu32 " and %s configuration",
                    companion_names[i], in->companion_level[i], brings ? "a" : "no");
        }
    }
}

static void judge_modules(struct rl_inspection *in)
{
    static const char *const names[] = {"update", "bootstrap", "init"};
    uint64_t start = in->segments[0].range.offset;
    uint64_t end = start + in->segments[0].range.size;

    for (size_t i = 0; i < RL_INSPECT_MODULES; i++) {
        uint64_t from = in->modules[i].offset;
        uint64_t to = from + in->modules[i].size;

        if (from % UNIT != 0 || to % UNIT != 0 || from == to) {
            problem(in, FL_E_MODULE,
                    "module %s: is 0x%" PRIX64 " to 0x%" PRIX64
                    "; expected whole units of %d bytes",
                    names[i], from, to, UNIT);
        } else if (from < start || to > end) {
            problem(in, FL_E_MODULE,
                    "module %s: is 0x%" PRIX64 " to 0x%" PRIX64 ", outside of the runtime segment",
                    names[i], from, to);
        }
    }
    if (in->bootstrap != in->modules[1].offset) {
        problem(in, FL_E_MODULE,
                "bootstrap: is 0x%" PRIX32 "; expected 0x%" PRIX32 ", where its module starts",
                in->bootstrap, in->modules[1].offset);
    }
}

static void judge_digests(struct rl_inspection *in)
{
    for (size_t i = 0; i < RL_INSPECT_SEGMENTS && i < in->segment_count; i++) {
        const struct rl_inspect_segment *segment = &in->segments[i];

        if (!segment->inside) {
            problem(in, FL_E_DIGEST, "segment %zu: its bytes are not in the file", i);
        } else if (memcmp(segment->stored, segment->computed, sizeof segment->stored) != 0) {
            problem(in, FL_E_DIGEST,
                    "segment %zu: SHA-256 of its bytes is not the one in the table", i);
        }
    }
}

/* What a configuration says about itself, where its bytes are there. */
static void judge_configurations(const uint8_t *bytes, struct rl_inspection *in)
{
    for (uint32_t i = 0; i < RL_INSPECT_COMPANIONS; i++) {
        const struct rl_inspect_segment *segment = configuration_of(in, i);
        const uint8_t *start;

        if (segment == NULL || !segment->inside || segment->range.size < CONFIGURATION) {
            continue;
        }
        start = bytes + segment->range.offset;
        if (memcmp(start, "CONF", 4) != 0 || number(start, 4) != i ||
            number(start, 8) != in->companion_level[i] || number(start, 12) != 0) {
            problem(in, FL_E_COMPANION,
                    "%s: its configuration does not begin with \"CONF\", %" PRIu32
                    ", level %" PRIu32 ", 0",
                    companion_names[i], i, in->companion_level[i]);
        }
    }
}

/* What lies outside of manifest and segments. */
static void judge_rest(const uint8_t *bytes, struct rl_inspection *in)
{
    size_t reserved = first_not(bytes, SIGNATURE_END, KEY_SLOT_AT, 0xFF);
    size_t key = first_not(bytes, KEY_SLOT_AT, METADATA, 0xFF);

    if (reserved < KEY_SLOT_AT) {
        problem(in, FL_E_FORMAT, "reserved area: byte 0x%03zX is 0x%02X; expected 0xFF", reserved,
                bytes[reserved]);
    }
    if (key < METADATA) {
        problem(in, FL_E_FORMAT, "key slot: byte 0x%03zX is 0x%02X; expected 0xFF in a file", key,
                bytes[key]);
    }
    if (in->manifest == FL_OK && in->file_size > in->total_size) {
        problem(in, FL_E_SIZE, "file: %zu bytes follow after the image's end at 0x%" PRIX32,
                in->file_size - in->total_size, in->total_size);
    }
}

static void judge_signature(const uint8_t *bytes, const uint8_t *public_key,
                            struct rl_inspection *in)
{
    if (public_key == NULL) {
        return;
    }
    if (rl_image_signed_by(bytes, public_key)) {
        in->signature = RL_SIGNATURE_GOOD;
        return;
    }
    in->signature = RL_SIGNATURE_BAD;
    problem(in, FL_E_SIGNATURE, "signature: does not verify under this key");
}

void rl_image_inspect(const uint8_t *bytes, size_t size, const uint8_t *public_key,
                      struct rl_inspection *inspection)
{
    struct rl_inspection *in = inspection;

    memset(in, 0, sizeof *in);
    in->file_size = size;
    if (size < METADATA) {
        problem(in, FL_E_SIZE, "file: has %zu bytes; the least image has %d", size, LEAST);
        in->manifest = FL_E_SIZE;
        return;
    }
    read_fields(bytes, in);
    read_segments(bytes, in);
    in->is_image = judge_claim(bytes, in);
    if (!in->is_image) {
        in->manifest = in->problems[0].status;
        return;
    }
    judge_header(bytes, in);
    judge_fields(in);
    judge_size(in);
    judge_segments(bytes, in);
    judge_companions(in);
    judge_modules(in);
    in->manifest = in->problem_count > 0 ? in->problems[0].status : FL_OK;
    judge_signature(bytes, public_key, in);
    judge_digests(in);
    judge_configurations(bytes, in);
    judge_rest(bytes, in);
}

bool rl_image_signed_by(const uint8_t *image, const uint8_t public_key[32])
{
    return crypto_sign_verify_detached(image + SIGNATURE_AT, image, MANIFEST, public_key) == 0;
}

void rl_image_name_text(const uint8_t name[RL_INSPECT_NAME], char text[RL_NAME_TEXT_SIZE])
{
    size_t end = RL_INSPECT_NAME;
    char *out = text;

    while (end > 0 && name[end - 1u] == 0) {
        end--;
    }
    for (size_t i = 0; i < end; i++) {
        if (name[i] == '\\') {
            *out++ = '\\';
            *out++ = '\\';
        } else if (name[i] >= ' ' && name[i] <= '~') {
            *out++ = (char)name[i];
        } else {
            out += snprintf(out, 5, "\\x%02X", name[i]);
        }
    }
    *out = '\0';
}
