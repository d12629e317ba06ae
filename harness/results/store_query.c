#include "results/store_query.h"

#include <stdio.h>

struct rl_query rl_query_begin(sqlite3 *db, const char *sql, uint64_t key)
{
    struct rl_query query = {0};
    if (sqlite3_prepare_v2(db, sql, -1, &query.statement, NULL) == SQLITE_OK) {
        sqlite3_bind_int64(query.statement, 1, (sqlite3_int64)key);
    }
    return query;
}

bool rl_query_next(struct rl_query *query)
{
    query->column = 0;
    return query->statement != NULL && sqlite3_step(query->statement) == SQLITE_ROW;
}

void rl_query_end(struct rl_query *query)
{
    sqlite3_finalize(query->statement);
}

uint64_t rl_query_number(struct rl_query *query)
{
    return (uint64_t)sqlite3_column_int64(query->statement, query->column++);
}

uint32_t rl_query_small(struct rl_query *query)
{
    uint64_t value = rl_query_number(query);
    return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

double rl_query_real(struct rl_query *query)
{
    return sqlite3_column_double(query->statement, query->column++);
}

void rl_query_text(struct rl_query *query, char *to, size_t size)
{
    const unsigned char *text = sqlite3_column_text(query->statement, query->column++);
    snprintf(to, size, "%s", text == NULL ? "" : (const char *)text);
}
