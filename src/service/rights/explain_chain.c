/* The links of an explanation that come from contracts, laws and the territory's life; and how an
 * explanation is written. */
#include <string.h>

#include "rules/viewing/decide.h"
#include "service/rights/check.h"
#include "service/rights/explain.h"

enum err explain_timeline(struct explain *e)
{
    struct store_contract *c = &e->contract;
    struct rights_block *blocks = NULL;
    size_t n = 0;
    e->n_deal_blocks = c->n_blocks;
    enum err err = check_blocks_with_laws(e->arena, e->laws, e->n_laws, e->out->territory,
                                          e->out->zone, c->blocks, c->n_blocks, &blocks, &n);
    if (err != OK)
        return err;
    c->blocks = blocks;
    c->n_blocks = n;
    e->question = (struct rights_question){ .territory = e->out->territory,
                                            .zone = e->out->zone,
                                            .n_rights = c->n_rights,
                                            .n_blocks = c->n_blocks,
                                            .n_events = c->n_events,
                                            .rights = c->rights,
                                            .blocks = c->blocks,
                                            .events = c->events };
    return rights_timeline_make(e->arena, &e->question, &e->timeline);
}

enum err explain_contract(struct explain *e)
{
    struct rights_reason *reasons = NULL;
    size_t n = 0;
    enum err err = rights_explain(e->arena, &e->question, e->out->at, &reasons, &n);
    for (size_t i = 0; err == OK && i < n; i++) {
        const struct rights_reason *r = &reasons[i];
        if (!r->is_block) {
            explain_link(e, "right", e->contract.rights[r->index].source, r->holds, "%s", r->text);
            continue;
        }
        const struct rights_block *block = &e->contract.blocks[r->index];
        /* A country has many laws; those that have nothing to say of it are left out. */
        if (block->kind == RIGHTS_BLOCK_LAW && !r->concerns)
            continue;
        explain_link(e, block->kind == RIGHTS_BLOCK_LAW ? "law" : "deal", block->source, r->holds,
                     "%s", r->text);
    }
    return err;
}

/* The row of the territory's life that holds at the instant; -1: before the first. */
static int row_at(const struct territory *t, utc_time at)
{
    int row = -1;
    for (size_t i = 0; i < t->n_changes && t->changes[i].at.us <= at.us; i++)
        row = (int)i;
    return row;
}

void explain_territory(struct explain *e)
{
    const struct territory *t = &e->territory;
    int row = row_at(t, e->out->at);
    bool is_open = row >= 0 && t->changes[row].state == TERRITORY_OPEN;
    const char *kept = e->out->alid != NULL ? " (an offer is judged without it)" : "";
    if (row < 0) {
        explain_link(e, "territory", e->out->territory, false, "%s is planned: never opened%s",
                     e->out->territory, kept);
        return;
    }
    const struct territory_change *c = &t->changes[row];
    bool has_reason = c->reason != NULL && c->reason[0] != 0;
    const char *since = c->at.us <= 0 ? "ever" : explain_instant(e, c->at);
    explain_link(e, "territory", e->out->territory, is_open, "%s is %s since %s%s%s%s",
                 e->out->territory, territory_state_name(c->state), since, has_reason ? ": " : "",
                 has_reason ? c->reason : "", kept);
}

/* The verdict holds no longer than the territory's state does. */
void explain_clip(struct explain *e)
{
    const struct territory *t = &e->territory;
    struct viewing_verdict *v = &e->out->verdict;
    int row = row_at(t, e->out->at);
    bool is_open = row >= 0 && t->changes[row].state == TERRITORY_OPEN;
    utc_time from = row >= 0 && t->changes[row].at.us > 0 ? t->changes[row].at : RIGHTS_SINCE_EVER;
    utc_time until = RIGHTS_FOR_EVER;
    for (size_t i = (size_t)(row + 1); i < t->n_changes; i++) {
        if ((t->changes[i].state == TERRITORY_OPEN) != is_open) {
            until = t->changes[i].at;
            break;
        }
    }
    if (!is_open && v->reason == VIEWING_TERRITORY) {
        v->from = from;
        v->until = until;
    }
    if (is_open) {
        v->from = from.us > v->from.us ? from : v->from;
        v->until = until.us < v->until.us ? until : v->until;
    }
}

static void put_bound(struct json_writer *w, const char *key, utc_time t)
{
    if (t.us == INT64_MIN || t.us == INT64_MAX)
        json_null(w, key);
    else
        json_instant(w, key, t);
}

static void put_place(struct json_writer *w, const char *key, int number)
{
    if (number < 0)
        json_null(w, key);
    else
        json_number(w, key, number);
}

static void put_chain(const struct rights_explanation *x, struct json_writer *w)
{
    json_array(w, "chain");
    for (size_t i = 0; i < x->n; i++) {
        json_object(w, NULL);
        json_text(w, "kind", x->chain[i].kind);
        json_text(w, "source", x->chain[i].source);
        json_bool(w, "holds", x->chain[i].holds);
        json_text(w, "text", x->chain[i].text);
        json_end(w);
    }
    json_end(w);
}

static void put_explanation(const struct rights_explanation *x, struct json_writer *w)
{
    const struct viewing_verdict *v = &x->verdict;
    json_object(w, NULL);
    json_text(w, "verdict", viewing_verdict_name(v));
    put_bound(w, "from", v->from);
    put_bound(w, "until", v->until);
    json_text(w, "reason", viewing_reason_name(v->reason));
    json_text(w, "because", v->because);
    json_text(w, "text", x->text);
    json_text(w, "territory", x->territory);
    put_bound(w, "at", x->at);
    json_text(w, "zone", zone_name(x->zone));
    json_text(w, "title", x->title.s[0] != 0 ? x->title.s : NULL);
    json_text(w, "alid", x->alid);
    json_text(w, "name", x->name);
    put_place(w, "season", x->season);
    put_place(w, "episode", x->episode);
    json_text(w, "format", v->may_play ? rights_format_name(v->format) : NULL);
    json_text(w, "languages", v->may_play ? v->languages : NULL);
    put_chain(x, w);
    json_end(w);
}

enum err rights_explain_json(struct store *store, struct arena *arena,
                             const struct rights_explain_params *params, struct json_writer *w,
                             struct rights_problem *why)
{
    struct rights_explanation x;
    enum err err = rights_explain_find(store, arena, params, &x, why);
    if (err == OK)
        put_explanation(&x, w);
    return err;
}

static void bound_text(const struct rights_explanation *x, const char *before, utc_time t,
                       struct buf *out)
{
    char text[ZONE_TIME_TEXT];
    if (t.us == INT64_MIN || t.us == INT64_MAX)
        return;
    zone_format(x->zone, t, text);
    buf_printf(out, "%s: %s\n", before, text);
}

void rights_explanation_text(const struct rights_explanation *x, struct buf *out)
{
    const struct viewing_verdict *v = &x->verdict;
    buf_printf(out, "%s: %s\n", viewing_verdict_name(v), x->text);
    if (v->because != NULL)
        buf_printf(out, "because of: %s\n", v->because);
    bound_text(x, "from", v->from, out);
    bound_text(x, "until", v->until, out);
    if (v->may_play)
        buf_printf(out, "greatest format: %s; languages: %s\n", rights_format_name(v->format),
                   v->languages != NULL && v->languages[0] != 0 ? v->languages : "all");
    buf_text(out, "\n");
    for (size_t i = 0; i < x->n; i++) {
        const struct rights_link *link = &x->chain[i];
        bool is_block = strcmp(link->kind, "deal") == 0 || strcmp(link->kind, "law") == 0;
        const char *mark = is_block ? (link->holds ? "x" : " ") : (link->holds ? "+" : "-");
        buf_printf(out, "%s %-11s %s%s%s\n", mark, link->kind,
                   link->source != NULL ? link->source : "", link->source != NULL ? ": " : "",
                   link->text);
    }
}
