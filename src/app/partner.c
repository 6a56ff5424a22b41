/* Cable partners: who they are and what their requests are signed with. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/secret_file.h"
#include "app/serve_partner.h"
#include "base/clock.h"
#include "driver/signature/signature.h"

const struct app_option options_partner_add[] = {
    { "contact", "TEXT", "whom its customers ask: a page, a number", false },
    { 0 },
};
const struct app_option options_partner_suspend[] = {
    { "resume", NULL, "take its calls again", false },
    { 0 },
};
const struct app_option options_partner_key_add[] = {
    { "ed25519", "FILE", "its public key, PEM or base64, in place of a secret of ours", false },
    { 0 },
};

enum { LIST_MAX = 16 * 1024 * 1024, KEY_FILE_MAX = 4096 };

int cmd_partner_add(struct app *app)
{
    char why[PARTNER_WHY];
    struct partner partner = { .name = app->operands[0],
                               .contact = app_value(app, "contact"),
                               .created = clock_now() };
    if (partner_validate(&partner, why) != OK)
        return app_usage(app, "%s", why);
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    id_new(partner.id.s);
    enum err err = store_partner_add(app->store, &partner);
    return err == OK ? app_print_id(app, partner.id.s) : app_error(app, err, partner.name);
}

int cmd_partner_list(struct app *app)
{
    struct buf out;
    struct partner *partners = NULL;
    size_t n = 0;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    buf_init(&out, LIST_MAX);
    struct json_writer w = json_writer_of(&out);
    enum err err = OK;
    if (app->is_json) {
        err = partners_json(app->store, app->arena, clock_now(), &w);
        buf_text(&out, "\n");
    } else {
        err = store_partners_list(app->store, app->arena, &partners, &n);
    }
    for (size_t i = 0; err == OK && i < n; i++)
        buf_printf(&out, "%s  %-9s  %s\n", partners[i].id.s,
                   partners[i].suspended.us != 0 ? "suspended" : "", partners[i].name);
    code = app_print_list(app, err, &out, "the partners cannot be listed");
    buf_finish(&out);
    return code;
}

/* ---- one ------------------------------------------------------------------------------------- */

static int find(struct app *app, struct partner *out)
{
    int code = app_open(app);
    return code == EXIT_OK ? app_partner_find(app, app->operands[0], out) : code;
}

static enum err put_bundles(struct app *app, const struct partner *partner, struct buf *out)
{
    struct bundle *bundles = NULL;
    struct bundle_terms *terms = NULL;
    size_t n = 0, n_terms = 0;
    enum err err = store_bundles_list(app->store, app->arena, partner->id, &bundles, &n);
    if (err == OK)
        err = store_bundle_terms_list(app->store, app->arena, partner->id, &terms, &n_terms);
    for (size_t i = 0; err == OK && i < n; i++) {
        buf_printf(out, "bundle   %-16s  %-16s  %s%s\n", bundles[i].code, bundles[i].plan,
                   bundles[i].territory, bundles[i].is_offered ? "" : "  not on offer");
        for (size_t k = 0; k < n_terms; k++) {
            char price[MONEY_TEXT], from[CIVIL_DAY_TEXT];
            if (strcmp(terms[k].code, bundles[i].code) != 0)
                continue;
            money_format(&terms[k].price, price);
            civil_day_format(terms[k].from, from);
            buf_printf(out, "           %s  %s a month, share %d.%d %%\n", from, price,
                       terms[k].share_permille / 10, terms[k].share_permille % 10);
        }
    }
    return err;
}

static enum err put_keys(struct app *app, const struct partner *partner, struct buf *out)
{
    struct store_partner_key *keys = NULL;
    size_t n = 0;
    enum err err = store_partner_keys_list(app->store, app->arena, partner->id, &keys, &n);
    for (size_t i = 0; err == OK && i < n; i++) {
        char revoked[UTC_TEXT] = "";
        if (keys[i].revoked.us != 0)
            utc_format(keys[i].revoked, revoked);
        buf_printf(out, "key      %s  %s%s%s\n", keys[i].id.s,
                   partner_algorithm_name(keys[i].algorithm), revoked[0] != 0 ? "  revoked " : "",
                   revoked);
    }
    return err;
}

static enum err put_partner(struct app *app, const struct partner *p, struct buf *out)
{
    int64_t counts[PARTNER_STATE_COUNT];
    buf_printf(out, "id       %s\nname     %s\n", p->id.s, p->name);
    if (p->contact != NULL)
        buf_printf(out, "contact  %s\n", p->contact);
    if (p->suspended.us != 0)
        buf_text(out, "calls    are refused\n");
    enum err err = put_bundles(app, p, out);
    if (err == OK)
        err = put_keys(app, p, out);
    if (err == OK)
        err = store_partner_counts(app->store, p->id, clock_now(), counts);
    for (unsigned i = 0; err == OK && i < PARTNER_STATE_COUNT; i++)
        if (counts[i] > 0)
            buf_printf(out, "%8lld  %s\n", (long long)counts[i],
                       partner_state_name((enum partner_state)i));
    return err;
}

int cmd_partner_show(struct app *app)
{
    struct partner partner;
    struct buf out;
    enum err err = OK;
    int code = find(app, &partner);
    if (code != EXIT_OK)
        return code;
    buf_init(&out, LIST_MAX);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        err = partner_json(app->store, app->arena, &partner, clock_now(), &w, NULL);
        buf_text(&out, "\n");
    } else {
        err = put_partner(app, &partner, &out);
    }
    code = app_print_list(app, err, &out, partner.name);
    buf_finish(&out);
    return code;
}

int cmd_partner_suspend(struct app *app)
{
    struct partner partner;
    utc_time since = app_flag(app, "resume") ? (utc_time){ 0 } : clock_now();
    int code = find(app, &partner);
    if (code != EXIT_OK)
        return code;
    if (since.us != 0 && partner.suspended.us != 0)
        return EXIT_OK;
    enum err err = store_partner_suspend(app->store, partner.id, since);
    return err == OK ? EXIT_OK : app_error(app, err, partner.name);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static int print_key(struct app *app, const char *id, enum partner_algorithm algorithm,
                     const char *secret)
{
    struct buf out;
    buf_init(&out, KEY_FILE_MAX);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        json_text(&w, "id", id);
        json_text(&w, "algorithm", partner_algorithm_name(algorithm));
        if (secret != NULL)
            json_text(&w, "secret", secret);
        json_end(&w);
    } else {
        buf_printf(&out, "%s%s%s", id, secret != NULL ? "  " : "", secret != NULL ? secret : "");
    }
    int code = app_print(app, &out);
    buf_finish(&out);
    return code;
}

static int add_secret(struct app *app, const struct partner *partner)
{
    struct secret_key key;
    partner_key_id id;
    char secret[PARTNER_SECRET_TEXT];
    int code = secret_key_load(app, &key);
    if (code != EXIT_OK)
        return code;
    enum err err = partner_secret_add(app->store, &key, partner->id, clock_now(), &id, secret);
    explicit_bzero(&key, sizeof key);
    code =
        err == OK ? print_key(app, id.s, PARTNER_HMAC, secret) : app_error(app, err, partner->name);
    explicit_bzero(secret, sizeof secret);
    return code;
}

static int add_public(struct app *app, const struct partner *partner, const char *path)
{
    char text[KEY_FILE_MAX];
    uint8_t bytes[SIGNATURE_ED25519_PUBLIC];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
    enum err err = n < 0 ? err_from_errno(errno) : OK;
    if (fd >= 0)
        close(fd);
    if (err != OK)
        return app_error(app, err, path);
    if (signature_ed25519_read(text, (size_t)n, bytes) != OK)
        return app_fail(app, EXIT_REFUSED, "%s: is not an Ed25519 public key in PEM or base64",
                        path);
    struct store_partner_key key = { .partner = partner->id,
                                     .algorithm = PARTNER_ED25519,
                                     .bytes = bytes,
                                     .size = sizeof bytes,
                                     .created = clock_now() };
    id_new(key.id.s);
    err = store_partner_key_add(app->store, &key);
    return err == OK ? print_key(app, key.id.s, PARTNER_ED25519, NULL)
                     : app_error(app, err, partner->name);
}

int cmd_partner_key_add(struct app *app)
{
    struct partner partner;
    const char *path = app_value(app, "ed25519");
    int code = find(app, &partner);
    if (code != EXIT_OK)
        return code;
    return path != NULL ? add_public(app, &partner, path) : add_secret(app, &partner);
}

int cmd_partner_key_revoke(struct app *app)
{
    struct partner partner;
    partner_key_id id;
    if (!app_id(app, app->operands[1], "KEY", id.s))
        return EXIT_USAGE;
    int code = find(app, &partner);
    if (code != EXIT_OK)
        return code;
    enum err err = store_partner_key_revoke(app->store, partner.id, id, clock_now());
    return err == OK ? EXIT_OK : app_error(app, err, app->operands[1]);
}
