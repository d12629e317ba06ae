/* Quiesce and commit: I/O stops, and one record makes the new image the one that boots. */
#include "mem.h"
#include "phases.h"
#include "record.h"
#include "verify.h"

fl_status fl_settle(const struct fl_engine *engine, const struct fl_port *port)
{
    struct fl_entry entry = {engine->running.bank, engine->running.data_area,
                             engine->running.active};
    struct fl_records records;

    FL_ASSERT(port, entry.bank < 2u);
    FL_ASSERT(port, entry.area < 2u);
    fl_records_scan(port, &records);
    return fl_records_settle(port, &records, &entry, true);
}

/* Commands were served since the bank was verified. From here on none are until the new image's
 * record stands, and that is a promise that the bank has it. */
fl_status fl_phase_quiesce(struct fl_engine *engine, const struct fl_port *port)
{
    struct fl_where bank = fl_in_bank(port, fl_target_bank(engine));
    uint8_t identity[FL_DIGEST_SIZE];
    struct fl_image image;
    fl_status status = fl_image_verify(port, bank, engine->pending, &image, identity);

    FL_ASSERT(port, engine->phase == FL_PHASE_QUIESCE);
    FL_ASSERT(port, engine->new_size > 0 && engine->new_area < 2u);
    if (status == FL_OK) {
        status = port->set_io(port->board, false);
    }
    if (status != FL_OK) {
        return status;
    }
    fl_enter(engine, FL_PHASE_CATCH_UP);
    return FL_AGAIN;
}

/* Whether a boot would now take the new image. */
static bool is_committed(const struct fl_engine *engine, const struct fl_port *port)
{
    struct fl_records records;
    const struct fl_record *newest;

    fl_records_scan(port, &records);
    newest = fl_records_newest(&records);
    FL_ASSERT(port, engine->phase == FL_PHASE_COMMIT);
    FL_ASSERT(port, newest == NULL || newest->area < 2u);
    return newest != NULL && newest->bank == fl_target_bank(engine) &&
           newest->area == engine->new_area && fl_same_digest(newest->identity, engine->pending);
}

/* A record that failed half-way may have its seal all the same. What a boot would read decides, not
 * what the write said. The old image goes on only if a boot would run it, too: when it is no record
 * now, that of the old image is written again, so that it stays none. */
fl_status fl_phase_commit(struct fl_engine *engine, const struct fl_port *port)
{
    struct fl_entry entry = {fl_target_bank(engine), engine->new_area, engine->pending};
    struct fl_records records;
    fl_status status;

    FL_ASSERT(port, engine->phase == FL_PHASE_COMMIT);
    FL_ASSERT(port, !fl_same_digest(engine->pending, engine->running.active));
    fl_records_scan(port, &records);
    status = fl_record_commit(port, &records, engine->running.bank, &entry);
    if (status != FL_OK && !is_committed(engine, port)) {
        if (fl_settle(engine, port) != FL_OK) {
            /* Flash does not tell, and takes no record of the old image: a boot decides. */
            fl_enter(engine, FL_PHASE_BOOT);
        }
        return status;
    }
    fl_enter(engine, FL_PHASE_MEMINIT);
    return FL_AGAIN;
}
