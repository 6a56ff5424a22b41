#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "format/cbor/cbor.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* Reads everything one item after another and writes it again: what is deterministic comes back
 * byte for byte, what is only CBOR comes back as CBOR. */
static void copy(struct cbor_reader *r, struct cbor_writer *w)
{
    while (cbor_peek(r) != CBOR_NOTHING) {
        struct cbor_item item = cbor_next(r);
        if (item.kind == CBOR_UINT)
            cbor_put_uint(w, item.number);
        else if (item.kind == CBOR_NEGATIVE && item.number > INT64_MAX)
            cbor_put_raw(w, r->in.at - 9, 9);
        else if (item.kind == CBOR_NEGATIVE)
            cbor_put_int(w, -1 - (int64_t)item.number);
        else if (item.kind == CBOR_BYTES)
            cbor_put_bytes(w, item.span.at, item.span.n);
        else if (item.kind == CBOR_TEXT)
            cbor_put_text_n(w, (const char *)item.span.at, item.span.n);
        else if (item.kind == CBOR_ARRAY)
            cbor_put_array(w, (size_t)item.number);
        else if (item.kind == CBOR_MAP)
            cbor_put_map(w, (size_t)item.number);
        else if (item.kind == CBOR_TAG)
            cbor_put_tag(w, item.number);
        else if (item.kind == CBOR_SIMPLE)
            cbor_put_simple(w, (uint8_t)item.number);
        else if (item.kind == CBOR_REAL)
            cbor_put_real(w, item.real);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    enum err any = cbor_check(bytes, n, CBOR_ANY);
    enum err shortest = cbor_check(bytes, n, CBOR_SHORTEST);
    enum err deterministic = cbor_check(bytes, n, CBOR_DETERMINISTIC);
    assert(shortest != OK || any == OK);
    assert(deterministic != OK || shortest == OK);
    if (any != OK)
        return 0;
    uint8_t *again = malloc(n + 1);
    assert(again != NULL);
    struct cbor_reader r = cbor_reader_of(bytes, n, CBOR_ANY);
    struct cbor_writer w = cbor_writer_of(again, n);
    copy(&r, &w);
    assert(r.err == OK && w.err == OK && w.size <= n);
    assert(cbor_check(again, w.size, CBOR_SHORTEST) == OK);
    assert(shortest != OK || (w.size == n && memcmp(again, bytes, n) == 0));
    free(again);
    return 0;
}
