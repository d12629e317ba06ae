#include "groups.h"

#include <stddef.h>
#include <string.h>

struct groups groups_of(int argc, char **argv)
{
    return (struct groups){.only = argc > 1 ? argv[1] : NULL};
}

bool groups_take(struct groups *groups, const char *name)
{
    bool taken = groups->only == NULL || strcmp(groups->only, name) == 0;

    groups->found |= taken;
    return taken;
}

int groups_end(const struct groups *groups)
{
    return groups->failed != 0 || !groups->found;
}
