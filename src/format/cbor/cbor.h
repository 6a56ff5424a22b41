/* CBOR (RFC 8949), read and written without allocating. Only what has a definite length is read:
 * passes, passkeys and what is signed never need the other kind.
 *
 * Reading pulls one item after another, as the format of the caller says they follow:
 *
 *   struct cbor_reader r = cbor_reader_of(bytes, n, CBOR_SHORTEST);
 *   for (size_t left = cbor_map(&r); left > 0; left--)
 *       switch (cbor_int(&r)) {
 *       case 1: issuer = cbor_text(&r); break;
 *       default: cbor_skip(&r);
 *       }
 *   if (cbor_end(&r) != OK) ...
 *
 * The first failure sticks: every later call gives zeros and moves nowhere, and loops end, because
 * no array or map says more items than there are bytes left. Not shared between threads. */
#ifndef LANTERNE_FORMAT_CBOR_CBOR_H
#define LANTERNE_FORMAT_CBOR_CBOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/reader.h"

enum {
    CBOR_DEPTH_MAX = 16, /* items in items; a pass has 6, an attestation of a passkey 4 */
    CBOR_PAIRS_MAX = 64, /* of one map: all the claims there are, twice */
};

/* What of the freedom that CBOR leaves its writers is put up with. */
enum cbor_form {
    CBOR_SHORTEST,      /* numbers and lengths as short as they can be (RFC 8949, 4.1) */
    CBOR_DETERMINISTIC, /* and the keys of maps in ascending order of their bytes (4.2.1) */
    CBOR_ANY,           /* numbers and lengths of any length */
};

enum cbor_kind {
    CBOR_NOTHING, /* the end, or reading has failed */
    CBOR_UINT,
    CBOR_NEGATIVE,
    CBOR_BYTES,
    CBOR_TEXT,
    CBOR_ARRAY,
    CBOR_MAP,
    CBOR_TAG,
    CBOR_SIMPLE, /* false 20, true 21, null 22, undefined 23, and what nobody uses */
    CBOR_REAL,
};

enum { CBOR_FALSE = 20, CBOR_TRUE = 21, CBOR_NULL = 22, CBOR_UNDEFINED = 23 };

struct cbor_span {
    const uint8_t *at; /* borrowed from what is read; never NULL on success */
    size_t n;
};

struct cbor_item {
    enum cbor_kind kind;
    /* UINT: the number. NEGATIVE: -1 minus it. ARRAY: items. MAP: pairs. TAG: the tag. SIMPLE: the
     * value. BYTES, TEXT: the length. */
    uint64_t number;
    double real;           /* REAL */
    struct cbor_span span; /* BYTES, TEXT: the content */
};

struct cbor_reader {
    struct reader in;
    enum cbor_form form;
    /* The first failure. ERR_TRUNCATED: the bytes end too early. ERR_MALFORMED: not CBOR, not of
     * the form, text that is not UTF-8, a key twice, or another kind than was asked for.
     * ERR_UNSUPPORTED: an indefinite length, or a key that is neither integer, bytes nor text.
     * ERR_FULL: too deep, or a map of too many pairs. */
    enum err err;
};

struct cbor_reader cbor_reader_of(const void *bytes, size_t n, enum cbor_form form);

/* What comes next, from its first byte alone; nothing is moved. */
enum cbor_kind cbor_peek(const struct cbor_reader *r);
/* The next item. Of an array, a map or a tag the head alone: what it holds comes next. A map's keys
 * have then all been looked at: none comes twice. Text has been found to be UTF-8. */
struct cbor_item cbor_next(struct cbor_reader *r);

/* One of that kind; anything else is ERR_MALFORMED. */
uint64_t cbor_uint(struct cbor_reader *r);
int64_t cbor_int(struct cbor_reader *r); /* ERR_MALFORMED past 64 bits too */
bool cbor_bool(struct cbor_reader *r);
struct cbor_span cbor_bytes(struct cbor_reader *r);
struct cbor_span cbor_text(struct cbor_reader *r); /* no NUL after it, and none in it */
size_t cbor_array(struct cbor_reader *r);          /* items that follow */
size_t cbor_map(struct cbor_reader *r);            /* pairs that follow */
uint64_t cbor_tag(struct cbor_reader *r);

/* Steps over one whole item, all that it holds with it. */
void cbor_skip(struct cbor_reader *r);
/* The same, and lends its bytes; {NULL, 0} on failure. */
struct cbor_span cbor_whole(struct cbor_reader *r);
/* Fails reading with err, unless it has failed: for what the caller's format refuses. */
void cbor_fail(struct cbor_reader *r, enum err err);
/* OK when nothing failed and nothing is left; ERR_MALFORMED when something is left. */
MUST_CHECK enum err cbor_end(struct cbor_reader *r);

/* Whether the bytes are one whole item of that form and nothing else; the error as above. */
MUST_CHECK enum err cbor_check(const void *bytes, size_t n, enum cbor_form form);

bool cbor_span_is(struct cbor_span span, const char *text);
/* Order of the encodings of two keys, as deterministic CBOR wants them: <0, 0, >0. */
int cbor_span_order(struct cbor_span a, struct cbor_span b);

/* ---- writing --------------------------------------------------------------------------------- */

/* Writes deterministic CBOR (RFC 8949, 4.2.1), if the caller writes keys in ascending order of
 * their bytes: 0, 1, .. 23, 24, .. then -1, -2, .. then text, shorter first. The first failure
 * sticks (ERR_FULL: no room). */
struct cbor_writer {
    uint8_t *bytes; /* NULL: into buf */
    size_t size, room;
    struct buf *buf;
    enum err err;
};

struct cbor_writer cbor_writer_of(uint8_t *bytes, size_t room);
struct cbor_writer cbor_writer_of_buf(struct buf *out);

void cbor_put_uint(struct cbor_writer *w, uint64_t v);
void cbor_put_int(struct cbor_writer *w, int64_t v);
void cbor_put_bytes(struct cbor_writer *w, const void *bytes, size_t n);
void cbor_put_text(struct cbor_writer *w, const char *text);
void cbor_put_text_n(struct cbor_writer *w, const char *text, size_t n); /* UTF-8 */
void cbor_put_array(struct cbor_writer *w, size_t items);                /* they follow */
void cbor_put_map(struct cbor_writer *w, size_t pairs);                  /* they follow */
void cbor_put_tag(struct cbor_writer *w, uint64_t tag);                  /* its item follows */
void cbor_put_bool(struct cbor_writer *w, bool v);
void cbor_put_simple(struct cbor_writer *w, uint8_t v); /* not 24 to 31, which do not exist */
void cbor_put_real(struct cbor_writer *w, double v);    /* in 2, 4 or 8 bytes, whichever holds it */
/* One item that was written elsewhere. */
void cbor_put_raw(struct cbor_writer *w, const void *bytes, size_t n);

/* How a number is written as a float: 2, 4 or 8 bytes, in *bits; every NaN is 0x7e00. */
unsigned cbor_real_size(double v, uint64_t *bits);

#endif
