#include "board/content.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>
#define XXH_STATIC_LINKING_ONLY /* XXH3_state_t on the stack */
#include <xxhash.h>

#include "board/heap.h"

#define CONTENT_MAX 4096u
#define MEMO_SIZE   4096u /* a power of two */
#define SUM_MEMO    1024u /* a power of two */

struct memo {
    XXH128_hash_t key;
    uint8_t value[RL_DIGEST];
    bool used;
};

static struct {
    struct rl_content *items[CONTENT_MAX];
    uint32_t count;
    struct rl_content **pages; /* by number of the page */
    uint32_t page_room;
    struct memo digests[MEMO_SIZE];
    struct memo signatures[MEMO_SIZE];
    struct {
        const struct rl_content *content;
        uint32_t first;
        struct rl_sum sum;
    } sums[SUM_MEMO];
} known;

static void hash_pages(const uint32_t *data, uint32_t count, uint8_t *digest)
{
    crypto_hash_sha256_state state;

    crypto_hash_sha256_init(&state);
    for (uint32_t i = 0; i < count; i++) {
        crypto_hash_sha256_update(&state, rl_pages_bytes(data[i]), RL_PAGE);
    }
    crypto_hash_sha256_final(&state, digest);
}

const struct rl_content *rl_content_add(const uint32_t *data, uint32_t count)
{
    uint8_t digest[RL_DIGEST];
    const struct rl_content *found;
    struct rl_content *item;

    hash_pages(data, count, digest);
    found = rl_content_find(digest, count);
    if (found != NULL) {
        return found;
    }
    if (known.count == CONTENT_MAX) {
        rl_out_of_memory();
    }
    item = rl_calloc(1, sizeof *item);
    memcpy(item->digest, digest, RL_DIGEST);
    item->count = count;
    item->data = rl_malloc(count * sizeof *data);
    memcpy(item->data, data, count * sizeof *data);
    known.items[known.count++] = item;
    return item;
}

const struct rl_content *rl_content_page(uint32_t data)
{
    struct rl_content *item;

    if (data >= known.page_room) {
        uint32_t room = 2u * data + 64u;

        known.pages = rl_realloc(known.pages, room * sizeof(struct rl_content *));
        memset(known.pages + known.page_room, 0,
               (room - known.page_room) * sizeof(struct rl_content *));
        known.page_room = room;
    }
    if (known.pages[data] == NULL) {
        item = rl_calloc(1, sizeof *item);
        item->count = 1;
        item->data = rl_malloc(sizeof *item->data);
        item->data[0] = data;
        known.pages[data] = item;
    }
    return known.pages[data];
}

const struct rl_content *rl_content_find(const uint8_t *digest, uint32_t count)
{
    for (uint32_t i = 0; i < known.count; i++) {
        if (known.items[i]->count == count &&
            memcmp(known.items[i]->digest, digest, RL_DIGEST) == 0) {
            return known.items[i];
        }
    }
    return NULL;
}

struct rl_sum rl_content_sum(const struct rl_content *content, uint32_t first)
{
    uint32_t at = (first * 7u + content->data[0] + content->count) & (SUM_MEMO - 1u);
    struct rl_sum sum = {0, 0};

    if (content->count == 1) {
        return rl_slot_sum(first, rl_slot_make(content->data[0], 0));
    }
    if (known.sums[at].content == content && known.sums[at].first == first) {
        return known.sums[at].sum;
    }
    for (uint32_t i = 0; i < content->count; i++) {
        rl_sum_add(&sum, rl_slot_sum(first + i, rl_slot_make(content->data[i], 0)));
    }
    known.sums[at].content = content;
    known.sums[at].first = first;
    known.sums[at].sum = sum;
    return sum;
}

/* The entry for `key`; *fresh says that its value is still to be filled in. */
static struct memo *memo_at(struct memo *table, XXH128_hash_t key, bool *fresh)
{
    struct memo *memo = &table[key.low64 & (MEMO_SIZE - 1u)];

    *fresh = !memo->used || !XXH128_isEqual(memo->key, key);
    memo->used = true;
    memo->key = key;
    return memo;
}

void rl_digest_bytes(const void *bytes, uint32_t size, uint8_t *digest)
{
    bool fresh;
    struct memo *memo = memo_at(known.digests, XXH3_128bits(bytes, size), &fresh);

    if (fresh) {
        crypto_hash_sha256(memo->value, bytes, size);
    }
    memcpy(digest, memo->value, RL_DIGEST);
}

bool rl_signature_good(const void *bytes, uint32_t size, const uint8_t *signature,
                       const uint8_t *public_key)
{
    XXH3_state_t state;
    bool fresh;
    struct memo *memo;

    XXH3_128bits_reset(&state);
    XXH3_128bits_update(&state, public_key, crypto_sign_PUBLICKEYBYTES);
    XXH3_128bits_update(&state, signature, crypto_sign_BYTES);
    XXH3_128bits_update(&state, bytes, size);
    memo = memo_at(known.signatures, XXH3_128bits_digest(&state), &fresh);
    if (fresh) {
        memo->value[0] = crypto_sign_verify_detached(signature, bytes, size, public_key) == 0;
    }
    return memo->value[0] != 0;
}

void rl_content_free(void)
{
    for (uint32_t i = 0; i < known.count; i++) {
        free(known.items[i]->data);
        free(known.items[i]);
    }
    for (uint32_t i = 0; i < known.page_room; i++) {
        if (known.pages[i] != NULL) {
            free(known.pages[i]->data);
            free(known.pages[i]);
        }
    }
    free(known.pages);
    memset(&known, 0, sizeof known);
}
