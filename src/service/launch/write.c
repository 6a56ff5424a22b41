/* What is said of territories, reports and orders, as JSON. */
#include <stdio.h>
#include <string.h>

#include "base/money.h"
#include "driver/store/territories.h"
#include "service/launch/launch.h"

static void write_names(struct json_writer *w, const char *code)
{
    const struct territory_facts *facts = territory_facts(code);
    json_object(w, "name");
    json_text(w, "en", facts != NULL ? facts->name_en : code);
    json_text(w, "fr", facts != NULL ? facts->name_fr : code);
    json_end(w);
}

static void write_list(struct json_writer *w, const char *key, const char *list)
{
    json_array(w, key);
    while (*list != 0) {
        size_t n = strcspn(list, ",");
        if (n > 0)
            json_text_n(w, NULL, list, n);
        list += n + (list[n] == ',');
    }
    json_end(w);
}

static void write_life(struct json_writer *w, const struct territory *t)
{
    json_array(w, "life");
    for (size_t i = 0; i < t->n_changes; i++) {
        char at[UTC_TEXT];
        utc_format(t->changes[i].at, at);
        json_object(w, NULL);
        json_text(w, "state", territory_state_name(t->changes[i].state));
        json_text(w, "at", t->changes[i].at.us == 0 ? NULL : at); /* null: since ever */
        json_text(w, "reason", t->changes[i].reason);
        json_end(w);
    }
    json_end(w);
}

static void write_price(struct json_writer *w, const struct territory *t)
{
    struct money price = { .minor = t->price_minor };
    char text[MONEY_TEXT];
    (void)snprintf(price.currency, sizeof price.currency, "%s", territory_currency(t));
    if (t->price_minor < 0) {
        json_null(w, "price");
        return;
    }
    money_format_amount(&price, text);
    json_text(w, "price", text);
}

/* The change that is planned next after the instant; NULL: none. */
static const struct territory_change *next_change(const struct territory *t, utc_time at)
{
    for (size_t i = 0; i < t->n_changes; i++) {
        if (t->changes[i].at.us > at.us)
            return &t->changes[i];
    }
    return NULL;
}

void launch_territory_json(struct json_writer *w, const char *key, const struct territory *t,
                           utc_time at)
{
    const struct territory_facts *facts = territory_facts(t->code);
    const struct territory_change *next = next_change(t, at);
    json_object(w, key);
    json_text(w, "territory", t->code);
    write_names(w, t->code);
    json_text(w, "state", territory_state_name(territory_state_at(t->changes, t->n_changes, at)));
    if (next == NULL) {
        json_null(w, "next");
    } else {
        json_object(w, "next");
        json_text(w, "state", territory_state_name(next->state));
        json_instant(w, "at", next->at);
        json_end(w);
    }
    json_text(w, "currency", territory_currency(t));
    if (t->tax_permille < 0)
        json_null(w, "tax_percent");
    else
        json_real(w, "tax_percent", t->tax_permille / 10.0);
    write_price(w, t);
    json_text(w, "zone", zone_name(territory_zone(t)));
    write_list(w, "zones", facts != NULL ? facts->zones : "");
    write_list(w, "languages", territory_languages(t));
    write_list(w, "ratings", territory_ratings(t));
    json_text(w, "roaming", territory_roaming_name(t->roaming));
    json_bool(w, "in_eu", facts != NULL && facts->in_eu);
    write_life(w, t);
    json_end(w);
}

enum err launch_territories_json(struct store *store, utc_time at, struct buf *out)
{
    struct arena *arena = arena_create();
    struct territory *territories;
    size_t n;
    struct json_writer w = json_writer_of(out);
    enum err err = store_territories_list(store, arena, &territories, &n);
    if (err == OK) {
        json_object(&w, NULL);
        json_array(&w, "items");
        for (size_t i = 0; i < n; i++)
            launch_territory_json(&w, NULL, &territories[i], at);
        json_end(&w);
        json_end(&w);
    }
    arena_destroy(&arena);
    return err == OK ? out->err : err;
}

static void write_row(struct json_writer *w, const struct check_row *row)
{
    json_object(w, NULL);
    json_text(w, "id", row->id);
    json_bool(w, "pass", row->passes);
    json_bool(w, "blocking", row->is_blocking);
    json_text(w, "found", row->found);
    json_text(w, "required", row->required);
    json_text(w, "source", row->source);
    json_text(w, "text", row->text);
    json_text(w, "remedy", row->remedy);
    json_number(w, "failing_count", (int64_t)row->n_failing);
    json_array(w, "failing");
    for (size_t i = 0; i < row->n_listed; i++)
        json_text(w, NULL, row->failing[i]);
    json_end(w);
    json_end(w);
}

void launch_check_write(struct json_writer *w, const struct launch_check *check)
{
    const struct territory *t = &check->territory;
    const struct check_report *report = &check->report;
    json_object(w, NULL);
    json_text(w, "territory", t->code);
    write_names(w, t->code);
    json_instant(w, "at", check->at);
    json_text(w, "state",
              territory_state_name(territory_state_at(t->changes, t->n_changes, check->at)));
    json_bool(w, "ready", report->is_ready);
    json_number(w, "titles", report->titles);
    json_number(w, "cleared", report->cleared);
    json_number(w, "rated", report->rated);
    json_number(w, "in_language", report->in_language);
    json_array(w, "rules");
    for (size_t i = 0; i < report->n; i++)
        write_row(w, &report->rows[i]);
    json_end(w);
    json_end(w);
}

static void write_parts(struct json_writer *w, const char *key, const struct plan_row *row)
{
    json_object(w, key);
    json_real(w, "homes", row->homes);
    json_real(w, "price", row->price);
    json_real(w, "cost", row->cost);
    json_real(w, "cleared", row->cleared);
    json_real(w, "language", row->language);
    json_real(w, "rules", row->rules);
    json_end(w);
}

void launch_plan_write(struct json_writer *w, const struct plan_row *rows, size_t n,
                       const struct plan_weights *weights, utc_time at)
{
    struct plan_row said = { .homes = weights->homes,
                             .price = weights->price,
                             .cost = weights->cost,
                             .cleared = weights->cleared,
                             .language = weights->language,
                             .rules = weights->rules };
    json_object(w, NULL);
    json_instant(w, "at", at);
    write_parts(w, "weights", &said);
    json_array(w, "items");
    for (size_t i = 0; i < n; i++) {
        const struct plan_candidate *c = rows[i].candidate;
        json_object(w, NULL);
        json_number(w, "rank", (int64_t)i + 1);
        json_text(w, "territory", c->code);
        write_names(w, c->code);
        json_real(w, "score", rows[i].score);
        write_parts(w, "parts", &rows[i]);
        json_real(w, "broadband_homes", c->broadband_homes);
        json_real(w, "price_level", c->price_level);
        json_real(w, "cost", c->cost);
        json_text(w, "language", c->language);
        json_real(w, "cleared_share", c->cleared_share);
        json_real(w, "language_share", c->language_share);
        json_number(w, "blocking_rules", c->blocking_rules);
        json_text(w, "reasons", rows[i].reasons);
        json_end(w);
    }
    json_end(w);
    json_end(w);
}

/* ---- laws ------------------------------------------------------------------------------------
 */

static void write_day(struct json_writer *w, const char *key, civil_day day)
{
    char text[CIVIL_DAY_TEXT];
    civil_day_format(day, text);
    json_text(w, key, text);
}

static void write_share(struct json_writer *w, const struct law *law)
{
    bool has_origin = law->kind == LAW_QUOTA || law->kind == LAW_PROMINENCE;
    json_text(w, "what", law_what_name(law->what));
    if (has_origin)
        json_text(w, "of", law_of_name(law->of));
    if (has_origin && law->language != NULL)
        json_text(w, "language", law->language);
    json_real(w, "percent", law->share_permille / 10.0);
    if (law->threshold > 0)
        json_number(w, "threshold", law->threshold);
    if (law->years_from > 0 || law->years_until > 0)
        json_number(w, "years_from", law->years_from);
    if (law->years_until > 0)
        json_number(w, "years_until", law->years_until);
}

static void write_chronology(struct json_writer *w, const struct law *law)
{
    json_text(w, "what", law_what_name(law->what));
    json_array(w, "licences");
    for (int i = 0; i < RIGHTS_LICENCES; i++) {
        if ((law->licences & (1u << i)) != 0)
            json_text(w, NULL, rights_licence_name((enum rights_licence)i));
    }
    json_end(w);
    json_text(w, "event", rights_event_name(law->event));
    json_number(w, "months", law->months);
}

static void write_time_of_day(struct json_writer *w, int minutes)
{
    char text[16];
    (void)snprintf(text, sizeof text, "%02d:%02d", minutes / 60, minutes % 60);
    json_text(w, NULL, text);
}

void launch_law_json(struct json_writer *w, const char *key, const struct law *law)
{
    json_object(w, key);
    json_text(w, "id", law->id);
    json_text(w, "territory", law->territory);
    json_text(w, "kind", law_kind_name(law->kind));
    write_day(w, "from", law->from);
    if (!law->is_open_ended)
        write_day(w, "until", law->until);
    json_text(w, "source", law->source);
    json_text(w, "text", law->text);
    json_bool(w, "enforced", law->is_enforced);
    if (law->kind == LAW_QUOTA || law->kind == LAW_PROMINENCE || law->kind == LAW_CAPTIONS)
        write_share(w, law);
    else if (law->kind == LAW_CHRONOLOGY)
        write_chronology(w, law);
    else if (law->kind != LAW_RATING)
        json_number(w, "age", law->age);
    if (law->kind == LAW_AGE_HOURS) {
        json_array(w, "hours");
        write_time_of_day(w, law->hour_from);
        write_time_of_day(w, law->hour_until);
        json_end(w);
    }
    json_end(w);
}
