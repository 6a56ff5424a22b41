#include "rules/partners/box.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define DIGITS "0123456789"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool is_of(const char *text, size_t least, size_t most, const char *allowed)
{
    size_t n = strspn(text, allowed);
    return text[n] == 0 && n >= least && n <= most;
}

bool box_id_is_good(const char *text)
{
    return is_of(text, 16, BOX_ID - 1, DIGITS LOWER UPPER "-_");
}

bool box_version_is_good(const char *text)
{
    return is_of(text, 1, BOX_VERSION - 1, DIGITS LOWER UPPER ".+~-") &&
           strchr(".+~-", text[0]) == NULL;
}

bool box_state_is_good(const char *text)
{
    return is_of(text, 1, BOX_STATE - 1, DIGITS LOWER "-");
}

bool box_address_is_good(const char *text)
{
    size_t n = strlen(text);
    const char *host = strncmp(text, "https://", 8) == 0  ? text + 8
                       : strncmp(text, "http://", 7) == 0 ? text + 7
                                                          : "";
    if (n > BOX_ADDRESS_MAX || host[0] == 0 || host[0] == '/')
        return false;
    for (size_t i = 0; i < n; i++)
        if (text[i] <= 0x20 || text[i] >= 0x7f || strchr("\"<>\\^`{|}", text[i]) != NULL)
            return false;
    return true;
}

static const char *const states[] = {
#define X(name, word) [name] = word,
    BOX_ROLLOUT_STATES(X)
#undef X
};

const char *box_rollout_state_name(enum box_rollout_state state)
{
    return states[state];
}

bool box_rollout_state_parse(const char *name, enum box_rollout_state *out)
{
    for (unsigned i = 0; i < BOX_ROLLOUT_STATE_COUNT; i++) {
        if (strcmp(states[i], name) == 0) {
            *out = (enum box_rollout_state)i;
            return true;
        }
    }
    return false;
}

/* ---- moves ----------------------------------------------------------------------------------- */

static enum err refuse(char why[BOX_WHY], const char *text)
{
    snprintf(why, BOX_WHY, "%s", text);
    return ERR_STATE;
}

static bool is_done(const struct box_rollout *r)
{
    return r->state == BOX_ROLLING && r->share == BOX_SHARE_ALL;
}

/* A version that is not the one being rolled out, or that was taken back. */
static enum err start(const struct box_rollout *before, const struct box_rollout_order *order,
                      struct box_rollout *out, char why[BOX_WHY])
{
    const char *others = "";
    if (before != NULL && before->state != BOX_TAKEN_BACK && !is_done(before)) {
        snprintf(why, BOX_WHY, "%s is on its way: bring it to 100%% or take it back first",
                 before->version);
        return ERR_STATE;
    }
    if (before != NULL)
        others = is_done(before) ? before->version : before->before;
    if (strcmp(others, order->version) == 0)
        return refuse(why, "all boxes have it");
    *out = (struct box_rollout){ .share = order->share, .changed = order->now };
    (void)text_copy(out->version, sizeof out->version, order->version);
    (void)text_copy(out->before, sizeof out->before, others);
    return OK;
}

static enum err roll(const struct box_rollout *before, const struct box_rollout_order *order,
                     struct box_rollout *out, char why[BOX_WHY])
{
    if (before == NULL || before->state == BOX_TAKEN_BACK ||
        strcmp(before->version, order->version) != 0)
        return start(before, order, out, why);
    if (before->state == BOX_PAUSED)
        return refuse(why, "it is paused: resume it first");
    if (order->share < before->share)
        return refuse(why, "a share only grows: take it back instead");
    *out = *before;
    if (order->share > before->share) {
        out->share = order->share;
        out->changed = order->now;
    }
    return OK;
}

static enum err turn(const struct box_rollout *before, enum box_rollout_state from,
                     enum box_rollout_state to, utc_time now, struct box_rollout *out)
{
    *out = *before;
    if (before->state == to)
        return OK;
    if (before->state != from)
        return ERR_STATE;
    out->state = to;
    out->changed = now;
    return OK;
}

enum err box_rollout_apply(const struct box_rollout *before, const struct box_rollout_order *order,
                           struct box_rollout *out, char why[BOX_WHY])
{
    enum err err = OK;
    why[0] = 0;
    if (order->move == BOX_ROLL)
        return roll(before, order, out, why);
    if (before == NULL)
        return refuse(why, "nothing is being rolled out");
    if (order->move == BOX_PAUSE)
        err = turn(before, BOX_ROLLING, BOX_PAUSED, order->now, out);
    else if (order->move == BOX_RESUME)
        err = turn(before, BOX_PAUSED, BOX_ROLLING, order->now, out);
    else if (before->state == BOX_PAUSED)
        err = turn(before, BOX_PAUSED, BOX_TAKEN_BACK, order->now, out);
    else
        err = turn(before, BOX_ROLLING, BOX_TAKEN_BACK, order->now, out);
    return err == OK ? OK : refuse(why, "it was taken back");
}

/* ---- shares ---------------------------------------------------------------------------------- */

enum err box_share_parse(const char *text, int *out)
{
    size_t n = strlen(text);
    int64_t whole = 0, rest = 0;
    if (n > 0 && text[n - 1] == '%')
        n--;
    while (n > 0 && text[n - 1] == ' ')
        n--;
    const char *dot = memchr(text, '.', n);
    size_t before = dot == NULL ? n : (size_t)(dot - text);
    size_t after = dot == NULL ? 0 : n - before - 1;
    if ((before > 1 && text[0] == '0') || (dot != NULL && (after == 0 || after > 2)) ||
        text_to_i64(text, before, 0, 100, &whole) != OK || text[0] == '-')
        return ERR_ARGUMENT;
    if (after > 0 && (dot[1] == '-' || text_to_i64(dot + 1, after, 0, 99, &rest) != OK))
        return ERR_ARGUMENT;
    int64_t share = whole * 100 + (after == 1 ? rest * 10 : rest);
    if (share < 1 || share > BOX_SHARE_ALL)
        return ERR_ARGUMENT;
    *out = (int)share;
    return OK;
}

void box_share_format(int share, char out[BOX_SHARE_TEXT])
{
    assert(share >= 0 && share <= BOX_SHARE_ALL);
    if (share % 100 == 0)
        snprintf(out, BOX_SHARE_TEXT, "%d%%", share / 100);
    else if (share % 10 == 0)
        snprintf(out, BOX_SHARE_TEXT, "%d.%d%%", share / 100, share % 100 / 10);
    else
        snprintf(out, BOX_SHARE_TEXT, "%d.%02d%%", share / 100, share % 100);
}

/* ---- boxes ----------------------------------------------------------------------------------- */

/* FNV-1a, then the finisher of SplitMix64: spread evenly, which is all that is asked of it. */
static uint64_t mix(uint64_t h, const char *text)
{
    for (; *text != 0; text++)
        h = (h ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
    return (h ^ 0xff) * UINT64_C(0x100000001b3); /* a sign that no text has ends each */
}

int box_place_in_line(const char *box, const char *version)
{
    uint64_t h = mix(mix(UINT64_C(0xcbf29ce484222325), version), box);
    h = (h ^ (h >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    h = (h ^ (h >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (int)((h ^ (h >> 31)) % BOX_SHARE_ALL);
}

const char *box_wanted(const struct box_rollout *rollout, const char *box, const char *running)
{
    int place = box == NULL ? BOX_SHARE_ALL - 1 : box_place_in_line(box, rollout->version);
    bool has_it = running != NULL && strcmp(running, rollout->version) == 0;
    if (rollout->state == BOX_TAKEN_BACK)
        return rollout->before;
    if (has_it || (rollout->state == BOX_ROLLING && place < rollout->share))
        return rollout->version;
    return rollout->before;
}
