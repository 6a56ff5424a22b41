/* Studios, avails and their links inside a transaction. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_AVAIL_ROWS_H
#define LANTERNE_DRIVER_STORE_AVAIL_ROWS_H

#include "driver/store/id_set.h"
#include "driver/store/rights.h"
#include "driver/store/sql.h"

/* What a name is unique by: without case, accents and signs. */
const char *name_key(struct arena *arena, const char *name);

MUST_CHECK enum err studio_insert(struct connection *c, const struct store_studio *studio);
/* By id or name. */
MUST_CHECK enum err studio_read(struct connection *c, struct arena *arena, const char *who,
                                struct store_studio *out);

/* An avail's row; texts are NULL when they are NULL there. */
struct avail_head {
    char id[ID_TEXT], studio[ID_TEXT], title[ID_TEXT]; /* title "" : not linked */
    const char *studio_name, *alid;
    int title_season, title_episode;
    bool is_linked_by_hand;
    struct store_avail own; /* type, work_type, said, title_name, numbers, changed */
};
#define AVAIL_COLUMNS                                                                              \
    "a.id, a.studio, a.alid, a.type, a.work_type, a.said, a.title_name, a.season, a.episode,"      \
    " a.volume_first, a.volume_count, a.title, a.title_season, a.title_episode,"                   \
    " a.is_linked_by_hand, a.changed, s.name"
enum { AVAIL_COLUMN_COUNT = 17 };
void avail_head_read(const struct query *q, struct arena *arena, struct avail_head *out);
/* ERR_NOT_FOUND: the studio (its id) has none of that ALID. */
MUST_CHECK enum err avail_find(struct connection *c, struct arena *arena, const char *studio,
                               const char *alid, struct avail_head *out);
/* Everything of it; rights only when asked for. */
MUST_CHECK enum err avail_fill(struct connection *c, struct arena *arena,
                               const struct avail_head *head, bool with_rights,
                               struct store_avail *out);
MUST_CHECK enum err avail_words(struct connection *c, struct arena *arena, const char *sql,
                                const char *avail, const char ***out, size_t *n);

/* Links it to a title found by its keys, when it is not linked by hand; *linked says whether a link
 * was made or moved. The title lives by avails from then on. */
MUST_CHECK enum err avail_link_by_keys(struct connection *c, const struct avail_head *head,
                                       const char *const *keys, size_t n, bool *linked);
/* Titles whose contract this avail is a part of: its own, and those that it bundles. */
MUST_CHECK enum err avail_titles(struct connection *c, const char *avail, struct id_set *titles);
/* The title lives by avails alone. */
MUST_CHECK enum err title_set_licensed(struct connection *c, const char *title);
/* The titles that an avail bundles live by avails, too. */
MUST_CHECK enum err avail_license_bundled(struct connection *c, const char *avail);

#endif
