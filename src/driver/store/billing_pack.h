/* Identities and keys of billing as few bytes, and back. Each text has one packed form and each
 * form one text. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_BILLING_PACK_H
#define LANTERNE_DRIVER_STORE_BILLING_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/id.h"

enum { PACKED_MAX = 80, PACKED_TEXT = 73 /* the longest text and its NUL */, ID_BYTES = 16 };
struct packed {
    uint8_t bytes[PACKED_MAX];
    size_t n;
};

/* An id (base/id.h) is its 16 bytes; another text of at most 26 characters has another length. */
struct packed id_pack(const char *id);
void id_unpack(const void *bytes, size_t n, char out[ID_TEXT]); /* "" of what none packed */

/* "charge ID", "refund ID 2", "period 15900 3": a byte for the word, the id's bytes and short
 * numbers; whatever else as it is. text: of at most PACKED_TEXT - 1 bytes. */
struct packed key_pack(const char *text);
void key_unpack(const void *bytes, size_t n, char out[PACKED_TEXT]);
/* The same of a key whose id is that of a charge: its number stands for it, so that keys of what is
 * new lie together. parts: what key_split made of it. */
struct key_parts {
    size_t word; /* of a table of this file */
    char id[ID_TEXT];
    int64_t count; /* -1: none */
};
/* false: it is no word, id and perhaps a number. */
bool key_split(const char *text, struct key_parts *out);
struct packed key_pack_number(const struct key_parts *parts, int64_t number);
/* The number in a packed key, and what the key is without its id; false: there is none. */
bool key_unpack_number(const void *bytes, size_t n, int64_t *number, struct key_parts *out);
void key_join(const struct key_parts *parts, char out[PACKED_TEXT]);
/* Postings of an entry, in their order: the account's number and the amount, seven bits a byte. */
struct packed_posting {
    int64_t account, minor;
};
enum { POSTINGS_MOST = 8, POSTING_BYTES = 20 /* of two numbers of 64 bits */ };
struct packed_postings {
    uint8_t bytes[POSTINGS_MOST * POSTING_BYTES];
    size_t n;
};
void postings_pack(struct packed_postings *p, int64_t account, int64_t minor);
/* How many; what was tampered with past reading is not among them. */
size_t postings_unpack(const void *bytes, size_t n, struct packed_posting out[POSTINGS_MOST]);
/* The id in a key; "" when it has none. */
void key_id(const char *key, char out[ID_TEXT]);

#endif
