/* Any bytes as CPIX: reading ends, faults say why, and what was read can be written and read again
 * to the same. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "format/cpix/cpix.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void check_same(const struct cpix *a, const struct cpix *b)
{
    assert(a->n_keys == b->n_keys && a->n_systems == b->n_systems);
    for (size_t i = 0; i < a->n_keys; i++) {
        assert(memcmp(a->keys[i].kid, b->keys[i].kid, CPIX_ID) == 0);
        assert(memcmp(a->keys[i].plain, b->keys[i].plain, CPIX_ID) == 0 ||
               a->keys[i].encrypted_size > 0);
        assert(a->keys[i].encrypted_size == b->keys[i].encrypted_size);
    }
    for (size_t i = 0; i < a->n_systems; i++) {
        assert(memcmp(a->systems[i].system, b->systems[i].system, CPIX_ID) == 0);
        assert(is_same_text(a->systems[i].pssh, b->systems[i].pssh));
        assert(is_same_text(a->systems[i].dash, b->systems[i].dash));
        assert(is_same_text(a->systems[i].hls_media, b->systems[i].hls_media));
        assert(is_same_text(a->systems[i].hls_master, b->systems[i].hls_master));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_create();
    struct cpix first, second;
    char why[CPIX_WHY];
    enum err err = cpix_read(arena, data, size, &first, why);
    assert((err == OK) == (why[0] == 0) || err == ERR_MEMORY);
    if (err == OK) {
        struct buf out;
        buf_init(&out, 4 * (size_t)CPIX_FILE_MAX);
        for (size_t i = 0; i < first.n_keys; i++)
            first.keys[i].scheme = "cbcs"; /* what was read may not be XML */
        cpix_write(&first, &out);
        if (out.err == OK && out.size <= CPIX_FILE_MAX) {
            err = cpix_read(arena, out.data, out.size, &second, why);
            assert(err == OK);
            check_same(&first, &second);
        }
        buf_finish(&out);
    }
    arena_destroy(&arena);
    return 0;
}
