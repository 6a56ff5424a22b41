/* The bars of the jail, each rattled from inside by a process that has closed itself in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/media/jail.h"

/* A child ends with GOT_AWAY when what it tried was let through, HELD when it was refused. */
enum { GOT_AWAY = 10, HELD = 11, NOT_CLOSED = 12 };
enum { OTHER_FILE = 5 };

static int try_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == EACCES ? HELD : GOT_AWAY;
}

static int try_open(void)
{
    return open("/etc/passwd", O_RDONLY) < 0 && errno == EACCES ? HELD : GOT_AWAY;
}

static int try_create(void)
{
    return open("/tmp/lanterne-escaped", O_WRONLY | O_CREAT, 0600) < 0 ? HELD : GOT_AWAY;
}

static int try_fork(void)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    return pid < 0 ? HELD : GOT_AWAY;
}

static int try_exec(void)
{
    char *const argv[] = { "true", NULL };
    execve("/bin/true", argv, argv + 1);
    return HELD;
}

static int try_kill(void)
{
    return kill(getppid(), 0) < 0 ? HELD : GOT_AWAY;
}

static int try_ptrace(void)
{
    return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) < 0 ? HELD : GOT_AWAY;
}

static int try_code(void)
{
    void *p =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? HELD : GOT_AWAY;
}

static int try_write_elsewhere(void)
{
    return write(OTHER_FILE, "x", 1) < 0 ? HELD : GOT_AWAY;
}

/* JAIL_PIPE is a file here: even where writing is allowed, files do not grow. */
static int try_big_write(void)
{
    static char block[1 << 20];
    return write(JAIL_PIPE, block, sizeof block) < 0 ? HELD : GOT_AWAY;
}

static int try_memory(void)
{
    char *p = malloc((size_t)8 << 30);
    if (p == NULL)
        return HELD;
    memset(p, 1, 4096);
    return GOT_AWAY;
}

static int try_cpu(void)
{
    for (volatile uint64_t i = 0;; i = i + 1)
        ;
    return GOT_AWAY;
}

static void *nothing(void *context)
{
    return context;
}

/* What decoders need is let through. */
static int try_thread(void)
{
    pthread_t thread;
    void *back = NULL;
    static int mark;
    if (pthread_create(&thread, NULL, nothing, &mark) != 0 || pthread_join(thread, &back) != 0)
        return GOT_AWAY;
    return back == &mark ? HELD : GOT_AWAY;
}

static int inside(int (*attempt)(void), const char *file)
{
    const struct media_limits limits = { .cpu_seconds = 1, .memory_bytes = UINT64_C(1) << 30 };
    char why[128] = "";
    int fd = open(file, O_RDWR | O_CREAT, 0600);
    if (fd < 0 || dup2(fd, JAIL_PIPE) < 0 || dup2(fd, OTHER_FILE) < 0)
        return NOT_CLOSED;
    if (jail_close(&limits, why, sizeof why) != OK) {
        fprintf(stderr, "%s\n", why);
        return NOT_CLOSED;
    }
    return attempt();
}

/* HELD, or the signal that ended the attempt, as a negative number. */
static int outcome(int (*attempt)(void))
{
    char file[] = "/tmp/lanterne-jail-XXXXXX";
    int fd = mkstemp(file), status = 0;
    struct stat st;
    assert_true(fd >= 0);
    pid_t pid = fork();
    if (pid == 0)
        _exit(inside(attempt, file));
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(fstat(fd, &st), 0);
    assert_int_equal(st.st_size, 0);
    close(fd);
    unlink(file);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void no_socket_no_path_no_process_no_code_no_signal(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int (*attempt)(void);
        int end;
    } rows[] = {
        { "socket", try_socket, HELD },
        { "open", try_open, HELD },
        { "create", try_create, HELD },
        { "fork", try_fork, -SIGSYS },
        { "exec", try_exec, -SIGSYS },
        { "kill", try_kill, -SIGSYS },
        { "ptrace", try_ptrace, -SIGSYS },
        { "code", try_code, -SIGSYS },
        { "write elsewhere", try_write_elsewhere, -SIGSYS },
        { "big write", try_big_write, -SIGXFSZ },
        { "cpu", try_cpu, -SIGXCPU },
        { "thread", try_thread, HELD },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int end = outcome(rows[i].attempt);
        if (end != rows[i].end)
            print_error("%s: %d\n", rows[i].name, end);
        assert_int_equal(end, rows[i].end);
    }
}

static void memory_has_an_end(void **state)
{
    (void)state;
    if (jail_is_sanitized())
        skip(); /* its shadow needs address space */
    assert_int_equal(outcome(try_memory), HELD);
}

static void the_jail_says_that_it_can_be_closed(void **state)
{
    (void)state;
    char why[128] = "x";
    assert_int_equal(media_jail_check(why, sizeof why), OK);
    assert_string_equal(why, "");
}

int main(int argc, char *argv[])
{
    if (argc == 2 && strcmp(argv[1], MEDIA_JAIL_ARGUMENT) == 0)
        media_jail_main();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_socket_no_path_no_process_no_code_no_signal),
        cmocka_unit_test(memory_has_an_end),
        cmocka_unit_test(the_jail_says_that_it_can_be_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
