/* Where the focus is on a screen, and where a key takes it. Pure: rows of things, one of which has
 * the focus. As long as there is anything at all, exactly one thing has it: rows that come, go,
 * grow and shrink move it to the nearest thing that is left. */
#ifndef LANTERNE_BOX_FOCUS_FOCUS_H
#define LANTERNE_BOX_FOCUS_FOCUS_H

#include <stdbool.h>

enum { FOCUS_ROWS_MAX = 256 };

enum focus_way { FOCUS_UP, FOCUS_DOWN, FOCUS_LEFT, FOCUS_RIGHT };

/* What entering a row from another does. */
enum focus_entry {
    FOCUS_REMEMBERS, /* to where it was left: rows of titles that scroll by themselves */
    FOCUS_STRAIGHT,  /* to what lies below or above: keyboards, grids */
};

struct focus_row {
    unsigned count, column;
    enum focus_entry entry;
};

struct focus {
    struct focus_row rows[FOCUS_ROWS_MAX];
    unsigned n_rows, row;
};

/* Forgets all rows. */
void focus_clear(struct focus *f);
/* Makes it so many rows (at most FOCUS_ROWS_MAX; more are cut); new ones are empty. */
void focus_resize(struct focus *f, unsigned rows);
/* Says how many things row has. The focus is moved when its thing has gone. */
void focus_set_row(struct focus *f, unsigned row, unsigned count, enum focus_entry entry);
/* Puts it there, or as near to it as there is anything. */
void focus_put(struct focus *f, unsigned row, unsigned column);
/* One step; empty rows are stepped over. false: there is nothing that way, all is as it was. */
bool focus_move(struct focus *f, enum focus_way way);
bool focus_is_empty(const struct focus *f);
bool focus_is_at(const struct focus *f, unsigned row, unsigned column);
/* The column of the row that has it; 0 when all is empty. */
unsigned focus_column(const struct focus *f);

#endif
