/* Avails and territories, for tests. */
#ifndef LANTERNE_TESTS_STORE_CONTRACTS_H
#define LANTERNE_TESTS_STORE_CONTRACTS_H

#include "driver/store/deals.h"
#include "driver/store/productions.h"
#include "driver/store/rights.h"
#include "driver/store/showings.h"
#include "driver/store/territories.h"
#include "place.h"

/* 2013-07-22, the day of INSTANT(0), and days around it. */
enum { TODAY = 15908 };
#define DAY(n) ((struct rights_edge){ .kind = RIGHTS_EDGE_DAY, .day = { TODAY + (n) } })
#define AT_DAY(n) INSTANT((n)*86400 + 3600)

static inline struct territory_set in(const char *codes)
{
    struct territory_set set = { 0 };
    char bad[3];
    if (territory_set_parse(codes, &set, bad) != OK)
        abort();
    return set;
}

static inline struct store_right a_right(const char *key, const char *where, int from, int until)
{
    return (struct store_right){ .key = key,
                                 .transaction = key,
                                 .territories = where,
                                 .said = "{}",
                                 .from_file = "test.xlsx, row 4",
                                 .right = { .licence = RIGHTS_SVOD,
                                            .where = in(where),
                                            .start = DAY(from),
                                            .end = DAY(until),
                                            .format = RIGHTS_HD } };
}

static inline struct store_avail_change a_change(enum store_avail_act act, const char *alid,
                                                 struct store_right *rights, size_t n)
{
    return (struct store_avail_change){ .act = act,
                                        .avail = { .alid = alid,
                                                   .studio = "20th Century Fox",
                                                   .type = "single",
                                                   .said = "{}",
                                                   .season = -1,
                                                   .episode = -1,
                                                   .volume_first = -1,
                                                   .volume_count = -1,
                                                   .rights = rights,
                                                   .n_rights = n } };
}

static inline struct store_avails_report apply(struct place *p, struct store_avail_change change)
{
    struct store_avails_report report;
    if (store_avails_apply(p->store, p->arena, &change, 1, false, INSTANT(0), &report) != OK)
        abort();
    return report;
}

static inline void open_territory(struct place *p, const char *code)
{
    if (store_territory_change(p->store, code,
                               &(struct territory_change){ .state = TERRITORY_OPEN },
                               INSTANT(0)) != OK)
        abort();
}

/* A film that is published, and ready when asked for; known by "cid:NAME". */
static inline struct title a_film(struct place *p, const char *name, bool is_ready)
{
    struct title t = a_title(TITLE_FILM, name, 0);
    struct store_rendition one;
    struct store_edition e = an_edition(playable_of(t.id), &one);
    const char *key = arena_printf(p->arena, "cid:%s", name);
    if (store_title_add(p->store, &t) != OK ||
        store_title_move(p->store, t.id, TITLE_PUBLISHED, INSTANT(0)) != OK ||
        (is_ready && store_edition_put(p->store, &e, NULL) != OK) ||
        store_title_identifiers_put(p->store, t.id, &key, 1, INSTANT(0)) != OK)
        abort();
    return t;
}

static inline playable_id an_episode_of(struct place *p, title_id series, int season, int number,
                                        bool is_ready)
{
    struct title_episode episode = { .series = series, .season = season, .number = number };
    struct store_rendition one;
    id_new(episode.id.s);
    struct store_edition e = an_edition(episode.id, &one);
    if (store_episode_add(p->store, &episode) != OK ||
        (is_ready && store_edition_put(p->store, &e, NULL) != OK))
        abort();
    return episode.id;
}

static inline struct showing showing_of(struct place *p, playable_id id, const char *where,
                                        utc_time at)
{
    struct showing s;
    enum territory_state state;
    if (store_showing_find(p->store, p->arena, id, where, at, &s, &state) != OK)
        abort();
    return s;
}

static inline size_t listed(struct place *p, const char *where, utc_time at)
{
    struct title_page page;
    struct title_filter filter = { .territory = where, .now = at };
    if (store_titles_list(p->store, p->arena, &filter, &page) != OK)
        abort();
    return page.n;
}

/* Nothing is wrong, and what is stored is what would be made. */
static inline size_t problems(struct place *p)
{
    const char **lines;
    size_t n = 0;
    if (store_check(p->store, p->arena, &lines, &n) != OK)
        abort();
    for (size_t i = 0; i < n; i++)
        fprintf(stderr, "%s\n", lines[i]);
    return n;
}

#endif
