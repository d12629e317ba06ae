/* The phases of an update, one function each. fl_step() calls the one of engine->phase.
 *
 * The machine, phase by phase. An update runs down this list; what interrupts it is said at each.
 *
 *   phase       what it does in one step                 what holds when it is entered
 *   ---------   --------------------------------------   ----------------------------------------
 *   query       judges the running image in memory;      the active image runs from its resident
 *               enters the update module                 place, I/O goes on
 *   load        receives one chunk into staging; judges  cursor bytes of the new image are staged
 *               the offer by its manifest
 *   check       manifest, then one segment, then the     all of new_size bytes are staged
 *               offer again, now signed for
 *   branch      writes the handover, raises the          staging holds an authentic image, named by
 *               interrupt                                pending, that may replace the active one
 *   away        nothing: the new image's build works     the same, and the handover names it
 *   ---------   --------------------------------------   fl_take_over(), in the new image's build
 *   bridge      settles the record; converts an item of  code runs from staging
 *               persistent data into the other area
 *   flash       erases, programs, confirms one sector    the newest record is firm and names the
 *               of the other bank                        active image; new_area fits pending
 *   companions  burns some units of a configuration      the other bank carries pending, whole
 *   quiesce     stops I/O                                all is there that a boot of pending needs
 *   catch-up    converts what changed since              I/O is stopped
 *   commit      appends the boot record                  new_area holds all of the data
 *   ---------   --------------------------------------   the update can only go forward from here:
 *                                                        a boot runs pending, whatever comes
 *   meminit     kills the key; judges staging again;     the newest record names pending
 *               registers, buffers, caches, variables
 *   overlay     copies some units over the old image     there is no key
 *   verify      judges the resident image                all units are copied, as the CPU sees it
 *   clean       cleans and invalidates caches            the resident image is pending, as seen
 *   refresh     loads companions                         the same, and a reset would not change it
 *   key         creates the key                          the companions run what pending needs
 *   init        light off, initialization, light on      the resident image may be executed
 *   resume      starts I/O                               pending runs
 *   finish      settles the record, raises the security  pending runs, I/O goes on
 *               counter, flushes staging
 *
 * Before the commit, fl_cancel() and every status but FL_OK and FL_AGAIN end the update: I/O goes
 * on, the active image has run all the time and runs on, staging, the other bank and the other data
 * area are scrap. The new image's build then is in phase away, and the old one's takes over again.
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
fl_status fl_phase_bridge(struct fl_engine *engine, const struct fl_port *port);
fl_status fl_phase_flash(struct fl_engine *engine, const struct fl_port *port);
fl_status fl_phase_quiesce(struct fl_engine *engine, const struct fl_port *port);
fl_status fl_phase_companions(struct fl_engine *engine, const struct fl_port *port);
fl_status fl_phase_catch_up(struct fl_engine *engine, const struct fl_port *port);
fl_status fl_phase_commit(struct fl_engine *engine, const struct fl_port *port);
fl_status fl_phase_meminit(struct fl_engine *engine, const struct fl_port *port);
fl_status fl_phase_overlay(struct fl_engine *engine, const struct fl_port *port);
fl_status fl_phase_verify(struct fl_engine *engine, const struct fl_port *port);
fl_status fl_phase_clean(struct fl_engine *engine, const struct fl_port *port);
fl_status fl_phase_refresh(struct fl_engine *engine, const struct fl_port *port);
fl_status fl_phase_key(struct fl_engine *engine, const struct fl_port *port);
fl_status fl_phase_init(struct fl_engine *engine, const struct fl_port *port);
fl_status fl_phase_resume(struct fl_engine *engine, const struct fl_port *port);
fl_status fl_phase_finish(struct fl_engine *engine, const struct fl_port *port);

/* Makes sure that the newest boot record is firm and names what runs. */
fl_status fl_settle(const struct fl_engine *engine, const struct fl_port *port);

/* Bits of engine->prepared above those of fl_preparation: the transceivers were loaded anew; and,
 * of a mask of fl_init_step, those that the old image did not take. */
#define FL_PREPARED_PHY               (1u << FL_PREPARATION_COUNT)
#define FL_PREPARED_NOT_TAKEN(steps)  ((uint32_t)(steps) << (FL_PREPARATION_COUNT + 1))
#define FL_NOT_TAKEN(prepared)        ((prepared) >> (FL_PREPARATION_COUNT + 1))

/* Bit of the cursor in the phases from meminit to key: the source is the new bank, not staging. */
#define FL_FROM_BANK                  0x80000000u

/* Below it, in phases companions and refresh: which companion, and the turn of its burning. */
#define FL_CURSOR_AT(companion, turn) ((uint32_t)(companion) << 28 | (turn))
#define FL_CURSOR_COMPANION(cursor)   ((cursor) >> 28 & 3u)
#define FL_CURSOR_TURN(cursor)        ((cursor)&0x0FFFFFFFu)

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
