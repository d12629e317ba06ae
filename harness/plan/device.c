/* The device of a plan. */
#include "plan/device.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "images/file.h"
#include "plan/names.h"
#include "plan/path.h"
#include "plan/rules.h"

#define K             1024u
#define M             1048576u
#define SPACE_LIMIT   (320u * M) /* of flash, and of memory: what a board can be asked to emulate */
#define BANK_MAX      (64u * M)
#define DATA_MAX      (16u * M) /* of one area */
#define COMPANION_MAX (1u * M)
#define POST_MAX      (16384ull * M)
#define SECTOR_MAX    (256u * K)
#define PLACE_MAX     (128u * M)

void rl_device_defaults(struct rl_device_plan *device)
{
    *device = (struct rl_device_plan){.figure = {[RL_FIGURE_BANK] = 512 * K,
                                                 [RL_FIGURE_SECTOR] = 4 * K,
                                                 [RL_FIGURE_PAGE] = 256,
                                                 [RL_FIGURE_GRANULE] = 8,
                                                 [RL_FIGURE_PLA] = 16 * K,
                                                 [RL_FIGURE_PHY] = 8 * K,
                                                 [RL_FIGURE_LINE] = 64,
                                                 [RL_FIGURE_LINES] = 256,
                                                 [RL_FIGURE_CHUNK] = 1 * K,
                                                 [RL_FIGURE_LEVEL] = 1},
                                      .staging_executes = true,
                                      .post_bytes = 512 * M};
}

static bool read_size(struct rl_loader *loader, const struct rl_yaml *value,
                      const struct rl_field *field, void *target)
{
    struct rl_device_plan *device = target;
    device->where[field->offset / sizeof device->figure[0]] = value;
    return rl_read_size(loader, value, field, target);
}

static bool read_number(struct rl_loader *loader, const struct rl_yaml *value,
                        const struct rl_field *field, void *target)
{
    struct rl_device_plan *device = target;
    device->where[field->offset / sizeof device->figure[0]] = value;
    return rl_read_u32(loader, value, field, target);
}

static bool read_power(struct rl_loader *loader, const struct rl_yaml *value,
                       const struct rl_field *field, void *target)
{
    const struct rl_device_plan *device = target;
    if (!read_size(loader, value, field, target)) {
        return false;
    }
    uint32_t size = device->figure[field->offset / sizeof device->figure[0]];
    if ((size & (size - 1)) != 0) {
        return rl_fail(loader, value, "%s is %.40s; expected a power of two", field->key,
                       value->text);
    }
    return true;
}

static const char *staging_device_word(unsigned index)
{
    static const char *const words[] = {"local", "sram"};
    return index < 2 ? words[index] : NULL;
}

static bool read_staging_device(struct rl_loader *loader, const struct rl_yaml *value,
                                const struct rl_field *field, void *target)
{
    return rl_read_flag(loader, value, field, staging_device_word, target);
}

static bool read_staging_executes(struct rl_loader *loader, const struct rl_yaml *value,
                                  const struct rl_field *field, void *target)
{
    return rl_read_flag(loader, value, field, rl_truth_word, target);
}

static const char *uncorrectable_word(unsigned index)
{
    static const char *const words[] = {"status", "trap"};
    return index < 2 ? words[index] : NULL;
}

static bool read_traps(struct rl_loader *loader, const struct rl_yaml *value,
                       const struct rl_field *field, void *target)
{
    return rl_read_flag(loader, value, field, uncorrectable_word, target);
}

#define FIGURE(index) ((size_t)(index) * sizeof(uint32_t))
#define PLAN(member)  offsetof(struct rl_device_plan, member)
#define COUNT(array)  (sizeof(array) / sizeof((array)[0]))

static const struct rl_field flash_fields[] = {
    {"bank", read_size, FIGURE(RL_FIGURE_BANK), 8 * K, BANK_MAX, 512},
    {"sector", read_power, FIGURE(RL_FIGURE_SECTOR), 512, SECTOR_MAX, 0},
    {"page", read_power, FIGURE(RL_FIGURE_PAGE), RELIGHT_BULK, SECTOR_MAX, 0},
    {"granule", read_power, FIGURE(RL_FIGURE_GRANULE), 8, 32, 0},
    {"data", read_size, FIGURE(RL_FIGURE_DATA), 1 * K, DATA_MAX, 512},
    {"pla", read_size, FIGURE(RL_FIGURE_PLA), 0, COMPANION_MAX, 512},
    {"phy", read_size, FIGURE(RL_FIGURE_PHY), 0, COMPANION_MAX, 512},
    {"uncorrectable", read_traps, PLAN(flash_traps), 0, 0, 0},
};
static const struct rl_field memory_fields[] = {
    {"resident", read_size, FIGURE(RL_FIGURE_RESIDENT), 8 * K, PLACE_MAX, RELIGHT_BULK},
    {"staging", read_size, FIGURE(RL_FIGURE_STAGING), 8 * K, PLACE_MAX, RELIGHT_BULK},
    {"staging_device", read_staging_device, PLAN(staging_sram), 0, 0, 0},
    {"staging_executes", read_staging_executes, PLAN(staging_executes), 0, 0, 0},
    {"uncorrectable", read_traps, PLAN(memory_traps), 0, 0, 0},
    {"post", rl_read_size64, PLAN(post_bytes), 1 * K, POST_MAX, RELIGHT_BULK},
};
static const struct rl_field cache_fields[] = {
    {"line", read_power, FIGURE(RL_FIGURE_LINE), 32, 128, 0},
    {"lines", read_number, FIGURE(RL_FIGURE_LINES), 4, 4096, 0},
};
static const struct rl_field sender_fields[] = {
    {"chunk", read_size, FIGURE(RL_FIGURE_CHUNK), RELIGHT_BULK, 64 * K, RELIGHT_BULK},
};

static bool read_flash(struct rl_loader *loader, const struct rl_yaml *value,
                       const struct rl_field *field, void *target)
{
    struct rl_field fields[COUNT(flash_fields) + RL_RULE_FIELDS];
    (void)field;
    memcpy(fields, flash_fields, sizeof flash_fields);
    memcpy(fields + COUNT(flash_fields), rl_rule_fields, sizeof rl_rule_fields);
    return rl_read_map(loader, value, "flash", fields, COUNT(fields), target);
}

static bool read_memory(struct rl_loader *loader, const struct rl_yaml *value,
                        const struct rl_field *field, void *target)
{
    (void)field;
    return rl_read_map(loader, value, "device's memory", memory_fields, COUNT(memory_fields),
                       target);
}

static bool read_cache(struct rl_loader *loader, const struct rl_yaml *value,
                       const struct rl_field *field, void *target)
{
    (void)field;
    return rl_read_map(loader, value, "cache", cache_fields, COUNT(cache_fields), target);
}

static bool read_sender(struct rl_loader *loader, const struct rl_yaml *value,
                        const struct rl_field *field, void *target)
{
    (void)field;
    return rl_read_map(loader, value, "sender", sender_fields, COUNT(sender_fields), target);
}

static bool read_nothing(struct rl_loader *loader, const struct rl_yaml *value,
                         const struct rl_field *field, void *target)
{
    (void)loader, (void)value, (void)field, (void)target;
    return true;
}

/* The keys of a device in a plan; a profile has them too, apart from the first. */
static const struct rl_field device_fields[] = {
    {"profile", read_nothing, 0, 0, 0, 0}, /* was read before all others */
    {"about", rl_read_remark, 0, 0, 0, 0},
    {"flash", read_flash, 0, 0, 0, 0},
    {"memory", read_memory, 0, 0, 0, 0},
    {"cache", read_cache, 0, 0, 0, 0},
    {"sender", read_sender, 0, 0, 0, 0},
    {"hardware_level", read_number, FIGURE(RL_FIGURE_LEVEL), 1, UINT32_MAX, 0},
};

static bool read_profile(struct rl_loader *loader, const struct rl_yaml *value,
                         struct rl_device_plan *device)
{
    if (value->kind != RL_YAML_SCALAR || value->text[0] == '\0') {
        return rl_fail(loader, value, "expected the path of a device profile");
    }
    char *path = rl_path_beside(value->file, value->text);
    if (path == NULL) {
        return rl_fail(loader, value, "out of memory");
    }
    char why[RL_IMAGE_WHY_SIZE];
    uint8_t *bytes = NULL;
    size_t size = 0;
    bool there = rl_file_read(path, RL_YAML_BYTES_MAX, &bytes, &size, why);
    free(bytes);
    /* A file that is missing is the plan's mistake, and shown there; what is in it, its own. */
    const struct rl_yaml *profile = there ? rl_loader_open(loader, path) : NULL;
    if (!there) {
        rl_yaml_fail(&loader->error, value, "device profile \"%.200s\" %s", path, why);
    }
    free(path);
    if (profile == NULL) {
        return false;
    }
    rl_device_defaults(device);
    return rl_read_map(loader, profile, "device profile", device_fields + 1,
                       COUNT(device_fields) - 1, device);
}

bool rl_device_read(struct rl_loader *loader, const struct rl_yaml *value,
                    struct rl_device_plan *device)
{
    if (value->kind == RL_YAML_SCALAR) {
        return read_profile(loader, value, device);
    }
    const struct rl_yaml *profile =
        value->kind == RL_YAML_MAP ? rl_yaml_get(value, "profile") : NULL;
    return (profile == NULL || read_profile(loader, profile, device)) &&
           rl_read_map(loader, value, "device", device_fields, COUNT(device_fields), device);
}

/* Where to point for a figure that does not go with another: at the one that was written down. */
static const struct rl_yaml *blame(const struct rl_device_plan *device, enum rl_figure figure,
                                   enum rl_figure other)
{
    return device->where[figure] != NULL ? device->where[figure] : device->where[other];
}

static bool areas_agree(struct rl_loader *loader, const struct rl_device_plan *device,
                        const struct relight_geometry *geometry)
{
    static const char *const names[RELIGHT_COMPANIONS] = {"pla", "phy"};
    uint32_t sector = geometry->sector_size, data = geometry->data[0].size;
    if (data % sector != 0) {
        return rl_fail(loader, blame(device, RL_FIGURE_DATA, RL_FIGURE_SECTOR),
                       "data of %u bytes is not whole sectors of %u bytes", data, sector);
    }
    if (data < 2 * sector) {
        return rl_fail(loader, blame(device, RL_FIGURE_DATA, RL_FIGURE_SECTOR),
                       "data of %u bytes is less than two sectors of %u bytes", data, sector);
    }
    for (unsigned i = 0; i < RELIGHT_COMPANIONS; i++) {
        uint32_t size = geometry->companion[i].configuration.size;
        if (size % sector != 0) {
            return rl_fail(loader, blame(device, RL_FIGURE_PLA + i, RL_FIGURE_SECTOR),
                           "%s of %u bytes is not whole sectors of %u bytes", names[i], size,
                           sector);
        }
    }
    return true;
}

static bool figures_agree(struct rl_loader *loader, const struct rl_device_plan *device,
                          const struct relight_geometry *geometry)
{
    uint32_t sector = geometry->sector_size, bank = geometry->bank[0].size;
    if (bank % sector != 0) {
        return rl_fail(loader, blame(device, RL_FIGURE_BANK, RL_FIGURE_SECTOR),
                       "a bank of %u bytes is not whole sectors of %u bytes", bank, sector);
    }
    if (!areas_agree(loader, device, geometry)) {
        return false;
    }
    if (geometry->page_size > sector) {
        return rl_fail(loader, blame(device, RL_FIGURE_PAGE, RL_FIGURE_SECTOR),
                       "a page of %u bytes is larger than a sector of %u bytes",
                       geometry->page_size, sector);
    }
    if (geometry->resident.size < bank) {
        return rl_fail(loader, blame(device, RL_FIGURE_RESIDENT, RL_FIGURE_BANK),
                       "a resident place of %u bytes is smaller than a bank of %u bytes",
                       geometry->resident.size, bank);
    }
    if (geometry->staging.size < bank) {
        return rl_fail(loader, blame(device, RL_FIGURE_STAGING, RL_FIGURE_BANK),
                       "a staging place of %u bytes is smaller than a bank of %u bytes",
                       geometry->staging.size, bank);
    }
    return true;
}

/* No device that the figures above allow is larger than a board can be asked to emulate. */
_Static_assert(2ull * BANK_MAX + 2ull * DATA_MAX + 4ull * SECTOR_MAX +
                       RELIGHT_COMPANIONS * COMPANION_MAX <=
                   SPACE_LIMIT,
               "flash");
_Static_assert(2ull * PLACE_MAX + RELIGHT_BULK + RELIGHT_COMPANIONS * COMPANION_MAX <= SPACE_LIMIT,
               "memory");

static struct relight_region place(uint32_t *address, uint32_t size)
{
    struct relight_region region = {.address = *address, .size = size};
    *address += size;
    return region;
}

/* What nobody wrote down is at least a sector. */
static uint32_t companion_size(const struct rl_device_plan *device, enum rl_figure figure)
{
    uint32_t size = device->figure[figure], sector = device->figure[RL_FIGURE_SECTOR];
    return device->where[figure] == NULL && size < sector ? sector : size;
}

bool rl_device_lay_out(struct rl_loader *loader, const struct rl_device_plan *device,
                       struct relight_geometry *geometry)
{
    const uint32_t *figure = device->figure;
    uint32_t sector = figure[RL_FIGURE_SECTOR], bank = figure[RL_FIGURE_BANK];
    uint32_t data = figure[RL_FIGURE_DATA];
    uint32_t resident = figure[RL_FIGURE_RESIDENT], staging = figure[RL_FIGURE_STAGING];
    if (data == 0) {
        data = 2 * sector > 8 * K ? 2 * sector : 8 * K;
    }
    *geometry = (struct relight_geometry){.sector_size = sector,
                                          .page_size = figure[RL_FIGURE_PAGE],
                                          .granule_size = figure[RL_FIGURE_GRANULE],
                                          .hardware_level = figure[RL_FIGURE_LEVEL]};
    geometry->bank[0] = place(&geometry->flash_size, bank);
    geometry->bank[1] = place(&geometry->flash_size, bank);
    geometry->record[0] = place(&geometry->flash_size, sector);
    geometry->record[1] = place(&geometry->flash_size, sector);
    geometry->journal = place(&geometry->flash_size, sector);
    geometry->data[0] = place(&geometry->flash_size, data);
    geometry->data[1] = place(&geometry->flash_size, data);
    geometry->otp = place(&geometry->flash_size, sector);
    for (unsigned i = 0; i < RELIGHT_COMPANIONS; i++) {
        geometry->companion[i].configuration =
            place(&geometry->flash_size, companion_size(device, RL_FIGURE_PLA + i));
    }
    geometry->staging_executes = device->staging_executes;
    geometry->erased_faults = device->rules.blank_faults;
    geometry->paired_pages = device->rules.pairs;
    geometry->resident = place(&geometry->memory_size, resident == 0 ? bank : resident);
    geometry->staging = place(&geometry->memory_size, staging == 0 ? bank : staging);
    geometry->handover = place(&geometry->memory_size, RELIGHT_BULK);
    for (unsigned i = 0; i < RELIGHT_COMPANIONS; i++) {
        geometry->companion[i].active =
            place(&geometry->memory_size, geometry->companion[i].configuration.size);
    }
    return figures_agree(loader, device, geometry) && rl_rules_agree(loader, device);
}
