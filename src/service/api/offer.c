#include "service/api/offer.h"

#include "driver/store/rental_right.h"
#include "driver/store/territories.h"

/* Whether any may be rented, and whether any of those lives by a right. */
static bool any_for_rent(const struct shown *shown, size_t n, bool *by_right)
{
    bool any = false;
    *by_right = false;
    for (size_t i = 0; i < n; i++) {
        bool is_shown = shown[i].verdict.is_shown && showing_for_rent(&shown[i].showing);
        any = any || is_shown;
        *by_right = *by_right || (is_shown && shown[i].showing.for_rent);
    }
    return any;
}

static void say_times(struct rental_offer *offer, utc_time from, utc_time start_by,
                      int64_t watch_us)
{
    offer->start_days = (int)((start_by.us - from.us) / UTC_DAY);
    offer->watch_hours = (int)(watch_us / (3600 * UTC_SECOND));
}

static enum err offer_of(const struct api_call *call, const struct rental_question *like,
                         const struct shown *shown, const struct rights_right *right,
                         struct rental_offer *out)
{
    utc_time start_by;
    int64_t watch_us;
    struct rental_question q = *like;
    *out = (struct rental_offer){ 0 };
    if (!shown->verdict.is_shown || !showing_for_rent(&shown->showing) ||
        (shown->showing.for_rent && right == NULL))
        return OK;
    q.right = shown->showing.for_rent ? right : NULL;
    q.most = shown->showing.rent_format;
    enum err err = rental_offer_of(&q, out);
    if (err != OK)
        return err == ERR_NOT_FOUND ? OK : err;
    rental_times(q.right, call->params->rental_start_days, call->params->rental_watch_hours,
                 call->now, &start_by, &watch_us);
    say_times(out, call->now, start_by, watch_us);
    return OK;
}

enum err offers_load(struct api_call *call, title_id title, const playable_id *playables,
                     const struct shown *shown, size_t n, struct offers *out)
{
    struct rental_question q = { .territory = call->viewer.territory, .title = title };
    struct rental_price *list = NULL;
    struct territory territory;
    const struct rights_right **rights =
        ARENA_ARRAY(call->arena, const struct rights_right *, n + 1);
    bool by_right;
    *out = (struct offers){ n, ARENA_ARRAY(call->arena, struct rental_offer, n + 1) };
    if (!any_for_rent(shown, n, &by_right))
        return OK;
    enum err err = store_rental_prices_list(call->store, call->arena, &list, &q.n);
    if (err != OK || (q.n == 0 && !by_right))
        return err;
    err = store_territory_get(call->store, call->arena, q.territory, &territory);
    if (err == OK && by_right)
        err = store_rental_rights(call->store, call->arena, title, playables, n, q.territory,
                                  call->now, rights);
    if (err != OK)
        return err;
    q.list = list;
    q.currency = territory_currency(&territory);
    for (size_t i = 0; err == OK && i < n; i++)
        err = offer_of(call, &q, &shown[i], rights[i], &out->all[i]);
    return err;
}

static void write_price(struct json_writer *w, const struct money *price)
{
    char amount[MONEY_TEXT];
    money_format_amount(price, amount);
    json_object(w, "price");
    json_text(w, "amount", amount);
    json_text(w, "currency", price->currency);
    json_end(w);
}

void offer_write(struct api_call *call, const struct rental_offer *offer, const struct shown *shown)
{
    struct json_writer *w = &call->w;
    const struct rental *rented = shown->rental.is_there ? &shown->rental.rental : NULL;
    struct rental_offer as_sold = { 0 };
    bool is_offered = offer->price.currency[0] != 0;
    if (!is_offered && rented == NULL) {
        json_null(w, "rental");
        return;
    }
    if (!is_offered) {
        as_sold = (struct rental_offer){ .format = rented->format, .price = rented->price };
        say_times(&as_sold, rented->bought, rented->start_by, rented->watch_us);
        offer = &as_sold;
    }
    json_object(w, "rental");
    write_price(w, &offer->price);
    json_text(w, "format", rights_format_name(offer->format));
    json_number(w, "start_days", offer->start_days);
    json_number(w, "watch_hours", offer->watch_hours);
    if (rented == NULL) {
        json_null(w, "rented");
    } else {
        json_object(w, "rented");
        json_text(w, "state", rental_state_name(rental_state_at(rented, call->now, NULL)));
        json_instant(w, "start_by", rented->start_by);
        json_instant(w, "ends", rented->ends);
        json_end(w);
    }
    json_end(w);
}
