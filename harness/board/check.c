/* Bulk checks: loops of the CPU over memory and flash, one operation each. They are answered
 * from page numbers and sums; bytes are touched only for contents that were never seen. */
#include "board/board.h"

#include <stdlib.h>
#include <string.h>

#include "board/clock.h"
#include "board/heap.h"

static const char outside[] = "a check outside of the device or off its unit";

/* Of granules of one page, [address, address + size). */
static enum rl_answer look_granules(struct rl_board *board, uint32_t address, uint32_t size)
{
    uint32_t mask = rl_word_mask(address % RL_PAGE / RL_WORD, size / RL_WORD);
    struct rl_marks marks =
        rl_slot_marks_of(rl_board_look(board, RL_PLANE_FLASH, address / RL_PAGE));

    if ((marks.bad & mask) != 0) {
        (void)rl_board_take(board, RL_PLANE_FLASH, address / RL_PAGE, marks.bad & mask);
        return RL_UNREADABLE;
    }
    return (marks.programmed & mask) == 0 ? RL_HOLDS : RL_DIFFERS;
}

/* What is blank is no failure of a blank check. */
static void take_bad(struct rl_board *board, uint32_t first, uint32_t count)
{
    for (uint32_t page = first; page < first + count; page++) {
        uint32_t bad = rl_slot_marks_of(board->planes[RL_PLANE_FLASH].slots[page]).bad;

        if (bad != 0) {
            (void)rl_board_take(board, RL_PLANE_FLASH, page, bad);
        }
    }
}

/* Whole pages at once, as most are; the parts of pages at both ends by themselves. */
static enum rl_answer look_blank(struct rl_board *board, uint32_t address, uint32_t size)
{
    enum rl_answer worst = RL_HOLDS;

    for (uint32_t done = 0; done < size;) {
        uint32_t at = address + done;
        uint32_t part = rl_page_part(at, size - done);
        enum rl_answer answer;

        if (part < RL_PAGE) {
            answer = look_granules(board, at, part);
        } else {
            part = (size - done) / RL_PAGE * RL_PAGE;
            answer = rl_board_look_blank(board, at / RL_PAGE, part / RL_PAGE);
            if (answer == RL_UNREADABLE) {
                take_bad(board, at / RL_PAGE, part / RL_PAGE);
            }
        }
        if (answer == RL_UNREADABLE || worst == RL_HOLDS) {
            worst = answer;
        }
        done += part;
    }
    return worst;
}

static relight_result flash_is_blank(void *host, uint32_t address, uint32_t size, bool *blank)
{
    struct rl_board *board = host;
    struct rl_operation *operation = rl_board_begin(board, RL_KIND_BLANK, RL_FLASH, address, size);
    uint32_t end = board->device.geometry.flash_size;
    enum rl_answer answer;

    if (!rl_range_fits(end, address, size, board->device.geometry.granule_size)) {
        *blank = false;
        return rl_board_refuse(board, operation, outside, RL_FLASH, address);
    }
    if (rl_board_idles(board)) {
        return rl_board_end(board, operation, RL_NS_ACCESS, RELIGHT_OK);
    }
    *blank = false;
    if (!rl_board_aim(board, size, end, &address) || rl_board_is_absent(board, address, size)) {
        return rl_board_end(board, operation, RL_NS_ACCESS, RELIGHT_IO);
    }
    answer = look_blank(board, address, size);
    *blank = rl_board_answer(board, answer == RL_HOLDS);
    operation->value = *blank;
    return rl_board_end(board, operation,
                        rl_flash_read_ns(board) * ((size + RL_PAGE - 1u) / RL_PAGE),
                        answer == RL_UNREADABLE ? RELIGHT_ECC : RELIGHT_OK);
}

/* Memory is asked only whether it holds what flash has. Words that do not read are not that, and no
 * error, unless they trap. Where flash does not read that is no question, and what it has is not
 * known. */
static bool page_holds(struct rl_board *board, int plane, uint32_t memory, uint32_t flash,
                       relight_result *result)
{
    rl_slot slot = rl_board_look_words(board, RL_PLANE_FLASH, flash, UINT32_MAX);
    const struct rl_content *content;
    uint32_t words = UINT32_MAX;
    bool same = false;

    if (rl_slot_is_bad(slot)) {
        (void)rl_board_look_words(board, plane, memory, UINT32_MAX);
    } else {
        content = rl_content_page(rl_slot_data(slot));
        if (board->device.memory_traps) {
            same = rl_board_holds(board, plane, memory, content) == RL_HOLDS;
        } else {
            same = rl_board_has(board, plane, memory, content);
            words = ~rl_slot_marks_of(board->planes[plane].slots[memory]).bad;
        }
    }
    if (rl_board_take(board, plane, memory, words) != RELIGHT_OK ||
        rl_board_take(board, RL_PLANE_FLASH, flash, UINT32_MAX) != RELIGHT_OK) {
        *result = RELIGHT_ECC;
    }
    return same;
}

static relight_result compare(void *host, uint32_t memory, uint32_t flash, uint32_t size,
                              bool *equal)
{
    struct rl_board *board = host;
    struct rl_operation *operation = rl_board_begin(board, RL_KIND_COMPARE, RL_FLASH, flash, size);
    uint32_t end = board->device.geometry.flash_size;
    relight_result result = RELIGHT_OK;
    int plane = rl_board_memory_plane(board);
    bool same = true;

    if (!rl_range_fits(end, flash, size, RL_PAGE) ||
        !rl_range_fits(board->device.geometry.memory_size, memory, size, RL_PAGE)) {
        *equal = false;
        return rl_board_refuse(board, operation, outside, RL_FLASH, flash);
    }
    if (rl_board_idles(board)) {
        return rl_board_end(board, operation, RL_NS_ACCESS, RELIGHT_OK);
    }
    *equal = false;
    if (!rl_board_aim(board, size, end, &flash) || rl_board_is_absent(board, flash, size)) {
        return rl_board_end(board, operation, RL_NS_ACCESS, RELIGHT_IO);
    }
    for (uint32_t done = 0; done < size; done += RL_PAGE) {
        same = page_holds(board, plane, (memory + done) / RL_PAGE, (flash + done) / RL_PAGE,
                          &result) &&
               same;
    }
    *equal = rl_board_answer(board, same && result == RELIGHT_OK);
    operation->value = *equal;
    return rl_board_end(board, operation, rl_flash_read_ns(board) * (size / RL_PAGE), result);
}

/* Hashes the range for real: for contents that nobody registered. Every page is observed, as the
 * answer depends on all of them. What matches is not registered: how a range is looked at must not
 * depend on what came before. */
static enum rl_answer hash_range(struct rl_board *board, int plane, uint32_t first, uint32_t count,
                                 const uint8_t *digest)
{
    uint32_t *data = rl_malloc(count * sizeof *data);
    uint8_t *bytes;
    uint8_t actual[RL_DIGEST];
    enum rl_answer answer = RL_DIFFERS;

    for (uint32_t i = 0; i < count; i++) {
        rl_slot slot = rl_board_look_words(board, plane, first + i, UINT32_MAX);

        data[i] = rl_slot_data(slot);
        if (rl_slot_is_bad(slot)) {
            answer = RL_UNREADABLE;
        }
    }
    if (answer == RL_DIFFERS) {
        bytes = rl_malloc((size_t)count * RL_PAGE);
        for (uint32_t i = 0; i < count; i++) {
            memcpy(bytes + (size_t)i * RL_PAGE, rl_pages_bytes(data[i]), RL_PAGE);
        }
        rl_digest_bytes(bytes, count * RL_PAGE, actual);
        free(bytes);
        if (memcmp(actual, digest, RL_DIGEST) == 0) {
            answer = RL_HOLDS;
        }
    }
    free(data);
    return answer;
}

static relight_result digest_check(void *host, relight_space space, uint32_t address, uint32_t size,
                                   const uint8_t *digest, bool *equal)
{
    struct rl_board *board = host;
    bool flash = space == RELIGHT_FLASH;
    struct rl_operation *operation =
        rl_board_begin(board, RL_KIND_DIGEST, flash ? RL_FLASH : RL_MEMORY, address, size);
    int plane = flash ? RL_PLANE_FLASH : rl_board_memory_plane(board);
    uint32_t end = board->planes[plane].count * RL_PAGE;
    const struct rl_content *content;
    enum rl_answer answer;

    if (!rl_range_fits(end, address, size, RL_PAGE)) {
        *equal = false;
        return rl_board_refuse(board, operation, outside, flash ? RL_FLASH : RL_MEMORY, address);
    }
    if (rl_board_idles(board)) {
        return rl_board_end(board, operation, RL_NS_ACCESS, RELIGHT_OK);
    }
    *equal = false;
    if (!rl_board_aim(board, size, end, &address) ||
        (flash && rl_board_is_absent(board, address, size))) {
        return rl_board_end(board, operation, RL_NS_ACCESS, RELIGHT_IO);
    }
    content = rl_content_find(digest, size / RL_PAGE);
    answer = content != NULL ? rl_board_holds(board, plane, address / RL_PAGE, content)
                             : hash_range(board, plane, address / RL_PAGE, size / RL_PAGE, digest);
    if (answer == RL_UNREADABLE || rl_pages_flawed() ||
        (flash && board->device.flash.blank_faults)) {
        answer = rl_board_take_range(board, plane, address / RL_PAGE, size / RL_PAGE) == RELIGHT_OK
                     ? answer
                     : RL_UNREADABLE;
    }
    *equal = rl_board_answer(board, answer == RL_HOLDS);
    operation->value = *equal;
    return rl_board_end(
        board, operation,
        (RL_NS_SHA256_256B + (flash ? rl_flash_read_ns(board) : RL_NS_MEMORY_256B)) *
            (size / RL_PAGE),
        answer == RL_UNREADABLE ? RELIGHT_ECC : RELIGHT_OK);
}

static relight_result digest(void *host, const void *bytes, uint32_t size, uint8_t *out)
{
    (void)host;
    if (size > 65536u) {
        return RELIGHT_RANGE;
    }
    rl_digest_bytes(bytes, size, out);
    return RELIGHT_OK;
}

static relight_result signature_check(void *host, const void *bytes, uint32_t size,
                                      const uint8_t *signature, bool *good)
{
    struct rl_board *board = host;
    struct rl_operation *operation = rl_board_begin(board, RL_KIND_SIGNATURE, RL_MEMORY, 0, size);

    operation->region = RL_REGION_PORT;
    if (rl_board_idles(board)) {
        return rl_board_end(board, operation, RL_NS_ACCESS, RELIGHT_OK);
    }
    *good =
        rl_board_answer(board, rl_signature_good(bytes, size, signature, board->device.public_key));
    operation->value = *good;
    return rl_board_end(board, operation,
                        RL_NS_ED25519_VERIFY + (uint64_t)RL_NS_SHA256_256B * (size / RL_PAGE + 1u),
                        RELIGHT_OK);
}

void rl_check_services(struct relight_services *services)
{
    services->flash_is_blank = flash_is_blank;
    services->compare = compare;
    services->digest_check = digest_check;
    services->digest = digest;
    services->signature_check = signature_check;
}
