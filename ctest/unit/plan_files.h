/* Plans in a folder of their own, for tests. */
#ifndef CTEST_PLAN_FILES_H
#define CTEST_PLAN_FILES_H

#include <stddef.h>

#include "plan/plan.h"

/* The least that a plan needs: a name in line 1, images in line 2. Tests add lines to it. */
#define NAMED      "name: p\n"
#define IMAGES     "images: {old: {pattern: 1, size: 4K}, new: {pattern: 2, size: 5K}}\n"
#define BASE       NAMED IMAGES

#define ERROR_SIZE 512u

/* Set-up and tear-down of a cmocka test: an empty folder, and its removal with these files in it:
 * plan.yaml, device.yaml, key.pub, a.img, b.bin. */
int plan_files_begin(void **state);
int plan_files_end(void **state);

/* The folder, and the path of a file in it, valid until the next call. */
const char *plan_folder(void);
const char *plan_path(const char *name);
void plan_write(const char *name, const void *bytes, size_t size);

/* Loads `text` as plan.yaml. NULL when it is no plan, and then `error` has the line. */
struct rl_plan *plan_try(const char *text, char error[ERROR_SIZE]);
/* The same where the test fails unless it is a plan. */
struct rl_plan *plan_load(const char *text);
/* Fails unless loading `text` gives the error "plan.yaml:PLACE: …PART…", on one line. */
void plan_refused(const char *text, const char *place, const char *part);

#endif
