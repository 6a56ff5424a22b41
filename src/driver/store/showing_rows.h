/* Stored showings inside a transaction. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_SHOWING_ROWS_H
#define LANTERNE_DRIVER_STORE_SHOWING_ROWS_H

#include "driver/store/showings.h"
#include "driver/store/sql.h"

/* All spans of a subject (a playable of the title, or the series itself). ERR_NOT_FOUND: none. */
MUST_CHECK enum err showings_read(struct connection *c, struct arena *arena, const char *title,
                                  const char *subject, const char *territory, struct showing **out,
                                  size_t *n);
/* The one that holds at the instant. */
MUST_CHECK enum err showing_read_at(struct connection *c, struct arena *arena, const char *title,
                                    const char *subject, const char *territory, utc_time at,
                                    struct showing *out);
/* What there is of a territory that nobody has set. */
struct showing showing_nowhere(void);
MUST_CHECK enum err territory_state_read(struct connection *c, const char *code, utc_time at,
                                         bool *is_set, enum territory_state *out);
/* Whether the showings were made by the rules of this program; and that they are now. */
MUST_CHECK enum err showings_version_read(struct connection *c, bool *is_current);
MUST_CHECK enum err showings_version_write(struct connection *c);

#endif
