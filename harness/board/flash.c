/* Reading flash, and memory behind its cache. A read that touches a word with bad ECC fails as
 * uncorrectable. What programs and erases flash is in flash_write.c. */
#include "board/board.h"

#include <string.h>

#include "board/clock.h"

/* Copies [address, address + size) of a plane; stops at the first bad word. */
static relight_result read_plane(struct rl_board *board, int plane, uint32_t address,
                                 uint8_t *bytes, uint32_t size)
{
    uint32_t done = 0;

    while (done < size) {
        uint32_t offset = (address + done) % RL_PAGE;
        uint32_t part = rl_page_part(address + done, size - done);
        uint32_t first = offset / RL_WORD;
        uint32_t last = (offset + part - 1u) / RL_WORD;
        uint32_t words = rl_word_mask(first, last - first + 1u);
        uint32_t page = (address + done) / RL_PAGE;
        rl_slot slot = rl_board_look_words(board, plane, page, words);

        if (rl_board_take(board, plane, page, words) != RELIGHT_OK) {
            memset(bytes, 0, size);
            return RELIGHT_ECC;
        }
        memcpy(bytes + done, rl_slot_bytes(slot) + offset, part);
        done += part;
    }
    return RELIGHT_OK;
}

uint64_t rl_flash_read_ns(const struct rl_board *board)
{
    uint64_t ns = board->device.flash.read_ns;

    return ns != 0 ? ns : RL_NS_FLASH_READ_256B;
}

/* Of a buffer that a read does not fill, an engine sees what it held. As a rule that is its stack,
 * which is no function of the scenario; so, as a modelled choice, an engine sees bytes that follow
 * from the operation's number. They differ between two reads in a row, as buffers do that were
 * filled with different bytes before: that is how an engine can tell a short read, and zeros each
 * time would take that from it. They are never 0x00 or 0xFF, which stand for something in flash. */
static void leave_buffer(const struct rl_board *board, uint8_t *bytes, uint32_t size)
{
    if (board->escape != NULL) {
        memset(bytes, (int)(1u + board->operations % 254u), size);
    }
}

/* What the device makes of a read that it was asked for. `count` is the device's size. */
static relight_result read_as_it_comes(struct rl_board *board, int plane, uint32_t count,
                                       uint32_t address, uint8_t *bytes, uint32_t size)
{
    const struct rl_effect *effect = &board->effect;
    relight_result result = RELIGHT_OK;

    if (board->peeking > 0) {
        return read_plane(board, plane, address, bytes, size);
    }
    if (effect->deed == RL_DEED_ELSEWHERE) {
        address = effect->address;
    }
    if (effect->deed != RL_DEED_DONE) {
        leave_buffer(board, bytes, size);
    }
    if (effect->deed == RL_DEED_PART && effect->part < size) {
        size = effect->part;
    }
    if (effect->deed == RL_DEED_NOTHING || size == 0) {
        return RELIGHT_OK;
    }
    if (address >= count || size > count - address) {
        return RELIGHT_IO; /* nothing answers there */
    }
    result = read_plane(board, plane, address, bytes, size);
    if (result == RELIGHT_OK && effect->flip_bits != 0 && effect->flip_at < size) {
        bytes[effect->flip_at] ^= effect->flip_bits;
    }
    return result;
}

static relight_result flash_read(void *host, uint32_t address, void *bytes, uint32_t size)
{
    struct rl_board *board = host;
    struct rl_operation *operation = rl_board_begin(board, RL_KIND_READ, RL_FLASH, address, size);

    if (!rl_range_fits(board->device.geometry.flash_size, address, size, 1)) {
        return rl_board_refuse(board, operation, "a read outside of flash", RL_FLASH, address);
    }
    if (rl_board_is_absent(board, address, size)) {
        leave_buffer(board, bytes, size);
        return rl_board_end(board, operation, RL_NS_ACCESS, RELIGHT_IO);
    }
    return rl_board_end(board, operation, rl_flash_read_ns(board) * (size / RL_PAGE + 1u),
                        read_as_it_comes(board, RL_PLANE_FLASH, board->device.geometry.flash_size,
                                         address, bytes, size));
}

static relight_result memory_read(void *host, uint32_t address, void *bytes, uint32_t size)
{
    struct rl_board *board = host;
    struct rl_operation *operation = rl_board_begin(board, RL_KIND_READ, RL_MEMORY, address, size);
    uint32_t end = board->device.geometry.memory_size;

    if (!rl_range_fits(end, address, size, RL_WORD)) {
        return rl_board_refuse(board, operation, "a read outside of memory or off its unit",
                               RL_MEMORY, address);
    }
    return rl_board_end(
        board, operation, RL_NS_MEMORY_256B * (size / RL_PAGE + 1u),
        read_as_it_comes(board, rl_board_memory_plane(board), end, address, bytes, size));
}

void rl_flash_services(struct relight_services *services)
{
    services->flash_read = flash_read;
    services->memory_read = memory_read;
}
