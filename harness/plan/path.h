/* Paths as plans write them. */
#ifndef RELIGHT_PLAN_PATH_H
#define RELIGHT_PLAN_PATH_H

/* `path` as seen from the folder of the file `from`: allocated (free()), NULL without memory. */
char *rl_path_beside(const char *from, const char *path);

/* The part of `path` after its last slash. */
const char *rl_path_base(const char *path);

#endif
