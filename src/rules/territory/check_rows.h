/* Inside of the launch readiness report: rows being written. */
#ifndef LANTERNE_RULES_TERRITORY_CHECK_ROWS_H
#define LANTERNE_RULES_TERRITORY_CHECK_ROWS_H

#include "rules/territory/check.h"

struct check_writer {
    struct arena *arena;
    const struct check_question *q;
    const struct zone *zone;
    civil_day day; /* of the question, in the territory */
    struct check_report *report;
};

/* The next row: passes, nothing failing. The report has room for it. */
struct check_row *check_row_add(struct check_writer *w, const char *id, const char *source,
                                const char *text);
/* One more title that fails the row. */
void check_row_fail(struct check_writer *w, struct check_row *row, const struct check_title *t,
                    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* "31.2 %", rounded down, so that what falls short never reads as if it did not; n > 0. */
const char *check_share(struct check_writer *w, int part, int n);

/* The row of one law. */
void check_law(struct check_writer *w, const struct law *law);
/* What the house itself wants before it opens. */
void check_house(struct check_writer *w);

enum { CHECK_HOUSE_ROWS = 8 };

#endif
