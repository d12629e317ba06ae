#include "explore/tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "board/heap.h"

static void list_pairs(struct rl_tally *tally)
{
    const struct rl_fault_plan *faults = &tally->scene->cell->faults;

    tally->result.pair_count = faults->pair_count;
    for (uint32_t i = 0; i < faults->pair_count; i++) {
        tally->result.pairs[i].first = (int)faults->pairs[i].first;
        tally->result.pairs[i].second = (int)faults->pairs[i].second;
    }
}

void rl_tally_restart(struct rl_tally *tally)
{
    rl_cell_result_free(&tally->result);
    memset(&tally->result, 0, sizeof tally->result);
    memset(tally->held, 0, sizeof tally->held);
    tally->finding_room = 0;
    (void)snprintf(tally->result.cell, sizeof tally->result.cell, "%s", tally->scene->cell->name);
    tally->result.classes_asked = tally->scene->cell->classes;
    if (tally->with_pairs) {
        list_pairs(tally);
    }
}

void rl_tally_list_pairs(struct rl_tally *tally)
{
    tally->with_pairs = true;
    list_pairs(tally);
}

void rl_tally_init(struct rl_tally *tally, const struct rl_scene *scene)
{
    memset(tally, 0, sizeof *tally);
    tally->scene = scene;
    rl_tally_restart(tally);
}

void rl_tally_free(struct rl_tally *tally)
{
    free(tally->texts);
    free(tally->joined);
    rl_cell_result_free(&tally->result);
    memset(tally, 0, sizeof *tally);
}

uint32_t rl_tally_keep(struct rl_tally *tally, const struct rl_judge *judge)
{
    struct rl_verdict_text *text;

    tally->texts =
        rl_grow(tally->texts, tally->text_count, &tally->text_room, sizeof *tally->texts);
    text = &tally->texts[tally->text_count];
    memset(text, 0, sizeof *text);
    text->violated = judge->violated;
    text->at_start = rl_judge_at_start(judge);
    memcpy(text->why, judge->why, sizeof text->why);
    return (uint32_t)tally->text_count++;
}

static uint64_t sum_of(uint32_t violated, const char why[RL_PROPERTY_COUNT][RL_JUDGE_WHY])
{
    uint64_t sum = violated;

    for (unsigned property = 0; property < RL_PROPERTY_COUNT; property++) {
        if ((violated >> property & 1u) != 0) {
            sum = XXH3_64bits_withSeed(why[property], strlen(why[property]), sum);
        }
    }
    return sum;
}

static uint32_t join(struct rl_tally *tally, uint32_t verdict, uint32_t violated,
                     const char why[RL_PROPERTY_COUNT][RL_JUDGE_WHY])
{
    struct rl_verdict_text *text;

    tally->texts =
        rl_grow(tally->texts, tally->text_count, &tally->text_room, sizeof *tally->texts);
    text = &tally->texts[tally->text_count];
    memset(text, 0, sizeof *text);
    if (verdict != UINT32_MAX) {
        *text = tally->texts[verdict];
    }
    for (unsigned property = 0; property < RL_PROPERTY_COUNT; property++) {
        if ((violated & ~text->violated) >> property & 1u) {
            memcpy(text->why[property], why[property], sizeof text->why[property]);
        }
    }
    text->violated |= violated;
    text->spared = 0;
    return (uint32_t)tally->text_count++;
}

uint32_t rl_tally_join(struct rl_tally *tally, uint32_t verdict, uint32_t violated,
                       const char why[RL_PROPERTY_COUNT][RL_JUDGE_WHY])
{
    uint64_t sum = sum_of(violated, why);
    struct rl_joined_text *joined;

    for (size_t i = tally->joined_count; i > 0; i--) {
        joined = &tally->joined[i - 1u];
        if (joined->verdict == verdict && joined->more == sum) {
            return joined->result;
        }
    }
    tally->joined =
        rl_grow(tally->joined, tally->joined_count, &tally->joined_room, sizeof *tally->joined);
    joined = &tally->joined[tally->joined_count++];
    *joined = (struct rl_joined_text){verdict, join(tally, verdict, violated, why), sum};
    return joined->result;
}

uint32_t rl_tally_spare(struct rl_tally *tally, uint32_t verdict, uint32_t spares)
{
    struct rl_verdict_text *text;
    struct rl_verdict_text rest;

    if (verdict == UINT32_MAX) {
        return verdict;
    }
    text = &tally->texts[verdict];
    spares = rl_judge_spared(text->violated, text->at_start, spares);
    if (spares == 0) {
        return verdict;
    }
    if (text->spared == spares) {
        return text->without;
    }
    text->spared = spares;
    text->without = UINT32_MAX;
    if ((text->violated & ~spares) == 0) {
        return UINT32_MAX;
    }
    rest = *text;
    rest.violated &= ~spares;
    rest.at_start &= ~spares;
    rest.spared = 0;
    tally->texts =
        rl_grow(tally->texts, tally->text_count, &tally->text_room, sizeof *tally->texts);
    tally->texts[tally->text_count] = rest;
    tally->texts[verdict].without = (uint32_t)tally->text_count;
    return (uint32_t)tally->text_count++;
}

static const char *phase_name(const struct rl_tally *tally, int phase)
{
    return phase < 0 ? "golden" : tally->scene->engine->phase_names[phase];
}

/* The finding of one cause; a new one when it is the first of its kind. */
static struct rl_finding *finding_for(struct rl_tally *tally, rl_property property,
                                      const struct rl_scenario *scenario)
{
    struct rl_cell_result *result = &tally->result;
    const char *phase = phase_name(tally, scenario->phase);
    struct rl_finding *finding;

    for (uint32_t i = 0; i < result->finding_count; i++) {
        finding = &result->findings[i];
        if (finding->property == property && finding->fault_class == scenario->fault_class &&
            strcmp(finding->phase, phase) == 0) {
            return finding;
        }
    }
    if (result->finding_count == RL_FINDING_MAX) {
        return &result->findings[RL_FINDING_MAX - 1u];
    }
    result->findings = rl_grow(result->findings, result->finding_count, &tally->finding_room,
                               sizeof *result->findings);
    finding = &result->findings[result->finding_count++];
    memset(finding, 0, sizeof *finding);
    finding->property = property;
    finding->fault_class = scenario->fault_class;
    (void)snprintf(finding->phase, sizeof finding->phase, "%s", phase);
    return finding;
}

static void describe(struct rl_tally *tally, const struct rl_scenario *scenario,
                     struct rl_finding *finding, const char *why)
{
    struct rl_token token = {0};

    (void)snprintf(token.plan, sizeof token.plan, "%s", tally->scene->plan->name);
    (void)snprintf(token.cell, sizeof token.cell, "%s", tally->scene->cell->name);
    token.plan_digest = (uint32_t)tally->scene->plan->digest;
    token.engine_digest = (uint32_t)tally->scene->handle->digest;
    if (scenario->describe != NULL) {
        scenario->describe(scenario->user, &token);
    }
    rl_token_format(&token, finding->token, sizeof finding->token);
    (void)snprintf(finding->why, sizeof finding->why, "%s", why);
    finding->faults = scenario->faults;
    finding->place = tally->place;
}

void rl_tally_scenario(struct rl_tally *tally, const struct rl_scenario *scenario, uint32_t verdict)
{
    tally->result.scenarios += scenario->count;
    if (verdict == UINT32_MAX) {
        if (scenario->phase >= 0 && (unsigned)scenario->phase < RL_TALLY_PHASES) {
            tally->held[scenario->phase][scenario->kind][scenario->fault_class] += scenario->count;
        }
        return;
    }
    tally->result.violations += scenario->count;
    if (scenario->is_crash_state &&
        (tally->texts[verdict].violated >> RL_PROPERTY_BOOTABLE & 1u) != 0) {
        tally->result.unbootable += scenario->count;
    }
    for (unsigned property = 0; property < RL_PROPERTY_COUNT; property++) {
        struct rl_finding *finding;

        if ((tally->texts[verdict].violated >> property & 1u) == 0) {
            continue;
        }
        finding = finding_for(tally, (rl_property)property, scenario);
        if (finding->count == 0 || scenario->faults < finding->faults) {
            describe(tally, scenario, finding, tally->texts[verdict].why[property]);
        }
        finding->count += scenario->count;
    }
}

static void collect_held(struct rl_tally *tally)
{
    struct rl_cell_result *result = &tally->result;
    size_t room = 0;

    for (uint32_t phase = 0; phase < RL_TALLY_PHASES; phase++) {
        for (uint32_t kind = 0; kind < RL_KIND_COUNT; kind++) {
            for (int c = 0; c < RL_CLASS_COUNT; c++) {
                struct rl_held *held;

                if (tally->held[phase][kind][c] == 0) {
                    continue;
                }
                result->held =
                    rl_grow(result->held, result->held_count, &room, sizeof *result->held);
                held = &result->held[result->held_count++];
                memset(held, 0, sizeof *held);
                (void)snprintf(held->phase, sizeof held->phase, "%s",
                               tally->scene->engine->phase_names[phase]);
                (void)snprintf(held->operation, sizeof held->operation, "%s",
                               rl_kind_name((rl_kind)kind));
                held->fault_class = c;
                held->count = tally->held[phase][kind][c];
            }
        }
    }
}

void rl_tally_finish(struct rl_tally *tally, struct rl_cell_result *result)
{
    collect_held(tally);
    rl_cell_result_sort(&tally->result);
    *result = tally->result;
    memset(&tally->result, 0, sizeof tally->result);
}
