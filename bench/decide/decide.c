/* Makes the showings of a whole catalogue and asks the one decision at random: any title, any
 * territory, any instant, whoever sits there. Everything stays in memory as the store keeps it, in
 * one array of about a gigabyte, so that nearly each question starts outside the caches.
 *
 * usage: bench_decide TITLES TERRITORIES WINDOWS QUESTIONS ROUNDS
 * Prints "making NUMBER SECONDS SPANS BYTES" and a line "deciding SECONDS PLAYABLE" a round:
 * seconds are the CPU's. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "rules/viewing/decide.h"

enum { FIRST_DAY = 14610, DAYS = 3650, WINDOWS_MAX = 64, TERRITORIES_MAX = 40 }; /* 2010 to 2019 */

static const struct {
    char code[3];
    const char *zone;
} territories[TERRITORIES_MAX] = {
    { "AR", "America/Argentina/Buenos_Aires" },
    { "AT", "Europe/Vienna" },
    { "AU", "Australia/Sydney" },
    { "BE", "Europe/Brussels" },
    { "BG", "Europe/Sofia" },
    { "BR", "America/Sao_Paulo" },
    { "CA", "America/Toronto" },
    { "CH", "Europe/Zurich" },
    { "CL", "America/Santiago" },
    { "CO", "America/Bogota" },
    { "CZ", "Europe/Prague" },
    { "DE", "Europe/Berlin" },
    { "DK", "Europe/Copenhagen" },
    { "EE", "Europe/Tallinn" },
    { "ES", "Europe/Madrid" },
    { "FI", "Europe/Helsinki" },
    { "FR", "Europe/Paris" },
    { "GB", "Europe/London" },
    { "GR", "Europe/Athens" },
    { "HR", "Europe/Zagreb" },
    { "HU", "Europe/Budapest" },
    { "IE", "Europe/Dublin" },
    { "IN", "Asia/Kolkata" },
    { "IT", "Europe/Rome" },
    { "JP", "Asia/Tokyo" },
    { "KR", "Asia/Seoul" },
    { "LT", "Europe/Vilnius" },
    { "LU", "Europe/Luxembourg" },
    { "LV", "Europe/Riga" },
    { "MX", "America/Mexico_City" },
    { "NL", "Europe/Amsterdam" },
    { "NO", "Europe/Oslo" },
    { "NZ", "Pacific/Auckland" },
    { "PL", "Europe/Warsaw" },
    { "PT", "Europe/Lisbon" },
    { "RO", "Europe/Bucharest" },
    { "SE", "Europe/Stockholm" },
    { "SI", "Europe/Ljubljana" },
    { "US", "America/New_York" },
    { "ZA", "Africa/Johannesburg" },
};

static uint64_t seed = 3;

static uint64_t chance(uint64_t below) /* splitmix64 */
{
    uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % below;
}

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct catalogue {
    size_t n_titles, n_territories, n_windows;
    const struct zone *zones[TERRITORIES_MAX];
    uint32_t *first; /* of a title in a territory: which of the showings; one more at the end */
    struct showing *showings;
    size_t n, room;
};

/* Windows of months to two years, each with days of its own; SVOD and rental, in three formats,
 * with languages that are held back; the same holdback for all of a title in some countries. */
static void draw_title(struct rights_right *rights, size_t n, struct rights_block *block)
{
    static const struct rights_language held[] = { { "es-419", RIGHTS_ANY }, { "fr", RIGHTS_DUB } };
    static const struct rights_language allowed[] = { { "en", RIGHTS_ANY }, { "de", RIGHTS_SUB } };
    static const enum rights_licence licences[] = { RIGHTS_SVOD, RIGHTS_SVOD, RIGHTS_VOD };
    for (size_t i = 0; i < n; i++) {
        int32_t from = FIRST_DAY + (int32_t)chance(DAYS);
        rights[i] = (struct rights_right){ .id = "right",
                                           .source = "avail",
                                           .studio = "Studio",
                                           .licence = licences[chance(3)],
                                           .format = (enum rights_format)chance(3) };
        rights[i].start = (struct rights_edge){ .kind = RIGHTS_EDGE_DAY, .day = { from } };
        rights[i].end = (struct rights_edge){ .kind = RIGHTS_EDGE_DAY,
                                              .day = { from + 30 + (int32_t)chance(700) } };
        rights[i].holdback = held;
        rights[i].n_holdback = chance(3);
        rights[i].allowed = allowed;
        rights[i].n_allowed = chance(4) == 0 ? 2 : 0;
        for (size_t t = 0; t < TERRITORIES_MAX; t++)
            territory_set_add(&rights[i].where, territories[t].code);
    }
    int32_t held_from = FIRST_DAY + (int32_t)chance(DAYS);
    *block = (struct rights_block){ .id = "deal", .source = "deal", .studio = "Studio" };
    block->licences = 1U << RIGHTS_SVOD;
    block->from = (struct rights_edge){ .kind = RIGHTS_EDGE_DAY, .day = { held_from } };
    block->until = (struct rights_edge){ .kind = RIGHTS_EDGE_DAY, .day = { held_from + 180 } };
    territory_set_add(&block->where, "FR");
    territory_set_add(&block->where, "DE");
}

/* A few texts stand for all: the catalogue keeps no arena. */
static const char *keep(const char *text)
{
    static char texts[256][64];
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (texts[i][0] == 0 && !text_copy(texts[i], sizeof texts[i], text))
            break;
        if (strcmp(texts[i], text) == 0)
            return texts[i];
    }
    fprintf(stderr, "bench_decide: more texts than thought\n");
    exit(1);
}

static void keep_showings(struct catalogue *c, const struct showing *made, size_t n)
{
    if (c->n + n > c->room) {
        c->room = 2 * (c->room + n);
        c->showings = realloc(c->showings, c->room * sizeof c->showings[0]);
        if (c->showings == NULL)
            abort();
    }
    for (size_t i = 0; i < n; i++) {
        struct showing *s = &c->showings[c->n++];
        *s = made[i];
        s->languages = made[i].languages[0] != 0 ? keep(made[i].languages) : "";
        s->rent_languages = made[i].rent_languages[0] != 0 ? keep(made[i].rent_languages) : "";
    }
}

static void make_title(struct catalogue *c, size_t title, double *spent)
{
    struct rights_right rights[WINDOWS_MAX];
    struct rights_block block;
    const struct title published = { .state = TITLE_PUBLISHED, .published = { 1 } };
    draw_title(rights, c->n_windows, &block);
    for (size_t t = 0; t < c->n_territories; t++) {
        double before = cpu_seconds();
        struct arena *arena = arena_create();
        struct rights_timeline timeline;
        struct showing *made;
        size_t n;
        struct rights_question q = { .territory = territories[t].code,
                                     .zone = c->zones[t],
                                     .n_rights = c->n_windows,
                                     .rights = rights,
                                     .n_blocks = 1,
                                     .blocks = &block };
        enum err err = rights_timeline_make(arena, &q, &timeline);
        if (err == OK)
            err = showing_make(arena,
                               &(struct showing_question){ .title = &published,
                                                           .now = { INT64_MAX },
                                                           .is_ready = true,
                                                           .timeline = &timeline,
                                                           .rights = rights,
                                                           .blocks = &block,
                                                           .min_age = (int)(title % 4) * 6 },
                               &made, &n);
        if (err != OK)
            abort();
        *spent += cpu_seconds() - before;
        c->first[title * c->n_territories + t] = (uint32_t)c->n;
        keep_showings(c, made, n);
        arena_destroy(&arena);
    }
}

static void make_all(struct catalogue *c)
{
    double spent = 0;
    size_t cells = c->n_titles * c->n_territories;
    c->first = calloc(cells + 1, sizeof c->first[0]);
    if (c->first == NULL)
        abort();
    for (size_t t = 0; t < c->n_territories; t++) {
        c->zones[t] = zone_named(territories[t].zone);
        assert(c->zones[t] != NULL);
    }
    for (size_t title = 0; title < c->n_titles; title++)
        make_title(c, title, &spent);
    assert(c->n <= UINT32_MAX);
    c->first[cells] = (uint32_t)c->n;
    printf("making %zu %.3f %zu %zu\n", cells, spent, c->n, c->n * sizeof c->showings[0]);
}

/* One who asks, and when. */
static bool ask(const struct catalogue *c, const struct member *members, size_t n_members)
{
    size_t cell = chance(c->n_titles) * c->n_territories + chance(c->n_territories);
    uint64_t who = chance(1 << 16);
    utc_time now = { (FIRST_DAY + (int64_t)chance(DAYS)) * UTC_DAY + (int64_t)(who * UTC_SECOND) };
    struct viewing_profile profile = { .max_age = (who & 1) != 0 ? 12 : 0 };
    static const struct rental rented = {
        .format = RIGHTS_UHD, .bought = { 1 }, .started = { 1 }, .ends = { INT64_MAX }
    };
    const struct showing *all = c->showings + c->first[cell];
    struct viewing_verdict v = viewing_decide(&(struct viewing_question){
        .showing = showing_at(all, c->first[cell + 1] - c->first[cell], now),
        .territory = TERRITORY_OPEN,
        .member = (who & 6) != 0 ? &members[who % n_members] : NULL,
        .profile = &profile,
        .now = now,
        .device_lines = (who & 8) != 0 ? 1080 : 0,
        .language = (who & 48) == 0 ? "fr" : NULL,
        .rental = (who & 192) == 0 ? &rented : NULL });
    return v.may_play;
}

int main(int argc, char **argv)
{
    enum { MEMBERS = 1024 };
    static struct member members[MEMBERS];
    int64_t numbers[5];
    for (int i = 0; i < 5; i++) {
        if (argc != 6 ||
            text_to_i64(argv[i + 1], strlen(argv[i + 1]), 1, 1000000000, &numbers[i]) != OK) {
            fprintf(stderr, "usage: bench_decide TITLES TERRITORIES WINDOWS QUESTIONS ROUNDS\n");
            return 2;
        }
    }
    struct catalogue c = { .n_titles = (size_t)numbers[0],
                           .n_territories = (size_t)numbers[1],
                           .n_windows = (size_t)numbers[2] };
    if (c.n_territories > TERRITORIES_MAX || c.n_windows > WINDOWS_MAX)
        return 2;
    for (size_t i = 0; i < MEMBERS; i++) {
        members[i].subscription.paid_from = (utc_time){ FIRST_DAY * UTC_DAY };
        members[i].subscription.paid_until =
            (utc_time){ (FIRST_DAY + (int64_t)chance(2 * DAYS)) * UTC_DAY };
    }
    make_all(&c);
    for (int64_t round = 0; round < numbers[4]; round++) {
        double before = cpu_seconds();
        int64_t playable = 0;
        for (int64_t i = 0; i < numbers[3]; i++)
            playable += ask(&c, members, MEMBERS) ? 1 : 0;
        printf("deciding %.6f %lld\n", cpu_seconds() - before, (long long)playable);
    }
    free(c.first);
    free(c.showings);
    return 0;
}
