/* The way the new image comes. */
#include "faults/catalogue.h"

static const struct rl_class_info rows[] = {
    {
        .fault_class = RL_CLASS_CHUNK_LOST,
        .way = RL_WAY_UPSET,
        .name = "chunk-lost",
        .physics = "A chunk of the image never arrives: the request for it fails, or the engine is "
                   "told that it came and its place still holds what it held.",
        .parameters = "lasts: once, times, until-reset or for-good (each request from there on); "
                      "default once. shows: status or silent; default status",
        .applies = "receive",
        .owes = "survive: refused with a reason, or new",
        .source = "DMTF DSP0267, Firmware Update: RequestFirmwareData and its retries",
    },
    {
        .fault_class = RL_CLASS_CHUNK_REPEATED,
        .way = RL_WAY_UPSET,
        .name = "chunk-repeated",
        .physics = "The chunk before comes once more, in the place of the one that was asked for.",
        .parameters = "lasts: once, or until-reset: each chunk comes one request late from there "
                      "on; default once",
        .applies = "receive, but the first",
        .owes = "survive: refused with a reason, or new",
        .source = "RFC 1123, 4.2.3.1: the Sorcerer's Apprentice Syndrome of TFTP, where duplicates "
                  "breed duplicates to the end of the transfer",
    },
    {
        .fault_class = RL_CLASS_CHUNK_REORDERED,
        .way = RL_WAY_UPSET,
        .name = "chunk-reordered",
        .physics = "The answers to two requests in a row change places.",
        .parameters = "none",
        .applies = "receive, but the last",
        .owes = "survive: refused with a reason, or new",
        .source = "Bennett, Partridge, Shectman, \"Packet Reordering is Not Pathological Network "
                  "Behavior\", IEEE/ACM Transactions on Networking, 1999",
    },
    {
        .fault_class = RL_CLASS_CHUNK_CORRUPTED,
        .way = RL_WAY_UPSET,
        .name = "chunk-corrupted",
        .physics = "A chunk arrives with a bit flipped that no checksum of the link found; or the "
                   "sender's own medium does not read there, the request fails, and what lies "
                   "before that place has been stored.",
        .parameters = "lasts: once, times, until-reset or for-good; default once. shows: status "
                      "(the sender's medium, the first unit that it does not give: each is tried) "
                      "or silent (two bits of each unit, one by one); default status",
        .applies = "receive",
        .owes = "survive: refused with a reason, or new; a wrong bit never runs",
        .source = "Stone, Partridge, \"When the CRC and TCP Checksum Disagree\", SIGCOMM 2000; "
                  "Bairavasundaram et al., \"An Analysis of Latent Sector Errors in Disk Drives\", "
                  "SIGMETRICS 2007",
    },
    {
        .fault_class = RL_CLASS_CHUNK_SHORT,
        .way = RL_WAY_UPSET,
        .name = "chunk-short",
        .physics = "Less of a chunk arrives than the sender has: the engine is told how much, or "
                   "that all came, or a count that ends inside a unit.",
        .parameters = "lasts: once, times, until-reset or for-good; default once. None, one, and "
                      "all but one unit come, each with each of the three counts",
        .applies = "receive",
        .owes = "survive: refused with a reason, or new",
        .source = "POSIX.1-2017, read(): fewer bytes than asked for are no error; DMTF DSP0267, "
                  "RequestFirmwareData: length of the answer",
    },
    {
        .fault_class = RL_CLASS_CHUNK_LATE,
        .way = RL_WAY_UPSET,
        .name = "chunk-late",
        .physics = "A chunk is stored some operations after its request was answered, or after the "
                   "request timed out and the engine went on.",
        .parameters = "shows: status (the request times out) or late (it is answered as if all "
                      "were there); default status. 1, 4, 32 and 256 operations later are tried",
        .applies = "receive",
        .owes = "survive: refused with a reason, or new",
        .source = "FC-FS, R_A_TOV: how long a frame that was given up may still be delivered",
    },
    {
        .fault_class = RL_CLASS_CHUNK_STALE_OFFSET,
        .way = RL_WAY_UPSET,
        .name = "chunk-stale-offset",
        .physics = "The sender lost track of the offset: it answers from the image's beginning, "
                   "or one unit before or behind what was asked for.",
        .parameters = "lasts: once, or until-reset: it stays as far off; default once",
        .applies = "receive; the first can only be answered from too far on",
        .owes = "survive: refused with a reason, or new",
        .source = "NVM Express Base Specification, Firmware Image Download: offset, and status "
                  "Overlapping Range",
    },
    {
        .fault_class = RL_CLASS_SENDER_GONE,
        .way = RL_WAY_UPSET,
        .name = "sender-gone",
        .physics = "Nobody answers requests any more: for a while, until the next reset, or for "
                   "good.",
        .parameters = "lasts: times, until-reset or for-good; default all three, 2 times",
        .applies = "receive",
        .owes = "survive: refused with a reason; new when the sender is back",
        .source = "DMTF DSP0267, Firmware Update: time-outs of update agent and device",
    },
};
const struct rl_class_family rl_classes_transport = {rows, sizeof rows / sizeof rows[0]};
