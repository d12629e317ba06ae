#include "explore/moment.h"

#include <stdlib.h>
#include <string.h>

/* At most 9 digits, no sign, no leading zero, above 0. */
static bool parse_number(const char **at, uint64_t *number)
{
    size_t digits = strspn(*at, "0123456789");

    if (digits == 0 || digits > 9 || **at == '0') {
        return false;
    }
    *number = strtoull(*at, NULL, 10);
    *at += digits;
    return true;
}

bool rl_moment_parse(const char *text, struct rl_moment *moment)
{
    const char *at = text;
    uint64_t number;

    memset(moment, 0, sizeof *moment);
    if (text == NULL) {
        return true;
    }
    moment->given = true;
    if (!parse_number(&at, &number)) {
        return false;
    }
    if (*at == '\0') {
        moment->number = number;
        return true;
    }
    if (*at++ != ':' || number > RL_TOKEN_FAULTS + 1u) {
        return false;
    }
    moment->cycle = (uint32_t)number;
    if (strspn(at, "0123456789") == strlen(at)) {
        return parse_number(&at, &moment->number);
    }
    return rl_fault_parse_place(at, &moment->place);
}

bool rl_moment_is_in(const struct rl_moment *moment, uint32_t cycle, bool last)
{
    return moment->given && (moment->cycle == cycle || (moment->cycle == 0 && last));
}

size_t rl_moment_find(const struct rl_moment *moment, const struct rl_log *log,
                      const struct relight_engine *engine)
{
    if (moment->number == 0) {
        return rl_fault_locate(&moment->place, log, engine);
    }
    return moment->number <= log->count ? (size_t)moment->number - 1u : log->count;
}
