#include "layout.h"

#include "mem.h"

#define SECTOR_MIN 512u
#define SECTOR_MAX 262144u

static bool is_power_of_two(uint32_t value)
{
    return value != 0 && (value & (value - 1u)) == 0;
}

static bool has_good_units(const struct fl_layout *layout)
{
    return is_power_of_two(layout->sector_size) && layout->sector_size >= SECTOR_MIN &&
           layout->sector_size <= SECTOR_MAX && is_power_of_two(layout->page_size) &&
           layout->page_size >= FL_BULK && layout->page_size <= layout->sector_size &&
           (layout->granule_size == 8u || layout->granule_size == 16u ||
            layout->granule_size == 32u) &&
           (!layout->paired_pages || layout->page_size <= layout->sector_size / 4u);
}

/* `unit` is a power of two. A region that ends at the end of its space does not wrap. */
static bool is_region(const struct fl_region *region, uint32_t unit)
{
    return region->size > 0 && ((region->address | region->size) & (unit - 1u)) == 0 &&
           region->size - 1u <= UINT32_MAX - region->address;
}

/* A region that is one sector, and starts where one does. */
static bool is_sector(const struct fl_region *region, uint32_t sector)
{
    return is_region(region, sector) && region->size == sector;
}

static bool has_banks(const struct fl_layout *layout)
{
    uint32_t sector = layout->sector_size;
    bool good = layout->bank[0].size == layout->bank[1].size && is_sector(&layout->journal, sector);

    for (uint32_t i = 0; i < 2u && good; i++) {
        good = is_region(&layout->bank[i], sector) && is_sector(&layout->record[i], sector);
    }
    return good;
}

static bool has_data(const struct fl_layout *layout)
{
    uint32_t sector = layout->sector_size;
    bool good = is_sector(&layout->otp, sector) && layout->data[0].size == layout->data[1].size &&
                layout->data[0].size >= 2u * sector;

    for (uint32_t i = 0; i < 2u && good; i++) {
        good = is_region(&layout->data[i], sector);
    }
    return good;
}

static bool has_memory(const struct fl_layout *layout)
{
    return is_region(&layout->resident, FL_BULK) && is_region(&layout->staging, FL_BULK) &&
           is_region(&layout->handover, FL_BULK) && layout->handover.size == FL_BULK &&
           layout->resident.size >= layout->bank[0].size &&
           layout->staging.size >= FL_METADATA_SIZE;
}

/* A companion has both of its regions, or none. */
static bool has_companions(const struct fl_layout *layout)
{
    bool good = true;

    for (uint32_t i = 0; i < FL_COMPANIONS && good; i++) {
        const struct fl_region *flash = &layout->configuration[i];

        good = flash->size == layout->active[i].size &&
               (flash->size == 0 ||
                (is_region(flash, layout->sector_size) && is_region(&layout->active[i], FL_BULK)));
    }
    return good;
}

fl_status fl_layout_check(const struct fl_layout *layout)
{
    return has_good_units(layout) && has_banks(layout) && has_data(layout) && has_memory(layout) &&
                   has_companions(layout)
               ? FL_OK
               : FL_E_INTERNAL;
}

uint32_t fl_layout_stride(const struct fl_layout *layout)
{
    return layout->paired_pages ? 2u * layout->page_size : FL_BULK;
}

uint32_t fl_layout_limit(const struct fl_layout *layout)
{
    return layout->bank[0].size;
}
