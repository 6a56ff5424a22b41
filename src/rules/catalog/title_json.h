/* A title, season or episode as JSON: the console's API, the command line and the feed of partners
 * say the same. */
#ifndef LANTERNE_RULES_CATALOG_TITLE_JSON_H
#define LANTERNE_RULES_CATALOG_TITLE_JSON_H

#include "base/json.h"
#include "rules/catalog/title.h"

/* Adds what the work is, from "original_title" to "credits", to the object that is open in w. */
void title_json_facts(const struct title *title, struct json_writer *w);
/* Adds the fields of a title, as the house sees it, to the object that is open in w. */
void title_json_fields(const struct title *title, bool is_ready, struct json_writer *w);
/* Adds "texts": [{"language","title","synopsis"}]. */
void title_json_texts(const struct title_text *texts, size_t n, struct json_writer *w);
/* Adds the fields of an episode to the object that is open in w. */
void title_json_episode(const struct title_episode *episode, bool is_ready, struct json_writer *w);

#endif
