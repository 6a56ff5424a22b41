#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "driver/print/print.h"

enum { CEILING = 1 << 20 };

static const struct print_line lines[] = {
    { PRINT_HEADING, { "Facture FR-2026-000042" } },
    { PRINT_TEXT, { "Éclair, 12 rue des Écoles, 75005 Paris" } },
    { PRINT_RULE, { NULL } },
    { PRINT_STRONG, { "Désignation", "Montant" } },
    { PRINT_TEXT, { "Abonnement Ελλάδα 日本", "20 %", "12,99\u00a0€" } },
    { PRINT_SPACE, { NULL } },
    { PRINT_SMALL, { "TVA comprise" } },
};

static struct print_document document_of(const struct print_line *rows, size_t n)
{
    return (struct print_document){ .title = "FR-2026-000042",
                                    .author = "Éclair",
                                    .language = "fr",
                                    .written = { 1769817600000000 },
                                    .foot = "FR-2026-000042",
                                    .n = n,
                                    .lines = rows };
}

static size_t count(const struct buf *b, const char *word)
{
    size_t n = 0, size = strlen(word);
    for (size_t i = 0; i + size <= b->size; i++)
        n += memcmp(b->data + i, word, size) == 0;
    return n;
}

static void a_document_is_a_pdf_and_the_same_every_time(void **state)
{
    (void)state;
    struct buf one, two;
    buf_init(&one, CEILING);
    buf_init(&two, CEILING);
    struct print_document d = document_of(lines, sizeof lines / sizeof lines[0]);
    assert_int_equal(print_pdf(&d, &one), OK);
    assert_int_equal(print_pdf(&d, &two), OK);
    assert_memory_equal(one.data, "%PDF-", 5);
    assert_int_equal(count(&one, "%%EOF"), 1);
    assert_int_equal(count(&one, "/Type /Page "), 1);
    assert_int_equal(one.size, two.size);
    assert_memory_equal(one.data, two.data, one.size);
    buf_finish(&one);
    buf_finish(&two);
}

static void what_does_not_fit_goes_on_the_next_page(void **state)
{
    (void)state;
    static struct print_line many[140];
    struct buf out;
    for (size_t i = 0; i < sizeof many / sizeof many[0]; i++)
        many[i] = (struct print_line){ PRINT_TEXT, { "a line", "1" } };
    buf_init(&out, CEILING);
    struct print_document d = document_of(many, sizeof many / sizeof many[0]);
    assert_int_equal(print_pdf(&d, &out), OK);
    assert_int_equal(count(&out, "/Type /Page "), 4);
    buf_finish(&out);
}

static void texts_that_are_none_and_documents_too_large_are_refused(void **state)
{
    (void)state;
    static const struct print_line bad[] = { { PRINT_TEXT, { "fine", "\xff" } } };
    struct buf out;
    buf_init(&out, CEILING);
    struct print_document d = document_of(bad, 1);
    assert_int_equal(print_pdf(&d, &out), ERR_MALFORMED);
    assert_int_equal(out.size, 0);
    buf_finish(&out);
    buf_init(&out, 100);
    d = document_of(lines, 2);
    assert_int_equal(print_pdf(&d, &out), ERR_FULL);
    buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_is_a_pdf_and_the_same_every_time),
        cmocka_unit_test(what_does_not_fit_goes_on_the_next_page),
        cmocka_unit_test(texts_that_are_none_and_documents_too_large_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
