/* What every operation keeps, and what a boot would do: both read the surviving state through the
 * code that boot itself reads it with. invariant.h tells the three parts. */
#include "fastload/invariant.h"

#include "choose.h"
#include "counter.h"
#include "data.h"
#include "journal.h"
#include "key.h"
#include "layout.h"
#include "mem.h"
#include "verify.h"

static bool carries(const struct fl_port *port, struct fl_where where, const uint8_t *identity)
{
    uint8_t actual[FL_DIGEST_SIZE];
    struct fl_image image;

    FL_ASSERT(port, identity != NULL || where.space == FL_FLASH); /* memory is never searched */
    return fl_image_verify(port, where, identity, &image, actual) == FL_OK;
}

/* Whether a boot would take this record, and find its image and its data. */
static bool is_good(const struct fl_port *port, const struct fl_record *record)
{
    uint8_t actual[FL_DIGEST_SIZE];
    struct fl_image image;

    FL_ASSERT(port, record->bank < 2u);
    FL_ASSERT(port, record->area < 2u);
    return fl_image_verify(port, fl_in_bank(port, record->bank), record->identity, &image,
                           actual) == FL_OK &&
           image.security_counter >= fl_counter_read(port) &&
           fl_data_fits(port, record->area, image.data_format);
}

/* I1. While the newest record is not firm, it may read as absent next time: the newest firm one is
 * needed as well. */
static const char *judge_records(const struct fl_port *port)
{
    struct fl_records records;
    const struct fl_record *newest;
    const struct fl_record *firm;

    fl_records_scan(port, &records);
    newest = fl_records_newest(&records);
    firm = fl_records_firm(&records);
    FL_ASSERT(port, newest != NULL || firm == NULL);
    FL_ASSERT(port, newest == NULL || newest->bank < 2u);
    if (newest == NULL) {
        return carries(port, fl_in_bank(port, 0), NULL) || carries(port, fl_in_bank(port, 1u), NULL)
                   ? NULL
                   : "I1: there is no boot record, and neither bank carries an authentic image";
    }
    if (!is_good(port, newest)) {
        return "I1: the bank that the newest boot record names does not carry its image, or the "
               "image may not run any more, or the data area is not in its format";
    }
    if (!newest->firm && firm != NULL && !is_good(port, firm)) {
        return "I1: the newest boot record is not firm, and the newest firm one is not good";
    }
    return NULL;
}

/* I2. */
static const char *judge_key(const struct fl_port *port)
{
    uint32_t covers = 0;
    uint8_t identity[FL_DIGEST_SIZE];

    if (fl_key_read(port, identity, &covers) && !carries(port, fl_in_resident(port), identity)) {
        return "I2: the fastload key names an image that is not in the resident place, whole";
    }
    return NULL;
}

/* I3. */
static const char *judge_journal(const struct fl_port *port)
{
    struct fl_journal journal;

    if (!fl_journal_is_complete(port, &journal)) {
        return NULL;
    }
    FL_ASSERT(port, journal.bank < 2u);
    FL_ASSERT(port, journal.sectors > 0);
    return carries(port, fl_in_bank(port, journal.bank), journal.identity)
               ? NULL
               : "I3: the journal marks every sector of an image that its bank does not carry";
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
    uint32_t covers = 0;

    FL_ASSERT(port, outlook != NULL);
    memset(outlook, 0, sizeof *outlook);
    fl_records_scan(port, &records);
    if (fl_choose(port, &records, &choice) == FL_OK) {
        FL_ASSERT(port, choice.bank < 2u && choice.area < 2u);
        outlook->bootable = 1u;
        outlook->bank = choice.bank;
        outlook->data_area = choice.area;
        outlook->data_format = choice.image.data_format;
        outlook->security_counter = choice.image.security_counter;
        memcpy(outlook->identity, choice.identity, FL_DIGEST_SIZE);
    }
    if (fl_key_read(port, outlook->key, &covers)) {
        outlook->key_valid = 1u;
    }
}

fl_status fl_data_look(const struct fl_port *port, uint32_t item, uint32_t *value, uint32_t *format)
{
    struct fl_records records;
    struct fl_choice choice;
    fl_status status;

    fl_records_scan(port, &records);
    status = fl_choose(port, &records, &choice);
    if (status != FL_OK) {
        return status;
    }
    FL_ASSERT(port, choice.bank < 2u);
    FL_ASSERT(port, choice.area < 2u);
    *format = fl_data_format(port, choice.area);
    return fl_data_get(port, choice.area, choice.image.data_format, item, value);
}
