/* Origin and RP ID of an address. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "format/webauthn/webauthn.h"

/* The part of host[0..n) that is written in letters, digits, hyphens and dots, in small letters. */
static bool take_name(const char *host, size_t n, char out[WEBAUTHN_RP_ID_MAX + 1])
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-.";
    if (n == 0 || n > WEBAUTHN_RP_ID_MAX)
        return false;
    for (size_t i = 0; i < n; i++) {
        char c = host[i];
        out[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    out[n] = 0;
    return strspn(out, allowed) == n;
}

/* Names have a letter in their last label (RFC 3696, section 2); what has none is a number. */
static bool is_domain(const char *name)
{
    const char *dot = strrchr(name, '.'), *last = dot != NULL ? dot + 1 : name;
    bool has_empty = name[0] == '.' || strstr(name, "..") != NULL || last[0] == 0;
    return !has_empty && strpbrk(last, "abcdefghijklmnopqrstuvwxyz") != NULL &&
           strncmp(last, "0x", 2) != 0;
}

/* What browsers take for this machine, whoever asks (Secure Contexts, 3.1). */
static bool is_here(const char *name)
{
    static const char here[] = "localhost";
    size_t n = strlen(name), of_here = sizeof here - 1;
    return n >= of_here && strcmp(name + n - of_here, here) == 0 &&
           (n == of_here || name[n - of_here - 1] == '.');
}

bool webauthn_site_of(const char *address, struct webauthn_site *out)
{
    bool is_secure = strncasecmp(address, "https://", 8) == 0;
    if (!is_secure && strncasecmp(address, "http://", 7) != 0)
        return false;
    const char *host = strstr(address, "://") + 3, *usual = is_secure ? ":443" : ":80";
    size_t whole = strcspn(host, "/?#"), n = strcspn(host, ":/?#"), port = whole - n;
    if (!take_name(host, n, out->rp_id) || !is_domain(out->rp_id) ||
        (!is_secure && !is_here(out->rp_id)))
        return false;
    if (port > 6 || (port > 0 && strspn(host + n + 1, "0123456789") != port - 1))
        return false;
    if (port <= 1 || (port == strlen(usual) && memcmp(host + n, usual, port) == 0))
        port = 0; /* an origin does not say its scheme's own port */
    snprintf(out->origin, sizeof out->origin, "%s://%s%.*s", is_secure ? "https" : "http",
             out->rp_id, (int)port, host + n);
    return true;
}

bool webauthn_site_is_here(const struct webauthn_site *site)
{
    return is_here(site->rp_id);
}
