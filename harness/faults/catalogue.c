/* The catalogue of fault classes: one row a class, in the order of rl_class. A class is added here,
 * at the end, and in catalogue.h; what it does to a board is the explorer's part. */
#include "faults/catalogue.h"

#include <stddef.h>
#include <string.h>

static const struct rl_class_info catalogue[] = {
    [RL_CLASS_CUT_BEFORE] =
        {
            .name = "cut-before",
            .physics = "Power is lost just before an operation: nothing of it reaches the medium.",
            .parameters = "none",
            .applies = "every operation that changes flash",
            .owes = "survive",
            .source = "SQLite, \"How SQLite Is Tested\", crash testing; src/test6.c",
        },
    [RL_CLASS_CUT_AFTER] =
        {
            .name = "cut-after",
            .physics = "Power is lost just after an operation: all of it reached the medium, and "
                       "the engine never learned that. Of a store into memory that keeps its "
                       "content, any number of its first words may have been made.",
            .parameters = "none",
            .applies = "every operation that changes flash or memory that keeps its content",
            .owes = "survive",
            .source = "SQLite, \"How SQLite Is Tested\", crash testing; src/test6.c",
        },
    [RL_CLASS_TORN_PROGRAM_PREFIX] =
        {
            .name = "torn-program-prefix",
            .physics = "Power is lost while a page is programmed: the first granules landed, the "
                       "granule in flight has invalid ECC, the rest is blank.",
            .parameters = "none; every granule of the program is tried",
            .applies = "flash: program",
            .owes = "survive",
            .source = "Zheng et al., \"Understanding the Robustness of SSDs under Power Fault\", "
                      "FAST'13 (shorn writes); Infineon KBA218817",
        },
    [RL_CLASS_TORN_PROGRAM_SUFFIX] =
        {
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
    [RL_CLASS_TORN_ERASE] =
        {
            .name = "torn-erase",
            .physics = "Power is lost while a sector is erased: a part of it is erased, the place "
                       "where it stopped reads with invalid ECC, the rest as before.",
            .parameters = "none; 16 depths are tried",
            .applies = "flash: erase",
            .owes = "survive",
            .source = "Tseng, Grupp, Swanson, \"Understanding the Impact of Power Loss on Flash "
                      "Memory\", DAC'11",
        },
    [RL_CLASS_WEAK_ERASE] =
        {
            .name = "weak-erase",
            .physics = "Power is lost while a sector is erased: nowhere is the erase deep enough, "
                       "and every granule reads with invalid ECC.",
            .parameters = "none",
            .applies = "flash: erase",
            .owes = "survive",
            .source = "Tseng, Grupp, Swanson, DAC'11; Infineon KBA218817",
        },
    [RL_CLASS_ERASE_PREPROGRAM] =
        {
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
    [RL_CLASS_LOST_UNFLUSHED] =
        {
            .name = "lost-unflushed",
            .physics = "Lines of a write-back cache that were not cleaned are lost: each holds "
                       "what some number of its first stores made of it.",
            .parameters = "none; all lines kept, all lost, and one line away from either with "
                          "each number of its stores",
            .applies = "memory that keeps its content: any cut or reset while lines are dirty",
            .owes = "survive",
            .source = "PMDK, pmreorder(1); Gorjiara et al., \"Jaaru\", ASPLOS'21",
        },
    [RL_CLASS_WARM_RESET] =
        {
            .name = "warm-reset",
            .physics = "CPU and caches restart while power stays: local memory keeps its content, "
                       "apart from what was dirty in the cache; companions keep what they "
                       "run. A refresh that it interrupts has loaded any number of its first "
                       "words.",
            .parameters = "none",
            .applies =
                "every operation that changes flash, local memory or an active configuration",
            .owes = "survive",
            .source = "Linux, Documentation/admin-guide/ramoops.rst (memory content outlives a "
                      "restart)",
        },
    [RL_CLASS_NESTED_CUT] =
        {
            .name = "nested-cut",
            .physics = "Power is lost again while the device recovers from a cut or reset.",
            .parameters = "none; the plan's depth and tearing of the second cut set how far it "
                          "goes",
            .applies = "every operation of a power cycle that follows a cut or reset",
            .owes = "survive",
            .source = "SQLite, \"How SQLite Is Tested\", compound failure tests",
        },
};
_Static_assert(sizeof catalogue / sizeof catalogue[0] == RL_CLASS_COUNT, "one row a class");

const struct rl_class_info *rl_class_info(rl_class index)
{
    return (unsigned)index < RL_CLASS_COUNT ? &catalogue[index] : NULL;
}

rl_class rl_class_find(const char *name)
{
    for (unsigned i = 0; i < RL_CLASS_COUNT; i++) {
        if (strcmp(catalogue[i].name, name) == 0) {
            return (rl_class)i;
        }
    }
    return RL_CLASS_COUNT;
}
