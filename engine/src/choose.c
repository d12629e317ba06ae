#include "choose.h"

#include "counter.h"
#include "data.h"
#include "mem.h"
#include "verify.h"

/* Without a record the format of the data is all that says where it is: data of the image's format
 * first, then an area that it may begin. */
static uint32_t find_area(const struct fl_port *port, uint32_t format)
{
    FL_ASSERT(port, port->layout->data[0].address != port->layout->data[1].address);
    FL_ASSERT(port, port->layout->data[0].size == port->layout->data[1].size);
    for (uint32_t area = 0; area < 2u; area++) {
        if (fl_data_format(port, area) == format) {
            return area;
        }
    }
    return !fl_data_fits(port, 0, format) && fl_data_fits(port, 1u, format) ? 1u : 0;
}

static bool try_bank(const struct fl_port *port, uint32_t bank, const struct fl_record *record,
                     struct fl_choice *choice)
{
    const uint8_t *wanted = record == NULL ? NULL : record->identity;

    FL_ASSERT(port, bank < 2u);
    FL_ASSERT(port, record == NULL || record->bank == bank);
    choice->bank = bank;
    choice->area = record == NULL ? 0 : record->area;
    if (fl_image_verify(port, fl_in_bank(port, bank), wanted, &choice->image, choice->identity) !=
            FL_OK ||
        choice->image.security_counter < choice->counter) {
        return false;
    }
    if (record == NULL) {
        choice->area = find_area(port, choice->image.data_format);
    }
    return true;
}

fl_status fl_choose(const struct fl_port *port, const struct fl_records *records,
                    struct fl_choice *choice)
{
    const struct fl_record *newest = fl_records_newest(records);
    const struct fl_record *other;

    FL_ASSERT(port, choice != NULL);
    FL_ASSERT(port, newest == NULL || (newest->bank < 2u && newest->area < 2u));
    choice->is_fallback = false;
    choice->counter = fl_counter_read(port);
    if (records->unreachable) {
        return FL_E_IO; /* the newest record may be there: an older one is no answer */
    }
    if (newest == NULL) {
        return try_bank(port, 0, NULL, choice) || try_bank(port, 1u, NULL, choice) ? FL_OK
                                                                                   : FL_E_NO_IMAGE;
    }
    if (try_bank(port, newest->bank, newest, choice)) {
        return FL_OK;
    }
    choice->is_fallback = true;
    other = fl_records_of(records, 1u - newest->bank);
    return other != NULL && try_bank(port, other->bank, other, choice) ? FL_OK : FL_E_NO_IMAGE;
}
