/* Writes campaigns into results stores: a new one in one transaction, and what it adds up to since
 * then in one more each time.
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

#include "board/heap.h"

#define BUSY_MILLISECONDS 10000

static bool create_schema(sqlite3 *db, const struct rl_store *store)
{
    char pragma[64];
    snprintf(pragma, sizeof pragma, "PRAGMA application_id = %d", RL_STORE_APPLICATION_ID);
    bool good = rl_store_execute(db, pragma);
    snprintf(pragma, sizeof pragma, "PRAGMA user_version = %d", RL_STORE_VERSION);
    good = good && rl_store_execute(db, pragma);
    for (size_t i = 0; good && rl_store_schema[i] != NULL; i++) {
        good = rl_store_execute(db, rl_store_schema[i]);
    }
    return good && rl_store_put_meta(db, store);
}

/* A new campaign: what is not stored of it has no number yet. */
static void forget_numbers(struct rl_store *store, uint32_t cell_count)
{
    free(store->cells);
    store->campaign = 0;
    store->cells = rl_calloc(cell_count + 1u, sizeof *store->cells);
}

static bool put_all(sqlite3 *db, struct rl_store *store, const struct rl_results *results,
                    const char *verdict)
{
    bool good = rl_store_put_campaign(db, results, verdict, &store->campaign);
    for (uint32_t i = 0; good && i < results->cell_count; i++) {
        good = rl_store_put_cell(db, store->campaign, &results->cells[i], &store->cells[i]);
    }
    return good;
}

static bool not_stored(const struct rl_store *store, sqlite3 *db, char *error, size_t error_size)
{
    snprintf(error, error_size, "%s: the results were not stored: %s", store->path,
             sqlite3_errmsg(db));
    if (sqlite3_get_autocommit(db) == 0) {
        rl_store_execute(db, "ROLLBACK");
    }
    return false;
}

/* One transaction: all of the campaign, or nothing. */
static bool write_file(const char *path, struct rl_store *store, bool create,
                       const struct rl_results *results, const char *verdict, char *error,
                       size_t error_size)
{
    sqlite3 *db = rl_store_connect(path, SQLITE_OPEN_READWRITE, error, error_size);
    if (db == NULL) {
        return false;
    }
    forget_numbers(store, results->cell_count);
    sqlite3_busy_timeout(db, BUSY_MILLISECONDS);
    bool good = rl_store_execute(db, "BEGIN IMMEDIATE");
    if (good && !create && !rl_store_check(db, store, error, error_size)) {
        rl_store_execute(db, "ROLLBACK");
        sqlite3_close(db);
        return false;
    }
    good = good && (!create || create_schema(db, store)) && put_all(db, store, results, verdict) &&
           rl_store_execute(db, "COMMIT");
    if (!good) {
        not_stored(store, db, error, error_size);
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

static bool write_new(struct rl_store *store, const struct rl_results *results, const char *verdict,
                      char *error, size_t error_size)
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
    bool good = write_file(temporary, store, true, results, verdict, error, error_size);
    if (good && link(temporary, store->path) != 0) {
        snprintf(error, error_size, "%s: cannot be created: %s", store->path, strerror(errno));
        good = false;
    }
    unlink(temporary);
    free(temporary);
    return good;
}

static bool add_campaign(struct rl_store *store, const struct rl_results *results,
                         const char *verdict, char *error, size_t error_size)
{
    if (store->exists) {
        return write_file(store->path, store, false, results, verdict, error, error_size);
    }
    store->exists = write_new(store, results, verdict, error, error_size);
    return store->exists;
}

bool rl_store_save(struct rl_store *store, const struct rl_results *results, char *error,
                   size_t error_size)
{
    return add_campaign(store, results, rl_verdict_name(rl_results_verdict(results)), error,
                        error_size);
}

/* The connection that stays while a campaign goes on. */
static bool keep_open(struct rl_store *store, char *error, size_t error_size)
{
    store->db = rl_store_connect(store->path, SQLITE_OPEN_READWRITE, error, error_size);
    if (store->db != NULL) {
        sqlite3_busy_timeout(store->db, BUSY_MILLISECONDS);
    }
    return store->db != NULL;
}

bool rl_store_begin(struct rl_store *store, const struct rl_results *results, char *error,
                    size_t error_size)
{
    if (store->campaign == 0 &&
        !add_campaign(store, results, RL_STORE_UNFINISHED, error, error_size)) {
        return false;
    }
    return keep_open(store, error, error_size);
}

bool rl_store_update(struct rl_store *store, const struct rl_results *results, const bool *changed,
                     char *error, size_t error_size)
{
    bool good = rl_store_execute(store->db, "BEGIN IMMEDIATE") &&
                rl_store_put_campaign(store->db, results, RL_STORE_UNFINISHED, &store->campaign);
    for (uint32_t i = 0; good && i < results->cell_count; i++) {
        good = !changed[i] ||
               rl_store_put_cell(store->db, store->campaign, &results->cells[i], &store->cells[i]);
    }
    good = good && rl_store_execute(store->db, "COMMIT");
    return good || not_stored(store, store->db, error, error_size);
}

bool rl_store_finish(struct rl_store *store, const struct rl_results *results, char *error,
                     size_t error_size)
{
    bool good = rl_store_put_campaign(
        store->db, results, rl_verdict_name(rl_results_verdict(results)), &store->campaign);
    if (!good) {
        not_stored(store, store->db, error, error_size);
    }
    sqlite3_close(store->db);
    store->db = NULL;
    return good;
}
