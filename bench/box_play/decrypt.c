/* bench_box_decrypt BYTES ROUNDS: samples as films have them, encrypted in three ways, decrypted in
 * place on one core. Prints a line a round: what, seconds of CPU, bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "box/play/decrypt.h"

enum { PICTURE = 40000, SLICES = 4, HEADER = 12, FRAME = 342 };

static double cpu_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A picture of four slices, whose headers stay in clear. */
static void map_slices(uint8_t *runs)
{
    for (size_t i = 0; i < SLICES; i++) {
        uint32_t secret = PICTURE / SLICES - HEADER;
        const uint8_t run[DECRYPT_RUN] = { 0,
                                           HEADER,
                                           (uint8_t)(secret >> 24),
                                           (uint8_t)(secret >> 16),
                                           (uint8_t)(secret >> 8),
                                           (uint8_t)secret };
        memcpy(runs + i * DECRYPT_RUN, run, DECRYPT_RUN);
    }
}

static bool measure(const char *name, const struct decrypt_how *how, size_t sample, uint8_t *bytes,
                    size_t n)
{
    static const uint8_t key[DECRYPT_KEY] = { 7, 1, 4 };
    struct decrypter *d = NULL;
    if (decrypter_create(&d) != OK)
        return false;
    double began = cpu_now();
    enum err err = OK;
    for (size_t at = 0; err == OK && at + sample <= n; at += sample)
        err = decrypt_sample(d, key, how, bytes + at, sample);
    printf("%s %.6f %zu %zu\n", name, cpu_now() - began, n, n / sample);
    decrypter_destroy(&d);
    return err == OK;
}

int main(int argc, char **argv)
{
    int64_t n = 0, rounds = 0;
    uint8_t runs[SLICES * DECRYPT_RUN];
    if (argc != 3 || text_to_i64(argv[1], strlen(argv[1]), 1, 1 << 30, &n) != OK ||
        text_to_i64(argv[2], strlen(argv[2]), 1, 1000, &rounds) != OK)
        return 2;
    uint8_t *bytes = calloc((size_t)n, 1);
    if (bytes == NULL)
        return 1;
    map_slices(runs);
    const struct decrypt_how pictures = { .scheme = DECRYPT_CBCS,
                                          .iv_size = 16,
                                          .crypt_blocks = 1,
                                          .skip_blocks = 9,
                                          .runs = runs,
                                          .n_runs = SLICES };
    const struct decrypt_how sound = { .scheme = DECRYPT_CBCS, .iv_size = 16 };
    const struct decrypt_how counted = {
        .scheme = DECRYPT_CENC, .iv_size = 8, .runs = runs, .n_runs = SLICES
    };
    bool done = true;
    for (int64_t i = 0; i < rounds && done; i++)
        done = measure("cbcs-pictures", &pictures, PICTURE, bytes, (size_t)n) &&
               measure("cbcs-sound", &sound, FRAME, bytes, (size_t)n) &&
               measure("cenc-pictures", &counted, PICTURE, bytes, (size_t)n);
    free(bytes);
    return done ? 0 : 1;
}
