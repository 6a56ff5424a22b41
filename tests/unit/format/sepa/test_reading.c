#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "format/sepa/reading.h"

enum { MOST = 16 };
static struct sepa_item items[MOST];
static size_t n_items;
static struct sepa_file file;
static char why[SEPA_READ_WHY];

static enum err take(void *context, const struct sepa_item *item)
{
    (void)context;
    assert_true(n_items < MOST);
    items[n_items++] = *item;
    return OK;
}

static enum err read(const char *text)
{
    const struct sepa_sink sink = { NULL, take };
    n_items = 0;
    return sepa_read(text, strlen(text), &sink, &file, why);
}

#define STATEMENT(version, account, entries)                                                       \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                                                 \
    "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001." version "\">"                 \
    "<BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-26T06:00:00</CreDtTm></GrpHdr>\n"    \
    "<Stmt><Id>S</Id><Acct><Id><IBAN>" account "</IBAN></Id></Acct>\n"                             \
    "<Bal><Amt Ccy=\"EUR\">-1</Amt></Bal>\n" entries "</Stmt></BkToCstmrStmt></Document>"
#define ENTRY(amount, way, status, details)                                                        \
    "<Ntry><Amt Ccy=\"EUR\">" amount "</Amt><CdtDbtInd>" way "</CdtDbtInd>" status                 \
    "<BookgDt><Dt>2026-11-25</Dt></BookgDt><NtryDtls>" details "</NtryDtls></Ntry>\n"
#define BOOKED_02 "<Sts>BOOK</Sts>"
#define BOOKED_08 "<Sts>\n  <Cd>BOOK</Cd>\n</Sts>"
#define MONEY(element, amount) "<" element "><Amt Ccy=\"EUR\">" amount "</Amt></" element ">"
#define OURS "FR1420041010050500013M02606"

static void a_batch_booked_as_one_sum_is_one_item(void **state)
{
    (void)state;
    assert_int_equal(read(STATEMENT("02", OURS,
                                    ENTRY("25.99", "CRDT", BOOKED_02,
                                          "<Btch><MsgId>msg</MsgId><PmtInfId>batch</PmtInfId>"
                                          "<NbOfTxs>2</NbOfTxs></Btch>"))),
                     OK);
    assert_int_equal(n_items, 1);
    assert_int_equal(items[0].kind, SEPA_ITEM_CREDIT);
    assert_true(items[0].is_whole && items[0].is_booked && items[0].has_amount);
    assert_string_equal(items[0].batch, "batch");
    assert_string_equal(items[0].message, "msg");
    assert_string_equal(items[0].account, OURS);
    assert_int_equal(items[0].amount.minor, 2599);
    assert_string_equal(items[0].amount.currency, "EUR");
    assert_int_equal(items[0].n, 2);
    assert_int_equal(items[0].day.days, civil_day_of(2026, 11, 25).days);
    assert_string_equal(file.version, "camt.053.001.02");
    assert_string_equal(file.id, "M1");
    assert_int_equal(file.kind, SEPA_FILE_STATEMENT);
}

static void each_transaction_of_an_entry_is_an_item(void **state)
{
    (void)state;
    assert_int_equal(
        read(STATEMENT(
            "08", OURS,
            ENTRY("25.99", "CRDT", BOOKED_08,
                  "<TxDtls><Refs><EndToEndId>a-1</EndToEndId><MndtId>M</MndtId></Refs>"
                  "<Amt Ccy=\"EUR\">12.99</Amt></TxDtls>"
                  "<TxDtls><Refs><EndToEndId> b-1\n</EndToEndId></Refs>"
                  "<AmtDtls>" MONEY("TxAmt", "13.00") "</AmtDtls></TxDtls>"
                                                      "<TxDtls><Refs><EndToEndId>NOTPROVIDED</"
                                                      "EndToEndId></Refs></TxDtls>"))),
        OK);
    assert_int_equal(n_items, 3);
    assert_string_equal(items[0].end_to_end, "a-1");
    assert_string_equal(items[0].mandate, "M");
    assert_int_equal(items[0].amount.minor, 1299);
    assert_string_equal(items[1].end_to_end, "b-1");
    assert_int_equal(items[1].amount.minor, 1300);
    assert_string_equal(items[2].end_to_end, "");
    assert_false(items[2].has_amount || items[2].is_whole);
    assert_int_equal(file.n_entries, 1);
}

/* The bank debits the return and its fee; what was collected is said beside it. */
static void a_return_is_of_what_was_collected_not_of_the_fee(void **state)
{
    (void)state;
    assert_int_equal(
        read(STATEMENT(
            "02", OURS,
            ENTRY("15.99", "DBIT", BOOKED_02,
                  "<TxDtls><Refs><EndToEndId>a-1</EndToEndId></Refs>"
                  "<AmtDtls>" MONEY("InstdAmt", "12.99")
                      MONEY("TxAmt",
                            "15.99") "</AmtDtls><RtrInf><Rsn><Cd>AC04</Cd></Rsn>"
                                     "<AddtlInf>Konto\naufgelöst</AddtlInf></RtrInf></TxDtls>"))),
        OK);
    assert_int_equal(n_items, 1);
    assert_int_equal(items[0].kind, SEPA_ITEM_DEBIT);
    assert_int_equal(items[0].amount.minor, 1299);
    assert_string_equal(items[0].reason, "AC04");
    assert_string_equal(items[0].info, "Konto aufgelöst");
}

static void the_only_transaction_has_its_entrys_amount(void **state)
{
    (void)state;
    assert_int_equal(read(STATEMENT("02", OURS,
                                    ENTRY("12.99000", "CRDT", "<Sts>PDNG</Sts>",
                                          "<TxDtls><Refs><EndToEndId>a-1</EndToEndId></Refs>"
                                          "</TxDtls>"))),
                     OK);
    assert_int_equal(items[0].amount.minor, 1299);
    assert_false(items[0].is_booked);
    assert_false(items[0].is_whole);
}

static void an_amount_that_is_none_is_said_and_others_are_read(void **state)
{
    (void)state;
    assert_int_equal(
        read(STATEMENT("02", OURS,
                       ENTRY("12.999", "CRDT", BOOKED_02, "") ENTRY("1", "DBIT", BOOKED_02, ""))),
        OK);
    assert_int_equal(n_items, 2);
    assert_false(items[0].has_amount);
    assert_string_equal(items[0].amount_said, "12.999 EUR");
    assert_int_equal(items[1].amount.minor, 100);
}

static void what_cannot_be_is_refused_with_its_line(void **state)
{
    static const struct {
        const char *text;
        enum err err;
        const char *why;
    } rows[] = {
        { STATEMENT("02", OURS, ENTRY("-1.00", "CRDT", BOOKED_02, "")), ERR_MALFORMED,
          "line 5: an amount is negative: -1.00 EUR" },
        { STATEMENT("02", OURS, ENTRY("99999999999999999999", "CRDT", BOOKED_02, "")),
          ERR_MALFORMED, "line 5: an amount is past all range: 99999999999999999999 EUR" },
        { STATEMENT("02", OURS, ENTRY("1", "BOTH", BOOKED_02, "")), ERR_MALFORMED,
          "line 5: an entry does not say before its details whether money came or went "
          "(CdtDbtInd)" },
        { STATEMENT("02", OURS, ENTRY("1", "CRDT", "", "")), ERR_MALFORMED,
          "line 5: an entry does not say before its details whether it is booked (Sts)" },
        { STATEMENT("02", OURS, ENTRY("1", "CRDT", BOOKED_02, "<Btch><NbOfTxs>x</NbOfTxs></Btch>")),
          ERR_MALFORMED, "line 5: a number of transactions (NbOfTxs) that is none" },
        { "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.052.001.02\"><BkToCstmrAcctRpt/>"
          "</Document>",
          ERR_UNSUPPORTED,
          "line 1: a report of the running day (camt.052) is not final: import the statement "
          "(camt.053)" },
        { "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.008.001.02\">"
          "<CstmrDrctDbtInitn/></Document>",
          ERR_UNSUPPORTED,
          "line 1: neither a status report (pain.002) nor a statement (camt.053, camt.054)" },
        { "<html/>", ERR_MALFORMED, "there is nothing of a bank's in it" },
        { "{}", ERR_UNSUPPORTED, "it is not XML" },
        { "", ERR_UNSUPPORTED, "it is not XML" },
        { "<!DOCTYPE Document [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><Document/>",
          ERR_MALFORMED, "line 1: a DOCTYPE is not allowed: the file may not declare entities" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(read(rows[i].text), rows[i].err);
        assert_string_equal(why, rows[i].why);
    }
}

static void an_id_longer_than_ours_is_not_taken_for_its_beginning(void **state)
{
    (void)state;
    assert_int_equal(
        read(STATEMENT("02", OURS,
                       ENTRY("1", "CRDT", BOOKED_02,
                             "<TxDtls><Refs><EndToEndId>12345678901234567890123456789012345X"
                             "</EndToEndId></Refs></TxDtls>"))),
        OK);
    assert_string_equal(items[0].end_to_end, "1234567890123456789012345678901234*");
}

static void an_account_that_is_no_iban_is_none(void **state)
{
    (void)state;
    assert_int_equal(read(STATEMENT("02", "12345", ENTRY("1", "CRDT", BOOKED_02, ""))), OK);
    assert_string_equal(items[0].account, "");
}

#define REPORT(version, inside)                                                                    \
    "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001." version "\"><CstmrPmtStsRpt>" \
    "<GrpHdr><MsgId>R1</MsgId></GrpHdr>" inside "</CstmrPmtStsRpt></Document>"
#define GROUP(status)                                                                              \
    "<OrgnlGrpInfAndSts><OrgnlMsgId>msg</OrgnlMsgId><OrgnlMsgNmId>pain.008.001.08</"               \
    "OrgnlMsgNmId>" status "</OrgnlGrpInfAndSts>"
#define REASON(code) "<StsRsnInf><Rsn><Cd>" code "</Cd></Rsn></StsRsnInf>"

static void a_debit_that_was_rejected_says_why(void **state)
{
    (void)state;
    assert_int_equal(
        read(REPORT(
            "10",
            GROUP("<GrpSts>PART</GrpSts>") "<OrgnlPmtInfAndSts>"
                                           "<OrgnlPmtInfId>batch</OrgnlPmtInfId><PmtInfSts>PART</"
                                           "PmtInfSts>"
                                           "<TxInfAndSts><OrgnlEndToEndId>a-1</"
                                           "OrgnlEndToEndId><TxSts>RJCT</TxSts>" REASON(
                                               "AC01") "<OrgnlTxRef><Amt><InstdAmt "
                                                       "Ccy=\"EUR\">12.99</InstdAmt></Amt>"
                                                       "<MndtRltdInf><MndtId>M</MndtId></"
                                                       "MndtRltdInf></OrgnlTxRef></TxInfAndSts>"
                                                       "<TxInfAndSts><OrgnlEndToEndId>b-1</"
                                                       "OrgnlEndToEndId><TxSts>ACCP</TxSts>"
                                                       "</TxInfAndSts></OrgnlPmtInfAndSts>")),
        OK);
    assert_int_equal(file.kind, SEPA_FILE_STATUS);
    assert_int_equal(n_items, 2);
    assert_string_equal(items[0].end_to_end, "a-1");
    assert_string_equal(items[0].status, "RJCT");
    assert_string_equal(items[0].reason, "AC01");
    assert_string_equal(items[0].message, "msg");
    assert_string_equal(items[0].batch, "batch");
    assert_string_equal(items[0].mandate, "M");
    assert_string_equal(items[0].original, "pain.008.001.08");
    assert_int_equal(items[0].amount.minor, 1299);
    assert_string_equal(items[1].status, "ACCP");
    assert_string_equal(items[1].reason, "");
}

static void a_file_that_was_rejected_is_one_item(void **state)
{
    (void)state;
    assert_int_equal(read(REPORT("03", GROUP("<GrpSts>RJCT</GrpSts>" REASON("FF01")))), OK);
    assert_int_equal(n_items, 1);
    assert_true(items[0].is_whole);
    assert_string_equal(items[0].status, "RJCT");
    assert_string_equal(items[0].reason, "FF01");
    assert_int_equal(read(REPORT("03", GROUP("") "<OrgnlPmtInfAndSts>"
                                                 "<OrgnlPmtInfId>batch</OrgnlPmtInfId>"
                                                 "<PmtInfSts>RJCT</PmtInfSts>" REASON(
                                                     "BE05") "</OrgnlPmtInfAndSts>")),
                     OK);
    assert_int_equal(n_items, 1);
    assert_true(items[0].is_whole);
    assert_string_equal(items[0].batch, "batch");
    assert_string_equal(items[0].reason, "BE05");
}

static void a_debit_without_a_status_has_its_batchs(void **state)
{
    (void)state;
    assert_int_equal(read(REPORT("03", GROUP("<GrpSts>RJCT</GrpSts>" REASON(
                                           "FF01")) "<OrgnlPmtInfAndSts>"
                                                    "<OrgnlPmtInfId>b</OrgnlPmtInfId>"
                                                    "<TxInfAndSts><OrgnlEndToEndId>a-1"
                                                    "</OrgnlEndToEndId></TxInfAndSts>"
                                                    "</OrgnlPmtInfAndSts>")),
                     OK);
    assert_int_equal(n_items, 1);
    assert_false(items[0].is_whole);
    assert_string_equal(items[0].status, "RJCT");
    assert_string_equal(items[0].reason, "FF01");
}

static void an_envelope_and_a_lands_own_namespace_are_read_through(void **state)
{
    (void)state;
    assert_int_equal(
        read("<Envelope><AppHdr><To>x</To></AppHdr><Document xmlns=\"http://www.six-interbank-"
             "clearing.com/de/pain.002.001.03.ch.02.xsd\"><CstmrPmtStsRpt><GrpHdr><MsgId>R</MsgId>"
             "</GrpHdr>" GROUP("<GrpSts>ACTC</GrpSts>") "</CstmrPmtStsRpt></Document></Envelope>"),
        OK);
    assert_string_equal(file.version, "pain.002.001.03");
    assert_string_equal(file.id, "R");
    assert_string_equal(items[0].status, "ACTC");
}

static enum err stop(void *context, const struct sepa_item *item)
{
    (void)context, (void)item;
    n_items++;
    return ERR_CANCELLED;
}

static void what_the_sink_returns_ends_the_reading(void **state)
{
    const struct sepa_sink sink = { NULL, stop };
    static const char text[] =
        STATEMENT("02", OURS, ENTRY("1", "CRDT", BOOKED_02, "") ENTRY("1", "CRDT", BOOKED_02, ""));
    (void)state;
    n_items = 0;
    assert_int_equal(sepa_read(text, sizeof text - 1, &sink, &file, why), ERR_CANCELLED);
    assert_int_equal(n_items, 1);
}

/* ---- files of real banks -----------------------------------------------------------------------
 */

static struct {
    size_t files, read, items, amounts;
} tally;

static enum err count(void *context, const struct sepa_item *item)
{
    (void)context;
    tally.items++;
    tally.amounts += item->has_amount ? 1 : 0;
    return OK;
}

static void read_one(const char *path)
{
    const struct sepa_sink sink = { NULL, count };
    FILE *f = fopen(path, "rb");
    char *bytes = malloc(SEPA_FILE_MAX / 16);
    assert_non_null(f);
    size_t n = fread(bytes, 1, SEPA_FILE_MAX / 16, f);
    fclose(f);
    enum err err = sepa_read(bytes, n, &sink, &file, why);
    tally.files++;
    tally.read += err == OK ? 1 : 0;
    if (err != OK)
        print_message("%s: %s\n", path, why);
    free(bytes);
}

static void read_folder(const char *path, int depth)
{
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (struct dirent *e = readdir(folder); e != NULL; e = readdir(folder)) {
        char child[4096];
        struct stat st;
        if (e->d_name[0] == '.')
            continue;
        snprintf(child, sizeof child, "%s/%s", path, e->d_name);
        assert_int_equal(stat(child, &st), 0);
        if (S_ISREG(st.st_mode))
            read_one(child);
        else if (S_ISDIR(st.st_mode) && depth < 3)
            read_folder(child, depth + 1);
    }
    closedir(folder);
}

static void files_of_real_banks_are_read(void **state)
{
    const char *folder = getenv("LANTERNE_SEPA_SAMPLES");
    (void)state;
    if (folder == NULL) {
        print_message("LANTERNE_SEPA_SAMPLES does not name a folder of banks' files: skipped\n");
        skip();
    }
    read_folder(folder, 0);
    print_message("%zu of %zu files, %zu items, %zu with amounts\n", tally.read, tally.files,
                  tally.items, tally.amounts);
    assert_true(tally.files > 0 && tally.read * 10 >= tally.files * 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_booked_as_one_sum_is_one_item),
        cmocka_unit_test(each_transaction_of_an_entry_is_an_item),
        cmocka_unit_test(a_return_is_of_what_was_collected_not_of_the_fee),
        cmocka_unit_test(the_only_transaction_has_its_entrys_amount),
        cmocka_unit_test(an_amount_that_is_none_is_said_and_others_are_read),
        cmocka_unit_test(what_cannot_be_is_refused_with_its_line),
        cmocka_unit_test(an_id_longer_than_ours_is_not_taken_for_its_beginning),
        cmocka_unit_test(an_account_that_is_no_iban_is_none),
        cmocka_unit_test(a_debit_that_was_rejected_says_why),
        cmocka_unit_test(a_file_that_was_rejected_is_one_item),
        cmocka_unit_test(a_debit_without_a_status_has_its_batchs),
        cmocka_unit_test(an_envelope_and_a_lands_own_namespace_are_read_through),
        cmocka_unit_test(what_the_sink_returns_ends_the_reading),
        cmocka_unit_test(files_of_real_banks_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
