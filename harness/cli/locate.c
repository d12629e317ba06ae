/* Where the plan that a token names lies. */
#include "cli/commands.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool rl_cli_locate(const char *name, char *path, size_t size)
{
    static const char *const folders[] = {"faultplans", RELIGHT_PLAN_DIR};
    /* The name comes out of a token that anybody may have sent: it names a plan, not a path. */
    if (name[0] == '\0' || name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] != '\0') {
        return false;
    }
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        int length = snprintf(path, size, "%s/%s.yaml", folders[i], name);
        if (length > 0 && (size_t)length < size && access(path, R_OK) == 0) {
            return true;
        }
    }
    return false;
}

static bool same_file(const char *a, const char *b)
{
    struct stat status_a, status_b;
    return stat(a, &status_a) == 0 && stat(b, &status_b) == 0 &&
           status_a.st_dev == status_b.st_dev && status_a.st_ino == status_b.st_ino;
}

/* Writes " --option 'value'" quoted for a shell. */
static void print_option(FILE *out, const char *option, const char *value)
{
    fprintf(out, "%s%s ", ftell(out) > 0 ? " " : "", option);
    rl_print_quoted(out, value);
}

/* Whether each cell names this engine anyway. */
static bool is_own_engine(const struct rl_plan *plan, const char *engine)
{
    for (uint32_t i = 0; i < plan->cell_count; i++) {
        if (strcmp(plan->cells[i].engine, engine) != 0) {
            return false;
        }
    }
    return true;
}

char *rl_cli_replay_options(const struct rl_plan *plan, const char *plan_path, const char *engine)
{
    char found[4096];
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        return NULL;
    }
    if (!rl_cli_locate(plan->name, found, sizeof found) || !same_file(found, plan_path)) {
        print_option(out, "--plan", plan_path);
    }
    if (engine != NULL && !is_own_engine(plan, engine)) {
        print_option(out, "--engine", engine);
    }
    fclose(out);
    return text;
}
