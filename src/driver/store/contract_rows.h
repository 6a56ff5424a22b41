/* The rights that bear on a title, with the part of it that each is about. Only for driver/store.
 */
#ifndef LANTERNE_DRIVER_STORE_CONTRACT_ROWS_H
#define LANTERNE_DRIVER_STORE_CONTRACT_ROWS_H

#include "driver/store/rights.h"
#include "driver/store/sql.h"
#include "rules/rights/deal.h"

struct contract_right {
    struct rights_right right;
    int season, episode; /* -1: every one */
    int first, last;     /* episodes of a volume; -1: every one */
};
struct contract {
    bool is_licensed, is_film;
    size_t n_rights, n_blocks, n_events;
    const struct contract_right *rights;
    struct rights_block *blocks; /* of deals */
    struct rights_event_date *events;
};
/* deals: all of the house's. ERR_NOT_FOUND: no such title. */
MUST_CHECK enum err contract_read(struct connection *c, struct arena *arena, const char *title,
                                  const struct deal *deals, size_t n_deals, struct contract *out);
/* Whether a right is about this episode; of a film, every one is. */
bool contract_covers(const struct contract *contract, const struct contract_right *right,
                     int season, int number);
/* The house's own lives without rights; where a deal or a law may hold it back, it stands under
 * rights_of_house. */
bool contract_needs_own_right(const struct contract *contract);

MUST_CHECK enum err events_read(struct connection *c, struct arena *arena, const char *title,
                                struct rights_event_date **out, size_t *n);
/* All of them. */
MUST_CHECK enum err deals_read(struct connection *c, struct arena *arena, struct deal **out,
                               size_t *n);

#endif
