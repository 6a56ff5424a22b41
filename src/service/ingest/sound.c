/* All sounds and all text tracks of a master, in one pass; not cut into pieces: it is quick. */
#include "service/ingest/work.h"

#include "base/log.h"
#include "format/caption/caption.h"

struct sound {
    struct work *w;
    struct piece note;
    struct blob_writer *writers[PIECE_TRACKS_MAX];
    uint64_t ticks[PIECE_TRACKS_MAX]; /* where the next fragment of each begins */
    struct caption_list texts[MEDIA_TRACKS_MAX];
    struct buf scratch;
};

enum { SOUND_FRAGMENT_MAX = 8 * 1024 * 1024 };

static enum err on_group(void *context, size_t sound, uint32_t number, uint32_t sample_rate,
                         uint16_t channels, const uint8_t *config, size_t config_size,
                         const struct media_sample *samples, size_t n)
{
    struct sound *s = context;
    if (sound >= s->w->plan->media.n_sounds)
        return ERR_MALFORMED;
    struct cmaf_track track =
        work_sound_track(s->w, sound, sample_rate, channels, config, config_size);
    struct cmaf_span span;
    enum err err = work_fragment(&track, number, s->ticks[sound], samples, n, &s->scratch,
                                 s->writers[sound], &span);
    if (err == OK)
        err = piece_add(&s->note, sound, config, config_size, span);
    if (err != OK)
        return err;
    s->ticks[sound] += span.duration;
    s->note.tracks[sound].sample_rate = sample_rate;
    s->note.tracks[sound].channels = channels;
    return OK;
}

static enum err on_cue(void *context, size_t text, int64_t start_us, int64_t end_us,
                       const char *utf8, size_t size)
{
    struct sound *s = context;
    if (text >= s->w->plan->media.n_texts)
        return ERR_MALFORMED;
    return caption_list_add(&s->texts[text], s->w->arena, start_us, end_us, utf8, size);
}

static bool on_progress(void *context, double part)
{
    struct sound *s = context;
    work_tell(s->w, "sound", WORK_SHARE_INSPECT + WORK_SHARE_SOUND * part);
    return work_goes_on(s->w);
}

static enum err save_texts(struct sound *s)
{
    struct buf vtt;
    enum err err = OK;
    buf_init(&vtt, CAPTION_WEBVTT_MAX);
    for (size_t i = 0; i < s->w->plan->media.n_texts && err == OK; i++) {
        char name[WORK_BLOB];
        buf_clear(&vtt);
        caption_list_sort(&s->texts[i]);
        caption_write_webvtt(&s->texts[i], &vtt);
        work_text(s->w->job.id, s->w->plan->texts[i].name, name);
        err = vtt.err == OK ? coffer_put(s->w->in->coffer, name, vtt.data, vtt.size) : vtt.err;
    }
    buf_finish(&vtt);
    return err;
}

static enum err save(struct sound *s)
{
    enum err err = OK;
    for (size_t i = 0; i < s->w->plan->media.n_sounds && err == OK; i++)
        err = s->note.tracks[i].n == 0 ? ERR_MALFORMED : blob_writer_commit(&s->writers[i]);
    if (err == OK)
        err = save_texts(s);
    struct buf note;
    char name[WORK_BLOB];
    buf_init(&note, PIECE_NOTE_MAX);
    piece_write(&s->note, &note);
    work_sound_note(s->w->job.id, name);
    if (err == OK)
        err = note.err == OK ? coffer_put(s->w->in->coffer, name, note.data, note.size) : note.err;
    buf_finish(&note);
    return err;
}

static enum err run(struct sound *s, struct media_answer *answer)
{
    const struct media_sound_sink sink = {
        .context = s, .group = on_group, .cue = on_cue, .progress = on_progress
    };
    struct work *w = s->w;
    enum err err = OK;
    for (size_t i = 0; i < w->plan->media.n_sounds && err == OK; i++) {
        char name[WORK_BLOB];
        work_sound_fragments(w->job.id, w->plan->sounds[i].name, name);
        err = blob_writer_create(w->in->blobs, name, &s->writers[i]);
    }
    if (err == OK && w->plan->media.n_sounds + w->plan->media.n_texts > 0)
        err =
            media_encode_sound(w->master_fd, w->facts, &w->plan->media, &w->limits, &sink, answer);
    if (err == OK && answer->n_refusals > 0)
        err = ERR_DENIED;
    return err == OK ? save(s) : err;
}

enum err work_sound(struct work *w, struct media_answer *answer)
{
    struct sound *s = ARENA_NEW(w->arena, struct sound);
    s->w = w;
    piece_init(&s->note);
    buf_init(&s->scratch, SOUND_FRAGMENT_MAX);
    for (size_t i = 0; i < MEDIA_TRACKS_MAX; i++)
        caption_list_init(&s->texts[i]);
    enum err err = run(s, answer);
    for (size_t i = 0; i < PIECE_TRACKS_MAX; i++)
        blob_writer_abort(&s->writers[i]);
    buf_finish(&s->scratch);
    piece_finish(&s->note);
    return err;
}
