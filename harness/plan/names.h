/* The words that a plan's lists may hold, by number; NULL past the last. */
#ifndef RELIGHT_PLAN_NAMES_H
#define RELIGHT_PLAN_NAMES_H

#include "faults/catalogue.h"
#include "oracles/oracles.h"

const char *rl_start_word(unsigned index);
const char *rl_memory_word(unsigned index);
const char *rl_tear_word(unsigned index); /* 0 is RL_TEAR_BETWEEN */
const char *rl_reuse_word(unsigned index);
const char *rl_source_word(unsigned index);
const char *rl_truth_word(unsigned index); /* "false", "true" */
/* 0 is what happens by default. */
const char *rl_light_word(unsigned index);
const char *rl_staging_word(unsigned index);
const char *rl_readable_word(unsigned index);
const char *rl_class_word(unsigned index);
const char *rl_kind_word(unsigned index);
const char *rl_region_word(unsigned index);
const char *rl_property_word(unsigned index);

#endif
