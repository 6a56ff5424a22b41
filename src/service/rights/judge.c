#include "service/rights/judge.h"

#include <stdio.h>

/* A picture of at least so many lines is of the class: what is a little less is a cropped one. */
static bool is_of_class(int lines, enum rights_format format)
{
    static const int least[] = { [RIGHTS_SD] = 0, [RIGHTS_HD] = 577, [RIGHTS_UHD] = 1441 };
    return lines >= least[format];
}

/* What stands in the way is an issue once the window is open, and work in hand before. */
static struct judge_answer lacking(const struct judge_question *q, const char *text)
{
    return (struct judge_answer){ q->is_due ? OFFER_ISSUE : OFFER_IN_PROCESS, text };
}

static bool is_sold(enum rights_licence licence)
{
    return licence == RIGHTS_SVOD || licence == RIGHTS_VOD || licence == RIGHTS_AVOD;
}

static const char *missing_video(struct arena *arena, const struct judge_question *q)
{
    const struct masters_state *m = q->masters;
    const char *format = rights_format_name(q->right->format);
    if (m->n == 0)
        return arena_printf(arena, "Missing %s Video File: no episode is known yet", format);
    if (m->missing > 0 && m->first_missing != NULL)
        return arena_printf(arena, "Missing %s Video File: %zu of %zu episodes, first %s", format,
                            m->missing, m->n, m->first_missing);
    return arena_printf(arena, "Missing %s Video File", format);
}

static const char *missing_language(struct arena *arena, const struct judge_question *q)
{
    const struct masters_state *m = q->masters;
    for (size_t i = 0; i < q->n_required; i++) {
        const struct judge_language *l = &q->required[i];
        bool heard = masters_has_language(m->audio, m->n_audio, l->tag);
        bool read = masters_has_language(m->captions, m->n_captions, l->tag);
        if (l->asset == RIGHTS_DUB && !heard)
            return arena_printf(arena, "Missing Audio in %s", l->tag);
        if (l->asset == RIGHTS_SUB && !read)
            return arena_printf(arena, "Missing Subtitles in %s", l->tag);
        if (l->asset == RIGHTS_ANY && !heard && !read)
            return arena_printf(arena, "Missing Audio or Subtitles in %s", l->tag);
    }
    return NULL;
}

/* Whether anything is left to be delivered or made. */
static bool judge_masters(struct arena *arena, const struct judge_question *q,
                          struct judge_answer *out)
{
    const struct masters_state *m = q->masters;
    const char *language = missing_language(arena, q);
    if (m->refused > 0)
        *out = (struct judge_answer){ OFFER_ISSUE, m->refusal };
    else if (m->missing > 0 || m->n == 0)
        *out = lacking(q, missing_video(arena, q));
    else if (m->running > 0)
        *out = (struct judge_answer){ OFFER_IN_PROCESS, "The master is being encoded" };
    else if (m->failed > 0)
        *out = (struct judge_answer){ OFFER_IN_PROCESS,
                                      "Encoding failed on our side; nothing is asked of you" };
    else if (!is_of_class(m->lines, q->right->format))
        *out = lacking(q, missing_video(arena, q));
    else if (language != NULL)
        *out = lacking(q, language);
    else if (q->wants_captions && !m->has_captions)
        *out = lacking(q, "Missing Captions: they are promised or required, and none is here");
    else
        return false;
    return true;
}

struct judge_answer judge_offer(struct arena *arena, const struct judge_question *q)
{
    const struct rights_right *right = q->right;
    struct judge_answer answer = { OFFER_READY, NULL };
    if (right->status == RIGHTS_STATUS_REVOKED || right->status == RIGHTS_STATUS_EXPIRED)
        return (struct judge_answer){ OFFER_ISSUE,
                                      arena_printf(arena, "TitleStatus is %s: not offered",
                                                   rights_status_name(right->status)) };
    if (!is_sold(right->licence))
        return (struct judge_answer){ OFFER_ISSUE,
                                      arena_printf(arena, "%s is not offered by this service",
                                                   rights_licence_name(right->licence)) };
    if (!q->is_linked)
        return lacking(q, arena_printf(arena,
                                       "Missing %s Video File: nothing is known of this "
                                       "title here",
                                       rights_format_name(right->format)));
    if (judge_masters(arena, q, &answer))
        return answer;
    if (right->status == RIGHTS_STATUS_PENDING)
        return lacking(q, "TitleStatus is Pending: it waits for approval");
    if (q->is_live)
        answer.progress = OFFER_LIVE;
    else if (!q->is_published)
        answer.comments = "Not published yet";
    else if (!q->is_open_somewhere)
        answer.comments = "The service is not open there";
    else if (q->is_due)
        answer.comments = q->held;
    return answer;
}
