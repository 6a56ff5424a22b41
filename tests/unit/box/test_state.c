#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "box/app/door.h"
#include "box/state/files.h"
#include "box/state/journal.h"
#include "box/state/settings.h"

static int make_folder(void **state)
{
    static char folder[] = "/tmp/box-state-XXXXXX";
    memcpy(folder + sizeof folder - 7, "XXXXXX", 6);
    *state = mkdtemp(folder);
    return *state == NULL;
}

static char *in(const char *folder, const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static int remove_folder(void **state)
{
    static const char *const names[] = { "token", "token.new", "settings.json",
                                         "log",   "log.old",   "door" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(in(*state, names[i]));
    return rmdir(*state);
}

static void a_token_is_for_its_user_alone(void **state)
{
    char token[TOKEN_BYTES];
    struct stat s;
    assert_int_equal(token_save(*state, "secret"), OK);
    assert_int_equal(stat(in(*state, "token"), &s), 0);
    assert_int_equal(s.st_mode & 0777, 0600);
    token_load(*state, token);
    assert_string_equal(token, "secret");
    assert_int_equal(chmod(in(*state, "token"), 0640), 0);
    token_load(*state, token); /* others could read it */
    assert_string_equal(token, "");
    assert_int_equal(token_save(*state, NULL), OK);
    assert_int_equal(token_save(*state, NULL), OK);
    assert_int_equal(access(in(*state, "token"), F_OK), -1);
}

static void a_file_is_replaced_whole_or_not_at_all(void **state)
{
    struct buf b;
    buf_init(&b, 100);
    assert_int_equal(file_replace(*state, "token", "one", 3), OK);
    /* What a power cut left behind is no hindrance. */
    FILE *half = fopen(in(*state, "token.new"), "w");
    assert_non_null(half);
    fclose(half);
    assert_int_equal(file_replace(*state, "token", "second", 6), OK);
    assert_int_equal(file_read(*state, "token", &b), OK);
    assert_string_equal(buf_string(&b), "second");
    assert_int_equal(access(in(*state, "token.new"), F_OK), -1);
    buf_finish(&b);
    assert_int_equal(file_replace("/nonexistent", "token", "x", 1), ERR_NOT_FOUND);
}

static void a_link_is_not_followed(void **state)
{
    struct buf b;
    buf_init(&b, 100);
    assert_int_equal(symlink("/etc/passwd", in(*state, "token")), 0);
    assert_int_not_equal(file_read(*state, "token", &b), OK);
    buf_finish(&b);
}

static void settings_outlive_the_program(void **state)
{
    struct settings s, again;
    assert_int_equal(settings_load(*state, &s), OK);
    assert_int_equal(strlen(s.box), 26);
    s.language = LANGUAGE_FR;
    s.language_is_chosen = true;
    s.text_size = 2;
    s.is_contrast = true;
    assert_int_equal(settings_save(*state, &s), OK);
    assert_int_equal(settings_load(*state, &again), OK);
    assert_memory_equal(&s, &again, sizeof s);
}

static void broken_settings_are_as_good_as_none(void **state)
{
    struct settings s;
    assert_int_equal(file_replace(*state, "settings.json", "{\"box\":\"x\",", 11), OK);
    assert_int_equal(settings_load(*state, &s), OK);
    assert_int_equal(strlen(s.box), 26);
}

static void a_box_without_a_folder_has_an_id_all_the_same(void **state)
{
    struct settings s;
    assert_int_equal(file_replace(*state, "token", "x", 1), OK);
    assert_int_not_equal(settings_load(in(*state, "token/state"), &s), OK);
    assert_int_equal(strlen(s.box), 26);
}

static void the_first_start_is_in_the_log_too(void **state)
{
    struct buf tail;
    char folder[256];
    snprintf(folder, sizeof folder, "%s", in(*state, "new"));
    journal_open(folder, false);
    journal("start", "the first line");
    buf_init(&tail, 1000);
    journal_tail(&tail, 1000);
    journal_close();
    assert_non_null(strstr(buf_string(&tail), "the first line"));
    buf_finish(&tail);
    assert_int_equal(unlink(in(folder, "log")), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void the_log_keeps_its_newest_lines_within_its_size(void **state)
{
    struct buf tail;
    struct stat now, old;
    journal_open(*state, false);
    for (int i = 0; i < 8000; i++)
        journal("test", "line %d of many, \x1b[31mwith a sign", i);
    buf_init(&tail, 100000);
    journal_tail(&tail, 2000);
    assert_non_null(strstr(buf_string(&tail), "line 7999 of many"));
    assert_null(strstr(buf_string(&tail), "\x1b"));
    buf_finish(&tail);
    journal_close();
    assert_int_equal(stat(in(*state, "log"), &now), 0);
    assert_int_equal(stat(in(*state, "log.old"), &old), 0);
    assert_true(now.st_size + old.st_size <= JOURNAL_BYTES);
    assert_int_equal(now.st_mode & 0777, 0600);
}

static void a_link_is_handed_in_to_who_listens(void **state)
{
    struct door *door = NULL, *other = NULL;
    char link[DOOR_LINK], long_one[DOOR_LINK + 1];
    memset(long_one, 'a', DOOR_LINK);
    long_one[DOOR_LINK] = 0;
    assert_int_equal(door_tell(*state, "title/a"), ERR_NOT_FOUND);
    assert_int_equal(door_tell("/no/such/folder", "title/a"), ERR_NOT_FOUND);
    assert_false(door_hear(NULL, link));
    assert_int_equal(door_open(*state, &door), OK);
    assert_false(door_hear(door, link));
    assert_int_equal(door_tell(*state, "title/a"), OK);
    assert_int_equal(door_tell(*state, "title/b"), OK);
    assert_int_equal(door_tell(*state, long_one), ERR_FULL);
    assert_true(door_hear(door, link));
    assert_string_equal(link, "title/a");
    assert_true(door_hear(door, link));
    assert_string_equal(link, "title/b");
    assert_false(door_hear(door, link));
    assert_int_equal(door_open(*state, &other), ERR_EXISTS);
    door_close(&door);
    assert_int_equal(door_tell(*state, "title/a"), ERR_NOT_FOUND);
    assert_int_equal(door_open(*state, &door), OK);
    door_close(&door);
    door_close(&door);
}

static void a_door_that_a_dead_box_left_is_taken_over(void **state)
{
    struct door *door = NULL;
    pid_t child = fork();
    if (child == 0)
        _exit(door_open(*state, &door) == OK ? 0 : 1); /* and never closed */
    int status = 1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(access(in(*state, "door"), F_OK), 0);
    assert_int_equal(door_tell(*state, "title/a"), ERR_NOT_FOUND);
    assert_int_equal(door_open(*state, &door), OK);
    assert_int_equal(door_tell(*state, "title/a"), OK);
    door_close(&door);
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(a_token_is_for_its_user_alone),
        WITH_FOLDER(a_link_is_handed_in_to_who_listens),
        WITH_FOLDER(a_door_that_a_dead_box_left_is_taken_over),
        WITH_FOLDER(a_file_is_replaced_whole_or_not_at_all),
        WITH_FOLDER(a_link_is_not_followed),
        WITH_FOLDER(settings_outlive_the_program),
        WITH_FOLDER(broken_settings_are_as_good_as_none),
        WITH_FOLDER(a_box_without_a_folder_has_an_id_all_the_same),
        WITH_FOLDER(the_first_start_is_in_the_log_too),
        WITH_FOLDER(the_log_keeps_its_newest_lines_within_its_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
