/* What was acknowledged is there after kill -9; a disk that fails ends the process, a full one does
 * not. This binary runs itself anew (argv[1]) as the process that is killed or whose disk fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "contracts.h"
#include "driver/store/billing.h"

enum { THREADS = 4 };

static char self[4096]; /* this binary */

/* ---- the other process ---------------------------------------------------------------------- */

struct job_of_thread {
    struct store *store;
    unsigned long count; /* rows to write */
};

/* Each row's id is told on standard output once it was acknowledged, in one write. */
static void *write_rows(void *argument)
{
    const struct job_of_thread *job = argument;
    for (unsigned long i = 0; i < job->count; i++) {
        struct title t = a_title(TITLE_FILM, "Row", 0);
        if (store_title_add(job->store, &t) != OK)
            _exit(3);
        if (write(STDOUT_FILENO, t.id.s, ID_TEXT - 1) != ID_TEXT - 1)
            _exit(4);
    }
    return NULL;
}

static int write_in_threads(const char *path, unsigned threads, unsigned long count)
{
    struct job_of_thread job = { .count = count };
    pthread_t ids[THREADS];
    if (store_open(path, &job.store) != OK)
        return 2;
    for (unsigned i = 0; i < threads; i++)
        pthread_create(&ids[i], NULL, write_rows, &job);
    for (unsigned i = 0; i < threads; i++)
        pthread_join(ids[i], NULL);
    store_close(&job.store);
    return 0;
}

/* Counts one shared row up; lost updates would show in the sum. */
static int count_up(const char *path, unsigned times)
{
    struct store *store = NULL;
    if (store_open(path, &store) != OK)
        return 2;
    for (unsigned i = 0; i < times; i++) {
        if (store_sign_in_failed(store, "shared", INSTANT(0)) != OK)
            return 3;
    }
    store_close(&store);
    return 0;
}

/* Goes on after a full disk; 0 when one was met and writing worked again after it. */
static int meet_full_disk(const char *path)
{
    struct store *store = NULL;
    unsigned refused = 0, after = 0;
    if (store_open(path, &store) != OK)
        return 2;
    for (int i = 0; i < 60; i++) {
        struct title t = a_title(TITLE_FILM, "Row", 0);
        enum err err = store_title_add(store, &t);
        if (err != OK && err != ERR_NO_SPACE)
            return 3;
        refused += err == ERR_NO_SPACE;
        after += err == OK && refused > 0;
        if (err == OK && write(STDOUT_FILENO, t.id.s, ID_TEXT - 1) != ID_TEXT - 1)
            return 4;
    }
    store_close(&store);
    return refused > 0 && after > 0 ? 0 : 5;
}

/* An import of some thousand rights, told when it is acknowledged. */
static int import_avails(const char *path)
{
    enum { AVAILS = 3000 };
    struct place p = { .arena = arena_create() };
    struct store_right right = a_right("t", "FR", 0, 30);
    struct store_avail_change *changes = ARENA_ARRAY(p.arena, struct store_avail_change, AVAILS);
    struct store_avails_report report;
    const char *keys[] = { "cid:F" };
    for (size_t i = 0; i < AVAILS; i++) {
        changes[i] = a_change(STORE_AVAIL_EXTRACT, arena_printf(p.arena, "a%zu", i), &right, 1);
        changes[i].avail.keys = keys;
        changes[i].avail.n_keys = i == AVAILS / 2 ? 1 : 0;
    }
    if (store_open(path, &p.store) != OK)
        return 2;
    if (write(STDOUT_FILENO, "opened....................", ID_TEXT - 1) != ID_TEXT - 1 ||
        store_avails_apply(p.store, p.arena, changes, AVAILS, false, INSTANT(0), &report) != OK ||
        write(STDOUT_FILENO, "done......................", ID_TEXT - 1) != ID_TEXT - 1)
        return 3;
    for (;;)
        pause();
}

static int other_process(const char *what, const char *path)
{
    if (strcmp(what, "import") == 0)
        return import_avails(path);
    if (strcmp(what, "threads") == 0)
        return write_in_threads(path, THREADS, 1000000);
    if (strcmp(what, "one-by-one") == 0)
        return write_in_threads(path, 1, 200);
    if (strcmp(what, "count") == 0)
        return count_up(path, 150);
    if (strcmp(what, "full") == 0)
        return meet_full_disk(path);
    return 1;
}

/* ---- the test ------------------------------------------------------------------------------- */

struct child {
    pid_t pid;
    int out; /* what it acknowledged */
};

static struct child start(const char *const *argv)
{
    struct child child = { 0 };
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    child.pid = fork();
    assert_true(child.pid >= 0);
    if (child.pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        /* a traced process cannot look for leaks */
        setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
        setenv("LSAN_OPTIONS", "detect_leaks=0", 1);
        execv(argv[0], (char *const *)argv);
        _exit(127);
    }
    close(ends[1]);
    child.out = ends[0];
    return child;
}

/* All that the child told; ends at a whole id. */
static size_t read_ids(struct child *child, struct arena *arena, char **out)
{
    enum { ROOM = 4 << 20 };
    char *ids = arena_alloc(arena, ROOM);
    size_t n = 0;
    for (ssize_t got; (got = read(child->out, ids + n, ROOM - n)) > 0;)
        n += (size_t)got;
    close(child->out);
    *out = ids;
    return n / (ID_TEXT - 1);
}

static int wait_for(struct child *child)
{
    int status = 0;
    assert_int_equal(waitpid(child->pid, &status, 0), child->pid);
    return status;
}

static void all_are_there(struct place *p, const char *ids, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct title t;
        title_id id = { { 0 } };
        memcpy(id.s, ids + i * (ID_TEXT - 1), ID_TEXT - 1);
        assert_int_equal(store_title_get(p->store, p->arena, id, &t), OK);
        assert_string_equal(t.original_title, "Row");
    }
}

static void is_sound(struct place *p)
{
    const char **problems;
    size_t n = 9;
    assert_int_equal(store_check(p->store, p->arena, &problems, &n), OK);
    assert_int_equal(n, 0);
}

/* From 50 to 300 ms: from opening the store to many commits. */
static long random_pause_ns(void)
{
    char id[ID_TEXT];
    long sum = 0;
    id_new(id);
    for (size_t i = 0; id[i] != 0; i++)
        sum = (sum * 31 + id[i]) % 250;
    return (50 + sum) * 1000000;
}

static void what_was_acknowledged_is_there_after_kill_9(void **state)
{
    struct place *p = *state;
    size_t total = 0;
    for (int round = 0; round < 12; round++) {
        char *ids;
        store_close(&p->store);
        struct child child = start((const char *const[]){ self, "threads", p->path, NULL });
        struct timespec pause = { .tv_nsec = random_pause_ns() };
        nanosleep(&pause, NULL);
        kill(child.pid, SIGKILL);
        size_t n = read_ids(&child, p->arena, &ids);
        assert_true(WIFSIGNALED(wait_for(&child)));
        assert_int_equal(store_open(p->path, &p->store), OK);
        all_are_there(p, ids, n);
        total += n;
    }
    is_sound(p);
    print_message("%zu acknowledged rows over 12 kills\n", total);
    assert_true(total > 0);
}

static enum err count_avail(void *context, const struct store_avail *avail)
{
    *(size_t *)context += avail->n_rights;
    return OK;
}

/* Kills it ever later, until one import has come to its end. */
static void an_import_that_is_killed_leaves_all_or_nothing(void **state)
{
    struct place *p = *state;
    struct title film = a_film(p, "F", true);
    open_territory(p, "FR");
    size_t none = 0;
    for (long pause_ms = 5;; pause_ms += pause_ms / 2) {
        char *words;
        char first[ID_TEXT];
        size_t n = 0;
        store_close(&p->store);
        struct child child = start((const char *const[]){ self, "import", p->path, NULL });
        assert_int_equal(read(child.out, first, ID_TEXT - 1), ID_TEXT - 1);
        struct timespec pause = { pause_ms / 1000, pause_ms % 1000 * 1000000 };
        nanosleep(&pause, NULL);
        kill(child.pid, SIGKILL);
        bool is_done = read_ids(&child, p->arena, &words) > 0;
        assert_true(WIFSIGNALED(wait_for(&child)));
        assert_int_equal(store_open(p->path, &p->store), OK);
        assert_int_equal(store_avails_each(p->store, NULL, count_avail, &n), OK);
        assert_true(n == 3000 || (n == 0 && !is_done));
        enum viewing_reason reason = n == 0 ? VIEWING_PLAY : VIEWING_NO_RIGHT;
        assert_int_equal(showing_of(p, playable_of(film.id), "FR", AT_DAY(40)).reason, reason);
        is_sound(p);
        none += n == 0;
        if (n > 0)
            break;
    }
    print_message("%zu imports were killed before their end\n", none);
    assert_true(none > 0);
}

static void two_processes_write_side_by_side_and_lose_nothing(void **state)
{
    struct place *p = *state;
    unsigned count = 0;
    utc_time last;
    const char *const argv[] = { self, "count", p->path, NULL };
    struct child a = start(argv), b = start(argv);
    for (int i = 0; i < 50; i++)
        assert_int_equal(store_sign_in_failed(p->store, "shared", INSTANT(0)), OK);
    assert_int_equal(wait_for(&a), 0);
    assert_int_equal(wait_for(&b), 0);
    close(a.out);
    close(b.out);
    assert_int_equal(store_sign_in_failures(p->store, "shared", INSTANT(0), &count, &last), OK);
    assert_int_equal(count, 350);
    is_sound(p);
}

static bool has_strace(void)
{
    struct child child = start(
        (const char *const[]){ "/usr/bin/strace", "-qq", "-o", "/dev/null", "/bin/true", NULL });
    close(child.out);
    bool has = wait_for(&child) == 0;
    if (!has)
        print_message("skipped: strace is not here or may not trace\n");
    return has;
}

static void a_failed_flush_ends_the_process_and_loses_nothing(void **state)
{
    struct place *p = *state;
    if (!has_strace())
        return;
    /* 2 is SQLite's flush of the directory, which store_open has done itself before */
    static const int rows[] = { 1, 3, 4, 7, 20, 90 };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char inject[80], *ids;
        store_close(&p->store);
        snprintf(inject, sizeof inject, "inject=fdatasync:error=EIO:when=%d", rows[i]);
        struct child child =
            start((const char *const[]){ "/usr/bin/strace", "-f", "-qq", "-o", "/dev/null", "-e",
                                         inject, self, "one-by-one", p->path, NULL });
        size_t n = read_ids(&child, p->arena, &ids);
        int status = wait_for(&child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 70);
        /* one flush at least for each that was acknowledged */
        assert_true(n < (size_t)rows[i]);
        assert_true(rows[i] < 20 || n > 0);
        assert_int_equal(store_open(p->path, &p->store), OK);
        all_are_there(p, ids, n);
        is_sound(p);
    }
}

static void a_directory_that_cannot_be_flushed_is_not_opened(void **state)
{
    struct place *p = *state;
    char *ids;
    if (!has_strace())
        return;
    store_close(&p->store);
    struct child child =
        start((const char *const[]){ "/usr/bin/strace", "-f", "-qq", "-o", "/dev/null", "-e",
                                     "inject=fsync:error=EIO", self, "one-by-one", p->path, NULL });
    assert_int_equal(read_ids(&child, p->arena, &ids), 0);
    int status = wait_for(&child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 2);
}

static void a_failed_write_ends_the_process_too(void **state)
{
    struct place *p = *state;
    char *ids;
    if (!has_strace())
        return;
    store_close(&p->store);
    struct child child = start((const char *const[]){
        "/usr/bin/strace", "-f", "-qq", "-o", "/dev/null", "-e",
        "inject=pwrite64:error=EIO:when=40", self, "one-by-one", p->path, NULL });
    size_t n = read_ids(&child, p->arena, &ids);
    int status = wait_for(&child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 70);
    assert_int_equal(store_open(p->path, &p->store), OK);
    all_are_there(p, ids, n);
    is_sound(p);
}

static void a_full_disk_refuses_and_the_service_lives(void **state)
{
    struct place *p = *state;
    char *ids;
    if (!has_strace())
        return;
    store_close(&p->store);
    struct child child = start((const char *const[]){
        "/usr/bin/strace", "-f", "-qq", "-o", "/dev/null", "-e",
        "inject=pwrite64:error=ENOSPC:when=40..60", self, "full", p->path, NULL });
    size_t n = read_ids(&child, p->arena, &ids);
    int status = wait_for(&child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(store_open(p->path, &p->store), OK);
    assert_true(n > 0);
    all_are_there(p, ids, n);
    is_sound(p);
}

/* ---- opening -------------------------------------------------------------------------------- */

static void put_file(const char *path, const char *bytes, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, n), n);
    close(fd);
}

static void what_is_no_store_is_told_from_one(void **state)
{
    struct place *p = *state;
    struct store *store = NULL;
    char path[96], words[5000];
    struct stat st;
    assert_int_equal(stat(p->path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(store_create(p->path), ERR_EXISTS);
    snprintf(path, sizeof path, "%s/none", p->dir);
    assert_int_equal(store_open(path, &store), ERR_NOT_FOUND);
    assert_int_equal(store_open(p->dir, &store), ERR_MALFORMED);
    memset(words, 'x', sizeof words);
    snprintf(path, sizeof path, "%s/words", p->dir);
    put_file(path, words, sizeof words);
    assert_int_equal(store_open(path, &store), ERR_MALFORMED);
    unlink(path);
    put_file(path, "", 0);
    assert_int_equal(store_open(path, &store), ERR_MALFORMED);
    char rest[112];
    snprintf(rest, sizeof rest, "%s-wal", path);
    unlink(rest);
    snprintf(rest, sizeof rest, "%s-shm", path);
    unlink(rest);
    unlink(path);
}

/* Speaks to the file behind the store's back. */
static void run_sql(struct place *p, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(p->path, &db), SQLITE_OK);
    while (sql[0] != 0) {
        sqlite3_stmt *statement = NULL;
        assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, &sql), SQLITE_OK);
        assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
        sqlite3_finalize(statement);
    }
    sqlite3_close(db);
}

static void a_store_of_a_newer_lanterne_is_left_alone(void **state)
{
    struct place *p = *state;
    struct store *store = NULL;
    store_close(&p->store);
    assert_int_equal(store_open(p->path, &p->store), OK); /* again: nothing to do */
    store_close(&p->store);
    run_sql(p, "INSERT INTO store_version (version) VALUES (1000)");
    assert_int_equal(store_open(p->path, &store), ERR_UNSUPPORTED);
    run_sql(p, "DELETE FROM store_version WHERE version = 1000");
    assert_int_equal(store_open(p->path, &p->store), OK);
    is_sound(p);
}

static void a_store_of_a_lanterne_that_was_never_released_is_refused(void **state)
{
    struct place *p = *state;
    store_close(&p->store);
    run_sql(p, "DROP TABLE made_key");
    assert_int_equal(store_open(p->path, &p->store), ERR_MALFORMED);
}

/* Puts a store of an older version in the place of the one that is there. */
static void put_version(struct place *p, int version)
{
    static const char *const ends[] = { "", "-wal", "-shm" };
    char path[1024], *sql = arena_alloc(p->arena, 65536);
    const char *data = getenv("LANTERNE_TEST_DATA");
    store_close(&p->store);
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s%s", p->path, ends[i]);
        unlink(path);
    }
    assert_non_null(data);
    snprintf(path, sizeof path, "%s/store/version-%d.sql", data, version);
    int fd = open(path, O_RDONLY);
    assert_true(fd >= 0);
    assert_true(read(fd, sql, 65535) > 0);
    close(fd);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(p->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void a_store_of_an_older_lanterne_is_brought_up_to_date(void **state)
{
    struct place *p = *state;
    put_version(p, 2);
    run_sql(p, "DROP TABLE rendition_before; DROP TABLE edition_before;"
               "INSERT INTO edition_retired (id, retired) VALUES ('long ago', 1);"
               "DELETE FROM store_version WHERE version > 1;");
    assert_int_equal(store_open(p->path, &p->store), OK);
    edition_id *retired = NULL;
    size_t n = 0;
    assert_int_equal(store_editions_retired(p->store, p->arena, INSTANT(0), &retired, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(store_edition_forget(p->store, retired[0]), OK);
    is_sound(p);
}

static void what_an_older_store_held_is_shown_where_the_house_opens(void **state)
{
    struct place *p = *state;
    struct title_page page;
    const struct territory_change open = { .state = TERRITORY_OPEN };
    struct title_filter filter = { .territory = "FR", .now = INSTANT(5) };
    uint8_t digest[32] = { [31] = 1 };
    struct store_session session;
    utc_time began;
    put_version(p, 2);
    assert_int_equal(store_open(p->path, &p->store), OK);
    assert_int_equal(store_titles_list(p->store, p->arena, &filter, &page), OK);
    assert_int_equal(page.n, 0);
    assert_int_equal(store_territory_change(p->store, "FR", &open, INSTANT(1)), OK);
    assert_int_equal(store_titles_list(p->store, p->arena, &filter, &page), OK);
    assert_int_equal(page.n, 1); /* no episode of the series is ready */
    assert_string_equal(page.titles[0].original_title, "Le Film");
    assert_false(page.titles[0].is_licensed);
    assert_int_equal(page.showings[0].min_age, 12);
    assert_int_equal(store_session_get(p->store, p->arena, digest, INSTANT(0), &session), OK);
    assert_string_equal(session.profile.id.s, session.member.id.s);
    playable_id film;
    memcpy(film.s, page.titles[0].id.s, sizeof film.s);
    assert_int_equal(store_playback_first(p->store, session.member.id, film, INSTANT(0), &began),
                     OK);
    assert_int_equal(began.us, 1000);
    is_sound(p);
}

static void is_limited(const struct profile *profile, const char *name, int age)
{
    assert_string_equal(profile->name, name);
    assert_int_equal(profile->max_age, age);
    assert_int_equal(profile->is_child, age > 0);
}

static void what_a_member_had_seen_goes_to_the_first_profile(void **state)
{
    struct place *p = *state;
    const member_id home = { "householdaaaaaaaaaaaaaaaaa" };
    const playable_id film = { "filmaaaaaaaaaaaaaaaaaaaaaa" };
    uint8_t first[32] = { [31] = 2 }, second[32] = { [31] = 3 };
    struct store_session session;
    struct store_progress *seen;
    struct store_playback playback;
    struct profile *all;
    size_t n = 0;
    put_version(p, 3);
    assert_int_equal(store_open(p->path, &p->store), OK);
    assert_int_equal(store_profiles_list(p->store, p->arena, home, &all, &n), OK);
    assert_int_equal(n, 4);
    assert_true(profile_is_main(&all[0]));
    is_limited(&all[0], "", 0);
    is_limited(&all[1], "Anne", 0);
    is_limited(&all[2], "Jo", PROFILE_CHILD_AGE_MAX);
    is_limited(&all[3], "Mia", PROFILE_CHILD_AGE);
    assert_int_equal(store_session_get(p->store, p->arena, first, INSTANT(0), &session), OK);
    assert_string_equal(session.profile.id.s, home.s);
    assert_int_equal(store_session_get(p->store, p->arena, second, INSTANT(0), &session), OK);
    assert_string_equal(session.profile.name, "Jo");
    assert_int_equal(
        store_progress_list(p->store, p->arena, profile_main(home), false, 9, &seen, &n), OK);
    assert_int_equal(n, 2);
    assert_string_equal(seen[0].playable.s, film.s);
    assert_int_equal(seen[0].position_ms, 30000);
    assert_true(seen[1].is_finished);
    assert_int_equal(store_progress_list(p->store, p->arena, all[1].id, false, 9, &seen, &n), OK);
    assert_int_equal(n, 0);
    assert_int_equal(
        store_playback_get(p->store, (playback_id){ "playbackhomeaaaaaaaaaaaaaa" }, &playback), OK);
    assert_string_equal(playback.profile.s, home.s);
    is_sound(p);
}

static void has_membership(struct place *p, const char *id, enum membership_state state,
                           enum membership_row_kind kind, utc_time due)
{
    member_id member = { "" };
    struct membership m;
    struct store_membership_row *rows;
    size_t n = 0;
    snprintf(member.s, sizeof member.s, "%s", id);
    assert_int_equal(store_membership_get(p->store, member, &m), OK);
    assert_int_equal(m.state, state);
    assert_int_equal(m.due.us, due.us);
    assert_int_equal(store_membership_rows(p->store, p->arena, member, 0, 9, &rows, &n), OK);
    assert_int_equal(n, state == MEMBERSHIP_NONE ? 0 : 1);
    if (n > 0) {
        assert_int_equal(rows[0].row.kind, kind);
        assert_int_equal(rows[0].row.state, state);
    }
}

static void trials_and_months_of_an_older_store_become_memberships(void **state)
{
    struct place *p = *state;
    const utc_time ahead = { INT64_C(4102444800) * UTC_SECOND };
    struct member m;
    struct store_ledger_check check;
    put_version(p, 3);
    run_sql(p, "DELETE FROM session; DELETE FROM playback; DELETE FROM progress;"
               "DELETE FROM profile; DELETE FROM member;"
               "INSERT INTO member (id, role, email, email_key, password_hash, language, territory,"
               " created, trial_from, trial_until, paid_from, paid_until) VALUES"
               " ('none', 'member', 'n', 'n', '', 'fr', 'FR', 1, 0, 0, 0, 0),"
               " ('trial', 'member', 't', 't', '', 'fr', 'BE', 1, 5, 4102444800000000, 0, 0),"
               " ('paid', 'member', 'p', 'p', '', 'fr', 'FR', 1, 5, 9, 9, 4102444800000000),"
               " ('new', 'member', 'w', 'w', '', 'fr', 'FR', 1, 0, 0, 9, 4102444800000000),"
               " ('old', 'member', 'o', 'o', '', 'fr', 'FR', 1, 5, 9, 9, 11),"
               " ('left', 'member', 'l', 'l', '', 'fr', 'FR', 1, 5, 9, 0, 0);");
    assert_int_equal(store_open(p->path, &p->store), OK);
    has_membership(p, "none", MEMBERSHIP_NONE, ROW_TRIAL, (utc_time){ 0 });
    has_membership(p, "trial", MEMBERSHIP_TRIAL, ROW_TRIAL, ahead);
    has_membership(p, "paid", MEMBERSHIP_ACTIVE, ROW_CONVERT, ahead);
    has_membership(p, "new", MEMBERSHIP_ACTIVE, ROW_JOIN, ahead);
    has_membership(p, "old", MEMBERSHIP_ENDED, ROW_END, (utc_time){ 0 });
    has_membership(p, "left", MEMBERSHIP_ENDED, ROW_END, (utc_time){ 0 });
    assert_int_equal(store_member_get(p->store, p->arena, (member_id){ "paid" }, &m), OK);
    assert_int_equal(m.subscription.trial_from.us, 5);
    assert_int_equal(m.subscription.trial_until.us, 9);
    assert_int_equal(m.subscription.paid_from.us, 9);
    assert_int_equal(m.subscription.paid_until.us, ahead.us);
    assert_int_equal(store_member_get(p->store, p->arena, (member_id){ "none" }, &m), OK);
    assert_int_equal(m.subscription.paid_until.us, 0);
    assert_int_equal(store_ledger_check(p->store, p->arena, &check), OK);
    assert_int_equal(check.n_problems, 0);
    is_sound(p);
}

static void a_broken_reference_is_found_by_the_check(void **state)
{
    struct place *p = *state;
    const char **problems;
    size_t n = 0;
    run_sql(p, "PRAGMA foreign_keys = OFF;"
               "INSERT INTO playable (id, title) VALUES ('a', 'nowhere');"
               "INSERT INTO edition VALUES ('e', 'a', 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);");
    assert_int_equal(store_check(p->store, p->arena, &problems, &n), OK);
    assert_int_equal(n, 3);
    assert_string_equal(problems[1], "a playable is neither a film nor an episode: a");
    assert_string_equal(problems[2], "an edition has no rendition: e");
}

int main(int argc, char **argv)
{
    if (argc == 3)
        return other_process(argv[1], argv[2]);
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n < 0)
        return 1;
#define ROW(f) cmocka_unit_test_setup_teardown(f, place_make, place_clear)
    const struct CMUnitTest tests[] = {
        ROW(what_was_acknowledged_is_there_after_kill_9),
        ROW(an_import_that_is_killed_leaves_all_or_nothing),
        ROW(two_processes_write_side_by_side_and_lose_nothing),
        ROW(a_failed_flush_ends_the_process_and_loses_nothing),
        ROW(a_directory_that_cannot_be_flushed_is_not_opened),
        ROW(a_failed_write_ends_the_process_too),
        ROW(a_full_disk_refuses_and_the_service_lives),
        ROW(what_is_no_store_is_told_from_one),
        ROW(a_store_of_a_newer_lanterne_is_left_alone),
        ROW(a_store_of_a_lanterne_that_was_never_released_is_refused),
        ROW(a_store_of_an_older_lanterne_is_brought_up_to_date),
        ROW(what_an_older_store_held_is_shown_where_the_house_opens),
        ROW(what_a_member_had_seen_goes_to_the_first_profile),
        ROW(trials_and_months_of_an_older_store_become_memberships),
        ROW(a_broken_reference_is_found_by_the_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
