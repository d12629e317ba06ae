#include "engines/statics.h"

#include <dlfcn.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>

#include "board/heap.h"

struct search {
    struct rl_statics *statics;
    uintptr_t base;
};

static void add(struct rl_statics *statics, uintptr_t start, uintptr_t end)
{
    if (end <= start || statics->count == RL_STATICS_MAX) {
        return;
    }
    statics->segments[statics->count].at = (uint8_t *)start;
    statics->segments[statics->count].size = end - start;
    statics->count++;
}

/* The part of a writable segment that the loader made read-only after relocation is left out. */
static int visit(struct dl_phdr_info *info, size_t size, void *user)
{
    struct search *search = user;
    uintptr_t relro_start = 0;
    uintptr_t relro_end = 0;

    (void)size;
    if (info->dlpi_addr != search->base) {
        return 0;
    }
    for (int i = 0; i < info->dlpi_phnum; i++) {
        if (info->dlpi_phdr[i].p_type == PT_GNU_RELRO) {
            relro_start = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
            relro_end = relro_start + info->dlpi_phdr[i].p_memsz;
        }
    }
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        uintptr_t start = info->dlpi_addr + header->p_vaddr;
        uintptr_t end = start + header->p_memsz;

        if (header->p_type != PT_LOAD || (header->p_flags & PF_W) == 0) {
            continue;
        }
        if (relro_start <= start && relro_end > start) {
            start = relro_end;
        }
        add(search->statics, start, end);
    }
    return 1;
}

void rl_statics_save(struct rl_statics *statics, void *library)
{
    struct link_map *map = NULL;
    struct search search = {statics, 0};

    memset(statics, 0, sizeof *statics);
    if (library == NULL || dlinfo(library, RTLD_DI_LINKMAP, &map) != 0) {
        return;
    }
    search.base = map->l_addr;
    (void)dl_iterate_phdr(visit, &search);
    statics->saved = rl_malloc(rl_statics_size(statics));
    statics->kept = rl_malloc(rl_statics_size(statics));
    rl_statics_read(statics, statics->saved);
}

void rl_statics_restore(const struct rl_statics *statics)
{
    rl_statics_write(statics, statics->saved);
}

void rl_statics_keep(const struct rl_statics *statics)
{
    rl_statics_read(statics, statics->kept);
}

void rl_statics_put_back(const struct rl_statics *statics)
{
    rl_statics_write(statics, statics->kept);
}

size_t rl_statics_size(const struct rl_statics *statics)
{
    size_t size = 0;

    for (unsigned i = 0; i < statics->count; i++) {
        size += statics->segments[i].size;
    }
    return size;
}

void rl_statics_read(const struct rl_statics *statics, uint8_t *bytes)
{
    for (unsigned i = 0; i < statics->count; i++) {
        memcpy(bytes, statics->segments[i].at, statics->segments[i].size);
        bytes += statics->segments[i].size;
    }
}

void rl_statics_write(const struct rl_statics *statics, const uint8_t *bytes)
{
    for (unsigned i = 0; i < statics->count; i++) {
        memcpy(statics->segments[i].at, bytes, statics->segments[i].size);
        bytes += statics->segments[i].size;
    }
}

void rl_statics_free(struct rl_statics *statics)
{
    free(statics->saved);
    free(statics->kept);
    memset(statics, 0, sizeof *statics);
}
