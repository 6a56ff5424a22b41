#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "corpus.h"
#include "format/caption/ttml.h"

/* What source becomes as WebVTT, without the first line; "!" and the error's name when refused. */
static char *written(const char *name, const char *source, size_t n)
{
    struct buf out;
    buf_init(&out, CAPTION_WEBVTT_MAX);
    struct reading r = reading_of(name, source, n);
    check_promises(name == NULL ? source : name, &r.list);
    if (r.err == OK)
        caption_write_webvtt(&r.list, &out);
    else
        buf_printf(&out, "WEBVTT\n!%s", err_name(r.err));
    char *text = strdup(buf_string(&out) + strlen("WEBVTT\n"));
    assert_non_null(text);
    buf_finish(&out);
    reading_finish(&r);
    return text;
}

static void expect(const char *name, const char *source, const char *webvtt)
{
    char *text = written(name, source, strlen(source));
    assert_string_equal(text, webvtt);
    free(text);
}

struct row {
    const char *source, *text;
};

/* Each source stands between start and end of a file; its cue text is expected. */
static void expect_texts(const char *start, const char *end, const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct buf file;
        buf_init(&file, 1 << 16);
        buf_printf(&file, "%s%s%s", start, rows[i].source, end);
        struct reading r = reading_of(NULL, file.data, file.size);
        assert_int_equal(r.err, OK);
        check_promises(rows[i].source, &r.list);
        assert_string_equal(r.list.n == 0 ? "" : r.list.cues[0].text, rows[i].text);
        reading_finish(&r);
        buf_finish(&file);
    }
}

static void srt_is_read_with_the_faults_that_deliveries_have(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "1\r\n00:00:01,000 --> 00:00:02,500\r\nOne\r\n\r\n2\r\n00:00:03,000 --> "
          "00:00:04,000\r\nTwo\r\n",
          "\n00:00:01.000 --> 00:00:02.500\nOne\n\n00:00:03.000 --> 00:00:04.000\nTwo\n" },
        { "00:00:01.000 --> 00:00:02.5\nno number, points\n",
          "\n00:00:01.000 --> 00:00:02.500\nno number, points\n" },
        { "1\n0:0:1,5 -> 0:0:2\nshort\n", "\n00:00:01.500 --> 00:00:02.000\nshort\n" },
        { "1\n00:01,000 --> 00:02,000\nno hours\n", "\n00:00:01.000 --> 00:00:02.000\nno hours\n" },
        { "1\n00: 00: 01, 000 - -> 00:00:02,000 X1:10 X2:20\nscanned\n",
          "\n00:00:01.000 --> 00:00:02.000\nscanned\n" },
        { "1\n00:00:01,000 --> 00:00:02,000\nblank\n\ninside\n\n2\n00:00:03,000 --> "
          "00:00:04,000\nnext\n",
          "\n00:00:01.000 --> 00:00:02.000\nblank\ninside\n\n00:00:03.000 --> "
          "00:00:04.000\nnext\n" },
        { "1\n00:00:01,000 --> 00:00:02,000\n1984\n\n00:00:03,000 --> 00:00:04,000\nx\n",
          "\n00:00:01.000 --> 00:00:02.000\n1984\n\n00:00:03.000 --> 00:00:04.000\nx\n" },
        { "1\n00:00:05,000 --> 00:00:06,000\nlate\n\n2\n00:00:01,000 --> 00:00:02,000\nearly\n",
          "\n00:00:01.000 --> 00:00:02.000\nearly\n\n00:00:05.000 --> 00:00:06.000\nlate\n" },
        { "1\n00:00:05,000 --> 00:00:05,000\nnever\n\n2\n00:00:05,000 --> 00:00:04,000\nback\n",
          "" },
        { "1\n120:00:00,000 --> 120:00:01,000\nlong\n",
          "\n120:00:00.000 --> 120:00:01.000\nlong\n" },
        { "1\n00:00:01,000 --> 00:00:02,000\nan --> arrow\n",
          "\n00:00:01.000 --> 00:00:02.000\nan --&gt; arrow\n" },
        { "1\n00:00:01,000 --> 00:00:0x\nbroken\n", "!ERR_MALFORMED" },
        { "1\n00:00:99,000 --> 00:01:40,000\nbroken\n", "!ERR_MALFORMED" },
        { "not a caption file\n", "!ERR_UNSUPPORTED" },
        { "", "!ERR_UNSUPPORTED" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect("a.srt", rows[i].source, rows[i].text);
}

static void srt_markup_is_kept_dropped_or_closed(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "<i>a</i> <B>b</B> <u>c</u>", "<i>a</i> <b>b</b> <u>c</u>" },
        { "<i>open", "<i>open</i>" },
        { "<b><i>crossed</b></i> after", "<b><i>crossed</i></b> after" },
        { "<font color=\"#ff0000\" size=12>red</font>", "red" },
        { "</i>never opened", "never opened" },
        { "<em>e</em><strong>s</strong>", "<i>e</i><b>s</b>" },
        { "a<br/>b<br>c", "a\nb\nc" },
        { "1 < 2 & 3 > 2", "1 &lt; 2 &amp; 3 &gt; 2" },
        { "I <3 you", "I &lt;3 you" },
        { "<laughs>", "&lt;laughs&gt;" },
        { "<script>alert(1)</script>", "alert(1)" },
        { "<script", "&lt;script" },
        { "<img src=x onerror=alert(1)>hi", "hi" },
        { "a &amp; b &lt;i&gt; &nbsp;c", "a &amp; b &lt;i&gt; \xc2\xa0"
                                         "c" },
        { "AT&T &copy", "AT&amp;T &amp;copy" },
        { "{\\i1}it{\\i0} no", "<i>it</i> no" },
        { "{\\pos(1,2)\\b1}bold{\\b0}", "<b>bold</b>" },
        { "{braces}", "{braces}" },
        { "one\\Ntwo\\hthree", "one\ntwo\xc2\xa0three" },
        { "  \n \n", "" },
        { "<i></i>", "" },
        { "<i>\n</i>x<i> </i>y", "x<i> </i>y" },
    };
    expect_texts("1\n00:00:01,000 --> 00:00:02,000\n", "\n", rows, sizeof rows / sizeof rows[0]);
}

static void places_of_ass_become_settings(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "{\\an8}top", " line:0" },
        { "{\\a6}top", " line:0" },
        { "{\\an2}bottom", "" },
        { "{\\an1}left", " align:left" },
        { "{\\an5}middle", " line:50%,center" },
        { "{\\an9\\i1}right", " line:0 align:right" },
        { "{\\an}none", "" },
        { "{\\a99999999999999999999}none", "" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char source[200], start[200];
        snprintf(source, sizeof source, "1\n00:00:01,000 --> 00:00:02,000\n%s\n", rows[i].source);
        snprintf(start, sizeof start, "\n00:00:01.000 --> 00:00:02.000%s\n", rows[i].text);
        char *text = written("a.srt", source, strlen(source));
        assert_memory_equal(text, start, strlen(start));
        free(text);
    }
}

static void webvtt_text_is_rebuilt_from_the_list_of_tags(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "<i>a<b>b</b></i><u>c</u>", "<i>a<b>b</b></i><u>c</u>" },
        { "<v.loud.yellow Bob &amp; <Al>>x", "<v.yellow Bob &amp; &lt;Al>&gt;x</v>" },
        { "<v Bob --\n>x", "<v Bob ->x</v>" },
        { "<v>no name</v>", "no name" },
        { "<v \t Two   words >x", "<v Two words>x</v>" },
        { "<lang en-GB>x</lang>", "<lang en-GB>x</lang>" },
        { "<lang \"><script>>x", "&gt;x" },
        { "<c.red.bg_blue.secret>x</c>", "<c.red.bg_blue>x</c>" },
        { "<ruby>a<rt>b</ruby>c", "<ruby>a<rt>b</rt></ruby>c" },
        { "<rt>alone</rt>", "alone" },
        { "<b><i>x</b>y</i>z", "<b><i>xy</i>z</b>" },
        { "<script>x</script><style>y</style>", "xy" },
        { "&lt;script&gt; &notanentity; &#x3c;b&#62;", "&lt;script&gt; \xc2\xac"
                                                       "anentity; &lt;b&gt;" },
        { "<00:00:01.500>late<00:00:01.200>back<00:00:09.000>out", "<00:00:01.500>latebackout" },
        { "<00:00:01.500 >x", "x" },
        { "a\001\002b", "ab" },
        { "<i", "" },
        { "<v a&#10;b&#60;c>x", "<v a b&lt;c>x</v>" },
    };
    expect_texts("WEBVTT\n\n00:01.000 --> 00:02.000\n", "\n", rows, sizeof rows / sizeof rows[0]);
}

static void webvtt_settings_are_read_and_styles_left_out(void **state)
{
    (void)state;
    expect("a.vtt",
           "WEBVTT - title\nKind: captions\n\nSTYLE\n::cue { background: url(//x) }\n\n"
           "REGION\nid:r\n\nNOTE no\n\nfirst\n00:01.000 --> 00:02.000 line:12.5%,end "
           "position:10%,line-left size:50% align:start vertical:rl region:r\nA\n\n"
           "00:03.000 --> 00:04.000 line:-1 line:x size:101% align:middle\nB\n",
           "\nfirst\n00:00:01.000 --> 00:00:02.000 vertical:rl line:12.5%,end "
           "position:10%,line-left size:50% align:start\nA\n\n"
           "00:00:03.000 --> 00:00:04.000 line:-1\nB\n");
    expect("a.vtt", "WEBVTTX\n\n00:01.000 --> 00:02.000\nA\n", "!ERR_MALFORMED");
    expect("a.vtt", "1\n00:00:01,000 --> 00:00:02,000\nA\n", "!ERR_MALFORMED");
}

#define TT                                                                                         \
    "<tt xmlns=\"http://www.w3.org/ns/ttml\" xmlns:tts=\"http://www.w3.org/ns/ttml#styling\" "     \
    "xmlns:ttp=\"http://www.w3.org/ns/ttml#parameter\" "
#define P(attributes, text)                                                                        \
    TT ">\n<body><div><p begin=\"1s\" end=\"2s\" " attributes ">" text "</p></div></body></tt>"

static void ttml_times_are_counted_as_the_standard_says(void **state)
{
    (void)state;
    static const struct {
        const char *parameters, *times, *cue;
    } rows[] = {
        { "", "begin=\"00:00:01.5\" end=\"00:00:02\"", "00:00:01.500 --> 00:00:02.000" },
        { "", "begin=\"1.5s\" dur=\"500ms\"", "00:00:01.500 --> 00:00:02.000" },
        { "", "begin=\"0.5m\" end=\"0.01h\"", "00:00:30.000 --> 00:00:36.000" },
        { "", "begin=\"00:00:01:15\" end=\"60f\"", "00:00:01.500 --> 00:00:02.000" },
        { "ttp:frameRate=\"25\"", "begin=\"00:00:01:05\" end=\"50f\"",
          "00:00:01.200 --> 00:00:02.000" },
        { "ttp:frameRate=\"24\" ttp:frameRateMultiplier=\"1000 1001\"",
          "begin=\"24f\" end=\"00:00:02:12\"", "00:00:01.001 --> 00:00:02.501" },
        { "ttp:tickRate=\"10000000\"", "begin=\"15000000t\" end=\"20000000t\"",
          "00:00:01.500 --> 00:00:02.000" },
        { "ttp:frameRate=\"30\" ttp:subFrameRate=\"2\"", "begin=\"00:00:01:00.1\" end=\"2s\"",
          "00:00:01.017 --> 00:00:02.000" },
        { "ttp:timeBase=\"smpte\" ttp:frameRate=\"30\" ttp:frameRateMultiplier=\"1000 1001\"",
          "begin=\"00:01:00:00\" end=\"00:01:01:00\"", "00:01:00.060 --> 00:01:01.061" },
        { "ttp:timeBase=\"smpte\" ttp:frameRate=\"30\" ttp:frameRateMultiplier=\"1000 1001\" "
          "ttp:dropMode=\"dropNTSC\"",
          "begin=\"00:10:00:00\" end=\"01:00:00:00\"", "00:09:59.999 --> 00:59:59.996" },
        { "", "begin=\"100:00:00.1\" end=\"100:00:01\"", NULL },
        { "", "begin=\"5s\" end=\"4s\"", NULL },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char source[1000], cue[200];
        snprintf(source, sizeof source, TT "%s><body><div><p %s>x</p></div></body></tt>",
                 rows[i].parameters, rows[i].times);
        snprintf(cue, sizeof cue, "\n%s\nx\n", rows[i].cue == NULL ? "" : rows[i].cue);
        expect("a.ttml", source, rows[i].cue == NULL ? "" : cue);
    }
}

static void ttml_times_nest_in_par_and_seq(void **state)
{
    (void)state;
    expect("a.ttml",
           TT "><body begin=\"10s\"><div begin=\"5s\" end=\"10s\"><p begin=\"1s\">a</p>"
              "<p begin=\"1s\" end=\"99s\">b</p></div></body></tt>",
           "\n00:00:16.000 --> 00:00:20.000\na\nb\n");
    expect("a.ttml",
           TT
           "><body><div timeContainer=\"seq\"><p dur=\"1s\">a</p><p begin=\"1s\" dur=\"2s\">b</p>"
           "<p end=\"1s\">c</p><p>never</p></div></body></tt>",
           "\n00:00:00.000 --> 00:00:01.000\na\n\n00:00:02.000 --> 00:00:04.000\nb\n\n"
           "00:00:04.000 --> 00:00:05.000\nc\n");
    expect("a.ttml",
           TT "><body><div><p begin=\"0s\" end=\"3s\"><span>a </span><span begin=\"1s\" "
              "end=\"2s\">b</span></p></div></body></tt>",
           "\n00:00:00.000 --> 00:00:01.000\na\n\n00:00:01.000 --> 00:00:02.000\na b\n\n"
           "00:00:02.000 --> 00:00:03.000\na\n");
    expect("a.ttml", TT "><body><div><p>always</p></div></body></tt>",
           "\n00:00:00.000 --> 99:59:59.999\nalways\n");
}

static void ttml_text_has_its_looks_and_its_space(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { P("", "\n  a\n  b <br/>  c "), "a b\nc" },
        { P("xml:space=\"preserve\"", "a  b"), "a  b" },
        { P("", "a <span tts:fontStyle=\"italic\">b</span> c"), "a <i>b</i> c" },
        { P("tts:fontWeight=\"bold\"", "a<span tts:fontWeight=\"normal\">b</span>"), "<b>a</b>b" },
        { P("", "<span tts:textDecoration=\"underline\">u</span>"), "<u>u</u>" },
        { P("", "<span tts:color=\"#ffff00\">y</span><span tts:color=\"#123456\">z</span>"),
          "<c.yellow>y</c>z" },
        { P("", "<span tts:color=\"rgba(255,0,0,255)\" tts:backgroundColor=\"blue\">r</span>"),
          "<c.red.bg_blue>r</c>" },
        { P("", "a<span tts:display=\"none\">b</span><span tts:visibility=\"hidden\">c</span>"),
          "a" },
        { P("", "a<metadata>no</metadata><x xmlns=\"urn:x\">no</x>b"), "ab" },
        { P("",
            "<span condition=\"parameter('forced')\">f</span><span condition=\"true\">t</span>"),
          "t" },
        { P("", "1 &lt; 2 &amp; <![CDATA[<b>]]>"), "1 &lt; 2 &amp; &lt;b&gt;" },
        { P("", "<span tts:ruby=\"container\"><span tts:ruby=\"base\">a</span>"
                "<span tts:ruby=\"delimiter\">(</span><span tts:ruby=\"text\">b</span></span>c"),
          "<ruby>a<rt>b</rt></ruby>c" },
        { P("", "<span tts:ruby=\"container\"><span tts:ruby=\"baseContainer\"><span "
                "tts:ruby=\"base\">a</span><span tts:ruby=\"base\">c</span></span><span "
                "tts:ruby=\"textContainer\"><span tts:ruby=\"text\">b</span><span "
                "tts:ruby=\"text\">d</span></span></span>"),
          "<ruby>a<rt>b</rt>c<rt>d</rt></ruby>" },
    };
    expect_texts("", "", rows, sizeof rows / sizeof rows[0]);
}

static void ttml_styles_are_found_through_references(void **state)
{
    (void)state;
    static const char head[] =
        TT "><head><styling><initial tts:textDecoration=\"underline\"/>"
           "<style xml:id=\"base\" tts:fontStyle=\"italic\" tts:fontWeight=\"bold\"/>"
           "<style xml:id=\"own\" style=\"base\" tts:fontWeight=\"normal\"/>"
           "<style xml:id=\"plain\" tts:textDecoration=\"none\"/></styling></head>"
           "<body style=\"plain\"><div><p begin=\"1s\" end=\"2s\" style=\"own missing\">x</p>"
           "<p begin=\"3s\" end=\"4s\" tts:textDecoration=\"underline\">y</p></div></body></tt>";
    expect(
        "a.ttml", head,
        "\n00:00:01.000 --> 00:00:02.000\n<i>x</i>\n\n00:00:03.000 --> 00:00:04.000\n<u>y</u>\n");
    expect("a.ttml",
           TT "><head><styling><style xml:id=\"a\" style=\"b\"/><style xml:id=\"b\" style=\"a\"/>"
              "</styling></head><body><div><p style=\"a\" end=\"1s\">x</p></div></body></tt>",
           "!ERR_MALFORMED");
}

static void ttml_regions_become_settings(void **state)
{
    (void)state;
    static const struct {
        const char *region, *settings;
    } rows[] = {
        { "tts:origin=\"10% 80%\" tts:extent=\"80% 20%\" tts:displayAlign=\"after\" "
          "tts:textAlign=\"center\"",
          " size:80%" },
        { "tts:origin=\"10% 5%\" tts:extent=\"80% 20%\" tts:textAlign=\"center\"",
          " line:5% size:80%" },
        { "tts:origin=\"0% 0%\" tts:extent=\"100% 100%\" tts:displayAlign=\"center\" "
          "tts:textAlign=\"right\"",
          " line:50%,center align:right" },
        { "tts:origin=\"10% 10%\" tts:extent=\"50% 20%\" tts:displayAlign=\"after\"",
          " line:30%,end position:10%,line-left size:50% align:start" },
        { "tts:position=\"center top 10%\" tts:extent=\"50% 20%\" tts:textAlign=\"center\"",
          " line:8% size:50%" },
        { "tts:writingMode=\"tbrl\" tts:textAlign=\"center\"", " vertical:rl" },
        { "tts:origin=\"192px 54px\" tts:extent=\"960px 108px\" tts:textAlign=\"end\"",
          " line:5% position:60%,line-right size:50% align:end" },
        { "", "" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char source[1000], cue[200];
        snprintf(source, sizeof source,
                 TT "tts:extent=\"1920px 1080px\"><head><layout><region xml:id=\"r\" %s/></layout>"
                    "</head><body region=\"r\"><div><p end=\"1s\">x</p></div></body></tt>",
                 rows[i].region);
        snprintf(cue, sizeof cue, "\n00:00:00.000 --> 00:00:01.000%s\nx\n", rows[i].settings);
        expect("a.ttml", source, cue);
    }
}

static void old_and_new_kinds_of_ttml_are_read(void **state)
{
    (void)state;
    expect("a.dfxp",
           "<?xml version=\"1.0\"?><tt xmlns=\"http://www.w3.org/2006/10/ttaf1\" "
           "xmlns:tts=\"http://www.w3.org/2006/10/ttaf1#style\"><body><div><p begin=\"1s\" "
           "end=\"2s\" tts:fontSize=\"12\"><span "
           "tts:fontStyle=\"italic\">a</span></p></div></body></tt>",
           "\n00:00:01.000 --> 00:00:02.000\n<i>a</i>\n");
    expect(
        NULL,
        "<isd:isd xmlns:isd=\"http://www.w3.org/ns/ttml#isd\" xmlns=\"http://www.w3.org/ns/ttml\" "
        "begin=\"1s\" "
        "end=\"2s\"><isd:region><body><div><p>a</p></div></body></isd:region></isd:isd>",
        "\n00:00:01.000 --> 00:00:02.000\na\n");
    expect("a.ttml",
           TT "ttp:profile=\"http://www.w3.org/ns/ttml/profile/imsc1/image\"><body/></tt>",
           "!ERR_UNSUPPORTED");
    expect("a.xml",
           TT "xmlns:smpte=\"http://www.smpte-ra.org/schemas/2052-1/2010/smpte-tt\"><body><div "
              "begin=\"1s\" end=\"2s\" smpte:backgroundImage=\"#i\"/></body></tt>",
           "!ERR_UNSUPPORTED");
}

static void xml_that_could_reach_out_is_refused(void **state)
{
    (void)state;
    static const char *const sources[] = {
        "<!DOCTYPE tt SYSTEM \"http://127.0.0.1:1/x.dtd\">" P("", "x"),
        "<!DOCTYPE tt [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>" P("", "&e;"),
        "<!DOCTYPE tt [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>" P("", "&b;"),
        P("", "&undefined;"),
        P("", "<i"),
        "<html><body>x</body></html>",
        "<tt xmlns=\"urn:other\"/>",
    };
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++)
        expect("a.ttml", sources[i], "!ERR_MALFORMED");
}

/* --- encodings --- */

static void expect_encoded(const char *encoding, bool mark, const char *said, const char *text)
{
    char source[4096], bytes[16384];
    snprintf(source, sizeof source, "%s1\n00:00:01,000 --> 00:00:02,000\n%s\n",
             mark ? "\xef\xbb\xbf" : "", text);
    char *in = source, *out = bytes;
    size_t left = strlen(source), room = sizeof bytes;
    iconv_t to = iconv_open(encoding, "UTF-8");
    assert_true(to != (iconv_t)-1);
    assert_int_equal(iconv(to, &in, &left, &out, &room), 0);
    iconv_close(to);
    struct reading r = reading_of("a.srt", bytes, sizeof bytes - room);
    assert_int_equal(r.err, OK);
    assert_int_equal(r.list.n, 1);
    assert_string_equal(r.list.cues[0].text, text);
    assert_string_equal(r.list.encoding, said);
    reading_finish(&r);
}

static void every_usual_encoding_becomes_utf8(void **state)
{
    (void)state;
    static const char french[] = "Où est-elle allée ? Ça n'a pas été très gêné, à la forêt.\n"
                                 "Voilà l'été, mon père s'en était allé là-bas, près du château.";
    static const char russian[] = "Куда она пошла? Это было очень давно, в старом лесу.\n"
                                  "Вот и лето, мой отец ушёл туда, к замку.";
    static const char polish[] = "Dokąd poszła? Było już późno, gdyż źle się czuła.\n"
                                 "Może jutro wróci, żeby wziąć swoją książkę ze stołu.";
    static const char japanese[] =
        "彼女はどこへ行ったのですか。昔の森の中でした。\n父は城の近くへ行きました。";
    static const char chinese[] =
        "她到哪里去了？那是很久以前的事情，在古老的森林里面。\n我的父亲去了城堡附近的地方。";
    static const char taiwanese[] =
        "她到哪裡去了？那是很久以前的事情，在古老的森林裡面。\n我的父親去了城堡附近的地方。";
    static const char korean[] =
        "그녀는 어디로 갔습니까? 오래전 숲에서 있었던 일입니다.\n아버지는 성 근처로 갔습니다.";
    static const struct {
        const char *encoding;
        bool mark;
        const char *said, *text;
    } rows[] = {
        { "UTF-8", false, "UTF-8", french },
        { "UTF-8", true, "UTF-8", french },
        { "UTF-16LE", true, "UTF-16LE", french },
        { "UTF-16BE", true, "UTF-16BE", japanese },
        { "UTF-16LE", false, "UTF-16LE", french },
        { "UTF-16BE", false, "UTF-16BE", russian },
        { "WINDOWS-1252", false, "ISO-8859-1", french },
        { "WINDOWS-1251", false, "WINDOWS-1251", russian },
        { "WINDOWS-1250", false, "WINDOWS-1250", polish },
        { "SHIFT_JIS", false, "SHIFT_JIS", japanese },
        { "GBK", false, "GB18030", chinese },
        { "BIG5", false, "BIG5", taiwanese },
        { "EUC-KR", false, "UHC", korean },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect_encoded(rows[i].encoding, rows[i].mark, rows[i].said, rows[i].text);
}

static void a_mark_without_text_is_no_caption_file(void **state)
{
    static const struct {
        const char *bytes;
        size_t n;
    } rows[] = { { "\xfe\xff", 2 }, { "\xff\xfe", 2 }, { "\xef\xbb\xbf", 3 }, { "", 0 } };
    static const char *const names[] = { NULL, "a.srt", "a.vtt", "a.ttml" };
    (void)state;
    for (size_t i = 0; i < 16; i++) {
        struct reading r = reading_of(names[i % 4], rows[i / 4].bytes, rows[i / 4].n);
        assert_int_not_equal(r.err, OK);
        reading_finish(&r);
    }
}

static void an_xml_declaration_names_the_encoding(void **state)
{
    (void)state;
    expect("a.ttml", "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>" P("", "\xe9t\xe9"),
           "\n00:00:01.000 --> 00:00:02.000\n\xc3\xa9t\xc3\xa9\n");
    expect("a.ttml", "<?xml version='1.0' encoding='no-such-thing'?>" P("", "\xe9t\xe9"),
           "\n00:00:01.000 --> 00:00:02.000\n\xc3\xa9t\xc3\xa9\n");
}

/* --- ceilings --- */

static void repeat(struct buf *b, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++)
        buf_text(b, text);
}

static void expect_err(const struct buf *file, enum err err)
{
    struct reading r = reading_of(NULL, file->data, file->size);
    assert_int_equal(r.err, err);
    reading_finish(&r);
}

static void ceilings_hold(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 64 << 20);
    buf_zero(&b, CAPTION_BYTES_MAX + 1);
    expect_err(&b, ERR_FULL);

    static const struct {
        size_t depth;
        enum err err;
    } rows[] = { { CAPTION_DEPTH_MAX - 4, OK }, { CAPTION_DEPTH_MAX - 3, ERR_FULL } };
    for (size_t i = 0; i < 2; i++) {
        buf_clear(&b);
        buf_text(&b, TT "><body><div><p end=\"1s\">");
        repeat(&b, "<span>", rows[i].depth);
        buf_text(&b, "x");
        repeat(&b, "</span>", rows[i].depth);
        buf_text(&b, "</p></div></body></tt>");
        expect_err(&b, rows[i].err);
    }

    buf_clear(&b);
    buf_text(&b, "WEBVTT\n");
    repeat(&b, "\n00:01.000 --> 00:02.000\nx\n", CAPTION_CUES_MAX);
    expect_err(&b, OK);
    repeat(&b, "\n00:01.000 --> 00:02.000\nx\n", 1);
    expect_err(&b, ERR_FULL);

    buf_clear(&b);
    buf_text(&b, TT "><body>");
    repeat(&b, "<div/>", TTML_NODES_MAX);
    buf_text(&b, "</body></tt>");
    expect_err(&b, ERR_FULL);

    buf_clear(&b);
    buf_text(&b, TT "><body><div><p timeContainer=\"seq\">");
    repeat(&b, "<span dur=\"1s\">x</span>", 2000);
    buf_text(&b, "</p></div></body></tt>");
    expect_err(&b, ERR_FULL);

    buf_clear(&b);
    buf_text(&b, TT);
    for (int i = 0; i < 150; i++)
        buf_printf(&b, "a%d='<' ", i);
    buf_text(&b, "/>");
    expect_err(&b, ERR_FULL);

    buf_clear(&b);
    buf_text(&b, TT "><body>");
    for (int i = 0; i < 2; i++) {
        buf_text(&b, "<div ");
        for (int k = 0; k < 60; k++)
            buf_printf(&b, "xmlns:n%d_%d='u' ", i, k);
        buf_text(&b, ">");
    }
    buf_text(&b, "</div></div></body></tt>");
    expect_err(&b, ERR_FULL);
    buf_finish(&b);
}

static void deep_cue_markup_is_cut_and_closed(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1 << 20);
    buf_text(&b, "WEBVTT\n\n00:01.000 --> 00:02.000\n");
    repeat(&b, "<i>", 1000);
    buf_text(&b, "x");
    struct reading r = reading_of(NULL, b.data, b.size);
    assert_int_equal(r.err, OK);
    check_promises("deep", &r.list);
    assert_int_equal(strlen(r.list.cues[0].text), CAPTION_DEPTH_MAX * 7 + 1);
    reading_finish(&r);
    buf_finish(&b);
}

static void track_samples_are_reduced_and_sorted(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    struct caption_list list;
    struct buf out;
    buf_init(&out, 1 << 16);
    caption_list_init(&list);
    assert_int_equal(caption_list_add(&list, arena, 3000400, 4000600, "<i>b\\Nc", 7), OK);
    assert_int_equal(caption_list_add(&list, arena, 1000000, 2000000, "{\\an8}a\xff", 8), OK);
    assert_int_equal(caption_list_add(&list, arena, 5000000, 5000000, "zero", 4), OK);
    assert_int_equal(caption_list_add(&list, arena, 6000000, 5000000, "back", 4), OK);
    assert_int_equal(caption_list_add(&list, arena, 6000000, 7000000, " \n ", 3), OK);
    caption_list_sort(&list);
    caption_write_webvtt(&list, &out);
    assert_string_equal(buf_string(&out), "WEBVTT\n\n00:00:01.000 --> 00:00:02.000 line:0\n"
                                          "a\xef\xbf\xbd\n\n00:00:03.000 --> 00:00:04.001\n"
                                          "<i>b\nc</i>\n");
    buf_finish(&out);
    arena_destroy(&arena);
}

static void a_refusal_says_the_line_and_what_is_wrong(void **state)
{
    (void)state;
    static const char source[] = TT ">\n<body>\n<div tts:textAlign=\"middle\"/></body></tt>";
    struct reading r = reading_of("a.ttml", source, strlen(source));
    assert_int_equal(r.err, ERR_MALFORMED);
    assert_int_equal(r.why.line, 3);
    assert_string_equal(r.why.text, "textAlign=\"middle\" is not a value of it");
    reading_finish(&r);
    r = reading_of("a.ass", "[Script Info]\n", 14);
    assert_int_equal(r.err, ERR_UNSUPPORTED);
    assert_non_null(strstr(r.why.text, "ASS"));
    reading_finish(&r);
}

static void every_attribute_is_found_by_its_name(void **state)
{
    (void)state;
    for (int i = 0; i < TTML_ATTR_COUNT; i++) {
        assert_int_equal(ttml_attr_of(ttml_rules[i].ns, ttml_rules[i].name), i);
        (void)ttml_value_is_good((enum ttml_attr)i, "1px"); /* no kind is missing */
    }
    assert_int_equal(ttml_attr_of(NS_TTS, "begin"), TTML_ATTR_COUNT);
    assert_int_equal(ttml_attr_of(NS_TT, "zzz"), TTML_ATTR_COUNT);
}

static void values_of_attributes_follow_their_grammar(void **state)
{
    (void)state;
    static const struct {
        enum ttml_attr attr;
        const char *good, *bad; /* lists, a | between */
    } rows[] = {
        { ATTR_TTS_color, "red|#00ff00|#00FF0080|rgb(1,2,3)|rgba( 1 , 2,3,4)",
          "| red|pink|#fff|#00000g|rgb(1,2)|rgb(1,2,3|rgb(256,0,0)|rgba(1,2,3)" },
        { ATTR_TTS_extent, "auto|10% 20px|1c auto|100rw 50rh",
          "|10%|-1% 2%|1% 2|1%, 2%|1smoot 1px" },
        { ATTR_TTS_origin, "auto|0% 0%|-1px .5em", "1px|auto auto|x y" },
        { ATTR_TTS_padding, "1px|1px 2%|1px 2px 3px|1px 2px 3px 4px",
          "|1px 2px 3px 4px 5px|-1px|1" },
        { ATTR_TTS_position,
          "center|left|25%|top|25% 75%|left 10%|center bottom|bottom left|top 10% left 5%|"
          "right 1px center|center top 1px",
          "|up|50% left|top 50%|left left|left 1px right 1px|top 1px bottom 1px|center 1px top 1px|"
          "left 1px top 1px 1px|1x" },
        { ATTR_TTS_border, "none|2px solid red|red|thin dotted rgba(0, 0, 0, 255) radii(1px, 2px)",
          "|none none|1px 2px|radii()|radii(1px,2px,3px)|radii(-1px)|odd" },
        { ATTR_TTS_textDecoration, "none|underline|underline overline noLineThrough",
          "|under|underline underline|none underline" },
        { ATTR_TTS_fontVariant, "normal|super ruby half", "sup|super sub|normal super" },
        { ATTR_TTS_textEmphasis, "none|auto red before|filled dot|'x' after|current outside",
          "|auto current|filled filled|none auto" },
        { ATTR_TTS_textShadow, "none|1px 1px|1px -1px 2px red, 1px 1px blue",
          "|1px|red 1px 1px|1px 1px -1px|1px 1px 1px 1px" },
        { ATTR_TTS_textOutline, "none|1px|red 1px 2px", "red|1px red|red -1px" },
        { ATTR_TTS_fontFamily, "serif|a b, \"c, d\"", "|a,,b" },
        { ATTR_TTS_shear, "10%|-10.5%", "|10|1.%|x" },
        { ATTR_TTS_luminanceGain, "1|.5", "-1|+1|1." },
        { ATTR_TTS_zIndex, "auto|-3|+4", "|x|1.5" },
        { ATTR_TTA_pitch, "0|+10%|low|200Hz", "|unknown|1x" },
        { ATTR_TTP_frameRateMultiplier, "1000 1001|1000:1001", "0 1|1|1:0" },
        { ATTR_TTP_contentProfiles, "a b|all(a b)|any(a)", "|a a|all()|some(a)|any(a|a : b" },
        { ATTR_TT_range, "U+20|U+0-7F, u+4??", "U+|U+1234567|U+??????|20|U+0-1234567" },
        { ATTR_TT_repeatCount, "indefinite|0|1.5", "-1|-0|x" },
        { ATTR_TT_version, "2|3", "1|+2|" },
        { ATTR_TT_designator, "a|http://b/c", "|#here" },
        { ATTR_XML_base, "|a", " |\t " },
        { ATTR_TT_begin,
          "1s|1.5ms|2h|3m|4f|5t|00:00:00|100:59:59.123|00:00:00:12|00:00:00:12.1|indefinite|"
          "wallclock(23:59)|wallclock(1970-01-31)|wallclock( 1970-01-31T23:59:60 )",
          "|1|s|1.s|00:00|00:60:00|0:0:0|00:00:00.|00:00:00:|-1s|wallclock(24:00)|wallclock(12)|"
          "wallclock(1970-13-01)|wallclock(23:59:60.5)|wallclock(23:59" },
        { ATTR_TT_condition,
          "true|!false|1 == 1.0|'a' != 'b'|(1 + 2) * 3 >= 9 && 1 < 2 || false|7 % 4 - 1 <= 2|"
          "parameter('forced')|media( \"x\" )|supports('#y')|-1e2 < 1.5E-3|+.5 > -1/2",
          "|1 ==|(1|'a|a|media()|media('')|parameter('x')|1 + 'a'|1 < true|1 / 0|1 "
          "2|.|1e|media('x'" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *const lists[] = { rows[i].bad, rows[i].good };
        for (int good = 0; good < 2; good++) {
            char *copy = strdup(lists[good]), *at = copy;
            assert_non_null(copy);
            for (char *next; at != NULL; at = next) {
                next = strchr(at, '|');
                while (next != NULL && next[1] == '|') /* || is no end: it is an or */
                    next = strchr(next + 2, '|');
                if (next != NULL)
                    *next++ = 0;
                if (ttml_value_is_good(rows[i].attr, at) != (good == 1))
                    fail_msg("%s=\"%s\"", ttml_rules[rows[i].attr].name, at);
            }
            free(copy);
        }
    }
}

static void conditions_come_to_what_they_say(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool holds;
    } rows[] = {
        { "true", true },
        { "!true", false },
        { "!!true", true },
        { "1 + 2 * 3 == 7", true },
        { "(1 + 2) * 3 == 9", true },
        { "7 % 4 == 3", true },
        { "1 - 2 < 0", true },
        { "2 <= 1", false },
        { "2 >= 2 && 3 > 4", false },
        { "false || 1 != 2", true },
        { "'a' == \"a\"", true },
        { "'a' == 'b'", false },
        { "'a' == 1", false },
        { "parameter('forced')", false },
        { "media('(color)')", true },
        { "parameter('mediaAspectRatio') == 16/9", true },
        { "1.5e1 == 15", true },
        { "15e-1 == 1.5", true },
        { "-1 < 1", true },
        { "''", false },
        { "'x'", true },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool holds = !rows[i].holds;
        assert_true(ttml_condition(span_of(rows[i].text, strlen(rows[i].text)), &holds));
        assert_int_equal(holds, rows[i].holds);
    }
}

static void ttml_that_breaks_a_rule_of_its_elements_is_refused(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "<body><div><region/><region/></div></body>",
        "<body><div><region begin=\"0s\"/></div></body>",
        "<body><div><p><span><region/></span></p></div></body>",
        "<head><resources><data>QQ==</data></resources></head>",
        "<head><resources><data type=\"a/b\">Q!</data></resources></head>",
        "<head><resources><data type=\"a/b\"><chunk "
        "condition=\"true\">QQ==</chunk></data></resources></head>",
        "<head><resources><data type=\"a/b\" src=\"#x\"/></resources></head>",
        "<head><resources><font src=\"a\" family=\"serif\"/></resources></head>",
        "<head><animation><set tts:ruby=\"text\"/></animation></head>",
        "<head><animation><animate tts:color=\"red;mauve\"/></animation></head>",
        "<head><animation><animate tts:fontFamily=\"a;b\"/></animation></head>",
        "<head><styling><style tts:backgroundImage=\"#gone\"/></styling></head>",
        "<head><metadata><m:item xmlns:m=\"http://www.w3.org/ns/ttml#metadata\" "
        "name=\"\"/></metadata></head>",
        "<head><metadata><m:item xmlns:m=\"http://www.w3.org/ns/ttml#metadata\" "
        "name=\"q:x\"/></metadata></head>",
        "<body><div><p><span xlink:href=\"a\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">"
        "<span xlink:href=\"b\"/></span></p></div></body>",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        char source[1000];
        snprintf(source, sizeof source, TT ">%s</tt>", bodies[i]);
        expect("a.ttml", source, "!ERR_MALFORMED");
        snprintf(source, sizeof source, TT "ttp:validation=\"prohibited\">%s</tt>", bodies[i]);
        expect("a.ttml", source, "");
    }
    expect("a.ttml", TT "tts:extent=\"10rw 10rh\"/>", "!ERR_MALFORMED");
}

/* tests/data/caption: each delivery beside what must come of it. */
static void deliveries_become_what_stands_beside_them(void **state)
{
    (void)state;
    static const char *const names[] = { "imsc-text.ttml", "ebu-tt-d.xml", "smpte-tt.xml",
                                         "messy-latin1.srt", "styled.vtt" };
    const char *folder = getenv("LANTERNE_TEST_DATA");
    assert_non_null(folder);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[4096], beside[4200];
        size_t n, expected_size;
        snprintf(path, sizeof path, "%s/caption/%s", folder, names[i]);
        snprintf(beside, sizeof beside, "%s.expected", path);
        char *bytes = corpus_load(path, &n), *expected = corpus_load(beside, &expected_size);
        assert_non_null(bytes);
        assert_non_null(expected);
        char *text = written(names[i], bytes, n);
        assert_string_equal(text, expected + strlen("WEBVTT\n"));
        free(text);
        free(bytes);
        free(expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(srt_is_read_with_the_faults_that_deliveries_have),
        cmocka_unit_test(srt_markup_is_kept_dropped_or_closed),
        cmocka_unit_test(places_of_ass_become_settings),
        cmocka_unit_test(webvtt_text_is_rebuilt_from_the_list_of_tags),
        cmocka_unit_test(webvtt_settings_are_read_and_styles_left_out),
        cmocka_unit_test(ttml_times_are_counted_as_the_standard_says),
        cmocka_unit_test(ttml_times_nest_in_par_and_seq),
        cmocka_unit_test(ttml_text_has_its_looks_and_its_space),
        cmocka_unit_test(ttml_styles_are_found_through_references),
        cmocka_unit_test(ttml_regions_become_settings),
        cmocka_unit_test(old_and_new_kinds_of_ttml_are_read),
        cmocka_unit_test(xml_that_could_reach_out_is_refused),
        cmocka_unit_test(every_usual_encoding_becomes_utf8),
        cmocka_unit_test(a_mark_without_text_is_no_caption_file),
        cmocka_unit_test(an_xml_declaration_names_the_encoding),
        cmocka_unit_test(ceilings_hold),
        cmocka_unit_test(deep_cue_markup_is_cut_and_closed),
        cmocka_unit_test(track_samples_are_reduced_and_sorted),
        cmocka_unit_test(a_refusal_says_the_line_and_what_is_wrong),
        cmocka_unit_test(every_attribute_is_found_by_its_name),
        cmocka_unit_test(values_of_attributes_follow_their_grammar),
        cmocka_unit_test(conditions_come_to_what_they_say),
        cmocka_unit_test(ttml_that_breaks_a_rule_of_its_elements_is_refused),
        cmocka_unit_test(deliveries_become_what_stands_beside_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
