#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../show.h"
#include "format/dash/mpd.h"

extern char **environ;

enum { ROOM = 1024 * 1024 };

/* Read through by hand against ISO/IEC 23009-1 and found valid against its schema. */
static const char mpd_text[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" "
    "profiles=\"urn:mpeg:dash:profile:isoff-live:2011,urn:mpeg:dash:profile:cmaf:2019\" "
    "type=\"static\" mediaPresentationDuration=\"PT9.009S\" maxSegmentDuration=\"PT4.011S\" "
    "minBufferTime=\"PT4.011S\">\n"
    "  <Period id=\"1\" start=\"PT0S\">\n"
    "    <AdaptationSet id=\"1\" contentType=\"video\" mimeType=\"video/mp4\" "
    "segmentAlignment=\"true\" startWithSAP=\"1\" maxWidth=\"1920\" maxHeight=\"1080\" "
    "maxFrameRate=\"24000/1001\" par=\"16:9\">\n"
    "      <SupplementalProperty schemeIdUri=\"urn:mpeg:mpegB:cicp:ColourPrimaries\" "
    "value=\"1\"/>\n"
    "      <SupplementalProperty schemeIdUri=\"urn:mpeg:mpegB:cicp:TransferCharacteristics\" "
    "value=\"1\"/>\n"
    "      <SupplementalProperty schemeIdUri=\"urn:mpeg:mpegB:cicp:MatrixCoefficients\" "
    "value=\"1\"/>\n"
    "      <Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"main\"/>\n"
    "      <SegmentTemplate timescale=\"24000\" startNumber=\"1\" "
    "initialization=\"$RepresentationID$/init.mp4\" media=\"$RepresentationID$/$Number$.m4s\">\n"
    "        <SegmentTimeline>\n"
    "          <S t=\"0\" d=\"96096\" r=\"1\"/>\n"
    "          <S d=\"24024\"/>\n"
    "        </SegmentTimeline>\n"
    "      </SegmentTemplate>\n"
    "      <Representation id=\"v360\" bandwidth=\"743257\" codecs=\"avc1.64001f\" width=\"640\" "
    "height=\"360\" frameRate=\"24000/1001\" sar=\"1:1\"/>\n"
    "      <Representation id=\"v720\" bandwidth=\"2477523\" codecs=\"avc1.64001f\" width=\"1280\" "
    "height=\"720\" frameRate=\"24000/1001\" sar=\"1:1\"/>\n"
    "      <Representation id=\"v1080\" bandwidth=\"6193807\" codecs=\"avc1.640028\" "
    "width=\"1920\" height=\"1080\" frameRate=\"24000/1001\" sar=\"1:1\"/>\n"
    "    </AdaptationSet>\n"
    "    <AdaptationSet id=\"2\" contentType=\"audio\" mimeType=\"audio/mp4\" lang=\"fr\" "
    "segmentAlignment=\"true\" startWithSAP=\"1\">\n"
    "      <AudioChannelConfiguration "
    "schemeIdUri=\"urn:mpeg:dash:23003:3:audio_channel_configuration:2011\" value=\"2\"/>\n"
    "      <Label>Français</Label>\n"
    "      <Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"main\"/>\n"
    "      <SegmentTemplate timescale=\"48000\" startNumber=\"1\" "
    "initialization=\"$RepresentationID$/init.mp4\" media=\"$RepresentationID$/$Number$.m4s\">\n"
    "        <SegmentTimeline>\n"
    "          <S t=\"0\" d=\"192512\" r=\"1\"/>\n"
    "          <S d=\"47860\"/>\n"
    "        </SegmentTimeline>\n"
    "      </SegmentTemplate>\n"
    "      <Representation id=\"a-fr-2\" bandwidth=\"158475\" codecs=\"mp4a.40.2\" "
    "audioSamplingRate=\"48000\"/>\n"
    "    </AdaptationSet>\n"
    "    <AdaptationSet id=\"3\" contentType=\"audio\" mimeType=\"audio/mp4\" lang=\"fr\" "
    "segmentAlignment=\"true\" startWithSAP=\"1\">\n"
    "      <AudioChannelConfiguration "
    "schemeIdUri=\"urn:mpeg:dash:23003:3:audio_channel_configuration:2011\" value=\"6\"/>\n"
    "      <Label>Français 5.1</Label>\n"
    "      <Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"main\"/>\n"
    "      <SegmentTemplate timescale=\"48000\" startNumber=\"1\" "
    "initialization=\"$RepresentationID$/init.mp4\" media=\"$RepresentationID$/$Number$.m4s\">\n"
    "        <SegmentTimeline>\n"
    "          <S t=\"0\" d=\"192512\" r=\"1\"/>\n"
    "          <S d=\"47860\"/>\n"
    "        </SegmentTimeline>\n"
    "      </SegmentTemplate>\n"
    "      <Representation id=\"a-fr-6\" bandwidth=\"475424\" codecs=\"mp4a.40.2\" "
    "audioSamplingRate=\"48000\"/>\n"
    "    </AdaptationSet>\n"
    "    <AdaptationSet id=\"4\" contentType=\"audio\" mimeType=\"audio/mp4\" lang=\"en\" "
    "segmentAlignment=\"true\" startWithSAP=\"1\">\n"
    "      <AudioChannelConfiguration "
    "schemeIdUri=\"urn:mpeg:dash:23003:3:audio_channel_configuration:2011\" value=\"2\"/>\n"
    "      <Label>English</Label>\n"
    "      <Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"alternate\"/>\n"
    "      <SegmentTemplate timescale=\"48000\" startNumber=\"1\" "
    "initialization=\"$RepresentationID$/init.mp4\" media=\"$RepresentationID$/$Number$.m4s\">\n"
    "        <SegmentTimeline>\n"
    "          <S t=\"0\" d=\"192512\" r=\"1\"/>\n"
    "          <S d=\"47860\"/>\n"
    "        </SegmentTimeline>\n"
    "      </SegmentTemplate>\n"
    "      <Representation id=\"a-en-2\" bandwidth=\"158475\" codecs=\"mp4a.40.2\" "
    "audioSamplingRate=\"48000\"/>\n"
    "    </AdaptationSet>\n"
    "    <AdaptationSet id=\"5\" contentType=\"audio\" mimeType=\"audio/mp4\" lang=\"fr\" "
    "segmentAlignment=\"true\" startWithSAP=\"1\">\n"
    "      <AudioChannelConfiguration "
    "schemeIdUri=\"urn:mpeg:dash:23003:3:audio_channel_configuration:2011\" value=\"2\"/>\n"
    "      <Label>Français (audiodescription)</Label>\n"
    "      <Accessibility schemeIdUri=\"urn:tva:metadata:cs:AudioPurposeCS:2007\" value=\"1\"/>\n"
    "      <Accessibility schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"description\"/>\n"
    "      <Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"alternate\"/>\n"
    "      <Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"description\"/>\n"
    "      <SegmentTemplate timescale=\"48000\" startNumber=\"1\" "
    "initialization=\"$RepresentationID$/init.mp4\" media=\"$RepresentationID$/$Number$.m4s\">\n"
    "        <SegmentTimeline>\n"
    "          <S t=\"0\" d=\"192512\" r=\"1\"/>\n"
    "          <S d=\"47860\"/>\n"
    "        </SegmentTimeline>\n"
    "      </SegmentTemplate>\n"
    "      <Representation id=\"a-fr-ad\" bandwidth=\"158475\" codecs=\"mp4a.40.2\" "
    "audioSamplingRate=\"48000\"/>\n"
    "    </AdaptationSet>\n"
    "    <AdaptationSet id=\"6\" contentType=\"text\" mimeType=\"text/vtt\" lang=\"fr\">\n"
    "      <Label>Français</Label>\n"
    "      <Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"subtitle\"/>\n"
    "      <Representation id=\"c-fr\" bandwidth=\"256\">\n"
    "        <BaseURL>c-fr.vtt</BaseURL>\n"
    "      </Representation>\n"
    "    </AdaptationSet>\n"
    "    <AdaptationSet id=\"7\" contentType=\"text\" mimeType=\"text/vtt\" lang=\"fr\">\n"
    "      <Label>Français (sourds et malentendants)</Label>\n"
    "      <Accessibility schemeIdUri=\"urn:tva:metadata:cs:AudioPurposeCS:2007\" value=\"2\"/>\n"
    "      <Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"caption\"/>\n"
    "      <Representation id=\"c-fr-sdh\" bandwidth=\"256\">\n"
    "        <BaseURL>c-fr-sdh.vtt</BaseURL>\n"
    "      </Representation>\n"
    "    </AdaptationSet>\n"
    "    <AdaptationSet id=\"8\" contentType=\"text\" mimeType=\"text/vtt\" lang=\"en\">\n"
    "      <Label>English &lt;forced&gt; &amp; &quot;quoted&quot;\n"
    "</Label>\n"
    "      <Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"forced-subtitle\"/>\n"
    "      <Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"main\"/>\n"
    "      <Representation id=\"c-en-forced\" bandwidth=\"256\">\n"
    "        <BaseURL>c-en-forced.vtt</BaseURL>\n"
    "      </Representation>\n"
    "    </AdaptationSet>\n"
    "    <AdaptationSet id=\"9\" contentType=\"image\" mimeType=\"image/jpeg\">\n"
    "      <SegmentTemplate timescale=\"24000\" duration=\"120120\" startNumber=\"1\" "
    "media=\"$RepresentationID$/$Number$.jpg\"/>\n"
    "      <Representation id=\"tiles\" bandwidth=\"9000\" width=\"1600\" height=\"180\">\n"
    "        <EssentialProperty "
    "schemeIdUri=\"http://dashif.org/guidelines/thumbnail_tile\" value=\"5x1\"/>\n"
    "      </Representation>\n"
    "    </AdaptationSet>\n"
    "  </Period>\n"
    "</MPD>\n";

static struct buf mpd_of(const struct show *s)
{
    struct buf b;
    buf_init(&b, ROOM);
    assert_int_equal(dash_mpd(&s->presentation, &b), OK);
    return b;
}

static size_t count(const char *text, const char *what)
{
    size_t n = 0;
    for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what))
        n++;
    return n;
}

static void a_presentation_is_written_as_its_mpd(void **state)
{
    (void)state;
    struct show s;
    show_make(&s);
    struct buf b = mpd_of(&s);
    assert_string_equal(buf_string(&b), mpd_text);
    buf_finish(&b);
}

static void pictures_cut_at_the_same_times_share_one_timeline(void **state)
{
    (void)state;
    struct show s;
    show_make(&s);
    struct buf b = mpd_of(&s);
    assert_int_equal(count(buf_string(&b), "<SegmentTimeline>"), 5);
    buf_finish(&b);
    s.entries[1][3].duration -= 1;
    s.entries[1][4].start -= 1;
    s.entries[1][4].duration += 1;
    b = mpd_of(&s);
    assert_int_equal(count(buf_string(&b), "<SegmentTimeline>"), 7);
    assert_int_equal(count(buf_string(&b), "segmentAlignment=\"false\""), 1);
    assert_int_equal(count(buf_string(&b), "segmentAlignment=\"true\""), 4);
    buf_finish(&b);
    show_make(&s);
    for (size_t i = 0; i < SHOW_FRAGMENTS; i++) /* the same lengths, a second later */
        s.entries[2][i].start += 24000;
    b = mpd_of(&s);
    assert_int_equal(count(buf_string(&b), "segmentAlignment=\"false\""), 1);
    buf_finish(&b);
}

static void runs_of_one_length_are_said_once(void **state)
{
    (void)state;
    static const struct {
        uint32_t durations[SHOW_FRAGMENTS];
        const char *timeline;
    } rows[] = {
        { { 10, 10, 10, 10, 10 }, "<S t=\"0\" d=\"10\" r=\"4\"/>" },
        { { 10, 10, 10, 10, 4 }, "<S t=\"0\" d=\"10\" r=\"3\"/><S d=\"4\"/>" },
        { { 1, 2, 3, 4, 5 },
          "<S t=\"0\" d=\"1\"/><S d=\"2\"/><S d=\"3\"/><S d=\"4\"/><S d=\"5\"/>" },
        { { 2, 2, 3, 2, 2 }, "<S t=\"0\" d=\"2\" r=\"1\"/><S d=\"3\"/><S d=\"2\" r=\"1\"/>" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct show s;
        char flat[4096];
        size_t n = 0;
        uint64_t start = 0;
        show_make(&s);
        for (size_t k = 0; k < SHOW_FRAGMENTS; k++) {
            s.entries[0][k].start = start;
            s.entries[0][k].duration = rows[i].durations[k];
            start += rows[i].durations[k];
        }
        s.presentation.n_renditions = 1;
        s.presentation.per_segment = 1;
        struct buf b = mpd_of(&s);
        for (const char *at = strstr(buf_string(&b), "<SegmentTimeline>") + 17; *at != 0; at++) {
            if (*at != '\n' && (*at != ' ' || at[-1] == '"' || at[-1] == 'S'))
                flat[n++] = *at;
        }
        flat[n] = 0;
        assert_memory_equal(flat, rows[i].timeline, strlen(rows[i].timeline));
        assert_memory_equal(flat + strlen(rows[i].timeline), "</SegmentTimeline>", 18);
        buf_finish(&b);
    }
}

static void a_track_that_begins_later_is_moved_to_the_start_of_the_period(void **state)
{
    (void)state;
    struct show s;
    show_make(&s);
    for (size_t i = 0; i < SHOW_FRAGMENTS; i++)
        s.entries[5][i].start += 96000;
    struct buf b = mpd_of(&s);
    assert_int_equal(count(buf_string(&b), "presentationTimeOffset"), 1);
    assert_int_equal(count(buf_string(&b), " presentationTimeOffset=\"96000\" startNumber"), 1);
    assert_int_equal(count(buf_string(&b), "<S t=\"96000\" d="), 1);
    buf_finish(&b);
}

static void a_set_is_what_a_player_may_switch_in(void **state)
{
    (void)state;
    struct show s;
    show_make(&s);
    s.renditions[6] = s.renditions[5]; /* the same in another rate */
    s.renditions[6].name = "a-en-2-low";
    s.indexes[6] = s.indexes[5];
    s.renditions[6].index = &s.indexes[6];
    struct buf b = mpd_of(&s);
    assert_int_equal(count(buf_string(&b), "contentType=\"audio\""), 3);
    assert_int_equal(count(buf_string(&b), "contentType=\"video\""), 1);
    buf_finish(&b);
    s.renditions[6].label = "Commentary";
    b = mpd_of(&s);
    assert_int_equal(count(buf_string(&b), "contentType=\"audio\""), 4);
    buf_finish(&b);
    s.renditions[6].label = s.renditions[5].label;
    memcpy(s.indexes[6].codec, "mp4a.40.5", 10);
    b = mpd_of(&s);
    assert_int_equal(count(buf_string(&b), "contentType=\"audio\""), 4);
    buf_finish(&b);
}

static void the_language_that_plays_by_itself_is_main(void **state)
{
    (void)state;
    static const struct {
        bool is_default[4]; /* fr 2, fr 6, en 2, fr description */
        const char *roles;  /* m(ain) or a(lternate), in this order */
    } rows[] = {
        { { false, false, false, false }, "mmaa" },
        { { true, true, false, false }, "mmaa" },
        { { false, false, true, false }, "aama" },
        { { false, false, false, true }, "aaam" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct show s;
        show_make(&s);
        for (size_t k = 0; k < 4; k++)
            s.renditions[3 + k].is_default = rows[i].is_default[k];
        struct buf b = mpd_of(&s);
        const char *at = buf_string(&b);
        for (size_t k = 0; k < 4; k++) {
            at = strstr(at + 1, "contentType=\"audio\"");
            assert_int_equal(strstr(at, "Role schemeIdUri")[50], rows[i].roles[k]);
        }
        buf_finish(&b);
    }
}

static void what_is_not_known_is_not_said(void **state)
{
    (void)state;
    struct show s;
    show_make(&s);
    for (size_t i = 0; i < 3; i++) {
        s.indexes[i].frame_num = s.indexes[i].frame_den = 0;
        s.indexes[i].primaries = s.indexes[i].transfer = s.indexes[i].matrix = 2;
        s.indexes[i].par_num = s.indexes[i].par_den = 0;
    }
    memcpy(s.indexes[3].language, "und", 4);
    s.renditions[3].label = NULL;
    s.captions[0].label = "";
    s.captions[0].language = "not a \"language\"";
    s.presentation.tiles.name = NULL;
    struct buf b = mpd_of(&s);
    const char *text = buf_string(&b);
    assert_int_equal(count(text, "rameRate"), 0);
    assert_int_equal(count(text, "cicp"), 0);
    assert_int_equal(count(text, "und"), 0);
    assert_int_equal(count(text, "not a"), 0);
    assert_int_equal(count(text, "image"), 0);
    assert_int_equal(count(text, "<Label>"), 5);
    assert_int_equal(count(text, "sar=\"1:1\""), 3);
    buf_finish(&b);
}

static void colours_that_differ_are_not_said_of_the_set(void **state)
{
    (void)state;
    struct show s;
    show_make(&s);
    s.indexes[2].transfer = 16;
    struct buf b = mpd_of(&s);
    assert_int_equal(count(buf_string(&b), "cicp"), 0);
    buf_finish(&b);
}

static void pixels_that_are_not_square_have_a_shape(void **state)
{
    (void)state;
    struct show s;
    show_make(&s);
    s.presentation.n_renditions = 1;
    s.indexes[0].width = 720;
    s.indexes[0].height = 576;
    s.indexes[0].par_num = 128;
    s.indexes[0].par_den = 90;
    s.indexes[0].frame_num = 25;
    s.indexes[0].frame_den = 1;
    struct buf b = mpd_of(&s);
    assert_int_equal(count(buf_string(&b), "par=\"16:9\""), 1);
    assert_int_equal(count(buf_string(&b), "sar=\"64:45\""), 1);
    assert_int_equal(count(buf_string(&b), "width=\"720\" height=\"576\" frameRate=\"25\""), 1);
    buf_finish(&b);
}

/* Runs xmllint over the MPD; false when it is not installed. */
static bool lint(const struct buf *b, const char *schema, int *status)
{
    char path[] = "/tmp/lanterne-mpd-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, b->data, b->size), (ssize_t)b->size);
    close(fd);
    char *plain[] = { "xmllint", "--nonet", "--noout", path, NULL };
    char *with[] = { "xmllint", "--nonet", "--noout", "--schema", (char *)(uintptr_t)schema,
                     path,      NULL };
    pid_t pid = 0;
    bool ran =
        posix_spawnp(&pid, "xmllint", NULL, NULL, schema == NULL ? plain : with, environ) == 0;
    if (ran)
        assert_int_equal(waitpid(pid, status, 0), pid);
    unlink(path);
    return ran;
}

static void labels_of_any_kind_leave_the_mpd_well_formed(void **state)
{
    (void)state;
    static const char *const labels[] = { "a<b>&\"'", "]]>",  "\x01\x02", "\xff\xfe",
                                          "日本語\n", "<!--", "&#0;" };
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        struct show s;
        int status = 0;
        show_make(&s);
        s.renditions[3].label = labels[i];
        s.captions[0].label = labels[i];
        struct buf b = mpd_of(&s);
        if (lint(&b, NULL, &status))
            assert_int_equal(status, 0);
        else
            print_message("skipped: xmllint is not installed\n");
        buf_finish(&b);
    }
}

static void the_mpd_follows_the_schema(void **state)
{
    (void)state;
    const char *shared = getenv("LANTERNE_SHARED");
    char schema[512] = "";
    if (shared != NULL)
        snprintf(schema, sizeof schema, "%s/corpora/dash-schema/DASH-MPD.xsd", shared);
    if (access(schema, R_OK) != 0) {
        print_message("skipped: no schema at %s\n", schema);
        return;
    }
    struct show s;
    int status = 0;
    show_make(&s);
    struct buf b = mpd_of(&s);
    if (lint(&b, schema, &status))
        assert_int_equal(status, 0);
    buf_finish(&b);
}

static void a_presentation_that_cannot_be_shown_is_refused(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct show s;
        struct buf b;
        show_make(&s);
        if (i == 0)
            s.presentation.n_renditions = 0;
        else if (i == 1)
            s.renditions[2].name = "v\"1080";
        else if (i == 2)
            s.captions[2].name = "a<b";
        else
            s.presentation.tiles.timescale = 0;
        buf_init(&b, ROOM);
        buf_text(&b, "before");
        assert_int_equal(dash_mpd(&s.presentation, &b), ERR_ARGUMENT);
        assert_int_equal(b.size, 6);
        assert_int_equal(b.err, OK);
        buf_finish(&b);
    }
}

static void an_mpd_that_meets_the_ceiling_leaves_the_buffer_as_it_was(void **state)
{
    (void)state;
    struct show s;
    enum err err = ERR_FULL;
    show_make(&s);
    for (size_t ceiling = 6; err != OK; ceiling += 11) {
        struct buf b;
        buf_init(&b, ceiling);
        buf_text(&b, "before");
        err = dash_mpd(&s.presentation, &b);
        assert_true(err == OK || (err == ERR_FULL && b.size == 6));
        assert_int_equal(b.err, OK);
        buf_finish(&b);
    }
    struct buf failed;
    buf_init(&failed, 1);
    buf_text(&failed, "too long");
    assert_int_equal(dash_mpd(&s.presentation, &failed), ERR_FULL);
    assert_int_equal(failed.err, ERR_FULL);
    buf_finish(&failed);
}

static const struct presentation_protection protection = { .licence = "/licence/a&b" };

static void each_key_of_the_pictures_has_a_set_that_names_the_others(void **state)
{
    (void)state;
    struct show s;
    show_make(&s);
    show_protect(&s, &protection);
    struct buf b = mpd_of(&s);
    const char *text = buf_string(&b);
    static const char scheme[] = "adaptation-set-switching:2016\" value=\"";
    const char *first = strstr(text, scheme), *second = strstr(first + 1, scheme);
    assert_memory_equal(first + strlen(scheme), "2\"/>", 4);
    assert_memory_equal(second + strlen(scheme), "1\"/>", 4);
    assert_null(strstr(second + 1, scheme));
    assert_true(strstr(text, "id=\"v360\"") < second);
    assert_true(strstr(text, "id=\"v720\"") > second);
    assert_int_equal(count(text, "<AdaptationSet"), 2 + 4 + 3 + 1);
    buf_finish(&b);
    /* where pieces differ there is no switching */
    s.entries[0][0].duration++;
    s.entries[0][1].start++;
    s.entries[0][1].duration--;
    b = mpd_of(&s);
    assert_null(strstr(buf_string(&b), scheme));
    buf_finish(&b);
}

static void every_protected_set_says_its_key_and_where_to_ask_for_it(void **state)
{
    (void)state;
    static const char expected[] =
        "      <ContentProtection schemeIdUri=\"urn:mpeg:dash:mp4protection:2011\" value=\"cbcs\""
        " cenc:default_KID=\"11111111-1111-1111-1111-111111111111\"/>\n"
        "      <ContentProtection schemeIdUri=\"urn:uuid:e2719d58-a985-b3c9-781a-b030af78d30e\""
        " value=\"ClearKey1.0\">\n"
        "        <dashif:Laurl xmlns:dashif=\"https://dashif.org/CPS\">/licence/a&amp;b"
        "</dashif:Laurl>\n      </ContentProtection>\n";
    struct show s;
    int status = 0;
    show_make(&s);
    show_protect(&s, &protection);
    struct buf b = mpd_of(&s);
    assert_non_null(strstr(buf_string(&b), expected));
    assert_non_null(strstr(buf_string(&b), " xmlns:cenc=\"urn:mpeg:cenc:2013\">"));
    assert_int_equal(count(buf_string(&b), "mp4protection"), 6);
    assert_int_equal(count(buf_string(&b), "aaaaaaaa-aaaa"), 4);
    if (lint(&b, NULL, &status))
        assert_int_equal(status, 0);
    buf_finish(&b);
    s.indexes[1].scheme = CMAF_CENC;
    s.indexes[2].scheme = CMAF_CLEAR; /* beside the others */
    b = mpd_of(&s);
    assert_int_equal(count(buf_string(&b), "mp4protection"), 6);
    assert_int_equal(count(buf_string(&b), "value=\"cenc\""), 1);
    buf_finish(&b);
    s.presentation.protection = NULL;
    b = mpd_of(&s);
    assert_int_equal(count(buf_string(&b), "ContentProtection"), 0);
    assert_int_equal(count(buf_string(&b), "cenc:"), 0);
    buf_finish(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_presentation_is_written_as_its_mpd),
        cmocka_unit_test(pictures_cut_at_the_same_times_share_one_timeline),
        cmocka_unit_test(runs_of_one_length_are_said_once),
        cmocka_unit_test(a_track_that_begins_later_is_moved_to_the_start_of_the_period),
        cmocka_unit_test(a_set_is_what_a_player_may_switch_in),
        cmocka_unit_test(the_language_that_plays_by_itself_is_main),
        cmocka_unit_test(what_is_not_known_is_not_said),
        cmocka_unit_test(colours_that_differ_are_not_said_of_the_set),
        cmocka_unit_test(pixels_that_are_not_square_have_a_shape),
        cmocka_unit_test(labels_of_any_kind_leave_the_mpd_well_formed),
        cmocka_unit_test(the_mpd_follows_the_schema),
        cmocka_unit_test(each_key_of_the_pictures_has_a_set_that_names_the_others),
        cmocka_unit_test(every_protected_set_says_its_key_and_where_to_ask_for_it),
        cmocka_unit_test(a_presentation_that_cannot_be_shown_is_refused),
        cmocka_unit_test(an_mpd_that_meets_the_ceiling_leaves_the_buffer_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
