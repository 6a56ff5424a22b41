#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../show.h"
#include "base/text.h"
#include "format/hls/playlist.h"

enum { ROOM = 1024 * 1024 };

/* Read through by hand against rfc8216bis-20 and the parsers of shaka-player and hls-parser. */
static const char multivariant_text[] =
    "#EXTM3U\n"
    "#EXT-X-VERSION:7\n"
    "#EXT-X-INDEPENDENT-SEGMENTS\n"
    "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"mp4a.40.2-2\",LANGUAGE=\"fr\",NAME=\"Français\",DEFAULT="
    "YES,AUTOSELECT=YES,CHANNELS=\"2\",URI=\"a-fr-2.m3u8\"\n"
    "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"mp4a.40.2-2\",LANGUAGE=\"en\",NAME=\"English\",DEFAULT=NO,"
    "AUTOSELECT=YES,CHANNELS=\"2\",URI=\"a-en-2.m3u8\"\n"
    "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"mp4a.40.2-2\",LANGUAGE=\"fr\",NAME=\"Français "
    "(audiodescription)\",DEFAULT=NO,AUTOSELECT=YES,CHARACTERISTICS=\"public.accessibility."
    "describes-video\",CHANNELS=\"2\",URI=\"a-fr-ad.m3u8\"\n"
    "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"mp4a.40.2-6\",LANGUAGE=\"fr\",NAME=\"Français\",DEFAULT="
    "YES,AUTOSELECT=YES,CHANNELS=\"6\",URI=\"a-fr-6.m3u8\"\n"
    "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"mp4a.40.2-6\",LANGUAGE=\"en\",NAME=\"English\",DEFAULT=NO,"
    "AUTOSELECT=YES,CHANNELS=\"2\",URI=\"a-en-2.m3u8\"\n"
    "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"mp4a.40.2-6\",LANGUAGE=\"fr\",NAME=\"Français "
    "(audiodescription)\",DEFAULT=NO,AUTOSELECT=YES,CHARACTERISTICS=\"public.accessibility."
    "describes-video\",CHANNELS=\"2\",URI=\"a-fr-ad.m3u8\"\n"
    "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"captions\",LANGUAGE=\"fr\",NAME=\"Français\",DEFAULT="
    "NO,AUTOSELECT=YES,FORCED=NO,URI=\"c-fr-vtt.m3u8\"\n"
    "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"captions\",LANGUAGE=\"fr\",NAME=\"Français (sourds et "
    "malentendants)\",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,CHARACTERISTICS=\"public.accessibility."
    "transcribes-spoken-dialog,public.accessibility.describes-music-and-sound\",URI=\"c-fr-sdh-vtt."
    "m3u8\"\n"
    "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"captions\",LANGUAGE=\"en\",NAME=\"English <forced> & "
    "”quoted” \",DEFAULT=YES,AUTOSELECT=YES,FORCED=YES,URI=\"c-en-forced-vtt.m3u8\"\n"
    "#EXT-X-STREAM-INF:BANDWIDTH=2635998,AVERAGE-BANDWIDTH=2409174,CODECS=\"avc1.64001f,mp4a.40."
    "2\",RESOLUTION=1280x720,FRAME-RATE=23.976,VIDEO-RANGE=SDR,AUDIO=\"mp4a.40.2-2\",SUBTITLES="
    "\"captions\",CLOSED-CAPTIONS=NONE\n"
    "v720.m3u8\n"
    "#EXT-X-STREAM-INF:BANDWIDTH=2952947,AVERAGE-BANDWIDTH=2698715,CODECS=\"avc1.64001f,mp4a.40."
    "2\",RESOLUTION=1280x720,FRAME-RATE=23.976,VIDEO-RANGE=SDR,AUDIO=\"mp4a.40.2-6\",SUBTITLES="
    "\"captions\",CLOSED-CAPTIONS=NONE\n"
    "v720.m3u8\n"
    "#EXT-X-STREAM-INF:BANDWIDTH=901732,AVERAGE-BANDWIDTH=824092,CODECS=\"avc1.64001f,mp4a.40.2\","
    "RESOLUTION=640x360,FRAME-RATE=23.976,VIDEO-RANGE=SDR,AUDIO=\"mp4a.40.2-2\",SUBTITLES="
    "\"captions\",CLOSED-CAPTIONS=NONE\n"
    "v360.m3u8\n"
    "#EXT-X-STREAM-INF:BANDWIDTH=1218681,AVERAGE-BANDWIDTH=1113633,CODECS=\"avc1.64001f,mp4a.40."
    "2\",RESOLUTION=640x360,FRAME-RATE=23.976,VIDEO-RANGE=SDR,AUDIO=\"mp4a.40.2-6\",SUBTITLES="
    "\"captions\",CLOSED-CAPTIONS=NONE\n"
    "v360.m3u8\n"
    "#EXT-X-STREAM-INF:BANDWIDTH=6352282,AVERAGE-BANDWIDTH=5805777,CODECS=\"avc1.640028,mp4a.40."
    "2\",RESOLUTION=1920x1080,FRAME-RATE=23.976,VIDEO-RANGE=SDR,AUDIO=\"mp4a.40.2-2\",SUBTITLES="
    "\"captions\",CLOSED-CAPTIONS=NONE\n"
    "v1080.m3u8\n"
    "#EXT-X-STREAM-INF:BANDWIDTH=6669231,AVERAGE-BANDWIDTH=6095318,CODECS=\"avc1.640028,mp4a.40."
    "2\",RESOLUTION=1920x1080,FRAME-RATE=23.976,VIDEO-RANGE=SDR,AUDIO=\"mp4a.40.2-6\",SUBTITLES="
    "\"captions\",CLOSED-CAPTIONS=NONE\n"
    "v1080.m3u8\n"
    "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=119881,AVERAGE-BANDWIDTH=66593,CODECS=\"avc1.64001f\","
    "RESOLUTION=640x360,VIDEO-RANGE=SDR,URI=\"v360-iframes.m3u8\"\n"
    "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=399601,AVERAGE-BANDWIDTH=221976,CODECS=\"avc1.64001f\","
    "RESOLUTION=1280x720,VIDEO-RANGE=SDR,URI=\"v720-iframes.m3u8\"\n"
    "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=999001,AVERAGE-BANDWIDTH=554939,CODECS=\"avc1.640028\","
    "RESOLUTION=1920x1080,VIDEO-RANGE=SDR,URI=\"v1080-iframes.m3u8\"\n"
    "#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=9000,RESOLUTION=320x180,CODECS=\"jpeg\",URI=\"tiles-tiles."
    "m3u8\"\n";

static const char media_text[] = "#EXTM3U\n"
                                 "#EXT-X-VERSION:7\n"
                                 "#EXT-X-TARGETDURATION:4\n"
                                 "#EXT-X-MEDIA-SEQUENCE:1\n"
                                 "#EXT-X-PLAYLIST-TYPE:VOD\n"
                                 "#EXT-X-INDEPENDENT-SEGMENTS\n"
                                 "#EXT-X-MAP:URI=\"v720/init.mp4\"\n"
                                 "#EXTINF:4.004000,\n"
                                 "v720/1.m4s\n"
                                 "#EXTINF:4.004000,\n"
                                 "v720/2.m4s\n"
                                 "#EXTINF:1.001000,\n"
                                 "v720/3.m4s\n"
                                 "#EXT-X-ENDLIST\n";

static const char iframes_text[] = "#EXTM3U\n"
                                   "#EXT-X-VERSION:7\n"
                                   "#EXT-X-TARGETDURATION:2\n"
                                   "#EXT-X-MEDIA-SEQUENCE:1\n"
                                   "#EXT-X-PLAYLIST-TYPE:VOD\n"
                                   "#EXT-X-I-FRAMES-ONLY\n"
                                   "#EXT-X-INDEPENDENT-SEGMENTS\n"
                                   "#EXT-X-MAP:URI=\"v720/init.mp4\"\n"
                                   "#EXTINF:2.002000,\n"
                                   "#EXT-X-BYTERANGE:50000@0\n"
                                   "v720/1.m4s\n"
                                   "#EXTINF:2.002000,\n"
                                   "#EXT-X-BYTERANGE:50000@500000\n"
                                   "v720/1.m4s\n"
                                   "#EXTINF:2.002000,\n"
                                   "#EXT-X-BYTERANGE:50000@0\n"
                                   "v720/2.m4s\n"
                                   "#EXTINF:2.002000,\n"
                                   "#EXT-X-BYTERANGE:50000@550000\n"
                                   "v720/2.m4s\n"
                                   "#EXTINF:1.001000,\n"
                                   "#EXT-X-BYTERANGE:50000@0\n"
                                   "v720/3.m4s\n"
                                   "#EXT-X-ENDLIST\n";

static const char captions_text[] = "#EXTM3U\n"
                                    "#EXT-X-VERSION:7\n"
                                    "#EXT-X-TARGETDURATION:9\n"
                                    "#EXT-X-MEDIA-SEQUENCE:1\n"
                                    "#EXT-X-PLAYLIST-TYPE:VOD\n"
                                    "#EXTINF:9.009000,\n"
                                    "c-fr.vtt\n"
                                    "#EXT-X-ENDLIST\n";

static const char tiles_text[] = "#EXTM3U\n"
                                 "#EXT-X-VERSION:7\n"
                                 "#EXT-X-TARGETDURATION:5\n"
                                 "#EXT-X-MEDIA-SEQUENCE:1\n"
                                 "#EXT-X-PLAYLIST-TYPE:VOD\n"
                                 "#EXT-X-IMAGES-ONLY\n"
                                 "#EXTINF:5.005000,\n"
                                 "#EXT-X-TILES:RESOLUTION=320x180,LAYOUT=5x1,DURATION=2.002000\n"
                                 "tiles/1.jpg\n"
                                 "#EXTINF:4.004000,\n"
                                 "#EXT-X-TILES:RESOLUTION=320x180,LAYOUT=5x1,DURATION=2.002000\n"
                                 "tiles/2.jpg\n"
                                 "#EXT-X-ENDLIST\n";

static struct buf multivariant_of(const struct show *s)
{
    struct buf b;
    buf_init(&b, ROOM);
    assert_int_equal(hls_multivariant(&s->presentation, &b), OK);
    return b;
}

static size_t count(const char *text, const char *what)
{
    size_t n = 0;
    for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what))
        n++;
    return n;
}

static void a_presentation_is_written_as_its_playlists(void **state)
{
    (void)state;
    struct show s;
    struct buf b;
    show_make(&s);
    buf_init(&b, ROOM);
    assert_int_equal(hls_multivariant(&s.presentation, &b), OK);
    assert_string_equal(buf_string(&b), multivariant_text);
    buf_clear(&b);
    assert_int_equal(hls_media(&s.presentation, &s.renditions[1], &b), OK);
    assert_string_equal(buf_string(&b), media_text);
    buf_clear(&b);
    assert_int_equal(hls_iframes(&s.presentation, &s.renditions[1], &b), OK);
    assert_string_equal(buf_string(&b), iframes_text);
    buf_clear(&b);
    assert_int_equal(hls_captions(&s.presentation, &s.captions[0], &b), OK);
    assert_string_equal(buf_string(&b), captions_text);
    buf_clear(&b);
    assert_int_equal(hls_tiles(&s.presentation, &b), OK);
    assert_string_equal(buf_string(&b), tiles_text);
    buf_finish(&b);
}

static void a_playlist_is_appended_to_what_is_there(void **state)
{
    (void)state;
    struct show s;
    struct buf b;
    show_make(&s);
    buf_init(&b, ROOM);
    buf_text(&b, "before");
    assert_int_equal(hls_captions(&s.presentation, &s.captions[0], &b), OK);
    assert_memory_equal(b.data, "before#EXTM3U", 13);
    buf_finish(&b);
}

/* BANDWIDTH is the picture's peak and the greatest peak among the sounds of the group. */
static void the_rates_of_a_variant_are_those_measured(void **state)
{
    (void)state;
    struct show s;
    show_make(&s);
    struct buf b = multivariant_of(&s);
    for (size_t video = 0; video < 3; video++) {
        for (size_t audio = 3; audio <= 4; audio++) {
            char line[128];
            snprintf(
                line, sizeof line, "BANDWIDTH=%u,AVERAGE-BANDWIDTH=%u,",
                cmaf_bitrate_peak(&s.indexes[video], 2) + cmaf_bitrate_peak(&s.indexes[audio], 2),
                cmaf_bitrate_average(&s.indexes[video]) + cmaf_bitrate_average(&s.indexes[audio]));
            assert_int_equal(count(buf_string(&b), line), 1);
        }
    }
    buf_finish(&b);
}

static void a_film_without_sound_has_variants_without_sound(void **state)
{
    (void)state;
    struct show s;
    show_make(&s);
    s.presentation.n_renditions = 3;
    s.presentation.n_captions = 0;
    s.presentation.tiles.name = NULL;
    struct buf b = multivariant_of(&s);
    assert_int_equal(count(buf_string(&b), "#EXT-X-STREAM-INF:"), 3);
    assert_int_equal(count(buf_string(&b), "AUDIO"), 0);
    assert_int_equal(count(buf_string(&b), "SUBTITLES"), 0);
    assert_int_equal(count(buf_string(&b), "IMAGE"), 0);
    assert_int_equal(count(buf_string(&b), "CODECS=\"avc1.64001f\","), 4);
    buf_finish(&b);
}

static void sound_without_pictures_has_a_variant_for_each_group(void **state)
{
    (void)state;
    struct show s;
    show_make(&s);
    s.presentation.renditions = s.renditions + 3;
    s.presentation.n_renditions = 4;
    struct buf b = multivariant_of(&s);
    const char *text = buf_string(&b);
    assert_int_equal(count(text, "#EXT-X-STREAM-INF:"), 2);
    assert_int_equal(count(text, "CLOSED-CAPTIONS=NONE\na-fr-2.m3u8\n"), 1);
    assert_int_equal(count(text, "CLOSED-CAPTIONS=NONE\na-fr-6.m3u8\n"), 1);
    assert_int_equal(count(text, "CODECS=\"mp4a.40.2\",AUDIO="), 2);
    assert_int_equal(count(text, "RESOLUTION=320x180"), 1);
    buf_finish(&b);
}

static void a_group_names_every_codec_that_its_members_need(void **state)
{
    (void)state;
    struct show s;
    show_make(&s);
    memcpy(s.indexes[4].codec, "mp4a.40.5", 10); /* surround in another codec, French only */
    struct buf b = multivariant_of(&s);
    const char *text = buf_string(&b);
    assert_int_equal(count(text, ",mp4a.40.2\",RES"), 6);
    assert_int_equal(count(text, ",mp4a.40.5,mp4a.40.2\",RES"), 3);
    buf_finish(&b);
}

static void every_group_has_every_member_under_one_name(void **state)
{
    (void)state;
    struct show s;
    show_make(&s);
    struct buf b = multivariant_of(&s);
    const char *text = buf_string(&b);
    static const char *const names[] = { "NAME=\"Français\",DEFAULT=YES", "NAME=\"English\"",
                                         "NAME=\"Français (audiodescription)\"" };
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(count(text, names[i]), 2);
    assert_int_equal(count(text, "5.1"), 0);
    assert_int_equal(count(text, "DEFAULT=YES,AUTOSELECT=YES,CHANNELS"), 2);
    buf_finish(&b);
}

static void one_sound_of_a_group_is_the_default(void **state)
{
    (void)state;
    static const struct {
        bool is_default[4]; /* fr 2, fr 6, en 2, fr description */
        const char *name;
    } rows[] = {
        { { false, false, false, false }, "Français" },
        { { false, true, false, false }, "Français" },
        { { false, false, true, false }, "English" },
        { { true, true, true, true }, "Français" },
        { { false, false, false, true }, "Français (audiodescription)" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct show s;
        char expected[128];
        show_make(&s);
        s.presentation.n_captions = 0;
        for (size_t k = 0; k < 4; k++)
            s.renditions[3 + k].is_default = rows[i].is_default[k];
        struct buf b = multivariant_of(&s);
        snprintf(expected, sizeof expected, "NAME=\"%s\",DEFAULT=YES,AUTOSELECT=YES", rows[i].name);
        assert_int_equal(count(buf_string(&b), "DEFAULT=YES"), 2);
        assert_int_equal(count(buf_string(&b), expected), 2);
        buf_finish(&b);
    }
}

static void of_two_alike_the_second_waits_to_be_chosen(void **state)
{
    (void)state;
    struct show s;
    show_make(&s);
    s.renditions[6].is_description = false; /* a commentary: French, stereo, another label */
    s.renditions[6].label = "Commentaire";
    struct buf b = multivariant_of(&s);
    assert_int_equal(
        count(buf_string(&b), "NAME=\"Commentaire\",DEFAULT=NO,AUTOSELECT=NO,CHANNELS=\"2\""), 2);
    buf_finish(&b);
}

static void one_caption_at_most_is_the_default(void **state)
{
    (void)state;
    struct show s;
    show_make(&s);
    for (size_t i = 0; i < SHOW_CAPTIONS; i++)
        s.captions[i].is_default = true;
    struct buf b = multivariant_of(&s);
    assert_int_equal(count(buf_string(&b), "DEFAULT=YES,AUTOSELECT=YES,FORCED="), 1);
    buf_finish(&b);
}

static void a_label_cannot_leave_its_quotes(void **state)
{
    (void)state;
    static const struct {
        const char *label, *name;
    } rows[] = {
        { "plain", "plain" },
        { "", "fr" },
        { NULL, "fr" },
        { "a\"b", "a\xe2\x80\x9d"
                  "b" },
        { "a\nb\r\n#EXT-X-ENDLIST", "a b  #EXT-X-ENDLIST" },
        { "\",URI=\"http://elsewhere/", "\xe2\x80\x9d,URI=\xe2\x80\x9dhttp://elsewhere/" },
        { "tab\tbell\adel\x7f", "tab bell del " },
        { "c1 \xc2\x85 end", "c1    end" },
        { "latin-1 \xe9t\xe9", "latin-1 ?t?" },
        { "日本語", "日本語" },
        { "é\xc2\xa0!", "é\xc2\xa0!" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct show s;
        char expected[128];
        show_make(&s);
        s.renditions[3].label = rows[i].label;
        s.captions[0].label = rows[i].label;
        struct buf b = multivariant_of(&s);
        snprintf(expected, sizeof expected, ",NAME=\"%s\",DEFAULT", rows[i].name);
        assert_int_equal(count(buf_string(&b), expected), 3);
        assert_true(text_is_utf8((const char *)b.data, b.size));
        for (size_t k = 0; k < b.size; k++)
            assert_true(b.data[k] == '\n' || b.data[k] >= 0x20);
        buf_finish(&b);
    }
}

static void names_are_unique_in_their_group(void **state)
{
    (void)state;
    struct show s;
    show_make(&s);
    s.renditions[5].label = "Français";
    s.renditions[6].label = "Français";
    s.captions[0].label = "a\n";
    s.captions[1].label = "a\t";
    struct buf b = multivariant_of(&s);
    const char *text = buf_string(&b);
    assert_int_equal(count(text, ",NAME=\"Français\","), 2);
    assert_int_equal(count(text, ",NAME=\"Français (2)\","), 2);
    assert_int_equal(count(text, ",NAME=\"Français (3)\","), 2);
    assert_int_equal(count(text, ",NAME=\"a \","), 1);
    assert_int_equal(count(text, ",NAME=\"a  (2)\","), 1);
    buf_finish(&b);
}

static void an_undetermined_language_is_not_said(void **state)
{
    (void)state;
    struct show s;
    show_make(&s);
    memcpy(s.indexes[5].language, "und", 4);
    s.captions[0].language = "und";
    s.captions[0].label = NULL;
    struct buf b = multivariant_of(&s);
    assert_int_equal(count(buf_string(&b), "LANGUAGE=\"und\""), 0);
    assert_int_equal(count(buf_string(&b), ",NAME=\"und\""), 1);
    buf_finish(&b);
}

static void a_picture_says_its_shown_size_rate_and_range(void **state)
{
    (void)state;
    static const struct {
        uint16_t width, height, transfer;
        uint32_t par_num, par_den, num, den;
        const char *text;
    } rows[] = {
        { 720, 576, 1, 64, 45, 25, 1, ",RESOLUTION=1024x576,FRAME-RATE=25.000,VIDEO-RANGE=SDR,S" },
        { 720, 480, 1, 8, 9, 30000, 1001,
          ",RESOLUTION=640x480,FRAME-RATE=29.970,VIDEO-RANGE=SDR,S" },
        { 853, 480, 2, 0, 0, 60, 1, ",RESOLUTION=853x480,FRAME-RATE=60.000,VIDEO-RANGE=SDR,S" },
        { 640, 360, 16, 1, 1, 0, 0, ",RESOLUTION=640x360,VIDEO-RANGE=PQ,S" },
        { 640, 360, 18, 1, 1, 48000, 1001,
          ",RESOLUTION=640x360,FRAME-RATE=47.952,VIDEO-RANGE=HLG,S" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct show s;
        show_make(&s);
        struct cmaf_index *x = &s.indexes[0];
        x->width = rows[i].width;
        x->height = rows[i].height;
        x->transfer = rows[i].transfer;
        x->par_num = rows[i].par_num;
        x->par_den = rows[i].par_den;
        x->frame_num = rows[i].num;
        x->frame_den = rows[i].den;
        s.presentation.n_renditions = 1;
        struct buf b = multivariant_of(&s);
        assert_int_equal(count(buf_string(&b), rows[i].text), 1);
        buf_finish(&b);
    }
}

static void players_begin_with_what_a_modest_line_carries(void **state)
{
    (void)state;
    struct show s;
    show_make(&s);
    struct buf b = multivariant_of(&s);
    assert_non_null(strstr(buf_string(&b), "RESOLUTION=1280x720"));
    assert_true(strstr(buf_string(&b), "v720.m3u8") < strstr(buf_string(&b), "v360.m3u8"));
    buf_finish(&b);
    for (size_t i = 0; i < SHOW_FRAGMENTS; i++) /* nothing is that small: the smallest */
        for (size_t k = 0; k < 3; k++)
            s.entries[k][i].size = 4000000 * (uint32_t)(k + 1);
    b = multivariant_of(&s);
    assert_true(strstr(buf_string(&b), "v360.m3u8") < strstr(buf_string(&b), "v720.m3u8"));
    buf_finish(&b);
}

static void key_frame_lists_are_offered_only_when_sizes_are_known(void **state)
{
    (void)state;
    struct show s;
    struct buf b;
    show_make(&s);
    s.entries[1][4].key_size = 0;
    b = multivariant_of(&s);
    assert_int_equal(count(buf_string(&b), "#EXT-X-I-FRAME-STREAM-INF:"), 2);
    assert_int_equal(count(buf_string(&b), "v720-iframes"), 0);
    buf_finish(&b);
    buf_init(&b, ROOM);
    assert_int_equal(hls_iframes(&s.presentation, &s.renditions[1], &b), ERR_ARGUMENT);
    assert_int_equal(hls_iframes(&s.presentation, &s.renditions[3], &b), ERR_ARGUMENT);
    assert_int_equal(b.size, 0);
    buf_finish(&b);
}

/* Reads the digits at *at and steps over them. */
static uint64_t number_at(const char **at)
{
    size_t n = strspn(*at, "0123456789");
    int64_t v = 0;
    assert_int_equal(text_to_i64(*at, n, 0, INT64_MAX, &v), OK);
    *at += n;
    return (uint64_t)v;
}

/* Reads "a.bbbbbb" as microseconds. */
static uint64_t us_of(const char *text)
{
    uint64_t seconds = number_at(&text);
    assert_int_equal(*text, '.');
    const char *fraction = ++text;
    uint64_t us = number_at(&text);
    assert_int_equal(text - fraction, 6);
    return seconds * 1000000 + us;
}

static void lengths_add_up_over_a_long_film(void **state)
{
    (void)state;
    enum { N = 10800 }; /* six hours of 2.002 s */
    struct cmaf_fragment_entry *e = calloc(N, sizeof *e);
    struct cmaf_index x = { .kind = CMAF_AUDIO, .timescale = 44100, .n = N, .fragments = e };
    struct presentation_rendition r = { .name = "a", .index = &x };
    struct presentation p = { .per_segment = 1, .n_renditions = 1, .renditions = &r };
    for (size_t i = 0; i < N; i++) {
        e[i] = (struct cmaf_fragment_entry){ .offset = i * 10,
                                             .size = 10,
                                             .start = x.duration,
                                             .duration = 88064 + (i % 3 == 0 ? 1024 : 0) };
        x.duration += e[i].duration;
    }
    struct buf b;
    buf_init(&b, ROOM);
    assert_int_equal(hls_media(&p, &r, &b), OK);
    uint64_t sum = 0;
    size_t n = 0;
    for (const char *at = strstr(buf_string(&b), "#EXTINF:"); at != NULL;
         at = strstr(at + 1, "#EXTINF:"), n++)
        sum += us_of(at + 8);
    assert_int_equal(n, N);
    assert_int_equal(sum, (x.duration * 1000000 + 22050) / 44100);
    buf_finish(&b);
    free(e);
}

static void the_target_is_the_longest_rounded_to_the_nearest_second(void **state)
{
    (void)state;
    static const struct {
        uint32_t ticks;
        const char *target;
    } rows[] = { { 1, "DURATION:1\n" },       { 499, "DURATION:1\n" },  { 1499, "DURATION:1\n" },
                 { 1500, "DURATION:2\n" },    { 5499, "DURATION:5\n" }, { 5500, "DURATION:6\n" },
                 { 100499, "DURATION:100\n" } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cmaf_fragment_entry e = { .size = 1, .duration = rows[i].ticks };
        struct cmaf_index x = { .timescale = 1000, .n = 1, .fragments = &e };
        struct presentation_rendition r = { .name = "a", .index = &x };
        struct presentation p = { .per_segment = 1, .n_renditions = 1, .renditions = &r };
        struct buf b;
        buf_init(&b, ROOM);
        assert_int_equal(hls_media(&p, &r, &b), OK);
        assert_int_equal(count(buf_string(&b), rows[i].target), 1);
        buf_finish(&b);
    }
}

static void key_frames_lie_inside_their_segments(void **state)
{
    (void)state;
    for (size_t per = 0; per <= 7; per++) {
        struct show s;
        struct buf b;
        show_make(&s);
        s.presentation.per_segment = per;
        buf_init(&b, ROOM);
        assert_int_equal(hls_iframes(&s.presentation, &s.renditions[2], &b), OK);
        const char *at = buf_string(&b);
        for (size_t i = 0; i < SHOW_FRAGMENTS; i++) {
            const struct cmaf_fragment_entry *f = &s.entries[2][i];
            at = strstr(at, "#EXT-X-BYTERANGE:");
            assert_non_null(at);
            at += 17;
            uint64_t size = number_at(&at);
            assert_int_equal(*at++, '@');
            uint64_t offset = number_at(&at);
            at = strstr(at, "v1080/") + 6;
            uint64_t number = number_at(&at);
            struct cmaf_segment segment;
            assert_int_equal(cmaf_segment_at(&s.indexes[2], per, number, &segment), OK);
            assert_int_equal(segment.offset + offset, f->offset);
            assert_int_equal(size, f->key_size);
            assert_true(offset + size <= segment.size);
        }
        buf_finish(&b);
    }
}

enum { N_BAD = 14 };

static void spoil(struct show *s, int how)
{
    static const char *const names[] = { NULL, "", "a/b", "a\"", "..", "a b", "é" };
    switch (how) {
    case 0: s->presentation.n_renditions = 0; break;
    case 1: s->renditions[0].index = NULL; break;
    case 2: s->indexes[3].n = 0; break;
    case 3: s->indexes[3].timescale = 0; break;
    case 4: s->captions[1].name = "a\n"; break;
    case 5: s->captions[1].language = NULL; break;
    case 6: s->presentation.tiles.columns = 0; break;
    default: s->renditions[6].name = names[how - 7]; break;
    }
}

static void a_presentation_that_cannot_be_shown_is_refused(void **state)
{
    (void)state;
    for (int i = 0; i < N_BAD; i++) {
        struct show s;
        struct buf b;
        show_make(&s);
        spoil(&s, i);
        buf_init(&b, ROOM);
        buf_text(&b, "before");
        assert_int_equal(hls_multivariant(&s.presentation, &b), ERR_ARGUMENT);
        assert_int_equal(hls_media(&s.presentation, &s.renditions[2], &b), ERR_ARGUMENT);
        assert_int_equal(hls_iframes(&s.presentation, &s.renditions[2], &b), ERR_ARGUMENT);
        assert_int_equal(hls_captions(&s.presentation, &s.captions[0], &b), ERR_ARGUMENT);
        assert_int_equal(hls_tiles(&s.presentation, &b), ERR_ARGUMENT);
        assert_int_equal(b.size, 6);
        assert_int_equal(b.err, OK);
        buf_finish(&b);
    }
    struct show s;
    struct buf b;
    show_make(&s);
    s.presentation.tiles.name = NULL;
    buf_init(&b, ROOM);
    assert_int_equal(hls_tiles(&s.presentation, &b), ERR_ARGUMENT);
    buf_finish(&b);
}

static void sound_in_too_many_kinds_is_refused(void **state)
{
    (void)state;
    enum { KINDS = 17 };
    struct show s;
    struct cmaf_index indexes[KINDS];
    struct presentation_rendition renditions[KINDS];
    struct buf b;
    show_make(&s);
    for (size_t i = 0; i < KINDS; i++) {
        indexes[i] = s.indexes[3];
        indexes[i].channels = (uint16_t)(i + 1);
        renditions[i] = s.renditions[3];
        renditions[i].index = &indexes[i];
    }
    s.presentation.renditions = renditions;
    s.presentation.n_renditions = KINDS;
    buf_init(&b, ROOM);
    assert_int_equal(hls_multivariant(&s.presentation, &b), ERR_ARGUMENT);
    s.presentation.n_renditions = KINDS - 1;
    assert_int_equal(hls_multivariant(&s.presentation, &b), OK);
    buf_finish(&b);
}

static enum err write(int which, const struct show *s, struct buf *b)
{
    switch (which) {
    case 0: return hls_multivariant(&s->presentation, b);
    case 1: return hls_media(&s->presentation, &s->renditions[0], b);
    case 2: return hls_iframes(&s->presentation, &s->renditions[0], b);
    case 3: return hls_captions(&s->presentation, &s->captions[0], b);
    default: return hls_tiles(&s->presentation, b);
    }
}

static void a_playlist_that_meets_the_ceiling_leaves_the_buffer_as_it_was(void **state)
{
    (void)state;
    struct show s;
    show_make(&s);
    for (int which = 0; which < 5; which++) {
        enum err err = ERR_FULL;
        for (size_t ceiling = 6; err != OK; ceiling += 7) {
            struct buf b;
            buf_init(&b, ceiling);
            buf_text(&b, "before");
            err = write(which, &s, &b);
            assert_true(err == OK || (err == ERR_FULL && b.size == 6));
            assert_int_equal(b.err, OK);
            buf_finish(&b);
        }
        struct buf failed;
        buf_init(&failed, 1);
        buf_text(&failed, "too long");
        assert_int_equal(write(which, &s, &failed), ERR_FULL);
        assert_int_equal(failed.err, ERR_FULL);
        buf_finish(&failed);
    }
}

static struct presentation_protection opened_by(enum presentation_key_format format)
{
    return (struct presentation_protection){ .licence = "/licence/token", .hls = format };
}

static struct buf media_of(const struct show *s, size_t rendition)
{
    struct buf b;
    buf_init(&b, ROOM);
    assert_int_equal(hls_media(&s->presentation, &s->renditions[rendition], &b), OK);
    return b;
}

static void a_playlist_names_one_key_behind_its_init_segment(void **state)
{
    (void)state;
    static const char clearkey[] =
        "v360/init.mp4\"\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"/licence/token/"
        "11111111111111111111111111111111\",KEYID=0x11111111111111111111111111111111,KEYFORMAT="
        "\"org.w3.clearkey\",KEYFORMATVERSIONS=\"1\"\n#EXTINF";
    static const char identity[] =
        "v360/init.mp4\"\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"/licence/token/"
        "11111111111111111111111111111111\",KEYFORMAT=\"identity\",KEYFORMATVERSIONS=\"1\"\n"
        "#EXTINF";
    static const char aes[] = "v360/init.mp4\"\n#EXT-X-KEY:METHOD=AES-128,URI=\"/licence/token/"
                              "11111111111111111111111111111111\"\n#EXTINF";
    static const char *const keys[] = { [PRESENTATION_CLEARKEY] = clearkey,
                                        [PRESENTATION_IDENTITY] = identity,
                                        [PRESENTATION_AES128] = aes };
    for (enum presentation_key_format f = PRESENTATION_CLEARKEY; f <= PRESENTATION_AES128; f++) {
        struct presentation_protection protection = opened_by(f);
        struct show s;
        show_make(&s);
        show_protect(&s, &protection);
        struct buf b = media_of(&s, 0);
        assert_non_null(strstr(buf_string(&b), keys[f]));
        assert_int_equal(count(buf_string(&b), "EXT-X-KEY"), 1);
        buf_finish(&b);
        s.indexes[0].scheme = CMAF_CLEAR;
        b = media_of(&s, 0);
        assert_int_equal(count(buf_string(&b), "EXT-X-KEY"), 0);
        buf_finish(&b);
    }
}

static void samples_under_a_counter_have_their_own_method(void **state)
{
    (void)state;
    struct presentation_protection protection = opened_by(PRESENTATION_CLEARKEY);
    struct show s;
    show_make(&s);
    show_protect(&s, &protection);
    s.indexes[0].scheme = CMAF_CENC;
    struct buf b = media_of(&s, 0);
    assert_int_equal(count(buf_string(&b), "METHOD=SAMPLE-AES-CTR,"), 1);
    buf_finish(&b);
}

static void one_key_format_stands_in_all_playlists_of_a_film(void **state)
{
    (void)state;
    static const struct {
        size_t session_keys, key_frames;
    } rows[] = { [PRESENTATION_CLEARKEY] = { 3, 3 },
                 [PRESENTATION_IDENTITY] = { 0, 3 },
                 [PRESENTATION_AES128] = { 0, 0 } };
    for (enum presentation_key_format f = PRESENTATION_CLEARKEY; f <= PRESENTATION_AES128; f++) {
        struct presentation_protection protection = opened_by(f);
        struct show s;
        struct buf b;
        show_make(&s);
        show_protect(&s, &protection);
        struct buf all = multivariant_of(&s);
        assert_int_equal(count(buf_string(&all), "EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI=\""
                                                 "/licence/token/22222222222222222222222222222222"),
                         rows[f].session_keys / 3);
        assert_int_equal(count(buf_string(&all), "SESSION-KEY"), rows[f].session_keys);
        assert_int_equal(count(buf_string(&all), "I-FRAME-STREAM"), rows[f].key_frames);
        buf_finish(&all);
        buf_init(&b, ROOM);
        bool has = rows[f].key_frames > 0; /* a part of a whole that is encrypted opens nothing */
        assert_int_equal(hls_iframes(&s.presentation, &s.renditions[0], &b),
                         has ? OK : ERR_ARGUMENT);
        assert_int_equal(count(buf_string(&b), "EXT-X-KEY:METHOD=SAMPLE-AES,"), has);
        assert_int_equal(count(buf_string(&b), "BYTERANGE"),
                         0); /* players mend no encrypted part */
        assert_int_equal(count(buf_string(&b), "\nv360/key-"), has ? SHOW_FRAGMENTS : 0);
        buf_finish(&b);
    }
}

static void protection_without_an_address_is_refused(void **state)
{
    (void)state;
    struct presentation_protection protection = { .licence = "" };
    struct show s;
    struct buf b;
    show_make(&s);
    show_protect(&s, &protection);
    buf_init(&b, ROOM);
    assert_int_equal(hls_multivariant(&s.presentation, &b), ERR_ARGUMENT);
    buf_finish(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_presentation_is_written_as_its_playlists),
        cmocka_unit_test(a_playlist_is_appended_to_what_is_there),
        cmocka_unit_test(the_rates_of_a_variant_are_those_measured),
        cmocka_unit_test(a_film_without_sound_has_variants_without_sound),
        cmocka_unit_test(sound_without_pictures_has_a_variant_for_each_group),
        cmocka_unit_test(a_group_names_every_codec_that_its_members_need),
        cmocka_unit_test(every_group_has_every_member_under_one_name),
        cmocka_unit_test(one_sound_of_a_group_is_the_default),
        cmocka_unit_test(of_two_alike_the_second_waits_to_be_chosen),
        cmocka_unit_test(one_caption_at_most_is_the_default),
        cmocka_unit_test(a_label_cannot_leave_its_quotes),
        cmocka_unit_test(names_are_unique_in_their_group),
        cmocka_unit_test(an_undetermined_language_is_not_said),
        cmocka_unit_test(a_picture_says_its_shown_size_rate_and_range),
        cmocka_unit_test(players_begin_with_what_a_modest_line_carries),
        cmocka_unit_test(key_frame_lists_are_offered_only_when_sizes_are_known),
        cmocka_unit_test(lengths_add_up_over_a_long_film),
        cmocka_unit_test(the_target_is_the_longest_rounded_to_the_nearest_second),
        cmocka_unit_test(key_frames_lie_inside_their_segments),
        cmocka_unit_test(a_playlist_names_one_key_behind_its_init_segment),
        cmocka_unit_test(samples_under_a_counter_have_their_own_method),
        cmocka_unit_test(one_key_format_stands_in_all_playlists_of_a_film),
        cmocka_unit_test(protection_without_an_address_is_refused),
        cmocka_unit_test(a_presentation_that_cannot_be_shown_is_refused),
        cmocka_unit_test(sound_in_too_many_kinds_is_refused),
        cmocka_unit_test(a_playlist_that_meets_the_ceiling_leaves_the_buffer_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
