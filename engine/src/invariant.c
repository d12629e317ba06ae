/* What every operation keeps, and what a boot would do: both read the surviving state through the
 * code that boot itself reads it with. invariant.h tells the three parts. */
#include "fastload/invariant.h"

#include "choose.h"
#include "journal.h"
#include "key.h"
#include "layout.h"
#include "mem.h"
#include "verify.h"

static bool carries(const struct fl_port *port, fl_space space, uint32_t address,
                    const uint8_t *identity)
{
    uint8_t actual[FL_DIGEST_SIZE];
    struct fl_image image;

    return fl_image_verify(port, space, address, identity, &image, actual) == FL_OK;
}

/* I1. While the newest record is not firm, it may read as absent next time: the newest firm one is
 * needed as well. */
static const char *judge_records(const struct fl_port *port)
{
    const struct fl_region *bank = port->layout->bank;
    struct fl_records records;
    const struct fl_record *newest;

    fl_records_scan(port, &records);
    newest = fl_records_newest(&records);
    if (newest == NULL) {
        return carries(port, FL_FLASH, bank[0].address, NULL) ||
                       carries(port, FL_FLASH, bank[1].address, NULL)
                   ? NULL
                   : "I1: there is no boot record, and neither bank carries an authentic image";
    }
    if (!carries(port, FL_FLASH, bank[newest->bank].address, newest->identity)) {
        return "I1: the bank that the newest boot record names does not carry its image";
    }
    if (!newest->firm && records.any_firm &&
        !carries(port, FL_FLASH, bank[records.firm.bank].address, records.firm.identity)) {
        return "I1: the newest boot record is not firm, and the bank of the newest firm one does "
               "not carry its image";
    }
    return NULL;
}

/* I2. */
static const char *judge_key(const struct fl_port *port)
{
    uint8_t identity[FL_DIGEST_SIZE];

    if (fl_key_read(port, identity) &&
        !carries(port, FL_MEMORY, port->layout->resident.address, identity)) {
        return "I2: the fastload key names an image that is not in the resident place, whole";
    }
    return NULL;
}

/* I3. */
static const char *judge_journal(const struct fl_port *port)
{
    struct fl_journal journal;

    if (fl_journal_is_complete(port, &journal) &&
        !carries(port, FL_FLASH, port->layout->bank[journal.bank].address, journal.identity)) {
        return "I3: the journal marks every sector of an image that its bank does not carry";
    }
    return NULL;
}

const char *fl_invariant(const struct fl_port *port)
{
    const char *broken = judge_records(port);

    if (broken == NULL) {
        broken = judge_key(port);
    }
    if (broken == NULL) {
        broken = judge_journal(port);
    }
    return broken;
}

void fl_decode(const struct fl_port *port, struct fl_outlook *outlook)
{
    struct fl_records records;
    struct fl_choice choice;

    memset(outlook, 0, sizeof *outlook);
    fl_records_scan(port, &records);
    if (fl_choose(port, &records, &choice) == FL_OK) {
        outlook->bootable = 1u;
        outlook->bank = choice.bank;
        outlook->data_format = choice.image.data_format;
        outlook->security_counter = choice.image.security_counter;
        memcpy(outlook->identity, choice.identity, FL_DIGEST_SIZE);
    }
    if (fl_key_read(port, outlook->key)) {
        outlook->key_valid = 1u;
    }
}
