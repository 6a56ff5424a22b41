/* Looks and rollouts as JSON, the same for boxes, the console and the command line. Pure. */
#ifndef LANTERNE_RULES_PARTNERS_BOX_JSON_H
#define LANTERNE_RULES_PARTNERS_BOX_JSON_H

#include "base/json.h"
#include "rules/partners/box.h"
#include "rules/partners/look.h"

/* "name", "colours", "logo", "home_rows" into the object that is open. name: of the service; a look
 * without a name bears it. */
void look_members_json(struct json_writer *w, const struct look *look, const char *name);
/* The look as it was set: null for what is the service's own. */
void look_json(struct json_writer *w, const char *key, const struct look *look);
void box_counts_json(struct json_writer *w, const char *key, const struct box_count *counts,
                     size_t n);
/* NULL: null. */
void box_rollout_json(struct json_writer *w, const char *key, const struct box_rollout *rollout);

#endif
