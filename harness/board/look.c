/* What is looked at on the board, by engines and oracles alike: the observer hears of it where the
 * start state shows, the invariant's watch keeps the pages, and who remembers answers the look. */
#include "board/board.h"

#include "board/recall.h"

/* The start state's slot where a view may still show it. */
static rl_slot started(const struct rl_board *board, int plane, uint32_t page)
{
    const struct rl_plane *start = board->start[rl_plane_device(plane)];

    return (start == NULL ? &board->planes[plane] : start)->slots[page];
}

static void watch(struct rl_board *board, int plane, uint32_t page)
{
    if (board->damaged && board->busy && board->peeking == 0) {
        uint32_t cause = rl_board_cause(board, rl_plane_device(plane), page);

        board->causes_met |= 1u << cause;
        board->upsets_met += cause != 0;
    }
    if (board->watching) {
        rl_bit_set(board->watched[rl_plane_device(plane)], page);
    }
}

static void watch_range(struct rl_board *board, int plane, uint32_t first, uint32_t count)
{
    if (board->watching) {
        rl_bits_set(board->watched[rl_plane_device(plane)], first, count);
    }
    for (uint32_t page = first; board->damaged && page < first + count; page++) {
        watch(board, plane, page);
    }
}

static bool is_observed(const struct rl_board *board, int plane, uint32_t page)
{
    return board->observer != NULL && rl_bit(board->original[plane], page);
}

static void note_page(struct rl_board *board, int plane, uint32_t page)
{
    if (is_observed(board, plane, page)) {
        rl_observe_page(board->observer, rl_plane_device(plane), page, started(board, plane, page));
    }
    watch(board, plane, page);
}

static void note_words(struct rl_board *board, int plane, uint32_t page, uint32_t mask)
{
    if (is_observed(board, plane, page)) {
        rl_observe_words(board->observer, rl_plane_device(plane), page, mask,
                         started(board, plane, page));
    }
    watch(board, plane, page);
}

/* A page that was changed in part no longer shows what it was: it is looked at by itself, so that
 * only pages that stand as they were remain to be asked about together. */
static void look_at_changed(struct rl_board *board, int plane, uint32_t first, uint32_t count)
{
    const uint64_t *original = board->original[plane];

    for (uint32_t page = first; page < first + count; page++) {
        if (page % 64u == 0 && original[page / 64u] == 0) {
            page += 63u; /* none of these shows anything of the start state */
        } else if (is_observed(board, plane, page) &&
                   board->planes[plane].slots[page] != started(board, plane, page)) {
            note_page(board, plane, page);
        }
    }
}

/* The sum that the open pages of a range must have for the range to add up to `target`; *bad counts
 * the bad slots among the others, which are known already. */
static struct rl_sum open_target(const struct rl_board *board, int plane, uint32_t first,
                                 uint32_t count, struct rl_sum target, uint32_t *bad)
{
    const uint64_t *pinned = board->observer->pinned[rl_plane_device(plane)];
    const struct rl_plane *at = &board->planes[plane];
    uint32_t end = first + count;

    *bad = 0;
    for (uint32_t page = first; page < end; page++) {
        if (page % RL_BLOCK == 0 && page + RL_BLOCK <= end &&
            !rl_bits_any(board->original[plane], pinned, page, RL_BLOCK)) {
            rl_sum_sub(&target, rl_plane_sum(at, page, RL_BLOCK));
            *bad += rl_plane_bad(at, page, RL_BLOCK);
            page += RL_BLOCK - 1u;
        } else if (!rl_bit(board->original[plane], page) || rl_bit(pinned, page)) {
            rl_slot slot = at->slots[page];

            rl_sum_sub(&target, rl_slot_sum(page, slot));
            *bad += rl_slot_is_bad(slot);
        }
    }
    return target;
}

static void note_blank(struct rl_board *board, uint32_t first, uint32_t count)
{
    watch_range(board, RL_PLANE_FLASH, first, count);
    if (board->observer != NULL) {
        look_at_changed(board, RL_PLANE_FLASH, first, count);
        rl_observe_blank(board->observer, RL_FLASH, first, count, board->original[RL_PLANE_FLASH],
                         board->planes[RL_PLANE_FLASH].slots);
    }
}

static void note_range(struct rl_board *board, uint8_t look, int plane, uint32_t first,
                       const struct rl_content *content, enum rl_answer answer)
{
    uint8_t device = rl_plane_device(plane);

    watch_range(board, plane, first, content->count);
    if (board->observer != NULL &&
        rl_bits_any(board->original[plane], board->observer->pinned[device], first,
                    content->count)) {
        struct rl_sum target = rl_content_sum(content, first);
        uint32_t bad;

        look_at_changed(board, plane, first, content->count);
        target = open_target(board, plane, first, content->count, target, &bad);
        /* A known bad word decides the answer whatever the rest holds. */
        if (bad == 0) {
            rl_observe_range(board->observer, look, device, first, content->count,
                             board->original[plane], board->planes[plane].slots, target, answer);
            rl_observe_content(board->observer, content, first);
        }
    }
}

static enum rl_answer range_answer(const struct rl_plane *plane, uint8_t look, uint32_t first,
                                   const struct rl_content *content)
{
    if (rl_plane_bad(plane, first, content->count) > 0) {
        return look == RL_LOOK_HELD ? RL_DIFFERS : RL_UNREADABLE;
    }
    return rl_sum_equal(rl_plane_sum(plane, first, content->count), rl_content_sum(content, first))
               ? RL_HOLDS
               : RL_DIFFERS;
}

uint64_t rl_board_answer_to(const struct rl_board *board, const struct rl_seen *seen)
{
    const struct rl_plane *plane = &board->planes[seen->plane];
    enum rl_answer blank = RL_HOLDS;

    switch (seen->look) {
    case RL_LOOK_PAGE:
        return plane->slots[seen->page];
    case RL_LOOK_WORDS:
        return rl_slot_words(plane->slots[seen->page], seen->mask);
    case RL_LOOK_RANGE:
    case RL_LOOK_HELD:
        return range_answer(plane, seen->look, seen->page, seen->content);
    default:
        break;
    }
    for (uint32_t page = seen->page; page < seen->page + seen->count; page++) {
        blank = rl_blank_answer(blank, plane->slots[page]);
    }
    return blank;
}

void rl_board_note(struct rl_board *board, const struct rl_seen *seen, uint64_t answer)
{
    switch (seen->look) {
    case RL_LOOK_PAGE:
        note_page(board, seen->plane, seen->page);
        break;
    case RL_LOOK_WORDS:
        note_words(board, seen->plane, seen->page, seen->mask);
        break;
    case RL_LOOK_RANGE:
    case RL_LOOK_HELD:
        note_range(board, seen->look, seen->plane, seen->page, seen->content,
                   (enum rl_answer)answer);
        break;
    default:
        note_blank(board, seen->page, seen->count);
        break;
    }
}

/* Who remembers answers keeps the look. */
static void keep(struct rl_board *board, struct rl_seen seen, uint64_t answer)
{
    if (board->keeps_looks) {
        rl_recall_keep(board->recall, &seen, answer);
    }
}

rl_slot rl_board_look(struct rl_board *board, int plane, uint32_t page)
{
    rl_slot slot = board->planes[plane].slots[page];

    keep(board, (struct rl_seen){.look = RL_LOOK_PAGE, .plane = (uint8_t)plane, .page = page},
         slot);
    note_page(board, plane, page);
    return slot;
}

rl_slot rl_board_look_words(struct rl_board *board, int plane, uint32_t page, uint32_t mask)
{
    rl_slot slot = board->planes[plane].slots[page];

    if (board->keeps_looks) {
        keep(board,
             (struct rl_seen){
                 .look = RL_LOOK_WORDS, .plane = (uint8_t)plane, .page = page, .mask = mask},
             rl_slot_words(slot, mask));
    }
    note_words(board, plane, page, mask);
    return slot;
}

enum rl_answer rl_board_look_blank(struct rl_board *board, uint32_t first, uint32_t count)
{
    struct rl_seen seen = {
        .look = RL_LOOK_BLANK, .plane = RL_PLANE_FLASH, .page = first, .count = count};
    uint64_t answer = rl_board_answer_to(board, &seen);

    keep(board, seen, answer);
    note_blank(board, first, count);
    return (enum rl_answer)answer;
}

static enum rl_answer ask_range(struct rl_board *board, uint8_t look, int plane, uint32_t first,
                                const struct rl_content *content)
{
    enum rl_answer answer = range_answer(&board->planes[plane], look, first, content);

    keep(board,
         (struct rl_seen){.look = look, .plane = (uint8_t)plane, .page = first, .content = content},
         answer);
    note_range(board, look, plane, first, content, answer);
    return answer;
}

enum rl_answer rl_board_holds(struct rl_board *board, int plane, uint32_t first,
                              const struct rl_content *content)
{
    return ask_range(board, RL_LOOK_RANGE, plane, first, content);
}

bool rl_board_has(struct rl_board *board, int plane, uint32_t first,
                  const struct rl_content *content)
{
    return ask_range(board, RL_LOOK_HELD, plane, first, content) == RL_HOLDS;
}
