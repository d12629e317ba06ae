/* Certificates: what a closure explored, written down so that somebody else can verify it. The
 * format is in docs/certificate.md; harness/check reads it. */
#ifndef RELIGHT_EXPLORE_CERTIFICATE_H
#define RELIGHT_EXPLORE_CERTIFICATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "explore/engines.h"
#include "plan/plan.h"
#include "results/results.h"

#define RL_CERTIFICATE_MAGIC   "relight\x1a" /* 8 bytes, no terminator in the file */
#define RL_CERTIFICATE_VERSION 1u
/* What a node of the tree is. */
enum { RL_CERTIFICATE_NOWHERE = 0, RL_CERTIFICATE_QUESTION, RL_CERTIFICATE_LEAF };

struct rl_closure;

/* The section of one cell, which was closed: allocated bytes. */
uint8_t *rl_certificate_section(struct rl_closure *closure, size_t *size);

/* The sections of a campaign: its workers, processes of their own, put them into one file that has
 * no name. */
struct rl_certificate_sections {
    int descriptor;
};
bool rl_certificate_begin(struct rl_certificate_sections *sections);
void rl_certificate_end(struct rl_certificate_sections *sections);
/* By a worker: adds the section of cell number `cell` of the plan. False with errno. */
bool rl_certificate_add(const struct rl_certificate_sections *sections, uint32_t cell,
                        const uint8_t *bytes, size_t size);
/* Writes the certificate of these cells, numbers of the plan in ascending order, to `path`, which
 * holds what it held before or all of it. False, and a line in `why`, when that failed, or a
 * section is not there. */
bool rl_certificate_write(const struct rl_certificate_sections *sections,
                          const struct rl_plan *plan, const struct rl_engines *engines,
                          const uint32_t *cells, uint32_t count, const char *path, char *why,
                          size_t why_size);

/* What all of a certificate is about, before its sections. */
struct rl_certificate_head {
    const char *plan;
    uint64_t plan_digest;
    const char *engine;
    uint64_t engine_digest;
};
struct rl_certificate_part {
    const uint8_t *bytes;
    size_t size;
};
/* The bytes of a certificate made of these sections: allocated. */
uint8_t *rl_certificate_join(const struct rl_certificate_head *head,
                             const struct rl_certificate_part *sections, uint32_t count,
                             size_t *size);

#endif
