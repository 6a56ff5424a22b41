#include "driver/store/billing.h"
#include "driver/store/internal.h"
#include "driver/store/membership_rows.h"
#include "driver/store/title_rows.h"

static enum err put_plan(struct connection *c, void *call)
{
    const struct plan *p = call;
    int64_t number = 0;
    enum err err = plan_number(c, NULL, p->code, &number);
    if (err != OK)
        return err;
    struct query q =
        query_of(c, "INSERT INTO plan (number, name_en, name_fr, streams, format, months,"
                    " is_offered, rank) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
                    " ON CONFLICT (number) DO UPDATE SET name_en = excluded.name_en,"
                    " name_fr = excluded.name_fr, streams = excluded.streams,"
                    " format = excluded.format, months = excluded.months,"
                    " is_offered = excluded.is_offered, rank = excluded.rank");
    query_number(&q, 1, number);
    query_text(&q, 2, p->name_en);
    query_text(&q, 3, p->name_fr);
    query_number(&q, 4, p->streams);
    query_number(&q, 5, p->format);
    query_number(&q, 6, p->months);
    query_number(&q, 7, p->is_offered);
    query_number(&q, 8, p->rank);
    return query_run(&q, NULL);
}

enum err store_plan_put(struct store *store, const struct plan *plan)
{
    char why[PLAN_WHY];
    struct plan copy = *plan;
    enum err err = plan_validate(plan, why);
    return err == OK ? store_write(store, put_plan, &copy) : err;
}

enum err store_plans_list(struct store *store, struct arena *arena, struct plan **out, size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q =
        query_of(c, "SELECT k.code, p.name_en, p.name_fr, p.streams, p.format, p.months,"
                    " p.is_offered, p.rank FROM plan p JOIN plan_code k ON k.number = p.number"
                    " ORDER BY p.rank, k.code");
    while (query_next(&q)) {
        struct plan *p = list_add(&l);
        row_copy(&q, 0, p->code, sizeof p->code);
        p->name_en = row_text(&q, arena, 1);
        p->name_fr = row_text(&q, arena, 2);
        p->streams = (int)row_number(&q, 3);
        p->format = (enum rights_format)row_choice(&q, 4, RIGHTS_UHD + 1);
        p->months = (int)row_number(&q, 5);
        p->is_offered = row_number(&q, 6) != 0;
        p->rank = (int)row_number(&q, 7);
    }
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, query_end(&q));
}

static enum err add_price(struct connection *c, void *call)
{
    const struct plan_price *p = call;
    struct query q = query_of(c, "INSERT INTO plan_price (plan, territory, price, currency,"
                                 " from_day, said) SELECT p.number, ?2, ?3, ?4, ?5, ?6 FROM plan p"
                                 " JOIN plan_code k ON k.number = p.number WHERE k.code = ?1");
    query_text(&q, 1, p->plan);
    query_text(&q, 2, p->territory);
    query_number(&q, 3, p->price.minor);
    query_text(&q, 4, p->price.currency);
    query_number(&q, 5, p->from.days);
    query_number(&q, 6, p->said.us);
    return query_run_one(&q);
}

enum err store_plan_price_add(struct store *store, const struct plan_price *price)
{
    struct plan_price copy = *price;
    return store_write(store, add_price, &copy);
}

enum err store_plan_prices_list(struct store *store, struct arena *arena, struct plan_price **out,
                                size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q =
        query_of(c, "SELECT " PLAN_CODE_OF("p.plan") ", p.territory, p.price, p.currency,"
                                                     " p.from_day, p.said FROM plan_price p"
                                                     " ORDER BY p.number");
    while (query_next(&q)) {
        struct plan_price *p = list_add(&l);
        row_copy(&q, 0, p->plan, sizeof p->plan);
        row_copy(&q, 1, p->territory, sizeof p->territory);
        p->price.minor = row_number(&q, 2);
        row_copy(&q, 3, p->price.currency, sizeof p->price.currency);
        p->from.days = (int32_t)row_number(&q, 4);
        p->said = row_time(&q, 5);
    }
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, query_end(&q));
}
