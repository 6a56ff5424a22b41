/* The inside of a workbook reader: cells of a sheet as rows, rows as avails. */
#ifndef LANTERNE_FORMAT_AVAILS_WORKBOOK_H
#define LANTERNE_FORMAT_AVAILS_WORKBOOK_H

#include "format/avails/columns.h"
#include "format/avails/internal.h"
#include "format/avails/package.h"

enum {
    SHEET_COLUMNS_MAX = 512, /* the widest template has 120 */
    SHEETS_MAX = 1000,
    SHARED_STRINGS_MAX = 8 * 1024 * 1024,
    SHEET_ROWS_MAX = 1048576, /* of Excel */
};

/* A row of a sheet while it is read. */
struct sheet_row {
    uint32_t number;
    struct said cells[SHEET_COLUMNS_MAX];
    uint16_t used[SHEET_COLUMNS_MAX]; /* columns of cells that hold something */
    size_t n_used;
    bool is_cut; /* cells past SHEET_COLUMNS_MAX were left out */
};

struct sheet_sink {
    void *context;
    bool (*row)(void *context, const struct sheet_row *row); /* false: no more is wanted */
};

/* Reads a sheet's rows in their order; rows without content are not handed out. shared: strings
 * by number. */
void sheet_read(struct reading *r, struct package *p, const char *part, const struct list *shared,
                const struct sheet_sink *sink);
/* The strings that cells share, into shared (of const char *). */
void shared_strings_read(struct reading *r, struct package *p, const char *part,
                         struct list *shared);

/* What a sheet's first two rows say, and the avail that its last row was of. */
struct sheet_columns {
    struct reading *r;
    const char *sections[SHEET_COLUMNS_MAX], *names[SHEET_COLUMNS_MAX];
    enum column columns[SHEET_COLUMNS_MAX];
    uint16_t place[C_END_OF_COLUMNS]; /* of each column on the sheet, plus 1 */
    size_t n;
    bool is_checked, is_avails, said_unnamed;
    const char *version;
    /* the row in hand */
    struct said said[C_END_OF_COLUMNS];
    /* the first row of the avail in hand */
    const char *first[C_END_OF_COLUMNS];
    bool said_differs[C_END_OF_COLUMNS];
    uint32_t first_row;
    const char *rating[3]; /* of the row before */
    void *rating_territories;
};

/* A row of an avails sheet after its header, said[] filled. */
void row_take(struct sheet_columns *s, uint32_t number);

#endif
