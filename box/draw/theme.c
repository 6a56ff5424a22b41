#include <math.h>
#include <string.h>

#include "base/text.h"
#include "box/draw/canvas.h"

static struct colour hex(unsigned rgb)
{
    return (struct colour){ (rgb >> 16) / 255.0, (rgb >> 8 & 0xff) / 255.0, (rgb & 0xff) / 255.0,
                            1 };
}

/* Warm light on near black, as on the site. */
void theme_default(struct theme *t)
{
    *t = (struct theme){ .ground = hex(0x0f0c0a),
                         .panel = hex(0x221c17),
                         .panel_2 = hex(0x2f271f),
                         .text = hex(0xf8f1e7),
                         .dim = hex(0xb9ad9e),
                         .accent = hex(0xffb84d),
                         .on_accent = hex(0x1d1204),
                         .bad = hex(0xff9d8a),
                         .text_scale = 1 };
}

bool colour_parse(const char *text, struct colour *out)
{
    unsigned rgb = 0;
    if (text == NULL || strlen(text) != 7 || text[0] != '#')
        return false;
    for (int i = 1; i < 7; i++) {
        int d = text_hex_digit(text[i]);
        if (d < 0)
            return false;
        rgb = rgb << 4 | (unsigned)d;
    }
    *out = hex(rgb);
    return true;
}

static double linear(double v)
{
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static double luminance(struct colour c)
{
    return 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);
}

double colour_contrast(struct colour a, struct colour b)
{
    double x = luminance(a) + 0.05, y = luminance(b) + 0.05;
    return x > y ? x / y : y / x;
}
