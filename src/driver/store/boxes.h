/* Boxes in the field: what they said of themselves, how they look, what they are to run. */
#ifndef LANTERNE_DRIVER_STORE_BOXES_H
#define LANTERNE_DRIVER_STORE_BOXES_H

#include "driver/store/store.h"
#include "rules/partners/box.h"
#include "rules/partners/look.h"

/* ---- boxes -------------------------------------------------------------------------------------
 */

struct store_box {
    char id[BOX_ID];
    partner_id partner; /* "" : none */
    char version[BOX_VERSION], state[BOX_STATE];
    char place[3]; /* a territory; "" : not known */
    utc_time first, seen;
    utc_time signed_in; /* when it was last seen signed in; us 0: never */
};
/* What strangers may fill: zero is what box.h says. */
struct store_box_limits {
    int64_t new_an_hour, strangers;
};
/* What a box says of itself at `seen`; first is not looked at, and signed_in is that instant or 0.
 * What was said less than BOX_SEEN_SECONDS ago is not written again. limits NULL: none of our own.
 * ERR_FULL: too many new ones, signed in or not as this one is, came from that network within an
 * hour; it is not noted. */
MUST_CHECK enum err store_box_seen(struct store *store, const struct store_box *box,
                                   const char *network, const struct store_box_limits *limits);
struct store_box_filter {
    const partner_id *partner; /* NULL: all; "" : those of no partner */
    const char *after;
    unsigned limit; /* 0: 50; at most 200 */
};
/* The newest first. ERR_ARGUMENT: after is no cursor. */
MUST_CHECK enum err store_boxes_list(struct store *store, struct arena *arena,
                                     const struct store_box_filter *filter, struct store_box **out,
                                     size_t *n, const char **next);
/* How many run what, of those seen since then, the most first; signed_in: those seen so since then.
 * partner as above. */
MUST_CHECK enum err store_boxes_count(struct store *store, struct arena *arena,
                                      const partner_id *partner, utc_time since,
                                      struct box_count **out, size_t *n);
/* Forgets boxes that were not heard of for too long, and networks of those known for an hour. */
MUST_CHECK enum err store_boxes_sweep(struct store *store, utc_time now);

/* ---- versions ----------------------------------------------------------------------------------
 */

struct store_box_version {
    char version[BOX_VERSION];
    const char *address; /* NULL: it is in blob */
    const char *blob;
    const char *sha256; /* hexadecimal; NULL: not said */
    int64_t size;       /* bytes; 0: not known */
    utc_time added;
};
/* ERR_EXISTS: there is that version. */
MUST_CHECK enum err store_box_version_add(struct store *store,
                                          const struct store_box_version *version);
/* In the order they were added. */
MUST_CHECK enum err store_box_versions_list(struct store *store, struct arena *arena,
                                            struct store_box_version **out, size_t *n);
MUST_CHECK enum err store_box_version_get(struct store *store, struct arena *arena,
                                          const char *version, struct store_box_version *out);
/* Decides (box_rollout_apply) and saves. partner "" : boxes of none. ERR_NOT_FOUND: there is no
 * such version. ERR_STATE: why says for what reason. */
MUST_CHECK enum err store_box_rollout_change(struct store *store, partner_id partner,
                                             const struct box_rollout_order *order,
                                             struct box_rollout *out, char why[BOX_WHY]);
/* ERR_NOT_FOUND: nothing is being rolled out to them. */
MUST_CHECK enum err store_box_rollout_get(struct store *store, partner_id partner,
                                          struct box_rollout *out);

/* ---- looks -------------------------------------------------------------------------------------
 */

/* A partner's. One that has none: OK, zero. */
MUST_CHECK enum err store_look_get(struct store *store, struct arena *arena, partner_id partner,
                                   struct look *out);
/* All of it but the logo. */
MUST_CHECK enum err store_look_put(struct store *store, partner_id partner, const struct look *look,
                                   utc_time now);
/* The logo alone: a blob, or NULL to take it away. *before: in arena, the one whose place it took,
 * which nobody names any more; NULL: there was none. */
MUST_CHECK enum err store_logo_put(struct store *store, struct arena *arena, partner_id partner,
                                   const char *logo, utc_time now, const char **before);
/* The blobs of all logos and packages. */
MUST_CHECK enum err store_box_blobs_list(struct store *store, struct arena *arena,
                                         const char ***out, size_t *n);

#endif
