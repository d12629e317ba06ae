#include "images/offer.h"

#include <stdbool.h>
#include <string.h>

#include "fastload/engine.h"
#include "images/inspect.h"

#define METADATA     0x400u
#define COUNTER_MOST 255u
#define PAGE         256u
#define FORMATS      3u

/* The first segment whose place ends beyond the resident region is refused for that, unless the
 * table has an earlier fault. */
static fl_status judge_places(const struct rl_inspection *new, const struct relight_geometry *g)
{
    if (new->manifest != FL_OK &&new->manifest != FL_E_MODULE &&new->manifest != FL_E_PLACE) {
        return new->manifest;
    }
    for (uint32_t i = 0; i < new->segment_count &&i < RL_INSPECT_SEGMENTS; i++) {
        const struct rl_inspect_segment *segment = &new->segments[i];

        if (segment->type <= 2u &&
            (uint64_t)segment->place + segment->range.size > g->resident.size) {
            return FL_E_PLACE;
        }
    }
    return new->manifest;
}

/* Converters lead from a format to the next, and from 3 to 2: docs/design.md, "Persistent data". */
static bool converts(uint32_t from, uint32_t to)
{
    return from >= 1u && to >= 1u && from <= FORMATS && to <= FORMATS &&
           (from < to || (from == 3u && to == 2u));
}

static bool takes_data(const struct rl_inspection *old, const struct rl_inspection *new)
{
    return old->data_format == new->data_format ||
           (old->data_format >= new->data_reads_min &&
            old->data_format <= new->data_reads_max &&converts(old->data_format, new->data_format));
}

static bool is_in_reach(const struct rl_inspection *old, const struct rl_inspection *new,
                        const struct relight_geometry *g)
{
    uint32_t limit = g->otp.size / g->granule_size;

    limit = limit < COUNTER_MOST ? limit : COUNTER_MOST;
    return new->security_counter >= old->security_counter &&new->security_counter <= limit;
}

static bool has_room(const struct rl_inspection *new, const struct relight_geometry *g)
{
    for (uint32_t i = 0; i < new->segment_count; i++) {
        uint32_t type = new->segments[i].type;

        /* The last unit of configuration flash is the seal's. */
        if (type >= 3u && (uint64_t) new->segments[i].range.size + PAGE >
                              g->companion[type - 3u].configuration.size) {
            return false;
        }
    }
    return true;
}

/* What the manifest alone tells, held against the image that runs and the board. */
static fl_status judge_fit(const struct rl_inspection *old, const struct rl_inspection *new,
                           const struct relight_geometry *g)
{
    if (new->hardware_min > g->hardware_level) {
        return FL_E_HARDWARE;
    }
    if (!takes_data(old, new)) {
        return FL_E_DATA_FORMAT;
    }
    if ((old->capabilities & ~new->capabilities) != 0) {
        return FL_E_CAPABILITY;
    }
    if (!is_in_reach(old, new, g)) {
        return FL_E_SECURITY_COUNTER;
    }
    if (memcmp(old->identity, new->identity, sizeof old->identity) == 0) {
        return FL_E_SAME_IMAGE;
    }
    if (new->start_address != g->resident.address) {
        return FL_E_START_ADDRESS;
    }
    if (old->level < new->level_min) {
        return FL_E_LEVEL;
    }
    if (!g->staging_executes || new->total_size > g->staging.size) {
        return FL_E_STAGING;
    }
    return has_room(new, g) ? FL_OK : FL_E_COMPANION;
}

/* What takes all of its bytes: signature, reserved area and key slot, digests. */
static fl_status judge_seals(const struct rl_inspection *new, const uint8_t *bytes)
{
    fl_status status = FL_OK;

    if (new->signature != RL_SIGNATURE_GOOD) {
        return FL_E_SIGNATURE;
    }
    for (uint32_t at = 0x2C0; at < METADATA; at++) {
        status = bytes[at] != 0xFF ? FL_E_FORMAT : status;
    }
    for (uint32_t i = 0; i < new->segment_count &&status == FL_OK; i++) {
        if (memcmp(new->segments[i].stored, new->segments[i].computed, 32) != 0) {
            status = FL_E_DIGEST;
        }
    }
    return status;
}

static fl_status judge_all(const struct rl_offer *offer, uint8_t *room)
{
    const struct relight_geometry *g = offer->geometry;
    size_t size = offer->size < g->bank[0].size ? offer->size : g->bank[0].size;
    struct rl_inspection old;
    struct rl_inspection new;
    fl_status status;

    if (offer->size < METADATA) {
        return FL_E_SENDER;
    }
    /* An engine cannot know how much will come: what it may hold is its bound. */
    memset(room, 0, g->bank[0].size);
    memcpy(room, offer->bytes, size);
    rl_image_inspect(offer->running, offer->running_size, NULL, &old);
    rl_image_inspect(room, g->bank[0].size, offer->public_key, &new);
    status = judge_places(&new, g);
    if (status == FL_OK) {
        status = judge_fit(&old, &new, g);
    }
    if (status == FL_OK && new.total_size > offer->size) {
        status = FL_E_SENDER;
    }
    return status == FL_OK ? judge_seals(&new, room) : status;
}

const char *rl_offer_refused_as(const struct rl_offer *offer, uint8_t *room)
{
    fl_status status = judge_all(offer, room);

    return status == FL_OK ? NULL : fl_status_name(status);
}
