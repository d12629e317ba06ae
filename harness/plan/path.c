/* Paths as plans write them. */
#define _GNU_SOURCE
#include "plan/path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *rl_path_beside(const char *from, const char *path)
{
    const char *slash = strrchr(from, '/');
    if (path[0] == '/' || slash == NULL) {
        return strdup(path);
    }
    char *joined = NULL;
    if (asprintf(&joined, "%.*s/%s", (int)(slash - from), from, path) < 0) {
        return NULL;
    }
    return joined;
}

const char *rl_path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}
