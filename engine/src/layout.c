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
            layout->granule_size == 32u);
}

/* `unit` is a power of two. A region that ends at the end of its space does not wrap. */
static bool is_region(const struct fl_region *region, uint32_t unit)
{
    return region->size > 0 && ((region->address | region->size) & (unit - 1u)) == 0 &&
           region->size - 1u <= UINT32_MAX - region->address;
}

fl_status fl_layout_check(const struct fl_layout *layout)
{
    bool good = has_good_units(layout);

    for (uint32_t i = 0; i < 2u && good; i++) {
        good = is_region(&layout->bank[i], layout->sector_size) &&
               is_region(&layout->record[i], layout->sector_size);
    }
    good = good && layout->bank[0].size == layout->bank[1].size &&
           is_region(&layout->journal, layout->sector_size) &&
           is_region(&layout->resident, FL_BULK) && is_region(&layout->staging, FL_BULK) &&
           layout->resident.size >= layout->bank[0].size &&
           layout->staging.size >= layout->bank[0].size;
    return good ? FL_OK : FL_E_INTERNAL;
}

uint32_t fl_layout_limit(const struct fl_layout *layout)
{
    return fl_min(layout->bank[0].size, fl_min(layout->resident.size, layout->staging.size));
}
