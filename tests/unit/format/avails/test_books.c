#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "book.h"

#define SECTIONS                                                                                   \
    "Avail\tAvail\tDisposition\tAvailAsset\tAvailAsset\tAvailMetadata\tAvailTrans\t"               \
    "AvailTrans\tAvailTrans\tAvailTrans\tAvailTrans\tAvailTrans"
#define NAMES                                                                                      \
    "ALID\tDisplayName\tEntryType\tContentID\tWorkType\tTitleInternalAlias\tTerritory\t"           \
    "LicenseType\tFormatProfile\tStart\tEnd\tAvailID"
#define FILM(alid, territory, start, id)                                                           \
    alid "\tStudio\tFull Extract\t" alid "\tMovie\tFilm\t" territory "\tSVOD\tHD\t" start          \
         "\t2014-12-31\t" id

struct reading {
    struct arena *arena;
    struct avails_file file;
    enum err err;
};

static struct reading read_book(const struct book *book)
{
    struct reading r = { .arena = arena_create() };
    size_t n;
    char *bytes = book_make(book, &n);
    r.err = avails_read(r.arena, bytes, n, &r.file);
    free(bytes);
    return r;
}

static struct reading read_rows(const char *const *rows)
{
    return read_book(
        &(struct book){ .sheets = &(struct book_sheet){ .name = "Avails", .rows = rows }, .n = 1 });
}

static size_t transactions(const struct avails_file *file)
{
    size_t n = 0;
    for (size_t i = 0; i < file->n_avails; i++)
        n += file->avails[i].n_transactions;
    return n;
}

static void one_content_gives_one_model_however_its_cells_are_stored(void **state)
{
    static const char *const rows[] = {
        SECTIONS, NAMES, "", FILM("a", "FR", "#41439", "1"), FILM("a", "BE", "#41440", "2"), NULL
    };
    const struct book_sheet sheet = { .name = "Avails", .rows = rows };
    const struct book books[] = {
        { .sheets = &sheet, .n = 1 },
        { .sheets = &sheet, .n = 1, .shares_strings = true },
        { .sheets = &sheet, .n = 1, .has_no_references = true },
        { .sheets = &sheet, .n = 1, .is_stored = true, .shares_strings = true, .filler = 50 },
    };
    struct buf first, next;
    buf_init(&first, 1 << 20);
    buf_init(&next, 1 << 20);
    (void)state;
    for (size_t i = 0; i < sizeof books / sizeof books[0]; i++) {
        struct reading r = read_book(&books[i]);
        assert_int_equal(r.err, OK);
        assert_int_equal(r.file.n_faults, 0);
        assert_int_equal(r.file.n_avails, 1);
        assert_int_equal(r.file.avails[0].n_transactions, 2);
        assert_int_equal(r.file.avails[0].transactions[1].line, 5);
        assert_int_equal(r.file.avails[0].transactions[1].sheet, 1);
        buf_clear(&next);
        model_json(&r.file, i == 0 ? &first : &next);
        if (i > 0)
            assert_string_equal(buf_string(&first), buf_string(&next));
        arena_destroy(&r.arena);
    }
    buf_finish(&first);
    buf_finish(&next);
}

static void days_are_counted_from_1904_when_the_workbook_says_so(void **state)
{
    static const char *const rows[] = { SECTIONS, NAMES, "", FILM("a", "FR", "#39977", "1"), NULL };
    const struct book_sheet sheet = { .name = "Avails", .rows = rows };
    char day[CIVIL_DAY_TEXT];
    (void)state;
    struct reading r = read_book(&(struct book){ .sheets = &sheet, .n = 1, .is_1904 = true });
    assert_int_equal(r.err, OK);
    assert_int_equal(transactions(&r.file), 1);
    civil_day_format(r.file.avails[0].transactions[0].start.day, day);
    assert_string_equal(day, "2013-06-14");
    arena_destroy(&r.arena);
}

static void sheets_of_avails_are_read_and_all_others_left_alone(void **state)
{
    static const char *const films[] = { SECTIONS, NAMES, "", FILM("a", "FR", "#41439", "1"),
                                         NULL };
    static const char *const more[] = {
        SECTIONS, NAMES, "", FILM("b", "FR", "#41439", "2"), FILM("a", "BE", "#41439", "3"), NULL
    };
    static const char *const help[] = { "Version Number", "v1.7.2", "How to fill this in:", NULL };
    static const char *const none[] = { NULL };
    const struct book_sheet sheets[] = { { .name = "Help", .rows = help },
                                         { .name = "Movies", .rows = films },
                                         { .name = "Empty", .rows = none },
                                         { .name = "TV", .rows = more } };
    (void)state;
    struct reading r = read_book(&(struct book){ .sheets = sheets, .n = 4 });
    assert_int_equal(r.err, OK);
    assert_int_equal(r.file.n_avails, 2);
    /* one ALID on two sheets is one avail, with what each sheet says of it */
    assert_string_equal(r.file.avails[0].alid, "a");
    assert_int_equal(r.file.avails[0].n_transactions, 2);
    assert_int_equal(r.file.avails[0].transactions[0].sheet, 2);
    assert_int_equal(r.file.avails[0].transactions[1].sheet, 4);
    assert_non_null(fault_with(&r.file, "sheet", "sheet Help"));
    assert_non_null(fault_with(&r.file, "sheet", "sheet Empty"));
    assert_int_equal(r.file.n_faults, 2);
    arena_destroy(&r.arena);

    r = read_book(&(struct book){ .sheets = sheets, .n = 1 });
    assert_int_equal(r.err, ERR_UNSUPPORTED);
    assert_string_equal(r.file.faults[0].code, "sheet");
    arena_destroy(&r.arena);
}

static void columns_stand_in_any_order_and_comments_say_nothing(void **state)
{
    static const char *const rows[] = {
        "AvailTrans\tAvail\tDisposition\tAvail\tAvailTrans\tAvailTrans\tAvailTrans\tAvailTrans\t"
        "AvailTrans",
        "End\tALID\tEntryType\tDisplayName\tStart\tTerritory\tFormatProfile\tLicenseType\t"
        "Description",
        "#1.9\t//REQ\t//REQ\t//REQ\t//REQ\t//REQ\t//REQ\t//REQ\t//Opt",
        "//e.g., Open\t//e.g., a\t\t//e.g., Studio",
        "Open\ta\tFull Extract\tStudio\t2013-01-01\tFR\tHD\tSVOD\t//not for them",
        "\t\t\t",
        "//Open\tb\tFull Extract\tStudio\t2013-01-01\tFR\tHD\tSVOD\tturned off",
        NULL
    };
    (void)state;
    struct reading r = read_rows(rows);
    assert_int_equal(r.err, OK);
    assert_string_equal(r.file.version, "1.9");
    assert_int_equal(r.file.n_avails, 1);
    assert_string_equal(r.file.avails[0].alid, "a");
    assert_null(r.file.avails[0].transactions[0].description);
    assert_string_equal(r.file.avails[0].transactions[0].end.condition, "Open");
    /* a row that somebody turned off by its first cell is told, for it might be a slip */
    assert_non_null(fault_with(&r.file, "comment", "sheet Avails, row 7"));
    arena_destroy(&r.arena);
}

static void a_fault_names_its_sheet_row_and_column_and_costs_one_transaction(void **state)
{
    static const char *const rows[] = { SECTIONS,
                                        NAMES,
                                        "",
                                        FILM("a", "FR", "2013-01-01", "1"),
                                        FILM("a", "JJ", "2013-01-01", "2"),
                                        FILM("a", "BE", "2013-02-30", "3"),
                                        FILM("a", "NL", "2013-01-01", "4"),
                                        NULL };
    (void)state;
    struct reading r = read_rows(rows);
    assert_int_equal(r.err, OK);
    assert_int_equal(r.file.n_refused, 2);
    assert_int_equal(r.file.n_faults, 2);
    assert_int_equal(transactions(&r.file), 2);
    assert_string_equal(r.file.faults[0].where,
                        "sheet Avails, row 5, column Territory (AvailTrans)");
    assert_string_equal(r.file.faults[0].what, "\"JJ\" is no country of ISO 3166-1");
    assert_string_equal(r.file.faults[1].where, "sheet Avails, row 6, column Start (AvailTrans)");
    arena_destroy(&r.arena);
}

static void rows_of_one_alid_are_one_avail_for_each_entry_type(void **state)
{
    static const char *const rows[] = {
        SECTIONS,
        NAMES,
        "",
        FILM("a", "FR", "2013-01-01", "1"),
        FILM("b", "FR", "2013-01-01", "2"),
        FILM("a", "BE", "2013-01-01", "3"),
        "a\tStudio\tUpdate\ta\tMovie\tAnother name\tNL\tSVOD\tHD\t2013-01-01\tOpen\t4",
        FILM("a", "FR", "2013-01-01", "1"),
        FILM("a", "LU", "2013-01-01", "1"),
        NULL
    };
    (void)state;
    struct reading r = read_rows(rows);
    assert_int_equal(r.err, OK);
    assert_int_equal(r.file.n_avails, 3);
    assert_string_equal(r.file.avails[0].alid, "a");
    assert_string_equal(r.file.avails[2].entry, "Update");
    assert_string_equal(r.file.avails[2].work.internal_title, "Another name");
    /* said twice, it counts once; one identifier for two things is told */
    assert_int_equal(r.file.avails[0].n_transactions, 3);
    assert_non_null(fault_with(&r.file, "duplicate", "row 8"));
    assert_non_null(fault_with(&r.file, "duplicate", "row 9"));
    assert_int_equal(r.file.n_faults, 2);
    arena_destroy(&r.arena);
}

static void a_deletion_may_name_nothing_but_is_never_widened_by_a_fault(void **state)
{
    static const char *const bare[] = { SECTIONS, NAMES, "", "a\tStudio\tFull Delete", NULL };
    static const char *const where[] = { SECTIONS, NAMES, "", "a\tStudio\tFull Delete\t\t\t\tFR",
                                         NULL };
    static const char *const wrong[] = { SECTIONS, NAMES, "", "a\tStudio\tFull Delete\t\t\t\tJJ",
                                         NULL };
    (void)state;
    struct reading r = read_rows(bare);
    assert_int_equal(r.err, OK);
    assert_int_equal(r.file.n_avails, 1);
    assert_int_equal(r.file.avails[0].n_transactions, 0);
    arena_destroy(&r.arena);
    r = read_rows(where);
    assert_int_equal(r.file.n_avails, 1);
    assert_int_equal(r.file.avails[0].n_transactions, 1);
    assert_string_equal(r.file.avails[0].transactions[0].territories[0], "FR");
    arena_destroy(&r.arena);
    /* it would read as "everywhere" if its avail were kept without it */
    r = read_rows(wrong);
    assert_int_equal(r.file.n_avails, 0);
    assert_int_equal(r.file.n_refused, 1);
    arena_destroy(&r.arena);
}

static void a_deletion_in_xml_is_never_widened_by_a_fault_either(void **state)
{
    static const struct {
        const char *territory;
        size_t avails, refused;
    } rows[] = { { "FR", 1, 0 }, { "JJ", 0, 1 } };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_create();
        struct avails_file file;
        size_t n;
        char *bytes = document_with("Full Extract", "Full Delete", &n);
        char *country = strstr(bytes, ">FR<");
        assert_non_null(country);
        memcpy(country + 1, rows[i].territory, 2);
        assert_int_equal(avails_read(arena, bytes, n, &file), OK);
        assert_int_equal(file.n_avails, rows[i].avails);
        assert_int_equal(file.n_refused, rows[i].refused);
        free(bytes);
        arena_destroy(&arena);
    }
}

static void an_episode_stands_in_its_season_and_series(void **state)
{
    static const char *const rows[] = {
        "", /* the sections are not needed */
        "ALID\tDisplayName\tEntryType\tWorkType\tTerritory\tLicenseType\tFormatProfile\tStart\tEnd"
        "\t"
        "EpisodeContentID\tEpisodeNumber\tEpisodeTitleInternalAlias\tSeasonContentID\t"
        "SeasonNumber\tEpisodeCount\tSeriesContentID\tSeriesTitleInternalAlias\t"
        "CompanyDisplayCredit\tRatingSystem\tRatingValue\tEpisodeID",
        "",
        "e1\tStudio\tFull Extract\tEpisode\tFR\tSVOD\tHD\t2013-01-01\tOpen\tc-e1\t#1\tPilot\tc-s1\t"
        "#2\t#13\tc-s\tThe Series\tCrime Time\tFSK\t12\t10.5240/8FF3-1C20-84F5-F247-8BCD-E",
        "s1\tStudio\tFull "
        "Extract\tSeason\tFR\tSVOD\tHD\t2013-01-01\tOpen\t\t\t\tc-s1\t#2\t#13\tc-s\t"
        "The Series\tCrime Time",
        NULL
    };
    (void)state;
    struct reading r = read_rows(rows);
    assert_int_equal(r.err, OK);
    assert_int_equal(r.file.n_faults, 0);
    assert_int_equal(r.file.n_avails, 2);
    const struct avails_avail *e = &r.file.avails[0], *s = &r.file.avails[1];
    assert_string_equal(e->type, "episode");
    assert_string_equal(e->work.content_id, "c-e1");
    assert_string_equal(e->work.edit_eidr, "10.5240/8FF3-1C20-84F5-F247-8BCD-E");
    assert_int_equal(e->work.number, 1);
    assert_int_equal(e->work.count, -1);
    assert_int_equal(e->season->number, 2);
    assert_int_equal(e->season->count, 13);
    assert_string_equal(e->series->internal_title, "The Series");
    assert_string_equal(e->series->credit, "Crime Time");
    /* a system rates for its own country, whatever the row is about */
    assert_string_equal(e->work.ratings[0].territory, "DE");
    assert_string_equal(s->type, "season");
    assert_int_equal(s->work.count, 13);
    assert_null(s->season);
    assert_string_equal(s->series->content_id, "c-s");
    arena_destroy(&r.arena);
}

static void what_an_avail_says_twice_differently_is_told_once(void **state)
{
    static const char *const rows[] = {
        SECTIONS,
        NAMES,
        "",
        "a\tStudio\tFull Extract\ta\tMovie\tFilm\tFR\tSVOD\tHD\t2013-01-01\tOpen\t1",
        "a\tStudio\tFull Extract\ta\tMovie\tMovie\tBE\tSVOD\tHD\t2013-01-01\tOpen\t2",
        "a\tStudio\tFull Extract\ta\tMovie\tMovie\tNL\tSVOD\tHD\t2013-01-01\tOpen\t3",
        NULL
    };
    (void)state;
    struct reading r = read_rows(rows);
    assert_int_equal(r.err, OK);
    assert_int_equal(r.file.n_faults, 1);
    const struct avails_fault *f = fault_with(&r.file, "differs", "row 5, column TitleInternal");
    assert_non_null(f);
    assert_true(f->is_warning);
    assert_string_equal(r.file.avails[0].work.internal_title, "Film");
    arena_destroy(&r.arena);
}

static void thousands_of_empty_cells_cost_next_to_nothing(void **state)
{
    enum { ROWS = 20000, COLUMNS = 100 };
    struct buf xml;
    buf_init(&xml, 64 << 20);
    (void)state;
    buf_text(&xml, "<worksheet><sheetData>");
    for (unsigned row = 1; row <= ROWS; row++) {
        buf_printf(&xml, "<row r=\"%u\" spans=\"1:100\" s=\"7\">", row + 3);
        for (unsigned c = 0; c < COLUMNS; c++)
            buf_text(&xml, "<c s=\"7\"/>");
        buf_text(&xml, "</row>");
    }
    buf_text(&xml, "</sheetData></worksheet>");
    static const char *const rows[] = { SECTIONS, NAMES, "", FILM("a", "FR", "#41439", "1"), NULL };
    const struct book_sheet sheets[] = { { .name = "Avails", .rows = rows },
                                         { .name = "Styled", .xml = buf_string(&xml) } };
    clock_t before = clock();
    struct reading r = read_book(&(struct book){ .sheets = sheets, .n = 2, .is_stored = true });
    double seconds = (double)(clock() - before) / CLOCKS_PER_SEC;
    assert_int_equal(r.err, OK);
    assert_int_equal(transactions(&r.file), 1);
    assert_true(seconds < 10); /* two million cells, under sanitizers */
    arena_destroy(&r.arena);
    buf_finish(&xml);
}

/* ---- what must be refused ---------------------------------------------------------------------
 */

static void put_little(char *at, uint64_t v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        at[i] = (char)(v >> (8 * i));
}

static char *find_last(char *bytes, size_t n, const char *magic)
{
    for (size_t i = n; i-- > 0;) {
        if (i + 4 <= n && memcmp(bytes + i, magic, 4) == 0)
            return bytes + i;
    }
    return NULL;
}

static void a_claim_of_4_gb_in_the_directory_is_refused_unread(void **state)
{
    static const uint64_t claims[] = { 0xfffffffe, 800u << 20, 0x7fffffff };
    static const char *const rows[] = { SECTIONS, NAMES, "", FILM("a", "FR", "#41439", "1"), NULL };
    (void)state;
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
        struct arena *arena = arena_create();
        struct avails_file file;
        size_t n;
        char *bytes = book_make(
            &(struct book){ .sheets = &(struct book_sheet){ .name = "Avails", .rows = rows },
                            .n = 1 },
            &n);
        char *entry = find_last(bytes, n, "PK\1\2");
        assert_non_null(entry);
        put_little(entry + 24, claims[i], 4);
        assert_int_equal(avails_read(arena, bytes, n, &file), ERR_FULL);
        assert_string_equal(file.faults[0].code, "zip");
        assert_non_null(strstr(file.faults[0].what, "claims"));
        free(bytes);
        arena_destroy(&arena);
    }
}

static void a_directory_of_too_many_parts_is_refused_unread(void **state)
{
    static const char *const rows[] = { SECTIONS, NAMES, "", FILM("a", "FR", "#41439", "1"), NULL };
    const struct book_sheet sheet = { .name = "Avails", .rows = rows };
    (void)state;
    struct reading r = read_book(&(struct book){ .sheets = &sheet, .n = 1, .filler = 10001 });
    assert_int_equal(r.err, ERR_FULL);
    assert_non_null(strstr(r.file.faults[0].what, "parts"));
    arena_destroy(&r.arena);
    r = read_book(&(struct book){ .sheets = &sheet, .n = 1, .filler = 9000 });
    assert_int_equal(r.err, OK);
    arena_destroy(&r.arena);
}

static void a_part_that_unpacks_a_hundredfold_is_a_bomb(void **state)
{
    static const char *const rows[] = { SECTIONS, NAMES, "", FILM("a", "FR", "#41439", "1"), NULL };
    const struct book_sheet sheet = { .name = "Avails", .rows = rows };
    struct buf strings;
    buf_init(&strings, 32 << 20);
    (void)state;
    buf_text(&strings, "<sst><si><t>");
    for (size_t i = 0; i < (8 << 20); i += 64)
        buf_text(&strings, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    buf_text(&strings, "</t></si></sst>");
    struct reading r =
        read_book(&(struct book){ .sheets = &sheet, .n = 1, .strings = buf_string(&strings) });
    assert_int_equal(r.err, ERR_FULL);
    assert_non_null(strstr(r.file.faults[0].what, "100 times"));
    arena_destroy(&r.arena);
    buf_finish(&strings);
}

static void a_workbook_may_not_declare_entities(void **state)
{
    static const char *const rows[] = { SECTIONS, NAMES, "", FILM("a", "FR", "#41439", "1"), NULL };
    const struct book_sheet sheet = { .name = "Avails", .rows = rows };
    const struct book_sheet laughs = { .name = "Avails",
                                       .xml =
                                           "<!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]>"
                                           "<worksheet><sheetData/></worksheet>" };
    const struct book books[] = {
        { .sheets = &laughs, .n = 1 },
        { .sheets = &sheet, .n = 1, .strings = "<!DOCTYPE sst SYSTEM \"x\"><sst/>" },
        { .sheets = &sheet, .n = 1, .content = "<!DOCTYPE w [<!ENTITY a \"b\">]><workbook/>" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof books / sizeof books[0]; i++) {
        struct reading r = read_book(&books[i]);
        assert_int_equal(r.err, ERR_MALFORMED);
        assert_int_equal(r.file.n_avails, 0);
        assert_non_null(strstr(r.file.faults[0].what, "DOCTYPE"));
        arena_destroy(&r.arena);
    }
}

static void a_workbook_cut_or_bent_anywhere_is_read_or_refused(void **state)
{
    static const char *const rows[] = {
        SECTIONS, NAMES, "", FILM("a", "FR", "#41439", "1"), FILM("b", "JJ", "#41439", "2"), NULL
    };
    size_t n;
    (void)state;
    char *bytes =
        book_make(&(struct book){ .sheets = &(struct book_sheet){ .name = "Avails", .rows = rows },
                                  .n = 1,
                                  .shares_strings = true,
                                  .is_stored = true },
                  &n);
    char *bent = malloc(n);
    assert_non_null(bent);
    for (size_t i = 0; i < n; i += 7) {
        for (int cut = 0; cut < 2; cut++) {
            struct arena *arena = arena_create();
            struct avails_file file;
            memcpy(bent, bytes, n);
            bent[i] = (char)(bent[i] ^ 0x41);
            enum err err = avails_read(arena, bent, cut == 1 ? i : n, &file);
            assert_true(err == OK || file.n_faults > 0);
            arena_destroy(&arena);
        }
    }
    free(bent);
    free(bytes);
}

static void an_old_excel_file_is_named_as_one(void **state)
{
    static const unsigned char ole[] = { 0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1 };
    struct arena *arena = arena_create();
    struct avails_file file;
    (void)state;
    assert_int_equal(avails_read(arena, ole, sizeof ole, &file), ERR_UNSUPPORTED);
    assert_non_null(strstr(file.faults[0].what, "before 2007"));
    assert_int_equal(avails_read(arena, "", 0, &file), ERR_MALFORMED);
    assert_non_null(strstr(file.faults[0].what, "empty"));
    arena_destroy(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_content_gives_one_model_however_its_cells_are_stored),
        cmocka_unit_test(days_are_counted_from_1904_when_the_workbook_says_so),
        cmocka_unit_test(sheets_of_avails_are_read_and_all_others_left_alone),
        cmocka_unit_test(columns_stand_in_any_order_and_comments_say_nothing),
        cmocka_unit_test(a_fault_names_its_sheet_row_and_column_and_costs_one_transaction),
        cmocka_unit_test(rows_of_one_alid_are_one_avail_for_each_entry_type),
        cmocka_unit_test(a_deletion_may_name_nothing_but_is_never_widened_by_a_fault),
        cmocka_unit_test(a_deletion_in_xml_is_never_widened_by_a_fault_either),
        cmocka_unit_test(an_episode_stands_in_its_season_and_series),
        cmocka_unit_test(what_an_avail_says_twice_differently_is_told_once),
        cmocka_unit_test(thousands_of_empty_cells_cost_next_to_nothing),
        cmocka_unit_test(a_claim_of_4_gb_in_the_directory_is_refused_unread),
        cmocka_unit_test(a_directory_of_too_many_parts_is_refused_unread),
        cmocka_unit_test(a_part_that_unpacks_a_hundredfold_is_a_bomb),
        cmocka_unit_test(a_workbook_may_not_declare_entities),
        cmocka_unit_test(a_workbook_cut_or_bent_anywhere_is_read_or_refused),
        cmocka_unit_test(an_old_excel_file_is_named_as_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
