#include <assert.h>
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "driver/pay/pay.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static const char secret[] = "whsec_fuzz";
static const utc_time now = { 1700000000 * UTC_SECOND };

static struct pay_gateway *the_gateway(void)
{
    static struct pay_gateway *gateway;
    if (gateway == NULL && pay_open(&(struct pay_params){ .url = "https://api.gateway.example",
                                                          .key = "sk",
                                                          .webhook_secret = secret },
                                    &gateway) != OK)
        abort();
    return gateway;
}

static void check(enum err err, const struct pay_event *event, const char *why)
{
    assert(err == OK || err == ERR_DENIED || err == ERR_MALFORMED);
    assert((err == OK) == (why[0] == 0));
    assert(memchr(why, 0, CHARGE_WHY) != NULL);
    if (err != OK)
        return;
    assert(event->id != NULL && event->id[0] != 0);
    assert(event->minor >= 0);
    assert(memchr(event->answer.reference, 0, CHARGE_REFERENCE) != NULL);
    assert(strchr(event->answer.reference, '/') == NULL);
    assert(event->charge == NULL || strpbrk(event->charge, "/ \r\n") == NULL);
    assert(event->kind != PAY_EVENT_OTHER || event->answer.reference[0] == 0);
}

/* The header is a line of the input, the body what follows: nobody's signature, so it is denied
 * unless somebody breaks SHA-256. */
static void read_stranger(struct arena *arena, const char *text, size_t n)
{
    struct pay_event event;
    char why[CHARGE_WHY];
    const char *end = memchr(text, '\n', n);
    size_t head = end != NULL ? (size_t)(end - text) : n;
    const char *header = arena_strndup(arena, text, head);
    const char *body = end != NULL ? end + 1 : text + n;
    enum err err = pay_event_read(the_gateway(), arena, body, (size_t)(text + n - body), header,
                                  now, &event, why);
    check(err, &event, why);
    assert(err == ERR_DENIED);
}

/* The whole input as a body that is signed as it should be. */
static void read_signed(struct arena *arena, const char *text, size_t n)
{
    crypto_auth_hmacsha256_state state;
    struct pay_event event;
    char why[CHARGE_WHY], hex[65];
    uint8_t mac[32];
    crypto_auth_hmacsha256_init(&state, (const unsigned char *)secret, strlen(secret));
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)"1700000000.", 11);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)text, n);
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_bin2hex(hex, sizeof hex, mac, sizeof mac);
    enum err err = pay_event_read(the_gateway(), arena, text, n,
                                  arena_printf(arena, "t=1700000000,v1=%s", hex), now, &event, why);
    check(err, &event, why);
    assert(err != ERR_DENIED);
    assert(err != OK || memcmp(event.signature, mac, sizeof mac) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena *arena = arena_create();
    /* As a copy, so that reading past its end is seen. */
    char *text = malloc(n + 1);
    assert(text != NULL);
    memcpy(text, bytes, n);
    text[n] = 0;
    read_stranger(arena, text, n);
    read_signed(arena, text, n);
    free(text);
    arena_destroy(&arena);
    return 0;
}
