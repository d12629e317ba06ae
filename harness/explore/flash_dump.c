#include "explore/flash_dump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "explore/timeline.h"

/* Words in a row that do not read, as one line. */
static void name_range(struct rl_text *text, const struct relight_geometry *g, uint32_t first,
                       uint32_t end)
{
    unsigned region = rl_region_of(g, RL_FLASH, first);

    rl_text_add(text, "0x%x, %u B, does not read (%s+0x%x)\n", first, end - first,
                rl_region_name(region), first - rl_region_address(g, region));
}

static void name_unreadable(struct rl_flash_dump *dump, const struct relight_geometry *g,
                            const rl_slot *slots)
{
    struct rl_text text = {0};
    uint32_t first = 0;
    bool open = false;

    for (uint32_t at = 0; at < g->flash_size; at += RL_WORD) {
        rl_slot slot = slots[at / RL_PAGE];
        bool bad = rl_slot_is_bad(slot) &&
                   (rl_slot_marks_of(slot).bad >> (at % RL_PAGE / RL_WORD) & 1u) != 0;
        /* A region's end is one of the range, too. */
        bool ends = open && (!bad || rl_region_of(g, RL_FLASH, at) !=
                                         rl_region_of(g, RL_FLASH, at - RL_WORD));

        if (ends) {
            name_range(&text, g, first, at);
            open = false;
        }
        if (bad && !open) {
            first = at;
            open = true;
        }
    }
    if (open) {
        name_range(&text, g, first, g->flash_size);
    }
    dump->unreadable = text.bytes;
}

static void take(struct rl_flash_dump *dump, const struct rl_scene *scene, const rl_slot *slots)
{
    const struct relight_geometry *g = &scene->device.geometry;

    rl_flash_dump_free(dump);
    dump->size = g->flash_size;
    dump->bytes = rl_malloc(g->flash_size);
    for (uint32_t page = 0; page < g->flash_size / RL_PAGE; page++) {
        memcpy(dump->bytes + (size_t)page * RL_PAGE, rl_slot_bytes(slots[page]), RL_PAGE);
    }
    name_unreadable(dump, g, slots);
}

void rl_flash_dump_after(struct rl_flash_dump *dump, const struct rl_run *run, size_t index)
{
    rl_slot *slots = rl_calloc(run->flash.count, sizeof *slots);

    memcpy(slots, run->flash.slots, run->flash.count * sizeof *slots);
    for (size_t i = 0; i <= index; i++) {
        const struct rl_operation *operation = &run->log.operations[i];

        for (uint32_t k = 0; k < operation->change_count; k++) {
            const struct rl_change *change = &run->log.changes[operation->change_first + k];

            if (change->plane == RL_PLANE_FLASH) {
                slots[change->page] = change->after;
            }
        }
    }
    take(dump, run->scene, slots);
    free(slots);
}

void rl_flash_dump_view(struct rl_flash_dump *dump, const struct rl_scene *scene,
                        const struct rl_view *view)
{
    rl_slot *slots = rl_calloc(scene->flash.count, sizeof *slots);

    for (uint32_t page = 0; page < scene->flash.count; page++) {
        slots[page] = rl_view_slot(view, RL_FLASH, page);
    }
    take(dump, scene, slots);
    free(slots);
}

void rl_flash_dump_free(struct rl_flash_dump *dump)
{
    free(dump->bytes);
    free(dump->unreadable);
    *dump = (struct rl_flash_dump){0};
}
