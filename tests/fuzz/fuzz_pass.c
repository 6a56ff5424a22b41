/* The first byte says how the rest is taken: 0 as the text of a pass; 1 as COSE in bytes, made into
 * text; 2 as claims, which are then signed well, so that what comes after the signature is reached
 * too; 3 as a path, a territory and a method that a good pass is held against. */
#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "format/pass/parts.h"
#include "format/pass/pass.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static struct pass_key keys[2];
static const struct pass_door door = { PASS_MEDIA, keys, 2, NULL };

static void make_keys(void)
{
    if (keys[0].can_sign)
        return;
    pass_key_make(PASS_EDDSA, PASS_MEDIA, (const uint8_t[PASS_KEY]){ 1 }, &keys[0]);
    pass_key_shared(PASS_MEDIA, (const uint8_t[PASS_KEY]){ 2 }, &keys[1]);
}

/* What opens says things that we could say too, and says them to us in the same way again. */
static void check_opened(const struct pass *pass)
{
    char text[PASS_TEXT_MAX], id[ID_TEXT];
    struct pass again;
    assert(pass->kind == PASS_MEDIA && pass->expires.us > 0 && pass->n_uris > 0);
    assert(id_parse(pass->playback, strlen(pass->playback), id));
    assert(id_parse(pass->playable, strlen(pass->playable), id));
    assert(pass->n_uris <= PASS_URIS_MAX && pass->n_territories <= PASS_TERRITORIES_MAX);
    if (pass_sign(&keys[0], pass, text) != OK)
        return; /* two conditions on one part of the path: we write one */
    enum pass_verdict verdict = pass_check(&door, text, strlen(text), &again);
    assert(verdict == PASS_GOOD);
    assert(again.methods == pass->methods && again.expires.us == pass->expires.us);
    assert(strcmp(again.languages, pass->languages) == 0 && again.lines == pass->lines);
    assert(again.n_uris == pass->n_uris && again.n_territories == pass->n_territories);
    assert(again.renewal_seconds == pass->renewal_seconds);
}

static void check_text(const char *text, size_t n)
{
    struct pass_parts parts;
    struct pass pass;
    enum pass_verdict any = pass_open(text, n, CBOR_ANY, &parts);
    enum pass_verdict strict = pass_open(text, n, CBOR_SHORTEST, &parts);
    assert(strict != PASS_GOOD || any == PASS_GOOD);
    enum pass_verdict verdict = pass_check(&door, text, n, &pass);
    assert(verdict <= PASS_KIND_WRONG);
    assert(verdict != PASS_GOOD || strict == PASS_GOOD);
    if (verdict == PASS_GOOD)
        check_opened(&pass);
}

static void check_bytes(const uint8_t *bytes, size_t n)
{
    struct buf text;
    buf_init(&text, 2 * PASS_TEXT_MAX);
    text_put_base64url(&text, bytes, n);
    if (text.err == OK)
        check_text((const char *)text.data, text.size);
    buf_finish(&text);
}

static void check_claims(const uint8_t *payload, size_t n)
{
    uint8_t headers[32], bytes[SIGNED_MAX], signature[64];
    struct cbor_writer w = cbor_writer_of(headers, sizeof headers);
    cbor_put_map(&w, 2);
    cbor_put_uint(&w, COSE_ALG);
    cbor_put_int(&w, COSE_HMAC_256);
    cbor_put_uint(&w, COSE_KID);
    cbor_put_bytes(&w, keys[1].id, PASS_KEY_ID);
    size_t n_headers = w.size;
    size_t size = parts_signed_bytes(PASS_HMAC, (struct cbor_span){ headers, n_headers },
                                     (struct cbor_span){ payload, n }, bytes);
    if (size == 0)
        return;
    size_t n_signature = pass_key_sign(&keys[1], bytes, size, signature);
    w = cbor_writer_of(bytes, PASS_BYTES_MAX);
    cbor_put_tag(&w, CWT_TAG);
    cbor_put_tag(&w, COSE_TAG_MAC0);
    cbor_put_array(&w, 4);
    cbor_put_bytes(&w, headers, n_headers);
    cbor_put_map(&w, 0);
    cbor_put_bytes(&w, payload, n);
    cbor_put_bytes(&w, signature, n_signature);
    if (w.err == OK)
        check_bytes(bytes, w.size);
}

static void check_question(const char *text, size_t n)
{
    struct pass pass = { .n_territories = 1, .territories = { "FR" }, .methods = PASS_GET };
    char path[256];
    if (n < 4 || n - 4 >= sizeof path)
        return;
    char territory[3] = { text[0], text[1], 0 };
    pass.expires.us = 1000;
    pass.n_uris = 2;
    pass.uris[0].part = (enum pass_uri_part)((unsigned)text[2] % 16);
    pass.uris[0].match = (enum pass_uri_match)((unsigned)text[3] % 4);
    pass.uris[1] = (struct pass_uri){ .part = PASS_PATH, .match = PASS_PREFIX, .text = "/media/" };
    memcpy(pass.uris[0].text, ".m4s", 5);
    memcpy(path, text + 4, n - 4);
    path[n - 4] = 0;
    struct pass_question q = { .method = PASS_GET, .path = path, .territory = territory };
    if (pass_allows(&pass, &q) == PASS_GOOD)
        assert(strncmp(path, "/media/", 7) == 0 &&
               (territory[0] == 0 || strcmp(territory, "FR") == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    make_keys();
    if (n == 0)
        return 0;
    switch (bytes[0] % 4) {
    case 0: check_text((const char *)bytes + 1, n - 1); break;
    case 1: check_bytes(bytes + 1, n - 1); break;
    case 2: check_claims(bytes + 1, n - 1); break;
    default: check_question((const char *)bytes + 1, n - 1);
    }
    return 0;
}
