/* The catalogue for a partner's own search: what anybody may see where the partner sells, since
 * when and until when. The one decision says what that is, as it does for a visitor of the site. */
#include <string.h>

#include "base/text.h"
#include "driver/signature/signature.h"
#include "driver/store/feed.h"
#include "driver/store/territories.h"
#include "rules/catalog/title_json.h"
#include "rules/viewing/decide.h"
#include "service/partner/inside.h"

enum {
    PAGE = 50,
    PAGE_MAX = 200,
    PAGE_BYTES = 2 * 1024 * 1024, /* a page that has more ends there */
    ETAG = 16,                    /* bytes of SHA-256 */
};

struct feed {
    struct partner_request *rq;
    size_t n_territories;
    char (*territories)[3]; /* where the partner sells, by code */
    enum territory_state *states;
    struct store_feed_filter filter;
};

/* ---- where ----------------------------------------------------------------------------------- */

static void add_territory(struct feed *f, const char *code)
{
    size_t at = 0;
    while (at < f->n_territories && strcmp(f->territories[at], code) < 0)
        at++;
    if ((at < f->n_territories && strcmp(f->territories[at], code) == 0) ||
        f->n_territories == STORE_FEED_TERRITORIES_MAX)
        return;
    memmove(f->territories + at + 1, f->territories + at,
            (f->n_territories - at) * sizeof *f->territories);
    memcpy(f->territories[at], code, sizeof *f->territories);
    f->n_territories++;
}

/* Those of its bundles, also of such as are not on offer any more: who has one keeps it. */
static enum err find_territories(struct feed *f)
{
    struct partner_request *rq = f->rq;
    struct store *store = rq->service->params.store;
    struct bundle *bundles = NULL;
    struct territory territory;
    size_t n = 0;
    enum err err = store_bundles_list(store, rq->arena, rq->partner.id, &bundles, &n);
    f->territories = arena_array(rq->arena, n + 1, sizeof *f->territories);
    for (size_t i = 0; err == OK && i < n; i++)
        add_territory(f, bundles[i].territory);
    f->states = ARENA_ARRAY(rq->arena, enum territory_state, f->n_territories + 1);
    for (size_t i = 0; err == OK && i < f->n_territories; i++) {
        err = store_territory_get(store, rq->arena, f->territories[i], &territory);
        if (err == OK)
            f->states[i] = territory_state_at(territory.changes, territory.n_changes, rq->now);
    }
    return err;
}

/* ---- since when, until when ------------------------------------------------------------------ */

/* A run of spans in which it may be played without a break. */
struct run {
    utc_time from, until;
    bool in_subscription, for_rent;
    enum rights_format format;
};

static struct run run_around(const struct showing *spans, size_t n, size_t at)
{
    size_t first = at, last = at;
    while (first > 0 && spans[first - 1].state == RIGHTS_OPEN)
        first--;
    while (last + 1 < n && spans[last + 1].state == RIGHTS_OPEN)
        last++;
    const struct showing *s = &spans[at];
    enum rights_format format = s->in_subscription ? s->format : s->rent_format;
    return (struct run){ .from = spans[first].from,
                         .until = spans[last].until,
                         .in_subscription = s->in_subscription,
                         .for_rent = showing_for_rent(s),
                         .format = format };
}

static size_t place_at(const struct showing *spans, size_t n, utc_time now)
{
    return (size_t)(showing_at(spans, n, now) - spans);
}

/* What is announced opens with the first span that is open; it is not told past the next change
 * for the worse. n: nothing says when. */
static size_t next_open(const struct showing *spans, size_t n, size_t at)
{
    while (at < n && spans[at].state == RIGHTS_ANNOUNCED)
        at++;
    return at < n && spans[at].state == RIGHTS_OPEN ? at : n;
}

static void write_instant(struct json_writer *w, const char *key, utc_time t)
{
    bool is_said = t.us > RIGHTS_SINCE_EVER.us && t.us < RIGHTS_FOR_EVER.us;
    json_instant(w, key, is_said ? t : (utc_time){ 0 });
}

static void write_window(struct json_writer *w, const char *territory, bool is_open,
                         const struct run *run)
{
    json_object(w, NULL);
    json_text(w, "territory", territory);
    json_text(w, "state", is_open ? "available" : "coming");
    write_instant(w, "from", run->from);
    write_instant(w, "until", run->until);
    json_bool(w, "subscription", run->in_subscription);
    json_bool(w, "rental", run->for_rent);
    json_text(w, "format",
              is_open || run->in_subscription || run->for_rent ? rights_format_name(run->format)
                                                               : NULL);
    json_end(w);
}

struct window {
    const char *territory;
    bool is_open;
    struct run run;
};

/* Whether it is shown there to anybody at all. */
static enum err find_window(struct feed *f, const struct title *title, size_t territory,
                            struct window *out, bool *is_shown)
{
    struct partner_request *rq = f->rq;
    struct showing *spans = NULL;
    size_t n = 0;
    *is_shown = false;
    enum err err = store_title_spans(rq->service->params.store, rq->arena, title->id,
                                     f->territories[territory], &spans, &n);
    if (err != OK)
        return err == ERR_NOT_FOUND ? OK : err;
    size_t at = place_at(spans, n, rq->now);
    struct viewing_question q = { .showing = &spans[at],
                                  .territory = f->states[territory],
                                  .now = rq->now };
    *is_shown = viewing_decide(&q).is_shown;
    *out = (struct window){ .territory = f->territories[territory],
                            .is_open = spans[at].state == RIGHTS_OPEN,
                            .run = { .from = RIGHTS_FOR_EVER, .until = RIGHTS_FOR_EVER } };
    if (!out->is_open)
        at = next_open(spans, n, at);
    if (at < n)
        out->run = run_around(spans, n, at);
    return OK;
}

/* ---- one title ------------------------------------------------------------------------------- */

static void write_gone(struct json_writer *w, const struct store_feed_entry *e)
{
    json_object(w, NULL);
    json_text(w, "id", e->id.s);
    json_bool(w, "gone", true);
    json_instant(w, "changed", e->changed);
    json_end(w);
}

static void write_image(struct partner_request *rq, const char *key, const char *blob)
{
    json_text(&rq->w, key,
              blob == NULL ? NULL
                           : arena_printf(rq->arena, "%s/%s", rq->service->params.home, blob));
}

static void write_facts(struct partner_request *rq, const struct title *t)
{
    struct json_writer *w = &rq->w;
    json_text(w, "id", t->id.s);
    json_text(w, "kind", title_kind_name(t->kind));
    json_text(w, "deep_link", arena_printf(rq->arena, "title/%s", t->id.s));
    json_text(w, "address",
              arena_printf(rq->arena, "%s/title/%s", rq->service->params.home, t->id.s));
    title_json_facts(t, w);
    json_object(w, "artwork");
    write_image(rq, "poster", t->poster);
    write_image(rq, "backdrop", t->backdrop);
    json_end(w);
    json_bool(w, "exclusive", t->is_exclusive);
}

/* What the marks hold to be there and the decision does not show is told as gone, or, in a list of
 * all there is, not at all. */
static enum err write_entry(struct feed *f, const struct store_feed_entry *e)
{
    struct partner_request *rq = f->rq;
    struct window *windows = ARENA_ARRAY(rq->arena, struct window, f->n_territories + 1);
    size_t n = 0;
    enum err err = OK;
    for (size_t i = 0; err == OK && e->is_there && i < f->n_territories; i++) {
        bool is_shown = false;
        err = find_window(f, &e->title, i, &windows[n], &is_shown);
        n += err == OK && is_shown;
    }
    if (err != OK)
        return err;
    if (n == 0) {
        if (f->filter.since.us > 0)
            write_gone(&rq->w, e);
        return OK;
    }
    json_object(&rq->w, NULL);
    write_facts(rq, &e->title);
    json_array(&rq->w, "availability");
    for (size_t i = 0; i < n; i++)
        write_window(&rq->w, windows[i].territory, windows[i].is_open, &windows[i].run);
    json_end(&rq->w);
    json_instant(&rq->w, "changed", e->changed);
    json_end(&rq->w);
    return OK;
}

/* ---- a page ---------------------------------------------------------------------------------- */

static bool wrong(struct partner_request *rq, const char *name, const char *text)
{
    partner_problem(rq, PP_VALIDATION, name, text);
    return false;
}

/* False: answered. */
static bool read_filter(struct partner_request *rq, struct store_feed_filter *f)
{
    char id[ID_TEXT];
    int64_t limit = PAGE;
    const char *since = http_query(rq->rq, "since"), *text = http_query(rq->rq, "limit");
    *f = (struct store_feed_filter){ .partner = rq->partner.id,
                                     .after = http_query(rq->rq, "after") };
    if (since != NULL && (utc_parse(since, strlen(since), &f->since) != OK || f->since.us <= 0))
        return wrong(rq, "since", "must be an instant, as 2026-11-01T00:00:00Z");
    if (f->after != NULL && !id_parse(f->after, strlen(f->after), id))
        return wrong(rq, "after", "is not what `next` said");
    if (text != NULL && text_to_i64(text, strlen(text), 1, PAGE_MAX, &limit) != OK)
        return wrong(rq, "limit", "must lie between 1 and 200");
    f->limit = (unsigned)limit;
    return true;
}

static enum err write_page(struct feed *f)
{
    struct partner_request *rq = f->rq;
    struct store_feed_entry *entries = NULL;
    size_t n = 0, i = 0;
    bool is_last = true;
    enum err err =
        store_feed_page(rq->service->params.store, rq->arena, &f->filter, &entries, &n, &is_last);
    json_object(&rq->w, NULL);
    json_array(&rq->w, "items");
    for (; err == OK && i < n && rq->out.size < PAGE_BYTES; i++)
        err = write_entry(f, &entries[i]);
    json_end(&rq->w);
    bool has_next = err == OK && i > 0 && (i < n || !is_last);
    json_text(&rq->w, "next", has_next ? entries[i - 1].id.s : NULL);
    json_end(&rq->w);
    return err;
}

/* The tag is of the bytes; the instant stands beside them, so that it does not change the tag. */
static void answer(struct partner_request *rq)
{
    uint8_t digest[32];
    char now[UTC_TEXT];
    struct buf tag;
    buf_init(&tag, 2 * ETAG + 1);
    signature_sha256(rq->out.data, rq->out.size, digest);
    text_put_hex(&tag, digest, ETAG);
    partner_answer(rq, 200, buf_string(&rq->out), rq->out.size);
    rq->answer->etag = arena_strdup(rq->arena, buf_string(&tag));
    rq->answer->cache_control = "private, no-cache";
    buf_finish(&tag);
    utc_format(rq->now, now);
    http_answer_header(rq->answer, "Feed-As-Of", arena_strdup(rq->arena, now));
}

void partner_handle_feed(struct partner_request *rq)
{
    struct feed f = { .rq = rq };
    if (!read_filter(rq, &f.filter))
        return;
    enum err err = find_territories(&f);
    /* What follows the first page is of the marks that this one made. */
    if (err == OK && f.filter.after == NULL)
        err = store_feed_refresh(rq->service->params.store, rq->partner.id,
                                 (const char(*)[3])f.territories, f.n_territories, rq->now);
    if (err == OK)
        err = write_page(&f);
    if (err == OK)
        err = rq->out.err == ERR_FULL ? ERR_INTERNAL : rq->out.err;
    if (err != OK)
        partner_fail(rq, err, "make the feed");
    else
        answer(rq);
}
