/* Simulated durations of hosts, fabric and storage system, in nanoseconds. Nothing here is measured
 * on the machine that runs Relight, and nothing is fitted to a result. */
#ifndef RELIGHT_WORLD_TIMES_H
#define RELIGHT_WORLD_TIMES_H

#include <stdint.h>

#define RL_NS_MS                    UINT64_C(1000000)
#define RL_NS_S                     UINT64_C(1000000000)

/* How long hosts wait for the answer to a command. 30 s: SD_TIMEOUT of Linux's SCSI disk driver
 * (drivers/scsi/sd.h). 60 s: what vendors of disk arrays have their users set for it. 45 s lies
 * between: a choice, so that three hosts show three limits. */
#define RL_NS_TIMEOUT_SHORT         (30 * RL_NS_S)
#define RL_NS_TIMEOUT_MIDDLE        (45 * RL_NS_S)
#define RL_NS_TIMEOUT_LONG          (60 * RL_NS_S)

/* A link comes up: FC-FS R_T_TOV, 100 ms, the longest that a receiver may take to find
 * synchronization. Fixed speed; none is negotiated (a choice). */
#define RL_NS_LINK_UP               (100 * RL_NS_MS)
/* FC-PLDA RR_TOV, 2 s: how long the state of open exchanges is kept for an authentication of the
 * login (ADISC or PDISC). The standard's target counts from the return of the link. Here it is from
 * its loss, which is stricter: a choice. */
#define RL_NS_REVALIDATE            (2 * RL_NS_S)
/* Link services, request and answer, each handled by firmware: a choice. The standards have upper
 * bounds only (FC-FS: 2 * R_A_TOV, 20 s). */
#define RL_NS_ADISC                 (5 * RL_NS_MS)
#define RL_NS_FLOGI                 (20 * RL_NS_MS)
#define RL_NS_PLOGI                 (20 * RL_NS_MS)
#define RL_NS_PRLI                  (10 * RL_NS_MS)
/* A removed path is looked at again so often: polling_interval of Linux's multipath.conf(5). */
#define RL_NS_POLL                  (5 * RL_NS_S)
/* TEST UNIT READY, the last step of a recovery, on each logical unit: a choice. */
#define RL_NS_TEST_UNIT             (1 * RL_NS_MS)

/* How long a host waits for a port that went away, before it labels it bad: as long as for a
 * command (a choice). Linux has such a timer, too: lpfc_devloss_tmo of its lpfc driver is 30 s,
 * dev_loss_tmo of its FC transport 60 s. */
#define RL_NS_PORT_LOST(timeout_ns) (timeout_ns)

/* A command every so often on each path: a choice; small beside any outage that matters, and well
 * below what the storage system can serve. */
#define RL_NS_COMMAND               (10 * RL_NS_MS)
/* What a cluster's processor takes for a command that finds its data in its cache: a choice. */
#define RL_NS_READ                  (1 * RL_NS_MS)
#define RL_NS_WRITE                 (RL_NS_MS / 2)
/* Open commands on a path: lpfc_lun_queue_depth of Linux's lpfc driver, 30. */
#define RL_QUEUE_DEPTH              30u

/* The storage system notices that an adapter is back, or a command arrives to start an update: one
 * message between its processor and the adapter, a choice. */
#define RL_NS_NOTIFY                (1 * RL_NS_MS)

/* After the last change of an adapter: commands are issued for so long after all paths are back,
 * and for so long at most; then none is issued, and those open get so long to end. Choices; the
 * last two are longer than the longest timeout and recovery. */
#define RL_NS_AFTERWARDS            (1 * RL_NS_S)
#define RL_NS_SETTLE_MOST           (120 * RL_NS_S)
#define RL_NS_DRAIN_MOST            (120 * RL_NS_S)

#endif
