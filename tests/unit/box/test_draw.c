#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "box/art/picture.h"
#include "box/draw/canvas.h"
#include "box/draw/text.h"
#include "box/tiles/tiles.h"

static void damage_covers_all_that_was_said(void **state)
{
    struct canvas c;
    uint32_t chance = 7;
    (void)state;
    assert_int_equal(canvas_init(&c, 1280, 720), OK);
    canvas_clean(&c);
    struct rect said[100];
    for (int i = 0; i < 100; i++) {
        chance = chance * 1664525u + 1013904223u;
        said[i] = (struct rect){ (int)(chance >> 8 & 1023), (int)(chance >> 18 & 511),
                                 1 + (int)(chance & 63), 1 + (int)(chance >> 5 & 31) };
        canvas_damage(&c, said[i]);
        assert_true(c.n_damage <= DAMAGE_MAX);
        for (int k = 0; k <= i; k++)
            assert_true(canvas_needs(&c, said[k]));
        for (unsigned a = 0; a < c.n_damage; a++) {
            for (unsigned b = a + 1; b < c.n_damage; b++)
                assert_false(rect_meets(c.damage[a], c.damage[b])); /* nothing is drawn twice */
        }
    }
    canvas_clean(&c);
    canvas_damage(&c, (struct rect){ -50, -50, 40, 40 }); /* not on the screen */
    assert_int_equal(c.n_damage, 0);
    canvas_finish(&c);
}

static uint32_t pixel(const struct canvas *c, int x, int y)
{
    const uint8_t *at = cairo_image_surface_get_data(c->surface) +
                        (ptrdiff_t)y * cairo_image_surface_get_stride(c->surface) + x * 4;
    uint32_t v;
    memcpy(&v, at, sizeof v);
    return v;
}

static void only_what_was_damaged_is_drawn(void **state)
{
    struct canvas c;
    struct colour red = { 1, 0, 0, 1 };
    (void)state;
    assert_int_equal(canvas_init(&c, 1280, 720), OK);
    canvas_clean(&c);
    canvas_damage(&c, (struct rect){ 100, 100, 50, 50 });
    canvas_begin(&c);
    fill(&c, (struct rect){ 0, 0, 1280, 720 }, red);
    canvas_end(&c);
    assert_int_equal(pixel(&c, 120, 120), 0xffff0000);
    assert_int_equal(pixel(&c, 99, 120), 0);
    assert_int_equal(pixel(&c, 150, 120), 0);
    canvas_finish(&c);
}

static void names_stay_within_their_width(void **state)
{
    static const char *const names[] = {
        "A very long name of a film that goes on and on and does not want to end at all",
        "الرجل الذي باع ظله في سوق المدينة القديمة قبل شروق الشمس",
        "魔法のランタンと七人の影絵師たち魔法のランタンと七人の影絵師たち",
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
        "ก็ไม่รู้ว่าจะบอกอย่างไรดีเรื่องนี้ยาวมากเหลือเกินจนจบไม่ลง",
        "🎬🎞🎥🎬🎞🎥🎬🎞🎥🎬🎞🎥🎬🎞🎥🎬🎞🎥🎬🎞🎥",
    };
    struct canvas c;
    (void)state;
    assert_int_equal(canvas_init(&c, 1280, 720), OK);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct text_look look = { .size = 16 };
        assert_true(text_width(&c, names[i], 152, look) <= 152 + 4); /* ink may lean over */
        look.lines = 2;
        assert_true(text_height(&c, names[i], 152, look) <= 2 * text_line(&c, 16, false) + 20);
    }
    canvas_finish(&c);
}

static void the_letters_that_are_kept_have_a_limit(void **state)
{
    struct canvas c;
    char text[40];
    (void)state;
    assert_int_equal(canvas_init(&c, 1280, 720), OK);
    for (int i = 0; i < 4000; i++) {
        snprintf(text, sizeof text, "This is the text number %d", i);
        text_draw(&c, text, (struct rect){ 0, 0, 600, 100 }, (struct text_look){ .size = 40 });
        assert_true(text_cache_bytes(c.texts) < 7 * 1024 * 1024);
    }
    canvas_finish(&c);
}

static void a_theme_is_readable(void **state)
{
    struct theme t;
    struct colour k;
    (void)state;
    theme_default(&t);
    assert_true(colour_contrast(t.ground, t.text) > 7);
    assert_true(colour_contrast(t.panel_2, t.text) > 7);
    assert_true(colour_contrast(t.ground, t.dim) > 4.5);
    assert_true(colour_contrast(t.accent, t.on_accent) > 7);
    assert_true(colour_parse("#ff8000", &k));
    assert_true(k.r > 0.99 && k.g > 0.5 && k.g < 0.51 && k.b < 0.01);
    assert_false(colour_parse("ff8000", &k));
    assert_false(colour_parse("#ff80", &k));
    assert_false(colour_parse("#gg8000", &k));
    assert_false(colour_parse(NULL, &k));
}

static void what_is_no_picture_is_refused(void **state)
{
    static const uint8_t jpeg[] = { 0xff, 0xd8, 0xff, 0xe0, 0, 16, 'J', 'F', 'I', 'F' };
    uint8_t png[64] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0,    0,    0,    13,
                        'I',  'H', 'D', 'R', 0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff };
    struct picture_wish wish = { 100, 100, PICTURE_COVER, 0 };
    cairo_surface_t *s = NULL;
    (void)state;
    assert_int_equal(picture_read((const uint8_t *)"GIF89a", 6, &wish, &s), ERR_MALFORMED);
    assert_int_equal(picture_read(jpeg, sizeof jpeg, &wish, &s), ERR_MALFORMED);
    assert_int_equal(picture_read(png, sizeof png, &wish, &s), ERR_FULL);
    assert_null(s);
}

static const char mpd[] =
    "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\"><Period><AdaptationSet contentType=\"video\"/>"
    "<AdaptationSet contentType=\"image\"><SegmentTemplate timescale=\"1000\" duration=\"500000\" "
    "startNumber=\"1\" media=\"$RepresentationID$/$Number$.jpg\"/><Representation id=\"tiles\" "
    "width=\"3200\" height=\"900\"><EssentialProperty "
    "schemeIdUri=\"http://dashif.org/guidelines/thumbnail_tile\" value=\"10x5\"/>"
    "</Representation></AdaptationSet></Period></MPD>";

static enum err tiles_of(const char *cut, const char *length, const char *width)
{
    char text[1024];
    struct tiles t;
    int n =
        snprintf(text, sizeof text,
                 "<MPD><Period><AdaptationSet contentType=\"image\"><SegmentTemplate "
                 "timescale=\"1000000000\" "
                 "duration=\"%s\" media=\"$Number$.jpg\"/><Representation id=\"t\" width=\"%s\" "
                 "height=\"900\"><EssentialProperty "
                 "schemeIdUri=\"http://dashif.org/guidelines/thumbnail_tile\" value=\"%s\"/>"
                 "</Representation></AdaptationSet></Period></MPD>",
                 length, width, cut);
    return tiles_read(text, (size_t)n, "http://a/m/manifest.mpd", &t);
}

static void sheets_that_cannot_be_cut_are_none(void **state)
{
    static const struct {
        const char *cut, *length, *width;
        enum err err;
    } rows[] = {
        { "100x5", "1000000000", "100", OK },
        { "100x5", "1000000000", "99", ERR_NOT_FOUND }, /* a tile has no pixel */
        { "10x5", "1000000", "100", OK },
        { "10x5", "999999", "100", ERR_NOT_FOUND }, /* too short to be counted */
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(tiles_of(rows[i].cut, rows[i].length, rows[i].width), rows[i].err);
}

static void a_second_leads_to_its_small_picture(void **state)
{
    static const struct {
        double second;
        const char *address;
        int x, y;
    } rows[] = {
        { 0, "http://a/m/PASS/E/tiles/1.jpg", 0, 0 },
        { 9.99, "http://a/m/PASS/E/tiles/1.jpg", 0, 0 },
        { 10, "http://a/m/PASS/E/tiles/1.jpg", 320, 0 },
        { 100, "http://a/m/PASS/E/tiles/1.jpg", 0, 180 },
        { 499.9, "http://a/m/PASS/E/tiles/1.jpg", 2880, 720 },
        { 500, "http://a/m/PASS/E/tiles/2.jpg", 0, 0 },
    };
    struct tiles t;
    struct tile one;
    (void)state;
    assert_int_equal(tiles_read(mpd, sizeof mpd - 1, "http://a/m/PASS/E/manifest.mpd", &t), OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(tiles_at(&t, rows[i].second, &one));
        assert_string_equal(one.address, rows[i].address);
        assert_int_equal(one.x, rows[i].x);
        assert_int_equal(one.y, rows[i].y);
    }
    tiles_move(&t, "http://a/m/NEW/E/manifest.mpd");
    assert_true(tiles_at(&t, 0, &one));
    assert_string_equal(one.address, "http://a/m/NEW/E/tiles/1.jpg");
    assert_false(tiles_at(&t, -1, &one));
    assert_int_equal(tiles_read("<MPD><Period/></MPD>", 20, "http://a/b", &t), ERR_NOT_FOUND);
    assert_int_equal(tiles_read("nothing", 7, "http://a/b", &t), ERR_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damage_covers_all_that_was_said),
        cmocka_unit_test(only_what_was_damaged_is_drawn),
        cmocka_unit_test(names_stay_within_their_width),
        cmocka_unit_test(the_letters_that_are_kept_have_a_limit),
        cmocka_unit_test(a_theme_is_readable),
        cmocka_unit_test(what_is_no_picture_is_refused),
        cmocka_unit_test(sheets_that_cannot_be_cut_are_none),
        cmocka_unit_test(a_second_leads_to_its_small_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
