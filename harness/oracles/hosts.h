/* The oracles that judge a run from outside: by what hosts and the adapter's port went through.
 * They look at histories, never at the board, and so are no part of what two states have to agree
 * on to be judged alike. */
#ifndef RELIGHT_ORACLES_HOSTS_H
#define RELIGHT_ORACLES_HOSTS_H

#include "board/history.h"
#include "oracles/judge.h"
#include "world/host.h"

/* io_kept.c */
void rl_judge_io_kept(struct rl_judge *judge, const struct rl_hosts_result *hosts);
/* Where a fault has hosts wait for what is not the adapter's doing: answers, and that all comes
 * back. What a host gave up then may be answered all the same; it takes no notice. */
void rl_judge_io_answered(struct rl_judge *judge, const struct rl_hosts_result *hosts);
/* Where the redundant path failed: the other one is not lost, nor any login on it. */
void rl_judge_io_last_path(struct rl_judge *judge, const struct rl_hosts_result *hosts);
/* outage.c: limits in ms, 0: none. A history that never serves is bootable's to judge. */
void rl_judge_outage(struct rl_judge *judge, const struct rl_port_sums *sums, uint32_t offline_ms,
                     uint32_t dark_ms);
/* After a boot or an update that ended with an image running: it serves. */
void rl_judge_serves(struct rl_judge *judge, int escape, relight_progress progress);

#endif
