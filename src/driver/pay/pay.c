#include "driver/pay/pay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "driver/pay/internal.h"

enum { FORM_MAX = 16 * 1024, SECRET_MAX = 512, KEY_MAX = 200 /* gateways take 255 */ };

/* ---- the gateway --------------------------------------------------------------------------------
 */

/* What may stand in a header: a new line in it would begin another. */
static bool is_one_word(const char *text)
{
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++)
        if (text[i] <= ' ' || text[i] > '~')
            return false;
    return n > 0 && n <= SECRET_MAX;
}

/* What goes out as Idempotency-Key and as a payment's metadata, and has to come back as it was. */
static bool is_key(const char *key)
{
    size_t n = strlen(key);
    for (size_t i = 0; i < n; i++)
        if (key[i] < ' ' || key[i] > '~')
            return false;
    return n > 0 && n <= KEY_MAX && key[0] != ' ' && key[n - 1] != ' ';
}

static char *joined(const char *before, const char *text)
{
    size_t n = strlen(before) + strlen(text) + 1;
    char *out = malloc(n);
    if (out != NULL)
        snprintf(out, n, "%s%s", before, text);
    return out;
}

static void forget(char **secret)
{
    if (*secret != NULL)
        explicit_bzero(*secret, strlen(*secret));
    free(*secret);
    *secret = NULL;
}

enum err pay_open(const struct pay_params *params, struct pay_gateway **out)
{
    if (!http_client_url_is_good(params->url) || !is_one_word(params->key) ||
        (params->webhook_secret != NULL && !is_one_word(params->webhook_secret)))
        return ERR_ARGUMENT;
    struct pay_gateway *g = calloc(1, sizeof *g);
    if (g == NULL)
        return ERR_MEMORY;
    g->url = joined(params->url, "");
    g->authorization = joined("Authorization: Bearer ", params->key);
    if (params->webhook_secret != NULL)
        g->webhook_secret = joined(params->webhook_secret, "");
    enum err err = ERR_MEMORY;
    if (g->url != NULL && g->authorization != NULL &&
        (g->webhook_secret != NULL || params->webhook_secret == NULL))
        err = http_client_create(
            &(struct http_client_params){ .timeout_seconds = params->timeout_seconds,
                                          .ca_file = params->ca_file },
            &g->http);
    if (err != OK) {
        pay_close(&g);
        return err;
    }
    for (size_t n = strlen(g->url); n > 0 && g->url[n - 1] == '/'; n--)
        g->url[n - 1] = 0;
    *out = g;
    return OK;
}

void pay_close(struct pay_gateway **gateway)
{
    struct pay_gateway *g = *gateway;
    if (g == NULL)
        return;
    http_client_destroy(&g->http);
    free(g->url);
    forget(&g->authorization);
    forget(&g->webhook_secret);
    free(g);
    *gateway = NULL;
}

/* ---- charging -----------------------------------------------------------------------------------
 */

static void refuse(struct pay_answer *out, const char *why)
{
    *out = (struct pay_answer){ .outcome = CHARGE_TRY_REFUSED };
    snprintf(out->why, sizeof out->why, "%s", why);
}

static void put_order(struct buf *form, const struct pay_order *order, int64_t amount,
                      const char *customer, const char *method)
{
    char currency[4] = "";
    for (size_t i = 0; i < 3; i++)
        currency[i] = (char)(order->amount.currency[i] + 32);
    pay_form_number(form, "amount", amount);
    pay_form_put(form, "currency", currency);
    pay_form_put(form, "customer", customer);
    pay_form_put(form, "payment_method", method);
    pay_form_put(form, "payment_method_types[0]", "card");
    pay_form_put(form, "confirm", "true");
    pay_form_put(form, "off_session", order->return_url == NULL ? "true" : NULL);
    pay_form_put(form, "return_url", order->return_url);
    pay_form_put(form, "description", order->description);
    pay_form_put(form, "metadata[charge]", order->charge);
    pay_form_put(form, "metadata[try]", order->key);
}

enum found { FOUND, FOUND_NOT, FOUND_UNKNOWN };

/* Looks through one page of a customer's payments for that of a key. *last: where the next begins;
 * NULL: there is none. */
static enum found look_on_page(struct pay_said *said, const struct pay_order *order,
                               struct arena *arena, const char **last, struct pay_answer *out)
{
    struct json_reader answer = pay_said_object(said);
    struct json_list list;
    *last = NULL;
    if (said->status != 200 || !json_read_list(&answer, "data", JSON_REQUIRED, PAY_PAGE, &list)) {
        pay_read_said(said, NULL, arena, out);
        return FOUND_UNKNOWN;
    }
    for (size_t i = 0; i < list.n; i++) {
        struct json_reader payment = json_read_list_object(&list, i);
        struct json_reader metadata = pay_object(&payment, "metadata");
        const char *key = pay_text(&metadata, "try", KEY_MAX);
        *last = arena_strdup(arena, pay_id_of(&payment, "id"));
        if (key != NULL && strcmp(key, order->key) == 0) {
            pay_read_payment(&payment, &order->amount, arena, out);
            return FOUND;
        }
    }
    if (!pay_true(&answer, "has_more"))
        *last = NULL;
    return FOUND_NOT;
}

/* The payment that was made under the order's key, if there is one. */
static enum found look_for_key(struct pay_gateway *g, struct arena *arena,
                               const struct pay_order *order, const char *customer,
                               struct pay_answer *out)
{
    const char *after = NULL;
    enum found found = FOUND_NOT;
    for (int page = 0; found == FOUND_NOT && page < PAY_PAGES_MAX; page++) {
        struct pay_said said;
        const char *path =
            arena_printf(arena, "/v1/payment_intents?customer=%s&limit=%d%s%s", customer, PAY_PAGE,
                         after != NULL ? "&starting_after=" : "", after != NULL ? after : "");
        pay_ask(g, arena, path, NULL, NULL, &said);
        found = look_on_page(&said, order, arena, &after, out);
        pay_said_finish(&said);
        if (after == NULL)
            break;
    }
    return found;
}

static void make_payment(struct pay_gateway *g, struct arena *arena, const struct pay_order *order,
                         int64_t amount, struct pay_answer *out)
{
    char customer[PAY_ID_MAX + 1], method[PAY_ID_MAX + 1];
    struct pay_said said;
    struct buf form;
    if (!pay_reference_split(order->reference, customer, method)) {
        refuse(out, "the means are no card of this gateway");
        return;
    }
    if (order->is_again && look_for_key(g, arena, order, customer, out) != FOUND_NOT)
        return;
    buf_init(&form, FORM_MAX);
    put_order(&form, order, amount, customer, method);
    pay_ask(g, arena, "/v1/payment_intents", &form, order->key, &said);
    pay_read_said(&said, &order->amount, arena, out);
    /* Asked before, in other words (the member was there, and is no more): what came of that? */
    bool was_asked = pay_said_other_body(&said);
    pay_said_finish(&said);
    buf_finish(&form);
    if (was_asked && look_for_key(g, arena, order, customer, out) == FOUND_NOT)
        snprintf(out->why, sizeof out->why, "the gateway knows the key, but no payment of it");
}

/* Nobody is there to confirm it, and nobody may do so once it was tried again. */
static void end_unconfirmed(struct pay_gateway *g, struct arena *arena, struct pay_answer *out)
{
    char reference[CHARGE_REFERENCE];
    memcpy(reference, out->reference, sizeof reference);
    if (pay_cancel(g, arena, reference, out) == OK && out->outcome == CHARGE_TRY_DECLINED)
        snprintf(out->why, sizeof out->why, "authentication_required");
}

enum err pay_charge(struct pay_gateway *g, struct arena *arena, const struct pay_order *order,
                    struct pay_answer *out)
{
    int64_t amount;
    char why[CHARGE_WHY];
    *out = (struct pay_answer){ 0 };
    if (!is_key(order->key) || !pay_id_is_good(order->charge))
        return ERR_ARGUMENT;
    if (!pay_amount_to_gateway(&order->amount, &amount, why)) {
        refuse(out, why);
        return OK;
    }
    make_payment(g, arena, order, amount, out);
    if (out->outcome == CHARGE_TRY_ASKS && order->return_url == NULL)
        end_unconfirmed(g, arena, out);
    return OK;
}

/* ---- afterwards ---------------------------------------------------------------------------------
 */

enum err pay_find(struct pay_gateway *g, struct arena *arena, const struct pay_order *order,
                  struct pay_answer *out)
{
    char customer[PAY_ID_MAX + 1], method[PAY_ID_MAX + 1];
    *out = (struct pay_answer){ 0 };
    if (!is_key(order->key))
        return ERR_ARGUMENT;
    if (!pay_reference_split(order->reference, customer, method))
        return ERR_NOT_FOUND; /* it was never asked for */
    return look_for_key(g, arena, order, customer, out) == FOUND_NOT ? ERR_NOT_FOUND : OK;
}

/* Money moves back with a dispute, unless it is a question only ("warning_...") or was won. */
static bool took_money(const struct json_reader *dispute)
{
    const char *status = pay_text(dispute, "status", 40);
    return status != NULL && strncmp(status, "warning_", 8) != 0 && strcmp(status, "won") != 0;
}

static void look_for_disputes(struct pay_gateway *g, struct arena *arena, const char *reference,
                              struct pay_answer *out)
{
    struct pay_said said;
    struct json_list list;
    pay_ask(g, arena, arena_printf(arena, "/v1/disputes?payment_intent=%s", reference), NULL, NULL,
            &said);
    struct json_reader answer = pay_said_object(&said);
    if (said.status != 200 || !json_read_list(&answer, "data", JSON_REQUIRED, PAY_PAGE, &list)) {
        out->outcome = CHARGE_TRY_UNKNOWN;
        snprintf(out->why, sizeof out->why, "the gateway does not tell its disputes");
    } else {
        for (size_t i = 0; i < list.n; i++) {
            struct json_reader dispute = json_read_list_object(&list, i);
            out->is_disputed = out->is_disputed || took_money(&dispute);
        }
    }
    pay_said_finish(&said);
}

enum err pay_look(struct pay_gateway *g, struct arena *arena, const char *reference,
                  struct pay_answer *out)
{
    struct pay_said said;
    *out = (struct pay_answer){ 0 };
    if (!pay_id_is_good(reference))
        return ERR_ARGUMENT;
    pay_ask(g, arena,
            arena_printf(arena, "/v1/payment_intents/%s?expand%%5B%%5D=latest_charge", reference),
            NULL, NULL, &said);
    struct json_reader answer = pay_said_object(&said);
    struct json_reader charge = pay_object(&answer, "latest_charge");
    bool was_disputed = said.status == 200 && pay_true(&charge, "disputed");
    pay_read_said(&said, NULL, arena, out);
    /* It is asked about, not made: what goes wrong says nothing about the payment. */
    if (said.status != 200)
        out->outcome = CHARGE_TRY_UNKNOWN;
    else if (strcmp(out->reference, reference) != 0)
        *out = (struct pay_answer){ .outcome = CHARGE_TRY_UNKNOWN,
                                    .why = "the gateway answered about another payment" };
    pay_said_finish(&said);
    if (was_disputed && out->outcome != CHARGE_TRY_UNKNOWN)
        look_for_disputes(g, arena, reference, out);
    return OK;
}

enum err pay_cancel(struct pay_gateway *g, struct arena *arena, const char *reference,
                    struct pay_answer *out)
{
    struct pay_said said;
    struct buf form;
    *out = (struct pay_answer){ 0 };
    if (!pay_id_is_good(reference))
        return ERR_ARGUMENT;
    buf_init(&form, FORM_MAX);
    pay_form_put(&form, "cancellation_reason", "abandoned");
    pay_ask(g, arena, arena_printf(arena, "/v1/payment_intents/%s/cancel", reference), &form, NULL,
            &said);
    pay_read_said(&said, NULL, arena, out);
    bool was_refused = said.status == 400;
    if (said.status != 200)
        out->outcome = CHARGE_TRY_UNKNOWN;
    pay_said_finish(&said);
    buf_finish(&form);
    /* What is paid, or ended already, cannot be ended. */
    return was_refused ? pay_look(g, arena, reference, out) : OK;
}

static bool read_refund(const struct json_reader *refund, struct pay_answer *out)
{
    const char *status = pay_text(refund, "status", 40), *id = pay_id_of(refund, "id");
    *out = (struct pay_answer){ 0 };
    if (id == NULL || status == NULL)
        return false;
    bool given = strcmp(status, "succeeded") == 0 || strcmp(status, "pending") == 0;
    out->outcome = given ? CHARGE_TRY_PAID : CHARGE_TRY_REFUSED;
    (void)text_copy(out->reference, sizeof out->reference, id);
    if (!given)
        snprintf(out->why, sizeof out->why, "the refund is %s", status);
    return true;
}

static void read_refund_said(struct pay_said *said, struct arena *arena, struct pay_answer *out)
{
    struct json_reader answer = pay_said_object(said);
    if (said->status == 200 && read_refund(&answer, out))
        return;
    pay_read_said(said, NULL, arena, out);
    if (said->status == 200)
        out->outcome = CHARGE_TRY_UNKNOWN;
    /* What a refund is refused for (given back already, too much, too late) stays so. */
    else if (out->outcome == CHARGE_TRY_DECLINED)
        out->outcome = CHARGE_TRY_REFUSED;
}

static void read_given_back(const struct json_reader *refund, struct arena *arena,
                            struct pay_given_back *out)
{
    int64_t amount;
    struct money money;
    struct json_reader metadata = pay_object(refund, "metadata");
    const char *currency = pay_text(refund, "currency", 3);
    *out =
        (struct pay_given_back){ .key = arena_strdup(arena, pay_text(&metadata, "refund", KEY_MAX)),
                                 .id = arena_strdup(arena, pay_id_of(refund, "id")) };
    if (currency != NULL && pay_whole(refund, "amount", &amount) &&
        pay_amount_of_gateway(amount, currency, &money))
        out->minor = money.minor;
}

enum err pay_given_back(struct pay_gateway *g, struct arena *arena, const char *reference,
                        struct pay_given_back **out, size_t *n)
{
    struct pay_said said;
    struct json_list list;
    *out = NULL;
    *n = 0;
    if (!pay_id_is_good(reference))
        return ERR_ARGUMENT;
    pay_ask(g, arena,
            arena_printf(arena, "/v1/refunds?payment_intent=%s&limit=%d", reference, PAY_PAGE),
            NULL, NULL, &said);
    struct json_reader answer = pay_said_object(&said);
    bool is_told =
        said.status == 200 && json_read_list(&answer, "data", JSON_REQUIRED, PAY_PAGE, &list);
    if (is_told)
        *out = ARENA_ARRAY(arena, struct pay_given_back, list.n + 1);
    /* The gateway tells the newest first. */
    for (size_t i = is_told ? list.n : 0; i-- > 0;) {
        struct json_reader refund = json_read_list_object(&list, i);
        struct pay_answer came;
        if (read_refund(&refund, &came) && came.outcome == CHARGE_TRY_PAID)
            read_given_back(&refund, arena, &(*out)[(*n)++]);
    }
    pay_said_finish(&said);
    return is_told ? OK : ERR_BUSY;
}

enum err pay_refund(struct pay_gateway *g, struct arena *arena, const char *key,
                    const char *reference, const struct money *amount, struct pay_answer *out)
{
    int64_t counted;
    char why[CHARGE_WHY];
    struct pay_said said;
    struct buf form;
    struct pay_given_back *before;
    size_t n;
    *out = (struct pay_answer){ .outcome = CHARGE_TRY_UNKNOWN };
    if (!pay_id_is_good(reference) || !is_key(key))
        return ERR_ARGUMENT;
    if (!pay_amount_to_gateway(amount, &counted, why)) {
        refuse(out, why);
        return OK;
    }
    /* Gateways forget keys after a day, but not what they gave back. */
    if (pay_given_back(g, arena, reference, &before, &n) != OK) {
        snprintf(out->why, sizeof out->why, "the gateway does not tell what it gave back");
        return OK;
    }
    for (size_t i = 0; i < n; i++)
        if (before[i].key != NULL && before[i].id != NULL && strcmp(before[i].key, key) == 0) {
            out->outcome = CHARGE_TRY_PAID;
            (void)text_copy(out->reference, sizeof out->reference, before[i].id);
            return OK;
        }
    buf_init(&form, FORM_MAX);
    pay_form_put(&form, "payment_intent", reference);
    pay_form_number(&form, "amount", counted);
    pay_form_put(&form, "metadata[refund]", key);
    pay_ask(g, arena, "/v1/refunds", &form, key, &said);
    read_refund_said(&said, arena, out);
    pay_said_finish(&said);
    buf_finish(&form);
    return OK;
}
