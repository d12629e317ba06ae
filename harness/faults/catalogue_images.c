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
    {
        .fault_class = RL_CLASS_INCOMPATIBLE_VERSION,
        .way = RL_WAY_UPSET,
        .name = "incompatible-version",
        .physics = "A well-signed image that does not suit the device or the image that runs is "
                   "sent, or takes the place of the staged one between two steps.",
        .parameters = "the number of the version, all by default: singles and pairs of what is "
                      "below, the same or above; those in staging are singles",
        .applies = "port: receive; and the last operation of each step from the last chunk on",
        .owes = "survive: what must not be taken is refused with its status; what was checked is "
                "what is taken; the right image goes in afterwards",
        .source = "docs/image-format.md, Refusals; NIST SP 800-193, 4.2.1 (rollback); MCUboot, "
                  "sim/src/depends.rs and docs/design.md, Security counter; CWE-367",
    },
};
const struct rl_class_family rl_classes_images = {rows, sizeof rows / sizeof rows[0]};
