#include "check/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "board/heap.h"
#include "check/decode.h"
#include "explore/certificate.h"

#define PAGES_MOST (1u << 24)
#define ITEMS_MOST (1u << 30)
/* Ranges may be asked about by who does not get to know whether they read. */
#define LOOK_MOST  (RL_LOOK_RANGE + 1u)

/* ---- contents ---- */

static void read_slot(struct rl_decoded *from, struct rl_check_slot *slot)
{
    memset(slot, 0, sizeof *slot);
    slot->bytes = rl_decode_bytes(from, RL_PAGE);
    slot->marks.programmed = (uint32_t)rl_decode_number(from, UINT32_MAX);
    slot->marks.bad = (uint32_t)rl_decode_number(from, UINT32_MAX);
    slot->marks.flawed = (uint32_t)rl_decode_number(from, UINT32_MAX);
    for (uint32_t word = 0; slot->marks.flawed != 0 && word < RL_PAGE_WORDS; word++) {
        slot->flaws.bit[word] = (uint16_t)rl_decode_number(from, UINT16_MAX);
    }
}

static void read_slots(struct rl_decoded *from, struct rl_check_cell *cell)
{
    uint64_t count = rl_decode_number(from, ITEMS_MOST);

    for (uint64_t i = 0; i < count && !from->wrong; i++) {
        cell->slots = rl_grow(cell->slots, cell->slot_count, &cell->slot_room, sizeof *cell->slots);
        read_slot(from, &cell->slots[cell->slot_count++]);
    }
}

/* ---- the tree ---- */

static void read_intervals(struct rl_decoded *from, struct rl_check_cell *cell,
                           struct rl_check_node *node)
{
    uint32_t pages = cell->pages[node->device];

    node->interval_first = cell->interval_count;
    node->interval_count = (uint32_t)rl_decode_number(from, PAGES_MOST);
    for (uint32_t i = 0; i < node->interval_count && !from->wrong; i++) {
        struct rl_interval at;

        at.first = (uint32_t)rl_decode_number(from, pages - 1u);
        at.count = (uint32_t)rl_decode_number(from, pages - at.first);
        cell->intervals = rl_grow(cell->intervals, cell->interval_count, &cell->interval_room,
                                  sizeof *cell->intervals);
        cell->intervals[cell->interval_count++] = at;
    }
    if (node->look >= RL_LOOK_RANGE) {
        node->target = rl_decode_sum(from);
    }
}

static void read_question(struct rl_decoded *from, struct rl_check_cell *cell,
                          struct rl_check_node *node)
{
    node->look = (uint8_t)rl_decode_number(from, LOOK_MOST);
    node->device = (uint8_t)rl_decode_number(from, RL_MEMORY);
    if (node->look >= RL_LOOK_BLANK) {
        read_intervals(from, cell, node);
        return;
    }
    node->page = (uint32_t)rl_decode_number(from, cell->pages[node->device] - 1u);
    node->mask = UINT32_MAX;
    if (node->look != RL_LOOK_PAGE) {
        node->mask = (uint32_t)rl_decode_number(from, UINT32_MAX);
        from->wrong = from->wrong || node->mask == 0;
    }
}

static void read_answers(struct rl_decoded *from, struct rl_check_cell *cell,
                         struct rl_check_node *node, uint64_t number, uint64_t nodes)
{
    uint64_t most = node->look >= RL_LOOK_BLANK ? UINT64_MAX : cell->slot_count;

    node->answer_first = cell->answer_count;
    node->answer_count = (uint32_t)rl_decode_number(from, ITEMS_MOST);
    for (uint32_t i = 0; i < node->answer_count && !from->wrong; i++) {
        struct rl_check_answer answer;

        answer.stored = rl_decode_number(from, most);
        answer.value = answer.stored;
        answer.next = (uint32_t)rl_decode_number(from, nodes - 1u);
        from->wrong =
            from->wrong || answer.next <= number ||
            ((node->look == RL_LOOK_PAGE || node->look == RL_LOOK_EXACT) && answer.stored == 0);
        cell->answers =
            rl_grow(cell->answers, cell->answer_count, &cell->answer_room, sizeof *cell->answers);
        cell->answers[cell->answer_count++] = answer;
    }
}

static void read_node(struct rl_decoded *from, struct rl_check_cell *cell, uint64_t nodes)
{
    struct rl_check_node node = {.leaf = RL_CHECK_NONE, .before = RL_CHECK_NONE};

    node.kind = (uint8_t)rl_decode_number(from, RL_CERTIFICATE_LEAF);
    if (node.kind == RL_CERTIFICATE_QUESTION) {
        read_question(from, cell, &node);
        read_answers(from, cell, &node, cell->node_count, nodes);
    } else if (node.kind == RL_CERTIFICATE_LEAF) {
        node.leaf = (uint32_t)rl_decode_number(from, ITEMS_MOST);
    }
    cell->nodes = rl_grow(cell->nodes, cell->node_count, &cell->node_room, sizeof *cell->nodes);
    cell->nodes[cell->node_count++] = node;
}

/* Each node follows one other at most: it is a tree. */
static void connect(struct rl_decoded *from, struct rl_check_cell *cell)
{
    for (uint32_t i = 0; i < cell->node_count && !from->wrong; i++) {
        const struct rl_check_node *node = &cell->nodes[i];

        for (uint32_t k = 0; k < node->answer_count; k++) {
            struct rl_check_node *next = &cell->nodes[cell->answers[node->answer_first + k].next];

            from->wrong = from->wrong || next->before != RL_CHECK_NONE;
            next->before = i;
        }
    }
}

static void read_tree(struct rl_decoded *from, struct rl_check_cell *cell)
{
    uint64_t count = rl_decode_number(from, ITEMS_MOST);

    from->wrong = from->wrong || count == 0;
    for (uint64_t i = 0; i < count && !from->wrong; i++) {
        read_node(from, cell, count);
    }
    connect(from, cell);
}

/* ---- states ---- */

static void read_cuts(struct rl_decoded *from, struct rl_check_cell *cell,
                      struct rl_check_cuts *cuts)
{
    uint64_t before = 0;

    cuts->crash_states = rl_decode_number(from, UINT64_MAX);
    cuts->violating = rl_decode_number(from, UINT64_MAX);
    cuts->edge_count = rl_decode_number(from, ITEMS_MOST);
    cuts->edge_first = cell->edge_count;
    for (uint64_t i = 0; i < cuts->edge_count && !from->wrong; i++) {
        uint64_t more = rl_decode_number(from, 2u * (uint64_t)ITEMS_MOST);

        before += more;
        from->wrong = from->wrong || more == 0 || before > 2u * (uint64_t)ITEMS_MOST;
        cell->edges = rl_grow(cell->edges, cell->edge_count, &cell->edge_room, sizeof *cell->edges);
        cell->edges[cell->edge_count++] = (uint32_t)before;
    }
}

/* Lines that the outcome names, in ascending order. */
static void read_lines(struct rl_decoded *from, struct rl_outcome *outcome)
{
    struct rl_line lines[RL_LINES_MAX];
    uint32_t count = (uint32_t)rl_decode_number(from, RL_LINES_MAX);

    from->wrong = from->wrong || (count > 0) != rl_outcome_names_lines(outcome);
    for (uint32_t i = 0; i < count; i++) {
        lines[i].page = (uint32_t)rl_decode_number(from, PAGES_MOST);
        lines[i].word = (uint32_t)rl_decode_number(from, RL_PAGE_WORDS - 1u);
        lines[i].prefix = (uint32_t)rl_decode_number(from, UINT32_MAX);
        from->wrong =
            from->wrong ||
            (i > 0 && lines[i].page * (uint64_t)RL_PAGE_WORDS + lines[i].word <=
                          lines[i - 1u].page * (uint64_t)RL_PAGE_WORDS + lines[i - 1u].word);
    }
    if (!from->wrong && count > 0) {
        rl_outcome_set_lines(outcome, outcome->lines == RL_LINES_KEPT_BUT, lines, count);
    }
}

static void read_outcome(struct rl_decoded *from, struct rl_outcome *outcome)
{
    outcome->reset = rl_decode_number(from, 1) != 0;
    outcome->landing = (rl_landing)rl_decode_number(from, RL_LANDING_COUNT - 1u);
    outcome->part = (uint32_t)rl_decode_number(from, UINT32_MAX);
    outcome->parts = (uint32_t)rl_decode_number(from, UINT32_MAX);
    outcome->lines = (rl_lines)rl_decode_number(from, RL_LINES_LOST_BUT);
    read_lines(from, outcome);
    from->wrong = from->wrong || rl_outcome_is_doubtful(outcome);
}

static void read_found(struct rl_decoded *from, struct rl_run_found *found)
{
    found->first_image = (int)rl_decode_number(from, RL_KNOWN_IMAGES) - 1;
    found->data.read = rl_decode_number(from, 1) != 0;
    found->data.format = (uint32_t)rl_decode_number(from, UINT32_MAX);
    found->data.there = (uint32_t)rl_decode_number(from, UINT32_MAX);
    for (uint32_t item = 0; item < RL_DATA_ITEMS; item++) {
        if ((found->data.there >> item & 1u) != 0) {
            found->data.value[item] = (uint32_t)rl_decode_number(from, UINT32_MAX);
        }
    }
}

/* The state that a leaf came from was there before it, and was cut. */
static bool comes_late(const struct rl_check_cell *cell, uint32_t from)
{
    return from != 0 && cell->leaves[(from - 1u) / 2u].operations == 0;
}

static void read_leaf(struct rl_decoded *from, struct rl_check_cell *cell)
{
    struct rl_check_leaf leaf = {.node = RL_CHECK_NONE};

    leaf.fingerprint = rl_decode_sum(from);
    leaf.from = (uint32_t)rl_decode_number(from, 2u * cell->leaf_count);
    leaf.operation = rl_decode_number(from, UINT64_MAX);
    read_outcome(from, &leaf.outcome);
    leaf.violated = (uint32_t)rl_decode_number(from, (1u << RL_PROPERTY_COUNT) - 1u);
    leaf.at_start = (uint32_t)rl_decode_number(from, leaf.violated);
    leaf.boots = rl_decode_number(from, UINT32_MAX);
    read_found(from, &leaf.found);
    leaf.operations = rl_decode_number(from, UINT64_MAX);
    for (int memory = 0; memory < 2; memory++) {
        leaf.cuts[memory].known = rl_decode_number(from, 1) != 0;
        if (leaf.cuts[memory].known && leaf.operations > 0) {
            read_cuts(from, cell, &leaf.cuts[memory]);
        }
    }
    from->wrong = from->wrong || comes_late(cell, leaf.from) ||
                  (!leaf.cuts[0].known && !leaf.cuts[1].known) ||
                  (leaf.operations > 0) != (leaf.violated == 0);
    cell->leaves = rl_grow(cell->leaves, cell->leaf_count, &cell->leaf_room, sizeof *cell->leaves);
    cell->leaves[cell->leaf_count++] = leaf;
}

/* Each leaf has one place in the tree. */
static void place_leaves(struct rl_decoded *from, struct rl_check_cell *cell)
{
    for (uint32_t i = 0; i < cell->node_count && !from->wrong; i++) {
        uint32_t leaf = cell->nodes[i].leaf;

        if (leaf == RL_CHECK_NONE) {
            continue;
        }
        if (leaf >= cell->leaf_count || cell->leaves[leaf].node != RL_CHECK_NONE ||
            (i != 0 && cell->nodes[i].before == RL_CHECK_NONE)) {
            from->wrong = true;
            return;
        }
        cell->leaves[leaf].node = i;
    }
    for (size_t i = 0; i < cell->leaf_count && !from->wrong; i++) {
        from->wrong = cell->leaves[i].node == RL_CHECK_NONE;
    }
}

/* What cuts lead to is there. */
static void check_edges(struct rl_decoded *from, const struct rl_check_cell *cell)
{
    for (size_t i = 0; i < cell->edge_count && !from->wrong; i++) {
        uint32_t leaf = (cell->edges[i] - 1u) / 2u;

        from->wrong = leaf >= cell->leaf_count;
    }
}

static void read_states(struct rl_decoded *from, struct rl_check_cell *cell)
{
    uint64_t count;

    cell->fingerprint = rl_decode_sum(from);
    cell->operations = rl_decode_number(from, UINT64_MAX);
    cell->start.known = true;
    read_cuts(from, cell, &cell->start);
    count = rl_decode_number(from, ITEMS_MOST);
    for (uint64_t i = 0; i < count && !from->wrong; i++) {
        read_leaf(from, cell);
    }
    place_leaves(from, cell);
    check_edges(from, cell);
}

/* ---- the file ---- */

static void read_identity(struct rl_decoded *from, uint8_t *identity)
{
    const uint8_t *bytes = rl_decode_bytes(from, RELIGHT_DIGEST_SIZE);

    if (bytes != NULL) {
        memcpy(identity, bytes, RELIGHT_DIGEST_SIZE);
    }
}

static void read_scene(struct rl_decoded *from, struct rl_check_cell *cell)
{
    rl_decode_text(from, cell->name, sizeof cell->name);
    read_identity(from, cell->identity[0]);
    read_identity(from, cell->identity[1]);
    for (int device = 0; device < 2; device++) {
        cell->pages[device] = (uint32_t)rl_decode_number(from, PAGES_MOST);
        from->wrong = from->wrong || cell->pages[device] == 0;
    }
}

/* Returns what is wrong with a section; NULL: nothing. */
static const char *read_section(struct rl_decoded *from, struct rl_check_cell *cell)
{
    static const struct {
        const char *name;
        void (*read)(struct rl_decoded *from, struct rl_check_cell *cell);
    } parts[] = {{"beginning", read_scene},
                 {"contents", read_slots},
                 {"questions", read_tree},
                 {"states", read_states}};

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        parts[i].read(from, cell);
        if (from->wrong) {
            return parts[i].name;
        }
    }
    return from->at == from->end ? NULL : "end";
}

static bool read_sections(struct rl_check_file *file, struct rl_decoded *from,
                          char why[RL_CHECK_WHY])
{
    uint64_t count = rl_decode_number(from, 4096);

    for (uint64_t i = 0; i < count; i++) {
        uint64_t size = rl_decode_number(from, (uint64_t)(from->end - from->at));
        const uint8_t *bytes = rl_decode_bytes(from, size);
        struct rl_decoded section = {bytes, bytes, false};
        struct rl_check_cell *cell;
        const char *wrong;

        if (bytes == NULL) {
            break;
        }
        section.end = bytes + size;
        file->cells = rl_grow(file->cells, file->cell_count, &file->cell_room, sizeof *file->cells);
        cell = &file->cells[file->cell_count++];
        memset(cell, 0, sizeof *cell);
        wrong = read_section(&section, cell);
        if (wrong != NULL) {
            (void)snprintf(why, RL_CHECK_WHY, "malformed %s in the section of cell \"%s\"", wrong,
                           cell->name);
            return false;
        }
    }
    if (from->wrong || count == 0 || from->at != from->end) {
        (void)snprintf(why, RL_CHECK_WHY, "malformed: its sections do not end where it does");
        return false;
    }
    return true;
}

static bool is_whole(const uint8_t *bytes, size_t size)
{
    struct rl_decoded last = {bytes + size - 16, bytes + size, false};
    struct rl_sum sum = rl_decode_sum(&last);
    XXH128_hash_t hash = XXH3_128bits(bytes, size - 16u);

    return hash.low64 == sum.low && hash.high64 == sum.high;
}

bool rl_check_read(struct rl_check_file *file, const uint8_t *bytes, size_t size,
                   char why[RL_CHECK_WHY])
{
    struct rl_decoded from = {bytes, bytes + size, false};
    uint64_t version;

    memset(file, 0, sizeof *file);
    if (size < 8u + 16u || memcmp(bytes, RL_CERTIFICATE_MAGIC, 8) != 0) {
        (void)snprintf(why, RL_CHECK_WHY, "not a certificate");
        return false;
    }
    from.at += 8;
    version = rl_decode_number(&from, UINT64_MAX);
    if (from.wrong || version != RL_CERTIFICATE_VERSION) {
        (void)snprintf(why, RL_CHECK_WHY, "a certificate of another format: version %u expected",
                       RL_CERTIFICATE_VERSION);
        return false;
    }
    if (!is_whole(bytes, size)) {
        (void)snprintf(why, RL_CHECK_WHY, "damaged, or not all of a certificate");
        return false;
    }
    from.end -= 16;
    rl_decode_text(&from, file->version, sizeof file->version);
    rl_decode_text(&from, file->plan, sizeof file->plan);
    file->plan_digest = rl_decode_word(&from);
    rl_decode_text(&from, file->engine, sizeof file->engine);
    file->engine_digest = rl_decode_word(&from);
    return read_sections(file, &from, why);
}

void rl_check_file_free(struct rl_check_file *file)
{
    for (size_t i = 0; i < file->cell_count; i++) {
        free(file->cells[i].slots);
        free(file->cells[i].intervals);
        free(file->cells[i].nodes);
        free(file->cells[i].answers);
        free(file->cells[i].leaves);
        free(file->cells[i].edges);
    }
    free(file->cells);
    memset(file, 0, sizeof *file);
}
