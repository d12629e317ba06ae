/* Start states of many runs, kept as small as they differ: planes are cut into chunks of slots,
 * each chunk is stored once by content, and a state is a list of numbers of chunks. */
#ifndef RELIGHT_EXPLORE_VAULT_H
#define RELIGHT_EXPLORE_VAULT_H

#include <stddef.h>
#include <stdint.h>

#include "board/plane.h"

#define RL_CHUNK 32u /* slots */

struct rl_vault {
    uint32_t pages[2]; /* of flash and memory */
    uint32_t per_state;
    rl_slot *chunks; /* RL_CHUNK each */
    size_t chunk_count, chunk_room;
    uint32_t *table; /* open addressing: 1 + number of a chunk; 0: free */
    size_t table_size;
    uint32_t *states; /* per_state numbers each */
    size_t state_count, state_room;
};

/* `flash_pages` and `memory_pages`: slots of the planes that are put. */
void rl_vault_init(struct rl_vault *vault, uint32_t flash_pages, uint32_t memory_pages);
void rl_vault_free(struct rl_vault *vault);
/* Keeps a state; returns its number, from 0 on. */
uint32_t rl_vault_put(struct rl_vault *vault, const struct rl_plane *flash,
                      const struct rl_plane *memory);
/* Makes the planes hold state `number`: only what differs is set. */
void rl_vault_get(const struct rl_vault *vault, uint32_t number, struct rl_plane *flash,
                  struct rl_plane *memory);
/* Bytes that are allocated. */
size_t rl_vault_bytes(const struct rl_vault *vault);

#endif
