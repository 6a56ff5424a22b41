/* What is told to servers and shown to people: CMCD, captions, addresses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "box/play/captions.h"
#include "box/play/cmcd.h"
#include "box/play/cue_markup.h"
#include "box/play/requests.h"

static void assert_header(const struct cmcd *c, unsigned header, const char *expected)
{
    struct buf b;
    buf_init(&b, 4096);
    cmcd_put(c, header, &b);
    assert_string_equal(buf_string(&b), expected);
    buf_finish(&b);
}

static void a_segment_says_what_it_is_and_how_the_player_fares(void **state)
{
    (void)state;
    const struct cmcd c = { .session_id = "6e2fb550-c457-11e9-bb97-0800200c9a66",
                            .content_id = "a \"b\" \\ \x01 c",
                            .object = CMCD_VIDEO,
                            .bit_rate = 3200400,
                            .top_rate = 6000000,
                            .throughput = 25449000,
                            .has_buffer = true,
                            .buffer = 21.26,
                            .was_starved = true };
    assert_header(&c, 0, "br=3200,ot=v,tb=6000");
    assert_header(&c, 1, "bl=21300,mtp=25400,su");
    assert_header(&c, 2,
                  "cid=\"a \\\"b\\\" \\\\  c\",sf=d,sid=\"6e2fb550-c457-11e9-bb97-0800200c9a66\","
                  "st=v,v=1");
    assert_header(&c, 3, "bs");
}

static void what_is_not_known_is_left_out(void **state)
{
    (void)state;
    const struct cmcd c = { .object = CMCD_MANIFEST, .bit_rate = 5, .has_buffer = true };
    assert_header(&c, 0, "ot=m");
    assert_header(&c, 1, "");
    assert_header(&c, 2, "sf=d,st=v,v=1");
    assert_header(&c, 3, "");
}

static void every_kind_has_its_letter(void **state)
{
    static const struct {
        enum cmcd_object object;
        const char *said;
    } rows[] = { { CMCD_MANIFEST, "ot=m" }, { CMCD_AUDIO, "ot=a" },   { CMCD_VIDEO, "ot=v" },
                 { CMCD_INIT, "ot=i" },     { CMCD_CAPTION, "ot=c" }, { CMCD_KEY, "ot=k" } };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_header(&(struct cmcd){ .object = rows[i].object }, 0, rows[i].said);
}

static void cues_become_markup(void **state)
{
    (void)state;
    static const struct {
        const char *cue, *markup;
    } rows[] = {
        { "plain", "plain" },
        { "<i>a</i> &amp; <b>b</b>", "<i>a</i> &amp; <b>b</b>" },
        { "<c.yellow.bg_black>Who?</c>", "<span foreground=\"#ffff00\">Who?</span>" },
        { "<c.loud>x</c>", "x" },
        { "<v Esme>Hi</v> <lang fr>oui</lang>", "Hi oui" },
        { "<ruby>\xe6\xbc\xa2<rt>kan</rt></ruby>", "\xe6\xbc\xa2<small> (kan)</small>" },
        { "a<00:00:01.000>b", "ab" },
        { "1 &lt; 2 &nbsp;&rlm;", "1 &lt; 2 \xc2\xa0\xe2\x80\x8f" },
        { "&bogus; < 1 > 2", "&amp;bogus;  2" },
        { "<i>open", "<i>open</i>" },
        { "closed</i></b>", "closed" },
        { "<I>x</I>", "x" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf b;
        buf_init(&b, 4096);
        cue_markup_put(&b, rows[i].cue, strlen(rows[i].cue));
        assert_string_equal(buf_string(&b), rows[i].markup);
        buf_finish(&b);
    }
}

static void what_the_markup_does_not_allow_is_shown_as_it_stands(void **state)
{
    (void)state;
    static const char bad[] = "<i>a\xff</i>";
    struct buf b;
    buf_init(&b, 4096);
    cue_markup_put(&b, bad, sizeof bad - 1);
    assert_non_null(strstr(buf_string(&b), "&lt;i&gt;a"));
    buf_finish(&b);
}

static void captions_are_there_from_their_start_to_their_end(void **state)
{
    (void)state;
    static const char text[] = "WEBVTT\n\n00:01.000 --> 00:09.000\nlong\n\n"
                               "00:02.000 --> 00:03.000\n<i>short</i>\n\n"
                               "00:05.000 --> 00:06.000\nthird\n";
    static const struct {
        double at;
        const char *shown;
    } rows[] = { { -1, "" },
                 { 0.999, "" },
                 { 1, "long" },
                 { 2, "long\n<i>short</i>" },
                 { 2.5, "long\n<i>short</i>" },
                 { 3, "long" },
                 { 5.5, "long\nthird" },
                 { 8.999, "long" },
                 { 9, "" },
                 { 1e12, "" },
                 { 2, "long\n<i>short</i>" },
                 { 0.5, "" } };
    struct captions *c = NULL;
    assert_int_equal(captions_read(text, sizeof text - 1, &c), OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(captions_at(c, rows[i].at), rows[i].shown);
    captions_destroy(&c);
    assert_null(c);
    assert_int_not_equal(captions_read("\x89PNG", 4, &c), OK);
    assert_null(c);
}

static void the_base_of_an_address_ends_at_its_last_slash(void **state)
{
    (void)state;
    static const struct {
        const char *address;
        size_t n;
    } rows[] = { { "http://h/a/b.mpd", 11 },
                 { "http://h/a/b.mpd?x=/y", 11 },
                 { "http://h/", 9 },
                 { "http://h", 7 },
                 { "", 0 } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(requests_base(rows[i].address), rows[i].n);
}

static void a_newer_pass_changes_the_address_and_nothing_else(void **state)
{
    (void)state;
    struct requests_params params = { .manifest = "http://127.0.0.1:8/media/P1/E/manifest.mpd" };
    struct requests *r = NULL;
    char address[100];
    assert_int_equal(requests_create(&params, &r), OK);
    requests_address(r, address, sizeof address);
    assert_string_equal(address, params.manifest);
    requests_set_address(r, "http://127.0.0.1:8/media/P2/E/manifest.mpd");
    requests_address(r, address, sizeof address);
    assert_string_equal(address, "http://127.0.0.1:8/media/P2/E/manifest.mpd");
    requests_address(r, address, 10);
    assert_string_equal(address, "");
    assert_int_equal(requests_picture(r), -1);
    requests_destroy(&r);
    requests_destroy(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_segment_says_what_it_is_and_how_the_player_fares),
        cmocka_unit_test(what_is_not_known_is_left_out),
        cmocka_unit_test(every_kind_has_its_letter),
        cmocka_unit_test(cues_become_markup),
        cmocka_unit_test(what_the_markup_does_not_allow_is_shown_as_it_stands),
        cmocka_unit_test(captions_are_there_from_their_start_to_their_end),
        cmocka_unit_test(the_base_of_an_address_ends_at_its_last_slash),
        cmocka_unit_test(a_newer_pass_changes_the_address_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
