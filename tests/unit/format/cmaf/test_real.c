/* Tracks of real pictures and sound, judged by other people's programs. Needs ffmpeg; what is not
 * installed is skipped, and said so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "format/cmaf/index.h"

extern char **environ;

enum { FILE_MAX = 64 * 1024 * 1024, ARGUMENTS_MAX = 40, PATH_ROOM = 512 };

static char folder[PATH_ROOM];

static const char *path_of(const char *name)
{
    static char paths[8][PATH_ROOM * 2];
    static size_t next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static struct buf read_whole(const char *path)
{
    struct buf b;
    buf_init(&b, FILE_MAX);
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

static void write_whole(const char *path, const void *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

/* Runs a program with words split at spaces; what it prints goes to `out` and `err` in the folder.
 * -1: it is not installed. */
static int run(const char *command)
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
    posix_spawn_file_actions_addopen(&files, 1, path_of("out"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_addopen(&files, 2, path_of("err"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    pid_t pid = 0;
    int failed = posix_spawnp(&pid, arguments[0], &files, NULL, arguments, environ), status = 0;
    posix_spawn_file_actions_destroy(&files);
    if (failed != 0)
        return -1;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000;
}

static bool is_installed(const char *program)
{
    char command[128];
    snprintf(command, sizeof command, "%s -version", program);
    if (run(command) >= 0)
        return true;
    print_message("skipped: %s is not installed\n", program);
    return false;
}

static void assert_runs_in_silence(const char *command)
{
    int status = run(command);
    struct buf said = read_whole(path_of("err"));
    if (status != 0 || said.size != 0)
        fail_msg("%s: %d\n%s", command, status, buf_string(&said));
    buf_finish(&said);
}

/* ---- from a file of libavformat's to one of ours ---- */

struct sample_list {
    struct cmaf_sample *samples;
    size_t n, room;
};

struct source {
    AVFormatContext *format;
    struct cmaf_track track;
    struct sample_list list;
    uint8_t config[1024];
};

static void add_sample(struct sample_list *list, const AVPacket *packet)
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

static void describe(struct source *s, const AVStream *stream)
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

static void open_source(struct source *s, const char *path, enum AVMediaType type)
{
    *s = (struct source){ 0 };
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

static void close_source(struct source *s)
{
    for (size_t i = 0; i < s->list.n; i++)
        free((void *)(uintptr_t)s->list.samples[i].data);
    free(s->list.samples);
    avformat_close_input(&s->format);
}

/* Where the next fragment begins: at a key frame, or after two seconds of sound. */
static size_t fragment_end(const struct source *s, size_t from)
{
    uint64_t ticks = 0;
    size_t i = from;
    do {
        ticks += s->list.samples[i++].duration;
    } while (i < s->list.n && (s->track.kind == CMAF_VIDEO ? !s->list.samples[i].sync
                                                           : ticks < 2 * s->track.timescale));
    return i;
}

static struct buf track_file(const struct source *s)
{
    struct cmaf_span spans[512];
    struct buf file, fragments;
    size_t n = 0;
    uint64_t at = 0;
    buf_init(&file, FILE_MAX);
    buf_init(&fragments, FILE_MAX);
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

/* ---- what is asked of every track ---- */

static void assert_same_hashes(const char *a, const char *b)
{
    struct buf x = read_whole(path_of(a)), y = read_whole(path_of(b));
    assert_true(x.size > 0);
    if (x.size != y.size || memcmp(x.data, y.data, x.size) != 0)
        fail_msg("%s and %s differ", a, b);
    buf_finish(&x);
    buf_finish(&y);
}

/* streamhash of the packets and of what they decode to. */
static void hash(const char *path, bool video, const char *packets, const char *frames)
{
    char command[2048];
    snprintf(command, sizeof command, "ffmpeg -v error -i %s -map 0:%c -c copy -f streamhash -y %s",
             path, video ? 'v' : 'a', path_of(packets));
    assert_runs_in_silence(command);
    snprintf(command, sizeof command,
             "ffmpeg -v error -i %s -map 0:%c -fps_mode passthrough -f streamhash -y %s", path,
             video ? 'v' : 'a', path_of(frames));
    assert_runs_in_silence(command);
}

static void assert_probed(const struct source *s, const struct cmaf_index *x)
{
    char command[2048], expected[256];
    snprintf(command, sizeof command,
             "ffprobe -v warning -show_entries stream=codec_name,width,height,r_frame_rate,"
             "sample_rate,channels,duration_ts:stream_tags=language -of flat %s",
             path_of("ours.mp4"));
    assert_runs_in_silence(command);
    struct buf said = read_whole(path_of("out"));
    const char *text = buf_string(&said);
    snprintf(expected, sizeof expected, "duration_ts=%llu", (unsigned long long)x->duration);
    assert_non_null(strstr(text, expected));
    assert_non_null(strstr(text, "language=\"fra\""));
    if (s->track.kind == CMAF_VIDEO)
        snprintf(expected, sizeof expected, "r_frame_rate=\"%u/%u\"", x->frame_num, x->frame_den);
    else
        snprintf(expected, sizeof expected, "channels=%u", x->channels);
    assert_non_null(strstr(text, expected));
    buf_finish(&said);
}

/* Each segment behind the init decodes by itself, and all together hold every frame once. */
static void assert_segments_play(const struct cmaf_index *x, const struct buf *file, size_t per,
                                 size_t frames)
{
    size_t counted = 0;
    struct cmaf_segment s;
    for (uint64_t i = 1; cmaf_segment_at(x, per, i, &s) == OK; i++) {
        struct buf part;
        char command[2048];
        buf_init(&part, FILE_MAX);
        buf_put(&part, file->data, x->init_size);
        buf_put(&part, file->data + s.offset, (size_t)s.size);
        write_whole(path_of("part.mp4"), part.data, part.size);
        buf_finish(&part);
        snprintf(
            command, sizeof command,
            "ffprobe -v error -count_frames -show_entries stream=nb_read_frames -of csv=p=0 %s",
            path_of("part.mp4"));
        assert_runs_in_silence(command);
        struct buf said = read_whole(path_of("out"));
        const char *text = buf_string(&said);
        int64_t n = 0;
        assert_int_equal(text_to_i64(text, strspn(text, "0123456789"), 1, 100000, &n), OK);
        counted += (size_t)n;
        buf_finish(&said);
    }
    assert_int_equal(counted, frames);
}

/* The key part of a fragment behind the init is one picture. */
static void assert_keys_show(const struct cmaf_index *x, const struct buf *file)
{
    for (size_t i = 0; i < x->n; i++) {
        const struct cmaf_fragment_entry *f = &x->fragments[i];
        uint32_t key = 0;
        struct buf part;
        char command[2048];
        assert_int_equal(cmaf_key_size(file->data + f->offset, f->size, &key), OK);
        assert_in_range(key, 1, f->size);
        if (i > 2)
            continue;
        buf_init(&part, FILE_MAX);
        buf_put(&part, file->data, x->init_size);
        buf_put(&part, file->data + f->offset, key);
        write_whole(path_of("key.mp4"), part.data, part.size);
        buf_finish(&part);
        snprintf(command, sizeof command, "ffmpeg -v quiet -i %s -frames:v 1 -f rawvideo -y %s",
                 path_of("key.mp4"), path_of("key.yuv"));
        run(command);
        struct buf picture = read_whole(path_of("key.yuv"));
        assert_int_equal(picture.size, (size_t)x->width * x->height * 3 / 2);
        buf_finish(&picture);
    }
}

/* per: fragments a segment. */
static void judge(const char *path, enum AVMediaType type, size_t per)
{
    struct source s;
    struct cmaf_index x;
    size_t needed = 0;
    bool video = type == AVMEDIA_TYPE_VIDEO;
    struct arena *arena = arena_create();
    open_source(&s, path, type);
    struct buf file = track_file(&s);
    write_whole(path_of("ours.mp4"), file.data, file.size);
    assert_int_equal(cmaf_index_read(arena, file.data, file.size, &x, &needed), OK);
    hash(path, video, "their.packets", "their.frames");
    hash(path_of("ours.mp4"), video, "our.packets", "our.frames");
    assert_same_hashes("their.packets", "our.packets");
    if (video) /* sound loses its edit list: the encoder's delay is then heard */
        assert_same_hashes("their.frames", "our.frames");
    assert_probed(&s, &x);
    assert_segments_play(&x, &file, per, s.list.n);
    if (video)
        assert_keys_show(&x, &file);
    buf_finish(&file);
    close_source(&s);
    arena_destroy(&arena);
}

static bool make_source(const char *options)
{
    char command[2048];
    if (!is_installed("ffmpeg") || !is_installed("ffprobe"))
        return false;
    snprintf(command, sizeof command,
             "ffmpeg -v error -f lavfi -i testsrc2=s=320x180:r=24000/1001:d=9 -f lavfi -i "
             "sine=f=440:r=48000:d=9 -pix_fmt yuv420p -c:v libx264 -preset veryfast -c:a aac %s "
             "-y %s",
             options, path_of("source.mp4"));
    assert_runs_in_silence(command);
    return true;
}

static void pictures_with_b_frames_come_out_as_they_went_in(void **state)
{
    (void)state;
    if (make_source("-g 48 -bf 3 -x264-params open-gop=0:keyint=48:b-pyramid=normal"))
        judge(path_of("source.mp4"), AVMEDIA_TYPE_VIDEO, 2);
}

static void pictures_that_are_all_key_frames_come_out_too(void **state)
{
    (void)state;
    if (make_source("-g 1 -t 2"))
        judge(path_of("source.mp4"), AVMEDIA_TYPE_VIDEO, 24);
}

static void sound_comes_out_as_it_went_in(void **state)
{
    (void)state;
    if (!make_source("-ac 2"))
        return;
    judge(path_of("source.mp4"), AVMEDIA_TYPE_AUDIO, 3);
    assert_true(make_source("-ac 6 -t 5"));
    judge(path_of("source.mp4"), AVMEDIA_TYPE_AUDIO, 3);
}

static void films_of_others_come_out_as_they_went_in(void **state)
{
    (void)state;
    static const char *const names[] = { "elf.mp4", "sintel-trailer-720p30.mp4" };
    const char *shared = getenv("LANTERNE_SHARED");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char source[PATH_ROOM * 2], command[PATH_ROOM * 5];
        snprintf(source, sizeof source, "%s/media/%s", shared == NULL ? "" : shared, names[i]);
        if (access(source, R_OK) != 0 || !is_installed("ffmpeg")) {
            print_message("skipped: %s is not there\n", source);
            continue;
        }
        /* Their GOPs need not be closed, ours are. */
        snprintf(command, sizeof command,
                 "ffmpeg -v error -i %s -an -t 4 -pix_fmt yuv420p -c:v libx264 -preset ultrafast "
                 "-g 50 -bf 3 -fps_mode cfr -y %s",
                 source, path_of("source.mp4"));
        assert_runs_in_silence(command);
        judge(path_of("source.mp4"), AVMEDIA_TYPE_VIDEO, 2);
    }
}

static void mediainfo_sees_a_cmaf_track(void **state)
{
    (void)state;
    char command[2048];
    struct source s;
    if (!make_source("-g 48") || run("mediainfo --Version") < 0) {
        print_message("skipped: mediainfo is not installed\n");
        return;
    }
    open_source(&s, path_of("source.mp4"), AVMEDIA_TYPE_VIDEO);
    struct buf file = track_file(&s);
    write_whole(path_of("ours.mp4"), file.data, file.size);
    snprintf(command, sizeof command,
             "mediainfo --Inform=General;%%CodecID_Compatible%%|%%Duration%%|%%IsTruncated%%| %s",
             path_of("ours.mp4"));
    assert_runs_in_silence(command);
    struct buf said = read_whole(path_of("out"));
    assert_non_null(strstr(buf_string(&said), "cmfc/cmf2"));
    assert_non_null(strstr(buf_string(&said), "|9009||"));
    buf_finish(&said);
    buf_finish(&file);
    close_source(&s);
}

/* An index of ffmpeg's own making is read: the same fragments and codec. */
static void a_track_file_of_ffmpeg_is_read(void **state)
{
    (void)state;
    char command[2048];
    struct cmaf_index x;
    size_t needed = 0;
    struct arena *arena = arena_create();
    if (make_source("-g 48 -bf 3")) {
        snprintf(command, sizeof command,
                 "ffmpeg -v error -i %s -map 0:v -c copy -movflags +cmaf+frag_keyframe+dash"
                 "+global_sidx -y %s",
                 path_of("source.mp4"), path_of("theirs.mp4"));
        assert_runs_in_silence(command);
        struct buf file = read_whole(path_of("theirs.mp4"));
        assert_int_equal(cmaf_index_read(arena, file.data, file.size, &x, &needed), OK);
        assert_int_equal(x.n, 5);
        assert_int_equal(x.frame_num, 24000);
        assert_int_equal(x.frame_den, 1001);
        assert_memory_equal(x.codec, "avc1.", 5);
        uint32_t key = 0;
        for (size_t i = 0; i < x.n; i++) {
            const uint8_t *fragment = file.data + x.fragments[i].offset;
            assert_int_equal(cmaf_key_size(fragment, x.fragments[i].size, &key), OK);
        }
        buf_finish(&file);
    }
    arena_destroy(&arena);
}

/* Hostile variants of a file of ours, made by a tool that is only there for the project's own. */
static void hostile_variants_get_an_answer(void **state)
{
    (void)state;
    const char *shared = getenv("LANTERNE_SHARED");
    char tool[PATH_ROOM * 2], command[PATH_ROOM * 5];
    snprintf(tool, sizeof tool, "%s/tools/bmffmut.py", shared == NULL ? "" : shared);
    if (access(tool, R_OK) != 0 || !make_source("-g 48 -bf 3 -ac 2 -t 3")) {
        print_message("skipped: %s is not there\n", tool);
        return;
    }
    static const enum AVMediaType types[] = { AVMEDIA_TYPE_VIDEO, AVMEDIA_TYPE_AUDIO };
    for (size_t t = 0; t < 2; t++) {
        struct source s;
        open_source(&s, path_of("source.mp4"), types[t]);
        struct buf file = track_file(&s);
        write_whole(path_of("ours.mp4"), file.data, file.size);
        buf_finish(&file);
        close_source(&s);
        snprintf(command, sizeof command, "python3 %s 7 %s %s 2000", tool, path_of("ours.mp4"),
                 path_of(t == 0 ? "mutants-v" : "mutants-a"));
        assert_int_equal(run(command), 0);
        snprintf(command, sizeof command, "find %s -name *.mp4",
                 path_of(t == 0 ? "mutants-v" : "mutants-a"));
        assert_int_equal(run(command), 0);
        struct buf list = read_whole(path_of("out"));
        size_t n = 0, accepted = 0;
        buf_u8(&list, 0);
        for (char *at = (char *)list.data; *at != 0; n++) {
            char *end = strchr(at, '\n');
            *end = 0;
            struct buf mutant = read_whole(at);
            struct arena *arena = arena_create();
            struct cmaf_index x;
            size_t needed = 0;
            uint32_t key = 0;
            enum err err = cmaf_index_read(arena, mutant.data, mutant.size, &x, &needed);
            accepted += err == OK;
            for (size_t i = 0; err == OK && i < x.n; i++) {
                const struct cmaf_fragment_entry *f = &x.fragments[i];
                if (f->offset < mutant.size)
                    (void)!cmaf_key_size(mutant.data + f->offset, mutant.size - (size_t)f->offset,
                                         &key);
            }
            buf_finish(&mutant);
            arena_destroy(&arena);
            at = end + 1;
        }
        print_message("%zu variants, %zu accepted\n", n, accepted);
        assert_true(n > 300);
        buf_finish(&list);
    }
}

static int make_folder(void **state)
{
    (void)state;
    av_log_set_level(AV_LOG_QUIET);
    snprintf(folder, sizeof folder, "/tmp/lanterne-cmaf-XXXXXX");
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int remove_folder(void **state)
{
    (void)state;
    char command[PATH_ROOM * 2];
    snprintf(command, sizeof command, "rm -r %s", folder);
    return run(command) == 1000 ? -1 : 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_with_b_frames_come_out_as_they_went_in),
        cmocka_unit_test(pictures_that_are_all_key_frames_come_out_too),
        cmocka_unit_test(sound_comes_out_as_it_went_in),
        cmocka_unit_test(films_of_others_come_out_as_they_went_in),
        cmocka_unit_test(mediainfo_sees_a_cmaf_track),
        cmocka_unit_test(a_track_file_of_ffmpeg_is_read),
        cmocka_unit_test(hostile_variants_get_an_answer),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
