/* Lists that come from the store page by page, as lines or as {"items":[...]}. */
#ifndef LANTERNE_APP_LIST_H
#define LANTERNE_APP_LIST_H

#include "app/app.h"

/* Writes the rows of the page that begins at `after` (NULL: the first); *next: where the following
 * one begins, in the arena of the page; NULL: that was the last. */
typedef enum err (*app_page_fn)(struct app *app, void *context, struct arena *arena,
                                const char *after, struct json_writer *w, const char **next);

/* After app_open: prints all pages; the exit code. cannot: "the titles cannot be listed". Each page
 * is forgotten before the next is read, and nothing is printed when one fails. */
int app_list(struct app *app, app_page_fn page, void *context, const char *cannot);

#endif
