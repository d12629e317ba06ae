/* The plan that a token names, for the subcommands that take one. */
#include "cli/commands.h"

#include <stdio.h>
#include <string.h>

/* A token comes from anywhere: of what is not printable only a mark reaches the terminal. */
static void malformed(const char *token)
{
    char shown[81];
    size_t size = strnlen(token, sizeof shown - 1);
    for (size_t i = 0; i < size; i++) {
        shown[i] = (char)(token[i] < ' ' || token[i] > '~' ? '?' : token[i]);
    }
    shown[size] = '\0';
    rl_cli_fail(RL_EXIT_USAGE,
                "malformed token \"%s\"; expected \"PLAN[/CELL] FAULT... #DIGESTS\", in "
                "single quotes, see docs/tokens.md",
                shown);
}

struct rl_plan *rl_cli_token_plan(const char *token, const char *plan_path)
{
    char name[64];
    char path[4096];
    if (strchr(token, '\n') != NULL || !rl_token_plan(token, name, sizeof name)) {
        malformed(token);
        return NULL;
    }
    if (plan_path != NULL) {
        return rl_cli_plan(plan_path);
    }
    if (!rl_cli_locate(name, path, sizeof path)) {
        rl_cli_fail(RL_EXIT_USAGE,
                    "no plan \"%s\": neither faultplans/%s.yaml nor %s/%s.yaml is there; name its "
                    "file with --plan",
                    name, name, RELIGHT_PLAN_DIR, name);
        return NULL;
    }
    return rl_cli_plan(path);
}
