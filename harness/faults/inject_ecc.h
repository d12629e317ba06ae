/* What the injectors of the family "ecc" share: inject_ecc.c (flash), inject_memory.c,
 * inject_codewords.c. */
#ifndef RELIGHT_FAULTS_INJECT_ECC_H
#define RELIGHT_FAULTS_INJECT_ECC_H

#include "faults/inject.h"

#define RL_MEMORY_READS                                                                            \
    (KIND(RL_KIND_READ) | KIND(RL_KIND_DIGEST) | KIND(RL_KIND_COPY) | KIND(RL_KIND_PROGRAM) |      \
     KIND(RL_KIND_EXECUTE))

#define RL_ECC_EACH                                                                                \
    128u /* codewords of a range that are told apart, as many as a header has; of more, three */

struct rl_range {
    uint32_t address, size;
};

/* What the operation reads of a space: RL_FLASH or RL_MEMORY. False: nothing. */
bool rl_reads_of(const struct rl_device *device, const struct rl_operation *operation,
                 uint8_t space, struct rl_range *range);
/* Whether the operation reads bytes for the engine that no earlier one did. */
bool rl_reads_first(const struct rl_site *site);
/* How many of `count` codewords variants are made for, and the i-th of them. `each`: all of those
 * that are told apart; else, and of more, the first, the middle and the last. */
uint32_t rl_units_sampled(uint32_t count, bool each);
uint32_t rl_unit_at(uint32_t count, bool each, uint32_t i);

void rl_memory_flip_variants(const struct rl_site *site, const struct rl_injection *base,
                             rl_variant_visit *visit, void *user);
void rl_memory_trap_variants(const struct rl_site *site, const struct rl_injection *base,
                             rl_variant_visit *visit, void *user);
void rl_memory_flip_before(struct rl_armed *armed, struct rl_board *board,
                           const struct rl_operation *operation, struct rl_effect *effect);
void rl_memory_flip_tell(const struct rl_injection *injection, const struct rl_operation *first,
                         char *text, size_t size);

#endif
