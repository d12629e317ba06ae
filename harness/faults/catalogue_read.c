/* Reading flash, and what the CPU makes of it: what comes back other than what is there. */
#include "faults/catalogue.h"

#include "oracles/oracles.h"

/* What flash holds changes under the engine: that a bank carries the image that its record names,
 * and that a journal tells the truth, is over whatever the engine does. */
#define SPARES_CONTENT (1u << RL_PROPERTY_INVARIANT)

static const struct rl_class_info rows[] = {
    {
        .fault_class = RL_CLASS_ERASED_READ_FAULT,
        .way = RL_WAY_UPSET,
        .name = "erased-read-fault",
        .physics = "An erased location has no valid check bits: reading it is an uncorrectable "
                   "error, or a bit of it is \"corrected\" to zero.",
        .parameters = "lasts: once, times or until-reset (of the sector), default once; shows: "
                      "status or trap, default status",
        .applies = "flash: read, blank, where something erased is read",
        .owes = "survive",
        .source = "NXP UM11126 (LPC55S6x), flash: reading an erased page is an ECC error; Infineon "
                  "KBA218817",
    },
    {
        .fault_class = RL_CLASS_TRANSIENT_READ,
        .way = RL_WAY_UPSET,
        .name = "transient-read",
        .physics = "A read fails with an error status, and works when it is tried again.",
        .parameters = "lasts: once or times (of the sector), default once",
        .applies = "flash: read, blank, compare, digest",
        .owes = "survive",
        .source = "SQLite, \"How SQLite Is Tested\", 3.2 I/O error testing",
    },
    {
        .fault_class = RL_CLASS_UNSTABLE_READ,
        .way = RL_WAY_UPSET,
        .name = "unstable-read",
        .physics = "A read has a good status and a wrong bit, another one each time.",
        .parameters = "lasts: once or times (of the sector), default once",
        .applies = "flash: read, blank, compare, digest; copy of a page",
        .owes = "survive: a digest, a CRC or a second read has to catch it",
        .source = "Linux MTD, UBI: unstable bits (linux-mtd.infradead.org/doc/ubifs.html)",
    },
    {
        .fault_class = RL_CLASS_BIT_ROT,
        .way = RL_WAY_UPSET,
        .spares = SPARES_CONTENT,
        .name = "bit-rot",
        .physics = "One to three bits of a place in flash have flipped, and reading it is no "
                   "error, until it is erased.",
        .parameters = "none",
        .applies = "flash: read, blank, compare, digest; copies of pages of flash",
        .owes = "survive: a digest or a CRC has to catch it; stop safely where no bank carries the "
                "old or the new image any more. An item of persistent data was kept once: "
                "where one is hit, it is lost",
        .source = "TigerBeetle, docs/DESIGN.md, storage fault model; Bairavasundaram et al., "
                  "FAST'08",
    },
    {
        .fault_class = RL_CLASS_READ_DISTURB,
        .way = RL_WAY_UPSET,
        .spares = SPARES_CONTENT,
        .name = "read-disturb",
        .physics = "Reading a sector often programs a bit beside what is read a little: it flips "
                   "to zero.",
        .parameters = "none; the read of the sector that does it is the 1st, 2nd, 4th, 8th and "
                      "16th",
        .applies = "flash: the first read of each sector in a power cycle, counted from there",
        .owes = "survive: a digest or a CRC has to catch it; stop safely where no bank carries the "
                "old or the new image any more. An item of persistent data was kept once: "
                "where one is hit, it is lost",
        .source = "Cai et al., \"Read Disturb Errors in MLC NAND Flash Memory\", DSN'15",
    },
    {
        .fault_class = RL_CLASS_RETENTION,
        .way = RL_WAY_UPSET,
        .spares = SPARES_CONTENT,
        .name = "retention",
        .physics = "While power was off, one or two programmed bits of a sector lost their charge "
                   "and read as ones.",
        .parameters = "none",
        .applies = "flash: the first read of each sector in a power cycle",
        .owes = "survive: a digest or a CRC has to catch it; stop safely where no bank carries the "
                "old or the new image any more. An item of persistent data was kept once: "
                "where one is hit, it is lost",
        .source = "Cai et al., \"Data Retention in MLC NAND Flash Memory\", HPCA'15; JEDEC "
                  "JESD22-A117",
    },
    {
        .fault_class = RL_CLASS_MISDIRECTED_READ,
        .way = RL_WAY_UPSET,
        .name = "misdirected-read",
        .physics = "A read has a good status and the content of another address: the neighbouring "
                   "page or sector, or the other place of its kind.",
        .parameters = "none",
        .applies = "flash: read, blank, compare, digest",
        .owes = "survive",
        .source = "TigerBeetle, docs/DESIGN.md, storage fault model: misdirected reads; "
                  "Bairavasundaram et al., FAST'08",
    },
    {
        .fault_class = RL_CLASS_SHORT_READ,
        .way = RL_WAY_UPSET,
        .name = "short-read",
        .physics = "A read has a good status and brings fewer bytes: none, half, or all but the "
                   "last; the rest of the buffer stays as it was.",
        .parameters = "lasts: once or times (of the sector), default once",
        .applies = "flash: read",
        .owes = "survive",
        .source = "POSIX read(2); SQLite, test_vfs and os_unix.c: SQLITE_IOERR_SHORT_READ",
    },
    {
        .fault_class = RL_CLASS_READ_WHILE_WRITE,
        .way = RL_WAY_UPSET,
        .name = "read-while-write",
        .physics = "A read right behind a program or an erase meets a device that is still at it: "
                   "an error, or status bits instead of the content.",
        .parameters = "lasts: once or times (of the sector), default once",
        .applies = "flash: read, blank, compare, digest, right behind a program or an erase",
        .owes = "survive",
        .source = "Infineon S29GL01GS datasheet, DQ7 data polling and DQ6 toggle bit; RP2040 "
                  "datasheet, 2.6.3 Flash",
    },
    {
        .fault_class = RL_CLASS_CHECK_USE_SWAP,
        .way = RL_WAY_UPSET,
        .spares = 1u << RL_PROPERTY_INVARIANT,
        .name = "check-use-swap",
        .physics = "Between two steps, while the running image serves commands, a byte of what was "
                   "received into staging or programmed into the bank changes.",
        .parameters = "none",
        .applies = "the last operation of a step, from the first chunk or program on",
        .owes = "survive: what is executed or committed is checked in the step that does it",
        .source = "CWE-367, time-of-check time-of-use; Bratus et al., \"TOCTOU, Traps, and Trusted "
                  "Computing\", TRUST 2008",
    },
    {
        .fault_class = RL_CLASS_INSTRUCTION_SKIP,
        .way = RL_WAY_UPSET,
        .name = "instruction-skip",
        .physics =
            "A glitch makes the CPU skip one operation of the port, or read its status or its "
            "answer inverted.",
        .parameters = "none",
        .applies = "read, blank, compare, digest, signature, write, copy, fill, program, erase",
        .owes = "survive: a second look at what matters has to catch it",
        .source = "MCUboot, docs/design.md and boot/bootutil/include/bootutil/"
                  "fault_injection_hardening.h",
    },
};
const struct rl_class_family rl_classes_read = {rows, sizeof rows / sizeof rows[0]};
