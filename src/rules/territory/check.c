#include "rules/territory/check.h"

#include <stdarg.h>
#include <string.h>

#include "rules/territory/check_rows.h"

struct check_row *check_row_add(struct check_writer *w, const char *id, const char *source,
                                const char *text)
{
    struct check_row *row = &w->report->rows[w->report->n++];
    *row = (struct check_row){
        .id = id, .source = source, .text = text, .passes = true, .found = "", .required = ""
    };
    return row;
}

void check_row_fail(struct check_writer *w, struct check_row *row, const struct check_title *t,
                    const char *format, ...)
{
    row->n_failing++;
    if (row->n_listed == CHECK_FAILING_MAX)
        return;
    if (row->failing == NULL)
        row->failing = ARENA_ARRAY(w->arena, const char *, CHECK_FAILING_MAX);
    va_list args;
    va_start(args, format);
    const char *why = arena_vprintf(w->arena, format, args);
    va_end(args);
    row->failing[row->n_listed++] =
        arena_printf(w->arena, "%s %s: %s", t->title->id.s, t->title->original_title, why);
}

const char *check_share(struct check_writer *w, int part, int n)
{
    long long permille = (long long)part * 1000 / n;
    if (permille % 10 == 0)
        return arena_printf(w->arena, "%lld %%", permille / 10);
    return arena_printf(w->arena, "%lld.%lld %%", permille / 10, permille % 10);
}

static void count(struct check_writer *w)
{
    struct check_report *report = w->report;
    for (size_t i = 0; i < w->q->n_titles; i++) {
        const struct check_title *t = &w->q->titles[i];
        report->titles++;
        if (!t->is_cleared)
            continue;
        report->cleared++;
        report->rated += t->min_age >= 0;
        report->in_language += t->has_language;
    }
}

enum err check_territory(struct arena *arena, const struct check_question *q,
                         struct check_report *out)
{
    int32_t second;
    const struct zone *zone = territory_zone(q->territory);
    struct check_writer w = { .arena = arena, .q = q, .zone = zone, .report = out };
    if (territory_facts(q->territory->code) == NULL)
        return ERR_ARGUMENT;
    w.day = zone_day(zone, q->at, &second);
    *out = (struct check_report){ 0 };
    out->rows = ARENA_ARRAY(arena, struct check_row, q->n_laws + CHECK_HOUSE_ROWS);
    count(&w);
    for (size_t i = 0; i < q->n_laws; i++) {
        if (law_applies(&q->laws[i], q->territory->code, q->at, q->opened, zone))
            check_law(&w, &q->laws[i]);
    }
    check_house(&w);
    out->is_ready = true;
    for (size_t i = 0; i < out->n; i++)
        out->is_ready = out->is_ready && (out->rows[i].passes || !out->rows[i].is_blocking);
    return OK;
}
