/* Boot records of fastload, as docs/design.md has them ("Boot records"), for who damages them. A
 * slot of a record sector is one unit of 256 bytes. */
#ifndef RELIGHT_IMAGES_RECORD_H
#define RELIGHT_IMAGES_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#define RL_RECORD_SLOT 256u

struct rl_record {
    uint32_t sequence, bank;
    uint8_t identity[32]; /* of the image that the bank carries */
};

/* False unless the slot holds a record with its seal. */
bool rl_record_read(const uint8_t slot[RL_RECORD_SLOT], struct rl_record *record);
/* The slot's record gets another sequence number, and a seal that fits. */
void rl_record_renumber(uint8_t slot[RL_RECORD_SLOT], uint32_t sequence);
/* By serial-number arithmetic (RFC 1982). */
bool rl_record_is_newer(const struct rl_record *a, const struct rl_record *b);

#endif
