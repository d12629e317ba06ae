/* What emulation costs: the same update by the same engine, on the board and on plain arrays. Both
 * have the same geometry and the same images, and neither computes a digest or a signature: a
 * digest of bytes at hand is a fast hash, a range has whatever digest it is asked about. Nobody
 * observes, logs or judges. */
#include "measure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "array_port.h"
#include "board/board.h"
#include "board/heap.h"
#include "engines/load.h"
#include "explore/run.h"
#include "fastload/image.h"

#define PAYLOAD 61440u /* of an image of almost 64 KiB */
#define BANK    65536u
#define CHUNK   1024u
#define LINES   256u
#define STEPS   100000u /* most of one update */
#define UPDATES 20u     /* in one round */

static struct array_port arrays;
static struct rl_board board;
static struct rl_engine_handle engine;
static uint8_t *images[2];
static size_t sizes[2];
static uint32_t *sent; /* the new image's pages */

/* ---- crypto that costs nothing, on both sides ---- */

static void fast_hash(const void *bytes, uint32_t size, uint8_t *digest)
{
    XXH128_hash_t hash = XXH3_128bits(bytes, size);

    memcpy(digest, &hash, sizeof hash);
    memcpy(digest + sizeof hash, &hash, sizeof hash);
}

static fl_status array_digest(void *port, const void *bytes, uint32_t size, uint8_t *digest)
{
    ((struct array_port *)port)->operations++;
    fast_hash(bytes, size, digest);
    return FL_OK;
}

static fl_status array_digest_check(void *port, fl_space space, uint32_t address, uint32_t size,
                                    const uint8_t *digest, bool *equal)
{
    (void)space;
    (void)address;
    (void)size;
    (void)digest;
    ((struct array_port *)port)->operations++;
    *equal = true;
    return FL_OK;
}

static fl_status array_signature(void *port, const void *bytes, uint32_t size,
                                 const uint8_t *signature, bool *good)
{
    (void)bytes;
    (void)size;
    (void)signature;
    ((struct array_port *)port)->operations++;
    *good = true;
    return FL_OK;
}

static relight_result board_digest(void *host, const void *bytes, uint32_t size, uint8_t *digest)
{
    (void)host;
    fast_hash(bytes, size, digest);
    return RELIGHT_OK;
}

static relight_result board_digest_check(void *host, relight_space space, uint32_t address,
                                         uint32_t size, const uint8_t *digest, bool *equal)
{
    uint8_t device = space == RELIGHT_FLASH ? RL_FLASH : RL_MEMORY;
    struct rl_operation *operation = rl_board_begin(host, RL_KIND_DIGEST, device, address, size);

    (void)digest;
    *equal = true;
    return rl_board_end(host, operation, 0, RELIGHT_OK);
}

static relight_result board_signature(void *host, const void *bytes, uint32_t size,
                                      const uint8_t *signature, bool *good)
{
    struct rl_operation *operation = rl_board_begin(host, RL_KIND_SIGNATURE, RL_MEMORY, 0, size);

    (void)bytes;
    (void)signature;
    *good = true;
    return rl_board_end(host, operation, 0, RELIGHT_OK);
}

/* ---- plain arrays ---- */

static void array_fresh(void)
{
    struct array_geometry geometry = {
        .sector_size = 4096u, .page_size = 256u, .granule_size = 8u, .bank_size = BANK};

    array_port_init(&arrays, &geometry);
    arrays.port.digest = array_digest;
    arrays.port.digest_check = array_digest_check;
    arrays.port.signature_check = array_signature;
    arrays.chunk = CHUNK;
    array_port_put_image(&arrays, 0, images[0], (uint32_t)sizes[0]);
    arrays.sent = images[1];
    arrays.sent_size = (uint32_t)sizes[1];
}

/* Boots, and updates: the build of the new image takes over when the old one's has gone. */
static void array_update(void)
{
    struct fl_engine now = {0};
    fl_status status = fl_boot(&now, &arrays.port);

    status = status == FL_OK ? fl_start(&now, &arrays.port) : status;
    status = status == FL_OK ? fl_request(&now) : status;
    for (uint32_t i = 0; i < STEPS && (status == FL_OK || status == FL_AGAIN); i++) {
        if (now.phase == FL_PHASE_IDLE && i > 0) {
            return;
        }
        if (now.phase == FL_PHASE_AWAY) {
            memset(&now, 0, sizeof now);
            status = fl_take_over(&now, &arrays.port);
        } else {
            status = fl_step(&now, &arrays.port);
        }
    }
    fail_msg("the update on plain arrays ended with: %s", fl_status_sentence(status));
}

/* ---- the board ---- */

static struct relight_region region_of(struct fl_region region)
{
    return (struct relight_region){region.address, region.size};
}

static struct rl_device device_like(const struct fl_layout *layout)
{
    struct rl_device device = {
        .line_size = 64, .cache_lines = LINES, .chunk_size = CHUNK, .post_bytes = 512u << 20u};
    struct relight_geometry *g = &device.geometry;

    g->sector_size = layout->sector_size;
    g->page_size = layout->page_size;
    g->granule_size = layout->granule_size;
    g->flash_size = layout->otp.address + layout->otp.size;
    g->memory_size = layout->handover.address + layout->handover.size;
    for (int i = 0; i < 2; i++) {
        g->bank[i] = region_of(layout->bank[i]);
        g->record[i] = region_of(layout->record[i]);
        g->data[i] = region_of(layout->data[i]);
    }
    g->journal = region_of(layout->journal);
    g->otp = region_of(layout->otp);
    g->resident = region_of(layout->resident);
    g->staging = region_of(layout->staging);
    g->handover = region_of(layout->handover);
    g->hardware_level = layout->hardware_level;
    g->staging_executes = layout->staging_executes;
    return device;
}

static uint32_t deliver(void *user, uint32_t first, uint32_t most, uint32_t *data)
{
    uint32_t pages = (uint32_t)sizes[1] / RL_PAGE;
    uint32_t count = first >= pages ? 0 : pages - first < most ? pages - first : most;

    (void)user;
    if (count > 0) {
        memcpy(data, sent + first, count * sizeof *data);
    }
    return count;
}

/* The old image in bank 0, as a device leaves the factory: what it never programs is blank. */
static void board_fresh(void)
{
    struct rl_plane *flash = &board.planes[RL_PLANE_FLASH];
    uint32_t first = board.device.geometry.bank[0].address / RL_PAGE;

    rl_plane_fill(flash, RL_SLOT_BLANK);
    rl_plane_fill(&board.planes[RL_PLANE_MEMORY], RL_SLOT_LOST);
    for (uint32_t page = 0; page < BANK / RL_PAGE; page++) {
        struct rl_marks marks = {0};
        uint8_t bytes[RL_PAGE];

        memset(bytes, 0xFF, sizeof bytes);
        for (uint32_t word = 0; word < RL_PAGE_WORDS; word++) {
            uint32_t at = page * RL_PAGE + word * RL_WORD;

            if (arrays.programmed[at / RL_WORD]) {
                memcpy(bytes + word * RL_WORD, arrays.flash + at, RL_WORD);
                marks.programmed |= 1u << word;
            }
        }
        rl_plane_set(flash, first + page, rl_slot_intern(bytes, marks));
    }
    rl_board_start(&board);
}

static void board_update(void *context)
{
    relight_progress progress;

    memset(context, 0, engine.engine->context_size);
    progress = engine.engine->boot(context, &board.services);
    if (progress == RELIGHT_RUNS && engine.engine->request(context, &board.services)) {
        progress = RELIGHT_WORKING;
    }
    for (uint32_t i = 0; i < STEPS && progress == RELIGHT_WORKING; i++) {
        bool delivered = board.interrupt;

        progress = engine.engine->step(context, &board.services);
        board.interrupt = board.interrupt && !delivered;
    }
    if (progress != RELIGHT_RUNS || !board.processing || board.flash_changes == 0) {
        fail_msg("the update on the board did not end in the new image");
    }
}

/* ---- both ---- */

/* Both banks B hold the new image, behind its metadata: what was measured was an update. */
static void assert_updated(void)
{
    uint32_t bank = arrays.layout.bank[1].address;

    assert_memory_equal(arrays.flash + bank + FL_METADATA_SIZE, images[1] + FL_METADATA_SIZE,
                        sizes[1] - FL_METADATA_SIZE);
    for (uint32_t page = FL_METADATA_SIZE / RL_PAGE; page < sizes[1] / RL_PAGE; page++) {
        rl_slot slot = board.planes[RL_PLANE_FLASH].slots[bank / RL_PAGE + page];

        assert_int_equal(rl_slot_data(slot), sent[page]);
    }
}

static void build(int index, uint32_t version)
{
    struct rl_recipe recipe;
    struct rl_key key;
    char why[RL_IMAGE_WHY_SIZE];
    uint8_t *payload = rl_malloc(PAYLOAD);

    rl_key_test(&key);
    rl_payload_pattern(version, payload, PAYLOAD);
    rl_recipe_defaults(&recipe);
    recipe.payload = payload;
    recipe.payload_size = PAYLOAD;
    recipe.version = version;
    recipe.level = (uint32_t)index + 1u;
    strcpy(recipe.name, "measured");
    if (!rl_image_build(&recipe, &key, &images[index], &sizes[index], why)) {
        fail_msg("the recipe is wrong: %s", why);
    }
    free(payload);
}

static void set_up(void)
{
    char error[256];
    struct rl_device device;

    build(0, 0x01000000u);
    build(1, 0x02000000u);
    array_fresh();
    rl_pages_init();
    device = device_like(&arrays.layout);
    rl_board_init(&board, &device);
    board.services.digest = board_digest;
    board.services.digest_check = board_digest_check;
    board.services.signature_check = board_signature;
    board.link.pages = deliver;
    sent = rl_calloc(sizes[1] / RL_PAGE, sizeof *sent);
    for (uint32_t i = 0; i < sizes[1] / RL_PAGE; i++) {
        sent[i] = rl_pages_data(images[1] + (size_t)i * RL_PAGE);
    }
    if (rl_engine_open("fastload", &engine, error, sizeof error) != 0) {
        fail_msg("%s", error);
    }
}

static void tear_down(void)
{
    rl_engine_close(&engine);
    rl_board_free(&board);
    rl_pages_free();
    free(sent);
    free(images[0]);
    free(images[1]);
}

/* Nanoseconds of an update on plain arrays, and on the board. */
static void one_round(void *context, double *plain, double *emulated)
{
    *plain = 0;
    *emulated = 0;
    for (uint32_t i = 0; i < UPDATES; i++) {
        uint64_t start;

        array_fresh();
        board_fresh();
        start = bench_now_ns();
        array_update();
        *plain += (double)(bench_now_ns() - start) / UPDATES;
        start = bench_now_ns();
        board_update(context);
        *emulated += (double)(bench_now_ns() - start) / UPDATES;
        assert_updated();
    }
}

void bench_emulator(void)
{
    double plain[BENCH_ROUNDS];
    double emulated[BENCH_ROUNDS];
    double ratio[BENCH_ROUNDS];
    void *context;

    set_up();
    context = rl_context_new(engine.engine);
    for (uint32_t round = 0; round < BENCH_ROUNDS; round++) {
        one_round(context, &plain[round], &emulated[round]);
        ratio[round] = emulated[round] / plain[round];
    }
    printf("    \"image_bytes\": %zu,\n", sizes[1]);
    printf("    \"array_operations\": %u,\n", arrays.operations);
    printf("    \"board_operations\": %llu,\n", (unsigned long long)board.operations);
    printf("    \"array_ns\": %.0f,\n", bench_median(plain, BENCH_ROUNDS));
    printf("    \"board_ns\": %.0f,\n", bench_median(emulated, BENCH_ROUNDS));
    printf("    \"ratio\": %.2f\n", bench_median(ratio, BENCH_ROUNDS));
    free(context);
    tear_down();
}
