/* What an image says about itself, for who judges and need not know the format. */
#ifndef RELIGHT_IMAGES_FACTS_H
#define RELIGHT_IMAGES_FACTS_H

#include <stddef.h>
#include <stdint.h>

struct rl_image_facts {
    uint32_t prepares;      /* bits of relight_preparation that it needs */
    uint32_t init_requires; /* bits of relight's steps of initialization that it takes */
    uint32_t data_format, security_counter, hardware_min;
};

/* By the harness's own reader; all 0 of what is no image. */
void rl_image_facts(const uint8_t *image, size_t size, struct rl_image_facts *facts);

#endif
