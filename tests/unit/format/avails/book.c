#include "book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/text.h"

#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/relationships"

enum { BOOK_MAX = 64 << 20 };

struct parts {
    zip_t *zip;
    const struct book *book;
    struct buf strings;
    size_t n_strings;
};

static void add_part(struct parts *p, const char *name, struct buf *text)
{
    assert_int_equal(text->err, OK);
    void *copy = text->size == 0 ? NULL : malloc(text->size);
    if (text->size > 0)
        memcpy(copy, text->data, text->size);
    zip_source_t *s = zip_source_buffer(p->zip, copy, text->size, 1);
    assert_non_null(s);
    zip_int64_t at = zip_file_add(p->zip, name, s, ZIP_FL_ENC_UTF_8);
    assert_true(at >= 0);
    assert_int_equal(zip_set_file_compression(p->zip, (zip_uint64_t)at,
                                              p->book->is_stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE,
                                              9),
                     0);
    buf_clear(text);
}

static void put_cell(struct parts *p, struct buf *out, size_t row, size_t column, const char *cell,
                     size_t n)
{
    static const char kinds[] = "#?!@", *const types[] = { "n", "b", "e", "d" };
    char place[32] = "";
    if (!p->book->has_no_references) {
        char letters[3] = { (char)('A' + column % 26), 0, 0 };
        if (column >= 26)
            snprintf(letters, sizeof letters, "%c%c", (char)('A' + column / 26 - 1),
                     (char)('A' + column % 26));
        snprintf(place, sizeof place, " r=\"%s%zu\"", letters, row);
    }
    const char *kind = n == 0 ? NULL : strchr(kinds, cell[0]);
    if (n == 0) {
        buf_printf(out, "<c%s s=\"1\"/>", place);
    } else if (kind != NULL) {
        buf_printf(out, "<c%s t=\"%s\"><v>%.*s</v></c>", place, types[kind - kinds], (int)n - 1,
                   cell + 1);
    } else if (p->book->shares_strings) {
        buf_text(&p->strings, "<si><t xml:space=\"preserve\">");
        text_put_xml(&p->strings, cell, n);
        buf_text(&p->strings, "</t></si>");
        buf_printf(out, "<c%s t=\"s\"><v>%zu</v></c>", place, p->n_strings++);
    } else {
        buf_printf(out, "<c%s t=\"inlineStr\"><is><t>", place);
        text_put_xml(out, cell, n);
        buf_text(out, "</t></is></c>");
    }
}

static void put_row(struct parts *p, struct buf *out, size_t row, const char *cells)
{
    if (p->book->has_no_references)
        buf_text(out, "<row>");
    else
        buf_printf(out, "<row r=\"%zu\">", row);
    for (size_t column = 0;; column++) {
        size_t n = strcspn(cells, "\t");
        put_cell(p, out, row, column, cells, n);
        cells += n;
        if (*cells == 0)
            break;
        cells++;
    }
    buf_text(out, "</row>");
}

static void add_sheet(struct parts *p, const struct book_sheet *sheet, size_t i, struct buf *text)
{
    char name[64];
    snprintf(name, sizeof name, "xl/pages/p%zu.xml", i); /* found by its relation alone */
    if (sheet->xml != NULL) {
        buf_text(text, sheet->xml);
        add_part(p, name, text);
        return;
    }
    buf_text(text, "<worksheet xmlns=\"" MAIN "\"><sheetData>");
    for (size_t row = 0; sheet->rows[row] != NULL; row++) {
        if (sheet->rows[row][0] != 0 || p->book->has_no_references)
            put_row(p, text, row + 1, sheet->rows[row]);
    }
    buf_text(text, "</sheetData></worksheet>");
    add_part(p, name, text);
}

static void add_workbook(struct parts *p, struct buf *text)
{
    const struct book *b = p->book;
    buf_printf(text,
               "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" OFFICE "\"><workbookPr date1904=\"%d\"/>"
               "<sheets>",
               b->is_1904 ? 1 : 0);
    for (size_t i = 0; i < b->n; i++)
        buf_printf(text, "<sheet name=\"%s\" sheetId=\"%zu\" r:id=\"r%zu\"/>", b->sheets[i].name,
                   i + 1, i);
    buf_text(text, "</sheets></workbook>");
    if (b->content != NULL) {
        buf_clear(text);
        buf_text(text, b->content);
    }
    add_part(p, "xl/workbook.xml", text);
    buf_text(text, "<Relationships xmlns=\"" PACKAGE "\">");
    for (size_t i = b->n; i-- > 0;)
        buf_printf(text,
                   "<Relationship Id=\"r%zu\" Type=\"" OFFICE "/worksheet\" "
                   "Target=\"%spages/p%zu.xml\"/>",
                   i, i % 2 == 0 ? "" : "/xl/", i);
    if (b->shares_strings || b->strings != NULL)
        buf_text(text, "<Relationship Id=\"s\" Type=\"" OFFICE "/sharedStrings\" "
                       "Target=\"texts.xml\"/>");
    buf_text(text, "</Relationships>");
    add_part(p, "xl/_rels/workbook.xml.rels", text);
}

static void add_strings(struct parts *p, struct buf *text)
{
    if (p->book->strings != NULL)
        buf_text(text, p->book->strings);
    else if (p->book->shares_strings)
        buf_printf(text, "<sst xmlns=\"" MAIN "\">%s</sst>", buf_string(&p->strings));
    if (text->size > 0)
        add_part(p, "xl/texts.xml", text);
}

char *book_make(const struct book *book, size_t *n)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *whole = zip_source_buffer_create(NULL, 0, 0, &error);
    assert_non_null(whole);
    zip_source_keep(whole);
    struct parts p = { .zip = zip_open_from_source(whole, ZIP_TRUNCATE, &error), .book = book };
    struct buf text;
    assert_non_null(p.zip);
    buf_init(&text, BOOK_MAX);
    buf_init(&p.strings, BOOK_MAX);
    for (size_t i = 0; i < book->n; i++)
        add_sheet(&p, &book->sheets[i], i, &text);
    add_workbook(&p, &text);
    add_strings(&p, &text);
    buf_text(&text, "<Relationships xmlns=\"" PACKAGE "\"><Relationship Id=\"a\" Type=\"" OFFICE
                    "/officeDocument\" Target=\"/xl/workbook.xml\"/></Relationships>");
    add_part(&p, "_rels/.rels", &text);
    for (size_t i = 0; i < book->filler; i++) {
        char name[32];
        snprintf(name, sizeof name, "filler/%zu", i);
        add_part(&p, name, &text);
    }
    assert_int_equal(zip_close(p.zip), 0);
    zip_stat_t s;
    assert_int_equal(zip_source_stat(whole, &s), 0);
    char *bytes = malloc(s.size);
    assert_non_null(bytes);
    assert_int_equal(zip_source_open(whole), 0);
    assert_int_equal(zip_source_read(whole, bytes, s.size), (zip_int64_t)s.size);
    zip_source_close(whole);
    zip_source_free(whole);
    buf_finish(&text);
    buf_finish(&p.strings);
    *n = s.size;
    return bytes;
}

/* ---- one row ----------------------------------------------------------------------------------
 */

static const char *const good[][3] = {
    { "Avail", "ALID", "md:alid:org:x.com:film" },
    { "Avail", "DisplayName", "Studio" },
    { "Disposition", "EntryType", "Full Extract" },
    { "AvailAsset", "ContentID", "md:cid:org:x.com:film" },
    { "AvailAsset", "WorkType", "Movie" },
    { "AvailMetadata", "TitleInternalAlias", "Film, The" },
    { "AvailTrans", "Territory", "FR" },
    { "AvailTrans", "LicenseType", "SVOD" },
    { "AvailTrans", "FormatProfile", "HD" },
    { "AvailTrans", "Start", "2013-07-15" },
    { "AvailTrans", "End", "2014-07-14" },
};

char *book_of_row(const char *column, const char *cell, size_t *n)
{
    struct buf rows[3];
    bool known = column == NULL;
    for (size_t i = 0; i < 3; i++)
        buf_init(&rows[i], 1 << 20);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        bool is_it = column != NULL && strcmp(good[i][1], column) == 0;
        known = known || is_it;
        for (size_t k = 0; k < 3; k++)
            buf_printf(&rows[k], "%s%s", i == 0 ? "" : "\t", k == 2 && is_it ? cell : good[i][k]);
    }
    if (!known) {
        buf_text(&rows[0], "\tAvailTrans");
        buf_printf(&rows[1], "\t%s", column);
        buf_printf(&rows[2], "\t%s", cell);
    }
    const char *const lines[] = { buf_string(&rows[0]), buf_string(&rows[1]), "",
                                  buf_string(&rows[2]), NULL };
    char *bytes = book_make(
        &(struct book){ .sheets = &(struct book_sheet){ .name = "Avails", .rows = lines }, .n = 1 },
        n);
    for (size_t i = 0; i < 3; i++)
        buf_finish(&rows[i]);
    return bytes;
}

static const char document[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<a:AvailList xmlns:a=\"http://www.movielabs.com/schema/avails/v2.4/avails\" "
    "xmlns:md=\"http://www.movielabs.com/schema/md/v2.7/md\">\n"
    "<a:Avail>\n"
    "<a:ALID>md:alid:org:x.com:film</a:ALID>\n"
    "<a:Disposition><a:EntryType>Full Extract</a:EntryType></a:Disposition>\n"
    "<a:Licensor><md:DisplayName>Studio</md:DisplayName></a:Licensor>\n"
    "<a:AvailType>single</a:AvailType>\n"
    "<a:ShortDescription>of a test</a:ShortDescription>\n"
    "<a:Asset contentID=\"md:cid:org:x.com:film\">\n"
    "<a:WorkType>Movie</a:WorkType>\n"
    "<a:Metadata>\n"
    "<a:TitleInternalAlias>Film, The</a:TitleInternalAlias>\n"
    "</a:Metadata>\n"
    "</a:Asset>\n"
    "<a:Transaction>\n"
    "<a:LicenseType>SVOD</a:LicenseType>\n"
    "<a:Territory><md:country>FR</md:country></a:Territory>\n"
    "<a:Start>2013-07-15T00:00:00</a:Start>\n"
    "<a:End>2014-07-14T23:59:59</a:End>\n"
    "<a:FormatProfile>HD</a:FormatProfile>\n"
    "</a:Transaction>\n"
    "</a:Avail>\n"
    "</a:AvailList>\n";

char *document_with(const char *from, const char *to, size_t *n)
{
    const char *at = from == NULL ? document : strstr(document, from);
    if (at == NULL)
        fail_msg("the document has no %s", from);
    size_t cut = from == NULL ? 0 : strlen(from);
    char *text = malloc(sizeof document + (to == NULL ? 0 : strlen(to)));
    assert_non_null(text);
    size_t head = (size_t)(at - document);
    memcpy(text, document, head);
    size_t made = to == NULL ? 0 : strlen(to);
    if (made > 0)
        memcpy(text + head, to, made);
    memcpy(text + head + made, at + cut, sizeof document - head - cut);
    *n = head + made + sizeof document - 1 - head - cut;
    return text;
}

/* ---- what came out ----------------------------------------------------------------------------
 */

void model_json(const struct avails_file *file, struct buf *out)
{
    struct json_writer w = json_writer_of(out);
    json_object(&w, NULL);
    json_array(&w, "avails");
    for (size_t i = 0; i < file->n_avails; i++)
        avails_json_avail(&w, NULL, &file->avails[i]);
    json_end(&w);
    json_end(&w);
    assert_int_equal(out->err, OK);
}

const struct avails_fault *fault_with(const struct avails_file *file, const char *code,
                                      const char *where)
{
    for (size_t i = 0; i < file->n_faults; i++) {
        const struct avails_fault *f = &file->faults[i];
        if (strcmp(f->code, code) == 0 && (where == NULL || strstr(f->where, where) != NULL))
            return f;
    }
    return NULL;
}

void print_faults(const struct avails_file *file)
{
    for (size_t i = 0; i < file->n_faults; i++)
        print_message("  %s %s: %s: %s\n", file->faults[i].is_warning ? "warning" : "fault",
                      file->faults[i].code, file->faults[i].where, file->faults[i].what);
}
