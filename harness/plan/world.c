#include "plan/world.h"

#include <stddef.h>
#include <string.h>

#include "oracles/data_kept.h"
#include "oracles/oracles.h"
#include "plan/names.h"
#include "plan/settings.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define IN(member)   offsetof(struct rl_settings, world.member)

static bool read_source(struct rl_loader *loader, const struct rl_yaml *value,
                        const struct rl_field *field, void *target)
{
    (void)field;
    struct rl_settings *settings = target;
    unsigned index = 0;
    if (!rl_read_word(loader, value, "source", rl_source_word, &index)) {
        return false;
    }
    settings->world.source = (rl_source)index;
    return true;
}

static bool read_light(struct rl_loader *loader, const struct rl_yaml *value,
                       const struct rl_field *field, void *target)
{
    return rl_read_flag(loader, value, field, rl_light_word, target);
}

static bool read_staging(struct rl_loader *loader, const struct rl_yaml *value,
                         const struct rl_field *field, void *target)
{
    return rl_read_flag(loader, value, field, rl_staging_word, target);
}

static bool read_key(struct rl_loader *loader, const struct rl_yaml *value,
                     const struct rl_field *field, void *target)
{
    return rl_read_flag(loader, value, field, rl_readable_word, target);
}

bool rl_world_read(struct rl_loader *loader, const struct rl_yaml *value,
                   const struct rl_field *field, void *target)
{
    static const struct rl_field fields[] = {
        {"adapters", rl_read_u32, IN(adapters), 1, 4, 0},
        {"hosts", rl_read_u32, IN(hosts), 0, 8, 0},
        {"source", read_source, 0, 0, 0, 0},
        {"light", read_light, IN(keep_light), 0, 0, 0},
        {"staging", read_staging, IN(flush_staging), 0, 0, 0},
        {"key", read_key, IN(spoil_key), 0, 0, 0},
        {"data_every", rl_read_u32, IN(data_every), 0, 1000000, 0},
        {"data_item", rl_read_u32, IN(data_item), 0, RL_DATA_ITEMS - 1u, 0},
        {"data_least", rl_read_u32, IN(data_least), 1, UINT32_MAX / 2u, 0},
    };
    (void)field;
    struct rl_settings *settings = target;
    settings->world_where = value;
    return rl_read_map(loader, value, "world", fields, COUNT(fields), target);
}

static bool read_refused(struct rl_loader *loader, const struct rl_yaml *value,
                         const struct rl_field *field, void *target)
{
    struct rl_settings *settings = target;
    const size_t size = sizeof settings->expect.reason;
    char word[64];
    (void)field;
    if (!rl_read_name(loader, value, &(struct rl_field){"refused", NULL, 0, 0, 0, 0}, word)) {
        return false;
    }
    if (strlen(word) >= size) {
        return rl_fail(loader, value,
                       "refused is \"%s\"; expected a word of at most %zu characters", word,
                       size - 1);
    }
    memset(settings->expect.reason, 0, size);
    if (strcmp(word, "any") != 0) {
        memcpy(settings->expect.reason, word, strlen(word) + 1);
    }
    settings->expect.refused = true;
    return true;
}

bool rl_expectation_read(struct rl_loader *loader, const struct rl_yaml *value,
                         const struct rl_field *field, void *target)
{
    static const struct rl_field fields[] = {{"refused", read_refused, 0, 0, 0, 0}};
    (void)field;
    struct rl_settings *settings = target;
    settings->expect_where = value;
    return rl_read_map(loader, value, "expectation", fields, COUNT(fields), target) &&
           (value->count > 0 ||
            rl_fail(loader, value, "expect: expected refused, such as {refused: hardware}"));
}

/* Who asks for a property by name gets a verdict on it: one that nothing in the plan can violate is
 * a mistake. Where none is named, those that have nothing to judge are quiet. */
static bool properties_have_work(struct rl_loader *loader, const struct rl_settings *settings)
{
    const struct {
        rl_property property;
        bool works;
        const char *needs;
    } rows[] = {
        {RL_PROPERTY_DATA_KEPT, settings->world.data_every > 0, "world: {data_every: 1} or more"},
        {RL_PROPERTY_IO_KEPT, settings->world.hosts > 0, "world: {hosts: 1} or more"},
        {RL_PROPERTY_REFUSAL, settings->expect.refused, "expect: {refused: WORD}"},
    };
    for (size_t i = 0; i < COUNT(rows) && settings->properties_where != NULL; i++) {
        if ((settings->properties >> rows[i].property & 1u) != 0 && !rows[i].works) {
            return rl_fail(loader, settings->properties_where,
                           "%s has nothing to judge here; expected %s, or properties without it",
                           rl_property_info(rows[i].property)->name, rows[i].needs);
        }
    }
    return true;
}

bool rl_world_check(struct rl_loader *loader, const struct rl_settings *settings)
{
    const struct rl_world_plan *world = &settings->world;
    if (world->source == RL_SOURCE_RELAY && world->adapters < 2) {
        return rl_fail(loader, settings->world_where,
                       "source relay sends what another adapter was updated to; expected "
                       "adapters: 2 or more");
    }
    if (world->data_least > 0 && world->data_every == 0) {
        return rl_fail(loader, settings->world_where,
                       "data_least is of data that changes; expected data_every: 1 or more");
    }
    if (settings->expect.refused && world->adapters > 1) {
        return rl_fail(loader, settings->expect_where,
                       "the update is offered to %u adapters, and the first would refuse it; "
                       "expected adapters: 1",
                       world->adapters);
    }
    return properties_have_work(loader, settings);
}
