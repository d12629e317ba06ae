#include "images/facts.h"

#include <string.h>

#include "images/inspect.h"

void rl_image_facts(const uint8_t *image, size_t size, struct rl_image_facts *facts)
{
    struct rl_inspection seen;

    memset(facts, 0, sizeof *facts);
    rl_image_inspect(image, size, NULL, &seen);
    if (seen.is_image) {
        facts->data_format = seen.data_format;
        facts->security_counter = seen.security_counter;
        facts->hardware_min = seen.hardware_min;
        facts->prepares = seen.prepares;
        facts->init_requires = seen.init_requires;
    }
}
