#include "explore/last_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t page_of(const struct rl_last_write *last)
{
    return last->address / RL_PAGE;
}

static uint32_t mask_of(const struct rl_last_write *last)
{
    return rl_word_mask(last->address % RL_PAGE / RL_WORD, last->size / RL_WORD);
}

bool rl_last_write_parse(const char *text, const struct rl_device *device,
                         struct rl_last_write *last)
{
    const struct relight_geometry *g = &device->geometry;
    const char *plus = text == NULL ? NULL : strstr(text, "+0x");
    char name[24];
    size_t digits;
    uint64_t address;
    unsigned region;

    memset(last, 0, sizeof *last);
    last->asked = text != NULL;
    if (text == NULL) {
        return true;
    }
    digits = plus == NULL ? 0 : strspn(plus + 3, "0123456789abcdef");
    if (digits == 0 || digits > 8 || plus[3 + digits] != '\0' ||
        (size_t)(plus - text) >= sizeof name) {
        return false;
    }
    memcpy(name, text, (size_t)(plus - text));
    name[plus - text] = '\0';
    region = rl_region_find(name);
    if (!rl_region_is_in(region, RL_FLASH) && !rl_region_is_in(region, RL_MEMORY)) {
        return false;
    }
    last->device = rl_region_is_in(region, RL_FLASH) ? RL_FLASH : RL_MEMORY;
    last->size = last->device == RL_FLASH ? g->granule_size : RL_WORD;
    last->size = last->size < RL_WORD ? RL_WORD : last->size;
    address = rl_region_address(g, region) + strtoull(plus + 3, NULL, 16);
    last->address = (uint32_t)(address - address % last->size);
    return address < (last->device == RL_FLASH ? g->flash_size : g->memory_size);
}

/* Whether two pages hold the same there, and read alike. */
static bool same(const struct rl_last_write *last, rl_slot a, rl_slot b)
{
    uint32_t mask = mask_of(last);
    uint32_t offset = last->address % RL_PAGE;
    struct rl_marks one = rl_slot_marks_of(a);
    struct rl_marks other = rl_slot_marks_of(b);

    return a == b ||
           (memcmp(rl_slot_bytes(a) + offset, rl_slot_bytes(b) + offset, last->size) == 0 &&
            ((one.programmed ^ other.programmed) & mask) == 0 &&
            ((one.bad ^ other.bad) & mask) == 0);
}

void rl_last_write_begin(struct rl_last_write *last, const struct rl_run *run)
{
    const struct rl_plane *plane = last->device == RL_FLASH ? &run->flash : &run->memory;

    if (last->asked) {
        last->holds = plane->slots[page_of(last)];
    }
}

static void note(struct rl_last_write *last, const struct rl_run *run, uint32_t cycle, size_t index,
                 rl_slot after)
{
    last->cycle = cycle;
    last->index = index;
    last->operation = run->log.operations[index];
    last->fault = false;
    last->before = last->holds;
    last->after = after;
    last->holds = after;
    last->back_cycle = 0;
}

static bool covers(const struct rl_last_write *last, const struct rl_operation *operation)
{
    return operation->kind != RL_KIND_SPOIL && operation->address < last->address + last->size &&
           last->address < operation->address + operation->size;
}

static void follow_one(struct rl_last_write *last, const struct rl_run *run, uint32_t cycle,
                       size_t index)
{
    const struct rl_operation *operation = &run->log.operations[index];

    for (uint32_t i = 0; i < operation->change_count; i++) {
        const struct rl_change *change = &run->log.changes[operation->change_first + i];

        if (change->page != page_of(last) || rl_plane_device(change->plane) != last->device) {
            continue;
        }
        if (change->plane == RL_PLANE_MEMORY) {
            if (last->cycle > 0 && last->back_cycle == 0 && (change->mask & mask_of(last)) != 0) {
                last->back_cycle = cycle;
                last->back_index = index;
            }
        } else if (covers(last, operation) || !same(last, last->holds, change->after)) {
            note(last, run, cycle, index, change->after);
        } else {
            last->holds = change->after;
        }
    }
}

void rl_last_write_follow(struct rl_last_write *last, const struct rl_run *run, uint32_t cycle,
                          size_t end)
{
    for (size_t i = 0; last->asked && i < end; i++) {
        follow_one(last, run, cycle, i);
    }
}

void rl_last_write_cut(struct rl_last_write *last, const struct rl_run *run, uint32_t cycle,
                       size_t index, const struct rl_view *view)
{
    struct rl_last_write done = *last;
    rl_slot left;

    if (!last->asked) {
        return;
    }
    left = rl_view_slot(view, last->device, page_of(last));
    follow_one(&done, run, cycle, index);
    if (same(last, left, done.holds)) {
        *last = done;
    } else if (!same(last, left, last->holds)) {
        note(last, run, cycle, index, left);
        last->fault = true;
    }
}

static void tell_content(const struct rl_last_write *last, struct rl_text *text, const char *label,
                         rl_slot slot)
{
    struct rl_marks marks = rl_slot_marks_of(slot);
    const uint8_t *bytes = rl_slot_bytes(slot) + last->address % RL_PAGE;
    bool blank = last->device == RL_FLASH && (marks.programmed & mask_of(last)) == 0;
    bool bad = (marks.bad & mask_of(last)) != 0;

    rl_text_add(text, "  %-7s", label);
    for (uint32_t i = 0; i < last->size; i++) {
        rl_text_add(text, " %02x", bytes[i]);
    }
    rl_text_add(text, "%s\n", bad ? "  does not read" : blank ? "  blank" : "");
}

void rl_last_write_tell(const struct rl_last_write *last, const struct rl_scene *scene,
                        struct rl_text *text)
{
    const struct relight_geometry *g = &scene->device.geometry;
    const struct rl_operation *operation = &last->operation;
    unsigned region = rl_region_of(g, last->device, last->address);

    if (!last->asked) {
        return;
    }
    rl_text_add(text, "last write of %s+0x%x, %u B\n", rl_region_name(region),
                last->address - rl_region_address(g, region), last->size);
    if (last->cycle == 0) {
        rl_text_add(text, "  none in this scenario\n");
        tell_content(last, text, "holds", last->holds);
        return;
    }
    rl_text_add(text, "  %spower cycle %u, #%zu: %s %s %s+0x%x, %u B\n",
                last->fault ? "by the fault at " : "", last->cycle, last->index + 1u,
                scene->engine->phase_names[operation->phase],
                rl_kind_name((rl_kind)operation->kind), rl_region_name(operation->region),
                operation->address - rl_region_address(g, operation->region), operation->size);
    tell_content(last, text, "before", last->before);
    tell_content(last, text, "after", last->after);
    if (last->back_cycle > 0) {
        rl_text_add(text, "  written back: power cycle %u, #%zu\n", last->back_cycle,
                    last->back_index + 1u);
    }
}
