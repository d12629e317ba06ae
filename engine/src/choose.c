#include "choose.h"

#include "mem.h"
#include "verify.h"

static bool try_bank(const struct fl_port *port, uint32_t bank, const uint8_t *wanted,
                     struct fl_choice *choice)
{
    FL_ASSERT(port, bank < 2u);
    choice->bank = bank;
    return fl_image_verify(port, FL_FLASH, port->layout->bank[bank].address, wanted, &choice->image,
                           choice->identity) == FL_OK;
}

fl_status fl_choose(const struct fl_port *port, const struct fl_records *records,
                    struct fl_choice *choice)
{
    const struct fl_record *newest = fl_records_newest(records);
    uint32_t other;

    FL_ASSERT(port, choice != NULL);
    choice->is_fallback = false;
    if (newest == NULL) {
        return try_bank(port, 0, NULL, choice) || try_bank(port, 1u, NULL, choice) ? FL_OK
                                                                                   : FL_E_NO_IMAGE;
    }
    if (try_bank(port, newest->bank, newest->identity, choice)) {
        return FL_OK;
    }
    choice->is_fallback = true;
    other = 1u - newest->bank;
    return records->known[other] && try_bank(port, other, records->bank[other].identity, choice)
               ? FL_OK
               : FL_E_NO_IMAGE;
}
