/* Images that come broken, or that do not fit. */
#include "faults/catalogue.h"
#include "oracles/oracles.h"

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
    {
        .fault_class = RL_CLASS_RECORD_TIE,
        .way = RL_WAY_UPSET,
        .name = "record-tie",
        .physics = "The boot records do not tell which image is to run: none of them reads, two "
                   "are equally new, or their numbers wrap around at 2^31 or 2^32.",
        .parameters =
            "0 none reads, 1 the newest stands in both sectors, 2 those of both banks are "
            "equally new, 3 the last number before 2^31, 4 the last before 2^32; all by "
            "default",
        .applies = "the last operation of each step; the device is reset there",
        .owes = "survive: an image runs that is whole and authentic, and the update goes in",
        .source = "Espressif ESP-IDF, components/bootloader_support/src/bootloader_common.c "
                  "(otadata: ota_seq and CRC of two entries); RFC 1982; TigerBeetle "
                  "src/vsr/superblock_quorums.zig (forks, ties of copies)",
    },
    {
        .fault_class = RL_CLASS_PARTIAL_COMPONENTS,
        .way = RL_WAY_UPSET,
        .name = "partial-components",
        .physics = "An update of several components gets no further than one of them: what the "
                   "next one is sent is lost from there on, or the device is reset before it.",
        .parameters = "0 lost, 1 the device is reset; lasts: until-reset or for-good; shows: "
                      "status or silent; default until-reset and status",
        .applies = "flash: program, erase; companions: refresh; the first after one of another "
                   "component",
        .owes = "survive: old or new run, each with what it needs of all components",
        .source = "DMTF DSP0267 1.1.0, Firmware Update, PLDM (component update and activation, "
                  "table of component results)",
    },
};
const struct rl_class_family rl_classes_images = {rows, sizeof rows / sizeof rows[0]};
