/* The results store: what it keeps, and what it refuses without touching it. */
/* groups: keep refuse */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "results/results.h"
#include "results/store_read.h"
#include "groups.h"

#define PLAN_DIGEST   0x1234u
#define ENGINE_DIGEST 0xABCDu
#define ERROR_SIZE    512u

/* A folder of its own for each test, and a store's name in it. */
struct place {
    char folder[64];
    char path[96];
    struct rl_finding finding;
    struct rl_held held;
    struct rl_cell_result cell;
    struct rl_results results;
    char error[ERROR_SIZE];
};

static int make(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    assert_non_null(place);
    strcpy(place->folder, "/tmp/relight-store-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->path, sizeof place->path, "%s/results.db", place->folder);
    place->finding = (struct rl_finding){.property = RL_PROPERTY_WHOLE,
                                         .phase = "overlay",
                                         .fault_class = RL_CLASS_CUT_AFTER,
                                         .faults = 1,
                                         .token = "smoke 1:x #1.2",
                                         .drawn = "smoke 1:y #1.2",
                                         .why = "it's torn",
                                         .count = 3};
    place->held = (struct rl_held){
        .phase = "flash", .operation = "program", .fault_class = RL_CLASS_CUT_BEFORE, .count = 9};
    place->cell =
        (struct rl_cell_result){.cell = "a",
                                .scenarios = 12,
                                .violations = 3,
                                .complete = true,
                                .classes_asked = rl_class_set_of(1u << RL_CLASS_CUT_AFTER),
                                .findings = &place->finding,
                                .finding_count = 1,
                                .held = &place->held,
                                .held_count = 1};
    place->cell.classes[RL_CLASS_CUT_AFTER] = (struct rl_class_count){5, 4, 3};
    place->cell.injected = 12;
    place->cell.joined = 11;
    place->cell.inject_seconds = 0.5;
    place->cell.pairs[0] =
        (struct rl_pair_result){RL_CLASS_PROGRAM_ERROR, RL_CLASS_CUT_AFTER, {8, 7, 6}};
    place->cell.pair_count = 1;
    place->cell.outage = (struct rl_outage){.measured = true,
                                            .port = {.offline_ns = 500, .dark_ns = 300},
                                            .hosts = 3,
                                            .sums = {.issued = 70, .least_paths = 1}};
    place->results = (struct rl_results){.plan = "smoke",
                                         .engine = "fastload",
                                         .plan_digest = PLAN_DIGEST,
                                         .engine_digest = ENGINE_DIGEST,
                                         .cells = &place->cell,
                                         .cell_count = 1,
                                         .seconds = 1.5};
    *state = place;
    return 0;
}

static unsigned files_in(const char *folder)
{
    unsigned count = 0;
    DIR *directory = opendir(folder);
    assert_non_null(directory);
    for (const struct dirent *entry = readdir(directory); entry != NULL;
         entry = readdir(directory)) {
        if (entry->d_name[0] != '.') {
            count++;
        }
    }
    closedir(directory);
    return count;
}

static int unmake(void **state)
{
    struct place *place = *state;
    unlink(place->path);
    rmdir(place->folder);
    free(place);
    return 0;
}

static struct rl_store *open_as(struct place *place, const char *plan, uint64_t plan_digest,
                                const char *engine, uint64_t engine_digest)
{
    struct rl_identity identity = {
        .plan = plan, .engine = engine, .plan_digest = plan_digest, .engine_digest = engine_digest};
    memset(place->error, 0, sizeof place->error);
    return rl_store_open(place->path, &identity, place->error, sizeof place->error);
}

static struct rl_store *open_own(struct place *place)
{
    return open_as(place, "smoke", PLAN_DIGEST, "fastload", ENGINE_DIGEST);
}

/* Opens the store, adds the campaign, closes it. */
static void save_once(struct place *place)
{
    struct rl_store *store = open_own(place);
    assert_non_null(store);
    assert_true(rl_store_save(store, &place->results, place->error, sizeof place->error));
    rl_store_close(store);
}

/* Runs statements on the file, as another program would. */
static void tamper(const struct place *place, const char *statements)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, statements, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* The first column of the first row, as a number. */
static int64_t ask(const struct place *place, const char *query)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_open_v2(place->path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, query, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}

static void write_file(const char *path, const char *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* The content of the file, allocated. */
static char *content(const struct place *place, size_t *size)
{
    struct stat status;
    assert_int_equal(stat(place->path, &status), 0);
    *size = (size_t)status.st_size;
    char *bytes = malloc(*size + 1);
    FILE *file = fopen(place->path, "rb");
    assert_non_null(bytes);
    assert_non_null(file);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

/* Asserts that the store is refused with a line that contains `why`, that the file keeps every
 * byte, and that nothing appears beside it. */
static void assert_refused(struct place *place, struct rl_store *(*open)(struct place *),
                           const char *why)
{
    size_t before_size = 0;
    size_t after_size = 0;
    char *before = content(place, &before_size);
    struct rl_store *store = open(place);
    assert_null(store);
    assert_non_null(strstr(place->error, why));
    assert_null(strchr(place->error, '\n'));
    char *after = content(place, &after_size);
    assert_int_equal(after_size, before_size);
    assert_memory_equal(after, before, before_size);
    assert_int_equal(files_in(place->folder), 1);
    free(before);
    free(after);
}

static void opening_creates_nothing(void **state)
{
    struct place *place = *state;
    struct rl_store *store = open_own(place);
    assert_non_null(store);
    rl_store_close(store);
    assert_int_equal(files_in(place->folder), 0);
}

static void a_campaign_is_kept_row_by_row(void **state)
{
    struct place *place = *state;
    save_once(place);
    assert_int_equal(files_in(place->folder), 1);
    assert_int_equal(ask(place, "SELECT count(*) FROM campaign WHERE verdict = 'violated'"), 1);
    assert_int_equal(ask(place, "SELECT scenarios FROM cell WHERE name = 'a' AND complete"), 12);
    assert_int_equal(ask(place, "SELECT count FROM finding WHERE property = 'whole' AND "
                                "class = 'cut-after' AND token = 'smoke 1:x #1.2' AND "
                                "drawn = 'smoke 1:y #1.2' AND "
                                "why = 'it''s torn'"),
                     3);
    assert_int_equal(ask(place, "SELECT count FROM held WHERE phase = 'flash' AND "
                                "operation = 'program' AND class = 'cut-before'"),
                     9);
    assert_int_equal(ask(place, "SELECT observed FROM class_count WHERE class = 'cut-after'"), 3);
    assert_int_equal(ask(place, "SELECT count(*) FROM class_count"), 1);
    assert_int_equal(ask(place, "SELECT fired FROM pair_count WHERE first = 'program-error' AND "
                                "second = 'cut-after'"),
                     7);
    assert_int_equal(ask(place, "SELECT count(*) FROM pair_count"), 1);
    assert_int_equal(ask(place, "SELECT injected * 100 + joined FROM cell"), 1211);
    assert_int_equal(ask(place, "SELECT inject_seconds * 10 FROM cell"), 5);
    assert_int_equal(ask(place, "SELECT issued FROM outage WHERE offline = 500 AND dark = 300 AND "
                                "hosts = 3 AND least_paths = 1"),
                     70);
}

static void campaigns_add_up(void **state)
{
    struct place *place = *state;
    save_once(place);
    save_once(place);
    assert_int_equal(ask(place, "SELECT count(*) FROM campaign"), 2);
    assert_int_equal(ask(place, "SELECT count(DISTINCT campaign) FROM cell"), 2);
    assert_int_equal(ask(place, "SELECT count(*) FROM meta"), 1);
}

static void one_handle_saves_twice(void **state)
{
    struct place *place = *state;
    struct rl_store *store = open_own(place);
    assert_non_null(store);
    assert_true(rl_store_save(store, &place->results, place->error, sizeof place->error));
    assert_true(rl_store_save(store, &place->results, place->error, sizeof place->error));
    rl_store_close(store);
    assert_int_equal(ask(place, "SELECT count(*) FROM campaign"), 2);
}

static void a_file_that_came_meanwhile_stays(void **state)
{
    struct place *place = *state;
    size_t size = 0;
    struct rl_store *store = open_own(place);
    assert_non_null(store);
    write_file(place->path, "mine", 4);
    assert_false(rl_store_save(store, &place->results, place->error, sizeof place->error));
    rl_store_close(store);
    char *bytes = content(place, &size);
    assert_int_equal(size, 4);
    assert_memory_equal(bytes, "mine", 4);
    assert_int_equal(files_in(place->folder), 1);
    free(bytes);
}

static void a_failed_save_changes_nothing(void **state)
{
    struct place *place = *state;
    save_once(place);
    struct rl_store *store = open_own(place);
    assert_non_null(store);
    tamper(place, "PRAGMA user_version = 7; UPDATE meta SET plan = 'other'");
    assert_false(rl_store_save(store, &place->results, place->error, sizeof place->error));
    rl_store_close(store);
    assert_int_equal(ask(place, "SELECT count(*) FROM campaign"), 1);
}

/* Writes into the store in a process of its own that dies in the middle: half of the transaction is
 * in the file, and the journal that undoes it lies beside it. */
static void die_while_writing(const struct place *place)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        sqlite3 *db = NULL;
        bool written = sqlite3_open(place->path, &db) == SQLITE_OK &&
                       sqlite3_exec(db, "BEGIN; UPDATE meta SET plan = 'half'", NULL, NULL, NULL) ==
                           SQLITE_OK &&
                       sqlite3_db_cacheflush(db) == SQLITE_OK;
        _exit(written ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(files_in(place->folder), 2);
}

static void an_interrupted_write_is_undone(void **state)
{
    struct place *place = *state;
    save_once(place);
    die_while_writing(place);
    save_once(place);
    assert_int_equal(ask(place, "SELECT count(*) FROM campaign"), 2);
    assert_int_equal(ask(place, "SELECT count(*) FROM meta WHERE plan = 'smoke'"), 1);
    assert_int_equal(files_in(place->folder), 1);
}

/* The campaigns of the store, of which there is one; NULL when it cannot be read. */
static struct rl_stored *read_back(struct place *place)
{
    struct rl_identity identity;
    uint32_t count = 0;
    struct rl_stored *stored =
        rl_store_read(place->path, &identity, &count, place->error, sizeof place->error);
    if (stored != NULL) {
        assert_int_equal(count, 1);
        assert_int_equal(identity.plan_digest, PLAN_DIGEST);
        assert_int_equal(identity.engine_digest, ENGINE_DIGEST);
        assert_string_equal(stored->plan, "smoke");
        assert_string_equal(stored->engine, "fastload");
    }
    return stored;
}

static void what_is_stored_is_read_back(void **state)
{
    struct place *place = *state;
    struct rl_cell_result *cell = &place->cell;
    place->results.shard = 2;
    place->results.shards = 3;
    cell->number = 7;
    (void)rl_states_add(&cell->states, (struct rl_sum){0x0123456789ABCDEFu, UINT64_MAX});
    cell->distinct_states = 1;
    cell->blocks[RL_PART_CUTS].count = 70;
    rl_blocks_add(&cell->blocks[RL_PART_CUTS], 69);
    save_once(place);
    struct rl_stored *stored = read_back(place);
    assert_non_null(stored);
    const struct rl_cell_result *read = &stored->results.cells[0];
    assert_int_equal(stored->results.shard, 2);
    assert_int_equal(stored->results.shards, 3);
    assert_int_equal(stored->results.cell_count, 1);
    assert_int_equal(read->number, 7);
    assert_int_equal(read->scenarios, 12);
    assert_true(read->complete);
    assert_int_equal(read->states.count, 1);
    assert_int_equal(read->states.list[0].low, 0x0123456789ABCDEFu);
    assert_int_equal(read->states.list[0].high, UINT64_MAX);
    assert_int_equal(read->blocks[RL_PART_CUTS].count, 70);
    assert_true(rl_blocks_has(&read->blocks[RL_PART_CUTS], 69));
    assert_int_equal(rl_blocks_done(&read->blocks[RL_PART_CUTS]), 1);
    assert_int_equal(read->finding_count, 1);
    assert_string_equal(read->findings[0].token, place->finding.token);
    assert_int_equal(read->findings[0].fault_class, RL_CLASS_CUT_AFTER);
    assert_int_equal(read->held[0].count, 9);
    assert_int_equal(read->classes[RL_CLASS_CUT_AFTER].fired, 4);
    assert_int_equal(read->pairs[0].count.observed, 6);
    assert_int_equal(read->outage.sums.issued, 70);
    rl_stored_free(stored);
    free(stored);
    rl_states_free(&cell->states);
    rl_blocks_free(&cell->blocks[RL_PART_CUTS]);
}

static void rows_that_make_no_sense_are_refused(void **state)
{
    static const char *const statements[] = {
        "UPDATE finding SET class = 'none-such'",
        "UPDATE finding SET property = 'none-such'",
        "UPDATE held SET class = 'none-such'",
        "UPDATE class_count SET class = 'none-such'",
        "UPDATE pair_count SET second = 'none-such'",
        "INSERT INTO part(cell, name, blocks, done) VALUES(1, 'none-such', 1, x'')",
        "INSERT INTO part(cell, name, blocks, done) VALUES(1, 'cuts', 3, x'0800000000000000')",
        "INSERT INTO part(cell, name, blocks, done) VALUES(1, 'cuts', 3, x'01')",
        "INSERT INTO part(cell, name, blocks, done) VALUES(1, 'cuts', 1 << 40, x'')",
        "INSERT INTO state_list(cell, fingerprints) VALUES(1, x'0102')",
        "INSERT INTO state_list(cell, fingerprints) VALUES(1, zeroblob(16))"};
    struct place *place = *state;
    for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++) {
        save_once(place);
        tamper(place, statements[i]);
        assert_null(read_back(place));
        assert_non_null(strstr(place->error, "makes no sense"));
        assert_int_equal(unlink(place->path), 0);
    }
}

static void another_versions_campaign_is_not_gone_on_with(void **state)
{
    struct place *place = *state;
    struct rl_stored stored;
    bool none = true;
    save_once(place);
    struct rl_store *store = open_own(place);
    assert_true(rl_store_resume(store, 0, 0, &stored, &none, place->error, sizeof place->error));
    assert_false(none);
    assert_int_equal(stored.results.cells[0].scenarios, 12);
    rl_stored_free(&stored);
    assert_false(rl_store_resume(store, 1, 2, &stored, &none, place->error, sizeof place->error));
    assert_non_null(strstr(place->error, "is shard 0/0, this is 1/2"));
    tamper(place, "UPDATE campaign SET version = '0.0.1'");
    assert_false(rl_store_resume(store, 0, 0, &stored, &none, place->error, sizeof place->error));
    assert_non_null(strstr(place->error, "by version 0.0.1 of relight"));
    rl_store_close(store);
}

static void text_is_refused(void **state)
{
    struct place *place = *state;
    write_file(place->path, "name: smoke\n", 12);
    assert_refused(place, open_own, "not a results store");
}

static void an_empty_file_is_refused(void **state)
{
    struct place *place = *state;
    write_file(place->path, "", 0);
    assert_refused(place, open_own, "not a results store");
}

static void a_folder_is_refused(void **state)
{
    struct place *place = *state;
    assert_int_equal(mkdir(place->path, 0777), 0);
    assert_null(open_own(place));
    assert_non_null(strstr(place->error, "not a regular file"));
    assert_int_equal(rmdir(place->path), 0);
}

static void a_missing_folder_is_refused(void **state)
{
    struct place *place = *state;
    char known[96];
    strcpy(known, place->path);
    snprintf(place->path, sizeof place->path, "%s/no/results.db", place->folder);
    assert_null(open_own(place));
    assert_non_null(strstr(place->error, "cannot be"));
    strcpy(place->path, known);
    assert_int_equal(files_in(place->folder), 0);
}

static void another_programs_database_is_refused(void **state)
{
    struct place *place = *state;
    tamper(place, "CREATE TABLE mine(x); INSERT INTO mine VALUES(1)");
    assert_refused(place, open_own, "of another program");
}

static void another_version_is_refused(void **state)
{
    struct place *place = *state;
    save_once(place);
    tamper(place, "PRAGMA user_version = 8");
    assert_refused(place, open_own, "of version 8, this program writes version 7");
}

static void a_write_ahead_log_is_refused(void **state)
{
    struct place *place = *state;
    save_once(place);
    tamper(place, "PRAGMA journal_mode = WAL");
    assert_refused(place, open_own, "write-ahead log");
}

static void other_tables_are_refused(void **state)
{
    struct place *place = *state;
    save_once(place);
    tamper(place, "CREATE TRIGGER t AFTER INSERT ON campaign BEGIN DELETE FROM finding; END");
    assert_refused(place, open_own, "its tables are not those of a results store");
}

static void a_truncated_store_is_refused(void **state)
{
    struct place *place = *state;
    struct stat status;
    save_once(place);
    assert_int_equal(stat(place->path, &status), 0);
    assert_int_equal(truncate(place->path, status.st_size / 2), 0);
    assert_refused(place, open_own, "damaged");
}

static struct rl_store *open_other_plan(struct place *place)
{
    return open_as(place, "other", PLAN_DIGEST, "fastload", ENGINE_DIGEST);
}

static struct rl_store *open_changed_plan(struct place *place)
{
    return open_as(place, "smoke", PLAN_DIGEST + 1, "fastload", ENGINE_DIGEST);
}

static struct rl_store *open_changed_engine(struct place *place)
{
    return open_as(place, "smoke", PLAN_DIGEST, "fastload", ENGINE_DIGEST + 1);
}

static void another_plan_is_refused(void **state)
{
    struct place *place = *state;
    save_once(place);
    assert_refused(place, open_other_plan, "results of plan smoke (digest 0000000000001234)");
    assert_refused(place, open_changed_plan, "this is plan smoke (digest 0000000000001235)");
}

static void another_engine_is_refused(void **state)
{
    struct place *place = *state;
    save_once(place);
    assert_refused(place, open_changed_engine, "this is engine fastload (digest 000000000000abce)");
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, make, unmake)

static const struct CMUnitTest keep_group[] = {
    CASE(opening_creates_nothing),
    CASE(a_campaign_is_kept_row_by_row),
    CASE(campaigns_add_up),
    CASE(one_handle_saves_twice),
    CASE(a_file_that_came_meanwhile_stays),
    CASE(a_failed_save_changes_nothing),
    CASE(an_interrupted_write_is_undone),
    CASE(what_is_stored_is_read_back),
    CASE(another_versions_campaign_is_not_gone_on_with),
};

static const struct CMUnitTest refuse_group[] = {
    CASE(text_is_refused),
    CASE(rows_that_make_no_sense_are_refused),
    CASE(an_empty_file_is_refused),
    CASE(a_folder_is_refused),
    CASE(a_missing_folder_is_refused),
    CASE(another_programs_database_is_refused),
    CASE(another_version_is_refused),
    CASE(a_write_ahead_log_is_refused),
    CASE(other_tables_are_refused),
    CASE(a_truncated_store_is_refused),
    CASE(another_plan_is_refused),
    CASE(another_engine_is_refused),
};

int main(int argc, char **argv)
{
    struct groups groups = groups_of(argc, argv);

    RUN_GROUP(groups, keep);
    RUN_GROUP(groups, refuse);
    return groups_end(&groups);
}
