#include <string.h>

#include "driver/vault/envelope.h"
#include "format/cpix/cpix.h"
#include "service/keys/keys.h"

_Static_assert((int)CPIX_ID == (int)STORE_KEY, "a key id");
_Static_assert((int)ENVELOPE_VALUE <= (int)CPIX_VALUE_MAX, "an encrypted value");
_Static_assert((int)ENVELOPE_MAC == (int)CPIX_MAC, "its MAC");

/* ---- out --------------------------------------------------------------------------------------
 */

/* The frames that a class holds, for other packagers: by pixels, as CPIX filters do. */
static const struct {
    const char *track_type;
    uint64_t least, most;
} rules[KEY_CLASSES] = {
    [KEY_AUDIO] = { "AUDIO", 0, 0 },
    [KEY_SD] = { "SD", 0, 1024 * 576 },
    [KEY_HD] = { "HD", 1024 * 576 + 1, 1920 * 1080 },
    [KEY_UHD] = { "UHD", 1920 * 1080 + 1, 0 },
};

static enum err fill_key(struct keys_desk *desk, const struct store_content_key *row,
                         struct envelope *envelope, struct cpix_key *out)
{
    *out = (struct cpix_key){ .has_iv = true,
                              .scheme = "cbcs",
                              .track_type = rules[row->class].track_type,
                              .is_audio = row->class == KEY_AUDIO,
                              .least_pixels = rules[row->class].least,
                              .most_pixels = rules[row->class].most };
    memcpy(out->kid, row->kid, sizeof out->kid);
    memcpy(out->iv, row->iv, sizeof out->iv);
    enum err err = vault_unwrap(desk->vault, row->wrapped, row->kid, out->plain);
    if (err == OK && envelope != NULL) {
        err = envelope_seal(envelope, out->plain, out->encrypted, out->mac);
        explicit_bzero(out->plain, sizeof out->plain);
        out->encrypted_size = ENVELOPE_VALUE;
    }
    return err;
}

static void fill_systems(struct cpix *c, struct arena *arena, const struct store_drm *rows,
                         size_t n)
{
    c->n_systems = n;
    c->systems = ARENA_ARRAY(arena, struct cpix_system, n);
    for (size_t i = 0; i < n; i++) {
        struct cpix_system *s = &c->systems[i];
        *s = (struct cpix_system){ .pssh = rows[i].pssh,
                                   .dash = rows[i].dash,
                                   .hls_media = rows[i].hls_media,
                                   .hls_master = rows[i].hls_master };
        memcpy(s->kid, rows[i].kid, sizeof s->kid);
        memcpy(s->system, rows[i].system, sizeof s->system);
    }
}

static enum err write_out(struct keys_desk *desk, const struct keys_export *what,
                          struct envelope *envelope, struct buf *out)
{
    struct store_content_key *rows = NULL;
    struct store_drm *drm = NULL;
    struct cpix_delivery delivery = { 0 };
    size_t n = 0, n_drm = 0;
    enum err err = store_content_keys(desk->store, desk->arena, what->edition, &rows, &n);
    if (err == OK)
        err = store_drm_list(desk->store, desk->arena, what->edition, &drm, &n_drm);
    if (err != OK)
        return err;
    struct cpix c = { .content_id = what->content_id, .n_keys = n };
    struct cpix_key *keys = vault_secret_alloc(KEY_CLASSES * sizeof *keys);
    if (keys == NULL)
        return ERR_MEMORY;
    c.keys = keys;
    for (size_t i = 0; i < n && err == OK; i++)
        err = n <= KEY_CLASSES ? fill_key(desk, &rows[i], envelope, &keys[i]) : ERR_MALFORMED;
    fill_systems(&c, desk->arena, drm, n_drm);
    if (envelope != NULL) {
        delivery.certificate = envelope_certificate(envelope, &delivery.certificate_size);
        delivery.document_key = envelope_document_key(envelope, &delivery.document_key_size);
        delivery.mac_key = envelope_mac_key(envelope, &delivery.mac_key_size);
        c.delivery = &delivery;
    }
    if (err == OK)
        cpix_write(&c, out);
    vault_secret_free(&keys);
    return err == OK ? out->err : err;
}

enum err keys_cpix_export(struct keys_desk *desk, const struct keys_export *what, struct buf *out)
{
    struct envelope *envelope = NULL;
    enum err err = OK;
    if (what->certificate == NULL && !what->in_clear)
        return ERR_ARGUMENT;
    if (what->certificate != NULL)
        err =
            envelope_create((const uint8_t *)what->certificate, what->certificate_size, &envelope);
    if (err == ERR_MALFORMED)
        desk->why = "the recipient's certificate is no X.509 certificate";
    else if (err == ERR_UNSUPPORTED)
        desk->why = "the recipient's key must be RSA of 2,048 bits or more";
    else if (err == ERR_EXPIRED)
        desk->why = "the recipient's certificate is not valid now";
    if (err != OK)
        return err;
    err = write_out(desk, what, envelope, out);
    envelope_destroy(&envelope);
    return err;
}

/* ---- in ---------------------------------------------------------------------------------------
 */

static const char *uuid(struct keys_desk *desk, const uint8_t id[CPIX_ID])
{
    char text[CPIX_UUID_TEXT];
    cpix_uuid_format(id, text);
    return arena_strdup(desk->arena, text);
}

/* A value that is said has to be the one we have: what packages and what licenses must agree. */
static enum err check_key(struct keys_desk *desk, const struct cpix_key *k)
{
    struct store_content_key row;
    uint8_t key[VAULT_KEY];
    enum err err = store_content_key_get(desk->store, k->kid, &row);
    if (err == ERR_NOT_FOUND)
        desk->why = arena_printf(desk->arena, "the key %s is none of ours", uuid(desk, k->kid));
    if (err != OK || !k->has_plain)
        return err;
    err = vault_unwrap(desk->vault, row.wrapped, row.kid, key);
    uint8_t differs = 0;
    for (size_t i = 0; i < sizeof key; i++)
        differs |= (uint8_t)(key[i] ^ k->plain[i]);
    explicit_bzero(key, sizeof key);
    if (err == OK && differs != 0) {
        desk->why =
            arena_printf(desk->arena, "the key %s has another value here", uuid(desk, k->kid));
        err = ERR_DENIED;
    }
    return err;
}

static enum err take(struct keys_desk *desk, const struct cpix *c)
{
    struct store_drm *rows = ARENA_ARRAY(desk->arena, struct store_drm, c->n_systems);
    enum err err = OK;
    for (size_t i = 0; i < c->n_keys && err == OK; i++)
        err = check_key(desk, &c->keys[i]);
    for (size_t i = 0; i < c->n_systems && err == OK; i++) {
        const struct cpix_system *s = &c->systems[i];
        struct cpix_key only_id = { .has_plain = false };
        memcpy(only_id.kid, s->kid, sizeof only_id.kid);
        err = check_key(desk, &only_id);
        rows[i] = (struct store_drm){
            .pssh = s->pssh, .dash = s->dash, .hls_media = s->hls_media, .hls_master = s->hls_master
        };
        memcpy(rows[i].kid, s->kid, sizeof rows[i].kid);
        memcpy(rows[i].system, s->system, sizeof rows[i].system);
    }
    return err == OK ? store_drm_put(desk->store, rows, c->n_systems) : err;
}

enum err keys_cpix_import(struct keys_desk *desk, const uint8_t *bytes, size_t n, size_t *systems)
{
    struct cpix c;
    char *why = arena_alloc(desk->arena, CPIX_WHY);
    enum err err = cpix_read(desk->arena, bytes, n, &c, why);
    if (err != OK)
        desk->why = why;
    else
        err = take(desk, &c);
    if (c.keys != NULL)
        explicit_bzero(c.keys, CPIX_KEYS_MAX * sizeof *c.keys);
    *systems = c.n_systems;
    return err;
}
