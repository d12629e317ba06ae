/* From a plan's file to its cells. */
#define _GNU_SOURCE
#include "plan/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/digest.h"
#include "plan/path.h"
#include "plan/recipe.h"
#include "plan/settings.h"
#include "results/results.h"

#define ABOUT_SIZE   4096u
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define OWN_FIELDS   4u
/* The plan and each variant may have a list of either. */
#define LISTS_MAX    (RL_YAML_ITEMS_MAX + 1u)
#define CELLS_MAX    4096u
#define CELLS_A_SET  ((uint32_t)RL_MEMORY_COUNT * (uint32_t)RL_START_COUNT)

_Static_assert(RL_YAML_ITEMS_MAX *CELLS_A_SET <= CELLS_MAX, "no plan has more cells than allowed");

const struct rl_yaml *rl_loader_open(struct rl_loader *loader, const char *path)
{
    struct rl_yaml *document = rl_yaml_load(path, &loader->error);
    if (document != NULL) {
        loader->documents[loader->document_count++] = document;
    }
    return document;
}

/* The top of a plan. */
struct sheet {
    struct rl_settings base; /* first: the rows that variants share fill it */
    char about[ABOUT_SIZE];
    const struct rl_yaml *variants, *key;
};

static bool read_plan_name(struct rl_loader *loader, const struct rl_yaml *value,
                           const struct rl_field *field, void *target)
{
    (void)target;
    return rl_read_name(loader, value, field, loader->plan->name);
}

static bool read_later(struct rl_loader *loader, const struct rl_yaml *value,
                       const struct rl_field *field, void *target)
{
    (void)loader;
    memcpy((char *)target + field->offset, &value, sizeof value);
    return true;
}

static bool read_sheet(struct rl_loader *loader, struct sheet *sheet)
{
    static const struct rl_field first[] = {
        {"name", read_plan_name, 0, 0, 0, 0},
        {"about", rl_read_text, offsetof(struct sheet, about), 1, ABOUT_SIZE, 0},
    };
    static const struct rl_field last[] = {
        {"key", read_later, offsetof(struct sheet, key), 0, 0, 0},
        {"variants", read_later, offsetof(struct sheet, variants), 0, 0, 0},
    };
    struct rl_field fields[OWN_FIELDS + RL_SETTINGS_FIELDS];
    memcpy(fields, first, sizeof first);
    memcpy(fields + COUNT(first), rl_settings_fields, RL_SETTINGS_FIELDS * sizeof fields[0]);
    memcpy(fields + COUNT(first) + RL_SETTINGS_FIELDS, last, sizeof last);
    _Static_assert(COUNT(first) + COUNT(last) == OWN_FIELDS, "all have room");
    rl_settings_defaults(&sheet->base);
    sheet->base.where = loader->root;
    if (!rl_read_map(loader, loader->root, "plan", fields, sizeof fields / sizeof fields[0],
                     sheet)) {
        return false;
    }
    return loader->plan->name[0] != '\0' ||
           rl_fail(loader, loader->root, "name is missing; expected a name for the plan");
}

static bool read_key(struct rl_loader *loader, const struct rl_yaml *value)
{
    if (value == NULL || (value->kind == RL_YAML_SCALAR && strcmp(value->text, "test") == 0)) {
        struct rl_key key;
        rl_key_test(&key);
        memcpy(loader->plan->public_key, key.public_key, sizeof key.public_key);
        loader->test_key = true;
        return true;
    }
    if (value->kind != RL_YAML_SCALAR || value->text[0] == '\0') {
        return rl_fail(loader, value, "key: expected test, or the path of a public key");
    }
    char why[RL_IMAGE_WHY_SIZE];
    char *path = rl_path_beside(value->file, value->text);
    if (path == NULL) {
        return rl_fail(loader, value, "out of memory");
    }
    bool loaded = rl_key_load_public(path, loader->plan->public_key, why) ||
                  rl_fail(loader, value, "key \"%.200s\": %s", path, why);
    free(path);
    return loaded;
}

/* Names the cell by what tells it from the others of the plan. */
static void name_cell(const struct rl_settings *settings, struct rl_cell *cell)
{
    char memory[24] = "", start[24] = "", name[2 * sizeof cell->name];
    if (settings->memory_count > 1) {
        snprintf(memory, sizeof memory, "/memory=%s", rl_memory_name(cell->memory));
    }
    if (settings->start_count > 1) {
        snprintf(start, sizeof start, "/start=%s", rl_start_name(cell->start));
    }
    snprintf(name, sizeof name, "%s%s%s", settings->name, memory, start);
    /* Without a variant there is nothing for the first slash to separate. */
    const char *shown = name[0] == '/' ? name + 1 : name[0] == '\0' ? "only" : name;
    snprintf(cell->name, sizeof cell->name, "%.95s", shown);
}

/* Adds the cells of one variant, or of a plan without variants: memory kinds × start states. */
static bool add_cells(struct rl_loader *loader, const struct rl_settings *settings)
{
    struct rl_cell cell;
    struct rl_plan *plan = loader->plan;
    if (!rl_settings_cell(loader, settings, &cell)) {
        return false;
    }
    for (unsigned m = 0; m < settings->memory_count; m++) {
        for (unsigned s = 0; s < settings->start_count; s++) {
            cell.memory = (rl_memory)settings->memories[m];
            cell.start = (rl_start)settings->starts[s];
            name_cell(settings, &cell);
            plan->cells[plan->cell_count++] = cell;
        }
    }
    return true;
}

static bool read_variant(struct rl_loader *loader, const struct rl_yaml *node,
                         struct rl_settings *settings)
{
    struct rl_field fields[2 + RL_SETTINGS_FIELDS] = {
        {"name", rl_read_name, offsetof(struct rl_settings, name), 0, 0, 0},
        {"about", rl_read_remark, 0, 0, 0, 0},
    };
    memcpy(fields + 2, rl_settings_fields, RL_SETTINGS_FIELDS * sizeof fields[0]);
    settings->where = node;
    if (!rl_read_map(loader, node, "variant", fields, sizeof fields / sizeof fields[0], settings)) {
        return false;
    }
    return settings->name[0] != '\0' ||
           rl_fail(loader, node, "name is missing; expected a name for the variant");
}

static bool is_new_name(struct rl_loader *loader, const struct rl_yaml *variants, uint32_t index)
{
    const struct rl_yaml *name = rl_yaml_get(variants->items[index], "name");
    for (uint32_t i = 0; i < index; i++) {
        if (strcmp(rl_yaml_get(variants->items[i], "name")->text, name->text) == 0) {
            return rl_fail(loader, name, "another variant is called \"%s\" already", name->text);
        }
    }
    return true;
}

static bool add_variants(struct rl_loader *loader, const struct sheet *sheet)
{
    const struct rl_yaml *variants = sheet->variants;
    if (variants->kind != RL_YAML_LIST || variants->count == 0) {
        return rl_fail(loader, variants, "variants: expected a list of mappings, each with a name");
    }
    /* Images of the plan that each variant replaces are checked all the same. */
    for (unsigned role = 0; role < RL_IMAGE_ROLES; role++) {
        const struct rl_image_spec *image = NULL;
        if (sheet->base.images[role] != NULL &&
            !rl_recipe_image(loader, sheet->base.images[role], &image)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < variants->count; i++) {
        struct rl_settings settings = sheet->base;
        if (!read_variant(loader, variants->items[i], &settings) ||
            !is_new_name(loader, variants, i) || !add_cells(loader, &settings)) {
            return false;
        }
    }
    return true;
}

/* Results count each different pair of the plan. */
static bool few_pairs(struct rl_loader *loader)
{
    struct rl_class_pair seen[RL_PAIRS_MAX];
    uint32_t count = 0;
    for (uint32_t i = 0; i < loader->plan->cell_count; i++) {
        const struct rl_fault_plan *faults = &loader->plan->cells[i].faults;
        for (uint32_t k = 0; k < faults->pair_count; k++) {
            const struct rl_class_pair *pair = &faults->pairs[k];
            uint32_t at = 0;
            while (at < count &&
                   (seen[at].first != pair->first || seen[at].second != pair->second)) {
                at++;
            }
            if (at == RL_PAIRS_MAX) {
                return rl_fail(loader, loader->root, "more than %u different pairs in one plan",
                               RL_PAIRS_MAX);
            }
            seen[at] = *pair;
            count += at == count;
        }
    }
    return true;
}

/* Reads the plan's file into loader->plan, whose arrays are there. */
static bool load(struct rl_loader *loader, const char *path)
{
    struct rl_plan *plan = loader->plan;
    struct sheet sheet = {.about = ""};
    loader->root = rl_loader_open(loader, path);
    if (loader->root == NULL || !read_sheet(loader, &sheet) || !read_key(loader, sheet.key)) {
        return false;
    }
    plan->about = strdup(sheet.about);
    bool complete = plan->about != NULL && (sheet.variants == NULL ? add_cells(loader, &sheet.base)
                                                                   : add_variants(loader, &sheet));
    return (complete && few_pairs(loader) && rl_plan_digest(plan)) ||
           rl_fail(loader, loader->root, "out of memory");
}

static struct rl_plan *empty_plan(void)
{
    struct rl_plan *plan = calloc(1, sizeof *plan);
    if (plan == NULL) {
        return NULL;
    }
    plan->images = calloc(RL_IMAGES_MAX, sizeof *plan->images);
    plan->cells = calloc((size_t)RL_YAML_ITEMS_MAX * CELLS_A_SET, sizeof *plan->cells);
    plan->selectors = calloc(LISTS_MAX, sizeof *plan->selectors);
    plan->pairs = calloc(LISTS_MAX, sizeof *plan->pairs);
    if (plan->images == NULL || plan->cells == NULL || plan->selectors == NULL ||
        plan->pairs == NULL) {
        rl_plan_free(plan);
        return NULL;
    }
    return plan;
}

struct rl_plan *rl_plan_load(const char *path, char *error, size_t error_size)
{
    struct rl_loader loader = {.error = {error, error_size}, .plan = empty_plan()};
    error[0] = '\0';
    if (loader.plan == NULL) {
        snprintf(error, error_size, "%s:1:1: out of memory", path);
        return NULL;
    }
    bool loaded = load(&loader, path);
    for (uint32_t i = 0; i < loader.document_count; i++) {
        rl_yaml_free(loader.documents[i]);
    }
    if (!loaded) {
        rl_plan_free(loader.plan);
        return NULL;
    }
    return loader.plan;
}

void rl_plan_free(struct rl_plan *plan)
{
    if (plan == NULL) {
        return;
    }
    for (uint32_t i = 0; i < plan->image_count; i++) {
        free(plan->images[i].bytes);
    }
    for (uint32_t i = 0; i < plan->selector_lists; i++) {
        free(plan->selectors[i]);
    }
    for (uint32_t i = 0; i < plan->pair_lists; i++) {
        free(plan->pairs[i]);
    }
    free(plan->selectors);
    free(plan->pairs);
    free(plan->images);
    free(plan->cells);
    free(plan->about);
    free(plan);
}
