/* The table of properties, in the order of rl_property. The code that judges each is in the file of
 * its name beside this one. */
#include "oracles/oracles.h"

#include <stddef.h>

static const struct rl_property_info properties[] = {
    [RL_PROPERTY_BOOTABLE] =
        {
            .name = "bootable",
            .holds_when = "With faults over, boot reaches a running image, its light on and "
                          "commands processed, within a bounded number of operations.",
            .judged = "in each power cycle after the last fault",
        },
    [RL_PROPERTY_WHOLE] =
        {
            .name = "whole",
            .holds_when = "What runs is all old or all new, in memory as the CPU sees it.",
            .judged = "when an image runs, and in two more boots without faults",
        },
    [RL_PROPERTY_AUTHENTIC] =
        {
            .name = "authentic",
            .holds_when = "Nothing that is not, whole, part of a verified image is executed.",
            .judged = "at each execution of a module",
        },
    [RL_PROPERTY_KEY_SOUND] =
        {
            .name = "key-sound",
            .holds_when = "The fast sequence runs only on a completed, verified overlay of that "
                          "very image, and once.",
            .judged =
                "at each fast step of an initialization, and after each operation that changes "
                "what a key depends on",
        },
    [RL_PROPERTY_PROGRESS] =
        {
            .name = "progress",
            .holds_when =
                "Once faults stop, the update ends in the new image (or in the old one where the "
                "plan expects a refusal), each boot runs what "
                "the engine's decoder said, and the choice holds in further boots.",
            .judged = "when the device has settled, and in two more boots without faults",
        },
    [RL_PROPERTY_DEVICE_RULES] =
        {
            .name = "device-rules",
            .holds_when = "No program of what is not erased, no access out of the device, no "
                          "sector erased more often than its budget, and no change of flash in a "
                          "boot with nothing left to do.",
            .judged = "at each operation",
        },
    [RL_PROPERTY_INVARIANT] =
        {
            .name = "invariant",
            .holds_when = "The engine's own predicate over surviving state holds.",
            .judged = "after each operation that changes surviving state, where the engine has "
                      "such a predicate",
        },
    [RL_PROPERTY_DATA_KEPT] =
        {
            .name = "data-kept",
            .holds_when = "Persistent data of the running image is present, intact and in the "
                          "format of the image that runs.",
            .judged = "after each boot and at the end of the update, where the plan has the "
                      "running image change its data",
        },
    [RL_PROPERTY_MONOTONIC] =
        {
            .name = "monotonic",
            .holds_when = "The security counter of the image that runs never goes back, and an "
                          "image with a lower one is refused.",
            .judged = "whenever an image runs, after each operation that changes what a boot "
                      "would run, and by an offer of the old image after the golden run",
        },
    [RL_PROPERTY_IO_KEPT] =
        {
            .name = "io-kept",
            .holds_when = "Each command that an adapter takes is answered exactly once, no command "
                          "times out, and no host loses a path.",
            .judged = "on the golden run, by hosts simulated over what it shows to the outside",
        },
    [RL_PROPERTY_OUTAGE] =
        {
            .name = "outage",
            .holds_when = "Commands are processed again, and the light is on again, within the "
                          "plan's limits.",
            .judged = "on the golden run",
        },
    [RL_PROPERTY_REFUSAL] =
        {
            .name = "refusal",
            .holds_when = "An update that has to be refused is, for the right reason, and leaves "
                          "flash as it was.",
            .judged = "at the end of the update that is offered, where the plan expects a refusal",
        },
};
_Static_assert(sizeof properties / sizeof properties[0] == RL_PROPERTY_COUNT, "one row a property");

const struct rl_property_info *rl_property_info(rl_property property)
{
    return (unsigned)property < RL_PROPERTY_COUNT ? &properties[property] : NULL;
}
