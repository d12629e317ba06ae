#include "explore/certificate.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "board/heap.h"
#include "explore/closure.h"
#include "explore/encode.h"
#include "explore/fingerprint.h"

/* Numbers are those of the certificate from here on, apart from slots and leaves of the closure. */
struct section {
    struct rl_closure *closure;
    struct rl_encoded bytes;
    rl_slot *slots; /* in the order of their numbers */
    size_t slot_count, slot_room;
    uint32_t *slot_table; /* open addressing: 1 + number of a slot; 0: free */
    size_t slot_size;
    struct rl_footprint_answer *answers; /* of all questions, by question and as they came */
    size_t answer_count, answer_room;
    uint32_t *number_of; /* by leaf; UINT32_MAX: no crash state came there */
};

/* ---- contents ---- */

static uint32_t *find_slot(const struct section *s, rl_slot slot)
{
    size_t at = XXH3_64bits(&slot, sizeof slot) & (s->slot_size - 1u);

    while (s->slot_table[at] != 0 && s->slots[s->slot_table[at] - 1u] != slot) {
        at = (at + 1u) & (s->slot_size - 1u);
    }
    return &s->slot_table[at];
}

static void grow_slots(struct section *s)
{
    free(s->slot_table);
    s->slot_size = s->slot_size == 0 ? 1024u : s->slot_size * 2u;
    s->slot_table = rl_calloc(s->slot_size, sizeof *s->slot_table);
    for (size_t i = 0; i < s->slot_count; i++) {
        *find_slot(s, s->slots[i]) = (uint32_t)i + 1u;
    }
}

/* The number of a slot; a new one when it was not met. */
static uint32_t number_slot(struct section *s, rl_slot slot)
{
    uint32_t *at;

    if ((s->slot_count + 1u) * 2u > s->slot_size) {
        grow_slots(s);
    }
    at = find_slot(s, slot);
    if (*at == 0) {
        s->slots = rl_grow(s->slots, s->slot_count, &s->slot_room, sizeof *s->slots);
        s->slots[s->slot_count++] = slot;
        *at = (uint32_t)s->slot_count;
    }
    return *at - 1u;
}

static void put_slots(struct section *s)
{
    rl_encode_number(&s->bytes, s->slot_count);
    for (size_t i = 0; i < s->slot_count; i++) {
        struct rl_marks marks = rl_slot_marks_of(s->slots[i]);

        rl_encode_bytes(&s->bytes, rl_slot_bytes(s->slots[i]), RL_PAGE);
        rl_encode_number(&s->bytes, marks.programmed);
        rl_encode_number(&s->bytes, marks.bad);
        rl_encode_number(&s->bytes, marks.flawed);
        for (uint32_t word = 0; marks.flawed != 0 && word < RL_PAGE_WORDS; word++) {
            rl_encode_number(&s->bytes, rl_pages_flaws_of(marks.flaws)->bit[word]);
        }
    }
}

/* ---- the tree ---- */

static void take_answer(void *user, const struct rl_footprint_answer *answer)
{
    struct section *s = user;

    s->answers = rl_grow(s->answers, s->answer_count, &s->answer_room, sizeof *s->answers);
    s->answers[s->answer_count++] = *answer;
}

/* What follows an answer is made after what follows those before it. */
static int by_question(const void *a, const void *b)
{
    const struct rl_footprint_answer *one = a;
    const struct rl_footprint_answer *other = b;

    return one->node != other->node   ? (one->node < other->node ? -1 : 1)
           : one->next != other->next ? (one->next < other->next ? -1 : 1)
                                      : 0;
}

static bool is_slot(const struct rl_footprint_node *node, uint64_t answer)
{
    return node->question.look == RL_LOOK_PAGE || node->question.look == RL_LOOK_EXACT ||
           (node->question.look == RL_LOOK_WORDS && answer != RL_WORDS_BAD);
}

static void put_question(struct section *s, const struct rl_footprint_node *node)
{
    const struct rl_question *question = &node->question;

    rl_encode_number(&s->bytes, question->look);
    rl_encode_number(&s->bytes, question->device);
    if (question->look < RL_LOOK_BLANK) {
        rl_encode_number(&s->bytes, question->page);
        if (question->look != RL_LOOK_PAGE) {
            rl_encode_number(&s->bytes, question->mask);
        }
        return;
    }
    rl_encode_number(&s->bytes, question->interval_count);
    for (uint32_t i = 0; i < question->interval_count; i++) {
        rl_encode_number(&s->bytes, question->intervals[i].first);
        rl_encode_number(&s->bytes, question->intervals[i].count);
    }
    if (question->look >= RL_LOOK_RANGE) {
        rl_encode_sum(&s->bytes, question->target);
    }
}

/* A slot is written as 1 + its number; 0 says that some word does not read. */
static void put_answers(struct section *s, const struct rl_footprint_node *node, size_t first,
                        size_t end)
{
    rl_encode_number(&s->bytes, end - first);
    for (size_t i = first; i < end; i++) {
        uint64_t value = s->answers[i].value;

        if (node->question.look < RL_LOOK_BLANK) {
            value = is_slot(node, value) ? 1u + number_slot(s, value) : 0;
        }
        rl_encode_number(&s->bytes, value);
        rl_encode_number(&s->bytes, s->answers[i].next);
    }
}

static void put_tree(struct section *s)
{
    const struct rl_footprints *footprints = s->closure->sweep->footprints;
    size_t count = rl_footprints_nodes(footprints);
    size_t answer = 0;

    rl_encode_number(&s->bytes, count);
    for (uint32_t i = 0; i < count; i++) {
        struct rl_footprint_node node = rl_footprints_node(footprints, i);
        size_t first = answer;

        while (answer < s->answer_count && s->answers[answer].node == i) {
            answer++;
        }
        if (node.is_question) {
            rl_encode_number(&s->bytes, RL_CERTIFICATE_QUESTION);
            put_question(s, &node);
            put_answers(s, &node, first, answer);
        } else if (node.leaf != RL_LEAF_NONE && s->number_of[node.leaf] != UINT32_MAX) {
            rl_encode_number(&s->bytes, RL_CERTIFICATE_LEAF);
            rl_encode_number(&s->bytes, s->number_of[node.leaf]);
        } else {
            rl_encode_number(&s->bytes, RL_CERTIFICATE_NOWHERE);
        }
    }
}

/* ---- states ---- */

/* Number of a state in the certificate: 0 is the start, 2 n + 1 leaf n, 2 n + 2 the same with
 * memory. */
static uint32_t number_state(const struct section *s, uint32_t state)
{
    return state == RL_CLOSURE_START ? 0
                                     : 2u * s->number_of[rl_closure_leaf_of(state)] +
                                           (rl_closure_has_memory(state) ? 2u : 1u);
}

static int by_value(const void *a, const void *b)
{
    uint32_t one = *(const uint32_t *)a;
    uint32_t other = *(const uint32_t *)b;

    return one < other ? -1 : one > other;
}

/* Ascending, each as what it is above the one before. */
static void put_edges(struct section *s, const struct rl_closure_state *state)
{
    uint32_t *to = rl_malloc((state->edge_count + 1u) * sizeof *to);
    uint32_t before = 0;

    for (uint32_t i = 0; i < state->edge_count; i++) {
        to[i] = number_state(s, state->edges[i].to);
    }
    qsort(to, state->edge_count, sizeof *to, by_value);
    rl_encode_number(&s->bytes, state->edge_count);
    for (uint32_t i = 0; i < state->edge_count; i++) {
        rl_encode_number(&s->bytes, to[i] - before);
        before = to[i];
    }
    free(to);
}

/* What its cuts came to. */
static void put_cuts(struct section *s, const struct rl_closure_state *state)
{
    uint64_t violating = 0;

    for (uint32_t i = 0; i < state->row_count; i++) {
        violating += state->rows[i].verdict == UINT32_MAX ? 0 : state->rows[i].count;
    }
    rl_encode_number(&s->bytes, state->crash_states);
    rl_encode_number(&s->bytes, violating);
    put_edges(s, state);
}

static void put_birth(struct section *s, const struct rl_birth *birth)
{
    const struct rl_outcome *outcome = &birth->outcome;
    const uint64_t fields[] = {number_state(s, birth->from), birth->operation, outcome->reset,
                               (uint64_t)outcome->landing,   outcome->part,    outcome->parts,
                               (uint64_t)outcome->lines};
    struct rl_line lines[RL_LINES_MAX];
    uint32_t count = rl_outcome_lines(outcome, lines);

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        rl_encode_number(&s->bytes, fields[i]);
    }
    rl_encode_number(&s->bytes, count);
    for (uint32_t i = 0; i < count; i++) {
        rl_encode_number(&s->bytes, lines[i].page);
        rl_encode_number(&s->bytes, lines[i].word);
        rl_encode_number(&s->bytes, lines[i].prefix);
    }
}

static void put_found(struct section *s, const struct rl_run_found *found)
{
    rl_encode_number(&s->bytes, (uint64_t)found->first_image + 1u);
    rl_encode_number(&s->bytes, found->data.read);
    rl_encode_number(&s->bytes, found->data.format);
    rl_encode_number(&s->bytes, found->data.there);
    for (uint32_t item = 0; item < RL_DATA_ITEMS; item++) {
        if ((found->data.there >> item & 1u) != 0) {
            rl_encode_number(&s->bytes, found->data.value[item]);
        }
    }
}

static void put_verdict(struct section *s, const struct rl_leaf *leaf, uint32_t boots)
{
    const struct rl_tally *tally = &s->closure->sweep->tally;
    uint32_t at_start = leaf->violated == 0 ? 0 : tally->texts[leaf->verdict].at_start;

    rl_encode_number(&s->bytes, leaf->violated);
    rl_encode_number(&s->bytes, at_start);
    rl_encode_number(&s->bytes, leaf->found.first_image == RL_RUNS_NONE ? 0 : boots);
}

static const struct rl_closure_state *state_of(const struct rl_closure *closure, uint32_t number)
{
    static const struct rl_closure_state none;

    return number < closure->count ? &closure->states[number] : &none;
}

/* What two states of one leaf have in common is written once. */
static void put_leaf(struct section *s, const struct rl_birth *birth)
{
    struct rl_closure *closure = s->closure;
    const struct rl_closure_state *states[2];
    const struct rl_closure_state *any;

    for (int memory = 0; memory < 2; memory++) {
        states[memory] = state_of(closure, rl_closure_state_of(birth->leaf, memory != 0));
    }
    any = states[0]->known ? states[0] : states[1];
    rl_vault_get(&closure->vault, any->stored, &closure->flash, &closure->memory);
    rl_encode_sum(&s->bytes, rl_state_fingerprint(&closure->flash, &closure->memory));
    put_birth(s, birth);
    put_verdict(s, rl_footprints_leaf(closure->sweep->footprints, birth->leaf), any->boots);
    put_found(s, &rl_footprints_leaf(closure->sweep->footprints, birth->leaf)->found);
    rl_encode_number(&s->bytes, any->cut ? any->operations : 0);
    for (int memory = 0; memory < 2; memory++) {
        rl_encode_number(&s->bytes, states[memory]->known);
        if (states[memory]->known && states[memory]->cut) {
            put_cuts(s, states[memory]);
        }
    }
}

static void put_states(struct section *s)
{
    struct rl_closure *closure = s->closure;
    const struct rl_scene *scene = closure->sweep->scene;
    const struct rl_closure_state *start = &closure->states[RL_CLOSURE_START];

    rl_encode_sum(&s->bytes, rl_state_fingerprint(&scene->flash, &scene->memory));
    rl_encode_number(&s->bytes, start->operations);
    put_cuts(s, start);
    rl_encode_number(&s->bytes, closure->birth_count);
    for (size_t i = 0; i < closure->birth_count; i++) {
        put_leaf(s, &closure->births[i]);
    }
}

static void number_leaves(struct section *s)
{
    uint32_t count = rl_footprints_count(s->closure->sweep->footprints);

    s->number_of = rl_malloc((count + 1u) * sizeof *s->number_of);
    memset(s->number_of, 0xFF, count * sizeof *s->number_of);
    for (size_t i = 0; i < s->closure->birth_count; i++) {
        s->number_of[s->closure->births[i].leaf] = (uint32_t)i;
    }
}

static void put_scene(struct section *s)
{
    const struct rl_scene *scene = s->closure->sweep->scene;

    rl_encode_text(&s->bytes, scene->cell->name);
    rl_encode_bytes(&s->bytes, scene->cell->old_image->identity, RELIGHT_DIGEST_SIZE);
    rl_encode_bytes(&s->bytes, scene->cell->new_image->identity, RELIGHT_DIGEST_SIZE);
    rl_encode_number(&s->bytes, scene->flash.count);
    rl_encode_number(&s->bytes, scene->memory.count);
}

uint8_t *rl_certificate_section(struct rl_closure *closure, size_t *size)
{
    struct section s = {.closure = closure};
    struct rl_encoded tree;

    number_leaves(&s);
    rl_footprints_answers(closure->sweep->footprints, take_answer, &s);
    if (s.answer_count > 0) {
        qsort(s.answers, s.answer_count, sizeof *s.answers, by_question);
    }
    put_tree(&s); /* tells which slots there are; who reads it wants them before */
    tree = s.bytes;
    s.bytes = (struct rl_encoded){0};
    put_scene(&s);
    put_slots(&s);
    rl_encode_bytes(&s.bytes, tree.bytes, tree.count);
    put_states(&s);
    free(tree.bytes);
    free(s.slots);
    free(s.slot_table);
    free(s.answers);
    free(s.number_of);
    *size = s.bytes.count;
    return s.bytes.bytes;
}
