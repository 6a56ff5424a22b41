/* A film's samples outside any container: their bytes in one file, what they are in SAMPLES.table:
 * a head and a row a sample. */
#ifndef LANTERNE_BENCH_PACKAGE_SAMPLES_H
#define LANTERNE_BENCH_PACKAGE_SAMPLES_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { CONFIG_MAX = 1024 };

struct table_head {
    uint32_t timescale, config_size;
    uint32_t width, height;         /* of a picture */
    uint32_t sample_rate, channels; /* of sound */
    uint64_t n;
    uint8_t config[CONFIG_MAX];
};

struct table_row {
    uint32_t size, duration;
    int32_t cts_offset;
    uint32_t sync;
};

static inline void must(int good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static inline FILE *open_table(const char *samples, const char *mode)
{
    char path[4096];
    snprintf(path, sizeof path, "%s.table", samples);
    FILE *f = fopen(path, mode);
    must(f != NULL, path);
    return f;
}

#endif
