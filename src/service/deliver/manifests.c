#include "service/deliver/manifests.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "format/cmaf/protect.h"
#include "format/dash/mpd.h"
#include "format/hls/playlist.h"
#include "rules/viewing/showing.h"

enum {
    MANIFEST_MAX = 4 * 1024 * 1024, /* bytes: 65,535 fragments in one playlist */
    CAPTION_MAX = 8 * 1024 * 1024,  /* bytes of one WebVTT file */
};

#define CACHE_MANIFEST "private, max-age=10"
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
    /* Stands where the licence address has to stand until somebody's is put there. Nobody can
     * guess it, so no label of a track contains it. */
    char mark[ID_TEXT];
    enum err err; /* the first sticks */
};

/* Eight bytes a step, since one of them is the address in every answer. */
static uint64_t hash_of(const uint8_t *bytes, size_t n)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325) ^ n, word = 0;
    for (size_t i = 0; i < n; i += sizeof word) {
        size_t left = n - i;
        word = 0;
        if (left >= sizeof word)
            memcpy(&word, bytes + i, sizeof word);
        else
            memcpy(&word, bytes + i, left);
        h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        h ^= h >> 29;
    }
    return h;
}

/* As an entity tag: 16 digits and a NUL. */
static void write_tag(uint64_t tag, char out[17])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < 16; i++)
        out[i] = digits[tag >> (60 - 4 * i) & 15];
    out[16] = 0;
}

/* Keeps bytes under a name. A manifest may change when captions are added: it is asked for again
 * after a little while, and its tag tells whether it did. */
static void keep(struct making *m, const char *name, const char *type, const void *bytes, size_t n)
{
    char etag[17];
    if (m->err != OK)
        return;
    write_tag(hash_of(bytes, n), etag);
    struct opened_content *c = &m->o->contents[m->o->n_contents];
    c->name = name;
    c->content = http_content_create(bytes, n,
                                     &(struct http_content_params){ .content_type = type,
                                                                    .cache_control = CACHE_MANIFEST,
                                                                    .etag = etag,
                                                                    .headers = media_headers });
    if (c->content == NULL)
        m->err = ERR_MEMORY;
    else
        m->o->n_contents++;
}

/* Keeps what was written to m->out with gaps where the licence address belongs. */
static void keep_places(struct making *m, const char *name, const char *type, size_t n_places)
{
    const size_t mark = strlen(m->mark);
    struct opened_content *c = &m->o->contents[m->o->n_contents++];
    uint8_t *bytes = arena_alloc(m->arena, m->out.size);
    size_t *places = ARENA_ARRAY(m->arena, size_t, n_places);
    const uint8_t *from = m->out.data, *end = from + m->out.size;
    *c = (struct opened_content){
        .name = name, .type = type, .bytes = bytes, .n_places = n_places, .places = places
    };
    for (size_t i = 0; i < n_places; i++) {
        const uint8_t *at = memmem(from, (size_t)(end - from), m->mark, mark);
        memcpy(bytes + c->size, from, (size_t)(at - from));
        c->size += (size_t)(at - from);
        places[i] = c->size;
        from = at + mark;
    }
    memcpy(bytes + c->size, from, (size_t)(end - from));
    c->size += (size_t)(end - from);
    c->tag = hash_of(bytes, c->size);
}

static size_t count_marks(const struct making *m)
{
    size_t n = 0, mark = strlen(m->mark);
    const uint8_t *at = m->out.data, *end = at + m->out.size;
    while (at != NULL && (at = memmem(at, (size_t)(end - at), m->mark, mark)) != NULL) {
        at += mark;
        n++;
    }
    return n;
}

/* Keeps what was written to m->out, which is empty again afterwards. */
static void keep_written(struct making *m, enum err written, const char *name, const char *type)
{
    if (m->err == OK)
        m->err = written;
    size_t n_places = m->err == OK ? count_marks(m) : 0;
    if (n_places > 0)
        keep_places(m, name, type, n_places);
    else
        keep(m, name, type, m->out.data, m->out.size);
    buf_clear(&m->out);
}

struct http_content *manifests_write(const struct opened_content *content, struct arena *arena,
                                     const char *address, size_t *written)
{
    size_t size = strlen(address), from = 0;
    char etag[17];
    uint8_t *bytes = arena_alloc(arena, content->size + content->n_places * size), *at = bytes;
    for (size_t i = 0; i < content->n_places; i++) {
        memcpy(at, content->bytes + from, content->places[i] - from);
        at += content->places[i] - from;
        memcpy(at, address, size);
        at += size;
        from = content->places[i];
    }
    memcpy(at, content->bytes + from, content->size - from);
    *written = content->size + content->n_places * size;
    write_tag(content->tag ^ hash_of((const uint8_t *)address, size), etag);
    return http_content_create(bytes, *written,
                               &(struct http_content_params){ .content_type = content->type,
                                                              .cache_control = CACHE_MANIFEST,
                                                              .etag = etag,
                                                              .headers = media_headers });
}

static void make_rendition(struct making *m, const struct presentation *p,
                           const struct presentation_rendition *r)
{
    keep_written(m, hls_media(p, r, &m->out), arena_printf(m->arena, "%s.m3u8", r->name), TYPE_HLS);
    if (r->index->kind == CMAF_VIDEO && hls_has_iframes(p, r->index))
        keep_written(m, hls_iframes(p, r, &m->out),
                     arena_printf(m->arena, "%s-iframes.m3u8", r->name), TYPE_HLS);
}

static const char no_cues[] = "WEBVTT\n";

/* What lies there is not what was put there. */
static bool is_refused(enum err err)
{
    return err == ERR_MALFORMED || err == ERR_STATE || err == ERR_DENIED;
}

static void make_caption(struct making *m, const struct presentation_caption *c, const char *blob)
{
    uint8_t *bytes = NULL;
    size_t n = 0;
    keep_written(m, hls_captions(&m->p, c, &m->out), arena_printf(m->arena, "%s-vtt.m3u8", c->name),
                 TYPE_HLS);
    if (m->err == OK)
        m->err = coffer_read(m->params->coffer, m->arena, blob, CAPTION_MAX, &bytes, &n);
    /* A film without its captions is better than no film. */
    if (m->err == ERR_NOT_FOUND || is_refused(m->err)) {
        if (m->err == ERR_NOT_FOUND)
            log_warning("deliver", "%s is missing: its captions are empty", blob);
        else
            log_error("deliver", "%s is refused: %s; its captions are empty", blob,
                      coffer_why(m->err));
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

/* ---- protection -------------------------------------------------------------------------------
 * One multivariant playlist a key format: a playlist with tags of two plays nowhere. */

static const struct format {
    enum presentation_key_format format;
    const char *suffix;  /* of the names of the tracks */
    const char *master;  /* the multivariant playlist */
    const char *licence; /* what follows the licence address */
} formats[] = {
    { PRESENTATION_CLEARKEY, "", "master.m3u8", "" },
    { PRESENTATION_IDENTITY, OPENED_IDENTITY, "master-identity.m3u8", "" },
    { PRESENTATION_AES128, OPENED_AES128, "master-aes.m3u8", "/segments" },
};
enum { N_FORMATS = sizeof formats / sizeof formats[0] };

/* The presentation as one key format has it. */
static struct presentation present(struct making *m, const struct format *f)
{
    struct presentation p = m->p;
    struct presentation_protection *protection =
        ARENA_NEW(m->arena, struct presentation_protection);
    struct presentation_rendition *r =
        ARENA_ARRAY(m->arena, struct presentation_rendition, p.n_renditions);
    protection->licence = arena_printf(m->arena, "%s%s", m->mark, f->licence);
    protection->hls = f->format;
    for (size_t i = 0; i < p.n_renditions; i++) {
        r[i] = p.renditions[i];
        if (r[i].index->scheme == CMAF_CLEAR)
            continue;
        r[i].name = arena_printf(m->arena, "%s%s", r[i].name, f->suffix);
    }
    p.renditions = r;
    p.protection = protection;
    return p;
}

/* Its init segment in clear. */
static void make_clear_init(struct making *m, const struct opened_track *t)
{
    keep_written(m, cmaf_reprotect_init(t->init, t->index.init_size, NULL, &m->out),
                 arena_printf(m->arena, "%s" OPENED_AES128 "/init.mp4", t->name),
                 t->index.kind == CMAF_VIDEO ? "video/mp4" : "audio/mp4");
}

static void make_format(struct making *m, const struct format *f)
{
    struct presentation p = present(m, f);
    keep_written(m, hls_multivariant(&p, &m->out), f->master, TYPE_HLS);
    if (f->format == PRESENTATION_CLEARKEY)
        keep_written(m, dash_mpd(&p, &m->out), "manifest.mpd", TYPE_DASH);
    for (size_t i = 0; i < p.n_renditions; i++) {
        if (p.renditions[i].index->scheme == CMAF_CLEAR)
            continue;
        make_rendition(m, &p, &p.renditions[i]);
        if (f->format == PRESENTATION_AES128)
            make_clear_init(m, &m->o->tracks[i]);
    }
}

/* ---- all of it --------------------------------------------------------------------------------
 */

/* Two for each rendition, caption and key format, init segments in clear, masters, tiles. */
static size_t contents_most(const struct presentation *p)
{
    return (2 * (N_FORMATS + 1) + 1) * p->n_renditions + 2 * p->n_captions + N_FORMATS + 4;
}

static void make_all(struct making *m, const struct store_caption *captions)
{
    const struct presentation *p = &m->p;
    m->o->contents = ARENA_ARRAY(m->arena, struct opened_content, contents_most(p));
    for (size_t i = 0; m->o->is_protected && i < N_FORMATS; i++)
        make_format(m, &formats[i]);
    if (!m->o->is_protected) {
        keep_written(m, hls_multivariant(p, &m->out), "master.m3u8", TYPE_HLS);
        keep_written(m, dash_mpd(p, &m->out), "manifest.mpd", TYPE_DASH);
    }
    for (size_t i = 0; i < p->n_renditions; i++)
        if (p->renditions[i].index->scheme == CMAF_CLEAR)
            make_rendition(m, p, &p->renditions[i]);
    for (size_t i = 0; i < p->n_captions; i++)
        make_caption(m, &p->captions[i], captions[i].blob);
    if (p->tiles.name != NULL)
        keep_written(m, hls_tiles(p, &m->out), "tiles-tiles.m3u8", TYPE_HLS);
}

/* By name, so that they are found by halves. */
static int compare_contents(const void *a, const void *b)
{
    const struct opened_content *left = a, *right = b;
    return strcmp(left->name, right->name);
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
    id_new(m.mark);
    m.p.duration_ms = (uint64_t)edition->duration_ms;
    m.p.per_segment = o->per_segment;
    describe_renditions(&m, edition);
    describe_captions(&m, captions, n);
    describe_tiles(&m, edition);
    buf_init(&m.out, MANIFEST_MAX);
    make_all(&m, captions);
    qsort(o->contents, o->n_contents, sizeof *o->contents, compare_contents);
    buf_finish(&m.out);
    return m.err;
}
