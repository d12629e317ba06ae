/* device-rules: the engine uses the devices as their data sheets allow, and wears nothing out. */
#include "oracles/judge.h"

void rl_judge_rule(struct rl_judge *judge, const char *what, uint8_t device, uint32_t address)
{
    const struct relight_geometry *g = &judge->board->device.geometry;
    unsigned region = rl_region_of(g, device, address);

    rl_judge_violated(judge, RL_PROPERTY_DEVICE_RULES, "%s, at 0x%x of %s (%s)", what, address,
                      device == RL_FLASH ? "flash" : "memory", rl_region_name(region));
}

void rl_judge_settled(struct rl_judge *judge)
{
    rl_judge_violated(judge, RL_PROPERTY_DEVICE_RULES,
                      "a boot with nothing left to do changed flash: a crash loop would wear "
                      "it out");
}
