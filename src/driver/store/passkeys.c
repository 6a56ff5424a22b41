#include "driver/store/passkeys.h"

#include <string.h>

#include "driver/store/internal.h"
#include "driver/store/letter_rows.h"
#include "driver/store/member_rows.h"
#include "driver/store/title_rows.h"

#define COLUMNS                                                                                    \
    "p.id, p.member, p.credential, p.algorithm, p.key, p.counter, p.name, p.transports,"           \
    " p.may_be_backed_up, p.is_backed_up, p.created, p.used"

struct passkey_call {
    const struct store_passkey *passkey;
    const struct store_challenge *challenge;
    const struct store_letter *letter;
    uint32_t counter;
    bool is_backed_up;
    utc_time now;
    member_id member;
    const char *id, *name;
};

static const uint8_t *copy_blob(const struct query *q, struct arena *arena, int column, size_t *n)
{
    *n = row_size(q, column);
    uint8_t *copy = arena_alloc(arena, *n + 1);
    if (*n > 0)
        memcpy(copy, row_bytes(q, column), *n);
    return copy;
}

static void read_passkey(const struct query *q, struct arena *arena, struct store_passkey *out)
{
    *out = (struct store_passkey){ .algorithm = (int)row_number(q, 3),
                                   .counter = (uint32_t)row_number(q, 5),
                                   .name = row_text(q, arena, 6),
                                   .transports = (unsigned)row_number(q, 7),
                                   .may_be_backed_up = row_number(q, 8) != 0,
                                   .is_backed_up = row_number(q, 9) != 0,
                                   .created = row_time(q, 10),
                                   .used = row_time(q, 11) };
    row_copy(q, 0, out->id.s, sizeof out->id.s);
    row_copy(q, 1, out->member.s, sizeof out->member.s);
    out->credential = copy_blob(q, arena, 2, &out->credential_size);
    out->key = copy_blob(q, arena, 4, &out->key_size);
}

static enum err take_challenge(struct connection *c, const struct store_challenge *challenge,
                               utc_time now)
{
    struct query q = query_of(c, "DELETE FROM passkey_challenge WHERE expires <= ?1");
    query_number(&q, 1, now.us);
    enum err err = query_run(&q, NULL);
    if (err != OK)
        return err;
    q = query_of(c, "INSERT INTO passkey_challenge (digest, expires) VALUES (?1, ?2)");
    query_blob(&q, 1, challenge->digest, sizeof challenge->digest);
    query_number(&q, 2, challenge->expires.us);
    err = query_run(&q, NULL);
    return err == ERR_EXISTS ? ERR_EXPIRED : err;
}

static enum err check_room(struct connection *c, member_id member)
{
    struct query q = query_of(c, "SELECT count(*) FROM passkey WHERE member = ?1");
    query_text(&q, 1, member.s);
    bool is_full = query_next(&q) && row_number(&q, 0) >= STORE_PASSKEYS_MAX;
    enum err err = query_end(&q);
    return err == OK && is_full ? ERR_FULL : err;
}

static enum err add_passkey(struct connection *c, void *call)
{
    const struct passkey_call *p = call;
    const struct store_passkey *k = p->passkey;
    enum err err = take_challenge(c, p->challenge, k->created);
    if (err == OK)
        err = check_room(c, k->member);
    if (err != OK)
        return err;
    struct query q = query_of(
        c, "INSERT INTO passkey (id, member, credential, algorithm, key, counter, name, transports,"
           " may_be_backed_up, is_backed_up, created, used)"
           " SELECT ?1, id, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0 FROM member WHERE id = ?2");
    query_text(&q, 1, k->id.s);
    query_text(&q, 2, k->member.s);
    query_blob(&q, 3, k->credential, k->credential_size);
    query_number(&q, 4, k->algorithm);
    query_blob(&q, 5, k->key, k->key_size);
    query_number(&q, 6, k->counter);
    query_text(&q, 7, k->name);
    query_number(&q, 8, k->transports);
    query_number(&q, 9, k->may_be_backed_up);
    query_number(&q, 10, k->is_backed_up);
    query_number(&q, 11, k->created.us);
    err = query_run_one(&q);
    return err == OK ? letter_insert(c, p->letter) : err;
}

enum err store_passkey_add(struct store *store, const struct store_passkey *passkey,
                           const struct store_challenge *challenge,
                           const struct store_letter *letter)
{
    struct passkey_call call = { .passkey = passkey, .challenge = challenge, .letter = letter };
    return store_write(store, add_passkey, &call);
}

enum err store_passkeys_list(struct store *store, struct arena *arena, member_id member,
                             struct store_passkey **out, size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " COLUMNS " FROM passkey p WHERE p.member = ?1"
                                 " ORDER BY p.created, p.id");
    query_text(&q, 1, member.s);
    while (query_next(&q))
        read_passkey(&q, arena, list_add(&l));
    err = store_read_end(store, &c, query_end(&q));
    *out = l.items;
    *n = l.n;
    return err;
}

static enum err find_passkey(struct connection *c, struct arena *arena, const uint8_t *credential,
                             size_t n, struct store_passkey *out)
{
    struct query q = query_of(c, "SELECT " COLUMNS " FROM passkey p WHERE p.credential = ?1");
    query_blob(&q, 1, credential, n);
    enum err err = query_first(&q);
    if (err == OK)
        read_passkey(&q, arena, out);
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

enum err store_passkey_find(struct store *store, struct arena *arena, const uint8_t *credential,
                            size_t n, struct store_passkey *out, struct member *member)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = store_read_end(store, &c, find_passkey(c, arena, credential, n, out));
    /* removed between the two reads with their member: not found, which it then is */
    return err == OK ? store_member_get(store, arena, out->member, member) : err;
}

static enum err use_passkey(struct connection *c, void *call)
{
    const struct passkey_call *p = call;
    int64_t counter = -1;
    struct query q = query_of(c, "SELECT counter FROM passkey WHERE id = ?1");
    query_text(&q, 1, p->passkey->id.s);
    enum err err = query_first(&q);
    if (err == OK)
        counter = row_number(&q, 0);
    enum err ended = query_end(&q);
    if (err == OK)
        err = ended;
    if (err == OK)
        err = take_challenge(c, p->challenge, p->now);
    if (err == OK && counter != p->passkey->counter && counter >= p->counter)
        return ERR_ORDER;
    if (err != OK)
        return err;
    q = query_of(c, "UPDATE passkey SET counter = ?2, is_backed_up = ?3, used = ?4 WHERE id = ?1");
    query_text(&q, 1, p->passkey->id.s);
    query_number(&q, 2, p->counter);
    query_number(&q, 3, p->is_backed_up);
    query_number(&q, 4, p->now.us);
    return query_run_one(&q);
}

enum err store_passkey_use(struct store *store, const struct store_passkey *passkey,
                           uint32_t counter, bool is_backed_up,
                           const struct store_challenge *challenge, utc_time now)
{
    struct passkey_call call = { .passkey = passkey,
                                 .counter = counter,
                                 .is_backed_up = is_backed_up,
                                 .challenge = challenge,
                                 .now = now };
    return store_write(store, use_passkey, &call);
}

static enum err rename_passkey(struct connection *c, void *call)
{
    const struct passkey_call *p = call;
    struct query q = query_of(c, "UPDATE passkey SET name = ?3 WHERE member = ?1 AND id = ?2");
    query_text(&q, 1, p->member.s);
    query_text(&q, 2, p->id);
    query_text(&q, 3, p->name);
    return query_run_one(&q);
}

enum err store_passkey_rename(struct store *store, member_id member, const char *id,
                              const char *name)
{
    struct passkey_call call = { .member = member, .id = id, .name = name };
    return store_write(store, rename_passkey, &call);
}

static enum err remove_passkey(struct connection *c, void *call)
{
    const struct passkey_call *p = call;
    struct query q = query_of(c, "DELETE FROM passkey WHERE member = ?1 AND id = ?2");
    query_text(&q, 1, p->member.s);
    query_text(&q, 2, p->id);
    enum err err = query_run_one(&q);
    return err == OK ? letter_insert(c, p->letter) : err;
}

enum err store_passkey_remove(struct store *store, member_id member, const char *id,
                              const struct store_letter *letter)
{
    struct passkey_call call = { .member = member, .id = id, .letter = letter };
    return store_write(store, remove_passkey, &call);
}
