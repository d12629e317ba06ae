/* Losing power and resetting: what a cut or a reset leaves. The outcomes are in outcome.h. */
#include "faults/catalogue.h"
#include "oracles/oracles.h"

/* The state itself breaks what engines keep from operation to operation: a key that outlived what
 * it speaks of, a mark without what it marks. What the engine does about it is judged. */
#define SPARES_STATE (1u << RL_PROPERTY_INVARIANT)
#define SPARES_KEY   (SPARES_STATE | 1u << RL_PROPERTY_KEY_SOUND)

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
    {
        .fault_class = RL_CLASS_TORN_PROGRAM_SUBSET,
        .name = "torn-program-subset",
        .physics = "Power is lost while a page is programmed, and the device programs its granules "
                   "each as a whole, in an order of its own: any of them landed, the others are as "
                   "before, and none reads bad.",
        .parameters = "none; every subset of up to 8 granules; of more, each granule alone, all "
                      "but each, every second one, and halves",
        .applies = "flash: program of two granules or more",
        .owes = "survive",
        .source = "SQLite, src/test6.c (the parts of an interrupted write land in any "
                  "combination)",
    },
    {
        .fault_class = RL_CLASS_TORN_GRANULE,
        .name = "torn-granule",
        .physics = "Power is lost while one granule is programmed: it is neither old nor new, its "
                   "ECC is invalid, and every other granule of the program is untouched, or "
                   "landed.",
        .parameters = "none; every granule of the program is tried",
        .applies = "flash: program",
        .owes = "survive",
        .source = "Infineon KBA218817; ST RM0433 4.3 (an interrupted flash word reads with a "
                  "double ECC error)",
    },
    {
        .fault_class = RL_CLASS_ERASE_SUSPEND_LOST,
        .name = "erase-suspend-lost",
        .physics = "An erase is suspended to serve another access and never resumed: its sector "
                   "is untouched or partly erased, while what came after the erase elsewhere is "
                   "there.",
        .parameters = "none; not begun, and 15 depths",
        .applies = "flash: operations after an erase, up to the first that needs its sector",
        .owes = "survive",
        .source = "OpenWrt, 460-mtd-cfi_cmdset_0002-no-erase_suspend.patch; Linux, "
                  "drivers/mtd/chips/cfi_cmdset_0002.c, cfi_fixup_m29ew_erase_suspend()",
    },
    {
        .fault_class = RL_CLASS_PAIRED_DAMAGE,
        .name = "paired-damage",
        .physics = "Cells hold bits of two pages: power that is lost while one page of a pair is "
                   "programmed damages what was written to the other page before.",
        .parameters = "none; pairs are pages 2 n and 2 n + 1; interrupted at the first granule and "
                      "in the middle",
        .applies = "flash: program, where the other page of the pair holds something",
        .owes = "survive",
        .source = "Tseng, Grupp, Swanson, DAC'11 (paired pages)",
    },
    {
        .fault_class = RL_CLASS_COLD_RESET,
        .spares = SPARES_KEY,
        .name = "cold-reset",
        .physics = "Power is gone so briefly that a part of volatile memory is still there: the "
                   "CPU restarts, caches are lost, and words that decayed read with invalid ECC.",
        .parameters =
            "none; one word in one page of sixteen decayed, one in every second page, every "
            "second page, seven pages in eight, nothing",
        .applies = "volatile memory: every operation that changes flash or memory",
        .owes = "survive",
        .source = "Halderman et al., \"Lest We Remember\", USENIX Security'08",
    },
    {
        .fault_class = RL_CLASS_BROWN_OUT,
        .spares = SPARES_STATE,
        .name = "brown-out",
        .physics = "Supply was too low for some time before power is lost: the last operations on "
                   "flash were all weak, and what they wrote reads with invalid ECC, though it "
                   "read back well.",
        .parameters = "none; the last 1 to 4 operations on flash, none longer ago than 100 ms",
        .applies = "flash: after program and erase",
        .owes = "survive; what was acknowledged meanwhile may be gone",
        .source = "Tseng, Grupp, Swanson, DAC'11 (operations at a falling supply)",
    },
    {
        .fault_class = RL_CLASS_ASYNC_RESET,
        .name = "async-reset",
        .physics = "A watchdog or a button resets the device in an operation that writes nothing: "
                   "a read, a check, an access to the port. Memory keeps its content.",
        .parameters = "none",
        .applies = "every operation that changes nothing",
        .owes = "survive",
        .source = "ST RM0394 (STM32L4), independent watchdog: resets at any time",
    },
    {
        .fault_class = RL_CLASS_OPTION_WORD_TORN,
        .name = "option-word-torn",
        .physics = "Power is lost while the word that chooses what to boot is programmed, and it "
                   "comes out as something else that reads without an error: zeros (locked), ones "
                   "(unlocked), or another record (the other bank).",
        .parameters = "none; the three forms",
        .applies = "boot records: program",
        .owes = "survive",
        .source = "ST RM0433 (STM32H7) 4.4, option byte change error after an interrupted change",
    },
    {
        .fault_class = RL_CLASS_REORDERED_PERSIST,
        .spares = SPARES_STATE,
        .name = "reordered-persist",
        .physics = "A write buffer lets operations on flash overtake each other, and answers reads "
                   "meanwhile: power is lost when a later one has landed and an earlier one has "
                   "not.",
        .parameters = "none; one of the last 4 operations on flash, not longer ago than 100 ms; an "
                      "erase and what follows it in its sector keep their order",
        .applies = "flash: after program and erase",
        .owes = "survive; what was acknowledged meanwhile may be gone",
        .source = "Zheng et al., FAST'13 (unserializable writes)",
    },
    {
        .fault_class = RL_CLASS_LYING_COMPLETION,
        .name = "lying-completion",
        .physics = "The device says that an operation is complete, and reads it back so, while it "
                   "is in a volatile buffer: the last ones are lost with power.",
        .parameters = "none; the last 1 to 4 operations on flash, none longer ago than 700 ms",
        .applies = "flash: after program and erase",
        .owes = "survive; what was acknowledged meanwhile may be gone, an update with it",
        .source = "Ahmadian et al., \"Investigating Power Outage Effects on Reliability of "
                  "Solid-State Drives\", DATE'18",
    },
    {
        .fault_class = RL_CLASS_RETAINED_GARBAGE,
        .spares = SPARES_KEY,
        .name = "retained-garbage",
        .physics = "Memory outlives a reset, but not as it was: something that ran meanwhile used "
                   "a part of it, or it is older than the engine thinks; all of it reads well.",
        .parameters = "none; a quarter of the pages anything, half zeros, half stale, all stale, "
                      "all anything",
        .applies = "warm reset: every operation that changes flash or memory",
        .owes = "survive",
        .source = "Linux, Documentation/admin-guide/ramoops.rst (firmware may overwrite memory "
                  "over a restart)",
    },
    {
        .fault_class = RL_CLASS_UNINITIALISED,
        .name = "uninitialised",
        .physics = "Flash that was never written and memory at power-on hold anything.",
        .parameters = "none; anything that reads well, anything with invalid ECC, zeros; "
                      "one-time-programmable flash is delivered blank",
        .applies = "the first power-on: sectors that are blank, and all of memory",
        .owes = "survive",
        .source = "TigerBeetle, src/testing/storage.zig (blocks that were never written); Holcomb, "
                  "Burleson, Fu, \"Power-Up SRAM State\", IEEE Transactions on Computers, 2009",
    },
    {
        .fault_class = RL_CLASS_UNSTABLE_BITS,
        .spares = SPARES_STATE,
        .name = "unstable-bits",
        .physics = "After an interrupted program or erase the same cells read differently from "
                   "read to read.",
        .parameters = "none; done, not begun and invalid ECC, each turning into each other after "
                      "the first 1 to 16 reads, then powers of two, and never",
        .applies = "flash: program, erase",
        .owes = "survive",
        .source = "linux-mtd.infradead.org/doc/ubifs.html, The unstable bits issue; I. Djelic, "
                  "linux-mtd, 2011-10-18, UBIFS recovery fails",
    },
    {
        .fault_class = RL_CLASS_MARGINAL_CELL,
        .spares = SPARES_STATE,
        .name = "marginal-cell",
        .physics = "Cells that an interrupted program or erase left half-way read one way now and "
                   "another way after a later power-on, until their sector is erased completely.",
        .parameters = "none; done, not begun and invalid ECC, each turning into each other after "
                      "the first boot, after the update, and when all is settled",
        .applies = "flash: program, erase",
        .owes = "survive",
        .source = "Infineon KBA218817; ST AN4894 (X-CUBE-EEPROM); I. Djelic, linux-mtd, 2011-10-18",
    },
};
const struct rl_class_family rl_classes_power = {rows, sizeof rows / sizeof rows[0]};
