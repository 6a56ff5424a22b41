#include "base/json.h"

#include "format/avails/avails.h"

/* What is not said is left out, so that the two forms of one content give the same bytes. */

static void put_text(struct json_writer *w, const char *key, const char *text)
{
    if (text != NULL)
        json_text(w, key, text);
}

static void put_number(struct json_writer *w, const char *key, int64_t value, int64_t unsaid)
{
    if (value != unsaid)
        json_number(w, key, value);
}

static void put_texts(struct json_writer *w, const char *key, const char *const *texts, size_t n)
{
    if (n == 0)
        return;
    json_array(w, key);
    for (size_t i = 0; i < n; i++)
        json_text(w, NULL, texts[i]);
    json_end(w);
}

static void put_duration(struct json_writer *w, const char *key, const struct duration *d)
{
    char text[DURATION_TEXT];
    if (d->months == 0 && d->seconds == 0)
        return;
    duration_format(d, text);
    json_text(w, key, text);
}

static void put_day(struct json_writer *w, const char *key, civil_day day)
{
    char text[CIVIL_DAY_TEXT];
    civil_day_format(day, text);
    json_text(w, key, text);
}

static void put_edge(struct json_writer *w, const char *key, const struct avails_edge *e)
{
    char text[UTC_TEXT];
    if (e->kind == AVAILS_EDGE_NONE)
        return;
    json_object(w, key);
    if (e->kind == AVAILS_EDGE_DAY) {
        put_day(w, "day", e->day);
    } else if (e->kind == AVAILS_EDGE_INSTANT) {
        utc_format(e->instant, text);
        json_text(w, "instant", text);
    } else {
        json_text(w, "condition", e->condition);
        put_duration(w, "lag", &e->lag);
    }
    json_end(w);
}

static void put_languages(struct json_writer *w, const char *key,
                          const struct avails_language *languages, size_t n)
{
    if (n == 0)
        return;
    json_array(w, key);
    for (size_t i = 0; i < n; i++) {
        json_object(w, NULL);
        json_text(w, "tag", languages[i].tag);
        put_text(w, "asset", languages[i].asset);
        json_end(w);
    }
    json_end(w);
}

static void put_term(struct json_writer *w, const struct avails_term *term)
{
    json_object(w, NULL);
    json_text(w, "name", term->name);
    switch (term->kind) {
    case AVAILS_TEXT: json_text(w, "text", term->text); break;
    case AVAILS_MONEY:
        json_text(w, "amount", term->text);
        put_text(w, "currency", term->currency);
        break;
    case AVAILS_DURATION: {
        char text[DURATION_TEXT];
        duration_format(&term->duration, text);
        json_text(w, "duration", text);
        break;
    }
    case AVAILS_EDGE: put_edge(w, "at", &term->edge); break;
    case AVAILS_BOOLEAN: json_bool(w, "is", term->boolean); break;
    }
    json_end(w);
}

static void put_terms(struct json_writer *w, const struct avails_transaction *t)
{
    if (t->n_terms == 0)
        return;
    json_array(w, "terms");
    for (size_t i = 0; i < t->n_terms; i++)
        put_term(w, &t->terms[i]);
    json_end(w);
}

void avails_json_transaction(struct json_writer *w, const char *key,
                             const struct avails_transaction *t)
{
    json_object(w, key);
    put_text(w, "id", t->id);
    put_text(w, "licensee", t->licensee);
    put_text(w, "description", t->description);
    put_text(w, "licence", t->licence);
    put_text(w, "rights", t->rights);
    put_texts(w, "territories", t->territories, t->n_territories);
    put_texts(w, "excluded", t->excluded, t->n_excluded);
    put_edge(w, "start", &t->start);
    put_edge(w, "end", &t->end);
    put_duration(w, "window", &t->window);
    put_languages(w, "allowed", t->allowed, t->n_allowed);
    put_languages(w, "asset", t->asset, t->n_asset);
    put_languages(w, "holdback", t->holdback, t->n_holdback);
    put_languages(w, "required", t->required, t->n_required);
    put_text(w, "format", t->format);
    put_text(w, "hdr", t->hdr);
    put_text(w, "wcg", t->wcg);
    put_text(w, "hfr", t->hfr);
    put_text(w, "ng_audio", t->ng_audio);
    if (t->has_exclusive)
        json_bool(w, "exclusive", t->exclusive);
    put_text(w, "exclusive_attributes", t->exclusive_attributes);
    put_text(w, "status", t->status);
    put_text(w, "contract", t->contract);
    put_text(w, "reporting", t->reporting);
    put_text(w, "instructions", t->instructions);
    put_terms(w, t);
    put_texts(w, "references", t->references, t->n_references);
    json_end(w);
}

static void put_ratings(struct json_writer *w, const struct avails_work *work)
{
    if (work->n_ratings == 0)
        return;
    json_array(w, "ratings");
    for (size_t i = 0; i < work->n_ratings; i++) {
        const struct avails_rating *rating = &work->ratings[i];
        json_object(w, NULL);
        put_text(w, "territory", rating->territory);
        put_text(w, "system", rating->system);
        put_text(w, "value", rating->value);
        put_text(w, "reason", rating->reason);
        json_end(w);
    }
    json_end(w);
}

static void put_releases(struct json_writer *w, const struct avails_work *work)
{
    if (work->n_releases == 0)
        return;
    json_array(w, "releases");
    for (size_t i = 0; i < work->n_releases; i++) {
        const struct avails_release *release = &work->releases[i];
        json_object(w, NULL);
        put_text(w, "type", release->type);
        put_text(w, "territory", release->territory);
        put_day(w, "day", release->day);
        json_end(w);
    }
    json_end(w);
}

static void put_work(struct json_writer *w, const char *key, const struct avails_work *work)
{
    json_object(w, key);
    put_text(w, "content_id", work->content_id);
    put_text(w, "eidr", work->eidr);
    put_text(w, "edit_eidr", work->edit_eidr);
    put_text(w, "alt_id", work->alt_id);
    put_text(w, "title", work->title);
    put_text(w, "internal_title", work->internal_title);
    put_number(w, "number", work->number, -1);
    put_number(w, "count", work->count, -1);
    put_number(w, "volume_first", work->volume_first, -1);
    put_number(w, "year", work->year, 0);
    put_duration(w, "run_length", &work->run_length);
    put_ratings(w, work);
    put_releases(w, work);
    put_text(w, "director", work->director);
    put_text(w, "credit", work->credit);
    put_text(w, "localization", work->localization);
    put_text(w, "group", work->group);
    put_number(w, "caption_exemption", work->caption_exemption, 0);
    if (work->has_captions >= 0)
        json_bool(w, "has_captions", work->has_captions == 1);
    json_end(w);
}

void avails_json_avail(struct json_writer *w, const char *key, const struct avails_avail *a)
{
    json_object(w, key);
    json_text(w, "alid", a->alid);
    json_text(w, "entry", a->entry);
    put_text(w, "licensor", a->licensor);
    put_text(w, "provider", a->provider);
    put_text(w, "type", a->type);
    put_text(w, "work_type", a->work_type);
    if (a->is_exception)
        json_bool(w, "exception", true);
    put_work(w, "work", &a->work);
    if (a->season != NULL)
        put_work(w, "season", a->season);
    if (a->series != NULL)
        put_work(w, "series", a->series);
    put_texts(w, "bundled", a->bundled, a->n_bundled);
    json_array(w, "transactions");
    for (size_t i = 0; i < a->n_transactions; i++)
        avails_json_transaction(w, NULL, &a->transactions[i]);
    json_end(w);
    json_end(w);
}
