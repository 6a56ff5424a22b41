#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/blob/blob.h"

struct place {
    char dir[64];
    struct blob_store *store;
    struct arena *arena;
};

static int place_make(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    snprintf(p->dir, sizeof p->dir, "/tmp/lanterne-blob-XXXXXX");
    assert_non_null(mkdtemp(p->dir));
    assert_int_equal(blob_store_open(p->dir, &p->store), OK);
    p->arena = arena_create();
    *state = p;
    return 0;
}

static int place_clear(void **state)
{
    struct place *p = *state;
    struct blob_entry *entries;
    size_t n = 0;
    assert_int_equal(blob_list(p->store, p->arena, "", &entries, &n), OK);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(blob_remove(p->store, entries[i].name), OK);
    static const char *const tops[] = { "media", "a", "b" };
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(blob_remove_tree(p->store, tops[i]), OK);
    assert_int_equal(blob_sweep(p->store, -10), OK);
    blob_store_close(&p->store);
    arena_destroy(&p->arena);
    char path[96];
    snprintf(path, sizeof path, "%s/link", p->dir);
    unlink(path);
    snprintf(path, sizeof path, "%s/.tmp", p->dir);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(rmdir(p->dir), 0);
    free(p);
    return 0;
}

static void names_that_could_leave_the_store_are_no_names(void **state)
{
    struct place *p = *state;
    static const struct {
        const char *name;
        bool good;
    } rows[] = {
        { "a", true },
        { "media/abc/v1080.mp4", true },
        { "media/abc/tiles/1.jpg", true },
        { "a..b", true },
        { "", false },
        { "/a", false },
        { "a/", false },
        { "a//b", false },
        { "..", false },
        { "a/../b", false },
        { "./a", false },
        { "a/.tmp", false },
        { ".tmp/a", false },
        { "-a", false },
        { "a/-b", false },
        { "A", false },
        { "a b", false },
        { "a\nb", false },
        { "caf\xc3\xa9", false },
        { "a\\b", false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t size = 0;
        assert_int_equal(blob_name_is_good(rows[i].name), rows[i].good);
        assert_int_equal(blob_size(p->store, rows[i].name, &size),
                         rows[i].good ? ERR_NOT_FOUND : ERR_ARGUMENT);
        if (!rows[i].good)
            assert_int_equal(blob_put(p->store, rows[i].name, "x", 1), ERR_ARGUMENT);
    }
    char longest[BLOB_NAME_MAX + 2];
    memset(longest, 'a', sizeof longest);
    longest[BLOB_NAME_MAX] = 0;
    assert_true(blob_name_is_good(longest));
    longest[BLOB_NAME_MAX] = 'a';
    longest[BLOB_NAME_MAX + 1] = 0;
    assert_false(blob_name_is_good(longest));
}

static void what_was_put_is_read_back_and_replaced_whole(void **state)
{
    struct place *p = *state;
    uint8_t *bytes;
    size_t n;
    assert_int_equal(blob_put(p->store, "media/x/one", "first", 5), OK);
    assert_int_equal(blob_put(p->store, "media/x/one", "second!", 7), OK);
    assert_int_equal(blob_read(p->store, p->arena, "media/x/one", 7, &bytes, &n), OK);
    assert_int_equal(n, 7);
    assert_string_equal((char *)bytes, "second!");
    assert_int_equal(blob_read(p->store, p->arena, "media/x/one", 6, &bytes, &n), ERR_FULL);
    assert_int_equal(blob_put(p->store, "media/x", "dir", 3), ERR_EXISTS);
    assert_int_equal(blob_rename(p->store, "media/x/one", "a/deep/two"), OK);
    int64_t size = 0;
    assert_int_equal(blob_size(p->store, "media/x/one", &size), ERR_NOT_FOUND);
    assert_int_equal(blob_size(p->store, "a/deep/two", &size), OK);
    assert_int_equal(size, 7);
    assert_int_equal(blob_size(p->store, "a/deep", &size), ERR_NOT_FOUND);
    assert_int_equal(blob_remove(p->store, "a/deep"), ERR_NOT_FOUND);
    assert_int_equal(blob_remove(p->store, "a/deep/none"), ERR_NOT_FOUND);
}

static void a_writer_shows_nothing_until_it_commits(void **state)
{
    struct place *p = *state;
    struct blob_writer *w = NULL;
    int64_t size = 0;
    assert_int_equal(blob_writer_create(p->store, "media/y/big", &w), OK);
    assert_int_equal(blob_writer_append(w, "....", 4), OK);
    assert_int_equal(blob_writer_append(w, "5678", 4), OK);
    assert_int_equal(blob_writer_patch(w, 0, "1234", 4), OK);
    assert_int_equal(blob_writer_size(w), 8);
    assert_int_equal(blob_size(p->store, "media/y/big", &size), ERR_NOT_FOUND);
    assert_int_equal(blob_writer_commit(&w), OK);
    assert_null(w);
    uint8_t *bytes;
    size_t n;
    assert_int_equal(blob_read(p->store, p->arena, "media/y/big", 100, &bytes, &n), OK);
    assert_string_equal((char *)bytes, "12345678");

    assert_int_equal(blob_writer_create(p->store, "media/y/big", &w), OK);
    assert_int_equal(blob_writer_append(w, "gone", 4), OK);
    blob_writer_abort(&w);
    blob_writer_abort(&w);
    assert_int_equal(blob_size(p->store, "media/y/big", &size), OK);
    assert_int_equal(size, 8);
}

static void part_of_a_file_is_copied_and_a_short_file_is_said(void **state)
{
    struct place *p = *state;
    struct blob_writer *w = NULL;
    int fd = -1;
    int64_t size = 0;
    uint8_t *bytes;
    size_t n;
    assert_int_equal(blob_put(p->store, "a/from", "0123456789", 10), OK);
    assert_int_equal(blob_open(p->store, "a/from", &fd, &size), OK);
    assert_int_equal(blob_writer_create(p->store, "a/to", &w), OK);
    assert_int_equal(blob_writer_append(w, "x", 1), OK);
    assert_int_equal(blob_writer_append_fd(w, fd, 3, 4), OK);
    assert_int_equal(blob_writer_commit(&w), OK);
    assert_int_equal(blob_read(p->store, p->arena, "a/to", 100, &bytes, &n), OK);
    assert_string_equal((char *)bytes, "x3456");
    assert_int_equal(blob_writer_create(p->store, "a/short", &w), OK);
    assert_int_equal(blob_writer_append_fd(w, fd, 8, 3), ERR_TRUNCATED);
    assert_int_equal(blob_writer_commit(&w), ERR_TRUNCATED);
    assert_int_equal(blob_size(p->store, "a/short", &size), ERR_NOT_FOUND);
    close(fd);
}

static void a_link_leads_nowhere(void **state)
{
    struct place *p = *state;
    char path[96];
    int64_t size = 0;
    snprintf(path, sizeof path, "%s/link", p->dir);
    assert_int_equal(symlink("/etc", path), 0);
    assert_int_equal(blob_size(p->store, "link/passwd", &size), ERR_DENIED);
    assert_int_equal(blob_put(p->store, "link/x", "x", 1), ERR_DENIED);
    struct blob_entry *entries;
    size_t n = 1;
    assert_int_equal(blob_list(p->store, p->arena, "", &entries, &n), OK);
    assert_int_equal(n, 0);
}

static void trees_are_listed_by_name_and_removed(void **state)
{
    struct place *p = *state;
    static const char *const names[] = { "media/b/2", "media/a", "media/b/1", "media/b/c/d",
                                         "b/x" };
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(blob_put(p->store, names[i], names[i], i), OK);
    struct blob_entry *entries;
    size_t n = 0;
    assert_int_equal(blob_list(p->store, p->arena, "media", &entries, &n), OK);
    assert_int_equal(n, 4);
    static const char *const sorted[] = { "media/a", "media/b/1", "media/b/2", "media/b/c/d" };
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(entries[i].name, sorted[i]);
    assert_int_equal(entries[2].size, 0);
    assert_int_equal(blob_remove_tree(p->store, "media/b"), OK);
    assert_int_equal(blob_remove_tree(p->store, "media/b"), OK);
    assert_int_equal(blob_remove_tree(p->store, "never/was"), OK);
    assert_int_equal(blob_list(p->store, p->arena, "", &entries, &n), OK);
    assert_int_equal(n, 2);
    assert_int_equal(blob_list(p->store, p->arena, "media/b", &entries, &n), OK);
    assert_int_equal(n, 0);
}

static void a_killed_writer_leaves_the_old_blob_and_a_file_to_sweep(void **state)
{
    struct place *p = *state;
    assert_int_equal(blob_put(p->store, "a/kept", "old", 3), OK);
    pid_t child = fork();
    if (child == 0) {
        struct blob_writer *w = NULL;
        if (blob_writer_create(p->store, "a/kept", &w) != OK ||
            blob_writer_append(w, "new", 3) != OK)
            _exit(1);
        kill(getpid(), SIGKILL);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    uint8_t *bytes;
    size_t n;
    assert_int_equal(blob_read(p->store, p->arena, "a/kept", 3, &bytes, &n), OK);
    assert_string_equal((char *)bytes, "old");
    int64_t space = 0;
    assert_int_equal(blob_space_free(p->store, &space), OK);
    assert_true(space > 0);
}

int main(void)
{
#define ROW(f) cmocka_unit_test_setup_teardown(f, place_make, place_clear)
    const struct CMUnitTest tests[] = {
        ROW(names_that_could_leave_the_store_are_no_names),
        ROW(what_was_put_is_read_back_and_replaced_whole),
        ROW(a_writer_shows_nothing_until_it_commits),
        ROW(part_of_a_file_is_copied_and_a_short_file_is_said),
        ROW(a_link_leads_nowhere),
        ROW(trees_are_listed_by_name_and_removed),
        ROW(a_killed_writer_leaves_the_old_blob_and_a_file_to_sweep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
