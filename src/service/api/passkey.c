/* A member's passkeys: made, named and removed (Web Authentication Level 3, 7.1). */
#include "service/api/passkey.h"

#include <string.h>

#include "base/text.h"
#include "driver/password/password.h"
#include "driver/signature/passkey.h"
#include "rules/members/agent.h"
#include "service/api/account.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"
#include "service/api/me.h"
#include "service/api/words.h"

static void write_transports(struct api_call *call, unsigned bits)
{
    json_array(&call->w, "transports");
    for (unsigned i = 0; i < N_WEBAUTHN_TRANSPORTS; i++)
        if ((bits >> i & 1) != 0)
            json_text(&call->w, NULL, webauthn_transports[i]);
    json_end(&call->w);
}

static void write_passkey(struct api_call *call, const struct store_passkey *p)
{
    struct json_writer *w = &call->w;
    json_object(w, NULL);
    json_text(w, "id", p->id.s);
    json_text(w, "name", p->name);
    json_bool(w, "synced", p->is_backed_up);
    write_transports(call, p->transports);
    json_instant(w, "created", p->created);
    json_instant(w, "used", p->used);
    json_end(w);
}

static bool list(struct api_call *call, struct store_passkey **passkeys, size_t *n)
{
    enum err err = store_passkeys_list(call->store, call->arena, call->member->id, passkeys, n);
    if (err != OK)
        call_fail(call, err, "list passkeys");
    return err == OK;
}

void handle_me_passkeys(struct api_call *call)
{
    struct store_passkey *passkeys = NULL;
    size_t n = 0;
    if (!list(call, &passkeys, &n))
        return;
    json_object(&call->w, NULL);
    json_array(&call->w, "items");
    for (size_t i = 0; i < n; i++)
        write_passkey(call, &passkeys[i]);
    json_end(&call->w);
    json_number(&call->w, "most", STORE_PASSKEYS_MAX);
    json_end(&call->w);
    call_answer(call, 200);
}

/* ---- made: PublicKeyCredentialCreationOptionsJSON (5.1.8) --------------------------------------
 */

static void write_user(struct api_call *call, const struct webauthn_site *site)
{
    struct json_writer *w = &call->w;
    json_object(w, "rp");
    json_text(w, "name", call->params->name);
    json_text(w, "id", site->rp_id);
    json_end(w);
    json_object(w, "user");
    passkey_put_bytes(call, "id", call->member->id.s, strlen(call->member->id.s));
    json_text(w, "name", call->member->email);
    json_text(w, "displayName", call->member->email);
    json_end(w);
}

static void write_wishes(struct api_call *call)
{
    struct json_writer *w = &call->w;
    json_array(w, "pubKeyCredParams");
    for (size_t i = 0; i < WEBAUTHN_ALGORITHMS; i++) {
        json_object(w, NULL);
        json_text(w, "type", "public-key");
        json_number(w, "alg", webauthn_algorithms[i]);
        json_end(w);
    }
    json_end(w);
    json_object(w, "authenticatorSelection");
    json_text(w, "residentKey", "required");
    json_bool(w, "requireResidentKey", true);
    json_text(w, "userVerification", "required");
    json_end(w);
    json_number(w, "timeout", WEBAUTHN_TIMEOUT_MS);
    json_text(w, "attestation", "none");
}

/* Devices that have one already make no second. */
static void write_known(struct api_call *call, const struct store_passkey *passkeys, size_t n)
{
    struct json_writer *w = &call->w;
    json_array(w, "excludeCredentials");
    for (size_t i = 0; i < n; i++) {
        json_object(w, NULL);
        json_text(w, "type", "public-key");
        passkey_put_bytes(call, "id", passkeys[i].credential, passkeys[i].credential_size);
        write_transports(call, passkeys[i].transports);
        json_end(w);
    }
    json_end(w);
}

static void say_full(struct api_call *call)
{
    call_problem(call, PROBLEM_STATE, NULL, words_for("passkey:full", call->language));
}

void handle_me_passkey_begin(struct api_call *call)
{
    struct webauthn_site site;
    struct store_passkey *passkeys = NULL;
    size_t n = 0;
    const char *password = json_read_text(&call->in, "password", JSON_REQUIRED, 1, LIMIT_PASSWORD);
    const char *code = json_read_text(&call->in, "code", JSON_OPTIONAL, 1, LIMIT_WORD);
    if (!call_read_end(call) || !passkey_site(call, &site) || !list(call, &passkeys, &n))
        return;
    if (n >= STORE_PASSKEYS_MAX) {
        say_full(call);
        return;
    }
    if (!me_check_password(call, password) || !account_check_factor(call, call->member, code))
        return;
    json_object(&call->w, NULL);
    json_object(&call->w, "publicKey");
    write_user(call, &site);
    passkey_put_challenge(call, passkey_adding(call));
    write_wishes(call);
    write_known(call, passkeys, n);
    json_end(&call->w);
    json_end(&call->w);
    call_answer(call, 200);
}

/* Bits of those of the list that are known. */
static unsigned read_transports(struct api_call *call)
{
    enum { LIST_MAX = 16 };
    struct json_list all;
    unsigned bits = 0;
    if (!json_read_list(&call->in, "transports", JSON_OPTIONAL, LIST_MAX, &all))
        return 0;
    for (size_t i = 0; i < all.n; i++) {
        const char *one = json_read_list_text(&all, i, 1, LIMIT_WORD);
        bits |= one != NULL ? webauthn_transport(one) : 0;
    }
    return bits;
}

static const char *read_name(struct api_call *call, enum json_need need)
{
    const char *name = json_read_text(&call->in, "name", need, 1, LIMIT_PASSKEY_NAME);
    if (name == NULL)
        return NULL;
    size_t n = strlen(name);
    if (!text_is_line(name, n) || strspn(name, " ") == n)
        json_read_wrong(&call->in, "name", "must be one line");
    else if (text_length(name, n) > LIMIT_PASSKEY_NAME / 4)
        json_read_wrong(&call->in, "name", "is too long");
    return name;
}

/* What the browser says of the device it runs on: better than nothing. */
static const char *usual_name(struct api_call *call)
{
    char words[AGENT_TEXT];
    const char *agent = http_header(call->rq, "User-Agent");
    return agent != NULL && agent_words(agent, words) ? arena_strdup(call->arena, words)
                                                      : "Passkey";
}

/* 7.1, steps 13 to 25: what there is to know of the new credential. */
static enum webauthn_fault read_credential(struct api_call *call, struct passkey_bytes object,
                                           const struct webauthn_site *site,
                                           struct store_passkey *out)
{
    const uint8_t *data = NULL;
    size_t n = 0;
    uint8_t hash[WEBAUTHN_HASH];
    struct webauthn_authenticator said;
    struct webauthn_key *key = ARENA_NEW(call->arena, struct webauthn_key);
    secret_digest(site->rp_id, strlen(site->rp_id), hash);
    enum webauthn_fault fault = webauthn_attestation_read(object.at, object.n, &data, &n);
    if (fault == WEBAUTHN_GOOD)
        fault = webauthn_authenticator_read(data, n, &said);
    if (fault == WEBAUTHN_GOOD)
        fault = webauthn_authenticator_check(&said, hash);
    if (fault == WEBAUTHN_GOOD && said.credential == NULL)
        fault = WEBAUTHN_FORMAT;
    if (fault == WEBAUTHN_GOOD)
        fault = webauthn_key_read(said.cose, said.cose_size, key);
    if (fault != WEBAUTHN_GOOD)
        return fault;
    out->credential = said.credential;
    out->credential_size = said.credential_size;
    out->algorithm = key->algorithm;
    out->key = key->bytes;
    out->key_size = key->size;
    out->counter = said.counter;
    out->may_be_backed_up = (said.flags & WEBAUTHN_BACKUP_ELIGIBLE) != 0;
    out->is_backed_up = (said.flags & WEBAUTHN_BACKED_UP) != 0;
    return signature_passkey_is_key(&(struct passkey_public){
               .algorithm = key->algorithm, .bytes = key->bytes, .size = key->size })
               ? WEBAUTHN_GOOD
               : WEBAUTHN_KEY;
}

static void keep(struct api_call *call, struct store_passkey *passkey,
                 const struct store_challenge *challenge)
{
    const struct store_letter *letter = account_letter(
        call, &(struct account_letter){
                  .kind = LETTER_PASSKEY_ADDED, .member = call->member, .device = passkey->name });
    id_new(passkey->id.s);
    enum err err = store_passkey_add(call->store, passkey, challenge, letter);
    if (err == ERR_EXPIRED) {
        passkey_refuse(call, WEBAUTHN_CHALLENGE, call->member);
    } else if (err == ERR_FULL) {
        say_full(call);
    } else if (err == ERR_EXISTS) {
        call_problem(call, PROBLEM_EXISTS, NULL, words_for("passkey:known", call->language));
    } else if (err != OK) {
        call_fail(call, err, "keep a passkey");
    } else {
        write_passkey(call, passkey);
        call_answer(call, 201);
    }
}

void handle_me_passkey_add(struct api_call *call)
{
    struct webauthn_site site;
    struct store_challenge challenge;
    struct passkey_bytes client =
        passkey_read_bytes(call, "client_data", JSON_REQUIRED, LIMIT_CLIENT_DATA);
    struct passkey_bytes object =
        passkey_read_bytes(call, "attestation", JSON_REQUIRED, LIMIT_ATTESTATION);
    const char *name = read_name(call, JSON_OPTIONAL);
    struct store_passkey passkey = { .member = call->member->id,
                                     .name = name != NULL ? name : usual_name(call),
                                     .transports = read_transports(call),
                                     .created = call->now };
    if (!call_read_end(call) || !passkey_site(call, &site))
        return;
    enum webauthn_fault fault = passkey_check_client(call, client, WEBAUTHN_CREATE, &site,
                                                     passkey_adding(call), &challenge);
    if (fault == WEBAUTHN_GOOD)
        fault = read_credential(call, object, &site, &passkey);
    if (fault != WEBAUTHN_GOOD)
        passkey_refuse(call, fault, call->member);
    else
        keep(call, &passkey, &challenge);
}

/* ---- named and removed -------------------------------------------------------------------------
 */

void handle_me_passkey_rename(struct api_call *call)
{
    const char *name = read_name(call, JSON_REQUIRED);
    if (!call_read_end(call))
        return;
    enum err err = store_passkey_rename(call->store, call->member->id, call->id, name);
    if (err != OK)
        call_fail(call, err, "name a passkey");
    else
        call_answer_empty(call, 204);
}

void handle_me_passkey_remove(struct api_call *call)
{
    struct store_passkey *passkeys = NULL;
    size_t n = 0, i = 0;
    if (!list(call, &passkeys, &n))
        return;
    while (i < n && strcmp(passkeys[i].id.s, call->id) != 0)
        i++;
    if (i == n) {
        call_problem(call, PROBLEM_NOT_FOUND, NULL, NULL);
        return;
    }
    const struct store_letter *letter =
        account_letter(call, &(struct account_letter){ .kind = LETTER_PASSKEY_REMOVED,
                                                       .member = call->member,
                                                       .device = passkeys[i].name });
    enum err err = store_passkey_remove(call->store, call->member->id, call->id, letter);
    if (err != OK)
        call_fail(call, err, "remove a passkey");
    else
        call_answer_empty(call, 204);
}
