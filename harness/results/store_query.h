/* Queries of a results store: their rows one after the other, and of each row its columns in order.
 * Rows may hold anything; whatever is not of the type asked for is 0 or empty. */
#ifndef RELIGHT_RESULTS_STORE_QUERY_H
#define RELIGHT_RESULTS_STORE_QUERY_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rl_query {
    sqlite3_stmt *statement; /* NULL when SQLite would not have it: then there are no rows */
    int column;              /* the next one */
};

/* `key` takes the place of the one parameter. */
struct rl_query rl_query_begin(sqlite3 *db, const char *sql, uint64_t key);
/* The next row; false when there is none. */
bool rl_query_next(struct rl_query *query);
void rl_query_end(struct rl_query *query);

uint64_t rl_query_number(struct rl_query *query);
uint32_t rl_query_small(struct rl_query *query); /* at most UINT32_MAX */
double rl_query_real(struct rl_query *query);
void rl_query_text(struct rl_query *query, char *to, size_t size); /* cut to `size` */

#endif
