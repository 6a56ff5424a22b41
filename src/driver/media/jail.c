#include "driver/media/jail.h"

#include <errno.h>
#include <grp.h>
#include <linux/landlock.h>
#include <malloc.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) ||                         \
    __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

enum {
    NOBODY = 65534,
    FILES_MAX = 16,
    CPU_GRACE = 5, /* seconds between the signal that can be told and the one that cannot */
};

/* Mapped libraries and the stacks of threads are address space, not memory. */
#define ADDRESS_SPARE (UINT64_C(3) << 30)

bool jail_is_sanitized(void)
{
    return SANITIZED != 0;
}

static enum err failed(const char *what, char *why, size_t room)
{
    snprintf(why, room, "%s: %s", what, strerror(errno));
    return ERR_DENIED;
}

static bool limit(int what, uint64_t soft, uint64_t hard)
{
    struct rlimit r = { .rlim_cur = soft, .rlim_max = hard };
    struct rlimit now;
    if (getrlimit((__rlimit_resource_t)what, &now) != 0)
        return false;
    if (r.rlim_max > now.rlim_max) /* an ordinary user cannot raise it, and need not */
        r.rlim_max = now.rlim_max;
    if (r.rlim_cur > r.rlim_max)
        r.rlim_cur = r.rlim_max;
    return setrlimit((__rlimit_resource_t)what, &r) == 0;
}

static enum err limit_all(const struct media_limits *limits, char *why, size_t room)
{
    uint64_t space = limits->memory_bytes + ADDRESS_SPARE;
    mallopt(M_ARENA_MAX, 2);
    if (!limit(RLIMIT_CPU, limits->cpu_seconds, limits->cpu_seconds + CPU_GRACE))
        return failed("the limit of CPU time", why, room);
    if (!SANITIZED && !limit(RLIMIT_AS, space, space))
        return failed("the limit of memory", why, room);
    if (!limit(RLIMIT_FSIZE, 0, 0) || !limit(RLIMIT_CORE, 0, 0) ||
        !limit(RLIMIT_NOFILE, FILES_MAX, FILES_MAX) || !limit(RLIMIT_MSGQUEUE, 0, 0))
        return failed("the limit of files", why, room);
    return OK;
}

static enum err drop_root(char *why, size_t room)
{
    if (geteuid() != 0)
        return OK;
    if (setgroups(0, NULL) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
        setresuid(NOBODY, NOBODY, NOBODY) != 0)
        return failed("becoming nobody", why, room);
    return OK;
}

/* An empty set of rules over everything the kernel at hand can hold back. The attribute is written
 * here, since the header may be older than the kernel. */
static enum err close_paths(char *why, size_t room)
{
    struct {
        uint64_t fs, net, scoped;
    } attr = { .fs = (UINT64_C(1) << 13) - 1 };
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 1)
        return failed("Landlock", why, room);
    if (abi >= 2)
        attr.fs |= UINT64_C(1) << 13; /* REFER */
    if (abi >= 3)
        attr.fs |= UINT64_C(1) << 14; /* TRUNCATE */
    if (abi >= 5)
        attr.fs |= UINT64_C(1) << 15; /* IOCTL_DEV */
    if (abi >= 4)
        attr.net = 3; /* bind and connect */
    if (abi >= 6)
        attr.scoped = 3; /* abstract sockets and signals */
    size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
    long rules = syscall(SYS_landlock_create_ruleset, &attr, size, 0);
    if (rules < 0)
        return failed("Landlock", why, room);
    long done = syscall(SYS_landlock_restrict_self, (int)rules, 0);
    close((int)rules);
    return done == 0 ? OK : failed("Landlock", why, room);
}

/* What may be called freely: memory, threads' waiting, clocks, and bytes of open descriptors. */
static const int free_calls[] = {
    SCMP_SYS(read),
    SCMP_SYS(pread64),
    SCMP_SYS(readv),
    SCMP_SYS(fstat),
    SCMP_SYS(poll),
    SCMP_SYS(close),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(brk),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getrandom),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(getrusage),
};

/* What libraries try and can do without: they are told no and go on. clone3 cannot be looked into,
 * so glibc is sent to clone; the sizes of threads' stacks ask for limits. */
static const struct {
    int call, error;
} refused_calls[] = {
    { SCMP_SYS(openat), EACCES },
    { SCMP_SYS(open), EACCES },
    { SCMP_SYS(newfstatat), EACCES },
    { SCMP_SYS(stat), EACCES },
    { SCMP_SYS(access), EACCES },
    { SCMP_SYS(faccessat2), EACCES },
    { SCMP_SYS(readlink), EACCES },
    { SCMP_SYS(readlinkat), EACCES },
    { SCMP_SYS(socket), EACCES },
    { SCMP_SYS(clone3), ENOSYS },
    { SCMP_SYS(ioctl), ENOTTY },
    { SCMP_SYS(prlimit64), EPERM },
    { SCMP_SYS(getrlimit), EPERM },
    { SCMP_SYS(sysinfo), EPERM },
    { SCMP_SYS(sched_setscheduler), EPERM },
    { SCMP_SYS(uname), EPERM },
};

static struct scmp_arg_cmp argument(unsigned number, enum scmp_compare how, scmp_datum_t a,
                                    scmp_datum_t b)
{
    return (struct scmp_arg_cmp){ .arg = number, .op = how, .datum_a = a, .datum_b = b };
}

static int allow_looked_into(scmp_filter_ctx ctx)
{
    const uint32_t yes = SCMP_ACT_ALLOW;
    /* No page that can be executed: nothing here makes code. */
    struct scmp_arg_cmp no_code = argument(2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    struct scmp_arg_cmp thread =
        argument(0, SCMP_CMP_MASKED_EQ, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM);
    struct scmp_arg_cmp name = argument(0, SCMP_CMP_EQ, PR_SET_NAME, 0);
    struct scmp_arg_cmp other = argument(0, SCMP_CMP_NE, PR_SET_NAME, 0);
    struct scmp_arg_cmp itself = argument(0, SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0);
    struct scmp_arg_cmp answers = argument(0, SCMP_CMP_EQ, JAIL_PIPE, 0);
    struct scmp_arg_cmp last_words = argument(0, SCMP_CMP_EQ, STDERR_FILENO, 0);
    int bad = seccomp_rule_add_array(ctx, yes, SCMP_SYS(mmap), 1, &no_code);
    bad |= seccomp_rule_add_array(ctx, yes, SCMP_SYS(write), 1, &answers);
    bad |= seccomp_rule_add_array(ctx, yes, SCMP_SYS(write), 1, &last_words);
    bad |= seccomp_rule_add_array(ctx, yes, SCMP_SYS(mprotect), 1, &no_code);
    bad |= seccomp_rule_add_array(ctx, yes, SCMP_SYS(clone), 1, &thread);
    bad |= seccomp_rule_add_array(ctx, yes, SCMP_SYS(prctl), 1, &name);
    bad |= seccomp_rule_add_array(ctx, yes, SCMP_SYS(tgkill), 1, &itself);
    if (SANITIZED) /* names of its mappings, and whether it may be dumped */
        bad |= seccomp_rule_add_array(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(prctl), 1, &other);
    return bad;
}

/* fstat of glibc is newfstatat with an empty path: that one has no path to resolve. */
static int allow_all(scmp_filter_ctx ctx)
{
    int bad = 0;
    for (size_t i = 0; i < sizeof free_calls / sizeof free_calls[0]; i++)
        bad |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, free_calls[i], 0);
    for (size_t i = 0; i < sizeof refused_calls / sizeof refused_calls[0]; i++)
        bad |= seccomp_rule_add(ctx, SCMP_ACT_ERRNO((uint16_t)refused_calls[i].error),
                                refused_calls[i].call, 0);
    return bad | allow_looked_into(ctx);
}

static enum err close_calls(char *why, size_t room)
{
    scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (ctx == NULL)
        return failed("seccomp", why, room);
    int bad = allow_all(ctx);
    if (bad == 0)
        bad = seccomp_load(ctx);
    seccomp_release(ctx);
    if (bad == 0)
        return OK;
    errno = bad < 0 ? -bad : EINVAL;
    return failed("seccomp", why, room);
}

enum err jail_close(const struct media_limits *limits, char *why, size_t room)
{
    /* A network of its own is asked for first, while there may be rights to; the calls that could
     * use one are refused either way. */
    (void)unshare(CLONE_NEWNET);
    enum err err = drop_root(why, room);
    if (err != OK)
        return err;
    /* After the change of user, which clears both. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return failed("no new privileges", why, room);
    err = limit_all(limits, why, room);
    if (err == OK)
        err = close_paths(why, room);
    if (err == OK)
        err = close_calls(why, room);
    return err;
}
