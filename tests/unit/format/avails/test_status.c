#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "format/avails/status.h"

static const utc_time made = { INT64_C(1373846400000000) }; /* 2013-07-15T00:00:00Z */

static const char *const france[] = { "FR" };
static const char *const world[] = { "ZZ" };
static const char *const america[] = { "US", "CA-QC" };
static const struct offer_transaction transactions[] = {
    { .transaction_id = "1431081",
      .contract = "C-1",
      .reporting = "R & D",
      .territories = france,
      .n_territories = 1,
      .format = "HD",
      .progress = OFFER_LIVE,
      .start = { INT64_C(1373846400000000) },
      .has_end = true,
      .end = { INT64_C(1405382399000000) },
      .url = "https://example.org/title/a?b=1&c=2" },
    { .territories = world,
      .n_territories = 1,
      .excluded = america,
      .n_excluded = 2,
      .progress = OFFER_IN_PROCESS,
      .start = { INT64_MIN } },
    { .transaction_id = "3",
      .format = "UHD",
      .progress = OFFER_ISSUE,
      .start = { INT64_MIN },
      .start_condition = "Immediate",
      .has_end = true,
      .end = { INT64_MAX },
      .comments = "No UHD master <yet>\x01" },
    { .transaction_id = "4", .progress = OFFER_READY, .start = { INT64_C(1373846400500000) } },
};
static const struct offer_status offers[] = {
    { .alid = "md:alid:eidr-s:AD07-310C-C59D-6785-C63A-G",
      .licensor = "Fox & Fils",
      .licence = "SVOD",
      .n = 4,
      .transactions = transactions },
    { .alid = "md:alid:org:nothing", .licence = "SVOD" },
};

static void a_document_says_each_transaction_in_the_schemas_order(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 1 << 20);
    assert_int_equal(offer_status_write(&out, offers, 2, made), OK);
    const char *text = buf_string(&out);
    static const char *const expected[] = {
        "<avails:ALID>md:alid:eidr-s:AD07-310C-C59D-6785-C63A-G</avails:ALID>",
        "<md:DisplayName>Fox &amp; Fils</md:DisplayName>",
        "<avails:Transaction timestamp=\"2013-07-15T00:00:00Z\">",
        "<avails:TransactionID>1431081</avails:TransactionID>",
        "<avails:ContractID>C-1</avails:ContractID>",
        "<avails:ReportingID>R &amp; D</avails:ReportingID>",
        "<avails:LicenseType>SVOD</avails:LicenseType>",
        "<md:country>FR</md:country>",
        "<avails:FormatProfile>HD</avails:FormatProfile>",
        "<avails:ProgressCode>Live</avails:ProgressCode>",
        "<avails:Start>2013-07-15T00:00:00Z</avails:Start>",
        "<avails:End>2014-07-14T23:59:59Z</avails:End>",
        "<avails:OfferURL>https://example.org/title/a?b=1&amp;c=2</avails:OfferURL>",
        "<avails:TerritoryExcluded>",
        "<md:country>US</md:country>",
        "<md:countryRegion>CA-QC</md:countryRegion>",
        "<avails:ProgressCode>In-Process</avails:ProgressCode>",
        "<avails:StartCondition>TBD</avails:StartCondition>",
        "<avails:ProgressCode>Issue</avails:ProgressCode>",
        "<avails:StartCondition>Immediate</avails:StartCondition>",
        "<avails:Comments>No UHD master &lt;yet&gt;\xef\xbf\xbd</avails:Comments>",
        "<avails:ProgressCode>Ready</avails:ProgressCode>",
        "<avails:Start>2013-07-15T00:00:00.500000Z</avails:Start>",
        "<avails:ALID>md:alid:org:nothing</avails:ALID>",
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const char *at = strstr(text, expected[i]);
        if (at == NULL)
            fail_msg("not there, or not in order: %s", expected[i]);
        text = at + strlen(expected[i]);
    }
    assert_null(strstr(buf_string(&out), "ZZ"));
    assert_null(strstr(buf_string(&out), "out of range"));
    buf_finish(&out);
}

static void a_document_past_its_ceiling_is_refused(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 600);
    assert_int_equal(offer_status_write(&out, offers, 2, made), ERR_FULL);
    buf_finish(&out);
}

/* ---- against the schema -----------------------------------------------------------------------
 */

static const char resources[] = "corpora/avails-mddf/src/com/movielabs/mddf/resources";

static char *file_bytes(const char *folder, const char *name)
{
    char path[1024];
    const char *shared = getenv("LANTERNE_SHARED");
    snprintf(path, sizeof path, "%s/%s/%s", shared != NULL ? shared : ".", folder, name);
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return NULL;
    size_t room = 4 << 20;
    char *bytes = calloc(1, room);
    assert_non_null(bytes);
    size_t n = fread(bytes, 1, room - 1, f);
    assert_true(n > 0 && n < room - 1);
    fclose(f);
    return bytes;
}

/* Writes a file of the folder with one text put for another. */
static bool copy(const char *to, const char *folder, const char *name, const char *as,
                 const char *from_text, const char *to_text)
{
    char *bytes = file_bytes(folder, name), path[1024];
    if (bytes == NULL)
        return false;
    snprintf(path, sizeof path, "%s/%s", to, as);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    for (const char *at = bytes; *at != 0;) {
        if (strncmp(at, from_text, strlen(from_text)) == 0) {
            fputs(to_text, f);
            at += strlen(from_text);
        } else {
            fputc(*at++, f);
        }
    }
    fclose(f);
    free(bytes);
    return true;
}

__attribute__((format(printf, 2, 3))) static void complain(void *context, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(context, format, args);
    va_end(args);
}

static int validate(const char *schema_path, const char *xml, size_t n)
{
    xmlSchemaParserCtxtPtr parser = xmlSchemaNewParserCtxt(schema_path);
    xmlSchemaSetParserErrors(parser, complain, complain, stderr);
    xmlSchemaPtr schema = xmlSchemaParse(parser);
    assert_non_null(schema);
    xmlSchemaValidCtxtPtr valid = xmlSchemaNewValidCtxt(schema);
    xmlSchemaSetValidErrors(valid, complain, complain, stderr);
    xmlDocPtr doc = xmlReadMemory(xml, (int)n, "status.xml", NULL, XML_PARSE_NONET);
    assert_non_null(doc);
    int result = xmlSchemaValidateDoc(valid, doc);
    xmlFreeDoc(doc);
    xmlSchemaFreeValidCtxt(valid);
    xmlSchemaFree(schema);
    xmlSchemaFreeParserCtxt(parser);
    return result;
}

/* The schema imports md-v2.9, which is not among the samples: its later edition stands in for it
 * under that name. */
static void a_document_is_valid_by_the_schema(void **state)
{
    (void)state;
    char folder[] = "/tmp/lanterne-status-XXXXXX", schema[1100];
    assert_non_null(mkdtemp(folder));
    static const char *const files[] = { "avails-v2.5.2.xsd", "mdmec-v2.9.xsd",
                                         "xmldsig-core-schema.xsd", "md-v2.9.xsd" };
    bool there = copy(folder, "avails", files[0], files[0], "\r", "") &&
                 copy(folder, resources, files[1], files[1], "\r", "") &&
                 copy(folder, resources, files[2], files[2], "\r", "") &&
                 copy(folder, "avails", "md-v2.12.xsd", files[3], "md/v2.12/md", "md/v2.9/md");
    if (there) {
        struct buf out;
        buf_init(&out, 1 << 20);
        assert_int_equal(offer_status_write(&out, offers, 2, made), OK);
        snprintf(schema, sizeof schema, "%s/%s", folder, files[0]);
        assert_int_equal(validate(schema, buf_string(&out), out.size), 0);
        buf_finish(&out);
    }
    for (size_t i = 0; i < 4; i++) {
        snprintf(schema, sizeof schema, "%s/%s", folder, files[i]);
        (void)unlink(schema);
    }
    rmdir(folder);
    if (!there) {
        print_message("skipped: the schemas of Avails 2.5.2 are not here\n");
        skip();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_says_each_transaction_in_the_schemas_order),
        cmocka_unit_test(a_document_past_its_ceiling_is_refused),
        cmocka_unit_test(a_document_is_valid_by_the_schema),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    xmlCleanupParser();
    return failed;
}
