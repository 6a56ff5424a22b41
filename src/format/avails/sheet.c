/* SpreadsheetML (ECMA-376 part 1, 18.3 and 18.4), as far as values of cells go. */
#include <string.h>

#include "base/text.h"
#include "format/avails/workbook.h"

enum cell_kind { CELL_NUMBER, CELL_SHARED, CELL_TEXT, CELL_INLINE, CELL_BOOLEAN };

struct sheet_reader {
    struct reading *r;
    struct xml *xml;
    const struct list *shared;
    const struct sheet_sink *sink;
    struct sheet_row row;
    struct buf text;
    enum cell_kind kind;
    size_t column; /* of the cell in hand, from 0 */
    bool in_row, in_cell, in_value, in_phonetic;
};

static const struct xml_attribute *find(const struct xml_attribute *a, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(a[i].name, name) == 0)
            return &a[i];
    }
    return NULL;
}

static bool is_text(const struct xml_attribute *a, const char *text)
{
    return a != NULL && a->n == strlen(text) && memcmp(a->value, text, a->n) == 0;
}

/* "AB12" is column 27. SIZE_MAX: none is said. */
static size_t column_of(const struct xml_attribute *a)
{
    size_t column = 0;
    for (size_t i = 0; a != NULL && i < a->n && i < 4; i++) {
        if (a->value[i] < 'A' || a->value[i] > 'Z')
            break;
        column = column * 26 + (size_t)(a->value[i] - 'A') + 1;
    }
    return column == 0 ? SIZE_MAX : column - 1;
}

static void begin_row(struct sheet_reader *s, const struct xml_attribute *a, size_t n)
{
    const struct xml_attribute *number = find(a, n, "r");
    int64_t said = (int64_t)s->row.number + 1;
    if (number != NULL && text_to_i64(number->value, number->n, 1, SHEET_ROWS_MAX, &said) != OK)
        said = (int64_t)s->row.number + 1;
    for (size_t i = 0; i < s->row.n_used; i++)
        s->row.cells[s->row.used[i]] = (struct said){ 0 };
    s->row.n_used = 0;
    s->row.is_cut = false;
    s->row.number = (uint32_t)said;
    s->column = SIZE_MAX;
    s->in_row = true;
}

static void begin_cell(struct sheet_reader *s, const struct xml_attribute *a, size_t n)
{
    const struct xml_attribute *type = find(a, n, "t");
    size_t column = column_of(find(a, n, "r"));
    s->column = column == SIZE_MAX ? s->column + 1 : column;
    s->kind = type == NULL || is_text(type, "n") ? CELL_NUMBER
              : is_text(type, "s")               ? CELL_SHARED
              : is_text(type, "inlineStr")       ? CELL_INLINE
              : is_text(type, "b")               ? CELL_BOOLEAN
                                                 : CELL_TEXT;
    s->in_cell = true;
    buf_clear(&s->text);
}

static void on_start(void *context, const char *name, const char *uri,
                     const struct xml_attribute *a, size_t n)
{
    struct sheet_reader *s = context;
    (void)uri;
    if (strcmp(name, "row") == 0)
        begin_row(s, a, n);
    else if (s->in_row && strcmp(name, "c") == 0)
        begin_cell(s, a, n);
    else if (s->in_cell && strcmp(name, "rPh") == 0)
        s->in_phonetic = true;
    else if (s->in_cell && (strcmp(name, "v") == 0 || strcmp(name, "t") == 0))
        s->in_value = !s->in_phonetic && (name[0] == 'v') == (s->kind != CELL_INLINE);
}

static void put_cell(struct sheet_reader *s, const char *text, enum said_kind kind)
{
    struct sheet_row *row = &s->row;
    if (text == NULL)
        return;
    if (s->column >= SHEET_COLUMNS_MAX) {
        row->is_cut = true;
        return;
    }
    if (row->cells[s->column].text == NULL)
        row->used[row->n_used++] = (uint16_t)s->column;
    row->cells[s->column] = (struct said){ text, kind };
}

static void end_cell(struct sheet_reader *s)
{
    const char *text = (const char *)s->text.data;
    int64_t number = 0;
    s->in_cell = false;
    if (s->text.err != OK) {
        s->r->line = s->row.number;
        fault_warn(s->r, "full", "a cell with more than %d characters", TEXT_MAX);
        return;
    }
    if (s->text.size == 0)
        return;
    if (s->kind == CELL_SHARED) {
        size_t n = s->shared->n;
        if (n > 0 && text_to_i64(text, s->text.size, 0, (int64_t)n - 1, &number) == OK)
            put_cell(s, ((const char **)s->shared->items)[number], SAID_TEXT);
        return;
    }
    put_cell(s, text_kept(s->r, text, s->text.size),
             s->kind == CELL_NUMBER    ? SAID_NUMBER
             : s->kind == CELL_BOOLEAN ? SAID_BOOLEAN
                                       : SAID_TEXT);
}

static void on_end(void *context, const char *name)
{
    struct sheet_reader *s = context;
    if (s->in_cell && (strcmp(name, "v") == 0 || strcmp(name, "t") == 0)) {
        s->in_value = false;
    } else if (strcmp(name, "rPh") == 0) {
        s->in_phonetic = false;
    } else if (s->in_cell && strcmp(name, "c") == 0) {
        end_cell(s);
    } else if (s->in_row && strcmp(name, "row") == 0) {
        s->in_row = false;
        if (s->row.n_used > 0 && !s->sink->row(s->sink->context, &s->row))
            xml_stop(s->xml);
    }
    if (s->r->err != OK && !xml_is_stopped(s->xml))
        xml_stop(s->xml);
}

static void on_text(void *context, const char *text, size_t n)
{
    struct sheet_reader *s = context;
    if (s->in_value)
        buf_put(&s->text, text, n);
}

void sheet_read(struct reading *r, struct package *p, const char *part, const struct list *shared,
                const struct sheet_sink *sink)
{
    struct sheet_reader s = { .r = r, .shared = shared, .sink = sink };
    buf_init(&s.text, TEXT_MAX);
    if (package_parse(p, part, &(struct xml_sink){ &s, on_start, on_end, on_text }, &s.xml) ==
        ERR_NOT_FOUND)
        (void)reading_stop(r, ERR_MALFORMED, "zip", "its part %s is missing", quoted(r, part));
    buf_finish(&s.text);
}

/* ---- shared strings ---------------------------------------------------------------------------
 */

struct strings_reader {
    struct reading *r;
    struct xml *xml;
    struct list *out;
    struct buf text;
    bool in_item, in_text, in_phonetic;
};

static void string_start(void *context, const char *name, const char *uri,
                         const struct xml_attribute *a, size_t n)
{
    struct strings_reader *s = context;
    (void)uri, (void)a, (void)n;
    if (strcmp(name, "si") == 0) {
        s->in_item = true;
        buf_clear(&s->text);
    } else if (strcmp(name, "rPh") == 0) {
        s->in_phonetic = true;
    } else if (s->in_item && strcmp(name, "t") == 0) {
        s->in_text = !s->in_phonetic;
    }
}

static void string_end(void *context, const char *name)
{
    struct strings_reader *s = context;
    if (strcmp(name, "t") == 0)
        s->in_text = false;
    else if (strcmp(name, "rPh") == 0)
        s->in_phonetic = false;
    if (strcmp(name, "si") != 0 || !s->in_item)
        return;
    s->in_item = false;
    if (s->out->n == SHARED_STRINGS_MAX)
        (void)reading_stop(s->r, ERR_FULL, "full", "more than %d shared strings",
                           SHARED_STRINGS_MAX);
    const char **out = avails_list_add(s->out);
    if (s->text.err == OK)
        *out = text_kept(s->r, (const char *)s->text.data, s->text.size);
    if (s->r->err != OK)
        xml_stop(s->xml);
}

static void string_text(void *context, const char *text, size_t n)
{
    struct strings_reader *s = context;
    if (s->in_text)
        buf_put(&s->text, text, n);
}

void shared_strings_read(struct reading *r, struct package *p, const char *part,
                         struct list *shared)
{
    struct strings_reader s = { .r = r, .out = shared };
    buf_init(&s.text, TEXT_MAX);
    if (package_parse(p, part, &(struct xml_sink){ &s, string_start, string_end, string_text },
                      &s.xml) == ERR_NOT_FOUND)
        (void)reading_stop(r, ERR_MALFORMED, "zip", "its part %s is missing", quoted(r, part));
    buf_finish(&s.text);
}
