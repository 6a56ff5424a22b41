/* What has become of the masters of an offer. Only for service/rights. */
#ifndef LANTERNE_SERVICE_RIGHTS_MASTERS_H
#define LANTERNE_SERVICE_RIGHTS_MASTERS_H

#include "driver/store/jobs.h"
#include "driver/store/media.h"
#include "driver/store/titles.h"
#include "service/rights/rights.h"

/* The latest ingest job of each playable. */
struct masters {
    struct store *store;
    struct arena *arena;
    void *jobs; /* of tsearch: struct store_job, by playable */
};
MUST_CHECK enum err masters_begin(struct masters *masters, struct store *store,
                                  struct arena *arena);
void masters_end(struct masters *masters);

/* The masters of one offer together: the worst of each. */
struct masters_state {
    size_t n, ready, running, refused, failed, missing; /* playables */
    const char *first_missing;                          /* "S1E2"; NULL: a film */
    const char *refusal;                                /* what was wrong with a master */
    int lines;                                          /* of the smallest picture delivered */
    bool has_captions;                                  /* each has some */
    size_t n_audio, n_captions;                         /* languages that each has */
    const char **audio, **captions;
};
struct masters_playable {
    playable_id id;
    int season, number; /* 0: a film */
};
MUST_CHECK enum err masters_look(const struct masters *masters, struct arena *arena,
                                 const struct masters_playable *playables, size_t n,
                                 struct masters_state *out);
/* Whether a language is among those: by what comes before the first '-'. */
bool masters_has_language(const char *const *languages, size_t n, const char *tag);

#endif
