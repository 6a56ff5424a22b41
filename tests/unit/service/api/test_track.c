#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "rules/viewing/showing.h"
#include "service/api/track.h"

static struct store_rendition renditions[] = {
    { .name = "v360", .kind = "video" },
    { .name = "a-fr-2", .kind = "audio" },
    { .name = "a-es-419-2", .kind = "audio" },
    { .name = "a-en-ad-2", .kind = "audio", .is_description = true },
};
static struct store_caption captions[] = { { .name = "c-de", .language = "de" } };

static struct store_edition edition_of(size_t first, size_t n)
{
    return (struct store_edition){ .renditions = renditions + first, .n_renditions = n };
}

static void the_language_of_a_track_stands_in_its_name(void **state)
{
    static const char *const languages[] = { "", "fr", "es-419", "en" };
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(track_language(*state, &renditions[i]), languages[i]);
}

static void a_film_needs_one_sound_that_may_be_heard_unless_it_has_none(void **state)
{
    struct store_rendition untold = { .name = "a-und-2", .kind = "audio" };
    struct store_edition silent = edition_of(0, 1), all = edition_of(0, 4),
                         french = edition_of(0, 2),
                         nobodys = { .renditions = &untold, .n_renditions = 1 };
    assert_true(track_any_sound(*state, &silent, "+de"));
    assert_true(track_any_sound(*state, &all, "+en"));
    assert_true(track_any_sound(*state, &french, "-fr:sub"));
    assert_false(track_any_sound(*state, &french, "-fr:dub"));
    assert_false(track_any_sound(*state, &french, "+en,es"));
    assert_true(track_any_sound(*state, &nobodys, "+en"));
}

static enum err shorten(struct arena *arena, const char *languages, size_t max, const char **out)
{
    struct store_edition all = edition_of(0, 4);
    return track_shorten(arena, languages, max, &(struct track_list){ &all, captions, 1 }, out);
}

static const char *shortened(struct arena *arena, const char *languages, size_t max)
{
    const char *out = NULL;
    assert_int_equal(shorten(arena, languages, max, &out), OK);
    return out;
}

static void languages_that_are_short_enough_stay_as_they_are(void **state)
{
    assert_string_equal(shortened(*state, NULL, 5), "");
    assert_string_equal(shortened(*state, "", 5), "");
    assert_string_equal(shortened(*state, "+ja,ko", 6), "+ja,ko");
}

static void languages_that_are_too_long_are_named_one_by_one(void **state)
{
    assert_string_equal(shortened(*state, "+ja,fr:dub,ko,de,zh-Hant", 20), "+fr:dub,de:sub");
    assert_string_equal(shortened(*state, "-ja,ko,zh,es,it,nl,pt,sv,no,da,fi,is,cs", 36),
                        "+fr:dub,en:dub,de:sub");
    assert_string_equal(shortened(*state, "+ja,ko,zh,it,nl,pt,sv", 20), "+");
}

/* Also when a language is allowed but one kind of it is not. */
static void what_is_named_allows_the_same_of_every_track(void **state)
{
    static struct store_rendition tracks[] = { { .name = "a-es-2", .kind = "audio" },
                                               { .name = "a-es-419-2", .kind = "audio" },
                                               { .name = "a-fr-CA-2", .kind = "audio" } };
    static struct store_caption texts_of[] = { { .language = "es-419" }, { .language = "de" } };
    static const char *const texts[] = {
        "+es,!es-419,ja,ko,zh,it,nl,pt,sv,no,da,fi,is,cs,pl,hu,ro",
        "+fr:dub,de;-es-419,ja,ko,zh,it,nl,pt,sv,no,da,fi,is,cs",
        "-es:dub,fr-FR,ja,ko,zh,it,nl,pt,sv,no,da,fi,is,cs,pl,hu",
        "+es-419:sub,fr,ja,ko,zh,it,nl,pt,sv,no,da,fi,is,cs,pl,h",
    };
    struct store_edition edition = { .renditions = tracks, .n_renditions = 3 };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const char *kept = NULL;
        assert_int_equal(track_shorten(*state, texts[i], 52,
                                       &(struct track_list){ &edition, texts_of, 2 }, &kept),
                         OK);
        assert_true(strlen(kept) <= 52);
        for (size_t t = 0; t < 3; t++) {
            const char *tag = track_language(*state, &tracks[t]);
            assert_int_equal(showing_language_allowed(kept, tag, RIGHTS_DUB),
                             showing_language_allowed(texts[i], tag, RIGHTS_DUB));
        }
        for (size_t t = 0; t < 2; t++)
            assert_int_equal(showing_language_allowed(kept, texts_of[t].language, RIGHTS_SUB),
                             showing_language_allowed(texts[i], texts_of[t].language, RIGHTS_SUB));
    }
}

static void what_has_no_room_is_not_offered(void **state)
{
    static const char *const tags[] = { "fr", "es-419", "en" };
    const char *kept = shortened(*state, "-ja,ko,zh,it,nl,pt", 16);
    assert_string_equal(kept, "+fr:dub,en:dub");
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(showing_language_allowed(kept, tags[i], RIGHTS_DUB), i != 1);
}

static int make_arena(void **state)
{
    *state = arena_create();
    return 0;
}

static int end_arena(void **state)
{
    struct arena *arena = *state;
    arena_destroy(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_language_of_a_track_stands_in_its_name),
        cmocka_unit_test(a_film_needs_one_sound_that_may_be_heard_unless_it_has_none),
        cmocka_unit_test(languages_that_are_short_enough_stay_as_they_are),
        cmocka_unit_test(languages_that_are_too_long_are_named_one_by_one),
        cmocka_unit_test(what_is_named_allows_the_same_of_every_track),
        cmocka_unit_test(what_has_no_room_is_not_offered),
    };
    return cmocka_run_group_tests(tests, make_arena, end_arena);
}
