/* What commands about money share: whom an operand means, amounts and days as options, and how they
 * are printed. */
#ifndef LANTERNE_APP_BILLING_FIELDS_H
#define LANTERNE_APP_BILLING_FIELDS_H

#include "app/app.h"
#include "base/date.h"
#include "base/money.h"
#include "driver/store/billing.h"
#include "rules/members/member.h"

/* After app_open. A member by address or by id; also of a deleted account when is_id_enough. False:
 * there is none (said). */
bool billing_find_member(struct app *app, const char *text, bool is_id_enough, member_id *out);
/* An amount of a currency in an option, from 0 on. Not said: *is_said false. False: wrong (said).
 */
bool billing_amount(struct app *app, const char *option, const char *currency, bool *is_said,
                    struct money *out);
/* After app_open. Whether a price can be charged at the gateway, when the house has one: a price
 * that no card pays would be a plan nobody can take. Free of charge can always be had. False: said.
 */
bool billing_price_is_payable(struct app *app, const struct money *price);
/* A day in an option. Not said: *out stays. False: wrong (said). */
bool billing_day(struct app *app, const char *option, civil_day *out);
/* An instant in an option, or a day, which begins in UTC. Likewise. */
bool billing_instant(struct app *app, const char *option, utc_time *out);
/* A currency's code; ISO 4217, or the territory's own when not said. NULL: wrong (said). */
const char *billing_currency(struct app *app, const char *territory);

/* {"amount":"12.99","currency":"EUR"}; null when it has no currency. */
void billing_put_money(struct json_writer *w, const char *key, const struct money *m);
/* A text that may be "", which is null. */
void billing_put_word(struct json_writer *w, const char *key, const char *text);
void billing_put_charge(struct json_writer *w, const struct charge *c);
void billing_put_day(struct json_writer *w, const char *key, civil_day day);
/* "2026-01-31T00:00Z" of an instant, "-" of none: for lines. */
enum { BILLING_WHEN = 20 };
void billing_when(utc_time t, char out[BILLING_WHEN]);

#endif
