/* COSE (RFC 9052) around a pass: what pass.c and parts.c share. */
#ifndef LANTERNE_FORMAT_PASS_PARTS_H
#define LANTERNE_FORMAT_PASS_PARTS_H

#include "format/pass/pass.h"

enum {
    COSE_TAG_MAC0 = 17,
    COSE_TAG_SIGN1 = 18,
    CWT_TAG = 61,
    COSE_ALG = 1,
    COSE_KID = 4,
    COSE_EDDSA = -8,
    COSE_HMAC_256 = 5,
    SIGNED_MAX = PASS_BYTES_MAX + 32, /* Sig_structure: context and three lengths more */
};

/* The bytes that are signed: Sig_structure or MAC_structure (RFC 9052, 4.4 and 6.3). How many; 0:
 * they do not fit, which no pass within PASS_BYTES_MAX makes happen. */
size_t parts_signed_bytes(enum pass_algorithm algorithm, struct cbor_span headers,
                          struct cbor_span payload, uint8_t out[SIGNED_MAX]);

/* Writes the claims; into w, which has room or says so. */
void claims_write(const struct pass *pass, struct cbor_writer *w);
/* Reads claims that were signed. PASS_GOOD, PASS_NOT_ONE, PASS_CLAIM_... (out->claim is which) or
 * PASS_ISSUER_WRONG, PASS_KIND_WRONG. */
enum pass_verdict claims_read(struct cbor_span payload, const struct pass_door *door,
                              struct pass *out);
/* Whether all that is to be written can be. */
bool claims_are_sound(const struct pass *pass);

#endif
