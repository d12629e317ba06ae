/* data-kept: persistent data is present, intact and in the format of the image that runs. */
#include "oracles/data_kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "board/recall.h"

void rl_data_init(struct rl_data_history *history, const struct relight_engine *engine)
{
    bool keeps = engine->data_read != NULL && engine->data_write != NULL;

    memset(history, 0, sizeof *history);
    history->engine = engine;
    history->may_go = UINT32_MAX;
    history->items = !keeps                               ? 0
                     : engine->data_items > RL_DATA_ITEMS ? RL_DATA_ITEMS
                                                          : engine->data_items;
}

void rl_data_free(struct rl_data_history *history)
{
    free(history->changes);
    memset(history, 0, sizeof *history);
}

void rl_data_clear(struct rl_data_history *history)
{
    memset(&history->found, 0, sizeof history->found);
    memset(history->now, 0, sizeof history->now);
    history->count = 0;
    history->turn = 0;
}

void rl_data_assign(struct rl_data_history *to, const struct rl_data_history *from)
{
    struct rl_data_change *changes = to->changes;
    size_t room = to->room;

    if (from->count > room) {
        room = from->count * 2u;
        changes = rl_realloc(changes, room * sizeof *changes);
    }
    *to = *from;
    to->changes = changes;
    to->room = room;
    if (from->count > 0) {
        memcpy(changes, from->changes, from->count * sizeof *changes);
    }
}

/* What a boot now would find of an item. */
struct item {
    uint32_t value, format;
    bool there;
};

static bool read_item(struct rl_board *board, const struct relight_engine *engine, uint32_t item,
                      uint32_t *value, uint32_t *format)
{
    struct item read = {0};

    board->peeking++;
    if (!rl_recall_find(board, RL_ASK_ITEM + item, &read, sizeof read)) {
        read.there = engine->data_read(&board->services, item, &read.value, &read.format);
        rl_recall_learn(board, RL_ASK_ITEM + item, &read, sizeof read);
    }
    board->peeking--;
    *value = read.value;
    *format = read.format;
    return read.there;
}

void rl_data_find(struct rl_board *board, struct rl_data_history *history)
{
    rl_data_clear(history);
    history->found.read = true;
    for (uint32_t item = 0; item < history->items; item++) {
        uint32_t value;
        uint32_t format;
        bool there = read_item(board, history->engine, item, &value, &format);

        if (there) {
            history->found.format = format;
            history->found.there |= 1u << item;
            history->found.value[item] = value;
        }
        history->now[item] = (struct rl_data_item){there, value, value};
    }
}

static bool may_hold(const struct rl_data_item *item, uint32_t value)
{
    return !item->there || item->value == value || item->other == value;
}

/* `sentence` names the moment. */
static void say_lost(char *why, uint32_t item, bool there, uint32_t value,
                     const struct rl_data_item *allowed, const char *sentence)
{
    char reads[32] = "is gone";
    char either[32] = "";

    if (there) {
        (void)snprintf(reads, sizeof reads, "reads as %u", value);
    }
    if (allowed->other != allowed->value) {
        (void)snprintf(either, sizeof either, " or %u", allowed->other);
    }
    (void)snprintf(why, RL_JUDGE_WHY, "item %u of persistent data %s %s; expected %u%s", item,
                   reads, sentence, allowed->value, either);
}

/* An item may go only with a format that is older than the one that it was known in, and that does
 * not have it: a golden run shows which those are. */
static bool may_go(const struct rl_data_history *history, uint32_t item, uint32_t after)
{
    return after < history->found.format && (history->may_go >> item & 1u) != 0;
}

uint32_t rl_data_gone(const struct rl_data_history *history)
{
    uint32_t gone = 0;

    for (uint32_t item = 0; item < history->items; item++) {
        bool was_there = (history->found.there >> item & 1u) != 0;

        gone |= was_there != history->now[item].there ? 1u << item : 0u;
    }
    return gone;
}

static void judge_item(struct rl_judge *judge, struct rl_data_history *history, uint32_t item,
                       uint32_t format)
{
    struct rl_data_item *now = &history->now[item];
    char why[RL_JUDGE_WHY];
    uint32_t value;
    uint32_t is_format;
    bool there = read_item(judge->board, history->engine, item, &value, &is_format);

    if (there && is_format != format) {
        rl_judge_violated(judge, RL_PROPERTY_DATA_KEPT,
                          "item %u of persistent data is in format %u, and the image that runs "
                          "has format %u",
                          item, is_format, format);
    }
    if (history->found.read && now->there &&
        (there ? !may_hold(now, value) : !may_go(history, item, format))) {
        say_lost(why, item, there, value, now, "without a fault since it was set");
        rl_judge_violated(judge, RL_PROPERTY_DATA_KEPT, "%s", why);
    }
    if (there && !history->found.read) {
        history->found.there |= 1u << item;
        history->found.value[item] = value;
    }
    *now = (struct rl_data_item){there, value, value};
}

void rl_judge_data(struct rl_judge *judge, struct rl_data_history *history, int image)
{
    uint32_t format;

    /* What is read is what a boot would find: nothing, where a fault took the image from flash. */
    if (history->items == 0 || image == RL_RUNS_NONE || rl_judge_lost(judge, image)) {
        return;
    }
    format = judge->images[image].facts.data_format;
    for (uint32_t item = 0; item < history->items; item++) {
        judge_item(judge, history, item, format);
    }
    if (!history->found.read) {
        history->found.read = true;
        history->found.format = format;
    }
}

static struct rl_data_change *change_new(struct rl_data_history *history)
{
    history->changes =
        rl_grow(history->changes, history->count, &history->room, sizeof *history->changes);
    return &history->changes[history->count++];
}

/* Begins an attempt: until it has come back, the item may hold either value. */
static struct rl_data_change *begin(struct rl_board *board, struct rl_data_history *history,
                                    struct rl_judge *judge, uint32_t item, bool at_first)
{
    struct rl_data_item *now = &history->now[item];
    struct rl_data_change *change = change_new(history);
    char why[RL_JUDGE_WHY];
    uint32_t format;

    *change = (struct rl_data_change){
        .first = at_first ? board->operations : UINT64_MAX, .end = UINT64_MAX, .item = item};
    change->there = read_item(board, history->engine, item, &change->old, &format);
    change->new =
        (item == history->large && change->old < history->least ? history->least : change->old) +
        1u + item;
    if (judge != NULL && now->there && change->there && !may_hold(now, change->old)) {
        say_lost(why, item, change->there, change->old, now, "while the image ran");
        rl_judge_violated(judge, RL_PROPERTY_DATA_KEPT, "%s", why);
    }
    *now = (struct rl_data_item){change->there, change->old, change->new};
    return change;
}

const struct rl_data_change *rl_data_set(struct rl_board *board, struct rl_data_history *history,
                                         struct rl_judge *judge, void *context, uint32_t item,
                                         bool at_first)
{
    struct rl_data_change *change = begin(board, history, judge, item, at_first);

    change->acknowledged =
        history->engine->data_write(context, &board->services, item, change->new);
    change->end = at_first ? board->operations : UINT64_MAX;
    if (change->acknowledged) {
        history->now[item] = (struct rl_data_item){true, change->new, change->new};
    }
    return change;
}

/* Whoever processes commands may have to write down what comes of them; unless the format of the
 * image that runs does not have the item, or a fault is met on the way, `upsets` being those
 * before. */
static void judge_answer(struct rl_judge *judge, const struct rl_data_change *change,
                         uint64_t upsets)
{
    if (judge != NULL && judge->board->upsets_met == upsets && change->there &&
        !change->acknowledged && judge->board->processing) {
        rl_judge_violated(judge, RL_PROPERTY_DATA_KEPT,
                          "item %u of persistent data could not be set to %u while commands were "
                          "processed",
                          change->item, change->new);
    }
}

const struct rl_data_change *rl_data_turn(struct rl_board *board, struct rl_data_history *history,
                                          struct rl_judge *judge, void *context, bool at_first)
{
    for (uint32_t tried = 0; tried < history->items; tried++) {
        uint32_t item = history->turn++ % history->items;

        if (history->now[item].there) {
            uint64_t upsets = board->upsets_met;
            const struct rl_data_change *change =
                rl_data_set(board, history, judge, context, item, at_first);

            judge_answer(judge, change, upsets);
            return change;
        }
    }
    return NULL;
}

/* What a cut at an operation lets an item be. */
static struct rl_data_item allowed_at(const struct rl_data_history *history, uint64_t cut,
                                      uint32_t item)
{
    uint32_t value = history->found.value[item];
    struct rl_data_item allowed = {history->found.there >> item & 1u, value, value};

    for (size_t i = 0; i < history->count; i++) {
        const struct rl_data_change *change = &history->changes[i];

        if (change->item != item || change->first > cut) {
            continue;
        }
        allowed = (struct rl_data_item){change->there, change->old, change->new};
        if (change->end <= cut && change->acknowledged) {
            allowed = (struct rl_data_item){true, change->new, change->new};
        }
    }
    return allowed;
}

bool rl_data_agrees(const struct rl_data_history *history, uint64_t cut,
                    const struct rl_data_found *found, char *why)
{
    if (!history->found.read || !found->read) {
        return true;
    }
    for (uint32_t item = 0; item < history->items; item++) {
        struct rl_data_item allowed = allowed_at(history, cut, item);
        bool there = (found->there >> item & 1u) != 0;

        if (allowed.there && (there ? !may_hold(&allowed, found->value[item])
                                    : !may_go(history, item, found->format))) {
            say_lost(why, item, there, found->value[item], &allowed, "after the fault");
            return false;
        }
    }
    return true;
}
