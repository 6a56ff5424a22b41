#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "box/play/inside.h"
#include "box/play/licence.h"

enum {
    TICK_MS = 15,
    OPEN_US = 25 * 1000 * 1000,     /* of trouble, before anything was shown */
    TROUBLE_US = 120 * 1000 * 1000, /* and after: a network that is lost comes back */
    HANG_US = 12 * 1000 * 1000,     /* without a step on, while it should play */
    TRIES_MAX = 12,                 /* that led no further */
    WAIT_MOST_US = 5 * 1000 * 1000,
    LATE_TICKS = 16
};

/* ---- when something is wrong ---- */

static void set_reason(struct player *p, const char *text)
{
    (void)text_copy(p->trouble, sizeof p->trouble, text);
}

void driver_fail(struct player *p, const char *format, ...)
{
    va_list args;
    char text[sizeof p->trouble];
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    set_reason(p, text);
    p->phase = PHASE_OVER;
    fetch_destroy(&p->fetch);
    fetch_destroy(&p->caption_fetch);
    fetch_destroy(&p->renewal);
    keys_wipe(p->keys);
}

void driver_retry(struct player *p, const char *why)
{
    int64_t now = clock_monotonic_us();
    if (p->trouble_since == 0)
        p->trouble_since = now;
    fetch_destroy(&p->fetch);
    int64_t most = p->has_played ? TROUBLE_US : OPEN_US;
    if (now - p->trouble_since > most || ++p->tries > TRIES_MAX * (p->has_played ? 4 : 1)) {
        driver_fail(p, "%s", why);
        return;
    }
    /* at once the first time, then ever later */
    int64_t wait = p->tries <= 1 ? 0 : INT64_C(125000) << (p->tries < 8 ? p->tries : 8);
    p->wait_until_us = now + (wait > WAIT_MOST_US ? WAIT_MOST_US : wait);
    p->phase = PHASE_WAIT;
}

/* An answer that was none of what was asked for: is it for good? */
static void judge(struct player *p, const struct fetch_answer *answer, const char *what)
{
    char said[120] = "";
    if (answer->status == 0) {
        driver_retry(p, "The service cannot be reached");
        return;
    }
    if (answer->status == 429 || answer->status >= 500) {
        driver_retry(p, "The service does not answer as it should");
        return;
    }
    if (answer->body.err == OK)
        licence_problem((const char *)answer->body.data, answer->body.size, said, sizeof said);
    if (said[0] != 0)
        driver_fail(p, "%s: %s", what, said);
    else
        driver_fail(p, "%s: the service says %d", what, answer->status);
}

/* ---- asking ---- */

static enum err ask(struct player *p, const char *address, const char *body, size_t ceiling,
                    enum cmcd_object object, struct fetch **out)
{
    char lines[CMCD_HEADERS][256];
    const char *headers[CMCD_HEADERS + 1] = { NULL };
    size_t n = 0;
    for (unsigned i = 0; i < CMCD_HEADERS; i++) {
        struct buf value;
        buf_init(&value, sizeof lines[0]);
        requests_cmcd(p->requests, object, i, &value);
        if (value.size > 0 && snprintf(lines[n], sizeof lines[n], "%s: %s", cmcd_names[i],
                                       buf_string(&value)) < (int)sizeof lines[n]) {
            headers[n] = lines[n];
            n++;
        }
        buf_finish(&value);
    }
    return fetch_start(p->fetcher,
                       &(struct fetch_ask){ .address = address,
                                            .agent = p->agent,
                                            .body = body,
                                            .ceiling = ceiling,
                                            .headers = headers,
                                            .is_secret = object == CMCD_KEY },
                       out);
}

static enum err ask_licence(struct player *p, struct fetch **out)
{
    struct buf body;
    buf_init(&body, LICENCE_MAX);
    licence_ask(&body, (const uint8_t(*)[KEYS_ID])p->manifest.kids, p->manifest.n_kids);
    enum err err = body.err;
    if (err == OK)
        err = ask(p, p->licence, buf_string(&body), LICENCE_MAX, CMCD_KEY, out);
    buf_finish(&body);
    return err;
}

static void start_manifest(struct player *p)
{
    char address[8192];
    requests_address(p->requests, address, sizeof address);
    p->phase = PHASE_MANIFEST;
    if (ask(p, address, NULL, MANIFEST_MAX, CMCD_MANIFEST, &p->fetch) != OK)
        driver_fail(p, "The title's address cannot be used");
}

/* ---- captions ---- */

/* Of the sound that plays; NULL before there is one. */
static const char *sound_language(const struct player *p)
{
    for (size_t i = 0; i < p->manifest.n_sounds; i++) {
        if (strcmp(p->manifest.sounds[i].track.id, p->sound_id) == 0)
            return p->manifest.sounds[i].track.language;
    }
    return NULL;
}

/* next_are_forced: nobody wished for those that come in their place. */
static void drop_captions(struct player *p, bool next_are_forced)
{
    pthread_mutex_lock(&p->mutex);
    captions_destroy(&p->captions);
    p->captions_are_forced = next_are_forced;
    pthread_mutex_unlock(&p->mutex);
}

/* Under the newest pass: the file stands beside the manifest. */
static void ask_captions(struct player *p, const struct manifest_caption *c)
{
    char address[8192];
    requests_address(p->requests, address, sizeof address);
    size_t base = requests_base(address), old = requests_base(c->address);
    if (base + strlen(c->address + old) < sizeof address)
        memcpy(address + base, c->address + old, strlen(c->address + old) + 1);
    (void)ask(p, address, NULL, CAPTIONS_FILE_MAX, CMCD_CAPTION, &p->caption_fetch);
}

/* What could not be had may be there now. */
static void ask_captions_again(struct player *p)
{
    if (p->captions == NULL)
        p->caption_asked[0] = 0;
}

static void take_captions(struct player *p)
{
    const struct fetch_answer *answer = fetch_answer(p->caption_fetch);
    struct captions *made = NULL;
    if (answer == NULL)
        return;
    /* What cannot be had or read is not shown; the film is worth more than its captions. */
    if (answer->status == 200 && answer->body.err == OK &&
        captions_read(answer->body.data, answer->body.size, &made) == OK) {
        pthread_mutex_lock(&p->mutex);
        captions_destroy(&p->captions);
        p->captions = made;
        pthread_mutex_unlock(&p->mutex);
    }
    fetch_destroy(&p->caption_fetch);
}

/* Without captions: those that translate what the sound leaves in another language. "": none. */
static const char *forced_captions(struct player *p)
{
    const char *sound = sound_language(p), *best = "";
    int most = 0;
    for (size_t i = 0; sound != NULL && i < p->manifest.n_captions; i++) {
        const struct manifest_caption *c = &p->manifest.captions[i];
        int fit = c->is_forced ? manifest_language_fit(sound, c->track.language) : 0;
        best = fit > most ? c->track.id : best;
        most = fit > most ? fit : most;
    }
    return best;
}

static void obey_captions(struct player *p, const struct wishes *wishes)
{
    const char *wanted = wishes->captions[0] != 0 ? wishes->captions : forced_captions(p);
    take_captions(p);
    if (p->manifest.n_captions == 0 || strcmp(p->caption_asked, wanted) == 0)
        return;
    (void)text_copy(p->caption_asked, sizeof p->caption_asked, wanted);
    fetch_destroy(&p->caption_fetch);
    drop_captions(p, wishes->captions[0] == 0);
    for (size_t i = 0; i < p->manifest.n_captions; i++) {
        if (strcmp(p->manifest.captions[i].track.id, wanted) == 0)
            ask_captions(p, &p->manifest.captions[i]);
    }
}

/* ---- the manifest and its licence ---- */

static void publish_tracks(struct player *p)
{
    const struct manifest *m = &p->manifest;
    pthread_mutex_lock(&p->mutex);
    p->n_sounds = m->n_sounds;
    for (size_t i = 0; i < m->n_sounds; i++)
        p->sounds[i] = m->sounds[i].track;
    p->n_captions = 0;
    for (size_t i = 0; i < m->n_captions; i++) {
        if (!m->captions[i].is_forced)
            p->caption_tracks[p->n_captions++] = m->captions[i].track;
    }
    pthread_mutex_unlock(&p->mutex);
}

/* The captions that were wished for by language become those of a track. */
static void choose_captions(struct player *p)
{
    int best = 0;
    pthread_mutex_lock(&p->mutex);
    const char *wanted = p->captions_language;
    for (size_t i = 0; wanted != NULL && i < p->n_captions; i++) {
        const struct player_track *t = &p->caption_tracks[i];
        int fit = 2 * manifest_language_fit(wanted, t->language);
        fit -= fit > 0 && t->is_described;
        if (fit > best) {
            best = fit;
            (void)text_copy(p->wishes.captions, sizeof p->wishes.captions, t->id);
        }
    }
    pthread_mutex_unlock(&p->mutex);
    free(p->captions_language);
    p->captions_language = NULL;
}

static void take_manifest(struct player *p, const struct fetch_answer *answer)
{
    struct manifest_wish wish = { .address = answer->address,
                                  .lines_max = p->lines_max,
                                  .rate_max = p->rate_max };
    char *sound = NULL;
    if (answer->status != 200 || answer->body.err != OK) {
        judge(p, answer, "The title cannot be played");
        return;
    }
    const char *wanted = sound_language(p) != NULL ? sound_language(p) : p->audio;
    if (wanted != NULL)
        sound = strdup(wanted); /* the list that it stands in is made anew */
    wish.audio = sound;
    enum err err =
        manifest_read((const char *)answer->body.data, answer->body.size, &wish, &p->manifest);
    free(sound);
    if (err != OK) {
        driver_fail(p, "The title's manifest cannot be used: %s", err_text(err));
        return;
    }
    requests_set_manifest(p->requests, &p->manifest, answer->address);
    publish_tracks(p);
    choose_captions(p);
    ask_captions_again(p);
    if (p->manifest.n_sounds > 0) /* the one that plays first, whichever was chosen before */
        (void)text_copy(p->sound_id, sizeof p->sound_id, p->manifest.sounds[0].track.id);
    p->phase = p->manifest.n_kids > 0 ? PHASE_LICENCE : PHASE_BUILD;
}

/* False: refused, and said so. */
static bool take_licence(struct player *p, const struct fetch_answer *answer)
{
    size_t n = 0;
    uint8_t key[KEYS_KEY];
    if (answer->status != 200 || answer->body.err != OK) {
        judge(p, answer, "The licence is refused");
        return false;
    }
    enum err err = licence_read((const char *)answer->body.data, answer->body.size, p->keys, &n);
    if (err != OK)
        driver_fail(p, "The licence cannot be read: %s", err_text(err));
    else if (n == 0 || !keys_find(p->keys, p->manifest.kids[0], key))
        driver_fail(p, "The licence holds no key of this title");
    explicit_bzero(key, sizeof key);
    return p->phase != PHASE_OVER;
}

static void step_licence(struct player *p)
{
    if (p->fetch == NULL && p->licence == NULL) {
        driver_fail(p, "The title is protected and no licence was offered");
        return;
    }
    if (p->fetch == NULL && ask_licence(p, &p->fetch) != OK) {
        driver_fail(p, "The licence's address cannot be used");
        return;
    }
    const struct fetch_answer *answer = fetch_answer(p->fetch);
    if (answer == NULL || !take_licence(p, answer))
        return;
    fetch_destroy(&p->fetch);
    p->phase = PHASE_BUILD;
}

static void build(struct player *p)
{
    if (p->pipeline.play != NULL && p->pipeline.is_prerolled && !p->has_to_seek)
        p->place = p->position;
    pipeline_destroy(p);
    sound_clear(&p->sound);
    pthread_mutex_lock(&p->pictures.mutex);
    p->pictures.is_shut = p->place > 0;
    pthread_mutex_unlock(&p->pictures.mutex);
    p->has_to_seek = p->place > 0;
    p->position = p->place;
    p->is_starting = true;
    p->moved_at = clock_monotonic_us();
    p->phase = PHASE_RUN;
    if (pipeline_build(p) != OK)
        driver_fail(p, "A part of GStreamer is missing");
}

static void step(struct player *p)
{
    const struct fetch_answer *answer = fetch_answer(p->fetch);
    switch (p->phase) {
    case PHASE_MANIFEST:
        if (answer == NULL)
            return;
        take_manifest(p, answer);
        fetch_destroy(&p->fetch);
        return;
    case PHASE_LICENCE: step_licence(p); return;
    case PHASE_BUILD: build(p); return;
    case PHASE_WAIT:
        if (clock_monotonic_us() >= p->wait_until_us)
            start_manifest(p);
        return;
    case PHASE_RUN:
    case PHASE_OVER: return;
    }
}

/* ---- while it plays ---- */

/* Of a licence. */
static void take_address(struct player *p, struct wishes *wishes)
{
    free(p->licence);
    p->licence = wishes->licence;
    wishes->licence = NULL;
    if (p->phase == PHASE_LICENCE)
        fetch_destroy(&p->fetch); /* under the old one: asked for anew */
    if (p->phase == PHASE_RUN && p->manifest.n_kids > 0) {
        fetch_destroy(&p->renewal);
        (void)ask_licence(p, &p->renewal);
    }
}

static void obey_passes(struct player *p, struct wishes *wishes)
{
    const struct fetch_answer *answer = fetch_answer(p->renewal);
    if (answer != NULL) {
        /* nobody there: the keys at hand are good until somebody says otherwise */
        if (answer->status != 0 && answer->status != 429 && answer->status < 500)
            (void)take_licence(p, answer);
        fetch_destroy(&p->renewal);
    }
    if (wishes->passes == p->passes_done)
        return;
    p->passes_done = wishes->passes;
    ask_captions_again(p);
    if (wishes->manifest != NULL)
        requests_set_address(p->requests, wishes->manifest);
    if (wishes->manifest != NULL && p->phase == PHASE_MANIFEST) {
        fetch_destroy(&p->fetch); /* its answer would bring the old pass back */
        start_manifest(p);
    }
    if (wishes->licence != NULL)
        take_address(p, wishes);
}

/* It went on for a while: what was wrong is over. Or it should and does not. */
static void watch(struct player *p)
{
    int64_t now = clock_monotonic_us();
    if (p->phase != PHASE_RUN)
        return;
    if (p->pipeline.wanted == GST_STATE_PLAYING && !p->is_starting && p->position > p->place + 2) {
        p->trouble_since = 0;
        p->tries = 0;
    }
    if (now - p->moved_at > HANG_US) {
        p->moved_at = now;
        driver_retry(p, "The picture stopped coming");
    }
}

static enum player_state state_of(const struct player *p, const struct wishes *wishes)
{
    const struct pipeline *l = &p->pipeline;
    enum player_state waiting = p->has_played ? PLAYER_BUFFERING : PLAYER_OPENING;
    if (p->phase == PHASE_OVER)
        return PLAYER_FAILED;
    if (l->play == NULL || !l->is_prerolled)
        return waiting;
    if (l->has_ended)
        return PLAYER_ENDED;
    if (l->is_buffering || l->is_seeking || p->has_to_seek)
        return PLAYER_BUFFERING;
    if (wishes->is_paused)
        return PLAYER_PAUSED;
    bool is_dry = p->phase != PHASE_RUN && clock_monotonic_us() - p->moved_at > 500 * 1000;
    return is_dry ? PLAYER_BUFFERING : PLAYER_PLAYING;
}

static uint64_t rate_of(struct player *p, int height)
{
    int last = requests_picture(p->requests);
    const struct manifest *m = &p->manifest;
    if (last >= 0 && (size_t)last < m->n_renditions && m->renditions[last].height == height)
        return m->renditions[last].bit_rate;
    for (size_t i = 0; i < m->n_renditions; i++) {
        if (m->renditions[i].kind == MANIFEST_VIDEO && m->renditions[i].height == height)
            return m->renditions[i].bit_rate;
    }
    return 0;
}

static int height_now(struct player *p)
{
    gint height = 0;
    pthread_mutex_lock(&p->pictures.mutex);
    GstCaps *caps = p->pictures.newest == NULL ? NULL : gst_sample_get_caps(p->pictures.newest);
    if (caps != NULL)
        gst_structure_get_int(gst_caps_get_structure(caps, 0), "height", &height);
    pthread_mutex_unlock(&p->pictures.mutex);
    return height;
}

static void tell(struct player *p, const struct wishes *wishes)
{
    double video = 0, audio = 0;
    struct player_report r = { .state = state_of(p, wishes),
                               .position = p->position,
                               .duration = p->manifest.duration,
                               .stalls = p->stalls,
                               .frames_late = p->report.frames_late,
                               .height = height_now(p) };
    r.bit_rate = r.height > 0 ? rate_of(p, r.height) : 0;
    r.sound_energy = r.state == PLAYER_PLAYING ? sound_energy(&p->sound) : 0;
    if (p->pipeline.play != NULL && ++p->ticks % LATE_TICKS == 0)
        r.frames_late = pipeline_late(p);
    pipeline_buffered(p, &video, &audio);
    if (video + audio != p->level && r.state != PLAYER_PLAYING)
        p->moved_at = clock_monotonic_us(); /* a slow line, and no hang */
    p->level = video + audio;
    double rest = r.duration > r.position ? r.duration - r.position : 0;
    video = video < 0 ? rest : video;
    audio = audio < 0 ? rest : audio;
    r.buffered = video < audio || p->manifest.n_sounds == 0 ? video : audio;
    requests_set_state(p->requests, &(struct requests_state){ .buffer_video = video,
                                                              .buffer_audio = audio,
                                                              .throughput = pipeline_throughput(p),
                                                              .is_starting = p->is_starting });
    if (r.state == PLAYER_FAILED)
        (void)text_copy(r.reason, sizeof r.reason, p->trouble);
    pthread_mutex_lock(&p->mutex);
    if (p->wishes.seeks != p->seeks_done && r.state != PLAYER_FAILED) {
        /* asked for in the meantime, or not begun yet: what is drawn must not jump back */
        r.position = p->wishes.seek_to;
        r.state = r.state == PLAYER_OPENING ? PLAYER_OPENING : PLAYER_BUFFERING;
    }
    p->report = r;
    pthread_mutex_unlock(&p->mutex);
    atomic_store(&p->ticked_at, clock_monotonic_us());
}

/* ---- the thread ---- */

static bool take_wishes(struct player *p, struct wishes *out)
{
    pthread_mutex_lock(&p->mutex);
    *out = p->wishes;
    p->wishes.manifest = p->wishes.licence = NULL;
    pthread_mutex_unlock(&p->mutex);
    return !out->is_closing;
}

static void turn(struct player *p, struct wishes *wishes)
{
    bool runs = p->pipeline.play != NULL;
    bool asks = p->fetch != NULL || p->caption_fetch != NULL || p->renewal != NULL;
    if (p->phase == PHASE_OVER && runs)
        pipeline_destroy(p);
    else if (runs)
        run_listen(p, asks ? TICK_MS / 3 : TICK_MS);
    fetcher_work(p->fetcher, runs ? 0 : TICK_MS);
    if (!runs && !asks)
        g_usleep(TICK_MS * 1000 / 3);
    if (p->phase == PHASE_OVER)
        return;
    obey_passes(p, wishes);
    if (p->phase == PHASE_OVER)
        return;
    obey_captions(p, wishes);
    step(p);
    if (p->pipeline.play != NULL && p->phase != PHASE_OVER)
        run_obey(p, wishes);
    watch(p);
}

static void finish(struct player *p)
{
    keys_wipe(p->keys);
    fetch_destroy(&p->fetch);
    fetch_destroy(&p->caption_fetch);
    fetch_destroy(&p->renewal);
    pipeline_destroy(p);
    pthread_mutex_lock(&p->mutex);
    p->is_done = true;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->mutex);
}

void *driver_run(void *player)
{
    struct player *p = player;
    struct wishes wishes;
    start_manifest(p);
    while (take_wishes(p, &wishes)) {
        turn(p, &wishes);
        tell(p, &wishes);
        free(wishes.manifest);
        free(wishes.licence);
    }
    free(wishes.manifest);
    free(wishes.licence);
    finish(p);
    player_free(p);
    return NULL;
}
