/* The passes that a playback is given. */
#ifndef LANTERNE_SERVICE_API_MEDIA_PASS_H
#define LANTERNE_SERVICE_API_MEDIA_PASS_H

#include "service/api/call.h"

struct media_pass {
    const char *playback, *playable, *edition; /* ids */
    enum rights_format format;                 /* the greatest picture */
    const char *languages;                     /* as a showing says them */
    utc_time until; /* when it opens nothing more, however often it is renewed */
    utc_time lease_ends;
    char *licence; /* gets the token for licences, PASS_TEXT_MAX of room; NULL: none is wanted */
};

/* Signs a pass for the edition's addresses, for where the asker is. With a short life (the setting
 * pass_seconds) it can be renewed up to `until`; without, it is good until then. */
MUST_CHECK enum err media_pass_make(const struct api_call *call, const struct media_pass *m,
                                    char out[PASS_TEXT_MAX]);

/* When a pass has to be renewed, so that who asks then is in time for the lease: a third of the
 * lease's life before its end. */
utc_time media_pass_before(const struct api_params *p, utc_time lease_ends);

#endif
