/* Whether a request was signed by a partner: HTTP Message Signatures (RFC 9421). */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "driver/signature/signature.h"
#include "format/signature/signature.h"
#include "service/partner/inside.h"

enum {
    LIFE_SECONDS = 300, /* from created to expires, at most */
    SKEW_SECONDS = 60,  /* that their clock may be ahead of ours */
    NONCE_LEAST = 16,
    AUTHORITY_MAX = 300,
};

static const char *field_of(void *context, const char *name)
{
    return http_header(context, name);
}

/* ---- what it must cover ---------------------------------------------------------------------- */

static bool covers_target(const struct signature *s, const struct http_request *rq)
{
    size_t n;
    const char *target = http_target(rq, &n);
    if (signature_covers(s, "@target-uri"))
        return true;
    return signature_covers(s, "@path") &&
           (memchr(target, '?', n) == NULL || signature_covers(s, "@query"));
}

/* NULL: all that it must. */
static const char *missing(const struct signature *s, const struct http_request *rq)
{
    if (!signature_covers(s, "@method"))
        return "@method";
    if (!covers_target(s, rq))
        return "@target-uri, or @path and @query";
    if (rq->body_size > 0 && !signature_covers(s, "content-digest"))
        return "content-digest";
    if (http_header(rq, "Idempotency-Key") != NULL && !signature_covers(s, "idempotency-key"))
        return "idempotency-key";
    return NULL;
}

static bool is_of_now(const struct signature *s, utc_time now, const char **why)
{
    int64_t seconds = now.us / UTC_SECOND;
    *why = NULL;
    if (!s->has_created || !s->has_expires)
        *why = "created and expires must be said";
    else if (s->expires <= s->created || s->expires - s->created > LIFE_SECONDS)
        *why = "it must expire at most 300 seconds after it was created";
    else if (s->created > seconds + SKEW_SECONDS)
        *why = "it was created in the future";
    else if (seconds >= s->expires)
        *why = "it has expired";
    return *why == NULL;
}

/* ---- the key --------------------------------------------------------------------------------- */

static bool is_good_by(const struct partner_request *rq, const struct store_partner_key *key,
                       const struct buf *base, const struct signature *s)
{
    uint8_t secret[PARTNER_SECRET + 1];
    if (s->algorithm[0] != 0 && strcmp(s->algorithm, partner_algorithm_name(key->algorithm)) != 0)
        return false;
    if (key->algorithm == PARTNER_ED25519)
        return key->size == SIGNATURE_ED25519_PUBLIC &&
               signature_ed25519_is_good(key->bytes, base->data, base->size, s->bytes, s->size);
    const char *of = arena_printf(rq->arena, "partner key %s", key->id.s);
    bool is_good =
        key->size == PARTNER_SECRET + SECRET_EXTRA &&
        secret_open(rq->service->params.secret_key, of, key->bytes, key->size, secret) == OK &&
        signature_hmac_sha256_is_good(secret, PARTNER_SECRET, base->data, base->size, s->bytes,
                                      s->size);
    explicit_bzero(secret, sizeof secret);
    return is_good;
}

/* Host in lower case, without the port that goes without saying. */
static const char *authority_of(struct arena *arena, const char *host, const char *scheme)
{
    const char *usual = strcmp(scheme, "https") == 0 ? ":443" : ":80";
    size_t n = strlen(host), tail = strlen(usual);
    char *out = arena_strdup(arena, host);
    if (n > tail && strcmp(out + n - tail, usual) == 0)
        out[n - tail] = 0;
    for (char *at = out; *at != 0; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    return out;
}

/* The request as it was sent to the address that the house is known by. */
static struct signature_request as_sent(const struct partner_request *rq)
{
    const char *url = rq->service->params.public_url, *host = http_header(rq->rq, "Host");
    struct signature_request out = {
        .method = rq->rq->method_name, .scheme = "http", .field = field_of, .context = rq->rq
    };
    out.target = http_target(rq->rq, &out.target_size);
    if (url != NULL && url[0] != 0) {
        const char *slashes = strstr(url, "://");
        size_t n = slashes == NULL ? 0 : strcspn(slashes + 3, "/");
        out.scheme = strncmp(url, "https:", 6) == 0 ? "https" : "http";
        host = slashes == NULL ? url : arena_strndup(rq->arena, slashes + 3, n);
    }
    out.authority = authority_of(rq->arena, host == NULL ? "" : host, out.scheme);
    return out;
}

/* Whether the signature is that of a live key; whose. An unknown key, a revoked one and a wrong
 * signature are told alike. ERR_DENIED; ERR_NOT_FOUND: a covered field is not there. */
static enum err check_key(struct partner_request *rq, const struct signature *s,
                          struct store_partner_key *key)
{
    struct buf base;
    partner_key_id id;
    struct signature_request sent = as_sent(rq);
    if (!id_parse(s->keyid, strlen(s->keyid), id.s))
        return ERR_DENIED;
    enum err err = store_partner_key_get(rq->service->params.store, rq->arena, id, key);
    if (err != OK)
        return err == ERR_NOT_FOUND ? ERR_DENIED : err;
    buf_init(&base, SIGNATURE_BASE_MAX);
    err = signature_base(s, &sent, &base);
    if (err == ERR_UNSUPPORTED || err == ERR_FULL)
        err = ERR_NOT_FOUND;
    if (err == OK && (key->revoked.us != 0 || !is_good_by(rq, key, &base, s)))
        err = ERR_DENIED;
    buf_finish(&base);
    return err;
}

/* ---- the body -------------------------------------------------------------------------------- */

static bool body_is_signed(const struct http_request *rq)
{
    struct content_digest digest;
    uint8_t ours[64];
    const char *value = http_header(rq, "Content-Digest");
    if (value == NULL)
        return rq->body_size == 0;
    if (content_digest_parse(value, strlen(value), &digest) != OK ||
        (!digest.has_sha256 && !digest.has_sha512))
        return false;
    if (digest.has_sha256) {
        signature_sha256(rq->body, rq->body_size, ours);
        if (memcmp(ours, digest.sha256, sizeof digest.sha256) != 0)
            return false;
    }
    if (!digest.has_sha512)
        return true;
    signature_sha512(rq->body, rq->body_size, ours);
    return memcmp(ours, digest.sha512, sizeof digest.sha512) == 0;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static bool refuse(struct partner_request *rq, enum partner_problem problem, const char *detail)
{
    partner_problem(rq, problem, NULL, detail);
    return false;
}

/* Good for what it says and now. False: answered. */
static bool is_acceptable(struct partner_request *rq, const struct signature *s)
{
    const char *why = missing(s, rq->rq);
    if (why != NULL)
        return refuse(rq, PP_COMPONENTS, arena_printf(rq->arena, "%s must be covered", why));
    if (strlen(s->nonce) < NONCE_LEAST)
        return refuse(rq, PP_COMPONENTS, "a nonce of 16 characters or more must be said");
    if (s->keyid[0] == 0)
        return refuse(rq, PP_COMPONENTS, "keyid must be said");
    if (!is_of_now(s, rq->now, &why))
        return refuse(rq, PP_OLD, why);
    return true;
}

/* Whose key it is, and that its nonce is a new one. False: answered. */
static bool admit(struct partner_request *rq, const struct signature *s,
                  const struct store_partner_key *key)
{
    struct store *store = rq->service->params.store;
    utc_time expires = { s->expires * UTC_SECOND };
    enum err err = store_partner_nonce(store, key->id, s->nonce, expires, rq->now);
    if (err == ERR_EXISTS)
        return refuse(rq, PP_NONCE, NULL);
    if (err == OK)
        err = store_partner_find(store, rq->arena, key->partner.s, &rq->partner);
    if (err != OK) {
        partner_fail(rq, err, "find who signed");
        return false;
    }
    if (rq->partner.suspended.us != 0)
        return refuse(rq, PP_PARTNER, NULL);
    return true;
}

bool partner_verify(struct partner_request *rq)
{
    const char *input = http_header(rq->rq, "Signature-Input");
    const char *value = http_header(rq->rq, "Signature");
    struct store_partner_key key;
    struct signature *s = ARENA_NEW(rq->arena, struct signature);
    if (input == NULL || value == NULL)
        return refuse(rq, PP_UNSIGNED, NULL);
    enum err err = signature_parse(input, strlen(input), value, strlen(value), s);
    if (err != OK)
        return refuse(rq, PP_SIGNATURE,
                      err == ERR_UNSUPPORTED ? "one signature, without parameters of components"
                                             : "Signature-Input or Signature is malformed");
    if (!is_acceptable(rq, s))
        return false;
    err = check_key(rq, s, &key);
    if (err == ERR_NOT_FOUND)
        return refuse(rq, PP_COMPONENTS, "it covers something that the request does not have");
    if (err == ERR_DENIED)
        return refuse(rq, PP_SIGNATURE, NULL);
    if (err != OK) {
        partner_fail(rq, err, "look up a key");
        return false;
    }
    if (!body_is_signed(rq->rq))
        return refuse(rq, PP_DIGEST, NULL);
    return admit(rq, s, &key);
}
