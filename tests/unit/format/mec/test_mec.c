#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "format/mec/mec.h"

#define MD "http://www.movielabs.com/schema/md/v2.7/md"
#define MEC "http://www.movielabs.com/schema/mdmec/v2.7"
#define OPEN                                                                                       \
    "<?xml version=\"1.0\"?>\n"                                                                    \
    "<mdmec:CoreMetadata xmlns:md=\"" MD "\" xmlns:mdmec=\"" MEC "\">\n"                           \
    "<mdmec:Basic ContentID=\"md:cid:eidr-s:AD07-310C-C59D-6785-C63A-G\">\n"
#define CLOSE "</mdmec:Basic></mdmec:CoreMetadata>\n"
#define TITLE                                                                                      \
    "<md:LocalizedInfo "                                                                           \
    "language=\"en\"><md:TitleDisplay60>T</md:TitleDisplay60></md:LocalizedInfo>"
#define MOVIE "<md:WorkType>Movie</md:WorkType>"

static struct arena *arena;
static struct mec_file file;

static int set_up(void **state)
{
    (void)state;
    arena = arena_create();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_destroy(&arena);
    return 0;
}

static enum err read(const char *text)
{
    return mec_read(arena, text, strlen(text), &file);
}

static const char whole[] = OPEN
    "<md:LocalizedInfo language=\"fr-fr\" default=\"true\">\n"
    "  <md:TitleDisplay60>Le conseiller</md:TitleDisplay60>\n"
    "  <md:TitleDisplayUnlimited>Cartel &amp; Cie</md:TitleDisplayUnlimited>\n"
    "  <md:TitleSort>Cartel</md:TitleSort>\n"
    "  <md:ArtReference resolution=\"1x1\">md:imageid:a\n  </md:ArtReference>\n"
    "  <md:Summary190>Court.</md:Summary190>\n"
    "  <md:Summary4000>Un avocat\n\t\tse lance<!-- ici --> dans la drogue.  </md:Summary4000>\n"
    "  <md:Genre level=\"0\">Drama</md:Genre><md:Genre id=\"Crime\"/>\n"
    "  <md:Region><md:country>FR</md:country></md:Region>\n"
    "  <md:OriginalTitle>The Counselor</md:OriginalTitle>\n"
    "  <md:CopyrightLine>2013 Fox</md:CopyrightLine>\n"
    "</md:LocalizedInfo>\n"
    "<md:LocalizedInfo language=\"ZH-hans-cn\"><md:TitleDisplay19>\xe5\x84\xbf</md:TitleDisplay19>"
    "</md:LocalizedInfo>\n"
    "<md:RunLength>PT117M00.0S</md:RunLength><md:ReleaseYear>2013</md:ReleaseYear>\n"
    "<md:ReleaseHistory><md:ReleaseType wide=\"true\">Theatrical</md:ReleaseType>\n"
    "  <md:DistrTerritory><md:country>FR</md:country></md:DistrTerritory>\n"
    "  <md:DistrTerritory><md:countryRegion>CA-QC</md:countryRegion></md:DistrTerritory>\n"
    "  <md:Date>2013-11-13T20:00:00</md:Date></md:ReleaseHistory>\n"
    "<md:ReleaseHistory><md:ReleaseType>original</md:ReleaseType><md:Date>2013-10</md:Date>"
    "</md:ReleaseHistory>\n"
    "<md:WorkType>Movie</md:WorkType>\n"
    "<md:AltIdentifier><md:Namespace>ORG</md:Namespace><md:Identifier>X1</md:Identifier>"
    "</md:AltIdentifier>\n"
    "<md:AltIdentifier><md:Namespace>EIDR</md:Namespace>"
    "<md:Identifier>10.5240/E6CA-AB58-E298-7BA0-E574-V</md:Identifier><md:Scope>Edit</md:Scope>"
    "</md:AltIdentifier>\n"
    "<md:RatingSet><md:Rating><md:Region><md:country>FR</md:country></md:Region>"
    "<md:System>CNC</md:System><md:Value>12</md:Value><md:Reason>V</md:Reason></md:Rating>"
    "</md:RatingSet>\n"
    "<md:People><md:Job><md:JobFunction>Actor</md:JobFunction>"
    "<md:BillingBlockOrder>2</md:BillingBlockOrder><md:Character>Reiner</md:Character></md:Job>"
    "<md:Job><md:JobFunction>Executive Producer</md:JobFunction></md:Job>"
    "<md:Name><md:DisplayName>Javier Bardem</md:DisplayName></md:Name></md:People>\n"
    "<md:People><md:Job><md:JobFunction>Lead Artist</md:JobFunction></md:Job>"
    "<md:Name><md:DisplayName>Ann</md:DisplayName></md:Name></md:People>\n"
    "<md:CountryOfOrigin><md:country>US</md:country></md:CountryOfOrigin>\n"
    "<md:CountryOfOrigin><md:country>GB</md:country></md:CountryOfOrigin>\n"
    "<md:PrimarySpokenLanguage>es</md:PrimarySpokenLanguage>\n"
    "<md:PrimarySpokenLanguage>en</md:PrimarySpokenLanguage>\n"
    "<md:OriginalLanguage>en</md:OriginalLanguage>\n"
    "<md:SequenceInfo><md:Number>4</md:Number></md:SequenceInfo>\n"
    "<md:Parent relationshipType=\"isepisodeof\"><md:ParentContentID>md:cid:org:x:1\n"
    "</md:ParentContentID><md:SequenceInfo><md:Number>7</md:Number></md:SequenceInfo></"
    "md:Parent>\n" CLOSE;

static void all_that_a_title_says_is_read(void **state)
{
    (void)state;
    assert_int_equal(read(whole), OK);
    assert_int_equal(file.n_faults, 0);
    assert_int_equal(file.n_titles, 1);
    const struct mec_title *t = &file.titles[0];
    assert_int_equal(t->line, 3);
    assert_string_equal(t->content_id, "md:cid:eidr-s:AD07-310C-C59D-6785-C63A-G");
    assert_string_equal(t->eidr, "10.5240/AD07-310C-C59D-6785-C63A-G");
    assert_string_equal(t->edit_eidr, "10.5240/E6CA-AB58-E298-7BA0-E574-V");
    assert_string_equal(t->work_type, "movie");
    assert_string_equal(t->original_title, "The Counselor");
    assert_int_equal(t->n_alt_ids, 2);
    assert_string_equal(t->alt_ids[0], "ORG:X1");
    assert_string_equal(t->alt_values[0], "X1");
    assert_int_equal(t->n_texts, 2);
    const struct mec_text *text = &t->texts[0];
    assert_string_equal(text->language, "fr-FR");
    assert_true(text->is_default);
    assert_string_equal(text->region, "FR");
    assert_string_equal(text->title, "Cartel & Cie");
    assert_string_equal(text->sort_title, "Cartel");
    assert_string_equal(text->synopsis, "Un avocat se lance dans la drogue.");
    assert_string_equal(text->credit_line, "2013 Fox");
    assert_int_equal(text->n_genres, 2);
    assert_string_equal(text->genres[0], "Drama");
    assert_string_equal(text->genres[1], "Crime");
    assert_int_equal(text->n_art, 1);
    assert_string_equal(text->art[0], "md:imageid:a");
    assert_string_equal(t->texts[1].language, "zh-Hans-CN");
    assert_false(t->texts[1].is_default);
    assert_null(t->texts[1].region);
    assert_int_equal(t->run_seconds, 117 * 60);
    assert_int_equal(t->year, 2013);
    assert_int_equal(t->sequence, 4);
    assert_int_equal(t->n_parents, 1);
    assert_string_equal(t->parents[0].relationship, "isepisodeof");
    assert_string_equal(t->parents[0].content_id, "md:cid:org:x:1");
    assert_int_equal(t->parents[0].sequence, 7);
}

static void people_places_and_dates_are_read(void **state)
{
    (void)state;
    assert_int_equal(read(whole), OK);
    const struct mec_title *t = &file.titles[0];
    assert_int_equal(t->n_releases, 3);
    assert_string_equal(t->releases[0].type, "Theatrical");
    assert_string_equal(t->releases[0].territory, "FR");
    assert_int_equal(t->releases[0].day.days, civil_day_of(2013, 11, 13).days);
    assert_true(t->releases[0].is_precise);
    assert_string_equal(t->releases[1].territory, "CA");
    assert_string_equal(t->releases[2].type, "original");
    assert_null(t->releases[2].territory);
    assert_int_equal(t->releases[2].day.days, civil_day_of(2013, 10, 1).days);
    assert_false(t->releases[2].is_precise);
    assert_int_equal(t->n_ratings, 1);
    assert_string_equal(t->ratings[0].territory, "FR");
    assert_string_equal(t->ratings[0].system, "CNC");
    assert_string_equal(t->ratings[0].value, "12");
    assert_string_equal(t->ratings[0].reason, "V");
    assert_int_equal(t->n_people, 3);
    assert_string_equal(t->people[0].job, "actor");
    assert_string_equal(t->people[0].name, "Javier Bardem");
    assert_string_equal(t->people[0].character, "Reiner");
    assert_int_equal(t->people[0].order, 2);
    assert_string_equal(t->people[1].job, "producer");
    assert_null(t->people[1].character);
    assert_string_equal(t->people[2].job, "lead artist");
    assert_int_equal(t->n_countries, 2);
    assert_string_equal(t->countries[1], "GB");
    assert_int_equal(t->n_languages, 2);
    assert_string_equal(t->languages[0], "en");
    assert_string_equal(t->languages[1], "es");
}

static void a_manifest_gives_each_title_of_its_inventory(void **state)
{
    (void)state;
    static const char manifest[] =
        "<m:MediaManifest xmlns:m=\"http://www.movielabs.com/schema/manifest/v1.8/manifest\""
        " xmlns:md=\"" MD "\"><m:Inventory>\n"
        "<m:Metadata ContentID=\"a\"><m:BasicMetadata ContentID=\"a\">" TITLE MOVIE
        "</m:BasicMetadata></m:Metadata>\n"
        "<m:Metadata ContentID=\"b\"><m:ContainerReference><m:ContainerLocation>./b.xml"
        "</m:ContainerLocation></m:ContainerReference></m:Metadata>\n"
        "<m:Metadata ContentID=\"c\"><m:BasicMetadata ContentID=\"c\">" TITLE MOVIE
        "</m:BasicMetadata></m:Metadata>\n"
        "</m:Inventory></m:MediaManifest>";
    assert_int_equal(read(manifest), OK);
    assert_int_equal(file.n_titles, 2);
    assert_string_equal(file.titles[1].content_id, "c");
    assert_int_equal(file.n_faults, 1);
    assert_true(file.faults[0].is_warning);
    assert_string_equal(file.faults[0].where, "line 3, Inventory/Metadata");
    assert_non_null(strstr(file.faults[0].what, "./b.xml"));
}

static void what_is_wrong_is_said_with_its_line_and_left_out(void **state)
{
    (void)state;
    static const struct {
        const char *inside; /* on line 4 */
        bool is_warning;
        const char *where, *what;
    } rows[] = {
        { TITLE, false, "line 3, CoreMetadata/Basic", "it has no WorkType" },
        { MOVIE, true, "line 3, CoreMetadata/Basic", "it says no title in any language" },
        { TITLE MOVIE "<md:ReleaseYear>13</md:ReleaseYear>", false, "line 4, Basic/ReleaseYear",
          "13 is no year" },
        { TITLE MOVIE "<md:RunLength>-PT5M</md:RunLength>", false, "line 4, Basic/RunLength",
          "-PT5M is no running time" },
        { TITLE MOVIE "<md:RunLength>P1Y</md:RunLength>", false, "line 4, Basic/RunLength",
          "P1Y is no running time" },
        { TITLE MOVIE "<md:ReleaseHistory><md:ReleaseType>DVD</md:ReleaseType>"
                      "<md:Date>2013-02-30</md:Date></md:ReleaseHistory>",
          false, "line 4, Basic/ReleaseHistory", "2013-02-30 is no date" },
        { TITLE MOVIE "<md:ReleaseHistory><md:ReleaseType>DVD</md:ReleaseType>"
                      "<md:Date>2013-02-03T25:00:00</md:Date></md:ReleaseHistory>",
          false, "line 4, Basic/ReleaseHistory", "2013-02-03T25:00:00 is no date" },
        { TITLE MOVIE "<md:ReleaseHistory><md:Date>2013</md:Date></md:ReleaseHistory>", false,
          "line 4, Basic/ReleaseHistory", "a release must have a ReleaseType and a Date" },
        { TITLE MOVIE "<md:CountryOfOrigin><md:country>JJ</md:country></md:CountryOfOrigin>", false,
          "line 4, Basic/CountryOfOrigin", "JJ is no country of ISO 3166-1" },
        { TITLE MOVIE "<md:RatingSet><md:Rating><md:System>CNC</md:System></md:Rating>"
                      "</md:RatingSet>",
          false, "line 4, RatingSet/Rating", "a rating must have a System and a Value" },
        { TITLE MOVIE "<md:LocalizedInfo language=\"ENg-\"/>", false, "line 4, Basic/LocalizedInfo",
          "ENg- is no language of BCP 47" },
        { TITLE MOVIE "<md:LocalizedInfo/>", false, "line 4, Basic/LocalizedInfo",
          "it says no language" },
        { TITLE MOVIE "<md:People><md:Job><md:JobFunction>A</md:JobFunction></md:Job></md:People>",
          true, "line 4, Basic/People", "a person without a Name/DisplayName is left out" },
        { TITLE MOVIE "<md:Parent relationshipType=\"isseasonof\"/>", false, "line 4, Basic/Parent",
          "a Parent must have a ParentContentID" },
        { TITLE MOVIE "<md:SequenceInfo><md:Number>V</md:Number></md:SequenceInfo>", false,
          "line 4, Basic/SequenceInfo", "V is no place in a sequence" },
        { TITLE MOVIE "<md:AltIdentifier><md:Namespace>EIDR</md:Namespace><md:Identifier>"
                      "10.5240/AD07-310C-C59D-6785-C63A-H</md:Identifier></md:AltIdentifier>",
          true, "line 4, Basic/AltIdentifier",
          "10.5240/AD07-310C-C59D-6785-C63A-H: the check character of the EIDR is wrong" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *text = arena_printf(arena, "%s%s%s", OPEN, rows[i].inside, CLOSE);
        assert_int_equal(read(text), OK);
        if (file.n_faults != 1)
            fail_msg("row %zu: %zu faults", i, file.n_faults);
        assert_string_equal(file.faults[0].where, rows[i].where);
        assert_string_equal(file.faults[0].what, rows[i].what);
        assert_int_equal(file.faults[0].is_warning, rows[i].is_warning);
    }
}

static void what_is_not_mec_is_refused_with_its_reason(void **state)
{
    (void)state;
    static const struct {
        const char *text, *where, *what;
    } rows[] = {
        { "", "line 1", "" },
        { "hello", "line 1", "" },
        { "<a", "line 1", "" },
        { "<CoreMetadata/>", "line 1, CoreMetadata", "neither CoreMetadata" },
        { "<x:CoreMetadata xmlns:x=\"" MEC "\"/>", "line 1, CoreMetadata",
          "CoreMetadata without Basic" },
        { "<x:Basic xmlns:x=\"" MEC "\"/>", "line 1, Basic", "neither CoreMetadata" },
        { "\n<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "line 2", "DOCTYPE" },
        { "<!DOCTYPE a SYSTEM \"http://127.0.0.1/a.dtd\"><a/>", "line 1", "DOCTYPE" },
        { OPEN "&x;" CLOSE, "line 4", "" },
        { OPEN "<md:WorkType>Movie</md:Worktype>" CLOSE, "line 4", "mismatch" },
        { OPEN "\xff" CLOSE, "line 4", "" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(read(rows[i].text), ERR_MALFORMED);
        assert_int_equal(file.n_faults, 1);
        assert_false(file.faults[0].is_warning);
        if (strcmp(file.faults[0].where, rows[i].where) != 0 ||
            strstr(file.faults[0].what, rows[i].what) == NULL)
            fail_msg("row %zu: %s: %s", i, file.faults[0].where, file.faults[0].what);
    }
}

static const char *repeated(struct buf *b, const char *head, const char *middle, size_t n,
                            const char *tail)
{
    buf_init(b, 64 << 20);
    buf_text(b, head);
    for (size_t i = 0; i < n; i++)
        buf_text(b, middle);
    buf_text(b, tail);
    return buf_string(b);
}

static void a_file_past_a_ceiling_is_refused(void **state)
{
    (void)state;
    struct buf b;
    assert_int_equal(read(repeated(&b, OPEN, "<md:a>", 100, CLOSE)), ERR_MALFORMED);
    assert_non_null(strstr(file.faults[0].what, "64 deep"));
    buf_finish(&b);
    assert_int_equal(read(repeated(&b, OPEN, "<md:a/>", 300001, CLOSE)), ERR_MALFORMED);
    assert_non_null(strstr(file.faults[0].what, "300,000"));
    buf_finish(&b);
    assert_int_equal(read(repeated(&b, OPEN, "          ", 1 << 21, CLOSE)), ERR_FULL);
    assert_non_null(strstr(file.faults[0].what, "16 MiB"));
    buf_finish(&b);
    assert_int_equal(
        read(repeated(&b, OPEN TITLE "<md:WorkType>", "movie", 4000, "</md:WorkType>" CLOSE)), OK);
    assert_non_null(strstr(file.faults[0].what, "more than 16384 bytes"));
    buf_finish(&b);
    assert_int_equal(read(repeated(&b, OPEN MOVIE, TITLE, 1000, CLOSE)), OK);
    assert_string_equal(file.faults[0].what, "more than 1000 elements");
    assert_int_equal(file.titles[0].n_texts, 0);
    buf_finish(&b);
    assert_int_equal(read(repeated(&b, OPEN MOVIE "<md:LocalizedInfo language=\"en\">",
                                   "<md:Genre>a</md:Genre>", 201, "</md:LocalizedInfo>" CLOSE)),
                     OK);
    assert_string_equal(file.faults[0].where, "line 4, Basic/LocalizedInfo");
    assert_string_equal(file.faults[0].what, "more than 200 elements");
    buf_finish(&b);
    assert_int_equal(read(repeated(&b, OPEN, "<md:Parent/>", 900, CLOSE)), OK);
    assert_int_equal(file.n_faults, MEC_FAULTS_MAX);
    buf_finish(&b);
}

/* ---- the field's own samples ------------------------------------------------------------------
 */

static bool read_sample(const char *name)
{
    char path[1024];
    const char *shared = getenv("LANTERNE_SHARED");
    snprintf(path, sizeof path, "%s/corpora/avails-mddf/%s", shared != NULL ? shared : ".", name);
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return false;
    struct buf b;
    buf_init(&b, 1 << 20);
    size_t n = fread(buf_grow(&b, 1 << 19), 1, 1 << 19, f);
    fclose(f);
    enum err err = mec_read(arena, b.data, n, &file);
    buf_finish(&b);
    assert_int_equal(err, OK);
    return true;
}

static void the_fields_samples_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t titles, errors, warnings, texts, people, ratings, releases;
    } rows[] = {
        { "doc/examples/MMC/TV-1/VEEP_Series_mec.xml", 1, 0, 0, 2, 26, 1, 1 },
        { "doc/examples/MMC/TV-1/VEEP_Season5_E4_mec.xml", 1, 0, 0, 1, 26, 1, 1 },
        { "doc/examples/MMC/TV-1/VEEP_Season5_E1_WithReordering_mec.xml", 1, 0, 0, 2, 24, 1, 1 },
        { "doc/examples/MMC/TV-1/VEEP_Bonus_1_mec.xml", 1, 0, 0, 1, 5, 0, 0 },
        { "doc/examples/MMC/TV-1/VEEP_Season5_E5_manifest.xml", 0, 0, 1, 0, 0, 0, 0 },
        { "doc/examples/MMC/Movie-1/resources/ManifestCore_Example1_MEC_movie.xml", 1, 0, 0, 10, 6,
          12, 12 },
        { "doc/examples/MMC/Movie-1/MMC_Example1_simple_MERGED.xml", 2, 0, 0, 1, 6, 2, 1 },
        { "test/resources/mmc/TV/VEEP_Season5_mec.xml", 1, 0, 0, 2, 26, 1, 1 },
        { "test/resources/mec/MEC_v1.6_multi-block-test.xml", 1, 0, 1, 4, 3, 1, 2 },
        { "test/resources/mec/MEC_v2.4.xml", 1, 0, 0, 2, 0, 1, 1 },
        { "test/resources/mec/MEC_v2.5_noErr.xml", 1, 0, 1, 1, 3, 5, 2 },
        { "test/resources/mec/MEC_v2.7.xml", 1, 0, 1, 1, 0, 1, 1 },
        { "test/resources/mec/MEC_v2.10.xml", 1, 0, 1, 1, 0, 1, 1 },
        { "test/resources/mec/mec1.xml", 1, 1, 0, 1, 3, 1, 2 },
        { "test/resources/manifest/MMM_v1.6_errors.xml", 1, 1, 1, 1, 3, 4, 1 },
        { "test/resources/manifest/Manifest_v1.13/Manifest_v1.13_base.xml", 1, 0, 0, 4, 4, 4, 2 },
        { "test/resources/common/CM_withErrors.xml", 1, 3, 0, 1, 3, 7, 1 },
    };
    size_t missing = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!read_sample(rows[i].name)) {
            missing++;
            continue;
        }
        size_t errors = 0;
        for (size_t k = 0; k < file.n_faults; k++)
            errors += !file.faults[k].is_warning;
        const struct mec_title none = { 0 }, *t = file.n_titles > 0 ? &file.titles[0] : &none;
        if (file.n_titles != rows[i].titles || errors != rows[i].errors ||
            file.n_faults - errors != rows[i].warnings || t->n_texts != rows[i].texts ||
            t->n_people != rows[i].people || t->n_ratings != rows[i].ratings ||
            t->n_releases != rows[i].releases)
            fail_msg("%s: %zu titles, %zu errors, %zu warnings, %zu texts, %zu people, %zu "
                     "ratings, %zu releases",
                     rows[i].name, file.n_titles, errors, file.n_faults - errors, t->n_texts,
                     t->n_people, t->n_ratings, t->n_releases);
    }
    if (missing > 0)
        print_message("skipped: %zu samples are not here\n", missing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_that_a_title_says_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(people_places_and_dates_are_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_manifest_gives_each_title_of_its_inventory, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_wrong_is_said_with_its_line_and_left_out, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_mec_is_refused_with_its_reason, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_file_past_a_ceiling_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_fields_samples_are_read, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
