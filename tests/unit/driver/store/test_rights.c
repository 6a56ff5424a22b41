/* Avails as they are sent and sent again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contracts.h"

static void studios_are_found_without_case_and_accents(void **state)
{
    struct place *p = *state;
    struct store_studio s = { .name = "Path\xc3\xa9", .contact = "a@b.org", .created = INSTANT(3) },
                        got, *all;
    size_t n = 0;
    id_new(s.id.s);
    assert_int_equal(store_studio_add(p->store, &s), OK);
    assert_int_equal(store_studio_find(p->store, p->arena, "PATHE", &got), OK);
    assert_string_equal(got.id.s, s.id.s);
    assert_string_equal(got.contact, "a@b.org");
    assert_int_equal(store_studio_find(p->store, p->arena, s.id.s, &got), OK);
    assert_int_equal(store_studio_find(p->store, p->arena, "Gaumont", &got), ERR_NOT_FOUND);
    id_new(s.id.s);
    s.name = "pathe";
    assert_int_equal(store_studio_add(p->store, &s), ERR_EXISTS);
    assert_int_equal(store_studios_list(p->store, p->arena, &all, &n), OK);
    assert_int_equal(n, 1);
}

static struct rights_right full_right(void)
{
    static const struct rights_language allowed[] = { { "fr", RIGHTS_ANY },
                                                      { "es-419", RIGHTS_SUB },
                                                      { "de", RIGHTS_DUB } };
    static const struct rights_language holdback[] = { { "en", RIGHTS_ANY } };
    return (struct rights_right){
        .licence = RIGHTS_VOD,
        .status = RIGHTS_STATUS_APPROVED,
        .where = in("ZZ -US -CA"),
        .start = { .kind = RIGHTS_EDGE_EVENT,
                   .event = RIGHTS_EVENT_THEATRICAL,
                   .lag = { .months = 36, .seconds = -5 } },
        .end = { .kind = RIGHTS_EDGE_OPEN },
        .window = { .months = 12 },
        .announce = { .kind = RIGHTS_EDGE_INSTANT, .instant = { -17 } },
        .suppression_lift = { .kind = RIGHTS_EDGE_TBD },
        .format = RIGHTS_UHD,
        .is_hdr = true,
        .is_exclusive = true,
        .n_allowed = 3,
        .n_holdback = 1,
        .allowed = allowed,
        .holdback = holdback,
        .rental = { .seconds = 2592000 },
        .watch = { .seconds = 172800 },
        .price = { 499, "EUR" },
    };
}

static void is_full_right(const struct rights_right *r)
{
    struct rights_right f = full_right();
    assert_int_equal(r->licence, f.licence);
    assert_int_equal(r->status, f.status);
    assert_memory_equal(&r->where, &f.where, sizeof f.where);
    assert_int_equal(r->start.kind, RIGHTS_EDGE_EVENT);
    assert_int_equal(r->start.event, RIGHTS_EVENT_THEATRICAL);
    assert_int_equal(r->start.lag.months, 36);
    assert_int_equal(r->start.lag.seconds, -5);
    assert_int_equal(r->end.kind, RIGHTS_EDGE_OPEN);
    assert_int_equal(r->window.months, 12);
    assert_int_equal(r->announce.kind, RIGHTS_EDGE_INSTANT);
    assert_int_equal(r->announce.instant.us, -17);
    assert_int_equal(r->suppression_lift.kind, RIGHTS_EDGE_TBD);
    assert_int_equal(r->format, RIGHTS_UHD);
    assert_true(r->is_hdr && r->is_exclusive);
    assert_int_equal(r->n_allowed, 3);
    assert_string_equal(r->allowed[1].tag, "es-419");
    assert_int_equal(r->allowed[1].asset, RIGHTS_SUB);
    assert_int_equal(r->allowed[2].asset, RIGHTS_DUB);
    assert_int_equal(r->n_holdback, 1);
    assert_string_equal(r->holdback[0].tag, "en");
    assert_int_equal(r->rental.seconds, 2592000);
    assert_int_equal(r->watch.seconds, 172800);
    assert_int_equal(r->price.minor, 499);
    assert_string_equal(r->price.currency, "EUR");
}

static void an_avail_comes_back_as_it_was_sent(void **state)
{
    struct place *p = *state;
    struct store_right rights[] = { a_right("t1", "FR BE", 0, 30), a_right("t2", "FR", 0, 30) };
    struct store_avail_change change = a_change(STORE_AVAIL_EXTRACT, "alid:a", rights, 2);
    const char *keys[] = { "eidr:10.5240/1", "series:cid:x" }, *bundled[] = { "alid:b" };
    struct store_avail got;
    rights[0].right = full_right();
    territory_set_add(&rights[1].right.where, "XK"); /* not assigned, and used */
    rights[0].contract = "C1";
    rights[0].said = "{\"a\":1}";
    change.avail.keys = keys;
    change.avail.n_keys = 2;
    change.avail.bundled = bundled;
    change.avail.n_bundled = 1;
    change.avail.title_name = "Homeland";
    change.avail.season = 3;
    struct store_avails_report report = apply(p, change);
    assert_int_equal(report.added, 2);
    assert_int_equal(report.n_new_studios, 1);
    assert_string_equal(report.new_studios[0], "20th Century Fox");
    assert_int_equal(store_avail_get(p->store, p->arena, NULL, "alid:a", &got), OK);
    assert_int_equal(store_avail_get(p->store, p->arena, "20TH century fox", "alid:a", &got), OK);
    assert_string_equal(got.studio, "20th Century Fox");
    assert_string_equal(got.title_name, "Homeland");
    assert_int_equal(got.season, 3);
    assert_int_equal(got.episode, -1);
    assert_int_equal(got.n_keys, 2);
    assert_string_equal(got.keys[1], "series:cid:x");
    assert_int_equal(got.n_bundled, 1);
    assert_int_equal(got.title.s[0], 0);
    assert_int_equal(got.n_rights, 2);
    assert_string_equal(got.rights[0].contract, "C1");
    assert_string_equal(got.rights[0].said, "{\"a\":1}");
    assert_string_equal(got.rights[0].from_file, "test.xlsx, row 4");
    assert_string_equal(got.rights[0].right.source, "avail alid:a t1 of 20th Century Fox");
    assert_string_equal(got.rights[0].right.studio, "20th Century Fox");
    is_full_right(&got.rights[0].right);
    assert_true(territory_set_has(&got.rights[1].right.where, "XK"));
    assert_int_equal(store_avail_get(p->store, p->arena, NULL, "alid:z", &got), ERR_NOT_FOUND);
    assert_int_equal(store_avail_get(p->store, p->arena, "Nobody", "alid:a", &got), ERR_NOT_FOUND);
    change.avail.studio = "Another";
    apply(p, change);
    assert_int_equal(store_avail_get(p->store, p->arena, NULL, "alid:a", &got), ERR_STATE);
    assert_int_equal(store_avail_get(p->store, p->arena, "another", "alid:a", &got), OK);
}

static void every_set_of_territories_comes_back(void **state)
{
    struct place *p = *state;
    struct store_right rights[60];
    struct store_avail got;
    uint64_t seed = 88172645463325252u;
    for (size_t i = 0; i < 60; i++) {
        rights[i] = a_right(arena_printf(p->arena, "k%zu", i), "FR", 0, 1);
        if (i % 2 == 0)
            territory_set_world(&rights[i].right.where);
        for (size_t k = 0; k < i * 3; k++) {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            char code[3] = { (char)('A' + seed % 26), (char)('A' + seed / 26 % 26), 0 };
            if (strcmp(code, "ZZ") == 0)
                continue; /* a word for the world, no country */
            if (seed & 4096)
                territory_set_add(&rights[i].right.where, code);
            else
                territory_set_remove(&rights[i].right.where, code);
        }
    }
    apply(p, a_change(STORE_AVAIL_EXTRACT, "a", rights, 60));
    assert_int_equal(store_avail_get(p->store, p->arena, NULL, "a", &got), OK);
    for (size_t i = 0; i < 60; i++)
        assert_memory_equal(&got.rights[i].right.where, &rights[i].right.where,
                            sizeof got.rights[i].right.where);
}

static void the_same_file_twice_changes_nothing(void **state)
{
    struct place *p = *state;
    struct title film = a_film(p, "Metropolis", true);
    open_territory(p, "FR");
    struct store_right rights[] = { a_right("t1", "FR", 0, 30), a_right("t2", "BE", 0, 30),
                                    a_right("t2", "LU", 0, 30), a_right("t2", "LU", 0, 30) };
    struct store_avail_change change = a_change(STORE_AVAIL_EXTRACT, "a", rights, 4);
    const char *keys[] = { "cid:Metropolis" };
    change.avail.keys = keys;
    change.avail.n_keys = 1;
    struct store_avails_report first = apply(p, change), second = apply(p, change);
    assert_int_equal(first.added, 3);
    assert_int_equal(first.unchanged, 1); /* said twice */
    assert_int_equal(first.n_titles, 1);
    assert_int_equal(second.added + second.changed + second.removed, 0);
    assert_int_equal(second.unchanged, 4);
    assert_int_equal(second.n_lines, 0);
    assert_int_equal(second.n_titles, 0);
    assert_int_equal(second.n_new_studios, 0);
    rights[0].from_file = "again.xlsx, row 9"; /* where it stood does not count */
    assert_int_equal(apply(p, change).unchanged, 4);
    rights[0].said = "{\"Instructions\":\"new\"}";
    second = apply(p, change);
    assert_int_equal(second.changed, 1);
    assert_int_equal(second.lines[0].sign, '~');
    assert_string_equal(second.lines[0].text, "a FR SVOD HD 2013-07-22 .. 2013-08-21 (t1)");
    assert_string_equal(second.lines[0].where, "again.xlsx, row 9");
    assert_int_equal(showing_of(p, playable_of(film.id), "FR", AT_DAY(1)).state, RIGHTS_OPEN);
}

static size_t rights_of(struct place *p, const char *alid, struct store_avail *got)
{
    assert_int_equal(store_avail_get(p->store, p->arena, NULL, alid, got), OK);
    return got->n_rights;
}

static void a_full_extract_replaces_in_the_territories_it_names_alone(void **state)
{
    struct place *p = *state;
    struct store_avail got;
    struct store_right first[] = { a_right("t1", "FR BE", 0, 30), a_right("t2", "US", 0, 30),
                                   a_right("t3", "FR", 0, 30) };
    struct store_right second[] = { a_right("t9", "FR", 5, 9) };
    apply(p, a_change(STORE_AVAIL_EXTRACT, "a", first, 3));
    struct store_avails_report r = apply(p, a_change(STORE_AVAIL_EXTRACT, "a", second, 1));
    assert_int_equal(r.added, 1);
    assert_int_equal(r.changed, 1); /* t1 keeps Belgium */
    assert_int_equal(r.removed, 1); /* t3 */
    assert_int_equal(rights_of(p, "a", &got), 3);
    for (size_t i = 0; i < 3; i++) {
        const struct store_right *right = &got.rights[i];
        if (strcmp(right->key, "t1") == 0) {
            assert_string_equal(right->territories, "BE");
            assert_false(territory_set_has(&right->right.where, "FR"));
            assert_true(territory_set_has(&right->right.where, "BE"));
        } else {
            assert_string_not_equal(right->key, "t3");
        }
    }
    r = apply(p, a_change(STORE_AVAIL_EXTRACT, "a", second, 1));
    assert_int_equal(r.unchanged, 1);
    assert_int_equal(r.added + r.changed + r.removed, 0);
    /* a right that comes again under its key is replaced whole */
    struct store_right third[] = { a_right("t1", "FR", 0, 30) };
    r = apply(p, a_change(STORE_AVAIL_EXTRACT, "a", third, 1));
    assert_int_equal(r.changed, 1);
    assert_int_equal(r.removed, 1);
    assert_int_equal(rights_of(p, "a", &got), 2);
}

static void deletions_take_away_what_they_name(void **state)
{
    struct place *p = *state;
    struct store_avail got;
    struct store_right rights[] = { a_right("t1", "FR BE", 0, 30), a_right("t2", "US", 0, 30) };
    struct store_right france[] = { a_right("x", "FR", 0, 30) };
    apply(p, a_change(STORE_AVAIL_EXTRACT, "a", rights, 2));
    struct store_avails_report r = apply(p, a_change(STORE_AVAIL_DELETE_ALL, "a", france, 1));
    assert_int_equal(r.changed, 1);
    assert_int_equal(rights_of(p, "a", &got), 2);
    r = apply(p, a_change(STORE_AVAIL_DELETE, "a", &rights[1], 1));
    assert_int_equal(r.removed, 1);
    assert_int_equal(r.lines[0].sign, '-');
    r = apply(p, a_change(STORE_AVAIL_DELETE, "a", &rights[1], 1));
    assert_int_equal(r.removed, 0);
    assert_int_equal(r.unchanged, 1);
    assert_int_equal(rights_of(p, "a", &got), 1);
    r = apply(p, a_change(STORE_AVAIL_DELETE_ALL, "a", NULL, 0));
    assert_int_equal(r.removed, 1);
    assert_int_equal(store_avail_get(p->store, p->arena, NULL, "a", &got), ERR_NOT_FOUND);
    r = apply(p, a_change(STORE_AVAIL_DELETE_ALL, "a", NULL, 0));
    assert_int_equal(r.removed, 0);
    struct store_avail_change nobody = a_change(STORE_AVAIL_DELETE, "b", rights, 2);
    nobody.avail.studio = "Nobody";
    assert_int_equal(apply(p, nobody).n_new_studios, 0);
}

static void what_is_created_twice_is_refused_and_updates_add(void **state)
{
    struct place *p = *state;
    struct store_avail got;
    struct store_right one[] = { a_right("t1", "FR", 0, 30) },
                       other[] = { a_right("t1", "FR", 0, 9) },
                       more[] = { a_right("t1", "FR", 2, 9), a_right("t2", "BE", 0, 9) };
    assert_int_equal(apply(p, a_change(STORE_AVAIL_CREATE, "a", one, 1)).added, 1);
    assert_int_equal(apply(p, a_change(STORE_AVAIL_CREATE, "a", one, 1)).unchanged, 1);
    struct store_avails_report r = apply(p, a_change(STORE_AVAIL_CREATE, "a", other, 1));
    assert_int_equal(r.refused, 1);
    assert_int_equal(r.lines[0].sign, '!');
    assert_int_equal(rights_of(p, "a", &got), 1);
    assert_int_equal(got.rights[0].right.end.day.days, TODAY + 30);
    r = apply(p, a_change(STORE_AVAIL_UPDATE, "a", more, 2));
    assert_int_equal(r.changed, 1);
    assert_int_equal(r.added, 1);
    assert_int_equal(rights_of(p, "a", &got), 2);
    assert_int_equal(got.rights[0].right.start.day.days, TODAY + 2);
}

static void a_dry_run_tells_the_same_and_leaves_nothing(void **state)
{
    struct place *p = *state;
    struct title film = a_film(p, "Metropolis", true), after;
    open_territory(p, "FR");
    struct store_right rights[] = { a_right("t1", "FR", 0, 30) };
    struct store_avail_change change = a_change(STORE_AVAIL_EXTRACT, "a", rights, 1);
    const char *keys[] = { "cid:Metropolis" };
    change.avail.keys = keys;
    change.avail.n_keys = 1;
    struct store_avails_report r;
    struct store_avail got;
    struct store_studio *studios;
    size_t n = 9;
    assert_int_equal(store_avails_apply(p->store, p->arena, &change, 1, true, INSTANT(0), &r), OK);
    assert_int_equal(r.added, 1);
    assert_int_equal(r.n_lines, 1);
    assert_int_equal(r.n_new_studios, 1);
    assert_int_equal(r.n_titles, 1);
    assert_int_equal(store_avail_get(p->store, p->arena, NULL, "a", &got), ERR_NOT_FOUND);
    assert_int_equal(store_studios_list(p->store, p->arena, &studios, &n), OK);
    assert_int_equal(n, 0);
    assert_int_equal(store_title_get(p->store, p->arena, film.id, &after), OK);
    assert_false(after.is_licensed);
    assert_int_equal(showing_of(p, playable_of(film.id), "FR", AT_DAY(60)).state, RIGHTS_OPEN);
    assert_int_equal(problems(p), 0);
}

static void an_error_in_the_last_change_takes_the_first_back(void **state)
{
    struct place *p = *state;
    struct store_right rights[] = { a_right("t1", "FR", 0, 30) };
    struct store_avail_change changes[] = { a_change(STORE_AVAIL_EXTRACT, "a", rights, 1),
                                            a_change(STORE_AVAIL_EXTRACT, "b", rights, 1) };
    struct store_avails_report r;
    struct store_avail got;
    changes[1].avail.alid = NULL; /* what no caller does: the table refuses it */
    assert_int_not_equal(store_avails_apply(p->store, p->arena, changes, 2, false, INSTANT(0), &r),
                         OK);
    assert_int_equal(store_avail_get(p->store, p->arena, NULL, "a", &got), ERR_NOT_FOUND);
}

struct count {
    size_t n, rights;
    char last[64];
};

static enum err count_avail(void *context, const struct store_avail *avail)
{
    struct count *count = context;
    assert_true(strcmp(avail->alid, count->last) > 0);
    snprintf(count->last, sizeof count->last, "%s", avail->alid);
    count->n++;
    count->rights += avail->n_rights;
    return OK;
}

static void lists_give_every_avail_once(void **state)
{
    struct place *p = *state;
    enum { AVAILS = 450 };
    struct store_right right = a_right("t", "FR", 0, 1);
    struct store_avail_change *changes = ARENA_ARRAY(p->arena, struct store_avail_change, AVAILS);
    struct store_avails_report r;
    for (size_t i = 0; i < AVAILS; i++)
        changes[i] = a_change(STORE_AVAIL_EXTRACT, arena_printf(p->arena, "a%03zu", i), &right, 1);
    assert_int_equal(store_avails_apply(p->store, p->arena, changes, AVAILS, false, INSTANT(0), &r),
                     OK);
    struct count count = { 0 };
    assert_int_equal(store_avails_each(p->store, "20th century fox", count_avail, &count), OK);
    assert_int_equal(count.n, AVAILS);
    assert_int_equal(count.rights, AVAILS);
    struct avail_filter filter = { .limit = 7, .unlinked = true };
    size_t total = 0;
    for (;;) {
        struct store_avail *page;
        const char *next;
        size_t n = 0;
        assert_int_equal(store_avails_list(p->store, p->arena, &filter, &page, &n, &next), OK);
        for (size_t i = 0; i < n; i++)
            assert_string_equal(page[i].alid, changes[total + i].avail.alid);
        total += n;
        if (next == NULL)
            break;
        filter.after = next;
    }
    assert_int_equal(total, AVAILS);
    struct store_avail *page;
    const char *next;
    size_t n = 0;
    filter = (struct avail_filter){ .after = "a447", .studio = "20th Century Fox" };
    assert_int_equal(store_avails_list(p->store, p->arena, &filter, &page, &n, &next), OK);
    assert_int_equal(n, 2);
    filter = (struct avail_filter){ .studio = "Nobody" };
    assert_int_equal(store_avails_list(p->store, p->arena, &filter, &page, &n, &next),
                     ERR_NOT_FOUND);
}

/* ---- links ---------------------------------------------------------------------------------- */

static void avails_find_their_title_by_its_keys_in_whatever_order_they_come(void **state)
{
    struct place *p = *state;
    struct title film = a_title(TITLE_FILM, "F", 0), series = a_title(TITLE_SERIES, "S", 0), got;
    struct store_avail avail;
    assert_int_equal(store_title_add(p->store, &film), OK);
    assert_int_equal(store_title_add(p->store, &series), OK);
    struct store_right right = a_right("t", "FR", 0, 1);
    struct store_avail_change of_film = a_change(STORE_AVAIL_EXTRACT, "a", &right, 1),
                              of_episode = a_change(STORE_AVAIL_EXTRACT, "e", &right, 1),
                              vague = a_change(STORE_AVAIL_EXTRACT, "v", &right, 1);
    const char *film_keys[] = { "eidr:1" }, *episode_keys[] = { "eidr:2", "series:eidr:3" },
               *series_keys[] = { "eidr:3" };
    of_film.avail.keys = film_keys;
    of_film.avail.n_keys = 1;
    of_episode.avail.keys = vague.avail.keys = episode_keys;
    of_episode.avail.n_keys = vague.avail.n_keys = 2;
    of_episode.avail.type = vague.avail.type = "episode";
    of_episode.avail.season = 1;
    of_episode.avail.episode = 4;
    vague.avail.episode = 4; /* of which season? it would open all of them */
    apply(p, of_film);
    assert_int_equal(store_title_identifiers_put(p->store, film.id, film_keys, 1, INSTANT(0)), OK);
    assert_int_equal(store_avail_get(p->store, p->arena, NULL, "a", &avail), OK);
    assert_string_equal(avail.title.s, film.id.s);
    assert_int_equal(store_title_identifiers_put(p->store, series.id, series_keys, 1, INSTANT(0)),
                     OK);
    apply(p, of_episode);
    apply(p, vague);
    assert_int_equal(store_avail_get(p->store, p->arena, NULL, "e", &avail), OK);
    assert_string_equal(avail.title.s, series.id.s);
    assert_int_equal(avail.title_season, 1);
    assert_int_equal(avail.title_episode, 4);
    assert_int_equal(store_avail_get(p->store, p->arena, NULL, "v", &avail), OK);
    assert_int_equal(avail.title.s[0], 0);
    assert_int_equal(store_title_get(p->store, p->arena, series.id, &got), OK);
    assert_true(got.is_licensed);
    of_episode.avail.episode = 5; /* the studio corrects itself */
    apply(p, of_episode);
    assert_int_equal(store_avail_get(p->store, p->arena, NULL, "e", &avail), OK);
    assert_int_equal(avail.title_episode, 5);
    const char **keys;
    size_t n = 0;
    assert_int_equal(store_title_identifiers(p->store, p->arena, film.id, &keys, &n), OK);
    assert_int_equal(n, 1);
    assert_string_equal(keys[0], "eidr:1");
    assert_int_equal(store_title_identifiers_put(p->store, series.id, film_keys, 1, INSTANT(0)),
                     ERR_EXISTS);
}

static void what_is_linked_stays_with_its_title_when_its_keys_go_elsewhere(void **state)
{
    struct place *p = *state;
    struct title film = a_film(p, "F", true), other = a_title(TITLE_FILM, "G", 0);
    struct store_right right = a_right("t", "FR", 0, 1);
    struct store_avail_change change = a_change(STORE_AVAIL_EXTRACT, "a", &right, 1);
    const char *keys[] = { "cid:F" };
    struct store_avail avail;
    change.avail.keys = keys;
    change.avail.n_keys = 1;
    apply(p, change);
    assert_int_equal(store_title_add(p->store, &other), OK);
    assert_int_equal(store_title_identifiers_put(p->store, film.id, NULL, 0, INSTANT(0)), OK);
    assert_int_equal(store_title_identifiers_put(p->store, other.id, keys, 1, INSTANT(0)), OK);
    change.avail.title_name = "new";
    apply(p, change);
    assert_int_equal(store_avail_get(p->store, p->arena, NULL, "a", &avail), OK);
    assert_string_equal(avail.title.s, film.id.s);
}

static void a_link_by_hand_stays(void **state)
{
    struct place *p = *state;
    struct title film = a_film(p, "F", true), other = a_film(p, "G", true);
    struct title series = a_title(TITLE_SERIES, "S", 0);
    struct store_avail avail;
    assert_int_equal(store_title_add(p->store, &series), OK);
    struct store_right right = a_right("t", "FR", 0, 1);
    struct store_avail_change change = a_change(STORE_AVAIL_EXTRACT, "a", &right, 1);
    const char *keys[] = { "cid:F" };
    change.avail.keys = keys;
    change.avail.n_keys = 1;
    apply(p, change);
    assert_int_equal(store_avail_link(p->store, NULL, "a", &other.id, -1, -1, INSTANT(0)), OK);
    change.avail.title_name = "new";
    apply(p, change);
    assert_int_equal(store_avail_get(p->store, p->arena, NULL, "a", &avail), OK);
    assert_string_equal(avail.title.s, other.id.s);
    assert_int_equal(store_avail_link(p->store, NULL, "a", NULL, -1, -1, INSTANT(0)), OK);
    change.avail.title_name = "newer";
    apply(p, change);
    assert_int_equal(store_avail_get(p->store, p->arena, NULL, "a", &avail), OK);
    assert_int_equal(avail.title.s[0], 0);
    assert_int_equal(store_avail_link(p->store, NULL, "a", &film.id, 1, -1, INSTANT(0)), ERR_STATE);
    assert_int_equal(store_avail_link(p->store, NULL, "a", &series.id, -1, 3, INSTANT(0)),
                     ERR_ARGUMENT);
    assert_int_equal(store_avail_link(p->store, NULL, "z", &film.id, -1, -1, INSTANT(0)),
                     ERR_NOT_FOUND);
}

static void a_title_with_avails_cannot_become_the_houses_own(void **state)
{
    struct place *p = *state;
    struct title film = a_film(p, "F", true), got;
    assert_int_equal(store_title_licensed(p->store, film.id, true, INSTANT(1)), OK);
    assert_int_equal(store_title_licensed(p->store, film.id, false, INSTANT(2)), OK);
    struct store_right right = a_right("t", "FR", 0, 1);
    apply(p, a_change(STORE_AVAIL_EXTRACT, "a", &right, 1));
    assert_int_equal(store_avail_link(p->store, NULL, "a", &film.id, -1, -1, INSTANT(0)), OK);
    assert_int_equal(store_title_licensed(p->store, film.id, false, INSTANT(2)), ERR_STATE);
    assert_int_equal(store_avail_link(p->store, NULL, "a", NULL, -1, -1, INSTANT(0)), OK);
    assert_int_equal(store_title_get(p->store, p->arena, film.id, &got), OK);
    assert_true(got.is_licensed); /* nothing is shown because nobody says anything about it */
    assert_int_equal(store_title_licensed(p->store, film.id, false, INSTANT(2)), OK);
    id_new(film.id.s);
    assert_int_equal(store_title_licensed(p->store, film.id, true, INSTANT(2)), ERR_NOT_FOUND);
}

static void rights_reach_an_episode_by_season_series_volume_and_bundle(void **state)
{
    struct place *p = *state;
    struct title series = a_title(TITLE_SERIES, "S", 0);
    assert_int_equal(store_title_add(p->store, &series), OK);
    playable_id e11 = an_episode_of(p, series.id, 1, 1, true),
                e12 = an_episode_of(p, series.id, 1, 2, true),
                e21 = an_episode_of(p, series.id, 2, 1, true);
    static const struct {
        const char *alid, *type;
        int season, episode, first, count;
    } rows[] = {
        { "episode", "episode", 1, 1, -1, -1 }, { "season", "season", 1, -1, -1, -1 },
        { "series", "series", -1, -1, -1, -1 }, { "volume", "volume", 1, -1, 2, 4 },
        { "loose", "episode", 9, 9, -1, -1 },
    };
    const char *keys[] = { "series:cid:S" }, *key[] = { "cid:S" }, *bundled[] = { "episode" };
    assert_int_equal(store_title_identifiers_put(p->store, series.id, key, 1, INSTANT(0)), OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct store_right right = a_right(rows[i].alid, "FR", 0, 1);
        struct store_avail_change change = a_change(STORE_AVAIL_EXTRACT, rows[i].alid, &right, 1);
        change.avail.type = rows[i].type;
        change.avail.season = rows[i].season;
        change.avail.episode = rows[i].episode;
        change.avail.volume_first = rows[i].first;
        change.avail.volume_count = rows[i].count;
        change.avail.keys = keys;
        change.avail.n_keys = 1;
        apply(p, change);
    }
    struct store_right right = a_right("bundle", "FR", 0, 1);
    struct store_avail_change bundle = a_change(STORE_AVAIL_EXTRACT, "bundle", &right, 1);
    bundle.avail.type = "bundle";
    bundle.avail.bundled = bundled;
    bundle.avail.n_bundled = 1;
    assert_int_equal(apply(p, bundle).n_titles, 1);
    struct store_contract c;
    assert_int_equal(store_contract_get(p->store, p->arena, series.id, &e11, &c), OK);
    assert_true(c.is_licensed);
    assert_int_equal(c.n_rights, 4); /* episode, season, series, bundle */
    assert_int_equal(store_contract_get(p->store, p->arena, series.id, &e12, &c), OK);
    assert_int_equal(c.n_rights, 3); /* season, series, volume */
    assert_int_equal(store_contract_get(p->store, p->arena, series.id, &e21, &c), OK);
    assert_int_equal(c.n_rights, 1);
    assert_string_equal(c.rights[0].source, "avail series series of 20th Century Fox");
    assert_int_equal(store_contract_get(p->store, p->arena, series.id, NULL, &c), OK);
    assert_int_equal(c.n_rights, 6);
    assert_int_equal(store_contract_of_alid(p->store, p->arena, "episode", &c), OK);
    assert_int_equal(c.n_rights, 2); /* its own, and the bundle's */
    assert_int_equal(store_contract_of_alid(p->store, p->arena, "nothing", &c), ERR_NOT_FOUND);
    playable_id none;
    id_new(none.s);
    assert_int_equal(store_contract_get(p->store, p->arena, series.id, &none, &c), ERR_NOT_FOUND);
}

static void events_are_put_replaced_and_taken_away(void **state)
{
    struct place *p = *state;
    struct title film = a_film(p, "F", true);
    struct rights_event_date *got, put[] = { { RIGHTS_EVENT_THEATRICAL, "FR", { 100 } },
                                             { RIGHTS_EVENT_THEATRICAL, "", { 90 } },
                                             { RIGHTS_EVENT_DISC, "FR", { 200 } } };
    size_t n = 0;
    assert_int_equal(store_title_events_put(p->store, film.id, put, 3, INSTANT(0)), OK);
    put[0].day.days = 101;
    put[2].day.days = INT32_MIN;
    assert_int_equal(store_title_events_put(p->store, film.id, put, 3, INSTANT(0)), OK);
    assert_int_equal(store_title_events(p->store, p->arena, film.id, &got, &n), OK);
    assert_int_equal(n, 2);
    assert_string_equal(got[0].territory, "");
    assert_int_equal(got[1].day.days, 101);
}

int main(void)
{
#define ROW(f) cmocka_unit_test_setup_teardown(f, place_make, place_clear)
    const struct CMUnitTest tests[] = {
        ROW(studios_are_found_without_case_and_accents),
        ROW(an_avail_comes_back_as_it_was_sent),
        ROW(every_set_of_territories_comes_back),
        ROW(the_same_file_twice_changes_nothing),
        ROW(a_full_extract_replaces_in_the_territories_it_names_alone),
        ROW(deletions_take_away_what_they_name),
        ROW(what_is_created_twice_is_refused_and_updates_add),
        ROW(a_dry_run_tells_the_same_and_leaves_nothing),
        ROW(an_error_in_the_last_change_takes_the_first_back),
        ROW(lists_give_every_avail_once),
        ROW(avails_find_their_title_by_its_keys_in_whatever_order_they_come),
        ROW(what_is_linked_stays_with_its_title_when_its_keys_go_elsewhere),
        ROW(a_link_by_hand_stays),
        ROW(a_title_with_avails_cannot_become_the_houses_own),
        ROW(rights_reach_an_episode_by_season_series_volume_and_bundle),
        ROW(events_are_put_replaced_and_taken_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
