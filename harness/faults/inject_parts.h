/* Between the files of the family of images: inject_images.c, inject_records.c,
 * inject_components.c. Functions as in struct rl_injector. */
#ifndef RELIGHT_FAULTS_INJECT_PARTS_H
#define RELIGHT_FAULTS_INJECT_PARTS_H

#include "faults/inject.h"

/* record-tie */
void rl_ties_at(const struct rl_site *site, const struct rl_injection *base,
                rl_variant_visit *visit, void *user);
void rl_tie_before(struct rl_armed *armed, struct rl_board *board,
                   const struct rl_operation *operation, struct rl_effect *effect);
void rl_tie_after(struct rl_armed *armed, struct rl_board *board,
                  const struct rl_operation *operation, relight_result result);
void rl_tie_tell(const struct rl_injection *injection, const struct rl_operation *first, char *text,
                 size_t size);

/* partial-components */
void rl_components_at(const struct rl_site *site, const struct rl_injection *base,
                      rl_variant_visit *visit, void *user);
void rl_component_before(struct rl_armed *armed, struct rl_board *board,
                         const struct rl_operation *operation, struct rl_effect *effect);
void rl_component_tell(const struct rl_injection *injection, const struct rl_operation *first,
                       char *text, size_t size);

#endif
