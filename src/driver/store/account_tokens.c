/* Tokens that come by mail, and what they open. */
#include <string.h>

#include "driver/store/account.h"
#include "driver/store/internal.h"
#include "driver/store/letter_rows.h"
#include "driver/store/member_rows.h"
#include "driver/store/sign_in_rows.h"

static const char *const kinds[] = {
    [STORE_TOKEN_VERIFY] = "verify",
    [STORE_TOKEN_ADDRESS] = "address",
    [STORE_TOKEN_RESET] = "reset",
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

struct token_call {
    const struct member *member;
    const char *hash;
    const uint8_t *digest, *keep;
    const struct store_token *token;
    const struct store_letter *letters;
    size_t n_letters;
    const char *address_key, *network_key;
    utc_time now;
    int64_t wait_us;
};

static enum err insert_letters(struct connection *c, const struct token_call *t)
{
    enum err err = OK;
    for (size_t i = 0; err == OK && t->letters != NULL && i < t->n_letters; i++)
        err = letter_insert(c, &t->letters[i]);
    return err;
}

static enum err insert_token(struct connection *c, const struct store_token *t)
{
    struct query q = query_of(c, "DELETE FROM account_token WHERE expires <= ?1");
    query_number(&q, 1, t->created.us);
    enum err err = query_run(&q, NULL);
    if (err != OK)
        return err;
    q = query_of(c, "INSERT INTO account_token (digest, member, kind, email, created, expires)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    query_blob(&q, 1, t->digest, 32);
    query_text(&q, 2, t->member.s);
    query_text(&q, 3, kinds[t->kind]);
    query_text(&q, 4, t->email);
    query_number(&q, 5, t->created.us);
    query_number(&q, 6, t->expires.us);
    return query_run(&q, NULL);
}

/* kind NULL: of every kind. */
static enum err end_tokens(struct connection *c, member_id member, const char *kind)
{
    struct query q = query_of(c, "DELETE FROM account_token WHERE member = ?1"
                                 " AND (?2 IS NULL OR kind = ?2)");
    query_text(&q, 1, member.s);
    query_text(&q, 2, kind);
    return query_run(&q, NULL);
}

static enum err add_account(struct connection *c, void *call)
{
    const struct token_call *t = call;
    enum err err = member_insert(c, t->member, t->hash);
    if (err == OK && t->token != NULL)
        err = insert_token(c, t->token);
    return err == OK ? insert_letters(c, t) : err;
}

enum err store_account_add(struct store *store, const struct member *member,
                           const char *password_hash, const struct store_token *token,
                           const struct store_letter *letter)
{
    struct token_call call = { .member = member,
                               .hash = password_hash,
                               .token = token,
                               .letters = letter,
                               .n_letters = letter != NULL };
    return store_write(store, add_account, &call);
}

static enum err add_token(struct connection *c, void *call)
{
    const struct token_call *t = call;
    enum err err = insert_token(c, t->token);
    return err == OK ? insert_letters(c, t) : err;
}

enum err store_token_add(struct store *store, const struct store_token *token,
                         const struct store_letter *letters, size_t n_letters)
{
    struct token_call call = { .token = token, .letters = letters, .n_letters = n_letters };
    return store_write(store, add_token, &call);
}

/* ---- finding --------------------------------------------------------------------------------- */

static enum err find_token(struct connection *c, struct arena *arena, const uint8_t digest[32],
                           unsigned set, utc_time now, struct store_token *out)
{
    char kind[16];
    unsigned found = KINDS;
    *out = (struct store_token){ 0 };
    struct query q = query_of(c, "SELECT member, kind, email, created, expires FROM account_token"
                                 " WHERE digest = ?1 AND expires > ?2");
    query_blob(&q, 1, digest, 32);
    query_number(&q, 2, now.us);
    enum err err = query_first(&q);
    if (err == OK) {
        memcpy(out->digest, digest, sizeof out->digest);
        row_copy(&q, 0, out->member.s, sizeof out->member.s);
        row_copy(&q, 1, kind, sizeof kind);
        out->email = row_text(&q, arena, 2);
        out->created = row_time(&q, 3);
        out->expires = row_time(&q, 4);
        for (unsigned k = 0; k < KINDS; k++)
            if (strcmp(kind, kinds[k]) == 0 && (set >> k & 1) != 0)
                found = k;
        out->kind = (enum store_token_kind)(found % KINDS);
        err = found == KINDS ? ERR_NOT_FOUND : OK;
    }
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

static enum err find_member(struct connection *c, struct arena *arena, member_id id,
                            struct member *out)
{
    struct query q =
        query_of(c, "SELECT " MEMBER_COLUMNS " FROM " MEMBER_TABLES " WHERE m.id = ?1");
    query_text(&q, 1, id.s);
    enum err err = query_first(&q);
    if (err == OK)
        member_read(&q, arena, out);
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

enum err store_token_find(struct store *store, struct arena *arena, const uint8_t digest[32],
                          unsigned set, utc_time now, struct store_token *out,
                          struct member *member)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    err = find_token(c, arena, digest, set, now, out);
    if (err == OK)
        err = find_member(c, arena, out->member, member);
    return store_read_end(store, &c, err);
}

/* ---- a forgotten password -------------------------------------------------------------------- */

static enum err exists(struct connection *c, member_id id)
{
    struct query q = query_of(c, "SELECT 1 FROM member WHERE id = ?1");
    query_text(&q, 1, id.s);
    enum err err = query_first(&q), ended = query_end(&q);
    return err == OK ? ended : err;
}

static enum err ask_reset(struct connection *c, void *call)
{
    struct token_call *t = call;
    enum err err = sign_in_try(c, t->address_key, t->network_key, t->now, &t->wait_us);
    if (err != OK || t->wait_us > 0 || t->token == NULL)
        return err;
    err = exists(c, t->token->member);
    if (err == ERR_NOT_FOUND)
        return OK;
    if (err == OK)
        err = insert_token(c, t->token);
    return err == OK ? insert_letters(c, t) : err;
}

enum err store_reset_ask(struct store *store, const char *address_key, const char *network_key,
                         const struct store_token *token, const struct store_letter *letter,
                         utc_time now, int64_t *wait_us)
{
    struct token_call call = { .token = token,
                               .letters = letter,
                               .n_letters = letter != NULL,
                               .address_key = address_key,
                               .network_key = network_key,
                               .now = now };
    enum err err = store_write(store, ask_reset, &call);
    *wait_us = call.wait_us;
    return err;
}

/* The address is proven by whoever read what was sent to it. ERR_NOT_FOUND: it is another now. */
static enum err verify(struct connection *c, const struct store_token *t, utc_time now)
{
    struct query q = query_of(c, "UPDATE member SET email_verified ="
                                 " CASE email_verified WHEN 0 THEN ?3 ELSE email_verified END"
                                 " WHERE id = ?1 AND email = ?2");
    query_text(&q, 1, t->member.s);
    query_text(&q, 2, t->email);
    query_number(&q, 3, now.us);
    return query_run_one(&q);
}

static enum err use_reset(struct connection *c, void *call)
{
    const struct token_call *t = call;
    struct store_token token;
    struct arena *arena = arena_create();
    enum err err = find_token(c, arena, t->digest, 1U << STORE_TOKEN_RESET, t->now, &token);
    if (err == OK)
        err = verify(c, &token, t->now);
    if (err == OK)
        err = end_tokens(c, token.member, kinds[STORE_TOKEN_RESET]);
    if (err == OK)
        err = member_put_password(c, token.member, t->hash, NULL);
    if (err == OK)
        err = insert_letters(c, t);
    arena_destroy(&arena);
    return err;
}

enum err store_reset_use(struct store *store, const uint8_t digest[32], const char *hash,
                         const struct store_letter *letter, utc_time now)
{
    struct token_call call = {
        .digest = digest, .hash = hash, .letters = letter, .n_letters = letter != NULL, .now = now
    };
    return store_write(store, use_reset, &call);
}

static enum err set_password(struct connection *c, void *call)
{
    const struct token_call *t = call;
    enum err err = member_put_password(c, t->token->member, t->hash, t->keep);
    if (err == OK)
        err = end_tokens(c, t->token->member, kinds[STORE_TOKEN_RESET]);
    return err == OK ? insert_letters(c, t) : err;
}

enum err store_account_password(struct store *store, member_id id, const char *hash,
                                const uint8_t keep[32], const struct store_letter *letter)
{
    struct store_token of = { .member = id };
    struct token_call call = {
        .token = &of, .hash = hash, .keep = keep, .letters = letter, .n_letters = letter != NULL
    };
    return store_write(store, set_password, &call);
}

/* ---- addresses ------------------------------------------------------------------------------- */

/* The member's address becomes the token's, proven. All tokens end: those that went to the address
 * before open nothing any more. */
static enum err move(struct connection *c, const struct store_token *t, utc_time now)
{
    char key[256];
    enum err err = member_email_key(t->email, strlen(t->email), key, sizeof key);
    if (err != OK)
        return err;
    struct query q = query_of(c, "UPDATE member SET email = ?2, email_key = ?3,"
                                 " email_verified = ?4 WHERE id = ?1");
    query_text(&q, 1, t->member.s);
    query_text(&q, 2, t->email);
    query_text(&q, 3, key);
    query_number(&q, 4, now.us);
    err = query_run_one(&q);
    return err == OK ? end_tokens(c, t->member, NULL) : err;
}

static enum err use_verify(struct connection *c, void *call)
{
    const struct token_call *t = call;
    struct store_token token;
    struct arena *arena = arena_create();
    unsigned set = 1U << STORE_TOKEN_VERIFY | 1U << STORE_TOKEN_ADDRESS;
    enum err err = find_token(c, arena, t->digest, set, t->now, &token);
    if (err == OK && token.kind == STORE_TOKEN_ADDRESS)
        err = move(c, &token, t->now);
    else if (err == OK)
        err = verify(c, &token, t->now);
    if (err == OK)
        err = end_tokens(c, token.member, kinds[token.kind]);
    if (err == OK)
        err = insert_letters(c, t);
    arena_destroy(&arena);
    return err;
}

enum err store_verify_use(struct store *store, const uint8_t digest[32],
                          const struct store_letter *letters, size_t n_letters, utc_time now)
{
    struct token_call call = {
        .digest = digest, .letters = letters, .n_letters = n_letters, .now = now
    };
    return store_write(store, use_verify, &call);
}
