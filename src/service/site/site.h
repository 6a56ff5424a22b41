/* The members' site and the house's console as they were built from web/, kept in the binary. With
 * the option site=false there is one small page in their place that says so. All of it is constant:
 * any thread may ask. */
#ifndef LANTERNE_SERVICE_SITE_SITE_H
#define LANTERNE_SERVICE_SITE_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The Content-Security-Policy under which the site works: no inline script or style; blob: for the
 * media that the player feeds to the browser. */
#define SITE_POLICY                                                                                \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "              \
    "media-src 'self' blob:; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; "   \
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

struct site_asset {
    const char *path;          /* "/", "/assets/main-5N2KQ7TA.js" */
    const char *content_type;  /* "text/html; charset=utf-8" */
    const uint8_t *bytes;      /* static storage */
    const uint8_t *gzip_bytes; /* the same, compressed; NULL when that would not be smaller */
    size_t size;
    size_t gzip_size;
    const char *etag;  /* without the quotes; of `bytes` */
    bool is_immutable; /* its name changes with its content: may be kept for ever */
};

/* The asset at an address path (percent-decoded, no query), or NULL. "/" is the page. */
const struct site_asset *site_find(const char *path);

/* Whether the path is an address of the site's page ("/", "/title/ID", "/console/jobs", ...), to be
 * answered with the asset "/" and 200. Other unknown paths get the same page with 404: it then says
 * in the visitor's language that nothing is there. */
bool site_is_page(const char *path);

/* All assets, by path; for tests and for whoever prepares answers once. */
const struct site_asset *site_assets(size_t *n);

#endif
