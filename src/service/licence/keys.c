#include "service/licence/keys.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "driver/store/keys.h"
#include "format/cmaf/aes128.h"
#include "rules/viewing/key_class.h"

enum {
    ENTRY_MAX = 96,  /* characters of one key in the answer */
    AROUND_MAX = 64, /* and of all that stands around them */
};

static_assert((int)STORE_WRAPPED == (int)VAULT_WRAPPED, "the store keeps what the vault makes");

/* The greatest picture of both, as a token is made from a decision that may have been another. */
static enum rights_format greatest(const struct keys_grant *grant)
{
    enum rights_format format = grant->format;
    while (grant->lines != 0 && format > RIGHTS_SD && rights_format_lines(format) > grant->lines)
        format--;
    return format;
}

/* ERR_NOT_FOUND: not for this grant, which is told like a key that is not there. */
static enum err find(const struct licence_params *params, struct arena *arena,
                     const struct keys_grant *grant, const uint8_t kid[REQUEST_KID],
                     struct store_content_key *out)
{
    struct store_edition edition;
    enum err err = store_content_key_get(params->store, kid, out);
    if (err == OK && !key_class_is_allowed(out->class, greatest(grant)))
        err = ERR_NOT_FOUND;
    if (err == OK)
        err = store_edition_find(params->store, arena, out->edition, &edition);
    if (err == OK && strcmp(edition.playable.s, grant->playable.s) != 0)
        err = ERR_NOT_FOUND;
    return err;
}

/* The caller wipes key. */
static enum err take(const struct licence_params *params, struct arena *arena,
                     const struct keys_grant *grant, const uint8_t kid[REQUEST_KID],
                     uint8_t key[VAULT_KEY])
{
    struct store_content_key found;
    enum err err = find(params, arena, grant, kid, &found);
    if (err == OK && vault_unwrap(params->vault, found.wrapped, kid, key) != OK)
        err = ERR_INTERNAL; /* it is there, and we cannot open it: that is for the log */
    return err;
}

static void write_key(struct buf *b, const uint8_t kid[REQUEST_KID], const uint8_t key[VAULT_KEY],
                      bool is_first)
{
    buf_text(b, is_first ? "{\"kty\":\"oct\",\"kid\":\"" : ",{\"kty\":\"oct\",\"kid\":\"");
    text_put_base64url(b, kid, REQUEST_KID);
    buf_text(b, "\",\"k\":\"");
    text_put_base64url(b, key, VAULT_KEY);
    buf_text(b, "\"}");
}

static enum err write_all(const struct licence_params *params, struct arena *arena,
                          const struct keys_grant *grant, const struct request_kids *asked,
                          struct buf *b)
{
    uint8_t key[VAULT_KEY];
    size_t written = 0;
    enum err err = OK;
    buf_text(b, "{\"keys\":[");
    for (size_t i = 0; i < asked->n && (err == OK || err == ERR_NOT_FOUND); i++) {
        err = take(params, arena, grant, asked->kids[i], key);
        if (err == OK)
            write_key(b, asked->kids[i], key, written++ == 0);
    }
    explicit_bzero(key, sizeof key);
    buf_text(b, "],\"type\":\"temporary\"}");
    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    return written > 0 ? b->err : ERR_NOT_FOUND;
}

enum err keys_write(const struct licence_params *params, struct arena *arena,
                    const struct keys_grant *grant, const struct request_kids *asked,
                    const char **out, size_t *n)
{
    struct buf b;
    size_t most = asked->n * ENTRY_MAX + AROUND_MAX;
    buf_init(&b, most);
    /* All the room at once: a buffer that grows leaves copies of what it held. */
    if (buf_grow(&b, most) == NULL)
        return ERR_MEMORY;
    buf_truncate(&b, 0);
    enum err err = write_all(params, arena, grant, asked, &b);
    if (err == OK) {
        *out = memcpy(arena_secret(arena, b.size), b.data, b.size);
        *n = b.size;
    }
    explicit_bzero(b.data, b.room);
    buf_finish(&b);
    return err;
}

enum err keys_raw(const struct licence_params *params, struct arena *arena,
                  const struct keys_grant *grant, const uint8_t kid[REQUEST_KID], bool for_segments,
                  const uint8_t **out)
{
    uint8_t key[VAULT_KEY], *raw = arena_secret(arena, VAULT_KEY);
    enum err err = take(params, arena, grant, kid, key);
    if (err == OK && for_segments)
        err = cmaf_aes128_key(key, kid, raw);
    else if (err == OK)
        memcpy(raw, key, VAULT_KEY);
    explicit_bzero(key, sizeof key);
    *out = raw;
    return err;
}
