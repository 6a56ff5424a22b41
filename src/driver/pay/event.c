/* What the gateway sends by itself (webhooks), and who really sent it. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "driver/pay/internal.h"

enum {
    SIGNATURE_MAX = 4096, /* bytes of the header */
    SIGNATURES_MAX = 16,  /* v1 in it: two while a secret is changed */
    MAC = crypto_auth_hmacsha256_BYTES,
    MAC_HEX = 2 * MAC,
};

/* ---- the signature ------------------------------------------------------------------------------
 */

struct signature {
    const char *at; /* the digits as they are signed */
    size_t at_size;
    int64_t seconds;
    size_t n;
    const char *hex[SIGNATURES_MAX]; /* MAC_HEX characters each */
};

/* One "name=value" of the header; other schemes than v1 are somebody else's. */
static bool read_part(const char *part, size_t n, struct signature *out)
{
    if (n > 2 && memcmp(part, "t=", 2) == 0) {
        bool is_first = out->at == NULL;
        out->at = part + 2;
        out->at_size = n - 2;
        return is_first && part[2] != '-' &&
               text_to_i64(part + 2, n - 2, 0, INT64_MAX / UTC_SECOND, &out->seconds) == OK;
    }
    if (n > 3 && memcmp(part, "v1=", 3) == 0) {
        if (n != 3 + MAC_HEX || out->n == SIGNATURES_MAX)
            return false;
        out->hex[out->n++] = part + 3;
    }
    return true;
}

static bool read_signature(const char *header, struct signature *out)
{
    *out = (struct signature){ 0 };
    size_t n = strnlen(header, SIGNATURE_MAX + 1);
    if (n > SIGNATURE_MAX)
        return false;
    for (size_t from = 0; from <= n;) {
        size_t size = strcspn(header + from, ",");
        size_t spaces = strspn(header + from, " ");
        spaces = spaces < size ? spaces : size;
        if (!read_part(header + from + spaces, size - spaces, out))
            return false;
        from += size + 1;
    }
    return out->at != NULL && out->n > 0;
}

static void sign(const char *secret, const struct signature *s, const void *body, size_t n,
                 uint8_t mac[MAC])
{
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, (const unsigned char *)secret, strlen(secret));
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)s->at, s->at_size);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)".", 1);
    crypto_auth_hmacsha256_update(&state, body, n);
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_memzero(&state, sizeof state);
}

/* Each is compared whole, whatever came of the one before. */
static bool is_signed(const struct signature *s, const uint8_t mac[MAC])
{
    char hex[MAC_HEX + 1];
    int same = 0;
    sodium_bin2hex(hex, sizeof hex, mac, MAC);
    for (size_t i = 0; i < s->n; i++)
        same |= sodium_memcmp(s->hex[i], hex, MAC_HEX) == 0;
    return same != 0;
}

/* NULL: it is the gateway's, made just now; else why not. */
static const char *doubt(const struct pay_gateway *g, const void *body, size_t n,
                         const char *header, utc_time now, uint8_t mac[MAC])
{
    struct signature s;
    if (g->webhook_secret == NULL)
        return "signature: the house has no secret for webhooks";
    if (header == NULL)
        return "signature: there is none";
    if (!read_signature(header, &s))
        return "signature: the header is not well formed";
    sign(g->webhook_secret, &s, body, n, mac);
    if (!is_signed(&s, mac))
        return "signature: it is not the gateway's";
    int64_t age = now.us - s.seconds * UTC_SECOND;
    if (age > PAY_EVENT_WINDOW)
        return "signature: it is too old";
    return age < -PAY_EVENT_WINDOW ? "signature: it is of a time to come" : NULL;
}

/* ---- the event ----------------------------------------------------------------------------------
 */

static enum pay_event_kind kind_of(const char *type)
{
    if (strncmp(type, "payment_intent.", 15) == 0)
        return PAY_EVENT_CHARGE;
    if (strcmp(type, "charge.refunded") == 0 || strcmp(type, "charge.refund.updated") == 0 ||
        strncmp(type, "refund.", 7) == 0)
        return PAY_EVENT_REFUND;
    return strncmp(type, "charge.dispute.", 15) == 0 ? PAY_EVENT_DISPUTE : PAY_EVENT_OTHER;
}

static int64_t money_of(const struct json_reader *object, const char *name)
{
    int64_t amount;
    struct money money;
    const char *currency = pay_text(object, "currency", 3);
    return currency != NULL && pay_whole(object, name, &amount) &&
                   pay_amount_of_gateway(amount, currency, &money)
               ? money.minor
               : 0;
}

static void read_object(const struct json_reader *object, struct arena *arena,
                        struct pay_event *out)
{
    struct json_reader metadata = pay_object(object, "metadata");
    const char *charge = pay_text(&metadata, "charge", PAY_ID_MAX);
    const char *payment = pay_id_of(object, "payment_intent");
    int64_t given_back;
    if (charge != NULL && pay_id_is_good(charge))
        out->charge = arena_strdup(arena, charge);
    if (out->kind == PAY_EVENT_CHARGE) {
        pay_read_payment(object, NULL, arena, &out->answer);
        return;
    }
    out->answer.outcome = CHARGE_TRY_UNKNOWN;
    if (payment != NULL)
        (void)text_copy(out->answer.reference, sizeof out->answer.reference, payment);
    /* A charge has all that was given back of it; a refund or a dispute has its own amount. */
    bool is_charge = pay_whole(object, "amount_refunded", &given_back);
    if (out->kind == PAY_EVENT_REFUND || out->kind == PAY_EVENT_DISPUTE)
        out->minor = money_of(object, is_charge ? "amount_refunded" : "amount");
}

static enum err read_event(const struct json_document *document, struct json_fault *fault,
                           struct arena *arena, struct pay_event *out)
{
    struct json_reader event = json_reader_of(document, fault);
    struct json_reader data = json_read_object(&event, "data", JSON_REQUIRED);
    struct json_reader object = json_read_object(&data, "object", JSON_REQUIRED);
    const char *id = json_read_text(&event, "id", JSON_REQUIRED, 1, PAY_ID_MAX);
    const char *type = json_read_text(&event, "type", JSON_REQUIRED, 1, 100);
    if (json_read_failed(&event))
        return ERR_MALFORMED;
    if (!pay_id_is_good(id)) {
        json_read_wrong(&event, "id", "must be letters, digits, '_' and '-'");
        return ERR_MALFORMED;
    }
    out->id = arena_strdup(arena, id);
    out->kind = kind_of(type);
    if (out->kind != PAY_EVENT_OTHER)
        read_object(&object, arena, out);
    return OK;
}

enum err pay_event_read(const struct pay_gateway *g, struct arena *arena, const void *body,
                        size_t n, const char *signature, utc_time now, struct pay_event *out,
                        char why[CHARGE_WHY])
{
    struct json_document *document = NULL;
    struct json_fault fault = { 0 };
    *out = (struct pay_event){ 0 };
    why[0] = 0;
    const char *wrong = doubt(g, body, n, signature, now, out->signature);
    if (wrong != NULL) {
        *out = (struct pay_event){ 0 };
        snprintf(why, CHARGE_WHY, "%s", wrong);
        return ERR_DENIED;
    }
    enum err err = json_document_read(body, n, &document, &fault);
    if (err == OK)
        err = read_event(document, &fault, arena, out);
    json_document_destroy(&document);
    if (err != OK)
        snprintf(why, CHARGE_WHY, "malformed: %.30s%s%.70s", fault.field,
                 fault.field[0] != 0 ? ": " : "", fault.text);
    return err;
}
