/* Names for logs and reports, in the order of the enumerations. */
#include "fastload/engine.h"

static const char *const status_names[] = {
    "ok",         "again",         "io",         "ecc",         "range",      "sender",
    "magic",      "format",        "header-crc", "size",        "segment",    "module",
    "signature",  "digest",        "hardware",   "data-format", "capability", "security-counter",
    "same-image", "start-address", "confirm",    "overlay",     "no-image",   "cancelled",
    "busy",       "internal",      "level",      "staging",     "place",      "companion",
    "machine",    "data",          "handover",
};
_Static_assert(sizeof status_names / sizeof status_names[0] == FL_STATUS_COUNT,
               "one name a status");

const char *const fl_phase_names[FL_PHASE_COUNT] = {
    "idle",   "boot",  "start",      "query",   "load",     "check",  "branch",  "away",
    "bridge", "flash", "companions", "quiesce", "catch-up", "commit", "meminit", "overlay",
    "verify", "clean", "refresh",    "key",     "init",     "resume", "finish",
};

const char *fl_status_name(fl_status status)
{
    return (uint32_t)status < FL_STATUS_COUNT ? status_names[status] : "unknown";
}

const char *fl_phase_name(fl_phase phase)
{
    return (uint32_t)phase < FL_PHASE_COUNT ? fl_phase_names[phase] : "unknown";
}
