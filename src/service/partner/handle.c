/* What each address of the partners' API does. */
#include <string.h>

#include "base/text.h"
#include "driver/signature/signature.h"
#include "service/partner/inside.h"

enum { CURSOR_MAX = 100, PAGE_MAX = 200 };

/* ---- calls that change something ------------------------------------------------------------- */

/* An opaque text of theirs; NULL when it is not said. */
static const char *read_opaque(struct partner_request *rq, const char *name, enum json_need need)
{
    const char *text = json_read_text(&rq->in, name, need, 1, PARTNER_TEXT - 1);
    if (text != NULL && !partner_text_is_good(text))
        json_read_wrong(&rq->in, name, "must be 1 to 64 visible characters of ASCII");
    return text;
}

/* What the key stands for: the address and the body. */
static void digest_of(const struct partner_request *rq, uint8_t out[32])
{
    struct buf b;
    buf_init(&b, strlen(rq->rq->path) + rq->rq->body_size + 2);
    buf_printf(&b, "%s\n", rq->rq->path);
    buf_put(&b, rq->rq->body, rq->rq->body_size);
    signature_sha256(b.data, b.size, out);
    buf_finish(&b);
}

static struct partner_ask ask_of(const struct partner_request *rq, enum partner_call call)
{
    struct partner_ask ask = { .partner = rq->partner.id,
                               .id = rq->id,
                               .order = { .call = call, .now = rq->now },
                               .key = rq->key };
    digest_of(rq, ask.digest);
    return ask;
}

static void carry_out(struct partner_request *rq, const struct partner_ask *ask)
{
    struct partner_did did;
    if (!partner_read_end(rq))
        return;
    enum err err = partner_carry_out(rq->service, rq->arena, ask, &did);
    if (err != OK)
        partner_fail(rq, err, "carry out a call");
    else if (did.problem != PP_NONE)
        partner_problem(rq, did.problem, NULL, did.why);
    else
        partner_answer(rq, did.status, did.body, did.size);
}

void partner_handle_create(struct partner_request *rq)
{
    struct partner_ask ask = ask_of(rq, PARTNER_CREATE);
    ask.account = read_opaque(rq, "partner_account_id", JSON_REQUIRED);
    ask.order.bundle = json_read_text(&rq->in, "bundle", JSON_REQUIRED, 1, BUNDLE_CODE - 1);
    ask.channel = read_opaque(rq, "channel", JSON_OPTIONAL);
    ask.billing_event = read_opaque(rq, "billing_event_id", JSON_REQUIRED);
    (void)json_read_bool(&rq->in, "activate", JSON_OPTIONAL, &ask.is_activated);
    carry_out(rq, &ask);
}

/* Calls that say nothing but whether there is an event of the partner's billing behind them. */
static void handle_plain(struct partner_request *rq, enum partner_call call, enum json_need need)
{
    struct partner_ask ask = ask_of(rq, call);
    ask.billing_event = read_opaque(rq, "billing_event_id", need);
    carry_out(rq, &ask);
}

void partner_handle_token(struct partner_request *rq)
{
    handle_plain(rq, PARTNER_TOKEN, JSON_OPTIONAL);
}

void partner_handle_activate(struct partner_request *rq)
{
    handle_plain(rq, PARTNER_ACTIVATE, JSON_REQUIRED);
}

void partner_handle_suspend(struct partner_request *rq)
{
    handle_plain(rq, PARTNER_SUSPEND, JSON_REQUIRED);
}

void partner_handle_resume(struct partner_request *rq)
{
    handle_plain(rq, PARTNER_RESUME, JSON_REQUIRED);
}

void partner_handle_bundle(struct partner_request *rq)
{
    struct partner_ask ask = ask_of(rq, PARTNER_BUNDLE);
    ask.order.bundle = json_read_text(&rq->in, "bundle", JSON_REQUIRED, 1, BUNDLE_CODE - 1);
    ask.billing_event = read_opaque(rq, "billing_event_id", JSON_REQUIRED);
    carry_out(rq, &ask);
}

void partner_handle_cancel(struct partner_request *rq)
{
    struct partner_ask ask = ask_of(rq, PARTNER_CANCEL);
    const char *on = json_read_text(&rq->in, "on", JSON_OPTIONAL, 1, CIVIL_DAY_TEXT);
    ask.billing_event = read_opaque(rq, "billing_event_id", JSON_REQUIRED);
    ask.has_day = on != NULL;
    if (on != NULL && civil_day_parse(on, strlen(on), &ask.day) != OK)
        json_read_wrong(&rq->in, "on", "must be a day, as 2026-12-31");
    carry_out(rq, &ask);
}

/* ---- reading --------------------------------------------------------------------------------- */

static void answer_written(struct partner_request *rq, enum err err, const char *doing)
{
    if (err == OK)
        err = rq->out.err == ERR_FULL ? ERR_INTERNAL : rq->out.err;
    if (err != OK)
        partner_fail(rq, err, doing);
    else
        partner_answer(rq, 200, buf_string(&rq->out), rq->out.size);
}

void partner_handle_get(struct partner_request *rq)
{
    struct partner_subscription s;
    enum err err =
        store_partner_subscription_get(rq->service->params.store, rq->partner.id, rq->id, &s);
    if (err == OK)
        partner_subscription_json(&rq->w, NULL, &s, rq->now, NULL);
    answer_written(rq, err, "read a subscription");
}

void partner_handle_bundles(struct partner_request *rq)
{
    json_object(&rq->w, NULL);
    enum err err =
        partner_bundles_json(rq->service->params.store, rq->arena, rq->partner.id, &rq->w, "items");
    json_end(&rq->w);
    answer_written(rq, err, "list bundles");
}

static bool wrong(struct partner_request *rq, const char *name, const char *text)
{
    partner_problem(rq, PP_VALIDATION, name, text);
    return false;
}

/* False: answered. */
static bool read_filter(struct partner_request *rq, struct store_partner_filter *f)
{
    const char *since = http_query(rq->rq, "since"), *limit = http_query(rq->rq, "limit");
    int64_t number = 0;
    *f = (struct store_partner_filter){ .partner = rq->partner.id,
                                        .account = http_query(rq->rq, "partner_account_id"),
                                        .after = http_query(rq->rq, "after") };
    if (since != NULL && utc_parse(since, strlen(since), &f->since) != OK)
        return wrong(rq, "since", "must be an instant, as 2026-11-01T00:00:00Z");
    if (f->after != NULL && strlen(f->after) > CURSOR_MAX)
        return wrong(rq, "after", "is too long");
    if (f->account != NULL && !partner_text_is_good(f->account))
        return wrong(rq, "partner_account_id", "must be 1 to 64 visible characters of ASCII");
    if (limit != NULL && text_to_i64(limit, strlen(limit), 1, PAGE_MAX, &number) != OK)
        return wrong(rq, "limit", "must lie between 1 and 200");
    f->limit = (unsigned)number;
    return true;
}

void partner_handle_list(struct partner_request *rq)
{
    struct store_partner_filter filter;
    struct partner_subscription *items = NULL;
    const char *next = NULL;
    size_t n = 0;
    if (!read_filter(rq, &filter))
        return;
    enum err err = store_partner_subscriptions_list(rq->service->params.store, rq->arena, &filter,
                                                    &items, &n, &next);
    if (err == ERR_ARGUMENT) {
        wrong(rq, "after", "is not what `next` said");
        return;
    }
    json_object(&rq->w, NULL);
    json_array(&rq->w, "items");
    for (size_t i = 0; err == OK && i < n; i++)
        partner_subscription_json(&rq->w, NULL, &items[i], rq->now, NULL);
    json_end(&rq->w);
    json_text(&rq->w, "next", next);
    json_end(&rq->w);
    answer_written(rq, err, "list subscriptions");
}
