/* The fault classes that Relight knows, as data. `relight faults` prints this table; plans name its
 * rows; counts in results are kept by its indices. */
#ifndef RELIGHT_FAULTS_CATALOGUE_H
#define RELIGHT_FAULTS_CATALOGUE_H

#include <stdint.h>

/* Indices into the catalogue; extended only at the end. */
typedef enum rl_class {
    RL_CLASS_CUT_BEFORE = 0,
    RL_CLASS_CUT_AFTER,
    RL_CLASS_TORN_PROGRAM_PREFIX,
    RL_CLASS_TORN_PROGRAM_SUFFIX,
    RL_CLASS_TORN_ERASE,
    RL_CLASS_WEAK_ERASE,
    RL_CLASS_ERASE_PREPROGRAM,
    RL_CLASS_LOST_UNFLUSHED,
    RL_CLASS_WARM_RESET,
    RL_CLASS_NESTED_CUT,
    RL_CLASS_COUNT
} rl_class;

struct rl_class_info {
    const char *name;
    const char *physics;    /* one sentence */
    const char *parameters; /* what a plan may set, with unit and default; "none" */
    const char *applies;    /* operations that it can hit */
    const char *owes;       /* "survive", "stop safely" or "detect" */
    const char *source;
};

const struct rl_class_info *rl_class_info(rl_class index);
/* Index of the class called `name`, or RL_CLASS_COUNT. */
rl_class rl_class_find(const char *name);

#endif
