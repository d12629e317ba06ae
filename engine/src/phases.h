/* The phases of an update, one function each. fl_step() calls the one of engine->phase.
 *
 * The machine, phase by phase. An update runs down this list; what interrupts it is said at each.
 *
 *   phase    what it does in one step                what holds when it is entered
 *   ------   -------------------------------------   -----------------------------------------
 *   query    enters the update module; reads the     the active image runs from its resident
 *            running image's manifest                place, I/O goes on
 *   load     receives one chunk into staging         cursor bytes of the new image are staged
 *   check    manifest, then one segment, then        all of new_size bytes are staged
 *            compatibility
 *   branch   enters the new image's bootstrap        staging holds an authentic image, named by
 *                                                    pending, that may replace the active one
 *   flash    erases, programs, confirms one sector   code runs from staging; the newest record is
 *            of the other bank                       firm and names the active image
 *   quiesce  stops I/O                               the other bank carries pending, whole
 *   commit   appends the boot record                 the same, and I/O is stopped
 *   ------   the update can only go forward from here: a boot runs pending, whatever comes
 *   meminit  kills the key; judges staging again     the newest record names pending
 *   overlay  copies some units over the old image    there is no key
 *   verify   judges the resident image               all units are copied, as the CPU sees it
 *   clean    cleans and invalidates caches           the resident image is pending, as seen
 *   key      creates the key                         the same, and a reset would not change it
 *   init     light off, initialization, light on     the resident image may be executed
 *   resume   starts I/O                              pending runs
 *
 * Before the commit, fl_cancel() and every status but FL_OK and FL_AGAIN end the update: I/O goes
 * on, the active image has run all the time and runs on, staging and the other bank are scrap.
 * After the commit a failure goes back to meminit once, with the bank as source instead of staging.
 * If that fails too, no image runs: the phase is FL_PHASE_BOOT, and fl_boot() is what is left.
 *
 * A reset or power cut at any place means fl_boot(). It knows nothing of these phases. */
#ifndef FASTLOAD_PHASES_H
#define FASTLOAD_PHASES_H

#include <stdbool.h>

#include "fastload/engine.h"

/* Each: FL_AGAIN with phase and cursor moved on; FL_OK at the update's end; else why it ends. */
fl_status fl_phase_query(struct fl_engine *engine, const struct fl_port *port);
fl_status fl_phase_load(struct fl_engine *engine, const struct fl_port *port);
fl_status fl_phase_check(struct fl_engine *engine, const struct fl_port *port);
fl_status fl_phase_branch(struct fl_engine *engine, const struct fl_port *port);
fl_status fl_phase_flash(struct fl_engine *engine, const struct fl_port *port);
fl_status fl_phase_quiesce(struct fl_engine *engine, const struct fl_port *port);
fl_status fl_phase_commit(struct fl_engine *engine, const struct fl_port *port);
fl_status fl_phase_meminit(struct fl_engine *engine, const struct fl_port *port);
fl_status fl_phase_overlay(struct fl_engine *engine, const struct fl_port *port);
fl_status fl_phase_verify(struct fl_engine *engine, const struct fl_port *port);
fl_status fl_phase_clean(struct fl_engine *engine, const struct fl_port *port);
fl_status fl_phase_key(struct fl_engine *engine, const struct fl_port *port);
fl_status fl_phase_init(struct fl_engine *engine, const struct fl_port *port);
fl_status fl_phase_resume(struct fl_engine *engine, const struct fl_port *port);

/* Bit of the cursor in the phases from meminit to key: the source is the new bank, not staging. */
#define FL_FROM_BANK 0x80000000u

static inline bool fl_is_from_bank(const struct fl_engine *engine)
{
    return (engine->cursor & FL_FROM_BANK) != 0;
}

static inline void fl_enter(struct fl_engine *engine, fl_phase phase)
{
    engine->phase = (uint32_t)phase;
    engine->cursor = 0;
}

/* The same, and the source stays what it is. */
static inline void fl_enter_with_source(struct fl_engine *engine, fl_phase phase)
{
    engine->phase = (uint32_t)phase;
    engine->cursor &= FL_FROM_BANK;
}

static inline uint32_t fl_target_bank(const struct fl_engine *engine)
{
    return 1u - engine->running.bank;
}

#endif
