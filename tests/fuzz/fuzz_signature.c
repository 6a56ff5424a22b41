/* The first line is Signature-Input, the second Signature, the third Content-Digest. */
#include <assert.h>
#include <string.h>

#include "format/signature/signature.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static const char *field(void *context, const char *name)
{
    (void)context;
    return strlen(name) % 3 == 0 ? NULL : "a value";
}

static const char *line(const char **at, const char *end, size_t *n)
{
    const char *from = *at, *newline = memchr(from, '\n', (size_t)(end - from));
    const char *stop = newline != NULL ? newline : end;
    *at = newline != NULL ? newline + 1 : end;
    *n = (size_t)(stop - from);
    return from;
}

/* What was read is spelled in one way: read again, it is the same. */
static void check_parsed(const struct signature *s, const char *value, size_t n)
{
    static struct signature again;
    struct buf input;
    buf_init(&input, SIGNATURE_PARAMS_MAX + SIGNATURE_NAME + 2);
    buf_printf(&input, "%s=%s", s->label, s->params);
    enum err err = signature_parse((const char *)input.data, input.size, value, n, &again);
    assert(err == OK);
    assert(strcmp(s->params, again.params) == 0 && s->n_components == again.n_components);
    assert(s->created == again.created && s->expires == again.expires);
    assert(strcmp(s->nonce, again.nonce) == 0 && strcmp(s->keyid, again.keyid) == 0);
    for (size_t i = 0; i < s->n_components; i++)
        assert(signature_covers(s, s->components[i]));
    buf_finish(&input);
}

static void check_base(const struct signature *s)
{
    static const struct signature_request rq = { .method = "GET",
                                                 .scheme = "https",
                                                 .authority = "example.org",
                                                 .target = "/a?b",
                                                 .target_size = 4,
                                                 .field = field };
    struct buf base;
    buf_init(&base, SIGNATURE_BASE_MAX);
    enum err err = signature_base(s, &rq, &base);
    assert(err == OK || err == ERR_NOT_FOUND || err == ERR_UNSUPPORTED);
    buf_finish(&base);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const char *at = (const char *)bytes, *end = at + n;
    size_t input_size, value_size, digest_size;
    const char *input = line(&at, end, &input_size), *value = line(&at, end, &value_size);
    const char *digest = line(&at, end, &digest_size);
    static struct signature s;
    struct content_digest d;
    if (n == 0)
        return 0;
    if (signature_parse(input, input_size, value, value_size, &s) == OK) {
        assert(s.size > 0 && s.size <= SIGNATURE_BYTES_MAX);
        check_parsed(&s, value, value_size);
        check_base(&s);
    }
    if (content_digest_parse(digest, digest_size, &d) == OK && !d.has_sha256)
        for (size_t i = 0; i < sizeof d.sha256; i++)
            assert(d.sha256[i] == 0);
    return 0;
}
