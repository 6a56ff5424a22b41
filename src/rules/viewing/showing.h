/* What may be shown of a playable in a territory, whoever asks: spans for all time, made from the
 * title, its readiness and what the contracts say. The store keeps them; decide() adds who asks. */
#ifndef LANTERNE_RULES_VIEWING_SHOWING_H
#define LANTERNE_RULES_VIEWING_SHOWING_H

#include "base/arena.h"
#include "rules/catalog/title.h"
#include "rules/rights/timeline.h"

enum viewing_reason {
    VIEWING_PLAY,          /* may be watched now */
    VIEWING_NOT_PUBLISHED, /* nobody may know of it (yet) */
    VIEWING_NOT_READY,     /* published, but no rendition yet: not shown */
    VIEWING_TERRITORY,     /* the service is not open there: nothing is shown */
    VIEWING_NO_RIGHT,      /* no right for this territory, or none any more: not shown */
    VIEWING_NOT_YET,       /* its window opens later: not shown unless announced */
    VIEWING_HELD_BACK,     /* a deal, a grant to somebody else or a law holds it back: not shown */
    VIEWING_LOCKED,    /* in the locked area, the law's or the account's: not shown outside it */
    VIEWING_AGE,       /* above the profile's age: not shown to it */
    VIEWING_ANNOUNCED, /* shown as coming; not to be played yet */
    VIEWING_JOIN,      /* shown; a visitor is asked to join */
    VIEWING_SUBSCRIBE, /* shown; the member's subscription has ended or never began */
    VIEWING_RENT,      /* shown; not in the subscription, may be rented */
    VIEWING_LANGUAGE,  /* shown; the language that was asked for may not be offered there */
    VIEWING_REASONS,
};
const char *viewing_reason_name(enum viewing_reason reason); /* "play", "join", ... for the API */

struct showing {
    utc_time from, until; /* half-open; RIGHTS_SINCE_EVER, RIGHTS_FOR_EVER at the ends */
    enum rights_state state;
    enum viewing_reason reason; /* why it is not OPEN; VIEWING_PLAY when it is */
    const char *because; /* the right, deal or rule behind it, for people; NULL: the house's own */
    bool in_subscription, for_rent;
    enum rights_format format, rent_format; /* greatest picture */
    /* Languages: "" all; "+fr,en" these alone; "-fr" all but these; "+es,!es-419" these, but not
     * that one of them. A tag stands for what it begins: "es" for "es-419". "fr:sub" only as
     * captions, "fr:dub" only as sound. "+fr;-en": as either of the two says (two contracts). */
    const char *languages, *rent_languages;
    /* When it was last open before this span: what was begun before may be finished by policy, in
     * the formats and languages above, which a span that is not open has from the one that was.
     * RIGHTS_SINCE_EVER: it never was, or is open. */
    utc_time closed;
    int min_age;    /* by the territory's rating systems; -1: not rated there */
    bool is_locked; /* only in the adults' locked area */
};

struct showing_question {
    const struct title *title; /* its state and when it is published */
    utc_time now;  /* what is published by then counts as published ever since; 0: it counts from
                      its instant on */
    bool is_ready; /* the playable has renditions; it then counts as ready ever since */
    const struct rights_timeline *timeline; /* NULL: the house's own, everywhere for all time */
    const struct rights_right *rights;      /* that the timeline was made from, likewise NULL */
    const struct rights_block *blocks;
    int min_age;
    bool is_locked;
};
/* Spans without gaps from SINCE_EVER to FOR_EVER; neighbours differ. The house's own is open from
 * publication on. What is announced may be without renditions. `because` is lent by rights and
 * blocks, all else is in the arena or static. */
MUST_CHECK enum err showing_make(struct arena *arena, const struct showing_question *q,
                                 struct showing **out, size_t *n);
/* The one that holds at the instant; n at least 1. */
const struct showing *showing_at(const struct showing *showings, size_t n, utc_time t);
/* Whether it may be rented out: by a right to do so, or, where it has a price, as the house's own
 * that is everywhere without a contract. */
bool showing_for_rent(const struct showing *showing);
/* Whether a language may be offered by such a text of languages. asset: RIGHTS_SUB or RIGHTS_DUB.
 */
bool showing_language_allowed(const char *languages, const char *tag, enum rights_asset asset);

#endif
