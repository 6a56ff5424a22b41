#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "box/play/inside.h"

/* Before a seek, since the start or the one before: the demuxer of GStreamer 1.22 ends the process
 * (an assertion of its downloads) when it is sent elsewhere while it still begins. The last place
 * asked for counts. */
enum { SEEK_REST_US = 700 * 1000 };

/* ---- what the pipeline says ---- */

static void on_prerolled(struct player *p)
{
    p->pipeline.is_prerolled = true;
    p->pipeline.is_seeking = false;
    p->moved_at = p->sought_at = clock_monotonic_us();
}

static bool is_of_sound(GstMessage *message)
{
    GstElement *element =
        GST_IS_ELEMENT(GST_MESSAGE_SRC(message)) ? GST_ELEMENT(GST_MESSAGE_SRC(message)) : NULL;
    GstElementFactory *factory = element == NULL ? NULL : gst_element_get_factory(element);
    const char *klass = factory == NULL
                            ? NULL
                            : gst_element_factory_get_metadata(factory, GST_ELEMENT_METADATA_KLASS);
    return klass != NULL && strstr(klass, "Sink") != NULL && strstr(klass, "Audio") != NULL;
}

static bool is_codec_missing(const GError *error)
{
    return g_error_matches(error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN) ||
           g_error_matches(error, GST_STREAM_ERROR, GST_STREAM_ERROR_CODEC_NOT_FOUND);
}

static void on_error(struct player *p, GstMessage *message)
{
    GError *error = NULL;
    gst_message_parse_error(message, &error, NULL);
    if (p->phase != PHASE_RUN) {
        /* known already: it is being tried again */
    } else if (g_error_matches(error, GST_STREAM_ERROR, GST_STREAM_ERROR_DECRYPT_NOKEY)) {
        driver_fail(p, "There is no key for a part of this title");
    } else if (g_error_matches(error, GST_STREAM_ERROR, GST_STREAM_ERROR_DECRYPT)) {
        driver_fail(p, "A part of this title cannot be decrypted");
    } else if (is_codec_missing(error)) {
        driver_fail(p, "This box has no decoder for this title");
    } else if (is_of_sound(message) && !p->fell_back) {
        p->fell_back = true;
        driver_retry(p, "The sound device failed");
    } else {
        driver_retry(p, "The picture stopped coming");
    }
    g_clear_error(&error);
}

static void on_streams(struct player *p, GstMessage *message)
{
    GstStreamCollection *streams = NULL;
    gst_message_parse_stream_collection(message, &streams);
    gst_object_replace((GstObject **)&p->pipeline.streams, GST_OBJECT(streams));
    if (streams != NULL)
        gst_object_unref(streams);
}

static void on_buffering(struct player *p, GstMessage *message)
{
    gint percent = 100;
    gst_message_parse_buffering(message, &percent);
    bool was = p->pipeline.is_buffering;
    p->pipeline.is_buffering = percent < 100;
    if (!was && p->pipeline.is_buffering && p->has_played && !p->pipeline.is_seeking &&
        p->pipeline.wanted == GST_STATE_PLAYING) {
        p->stalls++;
        requests_starved(p->requests);
    }
}

static void on_clock_lost(struct player *p)
{
    if (p->pipeline.wanted != GST_STATE_PLAYING)
        return;
    gst_element_set_state(p->pipeline.play, GST_STATE_PAUSED);
    gst_element_set_state(p->pipeline.play, GST_STATE_PLAYING);
}

static void on_message(struct player *p, GstMessage *message)
{
    switch (GST_MESSAGE_TYPE(message)) {
    case GST_MESSAGE_ASYNC_DONE:
        if (GST_MESSAGE_SRC(message) == GST_OBJECT(p->pipeline.play))
            on_prerolled(p);
        break;
    case GST_MESSAGE_ERROR: on_error(p, message); break;
    case GST_MESSAGE_EOS: p->pipeline.has_ended = p->phase == PHASE_RUN; break;
    case GST_MESSAGE_BUFFERING: on_buffering(p, message); break;
    case GST_MESSAGE_STREAM_COLLECTION: on_streams(p, message); break;
    case GST_MESSAGE_CLOCK_LOST: on_clock_lost(p); break;
    case GST_MESSAGE_LATENCY: gst_bin_recalculate_latency(GST_BIN(p->pipeline.play)); break;
    case GST_MESSAGE_ELEMENT:
        if (gst_message_get_structure(message) != NULL)
            sound_take(&p->sound, gst_message_get_structure(message));
        break;
    default: break;
    }
}

void run_listen(struct player *p, int wait_ms)
{
    enum { MOST = 256 }; /* at a time: wishes must not wait behind a chatty pipeline */
    GstBus *bus = gst_element_get_bus(p->pipeline.play);
    GstMessage *message = gst_bus_timed_pop(bus, (GstClockTime)wait_ms * GST_MSECOND);
    for (unsigned n = 0; message != NULL; n++) {
        on_message(p, message);
        gst_message_unref(message);
        message = n < MOST ? gst_bus_pop(bus) : NULL;
    }
    gst_object_unref(bus);
}

/* ---- what it is to do ---- */

static void seek(struct player *p, double seconds)
{
    double end = p->manifest.duration;
    if (seconds < 0)
        seconds = 0;
    if (end > 0 && seconds > end)
        seconds = end;
    /* What waits in front of the sink is from the old place, and blocked: nothing slips through. */
    pthread_mutex_lock(&p->pictures.mutex);
    p->pictures.is_shut = false;
    pthread_mutex_unlock(&p->pictures.mutex);
    p->sought_at = clock_monotonic_us();
    p->pipeline.is_seeking = pipeline_seek(p, seconds);
    p->has_to_seek = !p->pipeline.is_seeking;
    p->pipeline.has_ended = p->pipeline.has_ended && !p->pipeline.is_seeking;
    p->place = p->position = seconds;
    p->is_starting = true;
    p->moved_at = clock_monotonic_us();
    sound_clear(&p->sound);
    if (p->has_to_seek)
        driver_retry(p, "The place cannot be reached");
}

static void obey_seek(struct player *p, const struct wishes *wishes)
{
    struct pipeline *l = &p->pipeline;
    /* While it is made anew a seek waits: what stands is about to go. */
    if (p->phase != PHASE_RUN || !l->is_prerolled || l->is_seeking ||
        clock_monotonic_us() - p->sought_at < SEEK_REST_US)
        return;
    if (wishes->seeks != p->seeks_done) {
        p->seeks_done = wishes->seeks;
        seek(p, wishes->seek_to);
    } else if (p->has_to_seek) {
        seek(p, p->place);
    }
}

static void obey_sound(struct player *p, const struct wishes *wishes)
{
    if (wishes->audio[0] == 0 || strcmp(wishes->audio, p->sound_id) == 0 ||
        !p->pipeline.is_prerolled || p->pipeline.is_seeking)
        return;
    for (size_t i = 0; i < p->manifest.n_sounds; i++) {
        const struct manifest_sound *s = &p->manifest.sounds[i];
        if (strcmp(s->track.id, wishes->audio) == 0)
            pipeline_choose_sound(p, s->set);
    }
    (void)text_copy(p->sound_id, sizeof p->sound_id, wishes->audio);
}

void run_obey(struct player *p, const struct wishes *wishes)
{
    struct pipeline *l = &p->pipeline;
    obey_seek(p, wishes);
    obey_sound(p, wishes);
    bool waits = wishes->is_paused || l->is_buffering || !l->is_prerolled || p->has_to_seek;
    pipeline_set_state(p, waits ? GST_STATE_PAUSED : GST_STATE_PLAYING);
    double at;
    if (l->is_prerolled && !l->is_seeking && !p->has_to_seek && pipeline_position(p, &at)) {
        if (at > p->position + 0.001 || at < p->position - 1) {
            p->moved_at = clock_monotonic_us();
            p->has_played = p->has_played || l->wanted == GST_STATE_PLAYING;
            p->is_starting = p->is_starting && l->wanted != GST_STATE_PLAYING;
        }
        p->position = at;
    }
    if (wishes->is_paused || l->has_ended)
        p->moved_at = clock_monotonic_us();
}
