#include "driver/vault/vault.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver/vault/master.h"

enum { BEFORE_MAX = 8, TEXT_MAX = 512 };

struct vault {
    char name[VAULT_NAME];
    size_t n; /* at least one: the first wraps */
    struct master masters[1 + BEFORE_MAX];
};

static void name_text(const uint8_t name[WRAP_NAME], char out[VAULT_NAME])
{
    sodium_bin2hex(out, VAULT_NAME, name, WRAP_NAME);
}

/* A token's PIN is not for logs. */
static void hide_pin(const char *text, char *out, size_t room)
{
    const char *pin = strstr(text, "pin-value=");
    size_t n = pin == NULL ? strlen(text) : (size_t)(pin - text) + strlen("pin-value=");
    snprintf(out, room, "%.*s%s", (int)(n > room ? room : n), text, pin == NULL ? "" : "...");
}

static enum err add(struct vault *v, const struct vault_params *p, const char *setting,
                    const char *text, bool may_make, char *said, size_t room)
{
    char shown[TEXT_MAX];
    hide_pin(text, shown, sizeof shown);
    struct why why = { .text = said, .room = room, .setting = setting, .value = shown };
    if (v->n == 1 + BEFORE_MAX)
        return why_say(&why, ERR_ARGUMENT, "is one too many");
    enum err err = master_open(&v->masters[v->n], p->dir, text, may_make, &why);
    if (err == OK)
        v->n++;
    return err;
}

static enum err add_before(struct vault *v, const struct vault_params *p, char *why, size_t room)
{
    char text[TEXT_MAX];
    enum err err = OK;
    for (const char *at = p->before == NULL ? "" : p->before; err == OK;) {
        at += strspn(at, " ");
        size_t n = strcspn(at, " ");
        if (n == 0)
            break;
        snprintf(text, sizeof text, "%.*s", (int)n, at);
        err =
            n < sizeof text ? add(v, p, "master_key_before", text, false, why, room) : ERR_ARGUMENT;
        at += n;
    }
    sodium_memzero(text, sizeof text);
    return err;
}

/* A key that cannot give back what it was given is no key: told when we start, not when a member
 * waits. */
static enum err try_first(struct vault *v, const char *text, char *said, size_t room)
{
    char shown[TEXT_MAX];
    hide_pin(text, shown, sizeof shown);
    struct why why = { .text = said, .room = room, .setting = "master_key", .value = shown };
    uint8_t key[VAULT_KEY], kid[VAULT_KEY], back[VAULT_KEY], wrapped[VAULT_WRAPPED];
    randombytes_buf(key, sizeof key);
    randombytes_buf(kid, sizeof kid);
    enum err err = vault_wrap(v, key, kid, wrapped);
    if (err == OK)
        err = vault_unwrap(v, wrapped, kid, back);
    if (err == OK && sodium_memcmp(key, back, sizeof key) != 0)
        err = ERR_INTERNAL;
    sodium_memzero(key, sizeof key);
    sodium_memzero(back, sizeof back);
    if (err == ERR_UNSUPPORTED)
        return why_say(&why, err, "the token cannot use it for AES-GCM");
    return err == OK ? OK : why_say(&why, err, "does not wrap keys: %s", err_text(err));
}

enum err vault_open(const struct vault_params *params, struct vault **out, char *why, size_t room)
{
    *out = NULL;
    if (room > 0)
        why[0] = 0;
    struct vault *v = sodium_init() < 0 ? NULL : calloc(1, sizeof *v);
    if (v == NULL)
        return ERR_MEMORY;
    enum err err = add(v, params, "master_key", params->master_key, params->may_make, why, room);
    if (err == OK)
        name_text(v->masters[0].name, v->name);
    if (err == OK)
        err = try_first(v, params->master_key, why, room);
    if (err == OK)
        err = add_before(v, params, why, room);
    if (err == OK)
        *out = v;
    else
        vault_close(&v);
    return err;
}

void vault_close(struct vault **vault)
{
    struct vault *v = *vault;
    *vault = NULL;
    for (size_t i = 0; v != NULL && i < v->n; i++)
        master_close(&v->masters[i]);
    free(v);
}

static void parts_fill(struct wrap_parts *parts, const uint8_t *head, const uint8_t *kid)
{
    memcpy(parts->associated, head, WRAP_HEAD);
    memcpy(parts->associated + WRAP_HEAD, kid, VAULT_KEY);
}

enum err vault_wrap(struct vault *v, const uint8_t key[VAULT_KEY], const uint8_t kid[VAULT_KEY],
                    uint8_t out[VAULT_WRAPPED])
{
    struct master *m = &v->masters[0];
    struct wrap_parts parts;
    memset(out, 0, VAULT_WRAPPED);
    out[0] = 1; /* of this layout */
    out[1] = m->ops->form;
    memcpy(out + WRAP_FORM, m->name, WRAP_NAME);
    parts_fill(&parts, out, kid);
    return m->ops->seal(m, &parts, key, out + WRAP_HEAD, out + WRAP_HEAD + WRAP_NONCE);
}

enum err vault_unwrap(struct vault *v, const uint8_t wrapped[VAULT_WRAPPED],
                      const uint8_t kid[VAULT_KEY], uint8_t key[VAULT_KEY])
{
    struct wrap_parts parts;
    parts_fill(&parts, wrapped, kid);
    for (size_t i = 0; i < v->n; i++) {
        struct master *m = &v->masters[i];
        if (memcmp(wrapped + WRAP_FORM, m->name, WRAP_NAME) != 0)
            continue;
        if (wrapped[0] != 1 || wrapped[1] != m->ops->form)
            return ERR_DENIED;
        enum err err =
            m->ops->open(m, &parts, wrapped + WRAP_HEAD, wrapped + WRAP_HEAD + WRAP_NONCE, key);
        if (err != OK)
            sodium_memzero(key, VAULT_KEY);
        return err;
    }
    return ERR_NOT_FOUND;
}

const char *vault_name(const struct vault *v)
{
    return v->name;
}

bool vault_has(const struct vault *v, const char *name)
{
    for (size_t i = 0; i < v->n; i++) {
        char has[VAULT_NAME];
        name_text(v->masters[i].name, has);
        if (strcmp(has, name) == 0)
            return true;
    }
    return false;
}

void vault_wrapped_by(const uint8_t wrapped[VAULT_WRAPPED], char out[VAULT_NAME])
{
    name_text(wrapped + WRAP_FORM, out);
}
