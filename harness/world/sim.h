/* What the files of the hosts' simulation share: course.c has the loop, host.c the hosts, adapter.c
 * what they see of an adapter, path.c logins and recoveries, order.c the storage system's part,
 * loss.c a path that fails. */
#ifndef RELIGHT_WORLD_SIM_H
#define RELIGHT_WORLD_SIM_H

#include "world/host.h"
#include "world/ledger.h"
#include "world/times.h"

#define RL_NEVER UINT64_MAX

/* A command on its way over a path. */
struct rl_exchange {
    uint32_t command;
    uint32_t number; /* unique in a host */
    uint64_t sent_ns;
};

/* A command that waits for a path. */
struct rl_pending {
    uint32_t command;
    bool sent; /* before */
    uint64_t since_ns;
};

typedef enum rl_path_state {
    RL_PATH_READY = 0, /* logged in */
    RL_PATH_DARK,      /* the light is off */
    RL_PATH_LOGIN,     /* the light is back; validation or login under way */
    RL_PATH_BAD,       /* removed from the group */
    RL_PATH_RECOVERY   /* removed; login and test under way */
} rl_path_state;

struct rl_path {
    uint32_t host, index, adapter;
    rl_path_state state;
    bool full;         /* of a login: from the beginning; nothing of before is open any more */
    bool waiting;      /* for the adapter to answer logins */
    uint64_t timer_ns; /* of the state; RL_NEVER: none */
    uint64_t dark_ns;  /* since when the light is off */
    uint32_t resets;   /* of the adapter, when the host logged in */
    struct rl_exchange open[RL_QUEUE_DEPTH]; /* oldest first */
    uint32_t open_count;
};

struct rl_sim_host {
    const struct rl_host *plan;
    struct rl_path paths[RL_WORLD_ADAPTERS];
    struct rl_pending pending[(RL_WORLD_ADAPTERS + 1) * RL_QUEUE_DEPTH]; /* oldest first */
    uint32_t pending_count;
    uint64_t tick_ns, interval_ns;
    uint32_t turn;     /* path that is next */
    uint32_t number;   /* of the next exchange */
    bool told_no_path; /* in this outage */
    uint64_t last_answer_ns;
    struct rl_ledger ledger;
    struct rl_host_sums sums;
};

/* A command that an adapter has taken and not answered. */
struct rl_entry {
    uint32_t host, path, command, number;
    uint64_t ready_ns; /* a cluster has served it; RL_NEVER: not given to one yet */
    uint64_t held_ns;  /* since when it waits for the adapter; RL_NEVER: it does not */
};

#define RL_ENTRIES (RL_WORLD_HOSTS * RL_QUEUE_DEPTH)

typedef enum rl_update_state {
    RL_UPDATE_WAITS = 0,
    RL_UPDATE_GOES,
    RL_UPDATE_DONE
} rl_update_state;

struct rl_sim_adapter {
    const struct rl_port_history *history; /* NULL: not updated */
    rl_update_state update;
    uint64_t base_ns; /* in the history: where the world joins it */
    uint64_t start_ns;
    size_t next; /* event */
    bool accepting, processing, light;
    uint64_t lit_ns; /* since when the light is on, while it is */
    uint32_t resets;
    struct rl_entry entries[RL_ENTRIES]; /* oldest first */
    uint32_t count;
};

struct rl_sim {
    const struct rl_world *world;
    struct rl_hosts_result *result;
    uint64_t now_ns;
    uint64_t notify_ns; /* the storage system starts the next update; RL_NEVER: none to start */
    uint64_t stop_ns;   /* no new command from here on */
    uint64_t limit_ns;  /* of waiting for paths to come back */
    bool all_back;      /* adapters and paths, since stop_ns was set */
    uint64_t loss_ns, restore_ns; /* of the link to the first adapter; RL_NEVER: none to come */
    bool lost;
    struct rl_cluster clusters[RL_CLUSTERS];
    struct rl_sim_adapter adapters[RL_WORLD_ADAPTERS];
    struct rl_sim_host hosts[RL_WORLD_HOSTS];
};

/* A command by its number: its logical unit, and whether it writes. */
static inline uint32_t rl_command_unit(uint32_t command)
{
    return command % RL_LOGICAL_UNITS;
}

static inline bool rl_command_writes(uint32_t command)
{
    return command / RL_LOGICAL_UNITS % 3u == 0; /* two reads to a write: a choice */
}

/* ---- adapter.c ---- */
void rl_adapter_init(struct rl_sim_adapter *adapter, const struct rl_port_history *history);
void rl_adapter_start(struct rl_sim *sim, uint32_t index);
/* When something happens there next. */
uint64_t rl_adapter_next(const struct rl_sim *sim, const struct rl_sim_adapter *adapter);
/* The events of its history that are due, then the answers that are. */
void rl_adapter_due(struct rl_sim *sim, uint32_t index);
/* A command arrives; nothing happens when the adapter does not take it. */
void rl_adapter_take(struct rl_sim *sim, const struct rl_path *path,
                     const struct rl_exchange *exchange);
/* An abort of exchange `number`, or with RL_ABORT_ALL of all of the path. */
#define RL_ABORT_ALL UINT32_MAX
void rl_adapter_abort(struct rl_sim *sim, const struct rl_path *path, uint32_t number);
/* The history has ended, and the adapter serves. */
bool rl_adapter_done(const struct rl_sim *sim, const struct rl_sim_adapter *adapter);

/* The link to it goes down, or comes back. */
void rl_adapter_link(struct rl_sim *sim, uint32_t index, bool up);

/* ---- loss.c ---- */
void rl_loss_plan(struct rl_sim *sim, uint64_t at_ns, uint64_t until_ns);
uint64_t rl_loss_next(const struct rl_sim *sim);
void rl_loss_due(struct rl_sim *sim);
/* A login on the path ends: whether its host has no other path because of the loss. */
bool rl_loss_cuts_off(const struct rl_sim *sim, const struct rl_path *path);

/* ---- path.c ---- */
void rl_path_light(struct rl_sim *sim, struct rl_path *path, bool on);
/* The adapter began to accept commands, and so answers logins. */
void rl_path_accepting(struct rl_sim *sim, struct rl_path *path);
void rl_path_timer(struct rl_sim *sim, struct rl_path *path);
/* A command on it timed out, or the adapter did not come back in that time. */
void rl_path_remove(struct rl_sim *sim, struct rl_path *path);
/* A command sent there now would be taken. */
bool rl_path_usable(const struct rl_sim *sim, const struct rl_path *path);

/* ---- host.c ---- */
/* Everything open on a path ends there and will be sent again. */
void rl_host_give_back(struct rl_sim *sim, struct rl_path *path);
void rl_host_answered(struct rl_sim *sim, const struct rl_entry *entry);
/* When something happens there next; and what is due. */
uint64_t rl_host_next(const struct rl_sim_host *host);
void rl_host_due(struct rl_sim *sim, struct rl_sim_host *host);

/* ---- order.c ---- */
void rl_order_init(struct rl_sim *sim);
/* Starts what is due, and looks what is done. */
void rl_order_step(struct rl_sim *sim);

#endif
