#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <sys/mman.h>

#include "../../driver/http/caller.h"
#include "../../driver/store/place.h"
#include "../../format/cmaf/film.h"
#include "base/text.h"
#include "format/cmaf/aes128.h"
#include "service/deliver/sealed.h"

enum { SEGMENTS = 12, FRAMES = 200 };

/* A track under cbcs whose key the store has, and what seals its segments. */
struct cellar {
    struct place *place;
    struct vault *vault;
    struct film film;
    struct opened opened;
    struct opened_track track;
    struct sealed *sealed;
    size_t longest; /* bytes of a sealed segment */
};

static const struct cmaf_protection under = {
    .scheme = CMAF_CBCS,
    .kid = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 },
    .key = { 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1 },
    .iv = { 7 },
};

static void keep_key(struct cellar *c)
{
    struct store_content_key k = { .edition = { "edition" }, .class = KEY_AUDIO };
    memcpy(k.kid, under.kid, sizeof k.kid);
    memcpy(k.iv, under.iv, sizeof k.iv);
    assert_int_equal(vault_wrap(c->vault, under.key, under.kid, k.wrapped), OK);
    vault_wrapped_by(k.wrapped, k.master);
    assert_int_equal(store_content_keys_add(c->place->store, &k, 1), OK);
}

static void open_track(struct cellar *c)
{
    struct opened_track *t = &c->track;
    struct cmaf_track track = film_audio_track();
    size_t needed = 0;
    track.protection = &under;
    film_make(&c->film, &track, SEGMENTS, FRAMES, 0);
    t->name = "a-und-2";
    t->fd = memfd_create("track", MFD_CLOEXEC);
    assert_int_equal(write(t->fd, c->film.file.data, c->film.file.size), c->film.file.size);
    assert_int_equal(
        cmaf_index_read(c->place->arena, c->film.file.data, c->film.head, &t->index, &needed), OK);
    assert_int_equal(cmaf_track_read(c->film.file.data, c->film.init_size, &t->track), OK);
    for (size_t i = 0; i < t->index.n; i++)
        if (t->index.fragments[i].size + CMAF_AES128_PADDING > c->longest)
            c->longest = t->index.fragments[i].size + CMAF_AES128_PADDING;
    c->opened = (struct opened){ .edition = "edition", .per_segment = 1 };
}

static int cellar_make(void **state)
{
    struct cellar *c = calloc(1, sizeof *c);
    char why[256];
    void *place = NULL;
    if (place_make(&place) != 0)
        return -1;
    c->place = place;
    if (vault_open(&(struct vault_params){ .dir = c->place->dir,
                                           .master_key = "file:master.key",
                                           .may_make = true },
                   &c->vault, why, sizeof why) != OK)
        return -1;
    keep_key(c);
    open_track(c);
    c->sealed = sealed_create(&(struct sealed_params){
        .store = c->place->store, .vault = c->vault, .bytes_max = 3 * c->longest });
    *state = c;
    return c->sealed == NULL ? -1 : 0;
}

static int cellar_clear(void **state)
{
    struct cellar *c = *state;
    void *place = c->place;
    char key[96];
    sealed_destroy(&c->sealed);
    vault_close(&c->vault);
    film_finish(&c->film);
    close(c->track.fd);
    snprintf(key, sizeof key, "%s/master.key", c->place->dir);
    unlink(key);
    free(c);
    return place_clear(&place);
}

static enum err take(struct cellar *c, uint64_t number, struct http_content **out)
{
    return sealed_take(c->sealed, &c->opened, &c->track, number, out);
}

static void what_somebody_holds_is_not_dropped_to_make_room(void **state)
{
    struct cellar *c = *state;
    struct http_content *held[3], *other = NULL, *again = NULL;
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(take(c, i + 1, &held[i]), OK);
    assert_int_equal(take(c, 4, &other), ERR_BUSY);
    assert_null(other);
    assert_int_equal(take(c, 2, &again), OK);
    assert_ptr_equal(again, held[1]);
    http_content_unref(&again);
    http_content_unref(&held[0]);
    assert_int_equal(take(c, 4, &other), OK);
    http_content_unref(&other);
    assert_int_equal(take(c, 2, &again), OK);
    assert_ptr_equal(again, held[1]);
    http_content_unref(&again);
    http_content_unref(&held[1]);
    http_content_unref(&held[2]);
}

/* ---- behind a server: it keeps with a content what it made to send it ---- */

static enum http_lane lane(void *context, enum http_method method, const char *path)
{
    (void)context, (void)method;
    return path[1] == 'l' ? HTTP_LATER : HTTP_NOW;
}

static void handle(void *context, struct http_request *rq, struct http_answer *answer)
{
    const char *number = rq->path + 2; /* "/n7", "/l7" */
    int64_t n = 0;
    assert_int_equal(text_to_i64(number, strlen(number), 1, SEGMENTS, &n), OK);
    bool is_taken = take(context, (uint64_t)n, &answer->content) == OK;
    answer->status = is_taken ? 200 : 503;
    answer->source = is_taken ? HTTP_CONTENT : HTTP_EMPTY;
    answer->give = is_taken;
}

static void expect_all_in_turn(struct cellar *c, bool fallback_only, char lane_letter)
{
    struct http_server *server = NULL;
    struct http_server_params params = { .listen = "127.0.0.1:0",
                                         .event_threads = 1,
                                         .pool_threads = 1,
                                         .fallback_only = fallback_only,
                                         .lane = lane,
                                         .handle = handle,
                                         .context = c };
    assert_int_equal(http_server_create(&params, &server), OK);
    int fd = client_connect(http_server_port(server));
    for (int times = 0; times < 2; times++)
        for (int i = 1; i <= SEGMENTS; i++) {
            char ask[64];
            snprintf(ask, sizeof ask, "GET /%c%d HTTP/1.1\r\nHost: h\r\n\r\n", lane_letter, i);
            struct answer a = client_ask(fd, ask);
            assert_int_equal(a.status, 200);
            assert_in_range(a.size, c->track.index.fragments[i - 1].size / 2, c->longest);
            answer_free(&a);
        }
    close(fd);
    http_server_destroy(&server);
}

static void what_was_sent_makes_room_for_what_is_asked_next(void **state)
{
    expect_all_in_turn(*state, true, 'n');
    expect_all_in_turn(*state, true, 'l');
    expect_all_in_turn(*state, false, 'n');
    expect_all_in_turn(*state, false, 'l');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_somebody_holds_is_not_dropped_to_make_room,
                                        cellar_make, cellar_clear),
        cmocka_unit_test_setup_teardown(what_was_sent_makes_room_for_what_is_asked_next,
                                        cellar_make, cellar_clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
