/* What is sold in a territory, as the handlers of plans and money need it; and how they write
 * amounts. */
#ifndef LANTERNE_SERVICE_API_SHELF_H
#define LANTERNE_SERVICE_API_SHELF_H

#include "driver/store/billing.h"
#include "driver/store/territories.h"
#include "service/api/call.h"

struct shelf {
    char code[3];
    struct territory territory;
    const struct zone *zone;
    const char *currency;
    civil_day today; /* by its calendar */
    size_t n_plans, n_prices;
    struct plan *plans; /* all of the house, by rank */
    struct plan_price *prices;
};
/* The shelf of a territory, read once a call. */
MUST_CHECK enum err shelf_find(struct api_call *call, const char *code, const struct shelf **out);
/* NULL: no such plan. */
const struct plan *shelf_plan(const struct shelf *shelf, const char *code);
/* What it costs there on a day; NULL: it is not sold. */
const struct plan_price *shelf_price(const struct shelf *shelf, const char *code, civil_day day);
/* Whether members may take it there today. */
bool shelf_offers(const struct shelf *shelf, const char *code);
/* What the plan is called in the language of the call; its code when it is gone. */
const char *shelf_name(const struct api_call *call, const struct shelf *shelf, const char *code);

/* {"amount":"12.99","currency":"EUR"}; null when no currency is said. */
void money_write(struct json_writer *w, const char *key, const struct money *m);
void money_write_minor(struct json_writer *w, const char *key, int64_t minor, const char *currency);
/* Reads an amount of a currency, more than 0, as text of major units. False: absent, or wrong (the
 * fault is in call->in). */
bool money_read(struct api_call *call, const char *name, const char *currency, struct money *out);

#endif
