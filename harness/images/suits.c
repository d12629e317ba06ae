/* Whether a finished image can run on a device. */
#include "images/suits.h"

#include <stdio.h>

#include "images/build.h"
#include "images/inspect.h"

bool rl_image_suits(const uint8_t *image, size_t size, const uint8_t public_key[32],
                    uint32_t start_address, char *why)
{
    struct rl_inspection inspection;
    rl_image_inspect(image, size, public_key, &inspection);
    if (inspection.signature != RL_SIGNATURE_GOOD) {
        snprintf(why, RL_IMAGE_WHY_SIZE, "is not signed by the key that the device trusts");
        return false;
    }
    if (inspection.start_address != start_address) {
        snprintf(why, RL_IMAGE_WHY_SIZE, "starts at 0x%08X; the device runs images at 0x%08X",
                 inspection.start_address, start_address);
        return false;
    }
    return true;
}
