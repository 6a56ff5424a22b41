#include "rules/members/agent.h"

#include <stdio.h>
#include <string.h>

/* The first row that fits counts: programs that pass for others stand before them. */
struct sign {
    const char *part, *name;
};

static const struct sign programs[] = {
    { "Lanterne", "Lanterne" },
    { "Edg", "Edge" },
    { "OPR/", "Opera" },
    { "SamsungBrowser/", "Samsung Internet" },
    { "Vivaldi/", "Vivaldi" },
    { "YaBrowser/", "Yandex" },
    { "Firefox/", "Firefox" },
    { "FxiOS/", "Firefox" },
    { "CriOS/", "Chrome" },
    { "Chromium/", "Chromium" },
    { "HeadlessChrome/", "Chrome" },
    { "Chrome/", "Chrome" },
    { "Safari/", "Safari" },
    { "VLC/", "VLC" },
    { "Kodi/", "Kodi" },
    { "curl/", "curl" },
    { "python", "Python" },
};

static const struct sign systems[] = {
    { "iPhone", "iPhone" },         { "iPad", "iPad" },        { "AppleTV", "Apple TV" },
    { "Apple TV", "Apple TV" },     { "Web0S", "LG TV" },      { "webOS", "LG TV" },
    { "Tizen", "Samsung TV" },      { "CrKey", "Chromecast" }, { "AFT", "Fire TV" },
    { "Android TV", "Android TV" }, { "Android", "Android" },  { "Windows", "Windows" },
    { "CrOS", "ChromeOS" },         { "Mac OS X", "Mac" },     { "Macintosh", "Mac" },
    { "Linux", "Linux" },
};

static const char *find(const struct sign *signs, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++)
        if (strstr(text, signs[i].part) != NULL)
            return signs[i].name;
    return NULL;
}

bool agent_words(const char *user_agent, char out[AGENT_TEXT])
{
    const char *program = find(programs, sizeof programs / sizeof programs[0], user_agent);
    const char *system = find(systems, sizeof systems / sizeof systems[0], user_agent);
    bool both = program != NULL && system != NULL;
    snprintf(out, AGENT_TEXT, "%s%s%s", program != NULL ? program : "", both ? ", " : "",
             system != NULL ? system : "");
    return out[0] != 0;
}
