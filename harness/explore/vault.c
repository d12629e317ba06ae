#include "explore/vault.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "board/heap.h"

#define CHUNK_BYTES (RL_CHUNK * sizeof(rl_slot))

static uint32_t chunks_of(uint32_t pages)
{
    return (pages + RL_CHUNK - 1u) / RL_CHUNK;
}

void rl_vault_init(struct rl_vault *vault, uint32_t flash_pages, uint32_t memory_pages)
{
    memset(vault, 0, sizeof *vault);
    vault->pages[0] = flash_pages;
    vault->pages[1] = memory_pages;
    vault->per_state = chunks_of(flash_pages) + chunks_of(memory_pages);
    vault->table_size = 1024;
    vault->table = rl_calloc(vault->table_size, sizeof *vault->table);
}

void rl_vault_free(struct rl_vault *vault)
{
    free(vault->chunks);
    free(vault->table);
    free(vault->states);
    memset(vault, 0, sizeof *vault);
}

/* Where a chunk is in the table, or belongs. */
static uint32_t *find(const struct rl_vault *vault, const rl_slot *chunk)
{
    size_t at = XXH3_64bits(chunk, CHUNK_BYTES) & (vault->table_size - 1u);

    while (vault->table[at] != 0 &&
           memcmp(vault->chunks + (size_t)(vault->table[at] - 1u) * RL_CHUNK, chunk, CHUNK_BYTES) !=
               0) {
        at = (at + 1u) & (vault->table_size - 1u);
    }
    return &vault->table[at];
}

static void grow(struct rl_vault *vault)
{
    free(vault->table);
    vault->table_size *= 2u;
    vault->table = rl_calloc(vault->table_size, sizeof *vault->table);
    for (size_t i = 0; i < vault->chunk_count; i++) {
        *find(vault, vault->chunks + i * RL_CHUNK) = (uint32_t)i + 1u;
    }
}

static uint32_t put_chunk(struct rl_vault *vault, const rl_slot *chunk)
{
    uint32_t *at = find(vault, chunk);

    if (*at != 0) {
        return *at - 1u;
    }
    if ((vault->chunk_count + 1u) * 2u > vault->table_size) {
        grow(vault);
        at = find(vault, chunk);
    }
    if (vault->chunk_count == vault->chunk_room) {
        vault->chunk_room = vault->chunk_room == 0 ? 1024u : vault->chunk_room * 2u;
        vault->chunks = rl_realloc(vault->chunks, vault->chunk_room * CHUNK_BYTES);
    }
    memcpy(vault->chunks + vault->chunk_count * RL_CHUNK, chunk, CHUNK_BYTES);
    *at = (uint32_t)++vault->chunk_count;
    return *at - 1u;
}

/* The last chunk of a plane is filled up with zeros. */
static uint32_t *put_plane(struct rl_vault *vault, const struct rl_plane *plane, uint32_t *to)
{
    for (uint32_t page = 0; page < plane->count; page += RL_CHUNK) {
        rl_slot chunk[RL_CHUNK] = {0};
        uint32_t count = plane->count - page < RL_CHUNK ? plane->count - page : RL_CHUNK;

        memcpy(chunk, plane->slots + page, count * sizeof *chunk);
        *to++ = put_chunk(vault, chunk);
    }
    return to;
}

uint32_t rl_vault_put(struct rl_vault *vault, const struct rl_plane *flash,
                      const struct rl_plane *memory)
{
    uint32_t *to;

    if (vault->state_count == vault->state_room) {
        vault->state_room = vault->state_room == 0 ? 256u : vault->state_room * 2u;
        vault->states =
            rl_realloc(vault->states, vault->state_room * vault->per_state * sizeof *vault->states);
    }
    to = vault->states + vault->state_count * vault->per_state;
    to = put_plane(vault, flash, to);
    (void)put_plane(vault, memory, to);
    return (uint32_t)vault->state_count++;
}

static const uint32_t *get_plane(const struct rl_vault *vault, const uint32_t *from,
                                 struct rl_plane *plane)
{
    for (uint32_t page = 0; page < plane->count; page += RL_CHUNK) {
        const rl_slot *chunk = vault->chunks + (size_t)*from++ * RL_CHUNK;

        for (uint32_t i = 0; i < RL_CHUNK && page + i < plane->count; i++) {
            if (plane->slots[page + i] != chunk[i]) {
                rl_plane_set(plane, page + i, chunk[i]);
            }
        }
    }
    return from;
}

void rl_vault_get(const struct rl_vault *vault, uint32_t number, struct rl_plane *flash,
                  struct rl_plane *memory)
{
    const uint32_t *from = vault->states + (size_t)number * vault->per_state;

    from = get_plane(vault, from, flash);
    (void)get_plane(vault, from, memory);
}

size_t rl_vault_bytes(const struct rl_vault *vault)
{
    return vault->chunk_room * CHUNK_BYTES + vault->table_size * sizeof *vault->table +
           vault->state_room * vault->per_state * sizeof *vault->states;
}
