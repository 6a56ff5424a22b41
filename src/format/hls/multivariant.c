/* Groups and their members. A group is what a decoder must be able to do: one codec and one number
 * of channels. A member is what a viewer may choose: a language, described or not, and which of
 * those that are alike. Every group must have every member (rfc8216bis 4.4.6.2.1), so where a
 * language has no surround sound its stereo stands in. */
#include <string.h>

#include "format/hls/key.h"
#include "format/hls/playlist.h"
#include "format/hls/text.h"

/* Bits a second of the variant that is listed first: players begin with it. */
static const uint32_t first_variant_bitrate = 2500000;

typedef const struct presentation_rendition rendition;

static bool is_audio(rendition *r)
{
    return r->index->kind == CMAF_AUDIO;
}

static bool same_group(rendition *a, rendition *b)
{
    return a->index->channels == b->index->channels &&
           strcmp(a->index->codec, b->index->codec) == 0;
}

static bool same_choice(rendition *a, rendition *b)
{
    return a->is_description == b->is_description &&
           strcmp(a->index->language, b->index->language) == 0;
}

/* How many in front of r would be chosen by the same words, in the same group. */
static size_t ordinal(const struct presentation *p, rendition *r)
{
    size_t n = 0;
    for (rendition *o = p->renditions; o < r; o++)
        n += is_audio(o) && same_group(o, r) && same_choice(o, r);
    return n;
}

static bool same_member(const struct presentation *p, rendition *a, rendition *b)
{
    return same_choice(a, b) && ordinal(p, a) == ordinal(p, b);
}

/* The first rendition of each group, of each member, stands for it. */
static bool opens_group(const struct presentation *p, rendition *r)
{
    for (rendition *o = p->renditions; o < r; o++) {
        if (is_audio(o) && same_group(o, r))
            return false;
    }
    return is_audio(r);
}

static bool opens_member(const struct presentation *p, rendition *r)
{
    for (rendition *o = p->renditions; o < r; o++) {
        if (is_audio(o) && same_member(p, o, r))
            return false;
    }
    return is_audio(r);
}

static rendition *end_of(const struct presentation *p)
{
    return p->renditions + p->n_renditions;
}

/* What is played for that member in that group. */
static rendition *in_group(const struct presentation *p, rendition *group, rendition *member)
{
    for (rendition *r = p->renditions; r < end_of(p); r++) {
        if (is_audio(r) && same_group(r, group) && same_member(p, r, member))
            return r;
    }
    return member;
}

/* The member that plays when nobody chose: the first flagged in any group, else the first. */
static rendition *default_member(const struct presentation *p)
{
    rendition *first = NULL;
    for (rendition *r = p->renditions; r < end_of(p); r++) {
        if (!is_audio(r))
            continue;
        if (first == NULL || (first->is_description && !r->is_description))
            first = r;
        if (!r->is_default)
            continue;
        first = r;
        break;
    }
    for (rendition *r = p->renditions; first != NULL && r < first; r++) {
        if (is_audio(r) && same_member(p, r, first))
            return r;
    }
    return first;
}

static const char *name_of(rendition *r)
{
    return r->label != NULL && r->label[0] != 0 ? r->label : r->index->language;
}

static const char *caption_name(const struct presentation_caption *c)
{
    return c->label != NULL && c->label[0] != 0 ? c->label : c->language;
}

/* Names are unique in a group: the second of a name gets its number. */
static void put_name(struct buf *out, const char *name, size_t before)
{
    buf_text(out, ",NAME=\"");
    hls_put_quoted(out, name);
    if (before > 0)
        buf_printf(out, " (%zu)", before + 1);
    buf_text(out, "\"");
}

static void put_language(struct buf *out, const char *language)
{
    if (strcmp(language, "und") == 0)
        return;
    buf_text(out, ",LANGUAGE=\"");
    hls_put_quoted(out, language);
    buf_text(out, "\"");
}

static const char *yes(bool condition)
{
    return condition ? "YES" : "NO";
}

static void put_group(struct buf *out, rendition *group)
{
    buf_printf(out, "\"%s-%u\"", group->index->codec, group->index->channels);
}

static void put_audio(const struct presentation *p, rendition *group, rendition *member,
                      bool is_default, struct buf *out)
{
    rendition *r = in_group(p, group, member);
    size_t before = 0;
    for (rendition *o = p->renditions; o < member; o++)
        before += opens_member(p, o) && hls_same_quoted(name_of(o), name_of(member));
    buf_text(out, "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=");
    put_group(out, group);
    put_language(out, member->index->language);
    put_name(out, name_of(member), before);
    /* Of two that the viewer's wishes cannot tell apart only the first is chosen by itself. */
    buf_printf(out, ",DEFAULT=%s,AUTOSELECT=%s", yes(is_default),
               yes(is_default || ordinal(p, member) == 0));
    if (member->is_description)
        buf_text(out, ",CHARACTERISTICS=\"public.accessibility.describes-video\"");
    buf_printf(out, ",CHANNELS=\"%u\",URI=\"%s.m3u8\"\n", r->index->channels, r->name);
}

static void put_audio_groups(const struct presentation *p, struct buf *out)
{
    rendition *chosen = default_member(p);
    for (rendition *group = p->renditions; group < end_of(p); group++) {
        if (!opens_group(p, group))
            continue;
        for (rendition *member = p->renditions; member < end_of(p); member++) {
            if (opens_member(p, member))
                put_audio(p, group, member, member == chosen, out);
        }
    }
}

static void put_captions(const struct presentation *p, struct buf *out)
{
    bool chosen = false;
    for (size_t i = 0; i < p->n_captions; i++) {
        const struct presentation_caption *c = &p->captions[i];
        size_t before = 0;
        for (size_t k = 0; k < i; k++)
            before += hls_same_quoted(caption_name(&p->captions[k]), caption_name(c));
        bool is_default = c->is_default && !chosen;
        chosen = chosen || is_default;
        buf_text(out, "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"captions\"");
        put_language(out, c->language);
        put_name(out, caption_name(c), before);
        buf_printf(out, ",DEFAULT=%s,AUTOSELECT=YES,FORCED=%s", yes(is_default),
                   yes(c->kind == PRESENTATION_FORCED));
        if (c->kind == PRESENTATION_SDH)
            buf_text(out, ",CHARACTERISTICS=\"public.accessibility.transcribes-spoken-dialog,"
                          "public.accessibility.describes-music-and-sound\"");
        buf_printf(out, ",URI=\"%s-vtt.m3u8\"\n", c->name);
    }
}

/* Of a variant: the picture's and the greatest of the sounds it may be played with. */
struct rates {
    uint32_t peak, average;
};

static uint32_t add(uint32_t a, uint32_t b)
{
    return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}

static struct rates rates_of(const struct presentation *p, rendition *r)
{
    return (struct rates){ cmaf_bitrate_peak(r->index, p->per_segment),
                           cmaf_bitrate_average(r->index) };
}

static struct rates group_rates(const struct presentation *p, rendition *group)
{
    struct rates greatest = { 0, 0 };
    for (rendition *m = p->renditions; m < end_of(p); m++) {
        if (!opens_member(p, m))
            continue;
        struct rates rates = rates_of(p, in_group(p, group, m));
        greatest.peak = rates.peak > greatest.peak ? rates.peak : greatest.peak;
        greatest.average = rates.average > greatest.average ? rates.average : greatest.average;
    }
    return greatest;
}

/* The groups and their rates, measured once for all variants. */
enum { GROUPS_MAX = 16 }; /* codecs times channel counts; a film has two */

struct groups {
    size_t n;
    rendition *first[GROUPS_MAX];
    struct rates rates[GROUPS_MAX];
};

static enum err find_groups(const struct presentation *p, struct groups *out)
{
    out->n = 0;
    for (rendition *r = p->renditions; r < end_of(p); r++) {
        if (!opens_group(p, r))
            continue;
        if (out->n == GROUPS_MAX)
            return ERR_ARGUMENT;
        out->rates[out->n] = group_rates(p, r);
        out->first[out->n++] = r;
    }
    return OK;
}

/* Every codec that is met when the variant plays, each once. */
static void put_codecs(const struct presentation *p, rendition *video, rendition *group,
                       struct buf *out)
{
    const char *comma = "";
    buf_text(out, ",CODECS=\"");
    if (video != NULL) {
        buf_text(out, video->index->codec);
        comma = ",";
    }
    for (rendition *m = p->renditions; group != NULL && m < end_of(p); m++) {
        if (!opens_member(p, m))
            continue;
        const char *codec = in_group(p, group, m)->index->codec;
        bool said = false;
        for (rendition *o = p->renditions; o < m; o++)
            said = said ||
                   (opens_member(p, o) && strcmp(in_group(p, group, o)->index->codec, codec) == 0);
        if (said)
            continue;
        buf_printf(out, "%s%s", comma, codec);
        comma = ",";
    }
    buf_text(out, "\"");
}

static const char *video_range(const struct cmaf_index *x)
{
    enum { PQ = 16, HLG = 18 }; /* ISO/IEC 23091-2 */
    return x->transfer == PQ ? "PQ" : x->transfer == HLG ? "HLG" : "SDR";
}

static void put_picture(const struct cmaf_index *x, struct buf *out)
{
    buf_printf(out, ",RESOLUTION=%ux%u", presentation_shown_width(x), x->height);
}

/* Frames a second with three decimals, rounded. */
static void put_frame_rate(const struct cmaf_index *x, struct buf *out)
{
    if (x->frame_num == 0 || x->frame_den == 0)
        return;
    uint64_t rate = ((uint64_t)x->frame_num * 1000 + x->frame_den / 2) / x->frame_den;
    buf_printf(out, ",FRAME-RATE=%llu.%03llu", (unsigned long long)(rate / 1000),
               (unsigned long long)(rate % 1000));
}

static void put_variant(const struct presentation *p, rendition *video, rendition *group,
                        struct rates rates, struct buf *out)
{
    buf_printf(out, "#EXT-X-STREAM-INF:BANDWIDTH=%u,AVERAGE-BANDWIDTH=%u", rates.peak,
               rates.average);
    put_codecs(p, video, group, out);
    if (video != NULL) {
        put_picture(video->index, out);
        put_frame_rate(video->index, out);
        buf_printf(out, ",VIDEO-RANGE=%s", video_range(video->index));
    }
    if (group != NULL) {
        buf_text(out, ",AUDIO=");
        put_group(out, group);
    }
    if (p->n_captions > 0)
        buf_text(out, ",SUBTITLES=\"captions\"");
    buf_text(out, ",CLOSED-CAPTIONS=NONE\n");
    rendition *played = video != NULL ? video : in_group(p, group, default_member(p));
    buf_printf(out, "%s.m3u8\n", played->name);
}

/* The variants of one picture, or of sound alone (NULL): one for each group. */
static void put_variants(const struct presentation *p, const struct groups *groups,
                         rendition *video, struct buf *out)
{
    struct rates own = video != NULL ? rates_of(p, video) : (struct rates){ 0, 0 };
    if (groups->n == 0)
        put_variant(p, video, NULL, own, out);
    for (size_t i = 0; i < groups->n; i++) {
        struct rates rates = { add(own.peak, groups->rates[i].peak),
                               add(own.average, groups->rates[i].average) };
        put_variant(p, video, groups->first[i], rates, out);
    }
}

/* The best picture that a modest line carries, else the smallest. */
static rendition *first_picture(const struct presentation *p)
{
    rendition *first = NULL;
    for (rendition *r = p->renditions; r < end_of(p); r++) {
        if (is_audio(r))
            continue;
        if (first == NULL || cmaf_bitrate_peak(r->index, p->per_segment) <= first_variant_bitrate)
            first = r;
    }
    return first;
}

/* Rates of a key frame list: what fetching one frame a fragment takes. */
static struct rates key_rates(const struct cmaf_index *x)
{
    uint64_t bytes = 0;
    struct rates rates = { 0, 0 };
    for (size_t i = 0; i < x->n; i++) {
        const struct cmaf_fragment_entry *f = &x->fragments[i];
        uint64_t rate = (uint64_t)f->key_size * 8 * x->timescale / f->duration + 1;
        rates.peak =
            rate > rates.peak ? rate > UINT32_MAX ? UINT32_MAX : (uint32_t)rate : rates.peak;
        bytes += f->key_size;
    }
    uint64_t us = hls_us(x->duration, x->timescale);
    uint64_t average = us == 0 ? rates.peak : bytes * 8 * 1000 / (us / 1000 + 1) + 1;
    rates.average = average > rates.peak ? rates.peak : (uint32_t)average;
    return rates;
}

static void put_key_frames(const struct presentation *p, struct buf *out)
{
    for (rendition *r = p->renditions; r < end_of(p); r++) {
        if (!hls_has_iframes(p, r->index))
            continue;
        struct rates rates = key_rates(r->index);
        buf_printf(out, "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=%u,AVERAGE-BANDWIDTH=%u", rates.peak,
                   rates.average);
        put_codecs(p, r, NULL, out);
        put_picture(r->index, out);
        buf_printf(out, ",VIDEO-RANGE=%s,URI=\"%s-iframes.m3u8\"\n", video_range(r->index),
                   r->name);
    }
}

/* As players that show tiles read it: the tag of Roku's and shaka's image media playlists. */
static void put_tiles(const struct presentation *p, struct buf *out)
{
    const struct presentation_tiles *t = &p->tiles;
    if (t->name == NULL)
        return;
    buf_printf(out,
               "#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=%u,RESOLUTION=%ux%u,CODECS=\"jpeg\","
               "URI=\"%s-tiles.m3u8\"\n",
               t->bitrate == 0 ? 1 : t->bitrate, t->width, t->height, t->name);
}

enum err hls_multivariant(const struct presentation *p, struct buf *out)
{
    struct groups groups;
    enum err err = presentation_check(p);
    if (err == OK)
        err = find_groups(p, &groups);
    if (err != OK || out->err != OK)
        return err != OK ? err : out->err;
    size_t start = out->size;
    rendition *first = first_picture(p);
    buf_text(out, "#EXTM3U\n#EXT-X-VERSION:" HLS_VERSION "\n#EXT-X-INDEPENDENT-SEGMENTS\n");
    hls_put_session_keys(out, p);
    put_audio_groups(p, out);
    put_captions(p, out);
    put_variants(p, &groups, first, out);
    for (rendition *r = p->renditions; r < end_of(p); r++) {
        if (!is_audio(r) && r != first)
            put_variants(p, &groups, r, out);
    }
    put_key_frames(p, out);
    put_tiles(p, out);
    return hls_settle(out, start);
}
