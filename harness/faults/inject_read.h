/* Between the files of the read family: each class's part of its row in inject_read.c. */
#ifndef RELIGHT_FAULTS_INJECT_READ_H
#define RELIGHT_FAULTS_INJECT_READ_H

#include "faults/inject.h"

/* Regions in flash, as a mask. */
#define RL_FLASH_REGIONS                                                                           \
    (1u << RL_REGION_BANK_A | 1u << RL_REGION_BANK_B | 1u << RL_REGION_RECORD_A |                  \
     1u << RL_REGION_RECORD_B | 1u << RL_REGION_JOURNAL | 1u << RL_REGION_DATA_A |                 \
     1u << RL_REGION_DATA_B | 1u << RL_REGION_OTP | 1u << RL_REGION_PLA_FLASH |                    \
     1u << RL_REGION_PHY_FLASH | 1u << RL_REGION_FLASH)
/* Kinds of operations that read. */
#define RL_READ_KINDS                                                                              \
    (1u << RL_KIND_READ | 1u << RL_KIND_BLANK | 1u << RL_KIND_COMPARE | 1u << RL_KIND_DIGEST)

/* A number that depends on all of its arguments, the same in each run. */
uint64_t rl_read_mix(uint64_t a, uint64_t b);
/* Whether an operation reads flash, and in the sector at `address`. */
bool rl_reads_sector(const struct rl_operation *operation, uint32_t sector_size, uint32_t address);

/* inject_rot.c */
void rl_rot_variants(const struct rl_site *site, const struct rl_injection *base,
                     rl_variant_visit *visit, void *user);
void rl_rot_before(struct rl_armed *armed, struct rl_board *board,
                   const struct rl_operation *operation, struct rl_effect *effect);
void rl_rot_tell(const struct rl_injection *injection, const struct rl_operation *first, char *text,
                 size_t size);
void rl_read_disturb_variants(const struct rl_site *site, const struct rl_injection *base,
                              rl_variant_visit *visit, void *user);
void rl_read_disturb_before(struct rl_armed *armed, struct rl_board *board,
                            const struct rl_operation *operation, struct rl_effect *effect);
void rl_read_disturb_tell(const struct rl_injection *injection, const struct rl_operation *first,
                          char *text, size_t size);
void rl_retention_variants(const struct rl_site *site, const struct rl_injection *base,
                           rl_variant_visit *visit, void *user);
void rl_retention_before(struct rl_armed *armed, struct rl_board *board,
                         const struct rl_operation *operation, struct rl_effect *effect);
void rl_retention_tell(const struct rl_injection *injection, const struct rl_operation *first,
                       char *text, size_t size);

/* inject_cpu.c */
void rl_swap_variants(const struct rl_site *site, const struct rl_injection *base,
                      rl_variant_visit *visit, void *user);
void rl_swap_after(struct rl_armed *armed, struct rl_board *board,
                   const struct rl_operation *operation, relight_result result);
void rl_swap_tell(const struct rl_injection *injection, const struct rl_operation *first,
                  char *text, size_t size);
void rl_skip_variants(const struct rl_site *site, const struct rl_injection *base,
                      rl_variant_visit *visit, void *user);
void rl_skip_before(struct rl_armed *armed, struct rl_board *board,
                    const struct rl_operation *operation, struct rl_effect *effect);
void rl_skip_tell(const struct rl_injection *injection, const struct rl_operation *first,
                  char *text, size_t size);

#endif
