/* Opens results stores: says whether a file may be used, and leaves it as it is.
 *
 * The file may be anything. Its first 100 bytes are read without SQLite; only a file that says that
 * it is a store of this version is opened, read-only, checked, and compared with what is expected.
 */
#include "results/results.h"
#include "results/store_private.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The database header of SQLite's file format. */
#define HEADER_SIZE           100u
#define HEADER_MAGIC          "SQLite format 3"
#define HEADER_WRITE_VERSION  18u
#define HEADER_READ_VERSION   19u
#define HEADER_USER_VERSION   60u
#define HEADER_APPLICATION_ID 68u

static uint32_t big_endian(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Reads the header of a regular file. False: `error` says why not. */
static bool read_header(const char *path, uint8_t *header, char *error, size_t error_size)
{
    /* O_NONBLOCK: a FIFO must not hold the program up before it is refused. */
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        snprintf(error, error_size, "%s: cannot be read: %s", path, strerror(errno));
        return false;
    }
    struct stat status;
    bool regular = fstat(file, &status) == 0 && S_ISREG(status.st_mode);
    ssize_t got = regular ? read(file, header, HEADER_SIZE) : -1;
    close(file);
    if (!regular) {
        snprintf(error, error_size,
                 "%s: not a regular file; a store is one file, give another name", path);
    } else if (got != (ssize_t)HEADER_SIZE ||
               memcmp(header, HEADER_MAGIC, sizeof HEADER_MAGIC) != 0) {
        snprintf(error, error_size,
                 "%s: not a results store; give the name of a store or of a new file", path);
    } else {
        return true;
    }
    return false;
}

static bool judge_header(const char *path, const uint8_t *header, char *error, size_t error_size)
{
    uint32_t version = big_endian(header + HEADER_USER_VERSION);
    if (big_endian(header + HEADER_APPLICATION_ID) != RL_STORE_APPLICATION_ID) {
        snprintf(error, error_size,
                 "%s: an SQLite file of another program, not a results store; give another name",
                 path);
        return false;
    }
    if (version != RL_STORE_VERSION) {
        snprintf(error, error_size,
                 "%s: a results store of version %" PRIu32 ", this program writes version %d; "
                 "give the name of a new file",
                 path, version, RL_STORE_VERSION);
        return false;
    }
    /* A store never uses a write-ahead log; opening such a file would create files beside it. */
    if (header[HEADER_WRITE_VERSION] != 1 || header[HEADER_READ_VERSION] != 1) {
        snprintf(error, error_size,
                 "%s: uses a write-ahead log, which a results store does not; it was changed by "
                 "another program",
                 path);
        return false;
    }
    return true;
}

sqlite3 *rl_store_connect(const char *path, int flags, char *error, size_t error_size)
{
    sqlite3 *db = NULL;
    int code = sqlite3_open_v2(path, &db, flags | SQLITE_OPEN_PRIVATECACHE, NULL);
    if (code == SQLITE_OK) {
        sqlite3_extended_result_codes(db, 1);
        sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
        sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
        sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
        code = sqlite3_exec(db, "PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON", NULL, NULL,
                            NULL);
    }
    if (code != SQLITE_OK) {
        snprintf(error, error_size, "%s: %s", path,
                 db == NULL ? "out of memory" : sqlite3_errmsg(db));
        sqlite3_close(db);
        return NULL;
    }
    return db;
}

/* Whether the query gives exactly the `count` rows of one column that are expected. */
static bool rows_equal(sqlite3 *db, const char *query, const char *const *expected, size_t count)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, query, -1, &statement, NULL) != SQLITE_OK) {
        return false;
    }
    bool equal = true;
    for (size_t i = 0; i < count && equal; i++) {
        equal = sqlite3_step(statement) == SQLITE_ROW;
        const char *row = equal ? (const char *)sqlite3_column_text(statement, 0) : NULL;
        equal = row != NULL && strcmp(row, expected[i]) == 0;
    }
    equal = equal && sqlite3_step(statement) == SQLITE_DONE;
    sqlite3_finalize(statement);
    return equal;
}

static size_t schema_size(void)
{
    size_t count = 0;
    while (rl_store_schema[count] != NULL) {
        count++;
    }
    return count;
}

/* Compares the meta row's columns from `column` on with a name and a digest. */
static bool same_owner(sqlite3_stmt *meta, int column, const char *what, const char *name,
                       const char *digest, char *error, size_t error_size)
{
    const char *has_name = (const char *)sqlite3_column_text(meta, column);
    const char *has_digest = (const char *)sqlite3_column_text(meta, column + 1);
    if (has_name != NULL && has_digest != NULL && strcmp(has_name, name) == 0 &&
        strcmp(has_digest, digest) == 0) {
        return true;
    }
    snprintf(error, error_size,
             "the store holds results of %s %.64s (digest %.16s), this is %s %.64s (digest %.16s); "
             "give the name of a new file",
             what, has_name == NULL ? "?" : has_name, has_digest == NULL ? "?" : has_digest, what,
             name, digest);
    return false;
}

/* Of the same plan but other images: said before that the plans' digests differ, which follows. */
static bool same_images(sqlite3_stmt *meta, const struct rl_store *store, char *error,
                        size_t error_size)
{
    const char *plan = (const char *)sqlite3_column_text(meta, 0);
    const char *images = (const char *)sqlite3_column_text(meta, 4);
    if (plan == NULL || strcmp(plan, store->plan) != 0 ||
        (images != NULL && strcmp(images, store->images_digest) == 0)) {
        return true;
    }
    snprintf(error, error_size,
             "the store holds results with other images (digest %.16s), now they have %s; give the "
             "name of a new file",
             images == NULL ? "?" : images, store->images_digest);
    return false;
}

static bool check_meta(sqlite3 *db, const struct rl_store *store, char *error, size_t error_size)
{
    sqlite3_stmt *meta = NULL;
    bool good = false;
    snprintf(error, error_size, "the store does not say what it belongs to; it is damaged");
    if (sqlite3_prepare_v2(
            db,
            "SELECT plan, plan_digest, engine, engine_digest, images_digest FROM meta "
            "WHERE id = 1",
            -1, &meta, NULL) == SQLITE_OK &&
        sqlite3_step(meta) == SQLITE_ROW) {
        good =
            same_images(meta, store, error, error_size) &&
            same_owner(meta, 0, "plan", store->plan, store->plan_digest, error, error_size) &&
            same_owner(meta, 2, "engine", store->engine, store->engine_digest, error, error_size);
    }
    sqlite3_finalize(meta);
    return good;
}

bool rl_store_check(sqlite3 *db, const struct rl_store *store, char *error, size_t error_size)
{
    static const char *const sound[] = {"ok"};
    char why[256] = "the file is damaged: SQLite's quick_check does not pass";
    bool good = rows_equal(db, "PRAGMA quick_check", sound, 1);
    if (good) {
        snprintf(why, sizeof why, "its tables are not those of a results store");
        good = rows_equal(db, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid",
                          rl_store_schema, schema_size());
    }
    good = good && (store->plan == NULL || check_meta(db, store, why, sizeof why));
    if (!good) {
        snprintf(error, error_size, "%s: %s", store->path, why);
    }
    return good;
}

/* A process that died while it wrote leaves a journal, which only a writer can roll back. The
 * header has said that the file is ours, so that is what happens. */
static bool roll_back(const struct rl_store *store, char *error, size_t error_size)
{
    sqlite3 *db = rl_store_connect(store->path, SQLITE_OPEN_READWRITE, error, error_size);
    bool good = db != NULL && rl_store_check(db, store, error, error_size);
    sqlite3_close(db);
    return good;
}

static bool check_existing(const struct rl_store *store, char *error, size_t error_size)
{
    uint8_t header[HEADER_SIZE];
    if (!read_header(store->path, header, error, error_size) ||
        !judge_header(store->path, header, error, error_size)) {
        return false;
    }
    if (store->plan != NULL && access(store->path, W_OK) != 0) {
        snprintf(error, error_size, "%s: cannot be written: %s", store->path, strerror(errno));
        return false;
    }
    sqlite3 *db = rl_store_connect(store->path, SQLITE_OPEN_READONLY, error, error_size);
    if (db == NULL) {
        return false;
    }
    int probe = sqlite3_exec(db, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
    bool good = false;
    if (probe == SQLITE_BUSY) {
        snprintf(error, error_size, "%s: another process is writing it; wait until it is done",
                 store->path);
    } else if (probe != SQLITE_READONLY_ROLLBACK) {
        good = rl_store_check(db, store, error, error_size);
    }
    sqlite3_close(db);
    return probe == SQLITE_READONLY_ROLLBACK ? roll_back(store, error, error_size) : good;
}

/* A new store needs a folder in which files can be made. */
static bool check_folder(const char *path, char *error, size_t error_size)
{
    char *copy = strdup(path);
    bool good = copy != NULL && access(dirname(copy), W_OK | X_OK) == 0;
    if (!good) {
        snprintf(error, error_size, "%s: cannot be created: %s", path, strerror(errno));
    }
    free(copy);
    return good;
}

static bool check_file(struct rl_store *store, char *error, size_t error_size)
{
    struct stat status;
    if (lstat(store->path, &status) == 0) {
        store->exists = true;
        return check_existing(store, error, error_size);
    }
    if (errno != ENOENT) {
        snprintf(error, error_size, "%s: cannot be used: %s", store->path, strerror(errno));
        return false;
    }
    return check_folder(store->path, error, error_size);
}

static void put_digest(char *text, uint64_t digest)
{
    snprintf(text, RL_STORE_DIGEST_SIZE, "%016" PRIx64, digest);
}

struct rl_store *rl_store_open(const char *path, const struct rl_identity *identity, char *error,
                               size_t error_size)
{
    if (path[0] == '\0') {
        snprintf(error, error_size, "a store needs a file name; the one given is empty");
        return NULL;
    }
    struct rl_store *store = calloc(1, sizeof *store);
    if (store == NULL) {
        snprintf(error, error_size, "%s: out of memory", path);
        return NULL;
    }
    store->path = strdup(path);
    store->plan = strdup(identity->plan);
    store->engine = strdup(identity->engine);
    put_digest(store->plan_digest, identity->plan_digest);
    put_digest(store->engine_digest, identity->engine_digest);
    put_digest(store->images_digest, identity->images_digest);
    if (store->path == NULL || store->plan == NULL || store->engine == NULL) {
        snprintf(error, error_size, "%s: out of memory", path);
    } else if (check_file(store, error, error_size)) {
        return store;
    }
    rl_store_close(store);
    return NULL;
}

struct rl_store *rl_store_open_any(const char *path, char *error, size_t error_size)
{
    struct rl_store *store = calloc(1, sizeof *store);
    if (store == NULL || (store->path = strdup(path)) == NULL) {
        snprintf(error, error_size, "%s: out of memory", path);
    } else if (check_existing(store, error, error_size)) {
        store->exists = true;
        return store;
    }
    rl_store_close(store);
    return NULL;
}

void rl_store_close(struct rl_store *store)
{
    if (store != NULL) {
        free(store->path);
        free(store->plan);
        free(store->engine);
        free(store->cells);
        sqlite3_close(store->db);
        free(store);
    }
}
