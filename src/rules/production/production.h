/* Own productions: from the commission to the release of all episodes at one instant. Pure. */
#ifndef LANTERNE_RULES_PRODUCTION_PRODUCTION_H
#define LANTERNE_RULES_PRODUCTION_PRODUCTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/id.h"
#include "base/money.h"
#include "rules/catalog/title.h"

ID_TYPE(production_id);

/* COMMISSIONED -> IN_PRODUCTION -> DELIVERING -> IN_REVIEW -> READY -> RELEASED
 *                                      ^             |          |
 *                                      +--refused----+----------+   (a master is asked for anew)
 * all but RELEASED -> CANCELLED
 * DELIVERING begins with the first master, IN_REVIEW when every episode has one, READY when every
 * one is accepted; RELEASED is the instant of the release, set ahead. */
enum production_state {
    PRODUCTION_COMMISSIONED,
    PRODUCTION_IN_PRODUCTION,
    PRODUCTION_DELIVERING,
    PRODUCTION_IN_REVIEW,
    PRODUCTION_READY,
    PRODUCTION_RELEASED,
    PRODUCTION_CANCELLED,
    PRODUCTION_STATES,
};
const char *production_state_name(enum production_state state); /* "commissioned", ... */
bool production_state_parse(const char *name, enum production_state *out);
/* States that a change passes in no time may be leapt: the one master of a film takes it from
 * IN_PRODUCTION to IN_REVIEW. Staying is no move. */
bool production_may_move(enum production_state from, enum production_state to);

enum { PRODUCTION_EPISODES_MAX = 500, PRODUCTION_INSTALMENTS_MAX = 100 };

/* DUE -a good master-> DELIVERED -> ACCEPTED; a master that is not good, or a change of mind,
 * REFUSES it; REFUSED -a good master-> DELIVERED. */
enum delivery_state { DELIVERY_DUE, DELIVERY_DELIVERED, DELIVERY_ACCEPTED, DELIVERY_REFUSED };
const char *delivery_state_name(enum delivery_state state); /* "due", "delivered", ... */
bool delivery_state_parse(const char *name, enum delivery_state *out);

struct production_instalment {
    const char *name; /* "on delivery of episode 13" */
    civil_day due;
    int64_t minor; /* in the budget's currency */
    civil_day paid;
    bool is_paid;
};

/* What the contract asks of every master. */
struct delivery_terms {
    const char *audio;                               /* languages promised as sound: "fr,en" */
    const char *captions;                            /* languages promised as captions */
    int channels;                                    /* least of the main sound: 2, 6 */
    double loudness_lufs, tolerance_lu;              /* EBU R 128; 0, 0: not asked */
    double true_peak_dbtp;                           /* greatest */
    int lines;                                       /* least height */
    double black_seconds, silent_seconds;            /* most at either end */
    int runtime_seconds_least, runtime_seconds_most; /* 0: not asked */
};

struct delivery {
    int season, number;
    playable_id playable; /* s[0] 0: no episode yet */
    civil_day due;
    enum delivery_state state;
    const char *report; /* JSON of the inspection; NULL: none */
    const char *note;   /* of whoever accepted or refused it */
    utc_time changed;
};

struct production {
    production_id id;
    title_id title;
    enum production_state state;
    const char *studio;
    const char *creators; /* names, comma separated */
    int episodes;         /* ordered: 13; a film: 0 */
    struct money budget;
    struct delivery_terms terms;
    size_t n_instalments, n_deliveries;
    struct production_instalment *instalments;
    struct delivery *deliveries; /* one an episode, by number; of a film one */
    utc_time release;            /* us 0: not set */
    const char *ended_because;   /* of a cancellation; NULL: none */
    utc_time created, changed;
    uint64_t version;
};

struct production_problem {
    char field[64], text[256];
};
/* Instalments add up to the budget; at most 500 episodes, 100 instalments. A term that is 0 or ""
 * is not asked for. */
MUST_CHECK enum err production_validate(const struct production *p, struct production_problem *why);
/* The state that the deliveries say: p->state with the masters as they are now. COMMISSIONED stays
 * until the first master; RELEASED and CANCELLED stay. */
enum production_state production_state_of(const struct production *p);
/* The same at an instant: a release that has come makes RELEASED, whoever looked when. */
enum production_state production_state_at(const struct production *p, utc_time now);
/* The delivery of an episode; a film: 0, 0. NULL: none was ordered. */
struct delivery *production_delivery(const struct production *p, int season, int number);

/* ERR_STATE with *why, a reason a line, unless every delivery is accepted and encoded (beside
 * p->deliveries) and `at` does not lie behind. */
MUST_CHECK enum err production_may_release(struct arena *arena, const struct production *p,
                                           const bool *encoded, utc_time at, utc_time now,
                                           const char **why);

/* ---- the inspection of a delivery ---- */

/* What the inspection of a master measured. */
struct delivery_sound {
    char language[36];
    int channels;
    double loudness_lufs, true_peak_dbtp; /* -HUGE_VAL: silence */
    double head_silence, tail_silence;    /* seconds */
};
struct delivery_facts {
    double seconds;
    int width, height;
    double head_black, tail_black; /* seconds */
    size_t n_sounds, n_captions;
    const struct delivery_sound *sounds;
    const char *const *captions; /* languages of captions in the file and delivered beside it */
};
struct delivery_finding {
    const char *code; /* "loudness", "true-peak", "audio-layout", "audio-language", "captions",
                         "black", "silence", "runtime", "height" */
    bool is_fault;    /* else: worth knowing */
    const char *text; /* measured and asked for, a sentence a studio can act on */
};
MUST_CHECK enum err delivery_inspect(struct arena *arena, const struct delivery_terms *terms,
                                     const struct delivery_facts *facts,
                                     struct delivery_finding **out, size_t *n);

#endif
