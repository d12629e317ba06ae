#include "explore/engines.h"

#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "board/heap.h"
#include "explore/select.h"

/* The engine called `name`, opened when it is not yet; its number, or -1. */
static int64_t number_of(struct rl_engines *engines, const char *name, char *error,
                         size_t error_size)
{
    for (uint32_t i = 0; i < engines->count; i++) {
        if (strcmp(engines->handles[i].label, name) == 0) {
            return i;
        }
    }
    if (rl_engine_open(name, &engines->handles[engines->count], error, error_size) != 0) {
        return -1;
    }
    return engines->count++;
}

int rl_engines_open(const struct rl_plan *plan, const char *instead, struct rl_engines *engines,
                    char *error, size_t error_size)
{
    uint32_t *of_cell = rl_calloc(plan->cell_count, sizeof *of_cell);

    memset(engines, 0, sizeof *engines);
    engines->handles = rl_calloc(plan->cell_count, sizeof *engines->handles);
    for (uint32_t i = 0; i < plan->cell_count; i++) {
        int64_t number = number_of(engines, instead != NULL ? instead : plan->cells[i].engine,
                                   error, error_size);

        if (number < 0) {
            free(of_cell);
            rl_engines_close(engines);
            return -1;
        }
        of_cell[i] = (uint32_t)number;
        if (!rl_selection_check(&plan->cells[i], engines->handles[number].engine, error,
                                error_size)) {
            free(of_cell);
            rl_engines_close(engines);
            return -1;
        }
    }
    engines->of_cell = of_cell;
    return 0;
}

void rl_engines_close(struct rl_engines *engines)
{
    for (uint32_t i = 0; i < engines->count; i++) {
        rl_engine_close(&engines->handles[i]);
    }
    free(engines->handles);
    free(engines->of_cell);
    memset(engines, 0, sizeof *engines);
}

const struct rl_engine_handle *rl_engines_of(const struct rl_engines *engines, uint32_t cell)
{
    return &engines->handles[engines->of_cell == NULL ? 0 : engines->of_cell[cell]];
}

const char *rl_engines_name(const struct rl_engines *engines)
{
    return engines->count == 1 ? engines->handles[0].engine->name : "several";
}

uint64_t rl_engines_digest(const struct rl_engines *engines, uint32_t cell_count)
{
    uint64_t digest = engines->handles[0].digest;

    for (uint32_t i = 0; engines->count > 1 && i < cell_count; i++) {
        uint64_t of_cell = rl_engines_of(engines, i)->digest;
        uint8_t bytes[8];

        for (unsigned k = 0; k < sizeof bytes; k++) {
            bytes[k] = (uint8_t)(of_cell >> (8 * k));
        }
        digest = XXH3_64bits_withSeed(bytes, sizeof bytes, digest);
    }
    return digest;
}
