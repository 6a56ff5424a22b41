/* Keys by which a partner vouches for its customers on a box. */
#include <string.h>

#include "app/commands.h"
#include "app/serve_partner.h"
#include "app/take_file.h"
#include "base/clock.h"
#include "driver/signature/es256.h"
#include "driver/signature/signature.h"
#include "driver/store/account.h"
#include "driver/store/assertions.h"
#include "format/jws/jws.h"

const struct app_option options_partner_assertion_key_end[] = {
    { "sign-out", NULL, "and sign out every box that the partner vouched for, by whichever key",
      false },
    { 0 },
};

enum { LIST_MAX = 1024 * 1024 };

static bool is_key(const struct jwk *key)
{
    return key->algorithm == JWS_ES256 ? signature_es256_is_key(key->bytes)
                                       : signature_ed25519_is_key(key->bytes);
}

static int read_jwk(struct app *app, const char *path, const char *text, size_t n, struct jwk *out)
{
    enum err err = jwk_parse(text, n, out);
    if (err == ERR_DENIED)
        return app_fail(app, EXIT_REFUSED, "%s: is a private key: only the public one is wanted",
                        path);
    if (err == ERR_UNSUPPORTED)
        return app_fail(app, EXIT_REFUSED, "%s: must be a key of Ed25519 or of P-256, to sign with",
                        path);
    if (err != OK || !is_key(out))
        return app_fail(app, EXIT_REFUSED, "%s: is no public key as JWK", path);
    return EXIT_OK;
}

static int read_pem(struct app *app, const char *path, const char *text, size_t n, struct jwk *out)
{
    *out = (struct jwk){ .algorithm = JWS_EDDSA, .size = SIGNATURE_ED25519_PUBLIC };
    if (memmem(text, n, "PRIVATE KEY", 11) != NULL)
        return app_fail(app, EXIT_REFUSED, "%s: is a private key: only the public one is wanted",
                        path);
    if (signature_ed25519_read(text, n, out->bytes) == OK)
        return EXIT_OK;
    *out = (struct jwk){ .algorithm = JWS_ES256, .size = SIGNATURE_ES256_PUBLIC };
    if (signature_es256_read(text, n, out->bytes) == OK)
        return EXIT_OK;
    return app_fail(app, EXIT_REFUSED,
                    "%s: is no public key of Ed25519 or of P-256, as PEM or as JWK", path);
}

static int read_key(struct app *app, const char *path, struct jwk *out)
{
    const uint8_t *bytes;
    size_t n;
    int code = take_file(app, path, JWK_MAX, &bytes, &n);
    if (code != EXIT_OK)
        return code;
    const char *text = (const char *)bytes;
    return text[strspn(text, " \t\r\n")] == '{' ? read_jwk(app, path, text, n, out)
                                                : read_pem(app, path, text, n, out);
}

static int find(struct app *app, struct partner *out)
{
    int code = app_open(app);
    return code == EXIT_OK ? app_partner_find(app, app->operands[0], out) : code;
}

int cmd_partner_assertion_key_add(struct app *app)
{
    struct partner partner;
    struct jwk jwk;
    int code = read_key(app, app->operands[1], &jwk);
    if (code == EXIT_OK)
        code = find(app, &partner);
    if (code != EXIT_OK)
        return code;
    struct store_assertion_key key = { .partner = partner.id,
                                       .algorithm = jws_algorithm_name(jwk.algorithm),
                                       .bytes = jwk.bytes,
                                       .size = jwk.size,
                                       .created = clock_now() };
    id_new(key.id.s);
    enum err err = store_assertion_key_add(app->store, &key);
    return err == OK ? app_print_id(app, key.id.s) : app_error(app, err, partner.name);
}

static void put_key(const struct store_assertion_key *key, bool is_json, struct json_writer *w)
{
    char created[UTC_TEXT], ended[UTC_TEXT] = "";
    if (is_json) {
        json_object(w, NULL);
        json_text(w, "id", key->id.s);
        json_text(w, "algorithm", key->algorithm);
        json_instant(w, "created", key->created);
        json_instant(w, "ended", key->ended);
        json_end(w);
        return;
    }
    utc_format(key->created, created);
    if (key->ended.us != 0)
        utc_format(key->ended, ended);
    buf_printf(w->out, "%s  %-5s  %s%s%s\n", key->id.s, key->algorithm, created,
               ended[0] != 0 ? "  ended " : "", ended);
}

int cmd_partner_assertion_key_list(struct app *app)
{
    struct partner partner;
    struct store_assertion_key *keys = NULL;
    size_t n = 0;
    struct buf out;
    int code = find(app, &partner);
    if (code != EXIT_OK)
        return code;
    enum err err = store_assertion_keys_list(app->store, app->arena, partner.id, &keys, &n);
    buf_init(&out, LIST_MAX);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        json_array(&w, "items");
    }
    for (size_t i = 0; err == OK && i < n; i++)
        put_key(&keys[i], app->is_json, &w);
    if (app->is_json) {
        json_end(&w);
        json_end(&w);
        buf_text(&out, "\n");
    }
    code = app_print_list(app, err, &out, partner.name);
    buf_finish(&out);
    return code;
}

int cmd_partner_assertion_key_end(struct app *app)
{
    struct partner partner;
    partner_key_id id;
    if (!app_id(app, app->operands[1], "KEY", id.s))
        return EXIT_USAGE;
    int code = find(app, &partner);
    if (code != EXIT_OK)
        return code;
    enum err err = store_assertion_key_end(app->store, partner.id, id, clock_now());
    if (err == OK && app_flag(app, "sign-out"))
        err = store_sessions_end_of_partner(app->store, partner.id.s);
    return err == OK ? EXIT_OK : app_error(app, err, app->operands[1]);
}
