/* Content-addressed pages: every 256-byte content that a campaign meets is stored once, and known
 * by a small number. States, logs and caches hold numbers, so that a copy, a comparison or a blank
 * check of a page costs no access to its bytes.
 *
 * A slot is what one page of a device holds: content and marks, packed in 64 bits. Marks say, for
 * each 8-byte word, whether it was programmed since the last erase and whether its ECC is bad.
 *
 * The numbers depend on the order in which contents were met, and never leave a process; whatever
 * is compared across processes uses the contents' 128-bit fingerprints. */
#ifndef RELIGHT_BOARD_PAGES_H
#define RELIGHT_BOARD_PAGES_H

#include <stdbool.h>
#include <stdint.h>

#define RL_PAGE       256u
#define RL_WORD       8u
#define RL_PAGE_WORDS (RL_PAGE / RL_WORD)

/* How many of the `left` bytes from `address` on lie in its page. */
static inline uint32_t rl_page_part(uint32_t address, uint32_t left)
{
    uint32_t most = RL_PAGE - address % RL_PAGE;

    return left < most ? left : most;
}

/* The words [first, first + count) of a page, as a mask. */
static inline uint32_t rl_word_mask(uint32_t first, uint32_t count)
{
    return (count >= RL_PAGE_WORDS ? UINT32_MAX : (1u << count) - 1u) << first;
}

typedef uint64_t rl_slot;

/* Bit i speaks of bytes 8 i to 8 i + 7 of the page. */
struct rl_marks {
    uint32_t programmed;
    uint32_t bad; /* uncorrectable on read */
    uint32_t
        flawed;     /* a bit of it flipped, which a read corrects: the content is what comes back */
    uint32_t flaws; /* which bits those are: rl_pages_flaws(); 0 when none is flawed */
    uint32_t doubts; /* words in doubt, and what they may read as: board/doubts.h; 0: none is */
};

/* By word of a page: 1 + the bit of its codeword that flipped (see board/ecc.h), 0 where none did.
 * The words of one codeword have the same. */
struct rl_flaws {
    uint16_t bit[RL_PAGE_WORDS];
};

struct rl_sum {
    uint64_t low, high;
};

/* Slots that exist from the start. */
#define RL_SLOT_BLANK ((rl_slot)0)         /* erased flash: 0xFF, nothing programmed */
#define RL_SLOT_LOST  ((rl_slot)2u << 32u) /* memory without power: every word bad */
#define RL_MARKS_FULL 1u                   /* all programmed, none bad */

static inline uint32_t rl_slot_data(rl_slot slot)
{
    return (uint32_t)slot;
}

static inline uint32_t rl_slot_marks(rl_slot slot)
{
    return (uint32_t)(slot >> 32u);
}

static inline rl_slot rl_slot_make(uint32_t data, uint32_t marks)
{
    return (rl_slot)marks << 32u | data;
}

/* One per process; empty until rl_pages_init(). Memory that runs out ends the process with a
 * message: there is no state to save. */
void rl_pages_init(void);
void rl_pages_free(void);

/* The number of a content of RL_PAGE bytes. */
uint32_t rl_pages_data(const uint8_t *bytes);
const uint8_t *rl_pages_bytes(uint32_t data);
/* The number of a content that was met before, by its fingerprint; false when there is none. */
bool rl_pages_find(struct rl_sum fingerprint, uint32_t *data);
struct rl_sum rl_pages_fingerprint(uint32_t data);
/* Words that are all ones, as a mask: in flash they may be programmed or not. */
uint32_t rl_pages_ones(uint32_t data);

uint32_t rl_pages_marks(struct rl_marks marks);
struct rl_marks rl_pages_marks_of(uint32_t marks);

/* The number of a list of flaws; 0 is that without any. */
uint32_t rl_pages_flaws(const struct rl_flaws *flaws);
const struct rl_flaws *rl_pages_flaws_of(uint32_t flaws);
/* Whether any word was ever flawed in this process: nobody need look for flaws before. */
bool rl_pages_flawed(void);

/* The slot of `bytes` with `marks`: interns both. */
rl_slot rl_slot_intern(const uint8_t *bytes, struct rl_marks marks);

static inline const uint8_t *rl_slot_bytes(rl_slot slot)
{
    return rl_pages_bytes(rl_slot_data(slot));
}

static inline struct rl_marks rl_slot_marks_of(rl_slot slot)
{
    return rl_pages_marks_of(rl_slot_marks(slot));
}

static inline bool rl_slot_is_bad(rl_slot slot)
{
    /* Most pages are blank or whole: that needs no look at the table. */
    return rl_slot_marks(slot) > RL_MARKS_FULL && rl_slot_marks_of(slot).bad != 0;
}

/* Flawed words among those of `mask`. */
static inline uint32_t rl_slot_flawed(rl_slot slot, uint32_t mask)
{
    return rl_slot_marks(slot) > RL_MARKS_FULL ? rl_slot_marks_of(slot).flawed & mask : 0;
}

/* Bits flip in the codeword that is `words` words from word `first` on: what it holds then, by what
 * its code makes of it. A word that is bad already stays so. `count` at most RL_ECC_FLIPS_MAX - 1.
 */
rl_slot rl_slot_flip(rl_slot slot, uint32_t first, uint32_t words, const uint32_t *flips,
                     uint32_t count);
/* The words of `mask` without the flaws in them, as a scrub leaves them. */
rl_slot rl_slot_scrubbed(rl_slot slot, uint32_t mask);

/* `below` with the words of `mask` taken from `above`, content and marks. */
rl_slot rl_slot_merge(rl_slot below, rl_slot above, uint32_t mask);

#endif
