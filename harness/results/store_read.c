#include "results/store_read.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "results/store_private.h"
#include "results/store_query.h"

static void take_campaign(struct rl_query *rows, struct rl_stored *stored)
{
    rl_query_text(rows, stored->version, sizeof stored->version);
    stored->results.shard = rl_query_small(rows);
    stored->results.shards = rl_query_small(rows);
    stored->results.seconds = rl_query_real(rows);
}

#define CAMPAIGN_COLUMNS "id, version, shard, shards, seconds"

static bool damaged(const struct rl_store *store, char *error, size_t error_size)
{
    snprintf(error, error_size, "%s: what it holds of a campaign makes no sense; it is damaged",
             store->path);
    return false;
}

static bool same_kind(const struct rl_store *store, const struct rl_stored *stored, uint32_t shard,
                      uint32_t shards, char *error, size_t error_size)
{
    const struct rl_results *results = &stored->results;
    if (strcmp(stored->version, RELIGHT_VERSION) != 0) {
        snprintf(error, error_size,
                 "%s: its last campaign was run by version %s of relight, this is version %s; give "
                 "the name of a new file",
                 store->path, stored->version, RELIGHT_VERSION);
        return false;
    }
    if (results->shard != shard || results->shards != shards) {
        snprintf(error, error_size,
                 "%s: its last campaign is shard %" PRIu32 "/%" PRIu32 ", this is %" PRIu32
                 "/%" PRIu32 " (0/0: the whole plan); give the name of a new file",
                 store->path, results->shard, results->shards, shard, shards);
        return false;
    }
    return true;
}

bool rl_store_resume(struct rl_store *store, uint32_t shard, uint32_t shards,
                     struct rl_stored *stored, bool *none, char *error, size_t error_size)
{
    memset(stored, 0, sizeof *stored);
    *none = !store->exists;
    if (*none) {
        return true;
    }
    sqlite3 *db = rl_store_connect(store->path, SQLITE_OPEN_READONLY, error, error_size);
    if (db == NULL) {
        return false;
    }
    struct rl_query rows = rl_query_begin(
        db, "SELECT " CAMPAIGN_COLUMNS " FROM campaign WHERE id > ? ORDER BY id DESC LIMIT 1", 0);
    bool good = true;
    *none = !rl_query_next(&rows);
    if (!*none) {
        store->campaign = rl_query_number(&rows);
        take_campaign(&rows, stored);
        free(store->cells);
        store->cells = rl_calloc(RL_STORE_CELLS_MAX + 1u, sizeof *store->cells);
        good = same_kind(store, stored, shard, shards, error, error_size) &&
               (rl_store_read_cells(db, store->campaign, stored, store->cells) ||
                damaged(store, error, error_size));
    }
    rl_query_end(&rows);
    sqlite3_close(db);
    if (!good) {
        rl_stored_free(stored);
    }
    return good;
}

void rl_stored_free(struct rl_stored *stored)
{
    rl_results_free(&stored->results);
    free(stored->engines);
    memset(stored, 0, sizeof *stored);
}

static void take_digest(struct rl_query *rows, uint64_t *digest)
{
    char text[RL_STORE_DIGEST_SIZE];
    rl_query_text(rows, text, sizeof text);
    *digest = strtoull(text, NULL, 16);
}

/* Whose the store's campaigns are. */
static bool read_meta(sqlite3 *db, struct rl_identity *identity, struct rl_stored *stored)
{
    struct rl_query rows = rl_query_begin(db,
                                          "SELECT plan, plan_digest, engine, engine_digest, "
                                          "images_digest FROM meta WHERE id = ?",
                                          1);
    bool good = rl_query_next(&rows);
    if (good) {
        rl_query_text(&rows, stored->plan, sizeof stored->plan);
        take_digest(&rows, &identity->plan_digest);
        rl_query_text(&rows, stored->engine, sizeof stored->engine);
        take_digest(&rows, &identity->engine_digest);
        take_digest(&rows, &identity->images_digest);
    }
    rl_query_end(&rows);
    return good;
}

static bool read_all(sqlite3 *db, struct rl_identity *identity, struct rl_stored **list,
                     uint32_t *count)
{
    struct rl_stored meta = {0};
    struct rl_query rows =
        rl_query_begin(db, "SELECT " CAMPAIGN_COLUMNS " FROM campaign WHERE id > ? ORDER BY id", 0);
    bool good = read_meta(db, identity, &meta);
    while (good && rl_query_next(&rows)) {
        *list = rl_realloc(*list, (*count + 1u) * sizeof **list);
        struct rl_stored *stored = &(*list)[(*count)++];
        *stored = meta;
        uint64_t campaign = rl_query_number(&rows);
        take_campaign(&rows, stored);
        good = rl_store_read_cells(db, campaign, stored, NULL);
    }
    rl_query_end(&rows);
    return good;
}

struct rl_stored *rl_store_read(const char *path, struct rl_identity *identity, uint32_t *count,
                                char *error, size_t error_size)
{
    struct rl_stored *list = NULL;
    struct rl_store *store = rl_store_open_any(path, error, error_size);
    sqlite3 *db =
        store == NULL ? NULL : rl_store_connect(path, SQLITE_OPEN_READONLY, error, error_size);
    *count = 0;
    memset(identity, 0, sizeof *identity);
    if (db != NULL && !read_all(db, identity, &list, count)) {
        damaged(store, error, error_size);
        for (uint32_t i = 0; i < *count; i++) {
            rl_stored_free(&list[i]);
        }
        free(list);
        list = NULL;
    } else if (db != NULL && list == NULL) {
        snprintf(error, error_size, "%s: holds no campaign", path);
    }
    sqlite3_close(db);
    rl_store_close(store);
    return list;
}
