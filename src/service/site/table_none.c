/* The table of a build without the site (option site=false): one page that says so. */
#include "service/site/table.h"

static const char page[] =
    "<!doctype html>\n"
    "<html lang=\"en\">\n"
    "<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>Lanterne</title>\n"
    "<h1>Lanterne</h1>\n"
    "<p>This build of the service was made without its site (<code>-Dsite=false</code>). "
    "The API answers under <code>/api/v1</code>.</p>\n"
    "<p lang=\"fr\">Cette version du service a été construite sans son site "
    "(<code>-Dsite=false</code>). L’API répond sous <code>/api/v1</code>.</p>\n"
    "</html>\n";

const struct site_asset site_table[] = {
    { .path = "/",
      .content_type = "text/html; charset=utf-8",
      .bytes = (const uint8_t *)page,
      .size = sizeof page - 1,
      .etag = "none-" LANTERNE_VERSION },
};
const size_t site_table_size = 1;
