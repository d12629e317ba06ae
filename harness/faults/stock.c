#include "faults/stock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board/heap.h"
#include "images/build.h"
#include "images/corrupt.h"
#include "images/facts.h"
#include "images/offer.h"
#include "images/versions.h"

struct rl_stock {
    const uint8_t *old_image, *new_image;
    size_t old_size, new_size;
    const struct rl_device *device;
    struct rl_key key;
    bool has_key; /* the device trusts the test key, which anybody can sign with */
    uint32_t *data;
    uint32_t pages; /* of the new image */
    struct rl_corruptions corruptions;
    struct rl_version *versions;
    uint32_t version_count;
    struct rl_stock_image **corrupted, **other; /* by number; NULL until asked for */
    uint8_t *bytes, *mixed, *room;
};

static uint32_t *pages_of(const uint8_t *bytes, size_t size)
{
    uint32_t *data = rl_malloc((size / RL_PAGE + 1u) * sizeof *data);

    for (size_t i = 0; i < size / RL_PAGE; i++) {
        data[i] = rl_pages_data(bytes + i * RL_PAGE);
    }
    return data;
}

struct rl_stock *rl_stock_new(const uint8_t *old_image, size_t old_size, const uint8_t *new_image,
                              size_t new_size, const struct rl_device *device)
{
    struct rl_stock *stock = rl_calloc(1, sizeof *stock);
    size_t larger = RL_CORRUPTED_MAX(old_size > new_size ? old_size : new_size);

    stock->old_image = old_image;
    stock->old_size = old_size;
    stock->new_image = new_image;
    stock->new_size = new_size;
    stock->device = device;
    rl_key_test(&stock->key);
    stock->has_key =
        memcmp(stock->key.public_key, device->public_key, sizeof device->public_key) == 0;
    stock->data = pages_of(new_image, new_size);
    stock->pages = (uint32_t)(new_size / RL_PAGE);
    if (!rl_corruptions_init(&stock->corruptions, new_image, new_size, stock->has_key)) {
        rl_out_of_memory();
    }
    stock->version_count = stock->has_key ? rl_versions(NULL) : 0;
    stock->versions = rl_calloc(stock->version_count + 1u, sizeof *stock->versions);
    if (stock->has_key) {
        (void)rl_versions(stock->versions);
    }
    stock->corrupted = rl_calloc(stock->corruptions.count + 1u, sizeof *stock->corrupted);
    stock->other = rl_calloc(stock->version_count + 1u, sizeof *stock->other);
    stock->bytes = rl_malloc(larger);
    stock->mixed = rl_malloc(larger);
    stock->room = rl_malloc(device->geometry.bank[0].size);
    return stock;
}

static void free_images(struct rl_stock_image **images, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (images[i] != NULL) {
            free(images[i]->data);
            free(images[i]);
        }
    }
    free(images);
}

void rl_stock_free(struct rl_stock *stock)
{
    if (stock == NULL) {
        return;
    }
    free_images(stock->corrupted, stock->corruptions.count);
    free_images(stock->other, stock->version_count);
    rl_corruptions_free(&stock->corruptions);
    free(stock->versions);
    free(stock->data);
    free(stock->bytes);
    free(stock->mixed);
    free(stock->room);
    free(stock);
}

uint32_t rl_stock_corruptions(const struct rl_stock *stock)
{
    return stock->corruptions.count;
}

uint32_t rl_stock_versions(const struct rl_stock *stock)
{
    return stock->version_count;
}

bool rl_stock_knows(const struct rl_stock *stock, const uint8_t identity[32])
{
    uint8_t known[2][32];

    rl_image_identity(stock->old_image, known[0]);
    rl_image_identity(stock->new_image, known[1]);
    return memcmp(known[0], identity, 32) == 0 || memcmp(known[1], identity, 32) == 0;
}

uint32_t rl_stock_least_counter(const struct rl_stock *stock)
{
    struct rl_image_facts facts[2];

    rl_image_facts(stock->old_image, stock->old_size, &facts[0]);
    rl_image_facts(stock->new_image, stock->new_size, &facts[1]);
    return facts[0].security_counter < facts[1].security_counter ? facts[0].security_counter
                                                                 : facts[1].security_counter;
}

uint32_t rl_stock_new_pages(const struct rl_stock *stock)
{
    return stock->pages;
}

/* A sender that has the image. */
static uint32_t send(void *user, uint32_t first, uint32_t most, uint32_t *data)
{
    const struct rl_stock_image *image = user;
    uint32_t count = 0;

    while (count < most && first + count < image->pages) {
        data[count] = image->data[first + count];
        count++;
    }
    return count;
}

static const char *judge(struct rl_stock *stock, const uint8_t *bytes, size_t size)
{
    struct rl_offer offer = {stock->old_image,         stock->old_size,          bytes, size,
                             &stock->device->geometry, stock->device->public_key};

    return rl_offer_refused_as(&offer, stock->room);
}

/* Keeps what was made in stock->bytes. */
static struct rl_stock_image *keep(struct rl_stock *stock, size_t size)
{
    struct rl_stock_image *image = rl_calloc(1, sizeof *image);

    image->data = pages_of(stock->bytes, size);
    image->pages = (uint32_t)(size / RL_PAGE);
    image->owed = judge(stock, stock->bytes, size);
    image->link = (struct rl_link){.user = image, .pages = send};
    return image;
}

const struct rl_stock_image *rl_stock_corruption(struct rl_stock *stock, uint32_t number)
{
    const struct rl_corruption *corruption;
    struct rl_stock_image **place;

    if (number >= stock->corruptions.count) {
        return NULL;
    }
    place = &stock->corrupted[number];
    corruption = &stock->corruptions.list[number];
    if (*place == NULL) {
        *place = keep(stock, rl_corruption_make(corruption, stock->new_image, stock->new_size,
                                                &stock->key, stock->bytes));
        (void)snprintf((*place)->name, sizeof(*place)->name, "%s", corruption->name);
    }
    return *place;
}

const struct rl_stock_image *rl_stock_version(struct rl_stock *stock, uint32_t number)
{
    const struct rl_version_base base = {stock->old_image, stock->new_image, stock->old_size,
                                         stock->new_size, stock->device->geometry.hardware_level};
    struct rl_stock_image **place;
    size_t size;

    if (number >= stock->version_count) {
        return NULL;
    }
    place = &stock->other[number];
    if (*place == NULL) {
        size = rl_version_make(&stock->versions[number], &base, &stock->key, stock->bytes);
        *place = keep(stock, size);
        rl_version_name(&stock->versions[number], (*place)->name, sizeof(*place)->name);
    }
    return (*place)->pages == 0 ? NULL : *place;
}

const char *rl_stock_owed(struct rl_stock *stock, const struct rl_stock_image *image, uint32_t from)
{
    uint32_t pages = image->pages;

    if (from == 0) {
        return image->owed;
    }
    if (from >= pages) {
        pages = from < stock->pages ? from : stock->pages; /* it ends where it begins */
    }
    for (uint32_t i = 0; i < pages; i++) {
        uint32_t data = i < from && i < stock->pages ? stock->data[i] : image->data[i];

        memcpy(stock->mixed + (size_t)i * RL_PAGE, rl_pages_bytes(data), RL_PAGE);
    }
    return judge(stock, stock->mixed, (size_t)pages * RL_PAGE);
}

bool rl_stock_differs(const struct rl_stock *stock, const struct rl_stock_image *image,
                      uint32_t first, uint32_t count)
{
    for (uint32_t i = first; i < first + count; i++) {
        bool here = i < stock->pages;
        bool there = i < image->pages;

        if (here != there || (here && stock->data[i] != image->data[i])) {
            return true;
        }
    }
    return false;
}
