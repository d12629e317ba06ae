/* Writes campaigns into results stores: each in one transaction, or not at all.
 *
 * A new store is made under a temporary name in the same folder and linked to its own name when it
 * is complete, so that there is never a half-made one, and never one in place of another file. */
#include "results/results.h"
#include "results/store_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_MILLISECONDS 10000

const char *const rl_store_schema[] = {
    "CREATE TABLE meta(id INTEGER PRIMARY KEY CHECK(id = 1), plan TEXT NOT NULL, "
    "plan_digest TEXT NOT NULL, engine TEXT NOT NULL, engine_digest TEXT NOT NULL) STRICT",
    "CREATE TABLE campaign(id INTEGER PRIMARY KEY, verdict TEXT NOT NULL, "
    "seconds REAL NOT NULL) STRICT",
    "CREATE TABLE cell(id INTEGER PRIMARY KEY, campaign INTEGER NOT NULL REFERENCES campaign, "
    "name TEXT NOT NULL, engine TEXT NOT NULL, golden_operations INTEGER NOT NULL, scenarios "
    "INTEGER NOT NULL, "
    "crash_states INTEGER NOT NULL, distinct_states INTEGER NOT NULL, runs INTEGER NOT NULL, "
    "violations INTEGER NOT NULL, unbootable INTEGER NOT NULL, injected INTEGER NOT NULL, "
    "joined INTEGER NOT NULL, complete INTEGER NOT NULL, inject_seconds REAL NOT NULL, "
    "cpu_seconds REAL NOT NULL, "
    "peak_bytes INTEGER NOT NULL, harness_error TEXT) STRICT",
    "CREATE TABLE finding(id INTEGER PRIMARY KEY, cell INTEGER NOT NULL REFERENCES cell, "
    "property TEXT NOT NULL, phase TEXT NOT NULL, class TEXT, faults INTEGER NOT NULL, "
    "token TEXT NOT NULL, drawn TEXT, why TEXT NOT NULL, count INTEGER NOT NULL) STRICT",
    "CREATE TABLE held(id INTEGER PRIMARY KEY, cell INTEGER NOT NULL REFERENCES cell, "
    "phase TEXT NOT NULL, operation TEXT NOT NULL, class TEXT, count INTEGER NOT NULL) STRICT",
    "CREATE TABLE class_count(id INTEGER PRIMARY KEY, cell INTEGER NOT NULL REFERENCES cell, "
    "class TEXT NOT NULL, applicable INTEGER NOT NULL, fired INTEGER NOT NULL, "
    "observed INTEGER NOT NULL) STRICT",
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
                      "why, count) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)");
    bind_number(&row, cell);
    bind_text(&row, property == NULL ? "unknown" : property->name);
    bind_text(&row, finding->phase);
    bind_text(&row, class_name(finding->fault_class));
    bind_number(&row, finding->faults);
    bind_text(&row, finding->token);
    bind_text(&row, finding->drawn[0] == '\0' ? NULL : finding->drawn);
    bind_text(&row, finding->why);
    bind_number(&row, finding->count);
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

static bool insert_class(sqlite3 *db, uint64_t cell, unsigned index,
                         const struct rl_class_count *count)
{
    struct row row = row_begin(db, "INSERT INTO class_count(cell, class, applicable, fired, "
                                   "observed) VALUES(?, ?, ?, ?, ?)");
    bind_number(&row, cell);
    bind_text(&row, class_name((int)index));
    bind_number(&row, count->applicable);
    bind_number(&row, count->fired);
    bind_number(&row, count->observed);
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

static bool insert_cell_row(sqlite3 *db, uint64_t campaign, const struct rl_cell_result *cell,
                            uint64_t *id)
{
    struct row row = row_begin(
        db, "INSERT INTO cell(campaign, name, engine, golden_operations, scenarios, crash_states, "
            "distinct_states, runs, violations, unbootable, injected, joined, complete, "
            "inject_seconds, cpu_seconds, peak_bytes, harness_error) VALUES(?, ?, ?, ?, ?, ?, ?, "
            "?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    bind_number(&row, campaign);
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

static bool insert_cell(sqlite3 *db, uint64_t campaign, const struct rl_cell_result *cell)
{
    uint64_t id = 0;
    bool good = insert_cell_row(db, campaign, cell, &id);
    good = good && (!cell->outage.measured || insert_outage(db, id, &cell->outage));
    for (uint32_t i = 0; good && i < cell->finding_count; i++) {
        good = insert_finding(db, id, &cell->findings[i]);
    }
    for (uint32_t i = 0; good && i < cell->held_count; i++) {
        good = insert_held(db, id, &cell->held[i]);
    }
    for (unsigned i = 0; good && i < RL_CLASS_COUNT; i++) {
        if (rl_class_in(&cell->classes_asked, (rl_class)i)) {
            good = insert_class(db, id, i, &cell->classes[i]);
        }
    }
    for (uint32_t i = 0; good && i < cell->pair_count; i++) {
        good = insert_pair(db, id, &cell->pairs[i]);
    }
    return good;
}

static bool insert_campaign(sqlite3 *db, const struct rl_results *results)
{
    uint64_t campaign = 0;
    struct row row = row_begin(db, "INSERT INTO campaign(verdict, seconds) VALUES(?, ?)");
    bind_text(&row, rl_verdict_name(rl_results_verdict(results)));
    bind_real(&row, results->seconds);
    bool good = row_end(&row, &campaign);
    for (uint32_t i = 0; good && i < results->cell_count; i++) {
        good = insert_cell(db, campaign, &results->cells[i]);
    }
    return good;
}

static bool execute(sqlite3 *db, const char *statement)
{
    struct row row = row_begin(db, statement);
    return row_end(&row, NULL);
}

static bool create_schema(sqlite3 *db, const struct rl_store *store)
{
    char pragma[64];
    snprintf(pragma, sizeof pragma, "PRAGMA application_id = %d", RL_STORE_APPLICATION_ID);
    bool good = execute(db, pragma);
    snprintf(pragma, sizeof pragma, "PRAGMA user_version = %d", RL_STORE_VERSION);
    good = good && execute(db, pragma);
    for (size_t i = 0; good && rl_store_schema[i] != NULL; i++) {
        good = execute(db, rl_store_schema[i]);
    }
    struct row row = row_begin(db, "INSERT INTO meta(id, plan, plan_digest, engine, "
                                   "engine_digest) VALUES(1, ?, ?, ?, ?)");
    bind_text(&row, store->plan);
    bind_text(&row, store->plan_digest);
    bind_text(&row, store->engine);
    bind_text(&row, store->engine_digest);
    bool inserted = row_end(&row, NULL);
    return good && inserted;
}

/* One transaction: all of the campaign, or nothing. */
static bool write_file(const char *path, const struct rl_store *store, bool create,
                       const struct rl_results *results, char *error, size_t error_size)
{
    sqlite3 *db = rl_store_connect(path, SQLITE_OPEN_READWRITE, error, error_size);
    if (db == NULL) {
        return false;
    }
    sqlite3_busy_timeout(db, BUSY_MILLISECONDS);
    bool begun = execute(db, "BEGIN IMMEDIATE");
    bool good = begun;
    if (good && !create && !rl_store_check(db, store, error, error_size)) {
        execute(db, "ROLLBACK");
        sqlite3_close(db);
        return false;
    }
    good = good && (!create || create_schema(db, store)) && insert_campaign(db, results) &&
           execute(db, "COMMIT");
    if (!good) {
        snprintf(error, error_size, "%s: the results were not stored: %s", store->path,
                 sqlite3_errmsg(db));
    }
    if (sqlite3_get_autocommit(db) == 0) {
        execute(db, "ROLLBACK");
    }
    sqlite3_close(db);
    return good;
}

/* mkstemp() makes files for the owner alone; a store is as readable as any other output. */
static void usual_permissions(int file)
{
    mode_t mask = umask(0);
    umask(mask);
    (void)fchmod(file, 0666 & ~mask);
}

static bool write_new(const struct rl_store *store, const struct rl_results *results, char *error,
                      size_t error_size)
{
    size_t size = strlen(store->path) + sizeof ".new-XXXXXX";
    char *temporary = malloc(size);
    if (temporary == NULL) {
        snprintf(error, error_size, "%s: out of memory", store->path);
        return false;
    }
    snprintf(temporary, size, "%s.new-XXXXXX", store->path);
    int file = mkstemp(temporary);
    if (file < 0) {
        snprintf(error, error_size, "%s: cannot be created: %s", store->path, strerror(errno));
        free(temporary);
        return false;
    }
    usual_permissions(file);
    close(file);
    bool good = write_file(temporary, store, true, results, error, error_size);
    if (good && link(temporary, store->path) != 0) {
        snprintf(error, error_size, "%s: cannot be created: %s", store->path, strerror(errno));
        good = false;
    }
    unlink(temporary);
    free(temporary);
    return good;
}

bool rl_store_save(struct rl_store *store, const struct rl_results *results, char *error,
                   size_t error_size)
{
    if (store->exists) {
        return write_file(store->path, store, false, results, error, error_size);
    }
    store->exists = write_new(store, results, error, error_size);
    return store->exists;
}
