/* The fingerprint of everything in a plan that influences results: XXH3 over one serialization in
 * which each number has a fixed place, width and byte order. */
#include "plan/digest.h"

#include <xxhash.h>

/* Moves when the serialization or the meaning of a field does. */
#define SERIALIZATION 3u

static void put64(XXH3_state_t *state, uint64_t value)
{
    uint8_t bytes[8];
    for (unsigned i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(value >> (8 * i));
    }
    XXH3_64bits_update(state, bytes, sizeof bytes);
}

static void put_region(XXH3_state_t *state, const struct relight_region *region)
{
    put64(state, region->address);
    put64(state, region->size);
}

static void put_geometry(XXH3_state_t *state, const struct relight_geometry *geometry)
{
    put64(state, geometry->sector_size);
    put64(state, geometry->page_size);
    put64(state, geometry->granule_size);
    put64(state, geometry->flash_size);
    put64(state, geometry->memory_size);
    put_region(state, &geometry->bank[0]);
    put_region(state, &geometry->bank[1]);
    put_region(state, &geometry->record[0]);
    put_region(state, &geometry->record[1]);
    put_region(state, &geometry->journal);
    put_region(state, &geometry->data[0]);
    put_region(state, &geometry->data[1]);
    put_region(state, &geometry->otp);
    put_region(state, &geometry->handover);
    put_region(state, &geometry->resident);
    put_region(state, &geometry->staging);
    for (unsigned i = 0; i < RELIGHT_COMPANIONS; i++) {
        put_region(state, &geometry->companion[i].configuration);
        put_region(state, &geometry->companion[i].active);
    }
    put64(state, geometry->hardware_level);
    put64(state, geometry->staging_executes);
}

/* NULL is an image without bytes. */
static void put_image(XXH3_state_t *state, const struct rl_image_spec *image)
{
    put64(state, image == NULL ? 0 : image->size);
    if (image != NULL) {
        put64(state, XXH3_64bits(image->bytes, image->size));
    }
}

static void put_world(XXH3_state_t *state, const struct rl_world_plan *world)
{
    put64(state, world->adapters);
    put64(state, world->hosts);
    put64(state, (uint64_t)world->source);
    put64(state, world->keep_light);
    put64(state, world->flush_staging);
    put64(state, world->spoil_key);
    put64(state, world->data_every);
    put64(state, world->data_item);
    put64(state, world->data_least);
}

static void put_faults(XXH3_state_t *state, const struct rl_fault_plan *faults)
{
    put64(state, faults->selector_count);
    for (uint32_t i = 0; i < faults->selector_count; i++) {
        const struct rl_selector *selector = &faults->selectors[i];

        put64(state, (uint64_t)selector->fault_class);
        XXH3_64bits_update(state, selector->phases, sizeof selector->phases);
        put64(state, selector->kinds);
        put64(state, selector->regions);
        put64(state, selector->first_address);
        put64(state, selector->last_address);
        put64(state, selector->first);
        put64(state, selector->last);
        put64(state, selector->match);
        put64(state, selector->lasts);
        put64(state, selector->shows);
        put64(state, selector->times);
    }
    put64(state, faults->pair_count);
    for (uint32_t i = 0; i < faults->pair_count; i++) {
        put64(state, (uint64_t)faults->pairs[i].first);
        put64(state, (uint64_t)faults->pairs[i].second);
    }
}

static void put_rules(XXH3_state_t *state, const struct rl_flash_rules *rules)
{
    put64(state, (uint64_t)rules->again);
    put64(state, (uint64_t)rules->tears);
    put64(state, rules->erase_leaves);
    put64(state, rules->blank_faults);
    put64(state, rules->no_ecc);
    put64(state, rules->reads_while_busy);
    put64(state, rules->endurance);
    put64(state, rules->pairs);
    put64(state, (uint64_t)rules->trust);
    put64(state, rules->declared);
    put64(state, rules->program_ns);
    put64(state, rules->granule_ns);
    put64(state, rules->erase_ns);
    put64(state, rules->read_ns);
}

static void put_cell(XXH3_state_t *state, const struct rl_cell *cell)
{
    put_geometry(state, &cell->geometry);
    put64(state, cell->line_size);
    put64(state, cell->cache_lines);
    put64(state, cell->chunk_size);
    put64(state, cell->post_bytes);
    put64(state, cell->staging_sram);
    put_rules(state, &cell->flash);
    put64(state, cell->flash_traps);
    put64(state, cell->memory_traps);
    put64(state, (uint64_t)cell->memory);
    put64(state, (uint64_t)cell->start);
    put_image(state, cell->old_image);
    put_image(state, cell->new_image);
    put_image(state, cell->older_image);
    for (unsigned i = 0; i < RL_CLASS_WORDS; i++) {
        put64(state, cell->classes.word[i]);
    }
    put_faults(state, &cell->faults);
    put64(state, cell->depth);
    put64(state, cell->closure ? 2u * cell->doubts - 1u : 0u); /* 1 at the default */
    put64(state, (uint64_t)cell->tear[0]);
    put64(state, (uint64_t)cell->tear[1]);
    put64(state, cell->sample);
    put64(state, cell->seed);
    put64(state, (uint64_t)cell->reuse);
    put64(state, cell->limits.operations);
    put64(state, cell->limits.boots);
    put64(state, cell->limits.erases);
    put64(state, cell->limits.offline_ms);
    put64(state, cell->limits.dark_ms);
    put_world(state, &cell->world);
    put64(state, cell->expect.refused);
    XXH3_64bits_update(state, cell->expect.reason, sizeof cell->expect.reason);
    put64(state, cell->properties);
}

bool rl_plan_digest(struct rl_plan *plan)
{
    XXH3_state_t *state = XXH3_createState();
    if (state == NULL) {
        return false;
    }
    XXH3_64bits_reset(state);
    put64(state, SERIALIZATION);
    XXH3_64bits_update(state, plan->public_key, sizeof plan->public_key);
    put64(state, plan->cell_count);
    for (uint32_t i = 0; i < plan->cell_count; i++) {
        put_cell(state, &plan->cells[i]);
    }
    plan->digest = XXH3_64bits_digest(state);
    XXH3_64bits_reset(state);
    for (uint32_t i = 0; i < plan->cell_count; i++) {
        put_image(state, plan->cells[i].old_image);
        put_image(state, plan->cells[i].new_image);
        put_image(state, plan->cells[i].older_image);
    }
    plan->images_digest = XXH3_64bits_digest(state);
    XXH3_freeState(state);
    return true;
}
