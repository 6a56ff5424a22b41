/* Master keys in files and in the environment: 64 hexadecimal digits. */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/vault/master.h"

enum { DIGITS = 2 * MASTER_KEY, FILE_MOST = DIGITS + 2 }; /* and the end of the line */

/* In secret memory, so that no copy of the digits lies about. */
static enum err read_digits(const char *digits, size_t n, uint8_t *key)
{
    size_t size = 0;
    const char *end = NULL;
    while (n > 0 && (digits[n - 1] == '\n' || digits[n - 1] == '\r'))
        n--;
    if (n != DIGITS || sodium_hex2bin(key, MASTER_KEY, digits, n, NULL, &size, &end) != 0)
        return ERR_MALFORMED;
    return size == MASTER_KEY && end == digits + n ? OK : ERR_MALFORMED;
}

static enum err check_file(int fd, const struct why *why)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return why_say(why, err_from_errno(errno), "%s", strerror(errno));
    if (!S_ISREG(st.st_mode))
        return why_say(why, ERR_MALFORMED, "is not a regular file");
    if ((st.st_mode & 077) != 0)
        return why_say(why, ERR_DENIED, "can be read by others than its owner (chmod 600)");
    if (st.st_uid != geteuid() && st.st_uid != 0)
        return why_say(why, ERR_DENIED, "belongs to another user than the one who runs this");
    return OK;
}

enum err master_file_read(const char *path, uint8_t *key, const struct why *why)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT)
        return why_say(why, ERR_NOT_FOUND, "there is no such file");
    if (fd < 0)
        return why_say(why, err_from_errno(errno), "%s", strerror(errno));
    enum err err = check_file(fd, why);
    char *digits = vault_secret_alloc(FILE_MOST + 1);
    if (err == OK && digits == NULL)
        err = why_say(why, ERR_MEMORY, "memory cannot be locked for it");
    if (err == OK) {
        ssize_t n = read(fd, digits, FILE_MOST + 1);
        err = n < 0 ? why_say(why, ERR_IO, "%s", strerror(errno)) : OK;
        if (err == OK && read_digits(digits, (size_t)n, key) != OK)
            err = why_say(why, ERR_MALFORMED, "is not a master key (64 hexadecimal digits)");
    }
    vault_secret_free(&digits);
    close(fd);
    return err;
}

static enum err write_new(int fd)
{
    char *digits = vault_secret_alloc(DIGITS + 1);
    uint8_t *key = vault_secret_alloc(MASTER_KEY);
    enum err err = digits == NULL || key == NULL ? ERR_MEMORY : OK;
    if (err == OK) {
        randombytes_buf(key, MASTER_KEY);
        sodium_bin2hex(digits, DIGITS + 1, key, MASTER_KEY);
        digits[DIGITS] = '\n'; /* where the NUL was */
        err = write(fd, digits, DIGITS + 1) == DIGITS + 1 && fsync(fd) == 0 ? OK : ERR_IO;
    }
    vault_secret_free(&key);
    vault_secret_free(&digits);
    return err;
}

static enum err flush_folder_of(const char *path)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    int n = slash == NULL ? 1 : slash == path ? 1 : (int)(slash - path);
    snprintf(folder, sizeof folder, "%.*s", n, slash == NULL ? "." : path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_from_errno(errno);
    enum err err = fsync(fd) == 0 ? OK : err_from_errno(errno);
    close(fd);
    return err;
}

/* Written beside and linked to its name, which fails when another process was quicker. */
enum err master_file_make(const char *path, const struct why *why)
{
    char part[4096];
    int n = snprintf(part, sizeof part, "%s.%ld", path, (long)getpid());
    if (n < 0 || (size_t)n >= sizeof part)
        return why_say(why, ERR_ARGUMENT, "is too long a path");
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return why_say(why, err_from_errno(errno), "cannot be made: %s", strerror(errno));
    enum err err = write_new(fd);
    close(fd);
    if (err == OK && link(part, path) != 0)
        err = err_from_errno(errno);
    unlink(part);
    if (err == OK)
        err = flush_folder_of(path);
    if (err == ERR_EXISTS)
        return why_say(why, err, "is there already");
    return err == OK ? OK : why_say(why, err, "cannot be made: %s", err_text(err));
}

enum err master_environment_read(const char *name, uint8_t *key, const struct why *why)
{
    char *text = getenv(name);
    if (text == NULL || text[0] == 0)
        return why_say(why, ERR_NOT_FOUND, "there is no such environment variable");
    enum err err = read_digits(text, strlen(text), key);
    sodium_memzero(text, strlen(text)); /* /proc and children see none of it */
    unsetenv(name);
    return err == OK ? OK : why_say(why, err, "does not hold a master key (64 hexadecimal digits)");
}
