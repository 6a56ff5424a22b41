/* Letters written inside other transactions. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_LETTER_ROWS_H
#define LANTERNE_DRIVER_STORE_LETTER_ROWS_H

#include "driver/store/letters.h"
#include "driver/store/membership_rows.h"
#include "driver/store/sql.h"

/* A sealed one. NULL: there is none to write, OK. */
MUST_CHECK enum err letter_insert(struct connection *c, const struct store_letter *letter);
/* One with facts, to whose membership that is; moves *tail. */
MUST_CHECK enum err letter_tell(struct connection *c, struct plan_memo *memo, int64_t membership,
                                const struct store_letter *letter, struct membership_tail *tail);
/* All that were to go to the membership's member, who has no account any more. */
MUST_CHECK enum err letters_forget(struct connection *c, int64_t membership,
                                   const struct membership_tail *tail);

#endif
