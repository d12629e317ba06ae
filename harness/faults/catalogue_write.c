/* Programming, erasing, caches: what the device does other than it says. */
#include "faults/catalogue.h"
#include "oracles/oracles.h"

#define HOW_LONG "lasts: once, times, until-reset or for-good (of the sector); default once"

static const struct rl_class_info rows[] = {
    {
        .fault_class = RL_CLASS_PROGRAM_ERROR,
        .way = RL_WAY_UPSET,
        .name = "program-error",
        .physics = "The device reports that a program failed, and nothing of it was done.",
        .parameters = HOW_LONG,
        .applies = "flash: program",
        .owes = "survive",
        .source = "Winbond W25Q128JV, status register; SST26VF064B, WSP and BUSY; littlefs "
                  "bd/lfs_emubd.c, LFS_EMUBD_BADBLOCK_PROGERROR",
    },
    {
        .fault_class = RL_CLASS_ERASE_ERROR,
        .way = RL_WAY_UPSET,
        .name = "erase-error",
        .physics = "The device reports that an erase failed, and nothing of it was done.",
        .parameters = HOW_LONG,
        .applies = "flash: erase",
        .owes = "survive",
        .source = "littlefs bd/lfs_emubd.c, LFS_EMUBD_BADBLOCK_ERASEERROR",
    },
    {
        .fault_class = RL_CLASS_AMBIGUOUS_ERROR,
        .way = RL_WAY_UPSET,
        .name = "ambiguous-error",
        .physics = "The device reports that a program or erase failed, and part or all of it was "
                   "done.",
        .parameters = "lasts: once or times; default once. Variants: nothing with the first unit "
                      "torn, half, half with the next unit torn, all; in granules of a program, "
                      "sixteenths of an erase",
        .applies = "flash: program, erase",
        .owes = "survive: what was reported as failed counts as it reads",
        .source = "Spansion S29GL-N data sheet, DQ5: exceeded timing limits; Linux "
                  "drivers/mtd/chips/cfi_cmdset_0002.c, chip_good()",
    },
    {
        .fault_class = RL_CLASS_LOST_PROGRAM,
        .way = RL_WAY_UPSET,
        .name = "lost-program",
        .physics = "The device reports that a program was done, and nothing of it was.",
        .parameters = HOW_LONG,
        .applies = "flash: program",
        .owes = "survive",
        .source =
            "Krioukov et al., Parity Lost and Parity Regained, FAST'08: lost writes; littlefs "
            "bd/lfs_emubd.c, LFS_EMUBD_BADBLOCK_PROGNOOP",
    },
    {
        .fault_class = RL_CLASS_LOST_ERASE,
        .way = RL_WAY_UPSET,
        .name = "lost-erase",
        .physics = "The device reports that an erase was done, and nothing of it was.",
        .parameters = HOW_LONG,
        .applies = "flash: erase of a sector that is not blank",
        .owes = "survive",
        .source = "littlefs bd/lfs_emubd.c, LFS_EMUBD_BADBLOCK_ERASENOOP",
    },
    {
        .fault_class = RL_CLASS_MISDIRECTED_PROGRAM,
        .way = RL_WAY_UPSET,
        .name = "misdirected-program",
        .physics = "A program lands at another address, and its own stays as it was.",
        .parameters = "variants: the sector beside it, the other bank, the page beside it; at the "
                      "same offset",
        .applies = "flash: program",
        /* It may land in the bank or the record of the image that runs. */
        .spares = 1u << RL_PROPERTY_INVARIANT,
        .owes = "survive",
        .source = "Bairavasundaram et al., An Analysis of Data Corruption in the Storage Stack, "
                  "FAST'08: misdirected writes; TigerBeetle docs, storage fault model",
    },
    {
        .fault_class = RL_CLASS_DUPLICATE_PROGRAM,
        .way = RL_WAY_UPSET,
        .name = "duplicate-program",
        .physics = "A program is done twice; granules that take one program between erases are "
                   "left with check bits of neither.",
        .parameters = "lasts: once or times; default once",
        .applies = "flash: program",
        .owes = "survive",
        .source = "Linux drivers/mtd/chips/cfi_cmdset_0002.c, MAX_RETRIES: a program that seemed "
                  "to fail is issued again; ST RM0394 3.3.7",
    },
    {
        .fault_class = RL_CLASS_PROGRAM_DISTURB,
        .way = RL_WAY_UPSET,
        .name = "program-disturb",
        .physics = "A program stresses cells that share its lines, and two bits of a granule in a "
                   "page beside it flip.",
        .parameters = "variants: page before or behind in the sector; first or last granule that "
                      "is programmed there, or of all when none is",
        .applies = "flash: program",
        /* What flips may be what was finished already, and stands in a record or a journal. */
        .spares = 1u << RL_PROPERTY_INVARIANT,
        .owes = "survive",
        .source = "Bez et al., Introduction to Flash Memory, Proc. IEEE 91(4), 2003: program "
                  "disturbs; Cai et al., HPCA'17",
    },
    {
        .fault_class = RL_CLASS_OVERPROGRAM,
        .way = RL_WAY_UPSET,
        .name = "overprogram",
        .physics =
            "A granule that read as erased is programmed already: the program leaves the AND "
            "of both, or is refused, or traps.",
        .parameters = "lasts: once or times; default once. Shows: status, trap or silent; default "
                      "status. Variants: the first or last "
                      "granule of the range",
        .applies = "flash: program",
        .owes = "survive",
        .source = "ST RM0394 3.7.5, FLASH_SR PROGERR (refused); MCUboot sim/simflash (panic); "
                  "Winbond W25Q128JV, page program (AND)",
    },
    {
        .fault_class = RL_CLASS_DOUBLE_PROGRAM_GRANULE,
        .way = RL_WAY_UPSET,
        .name = "double-program-granule",
        .physics = "A program takes a granule along that is not its own, or one of its own twice: "
                   "data stay, check bits are those of neither.",
        .parameters =
            "variants: its first granule once more; the one before it; the one behind it, "
            "with all ones",
        .applies = "flash: program; granules before and behind in the same page",
        .owes = "survive",
        .source = "ST RM0394 3.3.7; wolfBoot issue 573",
    },
    {
        .fault_class = RL_CLASS_WORN_OUT,
        .way = RL_WAY_UPSET,
        .name = "worn-out",
        .physics =
            "A sector is at the end of its erase cycles: it takes no erase and no program any "
            "more, or bits of it stay as they are.",
        .parameters = "for good, from the erase on that a plan selects. Variants: erases and "
                      "programs fail; a stuck granule in its first page; in its last one",
        .applies = "flash: erase",
        .owes = "survive: what runs goes on, and an update that needs the sector is refused",
        .source = "Linux drivers/mtd/nand/raw/nandsim.c, weakblocks; littlefs bd/lfs_emubd.h, "
                  "erase_cycles",
    },
    {
        .fault_class = RL_CLASS_WRITE_PROTECTED,
        .way = RL_WAY_UPSET,
        .name = "write-protected",
        .physics = "A region takes no programs and erases, because protection bits are set that "
                   "nobody meant to set.",
        .parameters =
            "lasts: until-reset or for-good, default until-reset; shows: status or silent, "
            "default status",
        .applies = "flash: program, erase; the whole region",
        .owes = "survive",
        .source = "Winbond W25Q128JV, block protect bits: the instruction is ignored; ST RM0394 "
                  "3.7.5, FLASH_SR WRPERR",
    },
    {
        .fault_class = RL_CLASS_STICKY_FLAG,
        .way = RL_WAY_UPSET,
        .name = "sticky-flag",
        .physics =
            "An error flag stands in the controller, and no program or erase is done until it "
            "is cleared.",
        .parameters = "until it is cleared, or the next reset",
        .applies = "flash: program, erase; all of flash",
        .owes = "survive: the running image can go on writing",
        .source =
            "ST RM0394 3.3.7, standard programming: flags of an earlier operation are cleared "
            "first; ST community, STM32H743: RDPERR2 stays set",
    },
    {
        .fault_class = RL_CLASS_BUSY_FOREVER,
        .way = RL_WAY_UPSET,
        .duty = RL_OWES_STOP_SAFELY,
        .name = "busy-forever",
        .physics = "A program or erase never ends, and flash answers nothing any more: each access "
                   "fails after a time-out.",
        .parameters = "lasts: until-reset or for-good; default until-reset",
        .applies = "flash: program, erase; then each access to flash",
        .owes = "stop safely: no image runs that was not verified",
        .source = "Linux drivers/mtd/chips/cfi_cmdset_0002.c, \"software timeout\"",
    },
    {
        .fault_class = RL_CLASS_SLOW_OPERATION,
        .way = RL_WAY_UPSET,
        .name = "slow-operation",
        .physics = "A program or erase takes so long that the watchdog resets the device in the "
                   "middle.",
        .parameters = "lasts: once or times; default once. Variants: none, half or all of its "
                      "granules or sixteenths done; the next is neither old nor new",
        .applies = "flash: program, erase",
        .owes = "survive",
        .source = "Winbond W25Q128JV, AC characteristics: sector erase 45 ms typical, 400 ms most; "
                  "MCUboot, MCUBOOT_WATCHDOG_FEED",
    },
    {
        .fault_class = RL_CLASS_STALE_CACHE,
        .way = RL_WAY_UPSET,
        .name = "stale-cache",
        .physics =
            "A cache goes on holding what was there: the next read of flash finds the content "
            "before a program or erase, or an invalidation of the instruction cache does "
            "nothing.",
        .parameters = "variants: first or last page that changed; instruction cache",
        .applies = "flash: program, erase that change something; invalidate",
        .owes = "survive",
        .source =
            "Linux arch/arm/Kconfig, ARM_ERRATA_411920: invalidation of the instruction cache "
            "can fail; ST RM0394 3.3.4, caches to be flushed after an erase",
    },
};
const struct rl_class_family rl_classes_write = {rows, sizeof rows / sizeof rows[0]};
