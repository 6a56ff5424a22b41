#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "desk.h"
#include "driver/pay/internal.h"
#include "driver/pay/pay.h"

static struct desk *desk;
static struct pay_gateway *gateway;
static struct arena *arena;
static struct pay_answer answer;

static int set_up(void **state)
{
    (void)state;
    char url[64];
    desk = desk_open();
    arena = arena_create();
    snprintf(url, sizeof url, "http://127.0.0.1:%u/", desk_port(desk));
    return pay_open(
        &(struct pay_params){ .url = url, .key = "sk_test_secret", .timeout_seconds = 1 },
        &gateway);
}

static int tear_down(void **state)
{
    (void)state;
    pay_close(&gateway);
    arena_destroy(&arena);
    desk_close(&desk);
    return 0;
}

static struct pay_order usual_order(void)
{
    return (struct pay_order){ .key = "charge1-1",
                               .charge = "charge1",
                               .amount = { 1299, "EUR" },
                               .reference = "cus_1 pm_1",
                               .description = "Lanterne & more",
                               .return_url = "https://house.example/account" };
}

#define PAYMENT(status, more)                                                                      \
    "{\"id\":\"pi_1\",\"amount\":1299,\"currency\":\"eur\",\"status\":\"" status "\"" more "}"
#define PAID PAYMENT("succeeded", "")
#define CARD_ERROR(code, decline)                                                                  \
    "{\"error\":{\"type\":\"card_error\",\"code\":\"" code "\",\"decline_code\":\"" decline        \
    "\",\"payment_intent\":" PAYMENT("requires_payment_method", "") "}}"
#define BAD_REQUEST(type, code, param)                                                             \
    "{\"error\":{\"type\":\"" type "\",\"code\":\"" code "\",\"param\":\"" param "\"}}"
#define LIST(data, more) "{\"object\":\"list\",\"has_more\":" more ",\"data\":[" data "]}"

/* ---- opening ------------------------------------------------------------------------------------
 */

static void a_key_goes_over_no_open_line_and_is_one_word(void **state)
{
    (void)state;
    static const struct {
        const char *url, *key, *secret;
        enum err err;
    } rows[] = {
        { "https://api.gateway.example", "sk_1", NULL, OK },
        { "http://api.gateway.example", "sk_1", NULL, ERR_ARGUMENT },
        { "https://api.gateway.example", "", NULL, ERR_ARGUMENT },
        { "https://api.gateway.example", "sk_1\r\nX: y", NULL, ERR_ARGUMENT },
        { "https://api.gateway.example", "sk 1", NULL, ERR_ARGUMENT },
        { "https://api.gateway.example", "sk_1", "", ERR_ARGUMENT },
        { "https://api.gateway.example", "sk_1", "whsec_1", OK },
        { "", "sk_1", NULL, ERR_ARGUMENT },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct pay_gateway *g = NULL;
        assert_int_equal(pay_open(&(struct pay_params){ .url = rows[i].url,
                                                        .key = rows[i].key,
                                                        .webhook_secret = rows[i].secret },
                                  &g),
                         rows[i].err);
        assert_int_equal(g != NULL, rows[i].err == OK);
        pay_close(&g);
    }
}

/* ---- amounts ------------------------------------------------------------------------------------
 */

static void amounts_are_counted_as_the_gateway_counts_them(void **state)
{
    (void)state;
    static const struct {
        struct money ours;
        int64_t theirs; /* 0: refused */
        const char *why;
    } rows[] = {
        { { 1299, "EUR" }, 1299, "" },
        { { 500, "JPY" }, 500, "" },
        { { 5120, "KWD" }, 5120, "" },
        { { 5124, "KWD" }, 0, "amount: 5.124 KWD must end in 0 to be charged to a card" },
        { { 12990, "TND" }, 12990, "" },
        { { 12999, "TND" }, 0, "amount: 12.999 TND must end in 0 to be charged to a card" },
        { { 5, "ISK" }, 500, "" },
        { { 5, "UGX" }, 500, "" },
        { { 500, "MGA" }, 5, "" },
        { { 550, "MGA" }, 0, "amount: 5.50 MGA must be whole to be charged to a card" },
        { { 1000, "HUF" }, 1000, "" },
        { { 1000, "TWD" }, 1000, "" },
        { { 10000, "CLF" }, 0, "amount: 1.0000 CLF is no currency that cards are charged in" },
        { { 0, "EUR" }, 0, "amount: 0.00 EUR is not more than nothing" },
        { { -1, "EUR" }, 0, "amount: -0.01 EUR is not more than nothing" },
        { { INT64_MAX, "EUR" }, INT64_MAX, "" },
        { { INT64_MAX, "ISK" }, 0, "amount: 9223372036854775807 ISK is more than can be written" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char why[CHARGE_WHY];
        int64_t theirs = 0;
        struct money back;
        bool good = pay_amount_to_gateway(&rows[i].ours, &theirs, why);
        assert_int_equal(good, rows[i].theirs != 0);
        assert_string_equal(why, rows[i].why);
        assert_int_equal(pay_amount_is_good(&rows[i].ours, why), good);
        if (!good)
            continue;
        assert_int_equal(theirs, rows[i].theirs);
        assert_true(pay_amount_of_gateway(theirs, rows[i].ours.currency, &back));
        assert_int_equal(back.minor, rows[i].ours.minor);
        assert_string_equal(back.currency, rows[i].ours.currency);
    }
}

static void foreign_amounts_are_not_taken_for_ours(void **state)
{
    (void)state;
    struct money m;
    assert_true(pay_amount_of_gateway(100, "eur", &m));
    assert_string_equal(m.currency, "EUR");
    assert_false(pay_amount_of_gateway(-1, "eur", &m));
    assert_false(pay_amount_of_gateway(1, "euro", &m));
    assert_false(pay_amount_of_gateway(1, "eu", &m));
    assert_false(pay_amount_of_gateway(1, "", &m));
    assert_false(pay_amount_of_gateway(1, "zzz", &m));
    assert_false(pay_amount_of_gateway(150, "isk", &m));
    assert_false(pay_amount_of_gateway(INT64_MAX, "mga", &m));
}

static void an_amount_that_cannot_be_charged_is_refused_by_name_and_nobody_asked(void **state)
{
    (void)state;
    struct pay_order order = usual_order();
    order.amount = (struct money){ 12999, "TND" };
    assert_int_equal(pay_charge(gateway, arena, &order, &answer), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_REFUSED);
    assert_string_equal(answer.why, "amount: 12.999 TND must end in 0 to be charged to a card");
    order = usual_order();
    order.reference = "cus_1";
    assert_int_equal(pay_charge(gateway, arena, &order, &answer), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_REFUSED);
    order.reference = "cus_1 pm/../1";
    assert_int_equal(pay_charge(gateway, arena, &order, &answer), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_REFUSED);
    order = usual_order();
    order.key = "a\r\nX: y";
    assert_int_equal(pay_charge(gateway, arena, &order, &answer), ERR_ARGUMENT);
    assert_int_equal(desk_asked(desk), 0);
}

/* ---- what is asked ------------------------------------------------------------------------------
 */

static void has(size_t request, const char *text)
{
    if (strstr(desk_request(desk, request), text) == NULL)
        fail_msg("%s\nis not in\n%s", text, desk_request(desk, request));
}

static void a_payment_is_asked_for_with_all_that_it_needs(void **state)
{
    (void)state;
    struct pay_order order = usual_order();
    desk_says(desk, 200, PAID);
    desk_says(desk, 200, PAID);
    assert_int_equal(pay_charge(gateway, arena, &order, &answer), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_PAID);
    assert_string_equal(answer.reference, "pi_1");
    assert_string_equal(answer.why, "");
    has(0, "POST /v1/payment_intents HTTP/1.1\r\n");
    has(0, "Authorization: Bearer sk_test_secret\r\n");
    has(0, "Idempotency-Key: charge1-1\r\n");
    has(0, "Stripe-Version: ");
    has(0, "\r\n\r\namount=1299&currency=eur&customer=cus_1&payment_method=pm_1&"
           "payment_method_types%5B0%5D=card&confirm=true&"
           "return_url=https%3A%2F%2Fhouse.example%2Faccount&description=Lanterne%20%26%20more&"
           "metadata%5Bcharge%5D=charge1&metadata%5Btry%5D=charge1-1");
    order.return_url = NULL;
    assert_int_equal(pay_charge(gateway, arena, &order, &answer), OK);
    has(1, "&confirm=true&off_session=true&description=");
}

/* ---- what is answered ---------------------------------------------------------------------------
 */

struct answer_row {
    int status;
    const char *body;
    enum charge_outcome outcome;
    const char *reference, *why;
};

static const struct answer_row answers[] = {
    { 200, PAID, CHARGE_TRY_PAID, "pi_1", "" },
    { 200, PAYMENT("processing", ""), CHARGE_TRY_PENDING, "pi_1", "" },
    { 200, PAYMENT("canceled", ""), CHARGE_TRY_DECLINED, "pi_1", "canceled" },
    { 200, PAYMENT("requires_action", ""), CHARGE_TRY_ASKS, "pi_1", "authentication_required" },
    { 200, PAYMENT("requires_payment_method", ""), CHARGE_TRY_DECLINED, "pi_1", "declined" },
    { 200,
      PAYMENT(
          "requires_payment_method",
          ",\"last_payment_error\":{\"code\":\"card_declined\",\"decline_code\":\"lost_card\"}"),
      CHARGE_TRY_REFUSED, "pi_1", "card_declined: lost_card" },
    { 200, PAYMENT("requires_capture", ""), CHARGE_TRY_UNKNOWN, "pi_1",
      "the payment is in a state that is not known" },
    /* Somebody else's payment, or half of one. */
    { 200, "{\"id\":\"pi_1\",\"amount\":1,\"currency\":\"eur\",\"status\":\"succeeded\"}",
      CHARGE_TRY_UNKNOWN, "", "the gateway's answer is about another amount" },
    { 200, "{\"id\":\"pi_1\",\"amount\":1299,\"currency\":\"usd\",\"status\":\"succeeded\"}",
      CHARGE_TRY_UNKNOWN, "", "the gateway's answer is about another amount" },
    { 200, "{\"id\":\"pi_1\",\"status\":\"succeeded\"}", CHARGE_TRY_UNKNOWN, "",
      "the gateway's answer is about another amount" },
    { 200, "{\"status\":\"succeeded\"}", CHARGE_TRY_UNKNOWN, "",
      "the gateway's answer is no payment" },
    { 200, "{\"id\":\"a b\",\"status\":\"succeeded\"}", CHARGE_TRY_UNKNOWN, "",
      "the gateway's answer is no payment" },
    { 200, "{}", CHARGE_TRY_UNKNOWN, "", "the gateway's answer is no payment" },
    { 200, "[]", CHARGE_TRY_UNKNOWN, "", "the gateway's answer (200) is no JSON" },
    { 200, "<html>", CHARGE_TRY_UNKNOWN, "", "the gateway's answer (200) is no JSON" },
    { 200, "", CHARGE_TRY_UNKNOWN, "", "the gateway's answer (200) is no JSON" },
    { 402, CARD_ERROR("card_declined", "insufficient_funds"), CHARGE_TRY_DECLINED, "pi_1",
      "card_declined: insufficient_funds" },
    { 402, CARD_ERROR("card_declined", "stolen_card"), CHARGE_TRY_REFUSED, "pi_1",
      "card_declined: stolen_card" },
    { 402, CARD_ERROR("expired_card", "expired_card"), CHARGE_TRY_REFUSED, "pi_1", "expired_card" },
    { 402, CARD_ERROR("card_declined", "a_code_of_tomorrow"), CHARGE_TRY_DECLINED, "pi_1",
      "card_declined: a_code_of_tomorrow" },
    { 402,
      "{\"error\":{\"type\":\"card_error\",\"code\":\"card_declined\","
      "\"advice_code\":\"do_not_try_again\"}}",
      CHARGE_TRY_REFUSED, "", "card_declined" },
    { 402, "{\"error\":{\"type\":\"card_error\",\"code\":\"x\",\"payment_intent\":" PAID "}}",
      CHARGE_TRY_PAID, "pi_1", "" },
    { 402, "{}", CHARGE_TRY_UNKNOWN, "", "the gateway's refusal gives no reason" },
    { 400, BAD_REQUEST("invalid_request_error", "resource_missing", "payment_method"),
      CHARGE_TRY_REFUSED, "", "resource_missing: payment_method" },
    { 404, BAD_REQUEST("invalid_request_error", "resource_missing", "customer"), CHARGE_TRY_REFUSED,
      "", "resource_missing: customer" },
    { 400, BAD_REQUEST("invalid_request_error", "amount_too_small", "amount"), CHARGE_TRY_DECLINED,
      "", "amount_too_small: amount" },
    { 400, "{}", CHARGE_TRY_UNKNOWN, "", "the gateway did not understand what was asked" },
    { 404, "{\"message\":\"no such route\"}", CHARGE_TRY_UNKNOWN, "",
      "the gateway did not understand what was asked" },
    { 401, BAD_REQUEST("invalid_request_error", "x", "y"), CHARGE_TRY_UNKNOWN, "",
      "the gateway does not know our key" },
    { 403, "{}", CHARGE_TRY_UNKNOWN, "", "the gateway does not know our key" },
    { 409, BAD_REQUEST("invalid_request_error", "idempotency_key_in_use", "x"), CHARGE_TRY_UNKNOWN,
      "", "the gateway is at it already" },
    { 429, "{}", CHARGE_TRY_UNKNOWN, "", "the gateway is asked too often" },
    { 500, "{}", CHARGE_TRY_UNKNOWN, "", "the gateway answered 500" },
    { 503, "{}", CHARGE_TRY_UNKNOWN, "", "the gateway answered 503" },
    { 302, "{}", CHARGE_TRY_UNKNOWN, "", "the gateway answered 302" },
    { 201, PAID, CHARGE_TRY_UNKNOWN, "", "the gateway answered 201" },
};

static void check_answer(const struct answer_row *row)
{
    struct pay_order order = usual_order();
    desk_says(desk, row->status, row->body);
    assert_int_equal(pay_charge(gateway, arena, &order, &answer), OK);
    if (answer.outcome != row->outcome || strcmp(answer.reference, row->reference) != 0 ||
        strcmp(answer.why, row->why) != 0)
        fail_msg("%d %s gave %s, '%s', '%s'", row->status, row->body,
                 charge_outcome_name(answer.outcome), answer.reference, answer.why);
}

static void each_answer_means_what_the_gateway_says_it_means(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        if (i % 8 == 7) { /* a desk has room for so many answers */
            tear_down(NULL);
            set_up(NULL);
        }
        check_answer(&answers[i]);
    }
}

static void no_answer_is_unknown(void **state)
{
    (void)state;
    struct pay_order order = usual_order();
    desk_is_silent(desk);
    assert_int_equal(pay_charge(gateway, arena, &order, &answer), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_UNKNOWN);
    assert_string_equal(answer.why, "the gateway did not answer in time");
    desk_sends(desk, "");
    assert_int_equal(pay_charge(gateway, arena, &order, &answer), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_UNKNOWN);
    desk_sends(desk, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" PAID);
    assert_int_equal(pay_charge(gateway, arena, &order, &answer), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_UNKNOWN);
    assert_string_equal(answer.why, "the gateway was not reached, or broke off");
}

static void who_is_there_is_sent_to_the_bank_and_nowhere_unsafe(void **state)
{
    (void)state;
    struct pay_order order = usual_order();
    desk_says(desk, 200,
              PAYMENT("requires_action", ",\"next_action\":{\"redirect_to_url\":{\"url\":"
                                         "\"https://bank.example/3ds?x=1#y\"}}"));
    desk_says(desk, 200,
              PAYMENT("requires_action", ",\"next_action\":{\"redirect_to_url\":{\"url\":"
                                         "\"javascript:alert(1)\"}}"));
    assert_int_equal(pay_charge(gateway, arena, &order, &answer), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_ASKS);
    assert_string_equal(answer.confirm_url, "https://bank.example/3ds?x=1#y");
    assert_int_equal(pay_charge(gateway, arena, &order, &answer), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_ASKS);
    assert_null(answer.confirm_url);
}

static void a_payment_nobody_can_confirm_is_ended(void **state)
{
    (void)state;
    struct pay_order order = usual_order();
    order.return_url = NULL;
    desk_says(desk, 200, PAYMENT("requires_action", ""));
    desk_says(desk, 200, PAYMENT("canceled", ""));
    assert_int_equal(pay_charge(gateway, arena, &order, &answer), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_DECLINED);
    assert_string_equal(answer.why, "authentication_required");
    has(1, "POST /v1/payment_intents/pi_1/cancel ");
    /* Not ended, as far as we know: it may still be paid, so no other try may be made. */
    desk_says(desk, 200, PAYMENT("requires_action", ""));
    desk_says(desk, 500, "{}");
    assert_int_equal(pay_charge(gateway, arena, &order, &answer), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_UNKNOWN);
}

/* ---- asked again --------------------------------------------------------------------------------
 */

#define MADE(id, key, status)                                                                      \
    "{\"id\":\"" id "\",\"amount\":1299,\"currency\":\"eur\",\"status\":\"" status                 \
    "\",\"metadata\":{\"try\":\"" key "\"}}"

static void what_a_key_led_to_is_looked_for_before_it_is_used_again(void **state)
{
    (void)state;
    struct pay_order order = usual_order();
    order.is_again = true;
    desk_says(desk, 200, LIST(MADE("pi_9", "charge9-1", "succeeded"), "true"));
    desk_says(desk, 200, LIST(MADE("pi_2", "charge1-1", "succeeded"), "true"));
    assert_int_equal(pay_charge(gateway, arena, &order, &answer), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_PAID);
    assert_string_equal(answer.reference, "pi_2");
    has(0, "GET /v1/payment_intents?customer=cus_1&limit=100 ");
    has(1, "GET /v1/payment_intents?customer=cus_1&limit=100&starting_after=pi_9 ");
    assert_int_equal(desk_asked(desk), 2);
    /* There is none: it is made. */
    desk_says(desk, 200, LIST("", "false"));
    desk_says(desk, 200, PAID);
    assert_int_equal(pay_charge(gateway, arena, &order, &answer), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_PAID);
    assert_string_equal(answer.reference, "pi_1");
    /* It cannot be told: nothing is made. */
    desk_says(desk, 500, "{}");
    assert_int_equal(pay_charge(gateway, arena, &order, &answer), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_UNKNOWN);
    desk_says(desk, 200, "{\"data\":1}");
    assert_int_equal(pay_charge(gateway, arena, &order, &answer), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_UNKNOWN);
    assert_int_equal(desk_asked(desk), 6);
}

static void a_payment_is_found_by_its_key_and_never_made(void **state)
{
    (void)state;
    struct pay_order order = usual_order();
    desk_says(desk, 200, LIST(MADE("pi_2", "charge1-1", "succeeded"), "false"));
    assert_int_equal(pay_find(gateway, arena, &order, &answer), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_PAID);
    assert_string_equal(answer.reference, "pi_2");
    desk_says(desk, 200, LIST(MADE("pi_9", "charge9-1", "succeeded"), "false"));
    assert_int_equal(pay_find(gateway, arena, &order, &answer), ERR_NOT_FOUND);
    desk_says(desk, 500, "{}");
    assert_int_equal(pay_find(gateway, arena, &order, &answer), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_UNKNOWN);
    assert_int_equal(desk_asked(desk), 3);
    order.reference = "no card of a gateway";
    assert_int_equal(pay_find(gateway, arena, &order, &answer), ERR_NOT_FOUND);
    order.key = "two\nlines";
    assert_int_equal(pay_find(gateway, arena, &order, &answer), ERR_ARGUMENT);
    assert_int_equal(desk_asked(desk), 3);
}

static void a_key_that_was_used_in_other_words_tells_what_came_of_them(void **state)
{
    (void)state;
    struct pay_order order = usual_order();
    desk_says(desk, 400, BAD_REQUEST("idempotency_error", "x", "y"));
    desk_says(desk, 200, LIST(MADE("pi_7", "charge1-1", "processing"), "false"));
    assert_int_equal(pay_charge(gateway, arena, &order, &answer), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_PENDING);
    assert_string_equal(answer.reference, "pi_7");
    desk_says(desk, 400, BAD_REQUEST("idempotency_error", "x", "y"));
    desk_says(desk, 200, LIST("", "false"));
    assert_int_equal(pay_charge(gateway, arena, &order, &answer), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_UNKNOWN);
    assert_string_equal(answer.why, "the gateway knows the key, but no payment of it");
}

static void a_look_tells_refunds_and_disputes(void **state)
{
    (void)state;
    desk_says(desk, 200,
              PAYMENT("succeeded", ",\"metadata\":{\"charge\":\"charge1\"},\"latest_charge\":{"
                                   "\"amount_refunded\":300,\"disputed\":false}"));
    assert_int_equal(pay_look(gateway, arena, "pi_1", &answer), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_PAID);
    assert_int_equal(answer.refunded, 300);
    assert_false(answer.is_disputed);
    assert_string_equal(answer.charge, "charge1");
    has(0, "GET /v1/payment_intents/pi_1?expand%5B%5D=latest_charge ");
    static const struct {
        const char *status;
        bool is_disputed;
    } rows[] = { { "needs_response", true },
                 { "under_review", true },
                 { "lost", true },
                 { "won", false },
                 { "warning_closed", false } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        desk_says(desk, 200, PAYMENT("succeeded", ",\"latest_charge\":{\"disputed\":true}"));
        desk_says(desk, 200,
                  arena_printf(arena, "{\"data\":[{\"status\":\"%s\"}]}", rows[i].status));
        assert_int_equal(pay_look(gateway, arena, "pi_1", &answer), OK);
        assert_int_equal(answer.is_disputed, rows[i].is_disputed);
    }
    has(2, "GET /v1/disputes?payment_intent=pi_1 ");
    desk_says(desk, 200, PAYMENT("succeeded", ",\"latest_charge\":{\"disputed\":true}"));
    desk_says(desk, 500, "{}");
    assert_int_equal(pay_look(gateway, arena, "pi_1", &answer), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_UNKNOWN);
}

static void a_look_that_fails_says_nothing_about_the_payment(void **state)
{
    (void)state;
    desk_says(desk, 404, BAD_REQUEST("invalid_request_error", "resource_missing", "customer"));
    assert_int_equal(pay_look(gateway, arena, "pi_1", &answer), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_UNKNOWN);
    desk_says(desk, 200, PAID);
    assert_int_equal(pay_look(gateway, arena, "pi_other", &answer), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_UNKNOWN);
    assert_int_equal(pay_look(gateway, arena, "pi_1/cancel", &answer), ERR_ARGUMENT);
    assert_int_equal(pay_look(gateway, arena, "", &answer), ERR_ARGUMENT);
}

static void what_is_paid_cannot_be_ended(void **state)
{
    (void)state;
    desk_says(desk, 400,
              BAD_REQUEST("invalid_request_error", "payment_intent_unexpected_state", "x"));
    desk_says(desk, 200, PAID);
    assert_int_equal(pay_cancel(gateway, arena, "pi_1", &answer), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_PAID);
    desk_says(desk, 200, PAYMENT("canceled", ""));
    assert_int_equal(pay_cancel(gateway, arena, "pi_1", &answer), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_DECLINED);
    desk_says(desk, 402, CARD_ERROR("x", "y"));
    assert_int_equal(pay_cancel(gateway, arena, "pi_1", &answer), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_UNKNOWN);
}

/* ---- giving back --------------------------------------------------------------------------------
 */

#define REFUND(id, key, status)                                                                    \
    "{\"id\":\"" id "\",\"amount\":500,\"currency\":\"eur\",\"status\":\"" status                  \
    "\",\"metadata\":{\"refund\":\"" key "\"}}"

static enum err refund(void)
{
    return pay_refund(gateway, arena, "refund-1", "pi_1", &(struct money){ 500, "EUR" }, &answer);
}

static void money_is_given_back_once_under_a_key_however_late(void **state)
{
    (void)state;
    desk_says(desk, 200, LIST(REFUND("re_9", "refund-9", "succeeded"), "false"));
    desk_says(desk, 200, REFUND("re_1", "refund-1", "pending"));
    assert_int_equal(refund(), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_PAID);
    assert_string_equal(answer.reference, "re_1");
    has(1, "Idempotency-Key: refund-1\r\n");
    has(1, "payment_intent=pi_1&amount=500&metadata%5Brefund%5D=refund-1");
    desk_says(desk, 200, LIST(REFUND("re_1", "refund-1", "succeeded"), "false"));
    assert_int_equal(refund(), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_PAID);
    assert_string_equal(answer.reference, "re_1");
    assert_int_equal(desk_asked(desk), 3);
    desk_says(desk, 503, "{}");
    assert_int_equal(refund(), OK);
    assert_int_equal(answer.outcome, CHARGE_TRY_UNKNOWN);
    assert_int_equal(desk_asked(desk), 4);
}

static void a_refund_that_is_refused_stays_so_and_one_unheard_of_is_unknown(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *body;
        enum charge_outcome outcome;
        const char *why;
    } rows[] = {
        { 400, BAD_REQUEST("invalid_request_error", "charge_already_refunded", "charge"),
          CHARGE_TRY_REFUSED, "charge_already_refunded: charge" },
        { 200, REFUND("re_1", "refund-1", "failed"), CHARGE_TRY_REFUSED, "the refund is failed" },
        { 500, "{}", CHARGE_TRY_UNKNOWN, "the gateway answered 500" },
        { 200, "{}", CHARGE_TRY_UNKNOWN, "the gateway's answer is no payment" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        desk_says(desk, 200, LIST("", "false"));
        desk_says(desk, rows[i].status, rows[i].body);
        assert_int_equal(refund(), OK);
        assert_int_equal(answer.outcome, rows[i].outcome);
        assert_string_equal(answer.why, rows[i].why);
    }
}

static void what_was_given_back_is_told_oldest_first(void **state)
{
    (void)state;
    struct pay_given_back *list;
    size_t n;
    desk_says(desk, 200,
              LIST(REFUND("re_3", "c", "failed") "," REFUND(
                       "re_2", "b", "succeeded") ","
                                                 "{\"id\":\"re_1\",\"amount\":100,\"currency\":"
                                                 "\"eur\",\"status\":\"pending\"}",
                   "false"));
    assert_int_equal(pay_given_back(gateway, arena, "pi_1", &list, &n), OK);
    assert_int_equal(n, 2);
    assert_null(list[0].key);
    assert_string_equal(list[0].id, "re_1");
    assert_int_equal(list[0].minor, 100);
    assert_string_equal(list[1].key, "b");
    assert_int_equal(list[1].minor, 500);
    desk_says(desk, 500, "{}");
    assert_int_equal(pay_given_back(gateway, arena, "pi_1", &list, &n), ERR_BUSY);
}

/* ---- the page for a card ------------------------------------------------------------------------
 */

static void the_page_for_a_card_is_the_gateways_and_leads_back(void **state)
{
    (void)state;
    const char *url = NULL;
    desk_says(desk, 200, "{\"id\":\"cus_7\"}");
    desk_says(desk, 200, "{\"id\":\"cs_1\",\"url\":\"https://pay.example/c/cs_1#x\"}");
    assert_int_equal(pay_setup(gateway, arena, "k1", "member1", "a+b@example.org",
                               "https://house.example/account", &url),
                     OK);
    assert_string_equal(url, "https://pay.example/c/cs_1#x");
    has(0, "POST /v1/customers ");
    has(0, "Idempotency-Key: k1-customer\r\n");
    has(0, "email=a%2Bb%40example.org&metadata%5Bmember%5D=member1");
    has(1, "POST /v1/checkout/sessions ");
    has(1, "mode=setup&payment_method_types%5B0%5D=card&customer=cus_7&"
           "client_reference_id=member1&metadata%5Bmember%5D=member1&success_url="
           "https%3A%2F%2Fhouse.example%2Faccount%3Fcard%3D%7BCHECKOUT_SESSION_ID%7D&"
           "cancel_url=https%3A%2F%2Fhouse.example%2Faccount");
    desk_says(desk, 500, "{}");
    assert_int_equal(pay_setup(gateway, arena, "k2", "m", "a@b.c", "https://h.example/", &url),
                     ERR_BUSY);
    desk_says(desk, 200, "{\"id\":\"cus_7\"}");
    desk_says(desk, 200, "{\"id\":\"cs_1\",\"url\":\"http://pay.example/\"}");
    assert_int_equal(pay_setup(gateway, arena, "k3", "m", "a@b.c", "https://h.example/", &url),
                     ERR_BUSY);
    assert_null(url);
}

static void who_types_no_card_is_led_back_without_a_session(void **state)
{
    (void)state;
    static const struct {
        const char *url, *success, *cancel;
    } rows[] = {
        { "https://h.example/a?x=1",
          "success_url=https%3A%2F%2Fh.example%2Fa%3Fx%3D1%26card%3D%7BCHECKOUT_SESSION_ID%7D&",
          "cancel_url=https%3A%2F%2Fh.example%2Fa%3Fx%3D1" },
        { "https://h.example/a?card={CHECKOUT_SESSION_ID}",
          "success_url=https%3A%2F%2Fh.example%2Fa%3Fcard%3D%7BCHECKOUT_SESSION_ID%7D&",
          "cancel_url=https%3A%2F%2Fh.example%2Fa" },
        { "https://h.example/a?x=1&card={CHECKOUT_SESSION_ID}",
          "success_url=https%3A%2F%2Fh.example%2Fa%3Fx%3D1%26card%3D%7BCHECKOUT_SESSION_ID%7D&",
          "cancel_url=https%3A%2F%2Fh.example%2Fa%3Fx%3D1" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *url;
        desk_says(desk, 200, "{\"id\":\"cus_7\"}");
        desk_says(desk, 200, "{\"id\":\"cs_1\",\"url\":\"https://pay.example/\"}");
        assert_int_equal(pay_setup(gateway, arena, "k", "m", "a@b.c", rows[i].url, &url), OK);
        has(2 * i + 1, rows[i].success);
        const char *request = desk_request(desk, 2 * i + 1);
        size_t n = strlen(rows[i].cancel);
        assert_string_equal(request + strlen(request) - n, rows[i].cancel);
    }
}

#define SESSION(status, member, intent)                                                            \
    "{\"id\":\"cs_1\",\"status\":\"" status "\",\"customer\":\"cus_7\",\"metadata\":{" member      \
    "},\"setup_intent\":" intent "}"
#define INTENT(status, card)                                                                       \
    "{\"status\":\"" status "\",\"payment_method\":{\"id\":\"pm_7\",\"card\":" card "}}"
#define VISA                                                                                       \
    "{\"brand\":\"visa\",\"last4\":\"4242\",\"exp_month\":3,\"exp_year\":2027,"                    \
    "\"fingerprint\":\"f1\"}"

static void what_came_of_the_page_is_a_card_of_the_member_who_began_it(void **state)
{
    (void)state;
    struct pay_card card, other;
    desk_says(desk, 200, SESSION("complete", "\"member\":\"m1\"", INTENT("succeeded", VISA)));
    assert_int_equal(pay_setup_result(gateway, arena, "cs_1", &card), OK);
    assert_string_equal(card.reference, "cus_7 pm_7");
    assert_string_equal(card.member, "m1");
    assert_string_equal(card.label, "Visa ···· 4242, 03/27");
    has(0, "GET /v1/checkout/sessions/cs_1?expand%5B%5D=setup_intent.payment_method ");
    /* The same card typed by another member has the same fingerprint; another card another. */
    desk_says(desk, 200, SESSION("complete", "\"member\":\"m2\"", INTENT("succeeded", VISA)));
    assert_int_equal(pay_setup_result(gateway, arena, "cs_1", &other), OK);
    assert_memory_equal(card.fingerprint, other.fingerprint, 32);
    desk_says(desk, 200, SESSION("complete", "\"member\":\"m2\"", INTENT("succeeded", "{}")));
    assert_int_equal(pay_setup_result(gateway, arena, "cs_1", &other), OK);
    assert_string_equal(other.label, "Card ···· ····");
    assert_memory_not_equal(card.fingerprint, other.fingerprint, 32);
}

static void a_page_that_was_not_finished_or_not_ours_gives_no_card(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *body;
        enum err err;
    } rows[] = {
        { 200, SESSION("open", "\"member\":\"m1\"", "null"), ERR_STATE },
        { 200, SESSION("complete", "\"member\":\"m1\"", INTENT("processing", VISA)), ERR_STATE },
        { 200, SESSION("expired", "\"member\":\"m1\"", INTENT("succeeded", VISA)), ERR_STATE },
        { 200, SESSION("complete", "", INTENT("succeeded", VISA)), ERR_NOT_FOUND },
        { 200, SESSION("complete", "\"member\":\"m1\"", "\"seti_1\""), ERR_STATE },
        { 404, "{}", ERR_NOT_FOUND },
        { 400, "{}", ERR_NOT_FOUND },
        { 500, "{}", ERR_BUSY },
        { 200, "x", ERR_BUSY },
    };
    struct pay_card card;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        desk_says(desk, rows[i].status, rows[i].body);
        assert_int_equal(pay_setup_result(gateway, arena, "cs_1", &card), rows[i].err);
    }
    assert_int_equal(pay_setup_result(gateway, arena, "../customers", &card), ERR_NOT_FOUND);
    assert_int_equal(pay_setup_result(gateway, arena, "", &card), ERR_NOT_FOUND);
}

int main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_goes_over_no_open_line_and_is_one_word),
        cmocka_unit_test(amounts_are_counted_as_the_gateway_counts_them),
        cmocka_unit_test(foreign_amounts_are_not_taken_for_ours),
        ROW(an_amount_that_cannot_be_charged_is_refused_by_name_and_nobody_asked),
        ROW(a_payment_is_asked_for_with_all_that_it_needs),
        ROW(each_answer_means_what_the_gateway_says_it_means),
        ROW(no_answer_is_unknown),
        ROW(who_is_there_is_sent_to_the_bank_and_nowhere_unsafe),
        ROW(a_payment_nobody_can_confirm_is_ended),
        ROW(what_a_key_led_to_is_looked_for_before_it_is_used_again),
        ROW(a_payment_is_found_by_its_key_and_never_made),
        ROW(a_key_that_was_used_in_other_words_tells_what_came_of_them),
        ROW(a_look_tells_refunds_and_disputes),
        ROW(a_look_that_fails_says_nothing_about_the_payment),
        ROW(what_is_paid_cannot_be_ended),
        ROW(money_is_given_back_once_under_a_key_however_late),
        ROW(a_refund_that_is_refused_stays_so_and_one_unheard_of_is_unknown),
        ROW(what_was_given_back_is_told_oldest_first),
        ROW(the_page_for_a_card_is_the_gateways_and_leads_back),
        ROW(who_types_no_card_is_led_back_without_a_session),
        ROW(what_came_of_the_page_is_a_card_of_the_member_who_began_it),
        ROW(a_page_that_was_not_finished_or_not_ours_gives_no_card),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
