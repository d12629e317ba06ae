#include "explore/shrink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "board/heap.h"
#include "explore/guard.h"
#include "explore/simpler.h"
#include "explore/sweep.h"

/* Replays for one finding of a sample: a fixed number, because results must not depend on time. */
#define FINDING_REPLAYS 500u

struct shrink {
    const struct rl_scene *scene;
    const struct rl_shrink_options *options;
    struct rl_shrunk *shrunk;
    struct rl_play *play;
    struct rl_token candidate;
    struct rl_simpler simpler;
    uint64_t *tried; /* tokens, hashed: none is played twice */
    size_t tried_count, tried_room;
    bool stopped; /* replays or time ran out */
    char text[RL_TOKEN_SIZE];
};

/* Power cycles count on with each cut, and stay with an injection. */
static void number_cycles(struct rl_token *token)
{
    struct rl_injection injection;
    uint32_t cycle = 1;

    for (uint32_t i = 0; i < token->fault_count; i++) {
        token->faults[i].cycle = cycle;
        cycle += !rl_fault_injection(&token->faults[i], &injection);
    }
}

static bool is_new(struct shrink *shrink)
{
    uint64_t sum;

    rl_token_format(&shrink->candidate, shrink->text, sizeof shrink->text);
    sum = XXH3_64bits(shrink->text, strlen(shrink->text));
    for (size_t i = 0; i < shrink->tried_count; i++) {
        if (shrink->tried[i] == sum) {
            return false;
        }
    }
    shrink->tried =
        rl_grow(shrink->tried, shrink->tried_count, &shrink->tried_room, sizeof *shrink->tried);
    shrink->tried[shrink->tried_count++] = sum;
    return true;
}

static bool may_go_on(struct shrink *shrink)
{
    const struct rl_shrink_options *options = shrink->options;

    shrink->stopped = shrink->stopped ||
                      (options->replays > 0 && shrink->shrunk->replays >= options->replays) ||
                      (options->deadline > 0 && rl_clock_now() > options->deadline);
    return !shrink->stopped;
}

/* Plays the candidate; true when it is a scenario that violates the property. */
static bool violates(struct shrink *shrink)
{
    const struct rl_judge *judge;

    shrink->shrunk->replays++;
    if (!rl_play_token(shrink->play, &shrink->candidate)) {
        return false;
    }
    judge = &shrink->play->last->judge;
    if ((judge->violated >> shrink->shrunk->property & 1u) == 0) {
        return false;
    }
    memcpy(shrink->shrunk->why, judge->why[shrink->shrunk->property], sizeof shrink->shrunk->why);
    return true;
}

/* Takes the candidate when it does as well. */
static bool try_candidate(struct shrink *shrink, const char *what)
{
    number_cycles(&shrink->candidate);
    if (!is_new(shrink) || !may_go_on(shrink) || !violates(shrink)) {
        return false;
    }
    shrink->shrunk->token = shrink->candidate;
    shrink->shrunk->steps++;
    if (shrink->options->step != NULL) {
        rl_token_format(&shrink->candidate, shrink->text, sizeof shrink->text);
        shrink->options->step(shrink->options->user, what, shrink->text, shrink->shrunk->replays);
    }
    return true;
}

/* Without `size` faults from `first` on. */
static bool try_without(struct shrink *shrink, uint32_t first, uint32_t size)
{
    struct rl_token *candidate = &shrink->candidate;
    char what[64];

    *candidate = shrink->shrunk->token;
    memmove(&candidate->faults[first], &candidate->faults[first + size],
            (candidate->fault_count - first - size) * sizeof candidate->faults[0]);
    candidate->fault_count -= size;
    if (size == 1) {
        (void)snprintf(what, sizeof what, "without fault %u", first + 1u);
    } else {
        (void)snprintf(what, sizeof what, "without faults %u to %u", first + 1u, first + size);
    }
    return try_candidate(shrink, what);
}

static bool drop_faults(struct shrink *shrink)
{
    const struct rl_token *token = &shrink->shrunk->token;
    bool smaller = false;

    for (uint32_t size = token->fault_count; size > 0; size /= 2u) {
        uint32_t first = 0;

        while (first + size <= token->fault_count) {
            if (try_without(shrink, first, size)) {
                smaller = true;
            } else {
                first += size;
            }
        }
    }
    return smaller;
}

/* The first of what is simpler than fault `index` that does as well in its place. */
static bool try_simpler(struct shrink *shrink, uint32_t index, const char *word)
{
    for (uint32_t i = 0; i < shrink->simpler.count; i++) {
        char what[160];

        shrink->candidate = shrink->shrunk->token;
        shrink->candidate.faults[index] = shrink->simpler.faults[i];
        (void)snprintf(what, sizeof what, "fault %u %s", index + 1u, word);
        if (try_candidate(shrink, what)) {
            return true;
        }
    }
    return false;
}

/* Each fault by itself, as simple and as early as it gets. */
static bool simplify(struct shrink *shrink)
{
    const struct rl_token *token = &shrink->shrunk->token;
    bool smaller = false;

    for (uint32_t i = 0; i < token->fault_count; i++) {
        bool again = true;

        while (again) {
            rl_simpler_faults(&token->faults[i], shrink->scene->cell,
                              &shrink->scene->device.geometry, &shrink->simpler);
            again = try_simpler(shrink, i, "simpler");
            rl_simpler_earlier(&token->faults[i], &shrink->simpler);
            again = try_simpler(shrink, i, "earlier") || again;
            smaller = smaller || again;
        }
    }
    return smaller;
}

/* The property to keep: the one that is asked for, or the first that is violated. False when it is
 * not violated. */
static bool choose_property(struct shrink *shrink)
{
    const struct rl_judge *judge = &shrink->play->last->judge;
    uint32_t violated = judge->violated;

    if (shrink->options->property >= 0) {
        violated &= 1u << shrink->options->property;
    }
    if (violated == 0) {
        return false;
    }
    shrink->shrunk->property = (rl_property)__builtin_ctz(violated);
    memcpy(shrink->shrunk->why, judge->why[shrink->shrunk->property], sizeof shrink->shrunk->why);
    return true;
}

static enum rl_replay_status run(struct shrink *shrink)
{
    shrink->shrunk->replays = 1;
    if (!rl_play_token(shrink->play, &shrink->candidate)) {
        return RL_REPLAY_BAD_TOKEN;
    }
    if (!choose_property(shrink)) {
        return RL_REPLAY_HELD;
    }
    (void)is_new(shrink);
    while (drop_faults(shrink) || simplify(shrink)) {
    }
    shrink->shrunk->complete = !shrink->stopped;
    return RL_REPLAY_VIOLATED;
}

enum rl_replay_status rl_shrink_token(const struct rl_scene *scene, const struct rl_token *token,
                                      const struct rl_shrink_options *options,
                                      struct rl_shrunk *shrunk)
{
    struct shrink *shrink = rl_calloc(1, sizeof *shrink);
    enum rl_replay_status status;

    memset(shrunk, 0, sizeof *shrunk);
    shrunk->token = *token;
    shrink->scene = scene;
    shrink->options = options;
    shrink->shrunk = shrunk;
    shrink->candidate = *token;
    shrink->play = rl_play_new(scene, NULL);
    status = run(shrink);
    rl_play_free(shrink->play);
    free(shrink->tried);
    free(shrink);
    return status;
}

/* What was found in a scene of its own. */
static enum rl_replay_status shrink_alone(const struct rl_plan *plan, const struct rl_cell *cell,
                                          const struct rl_engine_handle *engine,
                                          const struct rl_token *token,
                                          const struct rl_shrink_options *options,
                                          struct rl_shrink_result *result)
{
    struct rl_shrunk *shrunk = rl_calloc(1, sizeof *shrunk);
    struct rl_scene scene;
    enum rl_replay_status status;

    rl_guard_install();
    rl_scene_init(&scene, plan, cell, engine);
    status = rl_shrink_token(&scene, token, options, shrunk);
    rl_token_format(&shrunk->token, result->token, sizeof result->token);
    result->property = shrunk->property;
    memcpy(result->why, shrunk->why, sizeof result->why);
    result->faults = shrunk->token.fault_count;
    result->replays = shrunk->replays;
    result->steps = shrunk->steps;
    result->complete = shrunk->complete;
    rl_scene_free(&scene);
    free(shrunk);
    return status;
}

enum rl_replay_status rl_shrink(const struct rl_plan *plan, const struct rl_engines *engines,
                                const char *token, const struct rl_shrink_options *options,
                                struct rl_shrink_result *result, char *error, size_t error_size)
{
    struct rl_token parsed;
    const struct rl_engine_handle *engine = NULL;
    const struct rl_cell *cell = NULL;
    enum rl_replay_status status = RL_REPLAY_BAD_TOKEN;

    memset(result, 0, sizeof *result);
    if (rl_token_parse(token, &parsed, error, error_size)) {
        cell = rl_play_cell(&parsed, plan, engines, &engine, error, error_size);
    }
    if (cell == NULL) {
        return RL_REPLAY_BAD_TOKEN;
    }
    if (parsed.golden) {
        parsed.golden = false;
        parsed.plan_digest = (uint32_t)plan->digest;
        parsed.engine_digest = (uint32_t)engine->digest;
    }
    status = shrink_alone(plan, cell, engine, &parsed, options, result);
    if (status == RL_REPLAY_BAD_TOKEN) {
        (void)snprintf(error, error_size,
                       "a fault of the token does not exist: `relight replay` tells which");
    }
    return status;
}

static void shrink_finding(const struct rl_scene *scene, double deadline,
                           struct rl_finding *finding, struct rl_shrunk *shrunk)
{
    struct rl_shrink_options options = {
        .property = (int)finding->property, .replays = FINDING_REPLAYS, .deadline = deadline};
    struct rl_token token;
    char error[512];

    if (finding->faults == 0 || strlen(finding->token) >= sizeof finding->drawn ||
        !rl_token_parse(finding->token, &token, error, sizeof error) ||
        rl_shrink_token(scene, &token, &options, shrunk) != RL_REPLAY_VIOLATED) {
        return;
    }
    memcpy(finding->drawn, finding->token, sizeof finding->drawn);
    rl_token_format(&shrunk->token, finding->token, sizeof finding->token);
    memcpy(finding->why, shrunk->why, sizeof finding->why);
    finding->faults = shrunk->token.fault_count;
}

struct rl_shrunk_cause {
    rl_property property;
    int fault_class;
    char phase[RL_PHASE_SIZE];
};

/* Whether a finding is the first one of its cause. */
static bool is_first(struct rl_shrunk_causes *causes, const struct rl_finding *finding)
{
    struct rl_shrunk_cause *cause;

    for (size_t i = 0; i < causes->count; i++) {
        cause = &causes->list[i];
        if (cause->property == finding->property && cause->fault_class == finding->fault_class &&
            strcmp(cause->phase, finding->phase) == 0) {
            return false;
        }
    }
    causes->list = rl_grow(causes->list, causes->count, &causes->room, sizeof *causes->list);
    cause = &causes->list[causes->count++];
    cause->property = finding->property;
    cause->fault_class = finding->fault_class;
    memcpy(cause->phase, finding->phase, sizeof cause->phase);
    return true;
}

void rl_shrunk_causes_free(struct rl_shrunk_causes *causes)
{
    free(causes->list);
    *causes = (struct rl_shrunk_causes){0};
}

void rl_shrink_findings(const struct rl_scene *scene, double deadline,
                        struct rl_shrunk_causes *causes, struct rl_cell_result *piece)
{
    struct rl_shrunk *shrunk = rl_calloc(1, sizeof *shrunk);

    for (uint32_t i = 0; i < piece->finding_count; i++) {
        if (is_first(causes, &piece->findings[i])) {
            shrink_finding(scene, deadline, &piece->findings[i], shrunk);
        }
    }
    free(shrunk);
}
