/* Deals as JSON and as lines. */
#include <stdio.h>

#include "service/rights/rights.h"

enum { SET_TEXT = 2048, MEDIA_TEXT = 128 };

static void put_holdback(const struct deal_holdback *h, struct json_writer *w)
{
    char where[SET_TEXT], media[MEDIA_TEXT], from[RIGHTS_EDGE_TEXT], until[RIGHTS_EDGE_TEXT];
    territory_set_text(&h->where, where, sizeof where);
    deal_media_text(h->media, media, sizeof media);
    rights_edge_format(&h->from, from);
    rights_edge_format(&h->until, until);
    json_object(w, NULL);
    json_text(w, "name", h->name);
    json_text(w, "media", media);
    json_text(w, "territories", where);
    json_text(w, "from", from);
    json_text(w, "until", until);
    json_end(w);
}

static void put_fee(const struct deal *deal, struct json_writer *w)
{
    char amount[MONEY_TEXT];
    if (deal->fee.currency[0] == 0) {
        json_null(w, "fee");
        return;
    }
    money_format_amount(&deal->fee, amount);
    json_object(w, "fee");
    json_text(w, "amount", amount);
    json_text(w, "currency", deal->fee.currency);
    json_text(w, "per", deal->fee_per);
    json_end(w);
}

void rights_deal_json(const struct deal *deal, struct json_writer *w)
{
    char where[SET_TEXT], media[MEDIA_TEXT], exclusive[MEDIA_TEXT], day[CIVIL_DAY_TEXT];
    territory_set_text(&deal->where, where, sizeof where);
    deal_media_text(deal->media, media, sizeof media);
    deal_media_text(deal->exclusive_media, exclusive, sizeof exclusive);
    json_object(w, NULL);
    json_text(w, "id", deal->id.s);
    json_text(w, "name", deal->name);
    json_text(w, "direction", deal_direction_name(deal->direction));
    json_text(w, "party", deal->party);
    civil_day_format(deal->from, day);
    json_text(w, "from", day);
    civil_day_format(deal->until, day);
    json_text(w, "until", deal->is_open_ended ? NULL : day);
    json_text(w, "territories", where);
    json_text(w, "media", media);
    json_text(w, "exclusive", deal->exclusive_media == 0 ? NULL : exclusive);
    json_array(w, "titles");
    for (size_t i = 0; i < deal->n_titles; i++)
        json_text(w, NULL, deal->titles[i]);
    json_end(w);
    json_number(w, "streams", deal->streams_max);
    put_fee(deal, w);
    json_array(w, "holdbacks");
    for (size_t i = 0; i < deal->n_holdbacks; i++)
        put_holdback(&deal->holdbacks[i], w);
    json_end(w);
    json_text(w, "contract", deal->contract);
    json_number(w, "version", (int64_t)deal->version);
    json_end(w);
}

enum err rights_deals_json(struct store *store, struct arena *arena, struct json_writer *w)
{
    struct deal *deals;
    size_t n;
    enum err err = store_deals_list(store, arena, &deals, &n);
    if (err != OK)
        return err;
    json_object(w, NULL);
    json_array(w, "items");
    for (size_t i = 0; i < n; i++)
        rights_deal_json(&deals[i], w);
    json_end(w);
    json_end(w);
    return OK;
}

static void holdback_text(const struct deal_holdback *h, struct buf *out)
{
    char where[SET_TEXT], media[MEDIA_TEXT], from[RIGHTS_EDGE_TEXT], until[RIGHTS_EDGE_TEXT];
    territory_set_text(&h->where, where, sizeof where);
    deal_media_text(h->media, media, sizeof media);
    rights_edge_format(&h->from, from);
    rights_edge_format(&h->until, until);
    buf_printf(out, "holdback: %s: no %s in %s from %s until %s\n", h->name, media, where, from,
               until);
}

void rights_deal_text(const struct deal *deal, struct buf *out)
{
    char where[SET_TEXT], media[MEDIA_TEXT], day[CIVIL_DAY_TEXT], fee[MONEY_TEXT];
    territory_set_text(&deal->where, where, sizeof where);
    deal_media_text(deal->media, media, sizeof media);
    buf_printf(out, "%s\n%s, %s %s\n", deal->name, deal->id.s, deal_direction_name(deal->direction),
               deal->party);
    civil_day_format(deal->from, day);
    buf_printf(out, "term: %s to ", day);
    civil_day_format(deal->until, day);
    buf_printf(out, "%s\nwhere: %s\nmedia: %s\n", deal->is_open_ended ? "open" : day, where, media);
    if (deal->exclusive_media != 0) {
        deal_media_text(deal->exclusive_media, media, sizeof media);
        buf_printf(out, "exclusive: %s\n", media);
    }
    if (deal->n_titles == 0)
        buf_text(out, "titles: all of the studio\n");
    for (size_t i = 0; i < deal->n_titles; i++)
        buf_printf(out, "title: %s\n", deal->titles[i]);
    if (deal->streams_max > 0)
        buf_printf(out, "streams of one title at a time: %d\n", deal->streams_max);
    if (deal->fee.currency[0] != 0) {
        money_format(&deal->fee, fee);
        buf_printf(out, "fee: %s a %s\n", fee, deal->fee_per != NULL ? deal->fee_per : "term");
    }
    for (size_t i = 0; i < deal->n_holdbacks; i++)
        holdback_text(&deal->holdbacks[i], out);
    if (deal->contract != NULL)
        buf_printf(out, "contract: %s\n", deal->contract);
}
