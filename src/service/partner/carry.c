/* Carries out what is asked of a subscription: load, decide, save with all that it causes, say. A
 * call that comes again under its key is answered as it was. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "driver/store/territories.h"
#include "service/partner/inside.h"

enum { BODY_MAX = 4096 };

struct carry {
    struct partner_service *service;
    struct arena *arena;
    const struct partner_ask *ask;
    struct partner_did *out;
    struct partner_order order; /* of ask, with the day as an instant */
    struct store_partner_change row;
    struct store_partner_request request;
    uint8_t digest[TOKEN_DIGEST];
};

static enum err refuse(struct carry *c, enum partner_problem problem, const char *why)
{
    c->out->problem = problem;
    snprintf(c->out->why, sizeof c->out->why, "%s", why);
    return OK;
}

/* ---- the same again -------------------------------------------------------------------------- */

static const char *sealed_of(const struct carry *c)
{
    return arena_printf(c->arena, "partner answer %s %s", c->ask->partner.s, c->ask->key);
}

/* What was answered under the key. ERR_NOT_FOUND: nothing yet. */
static enum err answer_again(struct carry *c)
{
    struct store_partner_request r;
    if (c->ask->key == NULL)
        return ERR_NOT_FOUND;
    enum err err = store_partner_request_get(c->service->params.store, c->arena, c->ask->partner,
                                             c->ask->key, &r);
    if (err != OK)
        return err;
    if (memcmp(r.digest, c->ask->digest, sizeof r.digest) != 0)
        return refuse(c, PP_MISMATCH, "");
    c->out->size = r.size < SECRET_EXTRA ? 0 : r.size - SECRET_EXTRA;
    uint8_t *body = arena_alloc(c->arena, c->out->size + 1);
    err = secret_open(c->service->params.secret_key, sealed_of(c), r.sealed, r.size, body);
    c->out->status = r.status;
    c->out->body = (const char *)body;
    return err;
}

/* Writes the answer, and how it is kept. */
static enum err compose(struct carry *c, const struct partner_subscription *s, const char *token)
{
    const struct partner_params *p = &c->service->params;
    struct partner_activation activation = { .token = token };
    struct buf b;
    if (c->ask->key == NULL)
        return OK;
    buf_init(&b, BODY_MAX);
    struct json_writer w = json_writer_of(&b);
    if (token != NULL)
        activation.link = arena_printf(c->arena, "%s/link#%s", p->home, token);
    partner_subscription_json(&w, NULL, s, c->order.now, token != NULL ? &activation : NULL);
    enum err err = b.err;
    c->out->status = c->order.call == PARTNER_CREATE ? 201 : 200;
    c->out->body = arena_strndup(c->arena, buf_string(&b), b.size);
    c->out->size = b.size;
    uint8_t *sealed = arena_alloc(c->arena, b.size + SECRET_EXTRA);
    secret_seal(p->secret_key, sealed_of(c), c->out->body, b.size, sealed);
    c->request = (struct store_partner_request){ .status = c->out->status,
                                                 .sealed = sealed,
                                                 .size = b.size + SECRET_EXTRA };
    (void)text_copy(c->request.key, sizeof c->request.key, c->ask->key);
    memcpy(c->request.digest, c->ask->digest, sizeof c->request.digest);
    c->row.request = &c->request;
    buf_finish(&b);
    return err;
}

/* ---- what the call needs to know ------------------------------------------------------------- */

enum err partner_zone(struct store *store, struct arena *arena, const char *territory,
                      const struct zone **out)
{
    struct territory t;
    enum err err = store_territory_get(store, arena, territory, &t);
    *out = err == OK ? territory_zone(&t) : NULL;
    return err;
}

static const char *currency_of(const struct bundle_terms *terms, size_t n, const char *code)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(terms[i].code, code) == 0)
            return terms[i].price.currency;
    return "";
}

/* Whether the bundle can be had, instead of `now` (NULL: of none). *ok. */
static enum err check_bundle(struct carry *c, const char *before, bool *ok)
{
    struct store *store = c->service->params.store;
    struct bundle wanted, had;
    struct bundle_terms *terms = NULL;
    size_t n = 0;
    enum err err = store_bundle_get(store, c->ask->partner, c->order.bundle, &wanted);
    *ok = false;
    if (err == ERR_NOT_FOUND)
        return refuse(c, PP_BUNDLE, "there is no bundle of that code");
    if (err == OK && !wanted.is_offered)
        return refuse(c, PP_BUNDLE, "it is not on offer any more");
    *ok = err == OK;
    if (err != OK || before == NULL)
        return err;
    err = store_bundle_get(store, c->ask->partner, before, &had);
    if (err == OK)
        err = store_bundle_terms_list(store, c->arena, c->ask->partner, &terms, &n);
    *ok = err == OK && strcmp(had.territory, wanted.territory) == 0 &&
          strcmp(currency_of(terms, n, before), currency_of(terms, n, c->order.bundle)) == 0;
    if (err == OK && !*ok)
        return refuse(c, PP_BUNDLE, "it is sold in another territory or currency");
    return err;
}

/* The day on which it is to end, as an instant. *ok. */
static enum err read_day(struct carry *c, const struct partner_subscription *s, bool *ok)
{
    struct bundle bundle;
    const struct zone *zone = NULL;
    *ok = true;
    if (!c->ask->has_day)
        return OK;
    enum err err = store_bundle_get(c->service->params.store, s->partner, s->bundle, &bundle);
    if (err == OK)
        err = partner_zone(c->service->params.store, c->arena, bundle.territory, &zone);
    if (err != OK)
        return err;
    c->order.ends = zone_instant(zone, c->ask->day, 0);
    *ok = c->ask->day.days >= zone_day(zone, c->order.now, NULL).days;
    return *ok ? OK : refuse(c, PP_VALIDATION, "on: the day is over already");
}

/* A billing event is told once, whatever the key it comes under. *ok. */
static enum err check_event(struct carry *c, bool *ok)
{
    bool is_known = false;
    enum err err = OK;
    if (c->ask->billing_event != NULL)
        err = store_partner_event_is_known(c->service->params.store, c->ask->partner,
                                           c->ask->billing_event, &is_known);
    *ok = err == OK && !is_known;
    return err == OK && is_known ? refuse(c, PP_EVENT, "") : err;
}

/* ---- saving ---------------------------------------------------------------------------------- */

static enum err change_membership(struct partner_service *service, struct arena *arena,
                                  const struct partner_change *change,
                                  const struct store_partner_change *row, char why[PARTNER_WHY])
{
    const struct billing_ops *billing = service->params.billing;
    struct billing_order order = { .member = change->member,
                                   .kind = change->effect == PARTNER_TURNS_OFF
                                               ? MEMBERSHIP_PARTNER_OFF
                                               : MEMBERSHIP_PARTNER_ON,
                                   .partner = change->after.partner.s,
                                   .also = store_partner_also(arena, row) };
    struct billing_result result;
    struct bundle bundle;
    enum err err = store_bundle_get(service->params.store, change->after.partner,
                                    change->after.bundle, &bundle);
    if (err != OK)
        return err;
    if (order.kind == MEMBERSHIP_PARTNER_ON)
        order.plan = bundle.plan;
    err = billing->change(billing->context, arena, &order, &result);
    if (err != OK)
        return err == ERR_NOT_FOUND ? ERR_CANCELLED : err; /* the account was deleted just now */
    snprintf(why, PARTNER_WHY, "%s", result.why);
    return result.answer == BILLING_DONE || result.answer == BILLING_PENDING ? OK
           : result.answer == BILLING_BUSY                                   ? ERR_BUSY
                                                                             : ERR_STATE;
}

enum err partner_save(struct partner_service *service, struct arena *arena,
                      const struct partner_change *change, const struct store_partner_change *row,
                      char why[PARTNER_WHY])
{
    why[0] = 0;
    if (change->effect == PARTNER_NOTHING || change->member.s[0] == 0)
        return store_partner_commit(service->params.store, row);
    enum err err = change_membership(service, arena, change, row, why);
    /* A membership that is not the partner's any more, as the house stopped it, has nothing to be
     * taken off: that must not keep the partner from ending what it sold. */
    if (err == ERR_STATE && change->effect == PARTNER_TURNS_OFF)
        err = store_partner_commit(service->params.store, row);
    return err;
}

/* The change with its token, event and answer. */
static enum err save(struct carry *c, struct partner_change *change, int64_t version)
{
    char token[TOKEN_TEXT] = "", why[PARTNER_WHY];
    c->row = (struct store_partner_change){ .after = &change->after,
                                            .version = version,
                                            .call = c->order.call,
                                            .at = c->order.now,
                                            .billing_event = c->ask->billing_event,
                                            .forgets_token = change->forgets_token };
    if (change->needs_token) {
        token_new(token, c->digest);
        c->row.token_digest = c->digest;
    }
    enum err err = compose(c, &change->after, change->needs_token ? token : NULL);
    if (err == OK)
        err = partner_save(c->service, c->arena, change, &c->row, why);
    if (err == ERR_STATE)
        return refuse(c, PP_STATE, why);
    c->out->is_changed = err == OK;
    c->out->after = change->after;
    return err;
}

/* It is as was asked: nothing to write but the answer. */
static enum err save_as_is(struct carry *c, const struct partner_subscription *s)
{
    c->out->after = *s;
    enum err err = compose(c, s, NULL);
    if (err == OK && c->ask->key != NULL)
        err = store_partner_request_add(c->service->params.store, c->ask->partner, &c->request,
                                        c->order.now);
    return err;
}

/* ---- calls ----------------------------------------------------------------------------------- */

static enum err create(struct carry *c)
{
    struct partner_subscription ordered = { .partner = c->ask->partner }, other;
    bool ok = false;
    enum err err = store_partner_subscription_of_account(c->service->params.store, c->ask->partner,
                                                         c->ask->account, c->order.now, &other);
    if (err == OK)
        return refuse(c, PP_ACCOUNT, "");
    if (err == ERR_NOT_FOUND)
        err = check_bundle(c, NULL, &ok);
    if (err == OK && ok)
        err = check_event(c, &ok);
    if (err != OK || !ok)
        return err;
    id_new(ordered.id.s);
    (void)text_copy(ordered.account, sizeof ordered.account, c->ask->account);
    (void)text_copy(ordered.bundle, sizeof ordered.bundle, c->order.bundle);
    if (c->ask->channel != NULL)
        (void)text_copy(ordered.channel, sizeof ordered.channel, c->ask->channel);
    ordered = partner_subscription_of(&ordered, c->ask->is_activated, c->order.now);
    struct partner_order token = { .call = PARTNER_TOKEN, .now = c->order.now };
    struct partner_change change = partner_apply(&ordered, &token);
    change.after.version = ordered.version; /* it is one change: the order with its token */
    return save(c, &change, 0);
}

static enum err answer_refused(struct carry *c, enum partner_reason reason)
{
    static const enum partner_problem problems[PARTNER_REASON_COUNT] = {
        [PARTNER_WAS_ENDED] = PP_ENDED,
        [PARTNER_IS_SUSPENDED] = PP_SUSPENDED,
        [PARTNER_IS_LINKED] = PP_LINKED,
        [PARTNER_NO_TOKEN] = PP_STATE,
    };
    return refuse(c, problems[reason], partner_reason_text(reason));
}

static enum err change(struct carry *c)
{
    struct partner_subscription before;
    bool ok = true;
    enum err err = store_partner_subscription_get(c->service->params.store, c->ask->partner,
                                                  c->ask->id, &before);
    if (err == ERR_NOT_FOUND)
        return refuse(c, PP_NOT_FOUND, "");
    if (err == OK)
        err = read_day(c, &before, &ok);
    if (err != OK || !ok)
        return err;
    struct partner_change change = partner_apply(&before, &c->order);
    if (change.outcome == PARTNER_REFUSED)
        return answer_refused(c, change.reason);
    if (change.outcome == PARTNER_IS_SO)
        return save_as_is(c, &before);
    if (c->order.call == PARTNER_BUNDLE)
        err = check_bundle(c, before.bundle, &ok);
    if (err == OK && ok)
        err = check_event(c, &ok);
    return err == OK && ok ? save(c, &change, before.version) : err;
}

enum err partner_carry_out(struct partner_service *service, struct arena *arena,
                           const struct partner_ask *ask, struct partner_did *out)
{
    enum err err = OK;
    for (int i = 0; i < PARTNER_AGAIN_MAX; i++) {
        struct carry c = {
            .service = service, .arena = arena, .ask = ask, .out = out, .order = ask->order
        };
        *out = (struct partner_did){ .problem = PP_NONE };
        err = answer_again(&c);
        if (err == ERR_NOT_FOUND)
            err = ask->order.call == PARTNER_CREATE ? create(&c) : change(&c);
        if (err != ERR_CANCELLED)
            return err;
    }
    return err;
}
