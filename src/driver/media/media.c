/* The parent's side: starts a jail for each job and hands on what it says, once it has been held
 * against the plan. */
#include "driver/media/media.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "driver/media/jail.h"
#include "driver/media/worker.h"

/* One job in progress. Each kind of message goes to a row's function; a NULL row is a message that
 * this kind of job never says. */
struct talk {
    struct worker *worker;
    struct message_job job;
    struct media_answer *answer;
    bool done;
    uint64_t frames; /* as the jail counted at the end */
    enum err failed; /* as the jail said */
    bool (*progress)(void *context, double part);
    void *context;
    /* inspect */
    struct media_facts *facts;
    bool has_facts;
    /* examine */
    struct media_examination *examination;
    bool has_ends;
    /* encode */
    const struct media_sink *sink;
    uint32_t piece; /* the next, or the one in progress */
    bool in_piece, stopped;
    uint32_t next_gop[LADDER_RUNGS];
    uint8_t config[LADDER_RUNGS][MESSAGE_CONFIG_MAX];
    size_t config_size[LADDER_RUNGS];
    /* sound */
    const struct media_sound_sink *sound_sink;
    uint32_t next_group[MEDIA_TRACKS_MAX * 2];
};

typedef enum err (*talk_fn)(struct talk *t, struct reader payload);

static enum err on_progress(struct talk *t, struct reader payload)
{
    uint32_t part = 0;
    enum err err = message_get_u32(payload, &part);
    if (err != OK || part > MESSAGE_RATE_UNIT)
        return ERR_MALFORMED;
    bool go_on = t->progress == NULL || t->progress(t->context, (double)part / MESSAGE_RATE_UNIT);
    return go_on ? OK : ERR_CANCELLED;
}

static enum err on_refusal(struct talk *t, struct reader payload)
{
    struct media_answer *a = t->answer;
    if (a->n_refusals == MEDIA_REFUSALS_MAX)
        return ERR_MALFORMED;
    enum err err = message_get_refusal(payload, &a->refusals[a->n_refusals]);
    if (err == OK)
        a->n_refusals++;
    return err;
}

static enum err on_failed(struct talk *t, struct reader payload)
{
    uint32_t number = 0;
    enum err err = message_get_u32(payload, &number);
    if (err == OK && (number == 0 || number > (uint32_t)-ERR_BASE_))
        err = ERR_MALFORMED;
    if (err == OK) {
        t->failed = (enum err)(-(int)number);
        t->done = true;
    }
    return err;
}

static enum err on_done(struct talk *t, struct reader payload)
{
    t->done = true;
    return message_get_u64(payload, &t->frames);
}

/* Talks until the jail has said its last. */
static enum err talk_run(struct talk *t, int source_fd, const talk_fn rows[MESSAGE_TYPES])
{
    enum err err = worker_create(source_fd, &t->job, &t->worker);
    while (err == OK && !t->done && !t->stopped) {
        uint32_t type = 0;
        struct reader payload;
        err = worker_next(t->worker, &type, &payload);
        if (err == OK)
            err = rows[type] == NULL ? ERR_MALFORMED : rows[type](t, payload);
    }
    worker_destroy(&t->worker);
    return err == OK ? t->failed : err;
}

/* ---- inspect ---- */

static enum err on_facts(struct talk *t, struct reader payload)
{
    if (t->has_facts)
        return ERR_MALFORMED;
    t->has_facts = true;
    return message_get_facts(payload, t->facts);
}

enum err media_inspect(int source_fd, const struct media_limits *limits, media_progress_fn progress,
                       void *context, struct media_facts *facts, struct media_answer *answer)
{
    static const talk_fn rows[MESSAGE_TYPES] = {
        [MESSAGE_PROGRESS] = on_progress, [MESSAGE_REFUSAL] = on_refusal,
        [MESSAGE_FACTS] = on_facts,       [MESSAGE_FAILED] = on_failed,
        [MESSAGE_DONE] = on_done,
    };
    struct talk t = { .job.kind = JOB_INSPECT,
                      .answer = answer,
                      .progress = progress,
                      .context = context,
                      .facts = facts };
    memset(facts, 0, sizeof *facts);
    memset(answer, 0, sizeof *answer);
    if (limits != NULL)
        t.job.limits = *limits;
    enum err err = talk_run(&t, source_fd, rows);
    if (err == OK && answer->n_refusals == 0 && !t.has_facts)
        err = ERR_MALFORMED;
    return err;
}

/* ---- examine ---- */

static enum err on_ends(struct talk *t, struct reader payload)
{
    struct message_ends m;
    enum err err = message_get_ends(payload, &m);
    if (err != OK || t->has_ends || !t->has_facts || m.n_sounds != t->facts->n_sounds)
        return ERR_MALFORMED;
    t->has_ends = true;
    t->examination->black = m.black;
    memcpy(t->examination->silence, m.sounds, sizeof m.sounds);
    return OK;
}

enum err media_examine(int source_fd, const struct media_limits *limits, media_progress_fn progress,
                       void *context, struct media_examination *out, struct media_answer *answer)
{
    static const talk_fn rows[MESSAGE_TYPES] = {
        [MESSAGE_PROGRESS] = on_progress, [MESSAGE_REFUSAL] = on_refusal,
        [MESSAGE_FACTS] = on_facts,       [MESSAGE_ENDS] = on_ends,
        [MESSAGE_FAILED] = on_failed,     [MESSAGE_DONE] = on_done,
    };
    memset(out, 0, sizeof *out);
    memset(answer, 0, sizeof *answer);
    struct talk t = { .job.kind = JOB_EXAMINE,
                      .answer = answer,
                      .progress = progress,
                      .context = context,
                      .facts = &out->facts,
                      .examination = out };
    if (limits != NULL)
        t.job.limits = *limits;
    enum err err = talk_run(&t, source_fd, rows);
    if (err == OK && answer->n_refusals == 0 && !t.has_ends)
        err = ERR_MALFORMED;
    return err;
}

/* ---- encode ---- */

static uint64_t piece_frames(const struct talk *t)
{
    return (uint64_t)t->job.plan.piece_gops * t->job.plan.ladder.gop_frames;
}

/* GOPs of the film up to the end of piece k. */
static uint64_t gops_until(const struct talk *t, uint64_t pieces)
{
    uint64_t gop = t->job.plan.ladder.gop_frames;
    uint64_t all = (t->job.facts.frames + gop - 1) / gop, n = pieces * t->job.plan.piece_gops;
    return n < all ? n : all;
}

static enum err on_piece_begin(struct talk *t, struct reader payload)
{
    uint32_t piece = 0;
    enum err err = message_get_u32(payload, &piece);
    if (err != OK || t->in_piece || piece != t->piece ||
        (uint64_t)piece * piece_frames(t) >= t->job.facts.frames)
        return ERR_MALFORMED;
    enum media_next next = t->sink->piece_begin(t->sink->context, piece);
    if (next == MEDIA_STOP) {
        t->stopped = true;
        return OK;
    }
    t->in_piece = next == MEDIA_ENCODE;
    t->piece += next == MEDIA_SKIP;
    for (size_t i = 0; i < t->job.plan.ladder.n; i++)
        t->next_gop[i] = (uint32_t)gops_until(t, piece);
    return worker_say(t->worker, MESSAGE_NEXT, next);
}

static enum err on_piece_end(struct talk *t, struct reader payload)
{
    uint32_t piece = 0;
    enum err err = message_get_u32(payload, &piece);
    if (err != OK || !t->in_piece || piece != t->piece)
        return ERR_MALFORMED;
    for (size_t i = 0; i < t->job.plan.ladder.n; i++)
        if (t->next_gop[i] != gops_until(t, (uint64_t)piece + 1))
            return ERR_MALFORMED;
    t->in_piece = false;
    t->piece++;
    return t->sink->piece_end(t->sink->context, piece);
}

/* Pictures of a GOP: as many as the plan says, all of one length, the first alone a way in, each
 * shown at a time of its own inside the GOP. */
static bool gop_is_sound(const struct talk *t, const struct message_group *g)
{
    const struct ladder_plan *p = &t->job.plan.ladder;
    uint64_t left = t->job.facts.frames - (uint64_t)g->number * p->gop_frames;
    uint64_t n = left < p->gop_frames ? left : p->gop_frames;
    bool shown[MESSAGE_SAMPLES_MAX] = { false };
    if (g->n != n || g->sample_rate != 0 || g->channels != 0)
        return false;
    for (size_t i = 0; i < g->n; i++) {
        const struct media_sample *s = &g->samples[i];
        int64_t at = (int64_t)i * p->frame_ticks + s->cts_offset;
        if (s->duration != p->frame_ticks || s->sync != (i == 0) || at < 0 ||
            at % p->frame_ticks != 0 || at / p->frame_ticks >= (int64_t)n ||
            shown[at / p->frame_ticks])
            return false;
        shown[at / p->frame_ticks] = true;
    }
    return true;
}

static bool config_is_same(struct talk *t, size_t track, const struct message_group *g)
{
    if (t->config_size[track] == 0) {
        memcpy(t->config[track], g->config, g->config_size);
        t->config_size[track] = g->config_size;
    }
    return t->config_size[track] == g->config_size &&
           memcmp(t->config[track], g->config, g->config_size) == 0;
}

static enum err on_gop(struct talk *t, struct reader payload)
{
    struct message_group g;
    enum err err = message_get_group(payload, &g);
    if (err != OK || !t->in_piece || g.track >= t->job.plan.ladder.n ||
        g.number != t->next_gop[g.track] || g.number >= gops_until(t, (uint64_t)t->piece + 1) ||
        !gop_is_sound(t, &g) || !config_is_same(t, g.track, &g))
        return ERR_MALFORMED;
    t->next_gop[g.track]++;
    return t->sink->gop(t->sink->context, g.track, g.number, g.config, g.config_size, g.samples,
                        g.n);
}

static enum err on_tiles(struct talk *t, struct reader payload)
{
    struct message_tiles x;
    enum err err = message_get_tiles(payload, &x);
    if (err != OK || !t->in_piece || x.piece != t->piece)
        return ERR_MALFORMED;
    if (t->sink->tiles == NULL)
        return OK;
    return t->sink->tiles(t->sink->context, x.piece, x.columns, x.rows, x.width, x.height, x.jpeg,
                          x.size);
}

static enum err on_still(struct talk *t, struct reader payload)
{
    struct message_still x;
    enum err err = message_get_still(payload, &x);
    if (err != OK || !t->in_piece || x.piece != t->piece)
        return ERR_MALFORMED;
    if (t->sink->still == NULL)
        return OK;
    return t->sink->still(t->sink->context, x.piece, x.score, x.wide, x.wide_size, x.tall,
                          x.tall_size);
}

static bool plan_is_whole(const struct media_facts *facts, const struct media_plan *plan)
{
    return plan->ladder.n >= 1 && plan->ladder.n <= LADDER_RUNGS && plan->ladder.gop_frames > 0 &&
           plan->ladder.gop_frames <= MESSAGE_SAMPLES_MAX && plan->piece_gops > 0 &&
           plan->ladder.rate.num > 0 && plan->ladder.rate.den > 0 &&
           plan->n_sounds <= MEDIA_TRACKS_MAX * 2 && plan->n_texts <= MEDIA_TRACKS_MAX &&
           facts->frames > 0 && facts->frames / plan->ladder.gop_frames < UINT32_MAX;
}

enum err media_encode(int source_fd, const struct media_facts *facts, const struct media_plan *plan,
                      const struct media_limits *limits, const struct media_sink *sink,
                      uint64_t *frames, struct media_answer *answer)
{
    static const talk_fn rows[MESSAGE_TYPES] = {
        [MESSAGE_PROGRESS] = on_progress,
        [MESSAGE_REFUSAL] = on_refusal,
        [MESSAGE_PIECE_BEGIN] = on_piece_begin,
        [MESSAGE_PIECE_END] = on_piece_end,
        [MESSAGE_GROUP] = on_gop,
        [MESSAGE_TILES] = on_tiles,
        [MESSAGE_STILL] = on_still,
        [MESSAGE_FAILED] = on_failed,
        [MESSAGE_DONE] = on_done,
    };
    memset(answer, 0, sizeof *answer);
    *frames = 0;
    if (!plan_is_whole(facts, plan))
        return ERR_ARGUMENT;
    struct talk t = { .job = { .kind = JOB_ENCODE, .facts = *facts, .plan = *plan },
                      .answer = answer,
                      .sink = sink,
                      .progress = sink->progress,
                      .context = sink->context };
    if (limits != NULL)
        t.job.limits = *limits;
    enum err err = talk_run(&t, source_fd, rows);
    if (err != OK || t.stopped)
        return err;
    if (answer->n_refusals == 0 && (t.frames != facts->frames || t.in_piece ||
                                    gops_until(&t, t.piece) != gops_until(&t, UINT32_MAX)))
        return ERR_MALFORMED;
    *frames = t.frames;
    return OK;
}

/* ---- sound and text ---- */

static enum err on_sound_group(struct talk *t, struct reader payload)
{
    struct message_group g;
    enum err err = message_get_group(payload, &g);
    if (err != OK || g.track >= t->job.plan.n_sounds || g.number != t->next_group[g.track] ||
        g.sample_rate == 0 || g.channels == 0 || g.channels > 8)
        return ERR_MALFORMED;
    t->next_group[g.track]++;
    return t->sound_sink->group(t->sound_sink->context, g.track, g.number, g.sample_rate,
                                g.channels, g.config, g.config_size, g.samples, g.n);
}

static enum err on_cue(struct talk *t, struct reader payload)
{
    struct message_cue c;
    enum err err = message_get_cue(payload, &c);
    if (err != OK || c.text >= t->job.plan.n_texts)
        return ERR_MALFORMED;
    if (t->sound_sink->cue == NULL)
        return OK;
    return t->sound_sink->cue(t->sound_sink->context, c.text, c.start_us, c.end_us, c.utf8, c.size);
}

enum err media_encode_sound(int source_fd, const struct media_facts *facts,
                            const struct media_plan *plan, const struct media_limits *limits,
                            const struct media_sound_sink *sink, struct media_answer *answer)
{
    static const talk_fn rows[MESSAGE_TYPES] = {
        [MESSAGE_PROGRESS] = on_progress, [MESSAGE_REFUSAL] = on_refusal,
        [MESSAGE_GROUP] = on_sound_group, [MESSAGE_CUE] = on_cue,
        [MESSAGE_FAILED] = on_failed,     [MESSAGE_DONE] = on_done,
    };
    memset(answer, 0, sizeof *answer);
    if (!plan_is_whole(facts, plan))
        return ERR_ARGUMENT;
    struct talk t = { .job = { .kind = JOB_SOUND, .facts = *facts, .plan = *plan },
                      .answer = answer,
                      .sound_sink = sink,
                      .progress = sink->progress,
                      .context = sink->context };
    if (limits != NULL)
        t.job.limits = *limits;
    return talk_run(&t, source_fd, rows);
}

/* ---- the jail itself ---- */

enum err media_jail_check(char *why, size_t room)
{
    static const talk_fn rows[MESSAGE_TYPES] = {
        [MESSAGE_REFUSAL] = on_refusal,
        [MESSAGE_FAILED] = on_failed,
        [MESSAGE_DONE] = on_done,
    };
    struct media_answer answer = { 0 };
    struct talk t = { .job.kind = JOB_CHECK, .answer = &answer };
    enum err err = talk_run(&t, -1, rows);
    const char *said = answer.n_refusals > 0 ? answer.refusals[0].text : err_text(err);
    text_copy(why, room, err == OK ? "" : said);
    return err;
}
