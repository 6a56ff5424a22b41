/* The catalogue as the readiness report sees it: loaded once, then asked territory by territory. */
#ifndef LANTERNE_SERVICE_LAUNCH_TITLES_H
#define LANTERNE_SERVICE_LAUNCH_TITLES_H

#include "driver/store/titles.h"
#include "rules/territory/check.h"
#include "rules/viewing/showing.h"

struct launch_title {
    struct title title;
    size_t n_playables, n_languages, n_events;
    playable_id *playables; /* that are ready */
    int seasons;            /* with something ready */
    const char **languages; /* spoken, sound and captions of what is ready */
    bool has_captions;      /* all that is ready has some */
    struct rights_event_date *events;
};

struct launch_catalogue {
    size_t n, n_laws, n_territories;
    struct launch_title *titles; /* published, newest first; never drafts or what was withdrawn */
    struct law *laws;
    struct territory *territories; /* that the house has set or moved */
};

MUST_CHECK enum err launch_catalogue_load(struct store *store, struct arena *arena,
                                          struct launch_catalogue *out);
/* The territory as the house has set it, or as one never spoken of. */
struct territory launch_catalogue_territory(const struct launch_catalogue *catalogue,
                                            const char *code);
/* What the report asks of each title in the territory at the instant. */
MUST_CHECK enum err launch_catalogue_check(struct store *store, struct arena *arena,
                                           const struct launch_catalogue *catalogue,
                                           const struct territory *territory, utc_time at,
                                           struct check_report *out);
/* Whether something of it can be heard or read in one of the languages ("de,fr"). */
bool launch_title_speaks(const struct launch_title *title, const char *languages);

#endif
