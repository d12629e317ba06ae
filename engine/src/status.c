/* Names and sentences for logs and reports, in the order of the enumerations. */
#include "fastload/engine.h"

struct text {
    const char *name, *sentence;
};

static const struct text texts[] = {
    {"ok", "All is well."},
    {"again", "Work remains; call again."},
    {"io", "The device refused or failed an access; try again, then replace it."},
    {"ecc", "A read met an uncorrectable error; try again, then replace the device."},
    {"range", "An address lies outside of what it was meant for."},
    {"sender", "The sender ended before the image did; send it again."},
    {"magic", "What was sent is no code image; send one."},
    {"format", "The image has a format that this device does not read; build it for this device."},
    {"header-crc", "The image's header is damaged; send it again."},
    {"size", "The image does not fit the bank, or ends elsewhere than it says; build it smaller or "
             "send it again."},
    {"segment", "The image's segment table makes no sense; build it again."},
    {"module", "A module of the image lies outside of its code; build it again."},
    {"signature", "The image is not signed by the key that this device trusts; have it signed."},
    {"digest", "A segment is not what the image's manifest says; send it again."},
    {"hardware", "The image needs newer hardware; replace the adapter or take an older image."},
    {"data-format", "Nothing converts the persistent data to the image's format; go by way of an "
                    "image that does."},
    {"capability", "The image lacks something that the running one can do; take another image."},
    {"security-counter", "The image is older than this device may run, or beyond what its security "
                         "counter can reach; take another image."},
    {"same-image", "The image runs already; nothing needs to be done."},
    {"start-address", "The image starts elsewhere than images of this device do; build it for this "
                      "device."},
    {"confirm", "Flash does not hold what was just written to it; replace the device."},
    {"overlay", "The copy in memory is not the image that was checked; reset the device."},
    {"no-image", "No bank carries an image that may run; load one from outside."},
    {"cancelled", "The update was given up before it was committed; the old image runs."},
    {"busy", "An update is under way; wait for its end."},
    {"internal", "The engine found its own state wrong: a bug; report it."},
    {"level", "The update engine of the running image is too old to hand over to the new image; "
              "update in the conventional way."},
    {"staging", "There is no room in staging, or the processor cannot execute from there; update "
                "in the conventional way."},
    {"place", "A segment's place lies outside of the resident region; build the image for this "
              "device."},
    {"companion", "The board has no room for a configuration that the image brings, or does not "
                  "take it; take another image or replace the adapter."},
    {"machine", "The running image does not read without error any more; update in the "
                "conventional way, or reset the device first."},
    {"data", "The persistent data does not read or cannot be written; replace the device."},
    {"handover", "What the running image left for the new one is missing or damaged; try again."},
};
_Static_assert(sizeof texts / sizeof texts[0] == FL_STATUS_COUNT, "one text a status");

const char *const fl_phase_names[FL_PHASE_COUNT] = {
    "idle",   "boot",  "start",      "query",   "load",     "check",  "branch",  "away",
    "bridge", "flash", "companions", "quiesce", "catch-up", "commit", "meminit", "overlay",
    "verify", "clean", "refresh",    "key",     "init",     "resume", "finish",
};

const char *fl_status_name(fl_status status)
{
    return (uint32_t)status < FL_STATUS_COUNT ? texts[status].name : "unknown";
}

const char *fl_status_sentence(fl_status status)
{
    return (uint32_t)status < FL_STATUS_COUNT ? texts[status].sentence : "Unknown.";
}

const char *fl_phase_name(fl_phase phase)
{
    return (uint32_t)phase < FL_PHASE_COUNT ? fl_phase_names[phase] : "unknown";
}
