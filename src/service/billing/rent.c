/* Films for a night. An order that has to be paid is an ORDERED rental with an OPEN charge, written
 * together; what becomes of the charge makes it BOUGHT, or over:
 *
 *   ORDERED --paid, or under way--> WAITING --played--> RUNNING --48 hours--> OVER
 *      +-- not paid (VOID) ------------------------------------------------->  |
 *                                      +-- came back, given back ------------>-+
 *
 * A charge that nobody answered for stays OPEN, and the sweep goes on with it until it is paid or
 * VOID: no order stays ORDERED for ever. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "driver/store/rental_right.h"
#include "driver/store/showings.h"
#include "driver/store/titles.h"
#include "rules/billing/rental_offer.h"
#include "rules/viewing/decide.h"
#include "service/billing/inside.h"
#include "service/billing/rent.h"

struct renting {
    struct billing *b;
    struct arena *arena;
    const struct billing_order *said;
    struct billing_order order; /* with what was left out */
    struct billing_result *out;
    utc_time now;
    struct title title;
    struct title_episode episode; /* id "" : a film */
    playable_id playable;
    struct billing_facts facts;
    const struct territory *territory;
    struct member member;
    const struct rights_right *right; /* NULL: the house's own */
    struct rental_offer offer;
    unsigned n_before; /* rentals of it that the member had before */
    struct rental rental;
    struct charge charge;
};

/* ---- refusals: said in out, ERR_DENIED ends the order ---------------------------------------- */

static enum err refuse(struct renting *r, enum billing_refusal refusal, const char *why)
{
    billing_say(r->out, BILLING_REFUSED, "%s", why);
    r->out->refusal = refusal;
    return ERR_DENIED;
}

/* ---- what is wanted -------------------------------------------------------------------------- */

static enum err find_playable(struct renting *r)
{
    struct store *store = r->b->params.store;
    enum err err = OK;
    r->playable = r->said->playable;
    if (r->playable.s[0] == 0)
        err = store_playable_at(store, r->said->title, 0, 0, &r->playable);
    if (err == OK)
        err = store_playable_find(store, r->arena, r->playable, &r->title, &r->episode);
    if (err == OK)
        err = store_member_get(store, r->arena, r->said->member, &r->member);
    return err;
}

/* The one decision: who may not know of it is told of nothing. */
static enum err check_showing(struct renting *r, struct showing *showing)
{
    enum territory_state state;
    enum err err = store_showing_find(r->b->params.store, r->arena, r->playable, r->said->territory,
                                      r->now, showing, &state);
    if (err != OK)
        return err;
    struct viewing_profile anybody = { .is_unlocked =
                                           true }; /* whose profile is the API's to say */
    struct viewing_verdict v = viewing_decide(&(struct viewing_question){ .showing = showing,
                                                                          .territory = state,
                                                                          .member = &r->member,
                                                                          .profile = &anybody,
                                                                          .now = r->now });
    if (!v.is_shown)
        return ERR_NOT_FOUND;
    if (v.reason == VIEWING_ANNOUNCED)
        return refuse(r, BILLING_REFUSAL_STATE, "it cannot be rented yet");
    return showing_for_rent(showing)
               ? OK
               : refuse(r, BILLING_REFUSAL_PRICE, "it is not for rent in this territory");
}

static enum err find_offer(struct renting *r)
{
    struct store *store = r->b->params.store;
    struct showing showing;
    struct rental_question q = { .territory = r->said->territory,
                                 .currency = territory_currency(r->territory),
                                 .title = r->title.id };
    struct rental_price *list;
    enum err err = check_showing(r, &showing);
    if (err == OK && showing.for_rent)
        err = store_rental_rights(store, r->arena, r->title.id, &r->playable, 1, r->said->territory,
                                  r->now, &r->right);
    if (err == OK && showing.for_rent && r->right == NULL)
        return refuse(r, BILLING_REFUSAL_PRICE, "it is not for rent in this territory");
    if (err == OK)
        err = store_rental_prices_list(store, r->arena, &list, &q.n);
    if (err != OK)
        return err;
    q.right = r->right;
    q.list = list;
    q.most = showing.rent_format < r->said->format ? showing.rent_format : r->said->format;
    err = rental_offer_of(&q, &r->offer);
    return err == ERR_NOT_FOUND
               ? refuse(r, BILLING_REFUSAL_PRICE, "it has no price in this territory")
               : err;
}

/* The member's rentals of it: none may be good still, and one that waits for its payment goes on.
 * ERR_EXISTS: r->rental is such a one. */
static enum err check_rentals(struct renting *r)
{
    struct rental *rentals;
    size_t n = 0;
    enum err err = store_rentals_list(r->b->params.store, r->arena, r->said->member, &rentals, &n);
    r->n_before = 0;
    for (size_t i = 0; err == OK && i < n; i++) {
        enum rental_state state = rental_state_at(&rentals[i], r->now, NULL);
        if (strcmp(rentals[i].playable.s, r->playable.s) != 0)
            continue;
        r->n_before++;
        if (state == RENTAL_WAITING || state == RENTAL_RUNNING) {
            r->out->rental = rentals[i];
            return refuse(
                r, BILLING_REFUSAL_STATE,
                arena_printf(r->arena, "it is rented already, and %s", rental_state_name(state)));
        }
        if (state == RENTAL_ORDERED && rentals[i].ends.us == 0) {
            r->rental = rentals[i];
            err = ERR_EXISTS;
        }
    }
    return err;
}

/* Those of the order, else the membership's own. */
static enum err choose_means(struct renting *r)
{
    struct membership membership;
    struct means means;
    r->order.means = r->said->means;
    if (r->order.means.s[0] == 0) {
        enum err err = store_membership_get(r->b->params.store, r->said->member, &membership);
        if (err != OK)
            return err;
        r->order.means = membership.means;
    }
    if (r->order.means.s[0] == 0)
        return refuse(r, BILLING_REFUSAL_MEANS, "it has to be paid, and there are no means to");
    enum err err =
        store_means_get(r->b->params.store, r->arena, r->said->member, r->order.means, &means);
    if (err == ERR_NOT_FOUND || (err == OK && means.removed.us != 0))
        return refuse(r, BILLING_REFUSAL_MEANS, "there are no such payment means");
    return err;
}

/* ---- the order ------------------------------------------------------------------------------- */

static enum err make_rental(struct renting *r)
{
    const struct billing_params *p = &r->b->params;
    struct store_right_source source = { 0 };
    struct rental *rental = &r->rental;
    *rental = (struct rental){ .member = r->said->member,
                               .title = r->title.id,
                               .playable = r->playable,
                               .price = r->offer.price,
                               .format = r->offer.format,
                               .right = "",
                               .studio = "",
                               .ordered = r->now };
    if (r->said->once != NULL)
        billing_id_of_once(r->said->member, arena_printf(r->arena, "rental %s", r->said->once),
                           rental->id.s);
    else
        id_new(rental->id.s);
    memcpy(rental->territory, r->territory->code, sizeof rental->territory);
    rental_times(r->right, p->rental_start_days, p->rental_watch_hours, r->now, &rental->start_by,
                 &rental->watch_us);
    if (r->right == NULL)
        return OK;
    enum err err = store_right_source(p->store, r->arena, r->right->id, &source);
    rental->right = r->right->id;
    rental->studio = arena_strdup(r->arena, source.studio.s);
    return err;
}

/* "rental PLAYABLE 2": of two orders at the same time only one is written, whatever their keys. */
static void make_charge(struct renting *r)
{
    struct charge *c = &r->charge;
    *c = (struct charge){ .kind = CHARGE_RENTAL,
                          .state = CHARGE_OPEN,
                          .member = r->said->member,
                          .amount = r->rental.price,
                          .means = r->order.means,
                          .created = r->now };
    if (r->territory->tax_permille > 0)
        c->tax_permille = r->territory->tax_permille;
    memcpy(c->territory, r->rental.territory, sizeof c->territory);
    snprintf(c->subject, sizeof c->subject, "rental %s %u", r->playable.s, r->n_before);
    id_new(c->id.s);
    r->rental.charge = c->id;
}

/* ---- carrying it out ------------------------------------------------------------------------- */

static enum err save_free(struct renting *r)
{
    struct ledger_entry cost;
    struct store_billing item = { .rental = &r->rental };
    r->rental.bought = r->now;
    enum err err = rent_cost(r->b, r->arena, &r->rental, r->now, &cost);
    if (err == OK) {
        item.entries = &cost;
        item.n_entries = 1;
    } else if (err != ERR_NOT_FOUND) {
        return err;
    }
    return billing_save(r->b, &item);
}

/* What has come of a charge that is not OPEN any more. */
static void answer_by_state(struct renting *r)
{
    const struct charge *charge = &r->out->charge;
    if (charge->state == CHARGE_VOID || charge->state == CHARGE_RETURNED)
        billing_say(r->out, BILLING_DECLINED, "%s", charge->why);
    else
        billing_say(r->out, charge->state == CHARGE_PENDING ? BILLING_PENDING : BILLING_DONE, "%s",
                    "");
}

/* Two taps are one order: while the other one is being collected its answer is waited for. */
static enum err wait_for_other(struct renting *r)
{
    enum { TRIES = 20 };
    const struct timespec rest = { .tv_nsec = 50 * 1000 * 1000 };
    enum err err = OK;
    for (int i = 0; err == OK && i < TRIES; i++) {
        err = store_charge_get(r->b->params.store, r->arena, r->rental.charge, &r->out->charge);
        if (err == OK && r->out->charge.state != CHARGE_OPEN) {
            answer_by_state(r);
            return OK;
        }
        nanosleep(&rest, NULL);
    }
    return err;
}

/* Asks for the money of a rental that is ordered. */
static enum err collect(struct renting *r)
{
    enum err err = billing_collect(r->b, r->arena, r->rental.charge, &r->order, r->out);
    if (err == OK && r->out->answer == BILLING_BUSY)
        err = wait_for_other(r);
    if (err == OK)
        err = store_rental_get(r->b->params.store, r->arena, r->rental.id, &r->out->rental);
    return err;
}

/* What was ordered before, under the same key or without being paid yet. */
static enum err go_on(struct renting *r)
{
    r->out->rental = r->rental;
    if (r->rental.charge.s[0] == 0)
        return OK;
    enum err err =
        store_charge_get(r->b->params.store, r->arena, r->rental.charge, &r->out->charge);
    if (err == OK && r->out->charge.state == CHARGE_OPEN)
        err = choose_means(r);
    else if (err == OK)
        answer_by_state(r);
    return err == OK && r->out->charge.state == CHARGE_OPEN ? collect(r) : err;
}

static enum err begin(struct renting *r)
{
    bool is_free = r->offer.price.minor == 0;
    enum err err = is_free ? OK : choose_means(r);
    if (err == OK)
        err = make_rental(r);
    if (err != OK)
        return err;
    if (!is_free)
        make_charge(r);
    struct store_billing item = { .charge = &r->charge,
                                  .charge_was = CHARGE_OPEN,
                                  .rental = &r->rental };
    err = is_free ? save_free(r) : billing_save(r->b, &item);
    if (err != OK)
        return err;
    r->out->rental = r->rental;
    return is_free ? OK : collect(r);
}

/* ERR_NOT_FOUND: nothing was ordered under the key. */
static enum err look_for_key(struct renting *r)
{
    rental_id id;
    if (r->said->once == NULL)
        return ERR_NOT_FOUND;
    billing_id_of_once(r->said->member, arena_printf(r->arena, "rental %s", r->said->once), id.s);
    enum err err = store_rental_get(r->b->params.store, r->arena, id, &r->rental);
    return err == OK ? go_on(r) : err;
}

static enum err try_once(struct renting *r)
{
    r->now = clock_now();
    *r->out = (struct billing_result){ .answer = BILLING_DONE };
    enum err err = look_for_key(r);
    if (err != ERR_NOT_FOUND)
        return err;
    err = find_playable(r);
    if (err == OK)
        err = billing_facts_read(r->b, r->arena, &r->facts);
    if (err != OK)
        return err;
    r->territory = billing_territory(&r->facts, r->arena, r->said->territory);
    err = check_rentals(r);
    if (err == ERR_EXISTS)
        return go_on(r);
    if (err == OK)
        err = find_offer(r);
    return err == OK ? begin(r) : err;
}

enum err billing_rent(struct billing *b, struct arena *arena, const struct billing_order *order,
                      struct billing_result *out)
{
    struct renting *r = ARENA_NEW(arena, struct renting);
    *r = (struct renting){ .b = b, .arena = arena, .said = order, .order = *order, .out = out };
    for (int i = 0; i < BILLING_AGAIN_MAX; i++) {
        enum err err = try_once(r);
        if (err == ERR_DENIED) /* said */
            return OK;
        if (err != ERR_STATE && err != ERR_EXISTS)
            return err;
    }
    billing_say(out, BILLING_BUSY, "it is being rented at this moment");
    return OK;
}
