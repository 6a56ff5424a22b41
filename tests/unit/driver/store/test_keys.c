#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "driver/store/keys.h"
#include "driver/store/seals.h"
#include "place.h"

static struct store_content_key a_key(uint8_t number, enum key_class class)
{
    struct store_content_key k = { .edition = { "edition" },
                                   .class = class,
                                   .created = INSTANT(1) };
    memset(k.kid, number, sizeof k.kid);
    memset(k.iv, number + 1, sizeof k.iv);
    memset(k.wrapped, number + 2, sizeof k.wrapped);
    text_copy(k.master, sizeof k.master, "00112233aabbccdd");
    return k;
}

static void an_edition_keeps_its_first_key_of_each_class(void **state)
{
    struct place *p = *state;
    struct store_content_key keys[] = { a_key(1, KEY_HD), a_key(2, KEY_AUDIO) };
    struct store_content_key late[] = { a_key(3, KEY_HD), a_key(4, KEY_SD) };
    struct store_content_key *got = NULL, one;
    size_t n = 0;
    assert_int_equal(store_content_keys(p->store, p->arena, keys[0].edition, &got, &n), OK);
    assert_int_equal(n, 0);
    assert_int_equal(store_content_keys_add(p->store, keys, 2), OK);
    assert_int_equal(store_content_keys_add(p->store, late, 2), OK);
    assert_int_equal(store_content_keys(p->store, p->arena, keys[0].edition, &got, &n), OK);
    assert_int_equal(n, 3);
    assert_memory_equal(&got[0], &keys[1], sizeof got[0]);
    assert_memory_equal(&got[1], &late[1], sizeof got[1]);
    assert_memory_equal(&got[2], &keys[0], sizeof got[2]);
    assert_int_equal(store_content_key_get(p->store, keys[0].kid, &one), OK);
    assert_memory_equal(&one, &keys[0], sizeof one);
    assert_int_equal(store_content_key_get(p->store, late[0].kid, &one), ERR_NOT_FOUND);
}

static void what_was_changed_meanwhile_is_not_wrapped_over(void **state)
{
    struct place *p = *state;
    struct store_content_key keys[] = { a_key(1, KEY_HD), a_key(2, KEY_AUDIO) };
    struct store_wrapped *from = NULL, to[2];
    size_t n = 0;
    int64_t left = 0;
    text_copy(keys[1].master, sizeof keys[1].master, "ffffffffffffffff");
    assert_int_equal(store_content_keys_add(p->store, keys, 2), OK);
    assert_int_equal(store_wrapped_samples(p->store, p->arena, &from, &n), OK);
    assert_int_equal(n, 2);
    assert_int_equal(store_wrapped_by_others(p->store, p->arena, "x", 10, &from, &n, &left), OK);
    assert_int_equal(n, 2);
    assert_int_equal(left, 2);
    for (size_t i = 0; i < 2; i++) {
        to[i] = from[i];
        memset(to[i].wrapped, 0x77, sizeof to[i].wrapped);
        text_copy(to[i].master, sizeof to[i].master, "x");
    }
    from[0].wrapped[5] ^= 1; /* as if another had wrapped it anew before us */
    assert_int_equal(store_wrapped_replace(p->store, from, to, 2), OK);
    assert_int_equal(store_wrapped_by_others(p->store, p->arena, "x", 10, &from, &n, &left), OK);
    assert_int_equal(left, 1);
    assert_memory_equal(from[0].kid, keys[0].kid, sizeof keys[0].kid);
}

static void what_is_said_of_keys_is_kept_whole_or_not(void **state)
{
    struct place *p = *state;
    struct store_content_key key = a_key(1, KEY_HD);
    struct store_drm drm[2] = { { .pssh = "cHNzaA==" }, { .dash = "eA==" } }, *got = NULL;
    size_t n = 0;
    assert_int_equal(store_content_keys_add(p->store, &key, 1), OK);
    memcpy(drm[0].kid, key.kid, sizeof key.kid);
    memset(drm[1].kid, 9, sizeof drm[1].kid);
    assert_int_equal(store_drm_put(p->store, drm, 2), ERR_NOT_FOUND);
    assert_int_equal(store_drm_list(p->store, p->arena, key.edition, &got, &n), OK);
    assert_int_equal(n, 0);
    assert_int_equal(store_drm_put(p->store, drm, 1), OK);
    drm[0].hls_media = "aA==";
    assert_int_equal(store_drm_put(p->store, drm, 1), OK);
    assert_int_equal(store_drm_list(p->store, p->arena, key.edition, &got, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(got[0].class, KEY_HD);
    assert_string_equal(got[0].pssh, "cHNzaA==");
    assert_string_equal(got[0].hls_media, "aA==");
    assert_null(got[0].dash);
}

static void a_job_says_its_task_and_what_its_master_is_sealed_by(void **state)
{
    struct place *p = *state;
    struct title t = a_title(TITLE_FILM, "Metropolis", 0);
    struct store_job job = a_job(t.id, 0), got;
    struct store_wrapped *samples = NULL;
    size_t n = 0;
    assert_int_equal(store_title_add(p->store, &t), OK);
    job.seal = (struct store_seal){ .is_sealed = true, .master = "00112233aabbccdd" };
    memset(job.seal.kid, 5, sizeof job.seal.kid);
    memset(job.seal.wrapped, 6, sizeof job.seal.wrapped);
    assert_int_equal(store_job_add(p->store, &job), OK);
    assert_int_equal(store_job_get(p->store, p->arena, job.id, &got), OK);
    assert_int_equal(got.task, JOB_INGEST);
    assert_memory_equal(&got.seal, &job.seal, sizeof got.seal);
    assert_int_equal(store_wrapped_samples(p->store, p->arena, &samples, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(samples[0].kind, STORE_WRAPPED_SEAL);
    assert_int_equal(store_job_move(p->store, job.id, JOB_CANCELLED, NULL, INSTANT(2)), OK);
    struct store_job other = a_job(t.id, 1);
    other.task = JOB_ROTATE;
    text_copy(other.edition.s, sizeof other.edition.s, "before");
    other.source = "";
    assert_int_equal(store_job_add(p->store, &other), OK);
    assert_int_equal(store_job_get(p->store, p->arena, other.id, &got), OK);
    assert_int_equal(got.task, JOB_ROTATE);
    assert_string_equal(got.edition.s, "before");
    assert_false(got.seal.is_sealed);
}

static struct store_seal_key a_seal_key(uint8_t number, int seconds)
{
    struct store_seal_key k = { .created = INSTANT(seconds) };
    memset(k.kid, number, sizeof k.kid);
    memset(k.wrapped, number + 1, sizeof k.wrapped);
    text_copy(k.master, sizeof k.master, "00112233aabbccdd");
    return k;
}

static void assert_state(struct place *p, bool has_key, bool is_whole)
{
    struct store_seal_state state;
    assert_int_equal(store_seal_state(p->store, &state), OK);
    assert_int_equal(state.has_key, has_key);
    assert_int_equal(state.is_whole, is_whole);
}

static void the_first_key_that_seals_is_made_once_and_the_last_one_seals(void **state)
{
    struct place *p = *state;
    /* the last one was made before the others, by its clock */
    struct store_seal_key one = a_seal_key(1, 10), two = a_seal_key(2, 20),
                          three = a_seal_key(3, 5);
    struct store_seal_key got;
    int64_t n = -1;
    assert_int_equal(store_seal_key_newest(p->store, &got), ERR_NOT_FOUND);
    assert_state(p, false, false);
    assert_int_equal(store_seal_key_add(p->store, &one, true, true), OK);
    assert_state(p, true, true);
    assert_int_equal(store_seal_key_add(p->store, &two, true, false), ERR_EXISTS);
    assert_state(p, true, true);
    assert_int_equal(store_seal_key_newest(p->store, &got), OK);
    assert_memory_equal(&got, &one, sizeof got);
    assert_int_equal(store_seal_key_add(p->store, &two, false, false), OK);
    assert_int_equal(store_seal_key_add(p->store, &three, false, false), OK);
    assert_state(p, true, true);
    assert_int_equal(store_seal_key_newest(p->store, &got), OK);
    assert_memory_equal(got.kid, three.kid, sizeof got.kid);
    assert_int_equal(store_seal_key_get(p->store, one.kid, &got), OK);
    assert_memory_equal(&got, &one, sizeof got);
    assert_int_equal(store_seal_keys_forget(p->store, INSTANT(5), &n), OK);
    assert_int_equal(n, 0);
    assert_int_equal(store_seal_keys_forget(p->store, INSTANT(6), &n), OK);
    assert_int_equal(n, 2);
    assert_int_equal(store_seal_key_get(p->store, one.kid, &got), ERR_NOT_FOUND);
    assert_int_equal(store_seal_key_get(p->store, three.kid, &got), OK);
    assert_int_equal(store_seal_whole(p->store, false, INSTANT(7)), OK);
    assert_state(p, true, false);
    assert_int_equal(store_seal_whole(p->store, true, INSTANT(8)), OK);
    assert_int_equal(store_seal_whole(p->store, true, INSTANT(9)), OK);
    assert_state(p, true, true);
}

static void keys_that_seal_are_wrapped_anew_with_the_others(void **state)
{
    struct place *p = *state;
    struct store_seal_key key = a_seal_key(1, 1), got;
    struct store_wrapped *from = NULL, to;
    size_t n = 0;
    int64_t left = 0;
    assert_int_equal(store_seal_key_add(p->store, &key, true, true), OK);
    assert_int_equal(store_wrapped_samples(p->store, p->arena, &from, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(from[0].kind, STORE_WRAPPED_SEAL_KEY);
    assert_int_equal(store_wrapped_by_others(p->store, p->arena, "x", 10, &from, &n, &left), OK);
    assert_int_equal(left, 1);
    to = from[0];
    memset(to.wrapped, 0x77, sizeof to.wrapped);
    text_copy(to.master, sizeof to.master, "x");
    assert_int_equal(store_wrapped_replace(p->store, from, &to, 1), OK);
    assert_int_equal(store_seal_key_get(p->store, key.kid, &got), OK);
    assert_memory_equal(got.wrapped, to.wrapped, sizeof got.wrapped);
    assert_string_equal(got.master, "x");
    assert_int_equal(store_wrapped_by_others(p->store, p->arena, "x", 10, &from, &n, &left), OK);
    assert_int_equal(left, 0);
}

static void a_master_is_sealed_afterwards_unless_its_job_is_open(void **state)
{
    struct place *p = *state;
    struct title t = a_title(TITLE_FILM, "Metropolis", 0);
    struct store_job job = a_job(t.id, 0), got;
    struct store_seal seal = { .is_sealed = true, .master = "00112233aabbccdd" };
    memset(seal.kid, 5, sizeof seal.kid);
    memset(seal.wrapped, 6, sizeof seal.wrapped);
    assert_int_equal(store_title_add(p->store, &t), OK);
    assert_int_equal(store_job_add(p->store, &job), OK);
    assert_int_equal(store_job_seal(p->store, job.id, job.source, "masters/y", &seal), ERR_STATE);
    assert_int_equal(store_job_move(p->store, job.id, JOB_CANCELLED, NULL, INSTANT(2)), OK);
    assert_int_equal(store_job_seal(p->store, job.id, "masters/z", "masters/y", &seal), ERR_STATE);
    assert_int_equal(store_job_seal(p->store, job.id, job.source, "masters/y", &seal), OK);
    assert_int_equal(store_job_get(p->store, p->arena, job.id, &got), OK);
    assert_string_equal(got.source, "masters/y");
    assert_int_equal(got.task, JOB_INGEST);
    assert_memory_equal(&got.seal, &seal, sizeof seal);
    assert_int_equal(store_job_seal(p->store, job.id, "masters/y", "masters/z", &seal), ERR_STATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define ROW(f) cmocka_unit_test_setup_teardown(f, place_make, place_clear)
        ROW(an_edition_keeps_its_first_key_of_each_class),
        ROW(what_was_changed_meanwhile_is_not_wrapped_over),
        ROW(what_is_said_of_keys_is_kept_whole_or_not),
        ROW(a_job_says_its_task_and_what_its_master_is_sealed_by),
        ROW(the_first_key_that_seals_is_made_once_and_the_last_one_seals),
        ROW(keys_that_seal_are_wrapped_anew_with_the_others),
        ROW(a_master_is_sealed_afterwards_unless_its_job_is_open),
#undef ROW
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
