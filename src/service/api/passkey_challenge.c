#include <string.h>

#include "base/log.h"
#include "base/reader.h"
#include "base/text.h"
#include "driver/password/password.h"
#include "service/api/passkey.h"
#include "service/api/words.h"

const char passkey_signing_in[] = "passkey sign-in";

enum {
    EXPIRY = 8,
    RANDOM = 16, /* what 13.4.3 asks for at least */
    SIGNED = EXPIRY + RANDOM,
    CHALLENGE = SIGNED + TOKEN_DIGEST,
    BASE64_MAX = 2048, /* of anything we write: a credential's id is the longest */
};

struct passkey_bytes passkey_read_bytes(struct api_call *call, const char *name,
                                        enum json_need need, size_t max)
{
    struct passkey_bytes out = { 0 };
    const char *text = json_read_text(&call->in, name, need, 1, max);
    if (text == NULL)
        return out;
    uint8_t *bytes = arena_alloc(call->arena, max);
    if (text_base64url_decode(text, strlen(text), bytes, max, &out.n) == OK)
        out.at = bytes;
    else
        json_read_wrong(&call->in, name, "must be base64url without padding");
    return out;
}

void passkey_put_bytes(struct api_call *call, const char *name, const void *bytes, size_t n)
{
    struct buf text;
    buf_init(&text, BASE64_MAX);
    text_put_base64url(&text, bytes, n);
    json_text(&call->w, name, buf_string(&text));
    buf_finish(&text);
}

bool passkey_site(struct api_call *call, struct webauthn_site *out)
{
    const char *base =
        client_base_url(call->rq, &call->client, call->params->public_url, call->arena);
    bool is_said = call->params->public_url != NULL && call->params->public_url[0] != 0;
    /* without the setting, what Host says is believed of this machine only */
    if (webauthn_site_of(base, out) && (is_said || webauthn_site_is_here(out)))
        return true;
    call_problem(call, PROBLEM_STATE, NULL, words_for("passkey:unavailable", call->language));
    return false;
}

const char *passkey_adding(struct api_call *call)
{
    struct buf session;
    buf_init(&session, 2 * sizeof call->session);
    text_put_hex(&session, call->session, sizeof call->session);
    const char *of =
        arena_printf(call->arena, "passkey of %s %s", call->member->id.s, buf_string(&session));
    buf_finish(&session);
    return of;
}

void passkey_put_challenge(struct api_call *call, const char *of)
{
    uint8_t bytes[CHALLENGE];
    uint64_t until = (uint64_t)(call->now.us + WEBAUTHN_TIMEOUT_MS * (UTC_SECOND / 1000));
    for (unsigned i = 0; i < EXPIRY; i++)
        bytes[i] = (uint8_t)(until >> (56 - 8 * i));
    secret_bytes(bytes + EXPIRY, RANDOM);
    secret_mark(call->params->secret_key, of, bytes, SIGNED, bytes + SIGNED);
    passkey_put_bytes(call, "challenge", bytes, sizeof bytes);
}

/* How many bytes differ tells nobody how far a guess was right. */
static bool is_same(const uint8_t *a, const uint8_t *b, size_t n)
{
    unsigned differences = 0;
    for (size_t i = 0; i < n; i++)
        differences |= (unsigned)(a[i] ^ b[i]);
    return differences == 0;
}

static bool check_challenge(struct api_call *call, const char *text, const char *of,
                            struct store_challenge *out)
{
    uint8_t bytes[CHALLENGE], mark[TOKEN_DIGEST];
    size_t n = 0;
    if (text_base64url_decode(text, strlen(text), bytes, sizeof bytes, &n) != OK ||
        n != sizeof bytes)
        return false;
    secret_mark(call->params->secret_key, of, bytes, SIGNED, mark);
    if (!is_same(mark, bytes + SIGNED, sizeof mark))
        return false;
    struct reader r = reader_of(bytes, EXPIRY);
    out->expires = (utc_time){ (int64_t)read_u64(&r) };
    secret_digest(bytes, sizeof bytes, out->digest);
    return call->now.us < out->expires.us;
}

/* The JSON is the browser's: fields of which we know nothing may come with it (5.8.1). */
static enum webauthn_fault read_client(struct json_document *document,
                                       struct webauthn_client_data *out)
{
    struct json_fault fault = { 0 };
    struct json_reader in = json_reader_of(document, &fault);
    out->type = json_read_text(&in, "type", JSON_REQUIRED, 1, 64);
    out->challenge = json_read_text(&in, "challenge", JSON_REQUIRED, 1, 256);
    out->origin = json_read_text(&in, "origin", JSON_REQUIRED, 1, 1024);
    out->top_origin = json_read_text(&in, "topOrigin", JSON_OPTIONAL, 0, 1024);
    (void)json_read_bool(&in, "crossOrigin", JSON_OPTIONAL, &out->is_cross_origin);
    return json_read_failed(&in) ? WEBAUTHN_FORMAT : WEBAUTHN_GOOD;
}

enum webauthn_fault passkey_check_client(struct api_call *call, struct passkey_bytes json,
                                         enum webauthn_ceremony ceremony,
                                         const struct webauthn_site *site, const char *of,
                                         struct store_challenge *challenge)
{
    struct webauthn_client_data said = { 0 };
    struct json_document *document = NULL;
    struct json_fault fault = { 0 };
    if (json_document_read(json.at, json.n, &document, &fault) != OK)
        return WEBAUTHN_FORMAT;
    enum webauthn_fault wrong = read_client(document, &said);
    if (wrong == WEBAUTHN_GOOD)
        wrong = webauthn_client_check(&said, ceremony, site);
    if (wrong == WEBAUTHN_GOOD && !check_challenge(call, said.challenge, of, challenge))
        wrong = WEBAUTHN_CHALLENGE;
    json_document_destroy(&document);
    return wrong;
}

void passkey_refuse(struct api_call *call, enum webauthn_fault fault, const struct member *member)
{
    const char *why = webauthn_fault_name(fault);
    const char *text = words_for(arena_printf(call->arena, "passkey:%s", why), call->language);
    log_write(fault == WEBAUTHN_COUNTER ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO, "api",
              "a passkey of member %s was refused: %s", member != NULL ? member->id.s : "unknown",
              why);
    call_problem(call, PROBLEM_PASSKEY, why,
                 text != NULL ? text : words_for("problem:passkey", call->language));
}
