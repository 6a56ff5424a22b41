#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>

#include "format/sepa/collection.h"

static struct sepa_collection usual(void)
{
    return (struct sepa_collection){
        .id = "aaaaaaaaaaaaaaaaaaaaaaaaaa",
        .created = { 1795420800 * UTC_SECOND + 5 },
        .due = civil_day_of(2026, 11, 25),
        .creditor_name = "Lanternes & Cie, Société \"À\" l'œil",
        .creditor_iban = "FR1420041010050500013M02606",
        .creditor_bic = "",
        .creditor_id = "FR72ZZZ123456",
        .n = 2,
        .sum = 2599,
    };
}

static const struct sepa_debit debits[] = {
    { .end_to_end = "baaaaaaaaaaaaaaaaaaaaaaaaa-1",
      .minor = 1299,
      .mandate = "CAAAAAAAAAAAAAAAAAAAAAAAAA",
      .agreed = { 20000 },
      .holder = "Zoé O'Neill-Müller",
      .iban = "DE89370400440532013000",
      .text = "Lanterne <standard>" },
    { .end_to_end = "daaaaaaaaaaaaaaaaaaaaaaaaa-12",
      .minor = 1300,
      .mandate = "EAAAAAAAAAAAAAAAAAAAAAAAAA",
      .agreed = { 20001 },
      .holder = "Иван",
      .iban = "NO9386011117947",
      .text = "" },
};

static void write_whole(const struct sepa_collection *c, struct buf *out)
{
    char why[SEPA_WHY];
    buf_init(out, 65536);
    assert_int_equal(sepa_collection_begin(c, out, why), OK);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(sepa_collection_debit(c, &debits[i], out, why), OK);
    sepa_collection_end(out);
    assert_int_equal(out->err, OK);
}

static void has(struct buf *b, const char *text)
{
    if (strstr(buf_string(b), text) == NULL)
        fail_msg("%s is not in\n%s", text, buf_string(b));
}

static void a_file_says_who_collects_what_from_whom_and_when(void **state)
{
    struct buf out;
    struct sepa_collection c = usual();
    (void)state;
    write_whole(&c, &out);
    has(&out, "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.008.001.08\">");
    has(&out, "<MsgId>aaaaaaaaaaaaaaaaaaaaaaaaaa</MsgId><CreDtTm>2026-11-23T08:00:00Z</CreDtTm>"
              "<NbOfTxs>2</NbOfTxs><CtrlSum>25.99</CtrlSum>");
    has(&out, "<Nm>Lanternes + Cie, Societe &#39;A&#39; l&#39;oeil</Nm>");
    has(&out, "<SeqTp>RCUR</SeqTp></PmtTpInf><ReqdColltnDt>2026-11-25</ReqdColltnDt>");
    has(&out, "<CdtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></CdtrAgt>");
    has(&out, "<PrvtId><Othr><Id>FR72ZZZ123456</Id><SchmeNm><Prtry>SEPA</Prtry>");
    has(&out, "<EndToEndId>baaaaaaaaaaaaaaaaaaaaaaaaa-1</EndToEndId></PmtId>"
              "<InstdAmt Ccy=\"EUR\">12.99</InstdAmt>");
    has(&out, "<MndtId>CAAAAAAAAAAAAAAAAAAAAAAAAA</MndtId><DtOfSgntr>2024-10-04</DtOfSgntr>");
    has(&out, "<Dbtr><Nm>Zoe O&#39;Neill-Muller</Nm></Dbtr>");
    has(&out, "<RmtInf><Ustrd>Lanterne (standard)</Ustrd></RmtInf>");
    has(&out, "<Dbtr><Nm>Ivan</Nm></Dbtr><DbtrAcct><Id><IBAN>NO9386011117947</IBAN></Id>"
              "</DbtrAcct></DrctDbtTxInf>");
    buf_finish(&out);
}

static void the_two_editions_spell_a_bic_their_own_way(void **state)
{
    struct buf out;
    struct sepa_collection c = usual();
    (void)state;
    c.creditor_bic = "BNPAFRPP";
    write_whole(&c, &out);
    has(&out, "<CdtrAgt><FinInstnId><BICFI>BNPAFRPP</BICFI></FinInstnId></CdtrAgt>");
    buf_finish(&out);
    c.version = SEPA_008_02;
    write_whole(&c, &out);
    has(&out, "urn:iso:std:iso:20022:tech:xsd:pain.008.001.02");
    has(&out, "<CdtrAgt><FinInstnId><BIC>BNPAFRPP</BIC></FinInstnId></CdtrAgt>");
    buf_finish(&out);
}

static void equal_input_gives_equal_bytes(void **state)
{
    struct buf a, b;
    struct sepa_collection c = usual();
    (void)state;
    write_whole(&c, &a);
    write_whole(&c, &b);
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.data, b.data, a.size);
    buf_finish(&a);
    buf_finish(&b);
}

static void what_a_bank_would_refuse_is_not_written(void **state)
{
    struct sepa_collection c[9];
    static const char *const whys[] = {
        "the file's id: up to 35 of SEPA's characters",
        "the creditor identifier is wrong",
        "the check digits are wrong: a character was mistyped",
        "the creditor's BIC is wrong",
        "the creditor's name is missing",
        "there is nothing to collect",
        "there is nothing to collect",
        "there is nothing to collect",
    };
    (void)state;
    for (size_t i = 0; i < 8; i++)
        c[i] = usual();
    c[0].id = "a_b";
    c[1].creditor_id = "FR73ZZZ123456";
    c[2].creditor_iban = "FR1420041010050500013M02607";
    c[3].creditor_bic = "BNPA";
    c[4].creditor_name = "日本 12";
    c[5].n = 0;
    c[6].sum = 0;
    c[7].sum = -1;
    for (size_t i = 0; i < 8; i++) {
        struct buf out;
        char why[SEPA_WHY];
        buf_init(&out, 65536);
        assert_int_equal(sepa_collection_begin(&c[i], &out, why), ERR_ARGUMENT);
        assert_string_equal(why, whys[i]);
        assert_int_equal(out.size, 0);
        buf_finish(&out);
    }
}

static void a_debit_that_a_bank_would_refuse_is_not_written(void **state)
{
    static const char *const whys[] = {
        "the debit's id: up to 35 of SEPA's characters",
        "the amount: from 0.01 to 999999999.99 EUR",
        "the amount: from 0.01 to 999999999.99 EUR",
        "the amount: from 0.01 to 999999999.99 EUR",
        "the mandate's reference: up to 35 of SEPA's characters",
        "the account holder's name is missing",
        "an IBAN begins with two letters and two digits",
    };
    struct sepa_collection c = usual();
    struct sepa_debit d[7];
    (void)state;
    for (size_t i = 0; i < 7; i++)
        d[i] = debits[0];
    d[0].end_to_end = "/x";
    d[1].minor = 0;
    d[2].minor = -1;
    d[3].minor = SEPA_DEBIT_MOST + 1;
    d[4].mandate = "";
    d[5].holder = "...";
    d[6].iban = "";
    for (size_t i = 0; i < 7; i++) {
        struct buf out;
        char why[SEPA_WHY];
        buf_init(&out, 65536);
        assert_int_equal(sepa_collection_debit(&c, &d[i], &out, why), ERR_ARGUMENT);
        assert_string_equal(why, whys[i]);
        assert_int_equal(out.size, 0);
        buf_finish(&out);
    }
}

static void versions_are_known_by_their_names(void **state)
{
    enum sepa_version v;
    (void)state;
    for (int i = 0; i < SEPA_VERSION_COUNT; i++) {
        assert_true(sepa_version_parse(sepa_version_name((enum sepa_version)i), &v));
        assert_int_equal(v, i);
    }
    assert_false(sepa_version_parse("pain.008.001.03", &v));
}

/* ---- the published schemas ---------------------------------------------------------------------
 */

__attribute__((format(printf, 2, 3))) static void quiet(void *context, const char *format, ...)
{
    va_list args;
    (void)context;
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
}

static bool is_valid(const char *folder, enum sepa_version version, struct buf *bytes)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.xsd", folder, sepa_version_name(version));
    xmlSchemaParserCtxtPtr parser = xmlSchemaNewParserCtxt(path);
    xmlSchemaPtr schema = xmlSchemaParse(parser);
    assert_non_null(schema);
    xmlDocPtr doc =
        xmlReadMemory((const char *)bytes->data, (int)bytes->size, NULL, NULL, XML_PARSE_NONET);
    assert_non_null(doc);
    xmlSchemaValidCtxtPtr validator = xmlSchemaNewValidCtxt(schema);
    xmlSchemaSetValidErrors(validator, quiet, quiet, NULL);
    bool is_good = xmlSchemaValidateDoc(validator, doc) == 0;
    xmlSchemaFreeValidCtxt(validator);
    xmlFreeDoc(doc);
    xmlSchemaFree(schema);
    xmlSchemaFreeParserCtxt(parser);
    return is_good;
}

static void files_pass_the_published_schemas(void **state)
{
    const char *folder = getenv("LANTERNE_SEPA_XSD");
    (void)state;
    if (folder == NULL) {
        print_message("LANTERNE_SEPA_XSD does not name the folder with pain.008.001.08.xsd: "
                      "skipped\n");
        skip();
    }
    for (int version = 0; version < SEPA_VERSION_COUNT; version++) {
        for (int with_bic = 0; with_bic < 2; with_bic++) {
            struct buf out;
            struct sepa_collection c = usual();
            c.version = (enum sepa_version)version;
            c.creditor_bic = with_bic ? "BNPAFRPPXXX" : "";
            write_whole(&c, &out);
            assert_true(is_valid(folder, c.version, &out));
            /* The schema is really asked: what it does not allow does not pass. */
            memcpy(strstr(buf_string(&out), "RCUR"), "NONE", 4);
            assert_false(is_valid(folder, c.version, &out));
            buf_finish(&out);
        }
    }
    xmlCleanupParser();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_says_who_collects_what_from_whom_and_when),
        cmocka_unit_test(the_two_editions_spell_a_bic_their_own_way),
        cmocka_unit_test(equal_input_gives_equal_bytes),
        cmocka_unit_test(what_a_bank_would_refuse_is_not_written),
        cmocka_unit_test(a_debit_that_a_bank_would_refuse_is_not_written),
        cmocka_unit_test(versions_are_known_by_their_names),
        cmocka_unit_test(files_pass_the_published_schemas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
