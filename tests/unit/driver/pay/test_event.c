#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "driver/pay/pay.h"

/* The first test's MAC of it was made with another program: openssl dgst -sha256 -hmac SECRET. */
static const char secret[] = "whsec_of_the_house";
static const char body[] =
    "{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"payment_intent.succeeded\",\"data\":"
    "{\"object\":{\"id\":\"pi_1\",\"object\":\"payment_intent\",\"amount\":1299,\"currency\":"
    "\"eur\",\"status\":\"succeeded\",\"metadata\":{\"charge\":\"c1\",\"try\":\"c1-1\"}}}}";
static const utc_time then = { 1700000000 * UTC_SECOND };

static struct pay_gateway *gateway;
static struct arena *arena;
static char why[CHARGE_WHY];

static int set_up(void **state)
{
    (void)state;
    arena = arena_create();
    return pay_open(&(struct pay_params){ .url = "https://api.gateway.example",
                                          .key = "sk_x",
                                          .webhook_secret = secret },
                    &gateway);
}

static int tear_down(void **state)
{
    (void)state;
    pay_close(&gateway);
    arena_destroy(&arena);
    return 0;
}

/* "t=AT,v1=MAC" of some text under a secret. */
static const char *signed_with(const char *key, const char *text, const char *at)
{
    crypto_auth_hmacsha256_state state;
    uint8_t mac[32];
    char hex[65];
    crypto_auth_hmacsha256_init(&state, (const unsigned char *)key, strlen(key));
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)at, strlen(at));
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)".", 1);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)text, strlen(text));
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_bin2hex(hex, sizeof hex, mac, sizeof mac);
    return arena_printf(arena, "t=%s,v1=%s", at, hex);
}

static enum err read_at(const char *text, const char *header, int64_t seconds_later,
                        struct pay_event *out)
{
    utc_time now = { then.us + seconds_later * UTC_SECOND };
    return pay_event_read(gateway, arena, text, strlen(text), header, now, out, why);
}

static void denied(const char *text, const char *header, int64_t seconds_later, const char *because)
{
    struct pay_event event;
    assert_int_equal(read_at(text, header, seconds_later, &event), ERR_DENIED);
    assert_string_equal(why, because);
    assert_null(event.id);
}

static void a_signature_made_by_another_program_is_good(void **state)
{
    (void)state;
    struct pay_event event;
    static const char header[] =
        "t=1700000000,v1=f5f820c6187ce47254d3ad8014dd50a04a24962b06419bc5354742b9ff2d16f6";
    assert_int_equal(read_at(body, header, 0, &event), OK);
    assert_string_equal(event.id, "evt_1");
    assert_int_equal(event.kind, PAY_EVENT_CHARGE);
    assert_string_equal(event.charge, "c1");
    assert_string_equal(event.answer.reference, "pi_1");
    assert_int_equal(event.answer.outcome, CHARGE_TRY_PAID);
}

static void it_is_good_for_five_minutes_either_way(void **state)
{
    (void)state;
    struct pay_event event;
    const char *header = signed_with(secret, body, "1700000000");
    assert_int_equal(read_at(body, header, 300, &event), OK);
    assert_int_equal(read_at(body, header, -300, &event), OK);
    denied(body, header, 301, "signature: it is too old");
    denied(body, header, -301, "signature: it is of a time to come");
}

static void the_wrong_secret_or_one_changed_byte_is_refused(void **state)
{
    (void)state;
    char *changed = arena_strdup(arena, body), *header;
    const char *good = signed_with(secret, body, "1700000000");
    denied(body, signed_with("whsec_other", body, "1700000000"), 0,
           "signature: it is not the gateway's");
    strstr(changed, "1299")[0] = '9';
    denied(changed, good, 0, "signature: it is not the gateway's");
    denied(arena_printf(arena, "%s ", body), good, 0, "signature: it is not the gateway's");
    /* The instant is signed too: an old event cannot be given a new one. */
    header = arena_strdup(arena, good);
    header[11] = '1';
    denied(body, header, 0, "signature: it is not the gateway's");
    for (size_t i = strlen(good) - 64; i < strlen(good); i++) {
        header = arena_strdup(arena, good);
        header[i] = header[i] == '0' ? '1' : '0';
        denied(body, header, 0, "signature: it is not the gateway's");
    }
}

static void of_several_signatures_one_has_to_be_right(void **state)
{
    (void)state;
    struct pay_event event, again;
    const char *good = signed_with(secret, body, "1700000000") + strlen("t=1700000000,");
    const char *other = signed_with("whsec_old", body, "1700000000") + strlen("t=1700000000,");
    char header[400];
    snprintf(header, sizeof header, "t=1700000000, %s, %s", other, good);
    assert_int_equal(read_at(body, header, 0, &event), OK);
    snprintf(header, sizeof header, "v0=x,%s,t=1700000000,%s,v9=y", good, other);
    assert_int_equal(read_at(body, header, 0, &again), OK);
    /* However it is dressed up, it is known again. */
    assert_memory_equal(event.signature, again.signature, 32);
    snprintf(header, sizeof header, "t=1700000000,%s,%s", other, other);
    denied(body, header, 0, "signature: it is not the gateway's");
}

static void the_same_event_sent_again_has_another_signature(void **state)
{
    (void)state;
    struct pay_event event, again;
    assert_int_equal(read_at(body, signed_with(secret, body, "1700000000"), 0, &event), OK);
    assert_int_equal(read_at(body, signed_with(secret, body, "1700000001"), 0, &again), OK);
    assert_string_equal(event.id, again.id);
    assert_memory_not_equal(event.signature, again.signature, 32);
}

static void a_header_that_is_not_well_formed_is_refused(void **state)
{
    (void)state;
    const char *good = signed_with(secret, body, "1700000000");
    const char *mac = good + strlen("t=1700000000,");
    const char *rows[] = {
        "",
        ",",
        "t=1700000000",
        mac,
        "t=1700000000,v1=",
        "t=1700000000,v1=abc",
        arena_printf(arena, "t=,%s", mac),
        arena_printf(arena, "t=-1,%s", mac),
        arena_printf(arena, "t=+1700000000,%s", mac),
        arena_printf(arena, "t=1700000000x,%s", mac),
        arena_printf(arena, "t=99999999999999999999,%s", mac),
        arena_printf(arena, "t=9223372036854775807,%s", mac),
        arena_printf(arena, "t=1700000000,t=1700000000,%s", mac),
        arena_printf(arena, "t=1700000000,%s0", mac),
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        denied(body, rows[i], 0, "signature: the header is not well formed");
    denied(body, NULL, 0, "signature: there is none");
    char many[17 * 68 + 32] = "t=1700000000";
    for (int i = 0; i < 17; i++) {
        size_t n = strlen(many);
        snprintf(many + n, sizeof many - n, ",%s", mac);
    }
    denied(body, many, 0, "signature: the header is not well formed");
    char *long_one = arena_alloc(arena, 6000);
    memset(long_one, ' ', 5999);
    denied(body, long_one, 0, "signature: the header is not well formed");
}

static void a_house_without_a_secret_hears_nobody(void **state)
{
    (void)state;
    struct pay_gateway *deaf;
    struct pay_event event;
    assert_int_equal(
        pay_open(&(struct pay_params){ .url = "https://api.gateway.example", .key = "sk" }, &deaf),
        OK);
    assert_int_equal(pay_event_read(deaf, arena, body, strlen(body),
                                    signed_with("", body, "1700000000"), then, &event, why),
                     ERR_DENIED);
    assert_string_equal(why, "signature: the house has no secret for webhooks");
    pay_close(&deaf);
}

static void what_is_signed_and_no_event_is_malformed(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "x",
        "[]",
        "{}",
        "{\"id\":\"evt_1\"}",
        "{\"id\":\"evt_1\",\"type\":\"x\"}",
        "{\"id\":\"evt_1\",\"type\":\"x\",\"data\":{}}",
        "{\"id\":\"evt_1\",\"type\":\"x\",\"data\":{\"object\":[]}}",
        "{\"id\":\"evt 1\",\"type\":\"x\",\"data\":{\"object\":{}}}",
        "{\"id\":\"../1\",\"type\":\"x\",\"data\":{\"object\":{}}}",
        "{\"id\":1,\"type\":\"x\",\"data\":{\"object\":{}}}",
        "{\"id\":\"evt_1\",\"id\":\"evt_2\",\"type\":\"x\",\"data\":{\"object\":{}}}",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct pay_event event;
        assert_int_equal(read_at(rows[i], signed_with(secret, rows[i], "1700000000"), 0, &event),
                         ERR_MALFORMED);
        assert_memory_equal(why, "malformed: ", 11);
    }
}

static void each_kind_of_event_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *type, *object;
        enum pay_event_kind kind;
        const char *charge, *reference;
        enum charge_outcome outcome;
        int64_t minor;
    } rows[] = {
        { "customer.created", "{\"id\":\"cus_1\"}", PAY_EVENT_OTHER, NULL, "", CHARGE_TRY_PAID, 0 },
        { "payment_intent.payment_failed",
          "{\"id\":\"pi_2\",\"status\":\"requires_payment_method\",\"last_payment_error\":"
          "{\"code\":\"card_declined\",\"decline_code\":\"stolen_card\"},"
          "\"metadata\":{\"charge\":\"c2\"}}",
          PAY_EVENT_CHARGE, "c2", "pi_2", CHARGE_TRY_REFUSED, 0 },
        { "payment_intent.processing", "{\"id\":\"pi_3\",\"status\":\"processing\"}",
          PAY_EVENT_CHARGE, NULL, "pi_3", CHARGE_TRY_PENDING, 0 },
        { "charge.refunded",
          "{\"id\":\"ch_1\",\"amount\":1000,\"amount_refunded\":400,\"currency\":\"eur\","
          "\"payment_intent\":\"pi_4\",\"metadata\":{\"charge\":\"c4\"}}",
          PAY_EVENT_REFUND, "c4", "pi_4", CHARGE_TRY_UNKNOWN, 400 },
        { "refund.created",
          "{\"id\":\"re_1\",\"amount\":300,\"currency\":\"jpy\",\"payment_intent\":\"pi_5\"}",
          PAY_EVENT_REFUND, NULL, "pi_5", CHARGE_TRY_UNKNOWN, 300 },
        { "charge.dispute.created",
          "{\"id\":\"dp_1\",\"amount\":1200,\"currency\":\"isk\",\"payment_intent\":"
          "{\"id\":\"pi_6\"}}",
          PAY_EVENT_DISPUTE, NULL, "pi_6", CHARGE_TRY_UNKNOWN, 12 },
        { "charge.dispute.created",
          "{\"id\":\"dp_2\",\"amount\":-5,\"currency\":\"eur\",\"payment_intent\":null}",
          PAY_EVENT_DISPUTE, NULL, "", CHARGE_TRY_UNKNOWN, 0 },
        { "payment_intent.succeeded", "{\"id\":\"pi/../x\",\"status\":\"succeeded\"}",
          PAY_EVENT_CHARGE, NULL, "", CHARGE_TRY_UNKNOWN, 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct pay_event event;
        const char *text =
            arena_printf(arena, "{\"id\":\"evt_1\",\"type\":\"%s\",\"data\":{\"object\":%s}}",
                         rows[i].type, rows[i].object);
        assert_int_equal(read_at(text, signed_with(secret, text, "1700000000"), 0, &event), OK);
        assert_int_equal(event.kind, rows[i].kind);
        assert_string_equal(event.charge != NULL ? event.charge : "",
                            rows[i].charge != NULL ? rows[i].charge : "");
        assert_string_equal(event.answer.reference, rows[i].reference);
        assert_int_equal(event.answer.outcome, rows[i].outcome);
        assert_int_equal(event.minor, rows[i].minor);
    }
}

int main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        ROW(a_signature_made_by_another_program_is_good),
        ROW(it_is_good_for_five_minutes_either_way),
        ROW(the_wrong_secret_or_one_changed_byte_is_refused),
        ROW(of_several_signatures_one_has_to_be_right),
        ROW(the_same_event_sent_again_has_another_signature),
        ROW(a_header_that_is_not_well_formed_is_refused),
        ROW(a_house_without_a_secret_hears_nobody),
        ROW(what_is_signed_and_no_event_is_malformed),
        ROW(each_kind_of_event_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
