/* Rows of a results store: what each table holds. */
#include "results/results.h"
#include "results/store_private.h"

#include <stdlib.h>

#include "board/heap.h"

const char *const rl_store_schema[] = {
    "CREATE TABLE meta(id INTEGER PRIMARY KEY CHECK(id = 1), plan TEXT NOT NULL, "
    "plan_digest TEXT NOT NULL, engine TEXT NOT NULL, engine_digest TEXT NOT NULL, "
    "images_digest TEXT NOT NULL) STRICT",
    /* Shard `shard` of `shards`, or 0 of 0: the whole plan. The verdict is "unfinished" until the
     * campaign has ended. */
    "CREATE TABLE campaign(id INTEGER PRIMARY KEY, version TEXT NOT NULL, shard INTEGER NOT NULL, "
    "shards INTEGER NOT NULL, verdict TEXT NOT NULL, seconds REAL NOT NULL) STRICT",
    "CREATE TABLE cell(id INTEGER PRIMARY KEY, campaign INTEGER NOT NULL REFERENCES campaign, "
    "number INTEGER NOT NULL, name TEXT NOT NULL, engine TEXT NOT NULL, golden_operations INTEGER "
    "NOT NULL, scenarios "
    "INTEGER NOT NULL, "
    "crash_states INTEGER NOT NULL, distinct_states INTEGER NOT NULL, runs INTEGER NOT NULL, "
    "violations INTEGER NOT NULL, unbootable INTEGER NOT NULL, injected INTEGER NOT NULL, "
    "joined INTEGER NOT NULL, complete INTEGER NOT NULL, inject_seconds REAL NOT NULL, "
    "cpu_seconds REAL NOT NULL, "
    "peak_bytes INTEGER NOT NULL, harness_error TEXT) STRICT",
    "CREATE TABLE finding(id INTEGER PRIMARY KEY, cell INTEGER NOT NULL REFERENCES cell, "
    "property TEXT NOT NULL, phase TEXT NOT NULL, class TEXT, faults INTEGER NOT NULL, "
    "token TEXT NOT NULL, drawn TEXT, why TEXT NOT NULL, count INTEGER NOT NULL, place INTEGER NOT "
    "NULL) "
    "STRICT",
    "CREATE TABLE held(id INTEGER PRIMARY KEY, cell INTEGER NOT NULL REFERENCES cell, "
    "phase TEXT NOT NULL, operation TEXT NOT NULL, class TEXT, count INTEGER NOT NULL) STRICT",
    "CREATE TABLE class_count(id INTEGER PRIMARY KEY, cell INTEGER NOT NULL REFERENCES cell, "
    "class TEXT NOT NULL, applicable INTEGER NOT NULL, fired INTEGER NOT NULL, "
    "observed INTEGER NOT NULL, asked INTEGER NOT NULL) STRICT",
    "CREATE TABLE pair_count(id INTEGER PRIMARY KEY, cell INTEGER NOT NULL REFERENCES cell, "
    "first TEXT NOT NULL, second TEXT NOT NULL, applicable INTEGER NOT NULL, "
    "fired INTEGER NOT NULL, observed INTEGER NOT NULL) STRICT",
    /* Of golden runs; times in nanoseconds. A cell has a row when its outage was measured. */
    "CREATE TABLE outage(cell INTEGER PRIMARY KEY REFERENCES cell, offline INTEGER NOT NULL, "
    "dark INTEGER NOT NULL, update_time INTEGER NOT NULL, hosts INTEGER NOT NULL, "
    "issued INTEGER NOT NULL, accepted INTEGER NOT NULL, answered INTEGER NOT NULL, "
    "answered_twice INTEGER NOT NULL, unanswered INTEGER NOT NULL, held INTEGER NOT NULL, "
    "retried INTEGER NOT NULL, timeouts INTEGER NOT NULL, paths_removed INTEGER NOT NULL, "
    "paths_restored INTEGER NOT NULL, logins_fast INTEGER NOT NULL, "
    "logins_full INTEGER NOT NULL, longest_hold INTEGER NOT NULL, "
    "longest_wait INTEGER NOT NULL, outage INTEGER NOT NULL, least_paths INTEGER NOT NULL) "
    "STRICT",
    /* How the work on the cell is divided, and a bitmap of the blocks that are done. */
    "CREATE TABLE part(id INTEGER PRIMARY KEY, cell INTEGER NOT NULL REFERENCES cell, "
    "name TEXT NOT NULL, blocks INTEGER NOT NULL, done BLOB NOT NULL) STRICT",
    /* States that other shards may have as well: fingerprints of 16 bytes, one after the other. */
    "CREATE TABLE state_list(id INTEGER PRIMARY KEY, cell INTEGER NOT NULL REFERENCES cell, "
    "fingerprints BLOB NOT NULL) STRICT",
    "CREATE TABLE closure(cell INTEGER PRIMARY KEY REFERENCES cell, closed INTEGER NOT NULL, "
    "transitions INTEGER NOT NULL, longest_path INTEGER NOT NULL, "
    "recovery_boots INTEGER NOT NULL, repeated INTEGER NOT NULL, missed REAL NOT NULL) STRICT",
    NULL};

/* One row to insert. Each function binds the next parameter; the first error stays. */
struct row {
    sqlite3 *db;
    sqlite3_stmt *statement;
    int column;
    int code;
};

static struct row row_begin(sqlite3 *db, const char *insert)
{
    struct row row = {.db = db};
    row.code = sqlite3_prepare_v2(db, insert, -1, &row.statement, NULL);
    return row;
}

static void bind_number(struct row *row, uint64_t value)
{
    if (row->code == SQLITE_OK) {
        row->code = sqlite3_bind_int64(row->statement, ++row->column, (sqlite3_int64)value);
    }
}

static void bind_real(struct row *row, double value)
{
    if (row->code == SQLITE_OK) {
        row->code = sqlite3_bind_double(row->statement, ++row->column, value);
    }
}

/* `text` may be NULL: then the column is. */
static void bind_text(struct row *row, const char *text)
{
    if (row->code == SQLITE_OK) {
        row->code = sqlite3_bind_text(row->statement, ++row->column, text, -1, SQLITE_TRANSIENT);
    }
}

/* Inserts the row; *id (may be NULL) is its number. */
static bool row_end(struct row *row, uint64_t *id)
{
    bool good = row->code == SQLITE_OK && sqlite3_step(row->statement) == SQLITE_DONE;
    sqlite3_finalize(row->statement);
    if (good && id != NULL) {
        *id = (uint64_t)sqlite3_last_insert_rowid(row->db);
    }
    return good;
}

static const char *class_name(int fault_class)
{
    const struct rl_class_info *info =
        fault_class < 0 ? NULL : rl_class_info((rl_class)fault_class);
    return info == NULL ? NULL : info->name;
}

static bool insert_finding(sqlite3 *db, uint64_t cell, const struct rl_finding *finding)
{
    const struct rl_property_info *property = rl_property_info(finding->property);
    struct row row =
        row_begin(db, "INSERT INTO finding(cell, property, phase, class, faults, token, drawn, "
                      "why, count, place) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    bind_number(&row, cell);
    bind_text(&row, property == NULL ? "unknown" : property->name);
    bind_text(&row, finding->phase);
    bind_text(&row, class_name(finding->fault_class));
    bind_number(&row, finding->faults);
    bind_text(&row, finding->token);
    bind_text(&row, finding->drawn[0] == '\0' ? NULL : finding->drawn);
    bind_text(&row, finding->why);
    bind_number(&row, finding->count);
    bind_number(&row, finding->place);
    return row_end(&row, NULL);
}

static bool insert_held(sqlite3 *db, uint64_t cell, const struct rl_held *held)
{
    struct row row = row_begin(db, "INSERT INTO held(cell, phase, operation, class, count) "
                                   "VALUES(?, ?, ?, ?, ?)");
    bind_number(&row, cell);
    bind_text(&row, held->phase);
    bind_text(&row, held->operation);
    bind_text(&row, class_name(held->fault_class));
    bind_number(&row, held->count);
    return row_end(&row, NULL);
}

static bool insert_class(sqlite3 *db, uint64_t cell, unsigned index, bool asked,
                         const struct rl_class_count *count)
{
    struct row row = row_begin(db, "INSERT INTO class_count(cell, class, applicable, fired, "
                                   "observed, asked) VALUES(?, ?, ?, ?, ?, ?)");
    bind_number(&row, cell);
    bind_text(&row, class_name((int)index));
    bind_number(&row, count->applicable);
    bind_number(&row, count->fired);
    bind_number(&row, count->observed);
    bind_number(&row, asked ? 1 : 0);
    return row_end(&row, NULL);
}

static bool insert_pair(sqlite3 *db, uint64_t cell, const struct rl_pair_result *pair)
{
    struct row row = row_begin(db, "INSERT INTO pair_count(cell, first, second, applicable, fired, "
                                   "observed) VALUES(?, ?, ?, ?, ?, ?)");
    bind_number(&row, cell);
    bind_text(&row, class_name(pair->first));
    bind_text(&row, class_name(pair->second));
    bind_number(&row, pair->count.applicable);
    bind_number(&row, pair->count.fired);
    bind_number(&row, pair->count.observed);
    return row_end(&row, NULL);
}

/* `*id` above 0 replaces that row; else it is the new one. */
static bool put_cell_row(sqlite3 *db, uint64_t campaign, const struct rl_cell_result *cell,
                         uint64_t *id)
{
    struct row row = row_begin(
        db, "INSERT OR REPLACE INTO cell(id, campaign, number, name, engine, golden_operations, "
            "scenarios, crash_states, distinct_states, runs, violations, unbootable, injected, "
            "joined, complete, inject_seconds, cpu_seconds, peak_bytes, harness_error) "
            "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    if (*id == 0) {
        bind_text(&row, NULL);
    } else {
        bind_number(&row, *id);
    }
    bind_number(&row, campaign);
    bind_number(&row, cell->number);
    bind_text(&row, cell->cell);
    bind_text(&row, cell->engine == NULL ? "" : cell->engine);
    bind_number(&row, cell->golden_operations);
    bind_number(&row, cell->scenarios);
    bind_number(&row, cell->crash_states);
    bind_number(&row, cell->distinct_states);
    bind_number(&row, cell->runs);
    bind_number(&row, cell->violations);
    bind_number(&row, cell->unbootable);
    bind_number(&row, cell->injected);
    bind_number(&row, cell->joined);
    bind_number(&row, cell->complete ? 1 : 0);
    bind_real(&row, cell->inject_seconds);
    bind_real(&row, cell->cpu_seconds);
    bind_number(&row, cell->peak_bytes);
    bind_text(&row, cell->harness_error[0] == '\0' ? NULL : cell->harness_error);
    return row_end(&row, id);
}

static bool insert_outage(sqlite3 *db, uint64_t cell, const struct rl_outage *outage)
{
    const struct rl_host_sums *sums = &outage->sums;
    const uint64_t values[] = {cell,
                               outage->port.offline_ns,
                               outage->port.dark_ns,
                               outage->port.update_ns,
                               outage->hosts,
                               sums->issued,
                               sums->accepted,
                               sums->answered,
                               sums->answered_twice,
                               sums->unanswered,
                               sums->held,
                               sums->retried,
                               sums->timeouts,
                               sums->paths_removed,
                               sums->paths_restored,
                               sums->logins_fast,
                               sums->logins_full,
                               sums->longest_hold_ns,
                               sums->longest_wait_ns,
                               sums->outage_ns,
                               sums->least_paths};
    struct row row =
        row_begin(db, "INSERT INTO outage(cell, offline, dark, update_time, hosts, issued, "
                      "accepted, answered, answered_twice, unanswered, held, retried, timeouts, "
                      "paths_removed, paths_restored, logins_fast, logins_full, longest_hold, "
                      "longest_wait, outage, least_paths) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                      "?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        bind_number(&row, values[i]);
    }
    return row_end(&row, NULL);
}

static bool insert_blob(struct row *row, const void *bytes, size_t size, uint64_t *id)
{
    static const uint8_t none[1];

    if (row->code == SQLITE_OK) {
        row->code = sqlite3_bind_blob64(row->statement, ++row->column, size == 0 ? none : bytes,
                                        size, SQLITE_TRANSIENT);
    }
    return row_end(row, id);
}

/* Bitmaps and fingerprints are stored with the lowest byte first. */
static void put_bytes(uint8_t *to, uint64_t value)
{
    for (unsigned i = 0; i < 8; i++) {
        to[i] = (uint8_t)(value >> (8 * i));
    }
}

static bool insert_part(sqlite3 *db, uint64_t cell, rl_part part, const struct rl_blocks *blocks)
{
    uint8_t *done = rl_malloc(8u * blocks->words + 1u);
    struct row row = row_begin(db, "INSERT INTO part(cell, name, blocks, done) VALUES(?, ?, ?, ?)");
    for (uint32_t i = 0; i < blocks->words; i++) {
        put_bytes(done + (size_t)8u * i, blocks->done[i]);
    }
    bind_number(&row, cell);
    bind_text(&row, rl_part_name(part));
    bind_number(&row, blocks->count);
    bool good = insert_blob(&row, done, (size_t)8u * blocks->words, NULL);
    free(done);
    return good;
}

static bool insert_states(sqlite3 *db, uint64_t cell, const struct rl_states *states, size_t first)
{
    size_t count = states->count - first;
    uint8_t *bytes;
    if (count == 0) {
        return true;
    }
    bytes = rl_malloc(16u * count);
    for (size_t i = 0; i < count; i++) {
        put_bytes(bytes + 16u * i, states->list[first + i].low);
        put_bytes(bytes + 16u * i + 8u, states->list[first + i].high);
    }
    struct row row = row_begin(db, "INSERT INTO state_list(cell, fingerprints) VALUES(?, ?)");
    bind_number(&row, cell);
    bool good = insert_blob(&row, bytes, 16u * count, NULL);
    free(bytes);
    return good;
}

static bool insert_closure(sqlite3 *db, uint64_t cell, const struct rl_closure_result *closure)
{
    struct row row = row_begin(db, "INSERT INTO closure(cell, closed, transitions, longest_path, "
                                   "recovery_boots, repeated, missed) VALUES(?, ?, ?, ?, ?, ?, ?)");
    bind_number(&row, cell);
    bind_number(&row, closure->closed ? 1 : 0);
    bind_number(&row, closure->transitions);
    bind_number(&row, closure->longest_path);
    bind_number(&row, closure->recovery_boots);
    bind_number(&row, closure->repeated);
    bind_real(&row, closure->missed);
    return row_end(&row, NULL);
}

static bool insert_lists(sqlite3 *db, uint64_t id, const struct rl_cell_result *cell)
{
    bool good = true;
    for (uint32_t i = 0; good && i < cell->finding_count; i++) {
        good = insert_finding(db, id, &cell->findings[i]);
    }
    for (uint32_t i = 0; good && i < cell->held_count; i++) {
        good = insert_held(db, id, &cell->held[i]);
    }
    for (unsigned i = 0; good && i < RL_CLASS_COUNT; i++) {
        bool asked = rl_class_in(&cell->classes_asked, (rl_class)i);
        if (asked || cell->classes[i].applicable > 0) {
            good = insert_class(db, id, i, asked, &cell->classes[i]);
        }
    }
    for (uint32_t i = 0; good && i < cell->pair_count; i++) {
        good = insert_pair(db, id, &cell->pairs[i]);
    }
    for (unsigned i = 0; good && i < RL_PARTS; i++) {
        const struct rl_blocks *blocks = &cell->blocks[i];
        good =
            (blocks->count == 0 && blocks->words == 0) || insert_part(db, id, (rl_part)i, blocks);
    }
    return good;
}

/* All rows of a cell but its states, which are only added to. */
static bool clear_lists(sqlite3 *db, uint64_t cell)
{
    static const char *const statements[] = {
        "DELETE FROM finding WHERE cell = ?",     "DELETE FROM held WHERE cell = ?",
        "DELETE FROM class_count WHERE cell = ?", "DELETE FROM pair_count WHERE cell = ?",
        "DELETE FROM part WHERE cell = ?",        "DELETE FROM outage WHERE cell = ?",
        "DELETE FROM closure WHERE cell = ?"};
    bool good = true;
    for (size_t i = 0; good && i < sizeof statements / sizeof statements[0]; i++) {
        struct row row = row_begin(db, statements[i]);
        bind_number(&row, cell);
        good = row_end(&row, NULL);
    }
    return good;
}

bool rl_store_put_cell(sqlite3 *db, uint64_t campaign, const struct rl_cell_result *cell,
                       struct rl_store_cell *stored)
{
    bool good = stored->id == 0 || clear_lists(db, stored->id);
    good = good && put_cell_row(db, campaign, cell, &stored->id) &&
           (!cell->outage.measured || insert_outage(db, stored->id, &cell->outage)) &&
           (!cell->closure.asked || insert_closure(db, stored->id, &cell->closure)) &&
           insert_lists(db, stored->id, cell) &&
           insert_states(db, stored->id, &cell->states, stored->states);
    if (good) {
        stored->states = cell->states.count;
    }
    return good;
}

bool rl_store_put_campaign(sqlite3 *db, const struct rl_results *results, const char *verdict,
                           uint64_t *id)
{
    struct row row =
        row_begin(db, "INSERT OR REPLACE INTO campaign(id, version, shard, shards, verdict, "
                      "seconds) VALUES(?, ?, ?, ?, ?, ?)");
    if (*id == 0) {
        bind_text(&row, NULL);
    } else {
        bind_number(&row, *id);
    }
    bind_text(&row, RELIGHT_VERSION);
    bind_number(&row, results->shard);
    bind_number(&row, results->shards);
    bind_text(&row, verdict);
    bind_real(&row, results->seconds);
    return row_end(&row, id);
}

bool rl_store_put_meta(sqlite3 *db, const struct rl_store *store)
{
    struct row row = row_begin(db, "INSERT INTO meta(id, plan, plan_digest, engine, "
                                   "engine_digest, images_digest) VALUES(1, ?, ?, ?, ?, ?)");
    bind_text(&row, store->plan);
    bind_text(&row, store->plan_digest);
    bind_text(&row, store->engine);
    bind_text(&row, store->engine_digest);
    bind_text(&row, store->images_digest);
    return row_end(&row, NULL);
}

bool rl_store_execute(sqlite3 *db, const char *statement)
{
    struct row row = row_begin(db, statement);
    return row_end(&row, NULL);
}
