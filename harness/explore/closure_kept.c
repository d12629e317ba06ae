#include "explore/closure_kept.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

void rl_kept_init(struct rl_kept_runs *kept, size_t bound)
{
    memset(kept, 0, sizeof *kept);
    kept->bound = bound;
}

static void take_out(struct rl_kept_runs *kept, struct rl_kept_run *run)
{
    *(run->before != NULL ? &run->before->after : &kept->first) = run->after;
    *(run->after != NULL ? &run->after->before : &kept->last) = run->before;
    run->before = NULL;
    run->after = NULL;
    kept->of[run->owner] = NULL;
    kept->bytes -= run->bytes;
}

void rl_kept_drop(struct rl_kept_run *run)
{
    rl_log_free(&run->log);
    rl_data_free(&run->data);
    free(run->firsts);
    free(run);
}

struct rl_kept_run *rl_kept_take(struct rl_kept_runs *kept, uint32_t owner)
{
    struct rl_kept_run *run = owner < kept->room ? kept->of[owner] : NULL;

    if (run != NULL) {
        take_out(kept, run);
    }
    return run;
}

void rl_kept_free(struct rl_kept_runs *kept)
{
    for (struct rl_kept_run *run = kept->first; run != NULL;) {
        struct rl_kept_run *after = run->after;

        rl_kept_drop(run);
        run = after;
    }
    free(kept->of);
    memset(kept, 0, sizeof *kept);
}

static void *copy(const void *from, size_t count, size_t size)
{
    void *to = rl_malloc(count * size + 1u);

    if (count > 0) {
        memcpy(to, from, count * size);
    }
    return to;
}

static struct rl_log copy_log(const struct rl_log *log)
{
    return (struct rl_log){
        .operations = copy(log->operations, log->count, sizeof *log->operations),
        .count = log->count,
        .room = log->count,
        .changes = copy(log->changes, log->change_count, sizeof *log->changes),
        .change_count = log->change_count,
        .change_room = log->change_count,
    };
}

static void make_room(struct rl_kept_runs *kept, uint32_t owner)
{
    size_t room = (size_t)owner * 2u + 64u;

    if (owner < kept->room) {
        return;
    }
    kept->of = rl_realloc(kept->of, room * sizeof(struct rl_kept_run *));
    for (size_t i = kept->room; i < room; i++) {
        kept->of[i] = NULL;
    }
    kept->room = room;
}

static void push_out(struct rl_kept_runs *kept)
{
    for (struct rl_kept_run *run = kept->last; run != NULL && kept->bytes > kept->bound;) {
        struct rl_kept_run *before = run->before;

        take_out(kept, run);
        rl_kept_drop(run);
        run = before;
    }
}

void rl_kept_put(struct rl_kept_runs *kept, uint32_t owner, const struct rl_run *run,
                 const uint64_t *firsts, uint32_t count)
{
    struct rl_kept_run *new;

    make_room(kept, owner);
    new = rl_kept_take(kept, owner);
    if (new != NULL) {
        rl_kept_drop(new);
    }
    new = rl_calloc(1, sizeof *new);
    new->owner = owner;
    new->log = copy_log(&run->log);
    new->firsts = copy(firsts, count, sizeof *firsts);
    new->count = count;
    rl_data_init(&new->data, run->scene->engine);
    rl_data_assign(&new->data, &run->data);
    new->began = run->judge.initialises[RL_RUNS_NEW].began;
    new->began_at = run->judge.initialises[RL_RUNS_NEW].operation;
    new->found_at = run->found_at;
    new->first_image = run->first_image;
    new->bytes = sizeof *new + new->log.count * sizeof *new->log.operations +
                 new->log.change_count * sizeof *new->log.changes +
                 new->data.count * sizeof *new->data.changes;
    new->after = kept->first;
    *(kept->first != NULL ? &kept->first->before : &kept->last) = new;
    kept->first = new;
    kept->of[owner] = new;
    kept->bytes += new->bytes;
    push_out(kept);
}

void rl_kept_give(struct rl_kept_runs *kept, struct rl_kept_run *run)
{
    run->before = kept->last;
    *(kept->last != NULL ? &kept->last->after : &kept->first) = run;
    kept->last = run;
    kept->of[run->owner] = run;
    kept->bytes += run->bytes;
    push_out(kept);
}
