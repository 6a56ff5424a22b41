#include "app/serve_site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "service/site/site.h"

struct prepared {
    struct http_content *plain, *gzip; /* gzip NULL: not worth it */
};

struct serve_site {
    const struct site_asset *assets;
    size_t n;
    struct prepared prepared[]; /* one an asset */
};

static struct http_content *prepare(const struct site_asset *a, bool gzip)
{
    static const char *const vary[] = { "Vary", "Accept-Encoding", NULL };
    char etag[128];
    snprintf(etag, sizeof etag, "%s%s", a->etag, gzip ? "-gzip" : "");
    return http_content_create(
        gzip ? a->gzip_bytes : a->bytes, gzip ? a->gzip_size : a->size,
        &(struct http_content_params){
            .content_type = a->content_type,
            .cache_control = a->is_immutable ? "public, max-age=31536000, immutable" : "no-cache",
            .etag = etag,
            .encoding = gzip ? "gzip" : NULL,
            .headers = vary });
}

enum err serve_site_create(struct serve_site **out)
{
    size_t n;
    const struct site_asset *assets = site_assets(&n);
    struct serve_site *site = calloc(1, sizeof *site + n * sizeof site->prepared[0]);
    *out = site;
    if (site == NULL)
        return ERR_MEMORY;
    site->assets = assets;
    site->n = n;
    for (size_t i = 0; i < n; i++) {
        struct prepared *p = &site->prepared[i];
        p->plain = prepare(&assets[i], false);
        if (assets[i].gzip_bytes != NULL)
            p->gzip = prepare(&assets[i], true);
        if (p->plain == NULL || (assets[i].gzip_bytes != NULL && p->gzip == NULL)) {
            serve_site_destroy(out);
            return ERR_MEMORY;
        }
    }
    return OK;
}

void serve_site_destroy(struct serve_site **site)
{
    if (*site == NULL)
        return;
    for (size_t i = 0; i < (*site)->n; i++) {
        http_content_unref(&(*site)->prepared[i].plain);
        http_content_unref(&(*site)->prepared[i].gzip);
    }
    free(*site);
    *site = NULL;
}

/* Whether "gzip" is in the list and not refused by q=0. */
static bool takes_gzip(const struct http_request *rq)
{
    const char *list = http_header(rq, "Accept-Encoding");
    const char *at = list == NULL ? NULL : strcasestr(list, "gzip");
    if (at == NULL)
        return false;
    at += strlen("gzip");
    at += strspn(at, " \t");
    if (*at != ';')
        return true;
    at += 1 + strspn(at + 1, " \t");
    size_t zeros = strncasecmp(at, "q=", 2) == 0 ? strspn(at + 2, "0.") : 0;
    return zeros == 0 || strchr("123456789", at[2 + zeros]) != NULL;
}

void serve_site_handle(const struct serve_site *site, struct http_request *rq,
                       struct http_answer *answer)
{
    const struct site_asset *asset = site_find(rq->path);
    bool is_known = asset != NULL || site_is_page(rq->path);
    if (rq->method != HTTP_GET && rq->method != HTTP_HEAD) {
        answer->status = 405;
        http_answer_header(answer, "Allow", "GET, HEAD");
        return;
    }
    if (asset == NULL)
        asset = site_find("/");
    if (asset == NULL)
        return;
    const struct prepared *p = &site->prepared[asset - site->assets];
    answer->status = is_known ? 200 : 404;
    answer->source = HTTP_CONTENT;
    answer->content = p->gzip != NULL && takes_gzip(rq) ? p->gzip : p->plain;
}
