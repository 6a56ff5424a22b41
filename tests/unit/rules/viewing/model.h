/* The slow and obvious model of what may be shown: every question is answered anew from the
 * contracts, for one instant, by reading them one after the other. It shares with what it judges
 * the structures, the offsets of the zones and nothing else. */
#ifndef LANTERNE_TESTS_MODEL_H
#define LANTERNE_TESTS_MODEL_H

#include "rules/viewing/decide.h"

/* INT64_MIN since ever, INT64_MAX for ever. */
struct model_right {
    bool is_known;
    int64_t from, until, lifted, announced; /* announced INT64_MAX: never */
};
struct model_block {
    bool holds_ever;
    int64_t from, until;
};

enum { MODEL_RIGHTS = 12, MODEL_BLOCKS = 8, MODEL_EDGES = 4 * MODEL_RIGHTS + 2 * MODEL_BLOCKS + 1 };

struct model {
    struct rights_question q;
    struct showing_question s;
    struct model_right rights[MODEL_RIGHTS];
    struct model_block blocks[MODEL_BLOCKS];
    size_t n_edges;
    int64_t edges[MODEL_EDGES]; /* every instant at which anything could change */
};

/* Reads the edges of all rights and blocks. The territory's zone has to be one of three that the
 * model knows: UTC, Europe/Paris, America/New_York; days from 2008 to 2021. */
void model_read(struct model *m);

bool model_right_is_open(const struct model *m, size_t right, int64_t t);
bool model_block_is_in_force(const struct model *m, size_t block, int64_t t);

struct model_answer {
    enum rights_state state;
    enum rights_why why;
};
struct model_answer model_rights(const struct model *m, int64_t t);
struct model_answer model_showing(const struct model *m, int64_t t, enum viewing_reason *reason);
/* Of what is open at t by subscription (or for rent): whether there is any, the greatest format,
 * and whether a language may be offered with it. */
bool model_is_way_open(const struct model *m, bool rent, int64_t t, enum rights_format *format);
bool model_allows(const struct model *m, bool rent, int64_t t, const char *tag,
                  enum rights_asset asset);

/* The verdict of one who asks at t; playback begun at `started` (0: none). */
struct model_viewer {
    enum territory_state territory;
    bool is_member, is_administrator, is_paid, is_unlocked;
    int max_age, locked_age, finish_hours, lines, plan_lines;
    const char *language;
    int64_t started;
    /* What they rented: for this territory or another, when (0: nothing), until when it may be
     * started, when it was (0: it was not), for how long from then on. */
    bool rented_here;
    int64_t rented, start_by, clock_began, clock_runs;
    enum rights_format rented_format;
};
struct model_verdict {
    enum viewing_reason reason;
    bool is_shown, may_play;
    enum rights_format format; /* may_play */
    bool by_rental, starts_rental;
    int64_t until; /* by_rental; INT64_MAX: it hangs on a window, too */
};
struct model_verdict model_decide(const struct model *m, const struct model_viewer *v, int64_t t);

#endif
