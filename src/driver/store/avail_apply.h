/* What the two files of an import share: avail_apply.c (avails) and avail_change.c (their rights).
 * Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_AVAIL_APPLY_H
#define LANTERNE_DRIVER_STORE_AVAIL_APPLY_H

#include "driver/store/avail_rows.h"
#include "driver/store/right_rows.h"
#include "driver/store/title_rows.h"

enum { APPLY_LINES_MAX = 2000 };

struct apply {
    struct connection *connection;
    struct arena *arena; /* of the report: the caller's */
    struct arena *one;   /* of one change */
    const struct store_avail_change *changes;
    size_t n;
    bool is_dry;
    utc_time now;
    struct list lines, new_studios;
    struct store_studio last; /* found before; its name is in the report's arena */
    struct store_avails_report *report;
    struct id_set dirty; /* titles to renew */
};

/* What becomes of the rights of an avail that is stored, with what the change says of them. */
MUST_CHECK enum err apply_rights(struct apply *a, const char *avail,
                                 const struct store_avail_change *change);
/* Takes all of them away. */
MUST_CHECK enum err apply_no_rights(struct apply *a, const char *avail, const char *alid);

#endif
