/* A test program whose tests are in groups: `test_NAME` runs all of them, `test_NAME GROUP` one.
 *
 *     struct groups groups = groups_of(argc, argv);
 *
 *     RUN_GROUP(groups, words); the tests in words_group[]
 *     return groups_end(&groups);
 *
 * Include it behind cmocka.h. */
#ifndef GROUPS_H
#define GROUPS_H

#include <stdbool.h>

struct groups {
    const char *only; /* NULL: all */
    int failed;       /* tests */
    bool found;
};

struct groups groups_of(int argc, char **argv);
/* Whether this group is to be run. */
bool groups_take(struct groups *groups, const char *name);
/* What main() returns: it failed when a test did, and when no group is called as it was asked. */
int groups_end(const struct groups *groups);

#define RUN_GROUP(groups, name) RUN_GROUP_WITH(groups, name, NULL, NULL)
/* With a set-up and a tear-down of the whole group. */
#define RUN_GROUP_WITH(groups, name, set_up, tear_down)                                            \
    do {                                                                                           \
        if (groups_take(&(groups), #name)) {                                                       \
            (groups).failed +=                                                                     \
                cmocka_run_group_tests_name(#name, name##_group, set_up, tear_down);               \
        }                                                                                          \
    } while (0)

#endif
