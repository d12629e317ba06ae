/* A crash state: what survived, as it stands in planes, with a few pages that came out otherwise.
 * It is a way to look, not a copy: it borrows the planes of a cursor and is valid until that moves.
 */
#ifndef RELIGHT_FAULTS_VIEW_H
#define RELIGHT_FAULTS_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "board/observer.h"
#include "board/plane.h"
#include "board/turned.h"

#define RL_VIEW_FLASH_MAX  4096u /* pages of the largest sector, 1 MiB */
#define RL_VIEW_MEMORY_MAX 4096u /* pages of one store, write-back or refresh: a whole cache */
#define RL_VIEW_REVIVED    5u    /* ranges */

struct rl_view {
    const struct rl_plane *flash;
    const struct rl_plane *memory; /* NULL: lost with power */
    uint32_t lost_from;            /* memory from this page on is lost whatever `memory` holds */
    /* Pages [flash_first, flash_first + flash_count) of flash are these instead. */
    uint32_t flash_first, flash_count;
    rl_slot flash_slots[RL_VIEW_FLASH_MAX];
    uint32_t flash_written[RL_VIEW_FLASH_MAX]; /* the words that came out otherwise */
    uint32_t memory_count;
    struct {
        uint32_t page;
        uint32_t written;
        uint32_t lines; /* words of cache lines that show some of their stores only */
        rl_slot slot;
    } memory_over[RL_VIEW_MEMORY_MAX];
    /* What came out depends on more than what the operation writes: the words that came out
     * otherwise are not known. */
    bool blended;
    /* Pages that may show what the start state held in pages from `from` on, though they were
     * written since. */
    uint32_t revived_count;
    struct {
        uint8_t device;
        uint32_t first, count, from;
    } revived[RL_VIEW_REVIVED];
    /* Words in doubt in pages [turn_first, turn_first + turn_count) of flash read as `turn` says.
     */
    enum rl_turn turn;
    uint32_t turn_first, turn_count;
    bool has_turned; /* what flash_slots show did, before */
};

/* The whole state of these planes. */
void rl_view_plain(struct rl_view *view, const struct rl_plane *flash,
                   const struct rl_plane *memory);
/* The slot of a page; device RL_FLASH or RL_MEMORY. */
rl_slot rl_view_slot(const struct rl_view *view, uint8_t device, uint32_t page);
/* The words of a page that came out as the operation writes them, whatever was there; the others
 * are those of the plane. False when that is not known. */
bool rl_view_written(const struct rl_view *view, uint8_t device, uint32_t page, uint32_t *written);
/* Whether [first, first + count) of flash shows the plane. */
static inline bool rl_view_is_plain(const struct rl_view *view, uint32_t first, uint32_t count)
{
    return (view->flash_count == 0 || first >= view->flash_first + view->flash_count ||
            view->flash_first >= first + count) &&
           (view->turn_count == 0 || first >= view->turn_first + view->turn_count ||
            view->turn_first >= first + count);
}
/* Sum, and *bad the number of bad slots, of `count` slots from `first` on. What is lost adds
 * to *bad only. */
struct rl_sum rl_view_sum(const struct rl_view *view, uint8_t device, uint32_t first,
                          uint32_t count, uint32_t *bad);
/* Adds the pages of intervals of flash. */
void rl_view_turned(const struct rl_view *view, const struct rl_interval *intervals, size_t count,
                    struct rl_turned *turned);
/* Notes pages that show the start state again: that of pages from `from` on. */
void rl_view_revive(struct rl_view *view, uint8_t device, uint32_t first, uint32_t count,
                    uint32_t from);
/* Writes the state into planes of their own. */
void rl_view_store(const struct rl_view *view, struct rl_plane *flash, struct rl_plane *memory);

#endif
