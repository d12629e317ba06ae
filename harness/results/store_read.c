#include "results/store_read.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "results/store_private.h"

#define CELLS_MAX  4096u
#define BLOCKS_MAX (1u << 26)

/* A query's rows. */
struct query {
    sqlite3_stmt *statement;
    int column;
};

static struct query query_begin(sqlite3 *db, const char *sql, uint64_t key)
{
    struct query query = {0};
    if (sqlite3_prepare_v2(db, sql, -1, &query.statement, NULL) == SQLITE_OK) {
        sqlite3_bind_int64(query.statement, 1, (sqlite3_int64)key);
    }
    return query;
}

static bool query_next(struct query *query)
{
    query->column = 0;
    return query->statement != NULL && sqlite3_step(query->statement) == SQLITE_ROW;
}

static void query_end(struct query *query)
{
    sqlite3_finalize(query->statement);
}

static uint64_t take_number(struct query *query)
{
    return (uint64_t)sqlite3_column_int64(query->statement, query->column++);
}

static uint32_t take_small(struct query *query)
{
    uint64_t value = take_number(query);
    return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

static double take_real(struct query *query)
{
    return sqlite3_column_double(query->statement, query->column++);
}

static void take_text(struct query *query, char *to, size_t size)
{
    const unsigned char *text = sqlite3_column_text(query->statement, query->column++);
    snprintf(to, size, "%s", text == NULL ? "" : (const char *)text);
}

/* A class by its name; -1 for none. False when there is none of that name. */
static bool take_class(struct query *query, int *fault_class)
{
    const char *name = (const char *)sqlite3_column_text(query->statement, query->column++);
    rl_class found = name == NULL ? RL_CLASS_COUNT : rl_class_find(name);
    *fault_class = name == NULL ? -1 : (int)found;
    return name == NULL || found != RL_CLASS_COUNT;
}

static bool take_property(struct query *query, rl_property *property)
{
    const char *name = (const char *)sqlite3_column_text(query->statement, query->column++);
    for (unsigned i = 0; name != NULL && i < RL_PROPERTY_COUNT; i++) {
        if (strcmp(rl_property_info((rl_property)i)->name, name) == 0) {
            *property = (rl_property)i;
            return true;
        }
    }
    return false;
}

static bool read_findings(sqlite3 *db, uint64_t id, struct rl_cell_result *cell)
{
    struct query rows =
        query_begin(db,
                    "SELECT property, phase, class, faults, token, drawn, why, count, "
                    "place FROM finding WHERE cell = ? ORDER BY id",
                    id);
    bool good = true;
    while (good && query_next(&rows) && cell->finding_count < RL_FINDING_MAX) {
        cell->findings =
            rl_realloc(cell->findings, (cell->finding_count + 1u) * sizeof *cell->findings);
        struct rl_finding *finding = &cell->findings[cell->finding_count++];
        memset(finding, 0, sizeof *finding);
        good = take_property(&rows, &finding->property);
        take_text(&rows, finding->phase, sizeof finding->phase);
        good = take_class(&rows, &finding->fault_class) && good;
        finding->faults = take_small(&rows);
        take_text(&rows, finding->token, sizeof finding->token);
        take_text(&rows, finding->drawn, sizeof finding->drawn);
        take_text(&rows, finding->why, sizeof finding->why);
        finding->count = take_number(&rows);
        finding->place = take_number(&rows);
    }
    query_end(&rows);
    return good;
}

static bool read_held(sqlite3 *db, uint64_t id, struct rl_cell_result *cell)
{
    struct query rows = query_begin(db,
                                    "SELECT phase, operation, class, count FROM held WHERE "
                                    "cell = ? ORDER BY id",
                                    id);
    bool good = true;
    while (good && query_next(&rows)) {
        cell->held = rl_realloc(cell->held, (cell->held_count + 1u) * sizeof *cell->held);
        struct rl_held *held = &cell->held[cell->held_count++];
        memset(held, 0, sizeof *held);
        take_text(&rows, held->phase, sizeof held->phase);
        take_text(&rows, held->operation, sizeof held->operation);
        good = take_class(&rows, &held->fault_class);
        held->count = take_number(&rows);
    }
    query_end(&rows);
    return good;
}

static struct rl_class_count take_counts(struct query *rows)
{
    struct rl_class_count count;
    count.applicable = take_number(rows);
    count.fired = take_number(rows);
    count.observed = take_number(rows);
    return count;
}

static bool read_classes(sqlite3 *db, uint64_t id, struct rl_cell_result *cell)
{
    struct query rows = query_begin(db,
                                    "SELECT class, applicable, fired, observed, asked "
                                    "FROM class_count WHERE cell = ? ORDER BY id",
                                    id);
    bool good = true;
    while (good && query_next(&rows)) {
        int fault_class = -1;
        good = take_class(&rows, &fault_class) && fault_class >= 0;
        if (good) {
            cell->classes[fault_class] = take_counts(&rows);
            if (take_number(&rows) != 0) {
                rl_class_add(&cell->classes_asked, (rl_class)fault_class);
            }
        }
    }
    query_end(&rows);
    return good;
}

static bool read_pairs(sqlite3 *db, uint64_t id, struct rl_cell_result *cell)
{
    struct query rows = query_begin(db,
                                    "SELECT first, second, applicable, fired, observed FROM "
                                    "pair_count WHERE cell = ? ORDER BY id",
                                    id);
    bool good = true;
    while (good && query_next(&rows)) {
        good = cell->pair_count < RL_PAIRS_MAX;
        if (good) {
            struct rl_pair_result *pair = &cell->pairs[cell->pair_count++];
            good = take_class(&rows, &pair->first) && pair->first >= 0;
            good = take_class(&rows, &pair->second) && pair->second >= 0 && good;
            pair->count = take_counts(&rows);
        }
    }
    query_end(&rows);
    return good;
}

static void read_outage(sqlite3 *db, uint64_t id, struct rl_outage *outage)
{
    struct query rows = query_begin(
        db,
        "SELECT offline, dark, update_time, hosts, issued, accepted, answered, answered_twice, "
        "unanswered, held, retried, timeouts, paths_removed, paths_restored, logins_fast, "
        "logins_full, longest_hold, longest_wait, outage, least_paths FROM outage WHERE cell = "
        "?",
        id);
    if (query_next(&rows)) {
        struct rl_host_sums *sums = &outage->sums;
        outage->measured = true;
        outage->port.offline_ns = take_number(&rows);
        outage->port.dark_ns = take_number(&rows);
        outage->port.update_ns = take_number(&rows);
        outage->hosts = take_small(&rows);
        sums->issued = take_number(&rows);
        sums->accepted = take_number(&rows);
        sums->answered = take_number(&rows);
        sums->answered_twice = take_number(&rows);
        sums->unanswered = take_number(&rows);
        sums->held = take_number(&rows);
        sums->retried = take_number(&rows);
        sums->timeouts = take_number(&rows);
        sums->paths_removed = take_number(&rows);
        sums->paths_restored = take_number(&rows);
        sums->logins_fast = take_number(&rows);
        sums->logins_full = take_number(&rows);
        sums->longest_hold_ns = take_number(&rows);
        sums->longest_wait_ns = take_number(&rows);
        sums->outage_ns = take_number(&rows);
        sums->least_paths = take_small(&rows);
    }
    query_end(&rows);
}

static void read_closure(sqlite3 *db, uint64_t id, struct rl_closure_result *closure)
{
    struct query rows = query_begin(db,
                                    "SELECT closed, transitions, longest_path, recovery_boots, "
                                    "missed FROM closure WHERE cell = ?",
                                    id);
    if (query_next(&rows)) {
        closure->asked = true;
        closure->closed = take_number(&rows) != 0;
        closure->transitions = take_number(&rows);
        closure->longest_path = take_small(&rows);
        closure->recovery_boots = take_small(&rows);
        closure->missed = take_real(&rows);
    }
    query_end(&rows);
}

static uint64_t number_at(const uint8_t *bytes)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < 8; i++) {
        value |= (uint64_t)bytes[i] << (8 * i);
    }
    return value;
}

/* The bits of a bitmap; false when it has some beyond the blocks there are. */
static bool take_blocks(struct query *rows, struct rl_blocks *blocks)
{
    blocks->count = take_small(rows);
    const uint8_t *bytes = sqlite3_column_blob(rows->statement, rows->column);
    int size = sqlite3_column_bytes(rows->statement, rows->column);
    if (blocks->count > BLOCKS_MAX || size % 8 != 0 || (uint32_t)size > BLOCKS_MAX / 8u) {
        return false;
    }
    for (uint32_t i = 0; bytes != NULL && i < (uint32_t)size * 8u; i++) {
        if ((bytes[i / 8u] >> (i % 8u) & 1u) == 0) {
            continue;
        }
        if (blocks->count > 0 && i >= blocks->count) {
            return false;
        }
        rl_blocks_add(blocks, i);
    }
    return true;
}

static bool read_parts(sqlite3 *db, uint64_t id, struct rl_cell_result *cell)
{
    struct query rows =
        query_begin(db, "SELECT name, blocks, done FROM part WHERE cell = ? ORDER BY id", id);
    bool good = true;
    while (good && query_next(&rows)) {
        char name[24];
        unsigned part = 0;
        take_text(&rows, name, sizeof name);
        while (part < RL_PARTS && strcmp(rl_part_name((rl_part)part), name) != 0) {
            part++;
        }
        good = part < RL_PARTS && cell->blocks[part].words == 0 &&
               take_blocks(&rows, &cell->blocks[part]);
    }
    query_end(&rows);
    return good;
}

static bool read_states(sqlite3 *db, uint64_t id, struct rl_states *states)
{
    struct query rows =
        query_begin(db, "SELECT fingerprints FROM state_list WHERE cell = ? ORDER BY id", id);
    bool good = true;
    while (good && query_next(&rows)) {
        const uint8_t *bytes = sqlite3_column_blob(rows.statement, 0);
        int size = sqlite3_column_bytes(rows.statement, 0);
        good = size % 16 == 0;
        for (int i = 0; good && bytes != NULL && i + 16 <= size; i += 16) {
            (void)rl_states_add(states,
                                (struct rl_sum){number_at(bytes + i), number_at(bytes + i + 8)});
        }
    }
    query_end(&rows);
    return good;
}

static void take_cell(struct query *rows, struct rl_cell_result *cell, char engine[64])
{
    cell->number = take_small(rows);
    take_text(rows, cell->cell, sizeof cell->cell);
    take_text(rows, engine, 64);
    cell->engine = engine;
    cell->golden_operations = take_number(rows);
    cell->scenarios = take_number(rows);
    cell->crash_states = take_number(rows);
    cell->distinct_states = take_number(rows);
    cell->runs = take_number(rows);
    cell->violations = take_number(rows);
    cell->unbootable = take_number(rows);
    cell->injected = take_number(rows);
    cell->joined = take_number(rows);
    cell->complete = take_number(rows) != 0;
    cell->inject_seconds = take_real(rows);
    cell->cpu_seconds = take_real(rows);
    cell->peak_bytes = take_number(rows);
    take_text(rows, cell->harness_error, sizeof cell->harness_error);
}

static bool read_lists(sqlite3 *db, uint64_t id, struct rl_cell_result *cell)
{
    read_outage(db, id, &cell->outage);
    read_closure(db, id, &cell->closure);
    return read_findings(db, id, cell) && read_held(db, id, cell) && read_classes(db, id, cell) &&
           read_pairs(db, id, cell) && read_parts(db, id, cell) &&
           read_states(db, id, &cell->states);
}

/* The cells of a campaign; their rows in `numbers`, which may be NULL. */
static bool read_cells(sqlite3 *db, uint64_t campaign, struct rl_stored *stored,
                       struct rl_store_cell *numbers)
{
    struct rl_results *results = &stored->results;
    struct query rows = query_begin(
        db,
        "SELECT id, number, name, engine, golden_operations, scenarios, crash_states, "
        "distinct_states, runs, violations, unbootable, injected, joined, complete, "
        "inject_seconds, cpu_seconds, peak_bytes, harness_error FROM cell WHERE campaign = ? "
        "ORDER BY id",
        campaign);
    bool good = true;
    results->cells = rl_calloc(CELLS_MAX, sizeof *results->cells);
    stored->engines = rl_calloc(CELLS_MAX, sizeof *stored->engines);
    while (good && query_next(&rows) && results->cell_count < CELLS_MAX) {
        struct rl_cell_result *cell = &results->cells[results->cell_count];
        uint64_t id = take_number(&rows);
        take_cell(&rows, cell, stored->engines[results->cell_count]);
        good = read_lists(db, id, cell) && cell->distinct_states >= cell->states.count;
        if (numbers != NULL) {
            numbers[results->cell_count] = (struct rl_store_cell){id, cell->states.count};
        }
        results->cell_count++;
    }
    query_end(&rows);
    return good;
}

static void take_campaign(struct query *rows, struct rl_stored *stored)
{
    take_text(rows, stored->version, sizeof stored->version);
    stored->results.shard = take_small(rows);
    stored->results.shards = take_small(rows);
    stored->results.seconds = take_real(rows);
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
    struct query rows = query_begin(
        db, "SELECT " CAMPAIGN_COLUMNS " FROM campaign WHERE id > ? ORDER BY id DESC LIMIT 1", 0);
    bool good = true;
    *none = !query_next(&rows);
    if (!*none) {
        store->campaign = take_number(&rows);
        take_campaign(&rows, stored);
        free(store->cells);
        store->cells = rl_calloc(CELLS_MAX + 1u, sizeof *store->cells);
        good = same_kind(store, stored, shard, shards, error, error_size) &&
               (read_cells(db, store->campaign, stored, store->cells) ||
                damaged(store, error, error_size));
    }
    query_end(&rows);
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

static void take_digest(struct query *rows, uint64_t *digest)
{
    char text[RL_STORE_DIGEST_SIZE];
    take_text(rows, text, sizeof text);
    *digest = strtoull(text, NULL, 16);
}

/* Whose the store's campaigns are. */
static bool read_meta(sqlite3 *db, struct rl_identity *identity, struct rl_stored *stored)
{
    struct query rows = query_begin(db,
                                    "SELECT plan, plan_digest, engine, engine_digest, "
                                    "images_digest FROM meta WHERE id = ?",
                                    1);
    bool good = query_next(&rows);
    if (good) {
        take_text(&rows, stored->plan, sizeof stored->plan);
        take_digest(&rows, &identity->plan_digest);
        take_text(&rows, stored->engine, sizeof stored->engine);
        take_digest(&rows, &identity->engine_digest);
        take_digest(&rows, &identity->images_digest);
    }
    query_end(&rows);
    return good;
}

static bool read_all(sqlite3 *db, struct rl_identity *identity, struct rl_stored **list,
                     uint32_t *count)
{
    struct rl_stored meta = {0};
    struct query rows =
        query_begin(db, "SELECT " CAMPAIGN_COLUMNS " FROM campaign WHERE id > ? ORDER BY id", 0);
    bool good = read_meta(db, identity, &meta);
    while (good && query_next(&rows)) {
        *list = rl_realloc(*list, (*count + 1u) * sizeof **list);
        struct rl_stored *stored = &(*list)[(*count)++];
        *stored = meta;
        uint64_t campaign = take_number(&rows);
        take_campaign(&rows, stored);
        good = read_cells(db, campaign, stored, NULL);
    }
    query_end(&rows);
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
