#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/members/letter.h"

#define SUBJECT_ROOM 1000
#define TEXT_ROOM 10000

/* 31 January 2026, 23:30 UTC: the first of February in Paris. */
static const utc_time end_of_january = { INT64_C(1769902200) * UTC_SECOND };
static const struct money price = { 1299, "EUR" };

struct written {
    struct buf subject, text;
};

static struct written write_letter(enum letter_kind kind, const struct letter_facts *f)
{
    struct written w;
    buf_init(&w.subject, SUBJECT_ROOM);
    buf_init(&w.text, TEXT_ROOM);
    letter_subject(kind, f, &w.subject);
    letter_text(kind, f, &w.text);
    assert_int_equal(w.subject.err, OK);
    assert_int_equal(w.text.err, OK);
    return w;
}

static void finish(struct written *w)
{
    buf_finish(&w->subject);
    buf_finish(&w->text);
}

static struct letter_facts bare(const char *language)
{
    return (struct letter_facts){ .service = "SERVICE",
                                  .home = "https://home.example",
                                  .language = language,
                                  .at = { INT64_C(1374523200) * UTC_SECOND } };
}

static struct letter_facts full(const char *language)
{
    struct letter_facts f = bare(language);
    f.link = "https://home.example/link#T";
    f.address = "new@example.org";
    f.amount = &price;
    f.when = end_of_january;
    f.zone = zone_named("Europe/Paris");
    f.plan = "PLAN";
    f.title = "TITLE";
    f.partner = "PARTNER";
    return f;
}

static bool is_french_text(const char *text)
{
    return strstr(text, "ous") != NULL || strstr(text, "otre ") != NULL;
}

static void every_letter_is_whole_in_both_languages(void **state)
{
    (void)state;
    static const char *const languages[] = { "en", "fr", "fr-CA", "de" };
    for (size_t k = 0; k < (size_t)8 * N_LETTERS; k++) {
        const char *language = languages[k % 4];
        struct letter_facts f = k / 4 % 2 == 0 ? bare(language) : full(language);
        enum letter_kind kind = (enum letter_kind)(k / 8);
        struct written w = write_letter(kind, &f);
        const char *subject = buf_string(&w.subject), *text = buf_string(&w.text);
        assert_non_null(strstr(subject, "SERVICE"));
        assert_null(strpbrk(subject, "{}[]\n"));
        assert_null(strpbrk(text, "{}[]"));
        assert_null(strstr(text, "  \n"));
        assert_true(strlen(letter_kind_name(kind)) > 0);
        if (is_french_text(text) != letter_is_french(language))
            fail_msg("%s in %s: %s", letter_kind_name(kind), language, text);
        if (strstr(text, "2013") != NULL)
            assert_non_null(strstr(text, letter_is_french(language) ? "22 juillet 2013 à 20:00 UTC"
                                                                    : "22 July 2013, 20:00 UTC"));
        finish(&w);
    }
}

/* What each kind of letter.h promises to name. */
static void letters_about_money_name_what_they_are_about(void **state)
{
    (void)state;
    enum { AMOUNT = 1, WHEN = 2, PLAN = 4, TITLE = 8, PARTNER = 16 };
    static const struct {
        enum letter_kind kind;
        unsigned names;
    } rows[] = {
        { LETTER_WELCOME, AMOUNT | WHEN | PLAN },
        { LETTER_RECEIPT, AMOUNT | PLAN },
        { LETTER_DEBIT, AMOUNT | WHEN | PLAN },
        { LETTER_TRIAL_ENDED, 0 },
        { LETTER_PAYMENT_FAILED, AMOUNT | WHEN | PLAN },
        { LETTER_SUSPENDED, AMOUNT | WHEN },
        { LETTER_RECOVERED, AMOUNT },
        { LETTER_CANCELLED, WHEN },
        { LETTER_PAUSED, WHEN },
        { LETTER_ENDED, 0 },
        { LETTER_PRICE, AMOUNT | WHEN | PLAN },
        { LETTER_PLAN, AMOUNT | WHEN | PLAN },
        { LETTER_REFUND, AMOUNT },
        { LETTER_RENTAL, AMOUNT | WHEN | TITLE },
        { LETTER_GIFT, WHEN | PLAN },
        { LETTER_PARTNER, PLAN | PARTNER },
        { LETTER_PARTNER_ENDED, PARTNER },
        { LETTER_WIN_BACK, 0 },
    };
    for (size_t i = 0; i < 2 * sizeof rows / sizeof rows[0]; i++) {
        bool french = i % 2 == 1;
        struct letter_facts f = full(french ? "fr" : "en");
        struct written w = write_letter(rows[i / 2].kind, &f);
        const char *text = buf_string(&w.text);
        const struct {
            unsigned bit;
            const char *said;
        } facts[] = { { AMOUNT, french ? "12,99\u00a0€" : "€12.99" },
                      { WHEN, french ? "1er février 2026" : "1 February 2026" },
                      { PLAN, "PLAN" },
                      { TITLE, "TITLE" },
                      { PARTNER, "PARTNER" } };
        for (size_t k = 0; k < sizeof facts / sizeof facts[0]; k++)
            assert_int_equal(strstr(text, facts[k].said) != NULL,
                             (rows[i / 2].names & facts[k].bit) != 0);
        assert_non_null(strstr(text, "https://home.example/link#T\n"));
        finish(&w);
    }
}

static void a_sentence_whose_facts_are_not_known_is_left_out(void **state)
{
    (void)state;
    struct letter_facts f = bare("en");
    struct written w = write_letter(LETTER_WELCOME, &f);
    assert_null(strstr(buf_string(&w.text), "charge"));
    assert_null(strstr(buf_string(&w.text), "unknown"));
    assert_non_null(strstr(buf_string(&w.text), "\n\nhttps://home.example/account\n"));
    finish(&w);
    f.amount = &price;
    w = write_letter(LETTER_WELCOME, &f);
    assert_null(strstr(buf_string(&w.text), "charge"));
    finish(&w);
    f.when = end_of_january;
    f.amount = &(struct money){ 0, "EUR" };
    w = write_letter(LETTER_WELCOME, &f);
    assert_null(strstr(buf_string(&w.text), "charge"));
    finish(&w);
    f.amount = &price;
    w = write_letter(LETTER_WELCOME, &f);
    assert_non_null(
        strstr(buf_string(&w.text), "The next charge is €12.99 on 31 January 2026. You can"));
    finish(&w);
}

static void amounts_are_written_as_each_language_writes_them(void **state)
{
    (void)state;
    static const struct {
        struct money amount;
        const char *english, *french;
    } rows[] = {
        { { 1299, "EUR" }, "€12.99", "12,99\u00a0€" },
        { { 0, "EUR" }, "€0.00", "0,00\u00a0€" },
        { { -500, "EUR" }, "-€5.00", "-5,00\u00a0€" },
        { { 123456789, "EUR" }, "€1,234,567.89", "1\u202f234\u202f567,89\u00a0€" },
        { { 100000, "GBP" }, "£1,000.00", "1\u202f000,00\u00a0£GB" },
        { { 799, "USD" }, "$7.99", "7,99\u00a0$US" },
        { { 1500, "JPY" }, "¥1,500", "1\u202f500\u00a0JPY" },
        { { 12500, "TND" },
          "TND\u00a0"
          "12.500",
          "12,500\u00a0TND" },
        { { 990, "CHF" },
          "CHF\u00a0"
          "9.90",
          "9,90\u00a0CHF" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf out;
        buf_init(&out, SUBJECT_ROOM);
        letter_amount(&out, &rows[i].amount, "en");
        assert_string_equal(buf_string(&out), rows[i].english);
        buf_finish(&out);
        buf_init(&out, SUBJECT_ROOM);
        letter_amount(&out, &rows[i].amount, "fr-FR");
        assert_string_equal(buf_string(&out), rows[i].french);
        buf_finish(&out);
    }
}

static void days_are_those_of_the_members_clocks(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *language, *said;
    } rows[] = { { NULL, "fr", "31 janvier 2026" },
                 { NULL, "en", "31 January 2026" },
                 { "Europe/Paris", "fr", "1er février 2026" },
                 { "Europe/Paris", "en", "1 February 2026" },
                 { "America/New_York", "en", "31 January 2026" } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf out;
        buf_init(&out, SUBJECT_ROOM);
        letter_day(&out, end_of_january, rows[i].zone != NULL ? zone_named(rows[i].zone) : NULL,
                   rows[i].language);
        assert_string_equal(buf_string(&out), rows[i].said);
        buf_finish(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_letter_is_whole_in_both_languages),
        cmocka_unit_test(letters_about_money_name_what_they_are_about),
        cmocka_unit_test(a_sentence_whose_facts_are_not_known_is_left_out),
        cmocka_unit_test(amounts_are_written_as_each_language_writes_them),
        cmocka_unit_test(days_are_those_of_the_members_clocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
