/* Local memory: stores through the data cache. Memory has ECC over 64-bit words; words that were
 * never written since power-on have none, and are unreadable until all 8 bytes are stored. */
#include "board/board.h"

#include <string.h>

#include "board/clock.h"

/* Active configurations take no stores but those of a refresh. */
static bool may_store(const struct rl_board *board, uint32_t address, uint32_t size, uint32_t unit)
{
    return rl_range_fits(board->device.geometry.memory_size, address, size, unit) &&
           (address + size - 1u) / RL_PAGE < board->active_page;
}

static relight_result out_of_range(struct rl_board *board, struct rl_operation *operation,
                                   uint32_t address)
{
    bool active =
        address < board->device.geometry.memory_size && address / RL_PAGE >= board->active_page;

    return rl_board_refuse(board, operation,
                           active ? "a store into an active configuration"
                                  : "a store outside of memory or off its unit",
                           RL_MEMORY, address);
}

static relight_result memory_write(void *host, uint32_t address, const void *bytes, uint32_t size)
{
    struct rl_board *board = host;
    struct rl_operation *operation = rl_board_begin(board, RL_KIND_WRITE, RL_MEMORY, address, size);
    uint32_t asked;

    if (board->peeking > 0) {
        return RELIGHT_IO;
    }
    if (!may_store(board, address, size, RL_WORD)) {
        return out_of_range(board, operation, address);
    }
    asked = size;
    size = rl_board_idles(board) ? 0 : size;
    for (uint32_t done = 0; done < size;) {
        uint8_t content[RL_PAGE];
        uint32_t offset = (address + done) % RL_PAGE;
        uint32_t part = rl_page_part(address + done, size - done);
        uint32_t page = (address + done) / RL_PAGE;
        rl_slot old = rl_board_look(board, RL_PLANE_CPU, page);
        struct rl_marks marks;
        uint32_t written = rl_word_mask(offset / RL_WORD, part / RL_WORD);

        memcpy(content, rl_slot_bytes(old), RL_PAGE);
        memcpy(content + offset, (const uint8_t *)bytes + done, part);
        marks = rl_slot_marks_of(rl_slot_scrubbed(old, written));
        marks.bad &= ~written;
        marks.programmed = UINT32_MAX;
        rl_cache_store(board, page, rl_slot_intern(content, marks), offset / RL_WORD,
                       (offset + part) / RL_WORD - 1u);
        done += part;
    }
    return rl_board_end(board, operation, RL_NS_MEMORY_256B * (asked / RL_PAGE + 1u), RELIGHT_OK);
}

static relight_result memory_fill(void *host, uint32_t address, uint8_t value)
{
    struct rl_board *board = host;
    struct rl_operation *operation =
        rl_board_begin(board, RL_KIND_FILL, RL_MEMORY, address, RL_PAGE);
    uint8_t content[RL_PAGE];

    if (board->peeking > 0) {
        return RELIGHT_IO;
    }
    if (!may_store(board, address, RL_PAGE, RL_PAGE)) {
        return out_of_range(board, operation, address);
    }
    memset(content, value, sizeof content);
    if (!rl_board_idles(board)) {
        rl_cache_store(board, address / RL_PAGE,
                       rl_slot_make(rl_pages_data(content), RL_MARKS_FULL), 0, RL_PAGE_WORDS - 1u);
    }
    return rl_board_end(board, operation, RL_NS_MEMORY_256B, RELIGHT_OK);
}

/* What a copy of a page stores, with the bits that flip on the way. */
static rl_slot as_it_arrives(const struct rl_board *board, rl_slot slot)
{
    const struct rl_effect *effect = &board->effect;
    uint8_t content[RL_PAGE];

    if (effect->flip_bits == 0) {
        return rl_slot_make(rl_slot_data(slot), RL_MARKS_FULL);
    }
    memcpy(content, rl_slot_bytes(slot), RL_PAGE);
    content[effect->flip_at % RL_PAGE] ^= effect->flip_bits;
    return rl_slot_make(rl_pages_data(content), RL_MARKS_FULL);
}

static relight_result memory_copy(void *host, uint32_t to, relight_space space, uint32_t from)
{
    struct rl_board *board = host;
    struct rl_operation *operation;
    bool flash = space == RELIGHT_FLASH;
    int plane = flash ? RL_PLANE_FLASH : RL_PLANE_CPU;
    uint32_t end = flash ? board->device.geometry.flash_size : board->device.geometry.memory_size;
    rl_slot slot;

    if (board->peeking > 0) {
        return RELIGHT_IO;
    }
    board->reads_flash = flash;
    board->source = from | (uint32_t)space;
    operation = rl_board_begin(board, RL_KIND_COPY, RL_MEMORY, to, RL_PAGE);
    if (!may_store(board, to, RL_PAGE, RL_PAGE) || from % RL_PAGE != 0 || from >= end) {
        return out_of_range(board, operation, to);
    }
    if (rl_board_idles(board)) {
        return rl_board_end(board, operation, RL_NS_ACCESS, RELIGHT_OK);
    }
    if (!rl_board_aim(board, RL_PAGE, end, &from) ||
        (flash && rl_board_is_absent(board, from, RL_PAGE))) {
        return rl_board_end(board, operation, RL_NS_ACCESS, RELIGHT_IO);
    }
    slot = rl_board_look_words(board, plane, from / RL_PAGE, UINT32_MAX);
    if (rl_board_take(board, plane, from / RL_PAGE, UINT32_MAX) != RELIGHT_OK) {
        return rl_board_end(board, operation, RL_NS_ACCESS, RELIGHT_ECC);
    }
    rl_cache_store(board, to / RL_PAGE, as_it_arrives(board, slot), 0, RL_PAGE_WORDS - 1u);
    return rl_board_end(board, operation, flash ? rl_flash_read_ns(board) : 2u * RL_NS_MEMORY_256B,
                        RELIGHT_OK);
}

/* Pages that came are stored. */
static void deliver(struct rl_board *board, uint32_t page, const uint32_t *data, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        rl_cache_store(board, page + i, rl_slot_make(data[i], RL_MARKS_FULL), 0,
                       RL_PAGE_WORDS - 1u);
    }
}

/* Who looks at `count` pages from `page` on meets the fault of the operation going on, if there is
 * one: what lies there is not what the sender was asked for. */
static void note_cause(struct rl_board *board, uint32_t page, uint32_t count)
{
    if (board->effect.cause != 0 || board->damaged) {
        memset(board->causes[RL_MEMORY] + page, (int)board->effect.cause, count);
        board->damaged |= board->effect.cause != 0;
    }
}

/* What the link makes of a request for `most` pages, into `data`. Returns how many come. */
static uint32_t ask(struct rl_board *board, uint32_t most, uint32_t *data)
{
    const struct rl_effect *effect = &board->effect;
    const struct rl_link *link = effect->sender != NULL ? effect->sender : &board->link;
    uint32_t from = effect->deed == RL_DEED_ELSEWHERE ? effect->address : board->offset;
    uint32_t count = 0;

    if (effect->deed != RL_DEED_NOTHING) {
        count = link->pages(link->user, from / RL_PAGE, most, data);
    }
    if (effect->deed == RL_DEED_PART && count > effect->part) {
        count = effect->part;
    }
    if (effect->flip_bits != 0 && effect->flip_at / RL_PAGE < count) {
        uint32_t *page = &data[effect->flip_at / RL_PAGE];
        uint8_t bytes[RL_PAGE];

        memcpy(bytes, rl_pages_bytes(*page), RL_PAGE);
        bytes[effect->flip_at % RL_PAGE] ^= effect->flip_bits;
        *page = rl_pages_data(bytes);
    }
    return count;
}

static relight_result receive(void *host, uint32_t offset, uint32_t address, uint32_t size,
                              uint32_t *received)
{
    struct rl_board *board = host;
    struct rl_operation *operation;
    uint32_t data[64];
    uint32_t most = size / RL_PAGE;
    uint32_t count;

    *received = 0;
    if (board->peeking > 0) {
        return RELIGHT_IO;
    }
    board->offset = offset;
    operation = rl_board_begin(board, RL_KIND_RECEIVE, RL_MEMORY, address, size);
    operation->value = offset;
    if (!may_store(board, address, size, RL_PAGE) || offset % RL_PAGE != 0) {
        return out_of_range(board, operation, address);
    }
    if (board->link.pages == NULL) {
        return rl_board_end(board, operation, RL_NS_ACCESS, RELIGHT_NO_SENDER);
    }
    if (most > board->device.chunk_size / RL_PAGE) {
        most = board->device.chunk_size / RL_PAGE;
    }
    if (most > sizeof data / sizeof data[0]) {
        most = sizeof data / sizeof data[0];
    }
    count = ask(board, most, data);
    deliver(board, address / RL_PAGE, data, count);
    note_cause(board, address / RL_PAGE, most);
    *received = board->effect.counts ? board->effect.count : count * RL_PAGE;
    return rl_board_end(board, operation,
                        board->link.latency_ns + (uint64_t)board->link.ns_per_page * count,
                        RELIGHT_OK);
}

void rl_memory_services(struct relight_services *services)
{
    services->memory_write = memory_write;
    services->memory_fill = memory_fill;
    services->memory_copy = memory_copy;
    services->receive = receive;
}
