#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "format/mail/mail.h"

static struct mail_message usual(void)
{
    return (struct mail_message){ .id = "abc",
                                  .date = { INT64_C(1374523200) * UTC_SECOND },
                                  .from_name = "The House",
                                  .from = "mail@house.example",
                                  .to = "someone@example.org",
                                  .subject = "Hello",
                                  .language = "en",
                                  .text = "One line.\n" };
}

static void a_plain_message_reads_as_the_standard_has_it(void **state)
{
    (void)state;
    struct buf b;
    struct mail_message m = usual();
    buf_init(&b, MAIL_MESSAGE_MAX);
    assert_int_equal(mail_write(&m, &b), OK);
    assert_string_equal(buf_string(&b), "Date: Mon, 22 Jul 2013 20:00:00 +0000\r\n"
                                        "From: \"The House\"\r\n <mail@house.example>\r\n"
                                        "To: <someone@example.org>\r\n"
                                        "Subject: Hello\r\n"
                                        "Message-ID: <abc@house.example>\r\n"
                                        "MIME-Version: 1.0\r\n"
                                        "Content-Type: text/plain; charset=utf-8\r\n"
                                        "Content-Transfer-Encoding: quoted-printable\r\n"
                                        "Content-Language: en\r\n"
                                        "Auto-Submitted: auto-generated\r\n\r\n"
                                        "One line.\r\n");
    buf_finish(&b);
}

static void dates_before_1970_have_their_weekday(void **state)
{
    (void)state;
    struct buf b;
    struct mail_message m = usual();
    m.date.us = -UTC_SECOND;
    buf_init(&b, MAIL_MESSAGE_MAX);
    assert_int_equal(mail_write(&m, &b), OK);
    assert_non_null(strstr(buf_string(&b), "Date: Wed, 31 Dec 1969 23:59:59 +0000\r\n"));
    buf_finish(&b);
}

static void what_could_begin_another_header_is_refused_and_leaves_nothing(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "a\r\nBcc: x@example.org", "a\nb", "a\rb", "\x7f", "\x01", "\xff"
    };
    struct buf b;
    buf_init(&b, MAIL_MESSAGE_MAX);
    buf_text(&b, "before");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const char **fields[5];
        struct mail_message m = usual();
        fields[0] = &m.subject;
        fields[1] = &m.from_name;
        fields[2] = &m.to;
        fields[3] = &m.from;
        fields[4] = &m.id;
        for (size_t k = 0; k < 5; k++) {
            const char *good = *fields[k];
            *fields[k] = bad[i];
            assert_int_equal(mail_write(&m, &b), ERR_ARGUMENT);
            *fields[k] = good;
        }
        assert_int_equal(mail_write(&m, &b), OK);
        buf_truncate(&b, 6);
    }
    assert_string_equal(buf_string(&b), "before");
    buf_finish(&b);
}

static void every_line_is_short_and_seven_bits_wide(void **state)
{
    (void)state;
    char text[4096], subject[600];
    struct buf b;
    struct mail_message m = usual();
    for (size_t round = 0; round < 200; round++) {
        size_t n = 0, s = 0;
        static const char *const parts[] = { "é", "a",  " ",  "From ", ".",   "=",
                                             "€", "\n", "\t", "😀",     "x\n", "=?UTF-8?" };
        for (size_t i = 0; n < 1500; i++)
            n += (size_t)snprintf(text + n, sizeof text - n, "%s",
                                  parts[(i * i * 7 + round * 13 + i * round) % 12]);
        for (size_t i = 0; s < 300; i++)
            s += (size_t)snprintf(subject + s, sizeof subject - s, "%s",
                                  parts[(i * 5 + round * 3 + i * i * round) % 7]);
        m.text = text;
        m.subject = subject;
        m.from_name = subject;
        buf_init(&b, MAIL_MESSAGE_MAX);
        assert_int_equal(mail_write(&m, &b), OK);
        const char *at = buf_string(&b);
        while (*at != 0) {
            size_t line = strcspn(at, "\r\n");
            assert_true(line <= MAIL_LINE_MAX);
            assert_memory_equal(at + line, "\r\n", 2);
            assert_false(at[0] == '.' || strncmp(at, "From ", 5) == 0);
            for (size_t i = 0; i < line; i++)
                assert_true((unsigned char)at[i] < 128);
            at += line + 2;
        }
        buf_finish(&b);
    }
}

static void addresses_that_mail_goes_to_are_told_from_others(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
    } rows[] = {
        { "a@b", true },
        { "admin@localhost", true },
        { "first.last+tag@sub.example.org", true },
        { "o'neil@example.org", true },
        { "andré@exämple.org", true },
        { "", false },
        { "@b", false },
        { "a@", false },
        { ".a@b.org", false },
        { "a.@b.org", false },
        { "a..b@b.org", false },
        { "a>b@b.org", false },
        { "a,b@b.org", false },
        { "a b@b.org", false },
        { "\"a\"@b.org", false },
        { "a@b@c.org", false },
        { "a@-b.org", false },
        { "a@b-.org", false },
        { "a@b..org", false },
        { "a@[127.0.0.1]", false },
        { "a@b.org\n", false },
        { "a@b.org>", false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(mail_address_is_good(rows[i].text, strlen(rows[i].text)), rows[i].good);
}

static void a_full_buffer_is_left_as_it_was(void **state)
{
    (void)state;
    struct buf b;
    struct mail_message m = usual();
    buf_init(&b, 100);
    assert_int_equal(mail_write(&m, &b), ERR_FULL);
    assert_int_equal(b.size, 0);
    buf_finish(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_message_reads_as_the_standard_has_it),
        cmocka_unit_test(dates_before_1970_have_their_weekday),
        cmocka_unit_test(what_could_begin_another_header_is_refused_and_leaves_nothing),
        cmocka_unit_test(every_line_is_short_and_seven_bits_wide),
        cmocka_unit_test(addresses_that_mail_goes_to_are_told_from_others),
        cmocka_unit_test(a_full_buffer_is_left_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
