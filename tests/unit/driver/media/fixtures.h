/* Small films made on the spot by the ffmpeg command, and what comes out of the engines, gathered
 * and decoded again by it. Without ffmpeg the tests that need a film are skipped. */
#ifndef LANTERNE_TESTS_MEDIA_FIXTURES_H
#define LANTERNE_TESTS_MEDIA_FIXTURES_H

#include "base/buf.h"
#include "driver/media/media.h"

enum { FIXTURE_PATH = 512, GATHER_GOPS = 64 };

/* cmocka group fixtures: a folder of its own, gone afterwards. */
int fixtures_setup(void **state);
int fixtures_teardown(void **state);

bool fixtures_have_ffmpeg(void);
/* The path of a file in the folder. Static storage, four at a time. */
const char *fixture_path(const char *name);
/* Runs ffmpeg with the arguments (NULL-terminated), then the path of `name`, which it returns
 * (static storage, eight at a time). Skips without it,
 * fails the test when it fails. */
const char *fixture_make(const char *name, const char *const *arguments);
#define FIXTURE(name, ...) fixture_make(name, (const char *const[]){ __VA_ARGS__, NULL })
/* Runs a program, its standard output into out (NULL: nowhere); its exit code. */
int fixture_run(const char *const *arguments, struct buf *out);
void fixture_read(const char *path, struct buf *out);
void fixture_write(const char *path, const void *bytes, size_t n);

/* Inspects; fails the test unless it is accepted. */
void fixture_facts(const char *path, struct media_facts *facts);
/* A plan like the service's: pieces of two GOPs, all texts, stereo of each sound. */
void fixture_plan(const struct media_facts *facts, struct media_plan *plan);

struct gathered_gop {
    uint32_t number;
    size_t n, bytes;
    size_t sizes[128];
    int32_t cts[128];
    uint64_t hash; /* of config, sizes, offsets and samples */
};

struct gathered {
    struct buf stream[LADDER_RUNGS]; /* Annex B */
    struct gathered_gop gops[LADDER_RUNGS][GATHER_GOPS];
    size_t n_gops[LADDER_RUNGS];
    unsigned tiles, stills, begun, ended;
    uint16_t columns, rows;
    uint64_t picture_hash; /* of tiles and stills */
    uint32_t skip;         /* pieces to skip */
    int stop_at;           /* piece to stop at; -1: none */
    enum err fail;         /* what piece_end returns */
    bool cancel;
    uint64_t frames;
    struct media_answer answer;
};

/* Encodes into *g (cleared, but for skip, stop_at, fail, cancel). */
enum err gather(const char *path, const struct media_facts *facts, const struct media_plan *plan,
                const struct media_limits *limits, struct gathered *g);
void gathered_finish(struct gathered *g);
/* Decodes a rendition to planes of 4:2:0 in out. */
void gathered_decode(struct gathered *g, size_t rendition, struct buf *out);

/* The mean of a part of the luma of picture n; w, h: of the picture. */
double luma_mean(const struct buf *pictures, int w, int h, size_t n, int x0, int y0, int x1,
                 int y1);

#endif
