#include <string.h>

#include "driver/store/territories.h"
#include "service/billing/inside.h"

/* What a house without plans gives: as before there were any, a month at a time, for nothing. */
static enum err make_free_plan(struct billing *b, struct arena *arena, struct billing_facts *f)
{
    struct plan *plan = ARENA_NEW(arena, struct plan);
    struct plan_price *prices = ARENA_ARRAY(arena, struct plan_price, f->n_territories + 1);
    const char *name = b->params.plan_name;
    *plan = (struct plan){ .name_en = name,
                           .name_fr = name,
                           .streams = PLAN_STREAMS_MAX,
                           .format = RIGHTS_UHD,
                           .months = 1,
                           .is_offered = true };
    if (strlen(name) >= sizeof plan->code || !plan_code_is_good(name))
        name = "month";
    memcpy(plan->code, name, strlen(name) + 1);
    f->plans = plan;
    f->n_plans = 1;
    for (size_t i = 0; i < f->n_territories; i++) {
        struct plan_price *p = &prices[f->n_prices++];
        *p = (struct plan_price){ .from = { INT32_MIN } };
        memcpy(p->plan, plan->code, sizeof p->plan);
        memcpy(p->territory, f->territories[i].code, sizeof p->territory);
        memcpy(p->price.currency, territory_currency(&f->territories[i]), 4);
    }
    f->prices = prices;
    return OK;
}

enum err billing_facts_read(struct billing *b, struct arena *arena, struct billing_facts *out)
{
    struct plan *plans;
    struct plan_price *prices;
    struct territory *territories;
    *out = (struct billing_facts){ 0 };
    enum err err = store_plans_list(b->params.store, arena, &plans, &out->n_plans);
    if (err == OK)
        err = store_plan_prices_list(b->params.store, arena, &prices, &out->n_prices);
    if (err == OK)
        err = store_territories_list(b->params.store, arena, &territories, &out->n_territories);
    if (err != OK)
        return err;
    out->plans = plans;
    out->prices = prices;
    out->is_made_up = out->n_plans == 0;
    out->territories = territories;
    return out->n_plans > 0 ? OK : make_free_plan(b, arena, out);
}

const struct territory *billing_territory(const struct billing_facts *facts, struct arena *arena,
                                          const char *code)
{
    for (size_t i = 0; i < facts->n_territories; i++) {
        if (strcmp(facts->territories[i].code, code) == 0)
            return &facts->territories[i];
    }
    struct territory *made = ARENA_NEW(arena, struct territory);
    *made = (struct territory){ .tax_permille = -1, .price_minor = -1 };
    memcpy(made->code, code, strnlen(code, 2));
    return made;
}

const struct zone *billing_zone(const struct billing_facts *facts, struct arena *arena,
                                const char *code)
{
    return territory_zone(billing_territory(facts, arena, code));
}

const struct plan *billing_plan(const struct billing_facts *facts, const char *code)
{
    for (size_t i = 0; i < facts->n_plans; i++) {
        if (strcmp(facts->plans[i].code, code) == 0)
            return &facts->plans[i];
    }
    return NULL;
}

void billing_terms_of(const struct billing *b, const struct billing_facts *facts,
                      struct arena *arena, const struct membership *m, const char *plan,
                      utc_time now, struct membership_terms *out)
{
    const struct billing_params *p = &b->params;
    const char *where = m->territory[0] != 0 ? m->territory : p->territory;
    const struct territory *territory = billing_territory(facts, arena, where);
    const char *code = plan != NULL ? plan : m->plan;
    *out = (struct membership_terms){ .zone = territory_zone(territory),
                                      .plan = billing_plan(facts, code),
                                      .next_plan = billing_plan(facts, m->next_plan),
                                      .own = billing_plan(facts, m->plan),
                                      .trial_days = p->trial_days,
                                      .notice_days = p->notice_days,
                                      .n_dunning = p->n_dunning,
                                      .grace_days = p->grace_days,
                                      .end_days = p->end_days,
                                      .pause_months_most = p->pause_months_most,
                                      .win_back_days = p->win_back_days };
    civil_day today = zone_day(out->zone, now, NULL);
    out->price = plan_price_on(facts->prices, facts->n_prices, code, territory->code, today);
    if (facts->is_made_up && plan == NULL)
        out->price = NULL; /* nothing follows the month by itself */
    if (m->next_plan[0] != 0)
        out->next_price =
            plan_price_on(facts->prices, facts->n_prices, m->next_plan, territory->code, today);
    out->tax_permille = territory->tax_permille > 0 ? territory->tax_permille : 0;
    memcpy(out->dunning, p->dunning, sizeof out->dunning);
}

enum err billing_terms(struct billing *b, struct arena *arena, const struct membership *m,
                       const char *plan, means_id means, utc_time now, struct membership_terms *out)
{
    struct billing_facts facts;
    struct means found;
    enum err err = billing_facts_read(b, arena, &facts);
    if (err != OK)
        return err;
    billing_terms_of(b, &facts, arena, m, plan, now, out);
    if (means.s[0] == 0)
        return OK;
    err = store_means_get(b->params.store, arena, m->member, means, &found);
    if (err == OK)
        err = store_means_had_trial(b->params.store, m->member, found.fingerprint,
                                    &out->means_had_trial);
    return err == ERR_NOT_FOUND ? OK : err;
}
