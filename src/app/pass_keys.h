/* The keys of passes, from the folder keys/ of the installation. */
#ifndef LANTERNE_APP_PASS_KEYS_H
#define LANTERNE_APP_PASS_KEYS_H

#include "app/app.h"
#include "format/pass/pass.h"

/* Of each kind; the first signs. */
struct pass_keys {
    struct pass_key media[PASS_KEYS_MAX + 1];
    size_t n_media;
    struct pass_key licence[PASS_KEYS_MAX];
    size_t n_licence;
    char issuer[PASS_ISSUER_MAX + 1]; /* what passes say: the host of public_url, or "lanterne" */
};

/* Where the bytes of a key come from: keys/pass.key, which signs; keys/pass-1.key to pass-3.key,
 * which are those before it and still believed; and keys/pass-hmac.key, when a CDN holds the same
 * and media passes are to be signed for it as COSE_Mac0. After app_open or app_load_settings.
 * EXIT_OK, or says why not and gives the exit code. The caller wipes them. */
int pass_keys_load(struct app *app, struct pass_keys *out);
void pass_keys_wipe(struct pass_keys *keys);

/* "keys/pass-1.key": the file that media[i] or licence[i] was made from; in the arena. NULL: the id
 * is none of theirs. */
const char *pass_keys_file(struct app *app, const struct pass_keys *keys, const uint8_t *id,
                           size_t n);

#endif
