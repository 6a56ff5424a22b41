#include "driver/store/billing.h"
#include "driver/store/internal.h"

struct note {
    const uint8_t *signature;
    utc_time now;
    int64_t keep_us;
};

static enum err put_note(struct connection *c, void *call)
{
    const struct note *note = call;
    int64_t n = 0;
    /* A clock that was set back keeps none for ever. */
    struct query q = query_of(c, "DELETE FROM webhook_seen WHERE abs(?1 - at) > ?2");
    query_number(&q, 1, note->now.us);
    query_number(&q, 2, note->keep_us);
    enum err err = query_run(&q, NULL);
    if (err != OK)
        return err;
    q = query_of(c, "INSERT INTO webhook_seen (signature, at) VALUES (?1, ?2)"
                    " ON CONFLICT (signature) DO NOTHING");
    query_blob(&q, 1, note->signature, 32);
    query_number(&q, 2, note->now.us);
    err = query_run(&q, &n);
    return err == OK && n == 0 ? ERR_EXISTS : err;
}

enum err store_webhook_note(struct store *store, const uint8_t signature[32], utc_time now,
                            int64_t keep_us)
{
    struct note note = { signature, now, keep_us };
    return store_write(store, put_note, &note);
}
