/* Signing in with a passkey (Web Authentication Level 3, 7.2). The authenticator has checked who
 * holds it, so that this stands for the password and the second factor both. */
#include <string.h>

#include "base/text.h"
#include "driver/password/password.h"
#include "driver/signature/passkey.h"
#include "service/api/guess.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"
#include "service/api/passkey.h"
#include "service/api/session.h"

/* PublicKeyCredentialRequestOptionsJSON (5.1.9). Whose passkey it is the authenticator says. */
void handle_passkey_begin(struct api_call *call)
{
    struct webauthn_site site;
    struct json_writer *w = &call->w;
    if (!call_read_end(call) || !passkey_site(call, &site))
        return;
    json_object(w, NULL);
    json_object(w, "publicKey");
    passkey_put_challenge(call, passkey_signing_in);
    json_text(w, "rpId", site.rp_id);
    json_text(w, "userVerification", "required");
    json_number(w, "timeout", WEBAUTHN_TIMEOUT_MS);
    json_array(w, "allowCredentials");
    json_end(w);
    json_end(w);
    json_end(w);
    call_answer(call, 200);
}

struct answer {
    struct passkey_bytes id, client, authenticator, signature, user;
};

static bool read_answer(struct api_call *call, struct answer *out)
{
    out->id = passkey_read_bytes(call, "id", JSON_REQUIRED, LIMIT_CREDENTIAL);
    out->client = passkey_read_bytes(call, "client_data", JSON_REQUIRED, LIMIT_CLIENT_DATA);
    out->authenticator =
        passkey_read_bytes(call, "authenticator_data", JSON_REQUIRED, LIMIT_AUTHENTICATOR_DATA);
    out->signature = passkey_read_bytes(call, "signature", JSON_REQUIRED, LIMIT_SIGNATURE);
    out->user = passkey_read_bytes(call, "user_handle", JSON_OPTIONAL, LIMIT_USER_HANDLE);
    return call_read_end(call);
}

/* Steps 5 and 6: nobody was known before, so the authenticator has to say whose passkey it is. */
static bool is_user(const struct passkey_bytes *said, const struct member *member)
{
    size_t n = strlen(member->id.s);
    return said->at != NULL && said->n == n && memcmp(said->at, member->id.s, n) == 0;
}

/* Steps 15 to 22. */
static enum webauthn_fault check_authenticator(const struct answer *a,
                                               const struct webauthn_site *site,
                                               const struct store_passkey *passkey,
                                               struct webauthn_authenticator *said)
{
    uint8_t hash[WEBAUTHN_HASH];
    secret_digest(site->rp_id, strlen(site->rp_id), hash);
    enum webauthn_fault fault =
        webauthn_authenticator_read(a->authenticator.at, a->authenticator.n, said);
    if (fault == WEBAUTHN_GOOD)
        fault = webauthn_authenticator_check(said, hash);
    if (fault == WEBAUTHN_GOOD)
        fault = webauthn_backup_check(said, passkey->may_be_backed_up);
    if (fault != WEBAUTHN_GOOD)
        return fault;
    const struct passkey_assertion assertion = {
        .key = { passkey->algorithm, passkey->key, passkey->key_size },
        .rp_id = site->rp_id,
        .authenticator_data = a->authenticator.at,
        .authenticator_data_size = a->authenticator.n,
        .client_data = a->client.at,
        .client_data_size = a->client.n,
        .signature = a->signature.at,
        .signature_size = a->signature.n,
    };
    if (!signature_passkey_is_good(&assertion))
        return WEBAUTHN_SIGNATURE;
    return webauthn_counter_check(passkey->counter, said->counter);
}

/* The passkey was found and the try counted. False: answered. */
static bool check(struct api_call *call, const struct answer *a, const struct webauthn_site *site,
                  const struct store_passkey *passkey, const struct member *member)
{
    struct webauthn_authenticator said;
    struct store_challenge challenge;
    enum webauthn_fault fault =
        passkey_check_client(call, a->client, WEBAUTHN_GET, site, passkey_signing_in, &challenge);
    if (fault == WEBAUTHN_GOOD && !is_user(&a->user, member))
        fault = WEBAUTHN_USER;
    if (fault == WEBAUTHN_GOOD)
        fault = check_authenticator(a, site, passkey, &said);
    enum err err = OK;
    if (fault == WEBAUTHN_GOOD)
        err = store_passkey_use(call->store, passkey, said.counter,
                                (said.flags & WEBAUTHN_BACKED_UP) != 0, &challenge, call->now);
    if (err == ERR_EXPIRED)
        fault = WEBAUTHN_CHALLENGE;
    else if (err == ERR_ORDER)
        fault = WEBAUTHN_COUNTER;
    else if (err == ERR_NOT_FOUND)
        fault = WEBAUTHN_CREDENTIAL;
    else if (err != OK)
        call_fail(call, err, "note the use of a passkey");
    if (fault != WEBAUTHN_GOOD)
        passkey_refuse(call, fault, member);
    return fault == WEBAUTHN_GOOD && err == OK;
}

/* Tries are counted by member; of a passkey that is nobody's, by what it is called. */
static const char *counted_by(struct api_call *call, const struct passkey_bytes *id)
{
    uint8_t digest[TOKEN_DIGEST];
    struct buf text;
    buf_init(&text, 2 * sizeof digest);
    secret_digest(id->at, id->n, digest);
    text_put_hex(&text, digest, sizeof digest);
    const char *out = arena_strdup(call->arena, buf_string(&text));
    buf_finish(&text);
    return out;
}

void handle_passkey_sign_in(struct api_call *call)
{
    struct webauthn_site site;
    struct store_passkey passkey;
    struct member member;
    struct answer a;
    if (!read_answer(call, &a) || !passkey_site(call, &site))
        return;
    enum err err = store_passkey_find(call->store, call->arena, a.id.at, a.id.n, &passkey, &member);
    if (err != OK && err != ERR_NOT_FOUND) {
        call_fail(call, err, "find a passkey");
        return;
    }
    const char *whose = err == OK ? member.id.s : counted_by(call, &a.id);
    if (!guess_begin(call, "passkey", whose))
        return;
    if (err != OK) {
        passkey_refuse(call, WEBAUTHN_CREDENTIAL, NULL);
    } else if (check(call, &a, &site, &passkey, &member)) {
        guess_good(call, "passkey", whose);
        session_start(call, &member, false);
    }
}
