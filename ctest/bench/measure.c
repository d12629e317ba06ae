#include "measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <sodium.h>

uint64_t bench_now_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int order(const void *left, const void *right)
{
    const double *a = left;
    const double *b = right;

    return (*a > *b) - (*a < *b);
}

double bench_median(double *values, uint32_t count)
{
    qsort(values, count, sizeof *values, order);
    return values[count / 2u];
}

int main(void)
{
    if (sodium_init() < 0) {
        return 3;
    }
    printf("{\n  \"emulator\": {\n");
    bench_emulator();
    printf("  },\n  \"primitives\": {\n");
    bench_primitives();
    printf("  }\n}\n");
    return 0;
}
