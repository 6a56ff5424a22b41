/* A partner's list, read: CSV (RFC 4180) by the names of its columns. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/reader.h"
#include "base/text.h"
#include "service/partner/inside.h"

enum { CELL = 128, CELLS_MAX = 40, ROWS_MAX = 2000000 };

enum column { DAY, ACCOUNT, ID, STATE, LINKED, BUNDLE, AMOUNT, CURRENCY, SINCE, COLUMNS };
static const char *const names[COLUMNS] = {
    [DAY] = "day",
    [ACCOUNT] = "partner_account_id",
    [ID] = "subscription_id",
    [STATE] = "state",
    [LINKED] = "linked",
    [BUNDLE] = "bundle",
    [AMOUNT] = "amount",
    [CURRENCY] = "currency",
    [SINCE] = "since",
};

struct list_file {
    struct reader r;
    char separator;
    size_t line;
    struct partner_list_problem *why;
    int place[COLUMNS]; /* -1: not there */
    size_t n;           /* cells of the record */
    char cells[CELLS_MAX][CELL];
    civil_day day;
    bool has_day;
    struct arena *arena;
    struct partner_row *rows;
    size_t n_rows, room;
};

__attribute__((format(printf, 2, 3))) static enum err wrong(struct list_file *f, const char *format,
                                                            ...)
{
    va_list args;
    va_start(args, format);
    f->why->line = f->line;
    vsnprintf(f->why->text, sizeof f->why->text, format, args);
    va_end(args);
    return ERR_MALFORMED;
}

/* ---- records --------------------------------------------------------------------------------- */

static int peek(const struct list_file *f)
{
    return read_left(&f->r) > 0 ? *f->r.at : -1;
}

static bool is_end(const struct list_file *f, int c)
{
    return c < 0 || c == f->separator || c == '\n' || c == '\r';
}

/* Behind the first quote; a doubled one stands for itself. False: it does not end in time. */
static bool read_quoted(struct list_file *f, char *out, size_t *n)
{
    read_skip(&f->r, 1);
    while (read_left(&f->r) > 0 && *n + 1 < CELL) {
        char c = (char)read_u8(&f->r);
        if (c == '"' && peek(f) != '"')
            return true;
        if (c == '"')
            read_skip(&f->r, 1);
        out[(*n)++] = c;
    }
    return false;
}

/* The apostrophe that keeps a cell from being a formula is no part of it. */
static void strip_guard(char *cell)
{
    if (cell[0] == '\'' && cell[1] != 0 && strchr("=+-@\t\r'", cell[1]) != NULL)
        memmove(cell, cell + 1, strlen(cell));
}

static enum err read_cell(struct list_file *f, char out[CELL])
{
    size_t n = 0;
    if (peek(f) == '"' && !read_quoted(f, out, &n))
        return wrong(f, "a quoted value does not end, or is too long");
    while (!is_end(f, peek(f))) {
        if (n + 1 == CELL)
            return wrong(f, "a value is longer than %d bytes", CELL - 1);
        out[n++] = (char)read_u8(&f->r);
    }
    out[n] = 0;
    if (!text_is_line(out, n))
        return wrong(f, "a value is not text in UTF-8 on one line");
    strip_guard(out);
    return OK;
}

/* n 0: the file is over. */
static enum err read_record(struct list_file *f)
{
    while (peek(f) == '\n' || peek(f) == '\r')
        f->line += read_u8(&f->r) == '\n';
    f->n = 0;
    if (peek(f) < 0)
        return OK;
    for (;;) {
        if (f->n == CELLS_MAX)
            return wrong(f, "more than %d columns", CELLS_MAX);
        enum err err = read_cell(f, f->cells[f->n++]);
        if (err != OK || peek(f) != f->separator)
            return err;
        read_skip(&f->r, 1);
    }
}

static enum err read_header(struct list_file *f)
{
    enum err err = read_record(f);
    for (int i = 0; i < COLUMNS; i++) {
        f->place[i] = -1;
        for (size_t k = 0; err == OK && k < f->n; k++)
            if (strcasecmp(f->cells[k], names[i]) == 0)
                f->place[i] = (int)k;
    }
    static const enum column needed[] = { ACCOUNT, STATE, BUNDLE };
    for (size_t i = 0; err == OK && i < sizeof needed / sizeof needed[0]; i++)
        if (f->place[needed[i]] < 0)
            err = wrong(f, "the column %s is missing", names[needed[i]]);
    return err;
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* "" when the column is not there. */
static const char *cell(const struct list_file *f, enum column column)
{
    int place = f->place[column];
    return place >= 0 && (size_t)place < f->n ? f->cells[place] : "";
}

static enum err read_money(struct list_file *f, struct partner_row *row)
{
    const char *amount = cell(f, AMOUNT), *currency = cell(f, CURRENCY);
    if (amount[0] == 0)
        return OK;
    if (money_parse(amount, strlen(amount), currency, &row->price) != OK || row->price.minor < 0)
        return wrong(f, "amount: must be like 7.50, with its currency beside it");
    return OK;
}

static enum err read_days(struct list_file *f, struct partner_row *row)
{
    const char *day = cell(f, DAY), *since = cell(f, SINCE);
    civil_day on;
    row->has_since = since[0] != 0;
    if (row->has_since && civil_day_parse(since, strlen(since), &row->since) != OK)
        return wrong(f, "since: must be a day, as 2026-11-30");
    if (day[0] == 0)
        return OK;
    if (civil_day_parse(day, strlen(day), &on) != OK)
        return wrong(f, "day: must be a day, as 2026-11-30");
    if (f->has_day && on.days != f->day.days)
        return wrong(f, "day: must be the same in all rows");
    f->day = on;
    f->has_day = true;
    return OK;
}

static enum err read_row(struct list_file *f, struct partner_row *row)
{
    const char *account = cell(f, ACCOUNT), *id = cell(f, ID), *bundle = cell(f, BUNDLE);
    *row = (struct partner_row){ .is_linked = strcmp(cell(f, LINKED), "yes") == 0 };
    if (!partner_text_is_good(account) || !text_copy(row->account, sizeof row->account, account))
        return wrong(f, "partner_account_id: must be 1 to 64 visible characters of ASCII");
    if (id[0] != 0 && !id_parse(id, strlen(id), row->id))
        return wrong(f, "subscription_id: is not one of ours");
    if (!partner_state_parse(cell(f, STATE), &row->state))
        return wrong(f, "state: must be ordered, token-issued, expired, linked, active, suspended "
                        "or ended");
    if (!plan_code_is_good(bundle) || !text_copy(row->bundle, sizeof row->bundle, bundle))
        return wrong(f, "bundle: must be the code of a bundle");
    enum err err = read_money(f, row);
    return err == OK ? read_days(f, row) : err;
}

static enum err add_row(struct list_file *f)
{
    if (f->n_rows == ROWS_MAX)
        return wrong(f, "more than %d rows", ROWS_MAX);
    if (f->n_rows == f->room) {
        f->room = f->room == 0 ? 256 : f->room * 2;
        struct partner_row *more = ARENA_ARRAY(f->arena, struct partner_row, f->room);
        if (f->n_rows > 0)
            memcpy(more, f->rows, f->n_rows * sizeof *more);
        f->rows = more;
    }
    return read_row(f, &f->rows[f->n_rows++]);
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

enum err partner_list_read(struct arena *arena, const char *bytes, size_t n,
                           struct partner_row **out, size_t *n_out, civil_day *day,
                           struct partner_list_problem *why)
{
    static const char mark[] = "\xef\xbb\xbf"; /* that some programs begin UTF-8 with */
    size_t skip = n >= 3 && memcmp(bytes, mark, 3) == 0 ? 3 : 0;
    struct list_file *f = ARENA_NEW(arena, struct list_file);
    *f = (struct list_file){ .r = reader_of(bytes + skip, n - skip),
                             .separator = separator_of(bytes, n),
                             .line = 1,
                             .why = why,
                             .arena = arena };
    enum err err = read_header(f);
    while (err == OK) {
        err = read_record(f);
        if (err == OK && f->n == 0)
            break;
        if (err == OK)
            err = add_row(f);
    }
    *out = f->rows;
    *n_out = f->n_rows;
    if (f->has_day)
        *day = f->day;
    return err;
}
