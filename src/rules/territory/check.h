/* Whether a territory can be opened: the launch readiness report; and in which order to open the
 * rest of the world. Pure. */
#ifndef LANTERNE_RULES_TERRITORY_CHECK_H
#define LANTERNE_RULES_TERRITORY_CHECK_H

#include "rules/territory/law.h"

/* What the report has to know of one title. A work with several countries is one of an origin when
 * more than half of them are, or half with the first. */
struct check_title {
    const struct title *title;
    int seasons;       /* of a series with something ready; a film has 0 */
    bool is_cleared;   /* shown in the territory at the instant, were it open */
    const char *why;   /* not cleared: the reason, for people */
    const char *until; /* NULL */
    int min_age;       /* by the territory's systems; -1: not rated */
    bool has_language; /* its spoken language, a dub or captions in one of the territory's */
    bool has_captions;
    bool in_subscription, for_rent; /* cleared: how it would be shown */
    bool is_on_home;                /* among what the home page would show */
    size_t n_events;
    const struct rights_event_date *events;
};

struct check_question {
    const struct territory *territory;
    utc_time at;
    utc_time opened; /* since when there is service; us 0: not yet, or nobody knows */
    size_t n_laws, n_titles;
    const struct law *laws;
    const struct check_title *titles;
};

struct check_row {
    const char *id;     /* law's id, or "house-currency", "house-tax", "house-price", ... */
    const char *source; /* legal source, or "house" */
    const char *text;   /* what it asks */
    bool passes;
    bool is_blocking;             /* opening is refused while it fails */
    const char *found, *required; /* "31.3 % (10 of 32 films)", "60 %" */
    const char *remedy;           /* what would make it pass; NULL when it passes */
    size_t n_failing, n_listed;   /* titles that fail it; at most 200 are listed */
    const char **failing;         /* "TITLE_ID name: why" */
};
enum { CHECK_FAILING_MAX = 200 };

struct check_report {
    bool is_ready;                           /* no blocking row fails */
    int cleared, titles, rated, in_language; /* counts behind the shares */
    size_t n;
    struct check_row *rows;
};
MUST_CHECK enum err check_territory(struct arena *arena, const struct check_question *q,
                                    struct check_report *out);

/* A candidate of `territory plan`, from the CSV and from what rights and rules allow. */
struct plan_candidate {
    char code[3];
    double broadband_homes; /* millions */
    double price_level;     /* 100: as at home */
    double cost;            /* to open, in the house's currency */
    const char *language;
    double cleared_share;  /* 0..1 of the catalogue */
    double language_share; /* 0..1 of the catalogue */
    int blocking_rules;    /* rows of the report that fail */
};
struct plan_weights {
    double homes, price, cost, cleared, language, rules; /* sum is 1 after plan_rank made it so */
};
struct plan_row {
    const struct plan_candidate *candidate;
    double score, homes, price, cost, cleared, language, rules; /* parts, each 0..1 times weight */
    const char *reasons;                                        /* a sentence */
};
extern const struct plan_weights plan_weights_default;
/* Best first; ties by code. ERR_ARGUMENT: a weight is negative, or all are 0. */
MUST_CHECK enum err plan_rank(struct arena *arena, const struct plan_candidate *candidates,
                              size_t n, const struct plan_weights *weights, struct plan_row **out);

#endif
