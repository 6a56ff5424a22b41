#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "service/rights/map.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

struct bench {
    struct arena *arena;
    struct notes refused, warnings;
    struct map map;
};

static void begin(struct bench *b)
{
    *b = (struct bench){ .arena = arena_create() };
    b->refused.arena = b->warnings.arena = b->arena;
    b->map = (struct map){
        .arena = b->arena, .file = "Films.xlsx", .refused = &b->refused, .warnings = &b->warnings
    };
    map_init(&b->map);
}

static void end(struct bench *b)
{
    map_finish(&b->map);
    arena_destroy(&b->arena);
}

static const char *france[] = { "FR" };

/* A right that can be taken; the caller spoils it. */
static struct avails_transaction plain(void)
{
    return (struct avails_transaction){
        .id = "T1",
        .licence = "SVOD",
        .n_territories = 1,
        .territories = france,
        .start = { .kind = AVAILS_EDGE_DAY, .day = civil_day_of(2013, 7, 1) },
        .end = { .kind = AVAILS_EDGE_DAY, .day = civil_day_of(2013, 7, 31) },
        .format = "HD",
        .sheet = 1,
        .line = 12,
    };
}

static void edges_keep_what_they_say(void **state)
{
    (void)state;
    static const struct {
        struct avails_edge said;
        enum err err;
        enum rights_edge_kind kind;
        enum rights_event event;
        int32_t months;
    } rows[] = {
        { { .kind = AVAILS_EDGE_NONE }, OK, RIGHTS_EDGE_NONE, 0, 0 },
        { { .kind = AVAILS_EDGE_DAY, .day = { 5 } }, OK, RIGHTS_EDGE_DAY, 0, 0 },
        { { .kind = AVAILS_EDGE_INSTANT, .instant = { 7 } }, OK, RIGHTS_EDGE_INSTANT, 0, 0 },
        { { .kind = AVAILS_EDGE_CONDITION, .condition = "Open" }, OK, RIGHTS_EDGE_OPEN, 0, 0 },
        { { .kind = AVAILS_EDGE_CONDITION, .condition = "Immediate" }, OK, RIGHTS_EDGE_OPEN, 0, 0 },
        { { .kind = AVAILS_EDGE_CONDITION, .condition = "TBD" }, OK, RIGHTS_EDGE_TBD, 0, 0 },
        { { .kind = AVAILS_EDGE_CONDITION, .condition = "ESTStart", .lag = { .months = 2 } },
          OK,
          RIGHTS_EDGE_EVENT,
          RIGHTS_EVENT_EST,
          2 },
        { { .kind = AVAILS_EDGE_CONDITION, .condition = "EST" },
          OK,
          RIGHTS_EDGE_EVENT,
          RIGHTS_EVENT_EST,
          0 },
        { { .kind = AVAILS_EDGE_CONDITION, .condition = "Broadcast" },
          OK,
          RIGHTS_EDGE_EVENT,
          RIGHTS_EVENT_BROADCAST,
          0 },
        { { .kind = AVAILS_EDGE_CONDITION, .condition = "Theatrical", .lag = { .months = -1 } },
          OK,
          RIGHTS_EDGE_EVENT,
          RIGHTS_EVENT_THEATRICAL,
          -1 },
        { { .kind = AVAILS_EDGE_CONDITION, .condition = "Completed" },
          OK,
          RIGHTS_EDGE_EVENT,
          RIGHTS_EVENT_COMPLETED,
          0 },
        { { .kind = AVAILS_EDGE_CONDITION, .condition = "FullMoon" }, ERR_ARGUMENT, 0, 0, 0 },
        { { .kind = AVAILS_EDGE_CONDITION }, ERR_ARGUMENT, 0, 0, 0 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rights_edge edge;
        assert_int_equal(map_edge(&rows[i].said, &edge), rows[i].err);
        if (rows[i].err != OK)
            continue;
        assert_int_equal(edge.kind, rows[i].kind);
        assert_int_equal(edge.event, rows[i].event);
        assert_int_equal(edge.lag.months, rows[i].months);
        assert_int_equal(edge.day.days, rows[i].said.day.days);
        assert_int_equal(edge.instant.us, rows[i].said.instant.us);
    }
}

static void formats_are_capped_by_their_resolution(void **state)
{
    (void)state;
    static const struct {
        const char *said;
        bool is_known;
        enum rights_format format;
    } rows[] = {
        { "SD", true, RIGHTS_SD },     { "hd", true, RIGHTS_HD },   { "UHD", true, RIGHTS_UHD },
        { "3D", true, RIGHTS_HD },     { "3DSD", true, RIGHTS_SD }, { "3DHD", true, RIGHTS_HD },
        { "3DUHD", true, RIGHTS_UHD }, { "4K", true, RIGHTS_UHD },  { NULL, true, RIGHTS_UHD },
        { "8mm", false, RIGHTS_SD },   { "HD ", false, RIGHTS_SD },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        enum rights_format format;
        assert_int_equal(map_format(rows[i].said, &format), rows[i].is_known);
        if (rows[i].is_known)
            assert_int_equal(format, rows[i].format);
    }
}

static void the_world_without_some_is_the_world_without_them(void **state)
{
    (void)state;
    struct bench b;
    struct store_right right;
    const char *in[] = { "ZZ" }, *out[] = { "US", "CA" };
    struct avails_transaction t = plain();
    t.territories = in;
    t.excluded = out;
    t.n_excluded = 2;
    begin(&b);
    assert_true(map_right(&b.map, &t, false, &right));
    assert_true(territory_set_has(&right.right.where, "FR"));
    assert_true(territory_set_has(&right.right.where, "JP"));
    assert_false(territory_set_has(&right.right.where, "US"));
    assert_false(territory_set_has(&right.right.where, "CA"));
    assert_string_equal(right.territories, "ZZ -US -CA");
    assert_int_equal(b.warnings.n, 0);
    end(&b);
}

static void a_part_of_a_country_is_never_more_than_was_granted(void **state)
{
    (void)state;
    struct bench b;
    struct store_right right;
    const char *in[] = { "US-CA", "FR", "BE" }, *out[] = { "FR-75" };
    struct avails_transaction t = plain();
    t.territories = in;
    t.n_territories = 3;
    t.excluded = out;
    t.n_excluded = 1;
    begin(&b);
    assert_true(map_right(&b.map, &t, false, &right));
    assert_false(territory_set_has(&right.right.where, "US"));
    assert_false(territory_set_has(&right.right.where, "FR"));
    assert_true(territory_set_has(&right.right.where, "BE"));
    assert_int_equal(b.warnings.n, 2);
    assert_string_equal(b.warnings.list[0].where, "sheet 1, row 12");
    assert_non_null(strstr(b.warnings.list[0].what, "US-CA"));
    assert_non_null(strstr(b.warnings.list[1].what, "all of FR"));
    end(&b);
}

static void what_no_contract_can_be_made_of_is_refused_at_its_place(void **state)
{
    (void)state;
    static const char *const words[] = { "no territory is left", "LicenseType RENT",
                                         "FormatProfile 8mm",    "TitleStatus Maybe",
                                         "Start: the condition", "End: the condition",
                                         "SuppressionLiftDate" };
    const char *us[] = { "FR" };
    struct avails_edge odd = { .kind = AVAILS_EDGE_CONDITION, .condition = "FullMoon" };
    struct avails_term lift = { .name = "SuppressionLiftDate",
                                .kind = AVAILS_EDGE,
                                .edge = { .kind = AVAILS_EDGE_CONDITION,
                                          .condition = "Theatrical" } };
    for (size_t i = 0; i < COUNT(words); i++) {
        struct bench b;
        struct store_right right;
        struct avails_transaction t = plain();
        if (i == 0) {
            t.excluded = us;
            t.n_excluded = 1;
        }
        t.licence = i == 1 ? "RENT" : t.licence;
        t.format = i == 2 ? "8mm" : t.format;
        t.status = i == 3 ? "Maybe" : NULL;
        t.start = i == 4 ? odd : t.start;
        t.end = i == 5 ? odd : t.end;
        t.terms = &lift;
        t.n_terms = i == 6 ? 1 : 0;
        begin(&b);
        assert_false(map_right(&b.map, &t, false, &right));
        assert_int_equal(b.refused.n, 1);
        assert_string_equal(b.refused.list[0].where, "sheet 1, row 12");
        assert_non_null(strstr(b.refused.list[0].what, words[i]));
        end(&b);
    }
}

static void a_delete_of_all_needs_its_territories_alone(void **state)
{
    (void)state;
    struct bench b;
    struct store_right right;
    struct avails_transaction t = plain();
    t.licence = NULL;
    t.format = "8mm";
    begin(&b);
    assert_true(map_right(&b.map, &t, true, &right));
    assert_true(territory_set_has(&right.right.where, "FR"));
    assert_int_equal(b.refused.n, 0);
    end(&b);
}

static void terms_become_durations_dates_and_a_price(void **state)
{
    (void)state;
    struct bench b;
    struct store_right right;
    struct avails_language languages[] = { { "fr", NULL },
                                           { "de", "subtitle" },
                                           { "en", "audio" } };
    struct avails_term terms[] = {
        { .name = "RentalDuration", .kind = AVAILS_DURATION, .duration = { .seconds = 2592000 } },
        { .name = "WatchDuration", .kind = AVAILS_DURATION, .duration = { .seconds = 172800 } },
        { .name = "WSP", .kind = AVAILS_MONEY, .text = "2.5", .currency = "EUR" },
        { .name = "SRP", .kind = AVAILS_MONEY, .text = "3.99", .currency = "EUR" },
        { .name = "AnnounceDate",
          .kind = AVAILS_EDGE,
          .edge = { .kind = AVAILS_EDGE_DAY, .day = { 10 } } },
        { .name = "SuppressionLiftDate",
          .kind = AVAILS_EDGE,
          .edge = { .kind = AVAILS_EDGE_CONDITION, .condition = "Immediate" } },
    };
    struct avails_transaction t = plain();
    t.licence = "VOD";
    t.terms = terms;
    t.n_terms = COUNT(terms);
    t.holdback = languages;
    t.n_holdback = 1;
    t.allowed = languages;
    t.n_allowed = 3;
    t.has_exclusive = t.exclusive = true;
    t.hdr = "HDR10";
    t.status = "Approved";
    begin(&b);
    assert_true(map_right(&b.map, &t, false, &right));
    const struct rights_right *r = &right.right;
    assert_int_equal(r->licence, RIGHTS_VOD);
    assert_int_equal(r->rental.seconds, 2592000);
    assert_int_equal(r->watch.seconds, 172800);
    assert_int_equal(r->price.minor, 399);
    assert_string_equal(r->price.currency, "EUR");
    assert_int_equal(r->announce.kind, RIGHTS_EDGE_DAY);
    assert_int_equal(r->suppression_lift.kind, RIGHTS_EDGE_NONE);
    assert_int_equal(r->allowed[0].asset, RIGHTS_ANY);
    assert_int_equal(r->allowed[1].asset, RIGHTS_SUB);
    assert_int_equal(r->allowed[2].asset, RIGHTS_DUB);
    assert_string_equal(r->holdback[0].tag, "fr");
    assert_true(r->is_exclusive && r->is_hdr);
    assert_int_equal(r->status, RIGHTS_STATUS_APPROVED);
    assert_string_equal(right.from_file, "Films.xlsx, sheet 1, row 12");
    end(&b);
}

static void a_price_that_is_none_is_said_and_the_right_kept(void **state)
{
    (void)state;
    struct bench b;
    struct store_right right;
    struct avails_term srp = {
        .name = "SRP", .kind = AVAILS_MONEY, .text = "500.5", .currency = "JPY"
    };
    struct avails_transaction t = plain();
    t.terms = &srp;
    t.n_terms = 1;
    begin(&b);
    assert_true(map_right(&b.map, &t, false, &right));
    assert_string_equal(right.right.price.currency, "");
    assert_int_equal(b.warnings.n, 1);
    end(&b);
}

/* Two rights of one avail, mapped; the keys are compared by the caller. */
static struct store_avail_change map_two(struct bench *b, struct avails_transaction *two)
{
    struct store_avail_change change;
    struct avails_avail avail = { .alid = "a",
                                  .entry = "Full Extract",
                                  .licensor = "Studio",
                                  .type = "single",
                                  .n_transactions = 2,
                                  .transactions = two };
    assert_true(map_avail(&b->map, &avail, &change));
    assert_int_equal(change.avail.n_rights, 2);
    return change;
}

static void keys_hold_when_end_and_price_change(void **state)
{
    (void)state;
    for (int named = 0; named < 2; named++) {
        struct bench b;
        struct avails_transaction two[2] = { plain(), plain() };
        two[1].format = "SD";
        two[0].id = two[1].id = named ? "same" : NULL;
        begin(&b);
        struct store_avail_change first = map_two(&b, two);
        assert_string_not_equal(first.avail.rights[0].key, first.avail.rights[1].key);
        two[0].end.day.days += 30;
        struct avails_transaction turned[2] = { two[1], two[0] };
        struct store_avail_change second = map_two(&b, turned);
        assert_string_equal(first.avail.rights[0].key, second.avail.rights[1].key);
        assert_string_equal(first.avail.rights[1].key, second.avail.rights[0].key);
        end(&b);
    }
}

static void a_studios_own_id_is_the_key(void **state)
{
    (void)state;
    struct bench b;
    struct avails_transaction two[2] = { plain(), plain() };
    two[1].id = "T2";
    begin(&b);
    struct store_avail_change change = map_two(&b, two);
    assert_string_equal(change.avail.rights[0].key, "id:T1");
    assert_string_equal(change.avail.rights[1].key, "id:T2");
    end(&b);
}

static bool has_key(const struct store_avail *avail, const char *key)
{
    for (size_t i = 0; i < avail->n_keys; i++) {
        if (strcmp(avail->keys[i], key) == 0)
            return true;
    }
    return false;
}

static void an_episode_is_found_by_itself_and_by_its_series(void **state)
{
    (void)state;
    struct bench b;
    struct store_avail_change change;
    struct avails_work season = { .content_id = "cid-s2", .number = 2 };
    struct avails_work series = { .eidr = "10.5240/X", .title = "Les Ombres", .number = -1 };
    struct avails_avail avail = {
        .alid = "a",
        .entry = "create",
        .licensor = "Studio",
        .type = "episode",
        .work = { .content_id = "cid-e5", .alt_id = "e5", .title = "Part 5", .number = 5 },
        .season = &season,
        .series = &series
    };
    begin(&b);
    assert_true(map_avail(&b.map, &avail, &change));
    assert_int_equal(change.act, STORE_AVAIL_CREATE);
    assert_string_equal(change.avail.title_name, "Les Ombres");
    assert_int_equal(change.avail.season, 2);
    assert_int_equal(change.avail.episode, 5);
    assert_true(has_key(&change.avail, "alid:a"));
    assert_true(has_key(&change.avail, "cid:cid-e5"));
    assert_true(has_key(&change.avail, "alt:e5"));
    assert_true(has_key(&change.avail, "season:cid:cid-s2"));
    assert_true(has_key(&change.avail, "series:eidr:10.5240/X"));
    series.eidr = NULL; /* known by its name alone, however that is written */
    series.title = "LES OMBRES";
    assert_true(map_avail(&b.map, &avail, &change));
    assert_true(has_key(&change.avail, "series:name: studio / les ombres"));
    end(&b);
}

static void what_belongs_to_nobody_is_refused_for_every_transaction(void **state)
{
    (void)state;
    static const struct {
        struct avails_avail avail;
        const char *word;
    } rows[] = {
        { { .entry = "Full Extract", .licensor = "S" }, "ALID" },
        { { .alid = "a", .entry = "Full Extract" }, "--studio" },
        { { .alid = "a", .entry = "Full Moon", .licensor = "S" }, "EntryType" },
        { { .alid = "a", .licensor = "S" }, "EntryType" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct bench b;
        struct store_avail_change change;
        struct avails_transaction two[2] = { plain(), plain() };
        struct avails_avail avail = rows[i].avail;
        avail.transactions = two;
        avail.n_transactions = 2;
        begin(&b);
        assert_false(map_avail(&b.map, &avail, &change));
        assert_int_equal(b.refused.n, 2);
        assert_non_null(strstr(b.refused.list[1].what, rows[i].word));
        b.map.studio = "Said";
        if (i == 1)
            assert_true(map_avail(&b.map, &avail, &change));
        end(&b);
    }
}

static void a_delete_whose_rows_were_refused_takes_nothing_away(void **state)
{
    (void)state;
    struct bench b;
    struct store_avail_change change;
    struct avails_transaction t = plain();
    t.excluded = france;
    t.n_excluded = 1;
    struct avails_avail avail = { .alid = "a",
                                  .entry = "Full Delete",
                                  .licensor = "S",
                                  .n_transactions = 1,
                                  .transactions = &t };
    begin(&b);
    assert_false(map_avail(&b.map, &avail, &change));
    avail.n_transactions = 0;
    assert_true(map_avail(&b.map, &avail, &change));
    assert_int_equal(change.avail.n_rights, 0);
    end(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges_keep_what_they_say),
        cmocka_unit_test(formats_are_capped_by_their_resolution),
        cmocka_unit_test(the_world_without_some_is_the_world_without_them),
        cmocka_unit_test(a_part_of_a_country_is_never_more_than_was_granted),
        cmocka_unit_test(what_no_contract_can_be_made_of_is_refused_at_its_place),
        cmocka_unit_test(a_delete_of_all_needs_its_territories_alone),
        cmocka_unit_test(terms_become_durations_dates_and_a_price),
        cmocka_unit_test(a_price_that_is_none_is_said_and_the_right_kept),
        cmocka_unit_test(keys_hold_when_end_and_price_change),
        cmocka_unit_test(a_studios_own_id_is_the_key),
        cmocka_unit_test(an_episode_is_found_by_itself_and_by_its_series),
        cmocka_unit_test(what_belongs_to_nobody_is_refused_for_every_transaction),
        cmocka_unit_test(a_delete_whose_rows_were_refused_takes_nothing_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
