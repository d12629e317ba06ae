#include "images/record.h"

#include <string.h>

#include "fastload/image.h"

#define MAGIC       0x44434552u /* "RECD" */
#define COMMIT_WORD 0x4C414553u /* "SEAL" */

enum { AT_MAGIC = 0x00, AT_SEQUENCE = 0x04, AT_BANK = 0x08, AT_IDENTITY = 0x10, SEAL = 0x40 };
enum { AT_COMMIT = SEAL, AT_CRC = SEAL + 4 };

bool rl_record_read(const uint8_t slot[RL_RECORD_SLOT], struct rl_record *record)
{
    if (fl_get32(slot + AT_MAGIC) != MAGIC || fl_get32(slot + AT_BANK) > 1u ||
        fl_get32(slot + AT_COMMIT) != COMMIT_WORD ||
        fl_get32(slot + AT_CRC) != fl_crc32c(slot, SEAL)) {
        return false;
    }
    record->sequence = fl_get32(slot + AT_SEQUENCE);
    record->bank = fl_get32(slot + AT_BANK);
    memcpy(record->identity, slot + AT_IDENTITY, sizeof record->identity);
    return true;
}

void rl_record_renumber(uint8_t slot[RL_RECORD_SLOT], uint32_t sequence)
{
    fl_put32(slot + AT_SEQUENCE, sequence);
    fl_put32(slot + AT_CRC, fl_crc32c(slot, SEAL));
}

bool rl_record_is_newer(const struct rl_record *a, const struct rl_record *b)
{
    uint32_t ahead = a->sequence - b->sequence;

    return ahead > 0 && ahead < UINT32_C(0x80000000);
}
