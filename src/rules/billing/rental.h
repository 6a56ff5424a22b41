/* Rentals: a film for a night. 30 days to start it and 48 hours to finish, both settings, unless
 * the avail's terms say otherwise. Pure. */
#ifndef LANTERNE_RULES_BILLING_RENTAL_H
#define LANTERNE_RULES_BILLING_RENTAL_H

#include "rules/billing/charge.h"
#include "rules/catalog/title.h"
#include "rules/rights/right.h"

ID_TYPE(rental_id);

struct rental {
    rental_id id;
    member_id member;
    title_id title;
    playable_id playable; /* the film, or one episode */
    charge_id charge;     /* "" : free of charge */
    struct money price;   /* tax contained */
    char territory[3];
    enum rights_format format; /* greatest picture, as it was sold */
    const char *right;         /* the avail it was sold under; "" : the house's own */
    const char *studio;        /* id of the studio that is owed its share; "" : nobody */
    utc_time ordered;
    utc_time bought;   /* paid; us 0: not yet */
    utc_time start_by; /* the 30 days are over */
    int64_t watch_us;  /* the 48 hours */
    utc_time started;  /* us 0: not yet */
    utc_time ends;     /* started + watch_us, or refunded; us 0: not started */
};

enum rental_state {
    RENTAL_ORDERED, /* not paid */
    RENTAL_WAITING, /* may be started until start_by */
    RENTAL_RUNNING, /* started; until ends */
    RENTAL_OVER,
};
const char *rental_state_name(enum rental_state state); /* "ordered", "waiting", ... */
/* Half-open: at start_by and at ends it is over. *until (optional): when that state ends. */
enum rental_state rental_state_at(const struct rental *rental, utc_time now, utc_time *until);

/* Whether it ever was one: an order that was never paid, and cannot be any more, was none. */
bool rental_was_one(const struct rental *rental, utc_time now);

/* The house's own list: for all films, or one. */
struct rental_price {
    char territory[3];
    title_id title; /* s[0] 0: every film */
    enum rights_format format;
    struct money price;
    utc_time said; /* the last said counts; minor -1: taken off the list */
};
/* What a rental costs: the avail's own price when it is in the territory's currency, else the
 * house's list (the title's own row before that for all). ERR_NOT_FOUND: no price, so it cannot be
 * rented. right NULL: the house's own film. */
MUST_CHECK enum err rental_price_of(const struct rights_right *right,
                                    const struct rental_price *list, size_t n,
                                    const char *territory, const char *currency,
                                    const title_id *title, enum rights_format format,
                                    struct money *out);
/* How long from the avail's terms, else the settings; days and hours. */
void rental_times(const struct rights_right *right, int start_days, int watch_hours,
                  utc_time bought, utc_time *start_by, int64_t *watch_us);

#endif
