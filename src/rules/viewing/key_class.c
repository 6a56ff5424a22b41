#include "rules/viewing/key_class.h"

#include <string.h>

static const char *const names[KEY_CLASSES] = {
    [KEY_AUDIO] = "audio", [KEY_SD] = "sd", [KEY_HD] = "hd", [KEY_UHD] = "uhd"
};

const char *key_class_name(enum key_class class)
{
    return names[class];
}

bool key_class_parse(const char *name, enum key_class *out)
{
    for (size_t i = 0; i < KEY_CLASSES; i++) {
        if (strcmp(name, names[i]) == 0) {
            *out = (enum key_class)i;
            return true;
        }
    }
    return false;
}

enum key_class key_class_of_picture(uint32_t width, uint32_t height)
{
    (void)
        width; /* rights and plans count lines, and a key must not be another class than they say */
    if (height <= (uint32_t)rights_format_lines(RIGHTS_SD))
        return KEY_SD;
    return height <= (uint32_t)rights_format_lines(RIGHTS_HD) ? KEY_HD : KEY_UHD;
}

bool key_class_is_allowed(enum key_class class, enum rights_format greatest)
{
    switch (class) {
    case KEY_AUDIO:
    case KEY_SD: return true;
    case KEY_HD: return greatest == RIGHTS_HD || greatest == RIGHTS_UHD;
    case KEY_UHD: return greatest == RIGHTS_UHD;
    }
    return false;
}
