#include "explore/scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "board/recall.h"
#include "explore/call.h"
#include "explore/run.h"
#include "faults/lines.h"
#include "faults/stock.h"
#include "images/facts.h"
#include "images/offer.h"
#include "images/parts.h"

/* Updates that precede the start state "stale". With one record each, and sixteen 256-byte places
 * in each of two 4 KiB record sectors, one place is left: what follows has to erase. An even
 * number: it ends in old. */
#define STALE_UPDATES 30u

/* What must be there when the image stands in memory: all but the key slot. */
static void know_parts(struct rl_known_image *known, enum rl_standing standing,
                       const struct rl_image_part *parts, uint32_t count)
{
    known->part_count[standing] = count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t stored = parts[i].offset / RL_PAGE;

        known->parts[standing][i] =
            (struct rl_known_part){stored, parts[i].place / RL_PAGE,
                                   rl_content_add(known->data + stored, parts[i].size / RL_PAGE)};
    }
}

static void know_configurations(struct rl_known_image *known, const struct rl_image_spec *spec)
{
    for (uint32_t i = 0; i < RELIGHT_COMPANIONS; i++) {
        struct rl_image_part part;

        rl_image_configuration(spec->bytes, spec->size, i, &part);
        known->configuration[i] =
            part.size == 0
                ? NULL
                : rl_content_add(known->data + part.offset / RL_PAGE, part.size / RL_PAGE);
    }
}

/* An image as pages, and what of it must be where for it to run. */
static void know_image(struct rl_known_image *known, const char *name,
                       const struct rl_image_spec *spec)
{
    struct rl_image_part parts[RL_IMAGE_RESIDENT_PARTS];

    known->name = name;
    memcpy(known->identity, spec->identity, sizeof known->identity);
    known->pages = spec->size / RL_PAGE;
    known->data = rl_malloc(known->pages * sizeof *known->data);
    for (uint32_t i = 0; i < known->pages; i++) {
        known->data[i] = rl_pages_data(spec->bytes + (size_t)i * RL_PAGE);
    }
    rl_image_stored_parts(spec->size, parts);
    know_parts(known, RL_STANDS_STAGED, parts, RL_IMAGE_STORED_PARTS);
    know_parts(known, RL_STANDS_RESIDENT, parts,
               rl_image_resident_parts(spec->bytes, spec->size, parts));
    know_configurations(known, spec);
    rl_image_modules(spec->bytes, spec->size, known->modules);
}

/* The segments' digests, so that the board need not hash what it knows. */
static void know_segments(const struct rl_known_image *known, const struct rl_image_spec *spec)
{
    struct rl_image_part segments[RL_IMAGE_SEGMENTS_MAX];
    uint32_t count = rl_image_segments(spec->bytes, spec->size, segments);

    for (uint32_t i = 0; i < count; i++) {
        (void)rl_content_add(known->data + segments[i].offset / RL_PAGE,
                             segments[i].size / RL_PAGE);
    }
}

static void device_from_cell(struct rl_device *device, const struct rl_plan *plan,
                             const struct rl_cell *cell)
{
    device->geometry = cell->geometry;
    device->line_size = cell->line_size;
    device->cache_lines = cell->cache_lines;
    device->chunk_size = cell->chunk_size;
    device->staging_sram = cell->staging_sram;
    device->flash = cell->flash;
    device->flash_traps = cell->flash_traps;
    device->memory_traps = cell->memory_traps;
    device->post_bytes = cell->post_bytes;
    device->options.keep_light = cell->world.keep_light;
    device->options.flush_staging = cell->world.flush_staging;
    memcpy(device->public_key, plan->public_key, sizeof device->public_key);
}

/* Programs pages of flash. What is erased anyway is not programmed: the key slot of a bank may have
 * to be, later. */
static void program(struct rl_board *board, uint32_t address, const uint32_t *data, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        rl_slot slot = data[i] == rl_slot_data(RL_SLOT_BLANK)
                           ? RL_SLOT_BLANK
                           : rl_slot_make(data[i], RL_MARKS_FULL);

        rl_plane_set(&board->planes[RL_PLANE_FLASH], address / RL_PAGE + i, slot);
    }
}

/* What leaves the factory: an image in bank A, its configurations where companions load them from,
 * everything else erased. */
static void burn(struct rl_board *board, const struct rl_known_image *image)
{
    const struct relight_geometry *g = &board->device.geometry;

    rl_plane_fill(&board->planes[RL_PLANE_FLASH], RL_SLOT_BLANK);
    rl_plane_fill(&board->planes[RL_PLANE_MEMORY], RL_SLOT_LOST);
    program(board, g->bank[0].address, image->data, image->pages);
    for (uint32_t i = 0; i < RELIGHT_COMPANIONS; i++) {
        const struct relight_region *flash = &g->companion[i].configuration;
        const struct rl_content *content = image->configuration[i];

        if (content != NULL && content->count <= flash->size / RL_PAGE) {
            program(board, flash->address, content->data, content->count);
        }
    }
}

/* One update without faults, from power-on, then power goes. */
static bool update_to(struct rl_board *board, struct rl_scene *scene,
                      const struct rl_known_image *image, void *context)
{
    struct rl_image_source source = rl_source_storage(image->data, image->pages);
    bool battery = scene->cell->memory == RL_MEMORY_BATTERY;

    rl_board_restart(board, !battery);
    board->link = rl_source_link(&source);
    if (rl_run_plain(board, scene, context, 0, &scene->data) != RELIGHT_RUNS) {
        return false;
    }
    rl_board_restart(board, !battery);
    return true;
}

/* The image that the board runs has all of its data set. Nothing where the plan changes none. */
static bool set_items(struct rl_board *board, struct rl_scene *scene, void *context)
{
    bool battery = scene->cell->memory == RL_MEMORY_BATTERY;
    bool set;

    if (scene->data.items == 0) {
        return true;
    }
    rl_board_restart(board, !battery);
    set = rl_run_set_items(board, scene, context, &scene->data);
    rl_board_restart(board, !battery);
    return set;
}

/* A download of the new image, its power cut in the middle of its flash update. */
static bool abort_download(struct rl_board *board, struct rl_scene *scene, void *context)
{
    const struct rl_known_image *image = &scene->images[RL_RUNS_NEW];
    struct rl_image_source source = rl_source_storage(image->data, image->pages);
    struct rl_log log = {0};
    uint64_t total = 0;
    uint64_t done = 0;
    uint64_t stop = 0;

    if (!set_items(board, scene, context)) {
        return false;
    }
    rl_board_restart(board, true);
    board->link = rl_source_link(&source);
    board->log = &log;
    (void)rl_run_plain(board, scene, context, 0, &scene->data);
    board->log = NULL;
    for (size_t i = 0; i < log.count; i++) {
        total += rl_operation_is_durable(&log, &log.operations[i]);
    }
    while (done * 2u < total) {
        done += rl_operation_is_durable(&log, &log.operations[stop++]);
    }
    rl_log_free(&log);
    burn(board, &scene->images[RL_RUNS_OLD]);
    (void)set_items(board, scene, context);
    rl_board_restart(board, true);
    (void)rl_run_plain(board, scene, context, stop, &scene->data);
    scene->data_cut = stop;
    rl_board_restart(board, scene->cell->memory != RL_MEMORY_BATTERY);
    return total > 0;
}

static bool many_updates(struct rl_board *board, struct rl_scene *scene, void *context)
{
    for (unsigned i = 0; i < STALE_UPDATES; i++) {
        const struct rl_known_image *to =
            i % 2u == 0 ? &scene->images[RL_RUNS_OLDER] : &scene->images[RL_RUNS_OLD];

        if (!update_to(board, scene, to, context)) {
            return false;
        }
    }
    return true;
}

static bool reach_start(struct rl_board *board, struct rl_scene *scene, void *context)
{
    switch (scene->cell->start) {
    case RL_START_UPDATED:
        burn(board, &scene->images[RL_RUNS_OLDER]);
        return set_items(board, scene, context) &&
               update_to(board, scene, &scene->images[RL_RUNS_OLD], context) &&
               set_items(board, scene, context);
    case RL_START_ABORTED:
        burn(board, &scene->images[RL_RUNS_OLD]);
        return abort_download(board, scene, context);
    case RL_START_STALE:
        burn(board, &scene->images[RL_RUNS_OLD]);
        return set_items(board, scene, context) && many_updates(board, scene, context) &&
               set_items(board, scene, context);
    default:
        burn(board, &scene->images[RL_RUNS_OLD]);
        return set_items(board, scene, context);
    }
}

/* The older image: whether a fault can bring it back, and what it makes of the new one. */
static void look_at_older(struct rl_scene *scene, const struct rl_plan *plan,
                          const struct rl_cell *cell)
{
    struct rl_offer offer = {.bytes = cell->new_image->bytes,
                             .size = cell->new_image->size,
                             .geometry = &cell->geometry,
                             .public_key = plan->public_key};
    uint8_t *room;

    scene->falls_back = cell->older_image != NULL &&
                        (cell->start == RL_START_UPDATED || cell->start == RL_START_STALE);
    if (scene->falls_back) {
        room = rl_malloc(cell->geometry.bank[0].size);
        offer.running = cell->older_image->bytes;
        offer.running_size = cell->older_image->size;
        scene->takes_no_new = rl_offer_refused_as(&offer, room) != NULL;
        free(room);
    }
}

void rl_scene_init(struct rl_scene *scene, const struct rl_plan *plan, const struct rl_cell *cell,
                   const struct rl_engine_handle *handle)
{
    const struct rl_image_spec *specs[RL_KNOWN_IMAGES] = {cell->old_image, cell->new_image,
                                                          cell->older_image};
    static const char *const names[RL_KNOWN_IMAGES] = {"old", "new", "older"};
    struct rl_board board;
    void *context;
    int known = cell->older_image != NULL ? RL_KNOWN_IMAGES : RL_RUNS_OLDER;
    bool reached;

    memset(scene, 0, sizeof *scene);
    scene->plan = plan;
    scene->cell = cell;
    scene->handle = handle;
    scene->engine = handle->engine;
    device_from_cell(&scene->device, plan, cell);
    rl_pages_init();
    for (int i = 0; i < known; i++) {
        know_image(&scene->images[i], names[i], specs[i]);
        know_segments(&scene->images[i], specs[i]);
        rl_image_facts(specs[i]->bytes, specs[i]->size, &scene->images[i].facts);
    }
    look_at_older(scene, plan, cell);
    scene->device.stock =
        rl_stock_new(cell->old_image->bytes, cell->old_image->size, cell->new_image->bytes,
                     cell->new_image->size, &scene->device);
    rl_statics_save(&scene->statics, handle->library);
    scene->recall = rl_statics_size(&scene->statics) == 0 ? rl_recall_new() : NULL;
    rl_scene_data(scene, &scene->data);
    scene->data_cut = UINT64_MAX;
    context = rl_context_new(scene->engine);
    rl_board_init(&board, &scene->device);
    reached = reach_start(&board, scene, context);
    rl_plane_init(&scene->flash, board.planes[RL_PLANE_FLASH].count, RL_SLOT_BLANK);
    rl_plane_init(&scene->memory, board.planes[RL_PLANE_MEMORY].count, RL_SLOT_LOST);
    rl_plane_copy(&scene->flash, &board.planes[RL_PLANE_FLASH]);
    rl_plane_copy(&scene->memory, &board.planes[RL_PLANE_MEMORY]);
    if (!reached) {
        char reason[64];

        rl_call_reason(scene, &board, context, reason, sizeof reason);
        (void)snprintf(scene->unreached, sizeof scene->unreached,
                       "the start state '%s' cannot be reached: an update without faults did not "
                       "end in the image that was sent (%s)",
                       rl_start_name(cell->start), reason);
    }
    if (reached) {
        rl_adapters_init(&scene->before, scene, context);
    }
    rl_board_free(&board);
    free(context);
}

void rl_scene_free(struct rl_scene *scene)
{
    rl_stock_free(scene->device.stock);
    for (int i = 0; i < RL_KNOWN_IMAGES; i++) {
        free(scene->images[i].data);
    }
    rl_plane_free(&scene->flash);
    rl_plane_free(&scene->memory);
    rl_statics_free(&scene->statics);
    rl_recall_free(scene->recall);
    rl_data_free(&scene->data);
    rl_adapters_free(&scene->before);
    rl_content_free();
    rl_lines_free();
    rl_pages_free();
    memset(scene, 0, sizeof *scene);
}

void rl_scene_data(const struct rl_scene *scene, struct rl_data_history *history)
{
    rl_data_init(history, scene->engine);
    history->large = scene->cell->world.data_item;
    history->least = scene->cell->world.data_least;
    if (scene->cell->world.data_every == 0) {
        history->items = 0;
    }
}
