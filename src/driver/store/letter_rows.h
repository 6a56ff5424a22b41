/* Letters written inside other transactions. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_LETTER_ROWS_H
#define LANTERNE_DRIVER_STORE_LETTER_ROWS_H

#include "driver/store/letters.h"
#include "driver/store/sql.h"

/* NULL: there is none to write, OK. */
MUST_CHECK enum err letter_insert(struct connection *c, const struct store_letter *letter);

#endif
