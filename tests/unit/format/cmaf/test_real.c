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
#include "real.h"

/* ---- what is asked of every track ---- */

/* streamhash of the packets and of what they decode to. */
static void hash(const char *path, bool video, const char *packets, const char *frames)
{
    char command[2048];
    snprintf(command, sizeof command, "ffmpeg -v error -i %s -map 0:%c -c copy -f streamhash -y %s",
             path, video ? 'v' : 'a', real_path(packets));
    real_assert_silent(command);
    snprintf(command, sizeof command,
             "ffmpeg -v error -i %s -map 0:%c -fps_mode passthrough -f streamhash -y %s", path,
             video ? 'v' : 'a', real_path(frames));
    real_assert_silent(command);
}

static void assert_probed(const struct real_source *s, const struct cmaf_index *x)
{
    char command[2048], expected[256];
    snprintf(command, sizeof command,
             "ffprobe -v warning -show_entries stream=codec_name,width,height,r_frame_rate,"
             "sample_rate,channels,duration_ts:stream_tags=language -of flat %s",
             real_path("ours.mp4"));
    real_assert_silent(command);
    struct buf said = real_read(real_path("out"));
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
        buf_init(&part, REAL_FILE_MAX);
        buf_put(&part, file->data, x->init_size);
        buf_put(&part, file->data + s.offset, (size_t)s.size);
        real_write(real_path("part.mp4"), part.data, part.size);
        buf_finish(&part);
        snprintf(
            command, sizeof command,
            "ffprobe -v error -count_frames -show_entries stream=nb_read_frames -of csv=p=0 %s",
            real_path("part.mp4"));
        real_assert_silent(command);
        struct buf said = real_read(real_path("out"));
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
        buf_init(&part, REAL_FILE_MAX);
        buf_put(&part, file->data, x->init_size);
        buf_put(&part, file->data + f->offset, key);
        real_write(real_path("key.mp4"), part.data, part.size);
        buf_finish(&part);
        snprintf(command, sizeof command, "ffmpeg -v quiet -i %s -frames:v 1 -f rawvideo -y %s",
                 real_path("key.mp4"), real_path("key.yuv"));
        real_run(command);
        struct buf picture = real_read(real_path("key.yuv"));
        assert_int_equal(picture.size, (size_t)x->width * x->height * 3 / 2);
        buf_finish(&picture);
    }
}

/* per: fragments a segment. */
static void judge(const char *path, enum AVMediaType type, size_t per)
{
    struct real_source s;
    struct cmaf_index x;
    size_t needed = 0;
    bool video = type == AVMEDIA_TYPE_VIDEO;
    struct arena *arena = arena_create();
    real_open(&s, path, type);
    struct buf file = real_track_file(&s);
    real_write(real_path("ours.mp4"), file.data, file.size);
    assert_int_equal(cmaf_index_read(arena, file.data, file.size, &x, &needed), OK);
    hash(path, video, "their.packets", "their.frames");
    hash(real_path("ours.mp4"), video, "our.packets", "our.frames");
    real_assert_same("their.packets", "our.packets");
    if (video) /* sound loses its edit list: the encoder's delay is then heard */
        real_assert_same("their.frames", "our.frames");
    assert_probed(&s, &x);
    assert_segments_play(&x, &file, per, s.list.n);
    if (video)
        assert_keys_show(&x, &file);
    buf_finish(&file);
    real_close(&s);
    arena_destroy(&arena);
}

static void pictures_with_b_frames_come_out_as_they_went_in(void **state)
{
    (void)state;
    if (real_make_source("-g 48 -bf 3 -x264-params open-gop=0:keyint=48:b-pyramid=normal"))
        judge(real_path("source.mp4"), AVMEDIA_TYPE_VIDEO, 2);
}

static void pictures_that_are_all_key_frames_come_out_too(void **state)
{
    (void)state;
    if (real_make_source("-g 1 -t 2"))
        judge(real_path("source.mp4"), AVMEDIA_TYPE_VIDEO, 24);
}

static void sound_comes_out_as_it_went_in(void **state)
{
    (void)state;
    if (!real_make_source("-ac 2"))
        return;
    judge(real_path("source.mp4"), AVMEDIA_TYPE_AUDIO, 3);
    assert_true(real_make_source("-ac 6 -t 5"));
    judge(real_path("source.mp4"), AVMEDIA_TYPE_AUDIO, 3);
}

static void films_of_others_come_out_as_they_went_in(void **state)
{
    (void)state;
    static const char *const names[] = { "elf.mp4", "sintel-trailer-720p30.mp4" };
    const char *shared = getenv("LANTERNE_SHARED");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char source[REAL_PATH_ROOM * 2], command[REAL_PATH_ROOM * 5];
        snprintf(source, sizeof source, "%s/media/%s", shared == NULL ? "" : shared, names[i]);
        if (access(source, R_OK) != 0 || !real_is_installed("ffmpeg")) {
            print_message("skipped: %s is not there\n", source);
            continue;
        }
        /* Their GOPs need not be closed, ours are. */
        snprintf(command, sizeof command,
                 "ffmpeg -v error -i %s -an -t 4 -pix_fmt yuv420p -c:v libx264 -preset ultrafast "
                 "-g 50 -bf 3 -fps_mode cfr -y %s",
                 source, real_path("source.mp4"));
        real_assert_silent(command);
        judge(real_path("source.mp4"), AVMEDIA_TYPE_VIDEO, 2);
    }
}

static void mediainfo_sees_a_cmaf_track(void **state)
{
    (void)state;
    char command[2048];
    struct real_source s;
    if (!real_make_source("-g 48") || real_run("mediainfo --Version") < 0) {
        print_message("skipped: mediainfo is not installed\n");
        return;
    }
    real_open(&s, real_path("source.mp4"), AVMEDIA_TYPE_VIDEO);
    struct buf file = real_track_file(&s);
    real_write(real_path("ours.mp4"), file.data, file.size);
    snprintf(command, sizeof command,
             "mediainfo --Inform=General;%%CodecID_Compatible%%|%%Duration%%|%%IsTruncated%%| %s",
             real_path("ours.mp4"));
    real_assert_silent(command);
    struct buf said = real_read(real_path("out"));
    assert_non_null(strstr(buf_string(&said), "cmfc/cmf2"));
    assert_non_null(strstr(buf_string(&said), "|9009||"));
    buf_finish(&said);
    buf_finish(&file);
    real_close(&s);
}

/* An index of ffmpeg's own making is read: the same fragments and codec. */
static void a_track_file_of_ffmpeg_is_read(void **state)
{
    (void)state;
    char command[2048];
    struct cmaf_index x;
    size_t needed = 0;
    struct arena *arena = arena_create();
    if (real_make_source("-g 48 -bf 3")) {
        snprintf(command, sizeof command,
                 "ffmpeg -v error -i %s -map 0:v -c copy -movflags +cmaf+frag_keyframe+dash"
                 "+global_sidx -y %s",
                 real_path("source.mp4"), real_path("theirs.mp4"));
        real_assert_silent(command);
        struct buf file = real_read(real_path("theirs.mp4"));
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
    char tool[REAL_PATH_ROOM * 2], command[REAL_PATH_ROOM * 5];
    snprintf(tool, sizeof tool, "%s/tools/bmffmut.py", shared == NULL ? "" : shared);
    if (access(tool, R_OK) != 0 || !real_make_source("-g 48 -bf 3 -ac 2 -t 3")) {
        print_message("skipped: %s is not there\n", tool);
        return;
    }
    static const enum AVMediaType types[] = { AVMEDIA_TYPE_VIDEO, AVMEDIA_TYPE_AUDIO };
    for (size_t t = 0; t < 2; t++) {
        struct real_source s;
        real_open(&s, real_path("source.mp4"), types[t]);
        struct buf file = real_track_file(&s);
        real_write(real_path("ours.mp4"), file.data, file.size);
        buf_finish(&file);
        real_close(&s);
        snprintf(command, sizeof command, "python3 %s 7 %s %s 2000", tool, real_path("ours.mp4"),
                 real_path(t == 0 ? "mutants-v" : "mutants-a"));
        assert_int_equal(real_run(command), 0);
        snprintf(command, sizeof command, "find %s -name *.mp4",
                 real_path(t == 0 ? "mutants-v" : "mutants-a"));
        assert_int_equal(real_run(command), 0);
        struct buf list = real_read(real_path("out"));
        size_t n = 0, accepted = 0;
        buf_u8(&list, 0);
        for (char *at = (char *)list.data; *at != 0; n++) {
            char *end = strchr(at, '\n');
            *end = 0;
            struct buf mutant = real_read(at);
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
    return cmocka_run_group_tests(tests, real_make_folder, real_remove_folder);
}
