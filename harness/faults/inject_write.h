/* What the injectors of the family "write" share. Each subject has a file of its own:
 * inject_write.c (what becomes of a program or an erase), inject_cells.c (cells), inject_stuck.c (a
 * device that does nothing more, or too slowly), inject_stale.c (caches). */
#ifndef RELIGHT_FAULTS_INJECT_WRITE_H
#define RELIGHT_FAULTS_INJECT_WRITE_H

#include "faults/inject.h"

/* The first or last page of flash that the operation at the site changed in the run without the
 * fault; false when there is none. */
bool rl_changed_page(const struct rl_site *site, bool last, uint32_t *page);
/* Units that a write is done in: granules of a program, sixteenths of an erase. */
uint32_t rl_write_units(const struct rl_device *device, const struct rl_operation *operation);
const char *rl_write_unit_name(const struct rl_operation *operation);
/* The words of a range that lies in one page, as a mask. */
static inline uint32_t rl_words_at(uint32_t address, uint32_t size)
{
    return UINT32_MAX >> (RL_PAGE_WORDS - size / RL_WORD) << (address % RL_PAGE / RL_WORD);
}
/* The flash of the range is said to be as it is because of the fault, for reads that meet it. */
void rl_blame(struct rl_armed *armed, struct rl_board *board, uint32_t address, uint32_t size);
/* The words of the range, which lies in one page, become programmed and uncorrectable. */
void rl_spoil(struct rl_armed *armed, struct rl_board *board, uint32_t address, uint32_t size);
/* Once, behind an operation that stopped when its first `a` units were done: the next one, where
 * there is one, is neither old nor new. keep[0] is the number of that operation. */
void rl_spoil_next_unit(struct rl_armed *armed, struct rl_board *board,
                        const struct rl_operation *operation);

/* inject_cells.c */
void rl_disturb_variants(const struct rl_site *site, const struct rl_injection *base,
                         rl_variant_visit *visit, void *user);
void rl_disturb_after(struct rl_armed *armed, struct rl_board *board,
                      const struct rl_operation *operation, relight_result result);
void rl_disturb_tell(const struct rl_injection *injection, const struct rl_operation *first,
                     char *text, size_t size);
void rl_overprogram_variants(const struct rl_site *site, const struct rl_injection *base,
                             rl_variant_visit *visit, void *user);
void rl_overprogram_before(struct rl_armed *armed, struct rl_board *board,
                           const struct rl_operation *operation, struct rl_effect *effect);
void rl_overprogram_tell(const struct rl_injection *injection, const struct rl_operation *first,
                         char *text, size_t size);
void rl_double_variants(const struct rl_site *site, const struct rl_injection *base,
                        rl_variant_visit *visit, void *user);
void rl_double_after(struct rl_armed *armed, struct rl_board *board,
                     const struct rl_operation *operation, relight_result result);
void rl_double_tell(const struct rl_injection *injection, const struct rl_operation *first,
                    char *text, size_t size);
void rl_worn_variants(const struct rl_site *site, const struct rl_injection *base,
                      rl_variant_visit *visit, void *user);
void rl_worn_before(struct rl_armed *armed, struct rl_board *board,
                    const struct rl_operation *operation, struct rl_effect *effect);
void rl_worn_after(struct rl_armed *armed, struct rl_board *board,
                   const struct rl_operation *operation, relight_result result);
void rl_worn_tell(const struct rl_injection *injection, const struct rl_operation *first,
                  char *text, size_t size);

/* inject_stuck.c */
void rl_protected_before(struct rl_armed *armed, struct rl_board *board,
                         const struct rl_operation *operation, struct rl_effect *effect);
void rl_flagged_before(struct rl_armed *armed, struct rl_board *board,
                       const struct rl_operation *operation, struct rl_effect *effect);
void rl_busy_before(struct rl_armed *armed, struct rl_board *board,
                    const struct rl_operation *operation, struct rl_effect *effect);
void rl_slow_variants(const struct rl_site *site, const struct rl_injection *base,
                      rl_variant_visit *visit, void *user);
void rl_slow_before(struct rl_armed *armed, struct rl_board *board,
                    const struct rl_operation *operation, struct rl_effect *effect);
void rl_slow_after(struct rl_armed *armed, struct rl_board *board,
                   const struct rl_operation *operation, relight_result result);
void rl_slow_tell(const struct rl_injection *injection, const struct rl_operation *first,
                  char *text, size_t size);

/* inject_stale.c */
void rl_stale_variants(const struct rl_site *site, const struct rl_injection *base,
                       rl_variant_visit *visit, void *user);
void rl_stale_before(struct rl_armed *armed, struct rl_board *board,
                     const struct rl_operation *operation, struct rl_effect *effect);
void rl_stale_after(struct rl_armed *armed, struct rl_board *board,
                    const struct rl_operation *operation, relight_result result);
void rl_stale_reset(struct rl_armed *armed, struct rl_board *board, bool cold);
void rl_stale_tell(const struct rl_injection *injection, const struct rl_operation *first,
                   char *text, size_t size);

#endif
