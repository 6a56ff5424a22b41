/* Titles as rows, search and pages show them, with what the profile has seen of them. */
#ifndef LANTERNE_SERVICE_API_CARD_H
#define LANTERNE_SERVICE_API_CARD_H

#include "driver/store/titles.h"
#include "service/api/call.h"

/* What the profile has seen, newest first; of a visitor: nothing. */
struct seen {
    size_t n;
    struct store_progress *entries;
};
MUST_CHECK enum err seen_load(struct api_call *call, struct seen *out);
/* The newest entry of a title or of a playable; NULL: none. */
const struct store_progress *seen_of_title(const struct seen *seen, title_id title);
const struct store_progress *seen_of_playable(const struct seen *seen, playable_id playable);
/* 0..1; finished is 1. */
double seen_part(const struct store_progress *progress);
/* Where the next playback begins: 0 when there is nothing to go on with. */
double seen_resume_seconds(const struct store_progress *progress);

/* Where the profile goes on with a title. */
struct resume {
    playable_id playable;
    int season, number; /* 0 for a film */
    double part;        /* of the playable */
};
/* ERR_NOT_FOUND: never begun, seen to the end, or not to be watched here and now by anybody. A
 * series goes on with the episode after one that was finished, once that can be watched. */
MUST_CHECK enum err resume_find(struct api_call *call, const struct store_progress *newest,
                                struct resume *out);

/* The first episode after this one that is open to whoever asks. ERR_NOT_FOUND: none, or a film. */
MUST_CHECK enum err episode_next_open(struct api_call *call, playable_id after,
                                      struct title_episode *out);

/* Writes the members of a card into the object that is open. showing: the title's. resume: NULL:
 * without. */
MUST_CHECK enum err card_write_members(struct api_call *call, const struct title *title,
                                       const struct showing *showing, const struct resume *resume);
/* Writes whole cards as entries of the open list. */
MUST_CHECK enum err card_write_page(struct api_call *call, const struct title_page *page,
                                    const struct seen *seen);

/* Address of an image from its blob name ("images/NAME.jpg"), null for NULL. */
void card_image(struct api_call *call, const char *key, const char *name);

#endif
