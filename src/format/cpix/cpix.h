/* CPIX 2.3 (DASH-IF "Content Protection Information Exchange Format", ETSI TS 103 799): how houses
 * and DRM systems tell one another of content keys. Pure: whoever encrypts values for a recipient
 * does it before writing. Signatures are neither written nor judged. */
#ifndef LANTERNE_FORMAT_CPIX_CPIX_H
#define LANTERNE_FORMAT_CPIX_CPIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum {
    CPIX_ID = 16,
    CPIX_FILE_MAX = 4 * 1024 * 1024, /* bytes of a document: one title's needs far less */
    CPIX_KEYS_MAX = 256,
    CPIX_SYSTEMS_MAX = 1024,
    CPIX_TEXT_MAX = 16 * 1024, /* of one base64 text */
    CPIX_WHY = 256,
    CPIX_VALUE_MAX = 64, /* an encrypted value: IV and 32 bytes */
    CPIX_MAC = 64,
};

struct cpix_key {
    uint8_t kid[CPIX_ID];
    bool has_iv;
    uint8_t iv[CPIX_ID];
    const char *scheme; /* "cbcs", "cenc"; NULL: not said */
    bool has_plain;
    uint8_t plain[CPIX_ID];
    size_t encrypted_size; /* 0: it has no encrypted value */
    uint8_t encrypted[CPIX_VALUE_MAX];
    uint8_t mac[CPIX_MAC];
    /* written only: the usage rule */
    const char *track_type; /* "AUDIO", "SD", "HD", "UHD" */
    bool is_audio;
    uint64_t least_pixels, most_pixels; /* video; 0: no such limit */
};

/* Texts are base64 without blanks, checked when read; NULL: not said. */
struct cpix_system {
    uint8_t kid[CPIX_ID];
    uint8_t system[CPIX_ID];
    const char *pssh, *dash, *hls_media, *hls_master;
};

/* To whom values are encrypted. */
struct cpix_delivery {
    const uint8_t *certificate; /* DER */
    size_t certificate_size;
    const uint8_t *document_key, *mac_key; /* encrypted by RSA-OAEP */
    size_t document_key_size, mac_key_size;
};

struct cpix {
    const char *content_id;               /* written only; NULL: not said */
    const struct cpix_delivery *delivery; /* written only; NULL: values are plain */
    size_t n_keys;
    struct cpix_key *keys;
    size_t n_systems;
    struct cpix_system *systems;
};

void cpix_write(const struct cpix *document, struct buf *out);

/* Reads a document; texts and lists in the arena. ERR_MALFORMED, ERR_FULL, ERR_UNSUPPORTED: why
 * says what and in which line. The caller wipes plain values. */
MUST_CHECK enum err cpix_read(struct arena *arena, const uint8_t *bytes, size_t n, struct cpix *out,
                              char why[CPIX_WHY]);

/* "edef8ba9-79d6-4ace-a3c8-27dcd51d21ed" and back; parse: ERR_MALFORMED. */
enum { CPIX_UUID_TEXT = 37 };
void cpix_uuid_format(const uint8_t id[CPIX_ID], char out[CPIX_UUID_TEXT]);
MUST_CHECK enum err cpix_uuid_parse(const char *text, size_t n, uint8_t out[CPIX_ID]);

void cpix_put_base64(struct buf *out, const void *bytes, size_t n);
/* RFC 4648 section 4, padded, blanks allowed between. ERR_MALFORMED; ERR_FULL: beyond room. */
MUST_CHECK enum err cpix_base64_decode(const char *text, size_t n, uint8_t *out, size_t room,
                                       size_t *size);

#endif
