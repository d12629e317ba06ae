/* Commands in the middle of an update, and what surrounds the adapter. */
#include "faults/catalogue.h"

static const struct rl_class_info rows[] = {
    {
        .fault_class = RL_CLASS_CONCURRENT_COMMAND,
        .way = RL_WAY_UPSET,
        .name = "concurrent-command",
        .physics = "Between two steps of an update another command arrives: a second update, a "
                   "cancel, or a reset.",
        .parameters = "none; each of the three is tried between any two steps",
        .applies = "the last operation of each step of an update but the last step",
        .owes = "survive: a second update is refused and the first goes on; a cancel ends the "
                "update in old, serving, with a reason, or is refused and the update goes on",
        .source = "DMTF DSP0267, Firmware Update: ALREADY_IN_UPDATE_MODE, CancelUpdate",
    },
};
const struct rl_class_family rl_classes_world = {rows, sizeof rows / sizeof rows[0]};
