#include "format/pass/licence.h"

#include <string.h>

struct pass pass_for_licence(const struct pass *media)
{
    struct pass p = {
        .kind = PASS_LICENCE,
        .issued = media->issued,
        .not_before = media->not_before,
        .expires = media->expires,
        .methods = PASS_GET | PASS_HEAD | PASS_POST,
        .renewal_seconds = media->renewal_seconds,
        .deadline_seconds = media->deadline_seconds,
        .lines = media->lines,
    };
    memcpy(p.issuer, media->issuer, sizeof p.issuer);
    memcpy(p.playback, media->playback, sizeof p.playback);
    memcpy(p.id, media->id, sizeof p.id);
    memcpy(p.playable, media->playable, sizeof p.playable);
    pass_bind(&p, "/licence", "", "");
    return p;
}
