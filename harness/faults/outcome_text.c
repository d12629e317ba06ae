/* Outcomes as text: short in tokens, in words for timelines. docs/tokens.md has the grammar. */
#include "faults/doubt.h"
#include "faults/outcome_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *word;
    bool has_part;
} landings[] = {
    [RL_LANDING_BEFORE] = {"before", false},
    [RL_LANDING_AFTER] = {"after", false},
    [RL_LANDING_TORN] = {"torn", true},
    [RL_LANDING_SUFFIX] = {"suffix", true},
    [RL_LANDING_ERASE] = {"erase", true},
    [RL_LANDING_WEAK] = {"weak", false},
    [RL_LANDING_PREPROGRAM] = {"pre", true},
    [RL_LANDING_MID] = {"mid", true},
    [RL_LANDING_SUBSET] = {"subset", true},
    [RL_LANDING_GRANULE] = {"granule", true},
    [RL_LANDING_PAIRED] = {"pair", true},
    [RL_LANDING_OPTION] = {"option", true},
    [RL_LANDING_SUSPENDED] = {"suspended", true},
    [RL_LANDING_BROWNOUT] = {"brownout", true},
    [RL_LANDING_UNORDERED] = {"unordered", true},
    [RL_LANDING_LIED] = {"lied", true},
    [RL_LANDING_DECAYED] = {"decayed", true},
    [RL_LANDING_GARBAGE] = {"garbage", true},
    [RL_LANDING_RAW] = {"raw", true},
    [RL_LANDING_QUIET] = {"quiet", false},
    [RL_LANDING_UNSTABLE] = {"unstable", true},
    [RL_LANDING_MARGINAL] = {"marginal", true},
    [RL_LANDING_HALFWAY] = {"halfway", true},
};
/* By enum rl_turn. */
static const char *const turns[RL_TURNS] = {"", "done/", "undone/", "bad/"};
#define TOLD_LINES 4u
#define LANDINGS   (sizeof landings / sizeof landings[0])

/* The place of a line as a person knows it: region and offset. */
static void format_place(const struct rl_line *line, const struct relight_geometry *geometry,
                         char *text, size_t size)
{
    uint32_t address = line->page * RL_PAGE + line->word * RL_WORD;
    unsigned region = rl_region_of(geometry, RL_MEMORY, address);

    (void)snprintf(text, size, "%s+0x%x", rl_region_name(region),
                   address - rl_region_address(geometry, region));
}

/* The lines that an outcome names. */
static void format_lines(const struct rl_outcome *outcome, const struct relight_geometry *geometry,
                         char *text, size_t size)
{
    struct rl_line lines[RL_LINES_MAX];
    uint32_t count = rl_outcome_lines(outcome, lines);
    size_t used = 0;

    text[0] = '\0';
    for (uint32_t i = 0; i < count && used < size; i++) {
        char place[40];

        format_place(&lines[i], geometry, place, sizeof place);
        used += (size_t)snprintf(text + used, size - used, "%c%s:%u", i == 0 ? '~' : ',', place,
                                 lines[i].prefix);
    }
}

void rl_outcome_format(const struct rl_outcome *outcome, const struct relight_geometry *geometry,
                       char *text, size_t size)
{
    static const char *const words[] = {
        [RL_LINES_GONE] = "",          [RL_LINES_KEPT] = "+kept",     [RL_LINES_LOST] = "+lost",
        [RL_LINES_KEPT_BUT] = "+kept", [RL_LINES_LOST_BUT] = "+lost", [RL_LINES_OPEN] = "+open"};
    char part[32] = "";
    char lines[RL_OUTCOME_TEXT - 64u];

    if (outcome->landing == RL_LANDING_MID) {
        (void)snprintf(part, sizeof part, ":%u", outcome->part);
    } else if (landings[outcome->landing].has_part) {
        (void)snprintf(part, sizeof part, ":%u/%u", outcome->part, outcome->parts);
    }
    format_lines(outcome, geometry, lines, sizeof lines);
    (void)snprintf(text, size, "%s%s%s%s%s%s", outcome->reset ? "reset/" : "", turns[outcome->turn],
                   landings[outcome->landing].word, part, words[outcome->lines], lines);
}

/* Reads a number at *at, below 10^9 or 2^32, no sign, no leading zero. */
static bool parse_number(const char **at, int base, uint32_t *number)
{
    const char *start = *at;
    size_t digits = strspn(start, base == 16 ? "0123456789abcdef" : "0123456789");
    char *end;

    if (digits == 0 || digits > (base == 16 ? 8u : 9u) || (digits > 1 && start[0] == '0')) {
        return false;
    }
    *number = (uint32_t)strtoul(start, &end, base);
    *at = start + digits;
    return true;
}

static void parse_turn(const char **at, struct rl_outcome *outcome)
{
    for (unsigned turn = 1; turn < RL_TURNS; turn++) {
        if (strncmp(*at, turns[turn], strlen(turns[turn])) == 0) {
            outcome->turn = (enum rl_turn)turn;
            *at += strlen(turns[turn]);
            return;
        }
    }
}

static bool parse_landing(const char **at, struct rl_outcome *outcome)
{
    size_t length = strcspn(*at, ":+");

    for (size_t i = 0; i < LANDINGS; i++) {
        if (strlen(landings[i].word) != length || strncmp(landings[i].word, *at, length) != 0) {
            continue;
        }
        outcome->landing = (rl_landing)i;
        outcome->parts = 1;
        *at += length;
        if (!landings[i].has_part) {
            return true;
        }
        if (*(*at)++ != ':' || !parse_number(at, 10, &outcome->part)) {
            return false;
        }
        if (i == RL_LANDING_MID) {
            return true;
        }
        return *(*at)++ == '/' && parse_number(at, 10, &outcome->parts);
    }
    return false;
}

static bool parse_line(const char **at, const struct relight_geometry *geometry,
                       struct rl_line *line)
{
    char name[24];
    size_t length = strcspn(*at, "+");
    unsigned region;
    uint32_t offset;

    if (length >= sizeof name || strncmp(*at + length, "+0x", 3) != 0) {
        return false;
    }
    memcpy(name, *at, length);
    name[length] = '\0';
    region = rl_region_find(name);
    *at += length + 3u;
    if (!rl_region_is_in(region, RL_MEMORY) || !parse_number(at, 16, &offset) || *(*at)++ != ':' ||
        !parse_number(at, 10, &line->prefix)) {
        return false;
    }
    offset += rl_region_address(geometry, region);
    line->page = offset / RL_PAGE;
    line->word = offset % RL_PAGE / RL_WORD;
    return offset % RL_WORD == 0;
}

static bool is_behind(const struct rl_line *line, const struct rl_line *other)
{
    return line->page > other->page || (line->page == other->page && line->word > other->word);
}

/* Lines that are named, each behind the one before. */
static bool parse_named(const char **at, const struct relight_geometry *geometry, bool kept,
                        struct rl_outcome *outcome)
{
    struct rl_line lines[RL_LINES_MAX];
    uint32_t count = 0;

    do {
        (*at)++; /* a tilde or a comma */
        if (count == RL_LINES_MAX || !parse_line(at, geometry, &lines[count]) ||
            (count > 0 && !is_behind(&lines[count], &lines[count - 1u]))) {
            return false;
        }
        count++;
    } while (**at == ',');
    rl_outcome_set_lines(outcome, kept, lines, count);
    return true;
}

static bool parse_lines(const char **at, const struct relight_geometry *geometry,
                        struct rl_outcome *outcome)
{
    bool kept;

    if (**at == '\0') {
        outcome->lines = RL_LINES_GONE;
        return true;
    }
    if (strncmp(*at, "+kept", 5) != 0 && strncmp(*at, "+lost", 5) != 0) {
        return false;
    }
    kept = (*at)[1] == 'k';
    *at += 5;
    outcome->lines = kept ? RL_LINES_KEPT : RL_LINES_LOST;
    return (**at != '~' || parse_named(at, geometry, kept, outcome)) && **at == '\0';
}

bool rl_outcome_parse(const char *text, const struct relight_geometry *geometry, bool battery,
                      struct rl_outcome *outcome)
{
    memset(outcome, 0, sizeof *outcome);
    outcome->reset = strncmp(text, "reset/", 6) == 0;
    text += outcome->reset ? 6 : 0;
    parse_turn(&text, outcome);
    if (!parse_landing(&text, outcome) || !parse_lines(&text, geometry, outcome)) {
        return false;
    }
    return (outcome->lines == RL_LINES_GONE) == (!outcome->reset && !battery);
}

static void tell_landing(const struct rl_outcome *o, char *text, size_t size)
{
    switch (o->landing) {
    case RL_LANDING_BEFORE:
        (void)snprintf(text, size, "before it began");
        break;
    case RL_LANDING_AFTER:
        (void)snprintf(text, size, "after it was done");
        break;
    case RL_LANDING_TORN:
        (void)snprintf(text, size, "the first %u of %u granules landed, the next reads bad",
                       o->part, o->parts);
        break;
    case RL_LANDING_SUFFIX:
        (void)snprintf(text, size, "the last %u of %u granules landed, the one before reads bad",
                       o->parts - o->part - 1u, o->parts);
        break;
    case RL_LANDING_ERASE:
        (void)snprintf(text, size, "%u sixteenths of the sector erased, the next reads bad",
                       o->part);
        break;
    case RL_LANDING_WEAK:
        (void)snprintf(text, size, "the sector erased nowhere deep enough, all of it reads bad");
        break;
    case RL_LANDING_PREPROGRAM:
        (void)snprintf(text, size,
                       "in its pre-program phase: the last %u sixteenths read zero, the one "
                       "before reads bad",
                       o->part);
        break;
    case RL_LANDING_MID:
        (void)snprintf(text, size,
                       o->lines == RL_LINES_LOST
                           ? "after it wrote %u lines back, or words past the cache"
                           : "after its first %u words",
                       o->part);
        break;
    case RL_LANDING_UNSTABLE:
    case RL_LANDING_MARGINAL:
        rl_doubt_tell(o, text, size);
        break;
    default:
        rl_outcome_tell_more(o, text, size);
        break;
    }
}

/* Of the lines that an outcome names: those that a person reads, and how many more. */
static void tell_lines(const struct rl_outcome *outcome, const struct relight_geometry *geometry,
                       char *text, size_t size)
{
    struct rl_line lines[RL_LINES_MAX];
    uint32_t count = rl_outcome_lines(outcome, lines);
    size_t used = 0;

    text[0] = '\0';
    for (uint32_t i = 0; i < count && i < TOLD_LINES; i++) {
        char place[40];
        char stores[48] = "is lost";

        format_place(&lines[i], geometry, place, sizeof place);
        if (lines[i].prefix > 0) {
            (void)snprintf(stores, sizeof stores, "holds the first %u of its stores",
                           lines[i].prefix);
        }
        used += (size_t)snprintf(text + used, size - used, "%s%s, which %s",
                                 i == 0 ? " but that at " : ", and that at ", place, stores);
    }
    if (count > TOLD_LINES) {
        (void)snprintf(text + used, size - used, ", and %u more", count - TOLD_LINES);
    }
}

void rl_outcome_tell(const struct rl_outcome *outcome, const struct relight_geometry *geometry,
                     char *text, size_t size)
{
    static const char *const words[] = {
        [RL_LINES_GONE] = "local memory lost with power",
        [RL_LINES_KEPT] = "every dirty cache line written back",
        [RL_LINES_LOST] = "every dirty cache line lost",
        [RL_LINES_KEPT_BUT] = "every dirty cache line written back",
        [RL_LINES_LOST_BUT] = "every dirty cache line lost",
        [RL_LINES_OPEN] = "of each dirty cache line, any of its stores from the first on",
    };
    static const char *const turned[RL_TURNS] = {
        [RL_TURN_NONE] = "",
        [RL_TURN_DONE] = "; what was in doubt before reads as if it were done",
        [RL_TURN_UNDONE] = "; what was in doubt before reads as if it had not begun",
        [RL_TURN_BAD] = "; what was in doubt before has invalid ECC",
    };
    char landing[128];
    char lines[512];

    tell_landing(outcome, landing, sizeof landing);
    tell_lines(outcome, geometry, lines, sizeof lines);
    (void)snprintf(text, size, "%s: %s%s; %s%s", outcome->reset ? "WARM RESET" : "POWER CUT",
                   landing, turned[outcome->turn], words[outcome->lines], lines);
}
