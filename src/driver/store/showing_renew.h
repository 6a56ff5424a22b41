/* Makes showings anew inside the transaction of whatever they are made from. Only for driver/store.
 *
 * What lies behind `now` counts as so since ever, what lies ahead by the clock: a title that was
 * published before its showings were last made is asked about as if it had always been out; one
 * whose publication lay ahead then is not out before that instant, also when it is asked later. */
#ifndef LANTERNE_DRIVER_STORE_SHOWING_RENEW_H
#define LANTERNE_DRIVER_STORE_SHOWING_RENEW_H

#include "driver/store/id_set.h"
#include "driver/store/sql.h"

/* What all titles share: territories, laws, deals, as the transaction sees them. */
struct renewal;
/* territory: makes only those of this one; NULL: of all. now us 0: not known, the title's last
 * change is taken. */
MUST_CHECK enum err renewal_begin(struct connection *c, const char *territory, utc_time now,
                                  struct renewal **out);
void renewal_end(struct renewal **renewal);
MUST_CHECK enum err renewal_title(struct renewal *renewal, const char *title);

MUST_CHECK enum err showing_renew(struct connection *c, const char *title, utc_time now);
MUST_CHECK enum err showing_renew_set(struct connection *c, const struct id_set *titles,
                                      utc_time now);
/* Every title; territory as above. *n (optional): how many. */
MUST_CHECK enum err showing_renew_all(struct connection *c, const char *territory, utc_time now,
                                      size_t *n);
/* The title a playable is of. */
MUST_CHECK enum err showing_renew_playable(struct connection *c, const char *playable,
                                           utc_time now);

/* Compares what is stored of a title with what would be made of it by the clock of then. differs: a
 * territory where they do; "" when they do nowhere. */
MUST_CHECK enum err renewal_compare(struct renewal *renewal, const char *title, char differs[3]);

#endif
