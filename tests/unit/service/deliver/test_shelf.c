#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <ftw.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../driver/store/place.h"
#include "../../format/cmaf/film.h"
#include "base/clock.h"
#include "driver/coffer/coffer.h"
#include "service/deliver/shelf.h"

/* A store, a folder of blobs and a film in as many editions as a test asks for. */
struct cinema {
    struct place *place;
    char dir[96];
    struct blob_store *blobs;
    struct coffer *coffer;
    struct film film;
};

static int cinema_make(void **state)
{
    struct cinema *c = calloc(1, sizeof *c);
    void *place = NULL;
    if (place_make(&place) != 0)
        return -1;
    c->place = place;
    snprintf(c->dir, sizeof c->dir, "%s/blobs", c->place->dir);
    if (mkdir(c->dir, 0700) != 0 || blob_store_open(c->dir, &c->blobs) != OK ||
        coffer_create(&(struct coffer_params){ .store = c->place->store,
                                               .blobs = c->blobs,
                                               .is_clear = true },
                      &c->coffer) != OK)
        return -1;
    struct cmaf_track track = film_video_track();
    film_make(&c->film, &track, 4, 50, 0);
    *state = c;
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path);
}

static int cinema_clear(void **state)
{
    struct cinema *c = *state;
    void *place = c->place;
    coffer_destroy(&c->coffer);
    blob_store_close(&c->blobs);
    film_finish(&c->film);
    nftw(c->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(c);
    return place_clear(&place);
}

static struct store_edition edition_of(struct cinema *c, int number)
{
    struct store_rendition one;
    struct title t = a_title(TITLE_FILM, "Metropolis", number);
    struct store_edition e = an_edition(playable_of(t.id), &one);
    char blob[128];
    snprintf(blob, sizeof blob, "media/%s/%s.mp4", e.id.s, one.name);
    one.size = (int64_t)c->film.file.size;
    assert_int_equal(store_title_add(c->place->store, &t), OK);
    assert_int_equal(blob_put(c->blobs, blob, c->film.file.data, c->film.file.size), OK);
    assert_int_equal(store_edition_put(c->place->store, &e, NULL), OK);
    e.renditions = NULL;
    return e;
}

static struct shelf *shelf_of(struct cinema *c, size_t most)
{
    return shelf_create(&(struct shelf_params){ .store = c->place->store,
                                                .blobs = c->blobs,
                                                .coffer = c->coffer,
                                                .segment_ms = 4000,
                                                .open_max = most });
}

static const struct opened_limits all = { .lines = 0 };

static struct shelf_wish wish_of(const struct store_edition *e)
{
    return (struct shelf_wish){ e->id.s, e->playable.s, &all };
}

static size_t descriptors(void)
{
    size_t n = 0;
    DIR *dir = opendir("/proc/self/fd");
    while (dir != NULL && readdir(dir) != NULL)
        n++;
    closedir(dir);
    return n;
}

static void take_and_let_go(struct shelf *shelf, const struct store_edition *e)
{
    struct opened *opened = NULL;
    struct shelf_wish wish = wish_of(e);
    assert_int_equal(shelf_take(shelf, &wish, false, &opened), OK);
    assert_string_equal(opened->edition, e->id.s);
    opened_unref(&opened);
}

static void descriptors_are_kept_and_no_more_than_the_ceiling(void **state)
{
    struct cinema *c = *state;
    enum { EDITIONS = 12, MOST = 3 };
    struct store_edition editions[EDITIONS];
    for (int i = 0; i < EDITIONS; i++)
        editions[i] = edition_of(c, i);
    struct shelf *shelf = shelf_of(c, MOST);
    assert_non_null(shelf);
    take_and_let_go(shelf, &editions[0]); /* the store opens what it needs, too */
    size_t before = descriptors() - 1;
    for (size_t i = 1; i < EDITIONS; i++) {
        take_and_let_go(shelf, &editions[i]);
        assert_int_equal(descriptors(), before + (i < MOST ? i + 1 : MOST));
    }
    size_t open = 0;
    for (size_t i = 0; i < EDITIONS; i++)
        open += shelf_has(shelf, editions[i].id.s, &all, false);
    assert_int_equal(open, MOST);
    for (size_t i = EDITIONS - MOST; i < EDITIONS; i++) /* those that were taken last */
        assert_true(shelf_has(shelf, editions[i].id.s, &all, false));
    for (int times = 0; times < 100; times++)
        take_and_let_go(shelf, &editions[EDITIONS - 1]);
    assert_int_equal(descriptors(), before + MOST);
    shelf_destroy(&shelf);
    assert_int_equal(descriptors(), before);
}

static void an_edition_off_the_shelf_lives_as_long_as_somebody_has_it(void **state)
{
    struct cinema *c = *state;
    struct store_edition a = edition_of(c, 0), b = edition_of(c, 1);
    struct shelf_wish wish = wish_of(&a);
    struct opened *opened = NULL;
    struct shelf *shelf = shelf_of(c, 1);
    assert_int_equal(shelf_take(shelf, &wish, false, &opened), OK);
    take_and_let_go(shelf, &b);
    assert_false(shelf_has(shelf, a.id.s, &all, false));
    char byte = 0;
    assert_int_equal(pread(opened->tracks[0].fd, &byte, 1, 0), 1);
    opened_unref(&opened);
    wish.playable = b.playable.s;
    assert_int_equal(shelf_take(shelf, &wish, false, &opened), ERR_NOT_FOUND);
    shelf_destroy(&shelf);
}

static void who_asks_all_the_time_never_waits_for_the_store(void **state)
{
    struct cinema *c = *state;
    struct store_edition asked = edition_of(c, 0), left = edition_of(c, 1);
    struct shelf *shelf = shelf_of(c, 4);
    take_and_let_go(shelf, &asked);
    take_and_let_go(shelf, &left);
    assert_true(shelf_has(shelf, left.id.s, &all, true));
    int64_t end = clock_monotonic_us() + 7 * UTC_SECOND;
    while (clock_monotonic_us() < end) {
        assert_true(shelf_has(shelf, asked.id.s, &all, true));
        usleep(100000);
    }
    usleep(2500000); /* that one was asked for once: it was looked at once more, and no longer */
    assert_false(shelf_has(shelf, left.id.s, &all, true));
    assert_true(shelf_has(shelf, left.id.s, &all, false));
    shelf_destroy(&shelf);
}

static void a_caption_that_was_added_is_seen_by_who_asks_all_the_time(void **state)
{
    struct cinema *c = *state;
    struct store_edition e = edition_of(c, 0);
    struct shelf *shelf = shelf_of(c, 4);
    struct shelf_wish wish = wish_of(&e);
    struct opened *opened = NULL;
    take_and_let_go(shelf, &e);
    struct store_caption caption = { .name = "c-fr",
                                     .language = "fr",
                                     .label = "Fran\xc3\xa7"
                                              "ais",
                                     .kind = "subtitles",
                                     .blob = "captions/x.vtt" };
    assert_int_equal(store_caption_put(c->place->store, e.playable, &caption), OK);
    int64_t end = clock_monotonic_us() + 8 * UTC_SECOND;
    bool seen = false;
    while (!seen && clock_monotonic_us() < end) {
        assert_true(shelf_has(shelf, e.id.s, &all, true));
        assert_int_equal(shelf_take(shelf, &wish, true, &opened), OK);
        seen = opened_find_content(opened, "c-fr-vtt.m3u8") != NULL;
        opened_unref(&opened);
        usleep(50000);
    }
    assert_true(seen);
    shelf_destroy(&shelf);
}

/* Stands in for the store's, with --wrap of the linker: it can be made to fail. */
static atomic_bool fails;
static atomic_uint failed;
enum err __real_store_captions_list(struct store *store, struct arena *arena, playable_id playable,
                                    struct store_caption **out, size_t *n);
enum err __wrap_store_captions_list(struct store *store, struct arena *arena, playable_id playable,
                                    struct store_caption **out, size_t *n);
enum err __wrap_store_captions_list(struct store *store, struct arena *arena, playable_id playable,
                                    struct store_caption **out, size_t *n)
{
    if (!atomic_load(&fails))
        return __real_store_captions_list(store, arena, playable, out, n);
    atomic_fetch_add(&failed, 1);
    usleep(20000); /* which others go on asking in */
    return ERR_BUSY;
}

/* They are looked at when they are two seconds old, and old for who asks when they are five. */
static void a_store_that_fails_is_asked_again_after_a_rest(void **state)
{
    struct cinema *c = *state;
    struct store_edition e = edition_of(c, 0);
    struct shelf *shelf = shelf_of(c, 4);
    take_and_let_go(shelf, &e);
    atomic_store(&fails, true);
    while (shelf_has(shelf, e.id.s, &all, true))
        usleep(500);
    atomic_store(&fails, false);
    assert_in_range(atomic_load(&failed), 1, 6);
    take_and_let_go(shelf, &e);
    struct shelf_wish wish = wish_of(&e);
    struct opened *opened = NULL;
    assert_int_equal(shelf_take(shelf, &wish, true, &opened), OK);
    opened_unref(&opened);
    assert_true(shelf_has(shelf, e.id.s, &all, true));
    shelf_destroy(&shelf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(descriptors_are_kept_and_no_more_than_the_ceiling,
                                        cinema_make, cinema_clear),
        cmocka_unit_test_setup_teardown(an_edition_off_the_shelf_lives_as_long_as_somebody_has_it,
                                        cinema_make, cinema_clear),
        cmocka_unit_test_setup_teardown(who_asks_all_the_time_never_waits_for_the_store,
                                        cinema_make, cinema_clear),
        cmocka_unit_test_setup_teardown(a_caption_that_was_added_is_seen_by_who_asks_all_the_time,
                                        cinema_make, cinema_clear),
        cmocka_unit_test_setup_teardown(a_store_that_fails_is_asked_again_after_a_rest, cinema_make,
                                        cinema_clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
