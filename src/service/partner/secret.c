#include <stdio.h>
#include <string.h>

#include "driver/signature/signature.h"
#include "service/partner/inside.h"

_Static_assert((int)PARTNER_SECRET_TEXT >= (int)SIGNATURE_BASE64_OF_32, "a secret must fit");

enum err partner_secret_add(struct store *store, const struct secret_key *key, partner_id partner,
                            utc_time now, partner_key_id *id, char secret[PARTNER_SECRET_TEXT])
{
    uint8_t bytes[PARTNER_SECRET], sealed[PARTNER_SECRET + SECRET_EXTRA];
    char of[64];
    id_new(id->s);
    secret_bytes(bytes, sizeof bytes);
    snprintf(of, sizeof of, "partner key %s", id->s);
    secret_seal(key, of, bytes, sizeof bytes, sealed);
    signature_base64(bytes, secret);
    explicit_bzero(bytes, sizeof bytes);
    struct store_partner_key row = { .id = *id,
                                     .partner = partner,
                                     .algorithm = PARTNER_HMAC,
                                     .bytes = sealed,
                                     .size = sizeof sealed,
                                     .created = now };
    return store_partner_key_add(store, &row);
}
