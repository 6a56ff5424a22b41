/* The site's assets as prepared answers: each made once, plain and compressed. */
#ifndef LANTERNE_APP_SERVE_SITE_H
#define LANTERNE_APP_SERVE_SITE_H

#include "base/err.h"
#include "driver/http/server.h"

struct serve_site;
MUST_CHECK enum err serve_site_create(struct serve_site **out);
void serve_site_destroy(struct serve_site **site);
/* Answers any path that is nobody else's: an asset, the page, or the page with 404. */
void serve_site_handle(const struct serve_site *site, struct http_request *rq,
                       struct http_answer *answer);

#endif
