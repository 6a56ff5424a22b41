#include "driver/media/tracks.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include <libavutil/display.h>

#include "base/text.h"
#include "driver/media/allow.h"

/* ISO 639-2 (terminological and bibliographic) to ISO 639-1, where there is one; the rest is BCP 47
 * with its three letters. */
static const char languages[][2][4] = {
    { "aar", "aa" }, { "abk", "ab" }, { "afr", "af" }, { "aka", "ak" }, { "alb", "sq" },
    { "amh", "am" }, { "ara", "ar" }, { "arg", "an" }, { "arm", "hy" }, { "asm", "as" },
    { "ava", "av" }, { "aym", "ay" }, { "aze", "az" }, { "bak", "ba" }, { "bam", "bm" },
    { "baq", "eu" }, { "bel", "be" }, { "ben", "bn" }, { "bis", "bi" }, { "bod", "bo" },
    { "bos", "bs" }, { "bre", "br" }, { "bul", "bg" }, { "bur", "my" }, { "cat", "ca" },
    { "ces", "cs" }, { "cha", "ch" }, { "che", "ce" }, { "chi", "zh" }, { "chv", "cv" },
    { "cor", "kw" }, { "cos", "co" }, { "cre", "cr" }, { "cym", "cy" }, { "cze", "cs" },
    { "dan", "da" }, { "deu", "de" }, { "div", "dv" }, { "dut", "nl" }, { "dzo", "dz" },
    { "ell", "el" }, { "eng", "en" }, { "epo", "eo" }, { "est", "et" }, { "eus", "eu" },
    { "ewe", "ee" }, { "fao", "fo" }, { "fas", "fa" }, { "fij", "fj" }, { "fin", "fi" },
    { "fra", "fr" }, { "fre", "fr" }, { "fry", "fy" }, { "ful", "ff" }, { "geo", "ka" },
    { "ger", "de" }, { "gla", "gd" }, { "gle", "ga" }, { "glg", "gl" }, { "glv", "gv" },
    { "gre", "el" }, { "grn", "gn" }, { "guj", "gu" }, { "hat", "ht" }, { "hau", "ha" },
    { "heb", "he" }, { "her", "hz" }, { "hin", "hi" }, { "hrv", "hr" }, { "hun", "hu" },
    { "hye", "hy" }, { "ibo", "ig" }, { "ice", "is" }, { "ido", "io" }, { "iku", "iu" },
    { "ina", "ia" }, { "ind", "id" }, { "isl", "is" }, { "ita", "it" }, { "jav", "jv" },
    { "jpn", "ja" }, { "kal", "kl" }, { "kan", "kn" }, { "kas", "ks" }, { "kat", "ka" },
    { "kaz", "kk" }, { "khm", "km" }, { "kik", "ki" }, { "kin", "rw" }, { "kir", "ky" },
    { "kom", "kv" }, { "kon", "kg" }, { "kor", "ko" }, { "kur", "ku" }, { "lao", "lo" },
    { "lat", "la" }, { "lav", "lv" }, { "lim", "li" }, { "lin", "ln" }, { "lit", "lt" },
    { "ltz", "lb" }, { "lug", "lg" }, { "mac", "mk" }, { "mah", "mh" }, { "mal", "ml" },
    { "mao", "mi" }, { "mar", "mr" }, { "may", "ms" }, { "mkd", "mk" }, { "mlg", "mg" },
    { "mlt", "mt" }, { "mon", "mn" }, { "mri", "mi" }, { "msa", "ms" }, { "mya", "my" },
    { "nau", "na" }, { "nav", "nv" }, { "nep", "ne" }, { "nld", "nl" }, { "nno", "nn" },
    { "nob", "nb" }, { "nor", "no" }, { "nya", "ny" }, { "oci", "oc" }, { "ori", "or" },
    { "orm", "om" }, { "oss", "os" }, { "pan", "pa" }, { "per", "fa" }, { "pol", "pl" },
    { "por", "pt" }, { "pus", "ps" }, { "que", "qu" }, { "roh", "rm" }, { "ron", "ro" },
    { "rum", "ro" }, { "run", "rn" }, { "rus", "ru" }, { "sag", "sg" }, { "san", "sa" },
    { "sin", "si" }, { "slk", "sk" }, { "slo", "sk" }, { "slv", "sl" }, { "sme", "se" },
    { "smo", "sm" }, { "sna", "sn" }, { "snd", "sd" }, { "som", "so" }, { "sot", "st" },
    { "spa", "es" }, { "sqi", "sq" }, { "srd", "sc" }, { "srp", "sr" }, { "ssw", "ss" },
    { "sun", "su" }, { "swa", "sw" }, { "swe", "sv" }, { "tah", "ty" }, { "tam", "ta" },
    { "tat", "tt" }, { "tel", "te" }, { "tgk", "tg" }, { "tgl", "tl" }, { "tha", "th" },
    { "tib", "bo" }, { "tir", "ti" }, { "ton", "to" }, { "tsn", "tn" }, { "tso", "ts" },
    { "tuk", "tk" }, { "tur", "tr" }, { "twi", "tw" }, { "uig", "ug" }, { "ukr", "uk" },
    { "urd", "ur" }, { "uzb", "uz" }, { "ven", "ve" }, { "vie", "vi" }, { "wel", "cy" },
    { "wln", "wa" }, { "wol", "wo" }, { "xho", "xh" }, { "yid", "yi" }, { "yor", "yo" },
    { "zha", "za" }, { "zho", "zh" }, { "zul", "zu" },
};

void tracks_language(const char *tag, char out[TRACKS_LANGUAGE])
{
    char low[4] = "";
    size_t n = tag == NULL ? 0 : strlen(tag);
    text_copy(out, TRACKS_LANGUAGE, "und");
    for (size_t i = 0; n <= 3 && i < n; i++)
        low[i] = (char)tolower((unsigned char)tag[i]);
    if (n <= 3)
        tag = low;
    if (n == 0 || n >= TRACKS_LANGUAGE || !text_is_language(tag, n))
        return;
    if (n == 3)
        for (size_t i = 0; i < sizeof languages / sizeof languages[0]; i++)
            if (strcmp(languages[i][0], low) == 0) {
                text_copy(out, TRACKS_LANGUAGE, languages[i][1]);
                return;
            }
    text_copy(out, TRACKS_LANGUAGE, tag);
}

/* One line of UTF-8 that fits, or nothing. */
static void title_of(const AVStream *stream, char *out, size_t room)
{
    /* Not handler_name: muxers write their own there. */
    const AVDictionaryEntry *e = av_dict_get(stream->metadata, "title", NULL, 0);
    if (e == NULL)
        e = av_dict_get(stream->metadata, "name", NULL, 0);
    out[0] = 0;
    if (e != NULL && strlen(e->value) < room && text_is_line(e->value, strlen(e->value)))
        text_copy(out, room, e->value);
}

static const char *tag_of(const AVStream *stream)
{
    const AVDictionaryEntry *e = av_dict_get(stream->metadata, "language", NULL, 0);
    return e == NULL ? NULL : e->value;
}

static const char *codec_of(const AVStream *stream)
{
    const struct allow_codec *row = allow_codec_find(stream->codecpar->codec_id);
    return row == NULL ? "" : row->name;
}

void tracks_sound(const AVStream *stream, struct media_sound *out)
{
    *out = (struct media_sound){ .stream = stream->index };
    tracks_language(tag_of(stream), out->language);
    text_copy(out->codec, sizeof out->codec, codec_of(stream));
    title_of(stream, out->title, sizeof out->title);
    out->is_default = (stream->disposition & AV_DISPOSITION_DEFAULT) != 0;
    out->is_description =
        (stream->disposition & (AV_DISPOSITION_VISUAL_IMPAIRED | AV_DISPOSITION_DESCRIPTIONS)) != 0;
}

void tracks_text(const AVStream *stream, struct media_text *out)
{
    *out = (struct media_text){ .stream = stream->index };
    tracks_language(tag_of(stream), out->language);
    text_copy(out->codec, sizeof out->codec, codec_of(stream));
    title_of(stream, out->title, sizeof out->title);
    out->is_default = (stream->disposition & AV_DISPOSITION_DEFAULT) != 0;
    out->is_forced = (stream->disposition & AV_DISPOSITION_FORCED) != 0;
    out->is_sdh =
        (stream->disposition & (AV_DISPOSITION_HEARING_IMPAIRED | AV_DISPOSITION_CAPTIONS)) != 0;
}

int tracks_rotation(const AVStream *stream)
{
    const uint8_t *matrix = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, NULL);
    if (matrix == NULL)
        return 0;
    double left = av_display_rotation_get((const int32_t *)(const void *)matrix);
    if (isnan(left))
        return -1;
    long quarters = lround(-left / 90);
    if (fabs(-left - 90 * (double)quarters) > 2)
        return -1;
    return (int)((quarters % 4 + 4) % 4 * 90);
}

bool tracks_is_encrypted(const AVStream *stream)
{
    static const uint32_t tags[] = { MKTAG('e', 'n', 'c', 'v'), MKTAG('e', 'n', 'c', 'a'),
                                     MKTAG('d', 'r', 'm', 'i'), MKTAG('d', 'r', 'm', 's') };
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++)
        if (stream->codecpar->codec_tag == tags[i])
            return true;
    return av_stream_get_side_data(stream, AV_PKT_DATA_ENCRYPTION_INIT_INFO, NULL) != NULL;
}
