#include "driver/media/message.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/text.h"

size_t message_ceiling(uint32_t type)
{
    static const size_t ceilings[MESSAGE_TYPES] = {
        [MESSAGE_JOB] = MESSAGE_SMALL_MAX,
        [MESSAGE_NEXT] = 4,
        [MESSAGE_PROGRESS] = 4,
        [MESSAGE_REFUSAL] = 1024,
        [MESSAGE_FACTS] = MESSAGE_SMALL_MAX,
        [MESSAGE_PIECE_BEGIN] = 4,
        [MESSAGE_PIECE_END] = 4,
        [MESSAGE_GROUP] = MESSAGE_MAX,
        [MESSAGE_TILES] = MESSAGE_JPEG_MAX + 64,
        [MESSAGE_STILL] = 2 * MESSAGE_JPEG_MAX + 64,
        [MESSAGE_CUE] = MESSAGE_CUE_MAX + 64,
        [MESSAGE_ENDS] = 16 + 4 + 16 * MEDIA_TRACKS_MAX,
        [MESSAGE_FAILED] = 4,
        [MESSAGE_DONE] = 8,
    };
    return type < MESSAGE_TYPES ? ceilings[type] : 0;
}

size_t message_open(struct buf *out, enum message_type type)
{
    size_t at = out->size;
    buf_be32(out, type);
    buf_be32(out, 0);
    return at;
}

void message_close(struct buf *out, size_t at)
{
    if (out->err == OK)
        buf_set_be32(out, at + 4, (uint32_t)(out->size - at - MESSAGE_HEAD));
}

/* ---- parts of messages ---- */

/* Also the marker of how strict text is: titles and languages are one line of UTF-8. */
static void put_line(struct buf *out, const char *text, size_t room)
{
    size_t n = strnlen(text, room - 1);
    buf_be16(out, (uint16_t)n);
    buf_put(out, text, n);
}

static void get_line(struct reader *r, char *out, size_t room)
{
    size_t n = read_u16(r);
    const uint8_t *text = read_bytes(r, n);
    out[0] = 0;
    if (text == NULL || n >= room || !text_is_line((const char *)text, n)) {
        r->failed = true;
        return;
    }
    memcpy(out, text, n);
    out[n] = 0;
}

static void put_double(struct buf *out, double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    buf_be64(out, bits);
}

/* Within [min, max] or the only infinity that has a meaning: the loudness of silence. */
static double get_double(struct reader *r, double min, double max)
{
    uint64_t bits = read_u64(r);
    double v;
    memcpy(&v, &bits, sizeof v);
    if (v == -HUGE_VAL || (v >= min && v <= max))
        return v;
    r->failed = true;
    return 0;
}

static uint32_t get_count(struct reader *r, uint32_t max)
{
    uint32_t n = read_u32(r);
    if (n <= max)
        return n;
    r->failed = true;
    return 0;
}

static int64_t get_time(struct reader *r)
{
    const int64_t most = INT64_C(1) << 53;
    int64_t t = (int64_t)read_u64(r);
    if (t >= -most && t <= most)
        return t;
    r->failed = true;
    return 0;
}

static bool get_bool(struct reader *r)
{
    uint8_t v = read_u8(r);
    if (v > 1)
        r->failed = true;
    return v == 1;
}

/* A stream's number in the source. */
static int get_stream(struct reader *r)
{
    enum { STREAM_MAX = 4096 };
    return (int)get_count(r, STREAM_MAX);
}

static enum err whole(const struct reader *r)
{
    return r->failed || read_left(r) != 0 ? ERR_MALFORMED : OK;
}

/* ---- facts ---- */

static void put_video(struct buf *out, const struct ladder_video *v)
{
    buf_be16(out, v->width);
    buf_be16(out, v->height);
    buf_be32(out, v->par_num);
    buf_be32(out, v->par_den);
    buf_be32(out, v->rate.num);
    buf_be32(out, v->rate.den);
}

static void get_video(struct reader *r, struct ladder_video *v)
{
    v->width = read_u16(r);
    v->height = read_u16(r);
    v->par_num = read_u32(r);
    v->par_den = read_u32(r);
    v->rate.num = read_u32(r);
    v->rate.den = read_u32(r);
}

static void put_sound(struct buf *out, const struct media_sound *s)
{
    buf_be32(out, (uint32_t)s->stream);
    put_line(out, s->language, sizeof s->language);
    put_line(out, s->codec, sizeof s->codec);
    put_line(out, s->title, sizeof s->title);
    buf_be32(out, s->sample_rate);
    buf_be16(out, s->channels);
    buf_u8(out, s->is_default);
    buf_u8(out, s->is_description);
    buf_be64(out, (uint64_t)s->start_us);
    buf_be64(out, (uint64_t)s->duration_us);
    put_double(out, s->loudness_lufs);
    put_double(out, s->true_peak_dbtp);
}

static void get_sound(struct reader *r, struct media_sound *s)
{
    s->stream = get_stream(r);
    get_line(r, s->language, sizeof s->language);
    get_line(r, s->codec, sizeof s->codec);
    get_line(r, s->title, sizeof s->title);
    s->sample_rate = get_count(r, 1000000);
    s->channels = read_u16(r);
    s->is_default = get_bool(r);
    s->is_description = get_bool(r);
    s->start_us = get_time(r);
    s->duration_us = get_time(r);
    s->loudness_lufs = get_double(r, -1000, 1000);
    s->true_peak_dbtp = get_double(r, -1000, 1000);
    if (!r->failed && (s->channels == 0 || s->channels > 64 || s->sample_rate == 0 ||
                       !text_is_language(s->language, strlen(s->language))))
        r->failed = true;
}

static void put_text(struct buf *out, const struct media_text *t)
{
    buf_be32(out, (uint32_t)t->stream);
    put_line(out, t->language, sizeof t->language);
    put_line(out, t->codec, sizeof t->codec);
    put_line(out, t->title, sizeof t->title);
    buf_u8(out, t->is_forced);
    buf_u8(out, t->is_sdh);
    buf_u8(out, t->is_default);
}

static void get_text(struct reader *r, struct media_text *t)
{
    t->stream = get_stream(r);
    get_line(r, t->language, sizeof t->language);
    get_line(r, t->codec, sizeof t->codec);
    get_line(r, t->title, sizeof t->title);
    t->is_forced = get_bool(r);
    t->is_sdh = get_bool(r);
    t->is_default = get_bool(r);
    if (!r->failed && !text_is_language(t->language, strlen(t->language)))
        r->failed = true;
}

static void put_facts(struct buf *out, const struct media_facts *f)
{
    assert(f->n_sounds <= MEDIA_TRACKS_MAX && f->n_texts <= MEDIA_TRACKS_MAX);
    put_line(out, f->container, sizeof f->container);
    buf_be64(out, (uint64_t)f->duration_us);
    buf_be32(out, (uint32_t)f->stream);
    put_line(out, f->codec, sizeof f->codec);
    put_video(out, &f->video);
    buf_u8(out, f->is_variable_rate);
    buf_u8(out, f->is_interlaced);
    buf_u8(out, f->is_hdr);
    buf_be32(out, (uint32_t)f->rotation);
    buf_be16(out, f->primaries);
    buf_be16(out, f->transfer);
    buf_be16(out, f->matrix);
    buf_be64(out, f->frames);
    buf_be32(out, (uint32_t)f->n_sounds);
    for (size_t i = 0; i < f->n_sounds; i++)
        put_sound(out, &f->sounds[i]);
    buf_be32(out, (uint32_t)f->n_texts);
    for (size_t i = 0; i < f->n_texts; i++)
        put_text(out, &f->texts[i]);
}

static void get_facts(struct reader *r, struct media_facts *f)
{
    memset(f, 0, sizeof *f);
    get_line(r, f->container, sizeof f->container);
    f->duration_us = get_time(r);
    f->stream = get_stream(r);
    get_line(r, f->codec, sizeof f->codec);
    get_video(r, &f->video);
    f->is_variable_rate = get_bool(r);
    f->is_interlaced = get_bool(r);
    f->is_hdr = get_bool(r);
    f->rotation = (int)get_count(r, 359);
    f->primaries = read_u16(r);
    f->transfer = read_u16(r);
    f->matrix = read_u16(r);
    f->frames = read_u64(r);
    f->n_sounds = get_count(r, MEDIA_TRACKS_MAX);
    for (size_t i = 0; i < f->n_sounds && !r->failed; i++)
        get_sound(r, &f->sounds[i]);
    f->n_texts = get_count(r, MEDIA_TRACKS_MAX);
    for (size_t i = 0; i < f->n_texts && !r->failed; i++)
        get_text(r, &f->texts[i]);
}

void message_put_facts(struct buf *out, const struct media_facts *facts)
{
    put_facts(out, facts);
}

/* What the parent plans with must be a picture that can be planned for. */
enum err message_get_facts(struct reader r, struct media_facts *out)
{
    const uint64_t frames_max = UINT64_C(24) * 3600 * 60 + 1; /* a day at 60 a second */
    struct ladder_plan plan;
    get_facts(&r, out);
    enum err err = whole(&r);
    if (err == OK && (out->frames == 0 || out->frames > frames_max || out->duration_us <= 0))
        err = ERR_MALFORMED;
    if (err == OK && ladder_plan(&out->video, NULL, &plan) != OK)
        err = ERR_MALFORMED;
    return err;
}

/* ---- the job ---- */

static void put_ladder(struct buf *out, const struct ladder_plan *p)
{
    buf_be32(out, p->rate.num);
    buf_be32(out, p->rate.den);
    buf_be32(out, p->timescale);
    buf_be32(out, p->frame_ticks);
    buf_be16(out, p->gop_frames);
    buf_be32(out, (uint32_t)p->n);
    for (size_t i = 0; i < p->n; i++) {
        const struct ladder_rendition *x = &p->renditions[i];
        put_line(out, x->name, sizeof x->name);
        buf_be16(out, x->width);
        buf_be16(out, x->height);
        buf_u8(out, x->crf);
        buf_be32(out, x->maxrate);
        buf_be32(out, x->bufsize);
        put_line(out, x->level, sizeof x->level);
    }
}

static void get_ladder(struct reader *r, struct ladder_plan *p)
{
    p->rate.num = read_u32(r);
    p->rate.den = read_u32(r);
    p->timescale = read_u32(r);
    p->frame_ticks = read_u32(r);
    p->gop_frames = read_u16(r);
    p->n = get_count(r, LADDER_RUNGS);
    for (size_t i = 0; i < p->n; i++) {
        struct ladder_rendition *x = &p->renditions[i];
        get_line(r, x->name, sizeof x->name);
        x->width = read_u16(r);
        x->height = read_u16(r);
        x->crf = read_u8(r);
        x->maxrate = read_u32(r);
        x->bufsize = read_u32(r);
        get_line(r, x->level, sizeof x->level);
    }
    if (p->gop_frames > MESSAGE_SAMPLES_MAX)
        r->failed = true;
}

static void put_plan(struct buf *out, const struct media_plan *p)
{
    put_ladder(out, &p->ladder);
    buf_be16(out, p->piece_gops);
    buf_be32(out, (uint32_t)p->n_sounds);
    for (size_t i = 0; i < p->n_sounds; i++) {
        buf_be32(out, (uint32_t)p->sounds[i].stream);
        buf_be16(out, p->sounds[i].channels);
        buf_be32(out, p->sounds[i].bitrate);
        put_double(out, p->sounds[i].gain_db);
    }
    buf_be32(out, (uint32_t)p->n_texts);
    for (size_t i = 0; i < p->n_texts; i++)
        buf_be32(out, (uint32_t)p->texts[i]);
    buf_be16(out, p->tile_width);
}

static void get_plan(struct reader *r, struct media_plan *p)
{
    get_ladder(r, &p->ladder);
    p->piece_gops = read_u16(r);
    p->n_sounds = get_count(r, MEDIA_TRACKS_MAX * 2);
    for (size_t i = 0; i < p->n_sounds; i++) {
        p->sounds[i].stream = get_stream(r);
        p->sounds[i].channels = read_u16(r);
        p->sounds[i].bitrate = read_u32(r);
        p->sounds[i].gain_db = get_double(r, -200, 200);
    }
    p->n_texts = get_count(r, MEDIA_TRACKS_MAX);
    for (size_t i = 0; i < p->n_texts; i++)
        p->texts[i] = get_stream(r);
    p->tile_width = read_u16(r);
}

void message_put_job(struct buf *out, const struct message_job *job)
{
    buf_u8(out, (uint8_t)job->kind);
    buf_be32(out, job->limits.cpu_seconds);
    buf_be64(out, job->limits.memory_bytes);
    buf_be32(out, job->limits.stall_seconds);
    buf_u8(out, job->limits.seal != NULL);
    if (job->limits.seal != NULL)
        buf_put(out, job->limits.seal, MEDIA_SEAL);
    if (job->kind == JOB_ENCODE || job->kind == JOB_SOUND) {
        put_facts(out, &job->facts);
        put_plan(out, &job->plan);
    }
}

enum err message_get_job(struct reader r, struct message_job *out)
{
    memset(out, 0, sizeof *out);
    uint8_t kind = read_u8(&r);
    if (kind >= JOB_KINDS)
        return ERR_MALFORMED;
    out->kind = (enum job_kind)kind;
    out->limits.cpu_seconds = read_u32(&r);
    out->limits.memory_bytes = read_u64(&r);
    out->limits.stall_seconds = read_u32(&r);
    uint8_t seals = read_u8(&r);
    if (seals > 1)
        return ERR_MALFORMED;
    out->limits.seal = seals == 1 ? read_bytes(&r, MEDIA_SEAL) : NULL;
    if (kind == JOB_ENCODE || kind == JOB_SOUND) {
        get_facts(&r, &out->facts);
        get_plan(&r, &out->plan);
    }
    return whole(&r);
}

/* ---- what comes out ---- */

void message_put_refusal(struct buf *out, const struct media_refusal *refusal)
{
    put_line(out, refusal->code, sizeof refusal->code);
    put_line(out, refusal->text, sizeof refusal->text);
}

enum err message_get_refusal(struct reader r, struct media_refusal *out)
{
    get_line(&r, out->code, sizeof out->code);
    get_line(&r, out->text, sizeof out->text);
    if (out->code[0] == 0 || out->text[0] == 0)
        r.failed = true;
    return whole(&r);
}

static void put_end_pair(struct buf *out, const struct media_ends *ends)
{
    put_double(out, ends->head);
    put_double(out, ends->tail);
}

/* Seconds; no film lasts longer than a day. */
static double get_seconds(struct reader *r)
{
    double v = get_double(r, 0, 86400 * 1.01);
    if (v < 0)
        r->failed = true;
    return v;
}

static void get_end_pair(struct reader *r, struct media_ends *ends)
{
    ends->head = get_seconds(r);
    ends->tail = get_seconds(r);
}

void message_put_ends(struct buf *out, const struct message_ends *ends)
{
    put_end_pair(out, &ends->black);
    buf_be32(out, (uint32_t)ends->n_sounds);
    for (size_t i = 0; i < ends->n_sounds; i++)
        put_end_pair(out, &ends->sounds[i]);
}

enum err message_get_ends(struct reader r, struct message_ends *out)
{
    memset(out, 0, sizeof *out);
    get_end_pair(&r, &out->black);
    out->n_sounds = get_count(&r, MEDIA_TRACKS_MAX);
    for (size_t i = 0; i < out->n_sounds; i++)
        get_end_pair(&r, &out->sounds[i]);
    return whole(&r);
}

void message_put_group(struct buf *out, const struct message_group *g)
{
    assert(g->n <= MESSAGE_SAMPLES_MAX && g->config_size <= MESSAGE_CONFIG_MAX);
    buf_be32(out, g->track);
    buf_be32(out, g->number);
    buf_be32(out, g->sample_rate);
    buf_be16(out, g->channels);
    buf_be32(out, (uint32_t)g->config_size);
    buf_put(out, g->config, g->config_size);
    buf_be32(out, (uint32_t)g->n);
    for (size_t i = 0; i < g->n; i++) {
        buf_be32(out, g->samples[i].size);
        buf_be32(out, g->samples[i].duration);
        buf_be32(out, (uint32_t)g->samples[i].cts_offset);
        buf_u8(out, g->samples[i].sync);
    }
    for (size_t i = 0; i < g->n; i++)
        buf_put(out, g->samples[i].data, g->samples[i].size);
}

enum err message_get_group(struct reader r, struct message_group *g)
{
    const int32_t shift_max = INT32_MAX / 4;
    g->track = read_u32(&r);
    g->number = read_u32(&r);
    g->sample_rate = get_count(&r, 1000000);
    g->channels = read_u16(&r);
    g->config_size = get_count(&r, MESSAGE_CONFIG_MAX);
    g->config = read_bytes(&r, g->config_size);
    g->n = get_count(&r, MESSAGE_SAMPLES_MAX);
    for (size_t i = 0; i < g->n; i++) {
        struct media_sample *s = &g->samples[i];
        s->size = get_count(&r, MESSAGE_MAX);
        s->duration = get_count(&r, INT32_MAX);
        s->cts_offset = (int32_t)read_u32(&r);
        s->sync = get_bool(&r);
        if (s->cts_offset > shift_max || s->cts_offset < -shift_max || s->size == 0)
            r.failed = true;
    }
    for (size_t i = 0; i < g->n; i++)
        g->samples[i].data = read_bytes(&r, g->samples[i].size);
    if (g->n == 0 || g->config_size == 0)
        r.failed = true;
    return whole(&r);
}

static void put_blob(struct buf *out, const uint8_t *bytes, size_t size)
{
    buf_be32(out, (uint32_t)size);
    buf_put(out, bytes, size);
}

/* Says little, but keeps an HTML page from being served as a picture. */
static const uint8_t *get_jpeg(struct reader *r, size_t *size)
{
    *size = get_count(r, MESSAGE_JPEG_MAX);
    const uint8_t *bytes = read_bytes(r, *size);
    if (bytes == NULL || *size < 4 || bytes[0] != 0xff || bytes[1] != 0xd8 || bytes[2] != 0xff)
        r->failed = true;
    return bytes;
}

void message_put_tiles(struct buf *out, const struct message_tiles *t)
{
    buf_be32(out, t->piece);
    buf_be16(out, t->columns);
    buf_be16(out, t->rows);
    buf_be16(out, t->width);
    buf_be16(out, t->height);
    put_blob(out, t->jpeg, t->size);
}

enum err message_get_tiles(struct reader r, struct message_tiles *t)
{
    t->piece = read_u32(&r);
    t->columns = read_u16(&r);
    t->rows = read_u16(&r);
    t->width = read_u16(&r);
    t->height = read_u16(&r);
    t->jpeg = get_jpeg(&r, &t->size);
    if (t->columns == 0 || t->rows == 0 || t->width == 0 || t->height == 0)
        r.failed = true;
    return whole(&r);
}

void message_put_still(struct buf *out, const struct message_still *s)
{
    buf_be32(out, s->piece);
    put_double(out, s->score);
    put_blob(out, s->wide, s->wide_size);
    put_blob(out, s->tall, s->tall_size);
}

enum err message_get_still(struct reader r, struct message_still *s)
{
    s->piece = read_u32(&r);
    s->score = get_double(&r, -1e9, 1e9);
    s->wide = get_jpeg(&r, &s->wide_size);
    s->tall = get_jpeg(&r, &s->tall_size);
    return whole(&r);
}

void message_put_cue(struct buf *out, const struct message_cue *c)
{
    buf_be32(out, c->text);
    buf_be64(out, (uint64_t)c->start_us);
    buf_be64(out, (uint64_t)c->end_us);
    put_blob(out, (const uint8_t *)c->utf8, c->size);
}

enum err message_get_cue(struct reader r, struct message_cue *c)
{
    c->text = read_u32(&r);
    c->start_us = get_time(&r);
    c->end_us = get_time(&r);
    c->size = get_count(&r, MESSAGE_CUE_MAX);
    c->utf8 = (const char *)read_bytes(&r, c->size);
    if (c->utf8 == NULL || c->size == 0 || !text_is_utf8(c->utf8, c->size) || c->start_us < 0 ||
        c->end_us <= c->start_us)
        r.failed = true;
    return whole(&r);
}

enum err message_get_u32(struct reader r, uint32_t *out)
{
    *out = read_u32(&r);
    return whole(&r);
}

enum err message_get_u64(struct reader r, uint64_t *out)
{
    *out = read_u64(&r);
    return whole(&r);
}
