#include "explore/open.h"

#include <string.h>

#include "board/heap.h"
#include "board/turned.h"

/* What a page of a crash state shows. */
enum shows {
    SHOWS_SAME,  /* what it shows in all states of the leaf */
    SHOWS_START, /* what the start state held there */
    SHOWS_MIX    /* something that depends on words of the start state */
};

static int plane_of(const struct rl_open *open, uint8_t device)
{
    return device == RL_FLASH ? RL_PLANE_FLASH : open->kept ? RL_PLANE_CPU : RL_PLANE_MEMORY;
}

/* Whether a page may hold something of the start state. */
static bool is_original(const struct rl_open *open, int plane, uint32_t page)
{
    return open->cursor == NULL || rl_bit(open->cursor->original[plane], page);
}

static bool any_original(const struct rl_open *open, int plane, uint8_t device, uint32_t first,
                         uint32_t count)
{
    return open->cursor == NULL ||
           rl_bits_any(open->cursor->original[plane], open->parent->pinned[device], first, count);
}

/* The words of a page that show, each by itself, what the start state held, unless the parent's run
 * wrote them: all but those of *written, which are the same in all states. False when that is not
 * known. */
static bool shows_words(const struct rl_open *open, const struct rl_view *view, uint8_t device,
                        uint32_t page, uint32_t *written)
{
    const struct rl_plane *plane = device == RL_FLASH ? view->flash : view->memory;

    *written = 0;
    return open->cursor == NULL || (plane == &open->cursor->planes[plane_of(open, device)] &&
                                    rl_view_written(view, device, page, written));
}

/* Asks for the words of `mask` that are not known. That some word is bad does not tell the others:
 * then they are asked for as they are. */
bool rl_open_leaves_words(struct rl_open *open, uint8_t device, uint32_t page, uint32_t mask)
{
    mask &= ~rl_leaf_known(open->parent, device, page);
    if (mask == 0) {
        return false;
    }
    open->left = rl_question_words(device, page, mask);
    if (mask != UINT32_MAX &&
        rl_slot_words(open->start[device]->slots[page], mask) == RL_WORDS_BAD) {
        open->left.look = RL_LOOK_EXACT;
    }
    return true;
}

/* The same for words that the view shows just as they were. Who does not get to know marks gets to
 * know no more of a bad one than that it is bad. */
static bool leave_shown(struct rl_open *open, const struct rl_view *view, uint8_t device,
                        uint32_t page, uint32_t mask)
{
    bool marks = open->look == RL_LOOK_PAGE || open->look == RL_LOOK_EXACT ||
                 (rl_look_is_range(open->look) && rl_pages_flawed());
    rl_slot start = open->start[device]->slots[page];

    mask &= ~rl_leaf_known(open->parent, device, page);
    if (marks || mask == 0 ||
        rl_slot_merge(RL_SLOT_BLANK, start, mask) !=
            rl_slot_merge(RL_SLOT_BLANK, rl_view_slot(view, device, page), mask)) {
        return rl_open_leaves_words(open, device, page, mask);
    }
    open->left = rl_question_words(device, page, mask);
    open->left.look = RL_LOOK_WORDS;
    open->left.mask = mask;
    return !rl_leaf_keeps(open->parent, &open->left); /* something else may be left */
}

/* Pages of the crash state that show pages of the start state at a shift. */
static bool leave_revived(struct rl_open *open, const struct rl_view *view, uint8_t device,
                          struct rl_interval range, uint32_t mask)
{
    for (uint32_t i = 0; i < view->revived_count; i++) {
        uint32_t shift = view->revived[i].from - view->revived[i].first;
        uint32_t page = view->revived[i].first;
        uint32_t end = page + view->revived[i].count;

        page = page > range.first ? page : range.first;
        end = end < range.first + range.count ? end : range.first + range.count;
        for (; view->revived[i].device == device && page < end; page++) {
            if (rl_open_leaves_words(open, device, page + shift, mask)) {
                return true;
            }
        }
    }
    return false;
}

/* Lines that were lost show what memory held before the stores to them. */
static bool leave_lines(struct rl_open *open, const struct rl_view *view, uint8_t device,
                        struct rl_interval range, uint32_t mask)
{
    for (uint32_t i = 0; device == RL_MEMORY && open->kept && i < view->memory_count; i++) {
        uint32_t page = view->memory_over[i].page;
        uint32_t lines = view->memory_over[i].lines & ~view->memory_over[i].written & mask;

        if (lines != 0 && page - range.first < range.count && page < view->lost_from &&
            is_original(open, RL_PLANE_MEMORY, page) &&
            leave_shown(open, view, device, page, lines)) {
            return true;
        }
    }
    return false;
}

/* What of a look at words of one page is left. */
static bool leave_of_page(struct rl_open *open, const struct rl_view *view,
                          const struct rl_question *question)
{
    uint8_t device = question->device;
    uint32_t page = question->page;
    uint32_t mask = rl_question_mask(question);
    uint32_t known = rl_leaf_known(open->parent, device, page);
    uint32_t written;
    rl_slot shown;

    if (!is_original(open, plane_of(open, device), page) || (mask & ~known) == 0) {
        return false;
    }
    if (!shows_words(open, view, device, page, &written)) {
        return rl_open_leaves_words(open, device, page, mask);
    }
    known |= written;
    if (question->look != RL_LOOK_WORDS) {
        return rl_open_leaves_words(open, device, page, mask & ~known);
    }
    shown = rl_view_slot(view, device, page);
    if ((rl_slot_is_bad(shown) && rl_slot_words(shown, mask & known) == RL_WORDS_BAD) ||
        (mask & ~known) == 0) {
        return false; /* bad, whatever the others hold */
    }
    mask &= ~known;
    if (shown != open->start[device]->slots[page] &&
        rl_slot_words(shown, mask) != rl_slot_words(open->start[device]->slots[page], mask)) {
        return rl_open_leaves_words(open, device, page, mask);
    }
    open->left = rl_question_words(device, page, mask);
    open->left.look = RL_LOOK_WORDS;
    open->left.mask = mask;
    return true;
}

/* What an open page shows; with SHOWS_MIX *mask has the words of the start state that it depends
 * on. */
static enum shows shows_of(const struct rl_open *open, const struct rl_view *view, uint8_t device,
                           uint32_t page, uint32_t *mask)
{
    uint32_t known = rl_leaf_known(open->parent, device, page);
    rl_slot shown = rl_view_slot(view, device, page);
    uint32_t written;

    *mask = ~known;
    if (!shows_words(open, view, device, page, &written)) {
        return SHOWS_MIX;
    }
    *mask &= ~written;
    if (*mask == 0 || (!rl_pages_flawed() &&
                       (rl_slot_marks_of(shown).bad & ~rl_slot_doubted(shown) & ~*mask) != 0)) {
        return SHOWS_SAME;
    }
    return (written & ~known) == 0 && shown == open->start[device]->slots[page] ? SHOWS_START
                                                                                : SHOWS_MIX;
}

static void add_part(struct rl_parts *parts, uint32_t page)
{
    struct rl_interval *last = parts->count == 0 ? NULL : &parts->list[parts->count - 1u];

    if (last != NULL && last->first + last->count == page) {
        last->count++;
        return;
    }
    parts->list = rl_grow(parts->list, parts->count, &parts->room, sizeof *parts->list);
    parts->list[parts->count++] = (struct rl_interval){page, 1};
}

/* Collects the pages of an interval that show the start state; true when one shows a mix, and is to
 * be asked about first. */
static bool collect(struct rl_open *open, const struct rl_view *view,
                    const struct rl_question *question, struct rl_interval range,
                    struct rl_parts *parts)
{
    uint8_t device = question->device;
    int plane = plane_of(open, device);

    for (uint32_t page = range.first; page < range.first + range.count; page++) {
        uint32_t mask;
        enum shows shows;

        if (!is_original(open, plane, page) || rl_bit(open->parent->pinned[device], page)) {
            continue;
        }
        shows = shows_of(open, view, device, page, &mask);
        if (shows == SHOWS_MIX && leave_shown(open, view, device, page, mask)) {
            return true;
        }
        if (shows == SHOWS_START && !(question->look == RL_LOOK_RANGE && device == RL_FLASH &&
                                      rl_bit(open->parent->held, page))) {
            add_part(parts, page);
        }
    }
    return false;
}

/* The sum over pages of the view, and how many of them are bad. */
static struct rl_sum sum_of(const struct rl_view *view, uint8_t device,
                            const struct rl_interval *intervals, size_t count, uint32_t *bad)
{
    struct rl_sum sum = {0, 0};

    *bad = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t part_bad;

        rl_sum_add(&sum,
                   rl_view_sum(view, device, intervals[i].first, intervals[i].count, &part_bad));
        *bad += part_bad;
    }
    return sum;
}

/* How many pages are not blank. */
static uint32_t count_written(const struct rl_view *view, uint8_t device,
                              const struct rl_interval *intervals, size_t count)
{
    uint32_t written = 0;

    for (size_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < intervals[i].count; k++) {
            written += rl_view_slot(view, device, intervals[i].first + k) != RL_SLOT_BLANK;
        }
    }
    return written;
}

/* Only whether they read counts of the collected pages: whether they hold what no pages hold. */
static void leave_reading(struct rl_question *left)
{
    left->look = RL_LOOK_RANGE;
    left->target = rl_unheld;
    left->content = NULL;
    left->content_first = 0;
}

/* Whether the collected pages can still make the range hold its content: they have to add up to
 * `target` then. Where other pages differ, that is not what the content has in them. */
static bool may_hold(const struct rl_question *question, const struct rl_parts *parts,
                     struct rl_sum target)
{
    if (question->content == NULL) { /* what it compares with is not told */
        return !rl_sum_equal(question->target, rl_unheld);
    }
    for (size_t i = 0; i < parts->count; i++) {
        for (uint32_t k = 0; k < parts->list[i].count; k++) {
            uint32_t page = parts->list[i].first + k;
            uint32_t data = question->content->data[page - question->content_first];

            rl_sum_sub(&target, rl_slot_sum(page, rl_slot_make(data, RL_MARKS_FULL)));
        }
    }
    return rl_sum_equal(target, (struct rl_sum){0, 0});
}

/* Asks for the collected pages themselves. */
static bool leave_exactly(struct rl_open *open, const struct rl_parts *parts)
{
    for (size_t i = 0; i < parts->count; i++) {
        for (uint32_t k = 0; k < parts->list[i].count; k++) {
            if (rl_open_leaves_words(open, RL_FLASH, parts->list[i].first + k, UINT32_MAX)) {
                return true;
            }
        }
    }
    return false;
}

/* The same where words in doubt are among the others: what these leave to the collected pages is
 * asked for each turn. Where a range can hold its content, the collected pages have to hold theirs,
 * whatever turned. */
static bool leave_turned(struct rl_open *open, const struct rl_question *question,
                         const struct rl_parts *parts, const struct rl_turned *others)
{
    struct rl_question *left = &open->left;
    bool reading = true;

    *left = *question;
    left->intervals = parts->list;
    left->interval_count = (uint32_t)parts->count;
    for (unsigned turn = 0; turn < RL_TURNS; turn++) {
        struct rl_sum target = question->target;

        rl_sum_sub(&target, others->by[turn].sum);
        if (others->by[turn].bad > 0 ||
            (question->look == RL_LOOK_BLANK ? others->by[turn].written > 0
                                             : !may_hold(question, parts, target))) {
            continue;
        }
        if (!reading && !rl_sum_equal(left->target, target)) {
            return leave_exactly(open, parts);
        }
        reading = false;
        left->target = target;
    }
    if (reading) {
        leave_reading(left);
    }
    return true;
}

/* What the collected pages have to answer, the others being as they are. A bad page among those
 * decides, unless what a read corrects in the collected ones is told, too. */
static bool leave_parts(struct rl_open *open, const struct rl_view *view,
                        const struct rl_question *question, const struct rl_parts *parts)
{
    uint32_t all_bad, bad;
    struct rl_sum all =
        sum_of(view, question->device, question->intervals, question->interval_count, &all_bad);
    struct rl_sum sum = sum_of(view, question->device, parts->list, parts->count, &bad);
    struct rl_turned others = {0};

    if (question->device == RL_FLASH && rl_doubts_any()) {
        struct rl_turned own = {0};

        rl_view_turned(view, question->intervals, question->interval_count, &others);
        rl_view_turned(view, parts->list, parts->count, &own);
        rl_turned_sub(&others, &own);
        if (others.plain_bad == 0 && rl_turned_differs(&others)) {
            return leave_turned(open, question, parts, &others);
        }
        all_bad = others.plain_bad + bad;
    }
    if (all_bad > bad && (question->look == RL_LOOK_BLANK || !rl_pages_flawed())) {
        return false;
    }
    open->left = *question;
    open->left.intervals = parts->list;
    open->left.interval_count = (uint32_t)parts->count;
    if (rl_look_is_range(question->look)) {
        rl_sum_add(&open->left.target, sum);
        rl_sum_sub(&open->left.target, all);
        if (!may_hold(question, parts, open->left.target)) {
            leave_reading(&open->left);
        }
    } else if (count_written(view, question->device, question->intervals,
                             question->interval_count) >
               count_written(view, question->device, parts->list, parts->count)) {
        leave_reading(&open->left);
    }
    return true;
}

static bool leave_of_range(struct rl_open *open, const struct rl_view *view,
                           const struct rl_question *question, struct rl_interval range,
                           struct rl_parts *parts)
{
    uint8_t device = question->device;

    if (leave_revived(open, view, device, range, UINT32_MAX)) {
        return true;
    }
    if (device == RL_MEMORY && view->lost_from < range.first + range.count) {
        range.count = range.first < view->lost_from ? view->lost_from - range.first : 0;
    }
    return leave_lines(open, view, device, range, UINT32_MAX) ||
           (range.count > 0 &&
            any_original(open, plane_of(open, device), device, range.first, range.count) &&
            collect(open, view, question, range, parts));
}

/* One page of memory of which a range was asked: words of it show the start state, and all else of
 * the range is the same in all states. */
struct lone {
    uint32_t page, mask;
    uint32_t count; /* such pages; more than one are too many */
};

/* The words of an open page that are not the same in all states of the leaf; all of them where that
 * is not known. */
static uint32_t differing_words(const struct rl_open *open, const struct rl_view *view,
                                uint32_t page)
{
    uint32_t mask = 0;

    if (is_original(open, plane_of(open, RL_MEMORY), page) &&
        !rl_bit(open->parent->pinned[RL_MEMORY], page) &&
        shows_of(open, view, RL_MEMORY, page, &mask) == SHOWS_SAME) {
        mask = 0;
    }
    for (uint32_t i = 0; open->kept && i < view->memory_count; i++) {
        if (view->memory_over[i].page == page && is_original(open, RL_PLANE_MEMORY, page)) {
            mask |= view->memory_over[i].lines & ~view->memory_over[i].written &
                    ~rl_leaf_known(open->parent, RL_MEMORY, page);
        }
    }
    return mask;
}

static void note_lone(const struct rl_open *open, const struct rl_view *view,
                      struct rl_interval range, struct lone *lone)
{
    uint32_t end = range.first + range.count;

    end = end < view->lost_from ? end : view->lost_from;
    for (uint32_t page = range.first; page < end && lone->count < 2u; page++) {
        uint32_t mask = differing_words(open, view, page);

        if (mask != 0) {
            *lone = (struct lone){page, mask, lone->count + 1u};
        }
    }
}

/* Whether the words of `mask` in a slot have the bytes that page `data` has there. */
static bool words_are(uint32_t data, rl_slot slot, uint32_t mask)
{
    const uint8_t *wanted = rl_pages_bytes(data);
    const uint8_t *there = rl_slot_bytes(slot);

    for (uint32_t word = 0; word < RL_PAGE_WORDS; word++) {
        if ((mask >> word & 1u) != 0 &&
            memcmp(wanted + word * RL_WORD, there + word * RL_WORD, RL_WORD) != 0) {
            return false;
        }
    }
    return (rl_slot_marks_of(slot).bad & mask) == 0;
}

/* What a question with one such page comes to. */
enum lone_way { LONE_NO, LONE_NOTHING, LONE_READS };

/* Whether what the lone page would have to hold conflicts with what it holds in all states. */
static bool conflicts(const struct rl_view *view, const struct rl_question *question,
                      const struct lone *lone)
{
    rl_slot shown = rl_view_slot(view, RL_MEMORY, lone->page);
    struct rl_sum target = question->target;
    uint32_t bad, data;

    rl_sum_sub(&target,
               sum_of(view, RL_MEMORY, question->intervals, question->interval_count, &bad));
    rl_sum_add(&target, rl_slot_sum(lone->page, shown));
    return !rl_pages_find(rl_slot_unsum(lone->page, target), &data) ||
           !words_are(data, shown, ~lone->mask);
}

/* A question with one such page that conflicts: the range differs. Who gets to know whether it
 * reads asks for that, the page as it was: unless that was bad, and then its words are asked for.
 */
static enum lone_way lone_way(const struct rl_open *open, const struct rl_view *view,
                              const struct rl_question *question, struct lone *lone)
{
    *lone = (struct lone){0};
    if (!rl_look_is_range(question->look) || question->device != RL_MEMORY || rl_pages_flawed() ||
        view->revived_count > 0) {
        return LONE_NO;
    }
    for (uint32_t i = 0; i < question->interval_count; i++) {
        note_lone(open, view, question->intervals[i], lone);
    }
    if (lone->count != 1u || !conflicts(view, question, lone)) {
        return LONE_NO;
    }
    if (question->look == RL_LOOK_HELD) {
        return LONE_NOTHING;
    }
    return rl_slot_is_bad(rl_view_slot(view, RL_MEMORY, lone->page)) ||
                   rl_slot_is_bad(open->start[RL_MEMORY]->slots[lone->page])
               ? LONE_NO
               : LONE_READS;
}

/* Whether the page reads, as it was. */
static bool leave_lone(struct rl_open *open, const struct rl_question *question,
                       const struct lone *lone, struct rl_parts *parts)
{
    parts->count = 0;
    add_part(parts, lone->page);
    open->left = *question;
    open->left.intervals = parts->list;
    open->left.interval_count = 1;
    leave_reading(&open->left);
    return true;
}

/* Whether pages of flash hold what it held at the start. */
static bool stands(const struct rl_open *open, const struct rl_view *view, uint32_t first,
                   uint32_t end)
{
    bool same = true;

    for (uint32_t page = first; page < end && same; page++) {
        same = is_original(open, RL_PLANE_FLASH, page) &&
               page - view->flash_first >= view->flash_count &&
               view->flash->slots[page] == open->start[RL_FLASH]->slots[page];
    }
    return same;
}

/* Where words are in doubt is asked of all of the start state, first. Then only blocks of which a
 * part was written since, or came out otherwise, leave anything open: their pages are asked for. */
static bool leave_doubts(struct rl_open *open, const struct rl_view *view,
                         const struct rl_question *question, struct rl_parts *parts)
{
    const struct rl_plane *start = open->start[RL_FLASH];

    parts->list = rl_grow(parts->list, 0, &parts->room, sizeof *parts->list);
    parts->list[0] = question->intervals[0];
    parts->count = 1;
    open->left = *question;
    open->left.intervals = parts->list;
    if (!rl_leaf_keeps(open->parent, question)) {
        return true;
    }
    for (uint32_t first = 0; first < start->count; first += question->mask) {
        uint32_t end = first + question->mask;
        bool doubted = false;

        for (uint32_t page = first; page < end; page++) {
            doubted = doubted || rl_slot_doubted(start->slots[page]) != 0;
        }
        for (uint32_t page = first; doubted && !stands(open, view, first, end) && page < end;
             page++) {
            if (is_original(open, RL_PLANE_FLASH, page) &&
                rl_open_leaves_words(open, RL_FLASH, page, UINT32_MAX)) {
                return true;
            }
        }
    }
    return false;
}

bool rl_open_residue(struct rl_open *open, const struct rl_view *view,
                     const struct rl_question *question, struct rl_parts *parts)
{
    struct lone lone;
    enum lone_way way;

    open->look = question->look;
    if (question->device == RL_MEMORY && view->memory == NULL) {
        return false;
    }
    if (question->look == RL_LOOK_DOUBTED) {
        return leave_doubts(open, view, question, parts);
    }
    if (rl_question_is_of_page(question)) {
        uint32_t mask = rl_question_mask(question);
        struct rl_interval page = {question->page, 1};

        return leave_revived(open, view, question->device, page, mask) ||
               leave_lines(open, view, question->device, page, mask) ||
               ((question->device == RL_FLASH || question->page < view->lost_from) &&
                leave_of_page(open, view, question));
    }
    way = lone_way(open, view, question, &lone);
    if (way != LONE_NO) {
        return way == LONE_READS && leave_lone(open, question, &lone, parts);
    }
    parts->count = 0;
    for (uint32_t i = 0; i < question->interval_count; i++) {
        if (leave_of_range(open, view, question, question->intervals[i], parts)) {
            return true;
        }
    }
    return parts->count > 0 && leave_parts(open, view, question, parts);
}

bool rl_open_leaves(struct rl_open *open, const struct rl_view *view,
                    const struct rl_question *question, struct rl_parts *parts)
{
    return rl_open_residue(open, view, question, parts) &&
           !rl_leaf_keeps(open->parent, &open->left);
}
