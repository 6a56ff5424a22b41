/* Charges as rows. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_CHARGE_ROWS_H
#define LANTERNE_DRIVER_STORE_CHARGE_ROWS_H

#include "driver/store/membership_rows.h"

/* What is stored of the last try besides enum charge_outcome. */
enum {
    TRY_NONE = -1,  /* there is no answer yet; with no try at all: none was made */
    TRY_WANTED = -2 /* the last one was answered, another is to be made at once */
};

/* What SET does to a charge that becomes VOID: its subject begins with x'ff' and its id. */
#define BECOMES_VOID                                                                               \
    "state = 5, subject = CAST(x'ff' || " CHARGE_ID("charge") " || subject AS BLOB)"

/* Nobody wants the charge any more, and the gateway may have taken money for it, or take it yet. As
 * the index charge_in_doubt has it. p: what its columns are called by, "" or "c.". */
#define CHARGE_IN_DOUBT(p)                                                                         \
    p "state = 5 AND " p "tries > 0"                                                               \
      " AND (" p "outcome = -1 OR " p "outcome = 2 OR " p "outcome = 5)"

/* Of a query over `charge c`. */
/* When, or NULL. */
#define CHARGE_PAID_AT "(nullif(c.paid, -140737488355328) + c.created)"
/* clang-format off */
#define CHARGE_COLUMNS                                                                             \
    CHARGE_ID("c") ", " CHARGE_TERM("kind") ", c.state, " MEMBER_ID_OF("c.membership") ","         \
    " c.subject, c.amount, " CHARGE_TERM("currency") ", c.credit, " CHARGE_TERM("tax_permille")    \
    ", " CHARGE_TERM("territory") ", " MEANS_ID_OF("c.means") ", c.created, " CHARGE_PAID_AT ","   \
    " c.refunded,"                                                                                 \
    " c.tries, c.reference, c.why"
/* clang-format on */
enum { CHARGE_COLUMN_COUNT = 17 };
void charge_read(struct query *q, struct charge *out);

/* What has to be known of a charge before it moves. */
struct charge_row {
    int64_t number, membership, tried, refunded;
    enum charge_state state;
    unsigned tries;
    int outcome; /* enum charge_outcome, TRY_NONE or TRY_WANTED */
};
MUST_CHECK enum err charge_find(struct connection *c, const char *id, struct charge_row *out);
/* Gives out n numbers of charges: *first and those after it. */
MUST_CHECK enum err charge_numbers(struct connection *c, int64_t n, int64_t *first);
/* The last terms that were asked for; cleared when what was written since is taken back. */
struct terms_memo {
    int64_t number; /* 0: none */
    struct charge like;
};
/* ERR_EXISTS: the id, or what it pays for, is there. */
MUST_CHECK enum err charge_insert(struct connection *c, struct terms_memo *memo, int64_t membership,
                                  const struct charge *charge, int64_t *number);
/* Moves row to charge's state, with all that goes with it. outcome: of its last try. */
MUST_CHECK enum err charge_move(struct connection *c, const struct charge_row *row,
                                const struct charge *charge, int outcome);
/* An OPEN or RETURNED charge that nobody wants any more. ERR_STATE: it is neither. */
MUST_CHECK enum err charge_void(struct connection *c, const char *id);
/* Another try is to be made. */
MUST_CHECK enum err charge_want(struct connection *c, const char *id);

#endif
