/* whole: what runs is all old or all new, in memory as the CPU sees it. */
#include "oracles/judge.h"

static const char *const module_names[] = {"update", "bootstrap", "init"};

/* Whether what was fetched at [address, address + size) is the code that `image` has there when it
 * starts at `base`. */
static bool is_code_of(const struct rl_judge *judge, int image, uint32_t base, uint32_t address,
                       uint32_t size)
{
    const struct rl_known_image *known = &judge->images[image];
    uint32_t first = (address - base) / RL_PAGE;
    uint32_t count = (size + RL_PAGE - 1u) / RL_PAGE;

    if (first + count > known->pages) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        rl_slot fetched = judge->board->cache.fetched[address / RL_PAGE + i];

        if (rl_slot_data(fetched) != known->data[first + i] || rl_slot_is_bad(fetched)) {
            return false;
        }
    }
    return true;
}

/* Whether the range is the module of that image, and the module one that runs from there: update
 * and init in the resident place, the bootstrap of the new image in staging. */
static bool is_module_of(const struct rl_judge *judge, int image, relight_module module,
                         bool staged, uint32_t offset, uint32_t size)
{
    const struct rl_image_part *range = &judge->images[image].modules[module];

    return range->offset == offset && range->size == size &&
           staged == (module == RELIGHT_MODULE_BOOTSTRAP) && (!staged || image == RL_RUNS_NEW);
}

/* The image whose code was fetched, or RL_RUNS_NONE. */
static int code_of(const struct rl_judge *judge, uint32_t base, uint32_t address, uint32_t size)
{
    for (int image = RL_RUNS_NEW; image >= RL_RUNS_OLD; image--) {
        if (is_code_of(judge, image, base, address, size)) {
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
    const char *name = (unsigned)module < RL_IMAGE_MODULES ? module_names[module] : "?";
    const char *place = staged ? "staging" : "resident";
    int there = rl_judge_image_at(judge, base, false);
    int code = code_of(judge, base, address, size);

    judge->executed |= (unsigned)module < RL_IMAGE_MODULES ? 1u << module : 0u;
    if (there != RL_RUNS_NONE && is_code_of(judge, there, base, address, size)) {
        if ((unsigned)module >= RL_IMAGE_MODULES ||
            !is_module_of(judge, there, module, staged, address - base, size)) {
            rl_judge_violated(judge, RL_PROPERTY_WHOLE,
                              "module %s ran from %s+0x%x, %u bytes: not where the %s image has "
                              "it, or not from where it has to run",
                              name, place, address - base, size, rl_judge_image_name(judge, there));
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

int rl_judge_running(struct rl_judge *judge)
{
    int image = rl_judge_image_at(judge, judge->board->device.geometry.resident.address, false);

    if (image == RL_RUNS_NONE) {
        rl_judge_violated(judge, RL_PROPERTY_WHOLE,
                          "the device says that it runs, and its memory holds neither the old nor "
                          "the new image, whole");
    }
    if (!judge->board->light || !judge->board->processing) {
        rl_judge_violated(judge, RL_PROPERTY_BOOTABLE,
                          "the device says that it runs, with its light %s and commands %s",
                          judge->board->light ? "on" : "off",
                          judge->board->processing ? "processed" : "held");
    }
    return image;
}
