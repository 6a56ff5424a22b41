/* The candidates of the order of opening, from a CSV (RFC 4180). */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/reader.h"
#include "base/text.h"
#include "rules/territory/territory.h"
#include "service/launch/launch.h"

enum { FIELD_MAX = 200, COLUMNS_MAX = 40 };

enum column { TERRITORY, HOMES, PRICE, COST, LANGUAGE, COLUMNS };

/* Column names, any of which will do; the first is said in messages. */
static const struct {
    const char *names[3];
    bool is_needed;
} columns[COLUMNS] = {
    [TERRITORY] = { { "territory", "country", "code" }, true },
    [HOMES] = { { "homes", "broadband_homes", "broadband" }, true },
    [PRICE] = { { "price", "price_level", "prices" }, true },
    [COST] = { { "cost", "expected_cost", "costs" }, true },
    [LANGUAGE] = { { "language", "languages", "lang" }, false },
};

struct csv {
    struct reader r;
    char separator;
    size_t line;
    struct launch_csv_problem *why;
    int place[COLUMNS]; /* of each column in a record; -1: not there */
};

struct record {
    size_t n, line;
    char fields[COLUMNS_MAX][FIELD_MAX];
};

__attribute__((format(printf, 4, 5))) static enum err wrong(const struct csv *csv, size_t line,
                                                            const char *column, const char *format,
                                                            ...)
{
    va_list args;
    va_start(args, format);
    csv->why->line = line;
    (void)text_copy(csv->why->column, sizeof csv->why->column, column);
    vsnprintf(csv->why->text, sizeof csv->why->text, format, args);
    va_end(args);
    return ERR_MALFORMED;
}

static int peek(const struct csv *csv)
{
    return read_left(&csv->r) > 0 ? *csv->r.at : -1;
}

static bool is_field_end(const struct csv *csv, int c)
{
    return c < 0 || c == csv->separator || c == '\n' || c == '\r';
}

/* What stands between quotes, of which the first is next; a doubled one stands for itself. */
static bool read_quoted(struct csv *csv, char *out, size_t *n)
{
    (void)read_u8(&csv->r);
    while (read_left(&csv->r) > 0) {
        char c = (char)read_u8(&csv->r);
        if (c == '"' && peek(csv) != '"')
            return true;
        if (c == '"')
            (void)read_u8(&csv->r);
        csv->line += c == '\n';
        if (*n + 1 == FIELD_MAX)
            return false;
        out[(*n)++] = c;
    }
    return false;
}

static void trim(char *text)
{
    size_t n = strlen(text), skip = strspn(text, " ");
    while (n > skip && text[n - 1] == ' ')
        n--;
    memmove(text, text + skip, n - skip);
    text[n - skip] = 0;
}

static enum err read_field(struct csv *csv, char out[FIELD_MAX])
{
    size_t n = 0;
    size_t line = csv->line;
    if (peek(csv) == '"') {
        if (!read_quoted(csv, out, &n))
            return wrong(csv, line, "", "a quoted value does not end, or is longer than %d bytes",
                         FIELD_MAX - 1);
        if (!is_field_end(csv, peek(csv)))
            return wrong(csv, line, "", "something follows a closing quote");
    }
    while (!is_field_end(csv, peek(csv))) {
        if (n + 1 == FIELD_MAX)
            return wrong(csv, line, "", "a value is longer than %d bytes", FIELD_MAX - 1);
        out[n++] = (char)read_u8(&csv->r);
    }
    out[n] = 0;
    if (!text_is_line(out, n))
        return wrong(csv, line, "", "a value is not text in UTF-8 on one line");
    trim(out);
    return OK;
}

/* The next record; n 0 at the end of the file. Empty lines are stepped over. */
static enum err read_record(struct csv *csv, struct record *out)
{
    while (peek(csv) == '\n' || peek(csv) == '\r')
        csv->line += read_u8(&csv->r) == '\n';
    out->n = 0;
    out->line = csv->line;
    if (peek(csv) < 0)
        return OK;
    for (;;) {
        if (out->n == COLUMNS_MAX)
            return wrong(csv, csv->line, "", "more than %d columns", COLUMNS_MAX);
        enum err err = read_field(csv, out->fields[out->n++]);
        if (err != OK || peek(csv) != csv->separator)
            return err;
        (void)read_u8(&csv->r);
    }
}

/* ";" when the first line has more of them than ",". */
static char separator_of(const char *bytes, size_t n)
{
    size_t commas = 0, semicolons = 0;
    for (size_t i = 0; i < n && bytes[i] != '\n'; i++) {
        commas += bytes[i] == ',';
        semicolons += bytes[i] == ';';
    }
    return semicolons > commas ? ';' : ',';
}

static int column_of(const char *name)
{
    for (int i = 0; i < COLUMNS; i++) {
        for (size_t k = 0; k < sizeof columns[i].names / sizeof columns[i].names[0]; k++) {
            if (strcasecmp(name, columns[i].names[k]) == 0)
                return i;
        }
    }
    return -1;
}

static enum err read_head(struct csv *csv, struct record *record)
{
    enum err err = read_record(csv, record);
    if (err != OK)
        return err;
    for (int i = 0; i < COLUMNS; i++)
        csv->place[i] = -1;
    for (size_t i = 0; i < record->n; i++) {
        int column = column_of(record->fields[i]);
        if (column < 0)
            continue; /* notes of the house's own */
        if (csv->place[column] >= 0)
            return wrong(csv, record->line, record->fields[i], "this column is there twice");
        csv->place[column] = (int)i;
    }
    for (int i = 0; i < COLUMNS; i++) {
        if (columns[i].is_needed && csv->place[i] < 0)
            return wrong(csv, record->line, columns[i].names[0], "there is no such column");
    }
    return OK;
}

static const char *value(const struct csv *csv, const struct record *record, enum column column)
{
    int at = csv->place[column];
    return at >= 0 && (size_t)at < record->n ? record->fields[at] : "";
}

/* "12.5"; "12,5" too where values are parted by ";". */
static bool number_of(const char *text, char point, double *out)
{
    size_t whole = strspn(text, "0123456789"), decimals = 0;
    int64_t v = 0, part = 0;
    if (whole == 0 || whole > 12 || text_to_i64(text, whole, 0, INT64_MAX, &v) != OK)
        return false;
    if (text[whole] == '.' || (text[whole] == point && point != 0)) {
        decimals = strspn(text + whole + 1, "0123456789");
        if (decimals == 0 || decimals > 9 ||
            text_to_i64(text + whole + 1, decimals, 0, INT64_MAX, &part) != OK)
            return false;
        decimals++;
    }
    double scale = 1;
    for (size_t i = 1; i < decimals; i++)
        scale *= 10;
    *out = (double)v + (double)part / scale;
    return text[whole + decimals] == 0;
}

static enum err read_number(const struct csv *csv, const struct record *record, enum column column,
                            double *out)
{
    const char *text = value(csv, record, column);
    if (number_of(text, csv->separator == ';' ? ',' : 0, out))
        return OK;
    return wrong(csv, record->line, columns[column].names[0],
                 "\"%.60s\" is no number of 0 or more, as in 12.5", text);
}

static enum err read_row(const struct csv *csv, const struct record *record, struct arena *arena,
                         struct plan_candidate *out)
{
    const char *code = value(csv, record, TERRITORY), *language = value(csv, record, LANGUAGE);
    const struct territory_facts *facts = territory_facts(code);
    if (facts == NULL)
        return wrong(csv, record->line, columns[TERRITORY].names[0],
                     "\"%.60s\" is no country of ISO 3166-1", code);
    *out = (struct plan_candidate){ 0 };
    (void)text_copy(out->code, sizeof out->code, code);
    enum err err = read_number(csv, record, HOMES, &out->broadband_homes);
    if (err == OK)
        err = read_number(csv, record, PRICE, &out->price_level);
    if (err == OK)
        err = read_number(csv, record, COST, &out->cost);
    if (err != OK)
        return err;
    if (language[0] == 0)
        out->language = arena_strndup(arena, facts->languages, strcspn(facts->languages, ","));
    else if (text_is_language(language, strlen(language)))
        out->language = arena_strdup(arena, language);
    else
        return wrong(csv, record->line, columns[LANGUAGE].names[0],
                     "\"%.60s\" is no language as in fr or pt-BR", language);
    return OK;
}

static bool is_there(const struct plan_candidate *candidates, size_t n, const char *code)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(candidates[i].code, code) == 0)
            return true;
    }
    return false;
}

static enum err read_rows(struct csv *csv, struct record *record, struct arena *arena,
                          struct plan_candidate **out, size_t *n_out)
{
    struct plan_candidate *rows = ARENA_ARRAY(arena, struct plan_candidate, LAUNCH_PLAN_ROWS_MAX);
    size_t n = 0;
    for (;;) {
        enum err err = read_record(csv, record);
        if (err != OK)
            return err;
        if (record->n == 0)
            break;
        if (n == LAUNCH_PLAN_ROWS_MAX)
            return wrong(csv, record->line, "", "more than %d candidates", LAUNCH_PLAN_ROWS_MAX);
        err = read_row(csv, record, arena, &rows[n]);
        if (err != OK)
            return err;
        if (is_there(rows, n, rows[n].code))
            return wrong(csv, record->line, columns[TERRITORY].names[0], "%s is there twice",
                         rows[n].code);
        n++;
    }
    if (n == 0)
        return wrong(csv, csv->line, "", "there is no candidate");
    *out = rows;
    *n_out = n;
    return OK;
}

enum err launch_plan_read(struct arena *arena, const char *bytes, size_t n,
                          struct plan_candidate **out, size_t *n_out,
                          struct launch_csv_problem *why)
{
    struct csv csv = { .r = reader_of(bytes, n), .line = 1, .why = why };
    struct record *record = ARENA_NEW(arena, struct record);
    *why = (struct launch_csv_problem){ 0 };
    if (n > LAUNCH_PLAN_FILE_MAX)
        return wrong(&csv, 1, "", "the file is longer than %d bytes", LAUNCH_PLAN_FILE_MAX);
    if (n >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
        read_skip(&csv.r, 3); /* a byte order mark, as spreadsheets write it */
    csv.separator = separator_of(bytes, n);
    enum err err = read_head(&csv, record);
    return err == OK ? read_rows(&csv, record, arena, out, n_out) : err;
}
