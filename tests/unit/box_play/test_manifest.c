#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "box/play/manifest.h"

/* As our packager writes it: a set of pictures a key, two languages and one described, captions, a
 * sheet of seek pictures. */
static const char usual[] =
    "<?xml version=\"1.0\"?>\n<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\""
    " mediaPresentationDuration=\"PT1H2M3.500S\" xmlns:cenc=\"urn:mpeg:cenc:2013\">\n"
    "<Period id=\"1\" start=\"PT0S\">\n"
    "<AdaptationSet id=\"1\" contentType=\"video\" mimeType=\"video/mp4\" maxHeight=\"360\">"
    "<ContentProtection schemeIdUri=\"urn:mpeg:dash:mp4protection:2011\" value=\"cbcs\""
    " cenc:default_KID=\"00112233-4455-6677-8899-aabbccddeeff\"/>"
    "<ContentProtection schemeIdUri=\"urn:uuid:e2719d58-a985-b3c9-781a-b030af78d30e\"/>"
    "<SupplementalProperty schemeIdUri=\"urn:mpeg:dash:adaptation-set-switching:2016\""
    " value=\"2\"/>"
    "<SegmentTemplate timescale=\"25\" media=\"$RepresentationID$/$Number$.m4s\"/>"
    "<Representation id=\"v240\" bandwidth=\"300000\" width=\"426\" height=\"240\"/>"
    "<Representation id=\"v360\" bandwidth=\"700000\" width=\"640\" height=\"360\"/>"
    "</AdaptationSet>\n"
    "<AdaptationSet id=\"2\" contentType=\"video\" mimeType=\"video/mp4\">"
    "<ContentProtection schemeIdUri=\"urn:mpeg:dash:mp4protection:2011\""
    " cenc:default_KID=\"10112233-4455-6677-8899-aabbccddeeff\"/>"
    "<SupplementalProperty schemeIdUri=\"urn:mpeg:dash:adaptation-set-switching:2016\""
    " value=\"1\"/>"
    "<SegmentTemplate timescale=\"25\" media=\"$RepresentationID$/$Number$.m4s\"/>"
    "<Representation id=\"v720\" bandwidth=\"3000000\" width=\"1280\" height=\"534\"/>"
    "<Representation id=\"v1080\" bandwidth=\"6000000\" width=\"1920\" height=\"800\"/>"
    "</AdaptationSet>\n"
    "<AdaptationSet id=\"3\" contentType=\"audio\" mimeType=\"audio/mp4\" lang=\"fr\">"
    "<ContentProtection cenc:default_KID=\"20112233445566778899AABBCCDDEEFF\"/>"
    "<Label>Fran\xc3\xa7"
    "ais &amp; co</Label><Role schemeIdUri=\"urn:mpeg:dash:role:2011\""
    " value=\"main\"/><Representation id=\"a-fr\" bandwidth=\"128000\"/></AdaptationSet>\n"
    "<AdaptationSet id=\"4\" contentType=\"audio\" mimeType=\"audio/mp4\" lang=\"fr\">"
    "<Accessibility schemeIdUri=\"urn:tva:metadata:cs:AudioPurposeCS:2007\" value=\"1\"/>"
    "<Representation id=\"a-fr-ad\" bandwidth=\"128000\"/></AdaptationSet>\n"
    "<AdaptationSet id=\"5\" contentType=\"audio\" mimeType=\"audio/mp4\" lang=\"en-GB\">"
    "<Representation id=\"a-en\" bandwidth=\"128000\"/></AdaptationSet>\n"
    "<AdaptationSet id=\"6\" contentType=\"text\" mimeType=\"text/vtt\" lang=\"fr\">"
    "<Label>Sourds</Label>"
    "<Accessibility schemeIdUri=\"urn:tva:metadata:cs:AudioPurposeCS:2007\" value=\"2\"/>"
    "<Representation id=\"c-fr-sdh\" bandwidth=\"256\"><BaseURL>c-fr-sdh.vtt</BaseURL>"
    "</Representation></AdaptationSet>\n"
    "<AdaptationSet id=\"7\" contentType=\"image\" mimeType=\"image/jpeg\">"
    "<Representation id=\"tiles\" bandwidth=\"1\"/></AdaptationSet>\n"
    "</Period></MPD>\n";

static const struct manifest_wish plain = { .address =
                                                "https://tv.example:8443/m/PASS/E/x.mpd?a=/b" };

static struct manifest *read_with(struct manifest_wish wish, const char *text)
{
    static struct manifest m;
    manifest_finish(&m);
    manifest_init(&m);
    assert_int_equal(manifest_read(text, strlen(text), &wish, &m), OK);
    return &m;
}

static size_t count(struct manifest *m, const char *what)
{
    size_t n = 0;
    for (const char *at = buf_string(&m->text); (at = strstr(at, what)) != NULL; at++)
        n++;
    return n;
}

static void pictures_under_several_keys_become_one_set(void **state)
{
    (void)state;
    struct manifest *m = read_with(plain, usual);
    assert_int_equal(count(m, "contentType=\"video\""), 1);
    assert_int_equal(count(m, "<Representation"), 7);
    assert_int_equal(count(m, "ContentProtection"), 0);
    assert_int_equal(count(m, "image/jpeg") + count(m, "text/vtt") + count(m, "maxHeight"), 0);
    /* those that moved keep how their segments are called */
    assert_int_equal(count(m, "<SegmentTemplate"), 3);
    assert_int_equal(m->n_renditions, 7);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(m->renditions[i].kind, MANIFEST_VIDEO);
    assert_string_equal(m->renditions[3].id, "v1080");
    assert_int_equal(m->renditions[3].bit_rate, 6000000);
    assert_int_equal(m->renditions[3].height, 800);
    assert_int_equal(m->n_kids, 3);
    assert_int_equal(m->kids[1][0], 0x10);
    assert_int_equal(m->kids[2][0], 0x20);
    assert_int_equal(m->kids[2][15], 0xff);
    assert_float_equal(m->duration, 3723.5, 0.0001);
    manifest_finish(m);
}

static void addresses_are_made_absolute(void **state)
{
    (void)state;
    struct manifest *m = read_with(plain, usual);
    assert_int_equal(count(m, "<BaseURL>https://tv.example:8443/m/PASS/E/</BaseURL>"), 1);
    assert_int_equal(m->n_captions, 1);
    assert_string_equal(m->captions[0].address, "https://tv.example:8443/m/PASS/E/c-fr-sdh.vtt");
    assert_string_equal(m->captions[0].track.label, "Sourds");
    assert_true(m->captions[0].track.is_described);
    manifest_finish(m);
}

static void pictures_are_held_to_screen_and_rate_but_one_is_left(void **state)
{
    (void)state;
    static const struct {
        unsigned lines;
        uint64_t rate;
        size_t left;
    } rows[] = { { 0, 0, 4 },   { 1080, 0, 4 },   { 1079, 0, 3 },      { 720, 0, 3 },
                 { 719, 0, 2 }, { 360, 0, 2 },    { 1, 0, 1 },         { 0, 6000000, 4 },
                 { 0, 1, 1 },   { 0, 700000, 2 }, { 720, 5999999, 3 }, { 360, 299999, 1 } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct manifest_wish wish = plain;
        wish.lines_max = rows[i].lines;
        wish.rate_max = rows[i].rate;
        struct manifest *m = read_with(wish, usual);
        assert_int_equal(m->n_renditions - 3, rows[i].left);
        assert_string_equal(m->renditions[0].id, "v240");
        manifest_finish(m);
    }
}

static void the_sound_that_is_wanted_comes_first(void **state)
{
    (void)state;
    static const struct {
        const char *wanted, *first;
    } rows[] = { { NULL, "a-fr" },    { "fr", "a-fr" }, { "en", "a-en" }, { "en-GB", "a-en" },
                 { "en-US", "a-en" }, { "EN", "a-en" }, { "de", "a-fr" }, { "", "a-fr" },
                 { "fr-CA", "a-fr" }, { "e", "a-fr" },  { "eng", "a-fr" } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct manifest_wish wish = plain;
        wish.audio = rows[i].wanted;
        struct manifest *m = read_with(wish, usual);
        assert_int_equal(m->n_sounds, 3);
        assert_string_equal(m->sounds[0].track.id, rows[i].first);
        assert_true(m->sounds[0].track.is_chosen);
        for (size_t k = 0; k < 3; k++)
            assert_int_equal(m->sounds[k].set, k + 1);
        const char *text = buf_string(&m->text), *first = strstr(text, "\"audio\"");
        assert_non_null(first);
        const char *id = strstr(first, "<Representation id=\"") + 20;
        assert_memory_equal(id, rows[i].first, strlen(rows[i].first));
        manifest_finish(m);
    }
    struct manifest *m = read_with(plain, usual);
    assert_string_equal(m->sounds[0].track.label, "Fran\xc3\xa7"
                                                  "ais & co");
    assert_string_equal(m->sounds[2].track.language, "en-GB");
    assert_true(m->sounds[1].track.is_described);
    manifest_finish(m);
}

static void what_is_no_manifest_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum err err;
    } rows[] = {
        { "", ERR_MALFORMED },
        { "no xml", ERR_MALFORMED },
        { "<html/>", ERR_MALFORMED },
        { "<MPD/>", ERR_MALFORMED },
        { "<MPD><Period/></MPD>", ERR_MALFORMED },
        { "<MPD type='dynamic'><Period/></MPD>", ERR_UNSUPPORTED },
        { "<MPD><Period/><Period/></MPD>", ERR_UNSUPPORTED },
        { "<!DOCTYPE MPD [<!ENTITY a 'b'>]><MPD><Period/></MPD>", ERR_MALFORMED },
        { "<MPD><Period><AdaptationSet mimeType='video/mp4'/></Period></MPD>", ERR_MALFORMED },
        { "<MPD><Period><AdaptationSet mimeType='video/mp4'><ContentProtection default_KID='xy'/>"
          "<Representation id='a'/></AdaptationSet></Period></MPD>",
          ERR_MALFORMED },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct manifest m;
        manifest_init(&m);
        assert_int_equal(manifest_read(rows[i].text, strlen(rows[i].text), &plain, &m),
                         rows[i].err);
        manifest_finish(&m);
    }
}

static void long_labels_are_cut_between_characters(void **state)
{
    (void)state;
    struct buf text;
    buf_init(&text, 1024);
    buf_text(&text, "<MPD><Period><AdaptationSet mimeType='audio/mp4'><Label>x");
    for (int i = 0; i < 60; i++)
        buf_text(&text, "\xc3\xa9");
    buf_text(&text, "</Label><Representation id='a'/></AdaptationSet></Period></MPD>");
    struct manifest *m = read_with(plain, buf_string(&text));
    assert_int_equal(strlen(m->sounds[0].track.label), 63);
    assert_string_equal(m->sounds[0].track.language, "und");
    manifest_finish(m);
    buf_finish(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_under_several_keys_become_one_set),
        cmocka_unit_test(addresses_are_made_absolute),
        cmocka_unit_test(pictures_are_held_to_screen_and_rate_but_one_is_left),
        cmocka_unit_test(the_sound_that_is_wanted_comes_first),
        cmocka_unit_test(what_is_no_manifest_is_refused),
        cmocka_unit_test(long_labels_are_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
