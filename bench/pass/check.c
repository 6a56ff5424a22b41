/* What a check of a pass costs: one that was seen before, as every segment of a player has it, and
 * one that is new. The passes are as many as the players, asked for at random.
 *
 * usage: bench_pass PLAYERS CHECKS ROUNDS
 * Prints "size CHARACTERS", and a line "seen SECONDS", "new SECONDS NUMBER", "signed SECONDS
 * NUMBER" a round: seconds are the CPU's. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "service/deliver/passes.h"

enum { NEW = 2000 };

struct player {
    char text[PASS_TEXT_MAX];
    size_t n;
    char path[128];
};

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint32_t random_next(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* As the API makes them. */
static void make_player(const struct pass_key *key, struct player *p)
{
    char edition[ID_TEXT];
    struct pass pass = { .issuer = "video.example.org",
                         .issued = { INT64_C(1374523080) * UTC_SECOND },
                         .not_before = { INT64_C(1374523050) * UTC_SECOND },
                         .expires = { INT64_C(1374523200) * UTC_SECOND },
                         .methods = PASS_GET | PASS_HEAD | PASS_OPTIONS,
                         .territories = { "FR" },
                         .n_territories = 1,
                         .renewal_seconds = 120,
                         .deadline_seconds = 21600,
                         .lines = 1080,
                         .languages = "+fr,en" };
    id_new(edition);
    id_new(pass.id);
    id_new(pass.playback);
    id_new(pass.playable);
    pass_bind(&pass, "/media/", edition, "/");
    enum err err = pass_sign(key, &pass, p->text);
    if (err != OK)
        abort();
    p->n = strlen(p->text);
    snprintf(p->path, sizeof p->path, "/media/%s/v1080/123.m4s", edition);
}

static void ask(struct passes *passes, const struct player *p)
{
    struct pass out;
    struct pass_question q = { .now = { INT64_C(1374523100) * UTC_SECOND },
                               .method = PASS_GET,
                               .path = p->path,
                               .territory = "FR" };
    if (passes_check(passes, p->text, p->n, &q, &out) != PASS_GOOD)
        abort();
}

static long number(const char *text)
{
    int64_t v = 0;
    if (text_to_i64(text, strlen(text), 1, 1000000000, &v) != OK)
        exit(2);
    return (long)v;
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    long n_players = number(argv[1]), checks = number(argv[2]), rounds = number(argv[3]);
    struct pass_key key;
    uint32_t luck = 2463534242u;
    pass_key_make(PASS_EDDSA, PASS_MEDIA, (const uint8_t[PASS_KEY]){ 1 }, &key);
    struct pass_door door = { PASS_MEDIA, &key, 1, "video.example.org" };
    struct player *players = calloc((size_t)n_players, sizeof *players);
    assert(players != NULL);
    for (long i = 0; i < n_players; i++)
        make_player(&key, &players[i]);
    printf("size %zu\n", players[0].n);
    for (long round = 0; round < rounds; round++) {
        struct passes *passes = passes_create(&door);
        double start = cpu_seconds();
        for (long i = 0; i < n_players; i++)
            ask(passes, &players[i]);
        printf("new %.6f %ld\n", cpu_seconds() - start, n_players);
        start = cpu_seconds();
        for (long i = 0; i < checks; i++)
            ask(passes, &players[random_next(&luck) % (uint32_t)n_players]);
        printf("seen %.6f\n", cpu_seconds() - start);
        static struct player unused;
        start = cpu_seconds();
        for (long i = 0; i < NEW; i++)
            make_player(&key, &unused);
        printf("signed %.6f %d\n", cpu_seconds() - start, NEW);
        passes_destroy(&passes);
    }
    free(players);
    return 0;
}
