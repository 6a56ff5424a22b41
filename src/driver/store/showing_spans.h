/* What is done with spans of showings between the rules and the store. Pure; only for driver/store.
 */
#ifndef LANTERNE_DRIVER_STORE_SHOWING_SPANS_H
#define LANTERNE_DRIVER_STORE_SHOWING_SPANS_H

#include "rules/territory/law.h"
#include "rules/viewing/showing.h"

struct spans {
    struct showing *at; /* without gaps from SINCE_EVER to FOR_EVER */
    size_t n;
};

/* From when on which age is locked (0: none): from SINCE_EVER, by rising instant. */
struct lock {
    utc_time from;
    int age;
};
struct locks {
    struct lock *at;
    size_t n;
};
/* The ages that the laws of a territory lock, over all time. */
struct locks locks_make(struct arena *arena, const struct law *laws, size_t n,
                        const char *territory, const struct zone *zone);

/* Says of each span whether it is locked; one that is in part is cut. */
struct spans spans_lock(struct arena *arena, struct spans spans, const struct locks *locks);
/* At each instant the better of two: open before announced before nothing; of two that are open the
 * one in the subscription, then the greater picture; else a. */
struct spans spans_best(struct arena *arena, struct spans a, struct spans b);
bool spans_same(struct spans a, struct spans b);

#endif
