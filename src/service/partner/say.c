#include <string.h>

#include "driver/store/assertions.h"
#include "driver/store/boxes.h"
#include "rules/partners/box_json.h"
#include "service/partner/inside.h"

void partner_subscription_json(struct json_writer *w, const char *key,
                               const struct partner_subscription *s, utc_time now,
                               const struct partner_activation *activation)
{
    json_object(w, key);
    json_text(w, "id", s->id.s);
    json_text(w, "partner_account_id", s->account);
    json_text(w, "bundle", s->bundle);
    json_text(w, "channel", s->channel[0] != 0 ? s->channel : NULL);
    json_text(w, "state", partner_state_name(partner_state_at(s, now)));
    json_instant(w, "since", partner_state_since(s, now));
    json_bool(w, "linked", s->member.s[0] != 0);
    json_instant(w, "created", s->created);
    json_instant(w, "activated", s->activated);
    json_instant(w, "suspended", s->suspended);
    json_instant(w, "ends", s->ends);
    json_instant(w, "token_expires", s->token_expires);
    json_instant(w, "changed", s->changed);
    if (activation != NULL) {
        json_object(w, "activation");
        json_text(w, "token", activation->token);
        json_text(w, "link", activation->link);
        json_instant(w, "expires", s->token_expires);
        json_end(w);
    }
    json_end(w);
}

/* ---- partners -------------------------------------------------------------------------------- */

static void terms_json(const struct bundle_terms *t, struct json_writer *w)
{
    char amount[MONEY_TEXT], day[CIVIL_DAY_TEXT];
    money_format_amount(&t->price, amount);
    civil_day_format(t->from, day);
    json_object(w, NULL);
    json_text(w, "from", day);
    json_object(w, "price");
    json_text(w, "amount", amount);
    json_text(w, "currency", t->price.currency);
    json_end(w);
    json_number(w, "share_permille", t->share_permille);
    json_end(w);
}

enum err partner_bundles_json(struct store *store, struct arena *arena, partner_id partner,
                              struct json_writer *w, const char *key)
{
    struct bundle *bundles = NULL;
    struct bundle_terms *terms = NULL;
    size_t n = 0, n_terms = 0;
    enum err err = store_bundles_list(store, arena, partner, &bundles, &n);
    if (err == OK)
        err = store_bundle_terms_list(store, arena, partner, &terms, &n_terms);
    json_array(w, key);
    for (size_t i = 0; err == OK && i < n; i++) {
        json_object(w, NULL);
        json_text(w, "code", bundles[i].code);
        json_text(w, "plan", bundles[i].plan);
        json_text(w, "territory", bundles[i].territory);
        json_bool(w, "offered", bundles[i].is_offered);
        json_array(w, "terms");
        for (size_t k = 0; k < n_terms; k++)
            if (strcmp(terms[k].code, bundles[i].code) == 0)
                terms_json(&terms[k], w);
        json_end(w);
        json_end(w);
    }
    json_end(w);
    return err;
}

static enum err keys_json(struct store *store, struct arena *arena, partner_id partner,
                          struct json_writer *w)
{
    struct store_partner_key *keys = NULL;
    size_t n = 0;
    enum err err = store_partner_keys_list(store, arena, partner, &keys, &n);
    json_array(w, "keys");
    for (size_t i = 0; err == OK && i < n; i++) {
        json_object(w, NULL);
        json_text(w, "id", keys[i].id.s);
        json_text(w, "algorithm", partner_algorithm_name(keys[i].algorithm));
        json_instant(w, "created", keys[i].created);
        json_instant(w, "revoked", keys[i].revoked);
        json_end(w);
    }
    json_end(w);
    return err;
}

static enum err assertion_keys_json(struct store *store, struct arena *arena, partner_id partner,
                                    struct json_writer *w)
{
    struct store_assertion_key *keys = NULL;
    size_t n = 0;
    enum err err = store_assertion_keys_list(store, arena, partner, &keys, &n);
    json_array(w, "assertion_keys");
    for (size_t i = 0; err == OK && i < n; i++) {
        json_object(w, NULL);
        json_text(w, "id", keys[i].id.s);
        json_text(w, "algorithm", keys[i].algorithm);
        json_instant(w, "created", keys[i].created);
        json_instant(w, "ended", keys[i].ended);
        json_end(w);
    }
    json_end(w);
    return err;
}

/* How its boxes look, what they are to run, and what they do run. */
static enum err boxes_json(struct store *store, struct arena *arena, partner_id partner,
                           utc_time now, struct json_writer *w)
{
    struct look look;
    struct box_rollout rollout;
    struct box_count *counts = NULL;
    size_t n = 0;
    enum err err = store_look_get(store, arena, partner, &look);
    if (err != OK)
        return err;
    look_json(w, "look", &look);
    err = store_box_rollout_get(store, partner, &rollout);
    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    box_rollout_json(w, "rollout", err == OK ? &rollout : NULL);
    err = store_boxes_count(store, arena, &partner, (utc_time){ now.us - BOX_COUNT_DAYS * UTC_DAY },
                            &counts, &n);
    box_counts_json(w, "boxes", counts, n);
    return err;
}

static enum err counts_json(struct store *store, partner_id partner, utc_time now,
                            struct json_writer *w)
{
    int64_t counts[PARTNER_STATE_COUNT];
    enum err err = store_partner_counts(store, partner, now, counts);
    json_object(w, "subscriptions");
    for (unsigned i = 0; err == OK && i < PARTNER_STATE_COUNT; i++)
        json_number(w, partner_state_name((enum partner_state)i), counts[i]);
    json_end(w);
    return err;
}

enum err partner_json(struct store *store, struct arena *arena, const struct partner *partner,
                      utc_time now, struct json_writer *w, const char *key)
{
    json_object(w, key);
    json_text(w, "id", partner->id.s);
    json_text(w, "name", partner->name);
    json_text(w, "contact", partner->contact);
    json_instant(w, "created", partner->created);
    json_instant(w, "suspended", partner->suspended);
    enum err err = partner_bundles_json(store, arena, partner->id, w, "bundles");
    if (err == OK)
        err = keys_json(store, arena, partner->id, w);
    if (err == OK)
        err = assertion_keys_json(store, arena, partner->id, w);
    if (err == OK)
        err = boxes_json(store, arena, partner->id, now, w);
    if (err == OK)
        err = counts_json(store, partner->id, now, w);
    json_end(w);
    return err;
}

enum err partners_json(struct store *store, struct arena *arena, utc_time now,
                       struct json_writer *w)
{
    struct partner *partners = NULL;
    size_t n = 0;
    enum err err = store_partners_list(store, arena, &partners, &n);
    json_object(w, NULL);
    json_array(w, "items");
    for (size_t i = 0; err == OK && i < n; i++)
        err = partner_json(store, arena, &partners[i], now, w, NULL);
    json_end(w);
    json_end(w);
    return err;
}

void partner_differences_json(const struct partner_difference *differences, size_t n,
                              struct json_writer *w)
{
    json_array(w, "differences");
    for (size_t i = 0; i < n; i++) {
        const struct partner_difference *d = &differences[i];
        json_object(w, NULL);
        json_text(w, "kind", partner_difference_name(d->kind));
        json_text(w, "partner_account_id", d->account);
        json_text(w, "subscription_id", d->id[0] != 0 ? d->id : NULL);
        json_text(w, "ours", d->ours);
        json_text(w, "theirs", d->theirs);
        json_text(w, "text", d->text);
        json_end(w);
    }
    json_end(w);
}
