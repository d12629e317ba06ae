/* In words, for timelines: landings of outcome_torn.c, outcome_past.c and outcome_memory.c. */
#include "faults/outcome_private.h"

#include <stdio.h>

static const char *const options[] = {"zeros", "ones", "the record beside it"};
static const char *const decays[] = {"one word in one page of sixteen or so is unreadable",
                                     "one word in every second page or so is unreadable",
                                     "every second page or so is unreadable",
                                     "one page in eight or so is readable", "all of it is there"};
static const char *const garbages[] = {
    "every fourth page or so holds something else", "the first half holds zeros",
    "every second page or so is as it was when the power cycle began",
    "all of it is as it was when the power cycle began", "all of it holds something else"};
static const char *const halves[] = {"as if it were done", "as if it had not begun",
                                     "with invalid ECC"};
static const char *const raws[] = {"anything", "anything, and does not read", "zeros"};

#define NAME(names, part)                                                                          \
    ((part) < sizeof(names) / sizeof((names)[0]) ? (names)[part] : "something")

static void tell_granule(const struct rl_outcome *o, char *text, size_t size)
{
    uint32_t granules = o->parts == 1 ? 1u : o->parts / 2u;

    (void)snprintf(text, size, "granule %u of %u reads bad, the others %s",
                   granules == 0 ? 0 : o->part % granules + 1u, granules,
                   o->part < granules ? "are as before" : "landed");
}

static void tell_past(const struct rl_outcome *o, char *text, size_t size)
{
    switch (o->landing) {
    case RL_LANDING_SUSPENDED:
        (void)snprintf(text, size,
                       "the last erase was suspended after %u sixteenths of the sector, and never "
                       "resumed",
                       o->part);
        break;
    case RL_LANDING_BROWNOUT:
        (void)snprintf(text, size, "what the last %u operations on flash wrote reads bad", o->part);
        break;
    case RL_LANDING_UNORDERED:
        (void)snprintf(text, size,
                       "the %u. last operation on flash did not land, those after it "
                       "did",
                       o->part);
        break;
    default: /* LIED */
        (void)snprintf(text, size,
                       "the last %u operations on flash did not land, though the "
                       "device said so",
                       o->part);
        break;
    }
}

void rl_outcome_tell_more(const struct rl_outcome *o, char *text, size_t size)
{
    switch (o->landing) {
    case RL_LANDING_SUBSET:
        (void)snprintf(text, size, "a part of its granules landed, the %u. of %u that are tried",
                       o->part + 1u, o->parts);
        break;
    case RL_LANDING_HALFWAY:
        (void)snprintf(text, size, "in the middle; from now on it is in doubt, and reads %s",
                       NAME(halves, o->part));
        break;
    case RL_LANDING_GRANULE:
        tell_granule(o, text, size);
        break;
    case RL_LANDING_PAIRED:
        (void)snprintf(text, size, "%s, and what the other page of the pair held reads bad",
                       o->part == 0 ? "its first granule reads bad"
                                    : "half of its granules landed, the next reads bad");
        break;
    case RL_LANDING_OPTION:
        (void)snprintf(text, size, "its place in the boot record reads as %s, without an error",
                       NAME(options, o->part));
        break;
    case RL_LANDING_DECAYED:
        (void)snprintf(text, size, "power came back at once: of local memory, %s",
                       NAME(decays, o->part));
        break;
    case RL_LANDING_GARBAGE:
        (void)snprintf(text, size, "local memory was used over the reset: %s",
                       NAME(garbages, o->part));
        break;
    case RL_LANDING_RAW:
        (void)snprintf(text, size, "what was never written holds %s", NAME(raws, o->part));
        break;
    case RL_LANDING_QUIET:
        (void)snprintf(text, size, "while it ran, and it writes nothing");
        break;
    default:
        tell_past(o, text, size);
        break;
    }
}
