/* Studios and the avails they sent. Whatever changes what may be shown renews the showings of the
 * titles concerned in the same transaction (showings.h). */
#ifndef LANTERNE_DRIVER_STORE_RIGHTS_H
#define LANTERNE_DRIVER_STORE_RIGHTS_H

#include <stdint.h>

#include "driver/store/store.h"
#include "rules/catalog/title.h"
#include "rules/rights/right.h"

ID_TYPE(studio_id);
ID_TYPE(avail_id);

struct store_studio {
    studio_id id;
    const char *name;    /* unique without regard to case and accents (rules/catalog/fold.h) */
    const char *contact; /* NULL: none */
    utc_time created;
};
MUST_CHECK enum err store_studio_add(struct store *store, const struct store_studio *studio);
/* By id or by name. */
MUST_CHECK enum err store_studio_find(struct store *store, struct arena *arena, const char *who,
                                      struct store_studio *out);
MUST_CHECK enum err store_studios_list(struct store *store, struct arena *arena,
                                       struct store_studio **out, size_t *n);

/* A transaction of an avail. */
struct store_right {
    const char *transaction; /* TransactionID; NULL: none */
    const char *key;         /* what tells it from others of its avail: made by the caller from its
                                transaction id or, without one, from its content */
    struct rights_right right; /* id is made by the store; source and studio are read back filled */
    const char *contract, *reporting;
    const char *territories; /* as said, for people and status: "FR BE", "ZZ -US" */
    const char *said;        /* JSON of the whole transaction (avails_json_transaction) */
    const char *from_file;   /* where it stood: "Movies.xlsx, sheet 1, row 12" */
};

struct store_avail {
    avail_id id;               /* of what is stored */
    const char *alid, *studio; /* studio: its name */
    const char *type, *work_type;
    const char *said;               /* JSON of the avail without its transactions */
    const char *title_name;         /* for people and for the link: its own title, or the series' */
    int season, episode;            /* -1: not said */
    int volume_first, volume_count; /* episodes of a volume; -1 */
    size_t n_keys, n_bundled, n_rights;
    const char **keys; /* content id, EIDRs, alt id, of series and season too ("series:..."): what
                          titles are found by */
    const char **bundled; /* ALIDs */
    struct store_right *rights;
    /* Read back only: what it is linked to; title.s[0] 0: nothing yet. season, episode -1: the
     * whole. */
    title_id title;
    int title_season, title_episode;
    utc_time changed;
};

enum store_avail_act {
    STORE_AVAIL_EXTRACT, /* replaces all rights of the ALID in the territories that its rights name
                          */
    STORE_AVAIL_DELETE_ALL, /* takes away all rights of the ALID in the territories named; with no
                               rights at all: everywhere, and the avail itself */
    STORE_AVAIL_CREATE,     /* ERR_EXISTS for a right whose key is there: counted as refused */
    STORE_AVAIL_UPDATE,     /* replaces rights by key, adds what is not there */
    STORE_AVAIL_DELETE,     /* takes rights away by key */
};
struct store_avail_change {
    enum store_avail_act act;
    struct store_avail avail;
};

/* What an import did, or would do. */
struct store_avails_report {
    size_t avails, added, changed, removed, unchanged; /* rights, but for avails */
    size_t refused;                 /* CREATE of a right that is there and says something else */
    size_t n_lines, lines_left_out; /* at most 2,000 lines are kept */
    struct store_avails_line {
        char sign;         /* '+', '~', '-', '!' (refused) */
        const char *text;  /* "md:alid:... FR SVOD HD 2013-07-15 .. 2014-07-14 (1431081)" */
        const char *where; /* from_file */
    } * lines;
    size_t n_new_studios;
    const char **new_studios;
    size_t n_titles; /* titles whose showings were renewed */
};
/* One transaction over all changes, in order; equal content is left as it is ("unchanged"), so that
 * the same file twice changes nothing. Studios that are not there are added. Avails find their
 * title by keys (title_identifier), an ALID linked before stays linked. dry_run: everything is done
 * and taken back. */
MUST_CHECK enum err store_avails_apply(struct store *store, struct arena *arena,
                                       const struct store_avail_change *changes, size_t n,
                                       bool dry_run, utc_time now, struct store_avails_report *out);

/* By ALID; studio NULL: of any (ERR_STATE when two studios use the same). With rights. */
MUST_CHECK enum err store_avail_get(struct store *store, struct arena *arena, const char *studio,
                                    const char *alid, struct store_avail *out);
struct avail_filter {
    const char *studio; /* name; NULL: all */
    const char *title;  /* id; NULL: all */
    bool unlinked;      /* those without a title only */
    bool with_rights;
    const char *after; /* ALID of the last one before; lists are by studio and ALID */
    unsigned limit;    /* 0: 50; 0 with after NULL and with_rights: see each() */
};
MUST_CHECK enum err store_avails_list(struct store *store, struct arena *arena,
                                      const struct avail_filter *filter, struct store_avail **out,
                                      size_t *n, const char **next);
/* Every avail of a studio (NULL: all) in order, with its rights, one at a time in an arena of its
 * own. */
typedef enum err (*store_avail_fn)(void *context, const struct store_avail *avail);
MUST_CHECK enum err store_avails_each(struct store *store, const char *studio, store_avail_fn fn,
                                      void *context);
/* Links an avail to a title, a season of it or an episode (-1: not); title NULL takes the link
 * away. */
MUST_CHECK enum err store_avail_link(struct store *store, const char *studio, const char *alid,
                                     const title_id *title, int season, int episode, utc_time now);

/* The rights that bear on a playable, by the way of episode, season, series, volume and bundle;
 * with the blocks that deals put on its title. Empty when none is linked. In one read. */
struct store_contract {
    bool is_licensed; /* the title lives by avails; false: the house's own, everywhere */
    size_t n_rights, n_blocks, n_events;
    struct rights_right *rights;
    struct rights_block *blocks;
    struct rights_event_date *events;
};
MUST_CHECK enum err store_contract_get(struct store *store, struct arena *arena, title_id title,
                                       const playable_id *playable, struct store_contract *out);
/* The same for an ALID alone, whatever it is linked to. */
MUST_CHECK enum err store_contract_of_alid(struct store *store, struct arena *arena,
                                           const char *alid, struct store_contract *out);

/* What titles are found by: "eidr:10.5240/...", "alid:...", "cid:...", "alt:...", or the house's
 * own. */
MUST_CHECK enum err store_title_identifiers(struct store *store, struct arena *arena,
                                            title_id title, const char ***out, size_t *n);
MUST_CHECK enum err store_title_identifiers_put(struct store *store, title_id title,
                                                const char *const *keys, size_t n, utc_time now);
/* The dates of a title's life elsewhere (first showing in cinemas, on television). */
MUST_CHECK enum err store_title_events(struct store *store, struct arena *arena, title_id title,
                                       struct rights_event_date **out, size_t *n);
/* Replaces those that say the same event and territory, adds the others; day INT32_MIN: takes away.
 */
MUST_CHECK enum err store_title_events_put(struct store *store, title_id title,
                                           const struct rights_event_date *events, size_t n,
                                           utc_time now);
/* Whether a title lives by avails alone. Set when an avail is linked; set by hand for a title whose
 * avails are to come. Taking it away (the house's own) is refused (ERR_STATE) while avails are
 * linked. */
MUST_CHECK enum err store_title_licensed(struct store *store, title_id title, bool is_licensed,
                                         utc_time now);

#endif
