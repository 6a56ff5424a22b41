/* Changes of partners' subscriptions, with all that belongs to one. */
#include <string.h>

#include "driver/store/internal.h"
#include "driver/store/partner_rows.h"

static enum err exists(struct query *q, bool *out)
{
    *out = query_next(q);
    return query_end(q);
}

/* Another that runs for the account, or for the member, at that instant. */
static enum err has_rival(struct connection *c, const struct store_partner_change *k, bool *out)
{
    const struct partner_subscription *s = k->after;
    struct query q = query_of(c, "SELECT 1 FROM partner_subscription WHERE id <> ?1"
                                 " AND (ends = 0 OR ends > ?4) AND ((partner = ?2 AND account = ?3)"
                                 " OR member = ?5)");
    query_text(&q, 1, s->id.s);
    query_text(&q, 2, s->partner.s);
    query_text(&q, 3, s->account);
    query_number(&q, 4, k->at.us);
    query_text(&q, 5, s->member.s[0] != 0 ? s->member.s : NULL);
    return exists(&q, out);
}

static void bind_facts(struct query *q, const struct partner_subscription *s)
{
    query_text(q, 1, s->id.s);
    query_text(q, 2, s->bundle);
    query_text(q, 3, s->member.s[0] != 0 ? s->member.s : NULL);
    query_number(q, 4, s->token_expires.us);
    query_number(q, 5, s->activated.us);
    query_number(q, 6, s->linked.us);
    query_number(q, 7, s->suspended.us);
    query_number(q, 8, s->ends.us);
    query_number(q, 9, s->is_on);
    query_number(q, 10, s->version);
}

static enum err insert_subscription(struct connection *c, const struct store_partner_change *k)
{
    const struct partner_subscription *s = k->after;
    struct query q =
        query_of(c, "INSERT INTO partner_subscription (id, bundle, member, token_expires,"
                    " activated, linked, suspended, ends, is_on, version, changed, partner,"
                    " account, channel, created, token_digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7,"
                    " ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)");
    bind_facts(&q, s);
    query_number(&q, 11, s->changed.us);
    query_text(&q, 12, s->partner.s);
    query_text(&q, 13, s->account);
    query_text(&q, 14, s->channel);
    query_number(&q, 15, s->created.us);
    if (k->token_digest != NULL)
        query_blob(&q, 16, k->token_digest, 32);
    return query_run(&q, NULL);
}

static enum err update_subscription(struct connection *c, const struct store_partner_change *k)
{
    struct query q =
        query_of(c, "UPDATE partner_subscription SET bundle = ?2, member = ?3, token_expires = ?4,"
                    " activated = ?5, linked = ?6, suspended = ?7, ends = ?8, is_on = ?9,"
                    " version = ?10, changed = ?11, token_digest = CASE WHEN ?12 IS NOT NULL THEN"
                    " ?12 WHEN ?13 THEN NULL ELSE token_digest END WHERE id = ?1"
                    " AND version = ?14");
    bind_facts(&q, k->after);
    query_number(&q, 11, k->after->changed.us);
    if (k->token_digest != NULL)
        query_blob(&q, 12, k->token_digest, 32);
    query_number(&q, 13, k->forgets_token);
    query_number(&q, 14, k->version);
    enum err err = query_run_one(&q);
    return err == ERR_NOT_FOUND ? ERR_CANCELLED : err;
}

static enum err insert_event(struct connection *c, const struct store_partner_change *k)
{
    const struct partner_subscription *s = k->after;
    struct query q =
        query_of(c, "INSERT INTO partner_event (seq, subscription, bundle, member, token_expires,"
                    " activated, linked, suspended, ends, is_on, version, at, partner, call,"
                    " billing_event) SELECT coalesce(max(seq), 0) + 1, ?1, ?2, coalesce(?3, ''),"
                    " ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14 FROM partner_event");
    bind_facts(&q, s);
    query_number(&q, 11, k->at.us);
    query_text(&q, 12, s->partner.s);
    query_text(&q, 13, partner_call_name(k->call));
    query_text(&q, 14, k->billing_event);
    enum err err = query_run(&q, NULL);
    return err == ERR_EXISTS ? ERR_CANCELLED : err;
}

static enum err commit(struct connection *c, void *call)
{
    const struct store_partner_change *k = call;
    bool is_taken = false;
    enum err err = OK;
    if (k->call == PARTNER_CREATE || k->call == PARTNER_LINK)
        err = has_rival(c, k, &is_taken);
    if (err == OK && is_taken)
        return ERR_CANCELLED;
    if (err == OK)
        err = k->version == 0 ? insert_subscription(c, k) : update_subscription(c, k);
    if (err == OK)
        err = insert_event(c, k);
    if (err == OK)
        err = partner_request_insert(c, k->after->partner.s, k->request, k->at);
    return err;
}

enum err store_partner_commit(struct store *store, const struct store_partner_change *change)
{
    struct store_partner_change copy = *change;
    return store_write(store, commit, &copy);
}

const struct store_also *store_partner_also(struct arena *arena,
                                            const struct store_partner_change *change)
{
    struct store_also *also = ARENA_NEW(arena, struct store_also);
    struct store_partner_change *copy = ARENA_NEW(arena, struct store_partner_change);
    *copy = *change;
    *also = (struct store_also){ .fn = commit, .call = copy };
    return also;
}
