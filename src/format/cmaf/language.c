#include "format/cmaf/language.h"

#include <string.h>

/* ISO 639-1 and the terminology code of ISO 639-2 for the same language, by the first. */
static const struct {
    char two[3], three[4];
} pairs[] = {
    { "aa", "aar" }, { "ab", "abk" }, { "ae", "ave" }, { "af", "afr" }, { "ak", "aka" },
    { "am", "amh" }, { "an", "arg" }, { "ar", "ara" }, { "as", "asm" }, { "av", "ava" },
    { "ay", "aym" }, { "az", "aze" }, { "ba", "bak" }, { "be", "bel" }, { "bg", "bul" },
    { "bi", "bis" }, { "bm", "bam" }, { "bn", "ben" }, { "bo", "bod" }, { "br", "bre" },
    { "bs", "bos" }, { "ca", "cat" }, { "ce", "che" }, { "ch", "cha" }, { "co", "cos" },
    { "cr", "cre" }, { "cs", "ces" }, { "cu", "chu" }, { "cv", "chv" }, { "cy", "cym" },
    { "da", "dan" }, { "de", "deu" }, { "dv", "div" }, { "dz", "dzo" }, { "ee", "ewe" },
    { "el", "ell" }, { "en", "eng" }, { "eo", "epo" }, { "es", "spa" }, { "et", "est" },
    { "eu", "eus" }, { "fa", "fas" }, { "ff", "ful" }, { "fi", "fin" }, { "fj", "fij" },
    { "fo", "fao" }, { "fr", "fra" }, { "fy", "fry" }, { "ga", "gle" }, { "gd", "gla" },
    { "gl", "glg" }, { "gn", "grn" }, { "gu", "guj" }, { "gv", "glv" }, { "ha", "hau" },
    { "he", "heb" }, { "hi", "hin" }, { "ho", "hmo" }, { "hr", "hrv" }, { "ht", "hat" },
    { "hu", "hun" }, { "hy", "hye" }, { "hz", "her" }, { "ia", "ina" }, { "id", "ind" },
    { "ie", "ile" }, { "ig", "ibo" }, { "ii", "iii" }, { "ik", "ipk" }, { "io", "ido" },
    { "is", "isl" }, { "it", "ita" }, { "iu", "iku" }, { "ja", "jpn" }, { "jv", "jav" },
    { "ka", "kat" }, { "kg", "kon" }, { "ki", "kik" }, { "kj", "kua" }, { "kk", "kaz" },
    { "kl", "kal" }, { "km", "khm" }, { "kn", "kan" }, { "ko", "kor" }, { "kr", "kau" },
    { "ks", "kas" }, { "ku", "kur" }, { "kv", "kom" }, { "kw", "cor" }, { "ky", "kir" },
    { "la", "lat" }, { "lb", "ltz" }, { "lg", "lug" }, { "li", "lim" }, { "ln", "lin" },
    { "lo", "lao" }, { "lt", "lit" }, { "lu", "lub" }, { "lv", "lav" }, { "mg", "mlg" },
    { "mh", "mah" }, { "mi", "mri" }, { "mk", "mkd" }, { "ml", "mal" }, { "mn", "mon" },
    { "mr", "mar" }, { "ms", "msa" }, { "mt", "mlt" }, { "my", "mya" }, { "na", "nau" },
    { "nb", "nob" }, { "nd", "nde" }, { "ne", "nep" }, { "ng", "ndo" }, { "nl", "nld" },
    { "nn", "nno" }, { "no", "nor" }, { "nr", "nbl" }, { "nv", "nav" }, { "ny", "nya" },
    { "oc", "oci" }, { "oj", "oji" }, { "om", "orm" }, { "or", "ori" }, { "os", "oss" },
    { "pa", "pan" }, { "pi", "pli" }, { "pl", "pol" }, { "ps", "pus" }, { "pt", "por" },
    { "qu", "que" }, { "rm", "roh" }, { "rn", "run" }, { "ro", "ron" }, { "ru", "rus" },
    { "rw", "kin" }, { "sa", "san" }, { "sc", "srd" }, { "sd", "snd" }, { "se", "sme" },
    { "sg", "sag" }, { "si", "sin" }, { "sk", "slk" }, { "sl", "slv" }, { "sm", "smo" },
    { "sn", "sna" }, { "so", "som" }, { "sq", "sqi" }, { "sr", "srp" }, { "ss", "ssw" },
    { "st", "sot" }, { "su", "sun" }, { "sv", "swe" }, { "sw", "swa" }, { "ta", "tam" },
    { "te", "tel" }, { "tg", "tgk" }, { "th", "tha" }, { "ti", "tir" }, { "tk", "tuk" },
    { "tl", "tgl" }, { "tn", "tsn" }, { "to", "ton" }, { "tr", "tur" }, { "ts", "tso" },
    { "tt", "tat" }, { "tw", "twi" }, { "ty", "tah" }, { "ug", "uig" }, { "uk", "ukr" },
    { "ur", "urd" }, { "uz", "uzb" }, { "ve", "ven" }, { "vi", "vie" }, { "vo", "vol" },
    { "wa", "wln" }, { "wo", "wol" }, { "xh", "xho" }, { "yi", "yid" }, { "yo", "yor" },
    { "za", "zha" }, { "zh", "zho" }, { "zu", "zul" },
};

/* What avails call languages that ISO 639-2 knows only as a whole, and the bibliographic codes that
 * old files carry. */
static const struct {
    char from[4], to[4];
} others[] = {
    { "cmn", "zho" }, { "yue", "zho" }, { "nan", "zho" }, { "arb", "ara" }, { "arz", "ara" },
    { "alb", "sqi" }, { "arm", "hye" }, { "baq", "eus" }, { "bur", "mya" }, { "chi", "zho" },
    { "cze", "ces" }, { "dut", "nld" }, { "fre", "fra" }, { "geo", "kat" }, { "ger", "deu" },
    { "gre", "ell" }, { "ice", "isl" }, { "mac", "mkd" }, { "mao", "mri" }, { "may", "msa" },
    { "per", "fas" }, { "rum", "ron" }, { "slo", "slk" }, { "tib", "bod" }, { "wel", "cym" },
};

enum { N_PAIRS = sizeof pairs / sizeof pairs[0], N_OTHERS = sizeof others / sizeof others[0] };

static const char undetermined[] = "und";

static const char *three_letters(const char *tag, size_t n)
{
    for (size_t i = 0; n == 2 && i < N_PAIRS; i++) {
        if (memcmp(pairs[i].two, tag, 2) == 0)
            return pairs[i].three;
    }
    for (size_t i = 0; n == 3 && i < N_OTHERS; i++) {
        if (memcmp(others[i].from, tag, 3) == 0)
            return others[i].to;
    }
    return n == 3 ? tag : undetermined;
}

static bool is_letters(const char *three)
{
    for (size_t i = 0; i < 3; i++) {
        if (three[i] < 'a' || three[i] > 'z')
            return false;
    }
    return true;
}

uint16_t language_pack(const char *bcp47)
{
    const char *tag = bcp47 != NULL ? bcp47 : undetermined;
    const char *three = three_letters(tag, strcspn(tag, "-"));
    if (!is_letters(three))
        three = undetermined;
    unsigned packed = 0;
    for (size_t i = 0; i < 3; i++)
        packed = packed << 5 | (unsigned)(three[i] - 0x60);
    return (uint16_t)packed;
}

void language_unpack(uint16_t packed, char out[4])
{
    char three[4] = { 0 };
    for (size_t i = 0; i < 3; i++)
        three[i] = (char)((packed >> (10 - 5 * i) & 31) + 0x60);
    const char *found = is_letters(three) ? three_letters(three, 3) : undetermined;
    for (size_t i = 0; i < N_PAIRS; i++) {
        if (memcmp(pairs[i].three, found, 3) == 0)
            found = pairs[i].two;
    }
    memset(out, 0, 4);
    memcpy(out, found, strnlen(found, 3));
}

bool language_is_whole(const char *bcp47)
{
    char back[4];
    language_unpack(language_pack(bcp47), back);
    return bcp47 == NULL || strcmp(back, bcp47) == 0;
}
