/* Small blobs at rest: what was put comes back, and nothing else does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/coffer/coffer.h"
#include "driver/store/seals.h"

struct house {
    char dir[64], blobs_dir[80];
    struct store *store;
    struct blob_store *blobs;
    struct vault *vault;
    struct coffer *coffer;
    struct arena *arena;
};

static const char text[] = "WEBVTT\n\n00:01.000 --> 00:02.000\nA lantern is lit\n";
static const char name[] = "captions/aaaaaaaaaaaaaaaaaaaaaaaaaa/c-fr.vtt";
static const char poster[] = "images/aaaaaaaaaaaaaaaaaaaaaaaaaa.jpg";
static const uint8_t jpeg[] = { 0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 4 };

static struct coffer *open_coffer(struct house *h, struct vault *vault, bool is_clear)
{
    struct coffer *c = NULL;
    assert_int_equal(coffer_create(&(struct coffer_params){ .store = h->store,
                                                            .blobs = h->blobs,
                                                            .vault = vault,
                                                            .is_clear = is_clear },
                                   &c),
                     OK);
    return c;
}

static int make_house(void **state)
{
    struct house *h = calloc(1, sizeof *h);
    char path[96], why[256];
    *state = h;
    snprintf(h->dir, sizeof h->dir, "/tmp/lanterne-coffer-XXXXXX");
    if (mkdtemp(h->dir) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/lanterne.db", h->dir);
    snprintf(h->blobs_dir, sizeof h->blobs_dir, "%s/blobs", h->dir);
    if (store_create(path) != OK || store_open(path, &h->store) != OK ||
        mkdir(h->blobs_dir, 0700) != 0 || blob_store_open(h->blobs_dir, &h->blobs) != OK)
        return -1;
    if (vault_open(&(struct vault_params){ .dir = h->dir,
                                           .master_key = "file:master.key",
                                           .may_make = true },
                   &h->vault, why, sizeof why) != OK)
        return -1;
    h->arena = arena_create();
    h->coffer = open_coffer(h, h->vault, false);
    return 0;
}

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *place)
{
    (void)st, (void)kind, (void)place;
    return remove(path);
}

static int clear_house(void **state)
{
    struct house *h = *state;
    coffer_destroy(&h->coffer);
    vault_close(&h->vault);
    blob_store_close(&h->blobs);
    store_close(&h->store);
    arena_destroy(&h->arena);
    int failed = nftw(h->dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    free(h);
    return failed;
}

/* The bytes as they lie, in the house's arena. */
static uint8_t *lying(struct house *h, const char *blob, size_t *n)
{
    uint8_t *bytes = NULL;
    assert_int_equal(blob_read(h->blobs, h->arena, blob, 1 << 20, &bytes, n), OK);
    return bytes;
}

static enum err read_one(struct house *h, struct coffer *c, const char *blob, uint8_t **bytes,
                         size_t *n)
{
    return coffer_read(c, h->arena, blob, 1 << 20, bytes, n);
}

static void assert_reads(struct house *h, struct coffer *c, const char *blob, const void *what,
                         size_t size)
{
    uint8_t *bytes = NULL;
    struct coffer_file file;
    size_t n = 0;
    assert_int_equal(read_one(h, c, blob, &bytes, &n), OK);
    assert_int_equal(n, size);
    assert_memory_equal(bytes, what, size);
    assert_int_equal(bytes[n], 0);
    assert_int_equal(coffer_open(c, blob, &file), OK);
    struct stat st;
    assert_int_equal(fstat(file.fd, &st), 0);
    assert_int_equal(st.st_size, (off_t)size);
    assert_int_equal(file.size, (int64_t)size);
    uint8_t *again = arena_alloc(h->arena, size + 1);
    assert_int_equal(pread(file.fd, again, size + 1, 0), (ssize_t)size);
    assert_memory_equal(again, what, size);
    close(file.fd);
}

static void assert_refused(struct house *h, struct coffer *c, const char *blob, enum err with)
{
    uint8_t *bytes = NULL;
    struct coffer_file file;
    size_t n = 0;
    assert_int_equal(read_one(h, c, blob, &bytes, &n), with);
    assert_null(bytes);
    assert_int_equal(coffer_open(c, blob, &file), with);
}

static void what_is_put_comes_back_and_does_not_lie_in_clear(void **state)
{
    struct house *h = *state;
    static const size_t sizes[] = { 0, 1, 15, 16, 17, 63, 64, 65, 4096, 300000 };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t size = sizes[i], n = 0;
        uint8_t *bytes = arena_alloc(h->arena, size + 1);
        for (size_t k = 0; k < size; k++)
            bytes[k] = (uint8_t)(k % 7);
        assert_int_equal(coffer_put(h->coffer, poster, bytes, size), OK);
        assert_reads(h, h->coffer, poster, bytes, size);
        const uint8_t *held = lying(h, poster, &n);
        assert_int_equal(n, size + 8 + 16 + 24 + 16);
        if (size >= 64)
            assert_null(memmem(held, n, bytes, 14));
    }
    uint8_t *bytes = NULL;
    size_t n = 0;
    assert_int_equal(coffer_read(h->coffer, h->arena, poster, 299999, &bytes, &n), ERR_FULL);
    assert_int_equal(coffer_read(h->coffer, h->arena, poster, 300000, &bytes, &n), OK);
    assert_refused(h, h->coffer, "images/none.jpg", ERR_NOT_FOUND);
    assert_refused(h, h->coffer, "../lanterne.db", ERR_ARGUMENT);
    assert_int_equal(coffer_put(h->coffer, "../x", "", 0), ERR_ARGUMENT);
}

static void the_same_put_twice_lies_there_as_other_bytes(void **state)
{
    struct house *h = *state;
    size_t n = 0, m = 0;
    assert_int_equal(coffer_put(h->coffer, name, text, sizeof text), OK);
    const uint8_t *one = lying(h, name, &n);
    assert_int_equal(coffer_put(h->coffer, name, text, sizeof text), OK);
    const uint8_t *other = lying(h, name, &m);
    assert_int_equal(n, m);
    assert_memory_equal(one, other, 24);
    assert_memory_not_equal(one + 24, other + 24, 24);
    assert_memory_not_equal(one + 48, other + 48, n - 48);
}

/* As somebody would who can write to the disk. */
static void lay(struct house *h, const char *blob, const void *bytes, size_t n)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", h->blobs_dir, blob);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static void no_bit_may_be_another(void **state)
{
    struct house *h = *state;
    size_t n = 0;
    assert_int_equal(coffer_put(h->coffer, name, text, sizeof text), OK);
    uint8_t *held = lying(h, name, &n);
    for (size_t bit = 0; bit < n * 8; bit++) {
        held[bit / 8] ^= (uint8_t)(1U << bit % 8);
        lay(h, name, held, n);
        /* without its magic it lies in clear, for all that can be seen */
        assert_refused(h, h->coffer, name, bit < 64 ? ERR_STATE : ERR_MALFORMED);
        held[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    assert_int_equal(store_seal_whole(h->store, false, (utc_time){ 1 }), OK);
    for (size_t bit = 0; bit < 64; bit++) { /* nor where old ones may lie in clear */
        held[bit / 8] ^= (uint8_t)(1U << bit % 8);
        lay(h, name, held, n);
        assert_refused(h, h->coffer, name, ERR_MALFORMED);
        held[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    for (size_t cut = 0; cut < n; cut++) {
        lay(h, name, held, cut);
        assert_refused(h, h->coffer, name, ERR_MALFORMED);
    }
    held[n] = 0; /* blob_read put a NUL there */
    lay(h, name, held, n + 1);
    assert_refused(h, h->coffer, name, ERR_MALFORMED);
    lay(h, name, held, n);
    assert_reads(h, h->coffer, name, text, sizeof text);
}

static void one_is_nothing_under_the_name_of_another(void **state)
{
    struct house *h = *state;
    static const char other[] = "captions/aaaaaaaaaaaaaaaaaaaaaaaaaa/c-en.vtt";
    size_t n = 0;
    assert_int_equal(coffer_put(h->coffer, name, text, sizeof text), OK);
    const uint8_t *held = lying(h, name, &n);
    assert_int_equal(blob_put(h->blobs, other, held, n), OK);
    assert_refused(h, h->coffer, other, ERR_MALFORMED);
    assert_int_equal(coffer_copy(h->coffer, name, other), OK);
    assert_reads(h, h->coffer, other, text, sizeof text);
}

static void what_lies_in_clear_is_read_until_everything_is_sealed(void **state)
{
    struct house *h = *state;
    enum coffer_look look = COFFER_SEALED;
    bool did = false, is_whole = true;
    int64_t forgotten = 0;
    struct coffer *before = open_coffer(h, NULL, true);
    assert_int_equal(coffer_put(before, poster, jpeg, sizeof jpeg), OK);
    assert_reads(h, before, poster, jpeg, sizeof jpeg);
    coffer_destroy(&before);
    assert_int_equal(coffer_put(h->coffer, name, text, sizeof text), OK);
    assert_int_equal(coffer_is_whole(h->coffer, &is_whole), OK);
    assert_false(is_whole);
    assert_reads(h, h->coffer, poster, jpeg, sizeof jpeg);
    assert_int_equal(coffer_look(h->coffer, poster, &look), OK);
    assert_int_equal(look, COFFER_CLEAR);
    assert_int_equal(coffer_seal(h->coffer, poster, &did), OK);
    assert_true(did);
    assert_int_equal(coffer_look(h->coffer, poster, &look), OK);
    assert_int_equal(look, COFFER_SEALED);
    assert_int_equal(coffer_seal(h->coffer, poster, &did), OK);
    assert_false(did);
    assert_reads(h, h->coffer, poster, jpeg, sizeof jpeg);
    assert_int_equal(coffer_whole(h->coffer, &forgotten), OK);
    assert_int_equal(blob_put(h->blobs, poster, jpeg, sizeof jpeg), OK);
    assert_refused(h, h->coffer, poster, ERR_STATE);
    assert_int_equal(coffer_seal(h->coffer, poster, &did), ERR_STATE);
    /* a house that seals nothing any more says so before it writes */
    struct coffer *after = open_coffer(h, h->vault, true);
    assert_int_equal(coffer_put(after, poster, jpeg, sizeof jpeg), OK);
    assert_reads(h, h->coffer, poster, jpeg, sizeof jpeg);
    assert_reads(h, after, name, text, sizeof text);
    coffer_destroy(&after);
}

static void in_clear_a_blob_looks_like_its_name(void **state)
{
    struct house *h = *state;
    assert_int_equal(coffer_put(h->coffer, name, text, sizeof text), OK);
    assert_int_equal(store_seal_whole(h->store, false, (utc_time){ 1 }), OK);
    assert_int_equal(blob_put(h->blobs, poster, text, sizeof text), OK);
    assert_refused(h, h->coffer, poster, ERR_MALFORMED);
    assert_int_equal(blob_put(h->blobs, poster, jpeg, sizeof jpeg), OK);
    assert_reads(h, h->coffer, poster, jpeg, sizeof jpeg);
    assert_int_equal(blob_put(h->blobs, name, jpeg, sizeof jpeg), OK);
    assert_refused(h, h->coffer, name, ERR_MALFORMED);
}

static void without_the_vault_nothing_opens_and_nothing_is_sealed(void **state)
{
    struct house *h = *state;
    char why[256];
    struct vault *other = NULL;
    assert_int_equal(coffer_put(h->coffer, name, text, sizeof text), OK);
    struct coffer *none = open_coffer(h, NULL, false);
    assert_refused(h, none, name, ERR_DENIED);
    assert_int_equal(coffer_put(none, poster, jpeg, sizeof jpeg), ERR_DENIED);
    coffer_destroy(&none);
    assert_int_equal(vault_open(&(struct vault_params){ .dir = h->dir,
                                                        .master_key = "file:another.key",
                                                        .may_make = true },
                                &other, why, sizeof why),
                     OK);
    none = open_coffer(h, other, false);
    assert_refused(h, none, name, ERR_DENIED);
    coffer_destroy(&none);
    vault_close(&other);
    assert_reads(h, h->coffer, name, text, sizeof text);
}

static void a_new_key_seals_and_the_one_before_goes_a_day_later(void **state)
{
    struct house *h = *state;
    enum coffer_look look = COFFER_CLEAR;
    bool did = false;
    size_t n = 0;
    int64_t forgotten = -1;
    struct store_seal_key newest;
    assert_int_equal(coffer_put(h->coffer, name, text, sizeof text), OK);
    uint8_t *before = lying(h, name, &n);
    assert_int_equal(coffer_key_new(h->coffer), OK);
    assert_int_equal(coffer_look(h->coffer, name, &look), OK);
    assert_int_equal(look, COFFER_BEFORE);
    assert_reads(h, h->coffer, name, text, sizeof text);
    assert_int_equal(coffer_seal(h->coffer, name, &did), OK);
    assert_true(did);
    assert_int_equal(store_seal_key_newest(h->store, &newest), OK);
    size_t m = 0;
    assert_memory_equal(lying(h, name, &m) + 8, newest.kid, sizeof newest.kid);
    assert_int_equal(coffer_whole(h->coffer, &forgotten), OK);
    assert_int_equal(forgotten, 0);
    /* whoever had asked which key seals before there was a new one */
    assert_int_equal(blob_put(h->blobs, name, before, n), OK);
    assert_reads(h, h->coffer, name, text, sizeof text);
    utc_time later = { newest.created.us + 1 };
    assert_int_equal(store_seal_keys_forget(h->store, newest.created, &forgotten), OK);
    assert_int_equal(forgotten, 0);
    assert_int_equal(store_seal_keys_forget(h->store, later, &forgotten), OK);
    assert_int_equal(forgotten, 1);
    struct coffer *fresh = open_coffer(h, h->vault, false);
    assert_refused(h, fresh, name, ERR_MALFORMED);
    coffer_destroy(&fresh);
}

static void more_keys_than_are_kept_in_memory_all_open(void **state)
{
    enum { KEYS = 150 };
    struct house *h = *state;
    char blob[64];
    for (int i = 0; i < KEYS; i++) {
        snprintf(blob, sizeof blob, "images/%d.jpg", i);
        assert_int_equal(coffer_key_new(h->coffer), OK);
        assert_int_equal(coffer_put(h->coffer, blob, jpeg, sizeof jpeg), OK);
    }
    for (int i = 0; i < 2 * KEYS; i++) {
        snprintf(blob, sizeof blob, "images/%d.jpg", i * 7 % KEYS);
        assert_reads(h, h->coffer, blob, jpeg, sizeof jpeg);
    }
}

static void what_is_for_a_coffer_is_told_by_its_name(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool is;
    } rows[] = {
        { "images/x.jpg", true },         { "captions/x/c-fr.vtt", true },
        { "media/x/tiles/1.jpg", true },  { "media/x/v180.mp4", false },
        { "media/x/cenc/a.mp4", false },  { "masters/x", false },
        { "work/x/p0.note", true },       { "work/x/p0.tiles", true },
        { "work/x/p0.wide", true },       { "work/x/p0-v180.frag", false },
        { "work/x/sound-a.frag", false }, { "work/x/v180.mp4", false },
        { "imagesx/x.jpg", false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(coffer_is_for(rows[i].name), rows[i].is);
}

/* ---- threads ----------------------------------------------------------------------------------
 */

struct worker {
    struct house *h;
    struct coffer *coffer;
    int number;
    enum err err;
};

static void *work(void *context)
{
    struct worker *w = context;
    struct arena *arena = arena_create();
    char blob[64];
    for (int i = 0; i < 40 && w->err == OK; i++) {
        uint8_t *bytes = NULL;
        size_t n = 0;
        snprintf(blob, sizeof blob, "images/%d-%d.jpg", w->number, i % 5);
        w->err = coffer_put(w->coffer, blob, jpeg, sizeof jpeg);
        if (w->err == OK && i % 20 == 9)
            w->err = coffer_key_new(w->coffer);
        if (w->err == OK)
            w->err = coffer_read(w->coffer, arena, blob, 100, &bytes, &n);
        if (w->err == OK && (n != sizeof jpeg || memcmp(bytes, jpeg, n) != 0))
            w->err = ERR_INTERNAL;
    }
    arena_destroy(&arena);
    return NULL;
}

static void threads_and_processes_put_and_read_at_a_time(void **state)
{
    enum { THREADS = 6 };
    struct house *h = *state;
    struct coffer *other = open_coffer(h, h->vault, false); /* as of another process */
    struct worker workers[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){ h, i % 2 == 0 ? h->coffer : other, i, OK };
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(workers[i].err, OK);
    }
    coffer_destroy(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_house, clear_house)
        TEST(what_is_put_comes_back_and_does_not_lie_in_clear),
        TEST(the_same_put_twice_lies_there_as_other_bytes),
        TEST(no_bit_may_be_another),
        TEST(one_is_nothing_under_the_name_of_another),
        TEST(what_lies_in_clear_is_read_until_everything_is_sealed),
        TEST(in_clear_a_blob_looks_like_its_name),
        TEST(without_the_vault_nothing_opens_and_nothing_is_sealed),
        TEST(a_new_key_seals_and_the_one_before_goes_a_day_later),
        TEST(more_keys_than_are_kept_in_memory_all_open),
        TEST(threads_and_processes_put_and_read_at_a_time),
#undef TEST
        cmocka_unit_test(what_is_for_a_coffer_is_told_by_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
