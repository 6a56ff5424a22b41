#include "rules/partners/box_json.h"

#include <stdio.h>

static void rows_json(struct json_writer *w, const struct look *look)
{
    if (look->n_rows == 0) {
        json_null(w, "home_rows");
        return;
    }
    json_array(w, "home_rows");
    for (size_t i = 0; i < look->n_rows; i++)
        json_text(w, NULL, look->rows[i]);
    json_end(w);
}

static void logo_json(struct json_writer *w, const struct look *look)
{
    char path[200];
    snprintf(path, sizeof path, "/%s", look->logo != NULL ? look->logo : "");
    json_text(w, "logo", look->logo != NULL ? path : NULL);
}

void look_members_json(struct json_writer *w, const struct look *look, const char *name)
{
    json_text(w, "name", look->name != NULL ? look->name : name);
    json_object(w, "colours");
    for (unsigned i = 0; i < LOOK_COLOUR_COUNT; i++)
        json_text(w, look_colour_word((enum look_colour)i), look_colour(look, (enum look_colour)i));
    json_end(w);
    logo_json(w, look);
    rows_json(w, look);
}

void look_json(struct json_writer *w, const char *key, const struct look *look)
{
    json_object(w, key);
    json_text(w, "name", look->name);
    json_object(w, "colours");
    for (unsigned i = 0; i < LOOK_COLOUR_COUNT; i++)
        json_text(w, look_colour_word((enum look_colour)i),
                  look->colours[i][0] != 0 ? look->colours[i] : NULL);
    json_end(w);
    logo_json(w, look);
    rows_json(w, look);
    json_end(w);
}

void box_counts_json(struct json_writer *w, const char *key, const struct box_count *counts,
                     size_t n)
{
    json_array(w, key);
    for (size_t i = 0; i < n; i++) {
        json_object(w, NULL);
        json_text(w, "version", counts[i].version[0] != 0 ? counts[i].version : NULL);
        json_number(w, "boxes", counts[i].boxes);
        json_number(w, "signed_in", counts[i].signed_in);
        json_end(w);
    }
    json_end(w);
}

void box_rollout_json(struct json_writer *w, const char *key, const struct box_rollout *rollout)
{
    if (rollout == NULL) {
        json_null(w, key);
        return;
    }
    json_object(w, key);
    json_text(w, "version", rollout->version);
    json_text(w, "before", rollout->before[0] != 0 ? rollout->before : NULL);
    json_text(w, "state", box_rollout_state_name(rollout->state));
    json_real(w, "share_percent", rollout->share / 100.0);
    json_instant(w, "changed", rollout->changed);
    json_end(w);
}
