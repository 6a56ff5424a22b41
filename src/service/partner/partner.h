/* Cable partners: their API under /partner/v1 (docs/openapi-partner.yaml), members who link, what
 * they pay, and their lists held against ours. Load (store), decide (rules/partners), save what it
 * causes in one transaction, say. */
#ifndef LANTERNE_SERVICE_PARTNER_PARTNER_H
#define LANTERNE_SERVICE_PARTNER_PARTNER_H

#include <stdatomic.h>

#include "base/json.h"
#include "driver/http/server.h"
#include "driver/password/password.h"
#include "driver/store/billing.h"
#include "driver/store/partners.h"
#include "rules/partners/link.h"
#include "rules/partners/reconcile.h"

/* Everything pointed to must outlive the service. */
struct partner_params {
    struct store *store;
    const struct billing_ops *billing;   /* what changes memberships */
    const struct secret_key *secret_key; /* seals secrets of keys, and answers */
    const char *public_url; /* "https://example.org": what requests are signed for; NULL or "" :
                               http and what Host says */
    const char *home;       /* where links lead, without a slash at the end */
};

/* Any thread may call what follows, but for destroy. */
struct partner_service;
MUST_CHECK enum err partner_service_create(const struct partner_params *params,
                                           struct partner_service **out);
/* Ends the thread, too. */
void partner_service_destroy(struct partner_service **service);
/* Looks every few seconds at what is due: see partner_sweep. */
MUST_CHECK enum err partner_service_start(struct partner_service *service);
/* What others call it by; lives as long as the service. */
const struct partner_ops *partner_service_ops(struct partner_service *service);

/* ---- the partners' API -------------------------------------------------------------------------
 */

bool partner_owns(const char *path); /* /partner/... */
void partner_handle(struct partner_service *service, struct http_request *rq,
                    struct http_answer *answer);
/* The route table as JSON: [{"method","path","body"}]; what docs/openapi-partner.yaml is held
 * against. */
void partner_routes_json(struct buf *out);

/* ---- the clock ---------------------------------------------------------------------------------
 */

/* Ends what a partner ended on a day that has come, and what is linked to nobody any more. *n: how
 * many. Safe to be killed, and to be run by two. */
MUST_CHECK enum err partner_sweep(struct partner_service *service, utc_time now, size_t *n);

/* ---- keys --------------------------------------------------------------------------------------
 */

enum { PARTNER_SECRET = 32, PARTNER_SECRET_TEXT = 64 };
/* A new secret for hmac-sha256: kept sealed, told once, in base64. */
MUST_CHECK enum err partner_secret_add(struct store *store, const struct secret_key *key,
                                       partner_id partner, utc_time now, partner_key_id *id,
                                       char secret[PARTNER_SECRET_TEXT]);

/* ---- money -------------------------------------------------------------------------------------
 */

struct partner_bill_params {
    struct store *store;
    const struct partner *partner; /* NULL: all */
    bool has_month;                /* false: each territory's last month that is over */
    struct partner_month month;
    utc_time now;
    const char *territory;         /* the house's own */
    const atomic_int *is_stopping; /* NULL: nothing stops it */
};
struct partner_bill_total {
    struct money price; /* tax contained */
    int64_t tax, share;
    int64_t subscriptions, days, booked; /* booked: entries that were not there before */
};
/* Books what partners owe for a month, once each, however often it is run or killed. One total a
 * partner and currency, in the arena, with the partner's name. ERR_STATE: the month is not over
 * where one of the bundles is sold; nothing was booked. */
struct partner_bill_row {
    const char *partner, *id;
    struct partner_bill_total total;
};
MUST_CHECK enum err partner_bill_run(const struct partner_bill_params *params, struct arena *arena,
                                     struct partner_bill_row **out, size_t *n);

/* ---- reconciliation ----------------------------------------------------------------------------
 */

/* Our list at the end of a day, by each bundle's territory; running ones, and those that ended in
 * the month before. In the arena. */
struct partner_list_params {
    struct store *store;
    const struct partner *partner;
    civil_day day;
};
MUST_CHECK enum err partner_list_ours(const struct partner_list_params *params, struct arena *arena,
                                      struct partner_row **out, size_t *n);
/* As CSV (RFC 4180): day, partner_account_id, subscription_id, state, linked, bundle, amount,
 * currency, since. A cell that a spreadsheet would take for a formula has an apostrophe before it.
 */
void partner_list_write(const struct partner_row *rows, size_t n, civil_day day, struct buf *out);
struct partner_list_problem {
    size_t line; /* 1: the first */
    char text[200];
};
enum { PARTNER_LIST_MAX = 128 * 1024 * 1024 };
/* Theirs: partner_account_id, state and bundle must be there; of the others what they have. Columns
 * by name in any order. day: what their rows say. ERR_MALFORMED: *why says where. */
MUST_CHECK enum err partner_list_read(struct arena *arena, const char *bytes, size_t n,
                                      struct partner_row **out, size_t *n_out, civil_day *day,
                                      struct partner_list_problem *why);
void partner_differences_json(const struct partner_difference *differences, size_t n,
                              struct json_writer *w);

/* ---- what is said of them ----------------------------------------------------------------------
 */

/* A partner with its bundles, keys (no secrets) and how many subscriptions are in each state; as an
 * object inside an array, or (key) an object. */
MUST_CHECK enum err partner_json(struct store *store, struct arena *arena,
                                 const struct partner *partner, utc_time now, struct json_writer *w,
                                 const char *key);
/* A list of bundles with their terms. */
MUST_CHECK enum err partner_bundles_json(struct store *store, struct arena *arena,
                                         partner_id partner, struct json_writer *w,
                                         const char *key);
MUST_CHECK enum err partners_json(struct store *store, struct arena *arena, utc_time now,
                                  struct json_writer *w);

#endif
