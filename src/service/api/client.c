#include "service/api/client.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

enum { HOST_MAX = 255, HOPS_MAX = 16, LANGUAGES_MAX = 64 };

static bool is_trusted(const struct network *trusted, size_t n, const struct network_address *a)
{
    for (size_t i = 0; i < n; i++)
        if (network_has(&trusted[i], a))
            return true;
    return false;
}

/* The last entry of a comma list of n bytes without the spaces around it; *n becomes what stands
 * before its comma. */
static const char *last_entry(const char *list, size_t *n, size_t *entry_size)
{
    const char *comma = memrchr(list, ',', *n);
    const char *at = comma == NULL ? list : comma + 1, *end = list + *n;
    *n = comma == NULL ? 0 : (size_t)(comma - list);
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    while (end > at && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    *entry_size = (size_t)(end - at);
    return at;
}

void client_find(const struct http_request *rq, const struct network *trusted, size_t n_trusted,
                 struct client *out)
{
    struct network_address a;
    *out = (struct client){ .network = "unknown" };
    if (network_address_read(rq->peer, strlen(rq->peer), &a) != OK)
        return;
    if (is_trusted(trusted, n_trusted, &a)) {
        out->is_proxied = true;
        const char *proto = http_header(rq, "X-Forwarded-Proto");
        out->is_secure = proto != NULL && strcasecmp(proto, "https") == 0;
        /* Each proxy adds who spoke to it at the end: the last that is no proxy of ours is the
         * client; what stands before it anybody may have written. */
        const char *list = http_header(rq, "X-Forwarded-For");
        size_t left = list == NULL ? 0 : strlen(list);
        for (int hop = 0; hop < HOPS_MAX && left > 0; hop++) {
            size_t n;
            const char *entry = last_entry(list, &left, &n);
            struct network_address next;
            if (network_address_read(entry, n, &next) != OK)
                break;
            a = next;
            if (!is_trusted(trusted, n_trusted, &a))
                break;
        }
    }
    network_key(&a, out->network);
    network_address_text(&a, out->address);
}

/* Host as far as it is one: letters, digits, dots, hyphens, a port, brackets. */
static bool host_is_good(const char *host)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  ".-_:[]";
    size_t n = strlen(host);
    return n > 0 && n <= HOST_MAX && strspn(host, allowed) == n;
}

const char *client_base_url(const struct http_request *rq, const struct client *client,
                            const char *public_url, struct arena *arena)
{
    if (public_url != NULL && public_url[0] != 0) {
        size_t n = strlen(public_url);
        return arena_strndup(arena, public_url, public_url[n - 1] == '/' ? n - 1 : n);
    }
    const char *host = http_header(rq, "Host");
    if (host == NULL || !host_is_good(host))
        host = "localhost";
    const char *scheme = client->is_secure ? "https://" : "http://";
    size_t n = strlen(scheme), size = strlen(host) + 1;
    char *text = arena_alloc(arena, n + size);
    memcpy(text, scheme, n);
    memcpy(text + n, host, size);
    return text;
}

/* "https://host:port" without its scheme; NULL when it is no such thing ("null"). */
static const char *origin_host(const char *origin)
{
    const char *at = strstr(origin, "://");
    return at == NULL ? NULL : at + 3;
}

static bool same_host(const char *a, const char *b)
{
    size_t na = strcspn(a, "/"), nb = strcspn(b, "/");
    return na == nb && strncasecmp(a, b, na) == 0;
}

bool client_is_cross_site(const struct http_request *rq, const char *public_url)
{
    const char *site = http_header(rq, "Sec-Fetch-Site");
    if (site != NULL && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
        return true;
    const char *origin = http_header(rq, "Origin"), *host = http_header(rq, "Host");
    if (origin == NULL)
        return false;
    const char *from = origin_host(origin);
    if (from == NULL)
        return true;
    const char *own = public_url != NULL ? origin_host(public_url) : NULL;
    return !(host != NULL && same_host(from, host)) && !(own != NULL && same_host(from, own));
}

/* The quality of an Accept-Language entry in thousandths; its tag is cut out of it. */
static int quality(const char *entry, size_t n, size_t *tag_size)
{
    const char *semicolon = memchr(entry, ';', n);
    *tag_size = semicolon == NULL ? n : (size_t)(semicolon - entry);
    while (*tag_size > 0 && entry[*tag_size - 1] == ' ')
        --*tag_size;
    if (semicolon == NULL)
        return 1000;
    const char *at = memchr(semicolon, '=', (size_t)(entry + n - semicolon));
    if (at == NULL || at + 1 == entry + n)
        return 0;
    int q = 0, scale = 1000;
    for (at++; at < entry + n && scale > 0; at++) {
        if (*at == '.')
            continue;
        if (*at < '0' || *at > '9')
            break;
        q += (*at - '0') * scale;
        scale /= 10;
    }
    return q > 1000 ? 1000 : q;
}

static size_t primary(const char *tag, size_t n)
{
    const char *hyphen = memchr(tag, '-', n);
    return hyphen == NULL ? n : (size_t)(hyphen - tag);
}

/* The offered language that a tag asks for: the same, or of the same primary subtag. */
static const char *offered_for(const char *tag, size_t n, const char *const *offered, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(offered[i]) == n && strncasecmp(offered[i], tag, n) == 0)
            return offered[i];
    size_t main = primary(tag, n);
    for (size_t i = 0; i < count; i++)
        if (primary(offered[i], strlen(offered[i])) == main && main > 0 &&
            strncasecmp(offered[i], tag, main) == 0)
            return offered[i];
    return NULL;
}

const char *client_language(const struct http_request *rq, const char *const *offered, size_t n)
{
    const char *list = http_header(rq, "Accept-Language");
    size_t left = list == NULL ? 0 : strlen(list);
    const char *best = NULL;
    int best_quality = 0;
    for (int i = 0; i < LANGUAGES_MAX && left > 0; i++) {
        size_t size, tag_size;
        const char *entry = last_entry(list, &left, &size);
        int q = quality(entry, size, &tag_size);
        const char *found = q > 0 ? offered_for(entry, tag_size, offered, n) : NULL;
        /* From the end: of equals the one that stands first wins. */
        if (found != NULL && q >= best_quality) {
            best = found;
            best_quality = q;
        }
    }
    return best;
}
