/* A workbook: which parts are its sheets, and which of these are avails. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "format/avails/workbook.h"

struct sheet {
    const char *name, *id, *part; /* kept strings */
};

struct workbook {
    struct reading *r;
    struct package *package;
    struct list sheets; /* of struct sheet */
    struct list shared; /* of const char * */
    const char *main, *strings;
    const char *base; /* the folder of relations being read, "xl/" */
    size_t n_avails_sheets;
};

static const char *value_of(struct reading *r, const struct xml_attribute *a, size_t n,
                            const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(a[i].name, name) == 0)
            return text_kept(r, a[i].value, a[i].n);
    }
    return NULL;
}

static void no_end(void *context, const char *name)
{
    (void)context, (void)name;
}

static void no_text(void *context, const char *text, size_t n)
{
    (void)context, (void)text, (void)n;
}

/* A target of a relation from the package's root or beside what it is a relation of. */
static const char *part_of(struct workbook *b, const char *target)
{
    char name[PART_NAME_MAX];
    int n = snprintf(name, sizeof name, "%s%s", target[0] == '/' ? "" : b->base,
                     target[0] == '/' ? target + 1 : target);
    return n < 0 || (size_t)n >= sizeof name ? NULL : string_kept(b->r, name);
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static void relation_start(void *context, const char *name, const char *uri,
                           const struct xml_attribute *a, size_t n)
{
    struct workbook *b = context;
    (void)uri;
    if (strcmp(name, "Relationship") != 0)
        return;
    const char *id = value_of(b->r, a, n, "Id"), *type = value_of(b->r, a, n, "Type");
    const char *target = value_of(b->r, a, n, "Target");
    const char *mode = value_of(b->r, a, n, "TargetMode");
    if (id == NULL || type == NULL || target == NULL || (mode != NULL && *mode == 'E'))
        return;
    const char *part = part_of(b, target);
    if (ends_with(type, "/officeDocument"))
        b->main = part;
    else if (ends_with(type, "/sharedStrings"))
        b->strings = part;
    struct sheet *sheets = b->sheets.items;
    for (size_t i = 0; i < b->sheets.n; i++) {
        if (sheets[i].id == id && ends_with(type, "/worksheet"))
            sheets[i].part = part;
    }
}

static void workbook_start(void *context, const char *name, const char *uri,
                           const struct xml_attribute *a, size_t n)
{
    struct workbook *b = context;
    (void)uri;
    if (strcmp(name, "workbookPr") == 0) {
        struct said flag = { .text = value_of(b->r, a, n, "date1904") };
        b->r->is_1904 = boolean_of(&flag) == 1;
    }
    if (strcmp(name, "sheet") != 0 || b->sheets.n == SHEETS_MAX)
        return;
    struct sheet *sheet = avails_list_add(&b->sheets);
    sheet->name = value_of(b->r, a, n, "name");
    sheet->id = value_of(b->r, a, n, "id");
}

static enum err parse(struct workbook *b, const char *part,
                      void (*start)(void *, const char *, const char *,
                                    const struct xml_attribute *, size_t))
{
    struct xml *x = NULL;
    return package_parse(b->package, part, &(struct xml_sink){ b, start, no_end, no_text }, &x);
}

/* "xl/workbook.xml" has its relations in "xl/_rels/workbook.xml.rels". */
static void read_relations(struct workbook *b)
{
    char base[PART_NAME_MAX], part[PART_NAME_MAX + 16];
    const char *slash = strrchr(b->main, '/');
    size_t n = slash == NULL ? 0 : (size_t)(slash + 1 - b->main);
    snprintf(base, sizeof base, "%.*s", (int)n, b->main);
    snprintf(part, sizeof part, "%s_rels/%s.rels", base, b->main + n);
    b->base = base;
    if (parse(b, part, relation_start) == ERR_NOT_FOUND)
        (void)reading_stop(b->r, ERR_MALFORMED, "zip", "no workbook: its part %s is missing",
                           quoted(b->r, part));
    b->base = "";
}

static void open_workbook(struct workbook *b)
{
    b->base = "";
    b->main = "xl/workbook.xml";
    (void)parse(b, "_rels/.rels", relation_start);
    if (b->r->err != OK)
        return;
    if (b->main == NULL || parse(b, b->main, workbook_start) == ERR_NOT_FOUND) {
        (void)reading_stop(b->r, ERR_UNSUPPORTED, "zip", "a zip, but no workbook of Excel");
        return;
    }
    if (b->r->err == OK)
        read_relations(b);
    if (b->r->err == OK && b->strings != NULL)
        shared_strings_read(b->r, b->package, b->strings, &b->shared);
}

/* ---- a sheet ----------------------------------------------------------------------------------
 */

static void take_header(struct sheet_columns *s, const struct sheet_row *row)
{
    for (size_t i = 0; i < row->n_used; i++) {
        size_t at = row->used[i];
        const char *text = row->cells[at].text;
        if (row->number == 1) {
            s->sections[at] = text;
            continue;
        }
        s->names[at] = text;
        s->columns[at] = column_named(text);
        s->n = at >= s->n ? at + 1 : s->n;
        if (s->columns[at] != C_NONE && s->place[s->columns[at]] == 0)
            s->place[s->columns[at]] = (uint16_t)(at + 1);
    }
}

static bool has(const struct sheet_columns *s, enum column c)
{
    return s->place[c] != 0;
}

/* Where the sheet does not say it: by the columns that a version brought. */
static const char *version_of(const struct sheet_columns *s)
{
    if (has(s, C_TPR_TYPE) || has(s, C_CAMPAIGN))
        return "1.9";
    if (has(s, C_CONTENT_ID) && has(s, C_EPISODE_CONTENT_ID))
        return "1.8";
    if (has(s, C_EXCLUDED) || has(s, C_LICENSEE))
        return "1.7.3";
    if (has(s, C_ALID))
        return "1.7";
    return "1.6";
}

static void check_header(struct sheet_columns *s)
{
    struct reading *r = s->r;
    s->is_checked = true;
    s->is_avails = has(s, C_TERRITORY) && has(s, C_LICENCE) && has(s, C_START);
    r->line = 0;
    if (!s->is_avails) {
        fault_warn(r, "sheet",
                   "not an avails sheet (rows 1 and 2 name no columns of Avails): it "
                   "is left alone");
        return;
    }
    r->line = 2;
    for (size_t i = 0; i < s->n; i++) {
        if (s->names[i] == NULL || s->columns[i] != C_NONE)
            continue;
        r->column = s->names[i];
        r->section = s->sections[i];
        fault_warn(r, "column", "no column of Avails 1.6 to 1.9: it is left alone");
    }
    r->column = NULL;
    if (!has(s, C_ALID))
        fault_warn(r, "column",
                   "there is no column ALID (as in version 1.6): the content's "
                   "identifier stands for it");
    if (s->version == NULL)
        s->version = version_of(s);
}

static bool is_comment(const struct said *s)
{
    return strncmp(s->text, "//", 2) == 0;
}

/* Row 3 has the version in its first cell and comments in the others. */
static bool take_version(struct sheet_columns *s, const struct sheet_row *row)
{
    size_t other = 0;
    const char *first = row->cells[0].text;
    for (size_t i = 0; i < row->n_used; i++)
        other += row->used[i] != 0 && !is_comment(&row->cells[row->used[i]]) ? 1 : 0;
    if (other > 0)
        return false;
    if (first != NULL && (*first == 'v' || *first == 'V'))
        first++;
    if (first != NULL && strncmp(first, "1.", 2) == 0)
        s->version = first;
    return true;
}

static void fill_said(struct sheet_columns *s, const struct sheet_row *row)
{
    memset(s->said, 0, sizeof s->said);
    for (size_t i = 0; i < row->n_used; i++) {
        size_t at = row->used[i];
        enum column c = s->columns[at];
        if (is_comment(&row->cells[at]))
            continue;
        if (s->names[at] == NULL && !s->said_unnamed) {
            s->said_unnamed = true;
            fault_warn(s->r, "column", "\"%s\" stands in a column without a name",
                       quoted(s->r, row->cells[at].text));
        }
        if (c != C_NONE && s->said[c].text == NULL)
            s->said[c] = row->cells[at];
    }
}

static bool is_all_comment(const struct sheet_row *row)
{
    for (size_t i = 0; i < row->n_used; i++) {
        if (!is_comment(&row->cells[row->used[i]]))
            return false;
    }
    return true;
}

static bool take_row(void *context, const struct sheet_row *row)
{
    struct sheet_columns *s = context;
    struct reading *r = s->r;
    if (row->number <= 2) {
        take_header(s, row);
        return true;
    }
    if (row->number == 3 && take_version(s, row))
        return true;
    if (!s->is_checked)
        check_header(s);
    if (!s->is_avails)
        return false;
    r->line = row->number;
    r->column = NULL;
    if (is_all_comment(row))
        return true;
    if (row->cells[0].text != NULL && is_comment(&row->cells[0])) {
        fault_warn(r, "comment", "the row begins with //: all of it is taken for a comment");
        return true;
    }
    if (row->is_cut)
        fault_warn(r, "column", "cells past column %d are left alone", SHEET_COLUMNS_MAX);
    fill_said(s, row);
    row_take(s, row->number);
    return r->err == OK;
}

static void read_sheet(struct workbook *b, const struct sheet *sheet)
{
    struct reading *r = b->r;
    struct sheet_columns s = { .r = r };
    if (sheet->part == NULL)
        return;
    sheet_read(r, b->package, sheet->part, &b->shared, &(struct sheet_sink){ &s, take_row });
    if (r->err == OK && !s.is_checked)
        check_header(&s);
    avail_close(r);
    b->n_avails_sheets += s.is_avails ? 1 : 0;
    if (s.is_avails && r->out->version == NULL)
        r->out->version = s.version;
}

static void read_sheets(struct workbook *b)
{
    struct reading *r = b->r;
    for (size_t i = 0; i < b->sheets.n && r->err == OK; i++) {
        const struct sheet *sheet = (const struct sheet *)b->sheets.items + i;
        r->sheet = sheet->name == NULL ? "without a name" : sheet->name;
        *(const char **)avails_list_add(&r->sheets) = r->sheet;
        r->sheet_number = (uint32_t)(i + 1);
        r->line = 0;
        r->column = NULL;
        read_sheet(b, sheet);
    }
    r->column = NULL;
    if (r->err == OK && b->n_avails_sheets == 0) {
        r->sheet = NULL;
        (void)reading_stop(r, ERR_UNSUPPORTED, "sheet",
                           "the workbook has no avails sheet (rows 1 and 2 name the columns)");
    }
}

enum err workbook_read(struct reading *r, const void *bytes, size_t n)
{
    struct workbook b = { .r = r };
    b.sheets.size = sizeof(struct sheet);
    b.shared.size = sizeof(const char *);
    b.package = package_open(r, bytes, n);
    if (b.package != NULL)
        open_workbook(&b);
    if (r->err == OK)
        read_sheets(&b);
    package_close(&b.package);
    list_finish(&b.sheets);
    list_finish(&b.shared);
    return r->err;
}
