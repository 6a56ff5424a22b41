#include "driver/coffer/coffer.h"

#include <errno.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "driver/coffer/keys.h"
#include "driver/store/seals.h"

/* A sealed blob, to the byte: magic, id of the key, nonce, ciphertext, tag. The magic, the id and
 * the blob's name are authenticated with it. */
enum {
    MAGIC = 8,
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    NONCE_AT = MAGIC + VAULT_KEY,
    HEAD = NONCE_AT + NONCE,
    ASSOCIATED_MAX = NONCE_AT + BLOB_NAME_MAX,
    /* Bytes of one blob: the longest captions that can be written, and room. */
    BLOB_MAX = 80 * 1024 * 1024,
};
_Static_assert((int)VAULT_DERIVED == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "the key");

#define DAY_US (24 * 3600 * UTC_SECOND)

static const uint8_t magic[MAGIC] = { 'l', 'n', 't', 's', 'e', 'a', 'l', 1 };

struct coffer {
    struct coffer_params params;
    struct coffer_keys *keys;
    atomic_bool is_used; /* something is sealed, as far as we know: the store is asked what is */
};

enum err coffer_create(const struct coffer_params *params, struct coffer **out)
{
    struct store_seal_state state;
    *out = NULL;
    enum err err = store_seal_state(params->store, &state);
    if (err != OK)
        return err;
    struct coffer *c = sodium_init() < 0 ? NULL : calloc(1, sizeof *c);
    if (c == NULL)
        return ERR_MEMORY;
    c->params = *params;
    atomic_init(&c->is_used, state.has_key);
    err = coffer_keys_create(params, &c->keys);
    *out = c;
    if (err != OK)
        coffer_destroy(out);
    return err;
}

void coffer_destroy(struct coffer **coffer)
{
    if (*coffer == NULL)
        return;
    coffer_keys_destroy(&(*coffer)->keys);
    free(*coffer);
    *coffer = NULL;
}

/* ---- names ------------------------------------------------------------------------------------
 */

static bool begins_with(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

bool coffer_is_for(const char *name)
{
    if (begins_with(name, "work/"))
        return !ends_with(name, ".frag") && !ends_with(name, ".mp4");
    if (begins_with(name, "media/"))
        return strstr(name, "/tiles/") != NULL;
    return begins_with(name, "images/") || begins_with(name, "captions/");
}

const char *coffer_why(enum err err)
{
    switch (err) {
    case ERR_MALFORMED: return "it was altered";
    case ERR_STATE: return "it lies in clear, and everything of ours is sealed";
    case ERR_DENIED: return "the key it is sealed under does not open";
    default: return err_text(err);
    }
}

/* What lies in clear has to look like what its name says: a sealed one whose first bytes were
 * altered is no picture. */
static bool looks_right(const char *name, const uint8_t *head, size_t n)
{
    static const struct {
        const char *end, *begin;
    } kinds[] = {
        { ".jpg", "\xff\xd8\xff" },  { ".tiles", "\xff\xd8\xff" }, { ".wide", "\xff\xd8\xff" },
        { ".tall", "\xff\xd8\xff" }, { ".vtt", "WEBVTT" },
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (ends_with(name, kinds[i].end))
            return n >= strlen(kinds[i].begin) &&
                   memcmp(head, kinds[i].begin, strlen(kinds[i].begin)) == 0;
    return true;
}

static size_t associate(const uint8_t head[NONCE_AT], const char *name, uint8_t out[ASSOCIATED_MAX])
{
    size_t n = strnlen(name, BLOB_NAME_MAX);
    memcpy(out, head, NONCE_AT);
    memcpy(out + NONCE_AT, name, n);
    return NONCE_AT + n;
}

/* ---- putting ----------------------------------------------------------------------------------
 */

/* Whether a blob for a coffer is there already. */
static enum err any_there(const struct coffer *c, bool *any)
{
    struct arena *arena = arena_create();
    struct blob_entry *entries = NULL;
    size_t n = 0;
    enum err err = blob_list(c->params.blobs, arena, "", &entries, &n);
    *any = false;
    for (size_t i = 0; i < n && err == OK; i++)
        *any = *any || coffer_is_for(entries[i].name);
    arena_destroy(&arena);
    return err;
}

static enum err find_newest(struct coffer *c, uint8_t kid[VAULT_KEY])
{
    enum err err = coffer_keys_newest(c->keys, kid);
    if (err != ERR_NOT_FOUND)
        return err;
    bool any = false;
    err = any_there(c, &any);
    if (err == OK)
        err = coffer_keys_make(c->keys, true, !any);
    return err == OK || err == ERR_EXISTS ? coffer_keys_newest(c->keys, kid) : err;
}

static enum err seal(struct coffer *c, const char *name, const void *bytes, size_t n, uint8_t *out)
{
    uint8_t associated[ASSOCIATED_MAX];
    const uint8_t *key = NULL;
    memcpy(out, magic, MAGIC);
    randombytes_buf(out + NONCE_AT, NONCE);
    enum err err = find_newest(c, out + MAGIC);
    if (err == OK)
        err = coffer_keys_borrow(c->keys, out + MAGIC, &key);
    if (err != OK)
        return err;
    size_t m = associate(out, name, associated);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + HEAD, NULL, bytes, n, associated, m, NULL,
                                               out + NONCE_AT, key);
    coffer_keys_return(c->keys);
    atomic_store(&c->is_used, true);
    return OK;
}

/* From now on not everything is sealed, and who reads has to know before it is there. */
static enum err put_clear(struct coffer *c, const char *name, const void *bytes, size_t n)
{
    struct store_seal_state state;
    enum err err = store_seal_state(c->params.store, &state);
    if (err == OK && state.is_whole)
        err = store_seal_whole(c->params.store, false, clock_now());
    return err == OK ? blob_put(c->params.blobs, name, bytes, n) : err;
}

static enum err put_sealed(struct coffer *c, const char *name, const void *bytes, size_t n)
{
    if (n > BLOB_MAX)
        return ERR_FULL;
    uint8_t *sealed = malloc(HEAD + n + TAG);
    if (sealed == NULL)
        return ERR_MEMORY;
    enum err err = seal(c, name, bytes, n, sealed);
    if (err == OK)
        err = blob_put(c->params.blobs, name, sealed, HEAD + n + TAG);
    free(sealed);
    return err;
}

enum err coffer_put(struct coffer *coffer, const char *name, const void *bytes, size_t n)
{
    if (!blob_name_is_good(name))
        return ERR_ARGUMENT;
    return coffer->params.is_clear ? put_clear(coffer, name, bytes, n)
                                   : put_sealed(coffer, name, bytes, n);
}

/* ---- reading ----------------------------------------------------------------------------------
 */

struct lying {
    int fd; /* to be closed */
    int64_t size;
    bool is_sealed;
    uint8_t head[HEAD];
};

/* *got: fewer than n at the end of the file. */
static enum err read_at(int fd, uint8_t *bytes, size_t n, int64_t at, size_t *got)
{
    for (*got = 0; *got < n;) {
        ssize_t r = pread(fd, bytes + *got, n - *got, at + (int64_t)*got);
        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0)
            return ERR_IO;
        if (r == 0)
            break;
        *got += (size_t)r;
    }
    return OK;
}

static enum err look_at(struct coffer *c, const char *name, struct lying *out, size_t *got)
{
    enum err err = blob_open(c->params.blobs, name, &out->fd, &out->size);
    if (err != OK)
        return err;
    err = read_at(out->fd, out->head, HEAD, 0, got);
    out->is_sealed = err == OK && *got >= MAGIC && memcmp(out->head, magic, MAGIC) == 0;
    if (err != OK)
        close(out->fd);
    return err;
}

static enum err judge_clear(struct coffer *c, const char *name, const uint8_t *head, size_t n)
{
    struct store_seal_state state;
    if (!atomic_load(&c->is_used))
        return OK;
    enum err err = store_seal_state(c->params.store, &state);
    if (err != OK)
        return err;
    if (state.is_whole)
        return ERR_STATE;
    return looks_right(name, head, n) ? OK : ERR_MALFORMED;
}

/* Opens a blob and says whether it may be read; nothing stays open after an error. */
static enum err lying_open(struct coffer *c, const char *name, struct lying *out)
{
    size_t got = 0;
    enum err err = look_at(c, name, out, &got);
    if (err != OK)
        return err;
    if (!out->is_sealed)
        err = judge_clear(c, name, out->head, got);
    else if (out->size < HEAD + TAG)
        err = ERR_MALFORMED;
    else if (out->size > HEAD + TAG + (int64_t)BLOB_MAX)
        err = ERR_FULL;
    if (err != OK)
        close(out->fd);
    return err;
}

/* Bytes of it in clear. */
static size_t size_of(const struct lying *l)
{
    return (size_t)(l->is_sealed ? l->size - HEAD - TAG : l->size);
}

/* Reads it into `into`, which has room for its ciphertext and tag, and opens it there. */
static enum err open_into(struct coffer *c, const char *name, const struct lying *l, uint8_t *into)
{
    uint8_t associated[ASSOCIATED_MAX];
    const uint8_t *key = NULL;
    size_t n = size_of(l) + TAG, got = 0;
    enum err err = read_at(l->fd, into, n, HEAD, &got);
    if (err == OK && got < n)
        err = ERR_MALFORMED;
    if (err == OK)
        err = coffer_keys_borrow(c->keys, l->head + MAGIC, &key);
    if (err != OK)
        return err == ERR_NOT_FOUND ? ERR_MALFORMED : err; /* no key of ours */
    size_t m = associate(l->head, name, associated);
    int bad = crypto_aead_xchacha20poly1305_ietf_decrypt(into, NULL, NULL, into, n, associated, m,
                                                         l->head + NONCE_AT, key);
    coffer_keys_return(c->keys);
    atomic_store(&c->is_used, true);
    return bad == 0 ? OK : ERR_MALFORMED;
}

enum err coffer_read(struct coffer *coffer, struct arena *arena, const char *name, size_t max,
                     uint8_t **bytes, size_t *n)
{
    struct lying l;
    enum err err = lying_open(coffer, name, &l);
    if (err != OK)
        return err;
    size_t size = size_of(&l), got = 0;
    uint8_t *room = NULL;
    if (l.size < 0 || size > max) {
        err = ERR_FULL;
    } else {
        room = arena_alloc(arena, size + TAG + 1);
        err = l.is_sealed ? open_into(coffer, name, &l, room) : read_at(l.fd, room, size, 0, &got);
    }
    if (err == OK && !l.is_sealed && got < size)
        err = ERR_TRUNCATED;
    close(l.fd);
    if (err != OK)
        return err;
    room[size] = 0;
    *bytes = room;
    *n = size;
    return OK;
}

enum err coffer_copy(struct coffer *coffer, const char *from, const char *to)
{
    struct arena *arena = arena_create();
    uint8_t *bytes = NULL;
    size_t n = 0;
    enum err err = coffer_read(coffer, arena, from, BLOB_MAX, &bytes, &n);
    if (err == OK)
        err = coffer_put(coffer, to, bytes, n);
    arena_destroy(&arena);
    return err;
}

/* Opened where it is kept: no copy of it in clear is left in other memory. */
static enum err open_in_memory(struct coffer *c, const char *name, const struct lying *l, int fd)
{
    size_t n = size_of(l), room = n + TAG;
    if (ftruncate(fd, (off_t)room) != 0)
        return err_from_errno(errno);
    uint8_t *at = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at == MAP_FAILED)
        return ERR_MEMORY;
    enum err err = open_into(c, name, l, at);
    munmap(at, room);
    if (err == OK && ftruncate(fd, (off_t)n) != 0)
        err = err_from_errno(errno);
    return err;
}

enum err coffer_open(struct coffer *coffer, const char *name, struct coffer_file *out)
{
    struct lying l;
    enum err err = lying_open(coffer, name, &l);
    if (err != OK)
        return err;
    *out = (struct coffer_file){ .fd = l.fd, .size = l.size };
    if (!l.is_sealed)
        return OK;
    *out = (struct coffer_file){ .size = (int64_t)size_of(&l), .is_memory = true };
    out->fd = memfd_create("lanterne", MFD_CLOEXEC);
    err = out->fd < 0 ? err_from_errno(errno) : open_in_memory(coffer, name, &l, out->fd);
    close(l.fd);
    if (err != OK && out->fd >= 0)
        close(out->fd);
    return err;
}

/* ---- sealing what is there --------------------------------------------------------------------
 */

enum err coffer_look(struct coffer *coffer, const char *name, enum coffer_look *out)
{
    struct lying l;
    uint8_t kid[VAULT_KEY];
    size_t got = 0;
    enum err err = look_at(coffer, name, &l, &got);
    if (err != OK)
        return err;
    close(l.fd);
    *out = COFFER_CLEAR;
    if (!l.is_sealed)
        return OK;
    err = coffer_keys_newest(coffer->keys, kid);
    *out = err == OK && memcmp(l.head + MAGIC, kid, VAULT_KEY) == 0 ? COFFER_SEALED : COFFER_BEFORE;
    return err == ERR_NOT_FOUND ? OK : err;
}

enum err coffer_seal(struct coffer *coffer, const char *name, bool *did)
{
    enum coffer_look look = COFFER_CLEAR;
    *did = false;
    enum err err = coffer_look(coffer, name, &look);
    if (err != OK || look == COFFER_SEALED)
        return err;
    *did = true;
    return coffer_copy(coffer, name, name);
}

enum err coffer_key_new(struct coffer *coffer)
{
    return coffer_keys_make(coffer->keys, false, false);
}

enum err coffer_is_whole(struct coffer *coffer, bool *is_whole)
{
    struct store_seal_state state;
    enum err err = store_seal_state(coffer->params.store, &state);
    *is_whole = err == OK && state.is_whole;
    return err;
}

enum err coffer_whole(struct coffer *coffer, int64_t *forgotten)
{
    utc_time now = clock_now(), before = { now.us - DAY_US };
    enum err err = store_seal_whole(coffer->params.store, true, now);
    *forgotten = 0;
    return err == OK ? store_seal_keys_forget(coffer->params.store, before, forgotten) : err;
}
