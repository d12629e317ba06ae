/* The codewords that an operation reads, and which of them flips are tried in. */
#include "faults/inject_ecc.h"

bool rl_reads_of(const struct rl_device *device, const struct rl_operation *operation,
                 uint8_t space, struct rl_range *range)
{
    uint8_t at = rl_region_is_in(operation->region, RL_FLASH) ? RL_FLASH : RL_MEMORY;

    *range = (struct rl_range){operation->address, operation->size};
    switch (operation->kind) {
    case RL_KIND_COPY:
    case RL_KIND_PROGRAM:
        range->address = operation->value & ~(RL_PAGE - 1u);
        at = (operation->value & 1u) != 0 ? RL_MEMORY : RL_FLASH;
        return at == space && (operation->kind == RL_KIND_COPY || at == RL_MEMORY);
    case RL_KIND_REFRESH:
        for (unsigned i = 0; i < RELIGHT_COMPANIONS; i++) {
            if (operation->address == device->geometry.companion[i].active.address) {
                range->address = device->geometry.companion[i].configuration.address;
            }
        }
        return space == RL_FLASH && operation->size > 0;
    default:
        return at == space && operation->size > 0;
    }
}

uint32_t rl_units_sampled(uint32_t count, bool each)
{
    return (each && count <= RL_ECC_EACH) || count < 3u ? count : 3u;
}

uint32_t rl_unit_at(uint32_t count, bool each, uint32_t i)
{
    if (rl_units_sampled(count, each) == count) {
        return i;
    }
    return i == 0 ? 0 : i == 1u ? count / 2u : count - 1u;
}

/* What is told apart bit by bit is told apart once; what is read by whole pages is covered by a
 * digest or a comparison, and one word of it is as good as another. */
bool rl_reads_first(const struct rl_site *site)
{
    const struct rl_operation *operation = &site->log->operations[site->index];

    if (operation->kind != RL_KIND_READ) {
        return false;
    }
    for (size_t i = 0; i < site->index; i++) {
        const struct rl_operation *other = &site->log->operations[i];

        if (other->kind == operation->kind && other->region == operation->region &&
            other->address == operation->address && other->result == RELIGHT_OK) {
            return false;
        }
    }
    return true;
}
