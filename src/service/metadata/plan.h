/* What an import is about to do: the titles concerned, as they were and as they are to be. Only for
 * service/metadata. */
#ifndef LANTERNE_SERVICE_METADATA_PLAN_H
#define LANTERNE_SERVICE_METADATA_PLAN_H

#include "driver/store/metadata.h"
#include "driver/store/titles.h"
#include "format/mec/mec.h"
#include "service/metadata/metadata.h"

/* A title of ours that the file is about. */
struct target {
    bool is_new;
    struct title before, title;
    size_t n_keys, n_keys_before; /* new ones stand after those there were */
    const char **keys;
    size_t n_known_events, n_events;
    struct rights_event_date *known_events, *events; /* events: those that change */
    struct series_listing series;
    size_t n_seasons, n_episodes;
    struct title_season *seasons; /* those that change */
    struct store_episode_change *episodes;
};

struct plan {
    struct store *store;
    struct arena *arena;
    const struct metadata_params *params;
    struct metadata_import *out;
    size_t n;
    struct target **targets;
};

/* Room for one more of n things: the items, moved when it had to be. */
void *plan_grow(struct plan *p, void *items, size_t n, size_t size);
__attribute__((format(printf, 3, 4))) void plan_refuse(struct plan *p, const struct mec_title *mec,
                                                       const char *format, ...);
__attribute__((format(printf, 3, 4))) void plan_warn(struct plan *p, const struct mec_title *mec,
                                                     const char *format, ...);
__attribute__((format(printf, 4, 5))) void plan_line(struct plan *p, char sign, const char *title,
                                                     const char *format, ...);

/* The keys that a title bears: eidr:, cid:, alt:. */
const char **plan_keys(struct plan *p, const struct mec_title *mec, size_t *n);
/* The target that bears one of the keys, or of that id; NULL and OK: nobody does, or it is refused
 * (said) because two do. */
MUST_CHECK enum err plan_find(struct plan *p, const struct mec_title *mec, const char *const *keys,
                              size_t n, struct target **out);
MUST_CHECK enum err plan_take(struct plan *p, title_id id, struct target **out);
struct target *plan_add(struct plan *p, enum title_kind kind);
/* Adds an identifier when it is not there; one of another title's is refused, an alternative one
 * left out with a warning. */
MUST_CHECK enum err plan_identify(struct plan *p, const struct mec_title *mec, struct target *t,
                                  const char *key);

/* A film or a series (whole.c), a season or an episode (part.c). */
MUST_CHECK enum err plan_whole(struct plan *p, const struct mec_title *mec, enum title_kind kind);
MUST_CHECK enum err plan_season(struct plan *p, const struct mec_title *mec);
MUST_CHECK enum err plan_episode(struct plan *p, const struct mec_title *mec);

/* Puts the title's texts into a list of ours: one a language, others stay. */
void plan_texts(struct plan *p, const struct mec_title *mec, struct title_text **texts, size_t *n);
/* The text that speaks for the whole: of no single territory, the default before others. */
const struct mec_text *plan_main_text(const struct mec_title *mec);

/* Says what changes of a target (changes.c); whether the title itself does. */
bool plan_compare(struct plan *p, const struct target *t);

/* Our genres of a word of the file's (genres.c): how many, 0 to 2. */
size_t metadata_genres(const char *said, const char *out[2]);

#endif
