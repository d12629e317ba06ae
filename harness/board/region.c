/* Regions: the places of a board's geometry by name, for logs, tokens and stores. */
#include "board/board.h"

#include <stddef.h>
#include <string.h>

#define NO_DEVICE UINT8_MAX
#define NO_PLACE  SIZE_MAX
#define PLACE(at) offsetof(struct relight_geometry, at)

static const struct {
    const char *name;
    size_t place; /* in the geometry */
    uint8_t device;
} regions[RL_REGION_COUNT] = {
    [RL_REGION_BANK_A] = {"bankA", PLACE(bank[0]), RL_FLASH},
    [RL_REGION_BANK_B] = {"bankB", PLACE(bank[1]), RL_FLASH},
    [RL_REGION_RECORD_A] = {"recordA", PLACE(record[0]), RL_FLASH},
    [RL_REGION_RECORD_B] = {"recordB", PLACE(record[1]), RL_FLASH},
    [RL_REGION_JOURNAL] = {"journal", PLACE(journal), RL_FLASH},
    [RL_REGION_DATA_A] = {"dataA", PLACE(data[0]), RL_FLASH},
    [RL_REGION_RESIDENT] = {"resident", PLACE(resident), RL_MEMORY},
    [RL_REGION_STAGING] = {"staging", PLACE(staging), RL_MEMORY},
    [RL_REGION_FLASH] = {"flash", NO_PLACE, RL_FLASH},
    [RL_REGION_MEMORY] = {"memory", NO_PLACE, RL_MEMORY},
    [RL_REGION_PORT] = {"port", NO_PLACE, NO_DEVICE},
    [RL_REGION_DATA_B] = {"dataB", PLACE(data[1]), RL_FLASH},
    [RL_REGION_OTP] = {"otp", PLACE(otp), RL_FLASH},
    [RL_REGION_PLA_FLASH] = {"plaFlash", PLACE(companion[RELIGHT_PLA].configuration), RL_FLASH},
    [RL_REGION_PHY_FLASH] = {"phyFlash", PLACE(companion[RELIGHT_PHY].configuration), RL_FLASH},
    [RL_REGION_HANDOVER] = {"handover", PLACE(handover), RL_MEMORY},
    [RL_REGION_PLA_ACTIVE] = {"plaActive", PLACE(companion[RELIGHT_PLA].active), RL_MEMORY},
    [RL_REGION_PHY_ACTIVE] = {"phyActive", PLACE(companion[RELIGHT_PHY].active), RL_MEMORY},
};

const char *rl_region_name(unsigned region)
{
    return region < RL_REGION_COUNT ? regions[region].name : "?";
}

unsigned rl_region_find(const char *name)
{
    unsigned region = 0;

    while (region < RL_REGION_COUNT && strcmp(regions[region].name, name) != 0) {
        region++;
    }
    return region;
}

bool rl_region_is_in(unsigned region, uint8_t device)
{
    return region < RL_REGION_COUNT && regions[region].device == device;
}

/* The region's place in the geometry, or NULL for those without one. */
static const struct relight_region *region_at(const struct relight_geometry *g, unsigned region)
{
    if (region >= RL_REGION_COUNT || regions[region].place == NO_PLACE) {
        return NULL;
    }
    return (const void *)((const char *)g + regions[region].place);
}

uint32_t rl_region_address(const struct relight_geometry *geometry, unsigned region)
{
    const struct relight_region *at = region_at(geometry, region);

    return at == NULL ? 0 : at->address;
}

unsigned rl_region_of(const struct relight_geometry *geometry, uint8_t device, uint32_t address)
{
    for (unsigned region = 0; region < RL_REGION_COUNT; region++) {
        const struct relight_region *at = region_at(geometry, region);

        if (regions[region].device == device && at != NULL && address >= at->address &&
            address - at->address < at->size) {
            return region;
        }
    }
    return device == RL_FLASH ? RL_REGION_FLASH : RL_REGION_MEMORY;
}

uint32_t rl_device_active_page(const struct rl_device *device)
{
    uint32_t first = device->geometry.memory_size;

    for (unsigned i = 0; i < RELIGHT_COMPANIONS; i++) {
        const struct relight_region *active = &device->geometry.companion[i].active;

        if (active->size > 0 && active->address < first) {
            first = active->address;
        }
    }
    return first / RL_PAGE;
}
