#include "service/deliver/renewal.h"

#include <string.h>

/* A fresh pass is handed out again while it is good for so long more: time to use it. */
static unsigned seconds_to_use(const struct pass *pass)
{
    return pass->renewal_seconds / 4;
}

bool renewal_is_at_hand(const struct renewal *r)
{
    char unused[PASS_TEXT_MAX];
    return passes_fresh(r->passes, r->text, r->n, r->now, seconds_to_use(r->pass), unused);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The same pass for a while longer; the end until which it may be renewed stays where it is. */
static enum err make_fresh(const struct renewal *r, struct http_request *rq,
                           char out[PASS_TEXT_MAX])
{
    const struct deliver_params *p = r->params;
    struct pass fresh = *r->pass;
    utc_time until = { 0 };
    if (p->renew == NULL || p->n_pass_keys == 0 || !p->pass_keys[0].can_sign)
        return ERR_DENIED;
    enum err err = p->renew(p->context, rq, r->pass, &until);
    if (err != OK)
        return err;
    int64_t last = fresh.expires.us + fresh.deadline_seconds * UTC_SECOND;
    int64_t expires = r->now.us + fresh.renewal_seconds * UTC_SECOND;
    fresh.issued = r->now;
    fresh.expires.us = least(least(expires, until.us), last);
    fresh.expires.us -= fresh.expires.us % UTC_SECOND;
    fresh.deadline_seconds = (uint32_t)((last - fresh.expires.us) / UTC_SECOND);
    id_new(fresh.id);
    if (fresh.expires.us <= r->now.us)
        return ERR_DENIED;
    err = pass_sign(&p->pass_keys[0], &fresh, out);
    if (err == OK)
        passes_renewed(r->passes, r->text, r->n, out, fresh.expires);
    return err;
}

enum err renewal_answer(const struct renewal *r, struct http_request *rq,
                        struct http_answer *answer)
{
    char fresh[PASS_TEXT_MAX];
    enum err err = OK;
    if (!passes_fresh(r->passes, r->text, r->n, r->now, seconds_to_use(r->pass), fresh))
        err = make_fresh(r, rq, fresh);
    if (err != OK)
        return err;
    size_t n, before = (size_t)(r->text - rq->path);
    const char *target = http_target(rq, &n), *query = memchr(target, '?', n);
    int n_query = query == NULL ? 0 : (int)(n - (size_t)(query - target));
    answer->status = 302;
    http_answer_header(answer, "Location",
                       arena_printf(http_arena(rq), "%.*s%s%s%.*s", (int)before, rq->path, fresh,
                                    r->text + r->n, n_query, query == NULL ? "" : query));
    return OK;
}
