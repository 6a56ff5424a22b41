/* Time expressions of TTML2 12.3.1 and DFXP, as microseconds of media time. */
#include <string.h>

#include "format/caption/ttml.h"

enum { HOURS_MAX = 1000000 };
#define TIME_MAX ((int64_t)HOURS_MAX * 3600 * 1000000)

static int64_t positive(const struct ttml_node *root, enum ttml_attr attr, int64_t otherwise)
{
    enum { RATE_MAX = 100000000 };
    const char *text = ttml_get(root, attr);
    if (text == NULL)
        return otherwise;
    struct span s = span_trim(span_of(text, strlen(text)));
    int64_t v;
    bool good = span_digits(&s, &v) > 0 && s.at == s.end && v > 0 && v <= RATE_MAX;
    return good ? v : otherwise;
}

static void read_multiplier(struct ttml_clock *clock, const char *text)
{
    enum { PART_MAX = 1000000 };
    struct span s = span_of(text, strlen(text));
    int64_t a, b;
    span_skip_blank(&s);
    if (span_digits(&s, &a) == 0)
        return;
    (void)span_take(&s, ':');
    span_skip_blank(&s);
    if (span_digits(&s, &b) == 0 || a == 0 || b == 0 || a > PART_MAX || b > PART_MAX)
        return;
    clock->multiplier = a;
    clock->divisor = b;
}

void ttml_clock_init(struct ttml_clock *clock, const struct ttml_node *root)
{
    const char *base = ttml_get(root, ATTR_TTP_timeBase), *drop = ttml_get(root, ATTR_TTP_dropMode);
    const char *multiplier = ttml_get(root, ATTR_TTP_frameRateMultiplier);
    bool has_rate = ttml_get(root, ATTR_TTP_frameRate) != NULL;
    *clock = (struct ttml_clock){ .multiplier = 1, .divisor = 1 };
    clock->frame_rate = positive(root, ATTR_TTP_frameRate, 30);
    clock->sub_frame_rate = positive(root, ATTR_TTP_subFrameRate, 1);
    clock->tick_rate =
        positive(root, ATTR_TTP_tickRate, has_rate ? clock->frame_rate * clock->sub_frame_rate : 1);
    clock->smpte = base != NULL && strcmp(base, "smpte") == 0;
    clock->wall = base != NULL && strcmp(base, "clock") == 0;
    clock->drop_ntsc = clock->smpte && drop != NULL && strcmp(drop, "dropNTSC") == 0;
    clock->drop_pal = clock->smpte && drop != NULL && strcmp(drop, "dropPAL") == 0;
    if (multiplier != NULL)
        read_multiplier(clock, multiplier);
}

/* Frames, in 1/sub_frame_rate of one, as microseconds: rate x multiplier frames are a second. */
static int64_t from_frames(const struct ttml_clock *clock, int64_t frames, int64_t sub_frames)
{
    __int128 count = (__int128)frames * clock->sub_frame_rate + sub_frames;
    __int128 n = count * 1000000 * clock->divisor;
    __int128 rate = (__int128)clock->frame_rate * clock->sub_frame_rate * clock->multiplier;
    n = (n + rate / 2) / rate;
    return n > TIME_MAX ? TIME_MAX : n < 0 ? 0 : (int64_t)n;
}

/* Frame numbers that drop codes jump over: 2 a minute (NTSC) but not in minutes 0, 10, 20...; 4 in
 * every second minute (PAL) but not in minutes 0, 20, 40. */
static int64_t dropped(const struct ttml_clock *clock, int64_t minutes)
{
    if (clock->drop_ntsc)
        return 2 * (minutes - minutes / 10);
    return clock->drop_pal ? 4 * (minutes / 2 - minutes / 20) : 0;
}

/* hh:mm:ss, then a fraction or frames. */
static bool clock_time(const struct ttml_clock *clock, struct span s, int64_t *us)
{
    int64_t h, m, sec, frames = 0, sub_frames = 0;
    if (span_digits(&s, &h) == 0 || h > HOURS_MAX || !span_take(&s, ':') ||
        span_digits(&s, &m) != 2 || m > 59 || !span_take(&s, ':') || span_digits(&s, &sec) != 2 ||
        sec > 60)
        return false;
    int64_t seconds = h * 3600 + m * 60 + sec;
    if (span_take(&s, '.')) {
        const char *at = s.at;
        *us = seconds * 1000000 + span_fraction_us(&s);
        return s.at > at && s.at == s.end;
    }
    if (span_take(&s, ':')) {
        if (span_digits(&s, &frames) == 0 || frames >= 100000 ||
            (span_take(&s, '.') && span_digits(&s, &sub_frames) == 0) || sub_frames >= 100000)
            return false;
    }
    if (clock->smpte) /* codes count frames, not seconds: 30 at 30 x 1000/1001 last 1.001 s */
        *us = from_frames(clock, seconds * clock->frame_rate + frames - dropped(clock, h * 60 + m),
                          sub_frames);
    else
        *us = seconds * 1000000 + from_frames(clock, frames, sub_frames);
    return s.at == s.end;
}

/* A number and a unit. */
static bool offset_time(const struct ttml_clock *clock, struct span s, int64_t *us)
{
    static const struct {
        const char *unit;
        int64_t us;
    } rows[] = {
        { "h", INT64_C(3600000000) },
        { "m", INT64_C(60000000) },
        { "s", 1000000 },
        { "ms", 1000 },
    };
    int64_t whole, millionths = 0;
    if (span_digits(&s, &whole) == 0 || whole > INT64_C(100000000000000))
        return false;
    if (span_take(&s, '.')) {
        const char *at = s.at;
        millionths = span_fraction_us(&s);
        if (s.at == at)
            return false;
    }
    __int128 n = (__int128)whole * 1000000 + millionths, unit = 0, rate = 1;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        unit = span_is(&s, rows[i].unit) ? rows[i].us : unit;
    if (span_is(&s, "f")) {
        unit = (__int128)1000000 * clock->divisor;
        rate = (__int128)clock->frame_rate * clock->multiplier;
    } else if (span_is(&s, "t")) {
        unit = 1000000;
        rate = clock->tick_rate;
    }
    if (unit == 0)
        return false;
    n = (n * unit / 1000000 + rate / 2) / rate;
    *us = n > TIME_MAX ? TIME_MAX : (int64_t)n;
    return true;
}

static bool take_two(struct span *s, int64_t least, int64_t most)
{
    int64_t v;
    return span_digits(s, &v) == 2 && v >= least && v <= most;
}

/* hh:mm[:ss[.fraction]]; second 60 is a leap second and has no fraction. */
static bool is_wall_time(struct span s)
{
    if (!take_two(&s, 0, 23) || !span_take(&s, ':') || !take_two(&s, 0, 59))
        return false;
    if (s.at == s.end)
        return true;
    int64_t seconds, fraction;
    if (!span_take(&s, ':') || span_digits(&s, &seconds) != 2 || seconds > 60)
        return false;
    if (s.at == s.end)
        return true;
    return span_take(&s, '.') && span_digits(&s, &fraction) > 0 && s.at == s.end &&
           (seconds < 60 || fraction == 0);
}

static bool is_wall_clock(struct span s)
{
    if (!span_take_text(&s, "wallclock(") || s.at == s.end || s.end[-1] != ')')
        return false;
    s.end--;
    s = span_trim(s);
    int64_t year;
    struct span date = s;
    if (span_digits(&date, &year) != 4 || !span_take(&date, '-'))
        return is_wall_time(s);
    if (!take_two(&date, 1, 12) || !span_take(&date, '-') || !take_two(&date, 1, 31))
        return false;
    return date.at == date.end || (span_take(&date, 'T') && is_wall_time(date));
}

bool ttml_time(const struct ttml_clock *clock, struct span text, int64_t *us)
{
    struct span s = span_trim(text);
    if (is_wall_clock(s)) {
        *us = -1;
        return true;
    }
    return clock_time(clock, s, us) || offset_time(clock, s, us);
}
