/* A hundred thousand passes that must open nothing; and proof that each check is what holds them:
 * with it switched off, some of them do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "pass_kit.h"

enum { ATTACKS = 100000, POOL = 64, KINDS = 12 };

/* What an attack comes with. */
struct attack {
    char text[PASS_TEXT_MAX];
    size_t n;
    struct pass_question q;
};

static struct pass_key key, mac, foreign, licence;

static uint32_t random_next(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static void set_text(struct attack *a, const struct pass_key *by, const struct pass *pass)
{
    assert_int_equal(pass_sign(by, pass, a->text), OK);
    a->n = strlen(a->text);
}

/* The parts of a good pass with one byte of the payload or the headers changed; the signature
 * stays.
 */
static void change_byte(struct attack *a, uint32_t luck)
{
    struct pass_parts parts;
    if (pass_open(a->text, a->n, CBOR_SHORTEST, &parts) != PASS_GOOD)
        return;
    bool in_headers = luck % 8 == 0;
    struct cbor_span span = in_headers ? parts.headers : parts.payload;
    size_t at = (size_t)(span.at - parts.bytes) + luck / 8 % span.n;
    parts.bytes[at] = (uint8_t)(parts.bytes[at] ^ (1u << luck / 4096 % 8));
    kit_text(parts.bytes, parts.n, a->text);
    a->n = strlen(a->text);
}

/* A payload as somebody would like it, under the signature of another. */
static void replace_payload(struct attack *a, const struct pass *wish)
{
    struct pass_parts from, wished;
    char text[PASS_TEXT_MAX];
    if (pass_sign(&key, wish, text) != OK ||
        pass_open(text, strlen(text), CBOR_SHORTEST, &wished) != PASS_GOOD ||
        pass_open(a->text, a->n, CBOR_SHORTEST, &from) != PASS_GOOD)
        return;
    uint8_t bytes[PASS_BYTES_MAX];
    struct cbor_writer w = cbor_writer_of(bytes, sizeof bytes);
    cbor_put_tag(&w, CWT_TAG);
    cbor_put_tag(&w, from.cose_tag);
    cbor_put_array(&w, 4);
    cbor_put_bytes(&w, from.headers.at, from.headers.n);
    cbor_put_map(&w, 0);
    cbor_put_bytes(&w, wished.payload.at, wished.payload.n);
    cbor_put_bytes(&w, from.signature.at, from.signature.n);
    kit_text(bytes, w.size, a->text);
    a->n = strlen(a->text);
}

/* The kinds of attack; each leaves all but one thing right. */
static void make_attack(uint32_t *luck, unsigned kind, struct attack *a)
{
    static const char *const elsewhere[] = { "/media/aaaaaaaaaaaaaaaaaaaaaaaaa7/v180/1.m4s",
                                             "/media/" KIT_EDITION, "/media/", "/licence/x",
                                             "/media/" KIT_EDITION "x/v180/1.m4s" };
    struct pass pass = kit_pass(), other = kit_pass();
    uint32_t r = random_next(luck);
    struct pass_key by = r % 4 == 0 ? mac : key;
    a->q = kit_question();
    pass.lines = (uint16_t)random_next(luck);
    id_new(other.playable);
    pass_bind(&other, "/media/", "aaaaaaaaaaaaaaaaaaaaaaaaa7", "/");
    switch (kind) {
    case 0: /* signed by somebody else, who names our key */
        by = foreign;
        memcpy(by.id, key.id, sizeof by.id);
        break;
    case 1: /* expired */
        pass.expires.us = kit_now.us - (int64_t)(r % 100000) * UTC_SECOND;
        pass.renewal_seconds = 0;
        break;
    case 2: /* expired longer ago than it could be renewed */
        pass.deadline_seconds = r % 1000;
        pass.expires.us = kit_now.us - (int64_t)(1000 + r % 1000) * UTC_SECOND;
        break;
    case 3: /* of tomorrow */
        pass.not_before.us = kit_now.us + (int64_t)(1 + r % 100000) * UTC_SECOND;
        break;
    case 4: a->q.path = elsewhere[r % 5]; break; /* replayed */
    case 5: a->q.method = PASS_POST; break;
    case 6: a->q.territory = r % 2 == 0 ? "CH" : "US"; break;
    case 7: /* for licences */
        by = licence;
        pass.kind = PASS_LICENCE;
        break;
    default: break;
    }
    set_text(a, &by, &pass);
    if (kind == 8) { /* bits of the text */
        for (uint32_t left = 1 + r % 3; left > 0; left--) {
            uint32_t at = random_next(luck);
            a->text[at / 8 % a->n] = (char)(a->text[at / 8 % a->n] ^ 1 << at % 8);
        }
        char good[PASS_TEXT_MAX];
        if (pass_sign(&by, &pass, good) == OK && memcmp(good, a->text, a->n) == 0)
            a->text[0] ^= 1; /* one bit twice */
    } else if (kind == 9) {  /* a byte of what is signed */
        change_byte(a, random_next(luck));
    } else if (kind == 10) { /* more rights under the old signature */
        pass.lines = 0;
        pass.expires.us += UTC_DAY;
        replace_payload(a, &pass);
    } else if (kind == 11) { /* a pass for one film, asked for another, and another's payload */
        a->q.path = "/media/aaaaaaaaaaaaaaaaaaaaaaaaa7/v180/1.m4s";
        replace_payload(a, &other);
    }
}

/* ---- checkers -------------------------------------------------------------------------------- */

enum without {
    NOTHING,
    SIGNATURES,
    TIMES,
    PATHS,
    METHODS,
    TERRITORIES,
    KINDS_OF_PASS,
    ALL_CHECKS,
    N_WITHOUT
};

/* Signs again whatever a text says, as if its signature had not been looked at. */
static void sign_again(struct attack *a)
{
    struct pass_parts parts;
    if (pass_open(a->text, a->n, CBOR_SHORTEST, &parts) != PASS_GOOD)
        return;
    kit_payload(&key, parts.payload.at, parts.payload.n, a->text);
    a->n = strlen(a->text);
}

/* Whether the attack gets through with one of the checks switched off. */
static bool opens(const struct attack *attack, enum without without)
{
    struct attack a = *attack;
    struct pass pass;
    struct pass_key keys[] = { key, mac, licence };
    struct pass_door door = { PASS_MEDIA, keys, 2, "video.example.org" };
    if (without == ALL_CHECKS)
        return true;
    if (without == SIGNATURES)
        sign_again(&a);
    enum pass_verdict verdict = pass_check(&door, a.text, a.n, &pass);
    if (without == KINDS_OF_PASS && verdict != PASS_GOOD) {
        door = (struct pass_door){ PASS_LICENCE, &keys[2], 1, "video.example.org" };
        verdict = pass_check(&door, a.text, a.n, &pass);
    }
    if (verdict != PASS_GOOD)
        return false;
    if (without == TIMES) {
        pass.not_before.us = 0;
        pass.expires.us = INT64_MAX;
    }
    if (without == PATHS)
        a.q.path = NULL;
    if (without == METHODS)
        a.q.method = PASS_GET;
    if (without == TERRITORIES)
        a.q.territory = NULL;
    return pass_allows(&pass, &a.q) == PASS_GOOD;
}

/* How many of n attacks open, for each kind. */
static size_t count_open(size_t n, enum without without, size_t by_kind[KINDS])
{
    uint32_t luck = 2463534242u;
    size_t open = 0;
    for (unsigned kind = 0; kind < KINDS; kind++)
        by_kind[kind] = 0;
    for (size_t i = 0; i < n; i++) {
        struct attack a;
        unsigned kind = (unsigned)(i % KINDS);
        make_attack(&luck, kind, &a);
        if (!opens(&a, without))
            continue;
        by_kind[kind]++;
        open++;
    }
    return open;
}

static int make_keys(void **state)
{
    (void)state;
    key = kit_key(PASS_EDDSA, PASS_MEDIA, 0);
    mac = kit_key(PASS_HMAC, PASS_MEDIA, 0);
    foreign = kit_key(PASS_EDDSA, PASS_MEDIA, 9);
    licence = kit_key(PASS_EDDSA, PASS_LICENCE, 0);
    return 0;
}

static void a_hundred_thousand_forged_passes_open_nothing(void **state)
{
    (void)state;
    size_t by_kind[KINDS];
    assert_int_equal(count_open(ATTACKS, NOTHING, by_kind), 0);
}

/* The same attacks against a checker that lacks one check: those that it is there for get in. So
 * the test above would have failed. */
static void with_a_check_switched_off_the_same_passes_open(void **state)
{
    (void)state;
    static const struct {
        enum without without;
        unsigned kinds[4]; /* that must then open; KINDS ends */
    } rows[] = {
        { SIGNATURES, { 0, 10, 11, KINDS } },
        { TIMES, { 1, 2, 3, KINDS } },
        { PATHS, { 4, KINDS } },
        { METHODS, { 5, KINDS } },
        { TERRITORIES, { 6, KINDS } },
        { KINDS_OF_PASS, { 7, KINDS } },
        { ALL_CHECKS, { 8, 9, KINDS } },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t by_kind[KINDS];
        if (count_open(ATTACKS / 100, rows[i].without, by_kind) == 0)
            fail_msg("nothing opens without check %d", rows[i].without);
        for (const unsigned *kind = rows[i].kinds; *kind != KINDS; kind++)
            if (by_kind[*kind] == 0)
                fail_msg("kind %u does not open without check %d", *kind, rows[i].without);
    }
}

/* What opens must open, or the first test proves nothing. */
static void the_pass_that_the_attacks_are_made_from_opens(void **state)
{
    (void)state;
    struct attack a = { .q = kit_question() };
    struct pass pass = kit_pass();
    set_text(&a, &key, &pass);
    assert_true(opens(&a, NOTHING));
    set_text(&a, &mac, &pass);
    assert_true(opens(&a, NOTHING));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_pass_that_the_attacks_are_made_from_opens),
        cmocka_unit_test(a_hundred_thousand_forged_passes_open_nothing),
        cmocka_unit_test(with_a_check_switched_off_the_same_passes_open),
    };
    return cmocka_run_group_tests(tests, make_keys, NULL);
}
