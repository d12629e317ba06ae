/* relight run --without CLASS[,CLASS]... */
#include "cli/commands.h"

#include <stdio.h>
#include <string.h>

#include "plan/names.h"
#include "plan/suggest.h"

#define NAME_SIZE 64u

static const char *class_word(const void *list, unsigned index)
{
    (void)list;
    return rl_class_word(index);
}

static int no_class(const char *name)
{
    struct rl_words words = {.word = class_word};
    char hint[RL_HINT_SIZE];

    while (rl_class_word(words.count) != NULL) {
        words.count++;
    }
    rl_suggest(&words, name, hint);
    return rl_cli_fail(RL_EXIT_USAGE, "--without: unknown fault class \"%.40s\"; %s", name, hint);
}

/* The class at the start of `list`, up to a comma; *rest is what follows it. */
static int next_class(const char *list, const char **rest, rl_class *found)
{
    char name[NAME_SIZE];
    size_t length = strcspn(list, ",");

    (void)snprintf(name, sizeof name, "%.*s", length < NAME_SIZE ? (int)length : (int)NAME_SIZE - 1,
                   list);
    *found = rl_class_find(name);
    *rest = list + length + (list[length] == ',' && list[length + 1] != '\0');
    return *found == RL_CLASS_COUNT ? no_class(name) : 0;
}

int rl_cli_without(struct rl_plan *plan, const char *path, const char *list)
{
    rl_class_set without = {{0, 0}};
    const char *rest = list;

    do {
        rl_class found = RL_CLASS_COUNT;
        int code = next_class(rest, &rest, &found);

        if (code != 0) {
            return code;
        }
        if (!rl_plan_has_class(plan, found)) {
            return rl_cli_fail(RL_EXIT_USAGE, "--without: %s has no faults of class %s", path,
                               rl_class_info(found)->name);
        }
        rl_class_add(&without, found);
    } while (rest[0] != '\0');
    rl_plan_without(plan, &without);
    return 0;
}
