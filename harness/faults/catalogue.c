#include "faults/catalogue.h"

#include <stddef.h>
#include <string.h>

static const struct rl_class_family *const families[] = {
    &rl_classes_power,     &rl_classes_write,  &rl_classes_read,  &rl_classes_ecc,
    &rl_classes_transport, &rl_classes_images, &rl_classes_world,
};

/* By class: asked for with every crash state that is counted. */
static const struct rl_class_info *by_class[RL_CLASS_COUNT];

static void sort_rows(void)
{
    for (unsigned f = 0; f < sizeof families / sizeof families[0]; f++) {
        for (unsigned i = 0; i < families[f]->count; i++) {
            by_class[families[f]->rows[i].fault_class] = &families[f]->rows[i];
        }
    }
}

const struct rl_class_info *rl_class_info(rl_class index)
{
    if (by_class[RL_CLASS_CUT_BEFORE] == NULL) {
        sort_rows();
    }
    return (unsigned)index < RL_CLASS_COUNT ? by_class[index] : NULL;
}

rl_class rl_class_find(const char *name)
{
    for (unsigned i = 0; i < RL_CLASS_COUNT; i++) {
        const struct rl_class_info *info = rl_class_info((rl_class)i);

        if (info != NULL && strcmp(info->name, name) == 0) {
            return (rl_class)i;
        }
    }
    return RL_CLASS_COUNT;
}
