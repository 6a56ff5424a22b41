/* Rows of titles to structs and back; shared by titles.c and series.c. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_TITLE_ROWS_H
#define LANTERNE_DRIVER_STORE_TITLE_ROWS_H

#include "driver/store/sql.h"
#include "rules/catalog/title.h"

/* ERR_NOT_FOUND when there is none; everything of it is read. */
MUST_CHECK enum err title_read(struct connection *c, struct arena *arena, const char *id,
                               struct title *out);
/* Writes the rows that hang on a title in place of what was there. */
MUST_CHECK enum err title_write_parts(struct connection *c, const struct title *title);
/* Makes the title's words to search by anew, from all its texts, names, seasons and episodes. */
MUST_CHECK enum err title_write_search(struct connection *c, const char *id);

/* The state moves as title_may_move allows; showings are renewed. One that is withdrawn before its
 * publication has come was never published. */
MUST_CHECK enum err title_move(struct connection *c, const char *id, enum title_state to,
                               utc_time now);
/* As store_title_publish. */
MUST_CHECK enum err title_publish(struct connection *c, const char *id, utc_time at, utc_time now);

/* Texts of one thing: sql gives language, name, synopsis for ?1 (and ?2). */
MUST_CHECK enum err texts_read(struct connection *c, struct arena *arena, const char *sql,
                               const char *id, int number, struct title_text **out, size_t *n);

/* A list that grows in an arena while rows are read. */
struct list {
    struct arena *arena;
    void *items;
    size_t n, room, size;
};
struct list list_of(struct arena *arena, size_t size);
void *list_add(struct list *l); /* zeroed */

#endif
