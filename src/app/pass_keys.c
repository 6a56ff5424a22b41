#include "app/pass_keys.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HMAC_FILE "keys/pass-hmac.key"

/* ERR_STATE: others than its owner may read it, and make passes. */
static enum err read_bytes_of(const char *path, uint8_t out[PASS_KEY])
{
    uint8_t bytes[PASS_KEY + 1];
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return err_from_errno(errno);
    if (fstat(fd, &st) != 0 || (st.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        close(fd);
        return ERR_STATE;
    }
    ssize_t n = read(fd, bytes, sizeof bytes);
    close(fd);
    if (n == PASS_KEY)
        memcpy(out, bytes, PASS_KEY);
    explicit_bzero(bytes, sizeof bytes);
    return n == PASS_KEY ? OK : n < 0 ? ERR_IO : ERR_MALFORMED;
}

static const char *file_of(struct app *app, size_t i)
{
    return i == 0 ? "keys/pass.key" : arena_printf(app->arena, "keys/pass-%zu.key", i);
}

static int fail_at(struct app *app, const char *path, enum err err)
{
    const char *why = err == ERR_MALFORMED ? "is not a key of 32 bytes"
                      : err == ERR_STATE   ? "can be read by others than its owner (chmod 600)"
                                           : err_text(err);
    return app_fail(app, EXIT_UNSOUND, "%s: %s", path, why);
}

/* "https://video.example.org:8443/" is issued by "video.example.org:8443". */
static void set_issuer(const char *url, char out[PASS_ISSUER_MAX + 1])
{
    const char *host = strstr(url, "://");
    size_t n = host == NULL ? 0 : strcspn(host + 3, "/");
    if (n == 0 || n > PASS_ISSUER_MAX) {
        host = "://lanterne";
        n = strlen(host + 3);
    }
    memcpy(out, host + 3, n);
    out[n] = 0;
}

int pass_keys_load(struct app *app, struct pass_keys *out)
{
    uint8_t bytes[PASS_KEY];
    *out = (struct pass_keys){ .n_media = 0 };
    set_issuer(app->settings.public_url, out->issuer);
    const char *path = app_path(app, HMAC_FILE);
    enum err err = read_bytes_of(path, bytes);
    if (err == OK)
        pass_key_shared(PASS_MEDIA, bytes, &out->media[out->n_media++]);
    for (size_t i = 0; i < PASS_KEYS_MAX && (err == OK || err == ERR_NOT_FOUND); i++) {
        path = app_path(app, file_of(app, i));
        err = read_bytes_of(path, bytes);
        if (err == ERR_NOT_FOUND && i == 0)
            break;
        if (err != OK)
            continue;
        pass_key_make(PASS_EDDSA, PASS_MEDIA, bytes, &out->media[out->n_media++]);
        pass_key_make(PASS_EDDSA, PASS_LICENCE, bytes, &out->licence[out->n_licence++]);
    }
    explicit_bzero(bytes, sizeof bytes);
    if (err == OK || (err == ERR_NOT_FOUND && out->n_licence > 0))
        return EXIT_OK;
    return fail_at(app, path, err);
}

void pass_keys_wipe(struct pass_keys *keys)
{
    explicit_bzero(keys, sizeof *keys);
}

const char *pass_keys_file(struct app *app, const struct pass_keys *keys, const uint8_t *id,
                           size_t n)
{
    size_t before = keys->n_media - keys->n_licence; /* HMAC's stands first */
    if (n != PASS_KEY_ID)
        return NULL;
    for (size_t i = 0; i < keys->n_media; i++)
        if (memcmp(keys->media[i].id, id, n) == 0)
            return i < before ? HMAC_FILE : file_of(app, i - before);
    for (size_t i = 0; i < keys->n_licence; i++)
        if (memcmp(keys->licence[i].id, id, n) == 0)
            return file_of(app, i);
    return NULL;
}
