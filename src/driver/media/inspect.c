/* One reading of the whole master: all packets, all sound decoded, the picture only in stretches.
 * Every reason to refuse is collected, not only the first. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "driver/media/allow.h"
#include "driver/media/examine.h"
#include "driver/media/jail.h"
#include "driver/media/jobs.h"
#include "driver/media/meter.h"
#include "driver/media/probe.h"
#include "driver/media/rate.h"
#include "driver/media/tracks.h"

enum {
    SIDE_MIN = 16,
    SIDE_MAX = 8192,
    PICTURES_MAX = 24 * 3600 * 60 + 1000,
    PROGRESS_PACKETS = 256,
    BACK_MS = 100,    /* a step back in time by more is a fault at once */
    BACK_MAX = 5,     /* and so are more small ones */
    GAP_SECONDS = 20, /* a hole in the picture's times */
    SOUND_SLACK_US = 1000000,
    PICTURE_SLACK_US = 5000000,
    DAMAGED_MAX = 5,
};
#define DAY_US (INT64_C(86400) * 1000000)

struct picture_times {
    int64_t *ticks;
    size_t n, room;
    size_t missing, back, corrupt, same;
    int64_t last_dts, last_step; /* last_step: duration of the packet shown last */
    int64_t back_at, back_by;    /* microseconds; of the greatest step back */
    int64_t shown_last;
};

struct inspection {
    struct report *report;
    struct sniff sniff;
    struct source source;
    struct probe probe;
    struct media_facts facts;
    int picture;
    struct picture_times times;
    int64_t seen_us;                            /* the latest end of any packet of any stream */
    struct meter *meters[MEDIA_TRACKS_MAX];     /* beside facts.sounds */
    struct media_ends sounds[MEDIA_TRACKS_MAX]; /* silence, beside facts.sounds */
};

/* ---- the file ---- */

/* False when there is nothing in it to be read further. */
static bool look_at_file(struct inspection *in)
{
    struct report *r = in->report;
    const struct sniff *s = &in->sniff;
    if (s->size == 0)
        report_refuse(r, "empty", "The file is empty. Deliver it again.");
    else if (s->kind == SNIFF_UNKNOWN)
        report_refuse(r, "not-a-film",
                      "The file is not a film in a container that is accepted, whatever its name "
                      "says. Deliver %s.",
                      allow_containers_text);
    else if (s->is_absurd)
        report_refuse(r, "malformed",
                      "The file's structure is broken at byte %lld: a part there has a size or a "
                      "number that cannot be. Export it again.",
                      (long long)s->where);
    else if (s->missing > 0)
        report_refuse(r, "truncated",
                      "The file is cut short: its structure promises at least %lld bytes after its "
                      "end at byte %lld. Deliver the whole file and compare checksums.",
                      (long long)s->missing, (long long)s->size);
    if (s->kind == SNIFF_MP4 && !s->is_absurd && !s->has_index)
        report_refuse(r, "no-index",
                      "The file has no index (moov box): the export or the upload was not "
                      "finished. Deliver a finished export.");
    return s->size > 0 && s->kind != SNIFF_UNKNOWN && !s->is_absurd &&
           (s->kind != SNIFF_MP4 || s->has_index);
}

/* ---- the streams ---- */

static void look_at_picture_stream(struct inspection *in)
{
    struct report *r = in->report;
    const AVStream *st = in->source.fmt->streams[in->picture];
    const AVCodecParameters *par = st->codecpar;
    const struct allow_codec *row = allow_codec_find(par->codec_id);
    struct media_facts *f = &in->facts;
    f->stream = in->picture;
    if (tracks_is_encrypted(st))
        report_refuse(r, "encrypted",
                      "The picture (stream %d) is encrypted. Deliver it in the clear.",
                      in->picture);
    else if (row == NULL)
        report_refuse(r, "picture-codec",
                      "The picture (stream %d) is coded in a way that is not accepted (%s). "
                      "Deliver %s.",
                      in->picture, avcodec_get_name(par->codec_id), allow_pictures_text);
    else
        text_copy(f->codec, sizeof f->codec, row->name);
    if (par->width < SIDE_MIN || par->height < SIDE_MIN || par->width > SIDE_MAX ||
        par->height > SIDE_MAX)
        report_refuse(r, "picture-size",
                      "The picture (stream %d) claims %d x %d samples. Deliver %d to %d a side.",
                      in->picture, par->width, par->height, SIDE_MIN, SIDE_MAX);
    f->rotation = tracks_rotation(st);
    if (f->rotation < 0) {
        report_refuse(r, "rotation",
                      "The picture (stream %d) is turned by an angle that is no quarter turn. "
                      "Deliver it upright.",
                      in->picture);
        f->rotation = 0;
    }
}

static enum err look_at_sound_stream(struct inspection *in, AVStream *st)
{
    struct media_facts *f = &in->facts;
    int number = st->index;
    if (tracks_is_encrypted(st)) {
        report_refuse(in->report, "encrypted",
                      "The sound (stream %d) is encrypted. Deliver it in the clear.", number);
        return OK;
    }
    if (f->n_sounds == MEDIA_TRACKS_MAX) {
        report_refuse(in->report, "too-many-streams",
                      "The file has more than %d sounds. Deliver fewer.", MEDIA_TRACKS_MAX);
        return OK;
    }
    enum err err = meter_create(st, &in->meters[f->n_sounds]);
    if (err == ERR_UNSUPPORTED && allow_codec_find(st->codecpar->codec_id) != NULL) {
        report_refuse(in->report, "damaged-sound",
                      "The sound (stream %d) cannot be decoded: its description is broken. Export "
                      "it again and check that it plays.",
                      number);
        return OK;
    }
    if (err == ERR_UNSUPPORTED) {
        report_refuse(in->report, "sound-codec",
                      "The sound (stream %d) is coded in a way that is not accepted (%s). "
                      "Deliver %s.",
                      number, avcodec_get_name(st->codecpar->codec_id), allow_sounds_text);
        return OK;
    }
    if (err == OK)
        tracks_sound(st, &f->sounds[f->n_sounds++]);
    return err;
}

static enum err look_at_streams(struct inspection *in)
{
    const AVFormatContext *fmt = in->source.fmt;
    struct media_facts *f = &in->facts;
    text_copy(f->container, sizeof f->container, sniff_name(in->sniff.kind));
    in->picture = source_picture(fmt);
    if (in->picture >= 0)
        look_at_picture_stream(in);
    else
        report_refuse(in->report, "no-video",
                      "The file has no picture. Deliver a file with a picture track.");
    enum err err = OK;
    for (unsigned i = 0; i < fmt->nb_streams && err == OK; i++) {
        AVStream *st = fmt->streams[i];
        if (st->codecpar->codec_type == AVMEDIA_TYPE_AUDIO)
            err = look_at_sound_stream(in, st);
        else if (st->codecpar->codec_type == AVMEDIA_TYPE_SUBTITLE &&
                 allow_codec_find(st->codecpar->codec_id) != NULL && f->n_texts < MEDIA_TRACKS_MAX)
            tracks_text(st, &f->texts[f->n_texts++]);
    }
    return err;
}

/* ---- the packets ---- */

static int64_t to_us(const AVStream *st, int64_t ticks)
{
    return av_rescale_q(ticks, st->time_base, AV_TIME_BASE_Q);
}

static enum err keep_tick(struct picture_times *t, int64_t ticks)
{
    if (t->n == t->room) {
        if (t->n >= PICTURES_MAX)
            return ERR_FULL;
        size_t room = t->room == 0 ? 4096 : t->room * 2;
        int64_t *more = realloc(t->ticks, room * sizeof *more);
        if (more == NULL)
            return ERR_MEMORY;
        t->ticks = more;
        t->room = room;
    }
    t->ticks[t->n++] = ticks;
    return OK;
}

static void watch_order(struct picture_times *t, const AVStream *st, const AVPacket *p)
{
    if (p->dts == AV_NOPTS_VALUE)
        return;
    if (t->last_dts != AV_NOPTS_VALUE && p->dts < t->last_dts) {
        int64_t by = to_us(st, t->last_dts - p->dts);
        t->back++;
        if (by > t->back_by) {
            t->back_by = by;
            t->back_at = to_us(st, t->last_dts);
        }
    }
    t->last_dts = p->dts;
}

static enum err take_picture(struct inspection *in, const AVPacket *p)
{
    struct picture_times *t = &in->times;
    const AVStream *st = in->source.fmt->streams[in->picture];
    watch_order(t, st, p);
    if (p->flags & AV_PKT_FLAG_CORRUPT)
        t->corrupt++;
    if (p->flags & AV_PKT_FLAG_DISCARD)
        return OK; /* cut away by an edit list */
    int64_t at = p->pts != AV_NOPTS_VALUE ? p->pts : p->dts;
    if (at == AV_NOPTS_VALUE) {
        t->missing++;
        return OK;
    }
    if (at >= t->shown_last) {
        t->shown_last = at;
        t->last_step = p->duration;
    }
    return keep_tick(t, at);
}

static void keep_end(struct inspection *in, const AVPacket *p)
{
    int64_t at = p->pts != AV_NOPTS_VALUE ? p->pts : p->dts;
    if (at == AV_NOPTS_VALUE)
        return;
    int64_t end = to_us(in->source.fmt->streams[p->stream_index], at + p->duration);
    if (end > in->seen_us)
        in->seen_us = end;
}

static enum err take_packet(struct inspection *in, const AVPacket *p)
{
    keep_end(in, p);
    if (av_packet_get_side_data(p, AV_PKT_DATA_ENCRYPTION_INFO, NULL) != NULL) {
        report_refuse(in->report, "encrypted", "Stream %d is encrypted. Deliver it in the clear.",
                      p->stream_index);
        return OK;
    }
    if (p->stream_index == in->picture)
        return take_picture(in, p);
    for (size_t i = 0; i < in->facts.n_sounds; i++)
        if (in->facts.sounds[i].stream == p->stream_index)
            return meter_hear(in->meters[i], p);
    return OK;
}

static enum err read_packets(struct inspection *in)
{
    AVPacket *packet = av_packet_alloc();
    enum err err = packet == NULL ? ERR_MEMORY : OK;
    in->times.last_dts = AV_NOPTS_VALUE;
    in->times.shown_last = INT64_MIN;
    for (unsigned n = 0; err == OK; n++) {
        err = source_read(&in->source, packet);
        if (err == OK)
            err = take_packet(in, packet);
        if (n % PROGRESS_PACKETS == 0)
            report_progress(in->report, (double)in->source.at / (double)in->sniff.size);
        av_packet_unref(packet);
    }
    av_packet_free(&packet);
    if (err == ERR_FULL) {
        report_refuse(in->report, "too-long",
                      "The picture has more than a day of frames at 60 a second. Deliver one film "
                      "a file.");
        return OK;
    }
    return err == ERR_NOT_FOUND ? OK : err;
}

/* ---- what the times say ---- */

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Pictures before the first that can be decoded are not shown; of two at the same time one is not
 * (VP8 keeps some only to predict from). */
static void order_times(struct inspection *in)
{
    struct picture_times *t = &in->times;
    if (t->n == 0)
        return;
    qsort(t->ticks, t->n, sizeof *t->ticks, compare);
    size_t early = 0;
    while (in->probe.found && early < t->n && t->ticks[early] < in->probe.first)
        early++;
    size_t n = 0;
    for (size_t i = early; i < t->n; i++)
        if (n == 0 || t->ticks[i] != t->ticks[n - 1])
            t->ticks[n++] = t->ticks[i];
        else
            t->same++;
    t->n = n;
}

static void judge_order(struct inspection *in)
{
    const struct picture_times *t = &in->times;
    char when[REPORT_TIME];
    if (t->missing > 0 && t->missing * 200 > t->n)
        report_refuse(in->report, "broken-timestamps",
                      "%zu pictures (stream %d) have no time at all. Deliver a file whose pictures "
                      "all have times.",
                      t->missing, in->picture);
    if (t->back > BACK_MAX || t->back_by > BACK_MS * 1000)
        report_refuse(in->report, "broken-timestamps",
                      "The picture's times (stream %d) go back by %.3f s at %s. Deliver one "
                      "continuous export, not parts put together.",
                      in->picture, (double)t->back_by / 1e6, report_time(t->back_at, when));
}

static void judge_gaps(struct inspection *in)
{
    const struct picture_times *t = &in->times;
    const AVStream *st = in->source.fmt->streams[in->picture];
    char when[REPORT_TIME];
    for (size_t i = 1; i < t->n; i++) {
        int64_t step = t->ticks[i] - t->ticks[i - 1];
        if (to_us(st, step) <= GAP_SECONDS * INT64_C(1000000))
            continue;
        report_refuse(in->report, "broken-timestamps",
                      "There is no picture (stream %d) for %.1f s after %s. Deliver a file without "
                      "holes.",
                      in->picture, (double)to_us(st, step) / 1e6,
                      report_time(to_us(st, t->ticks[i - 1] - t->ticks[0]), when));
        break;
    }
    if (t->same > 2 && t->same * 10 > t->n)
        report_refuse(in->report, "broken-timestamps",
                      "%zu pictures (stream %d) have the same time as another. Deliver a new "
                      "export.",
                      t->same, in->picture);
}

static void judge_rate(struct inspection *in)
{
    const struct picture_times *t = &in->times;
    const AVStream *st = in->source.fmt->streams[in->picture];
    struct media_facts *f = &in->facts;
    AVRational claim = st->r_frame_rate.num > 0 ? st->r_frame_rate : st->avg_frame_rate;
    struct ladder_rate claimed = { claim.num > 0 ? (uint32_t)claim.num : 0,
                                   claim.den > 0 ? (uint32_t)claim.den : 0 };
    const struct rate_times times = { t->ticks, t->n, av_q2d(st->time_base) };
    f->video.rate = rate_judge(&times, claimed, &f->is_variable_rate);
    double step = f->video.rate.num == 0 ? 0 : (double)f->video.rate.den / f->video.rate.num;
    int64_t last = t->last_step > 0 ? to_us(st, t->last_step) : 0;
    /* Muxers often do not know how long the last picture is shown. */
    if ((double)last < step * 1e6 || last > GAP_SECONDS * INT64_C(1000000))
        last = (int64_t)(step * 1e6);
    f->duration_us = t->n == 0 ? 0 : to_us(st, t->ticks[t->n - 1] - t->ticks[0]) + last;
}

/* What the container says the picture lasts, and in *seen what of that has been seen: where it only
 * speaks of the whole (Matroska), the end of any of its streams. 0: it says nothing. */
static int64_t claimed_duration(const struct inspection *in, int64_t *seen)
{
    const AVFormatContext *fmt = in->source.fmt;
    const AVStream *st = fmt->streams[in->picture];
    *seen = in->facts.duration_us;
    if (in->sniff.kind == SNIFF_TS)
        return 0; /* libav's figure is a guess */
    if (in->sniff.claims_s * 1000000 > DAY_US)
        return in->sniff.claims_s * 1000000;
    if (st->duration > 0)
        return to_us(st, st->duration);
    if (in->seen_us > *seen)
        *seen = in->seen_us;
    return fmt->duration > 0 ? fmt->duration : 0;
}

static void judge_duration(struct inspection *in)
{
    struct media_facts *f = &in->facts;
    char said[REPORT_TIME], shown[REPORT_TIME];
    int64_t seen = 0, claimed = claimed_duration(in, &seen);
    int64_t slack = seen / 100 > 1000000 ? seen / 100 : 1000000;
    if (in->times.n == 0)
        report_refuse(in->report, "no-pictures",
                      "The picture track (stream %d) has no pictures in it. Deliver a finished "
                      "export.",
                      in->picture);
    else if (f->duration_us <= 0)
        report_refuse(in->report, "zero-duration",
                      "The picture (stream %d) has no duration. Deliver a finished export.",
                      in->picture);
    if (claimed > DAY_US || f->duration_us > DAY_US)
        report_refuse(in->report, "absurd-duration",
                      "The file claims to last %s, more than a day. Deliver one film a file, with "
                      "the right duration.",
                      report_time(claimed > f->duration_us ? claimed : f->duration_us, said));
    else if (claimed > seen + slack)
        report_refuse(in->report, "truncated",
                      "The file claims to last %s but ends at %s: the end is missing. Deliver the "
                      "whole file.",
                      report_time(claimed, said), report_time(seen, shown));
}

/* ---- what the picture says ---- */

static void judge_hdr(struct inspection *in)
{
    struct media_facts *f = &in->facts;
    const AVStream *st = in->source.fmt->streams[in->picture];
    size_t size = 0;
    const uint8_t *dovi = av_stream_get_side_data(st, AV_PKT_DATA_DOVI_CONF, &size);
    enum { PROFILE = 2, COMPATIBLE = 7 }; /* bytes of AVDOVIDecoderConfigurationRecord */
    f->is_hdr =
        in->probe.transfer == AVCOL_TRC_SMPTE2084 || in->probe.transfer == AVCOL_TRC_ARIB_STD_B67;
    if (dovi != NULL && size > COMPATIBLE && dovi[PROFILE] == 5 && dovi[COMPATIBLE] == 0)
        report_refuse(in->report, "dolby-vision",
                      "The picture (stream %d) is Dolby Vision profile 5, which cannot be shown "
                      "without its decoder. Deliver SDR, HDR10 or HLG.",
                      in->picture);
}

static void judge_picture(struct inspection *in)
{
    const struct probe *p = &in->probe;
    struct media_facts *f = &in->facts;
    char when[REPORT_TIME];
    if (!p->found) {
        report_refuse(in->report, "damaged-picture",
                      "No picture could be decoded from stream %d. Export it again and check that "
                      "it plays.",
                      in->picture);
        return;
    }
    bool aside = f->rotation % 180 != 0;
    f->video.width = (uint16_t)(aside ? p->height : p->width);
    f->video.height = (uint16_t)(aside ? p->width : p->height);
    bool shaped = p->shape.num > 0 && p->shape.den > 0;
    f->video.par_num = shaped ? (uint32_t)(aside ? p->shape.den : p->shape.num) : 1;
    f->video.par_den = shaped ? (uint32_t)(aside ? p->shape.num : p->shape.den) : 1;
    f->primaries = (uint16_t)p->primaries;
    f->transfer = (uint16_t)p->transfer;
    f->matrix = (uint16_t)p->matrix;
    f->is_interlaced = p->flagged * 4 > p->pictures;
    judge_hdr(in);
    if (p->damaged * 2 > p->pictures)
        report_refuse(in->report, "damaged-picture",
                      "%u of %u pictures of stream %d that were looked at cannot be decoded whole. "
                      "Export it again and check that it plays.",
                      p->damaged, p->pictures, in->picture);
    if (p->size_changes)
        report_refuse(in->report, "variable-size",
                      "The picture (stream %d) changes its size at %s. Deliver one size from "
                      "beginning to end.",
                      in->picture, report_time(p->size_change_us, when));
    if (!f->is_interlaced && probe_is_combed(p))
        report_refuse(in->report, "interlaced-unflagged",
                      "The picture (stream %d) is interlaced without a flag that says so (%u of %u "
                      "frames looked at are woven from two fields). Deliver it progressive or "
                      "flagged.",
                      in->picture, probe_combed(p), probe_combed(p) + p->smooth);
}

static void judge_plan(struct inspection *in)
{
    struct media_facts *f = &in->facts;
    struct ladder_plan plan;
    if (!in->probe.found || in->times.n == 0 || f->duration_us <= 0)
        return;
    if (f->video.width > SIDE_MAX || f->video.height > SIDE_MAX ||
        ladder_plan(&f->video, NULL, &plan) != OK) {
        report_refuse(
            in->report, "picture-shape",
            "The picture (stream %d) has %u x %u samples of shape %u:%u at %u/%u a second, "
            "which no film has. Deliver a usual size, shape and rate.",
            in->picture, f->video.width, f->video.height, f->video.par_num, f->video.par_den,
            f->video.rate.num, f->video.rate.den);
        return;
    }
    double frames = (double)f->duration_us / 1e6 * plan.rate.num / plan.rate.den;
    f->frames = frames < 1 ? 1 : (uint64_t)llround(frames);
}

static void judge_damage(struct inspection *in)
{
    if (in->times.corrupt > DAMAGED_MAX && in->times.corrupt * 1000 > in->times.n)
        report_refuse(in->report, "damaged",
                      "%zu packets of the picture (stream %d) are damaged or cut. Deliver the file "
                      "again and compare checksums.",
                      in->times.corrupt, in->picture);
}

/* ---- what the sounds say ---- */

static void judge_sound_length(struct inspection *in, const struct media_sound *s)
{
    char picture[REPORT_TIME], sound[REPORT_TIME];
    int64_t film = in->facts.duration_us;
    if (film <= 0)
        return;
    if (s->duration_us < film - SOUND_SLACK_US)
        report_refuse(in->report, "sound-short",
                      "The sound (stream %d, %s) lasts %s, the picture %s: the sound is shorter by "
                      "%.1f s. Deliver sound as long as the picture.",
                      s->stream, s->language, report_time(s->duration_us, sound),
                      report_time(film, picture), (double)(film - s->duration_us) / 1e6);
    else if (s->start_us + s->duration_us > film + PICTURE_SLACK_US)
        report_refuse(in->report, "picture-short",
                      "The picture lasts %s but the sound (stream %d, %s) ends at %s. Deliver the "
                      "whole picture.",
                      report_time(film, picture), s->stream, s->language,
                      report_time(s->start_us + s->duration_us, sound));
}

/* Silence at either end of the picture, not of the track: sound that begins late is silence too. */
static void measure_silence(struct inspection *in, size_t i, const struct meter_result *m)
{
    const struct media_sound *s = &in->facts.sounds[i];
    double film = (double)in->facts.duration_us / 1e6;
    double from = film, until = 0;
    if (m->is_heard) {
        from = (double)(s->start_us) / 1e6 + (double)m->first_loud / m->sample_rate;
        until = (double)(s->start_us) / 1e6 + (double)(m->last_loud + 1) / m->sample_rate;
    }
    in->sounds[i].head = fmin(fmax(from, 0), film);
    in->sounds[i].tail = fmin(fmax(film - until, 0), film);
}

static void judge_sound(struct inspection *in, size_t i)
{
    struct media_sound *s = &in->facts.sounds[i];
    struct meter_result m;
    meter_result(in->meters[i], &m);
    if (m.samples == 0) {
        report_refuse(in->report, "sound-empty",
                      "The sound track (stream %d, %s) has no sound that can be decoded. Deliver "
                      "it filled or leave it out.",
                      s->stream, s->language);
        return;
    }
    s->sample_rate = (uint32_t)m.sample_rate;
    s->channels = (uint16_t)m.channels;
    int64_t zero =
        in->probe.found ? to_us(in->source.fmt->streams[in->picture], in->probe.first) : 0;
    s->start_us = m.start_us - zero;
    s->duration_us = m.end_us - m.start_us;
    s->loudness_lufs = m.loudness_lufs;
    s->true_peak_dbtp = m.true_peak_dbtp;
    measure_silence(in, i, &m);
    if (m.changes)
        report_refuse(in->report, "variable-sound",
                      "The sound (stream %d, %s) changes its rate or channels on the way. Deliver "
                      "one layout from beginning to end.",
                      s->stream, s->language);
    if (m.damaged > DAMAGED_MAX && m.damaged * 200 > m.packets)
        report_refuse(in->report, "damaged-sound",
                      "The sound (stream %d, %s) is damaged: %llu of %llu packets cannot be "
                      "decoded. Deliver the file again and compare checksums.",
                      s->stream, s->language, (unsigned long long)m.damaged,
                      (unsigned long long)m.packets);
    if (in->picture >= 0)
        judge_sound_length(in, s);
}

static enum err judge_sounds(struct inspection *in)
{
    enum err err = OK;
    for (size_t i = 0; i < in->facts.n_sounds && err == OK; i++) {
        err = meter_hear(in->meters[i], NULL);
        if (err == OK)
            judge_sound(in, i);
    }
    return err;
}

/* ---- the order of it all ---- */

static bool picture_can_be_read(const struct inspection *in)
{
    if (in->picture < 0)
        return false;
    const AVStream *st = in->source.fmt->streams[in->picture];
    return !tracks_is_encrypted(st) && allow_codec_find(st->codecpar->codec_id) != NULL;
}

/* The picture is looked at first, by a reading of its own: the sounds need its first instant. */
static enum err look_at_picture(struct inspection *in)
{
    struct source s;
    enum err err = source_open(JAIL_SOURCE, &in->sniff, in->report, &s);
    if (err != OK || s.fmt == NULL)
        return err;
    if (in->picture < (int)s.fmt->nb_streams) {
        int64_t length = s.fmt->duration > 0 && s.fmt->duration < DAY_US ? s.fmt->duration : 0;
        err = probe_picture(&s, in->picture, length, &in->probe);
    }
    source_close(&s);
    return err == ERR_UNSUPPORTED ? OK : err;
}

static enum err judge_all(struct inspection *in)
{
    if (in->picture >= 0) {
        order_times(in);
        judge_order(in);
        judge_gaps(in);
        judge_rate(in);
        judge_duration(in);
        judge_damage(in);
    }
    if (picture_can_be_read(in)) {
        judge_picture(in);
        judge_plan(in);
    }
    return judge_sounds(in);
}

static enum err inspect_all(struct inspection *in)
{
    enum err err = sniff_file(JAIL_SOURCE, &in->sniff);
    if (err != OK || !look_at_file(in))
        return err;
    err = source_open(JAIL_SOURCE, &in->sniff, in->report, &in->source);
    if (err != OK || in->source.fmt == NULL)
        return err;
    err = look_at_streams(in);
    if (err == OK && picture_can_be_read(in))
        err = look_at_picture(in);
    if (err == OK)
        err = read_packets(in);
    if (err == OK)
        err = judge_all(in);
    return err;
}

static enum err send_facts(struct report *report, const struct media_facts *facts)
{
    struct buf b;
    buf_init(&b, MESSAGE_SMALL_MAX + MESSAGE_HEAD);
    size_t at = message_open(&b, MESSAGE_FACTS);
    message_put_facts(&b, facts);
    message_close(&b, at);
    enum err err = report_send(report, &b);
    buf_finish(&b);
    return err;
}

static struct inspection *inspection_begin(struct report *report)
{
    static struct inspection in;
    in.report = report;
    in.picture = -1;
    return &in;
}

static void inspection_end(struct inspection *in)
{
    for (size_t i = 0; i < MEDIA_TRACKS_MAX; i++)
        meter_destroy(&in->meters[i]);
    source_close(&in->source);
    free(in->times.ticks);
}

/* Running out of memory is the file's fault: no film needs so much. */
static enum err inspection_err(struct inspection *in, enum err err)
{
    if (err != ERR_MEMORY)
        return err;
    report_refuse(in->report, "malformed",
                  "Reading the file asks for more memory than any film needs: its structure is "
                  "broken. Export it again.");
    return OK;
}

enum err job_inspect(struct report *report, const struct message_job *job, uint64_t *frames)
{
    struct inspection *in = inspection_begin(report);
    (void)job;
    enum err err = inspection_err(in, inspect_all(in));
    if (err == OK && report->answer.n_refusals == 0)
        err = send_facts(report, &in->facts);
    *frames = in->facts.frames;
    inspection_end(in);
    return err;
}

static enum err send_ends(struct inspection *in, const struct media_ends *black)
{
    struct message_ends m = { .black = *black, .n_sounds = in->facts.n_sounds };
    struct buf b;
    memcpy(m.sounds, in->sounds, sizeof m.sounds);
    buf_init(&b, MESSAGE_SMALL_MAX + MESSAGE_HEAD);
    size_t at = message_open(&b, MESSAGE_ENDS);
    message_put_ends(&b, &m);
    message_close(&b, at);
    enum err err = report_send(in->report, &b);
    buf_finish(&b);
    return err;
}

enum err job_examine(struct report *report, const struct message_job *job, uint64_t *frames)
{
    struct inspection *in = inspection_begin(report);
    struct media_ends black = { 0 };
    (void)job;
    enum err err = inspect_all(in);
    if (err == OK && report->answer.n_refusals == 0) {
        const struct examine_film film = { .sniff = &in->sniff,
                                           .report = report,
                                           .stream = in->picture,
                                           .first = in->probe.first,
                                           .duration_us = in->facts.duration_us };
        err = examine_black(&film, &black.head, &black.tail);
    }
    err = inspection_err(in, err);
    if (err == OK && report->answer.n_refusals == 0)
        err = send_facts(report, &in->facts);
    if (err == OK && report->answer.n_refusals == 0)
        err = send_ends(in, &black);
    *frames = in->facts.frames;
    inspection_end(in);
    return err;
}
