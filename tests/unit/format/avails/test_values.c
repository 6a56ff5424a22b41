#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"

/* Reads and frees the bytes. Every fault is a whole sentence with a place. */
static enum err read_bytes(struct arena *arena, char *bytes, size_t n, struct avails_file *out)
{
    enum err err = avails_read(arena, bytes, n, out);
    free(bytes);
    for (size_t i = 0; i < out->n_faults; i++) {
        assert_true(strlen(out->faults[i].where) > 0);
        assert_true(strlen(out->faults[i].what) > 0);
    }
    return err;
}

struct row {
    const char *what, *said; /* column and cell; or from and to */
    const char *json;        /* stands in the model; NULL: the transaction is refused */
    const char *code;        /* of the fault or warning; NULL: there is none */
};

static void check_row(const struct row *row, bool is_xml)
{
    struct arena *arena = arena_create();
    struct avails_file file;
    struct buf json;
    size_t n;
    char *bytes =
        is_xml ? document_with(row->what, row->said, &n) : book_of_row(row->what, row->said, &n);
    buf_init(&json, 1 << 20);
    enum err err = read_bytes(arena, bytes, n, &file);
    if (err == OK)
        model_json(&file, &json);
    bool has = row->json != NULL && strstr(buf_string(&json), row->json) != NULL;
    bool refused = file.n_refused == 1 && file.n_avails == 0;
    bool said = row->code == NULL ? file.n_faults == 0 : fault_with(&file, row->code, NULL) != NULL;
    if (err != OK || !said || (row->json == NULL ? !refused : !has)) {
        print_message("%s = %s: %s, %s\n", row->what, row->said, err_name(err), buf_string(&json));
        print_faults(&file);
        fail();
    }
    buf_finish(&json);
    arena_destroy(&arena);
}

static const struct row cell_rows[] = {
    { NULL, NULL, "\"start\":{\"day\":\"2013-07-15\"},\"end\":{\"day\":\"2014-07-14\"}", NULL },
    /* dates */
    { "Start", "#41439", "\"start\":{\"day\":\"2013-06-14\"}", NULL },
    { "Start", "#41439.0", "\"start\":{\"day\":\"2013-06-14\"}", NULL },
    { "Start", "#59", "\"start\":{\"day\":\"1900-02-28\"}", NULL },
    { "Start", "#61", "\"start\":{\"day\":\"1900-03-01\"}", NULL },
    { "Start", "#60", NULL, "date" }, /* 29 February 1900, which only Excel knows */
    { "Start", "#0", NULL, "date" },
    { "Start", "#-1", NULL, "date" },
    { "Start", "#2958466", NULL, "date" },
    { "Start", "#1E300", NULL, "date" },
    { "Start", "#41439.5", "\"start\":{\"instant\":\"2013-06-14T12:00:00Z\"}", NULL },
    { "End", "#41834", "\"end\":{\"day\":\"2014-07-14\"}", NULL },
    { "End", "#41834.999988425923", "\"end\":{\"day\":\"2014-07-14\"}", NULL },
    { "Start", "2013-07-15T00:00:00", "\"start\":{\"day\":\"2013-07-15\"}", NULL },
    { "Start", "2013-07-15 00:00:00", "\"start\":{\"day\":\"2013-07-15\"}", NULL },
    { "Start", "@2013-07-15T00:00:00.000", "\"start\":{\"day\":\"2013-07-15\"}", NULL },
    { "End", "2014-07-14T00:00:00", "\"end\":{\"instant\":\"2014-07-14T00:00:00Z\"}", NULL },
    { "End", "2014-07-14T23:59:59+02:00", "\"end\":{\"instant\":\"2014-07-14T21:59:59Z\"}", NULL },
    { "Start", "2013-02-30", NULL, "date" },
    { "Start", "2013-07-15T25:00:00", NULL, "date" },
    { "Start", "15/07/2013", NULL, "date" },
    { "Start", "#REF!", NULL, "date" },
    { "Start", "", NULL, "required" },
    { "End", "2013-07-14", NULL, "date" }, /* before it starts */
    { "End", "2013-07-15", "\"end\":{\"day\":\"2013-07-15\"}", NULL },
    { "End", "Open", "\"end\":{\"condition\":\"Open\"}", NULL },
    { "End", "eststart", "\"end\":{\"condition\":\"ESTStart\"}", NULL },
    { "StartLag", "-PT12H", NULL, "lag" },
    { "EndLag", "P1D", NULL, "lag" },
    { "WindowDuration", "P180D", "\"window\":\"P180D\"", NULL },
    { "WindowDuration", "180", NULL, "duration" },
    /* where */
    { "Territory", "US, CA;MX", "\"territories\":[\"CA\",\"MX\",\"US\"]", NULL },
    { "Territory", "us", "\"territories\":[\"US\"]", NULL },
    { "Territory", "ZZ", "\"territories\":[\"ZZ\"]", NULL },
    { "Territory", "ZZ, FR", "\"territories\":[\"ZZ\"]", NULL },
    { "Territory", "US-CA", "\"territories\":[\"US-CA\"]", NULL },
    { "Territory", "JJ", NULL, "territory" },
    { "Territory", "UK", NULL, "territory" },
    { "Territory", "FR, JJ", NULL, "territory" },
    { "Territory", "", NULL, "required" },
    { "TerritoryExclusion", "US, CA", "\"excluded\":[\"CA\",\"US\"]", NULL },
    { "TerritoryExclusion", "XX", NULL, "territory" },
    /* what kind */
    { "LicenseType", "AVOD", "\"licence\":\"AVOD\"", NULL },
    { "LicenseType", "svod", "\"licence\":\"SVOD\"", NULL },
    { "LicenseType", "PayTV", NULL, "vocabulary" },
    { "FormatProfile", "4K", NULL, "vocabulary" },
    { "EntryType", "Fullz Extract", NULL, "vocabulary" },
    { "EntryType", "", "\"entry\":\"Full Extract\"", "required" },
    { "LicenseRightsDescription", "Librry", NULL, "vocabulary" },
    { "HDR", "?1", "\"hdr\":\"true\"", NULL },
    { "HDR", "HDR10", "\"hdr\":\"HDR10\"", NULL },
    { "HFR", "no", "\"hfr\":\"false\"", NULL },
    /* booleans */
    { "Exclusive", "#1", "\"exclusive\":true", NULL },
    { "Exclusive", "?0", "\"exclusive\":false", NULL },
    { "Exclusive", "T", "\"exclusive\":true", NULL },
    { "Exclusive", "FALSE", "\"exclusive\":false", NULL },
    { "Exclusive", "y", "\"exclusive\":true", NULL },
    { "Exclusive", "No", "\"exclusive\":false", NULL },
    { "Exclusive", "perhaps", NULL, "boolean" },
    { "ExceptionFlag", "Yes  ", "\"exception\":true", NULL },
    { "Download", "FALSE", "{\"name\":\"Download\",\"is\":false}", NULL },
    { "CaptionIncluded", "Yes", "\"has_captions\":true", NULL },
    { "TitleStatus", "revoked", "\"status\":\"Revoked\"", NULL },
    { "TitleStatus", "Maybe", NULL, "vocabulary" },
    /* languages */
    { "AllowedLanguages", "es:subdub, FR-ca|zh-hans",
      "\"allowed\":[{\"tag\":\"es\",\"asset\":\"subdub\"},{\"tag\":\"fr-CA\"},"
      "{\"tag\":\"zh-Hans\"}]",
      NULL },
    { "AllowedLanguages", "es-419, cmn", "[{\"tag\":\"cmn\"},{\"tag\":\"es-419\"}]", NULL },
    { "AllowedLanguages", "en, en", "\"allowed\":[{\"tag\":\"en\"}]", NULL },
    { "AllowedLanguages", "XYZ", NULL, "language" },
    { "AllowedLanguages", "fr-xx", NULL, "language" },
    { "AllowedLanguages", "eng", NULL, "language" },
    { "AllowedLanguages", "es:telepathy", NULL, "language" },
    { "AllowedLanguages", "en_US", NULL, "language" },
    { "AllowedLanguages", "ca-valencia", "\"allowed\":[{\"tag\":\"ca-valencia\"}]", NULL },
    { "StoreLanguage", "EN:audio", "\"asset\":[{\"tag\":\"en\",\"asset\":\"audio\"}]", NULL },
    { "HoldbackLanguage", "DE", "\"holdback\":[{\"tag\":\"de\"}]", NULL },
    { "HoldbackExclusionLanguage", "FR", "\"allowed\":[{\"tag\":\"fr\"}]", NULL },
    { "RequiredFulfillmentLanguages", "fr", "\"required\":[{\"tag\":\"fr\"}]", NULL },
    /* terms */
    { "SRP", "#4.9900000000000002", "{\"name\":\"SRP\",\"amount\":\"4.99\"}", NULL },
    { "SRP", "1000.00", "{\"name\":\"SRP\",\"amount\":\"1000\"}", NULL },
    { "SRP", "#0.1", "\"amount\":\"0.1\"", NULL },
    { "SRP", "#1E-3", "\"amount\":\"0.001\"", NULL },
    { "SRP", "$4.99", NULL, "price" },
    { "SRP", "-1", NULL, "price" },
    { "PriceType", "WSPP", NULL, "vocabulary" },
    { "PriceValue", "4.99", "\"format\":\"HD\"}", "price" }, /* of nothing: left out */
    { "RentalDuration", "#720", "{\"name\":\"RentalDuration\",\"duration\":\"P30D\"}", NULL },
    { "WatchDuration", "PT48H", "{\"name\":\"WatchDuration\",\"duration\":\"P2D\"}", NULL },
    { "WatchDuration", "two days", NULL, "duration" },
    { "AnnounceDate", "2013-06-01", "{\"name\":\"AnnounceDate\",\"at\":{\"day\":\"2013-06-01\"}}",
      NULL },
    { "SuppressionLiftDate", "N/A", "\"format\":\"HD\"}", NULL },
    { "FixedEndDate", "2013-13-01", NULL, "date" },
    { "TPRType", "Sometimes", NULL, "vocabulary" },
    /* the work */
    { "TotalRunTime", "01:37:49", "\"run_length\":\"PT1H37M49S\"", NULL },
    { "TotalRunTime", "56:20", "\"run_length\":\"PT56M20S\"", NULL },
    { "TotalRunTime", "#0.080787037037037", "\"run_length\":\"PT1H56M20S\"", NULL },
    { "TotalRunTime", "long", "\"internal_title\":\"Film, The\"}", "duration" },
    { "ReleaseYear", "#2013", "\"year\":2013", NULL },
    { "ReleaseHistoryOriginal", "#41304", "{\"type\":\"original\",\"day\":\"2013-01-30\"}", NULL },
    { "ReleaseHistoryPhysicalHV", "1999", "{\"type\":\"DVD\",\"day\":\"1999-01-01\"}", NULL },
    { "TitleID", "10.5240/8FF3-1C20-84F5-F247-8BCD-E",
      "\"eidr\":\"10.5240/8FF3-1C20-84F5-F247-8BCD-E\"", NULL },
    { "TitleID", "10.5240/8FF3-1C20-84F5-F247-8BCD-F",
      "\"alt_id\":\"10.5240/8FF3-1C20-84F5-F247-8BCD-F\"", "eidr" },
    { "ContentID", "md:cid:eidr-s:8FF3-1C20-84F5-F247-8BCD-E",
      "\"eidr\":\"10.5240/8FF3-1C20-84F5-F247-8BCD-E\"", NULL },
    { "ContentID", "md:cid:eidr-s", "\"content_id\":\"md:cid:eidr-s\"", "id" },
    { "LocalizationType", " DUB ", "\"localization\":\"dub\"", NULL },
    { "CaptionExemption", "#4", "\"caption_exemption\":4,\"has_captions\":false", NULL },
    { "CaptionExemption", "#9", "\"internal_title\":\"Film, The\"}", "number" },
    { "TitleInternalAlias", "  Film,\n  The ", "\"internal_title\":\"Film, The\"", NULL },
    { "DisplayName", "", NULL, "required" },
    { "ALID", "", NULL, "required" },
    { "WorkType", " moVie ", "\"work_type\":\"Movie\"", NULL },
    { "BundleALIDs", "b;a, c", "\"bundled\":[\"b\",\"a\",\"c\"]", NULL },
    { "VolumeDistributinoNumber", "1", "\"format\":\"HD\"}", NULL },
    { "Avail/AvailID", "T1", "\"id\":\"T1\"", NULL },
    { "Sponsor", "x", "\"format\":\"HD\"}", "column" },
    { "Description", "//not this", "\"licence\":\"SVOD\",\"territories\"", NULL },
};

static void a_cell_of_a_workbook_means_what_studios_mean_by_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cell_rows / sizeof cell_rows[0]; i++)
        check_row(&cell_rows[i], false);
}

#define TRANS "<a:LicenseType>SVOD</a:LicenseType>"
#define TERM(inner) "<a:FormatProfile>HD</a:FormatProfile>" inner

static const struct row element_rows[] = {
    { NULL, NULL, "\"start\":{\"day\":\"2013-07-15\"},\"end\":{\"day\":\"2014-07-14\"}", NULL },
    { "<a:Start>2013-07-15T00:00:00<", "<a:Start>2013-07-15T00:00:00Z<",
      "\"start\":{\"instant\":\"2013-07-15T00:00:00Z\"}", NULL },
    { "<a:Start>2013-07-15T00:00:00<", "<a:Start>2013-07-15T20:00:00-05:30<",
      "\"start\":{\"instant\":\"2013-07-16T01:30:00Z\"}", NULL },
    { "2013-07-15T00", "2013-02-30T00", NULL, "date" },
    { "2014-07-14T23:59:59", "2014-07-14T24:00:00",
      "\"end\":{\"instant\":\"2014-07-15T00:00:00Z\"}", NULL },
    { "<a:Start>", "<a:Start lag=\"P1D\">", NULL, "lag" },
    { "<a:Start>2013-07-15T00:00:00</a:Start>",
      "<a:StartCondition lag=\"-P5DT10H\">Theatrical</a:StartCondition>",
      "\"start\":{\"condition\":\"Theatrical\",\"lag\":\"-P5DT10H\"}", NULL },
    { "<a:Start>2013-07-15T00:00:00</a:Start>", "<a:StartCondition>Soon</a:StartCondition>", NULL,
      "vocabulary" },
    { "<a:Start>2013-07-15T00:00:00</a:Start>\n", "", NULL, "required" },
    { "<md:country>FR</md:country>", "<md:country>JJ</md:country>", NULL, "territory" },
    { "<md:country>FR</md:country>", "<md:countryRegion>US-CA</md:countryRegion>",
      "\"territories\":[\"US-CA\"]", NULL },
    { "<a:Territory><md:country>FR</md:country></a:Territory>\n", "", NULL, "required" },
    { "<a:Territory><md:country>FR</md:country></a:Territory>",
      "<a:TerritoryExcluded><md:country>US</md:country></a:TerritoryExcluded>",
      "\"territories\":[\"ZZ\"],\"excluded\":[\"US\"]", NULL },
    { "<a:Start>2", "<a:TerritoryNot>US</a:TerritoryNot><a:Start>2", NULL, "structure" },
    { "<a:WorkType>", "<a:Mood>sad</a:Mood><a:WorkType>", "\"licence\":\"SVOD\"", "structure" },
    { "<a:WorkType>", "<x:Mood xmlns:x=\"urn:x\"><x:y/></x:Mood><a:WorkType>",
      "\"licence\":\"SVOD\"", NULL },
    { TRANS, TRANS TRANS, NULL, "structure" },
    { "<a:AvailType>single</a:AvailType>\n", "", NULL, "required" },
    { "single", "double", NULL, "vocabulary" },
    { "Full Extract", "Full Extrakt", NULL, "vocabulary" },
    { "<md:DisplayName>Studio</md:DisplayName>", "", NULL, "required" },
    { "<a:ALID>md:alid:org:x.com:film</a:ALID>\n", "", NULL, "required" },
    { ">md:alid:org:x.com:film<", "> <", NULL, "required" },
    { "<a:Metadata>\n<a:TitleInternalAlias>Film, The</a:TitleInternalAlias>\n</a:Metadata>\n", "",
      NULL, "required" },
    { "<a:FormatProfile>", "<a:FormatProfile HDR=\"true\" NGAudio=\"Auro3D\">",
      "\"format\":\"HD\",\"hdr\":\"true\",\"ng_audio\":\"Auro3D\"", NULL },
    { "<a:FormatProfile>",
      "<a:AllowedLanguage asset=\"subdub\">ES</a:AllowedLanguage>"
      "<a:AssetLanguage assetProvided=\"true\">fr</a:AssetLanguage><a:FormatProfile>",
      "\"allowed\":[{\"tag\":\"es\",\"asset\":\"subdub\"}],\"required\":[{\"tag\":\"fr\"}]", NULL },
    { "<a:FormatProfile>HD</a:FormatProfile>",
      TERM("<a:Term termName=\"SRP\"><a:Money currency=\"EUR\">12.50</a:Money></a:Term>"),
      "{\"name\":\"SRP\",\"amount\":\"12.5\",\"currency\":\"EUR\"}", NULL },
    { "<a:FormatProfile>HD</a:FormatProfile>",
      TERM("<a:Term termName=\"SRP\"><a:Money currency=\"XTS\">12</a:Money></a:Term>"),
      "{\"name\":\"SRP\",\"amount\":\"12\"}", NULL },
    { "<a:FormatProfile>HD</a:FormatProfile>",
      TERM("<a:Term termName=\"SRP\"><a:Money currency=\"XTs\">12</a:Money></a:Term>"), NULL,
      "price" },
    { "<a:FormatProfile>HD</a:FormatProfile>",
      TERM("<a:Term termName=\"LicenseFee\"><a:Text>FooBar-5</a:Text></a:Term>"),
      "{\"name\":\"LicenseFee\",\"text\":\"FooBar-5\"}", NULL },
    { "<a:FormatProfile>HD</a:FormatProfile>",
      TERM("<a:Term termName=\"WatchDuration\"><a:Duration>PT48H</a:Duration></a:Term>"),
      "{\"name\":\"WatchDuration\",\"duration\":\"P2D\"}", NULL },
    { "<a:FormatProfile>HD</a:FormatProfile>",
      TERM("<a:Term termName=\"Exclusive\"><a:Boolean>true</a:Boolean></a:Term>"),
      "\"exclusive\":true", NULL },
    { "<a:FormatProfile>HD</a:FormatProfile>",
      TERM("<a:Term termName=\"Haircut\"><a:Text>short</a:Text></a:Term>"),
      "{\"name\":\"Haircut\",\"text\":\"short\"}", "vocabulary" },
    { "<a:FormatProfile>HD</a:FormatProfile>", TERM("<a:Term><a:Text>x</a:Text></a:Term>"), NULL,
      "required" },
    { "</a:TitleInternalAlias>\n",
      "</a:TitleInternalAlias><a:Ratings><md:Rating><md:Region><md:country>US</md:country>"
      "</md:Region><md:System>MPAA</md:System><md:Value>6</md:Value></md:Rating></a:Ratings>",
      "\"internal_title\":\"Film, The\"}", "rating" },
    { "</a:TitleInternalAlias>\n",
      "</a:TitleInternalAlias><a:Ratings><md:Rating><md:Region><md:country>DE</md:country>"
      "</md:Region><md:System>MPAA</md:System><md:Value>PG</md:Value></md:Rating></a:Ratings>",
      "{\"territory\":\"DE\",\"system\":\"MPAA\",\"value\":\"PG\"}", "rating" },
    { "</a:TitleInternalAlias>\n",
      "</a:TitleInternalAlias><a:People><md:Job><md:JobFunction>Director</md:JobFunction>"
      "</md:Job><md:Name><md:DisplayName>A. B.</md:DisplayName></md:Name></a:People>",
      "\"director\":\"A. B.\"", NULL },
    { "</a:TitleInternalAlias>\n",
      "</a:TitleInternalAlias><a:AltIdentifier><md:Namespace>org:x</md:Namespace>"
      "<md:Identifier>AltID:F1</md:Identifier></a:AltIdentifier>",
      "\"alt_id\":\"F1\"", NULL },
    { ">Film, The<", "><![CDATA[A <b> & C]]><", "\"internal_title\":\"A <b> & C\"", NULL },
    { ">Film, The<", ">Caf&#xe9; &amp; Bar<", "\"internal_title\":\"Café & Bar\"", NULL },
    { "</a:Transaction>\n", "</a:Transaction><a:ExceptionFlag/>", "\"exception\":true", NULL },
    { "</a:Transaction>\n", "</a:Transaction><a:ExceptionFlag>false</a:ExceptionFlag>",
      "\"type\":\"single\"", NULL },
};

static void an_element_of_a_document_means_what_the_schema_means_by_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof element_rows / sizeof element_rows[0]; i++)
        check_row(&element_rows[i], true);
}

static void what_is_no_avails_document_is_refused_whole_with_its_reason(void **state)
{
    static const struct {
        const char *from, *to;
        enum err err;
        const char *code, *what;
    } rows[] = {
        { "<a:AvailList", "<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/x\"><a:AvailList", ERR_MALFORMED,
          "xml", "DOCTYPE" },
        { "<a:AvailList", "<!DOCTYPE a [<!ENTITY e \"x\">]><a:AvailList", ERR_MALFORMED, "xml",
          "DOCTYPE" },
        { ">Film, The<", ">&film;<", ERR_MALFORMED, "xml", "film" },
        { "</a:Avail>", "", ERR_MALFORMED, "xml", "Avail" },
        { "</a:AvailList>\n", "", ERR_MALFORMED, "xml", NULL },
        { "v2.4/avails", "v3.0/avails", ERR_UNSUPPORTED, "structure", "version" },
        { "schema/avails", "schema/manifest", ERR_UNSUPPORTED, "structure", "AvailList" },
        { "encoding=\"UTF-8\"", "encoding=\"UTF-7\"", ERR_UNSUPPORTED, "xml", "encoding" },
        { "encoding=\"UTF-8\"", "encoding=\"IBM037\"", ERR_UNSUPPORTED, "xml", "encoding" },
        { "<?xml", "plain text <?xml", ERR_UNSUPPORTED, "xml", "neither" },
        { ">Film, The<", ">Film \xff The<", ERR_MALFORMED, "xml", NULL },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_create();
        struct avails_file file;
        size_t n;
        char *bytes = document_with(rows[i].from, rows[i].to, &n);
        enum err err = read_bytes(arena, bytes, n, &file);
        const char *what = file.n_faults == 0 ? "" : file.faults[0].what;
        if (err != rows[i].err || file.n_faults == 0 || file.n_avails != 0 ||
            strcmp(file.faults[0].code, rows[i].code) != 0 ||
            (rows[i].what != NULL && strstr(what, rows[i].what) == NULL)) {
            print_message("row %zu: %s\n", i, err_name(err));
            print_faults(&file);
            fail();
        }
        arena_destroy(&arena);
    }
}

static void an_eidr_is_known_in_every_dress_by_its_check_character(void **state)
{
    static const struct {
        const char *text;
        enum err err;
    } rows[] = {
        { "10.5240/8FF3-1C20-84F5-F247-8BCD-E", OK },
        { "10.5240/:8FF3-1C20-84F5-F247-8BCD-E", OK },
        { "urn:eidr:10.5240:8FF3-1C20-84F5-F247-8BCD-E", OK },
        { "md:cid:eidr-s:8FF3-1C20-84F5-F247-8BCD-E", OK },
        { "md:alid:eidr-x:8ff3-1c20-84f5-f247-8bcd-e", OK },
        { "https://doi.org/10.5240/8FF3-1C20-84F5-F247-8BCD-E", OK },
        { "10.5240/8FF3-1C20-84F5-F247-8BCD-F", ERR_DENIED },
        { "10.5240/8FF3-1C20-84F5-F247-8BDC-E", ERR_DENIED },    /* two characters changed places */
        { "10.5240/1489-49A2-3956-4B2D-ZZ45-6", ERR_MALFORMED }, /* hexadecimal, it says */
        { "10.5240/8FF3-1C20-84F5-F247-8BCD", ERR_MALFORMED },
        { "10.5240/8FF3-1C20-84F5-F247-8BCD-EE", ERR_MALFORMED },
        { "10.2340/8FF3-1C20-84F5-F247-8BCD-E", ERR_MALFORMED },
        { "8FF3-1C20-84F5-F247-8BCD-E", ERR_MALFORMED },
        /* as the field's negative files write them */
        { "md:audtrackid:eidr-s:E6CA-AB58-E298-7BA0 E574 V", ERR_MALFORMED },
        { "md:cid:eidr-s:E6CA-AB58-E298-7BA0 E574 V", ERR_MALFORMED },
        { "md:vidtrackid:eidr-s", ERR_MALFORMED },
        { "md:cid:eidr-s", ERR_MALFORMED },
        { "", ERR_MALFORMED },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char out[EIDR_TEXT] = "";
        enum err err = eidr_parse(rows[i].text, strlen(rows[i].text), out);
        if (err != rows[i].err)
            fail_msg("%s: %s", rows[i].text, err_name(err));
        if (err == OK)
            assert_string_equal(out, "10.5240/8FF3-1C20-84F5-F247-8BCD-E");
    }
}

static void identifiers_are_held_against_their_syntax(void **state)
{
    static const struct {
        const char *id;
        bool is_told;
    } rows[] = {
        { "md:alid:eidr-s", true },         /* its last part is missing */
        { "md:alid:org:x.com film", true }, /* a blank in it */
        { "md:alid::film", true },
        { "md:alid:org:x.com:film", false },
        { "FILM_2013", false },
        { "urn:dece:alid:eidr-s:77C5", false },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_create();
        struct avails_file file;
        size_t n;
        char *bytes = document_with("md:alid:org:x.com:film", rows[i].id, &n);
        assert_int_equal(read_bytes(arena, bytes, n, &file), OK);
        assert_int_equal(file.n_avails, 1); /* a warning: the offer stands under the name it has */
        bool is_told = fault_with(&file, "id", "Avail/ALID") != NULL;
        if (is_told != rows[i].is_told)
            fail_msg("%s: %s", rows[i].id, is_told ? "told" : "not told");
        arena_destroy(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cell_of_a_workbook_means_what_studios_mean_by_it),
        cmocka_unit_test(an_element_of_a_document_means_what_the_schema_means_by_it),
        cmocka_unit_test(what_is_no_avails_document_is_refused_whole_with_its_reason),
        cmocka_unit_test(an_eidr_is_known_in_every_dress_by_its_check_character),
        cmocka_unit_test(identifiers_are_held_against_their_syntax),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
