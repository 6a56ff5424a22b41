#include "format/avails/columns.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *name, *others; /* others: with commas between */
} columns[] = {
#define X(column, name, others) [C_##column] = { name, others },
    AVAILS_COLUMNS(X)
#undef X
};

static int is_other(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (; *list != 0; list += strcspn(list, ","), list += *list == ',') {
        if (strcspn(list, ",") == length && strncasecmp(list, name, length) == 0)
            return 1;
    }
    return 0;
}

enum column column_named(const char *name)
{
    for (size_t c = C_NONE + 1; c < C_END_OF_COLUMNS; c++) {
        if (strcasecmp(columns[c].name, name) == 0 || is_other(columns[c].others, name))
            return (enum column)c;
    }
    return C_NONE;
}
