#include "format/dash/mpd.h"

#include <string.h>

#include "base/text.h"

typedef const struct presentation_rendition rendition;

static const char role_scheme[] = "urn:mpeg:dash:role:2011";
static const char purpose_scheme[] = "urn:tva:metadata:cs:AudioPurposeCS:2007"; /* TV-Anytime */

static rendition *end_of(const struct presentation *p)
{
    return p->renditions + p->n_renditions;
}

static void put_descriptor(struct buf *out, const char *element, const char *scheme,
                           const char *value)
{
    buf_printf(out, "      <%s schemeIdUri=\"%s\" value=\"%s\"/>\n", element, scheme, value);
}

static void put_label(struct buf *out, const char *label)
{
    if (label == NULL || label[0] == 0)
        return;
    buf_text(out, "      <Label>");
    text_put_xml(out, label, strlen(label));
    buf_text(out, "</Label>\n");
}

static void put_language(struct buf *out, const char *language)
{
    if (strcmp(language, "und") == 0 || !text_is_language(language, strlen(language)))
        return;
    buf_printf(out, " lang=\"%s\"", language);
}

static void put_seconds(struct buf *out, uint64_t ms)
{
    buf_printf(out, "PT%llu.%03lluS", (unsigned long long)(ms / 1000),
               (unsigned long long)(ms % 1000));
}

static void put_ratio(struct buf *out, const char *name, uint64_t a, uint64_t b)
{
    uint64_t x = a, y = b;
    while (y != 0) {
        uint64_t rest = x % y;
        x = y;
        y = rest;
    }
    if (x != 0)
        buf_printf(out, " %s=\"%llu:%llu\"", name, (unsigned long long)(a / x),
                   (unsigned long long)(b / x));
}

static void put_rate(struct buf *out, const char *name, const struct cmaf_index *x)
{
    if (x->frame_num == 0 || x->frame_den == 0)
        return;
    if (x->frame_den == 1)
        buf_printf(out, " %s=\"%u\"", name, x->frame_num);
    else
        buf_printf(out, " %s=\"%u/%u\"", name, x->frame_num, x->frame_den);
}

/* ---- segments ---- */

/* One S for each run of segments of one length; only the first says when it begins. */
static void put_timeline(struct buf *out, const struct cmaf_index *x, size_t per_segment)
{
    struct cmaf_segment s, next;
    uint64_t number = 1;
    buf_text(out, "        <SegmentTimeline>\n");
    while (cmaf_segment_at(x, per_segment, number, &s) == OK) {
        uint64_t repeats = 0;
        while (cmaf_segment_at(x, per_segment, number + repeats + 1, &next) == OK &&
               next.duration == s.duration)
            repeats++;
        buf_text(out, "          <S");
        if (number == 1)
            buf_printf(out, " t=\"%llu\"", (unsigned long long)s.start);
        buf_printf(out, " d=\"%llu\"", (unsigned long long)s.duration);
        if (repeats > 0)
            buf_printf(out, " r=\"%llu\"", (unsigned long long)repeats);
        buf_text(out, "/>\n");
        number += repeats + 1;
    }
    buf_text(out, "        </SegmentTimeline>\n");
}

static void put_template(struct buf *out, const struct cmaf_index *x, size_t per_segment)
{
    uint64_t start = x->fragments[0].start;
    buf_printf(out, "      <SegmentTemplate timescale=\"%u\"", x->timescale);
    if (start != 0)
        buf_printf(out, " presentationTimeOffset=\"%llu\"", (unsigned long long)start);
    buf_text(out, " startNumber=\"1\" initialization=\"$RepresentationID$/init.mp4\""
                  " media=\"$RepresentationID$/$Number$.m4s\">\n");
    put_timeline(out, x, per_segment);
    buf_text(out, "      </SegmentTemplate>\n");
}

static bool same_times(const struct cmaf_index *a, const struct cmaf_index *b)
{
    if (a->timescale != b->timescale || a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++) {
        const struct cmaf_fragment_entry *x = &a->fragments[i], *y = &b->fragments[i];
        if (x->start != y->start || x->duration != y->duration)
            return false;
    }
    return true;
}

/* ---- adaptation sets of renditions ---- */

/* Whether a player may switch between the two in the middle of the film. Each key has a set of its
 * own (IOP part 6), and sets that differ in nothing else name one another: see put_switching. */
static bool same_set(rendition *a, rendition *b)
{
    if (a->index->kind != b->index->kind || !presentation_same_key(a->index, b->index))
        return false;
    if (a->index->kind == CMAF_VIDEO)
        return true;
    const char *x = a->label != NULL ? a->label : "", *y = b->label != NULL ? b->label : "";
    return a->index->channels == b->index->channels && a->is_description == b->is_description &&
           strcmp(a->index->codec, b->index->codec) == 0 &&
           strcmp(a->index->language, b->index->language) == 0 && strcmp(x, y) == 0;
}

static bool opens_set(const struct presentation *p, rendition *r)
{
    for (rendition *o = p->renditions; o < r; o++) {
        if (same_set(o, r))
            return false;
    }
    return true;
}

static unsigned id_of(const struct presentation *p, rendition *set)
{
    unsigned id = 0;
    for (rendition *r = p->renditions; r <= set; r++)
        id += opens_set(p, r);
    return id;
}

/* What one template for the whole set may say. */
static bool is_aligned(const struct presentation *p, rendition *set)
{
    for (rendition *r = set; r < end_of(p); r++) {
        if (same_set(r, set) && !same_times(r->index, set->index))
            return false;
    }
    return true;
}

/* The other sets of pictures that hold the same film in the same pieces (ISO/IEC 23009-1
 * 5.3.3.5). */
static void put_switching(const struct presentation *p, rendition *set, struct buf *out)
{
    const char *comma = "";
    for (rendition *r = p->renditions; r < end_of(p); r++) {
        bool is_other = r->index->kind == CMAF_VIDEO && !same_set(r, set) && opens_set(p, r);
        if (!is_other || !is_aligned(p, r) || !is_aligned(p, set) ||
            !same_times(r->index, set->index))
            continue;
        if (comma[0] == 0)
            buf_text(out, "      <SupplementalProperty schemeIdUri=\""
                          "urn:mpeg:dash:adaptation-set-switching:2016\" value=\"");
        buf_printf(out, "%s%u", comma, id_of(p, r));
        comma = ",";
    }
    if (comma[0] != 0)
        buf_text(out, "\"/>\n");
}

/* What dash.js reads by its prefix, shaka-player by its name. */
static void put_protection(const struct presentation *p, const struct cmaf_index *x,
                           struct buf *out)
{
    char kid[37];
    if (!presentation_is_protected(p, x))
        return;
    presentation_kid_text(x->kid, true, kid);
    buf_printf(out,
               "      <ContentProtection schemeIdUri=\"urn:mpeg:dash:mp4protection:2011\""
               " value=\"%s\" cenc:default_KID=\"%s\"/>\n",
               cmaf_scheme_name(x->scheme), kid);
    buf_text(out, "      <ContentProtection schemeIdUri=\""
                  "urn:uuid:e2719d58-a985-b3c9-781a-b030af78d30e\" value=\"ClearKey1.0\">\n"
                  "        <dashif:Laurl xmlns:dashif=\"https://dashif.org/CPS\">");
    text_put_xml(out, p->protection->licence, strlen(p->protection->licence));
    buf_text(out, "</dashif:Laurl>\n      </ContentProtection>\n");
}

static uint64_t area(rendition *r)
{
    return (uint64_t)presentation_shown_width(r->index) * r->index->height;
}

static bool is_faster(const struct cmaf_index *a, const struct cmaf_index *b)
{
    return (uint64_t)a->frame_num * b->frame_den > (uint64_t)b->frame_num * a->frame_den;
}

static void put_video_limits(const struct presentation *p, rendition *set, struct buf *out)
{
    rendition *largest = set, *fastest = set;
    uint16_t width = 0, height = 0;
    for (rendition *r = set; r < end_of(p); r++) {
        if (!same_set(r, set))
            continue;
        width = r->index->width > width ? r->index->width : width;
        height = r->index->height > height ? r->index->height : height;
        largest = area(r) > area(largest) ? r : largest;
        fastest = is_faster(r->index, fastest->index) ? r : fastest;
    }
    buf_printf(out, " maxWidth=\"%u\" maxHeight=\"%u\"", width, height);
    put_rate(out, "maxFrameRate", fastest->index);
    put_ratio(out, "par", presentation_shown_width(largest->index), largest->index->height);
}

/* Said of the set only where it is so of every picture in it. */
static void put_colour(const struct presentation *p, rendition *set, struct buf *out)
{
    enum { NOT_KNOWN = 2 };
    const struct cmaf_index *x = set->index;
    for (rendition *r = set; r < end_of(p); r++) {
        const struct cmaf_index *y = r->index;
        if (same_set(r, set) &&
            (x->primaries != y->primaries || x->transfer != y->transfer || x->matrix != y->matrix))
            return;
    }
    const struct {
        const char *scheme;
        uint16_t value;
    } rows[] = { { "urn:mpeg:mpegB:cicp:ColourPrimaries", x->primaries },
                 { "urn:mpeg:mpegB:cicp:TransferCharacteristics", x->transfer },
                 { "urn:mpeg:mpegB:cicp:MatrixCoefficients", x->matrix } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].value != NOT_KNOWN && rows[i].value != 0)
            buf_printf(out, "      <SupplementalProperty schemeIdUri=\"%s\" value=\"%u\"/>\n",
                       rows[i].scheme, rows[i].value);
    }
}

static void put_channels(struct buf *out, const struct cmaf_index *x)
{
    buf_printf(out,
               "      <AudioChannelConfiguration schemeIdUri=\""
               "urn:mpeg:dash:23003:3:audio_channel_configuration:2011\" value=\"%u\"/>\n",
               x->channels);
}

/* The sets of the language that plays when nobody chose are main; without a flag the first are. */
static bool is_main(const struct presentation *p, rendition *set)
{
    rendition *chosen = NULL;
    for (rendition *r = p->renditions; r < end_of(p); r++) {
        if (r->index->kind != CMAF_AUDIO)
            continue;
        bool better = r->is_default && (chosen == NULL || !chosen->is_default);
        bool plain = chosen != NULL && chosen->is_description && !chosen->is_default;
        if (chosen == NULL || better || (plain && !r->is_description))
            chosen = r;
    }
    return chosen != NULL && set->is_description == chosen->is_description &&
           strcmp(set->index->language, chosen->index->language) == 0;
}

static void put_audio_words(const struct presentation *p, rendition *set, struct buf *out)
{
    put_channels(out, set->index);
    put_protection(p, set->index, out);
    put_label(out, set->label);
    if (set->is_description) {
        put_descriptor(out, "Accessibility", purpose_scheme, "1");
        put_descriptor(out, "Accessibility", role_scheme, "description");
    }
    put_descriptor(out, "Role", role_scheme, is_main(p, set) ? "main" : "alternate");
    if (set->is_description)
        put_descriptor(out, "Role", role_scheme, "description");
}

static void put_representation(const struct presentation *p, rendition *r, bool own_times,
                               struct buf *out)
{
    const struct cmaf_index *x = r->index;
    buf_printf(out, "      <Representation id=\"%s\" bandwidth=\"%u\" codecs=\"%s\"", r->name,
               cmaf_bitrate_peak(x, p->per_segment), x->codec);
    if (x->kind == CMAF_VIDEO) {
        buf_printf(out, " width=\"%u\" height=\"%u\"", x->width, x->height);
        put_rate(out, "frameRate", x);
        put_ratio(out, "sar", x->par_num == 0 ? 1 : x->par_num, x->par_num == 0 ? 1 : x->par_den);
    } else {
        buf_printf(out, " audioSamplingRate=\"%u\"", x->sample_rate);
    }
    if (!own_times) {
        buf_text(out, "/>\n");
        return;
    }
    buf_text(out, ">\n");
    put_template(out, x, p->per_segment);
    buf_text(out, "      </Representation>\n");
}

static void put_set(const struct presentation *p, rendition *set, unsigned id, struct buf *out)
{
    bool video = set->index->kind == CMAF_VIDEO, aligned = is_aligned(p, set);
    const char *type = video ? "video" : "audio";
    buf_printf(out, "    <AdaptationSet id=\"%u\" contentType=\"%s\" mimeType=\"%s/mp4\"", id, type,
               type);
    if (!video)
        put_language(out, set->index->language);
    buf_printf(out, " segmentAlignment=\"%s\" startWithSAP=\"1\"", aligned ? "true" : "false");
    if (video)
        put_video_limits(p, set, out);
    buf_text(out, ">\n");
    if (video) {
        put_protection(p, set->index, out);
        put_switching(p, set, out);
        put_colour(p, set, out);
        put_descriptor(out, "Role", role_scheme, "main");
    } else {
        put_audio_words(p, set, out);
    }
    if (aligned)
        put_template(out, set->index, p->per_segment);
    for (rendition *r = set; r < end_of(p); r++) {
        if (same_set(r, set))
            put_representation(p, r, !aligned, out);
    }
    buf_text(out, "    </AdaptationSet>\n");
}

/* ---- captions and tiles ---- */

static void put_caption(const struct presentation_caption *c, unsigned id, struct buf *out)
{
    /* A whole WebVTT file at once: a rate is asked for and means nothing. */
    enum { CAPTION_BANDWIDTH = 256 };
    static const char *const roles[] = { [PRESENTATION_SUBTITLES] = "subtitle",
                                         [PRESENTATION_SDH] = "caption",
                                         [PRESENTATION_FORCED] = "forced-subtitle" };
    buf_printf(out, "    <AdaptationSet id=\"%u\" contentType=\"text\" mimeType=\"text/vtt\"", id);
    put_language(out, c->language);
    buf_text(out, ">\n");
    put_label(out, c->label);
    if (c->kind == PRESENTATION_SDH)
        put_descriptor(out, "Accessibility", purpose_scheme, "2");
    put_descriptor(out, "Role", role_scheme, roles[c->kind]);
    if (c->is_default)
        put_descriptor(out, "Role", role_scheme, "main");
    buf_printf(out,
               "      <Representation id=\"%s\" bandwidth=\"%d\">\n"
               "        <BaseURL>%s.vtt</BaseURL>\n      </Representation>\n    </AdaptationSet>\n",
               c->name, CAPTION_BANDWIDTH, c->name);
}

/* IOP part 11 (thumbnails): the size is that of the sheet, the descriptor says how it is cut. It
 * stands in the Representation, the one place where shaka-player looks for it. */
static void put_tiles(const struct presentation_tiles *t, unsigned id, struct buf *out)
{
    buf_printf(out,
               "    <AdaptationSet id=\"%u\" contentType=\"image\" mimeType=\"image/jpeg\">\n"
               "      <SegmentTemplate timescale=\"%u\" duration=\"%llu\" startNumber=\"1\""
               " media=\"$RepresentationID$/$Number$.jpg\"/>\n",
               id, t->timescale, (unsigned long long)t->sheet_ticks);
    buf_printf(out,
               "      <Representation id=\"%s\" bandwidth=\"%u\" width=\"%llu\" height=\"%llu\">\n",
               t->name, t->bitrate == 0 ? 1 : t->bitrate, (unsigned long long)t->width * t->columns,
               (unsigned long long)t->height * t->rows);
    buf_printf(out,
               "        <EssentialProperty schemeIdUri=\""
               "http://dashif.org/guidelines/thumbnail_tile\" value=\"%ux%u\"/>\n"
               "      </Representation>\n    </AdaptationSet>\n",
               t->columns, t->rows);
}

/* ---- the whole ---- */

static uint64_t longest_segment_ms(const struct presentation *p)
{
    uint64_t longest = 0;
    struct cmaf_segment s;
    for (rendition *r = p->renditions; r < end_of(p); r++) {
        for (uint64_t i = 1; cmaf_segment_at(r->index, p->per_segment, i, &s) == OK; i++) {
            uint64_t ms = (s.duration * 1000 + r->index->timescale - 1) / r->index->timescale;
            longest = ms > longest ? ms : longest;
        }
    }
    return longest;
}

static void put_head(const struct presentation *p, struct buf *out)
{
    uint64_t longest = longest_segment_ms(p);
    buf_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\""
                  " profiles=\"urn:mpeg:dash:profile:isoff-live:2011,"
                  "urn:mpeg:dash:profile:cmaf:2019\" type=\"static\" mediaPresentationDuration=\"");
    put_seconds(out, p->duration_ms);
    buf_text(out, "\" maxSegmentDuration=\"");
    put_seconds(out, longest);
    /* bandwidth is the peak of any segment: a segment's worth in hand is enough at that rate */
    buf_text(out, "\" minBufferTime=\"");
    put_seconds(out, longest);
    if (p->protection != NULL)
        buf_text(out, "\" xmlns:cenc=\"urn:mpeg:cenc:2013");
    buf_text(out, "\">\n  <Period id=\"1\" start=\"PT0S\">\n");
}

enum err dash_mpd(const struct presentation *p, struct buf *out)
{
    enum err err = presentation_check(p);
    if (err != OK || out->err != OK)
        return err != OK ? err : out->err;
    size_t start = out->size;
    unsigned id = 0;
    put_head(p, out);
    for (rendition *r = p->renditions; r < end_of(p); r++) {
        if (opens_set(p, r))
            put_set(p, r, ++id, out);
    }
    for (size_t i = 0; i < p->n_captions; i++)
        put_caption(&p->captions[i], ++id, out);
    if (p->tiles.name != NULL)
        put_tiles(&p->tiles, ++id, out);
    buf_text(out, "  </Period>\n</MPD>\n");
    err = out->err;
    if (err != OK) {
        buf_truncate(out, start);
        out->err = OK;
    }
    return err;
}
