/* The second factor: its secret, and what was taken of it. */
#include <string.h>

#include "driver/store/account.h"
#include "driver/store/internal.h"
#include "driver/store/letter_rows.h"

struct factor_call {
    member_id member;
    const uint8_t *sealed;
    size_t sealed_size;
    int64_t step;
    const uint8_t (*codes)[32];
    const uint8_t *digest;
    const struct store_letter *letter;
    utc_time now;
};

static enum err put_factor(struct connection *c, void *call)
{
    const struct factor_call *f = call;
    int64_t n = 0;
    struct query q =
        query_of(c, "INSERT INTO second_factor (member, sealed, since, last_step)"
                    " VALUES (?1, ?2, 0, 0) ON CONFLICT (member) DO UPDATE SET"
                    " sealed = excluded.sealed, last_step = 0 WHERE second_factor.since = 0");
    query_text(&q, 1, f->member.s);
    query_blob(&q, 2, f->sealed, f->sealed_size);
    enum err err = query_run(&q, &n);
    return err == OK && n == 0 ? ERR_STATE : err;
}

enum err store_factor_put(struct store *store, member_id member, const uint8_t *sealed, size_t n)
{
    struct factor_call call = { .member = member, .sealed = sealed, .sealed_size = n };
    return store_write(store, put_factor, &call);
}

enum err store_factor_get(struct store *store, struct arena *arena, member_id member,
                          struct store_factor *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q =
        query_of(c, "SELECT sealed, since, last_step FROM second_factor WHERE member = ?1");
    query_text(&q, 1, member.s);
    err = query_first(&q);
    if (err == OK) {
        size_t n = row_size(&q, 0);
        uint8_t *sealed = arena_alloc(arena, n + 1);
        if (n > 0)
            memcpy(sealed, row_bytes(&q, 0), n);
        *out = (struct store_factor){ .sealed = sealed,
                                      .sealed_size = n,
                                      .since = row_time(&q, 1),
                                      .last_step = row_number(&q, 2) };
    }
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}

static enum err forget_codes(struct connection *c, member_id member)
{
    struct query q = query_of(c, "DELETE FROM recovery_code WHERE member = ?1");
    query_text(&q, 1, member.s);
    return query_run(&q, NULL);
}

static enum err add_code(struct connection *c, member_id member, const uint8_t digest[32])
{
    struct query q = query_of(c, "INSERT INTO recovery_code (member, digest) VALUES (?1, ?2)");
    query_text(&q, 1, member.s);
    query_blob(&q, 2, digest, 32);
    return query_run(&q, NULL);
}

static enum err confirm_factor(struct connection *c, void *call)
{
    const struct factor_call *f = call;
    int64_t n = 0;
    struct query q = query_of(c, "UPDATE second_factor SET since = ?3, last_step = ?4"
                                 " WHERE member = ?1 AND since = 0 AND sealed = ?2");
    query_text(&q, 1, f->member.s);
    query_blob(&q, 2, f->sealed, f->sealed_size);
    query_number(&q, 3, f->now.us);
    query_number(&q, 4, f->step);
    enum err err = query_run(&q, &n);
    if (err == OK && n == 0)
        err = ERR_STATE;
    if (err == OK)
        err = forget_codes(c, f->member);
    for (size_t i = 0; err == OK && i < STORE_RECOVERY_CODES; i++)
        err = add_code(c, f->member, f->codes[i]);
    return err == OK ? letter_insert(c, f->letter) : err;
}

enum err store_factor_confirm(struct store *store, member_id member,
                              const struct store_factor *factor, int64_t step,
                              const uint8_t codes[STORE_RECOVERY_CODES][32],
                              const struct store_letter *letter, utc_time now)
{
    struct factor_call call = { .member = member,
                                .sealed = factor->sealed,
                                .sealed_size = factor->sealed_size,
                                .step = step,
                                .codes = codes,
                                .letter = letter,
                                .now = now };
    return store_write(store, confirm_factor, &call);
}

static enum err use_step(struct connection *c, void *call)
{
    const struct factor_call *f = call;
    struct query q = query_of(c, "UPDATE second_factor SET last_step = ?2"
                                 " WHERE member = ?1 AND since > 0 AND last_step < ?2");
    query_text(&q, 1, f->member.s);
    query_number(&q, 2, f->step);
    return query_run_one(&q);
}

enum err store_factor_use(struct store *store, member_id member, int64_t step)
{
    struct factor_call call = { .member = member, .step = step };
    return store_write(store, use_step, &call);
}

static enum err use_code(struct connection *c, void *call)
{
    const struct factor_call *f = call;
    struct query q = query_of(c, "DELETE FROM recovery_code WHERE member = ?1 AND digest = ?2");
    query_text(&q, 1, f->member.s);
    query_blob(&q, 2, f->digest, 32);
    return query_run_one(&q);
}

enum err store_recovery_use(struct store *store, member_id member, const uint8_t digest[32])
{
    struct factor_call call = { .member = member, .digest = digest };
    return store_write(store, use_code, &call);
}

static enum err factor_off(struct connection *c, void *call)
{
    const struct factor_call *f = call;
    struct query q = query_of(c, "DELETE FROM second_factor WHERE member = ?1");
    query_text(&q, 1, f->member.s);
    enum err err = query_run_one(&q);
    if (err == OK)
        err = forget_codes(c, f->member);
    return err == OK ? letter_insert(c, f->letter) : err;
}

enum err store_factor_off(struct store *store, member_id member, const struct store_letter *letter)
{
    struct factor_call call = { .member = member, .letter = letter };
    return store_write(store, factor_off, &call);
}
