/* Keys, passes and forged passes for the tests of passes. */
#ifndef LANTERNE_TESTS_PASS_KIT_H
#define LANTERNE_TESTS_PASS_KIT_H

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "format/pass/parts.h"
#include "format/pass/pass.h"

#define KIT_EDITION "bbbbbbbbbbbbbbbbbbbbbbbbb7"
#define KIT_PATH "/media/" KIT_EDITION "/v180/1.m4s"

static inline uint8_t kit_hex_digit(char c)
{
    return (uint8_t)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
}

/* Two digits. */
static inline uint8_t kit_hex(const char *at)
{
    return (uint8_t)(kit_hex_digit(at[0]) << 4 | kit_hex_digit(at[1]));
}

static const utc_time kit_now = { INT64_C(1374523100) * UTC_SECOND };

static inline struct pass_key kit_key(enum pass_algorithm algorithm, enum pass_kind kind,
                                      uint8_t first)
{
    uint8_t from[PASS_KEY];
    struct pass_key key;
    for (size_t i = 0; i < sizeof from; i++)
        from[i] = (uint8_t)(first + i);
    if (algorithm == PASS_HMAC)
        pass_key_shared(kind, from, &key);
    else
        pass_key_make(algorithm, kind, from, &key);
    return key;
}

static inline struct pass kit_pass(void)
{
    struct pass p = { .kind = PASS_MEDIA,
                      .issuer = "video.example.org",
                      .playback = "z7y6x5w4v3u2tsrqponmlkjihg",
                      .id = "abcdefghijklmnopqrstuvwxyz",
                      .issued = { INT64_C(1374523080) * UTC_SECOND },
                      .not_before = { INT64_C(1374523050) * UTC_SECOND },
                      .expires = { INT64_C(1374523200) * UTC_SECOND },
                      .methods = PASS_GET | PASS_HEAD | PASS_OPTIONS,
                      .territories = { "FR", "BE" },
                      .n_territories = 2,
                      .renewal_seconds = 120,
                      .deadline_seconds = 21480,
                      .playable = "aaaaaaaaaaaaaaaaaaaaaaaaa7",
                      .lines = 576,
                      .languages = "+fr,en" };
    pass_bind(&p, "/media/", KIT_EDITION, "/");
    return p;
}

static inline struct pass_question kit_question(void)
{
    return (struct pass_question){
        .now = kit_now, .method = PASS_GET, .path = KIT_PATH, .territory = "FR"
    };
}

static inline void kit_text(const uint8_t *bytes, size_t n, char out[PASS_TEXT_MAX])
{
    struct buf b;
    buf_init(&b, PASS_TEXT_MAX);
    text_put_base64url(&b, bytes, n);
    memcpy(out, buf_string(&b), b.size + 1);
    buf_finish(&b);
}

/* COSE of our form around anything. */
struct kit_cose {
    uint64_t tags[2]; /* 0: none */
    const void *headers, *payload;
    size_t n_headers, n_payload;
    const void *unprotected; /* NULL: an empty map */
    size_t n_unprotected;
};

static inline void kit_sign(const struct pass_key *key, const struct kit_cose *c,
                            char out[PASS_TEXT_MAX])
{
    uint8_t bytes[SIGNED_MAX], signature[64];
    struct cbor_span headers = { c->headers, c->n_headers }, payload = { c->payload, c->n_payload };
    size_t n = parts_signed_bytes(key->algorithm, headers, payload, bytes);
    size_t n_signature = pass_key_sign(key, bytes, n, signature);
    struct cbor_writer w = cbor_writer_of(bytes, PASS_BYTES_MAX);
    for (size_t i = 0; i < 2; i++)
        if (c->tags[i] != 0)
            cbor_put_tag(&w, c->tags[i]);
    cbor_put_array(&w, 4);
    cbor_put_bytes(&w, headers.at, headers.n);
    if (c->unprotected == NULL)
        cbor_put_map(&w, 0);
    else
        cbor_put_raw(&w, c->unprotected, c->n_unprotected);
    cbor_put_bytes(&w, payload.at, payload.n);
    cbor_put_bytes(&w, signature, n_signature);
    kit_text(bytes, w.size, out);
}

/* The headers that ours have. */
static inline size_t kit_headers(const struct pass_key *key, uint8_t out[32])
{
    struct cbor_writer w = cbor_writer_of(out, 32);
    cbor_put_map(&w, 2);
    cbor_put_uint(&w, COSE_ALG);
    cbor_put_int(&w, key->algorithm == PASS_HMAC ? COSE_HMAC_256 : COSE_EDDSA);
    cbor_put_uint(&w, COSE_KID);
    cbor_put_bytes(&w, key->id, PASS_KEY_ID);
    return w.size;
}

/* Any payload, signed as ours are. */
static inline void kit_payload(const struct pass_key *key, const void *payload, size_t n,
                               char out[PASS_TEXT_MAX])
{
    uint8_t headers[32];
    kit_sign(key,
             &(struct kit_cose){
                 .tags = { CWT_TAG, key->algorithm == PASS_HMAC ? COSE_TAG_MAC0 : COSE_TAG_SIGN1 },
                 .headers = headers,
                 .n_headers = kit_headers(key, headers),
                 .payload = payload,
                 .n_payload = n },
             out);
}

#endif
