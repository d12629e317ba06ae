/* Commands in the middle of an update, and what surrounds the adapter. */
#include "faults/catalogue.h"
#include "oracles/oracles.h"

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
    {
        .fault_class = RL_CLASS_BANK_ABSENT,
        .way = RL_WAY_UPSET,
        .duty = RL_OWES_STOP_SAFELY,
        /* It demands that a boot finds the active image in flash, and that is what is gone. */
        .spares = 1u << RL_PROPERTY_INVARIANT,
        .name = "bank-absent",
        .physics = "A flash bank, a boot record's sector or a companion's configuration flash does "
                   "not answer any more: every access to it fails.",
        .parameters = "lasts: until-reset or for-good; default for-good",
        .applies = "flash: read, program, erase and checks of banks, records, configurations",
        .owes = "stop safely: nothing unverified runs, and a reason is given; where what is left "
                "suffices, an image runs",
        .source = "Zheng et al., \"Understanding the Robustness of SSDs under Power Fault\", "
                  "FAST'13 (dead device)",
    },
    {
        .fault_class = RL_CLASS_CLOCK_JUMP,
        .way = RL_WAY_UPSET,
        .name = "clock-jump",
        .physics =
            "Time jumps: the watchdog takes it for its expiry and resets the CPU, or hosts take "
            "it for their time-out while they wait for an answer.",
        .parameters =
            "none; the watchdog at each operation, 61 s for hosts at the end of each step",
        .applies = "every operation",
        .owes = "survive; each command that was taken is answered, and all paths come back",
        .source = "Linux Documentation/watchdog/watchdog-api.rst; Linux drivers/scsi/sd.h, "
                  "SD_TIMEOUT",
    },
    {
        .fault_class = RL_CLASS_PATH_LOSS,
        .way = RL_WAY_UPSET,
        .name = "path-loss",
        .physics =
            "The redundant path fails during the update: hosts have only the adapter left that "
            "is updated, until its update is over.",
        .parameters = "none",
        .applies = "the last operation of each step of an update but the last step",
        .owes = "survive; hosts do not lose the path that is left, nor any login on it",
        .source = "Linux multipath.conf(5): no_path_retry, fast_io_fail_tmo, dev_loss_tmo",
    },
};
const struct rl_class_family rl_classes_world = {rows, sizeof rows / sizeof rows[0]};
