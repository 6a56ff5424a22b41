#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "driver/signature/passkey.h"
#include "driver/signature/signature.h"
#include "format/cbor/cbor.h"
#include "format/webauthn/webauthn.h"

struct vector {
    int algorithm;
    const char *attestation, *credential, *client_data, *authenticator_data, *signature;
};
#include "vectors.h"
enum { VECTORS = sizeof vectors / sizeof vectors[0], ROOM = 2048 };

struct bytes {
    uint8_t at[ROOM];
    size_t n;
};

static void from_hex(const char *hex, struct bytes *out)
{
    out->n = strlen(hex) / 2;
    assert_true(out->n <= ROOM);
    memset(out->at, 0, sizeof out->at);
    for (size_t i = 0; i < 2 * out->n; i++) {
        int v = hex[i] <= '9' ? hex[i] - '0' : hex[i] - 'a' + 10;
        out->at[i / 2] |= (uint8_t)(i % 2 == 0 ? v << 4 : v);
    }
}

/* ---- the site ----------------------------------------------------------------------------------
 */

static void passkeys_are_of_names_over_tls_and_of_this_machine(void **state)
{
    (void)state;
    static const struct {
        const char *address, *rp_id, *origin;
    } rows[] = {
        { "https://example.org", "example.org", "https://example.org" },
        { "https://Example.ORG/", "example.org", "https://example.org" },
        { "https://example.org:443/x?y", "example.org", "https://example.org" },
        { "https://example.org:8443", "example.org", "https://example.org:8443" },
        { "HTTPS://example.org:", "example.org", "https://example.org" },
        { "http://localhost:8080", "localhost", "http://localhost:8080" },
        { "http://localhost:80", "localhost", "http://localhost" },
        { "http://x.localhost", "x.localhost", "http://x.localhost" },
        { "https://xn--bcher-kva.example", "xn--bcher-kva.example",
          "https://xn--bcher-kva.example" },
        { "http://example.org", NULL, NULL },
        { "http://notlocalhost", NULL, NULL },
        { "https://192.0.2.1", NULL, NULL },
        { "https://0x7f.0x1", NULL, NULL },
        { "https://[2001:db8::1]", NULL, NULL },
        { "https://", NULL, NULL },
        { "https://.org", NULL, NULL },
        { "https://a..org", NULL, NULL },
        { "https://example.org.", NULL, NULL },
        { "https://user@example.org", NULL, NULL },
        { "https://example.org:12x", NULL, NULL },
        { "https://example.org:123456", NULL, NULL },
        { "ftp://example.org", NULL, NULL },
        { "example.org", NULL, NULL },
        { "", NULL, NULL },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct webauthn_site site;
        if (webauthn_site_of(rows[i].address, &site) != (rows[i].rp_id != NULL))
            fail_msg("%s", rows[i].address);
        if (rows[i].rp_id == NULL)
            continue;
        assert_string_equal(site.rp_id, rows[i].rp_id);
        assert_string_equal(site.origin, rows[i].origin);
        assert_int_equal(webauthn_site_is_here(&site), strstr(site.rp_id, "localhost") != NULL);
    }
}

static void a_name_of_greatest_length_fits(void **state)
{
    (void)state;
    char address[600] = "https://";
    struct webauthn_site site;
    memset(address + 8, 'a', WEBAUTHN_RP_ID_MAX);
    memcpy(address + 8 + WEBAUTHN_RP_ID_MAX, ":65535", 7);
    assert_true(webauthn_site_of(address, &site));
    assert_int_equal(strlen(site.rp_id), WEBAUTHN_RP_ID_MAX);
    assert_string_equal(site.origin, address);
    memset(address + 8, 'a', WEBAUTHN_RP_ID_MAX + 1);
    address[8 + WEBAUTHN_RP_ID_MAX + 1] = 0;
    assert_false(webauthn_site_of(address, &site));
}

/* ---- the client --------------------------------------------------------------------------------
 */

static void what_the_browser_says_is_held_against_site_and_ceremony(void **state)
{
    (void)state;
    struct webauthn_site site;
    assert_true(webauthn_site_of("https://example.org", &site));
    static const struct {
        enum webauthn_ceremony ceremony;
        struct webauthn_client_data said;
        enum webauthn_fault fault;
    } rows[] = {
        { WEBAUTHN_GET, { "webauthn.get", "c", "https://example.org", NULL, false }, 0 },
        { WEBAUTHN_CREATE, { "webauthn.create", "c", "https://example.org", NULL, false }, 0 },
        { WEBAUTHN_CREATE,
          { "webauthn.get", "c", "https://example.org", NULL, false },
          WEBAUTHN_TYPE },
        { WEBAUTHN_GET,
          { "webauthn.create", "c", "https://example.org", NULL, false },
          WEBAUTHN_TYPE },
        { WEBAUTHN_GET, { NULL, "c", "https://example.org", NULL, false }, WEBAUTHN_FORMAT },
        { WEBAUTHN_GET,
          { "webauthn.get", NULL, "https://example.org", NULL, false },
          WEBAUTHN_FORMAT },
        { WEBAUTHN_GET, { "webauthn.get", "c", NULL, NULL, false }, WEBAUTHN_FORMAT },
        { WEBAUTHN_GET,
          { "webauthn.get", "c", "https://example.org/", NULL, false },
          WEBAUTHN_ORIGIN },
        { WEBAUTHN_GET,
          { "webauthn.get", "c", "https://example.orgy", NULL, false },
          WEBAUTHN_ORIGIN },
        { WEBAUTHN_GET,
          { "webauthn.get", "c", "https://example.org", NULL, true },
          WEBAUTHN_CROSS_ORIGIN },
        { WEBAUTHN_GET,
          { "webauthn.get", "c", "https://example.org", "https://example.org", false },
          WEBAUTHN_CROSS_ORIGIN },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(webauthn_client_check(&rows[i].said, rows[i].ceremony, &site),
                         rows[i].fault);
}

/* ---- made and used -----------------------------------------------------------------------------
 */

/* All that is checked of a new passkey, the signature's key included. */
static enum webauthn_fault make(const struct bytes *object, struct webauthn_authenticator *said,
                                struct webauthn_key *key)
{
    const uint8_t *data = NULL;
    size_t n = 0;
    uint8_t hash[WEBAUTHN_HASH];
    signature_sha256("example.org", 11, hash);
    enum webauthn_fault fault = webauthn_attestation_read(object->at, object->n, &data, &n);
    if (fault == WEBAUTHN_GOOD)
        fault = webauthn_authenticator_read(data, n, said);
    if (fault == WEBAUTHN_GOOD)
        fault = webauthn_authenticator_check(said, hash);
    if (fault == WEBAUTHN_GOOD && said->credential == NULL)
        fault = WEBAUTHN_FORMAT;
    if (fault == WEBAUTHN_GOOD)
        fault = webauthn_key_read(said->cose, said->cose_size, key);
    if (fault == WEBAUTHN_GOOD && !signature_passkey_is_key(&(struct passkey_public){
                                      key->algorithm, key->bytes, key->size }))
        fault = WEBAUTHN_KEY;
    return fault;
}

static bool is_signed(const struct webauthn_key *key, const char *rp_id, const struct bytes *data,
                      const struct bytes *client, const struct bytes *signature)
{
    const struct passkey_assertion a = {
        .key = { key->algorithm, key->bytes, key->size },
        .rp_id = rp_id,
        .authenticator_data = data->at,
        .authenticator_data_size = data->n,
        .client_data = client->at,
        .client_data_size = client->n,
        .signature = signature->at,
        .signature_size = signature->n,
    };
    return signature_passkey_is_good(&a);
}

static void passkeys_of_all_algorithms_are_read_and_what_they_sign_is_good(void **state)
{
    (void)state;
    static const size_t sizes[] = { 64, 32, 259 };
    for (size_t i = 0; i < VECTORS; i++) {
        struct bytes object, id, client, data, signature;
        struct webauthn_authenticator said;
        struct webauthn_key key;
        from_hex(vectors[i].attestation, &object);
        from_hex(vectors[i].credential, &id);
        from_hex(vectors[i].client_data, &client);
        from_hex(vectors[i].authenticator_data, &data);
        from_hex(vectors[i].signature, &signature);
        assert_int_equal(make(&object, &said, &key), WEBAUTHN_GOOD);
        assert_int_equal(said.counter, 0);
        assert_int_equal(said.credential_size, id.n);
        assert_memory_equal(said.credential, id.at, id.n);
        assert_int_equal(key.algorithm, vectors[i].algorithm);
        assert_int_equal(key.size, sizes[i]);
        assert_true(is_signed(&key, "example.org", &data, &client, &signature));
        assert_false(is_signed(&key, "example.com", &data, &client, &signature));
        key.algorithm = vectors[(i + 1) % VECTORS].algorithm;
        assert_false(is_signed(&key, "example.org", &data, &client, &signature));
    }
}

/* Each bit of the bytes turned round alone makes the signature a wrong one. */
static size_t flip_all(struct bytes *turned, const struct webauthn_key *key,
                       const struct bytes *data, const struct bytes *client,
                       const struct bytes *signature)
{
    size_t good = 0;
    for (size_t bit = 0; bit < 8 * turned->n; bit++) {
        turned->at[bit / 8] ^= (uint8_t)(1U << bit % 8);
        good += is_signed(key, "example.org", data, client, signature);
        turned->at[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    return good;
}

static void no_bit_of_what_was_signed_may_be_another(void **state)
{
    (void)state;
    for (size_t i = 0; i < VECTORS; i++) {
        struct bytes object, client, data, signature;
        struct webauthn_authenticator said;
        struct webauthn_key key;
        from_hex(vectors[i].attestation, &object);
        from_hex(vectors[i].client_data, &client);
        from_hex(vectors[i].authenticator_data, &data);
        from_hex(vectors[i].signature, &signature);
        assert_int_equal(make(&object, &said, &key), WEBAUTHN_GOOD);
        assert_int_equal(flip_all(&data, &key, &data, &client, &signature), 0);
        assert_int_equal(flip_all(&client, &key, &data, &client, &signature), 0);
        assert_int_equal(flip_all(&signature, &key, &data, &client, &signature), 0);
        for (size_t n = 0; n < signature.n; n++) {
            struct bytes cut = signature;
            cut.n = n;
            assert_false(is_signed(&key, "example.org", &data, &client, &cut));
        }
    }
}

/* A new passkey is not signed by anybody: what a turned bit leaves readable is another passkey, but
 * never one with faults that are not named. */
static void a_bit_turned_in_a_new_passkey_is_named_or_makes_another(void **state)
{
    (void)state;
    for (size_t i = 0; i < VECTORS; i++) {
        struct bytes object;
        size_t counts[N_WEBAUTHN_FAULTS] = { 0 };
        from_hex(vectors[i].attestation, &object);
        for (size_t bit = 0; bit < 8 * object.n; bit++) {
            struct webauthn_authenticator said;
            struct webauthn_key key;
            object.at[bit / 8] ^= (uint8_t)(1U << bit % 8);
            enum webauthn_fault fault = make(&object, &said, &key);
            assert_true(fault < N_WEBAUTHN_FAULTS);
            counts[fault]++;
            object.at[bit / 8] ^= (uint8_t)(1U << bit % 8);
        }
        assert_int_equal(counts[WEBAUTHN_RP_ID], 256);
        assert_int_equal(counts[WEBAUTHN_PRESENCE], 1);
        assert_int_equal(counts[WEBAUTHN_VERIFICATION], 1);
        assert_int_equal(counts[WEBAUTHN_BACKUP], 1);
        assert_true(counts[WEBAUTHN_FORMAT] > 0 && counts[WEBAUTHN_ALGORITHM] > 0);
        /* on P-256 a turned bit leaves the curve */
        assert_true(vectors[i].algorithm != WEBAUTHN_ES256 || counts[WEBAUTHN_KEY] >= 512);
        for (size_t n = 0; n < object.n; n++) {
            struct webauthn_authenticator said;
            struct webauthn_key key;
            struct bytes cut = object;
            cut.n = n;
            assert_int_equal(make(&cut, &said, &key), WEBAUTHN_FORMAT);
        }
    }
}

/* ---- authenticator data ------------------------------------------------------------------------
 */

static void authenticator_data_is_read_to_its_last_byte(void **state)
{
    (void)state;
    uint8_t data[64] = { 0 };
    struct webauthn_authenticator said;
    data[32] = WEBAUTHN_USER_PRESENT;
    data[36] = 7;
    assert_int_equal(webauthn_authenticator_read(data, 37, &said), WEBAUTHN_GOOD);
    assert_int_equal(said.counter, 7);
    assert_null(said.credential);
    assert_int_equal(webauthn_authenticator_read(data, 36, &said), WEBAUTHN_FORMAT);
    assert_int_equal(webauthn_authenticator_read(data, 38, &said), WEBAUTHN_FORMAT);
    assert_int_equal(webauthn_authenticator_read(data, 0, &said), WEBAUTHN_FORMAT);
    data[32] |= WEBAUTHN_HAS_EXTENSIONS;
    assert_int_equal(webauthn_authenticator_read(data, 37, &said), WEBAUTHN_FORMAT);
    static const uint8_t extensions[] = { 0xa1, 0x63, 'u', 'v', 'm', 0x81, 0x01 };
    memcpy(data + 37, extensions, sizeof extensions);
    assert_int_equal(webauthn_authenticator_read(data, 37 + sizeof extensions, &said),
                     WEBAUTHN_GOOD);
    assert_int_equal(webauthn_authenticator_read(data, 38 + sizeof extensions, &said),
                     WEBAUTHN_FORMAT);
    data[37] = 0x81; /* a list is no extensions */
    assert_int_equal(webauthn_authenticator_read(data, 38, &said), WEBAUTHN_FORMAT);
}

static void credentials_have_ids_of_1_to_1023_bytes(void **state)
{
    (void)state;
    static const struct {
        size_t n;
        enum webauthn_fault fault;
    } rows[] = { { 0, WEBAUTHN_CREDENTIAL },
                 { 1, WEBAUTHN_GOOD },
                 { 1023, WEBAUTHN_GOOD },
                 { 1024, WEBAUTHN_CREDENTIAL } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t data[ROOM] = { 0 };
        struct webauthn_authenticator said;
        data[32] = WEBAUTHN_HAS_CREDENTIAL;
        data[53] = (uint8_t)(rows[i].n >> 8);
        data[54] = (uint8_t)rows[i].n;
        data[55 + rows[i].n] = 0xa0; /* a key without anything */
        assert_int_equal(webauthn_authenticator_read(data, 56 + rows[i].n, &said), rows[i].fault);
    }
}

static void flags_and_counter_follow_the_rules(void **state)
{
    (void)state;
    static const struct {
        uint8_t flags;
        enum webauthn_fault fault;
    } rows[] = { { 0x05, WEBAUTHN_GOOD },         { 0x0d, WEBAUTHN_GOOD },
                 { 0x1d, WEBAUTHN_GOOD },         { 0x04, WEBAUTHN_PRESENCE },
                 { 0x01, WEBAUTHN_VERIFICATION }, { 0x00, WEBAUTHN_PRESENCE },
                 { 0x15, WEBAUTHN_BACKUP } };
    const uint8_t hash[WEBAUTHN_HASH] = { 1 }, other[WEBAUTHN_HASH] = { 1, 2 };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct webauthn_authenticator said = { .rp_id_hash = hash, .flags = rows[i].flags };
        assert_int_equal(webauthn_authenticator_check(&said, hash), rows[i].fault);
        assert_int_equal(webauthn_authenticator_check(&said, other), WEBAUTHN_RP_ID);
    }
    struct webauthn_authenticator said = { .flags = 0x0d };
    assert_int_equal(webauthn_backup_check(&said, true), WEBAUTHN_GOOD);
    assert_int_equal(webauthn_backup_check(&said, false), WEBAUTHN_BACKUP);
    static const struct {
        uint32_t known, said;
        bool good;
    } counts[] = { { 0, 0, true },  { 0, 1, true },  { 5, 6, true },          { 5, 5, false },
                   { 5, 4, false }, { 5, 0, false }, { UINT32_MAX, 0, false } };
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        assert_int_equal(webauthn_counter_check(counts[i].known, counts[i].said),
                         counts[i].good ? WEBAUTHN_GOOD : WEBAUTHN_COUNTER);
}

/* ---- attestation objects and keys --------------------------------------------------------------
 */

/* What it comes to when the parts are there or not. */
static enum webauthn_fault read_object(bool format, bool data, bool statement, bool more)
{
    uint8_t bytes[256];
    const uint8_t *out;
    size_t n;
    struct cbor_writer w = cbor_writer_of(bytes, sizeof bytes);
    cbor_put_map(&w, (size_t)format + data + statement + more);
    if (format) {
        cbor_put_text(&w, "fmt");
        cbor_put_text(&w, "packed");
    }
    if (statement) {
        cbor_put_text(&w, "attStmt");
        cbor_put_map(&w, 1);
        cbor_put_text(&w, "alg");
        cbor_put_int(&w, -7);
    }
    if (more) {
        cbor_put_text(&w, "ep");
        cbor_put_bool(&w, true);
    }
    if (data) {
        cbor_put_text(&w, "authData");
        cbor_put_bytes(&w, "DATA", 4);
    }
    assert_int_equal(w.err, OK);
    enum webauthn_fault fault = webauthn_attestation_read(bytes, w.size, &out, &n);
    if (fault == WEBAUTHN_GOOD) {
        assert_int_equal(n, 4);
        assert_memory_equal(out, "DATA", 4);
    }
    return fault;
}

static void an_attestation_object_has_its_three_parts_and_may_have_more(void **state)
{
    (void)state;
    assert_int_equal(read_object(true, true, true, false), WEBAUTHN_GOOD);
    assert_int_equal(read_object(true, true, true, true), WEBAUTHN_GOOD);
    assert_int_equal(read_object(false, true, true, true), WEBAUTHN_FORMAT);
    assert_int_equal(read_object(true, false, true, true), WEBAUTHN_FORMAT);
    assert_int_equal(read_object(true, true, false, true), WEBAUTHN_FORMAT);
}

static void keys_are_of_one_kind_with_all_it_needs_and_nothing_else(void **state)
{
    (void)state;
    static const struct {
        const char *cose;
        enum webauthn_fault fault;
    } rows[] = {
#define X32 "0101010101010101010101010101010101010101010101010101010101010101"
        { "a5010203262001215820" X32 "225820" X32, WEBAUTHN_GOOD },
        { "a5032601022001215820" X32 "225820" X32, WEBAUTHN_GOOD }, /* in another order */
        { "a4010203262001215820" X32, WEBAUTHN_KEY },               /* no y */
        { "a4010220012158"
          "20" X32 "225820" X32,
          WEBAUTHN_KEY }, /* no algorithm */
        { "a501010326200121"
          "5820" X32 "225820" X32,
          WEBAUTHN_KEY },                                          /* of another type */
        { "a5010203262002215820" X32 "225820" X32, WEBAUTHN_KEY }, /* P-384 */
        { "a501020326200121581f"
          "01010101010101010101010101010101010101010101010101010101010101"
          "225820" X32,
          WEBAUTHN_KEY },                                       /* a byte short */
        { "a5010203262001215820" X32 "22f5", WEBAUTHN_FORMAT }, /* compressed */
        { "a60102032604812001"
          "2158"
          "20" X32 "225820" X32,
          WEBAUTHN_FORMAT },
        { "a6010203260281"
          "012001215820" X32 "225820" X32,
          WEBAUTHN_KEY }, /* with a kid */
        { "a5010203382220012158"
          "20" X32 "225820" X32,
          WEBAUTHN_ALGORITHM }, /* ES384 */
        { "a5010203262001215820" X32 "225820" X32 "00", WEBAUTHN_FORMAT },
        { "a5010203260326215820" X32 "225820" X32, WEBAUTHN_FORMAT }, /* alg twice */
        { "a4010103272006215820" X32, WEBAUTHN_GOOD },                /* Ed25519 */
        { "a4010103272004215820" X32, WEBAUTHN_KEY },                 /* X25519 */
        { "a0", WEBAUTHN_KEY },
        { "80", WEBAUTHN_FORMAT },
        { "", WEBAUTHN_FORMAT },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct bytes cose;
        struct webauthn_key key;
        from_hex(rows[i].cose, &cose);
        enum webauthn_fault fault = webauthn_key_read(cose.at, cose.n, &key);
        if (fault != rows[i].fault)
            fail_msg("%s: %s", rows[i].cose, webauthn_fault_name(fault));
    }
}

static void keys_that_are_none_are_refused_by_who_verifies(void **state)
{
    (void)state;
    static const uint8_t zeros[WEBAUTHN_KEY_MAX], ones[WEBAUTHN_KEY_MAX] = { 1 };
    static const struct passkey_public rows[] = {
        { -7, zeros, 64 }, { -7, ones, 64 },    { -7, ones, 63 },  { -8, zeros, 32 },
        { -8, ones, 32 }, /* the neutral element: all is signed with it */
        { -8, ones, 31 },  { -257, ones, 258 }, { -35, ones, 64 }, { 0, ones, 64 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (signature_passkey_is_key(&rows[i]))
            fail_msg("row %zu", i);
}

static void faults_and_transports_have_names(void **state)
{
    (void)state;
    for (enum webauthn_fault f = WEBAUTHN_GOOD; f < N_WEBAUTHN_FAULTS; f++)
        for (enum webauthn_fault g = WEBAUTHN_GOOD; g < f; g++)
            assert_string_not_equal(webauthn_fault_name(f), webauthn_fault_name(g));
    for (unsigned i = 0; i < N_WEBAUTHN_TRANSPORTS; i++)
        assert_int_equal(webauthn_transport(webauthn_transports[i]), 1U << i);
    assert_int_equal(webauthn_transport("telepathy"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passkeys_are_of_names_over_tls_and_of_this_machine),
        cmocka_unit_test(a_name_of_greatest_length_fits),
        cmocka_unit_test(what_the_browser_says_is_held_against_site_and_ceremony),
        cmocka_unit_test(passkeys_of_all_algorithms_are_read_and_what_they_sign_is_good),
        cmocka_unit_test(no_bit_of_what_was_signed_may_be_another),
        cmocka_unit_test(a_bit_turned_in_a_new_passkey_is_named_or_makes_another),
        cmocka_unit_test(authenticator_data_is_read_to_its_last_byte),
        cmocka_unit_test(credentials_have_ids_of_1_to_1023_bytes),
        cmocka_unit_test(flags_and_counter_follow_the_rules),
        cmocka_unit_test(an_attestation_object_has_its_three_parts_and_may_have_more),
        cmocka_unit_test(keys_are_of_one_kind_with_all_it_needs_and_nothing_else),
        cmocka_unit_test(keys_that_are_none_are_refused_by_who_verifies),
        cmocka_unit_test(faults_and_transports_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
