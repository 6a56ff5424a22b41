/* The rules of both ceremonies. */
#include <string.h>

#include "format/webauthn/webauthn.h"

enum webauthn_fault webauthn_client_check(const struct webauthn_client_data *said,
                                          enum webauthn_ceremony ceremony,
                                          const struct webauthn_site *site)
{
    const char *type = ceremony == WEBAUTHN_CREATE ? "webauthn.create" : "webauthn.get";
    if (said->type == NULL || said->challenge == NULL || said->origin == NULL)
        return WEBAUTHN_FORMAT;
    if (strcmp(said->type, type) != 0)
        return WEBAUTHN_TYPE;
    if (strcmp(said->origin, site->origin) != 0)
        return WEBAUTHN_ORIGIN;
    /* no page of ours stands in a frame of anybody's (frame-ancestors 'none') */
    return said->is_cross_origin || said->top_origin != NULL ? WEBAUTHN_CROSS_ORIGIN
                                                             : WEBAUTHN_GOOD;
}

enum webauthn_fault webauthn_authenticator_check(const struct webauthn_authenticator *said,
                                                 const uint8_t rp_id_hash[WEBAUTHN_HASH])
{
    if (memcmp(said->rp_id_hash, rp_id_hash, WEBAUTHN_HASH) != 0)
        return WEBAUTHN_RP_ID;
    if ((said->flags & WEBAUTHN_USER_PRESENT) == 0)
        return WEBAUTHN_PRESENCE;
    if ((said->flags & WEBAUTHN_USER_VERIFIED) == 0)
        return WEBAUTHN_VERIFICATION;
    if ((said->flags & WEBAUTHN_BACKED_UP) != 0 && (said->flags & WEBAUTHN_BACKUP_ELIGIBLE) == 0)
        return WEBAUTHN_BACKUP;
    return WEBAUTHN_GOOD;
}

enum webauthn_fault webauthn_backup_check(const struct webauthn_authenticator *said,
                                          bool was_eligible)
{
    bool is_eligible = (said->flags & WEBAUTHN_BACKUP_ELIGIBLE) != 0;
    return is_eligible == was_eligible ? WEBAUTHN_GOOD : WEBAUTHN_BACKUP;
}

enum webauthn_fault webauthn_counter_check(uint32_t known, uint32_t said)
{
    if (known == 0 && said == 0)
        return WEBAUTHN_GOOD;
    return said > known ? WEBAUTHN_GOOD : WEBAUTHN_COUNTER;
}
