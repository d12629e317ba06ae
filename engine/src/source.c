#include "source.h"

#include "mem.h"
#include "phases.h"

fl_status fl_source_read(const struct fl_engine *engine, const struct fl_port *port,
                         struct fl_where *from, struct fl_image *image)
{
    FL_ASSERT(port, from != NULL && image != NULL);
    FL_ASSERT(port, engine->new_size > 0);
    *from =
        fl_is_from_bank(engine) ? fl_in_bank(port, fl_target_bank(engine)) : fl_in_staging(port);
    return fl_manifest_expect(port, *from, engine->pending, image);
}
