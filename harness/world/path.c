/* A host's path to an adapter: loss of light, login, removal from the path group, recovery. */
#include "world/sim.h"

#define NS_LOGIN (RL_NS_FLOGI + RL_NS_PLOGI + RL_NS_PRLI)
#define NS_TEST  (RL_LOGICAL_UNITS * RL_NS_TEST_UNIT)

/* Writes "host 1, adapter 2: " and what happened. */
static void tell(struct rl_sim *sim, const struct rl_path *path, const char *what)
{
    rl_happened(&sim->result->happenings, sim->now_ns, "host %u, adapter %u: %s", path->host + 1,
                path->adapter + 1, what);
}

static const struct rl_sim_adapter *adapter_of(const struct rl_sim *sim, const struct rl_path *path)
{
    return &sim->adapters[path->adapter];
}

static struct rl_host_sums *sums_of(struct rl_sim *sim, const struct rl_path *path)
{
    return &sim->hosts[path->host].sums;
}

/* When the host stops waiting for a port that went away. */
static uint64_t lost_ns(const struct rl_sim *sim, const struct rl_path *path)
{
    return path->dark_ns + RL_NS_PORT_LOST(sim->hosts[path->host].plan->timeout_ns);
}

static bool answers_logins(const struct rl_sim_adapter *adapter)
{
    return adapter->light && adapter->accepting;
}

bool rl_path_usable(const struct rl_sim *sim, const struct rl_path *path)
{
    return path->state == RL_PATH_READY && answers_logins(adapter_of(sim, path));
}

/* What was open before ends, and the login begins from the beginning. */
static void log_out(struct rl_sim *sim, struct rl_path *path)
{
    path->full = true;
    sim->result->cut_off += rl_loss_cuts_off(sim, path);
    rl_host_give_back(sim, path);
}

static void logged_in(struct rl_sim *sim, struct rl_path *path)
{
    if (path->full) {
        /* A new login ends what the adapter still has of the one before. */
        rl_adapter_abort(sim, path, RL_ABORT_ALL);
        sums_of(sim, path)->logins_full++;
        tell(sim, path, "logged in from the beginning (FLOGI, PLOGI, PRLI)");
    } else {
        sums_of(sim, path)->logins_fast++;
        tell(sim, path, "login validated (ADISC), open commands go on");
    }
    path->state = RL_PATH_READY;
    path->full = false;
    path->timer_ns = RL_NEVER;
    path->resets = adapter_of(sim, path)->resets;
}

void rl_path_light(struct rl_sim *sim, struct rl_path *path, bool on)
{
    if (path->state == RL_PATH_BAD) {
        return;
    }
    if (path->state == RL_PATH_RECOVERY) {
        path->state = on ? RL_PATH_RECOVERY : RL_PATH_BAD;
    } else if (on) {
        path->state = RL_PATH_LOGIN;
        path->waiting = false;
        path->timer_ns = sim->now_ns + RL_NS_LINK_UP + (path->full ? NS_LOGIN : RL_NS_ADISC);
        tell(sim, path, "link up, logs in");
    } else {
        path->state = RL_PATH_DARK;
        path->dark_ns = sim->now_ns;
        path->timer_ns = path->full ? lost_ns(sim, path) : sim->now_ns + RL_NS_REVALIDATE;
        tell(sim, path, "link down, sends nothing there");
    }
}

void rl_path_accepting(struct rl_sim *sim, struct rl_path *path)
{
    if (path->state == RL_PATH_LOGIN && path->waiting) {
        path->waiting = false;
        path->timer_ns = sim->now_ns + (path->full ? NS_LOGIN : RL_NS_ADISC);
    } else if (path->state == RL_PATH_READY && path->resets != adapter_of(sim, path)->resets) {
        tell(sim, path, "the adapter has forgotten the login");
        path->state = RL_PATH_LOGIN;
        path->dark_ns = sim->now_ns;
        log_out(sim, path);
        path->timer_ns = sim->now_ns + NS_LOGIN;
    }
}

void rl_path_remove(struct rl_sim *sim, struct rl_path *path)
{
    tell(sim, path, "port labelled bad, path removed from its group");
    sums_of(sim, path)->paths_removed++;
    for (uint32_t i = 0; i < path->open_count; i++) {
        rl_adapter_abort(sim, path, path->open[i].number);
    }
    path->state = RL_PATH_BAD;
    log_out(sim, path);
    path->timer_ns = sim->now_ns + RL_NS_POLL;
}

/* The steps of a login are over, or the adapter did not begin to answer them in time. */
static void login_timer(struct rl_sim *sim, struct rl_path *path)
{
    const struct rl_sim_adapter *adapter = adapter_of(sim, path);

    if (!answers_logins(adapter)) {
        if (sim->now_ns >= lost_ns(sim, path)) {
            rl_path_remove(sim, path);
        } else {
            path->waiting = true;
            path->timer_ns = lost_ns(sim, path);
        }
    } else if (!path->full && (sim->now_ns > path->dark_ns + RL_NS_REVALIDATE ||
                               path->resets != adapter->resets)) {
        tell(sim, path, "login not valid any more, open commands end");
        log_out(sim, path);
        path->timer_ns = sim->now_ns + NS_LOGIN;
    } else {
        logged_in(sim, path);
    }
}

static void dark_timer(struct rl_sim *sim, struct rl_path *path)
{
    if (path->full) {
        rl_path_remove(sim, path);
        return;
    }
    tell(sim, path, "logged out, open commands end");
    log_out(sim, path);
    path->timer_ns = lost_ns(sim, path);
}

static void recovery_timer(struct rl_sim *sim, struct rl_path *path)
{
    const struct rl_sim_adapter *adapter = adapter_of(sim, path);

    if (!answers_logins(adapter) || !adapter->processing ||
        sim->now_ns < adapter->lit_ns + RL_NS_LINK_UP) {
        path->state = RL_PATH_BAD;
        path->timer_ns = sim->now_ns + RL_NS_POLL;
    } else if (path->state == RL_PATH_BAD) {
        tell(sim, path, "recovery begins: login, test of each logical unit");
        path->state = RL_PATH_RECOVERY;
        path->timer_ns = sim->now_ns + NS_LOGIN + NS_TEST;
    } else {
        logged_in(sim, path);
        sums_of(sim, path)->paths_restored++;
        tell(sim, path, "path restored to its group");
    }
}

void rl_path_timer(struct rl_sim *sim, struct rl_path *path)
{
    switch (path->state) {
    case RL_PATH_DARK:
        dark_timer(sim, path);
        break;
    case RL_PATH_LOGIN:
        login_timer(sim, path);
        break;
    case RL_PATH_BAD:
    case RL_PATH_RECOVERY:
        recovery_timer(sim, path);
        break;
    case RL_PATH_READY:
    default:
        path->timer_ns = RL_NEVER;
        break;
    }
}
