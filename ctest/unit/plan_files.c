/* Plans in a folder of their own, for tests. */
#define _GNU_SOURCE
#include "plan_files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];

int plan_files_begin(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/relight-test-plan-XXXXXX");
    return mkdtemp(folder) == NULL ? -1 : 0;
}

int plan_files_end(void **state)
{
    static const char *const names[] = {"plan.yaml", "device.yaml", "key.pub", "a.img", "b.bin"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        unlink(plan_path(names[i]));
    }
    return rmdir(folder);
}

const char *plan_folder(void)
{
    return folder;
}

const char *plan_path(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%.48s", folder, name);
    return path;
}

void plan_write(const char *name, const void *bytes, size_t size)
{
    FILE *file = fopen(plan_path(name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

struct rl_plan *plan_try(const char *text, char error[ERROR_SIZE])
{
    plan_write("plan.yaml", text, strlen(text));
    return rl_plan_load(plan_path("plan.yaml"), error, ERROR_SIZE);
}

struct rl_plan *plan_load(const char *text)
{
    char error[ERROR_SIZE];
    struct rl_plan *plan = plan_try(text, error);
    if (plan == NULL) {
        fail_msg("not loaded: %s\n%s", error, text);
    }
    return plan;
}

void plan_refused(const char *text, const char *place, const char *part)
{
    char error[ERROR_SIZE], start[320];
    struct rl_plan *plan = plan_try(text, error);
    if (plan != NULL) {
        rl_plan_free(plan);
        fail_msg("accepted:\n%s", text);
    }
    snprintf(start, sizeof start, "%s:%s: ", plan_path("plan.yaml"), place);
    if (strncmp(error, start, strlen(start)) != 0 || strstr(error, part) == NULL ||
        strchr(error, '\n') != NULL) {
        fail_msg("expected \"%s…%s…\", got \"%s\" for\n%s", start, part, error, text);
    }
}
