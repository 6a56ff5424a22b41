/* What the gateway's words mean. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "driver/pay/internal.h"

/* Codes after which these means will never pay; all others may go better later. */
static const char *const final_codes[] = {
    "card_not_supported",
    "do_not_try_again",
    "expired_card",
    "fraudulent",
    "incorrect_number",
    "invalid_account",
    "invalid_expiry_month",
    "invalid_expiry_year",
    "invalid_number",
    "lost_card",
    "new_account_information_available",
    "pickup_card",
    "restricted_card",
    "revocation_of_all_authorizations",
    "revocation_of_authorization",
    "security_violation",
    "stolen_card",
    "stop_payment_order",
};

bool pay_code_is_final(const char *code)
{
    for (size_t i = 0; i < sizeof final_codes / sizeof final_codes[0]; i++)
        if (strcmp(final_codes[i], code) == 0)
            return true;
    return false;
}

static void say_unknown(struct pay_answer *out, const char *why)
{
    out->outcome = CHARGE_TRY_UNKNOWN;
    snprintf(out->why, sizeof out->why, "%s", why);
}

/* An error object: of an answer, or a payment's last one. "card_declined: insufficient_funds". */
static void read_decline(const struct json_reader *error, struct pay_answer *out)
{
    enum { CODE_MAX = 50 };
    const char *code = pay_text(error, "code", CODE_MAX);
    const char *decline = pay_text(error, "decline_code", CODE_MAX);
    const char *advice = pay_text(error, "advice_code", CODE_MAX);
    code = code != NULL ? code : "declined";
    bool is_final = pay_code_is_final(code) || (decline != NULL && pay_code_is_final(decline)) ||
                    (advice != NULL && strcmp(advice, "do_not_try_again") == 0);
    out->outcome = is_final ? CHARGE_TRY_REFUSED : CHARGE_TRY_DECLINED;
    if (decline != NULL && strcmp(decline, code) != 0)
        snprintf(out->why, sizeof out->why, "%s: %s", code, decline);
    else
        snprintf(out->why, sizeof out->why, "%s", code);
}

static const char *read_confirm_url(const struct json_reader *payment)
{
    struct json_reader action = pay_object(payment, "next_action");
    struct json_reader redirect = pay_object(&action, "redirect_to_url");
    const char *url = pay_text(&redirect, "url", PAY_LINK_MAX);
    /* A link that people are sent to: to a page, and in no clearer text than the gateway itself. */
    return url != NULL && text_is_line(url, strlen(url)) && http_client_url_is_page(url) ? url
                                                                                         : NULL;
}

static bool is_about(const struct json_reader *payment, const struct money *wanted)
{
    int64_t amount;
    struct money found;
    const char *currency = pay_text(payment, "currency", 3);
    return wanted == NULL ||
           (currency != NULL && pay_whole(payment, "amount", &amount) &&
            pay_amount_of_gateway(amount, currency, &found) && found.minor == wanted->minor &&
            strcmp(found.currency, wanted->currency) == 0);
}

/* What was given back of it, by its newest charge. */
static int64_t read_refunded(const struct json_reader *payment)
{
    int64_t amount;
    struct money money;
    struct json_reader charge = pay_object(payment, "latest_charge");
    const char *currency = pay_text(payment, "currency", 3);
    return currency != NULL && pay_whole(&charge, "amount_refunded", &amount) &&
                   pay_amount_of_gateway(amount, currency, &money)
               ? money.minor
               : 0;
}

static void read_status(const struct json_reader *payment, const char *status, struct arena *arena,
                        struct pay_answer *out)
{
    struct json_reader error = pay_object(payment, "last_payment_error");
    if (strcmp(status, "succeeded") == 0) {
        out->outcome = CHARGE_TRY_PAID;
    } else if (strcmp(status, "processing") == 0) {
        out->outcome = CHARGE_TRY_PENDING;
    } else if (strcmp(status, "requires_action") == 0) {
        out->outcome = CHARGE_TRY_ASKS;
        out->confirm_url = arena_strdup(arena, read_confirm_url(payment));
        snprintf(out->why, sizeof out->why, "authentication_required");
    } else if (strcmp(status, "requires_payment_method") == 0) {
        read_decline(&error, out);
    } else if (strcmp(status, "canceled") == 0) {
        out->outcome = CHARGE_TRY_DECLINED;
        snprintf(out->why, sizeof out->why, PAY_CANCELED);
    } else {
        say_unknown(out, "the payment is in a state that is not known");
    }
}

void pay_read_payment(const struct json_reader *payment, const struct money *wanted,
                      struct arena *arena, struct pay_answer *out)
{
    *out = (struct pay_answer){ 0 };
    const char *id = pay_text(payment, "id", PAY_ID_MAX);
    const char *status = pay_text(payment, "status", 40);
    if (id == NULL || !pay_id_is_good(id) || status == NULL) {
        say_unknown(out, "the gateway's answer is no payment");
        return;
    }
    if (!is_about(payment, wanted)) {
        say_unknown(out, "the gateway's answer is about another amount");
        return;
    }
    (void)text_copy(out->reference, sizeof out->reference, id);
    struct json_reader metadata = pay_object(payment, "metadata");
    const char *charge = pay_text(&metadata, "charge", PAY_ID_MAX);
    if (charge != NULL && pay_id_is_good(charge))
        out->charge = arena_strdup(arena, charge);
    read_status(payment, status, arena, out);
    out->refunded = read_refunded(payment);
}

/* 400 and 404 are about what was asked, so nothing was charged: the card is gone there, or the
 * amount is not taken. */
static void read_refused_request(const struct json_reader *error, struct pay_answer *out)
{
    const char *type = pay_text(error, "type", 60), *code = pay_text(error, "code", 80);
    const char *param = pay_text(error, "param", 80);
    if (type == NULL || strcmp(type, "invalid_request_error") != 0) {
        say_unknown(out, "the gateway did not understand what was asked");
        return;
    }
    bool is_gone = code != NULL && strcmp(code, "resource_missing") == 0 && param != NULL &&
                   (strcmp(param, "customer") == 0 || strcmp(param, "payment_method") == 0);
    out->outcome = is_gone ? CHARGE_TRY_REFUSED : CHARGE_TRY_DECLINED;
    snprintf(out->why, sizeof out->why, "%s%s%s", code != NULL ? code : type,
             param != NULL ? ": " : "", param != NULL ? param : "");
}

/* 402: the card did not pay. The payment that was made for it comes along. */
static void read_declined(const struct json_reader *error, const struct money *wanted,
                          struct arena *arena, struct pay_answer *out)
{
    const char *type = pay_text(error, "type", 60);
    struct json_reader payment = pay_object(error, "payment_intent");
    if (type == NULL || strcmp(type, "card_error") != 0) {
        say_unknown(out, "the gateway's refusal gives no reason");
        return;
    }
    if (payment.object != NULL) {
        pay_read_payment(&payment, wanted, arena, out);
        /* It says for itself what it is in, unless only the error does. */
        if (out->outcome != CHARGE_TRY_DECLINED && out->outcome != CHARGE_TRY_REFUSED)
            return;
    }
    read_decline(error, out);
}

bool pay_said_other_body(struct pay_said *said)
{
    struct json_reader answer = pay_said_object(said), error = pay_object(&answer, "error");
    const char *type = pay_text(&error, "type", 60);
    return said->status == 400 && type != NULL && strcmp(type, "idempotency_error") == 0;
}

void pay_read_said(struct pay_said *said, const struct money *wanted, struct arena *arena,
                   struct pay_answer *out)
{
    struct json_reader answer = pay_said_object(said), error = pay_object(&answer, "error");
    *out = (struct pay_answer){ 0 };
    if (said->document == NULL)
        say_unknown(out, said->why);
    else if (said->status == 200)
        pay_read_payment(&answer, wanted, arena, out);
    else if (said->status == 402)
        read_declined(&error, wanted, arena, out);
    else if (said->status == 400 || said->status == 404)
        read_refused_request(&error, out);
    else if (said->status == 401 || said->status == 403)
        say_unknown(out, "the gateway does not know our key");
    else if (said->status == 409)
        say_unknown(out, "the gateway is at it already");
    else if (said->status == 429)
        say_unknown(out, "the gateway is asked too often");
    else
        say_unknown(out, arena_printf(arena, "the gateway answered %d", said->status));
}
