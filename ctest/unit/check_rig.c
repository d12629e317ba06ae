#include "check_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "explore/encode.h"
#include "explore/sweep.h"
#include "images/file.h"

void check_rig_init(struct closed *closed, rl_memory memory, rl_tear tear)
{
    memset(closed, 0, sizeof *closed);
    toy_init(&closed->toy, memory, 1, tear, tear);
    closed->toy.cell.closure = true;
}

static void take(void *user, const struct rl_cell_result *piece, bool partial)
{
    (void)partial;
    rl_cell_result_add(user, piece);
}

void check_rig_run(struct closed *closed, double deadline,
                   const struct rl_certificate_sections *sections)
{
    struct rl_work work = {.take = take, .user = &closed->found, .certificate = sections};
    struct rl_cell_result end;

    rl_cell_work(&closed->toy.plan, 0, &closed->toy.handle, deadline, NULL, &work, &end);
    assert_string_equal(end.harness_error, "");
}

void check_rig_certify(struct closed *closed)
{
    static const uint32_t cells[] = {0};
    struct rl_certificate_sections sections;
    char path[] = "/tmp/relight-certificate-XXXXXX";
    char why[512];
    int descriptor = mkstemp(path);

    assert_true(descriptor >= 0);
    (void)close(descriptor);
    assert_true(rl_certificate_begin(&sections));
    check_rig_run(closed, 0, &sections);
    assert_true(closed->found.closure.closed);
    assert_true(rl_certificate_write(&sections, &closed->toy.plan, &closed->toy.engines, cells, 1,
                                     path, why, sizeof why));
    rl_certificate_end(&sections);
    assert_true(rl_file_read(path, 1u << 30, &closed->bytes, &closed->size, why));
    (void)unlink(path);
    assert_true(rl_check_read(&closed->file, closed->bytes, closed->size, why));
}

void check_rig_done(struct closed *closed)
{
    rl_check_file_free(&closed->file);
    rl_cell_result_free(&closed->found);
    free(closed->bytes);
    toy_free(&closed->toy);
}

void check_rig_check(struct closed *closed, double share, struct rl_check_result *result)
{
    struct rl_check_options options = {
        .share = share, .seed = 1, .combinations = RL_CHECK_COMBINATIONS};

    rl_check_cell(&closed->toy.plan, &closed->toy.cell, &closed->toy.handle, &closed->file.cells[0],
                  &options, result);
}

void check_rig_seal(uint8_t *bytes, size_t size)
{
    XXH128_hash_t hash = XXH3_128bits(bytes, size - 16u);
    struct rl_encoded sum = {0};

    rl_encode_sum(&sum, (struct rl_sum){hash.low64, hash.high64});
    memcpy(bytes + size - 16u, sum.bytes, 16);
    free(sum.bytes);
}

/* A copy that ends where its bytes do, so that a sanitizer sees who reads on. */
bool check_rig_reads(const uint8_t *bytes, size_t size, bool sealed, char *why)
{
    uint8_t *copy = malloc(size + (size == 0));
    struct rl_check_file file;
    bool read;

    assert_non_null(copy);
    memcpy(copy, bytes, size);
    if (sealed) {
        check_rig_seal(copy, size);
    }
    read = rl_check_read(&file, copy, size, why);
    rl_check_file_free(&file);
    free(copy);
    return read;
}

rl_class_set check_rig_lines(void)
{
    return rl_class_set_of(1u << RL_CLASS_CUT_BEFORE | 1u << RL_CLASS_CUT_AFTER |
                           1u << RL_CLASS_LOST_UNFLUSHED | 1u << RL_CLASS_WARM_RESET |
                           1u << RL_CLASS_NESTED_CUT);
}
