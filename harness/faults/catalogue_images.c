/* Images that come broken, or that do not fit. */
#include "faults/catalogue.h"

static const struct rl_class_info rows[] = {
    {
        .fault_class = RL_CLASS_CORRUPT_IMAGE,
        .way = RL_WAY_UPSET,
        .name = "corrupt-image",
        .physics = "The sender has an image that is broken: a field beyond its bounds, segments "
                   "cut off, stretched, swapped or overlapping, or seals that do not fit.",
        .parameters = "the number of the corruption in `relight image corrupt --list`, all by "
                      "default; lasts: once (one offer) or until-reset; default once",
        .applies = "port: receive; the sender has it from this chunk on",
        .owes = "survive: the update is refused with the status that the format names, nothing "
                "that survives is changed, and the right image goes in afterwards",
        .source = "docs/image-format.md, Refusals; structure-aware fuzzing: libFuzzer, "
                  "docs/structure-aware-fuzzing.md of google/fuzzing; MCUboot, sim/src/tlv.rs and "
                  "the tests with corrupted signatures in sim/src/image.rs",
    },
};
const struct rl_class_family rl_classes_images = {rows, sizeof rows / sizeof rows[0]};
