/* Measurements for scripts/bench.sh. Each prints members of a JSON object, without a comma behind
 * the last. Times are of the processor, and medians of several rounds. */
#ifndef RELIGHT_BENCH_MEASURE_H
#define RELIGHT_BENCH_MEASURE_H

#include <stdint.h>

#define BENCH_ROUNDS 9u

/* Processor time of this process. */
uint64_t bench_now_ns(void);
double bench_median(double *values, uint32_t count);

/* A fault-free update on the board against the same engine on plain arrays. */
void bench_emulator(void);
/* What nothing built from them can beat: copying and hashing. */
void bench_primitives(void);

#endif
