#include "service/api/media_pass.h"

#include <string.h>

#include "base/text.h"
#include "format/pass/licence.h"

/* Clocks of machines differ: a pass that one of them makes is good on the others at once. */
enum { CLOCKS_DIFFER_SECONDS = 30 };

/* Where the decision was made, and where the asker is: abroad, a member may see the catalogue of
 * home. */
static void put_territories(const struct api_call *call, struct pass *pass)
{
    const char *codes[] = { call->viewer.territory, call->viewer.place };
    for (size_t i = 0; i < 2; i++) {
        bool is_there = pass->n_territories > 0 && strcmp(pass->territories[0], codes[i]) == 0;
        if (codes[i][0] != 0 && !is_there)
            memcpy(pass->territories[pass->n_territories++], codes[i], 2);
    }
}

utc_time media_pass_before(const struct api_params *p, utc_time lease_ends)
{
    return (utc_time){ lease_ends.us - p->lease_seconds * UTC_SECOND / 3 };
}

/* Short-lived passes are renewed while the lease lives. */
static void shorten(const struct api_call *call, const struct media_pass *m, struct pass *pass)
{
    const struct api_params *p = call->params;
    int64_t soon = call->now.us + p->pass_seconds * UTC_SECOND;
    int64_t lease = media_pass_before(p, m->lease_ends).us;
    if (lease > call->now.us && lease < soon)
        soon = lease;
    if (p->pass_seconds == 0 || soon >= m->until.us)
        return;
    pass->expires.us = soon - soon % UTC_SECOND;
    pass->renewal_seconds = (uint32_t)p->pass_seconds;
    pass->deadline_seconds = (uint32_t)((m->until.us - pass->expires.us) / UTC_SECOND);
}

enum err media_pass_make(const struct api_call *call, const struct media_pass *m,
                         char out[PASS_TEXT_MAX])
{
    const struct api_params *p = call->params;
    struct pass pass = {
        .kind = PASS_MEDIA,
        .issued = call->now,
        .not_before = { call->now.us - CLOCKS_DIFFER_SECONDS * UTC_SECOND },
        .expires = m->until,
        .methods = PASS_GET | PASS_HEAD | PASS_OPTIONS,
        /* The greatest there is, is no limit: cinema pictures are wider than 16:9. */
        .lines = m->format == RIGHTS_UHD ? 0 : (uint16_t)rights_format_lines(m->format),
    };
    shorten(call, m, &pass);
    if (strlen(m->languages) >= sizeof pass.languages)
        return ERR_ARGUMENT;
    memcpy(pass.languages, m->languages, strlen(m->languages));
    if (p->pass_issuer != NULL && !text_copy(pass.issuer, sizeof pass.issuer, p->pass_issuer))
        return ERR_ARGUMENT;
    id_new(pass.id);
    memcpy(pass.playback, m->playback, ID_TEXT);
    memcpy(pass.playable, m->playable, ID_TEXT);
    pass_bind(&pass, "/media/", m->edition, "/");
    put_territories(call, &pass);
    enum err err = pass_sign(p->pass_key, &pass, out);
    if (err != OK || m->licence == NULL)
        return err;
    struct pass token = pass_for_licence(&pass);
    return pass_sign(p->licence_key, &token, m->licence);
}
