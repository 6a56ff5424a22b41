/* The gateway's page for a card: a session in setup mode (Checkout), and what came of it. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "driver/pay/internal.h"

enum { FORM_MAX = 16 * 1024 };

/* What a gateway's no means here. */
static enum err meaning_of(const struct pay_said *said)
{
    switch (said->status) {
    case 200: return said->document != NULL ? OK : ERR_BUSY;
    case 404: return ERR_NOT_FOUND;
    case 400: return ERR_ARGUMENT;
    default: return ERR_BUSY;
    }
}

static enum err make_customer(struct pay_gateway *g, struct arena *arena, const char *key,
                              const char *member, const char *email, const char **customer)
{
    struct pay_said said;
    struct buf form;
    buf_init(&form, FORM_MAX);
    pay_form_put(&form, "email", email);
    pay_form_put(&form, "metadata[member]", member);
    pay_ask(g, arena, "/v1/customers", &form, arena_printf(arena, "%s-customer", key), &said);
    enum err err = meaning_of(&said);
    struct json_reader answer = pay_said_object(&said);
    *customer = err == OK ? arena_strdup(arena, pay_id_of(&answer, "id")) : NULL;
    if (err == OK && *customer == NULL)
        err = ERR_BUSY;
    pay_said_finish(&said);
    buf_finish(&form);
    return err == ERR_NOT_FOUND ? ERR_BUSY : err;
}

/* Where the page leads to: the gateway puts the session's id in place of the braces. */
static const char session_mark[] = "card={CHECKOUT_SESSION_ID}";

static const char *with_session(struct arena *arena, const char *url)
{
    if (strstr(url, session_mark) != NULL)
        return url;
    return arena_printf(arena, "%s%s%s", url, strchr(url, '?') != NULL ? "&" : "?", session_mark);
}

/* The same for who types no card. */
static const char *without_session(struct arena *arena, const char *url)
{
    const char *at = strstr(url, session_mark);
    if (at == NULL || at == url)
        return url;
    return arena_printf(arena, "%.*s%s", (int)(at - url - 1), url, at + strlen(session_mark));
}

enum err pay_setup(struct pay_gateway *g, struct arena *arena, const char *key, const char *member,
                   const char *email, const char *return_url, const char **url)
{
    struct pay_said said;
    struct buf form;
    const char *customer;
    if (!pay_id_is_good(key) || !pay_id_is_good(member))
        return ERR_ARGUMENT;
    enum err err = make_customer(g, arena, key, member, email, &customer);
    if (err != OK)
        return err;
    buf_init(&form, FORM_MAX);
    pay_form_put(&form, "mode", "setup");
    pay_form_put(&form, "payment_method_types[0]", "card");
    pay_form_put(&form, "customer", customer);
    pay_form_put(&form, "client_reference_id", member);
    pay_form_put(&form, "metadata[member]", member);
    pay_form_put(&form, "success_url", with_session(arena, return_url));
    pay_form_put(&form, "cancel_url", without_session(arena, return_url));
    pay_ask(g, arena, "/v1/checkout/sessions", &form, arena_printf(arena, "%s-page", key), &said);
    err = meaning_of(&said);
    struct json_reader answer = pay_said_object(&said);
    const char *page = err == OK ? pay_text(&answer, "url", PAY_LINK_MAX) : NULL;
    if (err == OK && (page == NULL || !http_client_url_is_page(page)))
        err = ERR_BUSY;
    *url = err == OK ? arena_strdup(arena, page) : NULL;
    pay_said_finish(&said);
    buf_finish(&form);
    return err == ERR_NOT_FOUND ? ERR_BUSY : err;
}

/* ---- what came of it ----------------------------------------------------------------------------
 */

static const char *brand_name(const char *brand)
{
    static const char *const names[][2] = {
        { "amex", "American Express" },
        { "cartes_bancaires", "Carte Bancaire" },
        { "diners", "Diners Club" },
        { "discover", "Discover" },
        { "eftpos_au", "eftpos" },
        { "jcb", "JCB" },
        { "mastercard", "Mastercard" },
        { "unionpay", "UnionPay" },
        { "visa", "Visa" },
    };
    for (size_t i = 0; brand != NULL && i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i][0], brand) == 0)
            return names[i][1];
    return "Card";
}

/* "Visa ···· 4242, 12/27"; parts that the gateway does not tell are left out. */
static const char *label_of(const struct json_reader *card, struct arena *arena)
{
    const char *last = pay_text(card, "last4", 4);
    int64_t month = 0, year = 0;
    bool has_end = pay_whole(card, "exp_month", &month) && pay_whole(card, "exp_year", &year) &&
                   month >= 1 && month <= 12 && year >= 2000 && year < 2100;
    if (last == NULL || strlen(last) != 4 || strspn(last, "0123456789") != 4)
        last = "····";
    const char *label =
        arena_printf(arena, "%s ···· %s", brand_name(pay_text(card, "brand", 40)), last);
    if (!has_end)
        return label;
    return arena_printf(arena, "%s, %02d/%02d", label, (int)month, (int)(year % 100));
}

/* The same card has the same whoever types it; a gateway that tells none makes each card new. */
static void fingerprint_of(const struct json_reader *card, const char *reference, uint8_t out[32])
{
    const char *told = pay_text(card, "fingerprint", 200);
    crypto_hash_sha256_state state;
    const char *kind = told != NULL ? "card " : "card reference ";
    told = told != NULL ? told : reference;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const unsigned char *)kind, strlen(kind));
    crypto_hash_sha256_update(&state, (const unsigned char *)told, strlen(told));
    crypto_hash_sha256_final(&state, out);
}

static enum err read_session(const struct json_reader *session, struct arena *arena,
                             struct pay_card *out)
{
    struct json_reader intent = pay_object(session, "setup_intent");
    struct json_reader method = pay_object(&intent, "payment_method");
    struct json_reader card = pay_object(&method, "card");
    struct json_reader metadata = pay_object(session, "metadata");
    const char *status = pay_text(session, "status", 40), *done = pay_text(&intent, "status", 40);
    const char *customer = pay_id_of(session, "customer"), *id = pay_id_of(&method, "id");
    const char *member = pay_text(&metadata, "member", PAY_ID_MAX);
    if (member == NULL)
        return ERR_NOT_FOUND; /* a session that was not begun by us */
    if (status == NULL || strcmp(status, "complete") != 0 || done == NULL ||
        strcmp(done, "succeeded") != 0)
        return ERR_STATE;
    if (customer == NULL || id == NULL || card.object == NULL)
        return ERR_BUSY;
    out->reference = arena_printf(arena, "%s %s", customer, id);
    out->member = arena_strdup(arena, member);
    out->label = label_of(&card, arena);
    fingerprint_of(&card, out->reference, out->fingerprint);
    return OK;
}

enum err pay_setup_result(struct pay_gateway *g, struct arena *arena, const char *session,
                          struct pay_card *out)
{
    struct pay_said said;
    *out = (struct pay_card){ 0 };
    if (!pay_id_is_good(session))
        return ERR_NOT_FOUND;
    pay_ask(g, arena,
            arena_printf(arena,
                         "/v1/checkout/sessions/%s?expand%%5B%%5D=setup_intent.payment_method",
                         session),
            NULL, NULL, &said);
    enum err err = meaning_of(&said);
    struct json_reader answer = pay_said_object(&said);
    if (err == OK)
        err = read_session(&answer, arena, out);
    pay_said_finish(&said);
    return err == ERR_ARGUMENT ? ERR_NOT_FOUND : err;
}
