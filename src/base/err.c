#include "base/err.h"

#include <errno.h>
#include <stddef.h>

static const struct {
    const char *name, *text;
} table[] = {
#define X(name, text) { #name, text },
    ERR_TABLE(X)
#undef X
};

static size_t row_of(enum err err)
{
    return (size_t)((int)err - (int)ERR_BASE_ - 1);
}

const char *err_text(enum err err)
{
    if (err == OK)
        return "no error";
    size_t row = row_of(err);
    return row < sizeof table / sizeof table[0] ? table[row].text : "an unknown error";
}

const char *err_name(enum err err)
{
    if (err == OK)
        return "OK";
    size_t row = row_of(err);
    return row < sizeof table / sizeof table[0] ? table[row].name : "ERR_UNKNOWN";
}

enum err err_from_errno(int number)
{
    static const struct {
        int number;
        enum err err;
    } rows[] = {
        { 0, OK },
        { ENOENT, ERR_NOT_FOUND },
        { EEXIST, ERR_EXISTS },
        { EACCES, ERR_DENIED },
        { EPERM, ERR_DENIED },
        { ENOSPC, ERR_NO_SPACE },
        { EDQUOT, ERR_NO_SPACE },
        { ENOMEM, ERR_MEMORY },
        { ETIMEDOUT, ERR_TIMEOUT },
        { EINVAL, ERR_ARGUMENT },
        { EFBIG, ERR_FULL },
        { EBUSY, ERR_BUSY },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].number == number)
            return rows[i].err;
    }
    return ERR_IO;
}
