/* One pass over the tags: where we are is a list of names, what is innermost its text. Lists that
 * we have no use for (update history, periods, usage rules, signatures) are stepped over. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "format/avails/xml.h"
#include "format/cpix/cpix.h"

enum { NAME_ROOM = 32 };

struct reading {
    struct arena *arena;
    struct xml *xml;
    struct cpix *out;
    char *why;
    enum err err;
    char names[XML_DEPTH_MAX][NAME_ROOM];
    size_t depth;
    struct buf text;
    bool is_master; /* of the HLSSignalingData that is open */
};

__attribute__((format(printf, 3, 4))) static void fail(struct reading *r, enum err err,
                                                       const char *format, ...)
{
    char what[CPIX_WHY - 24];
    va_list args;
    if (r->err != OK)
        return;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    r->err = err;
    snprintf(r->why, CPIX_WHY, "line %u: %s", (unsigned)xml_line(r->xml), what);
    xml_stop(r->xml);
}

/* Whether the open elements are these, from the root: "CPIX/DRMSystemList/DRMSystem". */
static bool is_at(const struct reading *r, const char *path)
{
    for (size_t i = 0; i < r->depth; i++) {
        size_t n = strcspn(path, "/");
        if (strlen(r->names[i]) != n || memcmp(r->names[i], path, n) != 0)
            return false;
        path += n;
        if (path[0] == '/')
            path++;
        else
            return i + 1 == r->depth;
    }
    return false;
}

/* A parser that was stopped has thrown away what the list points to. */
static const struct xml_attribute *attribute(const struct reading *r,
                                             const struct xml_attribute *list, size_t n,
                                             const char *name)
{
    for (size_t i = 0; i < n && r->err == OK; i++) {
        if (strcmp(list[i].name, name) == 0)
            return &list[i];
    }
    return NULL;
}

static void read_id(struct reading *r, const struct xml_attribute *list, size_t n, const char *name,
                    uint8_t out[CPIX_ID])
{
    const struct xml_attribute *a = attribute(r, list, n, name);
    if (a == NULL)
        fail(r, ERR_MALFORMED, "%s has no %s", r->names[r->depth - 1], name);
    else if (cpix_uuid_parse(a->value, a->n, out) != OK)
        fail(r, ERR_MALFORMED, "%s is not a UUID", name);
}

/* ---- elements that begin ----------------------------------------------------------------------
 */

static void begin_root(struct reading *r, const char *uri, const struct xml_attribute *list,
                       size_t n)
{
    if (strcmp(r->names[0], "CPIX") != 0 || uri == NULL || strcmp(uri, "urn:dashif:org:cpix") != 0)
        fail(r, ERR_MALFORMED, "this is no CPIX document");
    const struct xml_attribute *a = attribute(r, list, n, "version");
    if (a != NULL && (a->n == 0 || a->value[0] != '2'))
        fail(r, ERR_UNSUPPORTED, "only CPIX 2 is understood");
}

static void begin_key(struct reading *r, const struct xml_attribute *list, size_t n)
{
    if (r->out->n_keys == CPIX_KEYS_MAX) {
        fail(r, ERR_FULL, "more than %d keys", CPIX_KEYS_MAX);
        return;
    }
    struct cpix_key *k = &r->out->keys[r->out->n_keys++];
    read_id(r, list, n, "kid", k->kid);
    const struct xml_attribute *a = attribute(r, list, n, "explicitIV");
    size_t size = 0;
    if (a != NULL && (cpix_base64_decode(a->value, a->n, k->iv, sizeof k->iv, &size) != OK ||
                      size != sizeof k->iv))
        fail(r, ERR_MALFORMED, "explicitIV is not 16 bytes in base64");
    k->has_iv = a != NULL;
    a = attribute(r, list, n, "commonEncryptionScheme");
    if (a != NULL && a->n != 4)
        fail(r, ERR_MALFORMED, "commonEncryptionScheme is not one");
    else if (a != NULL)
        k->scheme = arena_strndup(r->arena, a->value, a->n);
}

static void begin_system(struct reading *r, const struct xml_attribute *list, size_t n)
{
    if (r->out->n_systems == CPIX_SYSTEMS_MAX) {
        fail(r, ERR_FULL, "more than %d DRM systems", CPIX_SYSTEMS_MAX);
        return;
    }
    struct cpix_system *s = &r->out->systems[r->out->n_systems++];
    read_id(r, list, n, "kid", s->kid);
    read_id(r, list, n, "systemId", s->system);
}

static void begin_signaling(struct reading *r, const struct xml_attribute *list, size_t n)
{
    const struct xml_attribute *a = attribute(r, list, n, "playlist");
    r->is_master = a != NULL && a->n == 6 && memcmp(a->value, "master", 6) == 0;
    bool is_media = a == NULL || (a->n == 5 && memcmp(a->value, "media", 5) == 0);
    if (!r->is_master && !is_media)
        fail(r, ERR_MALFORMED, "playlist is neither master nor media");
}

static void on_start(void *context, const char *name, const char *uri,
                     const struct xml_attribute *list, size_t n)
{
    struct reading *r = context;
    if (r->depth == XML_DEPTH_MAX) {
        fail(r, ERR_FULL, "elements lie too deep");
        return;
    }
    /* a longer name is none of ours, and stays none when it is cut */
    snprintf(r->names[r->depth++], NAME_ROOM, "%s", name);
    buf_clear(&r->text);
    if (r->depth == 1)
        begin_root(r, uri, list, n);
    else if (is_at(r, "CPIX/ContentKeyList/ContentKey"))
        begin_key(r, list, n);
    else if (is_at(r, "CPIX/DRMSystemList/DRMSystem"))
        begin_system(r, list, n);
    else if (is_at(r, "CPIX/DRMSystemList/DRMSystem/HLSSignalingData"))
        begin_signaling(r, list, n);
}

static void on_text(void *context, const char *text, size_t n)
{
    struct reading *r = context;
    buf_put(&r->text, text, n);
    if (r->text.err != OK)
        fail(r, ERR_FULL, "a text of more than %d bytes", CPIX_TEXT_MAX);
}

/* ---- elements that end ------------------------------------------------------------------------
 */

static void read_plain(struct reading *r)
{
    struct cpix_key *k = &r->out->keys[r->out->n_keys - 1];
    size_t size = 0;
    if (cpix_base64_decode((const char *)r->text.data, r->text.size, k->plain, sizeof k->plain,
                           &size) != OK ||
        size != sizeof k->plain)
        fail(r, ERR_MALFORMED, "PlainValue is not a key of 16 bytes in base64");
    k->has_plain = true;
}

static void read_encrypted(struct reading *r)
{
    struct cpix_key *k = &r->out->keys[r->out->n_keys - 1];
    if (cpix_base64_decode((const char *)r->text.data, r->text.size, k->encrypted,
                           sizeof k->encrypted, &k->encrypted_size) != OK ||
        k->encrypted_size == 0)
        fail(r, ERR_MALFORMED, "CipherValue is not an encrypted key in base64");
}

/* What manifests will carry: base64 that decodes, kept without blanks. */
static void read_part_of_system(struct reading *r, const char **into)
{
    uint8_t *bytes = arena_alloc(r->arena, r->text.size + 1);
    struct buf clean;
    size_t size = 0;
    if (*into != NULL) {
        fail(r, ERR_MALFORMED, "%s is there twice", r->names[r->depth - 1]);
        return;
    }
    if (cpix_base64_decode((const char *)r->text.data, r->text.size, bytes, r->text.size + 1,
                           &size) != OK ||
        size == 0) {
        fail(r, ERR_MALFORMED, "%s is not base64", r->names[r->depth - 1]);
        return;
    }
    buf_init(&clean, 2 * (size_t)CPIX_TEXT_MAX);
    cpix_put_base64(&clean, bytes, size);
    *into = arena_strdup(r->arena, buf_string(&clean));
    buf_finish(&clean);
}

/* A pssh that is not a box of its size, or another system's, would break init segments. */
static void check_pssh(struct reading *r, const struct cpix_system *s)
{
    uint8_t *box = arena_alloc(r->arena, CPIX_TEXT_MAX);
    size_t n = 0;
    enum { HEAD = 28 };
    enum err err = cpix_base64_decode(s->pssh, strlen(s->pssh), box, CPIX_TEXT_MAX, &n);
    bool is_good = err == OK && n >= HEAD && memcmp(box + 4, "pssh", 4) == 0 &&
                   memcmp(box + 12, s->system, CPIX_ID) == 0;
    size_t said =
        is_good ? (size_t)box[0] << 24 | (size_t)box[1] << 16 | (size_t)box[2] << 8 | (size_t)box[3]
                : 0;
    if (said != n || n == 0)
        fail(r, ERR_MALFORMED, "PSSH is not a pssh box of its systemId");
}

static void end_in_system(struct reading *r)
{
    struct cpix_system *s = &r->out->systems[r->out->n_systems - 1];
    if (is_at(r, "CPIX/DRMSystemList/DRMSystem/PSSH")) {
        read_part_of_system(r, &s->pssh);
        if (r->err == OK)
            check_pssh(r, s);
    } else if (is_at(r, "CPIX/DRMSystemList/DRMSystem/ContentProtectionData")) {
        read_part_of_system(r, &s->dash);
    } else if (is_at(r, "CPIX/DRMSystemList/DRMSystem/HLSSignalingData")) {
        read_part_of_system(r, r->is_master ? &s->hls_master : &s->hls_media);
    }
}

#define SECRET "CPIX/ContentKeyList/ContentKey/Data/Secret/"

static void on_end(void *context, const char *name)
{
    struct reading *r = context;
    (void)name;
    if (is_at(r, SECRET "PlainValue"))
        read_plain(r);
    else if (is_at(r, SECRET "EncryptedValue/CipherData/CipherValue"))
        read_encrypted(r);
    else if (r->depth == 4 && r->out->n_systems > 0)
        end_in_system(r);
    if (r->depth > 0)
        r->depth--;
    buf_clear(&r->text);
}

static void check_twice(struct reading *r)
{
    const struct cpix *c = r->out;
    for (size_t i = 0; i < c->n_keys; i++) {
        for (size_t k = 0; k < i; k++) {
            if (memcmp(c->keys[i].kid, c->keys[k].kid, CPIX_ID) == 0)
                fail(r, ERR_MALFORMED, "a key id is there twice");
        }
    }
}

static enum err feed(struct reading *r, const uint8_t *bytes, size_t n)
{
    enum err err = xml_feed(r->xml, bytes, n);
    if (err == OK && r->err == OK)
        err = xml_end(r->xml);
    if (r->err != OK)
        return r->err;
    if (err != OK) {
        snprintf(r->why, CPIX_WHY, "line %u: %s", (unsigned)xml_line(r->xml), xml_why(r->xml));
        return err;
    }
    check_twice(r);
    return r->err;
}

enum err cpix_read(struct arena *arena, const uint8_t *bytes, size_t n, struct cpix *out,
                   char why[CPIX_WHY])
{
    struct reading r = { .arena = arena, .out = out, .why = why };
    const struct xml_sink sink = {
        .context = &r, .start = on_start, .end = on_end, .text = on_text
    };
    *out = (struct cpix){ 0 };
    why[0] = 0;
    if (n > CPIX_FILE_MAX) {
        snprintf(why, CPIX_WHY, "it is larger than %d bytes", CPIX_FILE_MAX);
        return ERR_FULL;
    }
    out->keys = ARENA_ARRAY(arena, struct cpix_key, CPIX_KEYS_MAX);
    out->systems = ARENA_ARRAY(arena, struct cpix_system, CPIX_SYSTEMS_MAX);
    buf_init(&r.text, CPIX_TEXT_MAX);
    r.xml = xml_create(&sink);
    enum err err = r.xml == NULL ? ERR_MEMORY : feed(&r, bytes, n);
    xml_destroy(&r.xml);
    buf_finish(&r.text);
    return err;
}
