/* What both ceremonies of passkeys share: challenges, and answers taken apart. */
#ifndef LANTERNE_SERVICE_API_PASSKEY_H
#define LANTERNE_SERVICE_API_PASSKEY_H

#include "driver/store/passkeys.h"
#include "format/webauthn/webauthn.h"
#include "service/api/call.h"

struct passkey_bytes {
    const uint8_t *at; /* in the arena; NULL: absent, or not base64url, which is then a fault */
    size_t n;
};
/* A field of the body that is bytes in base64url, of at most max letters. */
struct passkey_bytes passkey_read_bytes(struct api_call *call, const char *name,
                                        enum json_need need, size_t max);

/* The site whose passkeys these are: the setting public_url, else the Host that was asked, when
 * that is this machine. False: answered (`state`): there can be none at this address. */
bool passkey_site(struct api_call *call, struct webauthn_site *out);

/* ---- challenges --------------------------------------------------------------------------------
 * A time, random bytes, and a mark of both that only this installation makes: nothing is stored
 * until one was answered well, so asking for many fills no disk. What a challenge is for ("passkey
 * sign-in") is part of the mark. Good for WEBAUTHN_TIMEOUT_MS. */

/* What a challenge to add a passkey is for: this member, in this session. */
const char *passkey_adding(struct api_call *call);
extern const char passkey_signing_in[];

/* Writes a new one as "challenge". */
void passkey_put_challenge(struct api_call *call, const char *of);
/* Reads the JSON that the browser signed, and checks all of it, its challenge too; *challenge is to
 * be taken once (driver/store/passkeys.h). */
enum webauthn_fault passkey_check_client(struct api_call *call, struct passkey_bytes json,
                                         enum webauthn_ceremony ceremony,
                                         const struct webauthn_site *site, const char *of,
                                         struct store_challenge *challenge);

/* Bytes as a field in base64url. */
void passkey_put_bytes(struct api_call *call, const char *name, const void *bytes, size_t n);
/* Answers 401 `passkey` and notes why. member NULL: not known. */
void passkey_refuse(struct api_call *call, enum webauthn_fault fault, const struct member *member);

#endif
