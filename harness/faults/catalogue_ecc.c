/* Bits that flip in flash and in local memory, and what their ECC makes of it. */
#include "faults/catalogue.h"
#include "oracles/oracles.h"

/* What an invariant says of flash and memory is broken by what damages them, at that moment,
 * whatever the engine does: that a bank carries its image, that what the key names is there. */
#define DAMAGED (1u << RL_PROPERTY_INVARIANT)

#define WHERE                                                                                      \
    "flash: read, blank, compare, digest, copy, refresh; of banks, boot records, journal, "        \
    "persistent data, configuration flash"
#define LAST_COPY                                                                                  \
    "survive; stop safely where no bank carries the old or the new image any more, or run what "   \
    "was there before the old one. Where an item "                                                 \
    "of persistent data was kept once and is hit, it is lost"

static const struct rl_class_info rows[] = {
    {
        .fault_class = RL_CLASS_LATENT_ERROR,
        .way = RL_WAY_UPSET,
        .spares = DAMAGED,
        .name = "latent-error",
        .physics = "A granule of flash went bad: it is uncorrectable on each read until its sector "
                   "is erased.",
        .parameters =
            "lasts: until-erase. Variants: each granule of what the operation reads, where "
            "that place is read for the first time; else, and of more than 128, the "
            "first, the middle and the last",
        .applies = WHERE,
        .owes = LAST_COPY,
        .source = "Bairavasundaram et al., An Analysis of Latent Sector Errors in Disk Drives, "
                  "SIGMETRICS'07; PX4-Autopilot pull request 27642, STM32H7; TigerBeetle, storage "
                  "fault model",
    },
    {
        .fault_class = RL_CLASS_ECC_TRAP,
        .way = RL_WAY_UPSET,
        .spares = DAMAGED,
        .name = "ecc-trap",
        .physics = "A granule of flash went bad, and reading it raises an NMI or a bus fault: a "
                   "reset follows unless the engine guards its reads.",
        .parameters = "lasts: until-erase. Variants: as latent-error",
        .applies = WHERE "; on devices with flash.uncorrectable: trap",
        .owes = LAST_COPY,
        .source = "MCUboot issue 2845; Zephyr issue 33140, STM32H7; RIOT issue 17874, STM32L5 and "
                  "STM32WB; trezor-firmware pull request 5312, STM32U5",
    },
    {
        .fault_class = RL_CLASS_ECC_CORRECTABLE,
        .way = RL_WAY_UPSET,
        .spares = DAMAGED,
        .name = "ecc-correctable",
        .physics = "One bit of a granule of flash flipped: reads correct it and count it, until "
                   "another one goes.",
        .parameters = "lasts: until-erase (the one bit only), for-good (a second bit flips behind "
                      "the second reset, unless the granule was given up: of boot records and "
                      "persistent data); default both. Variants: as latent-error",
        .applies = WHERE ", but blank",
        .owes = "survive: what reads with a correction is as good as any, and small records that "
                "do are written anew elsewhere by the next boot",
        .source = "ST RM0351, STM32L4, FLASH_ECCR: ECCC and ADDR_ECC; Cai et al., Data Retention "
                  "in MLC NAND Flash Memory, HPCA'15",
    },
    {
        .fault_class = RL_CLASS_ECC_BITS,
        .way = RL_WAY_UPSET,
        .spares = DAMAGED,
        .name = "ecc-bits",
        .physics = "Check bits of a granule of flash flipped, and its data are right: one is "
                   "corrected, two make it uncorrectable.",
        .parameters = "lasts: until-erase. Variants: as latent-error, where a place is read for "
                      "the first time, times each check bit alone "
                      "and each with its neighbour",
        .applies = WHERE ", but blank",
        .owes = LAST_COPY,
        .source = "Hsiao, A Class of Optimal Minimum Odd-weight-column SEC-DED Codes, IBM J. Res. "
                  "Dev. 14(4), 1970",
    },
    {
        .fault_class = RL_CLASS_ECC_MISCORRECT,
        .way = RL_WAY_UPSET,
        .duty = RL_OWES_DETECT,
        .spares = DAMAGED,
        .name = "ecc-miscorrect",
        .physics = "Three bits of a granule of flash flipped and look like one: wrong data come "
                   "back with a good status.",
        .parameters = "lasts: until-erase. Variants: as latent-error; where a place is read for "
                      "the first time, times each data bit that comes back wrong",
        .applies = WHERE ", but blank",
        .owes = "detect: a digest, a signature or a CRC covers all that the engine keeps in flash. "
                "Then as latent-error",
        .source = "Hsiao, as ecc-bits; Sridharan et al., Memory Errors in Modern Systems, "
                  "ASPLOS'15: SEC-DED miscorrects multi-bit errors",
    },
    {
        .fault_class = RL_CLASS_MEMORY_FLIP,
        .way = RL_WAY_UPSET,
        .spares = DAMAGED,
        .name = "memory-flip",
        .physics = "Bits of a word of local memory flip: one is corrected and scrubbed, two do not "
                   "read, three come back as wrong data.",
        .parameters = "shows: status (one bit; two bits), silent (three; where a place is read for "
                      "the first time, each data bit, in staging one of each byte); default "
                      "status. Variants: each word of what "
                      "the operation reads, as latent-error",
        .applies = "memory: read, digest, copy, program, execute; of the resident place, staging "
                   "and the handover; not of words that the data cache holds changed",
        .owes = "survive. Code that goes wrong between its check and its execution, or as it runs, "
                "is covered by nothing: the next reset has to find it",
        .source = "Schroeder et al., DRAM Errors in the Wild, SIGMETRICS'09; Schirmeier et al., "
                  "FAIL*, EDCC'15",
    },
    {
        .fault_class = RL_CLASS_MEMORY_ECC_TRAP,
        .way = RL_WAY_UPSET,
        .spares = DAMAGED,
        .name = "memory-ecc-trap",
        .physics = "Two bits of a word of local memory flip, and reading or fetching it raises a "
                   "bus fault: a reset follows unless the engine guards its reads; fetches trap "
                   "anyhow.",
        .parameters = "Variants: as memory-flip",
        .applies = "as memory-flip, on devices with memory.uncorrectable: trap",
        .owes = "survive",
        .source = "ST RM0433, STM32H7, RAM ECC monitoring; Arm DDI 0489, Cortex-M7, TCM and cache "
                  "ECC: precise bus fault",
    },
};
const struct rl_class_family rl_classes_ecc = {rows, sizeof rows / sizeof rows[0]};
