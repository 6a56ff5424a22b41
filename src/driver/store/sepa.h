/* Direct debits: which charges went to the bank in which file, what became of them, mandates that
 * are dead, and the bank's files that were taken in. */
#ifndef LANTERNE_DRIVER_STORE_SEPA_H
#define LANTERNE_DRIVER_STORE_SEPA_H

#include "base/date.h"
#include "driver/store/store.h"
#include "rules/billing/charge.h"

ID_TYPE(sepa_batch_id);

/*   SENT -statement-> SETTLED -return-> RETURNED      SENT -status report-> REJECTED
 *     +---------------return------------^             SENT -the whole file is refused-> FREED */
#define SEPA_DEBIT_STATES(X)                                                                       \
    X(SEPA_DEBIT_SENT, "sent")                                                                     \
    X(SEPA_DEBIT_SETTLED, "settled")                                                               \
    X(SEPA_DEBIT_RETURNED, "returned")                                                             \
    X(SEPA_DEBIT_REJECTED, "rejected")                                                             \
    X(SEPA_DEBIT_FREED, "freed") /* goes into another batch */
enum sepa_debit_state {
#define X(name, word) name,
    SEPA_DEBIT_STATES(X)
#undef X
        SEPA_DEBIT_STATE_COUNT
};
const char *sepa_debit_state_name(enum sepa_debit_state state);
bool sepa_debit_may_move(enum sepa_debit_state from, enum sepa_debit_state to);

struct store_sepa_batch {
    sepa_batch_id id;
    utc_time created;
    civil_day due;
    size_t n;    /* debits */
    int64_t sum; /* cents */
    /* All that the file was made with, so that it can be made again to the byte. */
    const char *version, *creditor_name, *creditor_iban, *creditor_bic, *creditor_id, *text;
    utc_time written; /* us 0: it is not known to have been */
    utc_time refused; /* by the bank, as a whole; us 0: it was not */
    const char *why;
    size_t in_state[SEPA_DEBIT_STATE_COUNT];
    int64_t expected; /* cents that the bank books: all but what it rejected */
};
/* Makes a batch of what waits to be collected: PENDING charges in euro by a mandate that lives,
 * that no living batch has, oldest first, at most `most`. batch: as it is to be, n and sum are set;
 * *left: how many more wait. ERR_NOT_FOUND: nothing waits. ERR_EXISTS: the id. */
MUST_CHECK enum err store_sepa_batch_make(struct store *store, struct store_sepa_batch *batch,
                                          size_t most, size_t *left);
MUST_CHECK enum err store_sepa_batch_get(struct store *store, struct arena *arena, sepa_batch_id id,
                                         struct store_sepa_batch *out);
/* The oldest that is not known to have been written. ERR_NOT_FOUND. */
MUST_CHECK enum err store_sepa_batch_unwritten(struct store *store, struct arena *arena,
                                               struct store_sepa_batch *out);
MUST_CHECK enum err store_sepa_batches_list(struct store *store, struct arena *arena,
                                            const char *after, unsigned limit,
                                            struct store_sepa_batch **out, size_t *n,
                                            const char **next); /* newest first */
MUST_CHECK enum err store_sepa_batch_written(struct store *store, sepa_batch_id id, utc_time now);
/* The bank took nothing of it: its debits go into the next batch. Refused before: OK, as it was.
 * ERR_STATE: some of it was settled, or came back. */
MUST_CHECK enum err store_sepa_batch_refuse(struct store *store, sepa_batch_id id, utc_time now,
                                            const char *why);

struct store_sepa_debit {
    charge_id charge;
    unsigned number; /* of the try */
    sepa_batch_id batch;
    enum sepa_debit_state state;
    int64_t minor;
    utc_time moved;
    const char *reason; /* "AC04"; "" */
    means_id means;
    const char *mandate, *holder; /* "" : forgotten with the account */
    const uint8_t *sealed;        /* IBAN; NULL: forgotten */
    size_t sealed_size;
    utc_time agreed;
};
/* Of a batch, in the file's order, behind a place (0: from the first; *place is moved on). */
MUST_CHECK enum err store_sepa_debits(struct store *store, struct arena *arena, sepa_batch_id batch,
                                      int64_t *place, size_t limit, struct store_sepa_debit **out,
                                      size_t *n);
/* A try of a charge; of several the one in a living batch, else the newest. ERR_NOT_FOUND. */
MUST_CHECK enum err store_sepa_debit_find(struct store *store, struct arena *arena,
                                          charge_id charge, unsigned number,
                                          struct store_sepa_debit *out);
/* Moves it. is_final: its mandate will never pay again. ERR_STATE: it is not as it was. */
MUST_CHECK enum err store_sepa_debit_move(struct store *store, const struct store_sepa_debit *debit,
                                          enum sepa_debit_state to, const char *reason,
                                          bool is_final, utc_time now);

/* PENDING charges by direct debit that can never be collected: the mandate is dead or forgotten,
 * or they are not in euro. */
struct store_sepa_stuck {
    charge_id charge;
    const char *reason; /* of the mandate's end; "" : none */
    bool is_forgotten, is_foreign;
};
MUST_CHECK enum err store_sepa_stuck_list(struct store *store, struct arena *arena, size_t limit,
                                          struct store_sepa_stuck **out, size_t *n);
/* Why a mandate will never pay again. ERR_NOT_FOUND: it lives. */
MUST_CHECK enum err store_sepa_dead_find(struct store *store, struct arena *arena, means_id means,
                                         const char **reason);

struct store_sepa_mandate {
    struct means means;
    utc_time dead; /* us 0: it lives */
    const char *reason;
};
/* Newest first, without what is sealed; member s[0] 0: everybody's. Those of deleted accounts are
 * not among them. */
MUST_CHECK enum err store_sepa_mandates_list(struct store *store, struct arena *arena,
                                             member_id member, const char *after, unsigned limit,
                                             struct store_sepa_mandate **out, size_t *n,
                                             const char **next);

struct store_sepa_file {
    uint8_t digest[32];
    const char *name, *version, *message;
    utc_time taken;
};
MUST_CHECK enum err store_sepa_file_find(struct store *store, struct arena *arena,
                                         const uint8_t digest[32], struct store_sepa_file *out);
/* ERR_EXISTS: it was taken in before. */
MUST_CHECK enum err store_sepa_file_add(struct store *store, const struct store_sepa_file *file);

#endif
