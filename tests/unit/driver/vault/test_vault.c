/* The vault: where master keys come from, and what a wrapped key opens with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/vault/uri.h"
#include "driver/vault/vault.h"

static char dir[64];
static char why[512];

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *place)
{
    (void)st, (void)kind, (void)place;
    return remove(path);
}

static int make_dir(void **state)
{
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/lanterne-vault-XXXXXX");
    return mkdtemp(dir) == NULL;
}

static int remove_dir(void **state)
{
    (void)state;
    return nftw(dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static enum err open_with(const char *master, const char *before, bool may_make, struct vault **v)
{
    return vault_open(
        &(struct vault_params){
            .dir = dir, .master_key = master, .before = before, .may_make = may_make },
        v, why, sizeof why);
}

static const uint8_t kid[VAULT_KEY] = "the key's own id";
static const uint8_t key[VAULT_KEY] = "a content key 16";

static void assert_opens(struct vault *v, const uint8_t *wrapped)
{
    uint8_t out[VAULT_KEY];
    assert_int_equal(vault_unwrap(v, wrapped, kid, out), OK);
    assert_memory_equal(out, key, VAULT_KEY);
}

static void a_file_is_made_once_and_opens_what_it_wrapped(void **state)
{
    (void)state;
    struct vault *v = NULL;
    uint8_t wrapped[VAULT_WRAPPED], again[VAULT_WRAPPED];
    char path[128], name[VAULT_NAME];
    struct stat st;
    assert_int_equal(open_with("file:master.key", NULL, false, &v), ERR_NOT_FOUND);
    assert_string_equal(why, "master_key: file:master.key: there is no such file");
    assert_null(v);
    assert_int_equal(open_with("file:master.key", NULL, true, &v), OK);
    snprintf(path, sizeof path, "%s/master.key", dir);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(st.st_size, 65);
    assert_int_equal(vault_wrap(v, key, kid, wrapped), OK);
    assert_int_equal(vault_wrap(v, key, kid, again), OK);
    assert_memory_not_equal(wrapped, again, sizeof wrapped);
    assert_opens(v, wrapped);
    vault_wrapped_by(wrapped, name);
    assert_string_equal(name, vault_name(v));
    assert_true(vault_has(v, name));
    vault_close(&v);
    assert_null(v);
    assert_int_equal(open_with("file:master.key", NULL, true, &v), OK);
    assert_opens(v, wrapped);
    vault_close(&v);
    assert_int_equal(vault_make(dir, "file:master.key", why, sizeof why), ERR_EXISTS);
}

static void no_changed_byte_and_no_other_key_id_opens(void **state)
{
    (void)state;
    struct vault *v = NULL;
    uint8_t wrapped[VAULT_WRAPPED], out[VAULT_KEY], other[VAULT_KEY];
    assert_int_equal(open_with("file:master.key", NULL, true, &v), OK);
    assert_int_equal(vault_wrap(v, key, kid, wrapped), OK);
    for (size_t i = 0; i < VAULT_WRAPPED; i++) {
        bool is_unused = i >= 10 + 24 && i < 10 + 32; /* of the nonce's room */
        wrapped[i] ^= 0x40;
        assert_int_equal(vault_unwrap(v, wrapped, kid, out) == OK, is_unused);
        wrapped[i] ^= 0x40;
    }
    memcpy(other, kid, sizeof other);
    other[3] ^= 1;
    assert_int_equal(vault_unwrap(v, wrapped, other, out), ERR_DENIED);
    for (size_t i = 0; i < VAULT_KEY; i++)
        assert_int_equal(out[i], 0);
    vault_close(&v);
}

static void a_former_master_key_opens_and_the_new_one_wraps(void **state)
{
    (void)state;
    struct vault *v = NULL;
    uint8_t wrapped[VAULT_WRAPPED], newer[VAULT_WRAPPED], out[VAULT_KEY];
    char name[VAULT_NAME];
    assert_int_equal(open_with("file:old.key", NULL, true, &v), OK);
    assert_int_equal(vault_wrap(v, key, kid, wrapped), OK);
    vault_close(&v);
    assert_int_equal(vault_make(dir, "file:new.key", why, sizeof why), OK);
    assert_int_equal(open_with("file:new.key", NULL, false, &v), OK);
    assert_int_equal(vault_unwrap(v, wrapped, kid, out), ERR_NOT_FOUND);
    vault_close(&v);
    assert_int_equal(open_with("file:new.key", " file:old.key ", false, &v), OK);
    assert_opens(v, wrapped);
    assert_int_equal(vault_wrap(v, key, kid, newer), OK);
    vault_wrapped_by(wrapped, name);
    assert_string_not_equal(name, vault_name(v));
    assert_true(vault_has(v, name));
    vault_wrapped_by(newer, name);
    assert_string_equal(name, vault_name(v));
    vault_close(&v);
    assert_int_equal(open_with("file:new.key", "file:gone.key", false, &v), ERR_NOT_FOUND);
    assert_string_equal(why, "master_key_before: file:gone.key: there is no such file");
}

static void put(const char *name, const char *text, mode_t mode)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    assert_int_equal(chmod(path, mode), 0);
}

#define DIGITS "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"

static void what_is_wrong_with_a_master_key_is_told_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        mode_t mode;
        enum err err;
    } rows[] = {
        { DIGITS, 0600, OK },
        { DIGITS "\n", 0400, OK },
        { DIGITS "\r\n", 0600, OK },
        { DIGITS "0", 0600, ERR_MALFORMED },
        { "", 0600, ERR_MALFORMED },
        { "00112233", 0600, ERR_MALFORMED },
        { "0011223344556677889900112233445566778899001122334455667788990011zz", 0600,
          ERR_MALFORMED },
        { DIGITS, 0640, ERR_DENIED },
        { DIGITS, 0604, ERR_DENIED },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct vault *v = NULL;
        put("row.key", rows[i].text, rows[i].mode);
        assert_int_equal(open_with("file:row.key", NULL, true, &v), rows[i].err);
        if (rows[i].err != OK)
            assert_non_null(strstr(why, "master_key: file:row.key: "));
        vault_close(&v);
    }
    static const char *const forms[] = {
        "",        "keys/master.key",          "file:",           "vault:x",
        "pkcs11:", "pkcs11:object=a;object=b", "pkcs11:object=%4"
    };
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct vault *v = NULL;
        assert_int_equal(open_with(forms[i], NULL, true, &v), ERR_ARGUMENT);
        assert_null(v);
    }
}

static void a_variable_is_emptied_once_it_is_read(void **state)
{
    (void)state;
    struct vault *v = NULL, *file = NULL;
    uint8_t wrapped[VAULT_WRAPPED];
    assert_int_equal(open_with("env:VAULT_TEST_KEY", NULL, true, &v), ERR_NOT_FOUND);
    setenv("VAULT_TEST_KEY", DIGITS, 1);
    char *lies = getenv("VAULT_TEST_KEY");
    assert_int_equal(open_with("env:VAULT_TEST_KEY", NULL, true, &v), OK);
    assert_null(getenv("VAULT_TEST_KEY"));
    assert_int_equal(lies[0], 0);
    assert_int_equal(vault_wrap(v, key, kid, wrapped), OK);
    put("same.key", DIGITS, 0600); /* the same key by another way has the same name */
    assert_int_equal(open_with("file:same.key", NULL, false, &file), OK);
    assert_opens(file, wrapped);
    vault_close(&file);
    vault_close(&v);
}

static void addresses_of_tokens_are_read_as_rfc_7512_says(void **state)
{
    (void)state;
    struct token_uri uri;
    assert_int_equal(
        token_uri_parse("pkcs11:token=The%20Token;object=master%3bkey;id=%01%00%ff;type=secret-key"
                        "?pin-source=file:/etc/pin&module-path=/usr/lib/x.so",
                        &uri),
        OK);
    assert_string_equal(uri.token, "The Token");
    assert_string_equal(uri.object, "master;key");
    assert_int_equal(uri.id_size, 3);
    assert_memory_equal(uri.id, "\x01\x00\xff", 3);
    assert_string_equal(uri.pin_source, "file:/etc/pin");
    assert_string_equal(uri.module_path, "/usr/lib/x.so");
    static const char *const wrong[] = { "pkcs11:token=a",
                                         "pkcs11:object=a;nonsense=1",
                                         "pkcs11:object=a%00b",
                                         "pkcs11:object=a?pin-value=1&pin-value=2",
                                         "pkcs11:object=a;type=private",
                                         "file:x",
                                         "pkcs11:object=a;id=%f" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(token_uri_parse(wrong[i], &uri), ERR_MALFORMED);
}

/* ---- a token ----------------------------------------------------------------------------------
 */

#define MODULE "/usr/lib/softhsm/libsofthsm2.so"

static bool run(char *const argv[])
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        if (freopen("/dev/null", "w", stdout) == NULL)
            _exit(126);
        execvp(argv[0], argv);
        _exit(127);
    }
    return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool make_token(void)
{
    char conf[128], text[256];
    char *argv[] = { "softhsm2-util", "--init-token", "--free",   "--label", "lanterne",
                     "--pin",         "1234",         "--so-pin", "5678",    NULL };
    snprintf(text, sizeof text, "directories.tokendir = %s/tokens\nlog.level = ERROR\n", dir);
    put("softhsm.conf", text, 0600);
    snprintf(conf, sizeof conf, "%s/tokens", dir);
    mkdir(conf, 0700);
    snprintf(conf, sizeof conf, "%s/softhsm.conf", dir);
    setenv("SOFTHSM2_CONF", conf, 1);
    return access(MODULE, R_OK) == 0 && run(argv);
}

#define TOKEN "pkcs11:token=lanterne;object=master?module-path=" MODULE

static void a_token_wraps_and_its_key_never_leaves_it(void **state)
{
    (void)state;
    struct vault *v = NULL;
    uint8_t wrapped[VAULT_WRAPPED], out[VAULT_KEY];
    if (!make_token()) {
        print_message("SoftHSM2 is not there: skipped\n");
        skip();
    }
    assert_int_equal(open_with(TOKEN "&pin-value=1234", NULL, true, &v), ERR_NOT_FOUND);
    assert_null(strstr(why, "1234"));
    assert_int_equal(vault_make(dir, TOKEN "&pin-value=1234", why, sizeof why), OK);
    assert_int_equal(vault_make(dir, TOKEN "&pin-value=1234", why, sizeof why), ERR_EXISTS);
    put("pin", "1234\n", 0600);
    char uri[512];
    snprintf(uri, sizeof uri, TOKEN "&pin-source=file:%s/pin", dir);
    assert_int_equal(open_with(uri, NULL, false, &v), OK);
    assert_int_equal(vault_wrap(v, key, kid, wrapped), OK);
    assert_opens(v, wrapped);
    for (size_t i = 0; i < VAULT_WRAPPED; i++) {
        bool is_unused = i >= 10 + 12 && i < 10 + 32;
        wrapped[i] ^= 1;
        assert_int_equal(vault_unwrap(v, wrapped, kid, out) == OK, is_unused);
        wrapped[i] ^= 1;
    }
    vault_close(&v);
    assert_int_equal(open_with("file:from.key", NULL, true, &v), OK);
    assert_int_equal(vault_unwrap(v, wrapped, kid, out), ERR_NOT_FOUND);
    vault_close(&v);
    assert_int_equal(open_with("file:from.key", uri, false, &v), OK);
    assert_opens(v, wrapped);
    vault_close(&v);
    put("pin", "4321\n", 0600);
    assert_int_equal(open_with(uri, NULL, false, &v), ERR_DENIED);
    put("pin", "1234\n", 0644);
    assert_int_equal(open_with(uri, NULL, false, &v), ERR_DENIED);
    assert_int_equal(open_with("pkcs11:object=a?module-path=/nowhere.so", NULL, false, &v),
                     ERR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_made_once_and_opens_what_it_wrapped),
        cmocka_unit_test(no_changed_byte_and_no_other_key_id_opens),
        cmocka_unit_test(a_former_master_key_opens_and_the_new_one_wraps),
        cmocka_unit_test(what_is_wrong_with_a_master_key_is_told_by_name),
        cmocka_unit_test(a_variable_is_emptied_once_it_is_read),
        cmocka_unit_test(addresses_of_tokens_are_read_as_rfc_7512_says),
        cmocka_unit_test(a_token_wraps_and_its_key_never_leaves_it),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
