/* What all families of injectors share: inject_*.c. The functions are in injector.c. */
#ifndef RELIGHT_FAULTS_INJECT_H
#define RELIGHT_FAULTS_INJECT_H

#include "faults/injection.h"

/* Masks of one, for rows. */
#define KIND(kind)     (1u << (unsigned)(kind))
#define LASTS(lasts)   (1u << (unsigned)(lasts))
#define SHOWS(shows)   (1u << (unsigned)(shows))
#define REGION(region) (1u << (unsigned)(region))

#define WRITES         (KIND(RL_KIND_PROGRAM) | KIND(RL_KIND_ERASE))
/* Of an operation; RL_LASTS_ERASE is of a place. */
#define FOR_HOWEVER_LONG                                                                           \
    (LASTS(RL_LASTS_ONCE) | LASTS(RL_LASTS_TIMES) | LASTS(RL_LASTS_RESET) | LASTS(RL_LASTS_GOOD))

/* Visits `base` with this variant. */
void rl_visit_variant(const struct rl_injection *base, uint32_t a, uint32_t b,
                      rl_variant_visit *visit, void *user);
/* The same with each `a` below `count`, and b 0. */
void rl_visit_variants(const struct rl_injection *base, uint32_t count, rl_variant_visit *visit,
                       void *user);

/* Whether the operation programs or erases flash. */
bool rl_is_write(const struct rl_operation *operation);

/* Whether a fault that is put at the operation hit it: same kind, device and, for lasting ones,
 * the same sector of flash or page of memory. */
bool rl_armed_is_like(const struct rl_armed *armed, const struct rl_board *board,
                      const struct rl_operation *operation);
/* Notes a hit, and whether that was the last one by `lasts` and `times`. */
void rl_armed_hit(struct rl_armed *armed, const struct rl_operation *operation, bool observed);
/* A hit: nothing is done, and the engine is told `result`. */
void rl_armed_fail(struct rl_armed *armed, const struct rl_operation *operation,
                   struct rl_effect *effect, relight_result result);

/* Persistent data cannot be told any more, whatever the engine does: an item is kept once. That
 * nothing is taken for what it is not is judged by what the engine does afterwards. */
void rl_data_hurt(struct rl_board *board);
/* What lies at `address` of flash is about to be damaged, and no engine can help that:
 * rl_board_hurt(), and where it is in a data area, rl_data_hurt(). */
void rl_flash_hurt(struct rl_board *board, uint32_t address);

#endif
