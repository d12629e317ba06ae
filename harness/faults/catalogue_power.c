/* Losing power and resetting: what a cut or a reset leaves. The outcomes are in outcome.h. */
#include "faults/catalogue.h"

static const struct rl_class_info rows[] = {
    {
        .fault_class = RL_CLASS_CUT_BEFORE,
        .by_default = true,
        .name = "cut-before",
        .physics = "Power is lost just before an operation: nothing of it reaches the medium.",
        .parameters = "none",
        .applies = "every operation that changes flash",
        .owes = "survive",
        .source = "SQLite, \"How SQLite Is Tested\", crash testing; src/test6.c",
    },
    {
        .fault_class = RL_CLASS_CUT_AFTER,
        .by_default = true,
        .name = "cut-after",
        .physics = "Power is lost just after an operation: all of it reached the medium, and "
                   "the engine never learned that. Of a store into memory that keeps its "
                   "content, any number of its first words may have been made.",
        .parameters = "none",
        .applies = "every operation that changes flash or memory that keeps its content",
        .owes = "survive",
        .source = "SQLite, \"How SQLite Is Tested\", crash testing; src/test6.c",
    },
    {
        .fault_class = RL_CLASS_TORN_PROGRAM_PREFIX,
        .by_default = true,
        .name = "torn-program-prefix",
        .physics = "Power is lost while a page is programmed: the first granules landed, the "
                   "granule in flight has invalid ECC, the rest is blank.",
        .parameters = "none; every granule of the program is tried",
        .applies = "flash: program",
        .owes = "survive",
        .source = "Zheng et al., \"Understanding the Robustness of SSDs under Power Fault\", "
                  "FAST'13 (shorn writes); Infineon KBA218817",
    },
    {
        .fault_class = RL_CLASS_TORN_PROGRAM_SUFFIX,
        .by_default = true,
        .name = "torn-program-suffix",
        .physics = "Power is lost while a page is programmed in another order: the last "
                   "granules landed, the granule in flight has invalid ECC, the first are "
                   "blank.",
        .parameters = "none; every granule of the program is tried",
        .applies = "flash: program",
        .owes = "survive",
        .source = "SQLite src/test6.c (the parts of an interrupted write land in any "
                  "combination)",
    },
    {
        .fault_class = RL_CLASS_TORN_ERASE,
        .by_default = true,
        .name = "torn-erase",
        .physics = "Power is lost while a sector is erased: a part of it is erased, the place "
                   "where it stopped reads with invalid ECC, the rest as before.",
        .parameters = "none; 16 depths are tried",
        .applies = "flash: erase",
        .owes = "survive",
        .source = "Tseng, Grupp, Swanson, \"Understanding the Impact of Power Loss on Flash "
                  "Memory\", DAC'11",
    },
    {
        .fault_class = RL_CLASS_WEAK_ERASE,
        .by_default = true,
        .name = "weak-erase",
        .physics = "Power is lost while a sector is erased: nowhere is the erase deep enough, "
                   "and every granule reads with invalid ECC.",
        .parameters = "none",
        .applies = "flash: erase",
        .owes = "survive",
        .source = "Tseng, Grupp, Swanson, DAC'11; Infineon KBA218817",
    },
    {
        .fault_class = RL_CLASS_ERASE_PREPROGRAM,
        .by_default = true,
        .name = "erase-preprogram",
        .physics = "A NOR erase first programs zeros, from the sector's end on: power is lost "
                   "when the tail reads zero, the place where it stopped reads with invalid "
                   "ECC, and the start still reads as before.",
        .parameters = "none; 16 depths are tried",
        .applies = "flash: erase",
        .owes = "survive",
        .source = "Linux, drivers/mtd/ubi/io.c, nor_erase_prepare(); seen on Spansion "
                  "S29GL512N",
    },
    {
        .fault_class = RL_CLASS_LOST_UNFLUSHED,
        .by_default = true,
        .name = "lost-unflushed",
        .physics = "Lines of a write-back cache that were not cleaned are lost: each holds "
                   "what some number of its first stores made of it.",
        .parameters = "none; all lines kept, all lost, and one line away from either with "
                      "each number of its stores",
        .applies = "memory that keeps its content: any cut or reset while lines are dirty",
        .owes = "survive",
        .source = "PMDK, pmreorder(1); Gorjiara et al., \"Jaaru\", ASPLOS'21",
    },
    {
        .fault_class = RL_CLASS_WARM_RESET,
        .by_default = true,
        .name = "warm-reset",
        .physics = "CPU and caches restart while power stays: local memory keeps its content, "
                   "apart from what was dirty in the cache; companions keep what they "
                   "run. A refresh that it interrupts has loaded any number of its first "
                   "words.",
        .parameters = "none",
        .applies = "every operation that changes flash, local memory or an active configuration",
        .owes = "survive",
        .source = "Linux, Documentation/admin-guide/ramoops.rst (memory content outlives a "
                  "restart)",
    },
    {
        .fault_class = RL_CLASS_NESTED_CUT,
        .by_default = true,
        .name = "nested-cut",
        .physics = "Power is lost again while the device recovers from a cut or reset.",
        .parameters = "none; the plan's depth and tearing of the second cut set how far it "
                      "goes",
        .applies = "every operation of a power cycle that follows a cut or reset",
        .owes = "survive",
        .source = "SQLite, \"How SQLite Is Tested\", compound failure tests",
    },
};
const struct rl_class_family rl_classes_power = {rows, sizeof rows / sizeof rows[0]};
