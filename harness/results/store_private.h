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

#define RL_STORE_APPLICATION_ID 0x524C4731 /* "RLG1" */
#define RL_STORE_VERSION        5
#define RL_STORE_DIGEST_SIZE    17u /* 16 hexadecimal digits and the NUL */

struct rl_store {
    char *path;
    char *plan;
    char *engine;
    char plan_digest[RL_STORE_DIGEST_SIZE];
    char engine_digest[RL_STORE_DIGEST_SIZE];
    bool exists; /* the file was there when the store was opened */
};

/* The statements that make an empty store, ended by NULL. */
extern const char *const rl_store_schema[];

/* Opens a connection that trusts nothing in the file. NULL and `error` when it cannot. */
sqlite3 *rl_store_connect(const char *path, int flags, char *error, size_t error_size);

/* Whether the open file is sound, a store of this version, and belongs to the plan and engine of
 * `store`. Reads only. */
bool rl_store_check(sqlite3 *db, const struct rl_store *store, char *error, size_t error_size);

#endif
