#include <string.h>

#include "base/text.h"
#include "format/jws/jws.h"
#include "format/jws/scan.h"

enum { COORDINATE = 32, COORDINATE_TEXT = 64 };

enum { KTY, CRV, X_, Y_, D_, USE, ALG, NAMES };
static const char *const names[NAMES] = { "kty", "crv", "x", "y", "d", "use", "alg" };

struct texts {
    char of[NAMES][COORDINATE_TEXT];
    unsigned seen;
};

static unsigned place_of(const char *name)
{
    for (unsigned i = 0; i < NAMES; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return NAMES;
}

static enum err read_texts(const char *text, size_t n, struct texts *out)
{
    char name[16];
    struct scan s = scan_of(text, n);
    scan_open(&s);
    while (scan_member(&s, name, sizeof name)) {
        unsigned which = place_of(name);
        if (which == NAMES) {
            scan_skip(&s);
            continue;
        }
        if ((out->seen & 1U << which) != 0)
            return ERR_MALFORMED;
        out->seen |= 1U << which;
        scan_text(&s, out->of[which], COORDINATE_TEXT);
    }
    enum err err = scan_end(&s);
    return err == ERR_FULL ? ERR_MALFORMED : err;
}

static bool is(const struct texts *t, unsigned which, const char *text)
{
    return strcmp(t->of[which], text) == 0;
}

static enum err read_coordinate(const struct texts *t, unsigned which, struct jwk *out)
{
    size_t size = 0;
    enum err err = text_base64url_decode(t->of[which], strlen(t->of[which]), out->bytes + out->size,
                                         COORDINATE, &size);
    if (err != OK || size != COORDINATE)
        return ERR_MALFORMED;
    out->size += COORDINATE;
    return OK;
}

enum err jwk_parse(const char *text, size_t n, struct jwk *out)
{
    struct texts t = { .seen = 0 };
    *out = (struct jwk){ .size = 0 };
    enum err err = n > JWK_MAX ? ERR_MALFORMED : read_texts(text, n, &t);
    if (err != OK)
        return err;
    if ((t.seen & 1U << D_) != 0)
        return ERR_DENIED;
    bool is_okp = is(&t, KTY, "OKP") && is(&t, CRV, "Ed25519");
    bool is_ec = is(&t, KTY, "EC") && is(&t, CRV, "P-256");
    out->algorithm = is_ec ? JWS_ES256 : JWS_EDDSA;
    if ((!is_okp && !is_ec) || ((t.seen & 1U << USE) != 0 && !is(&t, USE, "sig")) ||
        ((t.seen & 1U << ALG) != 0 && !is(&t, ALG, jws_algorithm_name(out->algorithm))))
        return (t.seen & 1U << KTY) != 0 ? ERR_UNSUPPORTED : ERR_MALFORMED;
    err = read_coordinate(&t, X_, out);
    return err == OK && is_ec ? read_coordinate(&t, Y_, out) : err;
}
