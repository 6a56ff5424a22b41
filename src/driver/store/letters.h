/* The outbox: a letter is written in the same transaction as its cause, and stays until it was sent
 * or given up, and is known for STORE_LETTERS_KEPT_US then.
 *
 *   WAITING -sent-> SENT          WAITING -refused, or too old-> FAILED -retry-> WAITING */
#ifndef LANTERNE_DRIVER_STORE_LETTERS_H
#define LANTERNE_DRIVER_STORE_LETTERS_H

#include <stdint.h>

#include "driver/store/store.h"
#include "rules/billing/plan.h"
#include "rules/members/member.h"

ID_TYPE(letter_id);

/* What a letter tells of that is written when it is sent: to the member as they are then, of what
 * was so when it was caused. */
struct store_letter_facts {
    struct money amount; /* currency "": it names none */
    utc_time when;       /* us 0: it names none */
    char plan[PLAN_CODE];
    char territory[3]; /* whose days it names */
    const char *title, *partner;
};

struct store_letter {
    letter_id id;
    member_id member;      /* s[0] 0: of nobody who has an account; its row goes once it was sent */
    const char *kind;      /* a word: "reset" */
    const char *to;        /* with facts: where the member reads now; set by the store */
    const uint8_t *sealed; /* NULL: it has facts, or was sent */
    size_t sealed_size;
    const struct store_letter_facts *facts; /* NULL: it is sealed, or was sent */
    const char *language;                   /* with facts: the member's now; set by the store */
    utc_time created;
    /* Set by the store. */
    const char *state; /* "waiting", "sent", "failed" */
    utc_time due;      /* of the next try; of a sent one: when that was */
    unsigned tries;
    const char *why; /* what the last try came to; "" : nothing yet, or one is being made */
};

/* How long one is known that was sent, or given up. */
#define STORE_LETTERS_KEPT_US (30 * UTC_DAY)

/* Puts a letter in that has no other cause; a sealed one. */
MUST_CHECK enum err store_letter_add(struct store *store, const struct store_letter *letter);
/* Takes the letter that has been due for longest and keeps others from it for lease_us: who dies in
 * the middle leaves it to be sent again. ERR_NOT_FOUND: none is due. */
MUST_CHECK enum err store_letter_take(struct store *store, struct arena *arena, utc_time now,
                                      int64_t lease_us, struct store_letter *out);
/* What became of a letter that was taken; to: where it went. ERR_NOT_FOUND: it went meanwhile, with
 * its member. */
MUST_CHECK enum err store_letter_sent(struct store *store, letter_id id, const char *to,
                                      utc_time now);
MUST_CHECK enum err store_letter_later(struct store *store, letter_id id, utc_time due,
                                       const char *why);
MUST_CHECK enum err store_letter_failed(struct store *store, letter_id id, const char *why);
/* Makes a letter that waits or failed due now, its age counted from now too. id NULL: all that
 * failed or wait; *n (optional): how many. ERR_STATE: it was sent; ERR_NOT_FOUND. */
MUST_CHECK enum err store_letter_retry(struct store *store, const letter_id *id, utc_time now,
                                       size_t *n);
/* Newest first, without what is in them. is_open: only those not sent. */
MUST_CHECK enum err store_letters_list(struct store *store, struct arena *arena, bool is_open,
                                       const char *after, unsigned limit, struct store_letter **out,
                                       size_t *n, const char **next);

#endif
