/* The phases that bring companions along: burnt before the commit, loaded behind it. */
#include "companion.h"
#include "mem.h"
#include "phases.h"
#include "source.h"

#define TURNS_PER_STEP 32u
_Static_assert(TURNS_PER_STEP *FL_COMPANION_ACCESSES + 64u < FL_STEP_OPERATIONS,
               "some units of a configuration are one step's work");

/* Burns a configuration as far as a step goes. The cursor is companion and turn. */
static fl_status burn(struct fl_engine *engine, const struct fl_port *port, struct fl_where from,
                      const struct fl_image *image)
{
    uint32_t source = engine->cursor & FL_FROM_BANK;
    uint32_t companion = FL_CURSOR_COMPANION(engine->cursor);
    uint32_t turn = FL_CURSOR_TURN(engine->cursor);
    fl_status status = FL_AGAIN;

    FL_ASSERT(port, companion < FL_COMPANIONS);
    for (uint32_t i = 0; i < TURNS_PER_STEP && status == FL_AGAIN; i++) {
        status = fl_companion_burn(port, from, image, (fl_companion)companion, &turn);
    }
    FL_ASSERT(port, turn == FL_CURSOR_TURN(turn)); /* companion and source keep their bits */
    engine->cursor = source | FL_CURSOR_AT(companion, turn);
    return status;
}

/* Before the commit: configuration flash only. What is active goes on. */
fl_status fl_phase_companions(struct fl_engine *engine, const struct fl_port *port)
{
    uint32_t companion = FL_CURSOR_COMPANION(engine->cursor);
    struct fl_where from;
    struct fl_image image;
    fl_status status = fl_source_read(engine, port, &from, &image);

    FL_ASSERT(port, engine->phase == FL_PHASE_COMPANIONS);
    FL_ASSERT(port, !fl_is_from_bank(engine));
    if (status == FL_OK) {
        status = burn(engine, port, from, &image);
    }
    if (status != FL_OK) {
        return status;
    }
    engine->cursor = FL_CURSOR_AT(companion + 1u, 0);
    if (companion + 1u == FL_COMPANIONS) {
        fl_enter(engine, FL_PHASE_QUIESCE);
    }
    return FL_AGAIN;
}

/* Behind the commit: what the new image needs becomes active. It was burnt before; where it does
 * not read any more it is burnt again. */
fl_status fl_phase_refresh(struct fl_engine *engine, const struct fl_port *port)
{
    uint32_t companion = FL_CURSOR_COMPANION(engine->cursor);
    uint32_t source = engine->cursor & FL_FROM_BANK;
    struct fl_where from;
    struct fl_image image;
    fl_status status = fl_source_read(engine, port, &from, &image);

    FL_ASSERT(port, engine->phase == FL_PHASE_REFRESH);
    FL_ASSERT(port, companion < FL_COMPANIONS);
    if (status == FL_OK && !fl_companion_is_active(port, &image, (fl_companion)companion)) {
        status = burn(engine, port, from, &image);
        if (status == FL_OK) {
            engine->prepared |= companion == (uint32_t)FL_PHY ? FL_PREPARED_PHY : 0u;
            status = fl_companion_load(port, &image, (fl_companion)companion);
        }
    }
    if (status != FL_OK) {
        return status;
    }
    engine->cursor = source | FL_CURSOR_AT(companion + 1u, 0);
    if (companion + 1u == FL_COMPANIONS) {
        fl_enter_with_source(engine, FL_PHASE_KEY);
    }
    return FL_AGAIN;
}
