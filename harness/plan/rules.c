#include "plan/rules.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "plan/names.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define US           1000ull /* nanoseconds */

/* ---- reading ---- */

static const char *again_word(unsigned index)
{
    static const char *const words[] = {"ecc", "refused", "clears"};
    return index < COUNT(words) ? words[index] : NULL;
}

static const char *tears_word(unsigned index)
{
    static const char *const words[] = {"granule", "page", "nothing"};
    return index < COUNT(words) ? words[index] : NULL;
}

static const char *erase_word(unsigned index)
{
    static const char *const words[] = {"part", "weak", "zeros"};
    return index < COUNT(words) ? words[index] : NULL;
}

static const char *blank_word(unsigned index)
{
    static const char *const words[] = {"reads", "faults"};
    return index < COUNT(words) ? words[index] : NULL;
}

static const char *ecc_word(unsigned index)
{
    static const char *const words[] = {"granule", "none"};
    return index < COUNT(words) ? words[index] : NULL;
}

static const char *trust_word(unsigned index)
{
    static const char *const words[] = {"marked", "ignored"};
    return index < COUNT(words) ? words[index] : NULL;
}

/* Notes that a rule is declared, and where. */
static void declare(struct rl_device_plan *device, unsigned rule, const struct rl_yaml *value)
{
    device->rules.declared |= 1u << rule;
    device->rule_where[rule] = value;
}

enum { AGAIN = 0, TEARS, ERASE, BLANK, ECC, READ_WHILE_WRITE, ENDURANCE, TRUST };
_Static_assert(1u << TRUST == RL_DECLARES_TRUST && TRUST + 1 == RL_RULES,
               "rules are declared in this order");

static bool read_again(struct rl_loader *loader, const struct rl_yaml *value,
                       const struct rl_field *field, void *target)
{
    struct rl_device_plan *device = target;
    unsigned index = 0;
    declare(device, AGAIN, value);
    if (!rl_read_word(loader, value, field->key, again_word, &index)) {
        return false;
    }
    device->rules.again = (rl_again)index;
    return true;
}

static bool read_tears(struct rl_loader *loader, const struct rl_yaml *value,
                       const struct rl_field *field, void *target)
{
    struct rl_device_plan *device = target;
    unsigned index = 0;
    declare(device, TEARS, value);
    if (!rl_read_word(loader, value, field->key, tears_word, &index)) {
        return false;
    }
    device->rules.tears = (rl_tears)index;
    return true;
}

/* `nothing`, or a list of what an interrupted erase may leave. */
static bool read_erase(struct rl_loader *loader, const struct rl_yaml *value,
                       const struct rl_field *field, void *target)
{
    struct rl_device_plan *device = target;
    declare(device, ERASE, value);
    device->rules.erase_leaves = 0;
    if (value->kind == RL_YAML_SCALAR && strcmp(value->text, "nothing") == 0) {
        return true;
    }
    if (value->kind != RL_YAML_LIST) {
        return rl_fail(loader, value, "%s: expected nothing, or a list out of part, weak and zeros",
                       field->key);
    }
    return rl_read_mask(loader, value, field->key, erase_word, &device->rules.erase_leaves);
}

static bool read_blank(struct rl_loader *loader, const struct rl_yaml *value,
                       const struct rl_field *field, void *target)
{
    struct rl_device_plan *device = target;
    declare(device, BLANK, value);
    return rl_read_flag(loader, value, field, blank_word, target);
}

static bool read_ecc(struct rl_loader *loader, const struct rl_yaml *value,
                     const struct rl_field *field, void *target)
{
    struct rl_device_plan *device = target;
    declare(device, ECC, value);
    return rl_read_flag(loader, value, field, ecc_word, target);
}

static bool read_read_while_write(struct rl_loader *loader, const struct rl_yaml *value,
                                  const struct rl_field *field, void *target)
{
    struct rl_device_plan *device = target;
    declare(device, READ_WHILE_WRITE, value);
    return rl_read_flag(loader, value, field, rl_truth_word, target);
}

static bool read_endurance(struct rl_loader *loader, const struct rl_yaml *value,
                           const struct rl_field *field, void *target)
{
    struct rl_device_plan *device = target;
    const struct rl_field number = {.key = field->key, .least = 1, .most = 100000000};
    declare(device, ENDURANCE, value);
    device->rules.endurance = 0;
    if (value->kind == RL_YAML_SCALAR && strcmp(value->text, "unlimited") == 0) {
        return true;
    }
    return rl_read_u32(loader, value, &number, &device->rules.endurance);
}

static bool read_pairs(struct rl_loader *loader, const struct rl_yaml *value,
                       const struct rl_field *field, void *target)
{
    struct rl_device_plan *device = target;
    device->pairs_where = value;
    return rl_read_flag(loader, value, field, rl_truth_word, target);
}

static bool read_trust(struct rl_loader *loader, const struct rl_yaml *value,
                       const struct rl_field *field, void *target)
{
    struct rl_device_plan *device = target;
    unsigned index = 0;
    declare(device, TRUST, value);
    if (!rl_read_word(loader, value, field->key, trust_word, &index)) {
        return false;
    }
    device->rules.trust = (rl_trust)index;
    return true;
}

#define RULE(member) offsetof(struct rl_device_plan, rules.member)

static bool read_microseconds(struct rl_loader *loader, const struct rl_yaml *value,
                              const struct rl_field *field, void *target)
{
    uint64_t *ns = (uint64_t *)(void *)((char *)target + field->offset);
    const struct rl_field number = {.key = field->key, .least = field->least, .most = field->most};
    if (!rl_read_u64(loader, value, &number, ns)) {
        return false;
    }
    *ns *= US;
    return true;
}

const struct rl_field rl_rule_fields[RL_RULE_FIELDS] = {
    {"again", read_again, 0, 0, 0, 0},
    {"tears", read_tears, 0, 0, 0, 0},
    {"erase", read_erase, 0, 0, 0, 0},
    {"blank", read_blank, RULE(blank_faults), 0, 0, 0},
    {"ecc", read_ecc, RULE(no_ecc), 0, 0, 0},
    {"read_while_write", read_read_while_write, RULE(reads_while_busy), 0, 0, 0},
    {"endurance", read_endurance, 0, 0, 0, 0},
    {"pairs", read_pairs, RULE(pairs), 0, 0, 0},
    {"trust", read_trust, 0, 0, 0, 0},
    {"program_us", read_microseconds, RULE(program_ns), 1, 1000000, 0},
    {"granule_us", read_microseconds, RULE(granule_ns), 0, 100000, 0},
    {"erase_us", read_microseconds, RULE(erase_ns), 1, 60000000, 0},
    {"read_ns", rl_read_u64, RULE(read_ns), 1, 1000000, 0},
};

/* ---- what goes together ---- */

bool rl_rules_agree(struct rl_loader *loader, const struct rl_device_plan *device)
{
    const struct rl_flash_rules *rules = &device->rules;
    const struct rl_yaml *const *where = device->rule_where;

    if (rules->no_ecc && where[AGAIN] != NULL && rules->again == RL_AGAIN_ECC) {
        return rl_fail(loader, where[AGAIN],
                       "again: ecc on flash with ecc: none; expected refused or clears");
    }
    if (rules->no_ecc && rules->blank_faults) {
        return rl_fail(loader, where[BLANK],
                       "blank: faults on flash with ecc: none, where no read fails");
    }
    if (rules->no_ecc && device->flash_traps) {
        return rl_fail(loader, where[ECC],
                       "ecc: none on flash with uncorrectable: trap, where no read fails");
    }
    if (rules->pairs && device->figure[RL_FIGURE_SECTOR] < 4u * device->figure[RL_FIGURE_PAGE]) {
        return rl_fail(loader, device->pairs_where,
                       "pairs: a sector of %u bytes has less than two pairs of pages of %u bytes",
                       device->figure[RL_FIGURE_SECTOR], device->figure[RL_FIGURE_PAGE]);
    }
    if (rules->tears == RL_TEARS_NOTHING && where[ERASE] != NULL && rules->erase_leaves != 0) {
        return rl_fail(loader, where[ERASE],
                       "an interrupted erase leaves something where tears: nothing says that "
                       "programs are whole; expected erase: nothing");
    }
    return true;
}

/* ---- what cannot happen ---- */

static bool declares(const struct rl_flash_rules *rules, unsigned what)
{
    return (rules->declared & what) != 0;
}

static const char *erases(const struct rl_flash_rules *rules, uint32_t what)
{
    return declares(rules, RL_DECLARES_ERASE) && (rules->erase_leaves & what) == 0
               ? "an interrupted erase leaves no such thing (flash: {erase: ...})"
               : NULL;
}

static const char *exclude_tears(const struct rl_flash_rules *rules, rl_tears least)
{
    return rules->tears >= least ? "an interrupted program leaves no such thing (flash: {tears: "
                                   "...})"
                                 : NULL;
}

static const char *exclude_ecc(const struct rl_flash_rules *rules)
{
    return rules->no_ecc ? "it has no ECC (flash: {ecc: none})" : NULL;
}

const char *rl_rules_exclude(const struct rl_flash_rules *rules, rl_class fault_class)
{
    switch (fault_class) {
    case RL_CLASS_TORN_PROGRAM_PREFIX:
    case RL_CLASS_TORN_PROGRAM_SUFFIX:
    case RL_CLASS_TORN_PROGRAM_SUBSET:
        return exclude_tears(rules, RL_TEARS_NOTHING);
    case RL_CLASS_TORN_GRANULE:
        return exclude_tears(rules, RL_TEARS_PAGE);
    case RL_CLASS_PAIRED_DAMAGE:
        return rules->pairs ? NULL : "its pages are not paired (flash: {pairs: true})";
    case RL_CLASS_TORN_ERASE:
    case RL_CLASS_ERASE_SUSPEND_LOST:
        return erases(rules, RL_ERASE_PART);
    case RL_CLASS_WEAK_ERASE:
        return erases(rules, RL_ERASE_WEAK);
    case RL_CLASS_ERASE_PREPROGRAM:
        return erases(rules, RL_ERASE_ZEROS);
    case RL_CLASS_LATENT_ERROR:
    case RL_CLASS_ECC_TRAP:
    case RL_CLASS_ECC_CORRECTABLE:
    case RL_CLASS_ECC_BITS:
    case RL_CLASS_ECC_MISCORRECT:
        return exclude_ecc(rules);
    case RL_CLASS_DOUBLE_PROGRAM_GRANULE:
        return declares(rules, RL_DECLARES_AGAIN) && rules->again != RL_AGAIN_ECC
                   ? "a second program spoils no ECC there (flash: {again: ...})"
                   : exclude_ecc(rules);
    case RL_CLASS_ERASED_READ_FAULT:
        return declares(rules, RL_DECLARES_BLANK) && !rules->blank_faults
                   ? "what is erased reads there (flash: {blank: reads})"
                   : exclude_ecc(rules);
    case RL_CLASS_UNSTABLE_BITS:
    case RL_CLASS_MARGINAL_CELL:
        return rules->tears == RL_TEARS_NOTHING && declares(rules, RL_DECLARES_ERASE) &&
                       rules->erase_leaves == 0
                   ? "what is interrupted is done or not begun (flash: {tears: nothing, erase: "
                     "nothing})"
                   : NULL;
    case RL_CLASS_READ_WHILE_WRITE:
        return rules->reads_while_busy ? "it reads while it writes (flash: {read_while_write: "
                                         "true})"
                                       : NULL;
    case RL_CLASS_WORN_OUT:
        return declares(rules, RL_DECLARES_ENDURANCE) && rules->endurance == 0
                   ? "it does not wear out (flash: {endurance: unlimited})"
                   : NULL;
    default:
        return NULL;
    }
}
