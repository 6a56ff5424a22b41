#include "rules/production/production_json.h"

#include <math.h>
#include <string.h>

static void day(struct json_writer *w, const char *key, civil_day value)
{
    char text[CIVIL_DAY_TEXT];
    civil_day_format(value, text);
    json_text(w, key, text);
}

static void amount(struct json_writer *w, const char *key, const struct production *p,
                   int64_t minor)
{
    char text[MONEY_TEXT];
    struct money m = p->budget;
    m.minor = minor;
    money_format_amount(&m, text);
    json_text(w, key, text);
}

/* "fr,en" as an array. */
static void languages(struct json_writer *w, const char *key, const char *list)
{
    json_array(w, key);
    for (const char *at = list; at != NULL && *at != 0;) {
        size_t n = strcspn(at, ",");
        json_text_n(w, NULL, at, n);
        at += n + (at[n] == ',');
    }
    json_end(w);
}

static void real_or_null(struct json_writer *w, const char *key, double value, bool is_said)
{
    if (is_said && isfinite(value))
        json_real(w, key, value);
    else
        json_null(w, key);
}

static void terms_json(const struct delivery_terms *t, struct json_writer *w)
{
    bool is_loud = t->loudness_lufs < 0 || t->tolerance_lu > 0;
    json_object(w, "terms");
    languages(w, "audio", t->audio);
    languages(w, "captions", t->captions);
    real_or_null(w, "channels", t->channels, t->channels > 0);
    real_or_null(w, "loudness", t->loudness_lufs, is_loud);
    real_or_null(w, "tolerance", t->tolerance_lu, is_loud);
    real_or_null(w, "true_peak", t->true_peak_dbtp, t->true_peak_dbtp != 0);
    real_or_null(w, "lines", t->lines, t->lines > 0);
    real_or_null(w, "black", t->black_seconds, t->black_seconds > 0);
    real_or_null(w, "silent", t->silent_seconds, t->silent_seconds > 0);
    real_or_null(w, "least_seconds", t->runtime_seconds_least, t->runtime_seconds_least > 0);
    real_or_null(w, "most_seconds", t->runtime_seconds_most, t->runtime_seconds_most > 0);
    json_end(w);
}

static void money_json(const struct production *p, struct json_writer *w)
{
    int64_t paid = 0;
    for (size_t i = 0; i < p->n_instalments; i++)
        paid += p->instalments[i].is_paid ? p->instalments[i].minor : 0;
    json_object(w, "budget");
    amount(w, "amount", p, p->budget.minor);
    json_text(w, "currency", p->budget.currency);
    amount(w, "paid", p, paid);
    json_end(w);
    json_array(w, "instalments");
    for (size_t i = 0; i < p->n_instalments; i++) {
        const struct production_instalment *it = &p->instalments[i];
        json_object(w, NULL);
        json_text(w, "name", it->name);
        day(w, "due", it->due);
        amount(w, "amount", p, it->minor);
        if (it->is_paid)
            day(w, "paid", it->paid);
        else
            json_null(w, "paid");
        json_end(w);
    }
    json_end(w);
}

static civil_day day_of(utc_time t)
{
    int64_t days = t.us / UTC_DAY - (t.us % UTC_DAY < 0);
    return (civil_day){ (int32_t)days };
}

static bool is_open(const struct delivery *d)
{
    return d->state == DELIVERY_DUE || d->state == DELIVERY_REFUSED;
}

static void delivery_json(const struct delivery *d, utc_time now, struct json_writer *w)
{
    json_object(w, NULL);
    json_number(w, "season", d->season);
    json_number(w, "episode", d->number);
    json_text(w, "playable", d->playable.s[0] == 0 ? NULL : d->playable.s);
    day(w, "due", d->due);
    json_text(w, "state", delivery_state_name(d->state));
    json_bool(w, "late", is_open(d) && d->due.days < day_of(now).days);
    json_raw(w, "report", d->report);
    json_text(w, "note", d->note);
    json_instant(w, "changed", d->changed);
    json_end(w);
}

static void deliveries_json(const struct production *p, utc_time now, struct json_writer *w)
{
    const struct delivery *next = NULL;
    int64_t count[DELIVERY_REFUSED + 1] = { 0 };
    for (size_t i = 0; i < p->n_deliveries; i++) {
        const struct delivery *d = &p->deliveries[i];
        count[d->state]++;
        if (is_open(d) && (next == NULL || d->due.days < next->due.days))
            next = d;
    }
    if (next != NULL)
        day(w, "due", next->due);
    else
        json_null(w, "due");
    json_number(w, "delivered", count[DELIVERY_DELIVERED] + count[DELIVERY_ACCEPTED]);
    json_number(w, "accepted", count[DELIVERY_ACCEPTED]);
    json_array(w, "deliveries");
    for (size_t i = 0; i < p->n_deliveries; i++)
        delivery_json(&p->deliveries[i], now, w);
    json_end(w);
}

void production_json_fields(const struct production *p, const char *name, utc_time now,
                            struct json_writer *w)
{
    json_text(w, "id", p->id.s);
    json_text(w, "title", p->title.s);
    json_text(w, "name", name);
    json_text(w, "state", production_state_name(production_state_at(p, now)));
    json_text(w, "studio", p->studio);
    json_text(w, "creators", p->creators);
    json_number(w, "episodes", p->episodes);
    money_json(p, w);
    terms_json(&p->terms, w);
    json_instant(w, "release", p->release);
    json_text(w, "ended_because", p->ended_because);
    json_number(w, "version", (int64_t)p->version);
    json_instant(w, "created", p->created);
    json_instant(w, "changed", p->changed);
    deliveries_json(p, now, w);
}

/* ---- the report of an inspection ---- */

static void ends(struct json_writer *w, const char *key, double head, double tail)
{
    json_object(w, key);
    json_real(w, "head", head);
    json_real(w, "tail", tail);
    json_end(w);
}

/* What a meter can tell apart. Silence stays without a number. */
static double tenth(double v)
{
    return isfinite(v) ? (double)(int64_t)(v * 10 + (v < 0 ? -0.5 : 0.5)) / 10 : v;
}

static void sounds_json(const struct delivery_facts *facts, struct json_writer *w)
{
    json_array(w, "sounds");
    for (size_t i = 0; i < facts->n_sounds; i++) {
        const struct delivery_sound *s = &facts->sounds[i];
        json_object(w, NULL);
        json_text(w, "language", s->language);
        json_number(w, "channels", s->channels);
        json_real(w, "loudness", tenth(s->loudness_lufs));
        json_real(w, "true_peak", tenth(s->true_peak_dbtp));
        ends(w, "silence", s->head_silence, s->tail_silence);
        json_end(w);
    }
    json_end(w);
}

static void findings_json(const struct delivery_report *r, struct json_writer *w)
{
    json_array(w, "findings");
    for (size_t i = 0; i < r->n_findings; i++) {
        json_object(w, NULL);
        json_text(w, "code", r->findings[i].code);
        json_bool(w, "fault", r->findings[i].is_fault);
        json_text(w, "text", r->findings[i].text);
        json_end(w);
    }
    json_end(w);
}

void production_json_report(const struct delivery_report *r, struct json_writer *w)
{
    const struct delivery_facts *facts = r->facts;
    json_object(w, NULL);
    json_text(w, "file", r->file);
    json_text(w, "job", r->job);
    json_instant(w, "inspected", r->inspected);
    if (facts != NULL) {
        json_real(w, "seconds", facts->seconds);
        json_number(w, "width", facts->width);
        json_number(w, "height", facts->height);
        ends(w, "black", facts->head_black, facts->tail_black);
        sounds_json(facts, w);
        json_array(w, "captions");
        for (size_t i = 0; i < facts->n_captions; i++)
            json_text(w, NULL, facts->captions[i]);
        json_end(w);
    }
    findings_json(r, w);
    json_end(w);
}
