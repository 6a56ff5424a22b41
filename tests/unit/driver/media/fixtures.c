#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixtures.h"

#include <dirent.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"

static char folder[64];

int fixtures_setup(void **state)
{
    (void)state;
    text_copy(folder, sizeof folder, "/tmp/lanterne-media-XXXXXX");
    return mkdtemp(folder) == NULL ? -1 : 0;
}

int fixtures_teardown(void **state)
{
    (void)state;
    DIR *d = opendir(folder);
    for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;)
        if (e->d_name[0] != '.')
            unlink(fixture_path(e->d_name));
    if (d != NULL)
        closedir(d);
    return rmdir(folder);
}

const char *fixture_path(const char *name)
{
    static char paths[4][FIXTURE_PATH];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, FIXTURE_PATH, "%s/%s", folder, name);
    return path;
}

bool fixtures_have_ffmpeg(void)
{
    return access("/usr/bin/ffmpeg", X_OK) == 0;
}

static void slurp(int fd, struct buf *out)
{
    uint8_t block[65536];
    for (ssize_t n; (n = read(fd, block, sizeof block)) > 0;)
        if (out != NULL)
            buf_put(out, block, (size_t)n);
}

int fixture_run(const char *const *arguments, struct buf *out)
{
    char *argv[96];
    int ends[2], status = -1;
    size_t n = 0;
    pid_t pid = 0;
    posix_spawn_file_actions_t actions;
    for (; arguments[n] != NULL && n < 95; n++)
        argv[n] = strdup(arguments[n]);
    argv[n] = NULL;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    assert_int_equal(posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    slurp(ends[0], out);
    close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    for (size_t i = 0; i < n; i++)
        free(argv[i]);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

const char *fixture_make(const char *name, const char *const *arguments)
{
    const char *all[96] = { "/usr/bin/ffmpeg", "-v", "error", "-nostdin", "-y" };
    size_t n = 5;
    if (!fixtures_have_ffmpeg()) {
        print_message("skipped: no ffmpeg to make films with\n");
        skip();
    }
    for (; *arguments != NULL && n < 94; arguments++)
        all[n++] = *arguments;
    static char paths[8][FIXTURE_PATH];
    static unsigned next;
    char *path = paths[next++ % 8];
    text_copy(path, FIXTURE_PATH, fixture_path(name));
    all[n++] = path;
    assert_int_equal(fixture_run(all, NULL), 0);
    return path;
}

void fixture_read(const char *path, struct buf *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    buf_init(out, 256 * 1024 * 1024);
    slurp(fd, out);
    close(fd);
    assert_int_equal(out->err, OK);
}

void fixture_write(const char *path, const void *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

void fixture_facts(const char *path, struct media_facts *facts)
{
    struct media_answer answer;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    enum err err = media_inspect(fd, NULL, NULL, NULL, facts, &answer);
    close(fd);
    for (size_t i = 0; i < answer.n_refusals; i++)
        print_error("%s: %s\n", answer.refusals[i].code, answer.refusals[i].text);
    assert_int_equal(err, OK);
    assert_int_equal(answer.n_refusals, 0);
}

void fixture_plan(const struct media_facts *facts, struct media_plan *plan)
{
    memset(plan, 0, sizeof *plan);
    assert_int_equal(ladder_plan(&facts->video, NULL, &plan->ladder), OK);
    plan->piece_gops = 2;
    plan->tile_width = 80;
    for (size_t i = 0; i < facts->n_sounds; i++)
        plan->sounds[plan->n_sounds++] =
            (struct media_sound_plan){ facts->sounds[i].stream, 2, 128000, 0 };
    for (size_t i = 0; i < facts->n_texts; i++)
        plan->texts[plan->n_texts++] = facts->texts[i].stream;
}

/* ---- gathering ---- */

static uint64_t hash_more(uint64_t h, const void *bytes, size_t n)
{
    const uint8_t *p = bytes;
    for (size_t i = 0; i < n; i++)
        h = (h ^ p[i]) * UINT64_C(1099511628211);
    return h;
}

static enum media_next on_begin(void *context, uint32_t piece)
{
    struct gathered *g = context;
    g->begun++;
    if ((int)piece == g->stop_at)
        return MEDIA_STOP;
    return piece < g->skip ? MEDIA_SKIP : MEDIA_ENCODE;
}

static enum err on_end(void *context, uint32_t piece)
{
    struct gathered *g = context;
    (void)piece;
    g->ended++;
    return g->fail;
}

static void put_nal(struct buf *out, const uint8_t *nal, size_t n)
{
    buf_be32(out, 1);
    buf_put(out, nal, n);
}

/* One set of each kind, as our encoder has them. */
static void put_config(struct buf *out, const uint8_t *config, size_t size)
{
    assert_true(size > 11 && config[0] == 1 && (config[4] & 3) == 3 && (config[5] & 31) == 1);
    size_t sps = (size_t)config[6] << 8 | config[7];
    assert_true(8 + sps + 3 < size);
    put_nal(out, config + 8, sps);
    const uint8_t *p = config + 8 + sps;
    assert_int_equal(p[0], 1);
    put_nal(out, p + 3, (size_t)p[1] << 8 | p[2]);
}

static enum err on_gop(void *context, size_t rendition, uint32_t number, const uint8_t *config,
                       size_t config_size, const struct media_sample *samples, size_t n)
{
    struct gathered *g = context;
    assert_true(g->n_gops[rendition] < GATHER_GOPS && n <= 128);
    struct gathered_gop *x = &g->gops[rendition][g->n_gops[rendition]++];
    struct buf *out = &g->stream[rendition];
    *x = (struct gathered_gop){ .number = number, .n = n };
    x->hash = hash_more(UINT64_C(14695981039346656037), config, config_size);
    put_config(out, config, config_size);
    for (size_t i = 0; i < n; i++) {
        const struct media_sample *s = &samples[i];
        x->sizes[i] = s->size;
        x->cts[i] = s->cts_offset;
        x->bytes += s->size;
        x->hash = hash_more(x->hash, &s->cts_offset, sizeof s->cts_offset);
        x->hash = hash_more(x->hash, s->data, s->size);
        for (size_t at = 0; at + 4 <= s->size;) {
            const uint8_t *p = s->data + at;
            size_t length = (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
            assert_true(length > 0 && length <= s->size - at - 4);
            put_nal(out, p + 4, length);
            at += 4 + length;
        }
    }
    return OK;
}

static enum err on_tiles(void *context, uint32_t piece, uint16_t columns, uint16_t rows,
                         uint16_t width, uint16_t height, const uint8_t *jpeg, size_t size)
{
    struct gathered *g = context;
    (void)piece, (void)width, (void)height;
    g->tiles++;
    g->columns = columns;
    g->rows = rows;
    g->picture_hash = hash_more(g->picture_hash, jpeg, size);
    fixture_write(fixture_path("tiles.jpg"), jpeg, size);
    return OK;
}

static enum err on_still(void *context, uint32_t piece, double score, const uint8_t *wide,
                         size_t wide_size, const uint8_t *tall, size_t tall_size)
{
    struct gathered *g = context;
    (void)piece, (void)score;
    g->stills++;
    g->picture_hash = hash_more(g->picture_hash, wide, wide_size);
    g->picture_hash = hash_more(g->picture_hash, tall, tall_size);
    fixture_write(fixture_path("wide.jpg"), wide, wide_size);
    fixture_write(fixture_path("tall.jpg"), tall, tall_size);
    return OK;
}

static bool on_progress(void *context, double part)
{
    const struct gathered *g = context;
    assert_true(part >= 0 && part <= 1);
    return !g->cancel;
}

enum err gather(const char *path, const struct media_facts *facts, const struct media_plan *plan,
                const struct media_limits *limits, struct gathered *g)
{
    const struct media_sink sink = { .context = g,
                                     .piece_begin = on_begin,
                                     .gop = on_gop,
                                     .tiles = on_tiles,
                                     .still = on_still,
                                     .piece_end = on_end,
                                     .progress = on_progress };
    for (size_t i = 0; i < LADDER_RUNGS; i++) {
        buf_init(&g->stream[i], 64 * 1024 * 1024);
        g->n_gops[i] = 0;
    }
    g->tiles = g->stills = g->begun = g->ended = 0;
    g->picture_hash = 7;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    enum err err = media_encode(fd, facts, plan, limits, &sink, &g->frames, &g->answer);
    close(fd);
    for (size_t i = 0; i < g->answer.n_refusals; i++)
        print_message("%s: %s\n", g->answer.refusals[i].code, g->answer.refusals[i].text);
    return err;
}

void gathered_finish(struct gathered *g)
{
    for (size_t i = 0; i < LADDER_RUNGS; i++)
        buf_finish(&g->stream[i]);
}

void gathered_decode(struct gathered *g, size_t rendition, struct buf *out)
{
    const char *path = fixture_path("rendition.h264");
    fixture_write(path, g->stream[rendition].data, g->stream[rendition].size);
    const char *const arguments[] = {
        "/usr/bin/ffmpeg", "-v",       "error",   "-nostdin", "-i", path, "-vsync", "0", "-f",
        "rawvideo",        "-pix_fmt", "yuv420p", "-",        NULL
    };
    buf_init(out, 512 * 1024 * 1024);
    assert_int_equal(fixture_run(arguments, out), 0);
}

double luma_mean(const struct buf *pictures, int w, int h, size_t n, int x0, int y0, int x1, int y1)
{
    size_t size = (size_t)w * (size_t)h * 3 / 2;
    double sum = 0;
    assert_true((n + 1) * size <= pictures->size);
    const uint8_t *p = pictures->data + n * size;
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++)
            sum += p[y * w + x];
    return sum / ((double)(x1 - x0) * (y1 - y0));
}
