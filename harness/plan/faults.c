#include "plan/faults.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faults/injection.h"
#include "plan/names.h"
#include "plan/rules.h"
#include "results/results.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define IN(member)   offsetof(struct rl_selector, member)
#define BIT(index)   (1u << (unsigned)(index))

static const rl_class torn_classes[] = {
    RL_CLASS_TORN_PROGRAM_PREFIX, RL_CLASS_TORN_PROGRAM_SUFFIX, RL_CLASS_TORN_ERASE,
    RL_CLASS_WEAK_ERASE,          RL_CLASS_ERASE_PREPROGRAM,
};

/* A list of words, or one word, as a mask of their numbers. */
static bool read_mask(struct rl_loader *loader, const struct rl_yaml *value, const char *what,
                      rl_names *names, uint32_t *mask)
{
    unsigned index = 0;

    if (value->kind != RL_YAML_SCALAR) {
        return rl_read_mask(loader, value, what, names, mask);
    }
    if (!rl_read_word(loader, value, what, names, &index)) {
        return false;
    }
    *mask = BIT(index);
    return true;
}

static bool read_class_word(struct rl_loader *loader, const struct rl_yaml *value,
                            rl_class *fault_class)
{
    unsigned index = 0;

    if (!rl_read_word(loader, value, "fault class", rl_class_word, &index)) {
        return false;
    }
    *fault_class = rl_class_find(rl_class_word(index));
    return true;
}

static bool read_class(struct rl_loader *loader, const struct rl_yaml *value,
                       const struct rl_field *field, void *target)
{
    (void)field;
    return read_class_word(loader, value, &((struct rl_selector *)target)->fault_class);
}

static bool read_kinds(struct rl_loader *loader, const struct rl_yaml *value,
                       const struct rl_field *field, void *target)
{
    (void)field;
    return read_mask(loader, value, "kind of operation", rl_kind_word,
                     &((struct rl_selector *)target)->kinds);
}

static bool read_regions(struct rl_loader *loader, const struct rl_yaml *value,
                         const struct rl_field *field, void *target)
{
    (void)field;
    return read_mask(loader, value, "region", rl_region_word,
                     &((struct rl_selector *)target)->regions);
}

static bool read_lasts(struct rl_loader *loader, const struct rl_yaml *value,
                       const struct rl_field *field, void *target)
{
    (void)field;
    return read_mask(loader, value, "duration", rl_lasts_name,
                     &((struct rl_selector *)target)->lasts);
}

static bool read_shows(struct rl_loader *loader, const struct rl_yaml *value,
                       const struct rl_field *field, void *target)
{
    (void)field;
    return read_mask(loader, value, "way to show", rl_shows_name,
                     &((struct rl_selector *)target)->shows);
}

/* Phases are the engine's words, which are not known here. */
static bool read_phases(struct rl_loader *loader, const struct rl_yaml *value,
                        const struct rl_field *field, void *target)
{
    struct rl_selector *selector = target;
    uint32_t count = value->kind == RL_YAML_LIST ? value->count : 1u;

    (void)field;
    if (value->kind == RL_YAML_MAP || count == 0 || count > RL_SELECTOR_PHASES) {
        return rl_fail(loader, value,
                       "phases: expected a phase of the engine, or a list of 1 to %u",
                       RL_SELECTOR_PHASES);
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct rl_yaml *item = value->kind == RL_YAML_LIST ? value->items[i] : value;
        const struct rl_field text = {.key = "phases", .least = 1, .most = 24};

        if (!rl_read_text(loader, item, &text, selector->phases[i])) {
            return false;
        }
    }
    return true;
}

/* Two numbers, the second not below the first. */
static bool read_range(struct rl_loader *loader, const struct rl_yaml *value, const char *what,
                       uint64_t least, uint64_t *first, uint64_t *last)
{
    const struct rl_field number = {.key = what, .least = least, .most = UINT32_MAX};

    if (value->kind != RL_YAML_LIST || value->count != 2) {
        return rl_fail(loader, value, "%s: expected [FIRST, LAST]", what);
    }
    if (!rl_read_u64(loader, value->items[0], &number, first) ||
        !rl_read_u64(loader, value->items[1], &number, last)) {
        return false;
    }
    return *first <= *last || rl_fail(loader, value, "%s: the last is before the first", what);
}

static bool read_operations(struct rl_loader *loader, const struct rl_yaml *value,
                            const struct rl_field *field, void *target)
{
    struct rl_selector *selector = target;

    (void)field;
    return read_range(loader, value, "operations", 1, &selector->first, &selector->last);
}

static bool read_addresses(struct rl_loader *loader, const struct rl_yaml *value,
                           const struct rl_field *field, void *target)
{
    struct rl_selector *selector = target;
    uint64_t first = 0;
    uint64_t last = 0;

    (void)field;
    if (!read_range(loader, value, "addresses", 0, &first, &last)) {
        return false;
    }
    selector->first_address = (uint32_t)first;
    selector->last_address = (uint32_t)last;
    return true;
}

static bool read_selector(struct rl_loader *loader, const struct rl_yaml *value,
                          struct rl_selector *selector)
{
    static const struct rl_field fields[] = {
        {"class", read_class, 0, 0, 0, 0},
        {"phases", read_phases, 0, 0, 0, 0},
        {"kinds", read_kinds, 0, 0, 0, 0},
        {"regions", read_regions, 0, 0, 0, 0},
        {"addresses", read_addresses, 0, 0, 0, 0},
        {"operations", read_operations, 0, 0, 0, 0},
        {"match", rl_read_u32, IN(match), 1, UINT32_MAX, 0},
        {"lasts", read_lasts, 0, 0, 0, 0},
        {"times", rl_read_u32, IN(times), 2, 1000000, 0},
        {"shows", read_shows, 0, 0, 0, 0},
    };

    *selector = (struct rl_selector){.fault_class = RL_CLASS_COUNT};
    (void)snprintf(selector->where, sizeof selector->where, "%.70s:%u:%u", value->file, value->line,
                   value->column);
    if (value->kind == RL_YAML_SCALAR) {
        return read_class_word(loader, value, &selector->fault_class);
    }
    if (!rl_read_map(loader, value, "fault", fields, COUNT(fields), selector)) {
        return false;
    }
    return selector->fault_class != RL_CLASS_COUNT ||
           rl_fail(loader, value, "class is missing; expected a fault class");
}

/* The names of the bits of a mask, for messages. */
static const char *list(uint32_t mask, rl_names *names, char *text, size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    for (unsigned i = 0; i < 32u && names(i) != NULL && used < size; i++) {
        if ((mask >> i & 1u) != 0) {
            used +=
                (size_t)snprintf(text + used, size - used, "%s%s", used == 0 ? "" : ", ", names(i));
        }
    }
    return text;
}

/* What an injected class can never meet. */
static bool can_fire(struct rl_loader *loader, const struct rl_yaml *where,
                     const struct rl_selector *selector)
{
    const struct rl_injector *injector = rl_injector_of(selector->fault_class);
    const char *name = rl_class_info(selector->fault_class)->name;
    char can[256];

    if (injector == NULL) {
        return (selector->lasts | selector->shows | selector->times) == 0 ||
               rl_fail(loader, where, "%s has no duration and one way to show: leave them out",
                       name);
    }
    if (selector->kinds != 0 && (selector->kinds & injector->kinds) == 0) {
        return rl_fail(loader, where, "%s can never fire there: it hits operations of kind %s",
                       name, list(injector->kinds, rl_kind_word, can, sizeof can));
    }
    if (selector->regions != 0 && injector->regions != 0 &&
        (selector->regions & injector->regions) == 0) {
        return rl_fail(loader, where, "%s can never fire there: it hits the regions %s", name,
                       list(injector->regions, rl_region_word, can, sizeof can));
    }
    if ((selector->lasts & ~injector->lasts) != 0) {
        return rl_fail(loader, where, "%s does not last so; expected %s", name,
                       list(injector->lasts, rl_lasts_name, can, sizeof can));
    }
    if ((selector->shows & ~injector->shows) != 0) {
        return rl_fail(loader, where, "%s does not show so; expected %s", name,
                       list(injector->shows, rl_shows_name, can, sizeof can));
    }
    return selector->times == 0 || (selector->lasts & BIT(RL_LASTS_TIMES)) != 0 ||
           rl_fail(loader, where, "times is of faults with lasts: times");
}

bool rl_faults_read(struct rl_loader *loader, const struct rl_yaml *value,
                    const struct rl_field *field, void *target)
{
    struct rl_settings *settings = target;
    struct rl_plan *plan = loader->plan;
    struct rl_selector *selectors;

    (void)field;
    settings->classes_where = value;
    settings->classes = (rl_class_set){{0, 0}};
    if (value->kind != RL_YAML_LIST || value->count == 0) {
        return rl_fail(loader, value, "faults: expected a list of classes such as [%s]",
                       rl_class_word(0));
    }
    selectors = calloc(value->count, sizeof *selectors);
    if (selectors == NULL) {
        return rl_fail(loader, value, "out of memory");
    }
    plan->selectors[plan->selector_lists++] = selectors;
    for (uint32_t i = 0; i < value->count; i++) {
        if (!read_selector(loader, value->items[i], &selectors[i]) ||
            !can_fire(loader, value->items[i], &selectors[i])) {
            return false;
        }
        if (value->items[i]->kind == RL_YAML_SCALAR &&
            rl_class_in(&settings->classes, selectors[i].fault_class)) {
            return rl_fail(loader, value->items[i], "fault class \"%s\" is listed twice",
                           rl_class_info(selectors[i].fault_class)->name);
        }
        rl_class_add(&settings->classes, selectors[i].fault_class);
    }
    settings->faults.selectors = selectors;
    settings->faults.selector_count = value->count;
    return true;
}

/* One pair. A cut behind a cut is what depth is for. */
static bool read_pair(struct rl_loader *loader, const struct rl_yaml *value,
                      struct rl_class_pair *pair)
{
    rl_class *classes[] = {&pair->first, &pair->second};

    if (value->kind != RL_YAML_LIST || value->count != 2) {
        return rl_fail(loader, value, "expected a pair such as [program-error, cut-after]");
    }
    for (uint32_t i = 0; i < 2; i++) {
        if (!read_class_word(loader, value->items[i], classes[i])) {
            return false;
        }
    }
    for (uint32_t i = 0; i < 2; i++) {
        if (rl_class_info(*classes[i])->way == RL_WAY_WORLD) {
            return rl_fail(loader, value->items[i],
                           "%s is in images or world, and makes no pair with another fault",
                           rl_class_info(*classes[i])->name);
        }
    }
    if (pair->first == RL_CLASS_NESTED_CUT || pair->second == RL_CLASS_NESTED_CUT) {
        return rl_fail(loader, value,
                       "nested-cut is two cuts, and makes no pair; expected depth: 2 for these");
    }
    if (rl_injector_of(pair->first) == NULL && rl_injector_of(pair->second) == NULL) {
        return rl_fail(loader, value, "a cut behind a cut is no pair; expected depth: 2 for these");
    }
    return true;
}

bool rl_pairs_read(struct rl_loader *loader, const struct rl_yaml *value,
                   const struct rl_field *field, void *target)
{
    struct rl_settings *settings = target;
    struct rl_plan *plan = loader->plan;
    struct rl_class_pair *pairs;

    (void)field;
    settings->pairs_where = value;
    if (value->kind != RL_YAML_LIST || value->count == 0) {
        return rl_fail(loader, value,
                       "pairs: expected a list of pairs such as [[program-error, "
                       "cut-after]]");
    }
    if (value->count > RL_PAIRS_MAX) {
        return rl_fail(loader, value, "pairs: expected at most %u of them", RL_PAIRS_MAX);
    }
    pairs = calloc(value->count, sizeof *pairs);
    if (pairs == NULL) {
        return rl_fail(loader, value, "out of memory");
    }
    plan->pairs[plan->pair_lists++] = pairs;
    for (uint32_t i = 0; i < value->count; i++) {
        if (!read_pair(loader, value->items[i], &pairs[i])) {
            return false;
        }
    }
    settings->faults.pairs = pairs;
    settings->faults.pair_count = value->count;
    return true;
}

/* Those that the exploration can reach: a class that cannot happen would leave the plan unverified
 * for ever. */
static rl_class_set default_classes(const struct rl_settings *settings, const struct rl_cell *cell)
{
    bool torn = cell->tear[0] == RL_TEAR_FULL || cell->tear[1] == RL_TEAR_FULL;
    rl_class_set set = {{0, 0}};

    for (unsigned i = 0; i < RL_CLASS_COUNT; i++) {
        const struct rl_class_info *info = rl_class_info((rl_class)i);

        if (info != NULL && info->by_default &&
            rl_rules_exclude(&settings->device.rules, (rl_class)i) == NULL) {
            rl_class_add(&set, (rl_class)i);
        }
    }
    for (unsigned i = 0; i < COUNT(torn_classes) && !torn; i++) {
        rl_class_remove(&set, torn_classes[i]);
    }
    if (settings->depth != 2 && !settings->closure) {
        rl_class_remove(&set, RL_CLASS_NESTED_CUT);
    }
    return set;
}

static bool has_way(const rl_class_set *set, rl_class_way way)
{
    for (unsigned i = 0; i < RL_CLASS_COUNT; i++) {
        const struct rl_class_info *info = rl_class_info((rl_class)i);

        if (info != NULL && info->way == way && rl_class_in(set, (rl_class)i)) {
            return true;
        }
    }
    return false;
}

static bool check_pairs(struct rl_loader *loader, const struct rl_settings *settings)
{
    for (uint32_t i = 0; i < settings->faults.pair_count; i++) {
        const struct rl_class_pair *pair = &settings->faults.pairs[i];

        if (!rl_class_in(&settings->classes, pair->first)) {
            return rl_fail(loader, settings->pairs_where,
                           "the pair %s, %s cannot happen: %s is not among the faults",
                           rl_class_info(pair->first)->name, rl_class_info(pair->second)->name,
                           rl_class_info(pair->first)->name);
        }
        if (rl_injector_of(pair->first) == NULL && settings->depth != 1) {
            return rl_fail(
                loader, settings->pairs_where,
                "a pair that begins with a cut needs depth 1: the second fault is in the "
                "recovery");
        }
    }
    return true;
}

/* What the device of the plan cannot have must not be asked for by name. */
static bool can_happen(struct rl_loader *loader, const struct rl_settings *settings,
                       const struct rl_yaml *where, rl_class fault_class)
{
    const char *why = rl_rules_exclude(&settings->device.rules, fault_class);

    return why == NULL || rl_fail(loader, where, "%s cannot happen on this device: %s",
                                  rl_class_info(fault_class)->name, why);
}

static bool all_can_happen(struct rl_loader *loader, const struct rl_settings *settings)
{
    for (uint32_t i = 0; i < settings->faults.selector_count; i++) {
        if (!can_happen(loader, settings, settings->classes_where->items[i],
                        settings->faults.selectors[i].fault_class)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < settings->faults.pair_count; i++) {
        if (!can_happen(loader, settings, settings->pairs_where->items[i],
                        settings->faults.pairs[i].second)) {
            return false;
        }
    }
    return true;
}

bool rl_faults_check(struct rl_loader *loader, const struct rl_settings *settings,
                     struct rl_cell *cell)
{
    bool nested = rl_class_in(&settings->classes, RL_CLASS_NESTED_CUT);
    bool cuts = has_way(&settings->classes, RL_WAY_CUT);

    cell->faults = settings->faults;
    if (!all_can_happen(loader, settings)) {
        return false;
    }
    if (settings->sample > 0 && settings->faults.pair_count > 0) {
        return rl_fail(loader, settings->pairs_where,
                       "sample draws single cuts only; leave pairs out");
    }
    if (settings->depth == 0) {
        cell->classes = (rl_class_set){{0, 0}};
        if (settings->faults.pair_count > 0) {
            return rl_fail(loader, settings->pairs_where,
                           "depth 0 is the golden run alone, without a fault: leave pairs out");
        }
        return rl_class_none(&settings->classes) ||
               rl_fail(loader, settings->classes_where,
                       "depth 0 is the golden run alone, without a fault: leave faults out");
    }
    if (rl_class_none(&settings->classes)) {
        cell->classes = default_classes(settings, cell);
        return check_pairs(loader, settings);
    }
    cell->classes = settings->classes;
    if (cuts && nested != (settings->depth == 2 || settings->closure)) {
        return rl_fail(loader, settings->classes_where,
                       nested ? "nested-cut needs depth 2, or closure"
                              : "there is more than one cut, but nested-cut is not among the "
                                "faults");
    }
    if (settings->closure &&
        (has_way(&settings->classes, RL_WAY_UPSET) || settings->faults.pair_count > 0)) {
        return rl_fail(loader, settings->classes_where,
                       "closure follows power cuts and resets: leave other classes and pairs out");
    }
    if (has_way(&settings->classes, RL_WAY_UPSET) && settings->sample > 0) {
        return rl_fail(loader, settings->classes_where,
                       "sample draws cuts only; leave the other classes out");
    }
    return check_pairs(loader, settings);
}
