#include "rules/catalog/language.h"

#include <stddef.h>
#include <string.h>

/* From CLDR's endonyms; exact tags before their primary subtag. */
static const struct {
    const char *tag, *name;
} names[] = {
    { "und", "Original" },
    { "ar", "العربية" },
    { "bg", "български" },
    { "br", "brezhoneg" },
    { "ca", "català" },
    { "cmn", "普通话" },
    { "co", "corsu" },
    { "cs", "čeština" },
    { "cy", "Cymraeg" },
    { "da", "dansk" },
    { "de", "Deutsch" },
    { "el", "Ελληνικά" },
    { "en", "English" },
    { "es-419", "español (Latinoamérica)" },
    { "es", "español" },
    { "et", "eesti" },
    { "eu", "euskara" },
    { "fa", "فارسی" },
    { "fi", "suomi" },
    { "fr-CA", "français (Canada)" },
    { "fr", "français" },
    { "ga", "Gaeilge" },
    { "gl", "galego" },
    { "he", "עברית" },
    { "hi", "हिन्दी" },
    { "hr", "hrvatski" },
    { "hu", "magyar" },
    { "hy", "հայերեն" },
    { "id", "Bahasa Indonesia" },
    { "is", "íslenska" },
    { "it", "italiano" },
    { "ja", "日本語" },
    { "ka", "ქართული" },
    { "ko", "한국어" },
    { "lt", "lietuvių" },
    { "lv", "latviešu" },
    { "ms", "Bahasa Melayu" },
    { "mt", "Malti" },
    { "nb", "norsk bokmål" },
    { "nl", "Nederlands" },
    { "nn", "norsk nynorsk" },
    { "no", "norsk" },
    { "oc", "occitan" },
    { "pl", "polski" },
    { "pt-BR", "português (Brasil)" },
    { "pt", "português" },
    { "ro", "română" },
    { "ru", "русский" },
    { "sk", "slovenčina" },
    { "sl", "slovenščina" },
    { "sq", "shqip" },
    { "sr", "српски" },
    { "sv", "svenska" },
    { "ta", "தமிழ்" },
    { "te", "తెలుగు" },
    { "th", "ไทย" },
    { "tr", "Türkçe" },
    { "uk", "українська" },
    { "vi", "Tiếng Việt" },
    { "yue", "粵語" },
    { "zh-Hans", "简体中文" },
    { "zh-Hant", "繁體中文" },
    { "zh", "中文" },
};

const char *language_own_name(const char *tag)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t n = strlen(names[i].tag);
        if (strncmp(tag, names[i].tag, n) == 0 && (tag[n] == 0 || tag[n] == '-'))
            return names[i].name;
    }
    return tag;
}
