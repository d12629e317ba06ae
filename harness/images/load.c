/* Reads an image file. */
#include "images/load.h"

#include <stdio.h>
#include <stdlib.h>

#include "images/build.h"
#include "images/file.h"
#include "images/inspect.h"

bool rl_image_load(const char *path, uint8_t **bytes, size_t *size, char *why)
{
    struct rl_inspection inspection;

    if (!rl_file_read(path, RL_IMAGE_FILE_MAX, bytes, size, why)) {
        return false;
    }
    rl_image_inspect(*bytes, *size, NULL, &inspection);
    if (inspection.problem_count > 0) {
        snprintf(why, RL_IMAGE_WHY_SIZE, "is not a sound image: %s", inspection.problems[0].text);
        free(*bytes);
        *bytes = NULL;
        *size = 0;
        return false;
    }
    return true;
}
