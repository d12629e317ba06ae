#include "explore/adapters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "explore/run.h"

#define NOWHERE UINT32_MAX

/* The page of flash at which the image stands in a bank; NOWHERE when it is in neither. */
static uint32_t bank_of(const struct rl_board *board, const struct rl_known_image *image)
{
    for (unsigned bank = 0; bank < 2; bank++) {
        uint32_t first = board->device.geometry.bank[bank].address / RL_PAGE;
        uint32_t same = 0;

        while (same < image->pages &&
               rl_slot_data(board->planes[RL_PLANE_FLASH].slots[first + same]) ==
                   image->data[same]) {
            same++;
        }
        if (same == image->pages) {
            return first;
        }
    }
    return NOWHERE;
}

/* The source of an adapter's image, `last` being the one that was updated before it, or NULL. */
static bool find_source(const struct rl_scene *scene, struct rl_board *last,
                        struct rl_image_source *source)
{
    const struct rl_known_image *image = &scene->images[RL_RUNS_NEW];
    uint32_t first;

    switch (scene->cell->world.source) {
    case RL_SOURCE_HOST:
        *source = rl_source_host(image->data, image->pages);
        return true;
    case RL_SOURCE_RELAY:
        if (last != NULL) {
            first = bank_of(last, image);
            *source = rl_source_relay(last, first, image->pages);
            return first != NOWHERE;
        }
        break;
    default:
        break;
    }
    *source = rl_source_storage(image->data, image->pages);
    return true;
}

static void discard(struct rl_board *board)
{
    if (board != NULL) {
        rl_board_free(board);
        free(board);
    }
}

/* Updates one adapter from the scene's start state; NULL when that does not end in the new image.
 */
static struct rl_board *update_one(struct rl_adapters *before, struct rl_scene *scene,
                                   void *context)
{
    struct rl_board *board = rl_calloc(1, sizeof *board);
    struct rl_data_history data;
    relight_progress progress;

    rl_board_init(board, &scene->device);
    rl_plane_copy(&board->planes[RL_PLANE_FLASH], &scene->flash);
    rl_plane_copy(&board->planes[RL_PLANE_MEMORY], &scene->memory);
    board->history = &before->histories[before->count];
    board->link = rl_source_link(&scene->source);
    rl_scene_data(scene, &data);
    rl_board_start(board);
    progress = rl_run_plain(board, scene, context, 0, &data);
    rl_data_free(&data);
    board->history = NULL;
    if (progress != RELIGHT_RUNS) {
        discard(board);
        return NULL;
    }
    before->count++;
    return board;
}

void rl_adapters_init(struct rl_adapters *before, struct rl_scene *scene, void *context)
{
    bool reached = find_source(scene, NULL, &scene->source);

    for (uint32_t i = 1; i < scene->cell->world.adapters && reached; i++) {
        struct rl_board *board = update_one(before, scene, context);

        discard(before->last);
        before->last = board;
        reached = board != NULL && find_source(scene, board, &scene->source);
    }
    if (!reached) {
        scene->source =
            rl_source_storage(scene->images[RL_RUNS_NEW].data, scene->images[RL_RUNS_NEW].pages);
    }
    if (!reached && scene->unreached[0] == '\0') {
        (void)snprintf(
            scene->unreached, sizeof scene->unreached,
            "adapter %u of %u, which is updated before the one that is explored, did not "
            "end in the new image",
            before->count + 1u, scene->cell->world.adapters);
    }
}

void rl_adapters_free(struct rl_adapters *before)
{
    for (uint32_t i = 0; i + 1u < RL_WORLD_ADAPTERS; i++) {
        rl_port_history_free(&before->histories[i]);
    }
    discard(before->last);
    memset(before, 0, sizeof *before);
}
