/* Drives the media engines by hand: inspect, or inspect + encode + sound into a folder, one raw
 * track file a rendition (headerless; `run` and the tests wrap them). For measuring and for
 * looking at what comes out. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "driver/media/media.h"

enum { FILES_MAX = 128 };

struct drive {
    const char *folder; /* NULL: only counted */
    uint32_t skip;      /* pieces */
    uint64_t bytes;
    FILE *files[FILES_MAX];
    size_t widths[LADDER_RUNGS];
};

static FILE *file_for(struct drive *d, size_t slot, const char *name)
{
    char path[4096];
    if (d->folder == NULL || slot >= FILES_MAX)
        return NULL;
    if (d->files[slot] == NULL) {
        snprintf(path, sizeof path, "%s/%s", d->folder, name);
        d->files[slot] = fopen(path, "wb");
    }
    return d->files[slot];
}

static void put(struct drive *d, FILE *f, const void *bytes, size_t n)
{
    d->bytes += n;
    if (f != NULL && n > 0 && fwrite(bytes, 1, n, f) != n)
        exit(EXIT_FAILURE);
}

static enum media_next piece_begin(void *context, uint32_t piece)
{
    const struct drive *d = context;
    return piece < d->skip ? MEDIA_SKIP : MEDIA_ENCODE;
}

static enum err piece_end(void *context, uint32_t piece)
{
    (void)context, (void)piece;
    return OK;
}

static const uint8_t start_code[4] = { 0, 0, 0, 1 };

/* Parameter sets of an avcC back into a byte stream. */
static void put_sets(struct drive *d, FILE *f, const uint8_t *config, size_t size)
{
    size_t at = 5;
    for (int kind = 0; kind < 2 && at < size; kind++) {
        unsigned n = config[at++] & (kind == 0 ? 0x1f : 0xff);
        for (; n > 0 && at + 2 <= size; n--) {
            size_t length = (size_t)config[at] << 8 | config[at + 1];
            if (at + 2 + length > size)
                return;
            put(d, f, start_code, sizeof start_code);
            put(d, f, config + at + 2, length);
            at += 2 + length;
        }
    }
}

static enum err gop(void *context, size_t rendition, uint32_t number, const uint8_t *config,
                    size_t config_size, const struct media_sample *samples, size_t n)
{
    struct drive *d = context;
    char name[32];
    (void)number;
    snprintf(name, sizeof name, "v%zu.h264", rendition);
    FILE *f = file_for(d, rendition, name);
    put_sets(d, f, config, config_size);
    for (size_t i = 0; i < n; i++)
        for (size_t at = 0; at + 4 <= samples[i].size;) {
            const uint8_t *p = samples[i].data + at;
            size_t length =
                (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | (size_t)p[3];
            if (length > samples[i].size - at - 4)
                return ERR_MALFORMED;
            put(d, f, start_code, sizeof start_code);
            put(d, f, p + 4, length);
            at += 4 + length;
        }
    return OK;
}

static enum err whole_file(struct drive *d, const char *name, const void *bytes, size_t n)
{
    char path[4096];
    d->bytes += n;
    if (d->folder == NULL)
        return OK;
    snprintf(path, sizeof path, "%s/%s", d->folder, name);
    FILE *f = fopen(path, "wb");
    if (f == NULL)
        return err_from_errno(errno);
    bool whole = fwrite(bytes, 1, n, f) == n;
    return fclose(f) == 0 && whole ? OK : ERR_IO;
}

static enum err tiles(void *context, uint32_t piece, uint16_t columns, uint16_t rows,
                      uint16_t width, uint16_t height, const uint8_t *jpeg, size_t size)
{
    char name[64];
    (void)columns, (void)rows, (void)width, (void)height;
    snprintf(name, sizeof name, "tiles%" PRIu32 ".jpg", piece);
    return whole_file(context, name, jpeg, size);
}

static enum err still(void *context, uint32_t piece, double score, const uint8_t *wide,
                      size_t wide_size, const uint8_t *tall, size_t tall_size)
{
    char name[64];
    printf("still %" PRIu32 " %.2f\n", piece, score);
    snprintf(name, sizeof name, "wide%" PRIu32 ".jpg", piece);
    enum err err = whole_file(context, name, wide, wide_size);
    snprintf(name, sizeof name, "tall%" PRIu32 ".jpg", piece);
    return err == OK ? whole_file(context, name, tall, tall_size) : err;
}

/* AAC with ADTS heads, so that any tool can read it. */
static enum err group(void *context, size_t sound, uint32_t number, uint32_t sample_rate,
                      uint16_t channels, const uint8_t *config, size_t config_size,
                      const struct media_sample *samples, size_t n)
{
    struct drive *d = context;
    char name[32];
    (void)number, (void)sample_rate, (void)config_size, (void)channels;
    snprintf(name, sizeof name, "a%zu.aac", sound);
    FILE *f = file_for(d, LADDER_RUNGS + sound, name);
    unsigned rate = (config[0] & 7u) << 1 | config[1] >> 7, layout = config[1] >> 3 & 15;
    for (size_t i = 0; i < n; i++) {
        size_t size = samples[i].size + 7;
        const uint8_t head[7] = { 0xff,
                                  0xf1,
                                  (uint8_t)(1 << 6 | rate << 2 | layout >> 2),
                                  (uint8_t)((layout & 3) << 6 | size >> 11),
                                  (uint8_t)(size >> 3),
                                  (uint8_t)((size & 7) << 5 | 0x1f),
                                  0xfc };
        put(d, f, head, sizeof head);
        put(d, f, samples[i].data, samples[i].size);
    }
    return OK;
}

static enum err cue(void *context, size_t text, int64_t start_us, int64_t end_us, const char *utf8,
                    size_t size)
{
    (void)context;
    printf("cue %zu %.3f-%.3f %.*s\n", text, (double)start_us / 1e6, (double)end_us / 1e6,
           (int)size, utf8);
    return OK;
}

static void print_facts(const struct media_facts *f)
{
    printf("%s %s %ux%u par %u:%u rate %u/%u%s%s%s rot %d pri/trc/mat %u/%u/%u dur %.3f frames "
           "%" PRIu64 "\n",
           f->container, f->codec, f->video.width, f->video.height, f->video.par_num,
           f->video.par_den, f->video.rate.num, f->video.rate.den,
           f->is_variable_rate ? " variable" : "", f->is_interlaced ? " interlaced" : "",
           f->is_hdr ? " hdr" : "", f->rotation, f->primaries, f->transfer, f->matrix,
           (double)f->duration_us / 1e6, f->frames);
    for (size_t i = 0; i < f->n_sounds; i++)
        printf("  sound %d %s %s \"%s\" %u Hz %u ch start %.3f dur %.3f %.1f LUFS %.1f dBTP%s%s\n",
               f->sounds[i].stream, f->sounds[i].language, f->sounds[i].codec, f->sounds[i].title,
               f->sounds[i].sample_rate, f->sounds[i].channels, (double)f->sounds[i].start_us / 1e6,
               (double)f->sounds[i].duration_us / 1e6, f->sounds[i].loudness_lufs,
               f->sounds[i].true_peak_dbtp, f->sounds[i].is_default ? " default" : "",
               f->sounds[i].is_description ? " description" : "");
    for (size_t i = 0; i < f->n_texts; i++)
        printf("  text %d %s %s \"%s\"%s%s\n", f->texts[i].stream, f->texts[i].language,
               f->texts[i].codec, f->texts[i].title, f->texts[i].is_forced ? " forced" : "",
               f->texts[i].is_sdh ? " sdh" : "");
}

static void print_answer(enum err err, const struct media_answer *a)
{
    for (size_t i = 0; i < a->n_refusals; i++)
        printf("refused %s: %s\n", a->refusals[i].code, a->refusals[i].text);
    if (err != OK)
        printf("error %s\n", err_name(err));
}

static double cpu_seconds(int who)
{
    struct rusage u;
    getrusage(who, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void make_plan(const struct media_facts *f, struct media_plan *plan)
{
    memset(plan, 0, sizeof *plan);
    if (ladder_plan(&f->video, NULL, &plan->ladder) != OK)
        exit(EXIT_FAILURE);
    plan->piece_gops = 15;
    plan->tile_width = 160;
    for (size_t i = 0; i < f->n_sounds; i++) {
        double gain = f->sounds[i].loudness_lufs > -70 ? -23 - f->sounds[i].loudness_lufs : 0;
        bool surround = f->sounds[i].channels > 2;
        plan->sounds[plan->n_sounds++] =
            (struct media_sound_plan){ f->sounds[i].stream, surround ? 2 : f->sounds[i].channels,
                                       128000, gain };
        if (surround)
            plan->sounds[plan->n_sounds++] =
                (struct media_sound_plan){ f->sounds[i].stream, f->sounds[i].channels, 384000,
                                           gain };
    }
    for (size_t i = 0; i < f->n_texts; i++)
        plan->texts[plan->n_texts++] = f->texts[i].stream;
    for (size_t i = 0; i < plan->ladder.n; i++)
        printf("  rendition %s %ux%u crf %u max %u buf %u level %s\n",
               plan->ladder.renditions[i].name, plan->ladder.renditions[i].width,
               plan->ladder.renditions[i].height, plan->ladder.renditions[i].crf,
               plan->ladder.renditions[i].maxrate, plan->ladder.renditions[i].bufsize,
               plan->ladder.renditions[i].level);
}

static enum err encode_all(int fd, const struct media_facts *facts, struct drive *d)
{
    static struct media_plan plan;
    struct media_answer answer;
    const struct media_sink sink = { .context = d,
                                     .piece_begin = piece_begin,
                                     .gop = gop,
                                     .tiles = tiles,
                                     .still = still,
                                     .piece_end = piece_end };
    const struct media_sound_sink sound_sink = { .context = d, .group = group, .cue = cue };
    uint64_t frames = 0;
    make_plan(facts, &plan);
    enum err err = media_encode(fd, facts, &plan, NULL, &sink, &frames, &answer);
    print_answer(err, &answer);
    printf("encode cpu %.2f\n", cpu_seconds(RUSAGE_CHILDREN) + cpu_seconds(RUSAGE_SELF));
    if (err != OK || answer.n_refusals > 0)
        return err;
    err = media_encode_sound(fd, facts, &plan, NULL, &sound_sink, &answer);
    print_answer(err, &answer);
    return err;
}

int main(int argc, char *argv[])
{
    static struct media_facts facts;
    static struct drive drive;
    struct media_answer answer;
    if (argc == 2 && strcmp(argv[1], MEDIA_JAIL_ARGUMENT) == 0)
        media_jail_main();
    if (argc < 3) {
        fputs("drive inspect FILE... | drive encode FILE [FOLDER|- [PIECES TO SKIP]]\n", stderr);
        return 2;
    }
    bool encode = strcmp(argv[1], "encode") == 0;
    for (int i = 2; i < (encode ? 3 : argc); i++) {
        int fd = open(argv[i], O_RDONLY | O_CLOEXEC);
        int64_t began = clock_monotonic_us();
        enum err err = media_inspect(fd, NULL, NULL, NULL, &facts, &answer);
        printf("%s: %s %.3f s\n", argv[i], err_name(err),
               (double)(clock_monotonic_us() - began) / 1e6);
        print_answer(err, &answer);
        bool good = err == OK && answer.n_refusals == 0;
        if (good)
            print_facts(&facts);
        if (good && encode) {
            int64_t skip = 0;
            drive.folder = argc > 3 && strcmp(argv[3], "-") != 0 ? argv[3] : NULL;
            if (argc > 4 && text_to_i64(argv[4], strlen(argv[4]), 0, 1000000, &skip) != OK)
                return 2;
            drive.skip = (uint32_t)skip;
            printf("inspect cpu %.2f\n", cpu_seconds(RUSAGE_CHILDREN) + cpu_seconds(RUSAGE_SELF));
            if (encode_all(fd, &facts, &drive) != OK)
                return EXIT_FAILURE;
        }
        close(fd);
    }
    for (size_t i = 0; i < FILES_MAX; i++)
        if (drive.files[i] != NULL)
            fclose(drive.files[i]);
    printf("cpu %.2f bytes %" PRIu64 "\n", cpu_seconds(RUSAGE_CHILDREN) + cpu_seconds(RUSAGE_SELF),
           drive.bytes);
    return EXIT_SUCCESS;
}
