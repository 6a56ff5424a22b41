#include "service/site/site.h"

#include <stdlib.h>
#include <string.h>

#include "service/site/table.h"

static int by_path(const void *key, const void *row)
{
    return strcmp(key, ((const struct site_asset *)row)->path);
}

const struct site_asset *site_find(const char *path)
{
    return bsearch(path, site_table, site_table_size, sizeof site_table[0], by_path);
}

const struct site_asset *site_assets(size_t *n)
{
    *n = site_table_size;
    return site_table;
}

/* The site's own addresses; web/src/routes.ts has the same list. */
static const struct {
    const char *path;
    bool takes_more; /* whether one or more parts follow it */
} pages[] = {
    { "/", false },         { "/join", false },     { "/sign-in", false },   { "/account", false },
    { "/search", false },   { "/title/", true },    { "/watch/", true },     { "/console", false },
    { "/console/", true },  { "/forgot", false },   { "/reset", false },     { "/verify", false },
    { "/profiles", false }, { "/plans", false },    { "/subscribe", false }, { "/rent", false },
    { "/link", false },     { "/activate", false }, { "/box", false },
};

bool site_is_page(const char *path)
{
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        size_t n = strlen(pages[i].path);
        if (pages[i].takes_more && strncmp(path, pages[i].path, n) == 0 && path[n] != '\0')
            return true;
        if (!pages[i].takes_more && strcmp(path, pages[i].path) == 0)
            return true;
    }
    return false;
}
