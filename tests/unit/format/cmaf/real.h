/* Real pictures and sound for tests of track files: a source of ffmpeg's making, and other people's
 * programs to judge what came of it. All files lie in one folder that main makes and removes. */
#ifndef LANTERNE_TESTS_FORMAT_CMAF_REAL_H
#define LANTERNE_TESTS_FORMAT_CMAF_REAL_H

#include <libavformat/avformat.h>
#include <stdbool.h>

#include "base/buf.h"
#include "format/cmaf/track.h"

enum { REAL_FILE_MAX = 64 * 1024 * 1024, REAL_PATH_ROOM = 512 };

struct real_samples {
    struct cmaf_sample *samples;
    size_t n, room;
};

struct real_source {
    AVFormatContext *format;
    struct cmaf_track track;
    struct real_samples list;
    uint8_t config[1024];
};

int real_make_folder(void **state);
int real_remove_folder(void **state);
const char *real_path(const char *name); /* good for seven more calls */
struct buf real_read(const char *path);
void real_write(const char *path, const void *bytes, size_t n);
/* Runs a program with words split at spaces; what it prints goes to `out` and `err` in the folder.
 * -1: it is not installed. */
int real_run(const char *command);
bool real_is_installed(const char *program); /* says so when it is not */
void real_assert_silent(const char *command);
void real_assert_same(const char *a, const char *b); /* names in the folder */

/* source.mp4: nine seconds of pictures and a tone, by ffmpeg. false: it is not installed. */
bool real_make_source(const char *options);
void real_open(struct real_source *s, const char *path, enum AVMediaType type);
void real_close(struct real_source *s);
struct buf real_track_file(const struct real_source *s);

#endif
