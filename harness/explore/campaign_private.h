/* Between the files that run campaigns: campaign.c and worker.c. */
#ifndef RELIGHT_EXPLORE_CAMPAIGN_PRIVATE_H
#define RELIGHT_EXPLORE_CAMPAIGN_PRIVATE_H

#include <sys/types.h>

#include "explore/certificate.h"
#include "explore/deaths.h"
#include "explore/explore.h"
#include "explore/message.h"
#include "explore/sweep.h"

struct rl_worker {
    pid_t pid; /* 0: free */
    int pipe;
    uint32_t cell; /* number of the result */
    bool ended;    /* its last message came */
    struct rl_messages messages;
};

struct rl_campaign {
    const struct rl_plan *plan;
    const struct rl_engines *engines;
    const struct rl_campaign_options *options;
    struct rl_results *results;
    struct rl_cell_progress *progress; /* by result, shared with the workers */
    struct rl_deaths *deaths;          /* by result: of its workers */
    bool *again;                       /* by result: its worker died, and another goes on */
    uint64_t *scenarios;               /* by result, shared: the last ones of careful workers */
    struct rl_cell_result *partial;    /* by result: of blocks that are not done */
    struct rl_certificate_sections sections; /* where a certificate is asked for */
    struct rl_worker *workers;
    bool *changed; /* by result: not stored yet */
    uint32_t next, done;
    double stored; /* when results were stored last */
    char *error;   /* where a line goes when something fails */
    size_t error_size;
    double start, deadline, shown;
    double before; /* seconds that the campaign took before it was taken up again */
};

/* Starts a process for a cell; false, and the cell is lost, when that is not possible. */
bool rl_worker_start(struct rl_campaign *campaign, struct rl_worker *worker, uint32_t cell);
/* Reads what a worker has to say, and waits for its end when that was all. */
void rl_worker_read(struct rl_campaign *campaign, struct rl_worker *worker);

#endif
