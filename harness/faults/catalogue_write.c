/* Programming, erasing, caches: what the device does other than it says. */
#include "faults/catalogue.h"

static const struct rl_class_info rows[] = {
    {
        .fault_class = RL_CLASS_PROGRAM_ERROR,
        .way = RL_WAY_UPSET,
        .name = "program-error",
        .physics = "The device reports that a program failed, and nothing of it was done.",
        .parameters = "lasts: once, times, until-reset or for-good (of the sector); default once",
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
        .parameters = "lasts: once, times, until-reset or for-good (of the sector); default once",
        .applies = "flash: erase",
        .owes = "survive",
        .source = "littlefs bd/lfs_emubd.c, LFS_EMUBD_BADBLOCK_ERASEERROR",
    },
};
const struct rl_class_family rl_classes_write = {rows, sizeof rows / sizeof rows[0]};
