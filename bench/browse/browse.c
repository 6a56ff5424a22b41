/* Fills a store with a great catalogue under contract, by the way that avails take, and reads pages
 * of it.
 *
 *   bench_browse fill PATH TITLES        40 territories, each title with 20 windows in all of them
 *   bench_browse pages PATH ROUNDS      CPU time of pages of 40
 *   bench_browse import PATH RIGHTS     one import, then the same again
 *
 * PATH: a store that is there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/text.h"
#include "driver/store/media.h"
#include "driver/store/rights.h"
#include "driver/store/showings.h"
#include "driver/store/territories.h"
#include "driver/store/titles.h"

enum {
    TERRITORIES = 40,
    WINDOWS = 20,
    PAGE = 40,
    FIRST_DAY = 15000, /* 2011 */
    WINDOW_DAYS = 60,  /* of which a title is open for the first 45 */
    OPEN_DAYS = 45,
    CHUNK = 1000, /* titles an import */
};

static const char codes[TERRITORIES][3] = {
    "FR", "BE", "LU", "CH", "DE", "AT", "NL", "GB", "IE", "ES", "PT", "IT", "DK", "SE",
    "NO", "FI", "IS", "PL", "CZ", "SK", "HU", "RO", "BG", "GR", "HR", "SI", "EE", "LV",
    "LT", "MT", "CY", "US", "CA", "MX", "BR", "AR", "AU", "NZ", "JP", "KR",
};

static void must(enum err err, const char *what)
{
    if (err == OK)
        return;
    fprintf(stderr, "bench_browse: %s: %s\n", what, err_text(err));
    exit(1);
}

static double cpu_seconds(void)
{
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (double)use.ru_utime.tv_sec + (double)use.ru_stime.tv_sec +
           1e-6 * (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}

static long peak_kib(void)
{
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return use.ru_maxrss;
}

/* ---- filling -------------------------------------------------------------------------------- */

static const utc_time written = { (FIRST_DAY + 600) * UTC_DAY };

static void add_title(struct store *store, struct arena *arena, size_t i)
{
    static const char *const genres[] = { "drama", "comedy", "documentary", "thriller",
                                          "animation" };
    static const char text[] =
        "A showman travels from town to town with a lantern and two dozen slides. In the last one "
        "nobody comes to see him but a child, who asks what is behind the sheet. What he answers "
        "changes both their lives, and the town's.";
    struct title_text texts[] = {
        { "fr", arena_printf(arena, "Le film %zu", i), text },
        { "en", arena_printf(arena, "The film %zu", i), text },
    };
    struct title_rating ratings[] = { { "CNC", i % 7 == 0 ? "16" : "TP" }, { "MPAA", "PG-13" } };
    const char *words[] = { genres[i % 5], genres[(i + 1) % 5] }, *country = "FR";
    struct title_credit credits[8];
    for (size_t k = 0; k < 8; k++)
        credits[k] = (struct title_credit){ .role = k == 0 ? "director" : "actor",
                                            .name = arena_printf(arena, "Person %zu", i * 8 + k) };
    struct title t = { .kind = TITLE_FILM,
                       .state = TITLE_PUBLISHED,
                       .original_title = texts[0].title,
                       .language = "fr",
                       .year = 2000 + (int)(i % 13),
                       .runtime_minutes = 90,
                       .created = { written.us - (int64_t)i * UTC_SECOND },
                       .changed = written,
                       .published = { written.us - (int64_t)i * UTC_SECOND },
                       .version = 1,
                       .n_texts = 2,
                       .n_credits = 8,
                       .n_genres = 2,
                       .n_countries = 1,
                       .n_ratings = 2,
                       .texts = texts,
                       .credits = credits,
                       .genres = words,
                       .countries = &country,
                       .ratings = ratings,
                       .is_licensed = true };
    struct store_rendition one = { .name = "v234", .kind = "video", .label = "", .size = 1 };
    struct store_edition e = {
        .duration_ms = 60000, .ready = written, .n_renditions = 1, .renditions = &one
    };
    const char *key = arena_printf(arena, "cid:%zu", i);
    id_new(t.id.s);
    id_new(e.id.s);
    memcpy(e.playable.s, t.id.s, sizeof e.playable.s);
    must(store_title_add(store, &t), "a title");
    must(store_edition_put(store, &e, NULL), "an edition");
    must(store_title_identifiers_put(store, t.id, &key, 1, written), "an identifier");
}

static struct store_right a_window(struct arena *arena, const char *territories,
                                   const struct territory_set *where, size_t i, int k)
{
    int from = FIRST_DAY + k * WINDOW_DAYS + (int)(i % WINDOW_DAYS);
    const char *key = arena_printf(arena, "%zu.%d", i, k);
    return (struct store_right){
        .key = key,
        .transaction = key,
        .territories = territories,
        .said = arena_printf(arena, "{\"TransactionID\":\"%s\",\"LicenseType\":\"SVOD\"}", key),
        .from_file = "bench.xlsx, sheet 1",
        .right = { .licence = RIGHTS_SVOD,
                   .where = *where,
                   .start = { .kind = RIGHTS_EDGE_DAY, .day = { from } },
                   .end = { .kind = RIGHTS_EDGE_DAY, .day = { from + OPEN_DAYS - 1 } },
                   .format = k % 2 == 0 ? RIGHTS_HD : RIGHTS_SD },
    };
}

static struct store_avail_change an_avail(struct arena *arena, size_t i, int windows,
                                          const char *territories)
{
    struct territory_set where;
    char bad[3];
    struct store_right *rights = ARENA_ARRAY(arena, struct store_right, (size_t)windows);
    const char **keys = ARENA_ARRAY(arena, const char *, 1);
    keys[0] = arena_printf(arena, "cid:%zu", i);
    must(territory_set_parse(territories, &where, bad), "territories");
    for (int k = 0; k < windows; k++)
        rights[k] = a_window(arena, territories, &where, i, k);
    return (struct store_avail_change){ .act = STORE_AVAIL_EXTRACT,
                                        .avail = { .alid = arena_printf(arena, "md:alid:%zu", i),
                                                   .studio = "Studio",
                                                   .type = "single",
                                                   .said = "{}",
                                                   .title_name = keys[0],
                                                   .season = -1,
                                                   .episode = -1,
                                                   .volume_first = -1,
                                                   .volume_count = -1,
                                                   .n_keys = 1,
                                                   .keys = keys,
                                                   .n_rights = (size_t)windows,
                                                   .rights = rights } };
}

static const char *all_codes(struct arena *arena)
{
    const char *text = "";
    for (size_t i = 0; i < TERRITORIES; i++)
        text = arena_printf(arena, "%s%s%s", text, i > 0 ? " " : "", codes[i]);
    return text;
}

static void open_territories(struct store *store)
{
    const struct territory_change open = { .state = TERRITORY_OPEN };
    for (size_t i = 0; i < TERRITORIES; i++) {
        enum err err = store_territory_change(store, codes[i], &open, written);
        must(err == ERR_STATE ? OK : err, codes[i]); /* the one of init is open */
    }
}

static void fill(struct store *store, size_t titles)
{
    double spent = 0;
    open_territories(store);
    for (size_t i = 0; i < titles; i++) {
        struct arena *arena = arena_create();
        add_title(store, arena, i);
        arena_destroy(&arena);
    }
    for (size_t i = 0; i < titles;) {
        struct arena *arena = arena_create();
        struct store_avail_change *changes = ARENA_ARRAY(arena, struct store_avail_change, CHUNK);
        struct store_avails_report report;
        const char *territories = all_codes(arena);
        size_t n = 0;
        for (; n < CHUNK && i < titles; n++, i++)
            changes[n] = an_avail(arena, i, WINDOWS, territories);
        double before = cpu_seconds();
        must(store_avails_apply(store, arena, changes, n, false, written, &report), "an import");
        spent += cpu_seconds() - before;
        arena_destroy(&arena);
    }
    printf("apply_s %.3f\nrights %zu\n", spent, titles * WINDOWS);
}

/* ---- pages ---------------------------------------------------------------------------------- */

static uint64_t seed = 88172645463325252u;
static size_t draw(size_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (size_t)(seed % n);
}

/* From a random place on when `deep`. Answers how many titles the page had. */
static size_t read_page(struct store *store, struct title_filter *filter, bool deep)
{
    struct arena *arena = arena_create();
    struct title_page page;
    filter->territory = codes[draw(TERRITORIES)];
    filter->limit = PAGE;
    filter->after = NULL;
    if (deep)
        filter->after = arena_printf(arena, "%lld.zzzzzzzzzzzzzzzzzzzzzzzzzz",
                                     (long long)(written.us - (int64_t)draw(9000) * UTC_SECOND));
    must(store_titles_list(store, arena, filter, &page), "a page");
    size_t n = page.n;
    for (size_t i = 0; i < n; i++) {
        if (page.showings[i].state != RIGHTS_OPEN)
            must(ERR_INTERNAL, "a title that is not shown");
    }
    arena_destroy(&arena);
    return n;
}

static void time_pages(struct store *store, const char *what, size_t rounds, bool deep,
                       const struct title_filter *base, int days, int spread)
{
    size_t titles = 0;
    for (int warm = 1; warm >= 0; warm--) {
        double before = cpu_seconds();
        titles = 0;
        for (size_t i = 0; i < rounds; i++) {
            struct title_filter filter = *base;
            int day = FIRST_DAY + days + (spread > 0 ? (int)draw((size_t)spread) : 0);
            filter.now.us = day * UTC_DAY + UTC_DAY / 2;
            titles += read_page(store, &filter, deep);
        }
        if (warm == 0)
            printf("%s %.4f %.1f\n", what, 1000 * (cpu_seconds() - before) / (double)rounds,
                   (double)titles / (double)rounds);
    }
}

static void pages(struct store *store, size_t rounds)
{
    enum { LAST = WINDOWS * WINDOW_DAYS };
    const struct title_filter all = { 0 }, genre = { .genre = "drama" }, child = { .max_age = 12 },
                              words = { .search = "person 4" };
    time_pages(store, "first", rounds, false, &all, 100, LAST - 100);
    time_pages(store, "deep", rounds, true, &all, 100, LAST - 100);
    time_pages(store, "genre", rounds, true, &genre, 100, LAST - 100);
    time_pages(store, "child", rounds, true, &child, 100, LAST - 100);
    time_pages(store, "search", rounds / 10 + 1, false, &words, 100, LAST - 100);
    time_pages(store, "nothing", rounds / 10 + 1, false, &all, LAST + 500, 0);
}

/* ---- one import ----------------------------------------------------------------------------- */

static void import(struct store *store, size_t rights)
{
    enum { WINDOWS_AN_AVAIL = 4 };
    struct arena *arena = arena_create();
    size_t n = rights / WINDOWS_AN_AVAIL;
    struct store_avail_change *changes = ARENA_ARRAY(arena, struct store_avail_change, n);
    for (size_t i = 0; i < n; i++)
        changes[i] = an_avail(arena, 1000000 + i, WINDOWS_AN_AVAIL, "FR BE");
    long before_kib = peak_kib();
    for (int again = 0; again < 2; again++) {
        struct arena *answer = arena_create();
        struct store_avails_report report;
        double before = cpu_seconds();
        must(store_avails_apply(store, answer, changes, n, false, written, &report), "an import");
        printf("%s %.3f\n", again ? "again_s" : "import_s", cpu_seconds() - before);
        if (report.added + report.unchanged != n * WINDOWS_AN_AVAIL || report.changed > 0)
            must(ERR_INTERNAL, "an import that changes what is the same");
        arena_destroy(&answer);
    }
    printf("more_kib %ld\n", peak_kib() - before_kib);
    arena_destroy(&arena);
}

int main(int argc, char **argv)
{
    struct store *store = NULL;
    int64_t n = 0;
    if (argc != 4 || text_to_i64(argv[3], strlen(argv[3]), 1, 10000000, &n) != OK) {
        fprintf(stderr, "usage: bench_browse fill|pages|import PATH N\n");
        return 2;
    }
    must(store_open(argv[2], &store), argv[2]);
    if (strcmp(argv[1], "fill") == 0)
        fill(store, (size_t)n);
    else if (strcmp(argv[1], "pages") == 0)
        pages(store, (size_t)n);
    else
        import(store, (size_t)n);
    store_close(&store);
    return 0;
}
