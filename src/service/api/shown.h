/* The one decision (rules/viewing/decide.h) as the handlers ask it: of titles and playables, for
 * whoever asks, where they are, now. */
#ifndef LANTERNE_SERVICE_API_SHOWN_H
#define LANTERNE_SERVICE_API_SHOWN_H

#include "driver/store/rentals.h"
#include "driver/store/showings.h"
#include "driver/store/titles.h"
#include "service/api/call.h"

/* The member's rental of a playable that waits or runs, and what held where and when it was sold.
 */
struct shown_rental {
    bool is_there;
    bool is_of_here; /* it was sold for the territory whose catalogue is seen */
    struct rental rental;
    struct showing sold;
};

/* A showing and what it means to whoever asks. */
struct shown {
    struct showing showing;
    struct shown_rental rental; /* of a playable, or of a film */
    struct viewing_verdict verdict;
};

/* What the decision is asked of a showing; more can be added. rental: NULL: not looked at. */
struct viewing_question shown_question(const struct api_call *call, const struct showing *showing,
                                       const struct shown_rental *rental);
struct viewing_verdict shown_verdict(const struct api_call *call, const struct showing *showing,
                                     const struct shown_rental *rental);
/* All that the member has rented and may still watch, newest first; of a visitor: nothing. */
MUST_CHECK enum err shown_rentals(struct api_call *call, const struct call_rentals **out);
MUST_CHECK enum err shown_rental_of(struct api_call *call, playable_id playable,
                                    struct shown_rental *out);
/* Of a series: also shown to who has rented an episode of it that may still be watched. */
MUST_CHECK enum err shown_title(struct api_call *call, title_id title, struct shown *out);
MUST_CHECK enum err shown_playable(struct api_call *call, playable_id playable, struct shown *out);

/* Whether it is shown and its time has come: a member with all it takes could watch it, or this one
 * has rented it. */
bool shown_is_open(const struct shown *shown);
/* An episode of the house's own that has no rendition yet stands on the page of its series, which
 * is shown: nothing about it is a secret. A licensed one does not: without a look at its rights
 * nobody may know of it. */
bool shown_as_not_ready(const struct api_call *call, const struct title *title,
                        const struct shown *shown);

/* When what is open ends, over spans that follow one another without a break; RIGHTS_FOR_EVER:
 * never, or later than anybody has to be told. */
enum { SHOWN_ENDS_DAYS = 60 };
MUST_CHECK enum err shown_title_end(struct api_call *call, title_id title,
                                    const struct showing *showing, utc_time *end);
MUST_CHECK enum err shown_playable_end(struct api_call *call, playable_id playable,
                                       const struct showing *showing, utc_time *end);
/* When what is announced opens; RIGHTS_FOR_EVER: not known. */
MUST_CHECK enum err shown_title_opens(struct api_call *call, title_id title,
                                      const struct showing *showing, utc_time *opens);
MUST_CHECK enum err shown_playable_opens(struct api_call *call, playable_id playable,
                                         const struct showing *showing, utc_time *opens);

/* A filter that finds only what is shown to whoever asks. */
struct title_filter shown_filter(const struct api_call *call);
/* The page the filter finds; empty where the service is not open. */
MUST_CHECK enum err shown_list(struct api_call *call, const struct title_filter *filter,
                               struct title_page *page);

#endif
