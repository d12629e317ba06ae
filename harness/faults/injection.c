#include "faults/injection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct rl_injector_family *const families[] = {
    &rl_injectors_write,     &rl_injectors_read,   &rl_injectors_ecc,
    &rl_injectors_transport, &rl_injectors_images, &rl_injectors_world,
};

static const char *const lasts_names[RL_LASTS_COUNT] = {
    [RL_LASTS_ONCE] = "once",         [RL_LASTS_TIMES] = "times",
    [RL_LASTS_RESET] = "until-reset", [RL_LASTS_ERASE] = "until-erase",
    [RL_LASTS_GOOD] = "for-good",
};
static const char *const shows_names[RL_SHOWS_COUNT] = {
    [RL_SHOWS_STATUS] = "status",
    [RL_SHOWS_TRAP] = "trap",
    [RL_SHOWS_SILENT] = "silent",
    [RL_SHOWS_LATE] = "late",
};

const char *rl_lasts_name(unsigned lasts)
{
    return lasts < RL_LASTS_COUNT ? lasts_names[lasts] : NULL;
}

const char *rl_shows_name(unsigned shows)
{
    return shows < RL_SHOWS_COUNT ? shows_names[shows] : NULL;
}

/* By class: asked for at every operation of a run with faults. */
static const struct rl_injector *by_class[RL_CLASS_COUNT];

static void sort_rows(void)
{
    for (unsigned f = 0; f < sizeof families / sizeof families[0]; f++) {
        for (unsigned i = 0; i < families[f]->count; i++) {
            by_class[families[f]->rows[i].fault_class] = &families[f]->rows[i];
        }
    }
}

const struct rl_injector *rl_injector_of(rl_class fault_class)
{
    if (by_class[RL_CLASS_PROGRAM_ERROR] == NULL) {
        sort_rows();
    }
    return (unsigned)fault_class < RL_CLASS_COUNT ? by_class[fault_class] : NULL;
}

static uint32_t lowest(uint32_t mask)
{
    return mask & (0u - mask);
}

static bool fits_site(const struct rl_injector *injector, const struct rl_site *site)
{
    const struct rl_operation *operation = &site->log->operations[site->index];

    return (injector->kinds >> operation->kind & 1u) != 0 &&
           (injector->regions == 0 || (injector->regions >> operation->region & 1u) != 0);
}

void rl_injections_at(rl_class fault_class, const struct rl_site *site, uint32_t lasts,
                      uint32_t shows, uint32_t times, rl_variant_visit *visit, void *user)
{
    const struct rl_injector *injector = rl_injector_of(fault_class);

    if (injector == NULL || !fits_site(injector, site)) {
        return;
    }
    if (lasts == 0) {
        lasts = injector->lasts_default != 0 ? injector->lasts_default : lowest(injector->lasts);
    }
    shows = shows == 0 ? lowest(injector->shows) : shows;
    for (unsigned how_long = 0; how_long < RL_LASTS_COUNT; how_long++) {
        for (unsigned how = 0; how < RL_SHOWS_COUNT; how++) {
            struct rl_injection base = {
                .fault_class = fault_class, .lasts = (rl_lasts)how_long, .shows = (rl_shows)how};

            if ((lasts >> how_long & 1u) == 0 || (shows >> how & 1u) == 0) {
                continue;
            }
            base.times = how_long != RL_LASTS_TIMES ? 0 : times < 2u ? 2u : times;
            if (injector->variants == NULL) {
                visit(user, &base);
            } else {
                injector->variants(site, &base, visit, user);
            }
        }
    }
}

void rl_injection_format(const struct rl_injection *injection, char *text, size_t size)
{
    const struct rl_class_info *info = rl_class_info(injection->fault_class);
    size_t used = (size_t)snprintf(text, size, "%s", info == NULL ? "?" : info->name);

    if ((injection->a != 0 || injection->b != 0) && used < size) {
        used += (size_t)snprintf(text + used, size - used, ":%u", injection->a);
    }
    if (injection->b != 0 && used < size) {
        used += (size_t)snprintf(text + used, size - used, ".%u", injection->b);
    }
    if (injection->lasts == RL_LASTS_TIMES && used < size) {
        used += (size_t)snprintf(text + used, size - used, "/x%u", injection->times);
    } else if (injection->lasts != RL_LASTS_ONCE && used < size) {
        used += (size_t)snprintf(text + used, size - used, "/%s", lasts_names[injection->lasts]);
    }
    if (injection->shows != RL_SHOWS_STATUS && used < size) {
        (void)snprintf(text + used, size - used, "/%s", shows_names[injection->shows]);
    }
}

/* A number that starts at *at, without leading zeros; moves past it. */
static bool take_number(const char **at, uint32_t *number)
{
    char *end = NULL;
    unsigned long value;

    if (**at < '0' || **at > '9' || (**at == '0' && (*at)[1] >= '0' && (*at)[1] <= '9')) {
        return false;
    }
    value = strtoul(*at, &end, 10);
    *at = end;
    *number = (uint32_t)value;
    return value <= UINT32_MAX;
}

/* One part behind a '/': how long it lasts, or how it shows. */
static bool take_part(const char *word, struct rl_injection *injection)
{
    const char *at = word + 1;

    if (word[0] == 'x') {
        injection->lasts = RL_LASTS_TIMES;
        return take_number(&at, &injection->times) && *at == '\0' && injection->times >= 2u;
    }
    for (unsigned i = RL_LASTS_RESET; i < RL_LASTS_COUNT; i++) {
        if (strcmp(word, lasts_names[i]) == 0) {
            injection->lasts = (rl_lasts)i;
            return true;
        }
    }
    for (unsigned i = RL_SHOWS_STATUS + 1u; i < RL_SHOWS_COUNT; i++) {
        if (strcmp(word, shows_names[i]) == 0) {
            injection->shows = (rl_shows)i;
            return true;
        }
    }
    return false;
}

/* What stands behind the name: the variant, and parts. */
static bool parse_rest(const char *at, struct rl_injection *injection)
{
    char word[24];

    if (*at == ':') {
        at++;
        if (!take_number(&at, &injection->a)) {
            return false;
        }
        if (*at == '.') {
            at++;
            if (!take_number(&at, &injection->b)) {
                return false;
            }
        }
    }
    while (*at == '/') {
        size_t length = strcspn(++at, "/");

        if (length >= sizeof word) {
            return false;
        }
        memcpy(word, at, length);
        word[length] = '\0';
        if (!take_part(word, injection)) {
            return false;
        }
        at += length;
    }
    return *at == '\0';
}

bool rl_injection_parse(const char *text, struct rl_injection *injection)
{
    char again[96];
    char name[48];
    size_t length = strcspn(text, ":/");

    memset(injection, 0, sizeof *injection);
    if (length >= sizeof name) {
        return false;
    }
    memcpy(name, text, length);
    name[length] = '\0';
    injection->fault_class = rl_class_find(name);
    if (injection->fault_class == RL_CLASS_COUNT ||
        rl_injector_of(injection->fault_class) == NULL || !parse_rest(text + length, injection)) {
        return false;
    }
    /* One spelling for each injection. */
    rl_injection_format(injection, again, sizeof again);
    return strcmp(again, text) == 0;
}

static const char *how_long(const struct rl_injection *injection, char *text, size_t size)
{
    switch (injection->lasts) {
    case RL_LASTS_TIMES:
        (void)snprintf(text, size, ", %u times", injection->times);
        return text;
    case RL_LASTS_RESET:
        return ", until the next reset";
    case RL_LASTS_ERASE:
        return ", until the place is erased or written whole";
    case RL_LASTS_GOOD:
        return ", for good";
    default:
        return "";
    }
}

void rl_injection_tell(const struct rl_injection *injection, const struct rl_operation *first,
                       char *text, size_t size)
{
    static const char *const shows[RL_SHOWS_COUNT] = {"", "; the CPU traps", "; nothing shows it",
                                                      "; it shows later"};
    const struct rl_injector *injector = rl_injector_of(injection->fault_class);
    const struct rl_class_info *info = rl_class_info(injection->fault_class);
    char variant[160] = "";
    char lasting[48];

    if (injector->tell != NULL) {
        injector->tell(injection, first, variant, sizeof variant);
    }
    (void)snprintf(text, size, "%s%s%s%s%s", info->name, variant[0] == '\0' ? "" : ": ", variant,
                   how_long(injection, lasting, sizeof lasting), shows[injection->shows]);
}
