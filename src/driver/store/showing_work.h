/* What showings are made from while they are made: shared by showing_load.c, which reads it, and
 * showing_renew.c. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_SHOWING_WORK_H
#define LANTERNE_DRIVER_STORE_SHOWING_WORK_H

#include "driver/store/contract_rows.h"
#include "driver/store/showing_pack.h"
#include "driver/store/showing_renew.h"
#include "driver/store/showing_spans.h"

/* A territory with what is asked of it for every title. */
struct place {
    char code[3];
    const struct zone *zone;
    const char *ratings;
    size_t n_laws;
    struct rights_block *laws;
    struct locks locks;
};

struct renewal {
    struct connection *connection;
    struct arena *arena;
    utc_time now;
    bool is_of_one; /* territory: the others keep what they have, and the clock it was made by */
    size_t n_places, n_deals;
    struct place *places;
    struct deal *deals;
};

/* Playables that the same rights bear on, and that are ready or not alike. */
struct group {
    bool is_ready;
    size_t n_rights;
    const uint32_t *rights; /* places in the contract */
};

struct subject {
    char id[ID_TEXT]; /* "" : of a series without episodes, for the series alone */
    int season, number;
    bool is_ready;
    size_t group;
};

struct work {
    struct renewal *r;
    struct arena *arena; /* of the title */
    struct title title;
    struct contract contract;
    size_t n_subjects, n_groups;
    struct subject *subjects;
    struct group *groups;
    utc_time now;
    bool was_made; /* before, then: by which clock, and when it was published */
    utc_time made, published_before;
    struct packed_texts texts;
    char differs[3]; /* comparing: the first territory where they do */
};

/* Everything of a title that showings are made from; w->r, w->arena and w->texts are set. */
MUST_CHECK enum err work_load(struct work *w, const char *title);

#endif
