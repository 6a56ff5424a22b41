#include <string.h>
#include <strings.h>

#include "format/avails/avails.h"

static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/* ISO 7064 Mod 37,36 over the twenty characters before it. */
static char check_character(const char *body)
{
    unsigned p = 36;
    for (; *body != 0; body++) {
        if (*body == '-')
            continue;
        unsigned value = (unsigned)(strchr(alphabet, *body) - alphabet);
        p = (p + value) % 36;
        p = (p == 0 ? 36 : p) * 2 % 37;
    }
    return alphabet[(37 - p) % 36];
}

static bool take(const char **text, size_t *n, const char *prefix)
{
    size_t length = strlen(prefix);
    if (*n < length || strncasecmp(*text, prefix, length) != 0)
        return false;
    *text += length;
    *n -= length;
    return true;
}

/* What stands before the identifier in each of its dresses. The colon of the third is the field's:
 * "10.5240/:XXXX". */
static bool take_dress(const char **text, size_t *n)
{
    static const char *const dresses[] = {
        "https://doi.org/10.5240/", "doi:10.5240/", "10.5240/:", "10.5240/", "urn:eidr:10.5240:",
    };
    for (size_t i = 0; i < sizeof dresses / sizeof dresses[0]; i++) {
        if (take(text, n, dresses[i]))
            return true;
    }
    static const char *const types[] = { "md:cid:", "md:alid:", "md:apid:", "md:reportingid:" };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (take(text, n, types[i]))
            return take(text, n, "eidr-s:") || take(text, n, "eidr-x:") || take(text, n, "eidr:");
    }
    return false;
}

enum err eidr_parse(const char *text, size_t n, char out[EIDR_TEXT])
{
    enum { GROUP = 5, BODY = 4 * GROUP + 4 }; /* XXXX- four times and XXXX */
    if (!take_dress(&text, &n) || n != BODY + 2 || text[BODY] != '-')
        return ERR_MALFORMED;
    char id[BODY + 3] = { 0 };
    for (size_t i = 0; i < n; i++) {
        bool is_dash = i % GROUP == GROUP - 1;
        char c = text[i] >= 'a' && text[i] <= 'z' ? (char)(text[i] - 'a' + 'A') : text[i];
        const char *found = c == 0 ? NULL : strchr(alphabet, c);
        if (is_dash ? c != '-' : found == NULL || (i < BODY && found >= alphabet + 16))
            return ERR_MALFORMED;
        id[i] = c;
    }
    char said = id[BODY + 1];
    id[BODY] = 0;
    if (check_character(id) != said)
        return ERR_DENIED;
    id[BODY] = '-';
    memcpy(out, "10.5240/", 8);
    memcpy(out + 8, id, BODY + 3);
    return OK;
}
