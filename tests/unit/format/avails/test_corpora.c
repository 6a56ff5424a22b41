/* Strangers' workbooks, zips and XML: each is read or refused with a reason, and no bomb costs more
 * than its share. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "book.h"

enum { LOAD_MAX = 64 << 20 };

static char *load(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    struct buf b;
    char part[65536];
    if (f == NULL)
        return NULL;
    buf_init(&b, LOAD_MAX);
    for (size_t got; (got = fread(part, 1, sizeof part, f)) > 0;)
        buf_put(&b, part, got);
    fclose(f);
    *n = b.size;
    char *bytes = malloc(b.size + 1);
    assert_non_null(bytes);
    if (b.size > 0)
        memcpy(bytes, b.data, b.size);
    buf_finish(&b);
    return bytes;
}

/* Every answer is one that a person can act on. */
static enum err check_answer(const char *path, const char *bytes, size_t n)
{
    struct arena *arena = arena_create();
    struct avails_file file;
    enum err err = avails_read(arena, bytes, n, &file);
    bool named = file.n_faults > 0 && strlen(file.faults[0].what) > 3 &&
                 strlen(file.faults[0].where) > 3 && !file.faults[0].is_warning;
    if (err != OK && (!named || file.n_avails != 0))
        fail_msg("%s: %s without a reason", path, err_name(err));
    if (err != OK && err != ERR_MALFORMED && err != ERR_FULL && err != ERR_UNSUPPORTED)
        fail_msg("%s: %s", path, err_name(err));
    arena_destroy(&arena);
    return err;
}

static void no_stranger_is_taken_for_avails_or_does_any_harm(void **state)
{
    static const char *const folders[] = { "xlsx-poi",  "zip-yauzl", "xml-libxml2",
                                           "text-blns", "json-nst",  "ttml-w3c2" };
    const char *shared = getenv("LANTERNE_SHARED");
    size_t files = 0, refused = 0;
    (void)state;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/corpora/%s", shared == NULL ? "" : shared, folders[i]);
        char *roots[] = { path, NULL };
        FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
        for (FTSENT *e; tree != NULL && (e = fts_read(tree)) != NULL;) {
            size_t n = 0;
            char *bytes = e->fts_info == FTS_F ? load(e->fts_path, &n) : NULL;
            if (bytes == NULL)
                continue;
            files++;
            refused += check_answer(e->fts_path, bytes, n) != OK ? 1 : 0;
            free(bytes);
        }
        if (tree != NULL)
            fts_close(tree);
    }
    if (files == 0)
        print_message("skipped: no corpora\n");
    else
        print_message("%zu files, %zu refused\n", files, refused);
    assert_int_equal(refused, files);
}

/* ---- bombs ------------------------------------------------------------------------------------
 */

struct cost {
    double seconds;
    long kib; /* beyond what it took to load the file */
    int err;
};

/* In a process of its own, so that its memory can be told. */
static struct cost cost_of(const char *bytes, size_t n)
{
    int ends[2];
    struct cost cost = { 0 };
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct rusage before, after;
        struct avails_file file;
        struct arena *arena = arena_create();
        getrusage(RUSAGE_SELF, &before);
        cost.err = avails_read(arena, bytes, n, &file);
        getrusage(RUSAGE_SELF, &after);
        cost.kib = after.ru_maxrss - before.ru_maxrss;
        cost.seconds = (double)(after.ru_utime.tv_sec - before.ru_utime.tv_sec) +
                       (double)(after.ru_utime.tv_usec - before.ru_utime.tv_usec) / 1e6;
        _exit(write(ends[1], &cost, sizeof cost) == sizeof cost ? 0 : 1);
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &cost, sizeof cost), sizeof cost);
    close(ends[0]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return cost;
}

static void check_bomb(const char *name, const char *bytes, size_t n)
{
    struct cost cost = cost_of(bytes, n);
    if (cost.err == OK || cost.seconds > 1 || cost.kib > 64 * 1024)
        fail_msg("%s: %s after %.2f s, %ld KiB", name, err_name((enum err)cost.err), cost.seconds,
                 cost.kib);
}

/* The script that makes bombs writes into a folder, which is read and removed. */
static void bombs_are_refused_within_a_second_and_64_mib(void **state)
{
    const char *shared = getenv("LANTERNE_SHARED");
    char tool[4096], folder[] = "/tmp/avails-bombs-XXXXXX";
    size_t files = 0;
    (void)state;
    snprintf(tool, sizeof tool, "%s/tools/bombs.py", shared == NULL ? "" : shared);
    if (access(tool, R_OK) != 0) {
        print_message("skipped: no %s\n", tool);
        return;
    }
    assert_non_null(mkdtemp(folder));
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (freopen("/dev/null", "w", stdout) == NULL)
            _exit(1);
        char name[] = "python3", *const arguments[] = { name, tool, folder, NULL };
        execv("/usr/bin/python3", arguments);
        _exit(1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    char *roots[] = { folder, NULL };
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    for (FTSENT *e; tree != NULL && (e = fts_read(tree)) != NULL;) {
        if (e->fts_info == FTS_F) {
            size_t n;
            char *bytes = load(e->fts_path, &n);
            assert_non_null(bytes);
            check_bomb(e->fts_name, bytes, n);
            free(bytes);
            unlink(e->fts_path);
            files++;
        } else if (e->fts_info == FTS_DP) {
            rmdir(e->fts_path);
        }
    }
    if (tree != NULL)
        fts_close(tree);
    assert_true(files > 10);
}

static void repeat(struct buf *out, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++)
        buf_text(out, text);
}

static void bombs_in_the_dress_of_avails_are_refused_as_well(void **state)
{
    static const char head[] =
        "<a:AvailList xmlns:a=\"http://www.movielabs.com/schema/avails/v2.4/avails\"><a:Avail>";
    static const struct {
        const char *name, *before, *again, *after;
        size_t times;
    } rows[] = {
        { "deep", "", "<a:Asset>", "", 500000 },
        { "deep and foreign", "", "<x>", "", 500000 },
        { "an attribute list", "<a:Asset", " x=\"1\"", "/>", 300000 },
        { "an attribute", "<a:Asset contentID=\"", "xxxxxxxxxxxxxxxx", "\"/>", 1000000 },
        { "an endless comment", "<!--", " - - - - - - - -", "", 1000000 },
        { "an endless name", "<a:", "nnnnnnnnnnnnnnnn", "/>", 1000000 },
        { "an endless instruction", "<?x ", "????????????????", "", 1000000 },
        { "an endless character section", "<a:ALID><![CDATA[", "]]]]]]]]]]]]]]]]", "", 1000000 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf text;
        buf_init(&text, LOAD_MAX);
        buf_text(&text, head);
        buf_text(&text, rows[i].before);
        repeat(&text, rows[i].again, rows[i].times);
        buf_text(&text, rows[i].after);
        assert_int_equal(text.err, OK);
        check_bomb(rows[i].name, (const char *)text.data, text.size);
        buf_finish(&text);
    }
}

static void a_file_with_a_fault_in_every_line_lists_ten_thousand_and_counts_the_rest(void **state)
{
    enum { FAULTS = 12000 };
    struct buf text;
    size_t n;
    (void)state;
    buf_init(&text, LOAD_MAX);
    repeat(&text, "<a:AllowedLanguage>XYZ</a:AllowedLanguage>\n", FAULTS);
    buf_text(&text, "<a:FormatProfile>");
    char *bytes = document_with("<a:FormatProfile>", buf_string(&text), &n);
    struct arena *arena = arena_create();
    struct avails_file file;
    assert_int_equal(avails_read(arena, bytes, n, &file), OK);
    assert_int_equal(file.n_faults, AVAILS_FAULTS_MAX);
    assert_int_equal(file.faults_left_out, FAULTS - AVAILS_FAULTS_MAX);
    assert_int_equal(file.n_refused, 1);
    arena_destroy(&arena);
    free(bytes);
    buf_finish(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_stranger_is_taken_for_avails_or_does_any_harm),
        cmocka_unit_test(bombs_are_refused_within_a_second_and_64_mib),
        cmocka_unit_test(bombs_in_the_dress_of_avails_are_refused_as_well),
        cmocka_unit_test(a_file_with_a_fault_in_every_line_lists_ten_thousand_and_counts_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
