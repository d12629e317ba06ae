/* Persistent data of the toy engine: a log in one of two sectors. Its header is programmed last, so
 * that the newer sealed sector holds the data. */
#include <string.h>

#include "toy.h"

#define ITEMS   3u
#define ENTRIES 5u /* of a sector: few, so that it is compacted often */
#define SEAL    0x5ea1ed00u

struct entry {
    uint32_t number, value; /* of an item, or of a seal: sequence number */
    uint32_t check, check_again;
};

struct sector {
    bool sealed;
    uint32_t sequence, used;
    bool there[ITEMS];
    uint32_t value[ITEMS];
};

static struct relight_engine engine;

static struct entry make(uint32_t number, uint32_t value)
{
    uint32_t check = (number * 2654435761u) ^ (value + 0x9e3779b9u);

    return (struct entry){number, value, check, ~check};
}

static uint32_t place(const struct relight_services *s, uint32_t sector, uint32_t slot)
{
    return s->geometry->data[0].address + sector * s->geometry->sector_size +
           slot * (uint32_t)sizeof(struct entry);
}

static bool good(const struct entry *entry)
{
    struct entry right = make(entry->number, entry->value);

    return memcmp(entry, &right, sizeof right) == 0;
}

static bool blank(const struct entry *entry)
{
    struct entry erased;

    memset(&erased, 0xFF, sizeof erased);
    return memcmp(entry, &erased, sizeof erased) == 0;
}

/* One that does not read is used, and holds nothing. */
static relight_result read_entry(const struct relight_services *s, uint32_t sector, uint32_t slot,
                                 struct entry *entry)
{
    return s->flash_read(s->host, place(s, sector, slot), entry, sizeof *entry);
}

static void read_sector(const struct relight_services *s, uint32_t at, struct sector *sector)
{
    struct entry entry;

    memset(sector, 0, sizeof *sector);
    if (read_entry(s, at, 0, &entry) == RELIGHT_OK && good(&entry) && entry.number == SEAL) {
        sector->sealed = true;
        sector->sequence = entry.value;
    }
    for (uint32_t slot = 1; slot <= ENTRIES; slot++) {
        bool reads = read_entry(s, at, slot, &entry) == RELIGHT_OK;

        if (reads && blank(&entry)) {
            continue;
        }
        sector->used = slot;
        if (reads && good(&entry) && entry.number < ITEMS &&
            !(toy_fault == TOY_KEEPS_FIRST && sector->there[entry.number])) {
            sector->there[entry.number] = true;
            sector->value[entry.number] = entry.value;
        }
    }
}

/* The sector that holds the data; false when none does. */
static bool find(const struct relight_services *s, uint32_t *at, struct sector *sector)
{
    struct sector other;

    read_sector(s, 0, sector);
    read_sector(s, 1, &other);
    *at = other.sealed && (!sector->sealed || other.sequence > sector->sequence);
    if (*at == 1) {
        *sector = other;
    }
    return sector->sealed;
}

static bool put(const struct relight_services *s, uint32_t at, uint32_t slot, uint32_t number,
                uint32_t value)
{
    struct entry entry = make(number, value);

    return s->flash_program(s->host, place(s, at, slot), &entry, sizeof entry) == RELIGHT_OK;
}

/* What counts of `sector`, at `at`, into the other one. */
static void compact(const struct relight_services *s, uint32_t *at, struct sector *sector)
{
    uint32_t to = 1u - *at;

    if (toy_fault == TOY_ERASES_FIRST) {
        (void)s->flash_erase(s->host, place(s, *at, 0));
    }
    (void)s->flash_erase(s->host, place(s, to, 0));
    sector->used = 0;
    for (uint32_t item = 0; item < ITEMS; item++) {
        if (sector->there[item]) {
            (void)put(s, to, ++sector->used, item, sector->value[item]);
        }
    }
    (void)put(s, to, 0, SEAL, ++sector->sequence);
    *at = to;
}

static bool data_write(void *context, const struct relight_services *s, uint32_t item,
                       uint32_t value)
{
    struct sector sector;
    uint32_t at;

    (void)context;
    if (!find(s, &at, &sector) || sector.used == ENTRIES) {
        compact(s, &at, &sector);
    }
    if (toy_fault == TOY_FORGETS && value % 4u == 0) {
        return true;
    }
    return put(s, at, sector.used + 1u, item, value);
}

static bool data_read(const struct relight_services *s, uint32_t item, uint32_t *value,
                      uint32_t *format)
{
    bool new = toy_is_marked(s);
    struct sector sector;
    uint32_t at;

    if (item >= ITEMS || !find(s, &at, &sector) || !sector.there[item]) {
        return false;
    }
    *value = sector.value[item] + (new &&toy_fault == TOY_CONVERTS_WRONGLY &&item == 1);
    *format = new &&toy_fault != TOY_KEEPS_FORMAT ? 2 : 1;
    return true;
}

void toy_with_data(struct toy *toy, uint32_t every)
{
    engine = toy_engine;
    engine.data_items = ITEMS;
    engine.data_write = data_write;
    engine.data_read = data_read;
    toy->handle.engine = &engine;
    toy->cell.world.data_every = every;
    toy_image(toy, 1, 2, 1);
}
