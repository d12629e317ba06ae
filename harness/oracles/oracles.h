/* The properties that Relight judges, as data. Each has a file of its own beside this one. */
#ifndef RELIGHT_ORACLES_H
#define RELIGHT_ORACLES_H

/* Indices; extended only at the end. */
typedef enum rl_property {
    RL_PROPERTY_BOOTABLE = 0,
    RL_PROPERTY_WHOLE,
    RL_PROPERTY_AUTHENTIC,
    RL_PROPERTY_KEY_SOUND,
    RL_PROPERTY_PROGRESS,
    RL_PROPERTY_DEVICE_RULES,
    RL_PROPERTY_INVARIANT,
    RL_PROPERTY_DATA_KEPT,
    RL_PROPERTY_MONOTONIC,
    RL_PROPERTY_IO_KEPT,
    RL_PROPERTY_OUTAGE,
    RL_PROPERTY_REFUSAL,
    RL_PROPERTY_COUNT
} rl_property;

struct rl_property_info {
    const char *name;
    const char *holds_when; /* one sentence */
    const char *judged;     /* when it is looked at */
};

const struct rl_property_info *rl_property_info(rl_property property);

#endif
