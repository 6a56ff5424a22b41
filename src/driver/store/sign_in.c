/* Failed sign-ins: counted where a restart does not forget them. */
#include "driver/store/internal.h"
#include "driver/store/members.h"
#include "driver/store/sign_in_rows.h"

struct failures {
    unsigned count;
    utc_time first, last;
};

/* Counts of a window that is over, or of a clock that was set back, are none. */
static bool is_running(const struct failures *f, utc_time now)
{
    return f->count > 0 && now.us >= f->first.us && now.us - f->first.us < SIGN_IN_WINDOW_US;
}

static enum err read_failures(struct connection *c, const char *key, utc_time now,
                              struct failures *out)
{
    *out = (struct failures){ 0 };
    struct query q =
        query_of(c, "SELECT failures, first, last FROM sign_in_failure WHERE key = ?1");
    query_text(&q, 1, key);
    if (query_next(&q))
        *out = (struct failures){ .count = (unsigned)row_number(&q, 0),
                                  .first = row_time(&q, 1),
                                  .last = row_time(&q, 2) };
    if (!is_running(out, now))
        *out = (struct failures){ .first = now };
    return query_end(&q);
}

static enum err write_failures(struct connection *c, const char *key, const struct failures *f)
{
    struct query q =
        query_of(c, "INSERT INTO sign_in_failure (key, failures, first, last)"
                    " VALUES (?1, ?2, ?3, ?4) ON CONFLICT (key) DO UPDATE SET"
                    " failures = excluded.failures, first = excluded.first, last = excluded.last");
    query_text(&q, 1, key);
    query_number(&q, 2, f->count);
    query_number(&q, 3, f->first.us);
    query_number(&q, 4, f->last.us);
    return query_run(&q, NULL);
}

static enum err count_one(struct connection *c, const char *key, utc_time now)
{
    struct failures f;
    enum err err = read_failures(c, key, now, &f);
    f.count++;
    f.last = now;
    return err == OK ? write_failures(c, key, &f) : err;
}

/* Rows whose window is over, a few at a time, so that guessing at random names fills no disk. */
static enum err sweep(struct connection *c, utc_time now)
{
    struct query q = query_of(c, "DELETE FROM sign_in_failure WHERE key IN (SELECT key"
                                 " FROM sign_in_failure WHERE last < ?1 ORDER BY last LIMIT 20)");
    query_number(&q, 1, now.us - SIGN_IN_WINDOW_US);
    return query_run(&q, NULL);
}

struct sign_in_call {
    const char *address, *network;
    utc_time now;
    int64_t wait_us;
};

static enum err add_failure(struct connection *c, void *call)
{
    const struct sign_in_call *s = call;
    enum err err = sweep(c, s->now);
    return err == OK ? count_one(c, s->address, s->now) : err;
}

enum err store_sign_in_failed(struct store *store, const char *key, utc_time now)
{
    struct sign_in_call s = { .address = key, .now = now };
    return store_write(store, add_failure, &s);
}

enum err store_sign_in_failures(struct store *store, const char *key, utc_time now, unsigned *count,
                                utc_time *last)
{
    struct connection *c = NULL;
    struct failures f = { 0 };
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = read_failures(c, key, now, &f);
    *count = f.count;
    *last = f.last;
    return store_read_end(store, &c, err);
}

static enum err clear_key(struct connection *c, const char *key)
{
    struct query q = query_of(c, "DELETE FROM sign_in_failure WHERE key = ?1");
    query_text(&q, 1, key);
    return query_run(&q, NULL);
}

static int64_t still_to_wait(const struct failures *f, int64_t wait_us, utc_time now)
{
    int64_t left = f->last.us + wait_us - now.us;
    return f->count == 0 || wait_us == 0 || left < 0 ? 0 : left;
}

enum err sign_in_try(struct connection *c, const char *address, const char *network, utc_time now,
                     int64_t *wait_us)
{
    struct failures of_address, of_network = { 0 };
    enum err err = read_failures(c, address, now, &of_address);
    if (err == OK && network != NULL)
        err = read_failures(c, network, now, &of_network);
    if (err != OK)
        return err;
    int64_t a = still_to_wait(&of_address, sign_in_wait_us(of_address.count), now);
    int64_t n = still_to_wait(&of_network, sign_in_network_wait_us(of_network.count), now);
    *wait_us = a > n ? a : n;
    if (*wait_us > 0)
        return OK;
    err = sweep(c, now);
    if (err == OK)
        err = count_one(c, address, now);
    if (err == OK && network != NULL)
        err = count_one(c, network, now);
    return err;
}

enum err tries_wait(struct connection *c, const char *const *keys, size_t n,
                    int64_t (*wait)(unsigned count), utc_time now, int64_t *wait_us)
{
    struct failures f;
    enum err err = OK;
    *wait_us = 0;
    for (size_t i = 0; err == OK && i < n; i++) {
        err = read_failures(c, keys[i], now, &f);
        int64_t left = still_to_wait(&f, wait(f.count), now);
        if (err == OK && left > *wait_us)
            *wait_us = left;
    }
    return err;
}

enum err tries_count(struct connection *c, const char *const *keys, size_t n, utc_time now)
{
    enum err err = sweep(c, now);
    for (size_t i = 0; err == OK && i < n; i++)
        err = count_one(c, keys[i], now);
    return err;
}

static enum err begin_sign_in(struct connection *c, void *call)
{
    struct sign_in_call *s = call;
    return sign_in_try(c, s->address, s->network, s->now, &s->wait_us);
}

enum err store_sign_in_begin(struct store *store, const char *address_key, const char *network_key,
                             utc_time now, int64_t *wait_us)
{
    struct sign_in_call s = { .address = address_key, .network = network_key, .now = now };
    enum err err = store_write(store, begin_sign_in, &s);
    *wait_us = s.wait_us;
    return err;
}

enum err sign_in_take_back(struct connection *c, const char *address, const char *network)
{
    enum err err = clear_key(c, address);
    if (err != OK || network == NULL)
        return err;
    struct query q = query_of(c, "UPDATE sign_in_failure SET failures = failures - 1"
                                 " WHERE key = ?1 AND failures > 0");
    query_text(&q, 1, network);
    return query_run(&q, NULL);
}

static enum err sign_in_good(struct connection *c, void *call)
{
    const struct sign_in_call *s = call;
    return sign_in_take_back(c, s->address, s->network);
}

enum err store_sign_in_good(struct store *store, const char *address_key, const char *network_key)
{
    struct sign_in_call s = { .address = address_key, .network = network_key };
    return store_write(store, sign_in_good, &s);
}
