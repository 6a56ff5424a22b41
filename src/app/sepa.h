/* What the commands of direct debits share. */
#ifndef LANTERNE_APP_SEPA_H
#define LANTERNE_APP_SEPA_H

#include "app/app.h"
#include "service/billing/sepa.h"

/* "made", "written" (not all is settled or back), "done", "refused". */
const char *sepa_batch_state(const struct store_sepa_batch *b);
/* Members of an object that is open. */
void sepa_batch_json(const struct store_sepa_batch *b, struct json_writer *w);

#endif
