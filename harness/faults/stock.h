/* Images that a scenario's sender, or its memory, may come to have in place of the new one: all
 * corruptions of it (images/corrupt.h), and all versions beside it (images/versions.h). Made when
 * they are asked for, and kept; known by their numbers in those lists. */
#ifndef RELIGHT_FAULTS_STOCK_H
#define RELIGHT_FAULTS_STOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "board/board.h"

struct rl_stock_image {
    char name[96];
    uint32_t *data; /* numbers of its pages */
    uint32_t pages;
    const char *owed; /* the status that an engine which runs the old image has to refuse it with;
                         NULL: it may take it */
    struct rl_link link; /* a sender that has this image; its times are not used */
};

/* The images as they are, borrowed; `device` is the board's. For boards of one page store. */
struct rl_stock *rl_stock_new(const uint8_t *old_image, size_t old_size, const uint8_t *new_image,
                              size_t new_size, const struct rl_device *device);
void rl_stock_free(struct rl_stock *stock);

/* How many there are. What takes the device's key to make is there only where this is the test key.
 */
uint32_t rl_stock_corruptions(const struct rl_stock *stock);
uint32_t rl_stock_versions(const struct rl_stock *stock);
/* One of them; NULL when there is none of this number, or none can be made. */
const struct rl_stock_image *rl_stock_corruption(struct rl_stock *stock, uint32_t number);
const struct rl_stock_image *rl_stock_version(struct rl_stock *stock, uint32_t number);

/* The new image up to page `from`, and from there on `image`: the same of that. */
const char *rl_stock_owed(struct rl_stock *stock, const struct rl_stock_image *image,
                          uint32_t from);
/* Whether the two differ in any of `count` pages from `first` on. */
bool rl_stock_differs(const struct rl_stock *stock, const struct rl_stock_image *image,
                      uint32_t first, uint32_t count);
/* Whether the identity is that of the old or of the new image. */
bool rl_stock_knows(const struct rl_stock *stock, const uint8_t identity[32]);
/* The lower security counter of the two. */
uint32_t rl_stock_least_counter(const struct rl_stock *stock);
/* Of the new image. */
uint32_t rl_stock_new_pages(const struct rl_stock *stock);

#endif
