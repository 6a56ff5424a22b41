#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "real.h"

#include <fcntl.h>
#include <libavcodec/avcodec.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { ARGUMENTS_MAX = 40 };

static char folder[REAL_PATH_ROOM];

const char *real_path(const char *name)
{
    static char paths[8][REAL_PATH_ROOM * 2];
    static size_t next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

struct buf real_read(const char *path)
{
    struct buf b;
    buf_init(&b, REAL_FILE_MAX);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    for (size_t n = 1; n > 0;) {
        uint8_t part[65536];
        n = fread(part, 1, sizeof part, f);
        buf_put(&b, part, n);
    }
    fclose(f);
    assert_int_equal(b.err, OK);
    return b;
}

void real_write(const char *path, const void *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

/* Runs a program with words split at spaces; what it prints goes to `out` and `err` in the folder.
 * -1: it is not installed. */
int real_run(const char *command)
{
    char words[4096], *arguments[ARGUMENTS_MAX] = { NULL };
    size_t n = 0;
    snprintf(words, sizeof words, "%s", command);
    for (char *at = words; *at != 0 && n + 1 < ARGUMENTS_MAX;) {
        arguments[n++] = at;
        at += strcspn(at, " ");
        if (*at == ' ')
            *at++ = 0;
    }
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, real_path("out"), O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    posix_spawn_file_actions_addopen(&files, 2, real_path("err"), O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    pid_t pid = 0;
    int failed = posix_spawnp(&pid, arguments[0], &files, NULL, arguments, environ), status = 0;
    posix_spawn_file_actions_destroy(&files);
    if (failed != 0)
        return -1;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000;
}

bool real_is_installed(const char *program)
{
    char command[128];
    snprintf(command, sizeof command, "%s -version", program);
    if (real_run(command) >= 0)
        return true;
    print_message("skipped: %s is not installed\n", program);
    return false;
}

void real_assert_silent(const char *command)
{
    int status = real_run(command);
    struct buf said = real_read(real_path("err"));
    if (status != 0 || said.size != 0)
        fail_msg("%s: %d\n%s", command, status, buf_string(&said));
    buf_finish(&said);
}

/* ---- from a file of libavformat's to one of ours ---- */

static void add_sample(struct real_samples *list, const AVPacket *packet)
{
    if (list->n == list->room) {
        list->room = list->room == 0 ? 256 : list->room * 2;
        list->samples = realloc(list->samples, list->room * sizeof *list->samples);
        assert_non_null(list->samples);
    }
    uint8_t *copy = malloc((size_t)packet->size);
    assert_non_null(copy);
    memcpy(copy, packet->data, (size_t)packet->size);
    list->samples[list->n++] = (struct cmaf_sample){
        .data = copy,
        .size = (uint32_t)packet->size,
        .duration = (uint32_t)packet->duration,
        .cts_offset = (int32_t)(packet->pts - packet->dts),
        .sync = (packet->flags & AV_PKT_FLAG_KEY) != 0,
    };
}

static void describe(struct real_source *s, const AVStream *stream)
{
    const AVCodecParameters *p = stream->codecpar;
    bool video = p->codec_type == AVMEDIA_TYPE_VIDEO;
    assert_in_range(p->extradata_size, 1, sizeof s->config);
    memcpy(s->config, p->extradata, (size_t)p->extradata_size);
    s->track = (struct cmaf_track){
        .kind = video ? CMAF_VIDEO : CMAF_AUDIO,
        .timescale = (uint32_t)stream->time_base.den,
        .language = "fr",
        .config = s->config,
        .config_size = (size_t)p->extradata_size,
        .width = (uint16_t)p->width,
        .height = (uint16_t)p->height,
        .primaries = (uint16_t)p->color_primaries,
        .transfer = (uint16_t)p->color_trc,
        .matrix = (uint16_t)p->color_space,
        .sample_rate = (uint32_t)p->sample_rate,
        .channels = (uint16_t)p->ch_layout.nb_channels,
    };
    memcpy(s->track.sample_entry, video ? "avc1" : "mp4a", 5);
    if (video && p->sample_aspect_ratio.num > 0) {
        s->track.par_num = (uint32_t)p->sample_aspect_ratio.num;
        s->track.par_den = (uint32_t)p->sample_aspect_ratio.den;
    }
}

void real_open(struct real_source *s, const char *path, enum AVMediaType type)
{
    *s = (struct real_source){ 0 };
    assert_int_equal(avformat_open_input(&s->format, path, NULL, NULL), 0);
    assert_true(avformat_find_stream_info(s->format, NULL) >= 0);
    int index = av_find_best_stream(s->format, type, -1, -1, NULL, 0);
    assert_true(index >= 0);
    describe(s, s->format->streams[index]);
    AVPacket *packet = av_packet_alloc();
    while (av_read_frame(s->format, packet) == 0) {
        if (packet->stream_index == index)
            add_sample(&s->list, packet);
        av_packet_unref(packet);
    }
    av_packet_free(&packet);
    assert_true(s->list.n > 0);
    /* The first frame is shown when it is decoded: offsets count from there. */
    int32_t delay = s->list.samples[0].cts_offset;
    for (size_t i = 0; i < s->list.n; i++)
        s->list.samples[i].cts_offset -= delay;
    if (s->track.kind == CMAF_VIDEO)
        s->track.frame_ticks = s->list.samples[0].duration;
}

void real_close(struct real_source *s)
{
    for (size_t i = 0; i < s->list.n; i++)
        free((void *)(uintptr_t)s->list.samples[i].data);
    free(s->list.samples);
    avformat_close_input(&s->format);
}

/* Where the next fragment begins: at a key frame, or after two seconds of sound. */
static size_t fragment_end(const struct real_source *s, size_t from)
{
    uint64_t ticks = 0;
    size_t i = from;
    do {
        ticks += s->list.samples[i++].duration;
    } while (i < s->list.n && (s->track.kind == CMAF_VIDEO ? !s->list.samples[i].sync
                                                           : ticks < 2 * s->track.timescale));
    return i;
}

struct buf real_track_file(const struct real_source *s)
{
    struct cmaf_span spans[512];
    struct buf file, fragments;
    size_t n = 0;
    uint64_t at = 0;
    buf_init(&file, REAL_FILE_MAX);
    buf_init(&fragments, REAL_FILE_MAX);
    for (size_t from = 0, to = 0; from < s->list.n; from = to, n++) {
        size_t before = fragments.size;
        to = fragment_end(s, from);
        assert_in_range(n, 0, 511);
        assert_int_equal(cmaf_fragment(&s->track, (uint32_t)n + 1, at, s->list.samples + from,
                                       to - from, &fragments),
                         OK);
        spans[n] = (struct cmaf_span){ .size = (uint32_t)(fragments.size - before) };
        for (size_t i = from; i < to; i++)
            spans[n].duration += s->list.samples[i].duration;
        at += spans[n].duration;
    }
    assert_int_equal(cmaf_init(&s->track, at, &file), OK);
    assert_int_equal(cmaf_sidx(&s->track, 0, spans, n, &file), OK);
    buf_put(&file, fragments.data, fragments.size);
    assert_int_equal(file.err, OK);
    buf_finish(&fragments);
    return file;
}

void real_assert_same(const char *a, const char *b)
{
    struct buf x = real_read(real_path(a)), y = real_read(real_path(b));
    assert_true(x.size > 0);
    if (x.size != y.size || memcmp(x.data, y.data, x.size) != 0)
        fail_msg("%s and %s differ", a, b);
    buf_finish(&x);
    buf_finish(&y);
}

bool real_make_source(const char *options)
{
    char command[2048];
    if (!real_is_installed("ffmpeg") || !real_is_installed("ffprobe"))
        return false;
    snprintf(command, sizeof command,
             "ffmpeg -v error -f lavfi -i testsrc2=s=320x180:r=24000/1001:d=9 -f lavfi -i "
             "sine=f=440:r=48000:d=9 -pix_fmt yuv420p -c:v libx264 -preset veryfast -c:a aac %s "
             "-y %s",
             options, real_path("source.mp4"));
    real_assert_silent(command);
    return true;
}

int real_make_folder(void **state)
{
    (void)state;
    av_log_set_level(AV_LOG_QUIET);
    snprintf(folder, sizeof folder, "/tmp/lanterne-cmaf-XXXXXX");
    return mkdtemp(folder) == NULL ? -1 : 0;
}

int real_remove_folder(void **state)
{
    (void)state;
    char command[REAL_PATH_ROOM * 2];
    snprintf(command, sizeof command, "rm -r %s", folder);
    return real_run(command) == 1000 ? -1 : 0;
}
