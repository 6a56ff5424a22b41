#include "service/api/call.h"
#include "service/api/handlers.h"
#include "service/api/words.h"

void handle_health(struct api_call *call)
{
    static const char ok[] = "ok";
    call->answer->status = 200;
    call->answer->source = HTTP_BYTES;
    call->answer->content_type = "text/plain; charset=utf-8";
    call->answer->bytes = ok;
    call->answer->size = sizeof ok - 1;
}

void handle_service(struct api_call *call)
{
    const struct api_params *p = call->params;
    struct json_writer *w = &call->w;
    json_object(w, NULL);
    json_text(w, "name", p->name);
    json_text(w, "territory", p->territory);
    json_array(w, "languages");
    for (size_t i = 0; i < p->n_languages; i++)
        json_text(w, NULL, p->languages[i]);
    json_end(w);
    json_object(w, "plan");
    json_text(w, "name", p->plan_name);
    json_number(w, "trial_days", p->trial_days);
    json_end(w);
    json_text(w, "version", p->version);
    json_end(w);
    call_answer(call, 200);
}

/* Where the request was taken to come from and whether anything is shown there, so that a site can
 * say why its lists are empty. When a country will open is nobody's to know. */
void handle_about(struct api_call *call)
{
    const struct call_viewer *v = &call->viewer;
    struct json_writer *w = &call->w;
    json_object(w, NULL);
    json_text(w, "place", v->place[0] != 0 ? v->place : NULL);
    json_text(w, "territory", v->territory);
    json_bool(w, "open", v->state == TERRITORY_OPEN);
    json_text(w, "text",
              v->state == TERRITORY_OPEN ? NULL : words_for("problem:not-open", call->language));
    json_end(w);
    call_answer(call, 200);
}
