/* Codes that change with time (RFC 6238, HMAC-SHA-1, 30 s, six digits) and the codes that help when
 * the app is lost. Pure. */
#ifndef LANTERNE_RULES_MEMBERS_TOTP_H
#define LANTERNE_RULES_MEMBERS_TOTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"

enum {
    TOTP_SECRET = 20, /* bytes: RFC 4226 section 4 recommends 160 bits */
    TOTP_DIGITS = 6,
    TOTP_STEP_SECONDS = 30,
    RECOVERY_BYTES = 10, /* 80 bits a code */
    RECOVERY_TEXT = 20   /* "abcd-efgh-ijkl-mnop" and its NUL */
};

/* The code of a step: seconds since 1970 / 30. */
uint32_t totp_code(const uint8_t *secret, size_t n, int64_t step);
/* Whether the code is that of now, of the step before or of the one after, and no step up to
 * last_step; *step: whose it is. */
bool totp_check(const uint8_t *secret, size_t n, const char *code, utc_time now, int64_t last_step,
                int64_t *step);
bool totp_is_code(const char *text); /* six digits */

/* RFC 4648 section 6, upper case, no padding. */
void totp_put_base32(struct buf *out, const uint8_t *bytes, size_t n);
/* otpauth://totp/ISSUER:ACCOUNT?secret=...&issuer=... as apps read it from a picture. */
void totp_put_uri(struct buf *out, const char *issuer, const char *account, const uint8_t *secret,
                  size_t n);

void recovery_code_text(const uint8_t bytes[RECOVERY_BYTES], char out[RECOVERY_TEXT]);
/* A recovery code as somebody typed it, brought to the form of recovery_code_text: case, hyphens
 * and spaces mean nothing. False: it is none. */
bool recovery_code_read(const char *text, char out[RECOVERY_TEXT]);

#endif
