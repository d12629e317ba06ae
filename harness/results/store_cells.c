/* Reads the cells of a campaign back out of a results store. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "results/store_private.h"
#include "results/store_query.h"
#include "results/store_read.h"

#define BLOCKS_MAX (1u << 26)

/* A class by its name; -1 for none. False when there is none of that name. */
static bool take_class(struct rl_query *query, int *fault_class)
{
    const char *name = (const char *)sqlite3_column_text(query->statement, query->column++);
    rl_class found = name == NULL ? RL_CLASS_COUNT : rl_class_find(name);
    *fault_class = name == NULL ? -1 : (int)found;
    return name == NULL || found != RL_CLASS_COUNT;
}

static bool take_property(struct rl_query *query, rl_property *property)
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
    struct rl_query rows =
        rl_query_begin(db,
                       "SELECT property, phase, class, faults, token, drawn, why, count, "
                       "place FROM finding WHERE cell = ? ORDER BY id",
                       id);
    bool good = true;
    while (good && rl_query_next(&rows) && cell->finding_count < RL_FINDING_MAX) {
        cell->findings =
            rl_realloc(cell->findings, (cell->finding_count + 1u) * sizeof *cell->findings);
        struct rl_finding *finding = &cell->findings[cell->finding_count++];
        memset(finding, 0, sizeof *finding);
        good = take_property(&rows, &finding->property);
        rl_query_text(&rows, finding->phase, sizeof finding->phase);
        good = take_class(&rows, &finding->fault_class) && good;
        finding->faults = rl_query_small(&rows);
        rl_query_text(&rows, finding->token, sizeof finding->token);
        rl_query_text(&rows, finding->drawn, sizeof finding->drawn);
        rl_query_text(&rows, finding->why, sizeof finding->why);
        finding->count = rl_query_number(&rows);
        finding->place = rl_query_number(&rows);
    }
    rl_query_end(&rows);
    return good;
}

static bool read_held(sqlite3 *db, uint64_t id, struct rl_cell_result *cell)
{
    struct rl_query rows = rl_query_begin(db,
                                          "SELECT phase, operation, class, count FROM held WHERE "
                                          "cell = ? ORDER BY id",
                                          id);
    bool good = true;
    while (good && rl_query_next(&rows)) {
        cell->held = rl_realloc(cell->held, (cell->held_count + 1u) * sizeof *cell->held);
        struct rl_held *held = &cell->held[cell->held_count++];
        memset(held, 0, sizeof *held);
        rl_query_text(&rows, held->phase, sizeof held->phase);
        rl_query_text(&rows, held->operation, sizeof held->operation);
        good = take_class(&rows, &held->fault_class);
        held->count = rl_query_number(&rows);
    }
    rl_query_end(&rows);
    return good;
}

static struct rl_class_count take_counts(struct rl_query *rows)
{
    struct rl_class_count count;
    count.applicable = rl_query_number(rows);
    count.fired = rl_query_number(rows);
    count.observed = rl_query_number(rows);
    return count;
}

static bool read_classes(sqlite3 *db, uint64_t id, struct rl_cell_result *cell)
{
    struct rl_query rows = rl_query_begin(db,
                                          "SELECT class, applicable, fired, observed, asked "
                                          "FROM class_count WHERE cell = ? ORDER BY id",
                                          id);
    bool good = true;
    while (good && rl_query_next(&rows)) {
        int fault_class = -1;
        good = take_class(&rows, &fault_class) && fault_class >= 0;
        if (good) {
            cell->classes[fault_class] = take_counts(&rows);
            if (rl_query_number(&rows) != 0) {
                rl_class_add(&cell->classes_asked, (rl_class)fault_class);
            }
        }
    }
    rl_query_end(&rows);
    return good;
}

static bool read_pairs(sqlite3 *db, uint64_t id, struct rl_cell_result *cell)
{
    struct rl_query rows = rl_query_begin(db,
                                          "SELECT first, second, applicable, fired, observed FROM "
                                          "pair_count WHERE cell = ? ORDER BY id",
                                          id);
    bool good = true;
    while (good && rl_query_next(&rows)) {
        good = cell->pair_count < RL_PAIRS_MAX;
        if (good) {
            struct rl_pair_result *pair = &cell->pairs[cell->pair_count++];
            good = take_class(&rows, &pair->first) && pair->first >= 0;
            good = take_class(&rows, &pair->second) && pair->second >= 0 && good;
            pair->count = take_counts(&rows);
        }
    }
    rl_query_end(&rows);
    return good;
}

static void read_outage(sqlite3 *db, uint64_t id, struct rl_outage *outage)
{
    struct rl_query rows = rl_query_begin(
        db,
        "SELECT offline, dark, update_time, hosts, issued, accepted, answered, answered_twice, "
        "unanswered, held, retried, timeouts, paths_removed, paths_restored, logins_fast, "
        "logins_full, longest_hold, longest_wait, outage, least_paths FROM outage WHERE cell = "
        "?",
        id);
    if (rl_query_next(&rows)) {
        struct rl_host_sums *sums = &outage->sums;
        outage->measured = true;
        outage->port.offline_ns = rl_query_number(&rows);
        outage->port.dark_ns = rl_query_number(&rows);
        outage->port.update_ns = rl_query_number(&rows);
        outage->hosts = rl_query_small(&rows);
        sums->issued = rl_query_number(&rows);
        sums->accepted = rl_query_number(&rows);
        sums->answered = rl_query_number(&rows);
        sums->answered_twice = rl_query_number(&rows);
        sums->unanswered = rl_query_number(&rows);
        sums->held = rl_query_number(&rows);
        sums->retried = rl_query_number(&rows);
        sums->timeouts = rl_query_number(&rows);
        sums->paths_removed = rl_query_number(&rows);
        sums->paths_restored = rl_query_number(&rows);
        sums->logins_fast = rl_query_number(&rows);
        sums->logins_full = rl_query_number(&rows);
        sums->longest_hold_ns = rl_query_number(&rows);
        sums->longest_wait_ns = rl_query_number(&rows);
        sums->outage_ns = rl_query_number(&rows);
        sums->least_paths = rl_query_small(&rows);
    }
    rl_query_end(&rows);
}

static void read_closure(sqlite3 *db, uint64_t id, struct rl_closure_result *closure)
{
    struct rl_query rows =
        rl_query_begin(db,
                       "SELECT closed, transitions, longest_path, recovery_boots, "
                       "repeated, missed FROM closure WHERE cell = ?",
                       id);
    if (rl_query_next(&rows)) {
        closure->asked = true;
        closure->closed = rl_query_number(&rows) != 0;
        closure->transitions = rl_query_number(&rows);
        closure->longest_path = rl_query_small(&rows);
        closure->recovery_boots = rl_query_small(&rows);
        closure->repeated = rl_query_number(&rows);
        closure->missed = rl_query_real(&rows);
    }
    rl_query_end(&rows);
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
static bool take_blocks(struct rl_query *rows, struct rl_blocks *blocks)
{
    blocks->count = rl_query_small(rows);
    const uint8_t *bytes = sqlite3_column_blob(rows->statement, rows->column);
    int size = sqlite3_column_bytes(rows->statement, rows->column);
    if (blocks->count > BLOCKS_MAX || size % 8 != 0 || (uint32_t)size > BLOCKS_MAX / 8u) {
        return false;
    }
    for (uint32_t i = 0; bytes != NULL && i < (uint32_t)size * 8u; i++) {
        if (((uint32_t)bytes[i / 8u] >> (i % 8u) & 1u) == 0) {
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
    struct rl_query rows =
        rl_query_begin(db, "SELECT name, blocks, done FROM part WHERE cell = ? ORDER BY id", id);
    bool good = true;
    while (good && rl_query_next(&rows)) {
        char name[24];
        unsigned part = 0;
        rl_query_text(&rows, name, sizeof name);
        while (part < RL_PARTS && strcmp(rl_part_name((rl_part)part), name) != 0) {
            part++;
        }
        good = part < RL_PARTS && cell->blocks[part].words == 0 &&
               take_blocks(&rows, &cell->blocks[part]);
    }
    rl_query_end(&rows);
    return good;
}

static bool read_states(sqlite3 *db, uint64_t id, struct rl_states *states)
{
    struct rl_query rows =
        rl_query_begin(db, "SELECT fingerprints FROM state_list WHERE cell = ? ORDER BY id", id);
    bool good = true;
    while (good && rl_query_next(&rows)) {
        const uint8_t *bytes = sqlite3_column_blob(rows.statement, 0);
        int size = sqlite3_column_bytes(rows.statement, 0);
        good = size % 16 == 0;
        for (int i = 0; good && bytes != NULL && i + 16 <= size; i += 16) {
            (void)rl_states_add(states,
                                (struct rl_sum){number_at(bytes + i), number_at(bytes + i + 8)});
        }
    }
    rl_query_end(&rows);
    return good;
}

static void take_cell(struct rl_query *rows, struct rl_cell_result *cell, char engine[64])
{
    cell->number = rl_query_small(rows);
    rl_query_text(rows, cell->cell, sizeof cell->cell);
    rl_query_text(rows, engine, 64);
    cell->engine = engine;
    cell->golden_operations = rl_query_number(rows);
    cell->scenarios = rl_query_number(rows);
    cell->crash_states = rl_query_number(rows);
    cell->distinct_states = rl_query_number(rows);
    cell->runs = rl_query_number(rows);
    cell->violations = rl_query_number(rows);
    cell->unbootable = rl_query_number(rows);
    cell->injected = rl_query_number(rows);
    cell->joined = rl_query_number(rows);
    cell->complete = rl_query_number(rows) != 0;
    cell->inject_seconds = rl_query_real(rows);
    cell->cpu_seconds = rl_query_real(rows);
    cell->peak_bytes = rl_query_number(rows);
    rl_query_text(rows, cell->harness_error, sizeof cell->harness_error);
}

static bool read_lists(sqlite3 *db, uint64_t id, struct rl_cell_result *cell)
{
    read_outage(db, id, &cell->outage);
    read_closure(db, id, &cell->closure);
    return read_findings(db, id, cell) && read_held(db, id, cell) && read_classes(db, id, cell) &&
           read_pairs(db, id, cell) && read_parts(db, id, cell) &&
           read_states(db, id, &cell->states);
}

bool rl_store_read_cells(sqlite3 *db, uint64_t campaign, struct rl_stored *stored,
                         struct rl_store_cell *numbers)
{
    struct rl_results *results = &stored->results;
    struct rl_query rows = rl_query_begin(
        db,
        "SELECT id, number, name, engine, golden_operations, scenarios, crash_states, "
        "distinct_states, runs, violations, unbootable, injected, joined, complete, "
        "inject_seconds, cpu_seconds, peak_bytes, harness_error FROM cell WHERE campaign = ? "
        "ORDER BY id",
        campaign);
    bool good = true;
    results->cells = rl_calloc(RL_STORE_CELLS_MAX, sizeof *results->cells);
    stored->engines = rl_calloc(RL_STORE_CELLS_MAX, sizeof *stored->engines);
    while (good && rl_query_next(&rows) && results->cell_count < RL_STORE_CELLS_MAX) {
        struct rl_cell_result *cell = &results->cells[results->cell_count];
        uint64_t id = rl_query_number(&rows);
        take_cell(&rows, cell, stored->engines[results->cell_count]);
        good = read_lists(db, id, cell) && cell->distinct_states >= cell->states.count;
        if (numbers != NULL) {
            numbers[results->cell_count] = (struct rl_store_cell){id, cell->states.count};
        }
        results->cell_count++;
    }
    rl_query_end(&rows);
    return good;
}
