/* What the two halves of the store share: store.c judges files, store_write.c writes them.
 *
 * A store is one SQLite file that belongs to one plan and one engine, and holds any number of
 * campaigns of them. Its header names it (application_id, user_version), its `meta` row says whose
 * it is, and its schema is, statement by statement, the one below: a file with any other content
 * is not a store, whoever wrote it. */
#ifndef RELIGHT_RESULTS_STORE_PRIVATE_H
#define RELIGHT_RESULTS_STORE_PRIVATE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "results/results.h"

#define RL_STORE_APPLICATION_ID 0x524C4731 /* "RLG1" */
#define RL_STORE_VERSION        7
#define RL_STORE_DIGEST_SIZE    17u /* 16 hexadecimal digits and the NUL */

/* The verdict of a campaign that has not ended. */
#define RL_STORE_UNFINISHED     "unfinished"

/* A cell of a campaign in the store. */
struct rl_store_cell {
    uint64_t id;   /* its row; 0: none yet */
    size_t states; /* of its list that are stored */
};

struct rl_store {
    char *path;
    char *plan;
    char *engine;
    char plan_digest[RL_STORE_DIGEST_SIZE];
    char engine_digest[RL_STORE_DIGEST_SIZE];
    char images_digest[RL_STORE_DIGEST_SIZE];
    bool exists;                 /* the file was there when the store was opened */
    sqlite3 *db;                 /* while a campaign goes on; else NULL */
    uint64_t campaign;           /* its row; 0: none yet */
    struct rl_store_cell *cells; /* rows of its cells */
};

/* The statements that make an empty store, ended by NULL. */
extern const char *const rl_store_schema[];

/* Opens a connection that trusts nothing in the file. NULL and `error` when it cannot. */
sqlite3 *rl_store_connect(const char *path, int flags, char *error, size_t error_size);

/* A store of any plan and engine, for reading. NULL and `error` when it is none. */
struct rl_store *rl_store_open_any(const char *path, char *error, size_t error_size);

/* Whether the open file is sound, a store of this version, and belongs to the plan and engine of
 * `store`, unless that has none. Reads only. */
bool rl_store_check(sqlite3 *db, const struct rl_store *store, char *error, size_t error_size);

/* store_rows.c: insert rows; false when SQLite would not. `*id` and `stored` tell which rows are
 * there already and are replaced, and then which are there now. */
bool rl_store_execute(sqlite3 *db, const char *statement);
bool rl_store_put_meta(sqlite3 *db, const struct rl_store *store);
bool rl_store_put_campaign(sqlite3 *db, const struct rl_results *results, const char *verdict,
                           uint64_t *id);
bool rl_store_put_cell(sqlite3 *db, uint64_t campaign, const struct rl_cell_result *cell,
                       struct rl_store_cell *stored);

/* store_cells.c: the cells of a campaign into `stored`, which has none yet. `numbers`, which may be
 * NULL, has room for RL_STORE_CELLS_MAX and gets their rows. False when they make no sense. */
#define RL_STORE_CELLS_MAX 4096u
struct rl_stored;
bool rl_store_read_cells(sqlite3 *db, uint64_t campaign, struct rl_stored *stored,
                         struct rl_store_cell *numbers);

#endif
