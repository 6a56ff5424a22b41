/* Studios' avails and the house's deals, for the command line and the console: taken in, looked at,
 * explained and told back to studios. The functions that end in _json write one value (an object
 * without a key). What is asked for wrongly is said in *why, with the name of the option or
 * parameter. */
#ifndef LANTERNE_SERVICE_RIGHTS_RIGHTS_H
#define LANTERNE_SERVICE_RIGHTS_RIGHTS_H

#include "base/json.h"
#include "base/zone.h"
#include "driver/store/deals.h"
#include "driver/store/rights.h"
#include "driver/store/store.h"
#include "rules/viewing/decide.h"

struct rights_problem {
    char field[32]; /* "territory", "at", ...; "" : the thing itself */
    char text[256];
};

/* An instant as people write it: RFC 3339, or without an offset by the zone's clocks
 * ("2013-07-15T20:00:00"; "2013-07-15" is its first instant there). ERR_MALFORMED. */
MUST_CHECK enum err rights_instant_parse(const char *text, const struct zone *zone, utc_time *out);
/* The zone bare dates of a territory are read in: the house's, or the one of its capital.
 * ERR_ARGUMENT: no territory. */
MUST_CHECK enum err rights_zone(struct store *store, struct arena *arena, const char *territory,
                                const struct zone **out);

/* ---- studios -----------------------------------------------------------------------------------
 */

/* {"items":[{"id","name","contact","created"}]} */
MUST_CHECK enum err rights_studios_json(struct store *store, struct arena *arena,
                                        struct json_writer *w);

/* ---- avails: taken in --------------------------------------------------------------------------
 */

struct rights_import_params {
    const char *path;   /* of the file as delivered */
    const char *name;   /* what it is called in answers; NULL: the last part of path */
    const char *studio; /* NULL: as the file says */
    const char *home;   /* the house's own territory */
    bool dry_run;       /* everything is done and taken back */
    bool is_strict;     /* one refusal refuses the whole file */
    bool adds_titles;   /* makes drafts of titles that nobody knows yet */
    utc_time now;
};
struct rights_note {
    const char *where, *what;
};
struct rights_new_title {
    title_id id; /* s[0] 0 when dry_run */
    const char *name;
    enum title_kind kind;
    int seasons, episodes;
};
struct rights_import {
    bool is_taken;                        /* false: strict, and something was refused */
    size_t avails, transactions, applied; /* in the file; applied: taken, also when unchanged */
    size_t n_refused, n_warnings;         /* kept in the lists */
    size_t refused_left_out, warnings_left_out;
    struct rights_note *refused, *warnings;
    struct store_avails_report report;
    size_t n_new_titles, n_findings, titles_not_checked;
    struct rights_new_title *new_titles;
    struct deal_finding *findings; /* of the titles touched */
};
/* The whole file in one transaction. ERR_NOT_FOUND, ERR_ARGUMENT, ERR_MALFORMED, ERR_FULL,
 * ERR_UNSUPPORTED: nothing could be read, *why tells; nothing has changed. */
MUST_CHECK enum err rights_import_file(struct store *store, struct arena *arena,
                                       const struct rights_import_params *params,
                                       struct rights_import *out, struct rights_problem *why);
/* {"avails","transactions","applied","refused":[{"where","what"}],"warnings","added","changed",
 * "removed","unchanged","new_studios","titles","new_titles","findings",...} */
void rights_import_json(const struct rights_import *import, struct json_writer *w);
/* For a person: what changes, then refusals by place, then findings. */
void rights_import_text(const struct rights_import *import, struct buf *out);

/* ---- avails: looked at -------------------------------------------------------------------------
 */

/* {"items":[{"id","alid","studio","type","name","season","episode","title","rights",...}],"next"};
 * with filter->with_rights each has its "rights". */
MUST_CHECK enum err rights_avails_json(struct store *store, struct arena *arena,
                                       const struct avail_filter *filter, struct json_writer *w);
/* One avail with its rights. */
void rights_avail_json(const struct store_avail *avail, bool with_rights, struct json_writer *w);
void rights_avail_text(const struct store_avail *avail, struct buf *out);
/* The whole stored model in one order and spelling: equal content gives equal bytes. */
MUST_CHECK enum err rights_export_json(struct store *store, const char *studio,
                                       struct json_writer *w);

/* ---- avails: told back -------------------------------------------------------------------------
 */

struct rights_status_params {
    const char *studio;     /* by id or name */
    const char *home;       /* the house's territory */
    const char *public_url; /* "" : offers have no address */
    utc_time now;
};
/* OfferStatus of everything the studio offers: what is in process, at issue with the reason, ready,
 * live with start and address. Offers whose window is over are left out. */
MUST_CHECK enum err rights_status_write(struct store *store, struct arena *arena,
                                        const struct rights_status_params *params, struct buf *out,
                                        struct rights_problem *why);

/* ---- why ---------------------------------------------------------------------------------------
 */

struct rights_explain_params {
    const char *what;      /* id of a title, or an ALID */
    const char *territory; /* any of ISO 3166-1 */
    const char *at;        /* as for rights_instant_parse; NULL: now */
    const char *member;    /* address; NULL: a member with a running subscription */
    int season, episode;   /* 0: the film, or the best episode */
    bool has_season, has_episode;
    utc_time now;
};
struct rights_link {
    const char *kind;   /* "territory", "publication", "readiness", "title", "right", "deal", "law",
                           "age", "member" */
    const char *source; /* the right, deal or rule; NULL: the house */
    bool holds;         /* it lets the title be played then; a deal's or law's: it holds it back */
    const char *text;   /* a sentence */
};
struct rights_explanation {
    struct viewing_verdict verdict; /* from and until also end where the territory's state does */
    const char *territory, *name;   /* name: of the title or avail, for people */
    const char *alid;               /* NULL: a title was asked for */
    title_id title;
    int season, episode; /* of the playable; -1: a film, or not said */
    utc_time at;
    const struct zone *zone;
    const char *text; /* a sentence */
    size_t n;
    const struct rights_link *chain;
};
/* ERR_NOT_FOUND, ERR_ARGUMENT, ERR_STATE (an ALID that two studios use): *why tells. */
MUST_CHECK enum err rights_explain_find(struct store *store, struct arena *arena,
                                        const struct rights_explain_params *params,
                                        struct rights_explanation *out, struct rights_problem *why);
/* {"verdict","from","until","reason","because","text","chain":[{"kind","source","holds","text"}],
 * "territory","at","title","alid","name","season","episode","format","languages"} */
MUST_CHECK enum err rights_explain_json(struct store *store, struct arena *arena,
                                        const struct rights_explain_params *params,
                                        struct json_writer *w, struct rights_problem *why);
void rights_explanation_text(const struct rights_explanation *explanation, struct buf *out);

/* ---- what comes --------------------------------------------------------------------------------
 */

struct rights_calendar_params {
    const char *territory; /* NULL: all that the house has set */
    const char *home;      /* whose zone the days are in when territory is NULL */
    const char *from;      /* as for rights_instant_parse; NULL: now */
    int weeks;             /* 0: 4 */
    utc_time now;
};
struct rights_turn {
    utc_time at;
    char territory[3];
    const char *kind; /* "title", "territory" */
    const char *what; /* "opens", "closes"; of a territory the name of its state */
    title_id title;
    const char *name;    /* original title, or the territory's name */
    const char *because; /* NULL: nothing more to say */
    int playables;       /* of the title that turn at that instant */
    const char *first;   /* "S1E1", and the last of them; NULL: a film */
    const char *last;
};
struct rights_calendar {
    utc_time from, until;
    const struct zone *zone;
    bool is_cut; /* more turns than are listed */
    size_t n;
    const struct rights_turn *turns; /* by instant */
};
MUST_CHECK enum err rights_calendar_find(struct store *store, struct arena *arena,
                                         const struct rights_calendar_params *params,
                                         struct rights_calendar *out, struct rights_problem *why);
/* {"from","until","zone","cut","items":[{"at","territory","kind","what","title","name",
 * "playables","first","last","because"}]} */
MUST_CHECK enum err rights_calendar_json(struct store *store, struct arena *arena,
                                         const struct rights_calendar_params *params,
                                         struct json_writer *w, struct rights_problem *why);
void rights_calendar_text(const struct rights_calendar *calendar, struct buf *out);

/* ---- deals -------------------------------------------------------------------------------------
 */

/* An edge of a window as people write it: "2014-01-01", an instant of RFC 3339,
 * "theatrical+36m" (events of rules/rights, d, m and y), "tbd", "open", "-" (not said).
 * ERR_MALFORMED. */
MUST_CHECK enum err rights_edge_parse(const char *text, struct rights_edge *out);
enum { RIGHTS_EDGE_TEXT = 80 };
void rights_edge_format(const struct rights_edge *edge, char out[RIGHTS_EDGE_TEXT]);

/* {"items":[deal]} */
MUST_CHECK enum err rights_deals_json(struct store *store, struct arena *arena,
                                      struct json_writer *w);
void rights_deal_json(const struct deal *deal, struct json_writer *w);
void rights_deal_text(const struct deal *deal, struct buf *out);

/* Findings about one title (its id), or about all titles and all deals (NULL). */
MUST_CHECK enum err rights_check_find(struct store *store, struct arena *arena, const char *title,
                                      const char *home, struct deal_finding **out, size_t *n);
/* {"findings":[{"kind","title","first","second","territory","from","until","text"}]} */
MUST_CHECK enum err rights_check_json(struct store *store, struct arena *arena, const char *title,
                                      const char *home, struct json_writer *w);
void rights_findings_json(const struct deal_finding *findings, size_t n, struct json_writer *w);
void rights_findings_text(const struct deal_finding *findings, size_t n, struct buf *out);

#endif
