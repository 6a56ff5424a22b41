#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/members/agent.h"
#include "rules/members/totp.h"

static const uint8_t secret[] = "12345678901234567890"; /* RFC 6238, appendix B */

static void codes_are_those_of_the_standard(void **state)
{
    (void)state;
    static const struct {
        int64_t seconds;
        uint32_t code; /* the last six of the standard's eight digits */
    } rows[] = { { 59, 287082 },       { 1111111109, 81804 },  { 1111111111, 50471 },
                 { 1234567890, 5924 }, { 2000000000, 279037 }, { 20000000000, 353130 } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(totp_code(secret, TOTP_SECRET, rows[i].seconds / 30), rows[i].code);
}

static void a_code_is_good_one_step_around_and_once(void **state)
{
    (void)state;
    int64_t step = 0;
    const char *code = "081804"; /* of 1111111109, step 37037036 */
    for (int64_t shift = -2; shift <= 2; shift++) {
        utc_time now = { (37037036 + shift) * 30 * UTC_SECOND };
        bool good = totp_check(secret, TOTP_SECRET, code, now, 0, &step);
        assert_int_equal(good, shift >= -1 && shift <= 1);
        if (good)
            assert_int_equal(step, 37037036);
    }
    utc_time now = { INT64_C(1111111109) * UTC_SECOND };
    assert_false(totp_check(secret, TOTP_SECRET, code, now, 37037036, &step));
    assert_true(totp_check(secret, TOTP_SECRET, code, now, 37037035, &step));
    static const char *const no_codes[] = { "", "81804", "0081804", "08180a", "-81804", "08180 " };
    for (size_t i = 0; i < sizeof no_codes / sizeof no_codes[0]; i++)
        assert_false(totp_check(secret, TOTP_SECRET, no_codes[i], now, 0, &step));
}

static void secrets_are_written_as_apps_read_them(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1000);
    totp_put_uri(&b, "Ciné & co", "a+b@example.org", secret, TOTP_SECRET);
    assert_string_equal(buf_string(&b),
                        "otpauth://totp/Cin%C3%A9%20%26%20co:a%2Bb%40example.org"
                        "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Cin%C3%A9%20%26%20co"
                        "&algorithm=SHA1&digits=6&period=30");
    buf_clear(&b);
    totp_put_base32(&b, (const uint8_t *)"foob", 4); /* RFC 4648 section 10, no padding */
    assert_string_equal(buf_string(&b), "MZXW6YQ");
    buf_finish(&b);
}

static void recovery_codes_are_read_however_they_are_typed(void **state)
{
    (void)state;
    char code[RECOVERY_TEXT], read[RECOVERY_TEXT];
    recovery_code_text((const uint8_t *)"1234567890", code);
    assert_string_equal(code, "gezd-gnbv-gy3t-qojq");
    static const char *const good[] = { "gezd-gnbv-gy3t-qojq", "GEZDGNBVGY3TQOJQ",
                                        " gezd gnbv gy3t qojq " };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(recovery_code_read(good[i], read));
        assert_string_equal(read, code);
    }
    static const char *const bad[] = {
        "", "gezd", "gezd-gnbv-gy3t-qoj", "gezd-gnbv-gy3t-qojqa", "gezd-gnbv-gy3t-qoj1", "123456"
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(recovery_code_read(bad[i], read));
}

static void agents_are_named_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *agent, *words;
    } rows[] = {
        { "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
          "Firefox, Linux" },
        { "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
          "Safari/537.36 Edg/126.0.0.0",
          "Edge, Windows" },
        { "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36",
          "Chrome, Android" },
        { "curl/7.88.1", "curl" },
        { "", "" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char words[AGENT_TEXT];
        assert_int_equal(agent_words(rows[i].agent, words), rows[i].words[0] != 0);
        assert_string_equal(words, rows[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_those_of_the_standard),
        cmocka_unit_test(a_code_is_good_one_step_around_and_once),
        cmocka_unit_test(secrets_are_written_as_apps_read_them),
        cmocka_unit_test(recovery_codes_are_read_however_they_are_typed),
        cmocka_unit_test(agents_are_named_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
