#include <string.h>

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>

#include "box/play/decryptor.h"
#include "box/play/inside.h"

/* GstPlayFlags, which no header has: pictures, sound, volume in software. Captions are ours. */
enum { FLAGS = 0x1 | 0x2 | 0x10 };
enum { LATE_NS = 40 * 1000 * 1000, SOUND_NS = SOUND_PART_MS * 1000 * 1000 };

enum err pipeline_check(void)
{
    static const char *const needed[] = { "playbin3", "dashdemux2", "appsink",  "appsrc",
                                          "qtdemux",  "level",      "fakesink", "audioconvert" };
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        GstElementFactory *factory = gst_element_factory_find(needed[i]);
        if (factory == NULL)
            return ERR_UNSUPPORTED;
        gst_object_unref(factory);
    }
    return decryptor_register() ? OK : ERR_UNSUPPORTED;
}

/* ---- pictures ---- */

static void take_sample(struct player *p, GstSample *sample)
{
    struct pictures *pictures = &p->pictures;
    if (sample == NULL)
        return;
    pthread_mutex_lock(&pictures->mutex);
    GstSample *old = pictures->newest;
    /* what was prerolled comes again when it plays */
    bool is_new = old == NULL || gst_sample_get_buffer(old) != gst_sample_get_buffer(sample);
    if (!pictures->is_shut && is_new) {
        pictures->newest = sample;
        pictures->number++;
        sample = old;
    }
    pthread_mutex_unlock(&pictures->mutex);
    if (sample != NULL)
        gst_sample_unref(sample);
}

static GstFlowReturn on_preroll(GstAppSink *sink, gpointer player)
{
    take_sample(player, gst_app_sink_pull_preroll(sink));
    return GST_FLOW_OK;
}

static GstFlowReturn on_sample(GstAppSink *sink, gpointer player)
{
    take_sample(player, gst_app_sink_pull_sample(sink));
    return GST_FLOW_OK;
}

static GstElement *make_video_sink(struct player *p)
{
    GstElement *sink = gst_element_factory_make("appsink", NULL);
    GstAppSinkCallbacks callbacks = { .new_preroll = on_preroll, .new_sample = on_sample };
    GstCaps *caps = gst_caps_from_string("video/x-raw, format=(string)I420");
    g_object_set(sink, "caps", caps, "max-buffers", 2u, "drop", TRUE, "sync", TRUE, "qos", TRUE,
                 "max-lateness", (gint64)LATE_NS, "enable-last-sample", FALSE, NULL);
    gst_caps_unref(caps);
    gst_app_sink_set_callbacks(GST_APP_SINK(sink), &callbacks, p, NULL);
    return sink;
}

/* LANTERNE_BOX_SOUND names another element; without a device it is measured and goes nowhere. */
static GstElement *make_audio_sink(const struct player *p)
{
    const char *wanted = g_getenv("LANTERNE_BOX_SOUND");
    GstElement *sink = NULL;
    if (!p->fell_back)
        sink = gst_element_factory_make(wanted == NULL ? "autoaudiosink" : wanted, NULL);
    if (sink == NULL)
        sink = gst_element_factory_make("fakesink", NULL);
    if (g_object_class_find_property(G_OBJECT_GET_CLASS(sink), "sync") != NULL)
        g_object_set(sink, "sync", TRUE, NULL);
    return sink;
}

static GstElement *make_level(void)
{
    GstElement *level = gst_element_factory_make("level", NULL);
    g_object_set(level, "interval", (guint64)SOUND_NS, "post-messages", TRUE, NULL);
    return level;
}

/* ---- the source ---- */

static void on_source(GstElement *play, GstElement *source, gpointer player)
{
    struct player *p = player;
    (void)play;
    if (!GST_IS_APP_SRC(source))
        return;
    GstCaps *caps = gst_caps_new_empty_simple("application/dash+xml");
    GstBuffer *bytes = gst_buffer_new_memdup(p->manifest.text.data, p->manifest.text.size);
    g_object_set(source, "caps", caps, "format", GST_FORMAT_BYTES, "size",
                 (gint64)p->manifest.text.size, NULL);
    gst_caps_unref(caps);
    gst_app_src_push_buffer(GST_APP_SRC(source), bytes);
    gst_app_src_end_of_stream(GST_APP_SRC(source));
}

static void on_element(GstBin *bin, GstBin *parent, GstElement *element, gpointer player)
{
    struct player *p = player;
    GstElementFactory *factory = gst_element_get_factory(element);
    (void)bin;
    (void)parent;
    decryptor_give_keys(element, p->keys);
    if (factory == NULL || strcmp(GST_OBJECT_NAME(factory), "dashdemux2") != 0)
        return;
    pthread_mutex_lock(&p->pictures.mutex);
    gst_object_replace((GstObject **)&p->demux_seen, GST_OBJECT(element));
    pthread_mutex_unlock(&p->pictures.mutex);
}

/* ---- the whole ---- */

enum err pipeline_build(struct player *p)
{
    struct pipeline *l = &p->pipeline;
    *l = (struct pipeline){ .wanted = GST_STATE_PAUSED };
    l->play = gst_element_factory_make("playbin3", NULL);
    if (l->play == NULL)
        return ERR_UNSUPPORTED;
    gst_object_ref_sink(l->play);
    l->video_sink = make_video_sink(p);
    g_object_set(l->play, "flags", FLAGS, "video-sink", l->video_sink, "audio-sink",
                 make_audio_sink(p), "audio-filter", make_level(), "uri", "appsrc://", NULL);
    g_signal_connect(l->play, "source-setup", G_CALLBACK(on_source), p);
    g_signal_connect(l->play, "deep-element-added", G_CALLBACK(on_element), p);
    gst_element_set_state(l->play, GST_STATE_PAUSED);
    return OK;
}

void pipeline_destroy(struct player *p)
{
    struct pipeline *l = &p->pipeline;
    if (l->play == NULL)
        return;
    gst_element_set_state(l->play, GST_STATE_NULL);
    pthread_mutex_lock(&p->pictures.mutex);
    gst_object_replace((GstObject **)&p->demux_seen, NULL);
    pthread_mutex_unlock(&p->pictures.mutex);
    gst_object_replace((GstObject **)&l->demux, NULL);
    gst_object_replace((GstObject **)&l->streams, NULL);
    gst_object_unref(l->play);
    *l = (struct pipeline){ .play = NULL };
}

void pipeline_set_state(struct player *p, GstState state)
{
    if (p->pipeline.wanted == state)
        return;
    p->pipeline.wanted = state;
    gst_element_set_state(p->pipeline.play, state);
}

bool pipeline_seek(struct player *p, double seconds)
{
    gint64 at = (gint64)(seconds * (double)GST_SECOND);
    return gst_element_seek_simple(p->pipeline.play, GST_FORMAT_TIME,
                                   GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE, at);
}

/* The demuxer calls its streams by the place of their set in the manifest: "audio-2". What stands
 * around them in the collection calls them by that, and more. */
static bool is_of_set(GstStream *stream, unsigned set)
{
    const char *id = gst_stream_get_stream_id(stream), *dash = strrchr(id, '-');
    char number[16];
    g_snprintf(number, sizeof number, "-%u", set);
    return dash != NULL && strcmp(dash, number) == 0;
}

void pipeline_choose_sound(struct player *p, unsigned set)
{
    GstStreamCollection *streams = p->pipeline.streams;
    GList *chosen = NULL;
    bool has_video = false, has_sound = false;
    if (streams == NULL)
        return;
    for (guint i = 0; i < gst_stream_collection_get_size(streams); i++) {
        GstStream *stream = gst_stream_collection_get_stream(streams, i);
        bool video = (gst_stream_get_stream_type(stream) & GST_STREAM_TYPE_VIDEO) != 0;
        bool audio = (gst_stream_get_stream_type(stream) & GST_STREAM_TYPE_AUDIO) != 0;
        bool is_it = audio && is_of_set(stream, set);
        if ((video && !has_video) || is_it)
            chosen = g_list_append(chosen, (gpointer)gst_stream_get_stream_id(stream));
        has_video = has_video || video;
        has_sound = has_sound || is_it;
    }
    if (has_sound) /* else what plays goes on */
        gst_element_send_event(p->pipeline.play, gst_event_new_select_streams(chosen));
    g_list_free(chosen);
}

bool pipeline_position(struct player *p, double *out)
{
    gint64 at = -1;
    if (p->pipeline.play == NULL ||
        !gst_element_query_position(p->pipeline.play, GST_FORMAT_TIME, &at) || at < 0)
        return false;
    *out = (double)at / (double)GST_SECOND;
    return true;
}

void pipeline_buffered(struct player *p, double *video, double *audio)
{
    struct pipeline *l = &p->pipeline;
    guint64 levels[2] = { 0, 0 };
    pthread_mutex_lock(&p->pictures.mutex);
    if (l->demux != p->demux_seen)
        gst_object_replace((GstObject **)&l->demux, GST_OBJECT(p->demux_seen));
    pthread_mutex_unlock(&p->pictures.mutex);
    if (l->demux != NULL)
        g_object_get(l->demux, "current-level-time-video", &levels[0], "current-level-time-audio",
                     &levels[1], NULL);
    /* none: all of it is there */
    *video = GST_CLOCK_TIME_IS_VALID(levels[0]) ? (double)levels[0] / (double)GST_SECOND : -1;
    *audio = GST_CLOCK_TIME_IS_VALID(levels[1]) ? (double)levels[1] / (double)GST_SECOND : -1;
}

uint64_t pipeline_throughput(struct player *p)
{
    guint rate = 0;
    if (p->pipeline.demux != NULL)
        g_object_get(p->pipeline.demux, "current-bandwidth", &rate, NULL);
    return rate;
}

unsigned pipeline_late(struct player *p)
{
    GstStructure *stats = NULL;
    guint64 dropped = 0;
    if (p->pipeline.video_sink == NULL)
        return 0;
    g_object_get(p->pipeline.video_sink, "stats", &stats, NULL);
    if (stats != NULL) {
        gst_structure_get_uint64(stats, "dropped", &dropped);
        gst_structure_free(stats);
    }
    return (unsigned)dropped;
}
