/* Reads an image's manifest. The bytes may come from anybody: nothing in them is used before it was
 * checked, and no sum of two stored numbers is formed before it is known to fit. */
#include "fastload/image.h"

#include "fastload/port.h"

#define LEAST_SIZE (FL_METADATA_SIZE + 2u * FL_IMAGE_UNIT)

_Static_assert(FL_METADATA_SIZE % FL_IMAGE_UNIT == 0, "the first segment starts on a unit");
_Static_assert(FL_INIT_ALL == (1u << FL_INIT_STEP_COUNT) - 1u, "a bit a step");
_Static_assert((FL_INIT_HAS_FAST & ~FL_INIT_ALL) == 0, "only steps have fast variants");
_Static_assert(sizeof((struct fl_image *)0)->init_order == FL_INIT_STEP_COUNT &&
                   FL_H_INIT_ORDER + FL_INIT_STEP_COUNT == FL_H_PREPARES,
               "a byte a step");
_Static_assert(FL_SEGMENT_PLA + (int)FL_COMPANIONS == FL_SEGMENT_PHY + 1, "a type a companion");
_Static_assert(FL_SEGMENT_MAX >= 2u + FL_COMPANIONS, "room for each type of segment");

uint32_t fl_get32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

void fl_put32(uint8_t *bytes, uint32_t value)
{
    for (uint32_t i = 0; i < 4u; i++) {
        bytes[i] = (uint8_t)(value >> (8u * i));
    }
}

static int is_zero(const uint8_t *bytes, uint32_t size)
{
    uint8_t seen = 0;

    for (uint32_t i = 0; i < size; i++) {
        seen |= bytes[i];
    }
    return seen == 0;
}

static int is_unit_multiple(uint32_t value)
{
    return value % FL_IMAGE_UNIT == 0;
}

static int has_magic(const uint8_t *bytes)
{
    static const char magic[] = FL_IMAGE_MAGIC;
    _Static_assert(sizeof magic - 1u == FL_H_FORMAT - FL_H_MAGIC, "the magic ends at the format");

    for (uint32_t i = 0; i < sizeof magic - 1u; i++) {
        if (bytes[FL_H_MAGIC + i] != (uint8_t)magic[i]) {
            return 0;
        }
    }
    return 1;
}

/* Printable ASCII, then at least one zero, then nothing but zeros. */
static int is_name(const uint8_t *name)
{
    uint32_t length = 0;

    while (length < FL_NAME_SIZE && name[length] >= 0x20u && name[length] <= 0x7Eu) {
        length++;
    }
    return length < FL_NAME_SIZE && is_zero(name + length, FL_NAME_SIZE - length);
}

static fl_status check_header(const uint8_t *bytes)
{
    if (!has_magic(bytes)) {
        return FL_E_MAGIC;
    }
    if (fl_get32(bytes + FL_H_FORMAT) != FL_IMAGE_FORMAT || !is_name(bytes + FL_H_NAME) ||
        !is_zero(bytes + FL_H_RESERVED, FL_H_CRC - FL_H_RESERVED)) {
        return FL_E_FORMAT;
    }
    if (fl_crc32c(bytes, FL_H_CRC) != fl_get32(bytes + FL_H_CRC)) {
        return FL_E_HEADER_CRC;
    }
    return FL_OK;
}

static void read_header(const uint8_t *bytes, struct fl_image *image)
{
    image->total_size = fl_get32(bytes + FL_H_TOTAL_SIZE);
    image->segment_count = fl_get32(bytes + FL_H_SEGMENT_COUNT);
    image->version = fl_get32(bytes + FL_H_VERSION);
    image->level = fl_get32(bytes + FL_H_LEVEL);
    image->capabilities = fl_get32(bytes + FL_H_CAPABILITIES);
    image->data_format = fl_get32(bytes + FL_H_DATA_FORMAT);
    image->init_requires = fl_get32(bytes + FL_H_INIT_REQUIRES);
    image->hardware_min = fl_get32(bytes + FL_H_HARDWARE_MIN);
    image->security_counter = fl_get32(bytes + FL_H_SECURITY_COUNTER);
    image->start_address = fl_get32(bytes + FL_H_START_ADDRESS);
    image->bootstrap = fl_get32(bytes + FL_H_BOOTSTRAP);
    image->data_reads_min = fl_get32(bytes + FL_H_DATA_READS_MIN);
    image->data_reads_max = fl_get32(bytes + FL_H_DATA_READS_MAX);
    image->level_min = fl_get32(bytes + FL_H_LEVEL_MIN);
    image->init_fast = fl_get32(bytes + FL_H_INIT_FAST);
    image->prepares = fl_get32(bytes + FL_H_PREPARES);
    for (uint32_t i = 0; i < FL_COMPANIONS; i++) {
        image->companion_level[i] = fl_get32(bytes + FL_H_COMPANIONS + i * 4u);
    }
    for (uint32_t i = 0; i < FL_INIT_STEP_COUNT; i++) {
        image->init_order[i] = bytes[FL_H_INIT_ORDER + i];
    }
    for (uint32_t i = 0; i < FL_MODULE_COUNT; i++) {
        const uint8_t *module = bytes + FL_H_MODULES + i * 8u;

        image->modules[i].offset = fl_get32(module);
        image->modules[i].size = fl_get32(module + 4);
    }
}

static void read_segment(const uint8_t *entry, struct fl_segment *segment)
{
    segment->type = fl_get32(entry + FL_S_TYPE);
    segment->range.offset = fl_get32(entry + FL_S_OFFSET);
    segment->range.size = fl_get32(entry + FL_S_SIZE);
    segment->place = fl_get32(entry + FL_S_PLACE);
    for (uint32_t i = 0; i < FL_DIGEST_SIZE; i++) {
        segment->digest[i] = entry[FL_S_DIGEST + i];
    }
}

/* What the header says about itself, beyond sizes: ranges and orders that make sense. */
static fl_status check_fields(const struct fl_image *image)
{
    uint32_t seen = 0;

    for (uint32_t i = 0; i < FL_INIT_STEP_COUNT; i++) {
        seen |= image->init_order[i] < FL_INIT_STEP_COUNT ? 1u << image->init_order[i] : 0u;
    }
    if (seen != FL_INIT_ALL || (image->init_fast & ~FL_INIT_HAS_FAST) != 0 ||
        image->prepares >> FL_PREPARATION_COUNT != 0 ||
        image->data_reads_min > image->data_format || image->data_reads_max < image->data_format) {
        return FL_E_FORMAT;
    }
    return FL_OK;
}

static fl_status check_size(const struct fl_image *image, uint32_t limit)
{
    if (image->total_size < LEAST_SIZE || image->total_size > limit ||
        !is_unit_multiple(image->total_size)) {
        return FL_E_SIZE;
    }
    return FL_OK;
}

/* Segment `index` has to begin at `offset`, which is at most the total size. */
static int is_stored(const struct fl_image *image, uint32_t index, uint32_t offset)
{
    const struct fl_segment *segment = &image->segments[index];

    return segment->range.offset == offset && segment->range.size > 0 &&
           is_unit_multiple(segment->range.size) &&
           segment->range.size <= image->total_size - offset;
}

/* Runtime, data, data…, configurations: types ascend, and only data may come twice. */
static int is_in_order(const struct fl_image *image, uint32_t index)
{
    uint32_t type = image->segments[index].type;

    if (index < 2u) {
        return type == (index == 0 ? (uint32_t)FL_SEGMENT_RUNTIME : (uint32_t)FL_SEGMENT_DATA);
    }
    return type <= FL_SEGMENT_PHY &&
           (type > image->segments[index - 1u].type ||
            (type == FL_SEGMENT_DATA && image->segments[index - 1u].type == FL_SEGMENT_DATA));
}

static int is_apart(const struct fl_segment *a, const struct fl_segment *b)
{
    return a->place < b->place ? b->place - a->place >= a->range.size
                               : a->place - b->place >= b->range.size;
}

/* The place of segment `index` has to be behind the metadata, apart from the places of the segments
 * before it, and within `extent` bytes. Its size is known to be at most the image's. */
static fl_status take_place(struct fl_image *image, uint32_t index, uint32_t extent)
{
    const struct fl_segment *segment = &image->segments[index];

    if (!fl_segment_is_placed(segment)) {
        return segment->place == 0 ? FL_OK : FL_E_SEGMENT;
    }
    if (segment->place < FL_METADATA_SIZE || !is_unit_multiple(segment->place)) {
        return FL_E_SEGMENT;
    }
    for (uint32_t i = 0; i < index; i++) {
        if (!is_apart(&image->segments[i], segment)) {
            return FL_E_SEGMENT;
        }
    }
    if (segment->place > extent || segment->range.size > extent - segment->place) {
        return FL_E_PLACE;
    }
    if (segment->place + segment->range.size > image->extent) {
        image->extent = segment->place + segment->range.size;
    }
    return FL_OK;
}

static fl_status read_segments(const uint8_t *bytes, uint32_t extent, struct fl_image *image)
{
    uint32_t offset = FL_METADATA_SIZE;
    fl_status status;

    if (image->segment_count < 2u || image->segment_count > FL_SEGMENT_MAX) {
        return FL_E_SEGMENT;
    }
    for (uint32_t i = 0; i < FL_SEGMENT_MAX; i++) {
        const uint8_t *entry = bytes + FL_SEGMENT_TABLE + i * FL_SEGMENT_ENTRY_SIZE;

        if (i >= image->segment_count) {
            if (!is_zero(entry, FL_SEGMENT_ENTRY_SIZE)) {
                return FL_E_SEGMENT;
            }
            continue;
        }
        read_segment(entry, &image->segments[i]);
        if (!is_in_order(image, i) || !is_stored(image, i, offset)) {
            return FL_E_SEGMENT;
        }
        status = take_place(image, i, extent);
        if (status != FL_OK) {
            return status;
        }
        offset += image->segments[i].range.size;
    }
    return offset == image->total_size ? FL_OK : FL_E_SEGMENT;
}

const struct fl_segment *fl_image_configuration(const struct fl_image *image,
                                                fl_companion companion)
{
    uint32_t type = companion == FL_PLA ? (uint32_t)FL_SEGMENT_PLA : (uint32_t)FL_SEGMENT_PHY;

    for (uint32_t i = 0; i < image->segment_count; i++) {
        if (image->segments[i].type == type) {
            return &image->segments[i];
        }
    }
    return 0;
}

/* A level asks for a configuration, and a configuration for a level. */
static fl_status check_configurations(const struct fl_image *image)
{
    for (uint32_t i = 0; i < FL_COMPANIONS; i++) {
        int brings = fl_image_configuration(image, (fl_companion)i) != 0;

        if (brings != (image->companion_level[i] != 0)) {
            return FL_E_SEGMENT;
        }
    }
    return FL_OK;
}

uint32_t fl_image_module_place(const struct fl_image *image, fl_module module)
{
    const struct fl_segment *runtime = &image->segments[0];

    return runtime->place + (image->modules[module].offset - runtime->range.offset);
}

static fl_status check_modules(const struct fl_image *image)
{
    const struct fl_range *runtime = &image->segments[0].range;

    for (uint32_t i = 0; i < FL_MODULE_COUNT; i++) {
        const struct fl_range *module = &image->modules[i];

        if (module->size == 0 || !is_unit_multiple(module->size) ||
            !is_unit_multiple(module->offset) || module->offset < runtime->offset ||
            module->size > runtime->size ||
            module->offset - runtime->offset > runtime->size - module->size) {
            return FL_E_MODULE;
        }
    }
    return image->bootstrap == image->modules[FL_MODULE_BOOTSTRAP].offset ? FL_OK : FL_E_MODULE;
}

static void clear(struct fl_image *image)
{
    uint8_t *bytes = (uint8_t *)image;

    for (uint32_t i = 0; i < sizeof *image; i++) {
        bytes[i] = 0;
    }
}

fl_status fl_image_parse(const uint8_t *bytes, uint32_t limit, uint32_t extent,
                         struct fl_image *image)
{
    fl_status status = check_header(bytes);

    clear(image);
    if (status != FL_OK) {
        return status;
    }
    read_header(bytes, image);
    status = check_fields(image);
    if (status == FL_OK) {
        status = check_size(image, limit);
    }
    if (status == FL_OK) {
        status = read_segments(bytes, extent, image);
    }
    if (status == FL_OK) {
        status = check_configurations(image);
    }
    if (status == FL_OK) {
        status = check_modules(image);
    }
    if (status != FL_OK) {
        clear(image);
    }
    return status;
}
