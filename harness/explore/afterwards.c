#include "explore/afterwards.h"

#include "explore/call.h"

/* A copy of the board that nothing observes, with the old image at its link, before a power cycle.
 */
static void begin_aside(struct rl_run *run, struct rl_image_source *source)
{
    rl_statics_keep(&run->scene->statics);
    rl_board_copy(&run->side, &run->board);
    run->side.observer = NULL;
    run->side.monitor = (struct rl_monitor){0};
    run->side.erase_limit = run->board.erase_limit;
    run->side.operation_limit = run->scene->cell->limits.operations;
    run->side.link = rl_source_link(source);
    run->judge.board = &run->side;
}

static void end_aside(struct rl_run *run)
{
    run->judge.board = &run->board;
    run->side.link = (struct rl_link){0}; /* as in all that is judged aside */
    rl_statics_put_back(&run->scene->statics);
}

static struct rl_image_source source_of(const struct rl_run *run, int image)
{
    const struct rl_known_image *known = &run->scene->images[image];

    return rl_source_storage(known->data, known->pages);
}

/* The old image is offered where the new one runs. */
static void offer_old(struct rl_run *run)
{
    struct rl_image_source source = source_of(run, RL_RUNS_OLD);
    relight_progress progress;
    int image;

    begin_aside(run, &source);
    rl_board_restart(&run->side, run->scene->cell->memory != RL_MEMORY_BATTERY);
    progress = rl_run_plain(&run->side, run->scene, run->side_context, 0, NULL);
    image = progress == RELIGHT_HALTED ? RL_RUNS_NONE
                                       : rl_judge_image_at(&run->judge, RL_STANDS_RESIDENT, false);
    rl_judge_downgrade(&run->judge, progress, image);
    end_aside(run);
}

/* All of flash that can be written twice holds again what it held before the update. */
static void put_flash_back(struct rl_run *run)
{
    const struct relight_region *otp = &run->board.device.geometry.otp;
    struct rl_plane *flash = &run->side.planes[RL_PLANE_FLASH];

    for (uint32_t page = 0; page < flash->count; page++) {
        if (page - otp->address / RL_PAGE >= otp->size / RL_PAGE) {
            rl_plane_set(flash, page, run->flash.slots[page]);
        }
    }
}

static void roll_back(struct rl_run *run)
{
    struct rl_image_source source = source_of(run, RL_RUNS_OLD);
    relight_progress progress;

    begin_aside(run, &source);
    put_flash_back(run);
    rl_board_restart(&run->side, true);
    if (rl_call_boot(run->scene, &run->side, run->side_context, &progress) == 0 &&
        progress == RELIGHT_RUNS) {
        rl_judge_rollback(&run->judge, rl_judge_image_at(&run->judge, RL_STANDS_RESIDENT, false));
    }
    end_aside(run);
}

void rl_afterwards_counter(struct rl_run *run)
{
    const struct rl_known_image *images = run->scene->images;

    if (images[RL_RUNS_NEW].facts.security_counter > images[RL_RUNS_OLD].facts.security_counter) {
        offer_old(run);
        roll_back(run);
    }
}

/* Offers `image` in the power cycle going on. Returns the image that runs then. */
static int offer(struct rl_run *run, int image)
{
    struct rl_image_source source = source_of(run, image);
    struct rl_update update = {
        .scene = run->scene, .board = &run->board, .context = run->context, .user = run};
    int escape;
    int runs;

    run->board.link = rl_source_link(&source);
    run->board.operation_limit = run->board.operations + run->scene->cell->limits.operations;
    run->judge.executed = 0;
    run->judge.offered = image;
    escape = rl_call_update(&update);
    runs = escape == 0 && update.progress != RELIGHT_HALTED ? rl_judge_running(&run->judge)
                                                            : RL_RUNS_NONE;
    rl_judge_there_and_back(&run->judge, escape, update.progress, runs);
    run->board.link = rl_source_link(&run->source);
    run->judge.offered = RL_RUNS_NEW;
    return runs;
}

void rl_afterwards_there_and_back(struct rl_run *run)
{
    uint32_t updates_and_boot = 3u;

    run->board.observer = NULL;
    run->board.erase_limit *= updates_and_boot;
    run->judge.settling = false;
    if (offer(run, RL_RUNS_OLD) == RL_RUNS_OLD) {
        (void)offer(run, RL_RUNS_NEW);
    }
    run->board.operation_limit = run->scene->cell->limits.operations;
}
