#include "explore/choices.h"

#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "explore/lineset.h"

struct rl_choices {
    struct rl_lineset set;
    struct rl_arrival *arrivals;
    size_t arrival_count, arrival_room;
    const struct rl_choosing *what;
    enum rl_choices_end end;
    struct rl_view *assumed; /* in which lines are as a question wants them */
};

/* What a question makes of the contents of a line: which are as it wants them, and which are
 * uncorrectable. */
struct answers {
    uint32_t line;
    uint64_t equal, bad;
};

/* Lines that a question reads. */
struct reading {
    struct answers *list;
    size_t count, room;
    uint32_t at;   /* node that asks */
    uint32_t mask; /* words, of a look at one page */
    bool whole;    /* the look tells marks, too */
};

struct rl_choices *rl_choices_new(const struct rl_device *device)
{
    struct rl_choices *choices = rl_calloc(1, sizeof *choices);

    rl_lineset_init(&choices->set, device->geometry.memory_size / RL_PAGE);
    choices->assumed = rl_calloc(1, sizeof *choices->assumed);
    return choices;
}

void rl_choices_free(struct rl_choices *choices)
{
    if (choices == NULL) {
        return;
    }
    rl_lineset_free(&choices->set);
    free(choices->arrivals);
    free(choices->assumed);
    free(choices);
}

const struct rl_arrival *rl_choices_arrivals(const struct rl_choices *choices, uint32_t *count)
{
    *count = (uint32_t)choices->arrival_count;
    return choices->arrivals;
}

static bool stop(struct rl_choices *choices, enum rl_choices_end end)
{
    choices->end = end;
    return false;
}

static bool follow(struct rl_choices *choices, uint32_t at);

/* ---- where it leads ---- */

/* Says what the lines hold in one of the states at hand: as few words as there are. */
static bool name_lines(struct rl_choices *choices, struct rl_outcome *outcome)
{
    struct rl_line kept[RL_LINES_MAX];
    struct rl_line lost[RL_LINES_MAX];
    uint32_t but_kept = rl_lineset_exceptions(&choices->set, true, kept);
    uint32_t but_lost = UINT32_MAX;

    if (but_kept > 0 && rl_lineset_choose(&choices->set, false)) {
        but_lost = rl_lineset_exceptions(&choices->set, false, lost);
    }
    if (but_kept > RL_LINES_MAX && but_lost > RL_LINES_MAX) {
        return false;
    }
    if (but_kept <= but_lost) {
        rl_outcome_set_lines(outcome, true, kept, but_kept);
    } else {
        rl_outcome_set_lines(outcome, false, lost, but_lost);
    }
    return true;
}

static bool arrive(struct rl_choices *choices, uint32_t at)
{
    const struct rl_choosing *what = choices->what;
    uint32_t leaf = rl_footprints_leaf_at(what->footprints, at);
    struct rl_arrival *arrival;

    if (leaf == RL_LEAF_NONE || !what->reached(what->user, leaf)) {
        return stop(choices, RL_CHOICES_FAILED);
    }
    if (choices->arrival_count == RL_CHOICES_MAX) {
        return stop(choices, RL_CHOICES_TOO_MANY);
    }
    choices->arrivals = rl_grow(choices->arrivals, choices->arrival_count, &choices->arrival_room,
                                sizeof *choices->arrivals);
    arrival = &choices->arrivals[choices->arrival_count++];
    arrival->leaf = leaf;
    arrival->outcome = what->outcome;
    return name_lines(choices, &arrival->outcome) || stop(choices, RL_CHOICES_TOO_MANY);
}

/* Past one question, which the view answers. */
static bool step(struct rl_choices *choices, uint32_t *at)
{
    const struct rl_choosing *what = choices->what;
    uint32_t next = rl_footprints_step(what->footprints, *at, what->view, what->open);

    if (what->open != NULL && what->open->touches) {
        return stop(choices, RL_CHOICES_OPEN);
    }
    if (next == 0) {
        if (!what->reached(what->user, RL_LEAF_NONE)) {
            return stop(choices, RL_CHOICES_FAILED);
        }
        next = rl_footprints_step(what->footprints, *at, what->view, what->open);
    }
    *at = next;
    return next != 0 || stop(choices, RL_CHOICES_FAILED);
}

/* Follows the states that are left, if there are any. */
static bool go_on(struct rl_choices *choices, uint32_t at)
{
    if (!rl_lineset_choose(&choices->set, true)) {
        return !choices->set.too_many || stop(choices, RL_CHOICES_TOO_MANY);
    }
    rl_lineset_show(&choices->set, choices->what->view);
    return step(choices, &at) && follow(choices, at);
}

/* ---- words of a page ---- */

static void add_line(struct reading *reading, struct answers answers)
{
    reading->list = rl_grow(reading->list, reading->count, &reading->room, sizeof *reading->list);
    reading->list[reading->count++] = answers;
}

/* What a look tells of a line with some content. */
static rl_slot told_of(const struct rl_choices *choices, const struct reading *reading,
                       const struct rl_open_line *line, uint32_t content)
{
    rl_slot slot = rl_lineset_content(&choices->set, line, content)->slot;

    return reading->whole ? rl_slot_merge(RL_SLOT_BLANK, slot, line->mask & reading->mask)
                          : rl_slot_words(slot, line->mask & reading->mask);
}

/* Contents that a look does not tell from `content`, in no state. */
static uint64_t alike(const struct rl_choices *choices, const struct reading *reading,
                      const struct rl_open_line *line, uint32_t content)
{
    rl_slot told = told_of(choices, reading, line, content);
    uint32_t open = rl_lineset_content(&choices->set, line, content)->open & reading->mask;
    uint64_t set = 0;

    for (uint32_t i = 0; i < line->contents; i++) {
        const struct rl_content_of_line *other = rl_lineset_content(&choices->set, line, i);

        if (told_of(choices, reading, line, i) == told && (other->open & reading->mask) == open) {
            set |= UINT64_C(1) << i;
        }
    }
    return set;
}

/* Each content of the `index`-th line and of those behind it. */
static bool each_content(struct rl_choices *choices, const struct reading *reading, size_t index)
{
    struct rl_lineset_mark mark = rl_lineset_mark(&choices->set);
    const struct answers *of = reading->list + index;
    uint64_t left;
    bool more = true;

    if (index == reading->count) {
        return go_on(choices, reading->at);
    }
    left = choices->set.lines[of->line].left & ~of->bad;
    while (more && left != 0) {
        uint64_t set =
            alike(choices, reading, &choices->set.lines[of->line], (uint32_t)__builtin_ctzll(left));

        if (rl_lineset_limit(&choices->set, of->line, set)) {
            more = each_content(choices, reading, index + 1u);
        }
        rl_lineset_back(&choices->set, mark);
        left &= ~set;
    }
    return more;
}

/* At least one line has one of its uncorrectable contents. */
static bool some_bad(struct rl_choices *choices, const struct reading *reading)
{
    struct rl_lineset_mark mark = rl_lineset_mark(&choices->set);
    bool possible = false;
    bool more;

    for (size_t i = 0; i < reading->count; i++) {
        if (reading->list[i].bad != 0) {
            rl_lineset_term(&choices->set, reading->list[i].line, reading->list[i].bad);
            possible = true;
        }
    }
    if (!possible) {
        return true;
    }
    rl_lineset_condition(&choices->set);
    more = go_on(choices, reading->at);
    rl_lineset_back(&choices->set, mark);
    return more;
}

/* Whether what a line shows of memory behind the cache has to be known of the parent first. */
static bool must_know(struct rl_choices *choices, uint32_t page, uint32_t words)
{
    struct rl_open *open = choices->what->open;

    return open != NULL && rl_bit(open->cursor->original[RL_PLANE_MEMORY], page) &&
           rl_open_leaves_words(open, RL_MEMORY, page, words);
}

/* Collects the lines of a page that the look at its words could tell from what they are; `known`
 * gets the words of the look whose contents are given. */
static void read_words(struct rl_choices *choices, uint32_t page, struct reading *reading,
                       uint32_t *known)
{
    uint32_t first, end;

    *known = reading->mask;
    rl_lineset_of(&choices->set, page, &first, &end);
    for (; first < end; first++) {
        const struct rl_open_line *line = &choices->set.lines[first];
        struct answers answers = {.line = first};
        uint32_t content = (uint32_t)__builtin_ctzll(line->left);

        if ((line->mask & reading->mask) == 0 ||
            (line->left & ~alike(choices, reading, line, content)) == 0) {
            continue;
        }
        *known &= ~line->mask;
        for (uint32_t i = 0; i < line->contents && !reading->whole; i++) {
            if (told_of(choices, reading, line, i) == RL_WORDS_BAD) {
                answers.bad |= UINT64_C(1) << i;
            }
        }
        add_line(reading, answers);
    }
}

/* A look at words of a page. *asked: it has to be asked of the state at hand only. */
static bool branch_words(struct rl_choices *choices, uint32_t at,
                         const struct rl_question *question, bool *asked)
{
    uint32_t page = question->page;
    struct reading reading = {
        .at = at, .whole = question->look != RL_LOOK_WORDS, .mask = rl_question_mask(question)};
    uint32_t known;
    bool more = true;

    rl_lineset_open(&choices->set, page);
    read_words(choices, page, &reading, &known);
    *asked = reading.count == 0 ||
             (!reading.whole && rl_slot_words(rl_view_slot(choices->what->view, RL_MEMORY, page),
                                              known) == RL_WORDS_BAD);
    if (!*asked && must_know(choices, page, reading.mask & ~known)) {
        more = stop(choices, RL_CHOICES_OPEN);
    } else if (!*asked) {
        more = each_content(choices, &reading, 0) && some_bad(choices, &reading);
    }
    free(reading.list);
    return more;
}

/* ---- whether a range holds a content ---- */

/* Compares the contents of a line with what the question wants there. */
static struct answers compare_line(const struct rl_choices *choices, uint32_t index,
                                   const uint8_t *wanted)
{
    const struct rl_open_line *line = &choices->set.lines[index];
    size_t size = (size_t)__builtin_popcount(line->mask) * RL_WORD;
    size_t at = (size_t)line->word * RL_WORD;
    struct answers answers = {.line = index};

    for (uint32_t i = 0; i < line->contents; i++) {
        rl_slot slot = rl_lineset_content(&choices->set, line, i)->slot;

        if ((rl_slot_marks_of(slot).bad & line->mask) != 0) {
            answers.bad |= UINT64_C(1) << i;
        } else if (memcmp(rl_slot_bytes(slot) + at, wanted + at, size) == 0) {
            answers.equal |= UINT64_C(1) << i;
        }
    }
    return answers;
}

/* The content that the question wants in a page; anything, where nothing holds it. */
static uint32_t wanted_at(const struct rl_question *question, uint32_t page)
{
    return question->content == NULL ? rl_slot_data(RL_SLOT_BLANK)
                                     : question->content->data[page - question->content_first];
}

/* Shows a page in the assumed view as the question wants its lines. */
static void assume(struct rl_choices *choices, const struct rl_question *question, uint32_t page)
{
    struct rl_view *view = choices->assumed;
    uint32_t dirty = choices->what->cursor->dirty[page];
    rl_slot wanted = rl_slot_make(wanted_at(question, page), RL_MARKS_FULL);

    if (view->memory_count == RL_VIEW_MEMORY_MAX) {
        choices->set.too_many = true;
        return;
    }
    view->memory_over[view->memory_count].page = page;
    view->memory_over[view->memory_count].written = dirty;
    view->memory_over[view->memory_count].lines = 0;
    view->memory_over[view->memory_count].slot =
        rl_slot_merge(view->memory->slots[page], wanted, dirty);
    view->memory_count++;
}

static void copy_view(struct rl_view *to, const struct rl_view *from, uint32_t memory_count)
{
    rl_view_plain(to, from->flash, from->memory);
    to->lost_from = from->lost_from;
    to->memory_count = memory_count;
    memcpy(to->memory_over, from->memory_over, memory_count * sizeof to->memory_over[0]);
    to->revived_count = from->revived_count;
    memcpy(to->revived, from->revived, sizeof to->revived);
}

/* Collects the lines in the question's pages; returns whether one of them is not given yet. */
static bool read_range(struct rl_choices *choices, const struct rl_question *question,
                       struct reading *reading)
{
    const struct rl_cursor *cursor = choices->what->cursor;
    bool open = false;

    copy_view(choices->assumed, choices->what->view, choices->set.base);
    for (uint32_t i = 0; i < cursor->dirty_count; i++) {
        uint32_t page = cursor->dirty_pages[i];
        uint32_t first, end;
        bool inside = false;

        for (uint32_t k = 0; k < question->interval_count; k++) {
            inside = inside || page - question->intervals[k].first < question->intervals[k].count;
        }
        if (!inside || page >= choices->what->view->lost_from) {
            continue;
        }
        rl_lineset_open(&choices->set, page);
        assume(choices, question, page);
        rl_lineset_of(&choices->set, page, &first, &end);
        for (; first < end; first++) {
            uint64_t left = choices->set.lines[first].left;

            add_line(reading,
                     compare_line(choices, first, rl_pages_bytes(wanted_at(question, page))));
            open = open || (left & (left - 1u)) != 0;
        }
    }
    return open;
}

/* Whether a page of the parent's start state reads without an error has to be known first. */
static bool must_read(struct rl_choices *choices, uint32_t page)
{
    struct rl_open *open = choices->what->open;

    if (!rl_bit(open->cursor->original[RL_PLANE_MEMORY], page) ||
        rl_leaf_known(open->parent, RL_MEMORY, page) == UINT32_MAX) {
        return false;
    }
    if (rl_slot_is_bad(open->start[RL_MEMORY]->slots[page])) {
        return rl_open_leaves_words(open, RL_MEMORY, page, UINT32_MAX);
    }
    open->page = (struct rl_interval){page, 1};
    open->left = (struct rl_question){.look = RL_LOOK_RANGE,
                                      .device = RL_MEMORY,
                                      .interval_count = 1,
                                      .intervals = &open->page,
                                      .target = rl_unheld};
    return !rl_leaf_keeps(open->parent, &open->left);
}

/* What lines show of memory behind the cache: what it holds where all the rest is as wanted, else
 * only whether it reads. */
static bool must_know_lines(struct rl_choices *choices, const struct reading *reading, bool matches)
{
    for (size_t i = 0; choices->what->open != NULL && i < reading->count; i++) {
        const struct rl_open_line *line = &choices->set.lines[reading->list[i].line];

        if ((line->left & (line->left - 1u)) != 0 &&
            (matches ? must_know(choices, line->page, line->mask)
                     : must_read(choices, line->page))) {
            return true;
        }
    }
    return false;
}

/* Whether each content of a line but that without any store has a store that is not as wanted. */
static bool stores_conflict(const struct rl_choices *choices, const struct rl_open_line *line,
                            const uint8_t *wanted)
{
    for (uint32_t i = 0; i < line->contents; i++) {
        const struct rl_content_of_line *content = rl_lineset_content(&choices->set, line, i);
        uint32_t stored =
            rl_cursor_line_stored(choices->what->cursor, line->page, line->word, content->prefix);
        const uint8_t *there = rl_slot_bytes(content->slot);
        bool conflict = i == line->lost;

        for (uint32_t word = line->word; word < RL_PAGE_WORDS && !conflict; word++) {
            conflict =
                (stored >> word & 1u) != 0 && memcmp(there + (size_t)word * RL_WORD,
                                                     wanted + (size_t)word * RL_WORD, RL_WORD) != 0;
        }
        if (!conflict) {
            return false;
        }
    }
    return true;
}

/* Whether only what memory held behind the cache could be as wanted in a page of open lines: no
 * store is, and they fill the page. */
static bool only_memory_fits(const struct rl_choices *choices, const struct reading *reading,
                             uint32_t page, const uint8_t *wanted)
{
    uint32_t words = 0;

    for (size_t i = 0; i < reading->count; i++) {
        const struct rl_open_line *line = &choices->set.lines[reading->list[i].line];

        if (line->page == page) {
            words |= line->mask;
            if (!stores_conflict(choices, line, wanted)) {
                return false;
            }
        }
    }
    return words == UINT32_MAX &&
           rl_bit(choices->what->open->cursor->original[RL_PLANE_MEMORY], page);
}

/* Of a question that only tells whether it holds: whether some page can only be as wanted by what
 * the start state of the parent held, and that is not it. That is asked about as a whole, first:
 * then *left. */
static bool cannot_hold(struct rl_choices *choices, const struct rl_question *question,
                        const struct reading *reading, bool *left)
{
    struct rl_open *open = choices->what->open;

    *left = false;
    for (size_t i = 0; open != NULL && question->content != NULL && i < reading->count; i++) {
        uint32_t page = choices->set.lines[reading->list[i].line].page;
        rl_slot start = open->start[RL_MEMORY]->slots[page];
        uint32_t wanted = wanted_at(question, page);

        if (!only_memory_fits(choices, reading, page, rl_pages_bytes(wanted)) ||
            rl_leaf_known(open->parent, RL_MEMORY, page) == UINT32_MAX) {
            continue;
        }
        open->page = (struct rl_interval){page, 1};
        open->left = (struct rl_question){.look = RL_LOOK_HELD,
                                          .device = RL_MEMORY,
                                          .interval_count = 1,
                                          .intervals = &open->page,
                                          .content = question->content,
                                          .content_first = question->content_first,
                                          .target = rl_slot_sum(page, rl_slot_make(wanted, 0))};
        *left = !rl_leaf_keeps(open->parent, &open->left);
        if (*left || rl_slot_is_bad(start) || rl_slot_data(start) != wanted) {
            return true;
        }
    }
    return false;
}

/* All lines are as wanted. */
static bool all_equal(struct rl_choices *choices, const struct reading *reading)
{
    struct rl_lineset_mark mark = rl_lineset_mark(&choices->set);
    bool possible = true;
    bool more = true;

    for (size_t i = 0; i < reading->count && possible; i++) {
        possible = rl_lineset_limit(&choices->set, reading->list[i].line, reading->list[i].equal);
    }
    if (possible) {
        more = go_on(choices, reading->at);
    }
    rl_lineset_back(&choices->set, mark);
    return more;
}

/* Not all lines are as wanted; that they are not is given when something else is not. All of them
 * read, unless `bad_too`. */
static bool some_other(struct rl_choices *choices, const struct reading *reading, bool given,
                       bool bad_too)
{
    struct rl_lineset_mark mark = rl_lineset_mark(&choices->set);
    bool possible = true;
    bool more = true;

    for (size_t i = 0; i < reading->count && possible; i++) {
        possible = bad_too ||
                   rl_lineset_limit(&choices->set, reading->list[i].line, ~reading->list[i].bad);
        if (!given) {
            rl_lineset_term(&choices->set, reading->list[i].line, ~reading->list[i].equal);
        }
    }
    if (!given) {
        rl_lineset_condition(&choices->set);
    }
    if (possible) {
        more = go_on(choices, reading->at);
    }
    rl_lineset_back(&choices->set, mark);
    return more;
}

/* A range in which lines are open; `rest` is its answer where they are as wanted. */
static bool follow_range(struct rl_choices *choices, const struct rl_question *question,
                         const struct reading *reading, enum rl_answer rest, bool *asked)
{
    bool held = question->look == RL_LOOK_HELD; /* what does not read is not it, and no more */
    struct rl_open *open = choices->what->open;
    bool left;

    if (open != NULL &&
        rl_footprints_leaves(choices->what->footprints, open, choices->assumed, question)) {
        return stop(choices, RL_CHOICES_OPEN);
    }
    if (rest == RL_UNREADABLE || (held && rest != RL_HOLDS)) {
        *asked = true;
        return true;
    }
    if (held && cannot_hold(choices, question, reading, &left)) {
        *asked = !left;
        return !left || stop(choices, RL_CHOICES_OPEN);
    }
    if (must_know_lines(choices, reading, rest == RL_HOLDS)) {
        return stop(choices, RL_CHOICES_OPEN);
    }
    return (rest != RL_HOLDS || all_equal(choices, reading)) &&
           some_other(choices, reading, rest != RL_HOLDS, held) &&
           (held || some_bad(choices, reading));
}

/* Whether a range holds a content. *asked as above. */
static bool branch_range(struct rl_choices *choices, uint32_t at,
                         const struct rl_question *question, bool *asked)
{
    struct reading reading = {.at = at};
    enum rl_answer rest;
    bool more = true;

    if ((question->content == NULL && !rl_sum_equal(question->target, rl_unheld)) ||
        rl_pages_flawed()) {
        *asked = choices->what->cursor->dirty_count == 0;
        return *asked || stop(choices, RL_CHOICES_TOO_MANY);
    }
    *asked = !read_range(choices, question, &reading);
    rest = (enum rl_answer)(*asked ? RL_UNREADABLE : rl_question_ask(question, choices->assumed));
    if (choices->set.too_many) {
        more = stop(choices, RL_CHOICES_TOO_MANY);
    } else if (!*asked) {
        more = follow_range(choices, question, &reading, rest, asked);
    }
    free(reading.list);
    return more;
}

/* ---- following ---- */

/* Whether the question at `at` can depend on open lines: then each answer is followed. */
static bool branch(struct rl_choices *choices, uint32_t at, const struct rl_question *question,
                   bool *asked)
{
    *asked = true;
    if (question->device != RL_MEMORY || choices->what->view->memory == NULL) {
        return true;
    }
    if (rl_look_is_range(question->look)) {
        return branch_range(choices, at, question, asked);
    }
    if (question->look == RL_LOOK_BLANK || question->page >= choices->what->view->lost_from ||
        choices->what->cursor->dirty[question->page] == 0) {
        return true;
    }
    return branch_words(choices, at, question, asked);
}

static bool follow(struct rl_choices *choices, uint32_t at)
{
    struct rl_question question;
    bool asked;

    while (rl_footprints_look(choices->what->footprints, at, &question)) {
        if (!branch(choices, at, &question, &asked)) {
            return false;
        }
        if (choices->set.too_many) {
            return stop(choices, RL_CHOICES_TOO_MANY);
        }
        if (!asked) {
            return true; /* each answer was followed to its end */
        }
        if (!step(choices, &at)) {
            return false;
        }
    }
    return arrive(choices, at);
}

/* Whether no run has asked anything yet. */
static bool is_empty(const struct rl_choosing *what)
{
    struct rl_question question;

    return !rl_footprints_look(what->footprints, what->root, &question) &&
           rl_footprints_leaf_at(what->footprints, what->root) == RL_LEAF_NONE;
}

enum rl_choices_end rl_choices_follow(struct rl_choices *choices, const struct rl_choosing *what)
{
    choices->what = what;
    choices->end = RL_CHOICES_DONE;
    choices->arrival_count = 0;
    rl_lineset_start(&choices->set, what->cursor, what->view, what->open);
    if (is_empty(what) && !what->reached(what->user, RL_LEAF_NONE)) {
        choices->end = RL_CHOICES_FAILED;
        return choices->end;
    }
    (void)follow(choices, what->root);
    return choices->end;
}
