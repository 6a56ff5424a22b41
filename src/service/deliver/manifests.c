#include "service/deliver/manifests.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "format/dash/mpd.h"
#include "format/hls/playlist.h"
#include "rules/viewing/showing.h"

enum {
    MANIFEST_MAX = 4 * 1024 * 1024, /* bytes: 65,535 fragments in one playlist */
    CAPTION_MAX = 8 * 1024 * 1024,  /* bytes of one WebVTT file */
};

#define TYPE_HLS "application/vnd.apple.mpegurl"
#define TYPE_DASH "application/dash+xml"
#define TYPE_CAPTION "text/vtt; charset=utf-8"

const char *const media_headers[] = {
    "Access-Control-Allow-Origin",
    "*",
    "Access-Control-Expose-Headers",
    "Content-Length, Content-Range",
    "Cross-Origin-Resource-Policy",
    "cross-origin",
    NULL,
};

/* One edition being written. */
struct making {
    const struct opened_params *params;
    struct opened *o;
    struct arena *arena;
    struct presentation p;
    struct buf out;
    enum err err; /* the first sticks */
};

static uint64_t hash_of(const uint8_t *bytes, size_t n)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < n; i++)
        h = (h ^ bytes[i]) * UINT64_C(0x100000001b3);
    return h;
}

/* Keeps bytes under a name. A manifest may change when captions are added: it is asked for again
 * after a little while, and its tag tells whether it did. */
static void keep(struct making *m, const char *name, const char *type, const void *bytes, size_t n)
{
    char etag[24];
    if (m->err != OK)
        return;
    snprintf(etag, sizeof etag, "%016" PRIx64, hash_of(bytes, n));
    struct opened_content *c = &m->o->contents[m->o->n_contents];
    c->name = name;
    c->content =
        http_content_create(bytes, n,
                            &(struct http_content_params){ .content_type = type,
                                                           .cache_control = "private, max-age=10",
                                                           .etag = etag,
                                                           .headers = media_headers });
    if (c->content == NULL)
        m->err = ERR_MEMORY;
    else
        m->o->n_contents++;
}

/* Keeps what was written to m->out, which is empty again afterwards. */
static void keep_written(struct making *m, enum err written, const char *name, const char *type)
{
    if (m->err == OK)
        m->err = written;
    keep(m, name, type, m->out.data, m->out.size);
    buf_clear(&m->out);
}

static void make_rendition(struct making *m, const struct presentation_rendition *r)
{
    keep_written(m, hls_media(&m->p, r, &m->out), arena_printf(m->arena, "%s.m3u8", r->name),
                 TYPE_HLS);
    if (r->index->kind == CMAF_VIDEO && r->index->fragments[0].key_size > 0)
        keep_written(m, hls_iframes(&m->p, r, &m->out),
                     arena_printf(m->arena, "%s-iframes.m3u8", r->name), TYPE_HLS);
}

static const char no_cues[] = "WEBVTT\n";

static void make_caption(struct making *m, const struct presentation_caption *c, const char *blob)
{
    uint8_t *bytes = NULL;
    size_t n = 0;
    keep_written(m, hls_captions(&m->p, c, &m->out), arena_printf(m->arena, "%s-vtt.m3u8", c->name),
                 TYPE_HLS);
    if (m->err == OK)
        m->err = blob_read(m->params->blobs, m->arena, blob, CAPTION_MAX, &bytes, &n);
    if (m->err == ERR_NOT_FOUND) { /* a film without its captions is better than no film */
        log_warning("deliver", "%s is missing: its captions are empty", blob);
        m->err = OK;
        n = sizeof no_cues - 1;
        bytes = memcpy(arena_alloc(m->arena, n), no_cues, n);
    }
    keep(m, arena_printf(m->arena, "%s.vtt", c->name), TYPE_CAPTION, bytes, n);
}

static void describe_renditions(struct making *m, const struct store_edition *edition)
{
    size_t n = edition->n_renditions;
    struct presentation_rendition *r = ARENA_ARRAY(m->arena, struct presentation_rendition, n);
    for (size_t i = 0; i < n; i++)
        r[i] = (struct presentation_rendition){
            .name = m->o->tracks[i].name,
            .index = &m->o->tracks[i].index,
            .label = edition->renditions[i].label,
            .is_default = edition->renditions[i].is_default,
            .is_description = edition->renditions[i].is_description,
        };
    m->p.renditions = r;
    m->p.n_renditions = n;
}

/* Keeps the captions that may be read; how many. */
static size_t keep_allowed(const char *languages, struct store_caption *captions, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (showing_language_allowed(languages, captions[i].language, RIGHTS_SUB))
            captions[kept++] = captions[i];
    return kept;
}

static enum presentation_caption_kind caption_kind(const char *name)
{
    if (strcmp(name, "sdh") == 0)
        return PRESENTATION_SDH;
    return strcmp(name, "forced") == 0 ? PRESENTATION_FORCED : PRESENTATION_SUBTITLES;
}

static void describe_captions(struct making *m, const struct store_caption *captions, size_t n)
{
    struct presentation_caption *c = ARENA_ARRAY(m->arena, struct presentation_caption, n);
    for (size_t i = 0; i < n; i++)
        c[i] = (struct presentation_caption){
            .name = captions[i].name,
            .language = captions[i].language,
            .label = captions[i].label,
            .kind = caption_kind(captions[i].kind),
            .is_default = captions[i].is_default,
        };
    m->p.captions = c;
    m->p.n_captions = n;
}

static void describe_tiles(struct making *m, const struct store_edition *edition)
{
    const struct store_tiles *t = &edition->tiles;
    if (t->sheets == 0)
        return;
    m->p.tiles = (struct presentation_tiles){
        .name = "tiles",
        .width = t->width,
        .height = t->height,
        .columns = t->columns,
        .rows = t->rows,
        .timescale = t->timescale,
        .interval_ticks = (uint64_t)t->interval_ticks,
        .sheet_ticks = (uint64_t)t->sheet_ticks,
        .sheets = t->sheets,
    };
    if (edition->duration_ms > 0)
        m->p.tiles.bitrate = (uint32_t)(t->bytes * 8000 / edition->duration_ms);
}

/* Two for each rendition and caption, the two masters and the tiles. */
static size_t contents_most(const struct presentation *p)
{
    return 2 * p->n_renditions + 2 * p->n_captions + 3;
}

static void make_all(struct making *m, const struct store_caption *captions)
{
    const struct presentation *p = &m->p;
    m->o->contents = ARENA_ARRAY(m->arena, struct opened_content, contents_most(p));
    keep_written(m, hls_multivariant(p, &m->out), "master.m3u8", TYPE_HLS);
    keep_written(m, dash_mpd(p, &m->out), "manifest.mpd", TYPE_DASH);
    for (size_t i = 0; i < p->n_renditions; i++)
        make_rendition(m, &p->renditions[i]);
    for (size_t i = 0; i < p->n_captions; i++)
        make_caption(m, &p->captions[i], captions[i].blob);
    if (p->tiles.name != NULL)
        keep_written(m, hls_tiles(p, &m->out), "tiles-tiles.m3u8", TYPE_HLS);
}

enum err manifests_make(const struct opened_params *params, const struct store_edition *edition,
                        struct opened *o, struct arena *arena)
{
    struct store_caption *captions;
    size_t n;
    struct making m = { .params = params, .o = o, .arena = arena };
    enum err err = store_captions_list(params->store, arena, edition->playable, &captions, &n);
    if (err != OK)
        return err;
    n = keep_allowed(o->limits.languages, captions, n);
    m.p.duration_ms = (uint64_t)edition->duration_ms;
    m.p.per_segment = o->per_segment;
    describe_renditions(&m, edition);
    describe_captions(&m, captions, n);
    describe_tiles(&m, edition);
    buf_init(&m.out, MANIFEST_MAX);
    make_all(&m, captions);
    buf_finish(&m.out);
    return m.err;
}
