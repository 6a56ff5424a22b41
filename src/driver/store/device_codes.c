#include "driver/store/device_codes.h"

#include <stdio.h>
#include <string.h>

#include "driver/store/device_rows.h"
#include "driver/store/internal.h"
#include "driver/store/session_rows.h"
#include "driver/store/sign_in_rows.h"

/* ---- rows ------------------------------------------------------------------------------------ */

#define COLUMNS                                                                                    \
    "digest, mark, state, client, version, name, model, network, place, created, expires,"         \
    " interval_s, polled, coalesce(member, '')"

static void read_bytes(const struct query *q, int column, uint8_t out[32])
{
    if (row_size(q, column) == 32)
        memcpy(out, row_bytes(q, column), 32);
}

static void read_code(struct query *q, struct arena *arena, struct store_device_code *out)
{
    char state[16];
    *out = (struct store_device_code){ 0 };
    read_bytes(q, 0, out->digest);
    read_bytes(q, 1, out->mark);
    row_copy(q, 2, state, sizeof state);
    if (!activation_state_parse(state, &out->activation.state))
        q->err = ERR_MALFORMED;
    out->client = row_text(q, arena, 3);
    out->version = row_text(q, arena, 4);
    out->name = row_text(q, arena, 5);
    out->model = row_text(q, arena, 6);
    out->network = row_text(q, arena, 7);
    out->place = row_text(q, arena, 8);
    out->created = row_time(q, 9);
    out->activation.expires = row_time(q, 10);
    out->activation.interval_s = (int)row_number(q, 11);
    out->activation.polled = row_time(q, 12);
    row_copy(q, 13, out->member.s, sizeof out->member.s);
}

/* Reads the one code of a query that is ready. */
static enum err read_one(struct query *q, struct arena *arena, struct store_device_code *out)
{
    enum err err = query_first(q);
    if (err == OK)
        read_code(q, arena, out);
    enum err ended = query_end(q);
    return err == OK ? ended : err;
}

static enum err write_state(struct connection *c, const struct store_device_code *code)
{
    struct query q = query_of(c, "UPDATE device_code SET state = ?2, interval_s = ?3, polled = ?4,"
                                 " member = ?5 WHERE digest = ?1");
    query_blob(&q, 1, code->digest, 32);
    query_text(&q, 2, activation_state_name(code->activation.state));
    query_number(&q, 3, code->activation.interval_s);
    query_number(&q, 4, code->activation.polled.us);
    query_text(&q, 5, code->member.s[0] != 0 ? code->member.s : NULL);
    return query_run_one(&q);
}

enum err device_codes_take_back(struct connection *c, member_id member)
{
    struct query q = query_of(c, "UPDATE device_code SET state = 'refused'"
                                 " WHERE member = ?1 AND state = 'allowed'");
    query_text(&q, 1, member.s);
    return query_run(&q, NULL);
}

/* ---- a box begins ---------------------------------------------------------------------------- */

/* A few at a time, so that nobody waits long for it. */
static enum err sweep(struct connection *c, utc_time now)
{
    struct query q =
        query_of(c, "DELETE FROM device_code WHERE digest IN (SELECT digest"
                    " FROM device_code WHERE expires <= ?1 ORDER BY expires LIMIT 50)");
    query_number(&q, 1, now.us - ACTIVATION_KEPT_US);
    return query_run(&q, NULL);
}

/* Whether there is room for one more. */
static enum err check_room(struct connection *c, const struct store_device_code *code)
{
    struct query q = query_of(c, "SELECT (SELECT count(*) FROM device_code WHERE network = ?1"
                                 "  AND expires > ?2),"
                                 " (SELECT count(*) FROM device_code WHERE expires > ?2)");
    query_text(&q, 1, code->network);
    query_number(&q, 2, code->created.us);
    int64_t of_network = 0, all = 0;
    if (query_next(&q)) {
        of_network = row_number(&q, 0);
        all = row_number(&q, 1);
    }
    enum err err = query_end(&q);
    if (err == OK && of_network >= ACTIVATION_OF_NETWORK)
        err = ERR_FULL;
    return err == OK && all >= STORE_DEVICE_CODES_MAX ? ERR_BUSY : err;
}

static enum err add_code(struct connection *c, void *call)
{
    const struct store_device_code *code = call;
    enum err err = sweep(c, code->created);
    if (err == OK)
        err = check_room(c, code);
    if (err != OK)
        return err;
    struct query q = query_of(c, "INSERT INTO device_code (digest, mark, state, client, version,"
                                 " name, model, network, place, created, expires, interval_s,"
                                 " polled) VALUES (?1, ?2, 'waiting', ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
                                 " ?10, ?11, 0)");
    query_blob(&q, 1, code->digest, 32);
    query_blob(&q, 2, code->mark, 32);
    query_text(&q, 3, code->client);
    query_text(&q, 4, code->version);
    query_text(&q, 5, code->name);
    query_text(&q, 6, code->model);
    query_text(&q, 7, code->network);
    query_text(&q, 8, code->place);
    query_number(&q, 9, code->created.us);
    query_number(&q, 10, code->activation.expires.us);
    query_number(&q, 11, code->activation.interval_s);
    return query_run(&q, NULL);
}

enum err store_device_code_add(struct store *store, const struct store_device_code *code)
{
    struct store_device_code copy = *code;
    return store_write(store, add_code, &copy);
}

/* ---- it asks again --------------------------------------------------------------------------- */

struct poll_call {
    struct arena *arena;
    const uint8_t *digest;
    const char *client;
    utc_time now;
    enum activation_answer answer;
    struct store_device_code *out;
};

static enum err find_own(struct connection *c, struct poll_call *p)
{
    struct query q = query_of(c, "SELECT " COLUMNS " FROM device_code WHERE digest = ?1");
    query_blob(&q, 1, p->digest, 32);
    enum err err = read_one(&q, p->arena, p->out);
    return err == OK && strcmp(p->out->client, p->client) != 0 ? ERR_DENIED : err;
}

static enum err poll_code(struct connection *c, void *call)
{
    struct poll_call *p = call;
    enum err err = find_own(c, p);
    if (err != OK)
        return err;
    p->answer = activation_poll(&p->out->activation, p->now);
    return write_state(c, p->out);
}

enum err store_device_code_poll(struct store *store, struct arena *arena, const uint8_t digest[32],
                                const char *client, utc_time now, enum activation_answer *answer,
                                struct store_device_code *out)
{
    struct poll_call call = {
        .arena = arena, .digest = digest, .client = client, .now = now, .out = out
    };
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    err = store_read_end(store, &c, find_own(c, &call)); /* what is no code costs no write */
    if (err == OK)
        err = store_write(store, poll_code, &call);
    *answer = call.answer;
    return err;
}

struct use_call {
    const uint8_t *digest;
    const struct store_session_start *session;
};

static enum err use_code(struct connection *c, void *call)
{
    const struct use_call *u = call;
    struct query q = query_of(c, "UPDATE device_code SET state = 'used' WHERE digest = ?1"
                                 " AND state = 'allowed' AND expires > ?2 AND member = ?3");
    query_blob(&q, 1, u->digest, 32);
    query_number(&q, 2, u->session->now.us);
    query_text(&q, 3, u->session->member.s);
    enum err err = query_run_one(&q);
    return err == OK ? session_insert(c, u->session) : err;
}

enum err store_device_code_use(struct store *store, const uint8_t digest[32],
                               const struct store_session_start *session)
{
    struct use_call call = { .digest = digest, .session = session };
    return store_write(store, use_code, &call);
}

/* ---- a member is asked ----------------------------------------------------------------------- */

struct ask_call {
    struct arena *arena;
    const struct store_device_ask *ask;
    struct store_device_code *out;
    int64_t wait_us;
    enum err answer; /* the call itself is OK also when a wrong code was counted */
};

/* A code that waits, or that the same member has decided about. */
static enum err find_asked(struct connection *c, const struct ask_call *a)
{
    struct query q = query_of(c, "SELECT " COLUMNS " FROM device_code WHERE mark = ?1"
                                 " AND expires > ?2 AND (state = 'waiting' OR member = ?3)");
    query_blob(&q, 1, a->ask->mark, 32);
    query_number(&q, 2, a->ask->now.us);
    query_text(&q, 3, a->ask->member.s);
    return read_one(&q, a->arena, a->out);
}

static enum err decide(struct connection *c, struct ask_call *a)
{
    enum activation_state *state = &a->out->activation.state, to = a->ask->to;
    bool is_done = *state == to || (*state == ACTIVATION_USED && to == ACTIVATION_ALLOWED);
    if (is_done)
        return OK;
    if (!activation_may_move(*state, to)) {
        a->answer = ERR_STATE;
        return OK;
    }
    *state = to;
    a->out->member = a->ask->member;
    return write_state(c, a->out);
}

static enum err ask_code(struct connection *c, void *call)
{
    struct ask_call *a = call;
    char of_member[64], of_network[96];
    const char *const keys[] = { of_member, of_network };
    snprintf(of_member, sizeof of_member, "activate:%s", a->ask->member.s);
    snprintf(of_network, sizeof of_network, "activate-from:%s", a->ask->network);
    a->answer = OK;
    enum err err = tries_wait(c, keys, 2, activation_wait_us, a->ask->now, &a->wait_us);
    if (err != OK || a->wait_us > 0)
        return err;
    err = find_asked(c, a);
    if (err == ERR_NOT_FOUND) {
        a->answer = ERR_NOT_FOUND;
        return tries_count(c, keys, 2, a->ask->now);
    }
    return err == OK && a->ask->decides ? decide(c, a) : err;
}

enum err store_device_code_ask(struct store *store, struct arena *arena,
                               const struct store_device_ask *ask, struct store_device_code *out,
                               int64_t *wait_us)
{
    struct ask_call call = { .arena = arena, .ask = ask, .out = out };
    enum err err = store_write(store, ask_code, &call);
    *wait_us = call.wait_us;
    return err == OK ? call.answer : err;
}
