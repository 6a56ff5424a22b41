/* What a pass says, who signed it, and whether it would open media now: of our passes and of any
 * other Common Access Token. Nothing of it is believed before its signature is. */
#include <inttypes.h>
#include <string.h>

#include "app/commands.h"
#include "app/pass_keys.h"
#include "base/clock.h"
#include "base/text.h"

const struct app_option options_pass_inspect[] = {
    { "territory", "CC", "where the asker would be: ISO 3166-1 (nobody knows)", false },
    { 0 },
};

enum { OUT_MAX = 256 * 1024 };

struct inspection {
    struct app *app;
    struct pass_keys keys;
    const char *text; /* the pass, n characters */
    size_t n;
    const char *path; /* of the address it stood in, without it; NULL: it came alone */
    struct pass_parts parts;
    const char *key;         /* the file of the key that it names; NULL: not ours */
    const char *signature;   /* "good", "bad", "not ours" */
    struct pass pass;        /* when it is one of ours for media */
    enum pass_verdict media; /* whether it opens media now */
    bool is_licence;         /* it opens licences, or would */
};

/* ---- looking --------------------------------------------------------------------------------- */

/* An address is as good as the pass in it. */
static void find_text(struct inspection *in, const char *operand)
{
    static const char folder[] = "/media/", licences[] = "/licence/";
    const char *media = strstr(operand, folder), *licence = strstr(operand, licences);
    in->text = operand;
    if (media != NULL)
        in->text = media + sizeof folder - 1;
    else if (licence != NULL)
        in->text = licence + sizeof licences - 1;
    in->n = strcspn(in->text, "/?#");
    if (media != NULL)
        in->path = arena_printf(in->app->arena, "/media%.*s", (int)strcspn(in->text + in->n, "?#"),
                                in->text + in->n);
}

static bool is_signed_by(const struct inspection *in, const struct pass_key *keys, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (pass_parts_are_signed(&in->parts, &keys[i]))
            return true;
    return false;
}

static void judge(struct inspection *in)
{
    const struct pass_keys *k = &in->keys;
    struct pass unused;
    struct pass_door media = { PASS_MEDIA, k->media, k->n_media, k->issuer };
    struct pass_door licence = { PASS_LICENCE, k->licence, k->n_licence, k->issuer };
    struct pass_question q = { .now = clock_now(),
                               .method = PASS_GET,
                               .path = in->path,
                               .territory = app_value(in->app, "territory") };
    in->key = pass_keys_file(in->app, k, in->parts.id.at, in->parts.id.n);
    bool is_good = is_signed_by(in, k->media, k->n_media);
    in->is_licence = pass_check(&licence, in->text, in->n, &unused) == PASS_GOOD;
    in->signature = is_good || is_signed_by(in, k->licence, k->n_licence) ? "good"
                    : in->key == NULL                                     ? "not ours"
                                                                          : "bad";
    in->media = pass_check(&media, in->text, in->n, &in->pass);
    if (in->media == PASS_GOOD)
        in->media = pass_allows(&in->pass, &q);
    else if (in->is_licence)
        in->media = PASS_KIND_WRONG;
}

/* ---- names ----------------------------------------------------------------------------------- */

static const char *algorithm_name(int64_t number)
{
    switch (number) {
    case -7: return "ES256";
    case -8: return "EdDSA";
    case -37: return "PS256";
    case 4: return "HMAC 256/64";
    case 5: return "HMAC 256/256";
    default: return "unknown";
    }
}

static const char *form_name(uint64_t tag)
{
    return tag == 18 ? "COSE_Sign1" : tag == 17 ? "COSE_Mac0" : "COSE without a tag";
}

static const struct {
    int64_t label;
    const char *words;
} claim_words[] = {
    { PASS_CLAIM_ISS, "issuer" },
    { PASS_CLAIM_SUB, "subject" },
    { PASS_CLAIM_AUD, "audience" },
    { PASS_CLAIM_EXP, "expires" },
    { PASS_CLAIM_NBF, "not before" },
    { PASS_CLAIM_IAT, "issued" },
    { PASS_CLAIM_CTI, "id" },
    { PASS_CLAIM_CATV, "version" },
    { PASS_CLAIM_CATU, "addresses" },
    { PASS_CLAIM_CATM, "methods" },
    { PASS_CLAIM_CATGEOISO3166, "territories" },
    { PASS_CLAIM_CATR, "renewal" },
    { PASS_CLAIM_SHOWN, "playable, greatest picture in lines (0: any), languages" },
};

static const char *words_of(int64_t label)
{
    for (size_t i = 0; i < sizeof claim_words / sizeof claim_words[0]; i++)
        if (claim_words[i].label == label)
            return claim_words[i].words;
    return "not known here";
}

/* The name of a number that is a key within a claim; NULL: it has none. */
static const char *part_name(int64_t claim, unsigned depth, int64_t label)
{
    static const char *const uris[] = { "scheme", "host",     "port", "path",     "query",
                                        "parent", "filename", "stem", "extension" };
    static const char *const matches[] = { "exact", "prefix", "suffix", "contains", "regex" };
    static const char *const renewals[] = { "type",          "expadd",      "deadline",
                                            "cookie-name",   "header-name", "cookie-params",
                                            "header-params", "code" };
    if (claim == PASS_CLAIM_CATU && depth == 0 && label >= 0 && label < 9)
        return uris[label];
    if (claim == PASS_CLAIM_CATU && depth == 1 && label >= 0 && label < 5)
        return matches[label];
    if (claim == PASS_CLAIM_CATU && depth == 1 && label == -1)
        return "sha256";
    if (claim == PASS_CLAIM_CATU && depth == 1 && label == -2)
        return "sha512-256";
    return claim == PASS_CLAIM_CATR && depth == 0 && label >= 0 && label < 8 ? renewals[label]
                                                                             : NULL;
}

/* ---- claims ---------------------------------------------------------------------------------- */

static bool is_date(int64_t claim)
{
    return claim == PASS_CLAIM_EXP || claim == PASS_CLAIM_NBF || claim == PASS_CLAIM_IAT;
}

/* A key of a map as text; in the arena. */
static const char *read_label(struct inspection *in, struct cbor_reader *r, int64_t claim,
                              unsigned depth)
{
    if (cbor_peek(r) == CBOR_TEXT || cbor_peek(r) == CBOR_BYTES) {
        struct cbor_span span = cbor_next(r).span;
        return arena_strndup(in->app->arena, (const char *)span.at, span.n);
    }
    int64_t label = cbor_int(r);
    const char *name = part_name(claim, depth, label);
    return name != NULL ? name : arena_printf(in->app->arena, "%" PRId64, label);
}

static const char *hex_of(struct inspection *in, struct cbor_span span)
{
    struct buf hex;
    buf_init(&hex, (size_t)2 * PASS_BYTES_MAX);
    text_put_hex(&hex, span.at, span.n);
    const char *text = arena_strdup(in->app->arena, buf_string(&hex));
    buf_finish(&hex);
    return text;
}

/* Ids of ours are bytes that are text. */
static void put_bytes(struct inspection *in, struct json_writer *w, const char *key, int64_t claim,
                      struct cbor_span span)
{
    char id[ID_TEXT];
    if (claim == PASS_CLAIM_CTI && id_parse((const char *)span.at, span.n, id))
        json_text(w, key, id);
    else
        json_text(w, key, hex_of(in, span));
}

static void put_number(struct json_writer *w, const char *key, int64_t claim,
                       const struct cbor_item *item)
{
    int64_t v = item->number > INT64_MAX ? INT64_MAX : (int64_t)item->number;
    if (item->kind == CBOR_NEGATIVE)
        v = -1 - v;
    if (is_date(claim) && v > 0 && v <= INT64_MAX / UTC_SECOND)
        json_instant(w, key, (utc_time){ v * UTC_SECOND });
    else
        json_number(w, key, v);
}

/* One value as JSON; depth: of maps around it within the claim. */
static void put_value(struct inspection *in, struct cbor_reader *r, struct json_writer *w,
                      const char *key, int64_t claim, unsigned depth)
{
    struct cbor_item item = cbor_next(r);
    switch (item.kind) {
    case CBOR_UINT:
    case CBOR_NEGATIVE: put_number(w, key, claim, &item); break;
    case CBOR_BYTES: put_bytes(in, w, key, claim, item.span); break;
    case CBOR_TEXT: json_text_n(w, key, (const char *)item.span.at, item.span.n); break;
    case CBOR_REAL: json_real(w, key, item.real); break;
    case CBOR_TAG: put_value(in, r, w, key, claim, depth); break;
    case CBOR_SIMPLE:
        if (item.number == CBOR_TRUE || item.number == CBOR_FALSE)
            json_bool(w, key, item.number == CBOR_TRUE);
        else
            json_null(w, key);
        break;
    case CBOR_ARRAY:
        json_array(w, key);
        for (uint64_t i = 0; i < item.number && r->err == OK; i++)
            put_value(in, r, w, NULL, claim, depth + 1);
        json_end(w);
        break;
    case CBOR_MAP:
        json_object(w, key);
        for (uint64_t i = 0; i < item.number && r->err == OK; i++) {
            const char *label = read_label(in, r, claim, depth);
            put_value(in, r, w, label, claim, depth + 1);
        }
        json_end(w);
        break;
    case CBOR_NOTHING: break;
    }
}

/* Steps through the claims: `each` gets the number (0: none), the name, and r at the value. */
static void each_claim(struct inspection *in,
                       void (*each)(struct inspection *in, struct cbor_reader *r, int64_t claim,
                                    const char *name, void *context),
                       void *context)
{
    struct cbor_reader r = cbor_reader_of(in->parts.payload.at, in->parts.payload.n, CBOR_ANY);
    for (size_t left = cbor_map(&r); left > 0 && r.err == OK; left--) {
        int64_t claim = 0;
        const char *name = NULL;
        if (cbor_peek(&r) == CBOR_UINT || cbor_peek(&r) == CBOR_NEGATIVE) {
            claim = cbor_int(&r);
            name = pass_claim_name(claim);
            if (name == NULL)
                name = arena_printf(in->app->arena, "%" PRId64, claim);
        } else {
            name = read_label(in, &r, 0, 0);
        }
        each(in, &r, claim, name, context);
    }
}

static void claim_json(struct inspection *in, struct cbor_reader *r, int64_t claim,
                       const char *name, void *context)
{
    put_value(in, r, context, name, claim, 0);
}

static void claim_line(struct inspection *in, struct cbor_reader *r, int64_t claim,
                       const char *name, void *context)
{
    struct buf value;
    buf_init(&value, OUT_MAX);
    struct json_writer w = json_writer_of(&value);
    put_value(in, r, &w, NULL, claim, 0);
    const char *text = buf_string(&value);
    size_t n = strlen(text);
    bool is_text = n >= 2 && text[0] == '"';
    buf_printf(context, "  %-14s ", name);
    text_put_line(context, is_text ? text + 1 : text, is_text ? n - 2 : n);
    buf_printf(context, "  (%s)\n", words_of(claim));
    buf_finish(&value);
}

/* ---- saying ---------------------------------------------------------------------------------- */

static const char *why_not(struct inspection *in)
{
    bool is_claim = in->media == PASS_CLAIM_UNKNOWN || in->media == PASS_CLAIM_MISSING;
    const char *text = pass_verdict_text(in->media);
    if (!is_claim)
        return arena_printf(in->app->arena, "it %s", text);
    const char *name = pass_claim_name(in->pass.claim);
    return name != NULL ? arena_printf(in->app->arena, "it %s: %s", text, name)
                        : arena_printf(in->app->arena, "it %s: %" PRId64, text, in->pass.claim);
}

static void say_json(struct inspection *in, struct buf *out)
{
    struct json_writer w = json_writer_of(out);
    json_object(&w, NULL);
    json_text(&w, "form", form_name(in->parts.cose_tag));
    json_bool(&w, "tagged", in->parts.has_cwt_tag);
    json_text(&w, "algorithm", algorithm_name(in->parts.algorithm));
    json_text(&w, "key_id", in->parts.id.n > 0 ? hex_of(in, in->parts.id) : NULL);
    json_text(&w, "key", in->key);
    json_text(&w, "signature", in->signature);
    json_object(&w, "claims");
    each_claim(in, claim_json, &w);
    json_end(&w);
    json_bool(&w, "opens_media", in->media == PASS_GOOD);
    json_bool(&w, "opens_licences", in->is_licence);
    json_text(&w, "reason", pass_verdict_code(in->media));
    json_text(&w, "detail", why_not(in));
    json_end(&w);
}

static void say_lines(struct inspection *in, struct buf *out)
{
    buf_printf(out, "%s%s, %s, key %s%s%s%s\n", form_name(in->parts.cose_tag),
               in->parts.has_cwt_tag ? " in a CWT" : "", algorithm_name(in->parts.algorithm),
               in->parts.id.n > 0 ? hex_of(in, in->parts.id) : "not said",
               in->key != NULL ? " (" : "", in->key != NULL ? in->key : "",
               in->key != NULL ? ")" : "");
    buf_printf(out, "signature %s\n", in->signature);
    each_claim(in, claim_line, out);
    if (in->media == PASS_GOOD)
        buf_text(out, "opens media now");
    else
        buf_printf(out, "does not open media now: %s", why_not(in));
}

int cmd_pass_inspect(struct app *app)
{
    struct inspection in = { .app = app };
    struct buf out;
    int code = app_load_settings(app);
    if (code == EXIT_OK)
        code = pass_keys_load(app, &in.keys);
    if (code != EXIT_OK)
        return code;
    find_text(&in, app->operands[0]);
    if (pass_open(in.text, in.n, CBOR_ANY, &in.parts) != PASS_GOOD) {
        pass_keys_wipe(&in.keys);
        return app_fail(app, EXIT_REFUSED, "that is no pass: not a CWT in COSE_Sign1 or COSE_Mac0");
    }
    judge(&in);
    pass_keys_wipe(&in.keys);
    buf_init(&out, OUT_MAX);
    if (app->is_json)
        say_json(&in, &out);
    else
        say_lines(&in, &out);
    code = app_print(app, &out);
    buf_finish(&out);
    return code;
}
