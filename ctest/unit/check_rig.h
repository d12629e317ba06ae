/* A closure of the toy, its certificate, and what was read of that. */
#ifndef CHECK_RIG_H
#define CHECK_RIG_H

#include "check/check.h"
#include "explore/certificate.h"
#include "results/results.h"
#include "toy.h"

struct closed {
    struct toy toy;
    struct rl_cell_result found;
    uint8_t *bytes;
    size_t size;
    struct rl_check_file file;
};

void check_rig_init(struct closed *closed, rl_memory memory, rl_tear tear);
/* Classes of cuts and resets that leave lines as they please, and nothing torn beside: of these the
 * closure is soon done. */
rl_class_set check_rig_lines(void);
/* Explores until `deadline`, 0 for none, and leaves a section where the closure was closed. */
void check_rig_run(struct closed *closed, double deadline,
                   const struct rl_certificate_sections *sections);
/* Explores, writes and reads. */
void check_rig_certify(struct closed *closed);
void check_rig_check(struct closed *closed, double share, struct rl_check_result *result);
void check_rig_done(struct closed *closed);

/* Makes the sum at the end right, as whoever makes a file that lies would. */
void check_rig_seal(uint8_t *bytes, size_t size);
/* Whether a file of these bytes is read, sealed or as it is. */
bool check_rig_reads(const uint8_t *bytes, size_t size, bool sealed, char *why);

#endif
