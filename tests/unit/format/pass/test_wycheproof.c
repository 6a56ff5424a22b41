/* Project Wycheproof's vectors for Ed25519 and HMAC-SHA-256, through the functions that sign and
 * verify passes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "pass_kit.h"

enum { BYTES = 4096 };

static json_t *vectors(const char *name)
{
    const char *shared = getenv("LANTERNE_SHARED");
    char path[1024];
    snprintf(path, sizeof path, "%s/corpora/crypto-wycheproof/%s",
             shared != NULL ? shared : "../shared", name);
    json_t *root = json_load_file(path, 0, NULL);
    if (root == NULL)
        print_message("skipped: there is no %s\n", path);
    return root;
}

static const char *text_of(json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static size_t bytes_of(const char *hex, uint8_t out[BYTES])
{
    size_t n = strlen(hex) / 2;
    assert_true(n <= BYTES);
    for (size_t i = 0; i < n; i++)
        out[i] = kit_hex(hex + 2 * i);
    return n;
}

/* Whether the key says of the vector what it should; "acceptable" may go either way. */
static void hold(const struct pass_key *key, json_t *test, const char *signature_key)
{
    static uint8_t message[BYTES], signature[BYTES];
    size_t n = bytes_of(text_of(test, "msg"), message);
    size_t n_signature = bytes_of(text_of(test, signature_key), signature);
    const char *result = text_of(test, "result");
    bool good = pass_key_verify(key, message, n, signature, n_signature);
    if (strcmp(result, "acceptable") != 0 && good != (strcmp(result, "valid") == 0))
        fail_msg("test %d (%s) is %s", (int)json_integer_value(json_object_get(test, "tcId")),
                 text_of(test, "comment"), result);
}

static void ed25519_verifies_what_wycheproof_says_and_nothing_else(void **state)
{
    (void)state;
    json_t *root = vectors("ed25519_test.json"), *group, *test;
    size_t i, k, n = 0;
    if (root == NULL)
        skip();
    json_array_foreach(json_object_get(root, "testGroups"), i, group)
    {
        static uint8_t public[BYTES];
        struct pass_key key;
        assert_int_equal(bytes_of(text_of(json_object_get(group, "publicKey"), "pk"), public), 32);
        pass_key_public(PASS_MEDIA, public, &key);
        json_array_foreach(json_object_get(group, "tests"), k, test)
        {
            hold(&key, test, "sig");
            n++;
        }
    }
    assert_true(n >= 145);
    print_message("%zu vectors of Ed25519\n", n);
    json_decref(root);
}

static void hmac_verifies_what_wycheproof_says_and_nothing_else(void **state)
{
    (void)state;
    json_t *root = vectors("hmac_sha256_test.json"), *group, *test;
    size_t i, k, n = 0, others = 0;
    if (root == NULL)
        skip();
    json_array_foreach(json_object_get(root, "testGroups"), i, group)
    {
        bool is_ours = json_integer_value(json_object_get(group, "keySize")) == 256 &&
                       json_integer_value(json_object_get(group, "tagSize")) == 256;
        json_array_foreach(json_object_get(group, "tests"), k, test)
        {
            static uint8_t bytes[BYTES];
            struct pass_key key;
            if (!is_ours) {
                others++;
                continue;
            }
            assert_int_equal(bytes_of(text_of(test, "key"), bytes), PASS_KEY);
            pass_key_shared(PASS_MEDIA, bytes, &key);
            hold(&key, test, "tag");
            n++;
        }
    }
    assert_true(n >= 20);
    print_message("%zu vectors of HMAC; %zu for keys and tags of other lengths\n", n, others);
    json_decref(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ed25519_verifies_what_wycheproof_says_and_nothing_else),
        cmocka_unit_test(hmac_verifies_what_wycheproof_says_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
