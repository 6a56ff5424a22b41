#include "box/focus/focus.h"

#include <string.h>

void focus_clear(struct focus *f)
{
    memset(f, 0, sizeof *f);
}

bool focus_is_empty(const struct focus *f)
{
    for (unsigned i = 0; i < f->n_rows; i++) {
        if (f->rows[i].count > 0)
            return false;
    }
    return true;
}

/* The row with something in it that is nearest to `row`: below it first. */
static unsigned nearest_row(const struct focus *f, unsigned row)
{
    for (unsigned away = 0; away < f->n_rows; away++) {
        if (row + away < f->n_rows && f->rows[row + away].count > 0)
            return row + away;
        if (away <= row && row - away < f->n_rows && f->rows[row - away].count > 0)
            return row - away;
    }
    return 0;
}

static void settle(struct focus *f)
{
    for (unsigned i = 0; i < f->n_rows; i++) {
        struct focus_row *r = &f->rows[i];
        if (r->column >= r->count)
            r->column = r->count > 0 ? r->count - 1 : 0;
    }
    if (f->row >= f->n_rows)
        f->row = f->n_rows > 0 ? f->n_rows - 1 : 0;
    f->row = nearest_row(f, f->row);
}

void focus_resize(struct focus *f, unsigned rows)
{
    if (rows > FOCUS_ROWS_MAX)
        rows = FOCUS_ROWS_MAX;
    for (unsigned i = f->n_rows; i < rows; i++)
        f->rows[i] = (struct focus_row){ 0 };
    f->n_rows = rows;
    settle(f);
}

void focus_set_row(struct focus *f, unsigned row, unsigned count, enum focus_entry entry)
{
    if (row >= f->n_rows)
        return;
    f->rows[row].count = count;
    f->rows[row].entry = entry;
    settle(f);
}

void focus_put(struct focus *f, unsigned row, unsigned column)
{
    f->row = row;
    if (row < f->n_rows)
        f->rows[row].column = column;
    settle(f);
}

/* Rows of other lengths are taken to be as wide: the middle of a thing leads to what is there. */
static unsigned straight(const struct focus_row *from, const struct focus_row *to)
{
    unsigned at = (2 * from->column + 1) * to->count / (2 * from->count);
    return at < to->count ? at : to->count - 1;
}

static bool move_rows(struct focus *f, int step)
{
    const struct focus_row *from = &f->rows[f->row];
    for (int i = (int)f->row + step; i >= 0 && i < (int)f->n_rows; i += step) {
        struct focus_row *to = &f->rows[i];
        if (to->count == 0)
            continue;
        if (to->entry == FOCUS_STRAIGHT)
            to->column = straight(from, to);
        f->row = (unsigned)i;
        return true;
    }
    return false;
}

bool focus_move(struct focus *f, enum focus_way way)
{
    if (focus_is_empty(f))
        return false;
    if (way == FOCUS_UP || way == FOCUS_DOWN)
        return move_rows(f, way == FOCUS_UP ? -1 : 1);
    struct focus_row *r = &f->rows[f->row];
    if (way == FOCUS_LEFT ? r->column == 0 : r->column + 1 >= r->count)
        return false;
    r->column = way == FOCUS_LEFT ? r->column - 1 : r->column + 1;
    return true;
}

bool focus_is_at(const struct focus *f, unsigned row, unsigned column)
{
    return f->row == row && row < f->n_rows && f->rows[row].count > 0 &&
           f->rows[row].column == column;
}

unsigned focus_column(const struct focus *f)
{
    return f->n_rows > 0 ? f->rows[f->row].column : 0;
}
