#include "source.h"

#include "mem.h"
#include "phases.h"

fl_status fl_source_read(const struct fl_engine *engine, const struct fl_port *port,
                         struct fl_where *from, struct fl_image *image)
{
    uint8_t identity[FL_DIGEST_SIZE];
    fl_status status;

    FL_ASSERT(port, from != NULL && image != NULL);
    FL_ASSERT(port, engine->new_size > 0);
    *from =
        fl_is_from_bank(engine) ? fl_in_bank(port, fl_target_bank(engine)) : fl_in_staging(port);
    status = fl_manifest_read(port, *from, image, identity);
    return status == FL_OK && !fl_same_digest(identity, engine->pending) ? FL_E_DIGEST : status;
}
