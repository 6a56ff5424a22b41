#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "format/sepa/account.h"
#include "format/sepa/calendar.h"
#include "format/sepa/charset.h"
#include "format/sepa/reason.h"

static void an_iban_is_taken_as_people_type_it(void **state)
{
    static const struct {
        const char *typed, *iban, *label;
        enum sepa_reach reach;
    } rows[] = {
        { "FR14 2004 1010 0505 0001 3M02 606", "FR1420041010050500013M02606", "FR·· 2606",
          SEPA_REACH_IBAN_ONLY },
        { "de89370400440532013000", "DE89370400440532013000", "DE·· 3000", SEPA_REACH_IBAN_ONLY },
        { " NO93 8601 1117 947 ", "NO9386011117947", "NO·· 7947", SEPA_REACH_IBAN_ONLY },
        { "MT84MALT011000012345MTLCAST001S", "MT84MALT011000012345MTLCAST001S", "MT·· 001S",
          SEPA_REACH_IBAN_ONLY },
        { "CH93 0076 2011 6238 5295 7", "CH9300762011623852957", "CH·· 2957", SEPA_REACH_WITH_BIC },
        { "GB29 NWBK 6016 1331 9268 19", "GB29NWBK60161331926819", "GB·· 6819",
          SEPA_REACH_WITH_BIC },
        { "TR330006100519786457841326", "TR330006100519786457841326", "TR·· 1326", SEPA_REACH_NOT },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char iban[SEPA_IBAN] = "", why[SEPA_WHY], label[SEPA_LABEL];
        assert_int_equal(sepa_iban_read(rows[i].typed, strlen(rows[i].typed), iban, why), OK);
        assert_string_equal(iban, rows[i].iban);
        assert_int_equal(sepa_iban_reach(iban), rows[i].reach);
        sepa_iban_label(iban, label);
        assert_string_equal(label, rows[i].label);
    }
}

static void what_is_wrong_with_an_iban_is_said_without_the_number(void **state)
{
    static const struct {
        const char *typed, *why;
    } rows[] = {
        { "", "an IBAN begins with two letters and two digits" },
        { "FR", "an IBAN begins with two letters and two digits" },
        { "1420041010050500013M02606", "an IBAN begins with two letters and two digits" },
        { "FR1420041010050500013M0260", "an IBAN of FR has 27 characters, not 26" },
        { "FR1420041010050500013M02607", "the check digits are wrong: a character was mistyped" },
        { "FR4120041010050500013M02606", "the check digits are wrong: a character was mistyped" },
        { "ZZ1420041010050500013M02606", "ZZ: no country with IBANs has this code" },
        { "FR14-20041010050500013M02606", "an IBAN has letters and digits only" },
        { "FR14\xc3\xa9"
          "20041010050500013M0260",
          "an IBAN has letters and digits only" },
        { "FR1420041010050500013M02606FR1420041010050500013M02606",
          "an IBAN has at most 34 characters" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char iban[SEPA_IBAN] = "as it was", why[SEPA_WHY];
        assert_int_equal(sepa_iban_read(rows[i].typed, strlen(rows[i].typed), iban, why),
                         ERR_ARGUMENT);
        assert_string_equal(why, rows[i].why);
        assert_string_equal(iban, "as it was");
    }
}

/* Every single changed character and every two that were swapped. */
static void a_mistyped_character_is_always_found(void **state)
{
    static const char good[] = "DE89370400440532013000";
    (void)state;
    for (size_t i = 2; i < sizeof good - 1; i++) {
        char text[sizeof good], iban[SEPA_IBAN], why[SEPA_WHY];
        for (char c = '0'; c <= '9'; c++) {
            memcpy(text, good, sizeof text);
            text[i] = c;
            enum err wanted = c == good[i] ? OK : ERR_ARGUMENT;
            assert_int_equal(sepa_iban_read(text, sizeof text - 1, iban, why), wanted);
        }
        memcpy(text, good, sizeof text);
        text[i] = good[i - 1];
        text[i - 1] = good[i];
        if (i > 2 && good[i] != good[i - 1])
            assert_int_equal(sepa_iban_read(text, sizeof text - 1, iban, why), ERR_ARGUMENT);
    }
}

static void bics_and_creditor_identifiers_are_checked(void **state)
{
    static const struct {
        const char *text;
        bool is_bic, is_creditor;
    } rows[] = {
        { "BNPAFRPP", true, false },
        { "BNPAFRPPXXX", true, false },
        { "DEUTDEFF500", true, false },
        { "BNPAFRP", false, false },
        { "BNPAFRPPXX", false, false },
        { "BNP1FRPP", false, false },
        { "BNPAXXPP", false, false },
        { "bnpafrpp", false, false },
        { "BNPAFR1P", false, false },
        { "BNPAFRPO", false, false },
        { "", false, false },
        { "FR72ZZZ123456", false, true },
        { "FR72ABC123456", false, true },
        { "DE98ZZZ09999999999", false, true },
        { "FR72ZZZ123457", false, false },
        { "FR72 ZZZ123456", false, false },
        { "FR72ZZZ", false, false },
        { "FR72ZZZ1234561234561234561234561234561", false, false },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(sepa_bic_is_good(rows[i].text), rows[i].is_bic);
        assert_int_equal(sepa_creditor_is_good(rows[i].text), rows[i].is_creditor);
    }
}

static void an_id_keeps_to_the_rulebook(void **state)
{
    (void)state;
    assert_true(sepa_id_is_good("aaaaaaaaaaaaaaaaaaaaaaaaaa-12"));
    assert_true(sepa_id_is_good("A/B"));
    assert_false(sepa_id_is_good(""));
    assert_false(sepa_id_is_good("/A"));
    assert_false(sepa_id_is_good("A/"));
    assert_false(sepa_id_is_good("A//B"));
    assert_false(sepa_id_is_good("A_B"));
    assert_false(sepa_id_is_good("123456789012345678901234567890123456"));
}

static void names_become_what_every_bank_takes(void **state)
{
    static const struct {
        const char *text, *plain;
        size_t most;
    } rows[] = {
        { "Éloïse d'Hérouville-Œuvré", "Eloise d'Herouville-OEuvre", 70 },
        { "Müller & Söhne GmbH", "Muller + Sohne GmbH", 70 },
        { "Straße", "Strasse", 70 },
        { "Ångström Łódź Şahin", "Angstrom Lodz Sahin", 70 },
        { "Αθήνα", "Athina", 70 },
        { "Иван Щукин", "Ivan SHTukin", 70 },
        { "e\xcc\x81l\xcc\x80", "el", 70 }, /* marks over letters, on their own */
        { "  two   blanks\t\n", "two blanks", 70 },
        { "a_b\"c\"<d>|€", "a-b'c'(d)/E", 70 },
        { "日本", "..", 70 },
        { "\xff\xfe", "..", 70 },
        { "abcdef", "abc", 3 },
        { "aßb", "as", 2 },
        { "", "", 70 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf out;
        buf_init(&out, 1024);
        buf_text(&out, "x:");
        sepa_put_text(&out, rows[i].text, strlen(rows[i].text), rows[i].most);
        assert_string_equal(buf_string(&out) + 2, rows[i].plain);
        buf_finish(&out);
    }
}

static void no_character_becomes_one_that_banks_refuse(void **state)
{
    (void)state;
    for (uint32_t c = 0x80; c < 0x2200; c++) {
        char text[4] = { 0 };
        struct buf out;
        size_t n = c < 0x800 ? 2 : 3;
        text[0] = (char)(c < 0x800 ? 0xc0 | c >> 6 : 0xe0 | c >> 12);
        text[n - 2] = (char)(n == 2 ? text[0] : (char)(0x80 | (c >> 6 & 0x3f)));
        text[n - 1] = (char)(0x80 | (c & 0x3f));
        buf_init(&out, 64);
        sepa_put_text(&out, text, n, 70);
        for (size_t i = 0; i < out.size; i++)
            assert_true(sepa_char_is_good((char)out.data[i]));
        buf_finish(&out);
    }
}

static void banks_rest_when_target_does(void **state)
{
    static const struct {
        int year, month, day;
        bool is_open;
    } rows[] = {
        { 2026, 11, 20, true }, { 2026, 11, 21, false }, { 2026, 11, 22, false },
        { 2026, 12, 24, true }, { 2026, 12, 25, false }, { 2028, 12, 26, false },
        { 2027, 1, 1, false },  { 2024, 5, 1, false },   { 2024, 3, 29, false },
        { 2024, 4, 1, false },  { 2025, 4, 18, false },  { 2025, 4, 21, false },
        { 2026, 4, 3, false },  { 2026, 4, 6, false },   { 2026, 4, 7, true },
        { 2038, 4, 23, false }, { 2038, 4, 26, false },  { 2000, 4, 21, false },
        { 2025, 12, 31, true }, { 2024, 2, 29, true },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(sepa_is_bank_day(civil_day_of(rows[i].year, rows[i].month, rows[i].day)),
                         rows[i].is_open);
}

static void a_lead_is_counted_in_bank_days(void **state)
{
    static const struct {
        int from[3], n, to[3];
    } rows[] = {
        { { 2026, 11, 23 }, 2, { 2026, 11, 25 } }, { { 2026, 11, 20 }, 1, { 2026, 11, 23 } },
        { { 2026, 11, 21 }, 1, { 2026, 11, 23 } }, { { 2026, 11, 21 }, 0, { 2026, 11, 23 } },
        { { 2024, 3, 28 }, 1, { 2024, 4, 2 } },    { { 2026, 12, 24 }, 2, { 2026, 12, 29 } },
        { { 2026, 11, 23 }, 0, { 2026, 11, 23 } },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const int *f = rows[i].from, *t = rows[i].to;
        assert_int_equal(sepa_bank_day_after(civil_day_of(f[0], f[1], f[2]), rows[i].n).days,
                         civil_day_of(t[0], t[1], t[2]).days);
    }
}

static void a_reason_says_whether_the_means_are_dead(void **state)
{
    static const struct {
        const char *code;
        bool is_final;
    } rows[] = { { "AM04", false }, { "MS03", false }, { "AC01", true }, { "AC04", true },
                 { "MD01", true },  { "MD06", true },  { "MS02", true } };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct sepa_reason *r = sepa_reason_find(rows[i].code);
        assert_non_null(r);
        assert_int_equal(r->is_final, rows[i].is_final);
        assert_true(strlen(r->text) > 0);
    }
    assert_null(sepa_reason_find("ZZ99"));
    assert_null(sepa_reason_find(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_iban_is_taken_as_people_type_it),
        cmocka_unit_test(what_is_wrong_with_an_iban_is_said_without_the_number),
        cmocka_unit_test(a_mistyped_character_is_always_found),
        cmocka_unit_test(bics_and_creditor_identifiers_are_checked),
        cmocka_unit_test(an_id_keeps_to_the_rulebook),
        cmocka_unit_test(names_become_what_every_bank_takes),
        cmocka_unit_test(no_character_becomes_one_that_banks_refuse),
        cmocka_unit_test(banks_rest_when_target_does),
        cmocka_unit_test(a_lead_is_counted_in_bank_days),
        cmocka_unit_test(a_reason_says_whether_the_means_are_dead),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
