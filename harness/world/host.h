/* Hosts that read and write through the adapters while these are updated.
 *
 * Hosts do not influence an adapter's update: the adapter takes their commands and serves them, or
 * does not, by its own state alone. So hosts are simulated after a run, over what the adapters'
 * histories (board/history.h) show to the outside. That keeps the exploration of crash states
 * exact: no crash state depends on what a host did.
 *
 * A host sends a command every 10 ms for each of its paths, in turn over the paths of its group and
 * over the logical units. A path leaves the group when a command on it is not answered within the
 * host's timeout: the port is labelled bad, what is open there is aborted and sent again on another
 * path, and the path is looked at again every 5 s until a recovery (login and test) succeeds. When
 * the light of an adapter goes off, the host sends nothing there; open commands stay open. When it
 * returns soon, the login is validated and they go on; else they end, the host logs in from the
 * beginning, and sends them again. world/times.h has each figure and its source.
 *
 * Deterministic, in integers; world time begins with 0 when the hosts begin. */
#ifndef RELIGHT_WORLD_HOST_H
#define RELIGHT_WORLD_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "board/history.h"
#include "world/happenings.h"
#include "world/storage.h"

#define RL_WORLD_HOSTS    8u
#define RL_WORLD_ADAPTERS 4u

struct rl_host {
    uint64_t timeout_ns;
    uint32_t paths;                      /* 1 to RL_WORLD_ADAPTERS; 2 or more are redundant */
    uint32_t adapter[RL_WORLD_ADAPTERS]; /* by path; no two the same */
};

struct rl_world {
    uint32_t adapters; /* 1 to RL_WORLD_ADAPTERS */
    /* Of each adapter's boot and update, borrowed; NULL: it is not updated and always serves. World
     * and history are joined where the history first serves: a history that never does is joined at
     * its beginning. */
    const struct rl_port_history *history[RL_WORLD_ADAPTERS];
    uint32_t hosts; /* 0 to RL_WORLD_HOSTS */
    struct rl_host host[RL_WORLD_HOSTS];
    rl_order order;
    uint64_t medium_ns; /* before the first adapter is notified: rl_storage_medium_ns() or 0 */
    /* The redundant path fails: the link to the first adapter goes down when the history of the
     * last one, which is updated, is at `loss_ns`, and is back at its end. */
    bool loses_path;
    uint64_t loss_ns;
};

/* The usual picture: of each three hosts two are on redundant paths through a switch, to every
 * adapter, and the third is connected directly to the adapter that is updated last. With
 * `adapters` 1 there are two all the same: the first is not updated, so that redundant paths are
 * what they are called. Timeouts are 30 s, 45 s and 60 s in turn.
 * All that are updated get the same history; the caller may give others to those before the last.
 * `adapters` 1 to RL_WORLD_ADAPTERS, `hosts` 0 to RL_WORLD_HOSTS. */
void rl_world_usual(struct rl_world *world, uint32_t adapters, uint32_t hosts,
                    const struct rl_port_history *history);

struct rl_host_sums {
    uint64_t issued;         /* commands that the host had to do */
    uint64_t accepted;       /* of these, taken by an adapter */
    uint64_t answered;       /* of these, answered */
    uint64_t answered_twice; /* answered by adapters more than once */
    uint64_t unanswered;     /* accepted, and never answered */
    uint64_t undone;         /* never answered, accepted or not */
    uint64_t held;           /* waited for an adapter that accepted and did not process */
    uint64_t retried;        /* sent again: after a timeout, an abort or a new login */
    uint64_t timeouts;
    uint64_t paths_removed, paths_restored;
    uint64_t logins_fast, logins_full; /* validated with ADISC; from the beginning */
    uint64_t longest_hold_ns;
    uint64_t longest_wait_ns; /* without any answer, on all paths together */
    uint64_t outage_ns;       /* no path on which an adapter would take a command */
    uint32_t least_paths;     /* fewest such paths at any time */
};

struct rl_hosts_result {
    uint32_t hosts;
    struct rl_host_sums host[RL_WORLD_HOSTS];
    /* Sums; of times the longest; least_paths of hosts on redundant paths only, 0 without such. */
    struct rl_host_sums total;
    bool redundant;   /* there are hosts on redundant paths */
    uint64_t cut_off; /* logins that ended while a host on redundant paths had no other path left
                       * because one had failed */
    uint64_t served[RL_CLUSTERS];
    uint32_t updated; /* adapters whose update was started and that serve again, all logged in */
    uint64_t started_ns[RL_WORLD_ADAPTERS]; /* of each update; UINT64_MAX: never */
    uint64_t end_ns;
    bool
        settled; /* all adapters updated, all paths there, nothing open; else a limit was reached */
    struct rl_happenings happenings;
};

/* Simulates `world` until all is settled or does not settle any more. Release `result` with
 * rl_hosts_free(). */
void rl_hosts_run(const struct rl_world *world, struct rl_hosts_result *result);
void rl_hosts_free(struct rl_hosts_result *result);

#endif
