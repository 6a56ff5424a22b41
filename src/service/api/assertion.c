/* Sign-in by operator: a partner's signed assertion says whose box it is (RFC 7523), and the box is
 * at home at once. Nothing is written but on success. */
#include <stdio.h>
#include <string.h>

#include "driver/signature/es256.h"
#include "driver/signature/signature.h"
#include "driver/store/assertions.h"
#include "driver/store/partners.h"
#include "format/jws/jws.h"
#include "service/api/box.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"
#include "service/api/oauth.h"
#include "service/api/words.h"

#define ASSERTION_GRANT_TYPE "urn:ietf:params:oauth:grant-type:jwt-bearer"

enum {
    LIFE_SECONDS = 24 * 3600, /* from iat to exp, at most */
    SKEW_SECONDS = 60,        /* that their clock may differ from ours */
};

/* X(name, word, description): word is the stable one; people read the sentence of words.c. */
#define REFUSALS(X)                                                                                \
    X(FINE, "", "")                                                                                \
    X(MALFORMED, "assertion", "the assertion is not written as it must be")                        \
    X(SIGNATURE, "signature", "the signature is not that of a key of ours")                        \
    X(AUDIENCE, "audience", "the assertion is not for this service")                               \
    X(CLOCK, "clock", "the assertion is from the future, or lives longer than 24 hours")           \
    X(EXPIRED, "expired", "the assertion has expired")                                             \
    X(USED, "used", "the assertion was used before")                                               \
    X(PARTNER_OFF, "partner-suspended", "sign-ins of this partner are not taken now")              \
    X(UNKNOWN, "unknown", "the partner has no subscription for that account")                      \
    X(NOT_LINKED, "not-linked", "no member is linked to that account yet")                         \
    X(NOT_ACTIVE, "not-active", "the partner has not begun that subscription yet")                 \
    X(SUSPENDED, "suspended", "the subscription is suspended")                                     \
    X(ENDED, "ended", "the subscription has ended")
enum refusal {
#define X(name, word, text) name,
    REFUSALS(X)
#undef X
        N_REFUSALS
};
static const struct {
    const char *word, *text;
} refusals[] = {
#define X(name, word, text) [name] = { word, text },
    REFUSALS(X)
#undef X
};

struct assertion {
    struct jws jws;
    struct store_assertion_key key;
    struct partner partner;
    struct partner_subscription subscription;
};

static enum err refuse(enum refusal *out, enum refusal why)
{
    *out = why;
    return OK;
}

/* ---- what it says ---------------------------------------------------------------------------- */

static bool is_by(const struct store_assertion_key *key, const struct jws *jws)
{
    /* The key says by which algorithm it signs; the header only has to agree. */
    if (strcmp(key->algorithm, jws_algorithm_name(jws->algorithm)) != 0)
        return false;
    if (jws->algorithm == JWS_ES256)
        return key->size == SIGNATURE_ES256_PUBLIC &&
               signature_es256_is_good(key->bytes, jws->signed_text, jws->signed_size,
                                       jws->signature, sizeof jws->signature);
    return key->size == SIGNATURE_ED25519_PUBLIC &&
           signature_ed25519_is_good(key->bytes, jws->signed_text, jws->signed_size, jws->signature,
                                     sizeof jws->signature);
}

/* Whose key signed it: unknown keys, ended ones and wrong signatures are told alike. */
static enum err check_signature(struct api_call *call, struct assertion *a, enum refusal *why)
{
    partner_key_id id;
    const struct jws *jws = &a->jws;
    if (!id_parse(jws->issuer, strlen(jws->issuer), id.s) ||
        (jws->key[0] != 0 && strcmp(jws->key, jws->issuer) != 0))
        return refuse(why, SIGNATURE);
    enum err err = store_assertion_key_get(call->store, call->arena, id, &a->key);
    if (err == ERR_NOT_FOUND || (err == OK && (a->key.ended.us != 0 || !is_by(&a->key, jws))))
        return refuse(why, SIGNATURE);
    return err;
}

static enum refusal check_claims(struct api_call *call, const struct jws *jws)
{
    int64_t now = call->now.us / UTC_SECOND, most = now + LIFE_SECONDS + SKEW_SECONDS;
    const char *here =
        client_base_url(call->rq, &call->client, call->params->public_url, call->arena);
    if (!jws_is_for(jws, here) && !jws_is_for(jws, arena_printf(call->arena, "%s/", here)))
        return AUDIENCE;
    if (jws->expires <= now - SKEW_SECONDS)
        return EXPIRED;
    /* Bounds first, so that no sum of strangers' numbers is past 64 bits. */
    if (jws->expires > most || jws->issued > now + SKEW_SECONDS || jws->issued < 0 ||
        jws->expires - jws->issued > LIFE_SECONDS || jws->expires <= jws->issued)
        return CLOCK;
    return jws->has_not_before && jws->not_before > now + SKEW_SECONDS ? CLOCK : FINE;
}

/* ---- whose it is ----------------------------------------------------------------------------- */

static const enum refusal of_state[PARTNER_STATE_COUNT] = {
    [PARTNER_ORDERED] = NOT_LINKED, [PARTNER_TOKEN_ISSUED] = NOT_LINKED,
    [PARTNER_EXPIRED] = NOT_LINKED, [PARTNER_LINKED] = NOT_ACTIVE,
    [PARTNER_ACTIVE] = FINE,        [PARTNER_SUSPENDED] = SUSPENDED,
    [PARTNER_ENDED] = ENDED,
};

/* One that has ended is told as such: the customer is told to ask, not to order. */
static enum err find_ended(struct api_call *call, struct assertion *a, enum refusal *why)
{
    struct partner_subscription *items = NULL;
    const char *next = NULL;
    size_t n = 0;
    struct store_partner_filter filter = { .partner = a->partner.id,
                                           .account = a->jws.subject,
                                           .limit = 1 };
    enum err err =
        store_partner_subscriptions_list(call->store, call->arena, &filter, &items, &n, &next);
    return err == OK ? refuse(why, n > 0 ? ENDED : UNKNOWN) : err;
}

static enum err find_subscription(struct api_call *call, struct assertion *a, enum refusal *why)
{
    enum err err = store_partner_find(call->store, call->arena, a->key.partner.s, &a->partner);
    if (err == OK && a->partner.suspended.us != 0)
        return refuse(why, PARTNER_OFF);
    if (err == OK && !partner_text_is_good(a->jws.subject))
        return refuse(why, UNKNOWN);
    if (err == OK)
        err = store_partner_subscription_of_account(call->store, a->partner.id, a->jws.subject,
                                                    call->now, &a->subscription);
    if (err == ERR_NOT_FOUND)
        return find_ended(call, a, why);
    if (err != OK)
        return err;
    *why = of_state[partner_state_at(&a->subscription, call->now)];
    if (a->subscription.member.s[0] == 0 && *why != ENDED)
        *why = *why == SUSPENDED ? SUSPENDED : NOT_LINKED;
    return OK;
}

/* ---- the answer ------------------------------------------------------------------------------ */

static void answer_refused(struct api_call *call, enum refusal why)
{
    const char *word = refusals[why].word;
    const char *said = words_for(arena_printf(call->arena, "assertion:%s", word), call->language);
    oauth_refuse_for(call, OAUTH_INVALID_GRANT, refusals[why].text, word, said);
}

/* The session, with the assertion's end, in one transaction. */
static enum err begin(struct api_call *call, const struct assertion *a, const char *name,
                      const char *model, enum refusal *why)
{
    struct member member;
    struct box_start box;
    enum err err = store_member_get(call->store, call->arena, a->subscription.member, &member);
    if (err == ERR_NOT_FOUND)
        return refuse(why, NOT_LINKED); /* the account was deleted just now */
    if (err != OK)
        return err;
    box_session_prepare(
        call,
        &(struct box_session){
            .member = &member, .name = name, .model = model, .partner = a->partner.id.s },
        &box);
    utc_time until = { (a->jws.expires + SKEW_SECONDS) * UTC_SECOND };
    err = store_assertion_use(call->store, a->key.id, a->jws.id, until, &box.start);
    if (err == ERR_EXISTS)
        return refuse(why, USED);
    if (err == OK)
        box_session_answer(call, &box);
    return err;
}

static void sign_in(struct api_call *call, const char *text, const char *name, const char *model)
{
    struct assertion *a = ARENA_NEW(call->arena, struct assertion);
    enum refusal why = FINE;
    enum err err = OK;
    if (jws_parse(text, strlen(text), &a->jws) != OK)
        why = MALFORMED;
    else
        err = check_signature(call, a, &why);
    if (err == OK && why == FINE)
        why = check_claims(call, &a->jws);
    if (err == OK && why == FINE)
        err = find_subscription(call, a, &why);
    if (err == OK && why == FINE)
        err = begin(call, a, name, model, &why);
    if (err != OK)
        oauth_fail(call, err, "sign a box in");
    else if (why != FINE)
        answer_refused(call, why);
}

void handle_device_assertion(struct api_call *call)
{
    const char *grant = json_read_text(&call->in, "grant_type", JSON_REQUIRED, 1, LIMIT_TEXT);
    bool is_ours = grant != NULL && strcmp(grant, ASSERTION_GRANT_TYPE) == 0;
    const char *text =
        is_ours ? json_read_text(&call->in, "assertion", JSON_REQUIRED, 1, JWS_MAX) : NULL;
    if (is_ours)
        (void)oauth_read_client(call);
    const char *name = oauth_read_name(call, "name"), *model = oauth_read_name(call, "model");
    if (!oauth_read_end(call))
        return;
    if (!is_ours)
        oauth_refuse(call, OAUTH_UNSUPPORTED_GRANT_TYPE,
                     "this address knows " ASSERTION_GRANT_TYPE);
    else
        sign_in(call, text, name, model);
}
