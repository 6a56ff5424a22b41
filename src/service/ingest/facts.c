#include "service/ingest/facts.h"

#include <math.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "driver/json/reader.h"

enum { VERSION = 1 };

static void write_video(const struct media_facts *f, struct json_writer *w)
{
    json_array(w, "pictures"); /* a list, as reading knows no object inside another */
    json_object(w, NULL);
    json_number(w, "stream", f->stream);
    json_text(w, "codec", f->codec);
    json_number(w, "width", f->video.width);
    json_number(w, "height", f->video.height);
    json_number(w, "par_num", f->video.par_num);
    json_number(w, "par_den", f->video.par_den);
    json_number(w, "rate_num", f->video.rate.num);
    json_number(w, "rate_den", f->video.rate.den);
    json_number(w, "frames", (int64_t)f->frames);
    json_bool(w, "variable_rate", f->is_variable_rate);
    json_bool(w, "interlaced", f->is_interlaced);
    json_bool(w, "hdr", f->is_hdr);
    json_number(w, "rotation", f->rotation);
    json_number(w, "primaries", f->primaries);
    json_number(w, "transfer", f->transfer);
    json_number(w, "matrix", f->matrix);
    json_end(w);
    json_end(w);
}

static void write_sound(const struct media_sound *s, struct json_writer *w)
{
    json_object(w, NULL);
    json_number(w, "stream", s->stream);
    json_text(w, "language", s->language);
    json_text(w, "codec", s->codec);
    json_text(w, "title", s->title);
    json_number(w, "sample_rate", s->sample_rate);
    json_number(w, "channels", s->channels);
    json_bool(w, "default", s->is_default);
    json_bool(w, "description", s->is_description);
    json_number(w, "start_us", s->start_us);
    json_number(w, "duration_us", s->duration_us);
    json_real(w, "loudness_lufs", s->loudness_lufs); /* null: silence */
    json_real(w, "true_peak_dbtp", s->true_peak_dbtp);
    json_end(w);
}

static void write_text(const struct media_text *t, struct json_writer *w)
{
    json_object(w, NULL);
    json_number(w, "stream", t->stream);
    json_text(w, "language", t->language);
    json_text(w, "codec", t->codec);
    json_text(w, "title", t->title);
    json_bool(w, "forced", t->is_forced);
    json_bool(w, "sdh", t->is_sdh);
    json_bool(w, "default", t->is_default);
    json_end(w);
}

void facts_write(const struct media_facts *f, const struct ingest_basis *basis, struct buf *out)
{
    struct json_writer w = json_writer_of(out);
    json_object(&w, NULL);
    json_number(&w, "version", VERSION);
    json_text(&w, "container", f->container);
    json_number(&w, "duration_us", f->duration_us);
    write_video(f, &w);
    json_array(&w, "sounds");
    for (size_t i = 0; i < f->n_sounds; i++)
        write_sound(&f->sounds[i], &w);
    json_end(&w);
    json_array(&w, "texts");
    for (size_t i = 0; i < f->n_texts; i++)
        write_text(&f->texts[i], &w);
    json_end(&w);
    json_real(&w, "loudness_lufs", basis->loudness_lufs);
    json_number(&w, "max_height", basis->max_height);
    json_number(&w, "piece_seconds", basis->piece_seconds);
    json_text(&w, "language", basis->language);
    json_text(&w, "protect", basis->is_protected ? "cbcs" : "no");
    json_end(&w);
}

/* Fields are all required: a note of another version is not understood by halves. */
static int64_t whole(struct json_reader *o, const char *name, int64_t min, int64_t max)
{
    int64_t v = 0;
    return json_read_whole(o, name, JSON_REQUIRED, min, max, &v) ? v : 0;
}

static bool flag(struct json_reader *o, const char *name)
{
    bool v = false;
    return json_read_bool(o, name, JSON_REQUIRED, &v) && v;
}

/* null stands for silence. */
static double level(struct json_reader *o, const char *name)
{
    double v = 0;
    return json_read_number(o, name, JSON_OPTIONAL, -1000, 1000, &v) ? v : -HUGE_VAL;
}

static void text(struct json_reader *o, const char *name, char *out, size_t room)
{
    const char *v = json_read_text(o, name, JSON_REQUIRED, 0, room - 1);
    text_copy(out, room, v == NULL ? "" : v);
}

static void read_picture(struct json_reader *o, struct media_facts *f)
{
    f->stream = (int)whole(o, "stream", 0, INT32_MAX);
    text(o, "codec", f->codec, sizeof f->codec);
    f->video.width = (uint16_t)whole(o, "width", 1, UINT16_MAX);
    f->video.height = (uint16_t)whole(o, "height", 1, UINT16_MAX);
    f->video.par_num = (uint32_t)whole(o, "par_num", 0, UINT32_MAX);
    f->video.par_den = (uint32_t)whole(o, "par_den", 0, UINT32_MAX);
    f->video.rate.num = (uint32_t)whole(o, "rate_num", 1, UINT32_MAX);
    f->video.rate.den = (uint32_t)whole(o, "rate_den", 1, UINT32_MAX);
    f->frames = (uint64_t)whole(o, "frames", 1, INT64_MAX);
    f->is_variable_rate = flag(o, "variable_rate");
    f->is_interlaced = flag(o, "interlaced");
    f->is_hdr = flag(o, "hdr");
    f->rotation = (int)whole(o, "rotation", -360, 360);
    f->primaries = (uint16_t)whole(o, "primaries", 0, UINT16_MAX);
    f->transfer = (uint16_t)whole(o, "transfer", 0, UINT16_MAX);
    f->matrix = (uint16_t)whole(o, "matrix", 0, UINT16_MAX);
    json_read_end(o);
}

static void read_sound(struct json_reader *o, struct media_sound *s)
{
    s->stream = (int)whole(o, "stream", 0, INT32_MAX);
    text(o, "language", s->language, sizeof s->language);
    text(o, "codec", s->codec, sizeof s->codec);
    text(o, "title", s->title, sizeof s->title);
    s->sample_rate = (uint32_t)whole(o, "sample_rate", 0, UINT32_MAX);
    s->channels = (uint16_t)whole(o, "channels", 0, UINT16_MAX);
    s->is_default = flag(o, "default");
    s->is_description = flag(o, "description");
    s->start_us = whole(o, "start_us", INT64_MIN, INT64_MAX);
    s->duration_us = whole(o, "duration_us", INT64_MIN, INT64_MAX);
    s->loudness_lufs = level(o, "loudness_lufs");
    s->true_peak_dbtp = level(o, "true_peak_dbtp");
    json_read_end(o);
}

static void read_text(struct json_reader *o, struct media_text *t)
{
    t->stream = (int)whole(o, "stream", 0, INT32_MAX);
    text(o, "language", t->language, sizeof t->language);
    text(o, "codec", t->codec, sizeof t->codec);
    text(o, "title", t->title, sizeof t->title);
    t->is_forced = flag(o, "forced");
    t->is_sdh = flag(o, "sdh");
    t->is_default = flag(o, "default");
    json_read_end(o);
}

static void read_lists(struct json_reader *top, struct media_facts *f)
{
    struct json_list list;
    if (json_read_list(top, "pictures", JSON_REQUIRED, 1, &list) && list.n == 1) {
        struct json_reader o = json_read_list_object(&list, 0);
        read_picture(&o, f);
    }
    if (json_read_list(top, "sounds", JSON_REQUIRED, MEDIA_TRACKS_MAX, &list))
        f->n_sounds = list.n;
    for (size_t i = 0; i < f->n_sounds; i++) {
        struct json_reader o = json_read_list_object(&list, i);
        read_sound(&o, &f->sounds[i]);
    }
    if (json_read_list(top, "texts", JSON_REQUIRED, MEDIA_TRACKS_MAX, &list))
        f->n_texts = list.n;
    for (size_t i = 0; i < f->n_texts; i++) {
        struct json_reader o = json_read_list_object(&list, i);
        read_text(&o, &f->texts[i]);
    }
}

/* Jobs begun before there was protection do not say it, and are in clear. */
static void read_protect(struct json_reader *top, struct ingest_basis *basis)
{
    const char *how = json_read_text(top, "protect", JSON_OPTIONAL, 0, 8);
    basis->is_protected = how != NULL && strcmp(how, "cbcs") == 0;
}

enum err facts_read(const char *json, struct media_facts *f, struct ingest_basis *basis)
{
    struct json_document *document = NULL;
    struct json_fault fault = { 0 };
    enum err err = json_document_read(json, strlen(json), &document, &fault);
    if (err != OK)
        return err;
    struct json_reader top = json_reader_of(document, &fault);
    memset(f, 0, sizeof *f);
    whole(&top, "version", VERSION, VERSION);
    text(&top, "container", f->container, sizeof f->container);
    f->duration_us = whole(&top, "duration_us", 0, INT64_MAX);
    read_lists(&top, f);
    basis->loudness_lufs = level(&top, "loudness_lufs");
    basis->max_height = (uint16_t)whole(&top, "max_height", 1, UINT16_MAX);
    basis->piece_seconds = (unsigned)whole(&top, "piece_seconds", 1, 3600);
    text(&top, "language", basis->language, sizeof basis->language);
    read_protect(&top, basis);
    json_read_end(&top);
    bool is_good = !json_read_failed(&top) && f->frames > 0;
    json_document_destroy(&document);
    return is_good ? OK : ERR_MALFORMED;
}

void refusals_write(const struct media_answer *answer, struct buf *out)
{
    struct json_writer w = json_writer_of(out);
    json_array(&w, NULL);
    for (size_t i = 0; i < answer->n_refusals; i++) {
        json_object(&w, NULL);
        json_text(&w, "code", answer->refusals[i].code);
        json_text(&w, "text", answer->refusals[i].text);
        json_end(&w);
    }
    json_end(&w);
}
