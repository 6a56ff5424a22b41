/* The files the field itself tests with: what becomes of each, row by row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"

#define OWN "avails/"
#define MORE "corpora/avails-mddf/test/resources/avails/"
#define COMMON "corpora/avails-mddf/test/resources/common/"

enum { FAULTS_MAX = 24, FILE_MAX = 16 << 20 };

struct said_fault {
    const char *code, *where;
};

struct sample {
    const char *path;
    enum err err;
    const char *version;
    size_t avails, transactions, refused;
    size_t warnings; /* how many; those that matter here stand in their own test */
    struct said_fault faults[FAULTS_MAX];
};

/* Errors are listed one by one, warnings counted: templates carry placeholders for EIDRs. */
static const struct sample samples[] = {
    { OWN "Avails_noErrors_v2.3.xml", OK, "2.3", 12, 24, 0, 0, { { 0 } } },
    { OWN "Avails_noErrors_v2.4.xml", OK, "2.4", 12, 24, 0, 0, { { 0 } } },
    { OWN "Avails_noErrors_v2.3_v1.7.2.xlsx", OK, "1.7", 12, 24, 0, 0, { { 0 } } },
    { OWN "Avails_noErrors_v2.3_v1.8.xlsx", OK, "1.8", 12, 24, 0, 0, { { 0 } } },
    { OWN "Movies_v1.7.3.xlsx", OK, "1.7.3", 4, 6, 0, 13, { { 0 } } },
    { OWN "Movies_v1.9.xlsx", OK, "1.9", 2, 26, 0, 11, { { 0 } } },
    { OWN "TV_v1.7.2-20180713_v2.3.xml", OK, "2.3", 23, 110, 0, 0, { { 0 } } },
    { OWN "Avails_withErrors.xml",
      OK,
      "2.2.2",
      1,
      1,
      3,
      1,
      { { "rating", "line 43, Avail/Asset/Metadata/Ratings/Rating" },
        { "territory", "line 52, Avail/Transaction/Territory/country" },
        { "language", "line 60, Avail/Transaction/AllowedLanguage" },
        { "language", "line 89, Avail/Transaction/AllowedLanguage" },
        { "language", "line 91, Avail/Transaction/AssetLanguage" },
        { "rating", "line 148, Avail/Asset/Metadata/Ratings/Rating" },
        { "vocabulary", "line 187, Avail/Transaction/LicenseRightsDescription" } } },
    { OWN "Avails_Structure_Tests_v2.3.xml",
      OK,
      "2.3",
      1,
      2,
      1,
      3,
      { { "required", "line 73, Avail/Asset" } } },
    { OWN "OStatus-v2.5_simple.xml",
      ERR_UNSUPPORTED,
      NULL,
      0,
      0,
      0,
      0,
      { { "structure", "line 5" } } },
    { OWN "vocab_avail_v2.7.json", ERR_UNSUPPORTED, NULL, 0, 0, 0, 0, { { "xml", "line 1" } } },
    { OWN "README.md", ERR_UNSUPPORTED, NULL, 0, 0, 0, 0, { { "xml", "line 1" } } },
    { OWN "LICENSE", ERR_UNSUPPORTED, NULL, 0, 0, 0, 0, { { "xml", "line 1" } } },
    { OWN "avails-v2.3.xsd", ERR_UNSUPPORTED, NULL, 0, 0, 0, 0, { { "structure", "line 3" } } },
    { OWN "avails-v2.4.xsd", ERR_UNSUPPORTED, NULL, 0, 0, 0, 0, { { "structure", "line 3" } } },
    { OWN "avails-v2.5.2.xsd", ERR_UNSUPPORTED, NULL, 0, 0, 0, 0, { { "structure", "line 1" } } },
    { OWN "avails-v2.7.xsd", ERR_UNSUPPORTED, NULL, 0, 0, 0, 0, { { "structure", "line 3" } } },
    { OWN "md-v2.12.xsd", ERR_UNSUPPORTED, NULL, 0, 0, 0, 0, { { "structure", "line 3" } } },
    { OWN "md-v2.7.xsd", ERR_UNSUPPORTED, NULL, 0, 0, 0, 0, { { "structure", "line 3" } } },
    { MORE "Avails_noErrors_v2.3_v1.8.xlsx", OK, "1.8", 12, 24, 0, 0, { { 0 } } },
    { MORE "xlsx/Avails_noErrors_v2.3_v1.7.3_v1.8.xlsx",
      OK,
      "1.8",
      8,
      16,
      1,
      0,
      { { "required", "sheet AllAvails, row 20" },
        { "required", "sheet AllAvails, row 20" },
        { "required", "sheet AllAvails, row 20" },
        { "required", "sheet AllAvails, row 20" },
        { "required", "sheet AllAvails, row 20" } } },
    { MORE "xlsx/Avails_w_Volume_v1.8.xlsx", OK, "1.8", 21, 33, 0, 2, { { 0 } } },
    { MORE "xlsx/Movies_v1.7.xlsx", OK, "1.7", 4, 23, 0, 7, { { 0 } } },
    { MORE "xlsx/Movies_v1.7.2.xlsx", OK, "1.7", 4, 23, 0, 21, { { 0 } } },
    { MORE "xlsx/Movies_v1.7.2_Bundle.xlsx", OK, "1.7", 1, 4, 0, 2, { { 0 } } },
    { MORE "xlsx/Movies_v1.7.2_Collection.xlsx", OK, "1.7", 5, 12, 0, 2, { { 0 } } },
    { MORE "xlsx/Movies_v1.7.2_v1.8.xlsx", OK, "1.8", 4, 23, 0, 16, { { 0 } } },
    { MORE "xlsx/Movies_v1.8.xlsx", OK, "1.8", 4, 23, 0, 15, { { 0 } } },
    { MORE "xlsx/TPT-test_v1.9_v2.5_v1.9.xlsx", OK, "1.9", 1, 3, 0, 0, { { 0 } } },
    { "corpora/avails-availstool/test/test02.xlsx",
      OK,
      "1.6",
      8,
      37,
      2,
      48,
      { { "vocabulary", "sheet Movies, row 15, column EntryType (Disposition)" },
        { "vocabulary", "sheet TV, row 24, column EntryType (Disposition)" } } },
    { COMMON "CM_Currency-errors.xml",
      OK,
      "2.2.2",
      1,
      1,
      1,
      0,
      { { "price", "line 63, Avail/Transaction/Term/Money" } } },
    { COMMON "CM_invalid-ID-syntax.xml",
      ERR_UNSUPPORTED,
      NULL,
      0,
      0,
      0,
      0,
      { { "structure", "line 7" } } }, /* a Manifest; its identifiers stand in test_values */
};

static char *load(const char *path, size_t *n)
{
    const char *shared = getenv("LANTERNE_SHARED");
    char name[4096];
    snprintf(name, sizeof name, "%s/%s", shared == NULL ? "" : shared, path);
    FILE *f = fopen(name, "rb");
    if (f == NULL)
        return NULL;
    char *bytes = malloc(FILE_MAX);
    assert_non_null(bytes);
    *n = fread(bytes, 1, FILE_MAX, f);
    fclose(f);
    return bytes;
}

static bool faults_are_as_said(const struct sample *s, const struct avails_file *file)
{
    size_t errors = 0, warnings = 0;
    bool good = true;
    for (size_t i = 0; i < file->n_faults; i++) {
        const struct avails_fault *f = &file->faults[i];
        warnings += f->is_warning ? 1 : 0;
        if (f->is_warning)
            continue;
        const struct said_fault *said = errors < FAULTS_MAX ? &s->faults[errors++] : NULL;
        good = good && said != NULL && said->code != NULL && strcmp(said->code, f->code) == 0 &&
               strcmp(said->where, f->where) == 0;
    }
    return good && warnings == s->warnings &&
           (errors == FAULTS_MAX || s->faults[errors].code == NULL);
}

static void every_sample_of_the_field_has_its_result(void **state)
{
    size_t seen = 0, bad = 0;
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        const struct sample *s = &samples[i];
        struct arena *arena = arena_create();
        struct avails_file file;
        size_t n = 0, transactions = 0;
        char *bytes = load(s->path, &n);
        if (bytes == NULL) {
            print_message("skipped: no %s\n", s->path);
            arena_destroy(&arena);
            continue;
        }
        seen++;
        enum err err = avails_read(arena, bytes, n, &file);
        free(bytes);
        for (size_t k = 0; k < file.n_avails; k++)
            transactions += file.avails[k].n_transactions;
        const char *version = err == OK ? file.version : s->version;
        bool good = err == s->err && file.n_avails == s->avails && file.n_refused == s->refused &&
                    transactions == s->transactions && faults_are_as_said(s, &file) &&
                    (s->version == NULL || strcmp(s->version, version) == 0);
        if (!good) {
            print_message("%s: %s %s, %zu avails, %zu transactions, %zu refused\n", s->path,
                          err_name(err), version == NULL ? "" : version, file.n_avails,
                          transactions, file.n_refused);
            print_faults(&file);
            bad++;
        }
        arena_destroy(&arena);
    }
    assert_int_equal(bad, 0);
    print_message("%zu samples read\n", seen);
}

/* ---- twins ------------------------------------------------------------------------------------
 */

/* Where two files truly say different things: the rest of their models is the same, byte by byte.
 */
struct difference {
    const char *first, *second; /* as the first and the second file say it */
    size_t times;
    const char *why;
};

struct twins {
    const char *first, *second;
    struct difference differences[4];
};

static const struct twins twins[] = {
    { OWN "Avails_noErrors_v2.3.xml",
      OWN "Avails_noErrors_v2.3_v1.8.xlsx",
      { { "{\"instant\":\"1917-09-24T23:59:59Z\"}", "{\"day\":\"1917-09-24\"}", 2,
          "the XML has T23:59:59 at a start, the cell 1917-09-24" },
        { "", ",\"has_captions\":true", 11,
          "CaptionIncluded has no place in XML, but for the reason why there are none" } } },
    { OWN "Avails_noErrors_v2.3.xml",
      OWN "Avails_noErrors_v2.3_v1.7.2.xlsx",
      { { "{\"instant\":\"1917-09-24T23:59:59Z\"}", "{\"day\":\"1917-09-24\"}", 2,
          "the XML has T23:59:59 at a start, the cell 1917-09-24" },
        { "", ",\"has_captions\":true", 11,
          "CaptionIncluded has no place in XML, but for the reason why there are none" } } },
    { OWN "Avails_noErrors_v2.3.xml",
      OWN "Avails_noErrors_v2.4.xml",
      { { "\"amount\":\"5\"", "\"text\":\"FooBar-5\"", 10, "the later file says FooBar-5" },
        { "\"amount\":\"20\"", "\"text\":\"FooBar-6\"", 2, "the later file says FooBar-6" } } },
    { OWN "Avails_noErrors_v2.3_v1.7.2.xlsx", OWN "Avails_noErrors_v2.3_v1.8.xlsx", { { 0 } } },
    { OWN "Avails_noErrors_v2.3_v1.8.xlsx", MORE "Avails_noErrors_v2.3_v1.8.xlsx", { { 0 } } },
};

static bool read_model(const char *path, struct buf *json)
{
    size_t n;
    char *bytes = load(path, &n);
    if (bytes == NULL) {
        print_message("skipped: no %s\n", path);
        return false;
    }
    struct arena *arena = arena_create();
    struct avails_file file;
    assert_int_equal(avails_read(arena, bytes, n, &file), OK);
    free(bytes);
    model_json(&file, json);
    arena_destroy(&arena);
    return true;
}

/* Walks both models; every place where they part must be one of the differences. */
static void compare(const struct twins *t, const char *a, const char *b)
{
    enum { DIFFERENCES = 4 };
    size_t found[DIFFERENCES] = { 0 };
    while (*a != 0 || *b != 0) {
        size_t i = 0;
        for (; i < DIFFERENCES && t->differences[i].first != NULL; i++) {
            const struct difference *d = &t->differences[i];
            size_t n = strlen(d->first), m = strlen(d->second);
            if (strncmp(a, d->first, n) == 0 && strncmp(b, d->second, m) == 0 &&
                strncmp(a, b, n > m ? n : m) != 0) {
                a += n;
                b += m;
                found[i]++;
                break;
            }
        }
        if (i < DIFFERENCES && t->differences[i].first != NULL)
            continue;
        if (*a != *b)
            fail_msg("%s and %s part at\n  %.120s\n  %.120s", t->first, t->second, a, b);
        a++;
        b++;
    }
    for (size_t i = 0; i < DIFFERENCES && t->differences[i].first != NULL; i++) {
        if (found[i] != t->differences[i].times)
            fail_msg("%s and %s: %zu times, not %zu: %s", t->first, t->second, found[i],
                     t->differences[i].times, t->differences[i].why);
    }
}

static void twins_give_one_model_but_where_the_files_say_different_things(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof twins / sizeof twins[0]; i++) {
        struct buf first, second;
        buf_init(&first, 16 << 20);
        buf_init(&second, 16 << 20);
        if (read_model(twins[i].first, &first) && read_model(twins[i].second, &second))
            compare(&twins[i], buf_string(&first), buf_string(&second));
        buf_finish(&first);
        buf_finish(&second);
    }
}

/* ---- what is in them --------------------------------------------------------------------------
 */

static void what_the_samples_say_of_rights_is_in_the_model(void **state)
{
    static const struct {
        const char *path, *json;
    } rows[] = {
        { OWN "Movies_v1.7.3.xlsx",
          "\"territories\":[\"ZZ\"],\"excluded\":[\"CA\",\"US\"],\"start\":{\"day\":\"2018-01-20\"}"
          ","
          "\"end\":{\"day\":\"2019-06-20\"},\"window\":\"P180D\","
          "\"allowed\":[{\"tag\":\"es\",\"asset\":\"subdub\"},{\"tag\":\"fr\",\"asset\":\"subdub\"}"
          "],"
          "\"asset\":[{\"tag\":\"en\",\"asset\":\"audio\"}],\"format\":\"3DUHD\",\"hdr\":\"true\","
          "\"wcg\":\"false\",\"hfr\":\"true\",\"ng_audio\":\"Auro3D\","
          "\"exclusive_attributes\":\"Yes\"" },
        { OWN "Movies_v1.7.3.xlsx", "\"start\":{\"condition\":\"Theatrical\",\"lag\":\"-PT12H\"},"
                                    "\"end\":{\"condition\":\"Broadcast\",\"lag\":\"-P5DT10H\"}" },
        { OWN "Movies_v1.7.3.xlsx", "\"exclusive\":true,\"status\":\"Pending\"" },
        { OWN "Movies_v1.9.xlsx",
          "{\"name\":\"BrandingRights\",\"is\":true},{\"name\":\"Download\",\"is\":true},"
          "{\"name\":\"Tier\",\"text\":\"4\"}" },
        { OWN "Movies_v1.9.xlsx", "\"run_length\":\"PT1H56M20S\"" },
        { OWN "Movies_v1.9.xlsx", "{\"name\":\"RentalDuration\",\"duration\":\"P30D\"}" },
        { OWN "Avails_Structure_Tests_v2.3.xml",
          "\"references\":[\"md:alid:eidr-x:0344-992B-DF0A-21A5-8BF9-R\"]" },
        { OWN "TV_v1.7.2-20180713_v2.3.xml",
          "\"season\":{\"content_id\":\"md:cid:disney.com:jake-s01\","
          "\"eidr\":\"10.5240/7A02-BCAC-6F2E-7666-0C79-R\"" },
        { MORE "xlsx/TPT-test_v1.9_v2.5_v1.9.xlsx",
          "\"terms\":[{\"name\":\"CampaignID\",\"text\":\"12345\"},"
          "{\"name\":\"TPR-WSP\",\"amount\":\"2.99\",\"currency\":\"USD\"},"
          "{\"name\":\"TPRType\",\"text\":\"Conditional\"}]" },
        { MORE "xlsx/Movies_v1.7.2_Bundle.xlsx",
          "\"bundled\":[\"md:alid:org:nbcu.com:212122\",\"md:alid:nbcu.com:14321\","
          "\"md:alid:nbcu.com:55387\",\"md:alid:nbcu.com:74354\"]" },
        { MORE "xlsx/Avails_w_Volume_v1.8.xlsx", "\"type\":\"volume\",\"work_type\":\"Volume\"" },
        { "corpora/avails-availstool/test/test02.xlsx", "\"holdback\":[{\"tag\":\"es\"}]" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf json;
        buf_init(&json, 16 << 20);
        if (read_model(rows[i].path, &json) && strstr(buf_string(&json), rows[i].json) == NULL)
            fail_msg("%s lacks %s", rows[i].path, rows[i].json);
        buf_finish(&json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sample_of_the_field_has_its_result),
        cmocka_unit_test(twins_give_one_model_but_where_the_files_say_different_things),
        cmocka_unit_test(what_the_samples_say_of_rights_is_in_the_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
