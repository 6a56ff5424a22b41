#include "format/signature/signature.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "format/signature/field.h"

/* ---- reading Signature-Input ----------------------------------------------------------------- */

struct parse {
    struct reader r;
    struct signature *out;
    struct buf params; /* the canonical text of what was read so far */
    enum err err;
};

static void fail(struct parse *p, enum err err)
{
    if (p->err == OK)
        p->err = err;
    p->r.failed = true;
}

static void parse_component(struct parse *p)
{
    struct signature *s = p->out;
    char name[SIGNATURE_NAME];
    field_string(&p->r, name, sizeof name);
    if (p->r.failed)
        return;
    if (field_peek(&p->r) == ';')
        fail(p, ERR_UNSUPPORTED);
    else if (name[0] == 0 || signature_covers(s, name))
        fail(p, ERR_MALFORMED);
    else if (s->n_components == SIGNATURE_COMPONENTS_MAX)
        fail(p, ERR_FULL);
    if (p->r.failed)
        return;
    (void)text_copy(s->components[s->n_components], sizeof s->components[0], name);
    if (s->n_components++ > 0)
        buf_u8(&p->params, ' ');
    field_put_string(&p->params, name);
}

/* Items lie a space or more apart. */
static void parse_components(struct parse *p)
{
    if (!field_take(&p->r, '('))
        p->r.failed = true;
    buf_u8(&p->params, '(');
    field_spaces(&p->r);
    while (!p->r.failed && field_peek(&p->r) != ')') {
        parse_component(p);
        int next = field_peek(&p->r);
        if (next != ' ' && next != ')')
            p->r.failed = true;
        field_spaces(&p->r);
    }
    if (!field_take(&p->r, ')'))
        p->r.failed = true;
    buf_u8(&p->params, ')');
}

static void parse_text(struct parse *p, char out[SIGNATURE_TEXT])
{
    if (out[0] != 0)
        p->r.failed = true;
    field_string(&p->r, out, SIGNATURE_TEXT);
    if (out[0] == 0)
        p->r.failed = true; /* "" would mean that it was not said */
    field_put_string(&p->params, out);
}

static void parse_instant(struct parse *p, bool *has, int64_t *out)
{
    if (*has)
        p->r.failed = true;
    *has = true;
    *out = field_integer(&p->r);
    buf_printf(&p->params, "%lld", (long long)*out);
}

static void parse_parameter(struct parse *p)
{
    struct signature *s = p->out;
    char key[16];
    field_spaces(&p->r);
    field_key(&p->r, key, sizeof key);
    if (!field_take(&p->r, '='))
        p->r.failed = true; /* none of ours is a bare boolean */
    buf_printf(&p->params, ";%s=", key);
    if (p->r.failed)
        return;
    if (strcmp(key, "created") == 0)
        parse_instant(p, &s->has_created, &s->created);
    else if (strcmp(key, "expires") == 0)
        parse_instant(p, &s->has_expires, &s->expires);
    else if (strcmp(key, "nonce") == 0)
        parse_text(p, s->nonce);
    else if (strcmp(key, "keyid") == 0)
        parse_text(p, s->keyid);
    else if (strcmp(key, "alg") == 0)
        parse_text(p, s->algorithm);
    else if (strcmp(key, "tag") == 0)
        parse_text(p, s->tag);
    else
        fail(p, ERR_UNSUPPORTED);
}

static enum err parse_input(struct parse *p)
{
    field_key(&p->r, p->out->label, sizeof p->out->label);
    if (!field_take(&p->r, '='))
        p->r.failed = true;
    if (!p->r.failed)
        parse_components(p);
    while (!p->r.failed && field_take(&p->r, ';'))
        parse_parameter(p);
    if (!p->r.failed && field_more(&p->r))
        fail(p, ERR_UNSUPPORTED);
    if (p->err != OK || p->r.failed)
        return p->err != OK ? p->err : ERR_MALFORMED;
    if (p->params.err != OK)
        return p->params.err;
    return text_copy(p->out->params, sizeof p->out->params, buf_string(&p->params)) ? OK : ERR_FULL;
}

static enum err parse_value(const char *value, size_t n, struct signature *out)
{
    char label[SIGNATURE_NAME];
    struct reader r = reader_of(value, n);
    field_key(&r, label, sizeof label);
    if (!field_take(&r, '='))
        r.failed = true;
    out->size = field_bytes(&r, out->bytes, sizeof out->bytes);
    if (r.failed)
        return ERR_MALFORMED;
    if (field_more(&r))
        return ERR_UNSUPPORTED;
    return !r.failed && strcmp(label, out->label) == 0 && out->size > 0 ? OK : ERR_MALFORMED;
}

enum err signature_parse(const char *input, size_t input_size, const char *value, size_t value_size,
                         struct signature *out)
{
    *out = (struct signature){ .n_components = 0 };
    struct parse p = { .r = reader_of(input, input_size), .out = out, .err = OK };
    buf_init(&p.params, SIGNATURE_PARAMS_MAX - 1);
    enum err err = parse_input(&p);
    buf_finish(&p.params);
    return err == OK ? parse_value(value, value_size, out) : err;
}

bool signature_covers(const struct signature *s, const char *component)
{
    for (size_t i = 0; i < s->n_components; i++)
        if (strcmp(s->components[i], component) == 0)
            return true;
    return false;
}

/* ---- the base -------------------------------------------------------------------------------- */

static void put_path(const struct signature_request *rq, struct buf *out)
{
    const char *question = memchr(rq->target, '?', rq->target_size);
    buf_put(out, rq->target, question != NULL ? (size_t)(question - rq->target) : rq->target_size);
}

/* With its question mark, which stands alone when there is no query (2.2.7). */
static void put_query(const struct signature_request *rq, struct buf *out)
{
    const char *question = memchr(rq->target, '?', rq->target_size);
    if (question == NULL)
        buf_u8(out, '?');
    else
        buf_put(out, question, rq->target_size - (size_t)(question - rq->target));
}

static enum err put_derived(const char *name, const struct signature_request *rq, struct buf *out)
{
    if (strcmp(name, "@method") == 0) {
        buf_text(out, rq->method);
    } else if (strcmp(name, "@authority") == 0) {
        buf_text(out, rq->authority);
    } else if (strcmp(name, "@scheme") == 0) {
        buf_text(out, rq->scheme);
    } else if (strcmp(name, "@target-uri") == 0) {
        buf_printf(out, "%s://%s", rq->scheme, rq->authority);
        buf_put(out, rq->target, rq->target_size);
    } else if (strcmp(name, "@path") == 0) {
        put_path(rq, out);
    } else if (strcmp(name, "@query") == 0) {
        put_query(rq, out);
    } else {
        return ERR_UNSUPPORTED;
    }
    return OK;
}

static enum err put_component(const char *name, const struct signature_request *rq, struct buf *out)
{
    if (name[0] == '@')
        return put_derived(name, rq, out);
    const char *value = rq->field(rq->context, name);
    if (value == NULL)
        return ERR_NOT_FOUND;
    size_t n = strlen(value), skip = strspn(value, " \t");
    while (n > skip && (value[n - 1] == ' ' || value[n - 1] == '\t'))
        n--;
    buf_put(out, value + skip, n - skip);
    return OK;
}

enum err signature_base(const struct signature *s, const struct signature_request *rq,
                        struct buf *out)
{
    enum err err = OK;
    for (size_t i = 0; err == OK && i < s->n_components; i++) {
        field_put_string(out, s->components[i]);
        buf_text(out, ": ");
        err = put_component(s->components[i], rq, out);
        buf_u8(out, '\n');
    }
    buf_printf(out, "\"@signature-params\": %s", s->params);
    return err == OK ? out->err : err;
}

/* ---- Content-Digest -------------------------------------------------------------------------- */

enum err content_digest_parse(const char *value, size_t n, struct content_digest *out)
{
    struct reader r = reader_of(value, n);
    *out = (struct content_digest){ .has_sha256 = false };
    do {
        char key[32];
        uint8_t bytes[64] = { 0 };
        field_key(&r, key, sizeof key);
        if (!field_take(&r, '='))
            r.failed = true;
        size_t size = field_bytes(&r, bytes, sizeof bytes);
        if (strcmp(key, "sha-256") == 0) {
            r.failed = r.failed || size != sizeof out->sha256 || out->has_sha256;
            out->has_sha256 = true;
            memcpy(out->sha256, bytes, sizeof out->sha256);
        } else if (strcmp(key, "sha-512") == 0) {
            r.failed = r.failed || size != sizeof out->sha512 || out->has_sha512;
            out->has_sha512 = true;
            memcpy(out->sha512, bytes, sizeof out->sha512);
        }
    } while (!r.failed && field_more(&r));
    return r.failed ? ERR_MALFORMED : OK;
}
