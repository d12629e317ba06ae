/* Outages of the cells' golden runs, as a table that a person reads. */
#ifndef RELIGHT_RESULTS_OUTAGE_H
#define RELIGHT_RESULTS_OUTAGE_H

#include <stdio.h>

#include "results/results.h"

/* A row for each cell whose outage was measured; cells of one engine with the same figures share
 * one. Prints nothing when there is none. */
void rl_print_outages(FILE *out, const struct rl_results *results);

#endif
