#include "box/play/player.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "box/play/inside.h"

enum {
    CLOSE_MS = 700,            /* then the driver is left to itself */
    HUNG_US = 15 * 1000 * 1000 /* without a sign of the driver */
};

/* ---- making ---- */

static bool is_http(const char *address)
{
    return address != NULL &&
           (strncmp(address, "http://", 7) == 0 || strncmp(address, "https://", 8) == 0);
}

static char *copy_of(const char *text)
{
    return text == NULL ? NULL : strdup(text);
}

static void init_locks(struct player *p)
{
    pthread_condattr_t monotonic;
    pthread_mutex_init(&p->mutex, NULL);
    pthread_mutex_init(&p->pictures.mutex, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&p->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    atomic_init(&p->owners, 1);
    atomic_init(&p->ticked_at, clock_monotonic_us());
}

static enum err fill(struct player *p, const struct player_ask *ask)
{
    struct requests_params params = { .manifest = ask->manifest,
                                      .agent = ask->agent,
                                      .session_id = ask->session_id,
                                      .content_id = ask->content_id };
    p->licence = copy_of(ask->licence);
    p->agent = copy_of(ask->agent);
    p->audio = copy_of(ask->audio);
    p->captions_language = copy_of(ask->captions);
    p->lines_max = ask->lines_max;
    p->rate_max = ask->rate_max;
    p->place = p->position = ask->start_seconds > 0 ? ask->start_seconds : 0;
    p->report.position = p->position;
    p->is_starting = true;
    manifest_init(&p->manifest);
    buf_init(&p->caption_text, CAPTIONS_SHOWN_MAX);
    enum err err = keys_create(&p->keys);
    if (err == OK)
        err = fetcher_create(&p->fetcher);
    if (err == OK)
        err = requests_create(&params, &p->requests);
    return err;
}

static enum err start(struct player *p)
{
    pthread_attr_t detached;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    atomic_store(&p->owners, 2);
    int failed = pthread_create(&p->thread, &detached, driver_run, p);
    pthread_attr_destroy(&detached);
    if (failed != 0)
        atomic_store(&p->owners, 1);
    return failed == 0 ? OK : ERR_MEMORY;
}

enum err player_open(const struct player_ask *ask, struct player **out)
{
    if (!is_http(ask->manifest) || (ask->licence != NULL && !is_http(ask->licence)))
        return ERR_ARGUMENT;
    if (!gst_init_check(NULL, NULL, NULL))
        return ERR_UNSUPPORTED;
    enum err err = pipeline_check();
    if (err != OK)
        return err;
    struct player *p = calloc(1, sizeof *p);
    if (p == NULL)
        return ERR_MEMORY;
    init_locks(p);
    err = fill(p, ask);
    if (err == OK)
        err = start(p);
    if (err != OK) {
        player_free(p);
        return err;
    }
    *out = p;
    return OK;
}

/* ---- ending ---- */

void player_free(struct player *p)
{
    if (atomic_fetch_sub(&p->owners, 1) != 1)
        return;
    if (p->pictures.newest != NULL)
        gst_sample_unref(p->pictures.newest);
    captions_destroy(&p->captions);
    requests_destroy(&p->requests);
    fetcher_destroy(&p->fetcher);
    keys_unref(&p->keys);
    manifest_finish(&p->manifest);
    buf_finish(&p->caption_text);
    free(p->wishes.manifest);
    free(p->wishes.licence);
    free(p->licence);
    free(p->agent);
    free(p->audio);
    free(p->captions_language);
    pthread_cond_destroy(&p->changed);
    pthread_mutex_destroy(&p->mutex);
    pthread_mutex_destroy(&p->pictures.mutex);
    free(p);
}

void player_close(struct player *p)
{
    struct timespec until;
    int failed = 0;
    if (p == NULL)
        return;
    player_release(p);
    keys_wipe(p->keys); /* at once, whatever hangs */
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += CLOSE_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    pthread_mutex_lock(&p->mutex);
    p->wishes.is_closing = true;
    while (!p->is_done && failed == 0)
        failed = pthread_cond_timedwait(&p->changed, &p->mutex, &until);
    pthread_mutex_unlock(&p->mutex);
    player_free(p);
}

/* ---- asking ---- */

void player_poll(struct player *p, struct player_report *out)
{
    pthread_mutex_lock(&p->mutex);
    *out = p->report;
    pthread_mutex_unlock(&p->mutex);
    out->frames_shown = p->frames_shown;
    if (out->state == PLAYER_FAILED || clock_monotonic_us() - p->ticked_at < HUNG_US)
        return;
    out->state = PLAYER_FAILED;
    (void)text_copy(out->reason, sizeof out->reason, "The player hangs");
}

void player_release(struct player *p)
{
    if (p->is_lent)
        gst_video_frame_unmap(&p->frame);
    p->is_lent = false;
    if (p->lent != NULL)
        gst_sample_unref(p->lent);
    p->lent = NULL;
}

static GstSample *newest(struct player *p, uint64_t after, uint64_t *number)
{
    GstSample *sample = NULL;
    pthread_mutex_lock(&p->pictures.mutex);
    if (p->pictures.newest != NULL && p->pictures.number > after)
        sample = gst_sample_ref(p->pictures.newest);
    *number = p->pictures.number;
    pthread_mutex_unlock(&p->pictures.mutex);
    return sample;
}

bool player_picture(struct player *p, uint64_t after, struct player_picture *out)
{
    GstVideoInfo info;
    uint64_t number;
    player_release(p);
    p->lent = newest(p, after, &number);
    if (p->lent == NULL)
        return false;
    GstCaps *caps = gst_sample_get_caps(p->lent);
    p->is_lent =
        caps != NULL && gst_video_info_from_caps(&info, caps) &&
        gst_video_frame_map(&p->frame, &info, gst_sample_get_buffer(p->lent), GST_MAP_READ);
    if (!p->is_lent) {
        player_release(p);
        return false;
    }
    *out = (struct player_picture){ .width = info.width,
                                    .height = info.height,
                                    .number = number,
                                    .par_n = info.par_n,
                                    .par_d = info.par_d };
    for (unsigned i = 0; i < 3; i++) {
        out->plane[i] = GST_VIDEO_FRAME_COMP_DATA(&p->frame, i);
        out->pitch[i] = GST_VIDEO_FRAME_COMP_STRIDE(&p->frame, i);
    }
    p->frames_shown++;
    return true;
}

/* ---- wishing ---- */

void player_pause(struct player *p, bool is_paused)
{
    pthread_mutex_lock(&p->mutex);
    p->wishes.is_paused = is_paused;
    pthread_mutex_unlock(&p->mutex);
}

void player_seek(struct player *p, double seconds)
{
    pthread_mutex_lock(&p->mutex);
    p->wishes.seeks++;
    p->wishes.seek_to = seconds;
    p->report.position = seconds; /* so that what is drawn does not jump back */
    if (p->report.state >= PLAYER_PLAYING && p->report.state <= PLAYER_ENDED)
        p->report.state = PLAYER_BUFFERING;
    pthread_mutex_unlock(&p->mutex);
}

static bool has_track(const struct player_track *tracks, size_t n, const char *id)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(tracks[i].id, id) == 0)
            return true;
    }
    return false;
}

size_t player_tracks(struct player *p, bool captions, struct player_track *out, size_t room)
{
    pthread_mutex_lock(&p->mutex);
    const struct player_track *from = captions ? p->caption_tracks : p->sounds;
    size_t n = captions ? p->n_captions : p->n_sounds;
    const char *chosen = captions ? p->wishes.captions : p->wishes.audio;
    for (size_t i = 0; i < n && i < room; i++) {
        out[i] = from[i];
        if (captions || chosen[0] != 0)
            out[i].is_chosen = strcmp(out[i].id, chosen) == 0;
    }
    pthread_mutex_unlock(&p->mutex);
    return n;
}

void player_choose_audio(struct player *p, const char *id)
{
    pthread_mutex_lock(&p->mutex);
    if (id != NULL && has_track(p->sounds, p->n_sounds, id))
        (void)text_copy(p->wishes.audio, sizeof p->wishes.audio, id);
    pthread_mutex_unlock(&p->mutex);
}

void player_choose_captions(struct player *p, const char *id_or_null)
{
    pthread_mutex_lock(&p->mutex);
    if (id_or_null == NULL)
        p->wishes.captions[0] = 0;
    else if (has_track(p->caption_tracks, p->n_captions, id_or_null))
        (void)text_copy(p->wishes.captions, sizeof p->wishes.captions, id_or_null);
    pthread_mutex_unlock(&p->mutex);
}

const char *player_caption(struct player *p)
{
    buf_clear(&p->caption_text);
    pthread_mutex_lock(&p->mutex);
    if (p->captions != NULL && (p->wishes.captions[0] != 0 || p->captions_are_forced))
        buf_text(&p->caption_text, captions_at(p->captions, p->report.position));
    pthread_mutex_unlock(&p->mutex);
    return buf_string(&p->caption_text);
}

void player_new_pass(struct player *p, const char *manifest, const char *licence)
{
    pthread_mutex_lock(&p->mutex);
    if (is_http(manifest)) {
        free(p->wishes.manifest);
        p->wishes.manifest = strdup(manifest);
        p->wishes.passes++;
    }
    if (is_http(manifest) && is_http(licence)) {
        free(p->wishes.licence);
        p->wishes.licence = strdup(licence);
    }
    pthread_mutex_unlock(&p->mutex);
}
