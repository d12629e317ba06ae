/* whole: what runs is all old or all new, in memory as the CPU sees it. */
#include "images/words.h"
#include "oracles/judge.h"

static const char *const module_names[] = {"update", "bootstrap", "init"};

/* Content number of the page that `known` has at `page` of its region, or that of no page. */
static uint32_t page_of(const struct rl_known_image *known, enum rl_standing standing,
                        uint32_t page)
{
    for (uint32_t i = 0; i < known->part_count[standing]; i++) {
        const struct rl_known_part *part = &known->parts[standing][i];

        if (page >= part->place && page - part->place < part->content->count) {
            return known->data[part->stored + (page - part->place)];
        }
    }
    return UINT32_MAX;
}

/* Whether what was fetched at [address, address + size) is the code that `image` has there. */
static bool is_code_of(const struct rl_judge *judge, int image, enum rl_standing standing,
                       uint32_t address, uint32_t size)
{
    const struct relight_geometry *g = &judge->board->device.geometry;
    uint32_t base = standing == RL_STANDS_STAGED ? g->staging.address : g->resident.address;
    uint32_t first = (address - base) / RL_PAGE;
    uint32_t count = (size + RL_PAGE - 1u) / RL_PAGE;

    for (uint32_t i = 0; i < count; i++) {
        rl_slot fetched = judge->board->cache.fetched[address / RL_PAGE + i];

        if (rl_slot_data(fetched) != page_of(&judge->images[image], standing, first + i) ||
            rl_slot_is_bad(fetched)) {
            return false;
        }
    }
    return true;
}

/* Whether the range is the module of that image, and the module one that runs from there: update
 * and init in the resident place, the bootstrap of the image that is offered in staging. */
static bool is_module_of(const struct rl_judge *judge, int image, relight_module module,
                         enum rl_standing standing, uint32_t offset, uint32_t size)
{
    const struct rl_image_part *range = &judge->images[image].modules[module];
    bool staged = standing == RL_STANDS_STAGED;

    return (staged ? range->offset : range->place) == offset && range->size == size &&
           staged == (module == RELIGHT_MODULE_BOOTSTRAP) && (!staged || image == judge->offered);
}

/* The image runs, so each companion has to have exactly the configuration that it brings. */
static void judge_companions(struct rl_judge *judge, int image)
{
    const struct rl_known_image *known = &judge->images[image];

    for (unsigned i = 0; i < RELIGHT_COMPANIONS; i++) {
        const struct relight_region *active = &judge->board->device.geometry.companion[i].active;
        const struct rl_content *needed = known->configuration[i];

        if (needed != NULL && (needed->count > active->size / RL_PAGE ||
                               rl_board_holds(judge->board, RL_PLANE_CPU, active->address / RL_PAGE,
                                              needed) != RL_HOLDS)) {
            rl_judge_violated(judge, RL_PROPERTY_WHOLE,
                              "the %s runs another configuration than the %s image needs",
                              rl_companion_words.names[i], known->name);
        }
    }
}

/* The image whose code was fetched, or RL_RUNS_NONE. */
static int code_of(const struct rl_judge *judge, enum rl_standing standing, uint32_t address,
                   uint32_t size)
{
    int last = judge->falls_back ? RL_RUNS_OLDER : RL_RUNS_NEW;

    for (int image = last; image >= RL_RUNS_OLD; image--) {
        if (is_code_of(judge, image, standing, address, size)) {
            return image;
        }
    }
    return RL_RUNS_NONE;
}

void rl_judge_executed(struct rl_judge *judge, relight_module module, uint32_t address,
                       uint32_t size)
{
    const struct relight_geometry *g = &judge->board->device.geometry;
    bool staged = rl_region_of(g, RL_MEMORY, address) == RL_REGION_STAGING;
    uint32_t base = staged ? g->staging.address : g->resident.address;
    enum rl_standing standing = staged ? RL_STANDS_STAGED : RL_STANDS_RESIDENT;
    const char *name = (unsigned)module < RL_IMAGE_MODULES ? module_names[module] : "?";
    const char *place = staged ? "staging" : "resident";
    int there = rl_judge_image_at(judge, standing, false);
    int code = code_of(judge, standing, address, size);

    judge->executed |= (unsigned)module < RL_IMAGE_MODULES ? 1u << module : 0u;
    if (!staged) {
        rl_judge_initialises(judge, module, there);
    }
    if (there != RL_RUNS_NONE && is_code_of(judge, there, standing, address, size)) {
        if ((unsigned)module >= RL_IMAGE_MODULES ||
            !is_module_of(judge, there, module, standing, address - base, size)) {
            rl_judge_violated(judge, RL_PROPERTY_WHOLE,
                              "module %s ran from %s+0x%x, %u bytes: not where the %s image has "
                              "it, or not from where it has to run",
                              name, place, address - base, size, rl_judge_image_name(judge, there));
        } else if (module == RELIGHT_MODULE_UPDATE) {
            judge_companions(judge, there);
        }
        return;
    }
    if (there == RL_RUNS_NONE) {
        rl_judge_authentic(judge, name, place);
    }
    if (code == RL_RUNS_NONE) {
        rl_judge_violated(judge, RL_PROPERTY_WHOLE,
                          "module %s ran from %s on code that is, as a whole, neither old's nor "
                          "new's",
                          name, place);
    } else if (there != RL_RUNS_NONE) {
        rl_judge_violated(judge, RL_PROPERTY_WHOLE,
                          "module %s ran from %s on stale code of %s, where memory holds %s", name,
                          place, rl_judge_image_name(judge, code),
                          rl_judge_image_name(judge, there));
    }
}

/* Whether the resident place holds the older image, which may not run. */
static bool older_stands(struct rl_judge *judge)
{
    return judge->falls_back && rl_judge_stands(judge, RL_RUNS_OLDER, RL_STANDS_RESIDENT);
}

int rl_judge_running(struct rl_judge *judge)
{
    int image = rl_judge_image_at(judge, RL_STANDS_RESIDENT, false);

    rl_judge_base_is(judge, image);
    if (image == RL_RUNS_NONE) {
        rl_judge_violated(judge, RL_PROPERTY_WHOLE,
                          "the device says that it runs, and its memory holds neither the old nor "
                          "the new image, whole%s",
                          older_stands(judge) ? ": but the one before, that no fault calls for"
                                              : "");
    } else {
        judge_companions(judge, image);
    }
    if (!judge->board->light || !judge->board->processing) {
        rl_judge_violated(judge, RL_PROPERTY_BOOTABLE,
                          "the device says that it runs, with its light %s and commands %s",
                          judge->board->light ? "on" : "off",
                          judge->board->processing ? "processed" : "held");
    }
    return image;
}
