/* What the tests of the image format share: an image to start from, changes to it, and what both
 * readers have to answer. */
#ifndef IMAGE_RIG_H
#define IMAGE_RIG_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "fastload/image.h"

/* The image that all tests start from: runtime 0x400 to 0x1000, data 0x1000 to 0x1400, modules at
 * 0x400, 0x800 and 0xC00 of 0x400 bytes each; each segment's place is where it is stored. */
#define TOTAL      0x1400u
#define SEGMENT(i) (FL_SEGMENT_TABLE + (i)*FL_SEGMENT_ENTRY_SIZE)
#define MODULE(i)  (FL_H_MODULES + (i)*8u)

extern uint8_t pristine[TOTAL];

/* Fills `pristine`: the set-up of a group of tests. */
int make_pristine(void **state);
/* The header CRC that fits. */
void repair_crc(uint8_t *image);
/* Both readers answer `expected`; a refusal leaves nothing in what the engine's reader fills. */
void expect(const uint8_t *image, size_t size, fl_status expected);
/* The same for `pristine` with one field set to a value, and a header CRC that fits. */
void expect_with(uint32_t offset, uint32_t value, fl_status expected);
void expect_byte(uint32_t offset, uint8_t value, fl_status expected);
/* Sets an entry's type, which is data except in entry 0, where it is stored, and the same place. */
void put_segment(uint8_t *image, uint32_t index, uint32_t offset, uint32_t size);
/* Sets the segment count, and a header CRC that fits. */
void put_count(uint8_t *image, uint32_t count);
/* `image` becomes the pristine one, its data segment cut into data and two configurations, of the
 * PLA and the PHY, with these levels. */
void put_configurations(uint8_t *image, uint32_t pla, uint32_t phy);

#define T cmocka_unit_test

#endif
