/* Versions of the box program that there are. */
#include <string.h>

#include "app/commands.h"
#include "app/take_file.h"
#include "base/clock.h"
#include "base/text.h"
#include "driver/signature/signature.h"
#include "driver/store/boxes.h"

const struct app_option options_box_version_add[] = {
    { "file", "FILE.deb", "the package; boxes get it from this service", false },
    { "address", "URL", "where boxes get it", false },
    { "sha256", "HEX", "of the package, with --address", false },
    { 0 },
};

enum { PACKAGE_MAX = 256 * 1024 * 1024, LIST_MAX = 16 * 1024 * 1024, SHA256_HEX = 64 };

static bool is_sha256(const char *text)
{
    return strlen(text) == SHA256_HEX && strspn(text, "0123456789abcdef") == SHA256_HEX;
}

/* An archive whose first member says that it is a Debian package (deb(5)). */
static bool is_package(const uint8_t *bytes, size_t n)
{
    static const char begin[] = "!<arch>\ndebian-binary";
    return n > sizeof begin && memcmp(bytes, begin, sizeof begin - 1) == 0;
}

static const char *hex_of(struct app *app, const uint8_t digest[32])
{
    struct buf b;
    buf_init(&b, SHA256_HEX + 1);
    text_put_hex(&b, digest, 32);
    const char *text = arena_strdup(app->arena, buf_string(&b));
    buf_finish(&b);
    return text;
}

/* Keeps the package as a blob. EXIT_OK, or said. */
static int keep(struct app *app, const char *path, struct store_box_version *v)
{
    const uint8_t *bytes;
    uint8_t digest[32];
    size_t n;
    char id[ID_TEXT];
    int code = take_file(app, path, PACKAGE_MAX, &bytes, &n);
    if (code != EXIT_OK)
        return code;
    if (!is_package(bytes, n))
        return app_fail(app, EXIT_REFUSED, "%s: is no Debian package", path);
    signature_sha256(bytes, n, digest);
    v->sha256 = hex_of(app, digest);
    v->size = (int64_t)n;
    id_new(id);
    v->blob = arena_printf(app->arena, "files/%s.deb", id);
    enum err err = blob_put(app->blobs, v->blob, bytes, n);
    return err == OK ? EXIT_OK : app_error(app, err, path);
}

static int add(struct app *app, struct store_box_version *v)
{
    enum err err = store_box_version_add(app->store, v);
    if (err == OK)
        return EXIT_OK;
    if (v->blob != NULL && blob_remove(app->blobs, v->blob) != OK)
        return app_error(app, err, v->blob);
    return err == ERR_EXISTS ? app_fail(app, EXIT_REFUSED, "%s: there is that version", v->version)
                             : app_error(app, err, v->version);
}

int cmd_box_version_add(struct app *app)
{
    const char *file = app_value(app, "file");
    struct store_box_version v = { .address = app_value(app, "address"),
                                   .sha256 = app_value(app, "sha256"),
                                   .added = clock_now() };
    if (!box_version_is_good(app->operands[0]))
        return app_usage(app, "VERSION: must be letters, digits and . + ~ -, at most 32");
    memcpy(v.version, app->operands[0], strlen(app->operands[0]));
    if ((file != NULL) == (v.address != NULL))
        return app_usage(app, "one of --file and --address");
    if (v.address != NULL && !box_address_is_good(v.address))
        return app_usage(app, "--address: must begin with http:// or https://");
    if (v.sha256 != NULL && (file != NULL || !is_sha256(v.sha256)))
        return app_usage(app, "--sha256: 64 digits in lower case, with --address");
    int code = app_open(app);
    if (code == EXIT_OK && file != NULL)
        code = keep(app, file, &v);
    return code == EXIT_OK ? add(app, &v) : code;
}

static void put_version(struct app *app, const struct store_box_version *v, struct json_writer *w)
{
    const char *where = v->address != NULL ? v->address : arena_printf(app->arena, "/%s", v->blob);
    if (!app->is_json) {
        buf_printf(w->out, "%-12s  %10lld  %s\n", v->version, (long long)v->size, where);
        return;
    }
    json_object(w, NULL);
    json_text(w, "version", v->version);
    json_text(w, "address", where);
    json_text(w, "sha256", v->sha256);
    if (v->size > 0)
        json_number(w, "size", v->size);
    else
        json_null(w, "size");
    json_instant(w, "added", v->added);
    json_end(w);
}

int cmd_box_version_list(struct app *app)
{
    struct store_box_version *versions = NULL;
    size_t n = 0;
    struct buf out;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = store_box_versions_list(app->store, app->arena, &versions, &n);
    buf_init(&out, LIST_MAX);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        json_array(&w, "items");
    }
    for (size_t i = 0; err == OK && i < n; i++)
        put_version(app, &versions[i], &w);
    if (app->is_json) {
        json_end(&w);
        json_end(&w);
        buf_text(&out, "\n");
    }
    code = app_print_list(app, err, &out, "the versions cannot be listed");
    buf_finish(&out);
    return code;
}
