/* Images that come broken, or that do not fit. */
#include "faults/catalogue.h"

static const struct rl_class_info rows[] = {};
const struct rl_class_family rl_classes_images = {rows, sizeof rows / sizeof rows[0]};
