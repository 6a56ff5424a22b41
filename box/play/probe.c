/* box_play_probe: plays an address without a screen and says what came of it, as JSON on standard
 * output. For tests, benches and support.
 *
 *   box_play_probe --manifest URL [--licence URL] [--start S] [--lines N] [--rate N] [--audio TAG]
 *                  [--captions TAG] [--sid ID] [--cid ID] [--patience S] STEP...
 *
 * Steps, one after another:
 *   play S        lets it play for S seconds of the clock on the wall
 *   seek S        and waits until it plays or is paused again, for at most the patience (30 s)
 *   pause, resume
 *   audio ID, captions ID|none
 *   pass FILE     takes a newer pass: FILE holds the manifest's address and the licence's, a line
 *                 each
 *   end S         waits for the end, or for a failure, at most S seconds */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "box/play/player.h"

enum { PATIENCE = 30, OUT_MAX = 1024 * 1024, TRACKS = 48 };

struct probe {
    struct player *player;
    struct player_report report;
    int64_t opened, first_us; /* first picture after opening; 0: none */
    uint64_t number, pictures, changed;
    uint32_t look, first_look; /* of the last picture, of the first */
    char caption[2048];
    double loudest, patience;
    struct json_writer json;
};

static bool fail(const char *what)
{
    fprintf(stderr, "box_play_probe: %s\n", what);
    return false;
}

static bool read_real(const char *text, double *out)
{
    const char *dot = strchr(text, '.');
    size_t n = strlen(text), whole = dot == NULL ? n : (size_t)(dot - text);
    int64_t a = 0, b = 0;
    if (text_to_i64(text, whole, 0, 1000000, &a) != OK)
        return false;
    double scale = 1;
    for (size_t i = whole + 1; i < n; i++)
        scale *= 10;
    if (dot != NULL && text_to_i64(dot + 1, n - whole - 1, 0, 1000000, &b) != OK)
        return false;
    *out = (double)a + (double)b / scale;
    return true;
}

/* ---- looking ---- */

static uint32_t look_of(const struct player_picture *picture)
{
    uint32_t sum = 2166136261u; /* FNV-1a over every fourth line's every fourth dot */
    for (int y = 0; y < picture->height; y += 4) {
        for (int x = 0; x < picture->width; x += 4)
            sum = (sum ^ picture->plane[0][(size_t)y * (size_t)picture->pitch[0] + (size_t)x]) *
                  16777619u;
    }
    return sum;
}

static void take_picture(struct probe *p)
{
    struct player_picture picture;
    if (!player_picture(p->player, p->number, &picture))
        return;
    uint32_t look = look_of(&picture);
    if (p->first_us == 0) {
        p->first_us = clock_monotonic_us() - p->opened;
        p->first_look = look;
    }
    p->changed += look != p->look && p->pictures > 0;
    p->look = look;
    p->number = picture.number;
    p->pictures++;
    player_release(p->player);
}

static void tick(struct probe *p)
{
    player_poll(p->player, &p->report);
    take_picture(p);
    if (p->report.sound_energy > p->loudest)
        p->loudest = p->report.sound_energy;
    const char *caption = player_caption(p->player);
    if (caption[0] != 0)
        (void)text_copy(p->caption, sizeof p->caption, caption);
    usleep(5000);
}

static bool is_over(const struct probe *p)
{
    return p->report.state == PLAYER_FAILED;
}

/* ---- telling ---- */

static const char *const states[] = {
    [PLAYER_OPENING] = "opening", [PLAYER_BUFFERING] = "buffering", [PLAYER_PLAYING] = "playing",
    [PLAYER_PAUSED] = "paused",   [PLAYER_ENDED] = "ended",         [PLAYER_FAILED] = "failed"
};

static void tell(struct probe *p, const char *step, double took)
{
    struct json_writer *w = &p->json;
    const struct player_report *r = &p->report;
    json_object(w, NULL);
    json_text(w, "step", step);
    json_real(w, "took", took);
    json_text(w, "state", states[r->state]);
    json_text(w, "reason", r->reason);
    json_real(w, "position", r->position);
    json_real(w, "duration", r->duration);
    json_real(w, "buffered", r->buffered);
    json_number(w, "stalls", r->stalls);
    json_number(w, "bit_rate", (int64_t)r->bit_rate);
    json_number(w, "height", r->height);
    json_number(w, "pictures", (int64_t)p->pictures);
    json_number(w, "changed", (int64_t)p->changed);
    json_number(w, "late", r->frames_late);
    json_real(w, "loudest", p->loudest);
    json_real(w, "energy", r->sound_energy);
    json_text(w, "caption", p->caption);
    json_end(w);
    p->pictures = p->changed = 0;
    p->caption[0] = 0;
    p->loudest = 0;
}

static void tell_tracks(struct probe *p, const char *key, bool captions)
{
    struct player_track tracks[TRACKS];
    size_t n = player_tracks(p->player, captions, tracks, TRACKS);
    json_array(&p->json, key);
    for (size_t i = 0; i < n && i < TRACKS; i++) {
        json_object(&p->json, NULL);
        json_text(&p->json, "id", tracks[i].id);
        json_text(&p->json, "language", tracks[i].language);
        json_text(&p->json, "label", tracks[i].label);
        json_bool(&p->json, "chosen", tracks[i].is_chosen);
        json_bool(&p->json, "described", tracks[i].is_described);
        json_end(&p->json);
    }
    json_end(&p->json);
}

/* ---- steps ---- */

static void play_for(struct probe *p, double seconds, bool to_the_end)
{
    int64_t until = clock_monotonic_us() + (int64_t)(seconds * 1e6);
    while (clock_monotonic_us() < until && !is_over(p) &&
           !(to_the_end && p->report.state == PLAYER_ENDED))
        tick(p);
}

/* Until it plays or is paused, with a picture of its own. */
static void settle(struct probe *p)
{
    int64_t until = clock_monotonic_us() + (int64_t)(p->patience * 1e6);
    uint64_t before = p->number;
    do
        tick(p);
    while (clock_monotonic_us() < until && !is_over(p) && p->report.state != PLAYER_ENDED &&
           (p->number == before ||
            (p->report.state != PLAYER_PLAYING && p->report.state != PLAYER_PAUSED)));
}

static bool take_pass(struct probe *p, const char *path)
{
    char text[16384] = "";
    FILE *file = fopen(path, "re");
    size_t n = file == NULL ? 0 : fread(text, 1, sizeof text - 1, file);
    if (file != NULL)
        fclose(file);
    text[n] = 0;
    char *licence = strchr(text, '\n');
    if (licence == NULL)
        return fail("no pass in the file");
    *licence++ = 0;
    licence[strcspn(licence, "\n")] = 0;
    player_new_pass(p->player, text, licence[0] == 0 ? NULL : licence);
    return true;
}

/* How many words it took; 0: no such step. */
static int take_step(struct probe *p, char **words, int n)
{
    const char *step = words[0], *value = n > 1 ? words[1] : "";
    double seconds = 0;
    int64_t began = clock_monotonic_us();
    bool is_number = read_real(value, &seconds);
    int used = 2;
    if (strcmp(step, "pause") == 0 || strcmp(step, "resume") == 0) {
        player_pause(p->player, step[0] == 'p');
        used = 1;
    } else if (strcmp(step, "play") == 0 && is_number) {
        play_for(p, seconds, false);
    } else if (strcmp(step, "end") == 0 && is_number) {
        play_for(p, seconds, true);
    } else if (strcmp(step, "seek") == 0 && is_number) {
        player_seek(p->player, seconds);
        settle(p);
    } else if (strcmp(step, "audio") == 0 && n > 1) {
        player_choose_audio(p->player, value);
    } else if (strcmp(step, "captions") == 0 && n > 1) {
        player_choose_captions(p->player, strcmp(value, "none") == 0 ? NULL : value);
    } else if (strcmp(step, "pass") == 0 && n > 1) {
        if (!take_pass(p, value))
            return 0;
    } else {
        return fail("no such step");
    }
    tick(p);
    tell(p, step, (double)(clock_monotonic_us() - began) / 1e6);
    return used;
}

static bool take_option(struct probe *p, struct player_ask *ask, const char *name,
                        const char *value)
{
    const struct {
        const char *name;
        const char **to;
    } texts[] = { { "--manifest", &ask->manifest }, { "--licence", &ask->licence },
                  { "--audio", &ask->audio },       { "--captions", &ask->captions },
                  { "--sid", &ask->session_id },    { "--cid", &ask->content_id } };
    double number = 0;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(name, texts[i].name) == 0) {
            *texts[i].to = value;
            return true;
        }
    }
    if (!read_real(value, &number))
        return fail("no such option, or no number");
    if (strcmp(name, "--start") == 0)
        ask->start_seconds = number;
    else if (strcmp(name, "--lines") == 0)
        ask->lines_max = (unsigned)number;
    else if (strcmp(name, "--patience") == 0)
        p->patience = number;
    else if (strcmp(name, "--rate") == 0)
        ask->rate_max = (uint64_t)number;
    else
        return fail("no such option");
    return true;
}

static int play(struct probe *p, const struct player_ask *ask, char **words, int n)
{
    p->opened = clock_monotonic_us();
    enum err err = player_open(ask, &p->player);
    if (err != OK) {
        fprintf(stderr, "box_play_probe: %s\n", err_text(err));
        return 1;
    }
    json_object(&p->json, NULL);
    json_array(&p->json, "steps");
    settle(p);
    tell(p, "open", (double)(clock_monotonic_us() - p->opened) / 1e6);
    while (n > 0) {
        int used = take_step(p, words, n);
        if (used == 0)
            return 2;
        words += used;
        n -= used;
    }
    json_end(&p->json);
    json_real(&p->json, "first_picture", (double)p->first_us / 1e6);
    json_number(&p->json, "first_look", p->first_look);
    tell_tracks(p, "audio", false);
    tell_tracks(p, "captions", true);
    int64_t began = clock_monotonic_us();
    player_close(p->player);
    json_real(&p->json, "close", (double)(clock_monotonic_us() - began) / 1e6);
    json_end(&p->json);
    return 0;
}

int main(int argc, char **argv)
{
    struct probe p = { .patience = PATIENCE };
    struct player_ask ask = { .agent = "lanterne-box-probe/1.0" };
    struct buf out;
    int at = 1;
    for (; at + 1 < argc && strncmp(argv[at], "--", 2) == 0; at += 2) {
        if (!take_option(&p, &ask, argv[at], argv[at + 1]))
            return 2;
    }
    if (ask.manifest == NULL) {
        fail("--manifest is missing");
        return 2;
    }
    buf_init(&out, OUT_MAX);
    p.json = json_writer_of(&out);
    int code = play(&p, &ask, argv + at, argc - at);
    printf("%s\n", buf_string(&out));
    buf_finish(&out);
    return code;
}
