#include "key.h"

#include "mem.h"
#include "phases.h"
#include "verify.h"

#define MAGIC       0x2059454Bu /* "KEY " */
#define VERSION     1u
#define COMMIT_WORD 0x54534146u /* "FAST" */

enum {
    AT_MAGIC = 0x00,
    AT_VERSION = 0x04,
    AT_IDENTITY = 0x08,
    AT_COVERS = 0x28,
    AT_CRC = 0x2C,
    COMMIT = 0x30,
    KEY_SIZE = 0x38
};
#define COMMIT_SIZE  ((uint32_t)KEY_SIZE - (uint32_t)COMMIT)

/* Steps whose fast variant goes on from what the old image's own step left. */
#define RESTS_ON_OLD (1u << FL_INIT_POST | 1u << FL_INIT_HANDSHAKE)

_Static_assert(AT_IDENTITY + FL_DIGEST_SIZE == AT_COVERS && AT_COVERS + 4 == AT_CRC &&
                   AT_CRC + 4 == COMMIT,
               "the CRC covers all before it, and ends the fields");
_Static_assert(COMMIT % 8 == 0 && COMMIT_SIZE == 8u, "the commit word is one ECC word of memory");
_Static_assert(KEY_SIZE <= FL_KEY_SLOT_SIZE, "the key fits its slot");
_Static_assert(FL_KEY_SLOT_SIZE == FL_BULK, "one fill takes the slot");

static uint32_t key_address(const struct fl_port *port)
{
    FL_ASSERT(port, port->layout->resident.address % FL_BULK == 0);
    FL_ASSERT(port, port->layout->resident.size >= FL_METADATA_SIZE);
    return port->layout->resident.address + FL_KEY_SLOT;
}

static void make_fields(const uint8_t *identity, uint32_t covers, uint8_t *raw)
{
    memset(raw, 0, COMMIT);
    fl_put32(raw + AT_MAGIC, MAGIC);
    fl_put32(raw + AT_VERSION, VERSION);
    memcpy(raw + AT_IDENTITY, identity, FL_DIGEST_SIZE);
    fl_put32(raw + AT_COVERS, covers);
    fl_put32(raw + AT_CRC, fl_crc32c(raw, AT_CRC));
}

/* Whether the commit word stands. The rest is not looked at where it does not. */
static bool is_committed(const struct fl_port *port)
{
    uint8_t raw[COMMIT_SIZE];

    FL_ASSERT(port, (key_address(port) + (uint32_t)COMMIT) % COMMIT_SIZE == 0);
    FL_ASSERT(port, port->layout->resident.size >= FL_METADATA_SIZE);
    return port->memory_read(port->board, key_address(port) + (uint32_t)COMMIT, raw, COMMIT_SIZE) ==
               FL_OK &&
           fl_get32(raw) == COMMIT_WORD;
}

bool fl_key_read(const struct fl_port *port, uint8_t *identity, uint32_t *covers)
{
    uint8_t expected[COMMIT];
    uint8_t raw[COMMIT];

    FL_ASSERT(port, identity != NULL);
    FL_ASSERT(port, covers != NULL);
    if (!is_committed(port) ||
        port->memory_read(port->board, key_address(port), raw, COMMIT) != FL_OK) {
        return false;
    }
    make_fields(raw + AT_IDENTITY, fl_get32(raw + AT_COVERS), expected);
    if (memcmp(raw, expected, COMMIT) != 0) {
        return false;
    }
    memcpy(identity, raw + AT_IDENTITY, FL_DIGEST_SIZE);
    *covers = fl_get32(raw + AT_COVERS);
    return true;
}

/* Stores to the key slot, and returns when they will survive a reset. */
static fl_status store(const struct fl_port *port, uint32_t offset, const uint8_t *bytes,
                       uint32_t size)
{
    uint32_t address = key_address(port) + offset;
    fl_status status = port->memory_write(port->board, address, bytes, size);

    FL_ASSERT(port, offset + size <= KEY_SIZE);
    FL_ASSERT(port, (offset | size) % 8u == 0);
    if (status == FL_OK) {
        status = port->cache_clean(port->board, address, size);
    }
    return status;
}

/* All of the slot at once: what a cut leaves of that is no key, and nothing of what was there
 * before is left to be looked at later. */
static fl_status refill(const struct fl_port *port)
{
    fl_status status = port->memory_fill(port->board, key_address(port), 0xFFu);

    FL_ASSERT(port, key_address(port) % FL_BULK == 0);
    if (status == FL_OK) {
        status = port->cache_clean(port->board, key_address(port), FL_KEY_SLOT_SIZE);
    }
    return status;
}

fl_status fl_key_blank(const struct fl_port *port)
{
    uint8_t raw[COMMIT_SIZE];

    FL_ASSERT(port, (key_address(port) + (uint32_t)COMMIT) % COMMIT_SIZE == 0);
    if (port->memory_read(port->board, key_address(port) + (uint32_t)COMMIT, raw, COMMIT_SIZE) ==
            FL_OK &&
        fl_is_filled(raw, 0xFFu, COMMIT_SIZE)) {
        return FL_OK;
    }
    return refill(port);
}

fl_status fl_key_create(const struct fl_port *port, const uint8_t *identity, uint32_t covers)
{
    uint8_t raw[KEY_SIZE] = {0};
    fl_status status = refill(port); /* whatever it held */

    FL_ASSERT(port, identity != NULL);
    FL_ASSERT(port, (covers & ~FL_INIT_HAS_FAST) == 0);
    make_fields(identity, covers, raw);
    fl_put32(raw + COMMIT, COMMIT_WORD);
    if (status == FL_OK) {
        status = store(port, 0, raw, COMMIT);
    }
    if (status == FL_OK) {
        status = store(port, COMMIT, raw + COMMIT, COMMIT_SIZE);
    }
    return status;
}

#define BLANK_TRIES 2u

/* Whether no key is left to be read again. A store may get lost on its way, and one that failed may
 * be in the cache only: then the slot is filled once more. */
static bool consume(const struct fl_port *port)
{
    uint8_t named[FL_DIGEST_SIZE];
    uint32_t covers = 0;
    bool gone = false;

    for (uint32_t tried = 0; tried < BLANK_TRIES && !gone; tried++) {
        fl_status status = tried == 0 ? fl_key_blank(port) : refill(port);

        gone = status == FL_OK && !fl_key_read(port, named, &covers);
    }
    return gone;
}

uint32_t fl_key_take(const struct fl_port *port, const uint8_t *identity)
{
    uint8_t named[FL_DIGEST_SIZE];
    uint32_t covers = 0;

    FL_ASSERT(port, identity != NULL);
    /* One that does not read, or is of another image, might do next time, and is no less gone. */
    if (!fl_key_read(port, named, &covers) || !fl_same_digest(named, identity)) {
        covers = 0;
    }
    return consume(port) ? covers : 0u;
}

/* What the fast variants may rest on: the machine state was good before the update began, and the
 * variables are set up. Where the old image itself took no self-test or handshake there is nothing
 * to go on from. Negotiated values are worth nothing when the transceivers were loaded
 * anew. */
static uint32_t covered(const struct fl_engine *engine, const struct fl_image *image)
{
    uint32_t covers = image->init_fast & FL_INIT_HAS_FAST;

    if ((engine->prepared & FL_PREPARED_PHY) != 0) {
        covers &= ~(1u << FL_INIT_HANDSHAKE);
    }
    return covers & ~(FL_NOT_TAKEN(engine->prepared) & RESTS_ON_OLD);
}

/* An image that was taken from its bank was not prepared by an update: it gets no key. */
fl_status fl_phase_key(struct fl_engine *engine, const struct fl_port *port)
{
    uint8_t identity[FL_DIGEST_SIZE];
    struct fl_image image;
    fl_status status = fl_manifest_read(port, fl_in_resident(port), &image, identity);

    FL_ASSERT(port, engine->phase == FL_PHASE_KEY);
    FL_ASSERT(port, (FL_NOT_TAKEN(engine->prepared) & ~FL_INIT_ALL) == 0);
    if (status == FL_OK && !fl_same_digest(identity, engine->pending)) {
        status = FL_E_OVERLAY;
    }
    if (status == FL_OK && !fl_is_from_bank(engine)) {
        status = fl_key_create(port, engine->pending, covered(engine, &image));
    }
    if (status != FL_OK) {
        return status;
    }
    fl_enter(engine, FL_PHASE_INIT);
    return FL_AGAIN;
}
