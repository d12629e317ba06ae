#include "explore/stretch.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

void rl_stretches_init(struct rl_stretches *s, struct rl_footprints *footprints,
                       const struct rl_scene *scene)
{
    memset(s, 0, sizeof *s);
    s->footprints = footprints;
    s->key = rl_run_boundary_key;
    s->battery = scene->cell->memory == RL_MEMORY_BATTERY;
    s->pages[RL_FLASH] = scene->flash.count;
    s->pages[RL_MEMORY] = scene->memory.count;
    s->sectors = scene->device.geometry.flash_size / scene->device.geometry.sector_size;
    s->view = rl_calloc(1, sizeof *s->view);
}

static struct rl_stretch *stretch_new(const struct rl_stretches *s)
{
    struct rl_stretch *stretch = rl_calloc(1, sizeof *stretch);

    rl_observer_init(&stretch->observer, s->pages[RL_FLASH], s->pages[RL_MEMORY]);
    for (int device = 0; device < 2; device++) {
        rl_plane_init(&stretch->start[device], s->pages[device], RL_SLOT_BLANK);
        stretch->original[device] =
            rl_calloc(RL_BITMAP_WORDS(s->pages[device]), sizeof *stretch->original[device]);
    }
    stretch->erases = rl_calloc(s->sectors, sizeof *stretch->erases);
    stretch->to_come.erases = rl_calloc(s->sectors, sizeof *stretch->to_come.erases);
    return stretch;
}

static void stretch_free(struct rl_stretch *stretch)
{
    rl_observer_free(&stretch->observer);
    for (int device = 0; device < 2; device++) {
        rl_plane_free(&stretch->start[device]);
        free(stretch->original[device]);
    }
    free(stretch->erases);
    free(stretch->to_come.erases);
    free(stretch);
}

void rl_stretches_free(struct rl_stretches *s)
{
    for (uint32_t i = 0; i < s->room; i++) {
        stretch_free(s->list[i]);
    }
    free(s->list);
    free(s->view);
    memset(s, 0, sizeof *s);
}

uint32_t rl_stretches_root(struct rl_stretches *s)
{
    return s->apart ? RL_ROOT : rl_footprints_root(s->footprints, (struct rl_sum){0, 0});
}

/* ---- a run ---- */

static struct rl_stretch *push(struct rl_stretches *s, uint32_t root)
{
    struct rl_stretch *stretch;

    if (s->count == s->room) {
        s->list = rl_realloc(s->list, (s->room + 1u) * sizeof(struct rl_stretch *));
        s->list[s->room++] = stretch_new(s);
    }
    stretch = s->list[s->count++];
    rl_observer_clear(&stretch->observer);
    stretch->root = root;
    stretch->first = 0;
    stretch->leaf = RL_LEAF_NONE;
    stretch->is_new = false;
    memset(stretch->erases, 0, s->sectors * sizeof *stretch->erases);
    return stretch;
}

static size_t bits_size(const struct rl_stretches *s, int device)
{
    return RL_BITMAP_WORDS(s->pages[device]) * sizeof(uint64_t);
}

/* Keeps what stands at a boundary, where a stretch ends and the next begins. */
static struct rl_stretch *keep(struct rl_stretches *s, const struct rl_board *board, uint32_t root)
{
    struct rl_stretch *ended = s->list[s->count - 1u];
    struct rl_stretch *stretch = push(s, root);

    memcpy(ended->original[RL_FLASH], board->original[RL_PLANE_FLASH], bits_size(s, RL_FLASH));
    memcpy(ended->original[RL_MEMORY], board->original[RL_PLANE_MEMORY], bits_size(s, RL_MEMORY));
    stretch->first = board->operations;
    memcpy(stretch->erases, board->erases, s->sectors * sizeof *stretch->erases);
    rl_plane_copy(&stretch->start[RL_FLASH], &board->planes[RL_PLANE_FLASH]);
    rl_plane_copy(&stretch->start[RL_MEMORY], &board->planes[RL_PLANE_MEMORY]);
    return stretch;
}

void rl_stretches_original(uint64_t *const *original, const struct rl_plane *memory,
                           uint32_t flash_pages, const uint32_t *dirty)
{
    memset(original[RL_PLANE_FLASH], 0xFF, RL_BITMAP_WORDS(flash_pages) * sizeof(uint64_t));
    memset(original[RL_PLANE_MEMORY], 0xFF, RL_BITMAP_WORDS(memory->count) * sizeof(uint64_t));
    memset(original[RL_PLANE_CPU], 0xFF, RL_BITMAP_WORDS(memory->count) * sizeof(uint64_t));
    for (uint32_t page = 0; page < memory->count; page++) {
        if (dirty[page] == UINT32_MAX) {
            rl_bit_clear(original[RL_PLANE_CPU], page);
        }
    }
}

/* A page with some dirty words shows them and what memory holds around them. What memory holds
 * behind them is asked, too: only then does everybody who looks at the page know alike whether it
 * was changed. Who stored to it did so in the stretch before. */
static void observe_dirty(struct rl_stretch *stretch, const uint32_t *dirty, uint32_t pages)
{
    for (uint32_t page = 0; page < pages; page++) {
        if (dirty[page] != 0 && dirty[page] != UINT32_MAX) {
            rl_observe_page(&stretch->observer, RL_MEMORY, page,
                            stretch->start[RL_MEMORY].slots[page]);
        }
    }
}

/* From here on the run is observed as what starts now. */
static void observe(struct rl_run *run, struct rl_stretch *stretch)
{
    struct rl_board *board = &run->board;

    rl_stretches_original(board->original, &board->planes[RL_PLANE_MEMORY],
                          board->planes[RL_PLANE_FLASH].count, board->cache.dirty);
    board->observer = &stretch->observer;
    observe_dirty(stretch, board->cache.dirty, board->planes[RL_PLANE_MEMORY].count);
    for (int device = 0; device < 2; device++) {
        board->start[device] = &stretch->start[device];
        run->side.start[device] = &stretch->start[device];
    }
}

/* Whether what is to come from a leaf on keeps the limits, behind what has been. */
static bool keeps_limits(const struct rl_stretches *s, const struct rl_board *board, uint32_t leaf)
{
    const struct rl_to_come *to_come = s->to_come(s->user, leaf);

    if (to_come == NULL || board->operations + to_come->operations > board->operation_limit) {
        return false;
    }
    for (uint32_t i = 0; i < s->sectors; i++) {
        if ((uint32_t)board->erases[i] + to_come->erases[i] > board->erase_limit) {
            return false;
        }
    }
    return true;
}

static bool at_boundary(void *user, struct rl_run *run)
{
    struct rl_stretches *s = user;
    struct rl_board *board = &run->board;
    uint32_t root = rl_footprints_root(s->footprints, s->key(run));
    struct rl_stretch *stretch = keep(s, board, root);

    if (s->end > 0 && s->count > s->end) {
        s->count--;
        return true;
    }
    if (s->end == 0 && s->count > s->known) {
        rl_view_plain(s->view, &board->planes[RL_PLANE_FLASH], &board->planes[RL_PLANE_MEMORY]);
        s->joined = rl_footprints_find_from(s->footprints, root, s->view, NULL);
    }
    if (s->joined != RL_LEAF_NONE && keeps_limits(s, board, s->joined)) {
        s->count--;
        return true;
    }
    s->joined = RL_LEAF_NONE;
    observe(run, stretch);
    return false;
}

static void execute(struct rl_stretches *s, struct rl_run *run, const struct rl_view *view)
{
    s->count = 0;
    s->joined = RL_LEAF_NONE;
    (void)push(s, rl_stretches_root(s));
    rl_run_execute(run, view,
                   &(struct rl_run_options){
                       .log = true, .boundary = s->apart ? NULL : at_boundary, .user = s});
}

void rl_stretches_run(struct rl_stretches *s, struct rl_run *run, const struct rl_view *view,
                      uint32_t known)
{
    s->known = known;
    s->end = 0;
    execute(s, run, view);
}

void rl_stretches_again(struct rl_stretches *s, struct rl_run *run, const struct rl_view *view,
                        uint32_t count)
{
    s->known = count;
    s->end = count;
    execute(s, run, view);
}

void rl_stretches_recall(struct rl_stretches *s, const uint64_t *firsts, uint32_t count)
{
    s->known = count;
    s->end = count;
    s->joined = RL_LEAF_NONE;
    s->count = 0;
    for (uint32_t k = 0; k < count; k++) {
        push(s, 0)->first = firsts[k];
    }
    (void)push(s, 0); /* where it ended */
    s->count--;
}

void rl_stretches_pass(struct rl_stretches *s, const struct rl_cursor *cursor, uint32_t number)
{
    struct rl_stretch *ended = s->list[number - 1u];
    struct rl_stretch *begins = s->list[number];

    for (int device = 0; device < 2; device++) {
        memcpy(ended->original[device], cursor->original[device], bits_size(s, device));
        rl_plane_copy(&begins->start[device], &cursor->planes[device]);
    }
}

/* ---- leaves ---- */

const struct rl_plane *rl_stretches_start(const struct rl_stretches *s, const struct rl_run *run,
                                          uint32_t number, int device)
{
    if (number > 0) {
        return &s->list[number]->start[device];
    }
    return device == RL_FLASH ? &run->flash : &run->memory;
}

bool rl_stretches_inherit(struct rl_stretches *s, const struct rl_run *run, uint32_t number,
                          uint32_t leaf, uint32_t next_root)
{
    const struct rl_stretch *stretch = s->list[number];
    const struct rl_stretch *next = s->list[number + 1u];
    struct rl_cursor cursor = {
        .planes = {next->start[RL_FLASH], next->start[RL_MEMORY]},
        .original = {stretch->original[RL_FLASH], stretch->original[RL_MEMORY]}};
    struct rl_open open = {
        .cursor = &cursor,
        .start = {rl_stretches_start(s, run, number, RL_FLASH),
                  rl_stretches_start(s, run, number, RL_MEMORY)},
    };

    rl_view_plain(s->view, &cursor.planes[RL_PLANE_FLASH], &cursor.planes[RL_PLANE_MEMORY]);
    return rl_footprints_inherit(s->footprints, leaf, next_root, s->view, &open);
}

static bool inherit_cut(struct rl_stretches *s, const struct rl_run *run, uint32_t number,
                        uint32_t leaf, bool lost)
{
    struct rl_open open = {
        .start = {rl_stretches_start(s, run, number, RL_FLASH),
                  rl_stretches_start(s, run, number, RL_MEMORY)},
    };

    rl_view_plain(s->view, open.start[RL_FLASH], lost ? NULL : open.start[RL_MEMORY]);
    return rl_footprints_inherit(s->footprints, leaf, rl_stretches_root(s), s->view, &open);
}

bool rl_stretches_inherit_cuts(struct rl_stretches *s, const struct rl_run *run, uint32_t number,
                               uint32_t leaf)
{
    bool left = !s->battery && inherit_cut(s, run, number, leaf, true);

    return inherit_cut(s, run, number, leaf, false) || left;
}

static void count_to_come(struct rl_stretches *s, const struct rl_run *run)
{
    bool joined = s->joined != RL_LEAF_NONE;
    const struct rl_to_come *then = joined ? s->to_come(s->user, s->joined) : NULL;
    const uint16_t *end = joined ? s->list[s->count]->erases : run->erased;
    uint64_t operations = run->operations + (joined ? then->operations : 0u);

    for (uint32_t k = s->known; k < s->count; k++) {
        struct rl_stretch *stretch = s->list[k];

        stretch->to_come.operations = operations - stretch->first;
        for (uint32_t i = 0; i < s->sectors; i++) {
            stretch->to_come.erases[i] =
                (uint16_t)(end[i] - stretch->erases[i] + (joined ? then->erases[i] : 0u));
        }
    }
}

bool rl_stretches_register(struct rl_stretches *s, const struct rl_run *run, uint32_t violated)
{
    struct rl_footprint footprint = rl_footprint_of(run);

    count_to_come(s, run);
    footprint.violated = violated;
    for (uint32_t k = s->count; k-- > s->known;) {
        struct rl_stretch *stretch = s->list[k];
        uint32_t before = rl_footprints_count(s->footprints);

        footprint.observer = k == 0 ? &run->observer : &stretch->observer;
        footprint.start[RL_FLASH] = rl_stretches_start(s, run, k, RL_FLASH);
        footprint.start[RL_MEMORY] = rl_stretches_start(s, run, k, RL_MEMORY);
        stretch->leaf = rl_footprints_add_from(s->footprints, stretch->root, &footprint);
        if (stretch->leaf == RL_LEAF_NONE) {
            return false;
        }
        stretch->is_new = stretch->leaf == before;
        if (stretch->is_new && (k + 1u < s->count || s->joined != RL_LEAF_NONE)) {
            (void)rl_stretches_inherit(s, run, k, stretch->leaf, s->list[k + 1u]->root);
        }
        if (stretch->is_new) {
            (void)rl_stretches_inherit_cuts(s, run, k, stretch->leaf);
        }
    }
    return true;
}
